"""The identities between the nine forms (表间勾稽关系), as data.

What belongs here: rules over two or more forms.  What may not: rules within one (``forms``).

Not identities, though they look like it, and so not here: 机关运行经费 = 公用经费 (operating costs exist for administrative
units only); equal totals of ``income``, ``expenditure``, fiscal summary and general budget (carry-over, non-fiscal income and
funds lawfully part them); the same codes in ``income`` and ``expenditure``; 全年预算 = 年初预算; the executed amounts of projects =
项目支出.  Expenditure by code *equals* the three budgets only where all money is fiscal.
"""

from __future__ import annotations

from decimal import Decimal

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Build, Rule
from expectations.rules.forms import TEMPLATE
from expectations.rules.shapes import (
    Instances,
    Operand,
    Relate,
    absent,
    absent_forms,
    add,
    cell,
    code,
    either,
    equation,
    frame,
    kind,
    named,
    relations,
    total,
    unjudged,
)
from expectations.rules.vocabulary import (
    BUDGETS,
    ECONOMIC,
    EXPENDITURE,
    FISCAL,
    FUND,
    GENERAL,
    INCOME,
    STATE,
    SUMMARY,
    THREE_PUBLIC,
)
from pipeline.contents import ReportContents
from pipeline.equations import NotEvaluable, Sum
from pipeline.figures import Figure

#: Summary line → column of the income form, for the kinds that are not fiscal appropriation.
_KINDS = ("superior_subsidy", "institutional", "business", "affiliated_remittance", "other")


def _rule(rule_id: str, title: str, title_zh: str, formula: str, build: Build, note: str = "") -> Rule:
    citation = f"{TEMPLATE}; {note}" if note else TEMPLATE
    return Rule(rule_id, "cross_form", title, title_zh, "cross_form", "error", formula, citation, build)


def _three_budgets(statement: str) -> tuple[Operand, ...]:
    """The lines of fiscal appropriation on an income side: the three budgets, or the one line 财政拨款收入 of older templates."""
    general = kind(statement, "general")
    return (
        either(general, kind(statement, "fiscal")),
        kind(statement, "government_fund", required=False),
        kind(statement, "state_capital", required=False),
    )


# ---------------------------------------------------------------- classes of a summary ↔ class rows of a form


def summary_classes(summary: str, column: str, form: str, form_column: str = "total") -> Build:
    """Every class of a summary's expenditure side = the class in a form with codes, and none there that the summary lacks."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, summary, form)) is not None:
            yield gone
            return
        view = views.code_form(contents, form)
        lines = [r for r in views.side_of(contents, summary, "expenditure").items if r.label]
        if not any(column in r.cells for r in lines):
            yield absent(rule, contents, words.title(summary), f"lines with column {words.column(summary, column)}")
            return
        named_codes: set[str] = set()
        for line in lines:
            place = f"{words.title(summary)} / {line.label} / {words.column(summary, column)} ↔ {words.title(form)}"
            number = views.class_code(contents, line.label or "")
            named_codes.add(number or "")
            there = view.of_code(number, form_column) if number else None
            if number is None or there is None:
                what = f"{number} in {words.title(form)}" if number else f"code of class {line.label}"
                yield absent(rule, contents, place, what)
                continue
            yield equation(rule, contents, place, add([line.get(column)]), add(there), missing=() if column in line.cells else (place,))
        for number in dict.fromkeys((r.code or "")[:3] for r in view.rows):
            if number in named_codes:
                continue
            figures = view.of_code(number, form_column) or ()
            name = words.row_name(number, view.label_of(number))
            place = f"{words.title(form)} / {name} / {words.column(form, form_column)} ↔ {words.title(summary)}"
            yield equation(rule, contents, place, add(figures), Sum(()))

    return build


# ---------------------------------------------------------------- expenditure ↔ the three budgets, by code and column

_COLUMNS = ("total", "basic", "project")
_BUDGET_FORMS = (GENERAL, FUND, STATE)


def all_fiscal(contents: ReportContents) -> bool:
    """Whether all money is fiscal: the expenditure form's total equals the fiscal summary's within rounding."""
    spent = views.code_form(contents, EXPENDITURE).total
    fiscal = views.side_of(contents, FISCAL, "expenditure").frame.get("year_total")
    a, b = (row.get("total") if row else None for row in (spent, fiscal))
    return a is not None and b is not None and a.value is not None and b.value is not None and a.interval().meets(b.interval())


def _by_code(contents: ReportContents, number: str | None, column: str) -> tuple[list[Figure], list[Figure]]:
    """The figures of one code (``None``: of 合计) in the expenditure form, and in the three budgets' forms."""
    sides: list[list[Figure]] = []
    for forms in ((EXPENDITURE,), _BUDGET_FORMS):
        figures: list[Figure] = []
        for statement in forms:
            form = views.code_form(contents, statement)
            if number is not None:
                found = form.of_code(number, column)
                if found is None:
                    raise NotEvaluable(f"not found: {number} in {words.title(statement)} / {words.column(statement, column)}")
                figures.extend(found)
            elif form.total is not None and (figure := form.total.get(column)) is not None:
                figures.append(figure)
        sides.append(figures)
    return sides[0], sides[1]


def against_budgets(equal: bool) -> Build:
    """Expenditure ≥ the three budgets' expenditure, by code and column; with ``equal`` the equality that holds for all-fiscal money.

    A report is held to one of the two: where the equality applies, it says all that the inequality would.
    """
    relation = "=" if equal else "≥"

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, EXPENDITURE, FISCAL, GENERAL)) is not None:
            yield gone
            return
        if all_fiscal(contents) != equal:
            other = "not all money is fiscal" if equal else "all money is fiscal, so that the equality is asked for"
            yield unjudged(rule, contents, words.title(EXPENDITURE), f"does not apply: {other}")
            return
        # a fund or state capital form that cannot be read leaves the sum of the budgets unknown
        unknown = [s for s in (FUND, STATE) if not views.printed(contents, s) and _spends(contents, s)]
        if unknown and equal:
            yield absent(rule, contents, words.title(EXPENDITURE), *(words.title(s) for s in unknown))
            return
        forms = [views.code_form(contents, s) for s in (EXPENDITURE, *_BUDGET_FORMS)]
        rows: list[tuple[str | None, str]] = [(None, "合计")]
        seen: set[str] = set()
        for form in forms:
            for row in form.rows:
                if row.code and row.code not in seen:
                    seen.add(row.code)
                    rows.append((row.code, words.row_name(row.code, row.label)))
        for column in _COLUMNS:
            if not all(column in f.measures for f in forms[:2]):
                yield absent(rule, contents, f"{words.title(EXPENDITURE)} / {column}", f"column {words.column(GENERAL, column)}")
                continue
            for number, name in rows:
                place = f"{words.title(EXPENDITURE)} / {name} / {words.column(EXPENDITURE, column)} {relation} 三本预算支出"
                try:
                    spent, budgets = _by_code(contents, number, column)
                except NotEvaluable as why:
                    yield unjudged(rule, contents, place, str(why))
                    continue
                yield equation(rule, contents, place, add(spent), add(budgets), "=" if equal else ">=")

    return build


def _spends(contents: ReportContents, budget: str) -> bool:
    """Whether the fiscal summary shows expenditure of a budget, or cannot tell."""
    row = views.side_of(contents, FISCAL, "expenditure").frame.get("year_total")
    figure = row.get(budget) if row else None
    return figure is not None and figure.amount != Decimal(0)


# ---------------------------------------------------------------- the rules

CROSS_FORM_RULES: tuple[Rule, ...] = (
    _rule(
        "summary_income_vs_income",
        "The summary's kinds of income are the column totals of the income form",
        "收入支出决算总表各项收入 = 收入决算表各列合计",
        "summary kind = 收入决算表 合计 column",
        relations(
            Relate(
                f"{words.title(SUMMARY)} / 本年收入合计 ↔ {words.title(INCOME)} / 合计",
                (frame(SUMMARY, "income", "year_total"),),
                (total(INCOME, "total"),),
            ),
            *(
                Relate(
                    f"{words.title(SUMMARY)} / {words.line_title(k)} ↔ {words.title(INCOME)} / 合计",
                    (kind(SUMMARY, k),),
                    (total(INCOME, k),),
                    optional=True,
                )
                for k in _KINDS
            ),
        ),
    ),
    _rule(
        "income_fiscal_vs_summary",
        "The income form's fiscal column is the summary's fiscal appropriations of the three budgets",
        "收入决算表财政拨款收入合计 = 收入支出决算总表三本预算财政拨款收入之和",
        "收入决算表 合计 财政拨款收入 = Σ three budgets in 收入支出决算总表",
        relations(
            Relate(
                f"{words.title(INCOME)} / 合计 / 财政拨款收入 ↔ {words.title(SUMMARY)}",
                (total(INCOME, "fiscal"),),
                _three_budgets(SUMMARY),
            )
        ),
    ),
    _rule(
        "income_fiscal_vs_fiscal_summary",
        "The income form's fiscal column is the year's income of the fiscal summary",
        "收入决算表财政拨款收入合计 = 财政拨款收入支出决算总表本年收入合计",
        "收入决算表 合计 财政拨款收入 = 财政拨款收入支出决算总表 本年收入合计",
        relations(
            Relate(
                f"{words.title(INCOME)} / 合计 / 财政拨款收入 ↔ {words.title(FISCAL)}",
                (total(INCOME, "fiscal"),),
                (frame(FISCAL, "income", "year_total"),),
            )
        ),
    ),
    _rule(
        "summary_fiscal_kinds",
        "The summary's fiscal appropriations are the income side of the fiscal summary",
        "收入支出决算总表财政拨款收入 = 财政拨款收入支出决算总表收入",
        "summary kind = fiscal summary kind, for each of the three budgets",
        relations(
            *(
                Relate(
                    f"{words.title(SUMMARY)} / {words.line_title(b)} ↔ {words.title(FISCAL)}",
                    (kind(SUMMARY, b),),
                    (kind(FISCAL, b),),
                    optional=True,
                )
                for b in BUDGETS
            )
        ),
    ),
    _rule(
        "summary_classes_vs_expenditure",
        "The summary's functional classes are the class rows of the expenditure form",
        "收入支出决算总表各功能分类支出 = 支出决算表各类支出",
        "summary class = 支出决算表 class (本年支出合计)",
        summary_classes(SUMMARY, "amount", EXPENDITURE),
    ),
    _rule(
        "summary_expenditure_vs_expenditure",
        "The summary's expenditure of the year is the expenditure form's total",
        "收入支出决算总表本年支出合计 = 支出决算表合计",
        "收入支出决算总表 本年支出合计 = 支出决算表 合计",
        relations(
            Relate(
                f"{words.title(SUMMARY)} / 本年支出合计 ↔ {words.title(EXPENDITURE)} / 合计",
                (frame(SUMMARY, "expenditure", "year_total"),),
                (total(EXPENDITURE, "total"),),
            )
        ),
    ),
    *(
        _rule(
            f"fiscal_{budget}_vs_form",
            f"The fiscal summary's {budget.replace('_', ' ')} column is the total of that budget's form",
            f"财政拨款收入支出决算总表{words.line_title(budget)}支出 = {words.title(form)}合计",
            f"财政拨款收入支出决算总表 本年支出合计 {words.line_title(budget)} = {words.title(form)} 合计",
            relations(
                Relate(
                    f"{words.title(FISCAL)} / 本年支出合计 / {words.line_title(budget)} ↔ {words.title(form)}",
                    (frame(FISCAL, "expenditure", "year_total", budget),),
                    (total(form, "total"),),
                )
            ),
        )
        for budget, form in (("general", GENERAL), ("government_fund", FUND), ("state_capital", STATE))
    ),
    *(
        _rule(
            f"fiscal_{budget}_classes_vs_form",
            f"The classes of the fiscal summary's {budget.replace('_', ' ')} column are the class rows of that budget's form",
            f"财政拨款收入支出决算总表{words.line_title(budget)}各类支出 = {words.title(form)}各类支出",
            f"fiscal summary class ({words.line_title(budget)}) = {words.title(form)} class",
            summary_classes(FISCAL, budget, form),
        )
        for budget, form in (("general", GENERAL), ("government_fund", FUND), ("state_capital", STATE))
    ),
    _rule(
        "expenditure_covers_budgets",
        "By code and column, expenditure is at least that of the three budgets",
        "支出决算表各科目 ≥ 一般公共预算 + 政府性基金预算 + 国有资本经营预算支出",
        "支出决算表 ≥ Σ three budgets' forms, by code and column",
        against_budgets(equal=False),
        "the expenditure form holds all money, the three budgets the fiscal part of it",
    ),
    _rule(
        "expenditure_equals_budgets",
        "By code and column, expenditure is that of the three budgets where all money is fiscal",
        "全部为财政拨款时：支出决算表各科目 = 一般公共预算 + 政府性基金预算 + 国有资本经营预算支出",
        "支出决算表 = Σ three budgets' forms, by code and column, if 支出决算表 合计 = 财政拨款收入支出决算总表 本年支出合计",
        against_budgets(equal=True),
        "applies where the two forms' totals of the year's expenditure agree within rounding",
    ),
    _rule(
        "general_basic_vs_economic",
        "The basic expenditure of the general budget is its personnel and its public expenditure",
        "一般公共预算财政拨款基本支出 = 人员经费合计 + 公用经费合计",
        "一般公共预算财政拨款支出决算表 合计 基本支出 = 人员经费合计 + 公用经费合计",
        relations(
            Relate(
                f"{words.title(GENERAL)} / 合计 / 基本支出 ↔ {words.title(ECONOMIC)}",
                (total(GENERAL, "basic"),),
                (
                    either(
                        named(ECONOMIC, words.PERSONNEL_TOTAL, "人员经费合计"),
                        *(code(ECONOMIC, c, "amount") for c in words.PERSONNEL_CLASSES),
                    ),
                    either(
                        named(ECONOMIC, words.PUBLIC_TOTAL, "公用经费合计"),
                        *(code(ECONOMIC, c, "amount") for c in words.PUBLIC_CLASSES),
                    ),
                ),
            )
        ),
    ),
    _rule(
        "three_public_vs_economic",
        "Each three-public final amount is at least the matching economic item of basic expenditure",
        "“三公”经费决算数 ≥ 基本支出中对应的经济分类科目",
        "因公出国 ≥ 30212; 公务接待 ≥ 30217; 公务用车运行 ≥ 30231; 公务用车购置 ≥ 31013",
        relations(
            *(
                Relate(
                    f"{words.title(THREE_PUBLIC)} / {words.column(THREE_PUBLIC, m)} ≥ {words.title(ECONOMIC)} / {c}",
                    (cell(THREE_PUBLIC, m),),
                    (code(ECONOMIC, c, "amount"),),
                    ">=",
                    optional=True,
                )
                for m, c in (
                    ("final_abroad", "30212"),
                    ("final_reception", "30217"),
                    ("final_vehicle_operation", "30231"),
                    ("final_vehicle_purchase", "31013"),
                )
            )
        ),
        "the three-public form also covers project money",
    ),
)
