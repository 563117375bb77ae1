"""The identities between the nine forms (表间勾稽关系), as data.

What belongs here: rules over two or more forms.  What may not: rules within one (``forms``).

Not identities, though they look like it, and so not here: 机关运行经费 = 公用经费 (operating costs exist for administrative
units only); equal totals of ``income``, ``expenditure``, fiscal summary and general budget (carry-over, non-fiscal income and
funds lawfully part them); the same codes in ``income`` and ``expenditure``; 全年预算 = 年初预算; the executed amounts of projects =
项目支出.  Expenditure by code *equals* the three budgets only where all money is fiscal.
"""

from __future__ import annotations

from expectations.rules import vocabulary as words
from expectations.rules.base import Build, Rule
from expectations.rules.forms import TEMPLATE
from expectations.rules.matching import against_budgets, summary_classes
from expectations.rules.shapes import (
    Operand,
    Relate,
    cell,
    class_,
    code,
    either,
    frame,
    kind,
    named,
    relations,
    total,
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
from pipeline.lexicon import places

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


# ---------------------------------------------------------------- the rules

CROSS_FORM_RULES: tuple[Rule, ...] = (
    _rule(
        "summary_income_vs_income",
        "The summary's kinds of income are the column totals of the income form",
        "收入支出决算总表各项收入 = 收入决算表各列合计",
        "summary kind = 收入决算表 合计 column",
        relations(
            Relate(
                f"{places.title(SUMMARY)} / 本年收入合计 ↔ {places.title(INCOME)} / 合计",
                (frame(SUMMARY, "income", "year_total"),),
                (total(INCOME, "total"),),
            ),
            *(
                Relate(
                    f"{places.title(SUMMARY)} / {words.line_title(k)} ↔ {places.title(INCOME)} / 合计",
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
                f"{places.title(INCOME)} / 合计 / 财政拨款收入 ↔ {places.title(SUMMARY)}",
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
                f"{places.title(INCOME)} / 合计 / 财政拨款收入 ↔ {places.title(FISCAL)}",
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
                    f"{places.title(SUMMARY)} / {words.line_title(b)} ↔ {places.title(FISCAL)}",
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
                f"{places.title(SUMMARY)} / 本年支出合计 ↔ {places.title(EXPENDITURE)} / 合计",
                (frame(SUMMARY, "expenditure", "year_total"),),
                (total(EXPENDITURE, "total"),),
            )
        ),
    ),
    *(
        _rule(
            f"fiscal_{budget}_vs_form",
            f"The fiscal summary's {budget.replace('_', ' ')} column is the total of that budget's form",
            f"财政拨款收入支出决算总表{words.line_title(budget)}支出 = {places.title(form)}合计",
            f"财政拨款收入支出决算总表 本年支出合计 {words.line_title(budget)} = {places.title(form)} 合计",
            relations(
                Relate(
                    f"{places.title(FISCAL)} / 本年支出合计 / {words.line_title(budget)} ↔ {places.title(form)}",
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
            f"财政拨款收入支出决算总表{words.line_title(budget)}各类支出 = {places.title(form)}各类支出",
            f"fiscal summary class ({words.line_title(budget)}) = {places.title(form)} class",
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
                f"{places.title(GENERAL)} / 合计 / 基本支出 ↔ {places.title(ECONOMIC)}",
                (total(GENERAL, "basic"),),
                (
                    either(
                        named(ECONOMIC, "personnel_total", "人员经费合计"),
                        *(class_(ECONOMIC, c, "amount") for c in words.PERSONNEL_CLASSES),
                    ),
                    either(
                        named(ECONOMIC, "public_total", "公用经费合计"),
                        *(class_(ECONOMIC, c, "amount") for c in words.PUBLIC_CLASSES),
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
                    f"{places.title(THREE_PUBLIC)} / {places.column(THREE_PUBLIC, m)} ≥ {places.title(ECONOMIC)} / {c}",
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
