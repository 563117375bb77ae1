"""The identities within each of the nine forms (表内勾稽关系), as data.

What belongs here: rules over one form.  What may not: rules between forms (``cross_form``), how equations are built
(``shapes``).  Not rules, though they look like it: see ``cross_form``.
"""

from __future__ import annotations

from collections.abc import Iterator

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Build, Rule
from expectations.rules.shapes import (
    Instances,
    Relate,
    cell,
    code,
    column_total,
    frame,
    kind,
    line_sum,
    named,
    part,
    relations,
    row_sum,
    side_grand_total,
    side_items,
    subtotals,
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
from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.contents import ReportContents

TEMPLATE = "部门决算公开模板（财政部）; the identities hold up to the forms' own note 本套报表金额单位转换时可能存在尾数误差"


def _rule(rule_id: str, title: str, title_zh: str, formula: str, build: Build, note: str = "") -> Rule:
    citation = f"{TEMPLATE}; {note}" if note else TEMPLATE
    return Rule(rule_id, "form_identities", title, title_zh, "form_identity", "error", formula, citation, build)


#: The forms with functional codes: English name, total column, its parts.
_ROW_PARTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    INCOME: (
        "income form",
        "total",
        ("fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other"),
    ),
    EXPENDITURE: ("expenditure form", "total", ("basic", "project", "to_superior", "business", "affiliated_subsidy")),
    GENERAL: ("general public budget form", "total", ("basic", "project")),
    FUND: ("government fund form", "total", ("basic", "project")),
    STATE: ("state capital form", "total", ("basic", "project")),
}
#: Forms that (may) carry balances: their further columns.
_BALANCES = ("opening", "income", "closing")
_ORDINAL = {INCOME: "各收入列", EXPENDITURE: "各支出列"}


def _code_form_rules() -> Iterator[Rule]:
    for form, (name, left, parts) in _ROW_PARTS.items():
        zh = places.title(form)
        columns = (left, *parts, *(_BALANCES if form in (FUND, STATE) else ()))
        headings = " + ".join(places.column(form, p) for p in parts)
        yield _rule(
            f"{form}_row_total",
            f"In every row of the {name}, the total is the sum of its columns",
            f"{zh}：每行合计 = {_ORDINAL.get(form, '基本支出与项目支出')}之和",
            f"{places.column(form, left)} = {headings}",
            row_sum(form, left, [(1, p) for p in parts], needs=FORM_BY_KEY[form].required),
        )
        yield _rule(
            f"{form}_grand_total",
            f"In every column of the {name}, 合计 is the sum of the classes",
            f"{zh}：合计 = 各类之和",
            "合计 = Σ rows without a printed ancestor",
            column_total(form, columns),
        )
        yield _rule(
            f"{form}_subtotals",
            f"In every column of the {name}, a class is the sum of its sections and a section the sum of its items",
            f"{zh}：类 = 各款之和，款 = 各项之和",
            "class or section = Σ nearest printed descendants",
            subtotals(form, columns),
            "烟台市大数据局 2019 prints items without their section: the nearest printed descendants count",
        )
        if form in (FUND, STATE):
            yield _rule(
                f"{form}_closing",
                f"In every row of the {name}, closing = opening + income − expenditure",
                f"{zh}：年末结转和结余 = 年初结转和结余 + 本年收入 − 本年支出",
                "年末结转和结余 = 年初结转和结余 + 本年收入 − 本年支出小计",
                row_sum(form, "closing", [(1, "opening"), (1, "income"), (-1, "total")], needs=("opening", "income", "total")),
                "only where the form prints balances (Shanghai prints them for state capital, Shandong does not)",
            )


def _summary_rules() -> Iterator[Rule]:
    yield _rule(
        "summary_income_total",
        "The year's income is the sum of the kinds of income",
        "收入支出决算总表：本年收入合计 = 各项收入之和",
        "本年收入合计 = Σ income kinds",
        side_items(SUMMARY, "income", ("amount",)),
    )
    yield _rule(
        "summary_expenditure_total",
        "The year's expenditure is the sum of the functional classes",
        "收入支出决算总表：本年支出合计 = 各功能分类支出之和",
        "本年支出合计 = Σ functional classes",
        side_items(SUMMARY, "expenditure", ("amount",)),
    )
    yield _rule(
        "summary_income_grand_total",
        "The income side's grand total is the year's income, the surplus used and the opening balance",
        "收入支出决算总表：收入总计 = 本年收入合计 + 使用非财政拨款结余 + 年初结转和结余",
        "总计 = 本年收入合计 + 使用非财政拨款结余 + 年初结转和结余",
        side_grand_total(SUMMARY, "income", ("amount",), ("surplus_used", "opening")),
    )
    yield _rule(
        "summary_expenditure_grand_total",
        "The expenditure side's grand total is the year's expenditure, the surplus distributed and the closing balance",
        "收入支出决算总表：支出总计 = 本年支出合计 + 结余分配 + 年末结转和结余",
        "总计 = 本年支出合计 + 结余分配 + 年末结转和结余",
        side_grand_total(SUMMARY, "expenditure", ("amount",), ("distribution", "closing")),
    )
    yield _rule(
        "summary_balance",
        "The two grand totals of the summary are equal",
        "收入支出决算总表：收入总计 = 支出总计",
        "收入总计 = 支出总计",
        relations(
            Relate(
                f"{places.title(SUMMARY)} / 总计",
                (frame(SUMMARY, "income", "grand_total"),),
                (frame(SUMMARY, "expenditure", "grand_total"),),
            )
        ),
    )


def _fiscal_rules() -> Iterator[Rule]:
    zh = places.title(FISCAL)
    columns = ("total", "general", "government_fund", "state_capital")
    yield _rule(
        "fiscal_income_total",
        "The year's fiscal income is the sum of the three budgets",
        f"{zh}：本年收入合计 = 三本预算收入之和",
        "本年收入合计 = 一般公共预算 + 政府性基金预算 + 国有资本经营预算",
        side_items(FISCAL, "income", ("amount",)),
    )
    yield _rule(
        "fiscal_expenditure_total",
        "In every column, the year's fiscal expenditure is the sum of the functional classes",
        f"{zh}：本年支出合计 = 各功能分类支出之和",
        "本年支出合计 = Σ functional classes",
        side_items(FISCAL, "expenditure", columns),
    )
    yield _rule(
        "fiscal_row_total",
        "In every line, the total is the sum of the three budgets",
        f"{zh}：合计 = 一般公共预算 + 政府性基金预算 + 国有资本经营预算",
        "合计 = 一般公共预算财政拨款 + 政府性基金预算财政拨款 + 国有资本经营预算财政拨款",
        line_sum(FISCAL, "expenditure", "total", columns[1:]),
    )
    yield _rule(
        "fiscal_income_grand_total",
        "The income side's grand total is the year's fiscal income and the opening balance",
        f"{zh}：收入总计 = 本年收入合计 + 年初财政拨款结转和结余",
        "总计 = 本年收入合计 + 年初财政拨款结转和结余",
        side_grand_total(FISCAL, "income", ("amount",), ("opening",)),
    )
    yield _rule(
        "fiscal_expenditure_grand_total",
        "In every column, the grand total is the year's fiscal expenditure and the closing balance",
        f"{zh}：支出总计 = 本年支出合计 + 年末财政拨款结转和结余",
        "总计 = 本年支出合计 + 年末财政拨款结转和结余",
        side_grand_total(FISCAL, "expenditure", columns, ("closing",)),
    )
    yield _rule(
        "fiscal_balance",
        "The two grand totals of the fiscal summary are equal",
        f"{zh}：收入总计 = 支出总计",
        "收入总计 = 支出总计",
        relations(
            Relate(
                f"{zh} / 总计",
                (frame(FISCAL, "income", "grand_total"),),
                (frame(FISCAL, "expenditure", "grand_total", "total"),),
            )
        ),
    )
    yield _rule(
        "fiscal_opening_parts",
        "The opening balance of fiscal money is the sum of its three parts",
        f"{zh}：年初财政拨款结转和结余 = 三本预算年初结转之和",
        "年初财政拨款结转和结余 = 一般公共预算 + 政府性基金预算 + 国有资本经营预算",
        relations(
            Relate(
                f"{zh} / 年初财政拨款结转和结余 / 金额",
                (frame(FISCAL, "income", "opening"),),
                # the general part must be printed; a year's template may not know the others
                tuple(part(FISCAL, b, required=b == "general") for b in BUDGETS),
            )
        ),
    )
    for budget, budget_zh in BUDGETS.items():
        yield _rule(
            f"fiscal_{budget}_balance",
            f"For the {budget.replace('_', ' ')} budget, income and opening balance equal expenditure and closing balance",
            f"{zh}：{budget_zh} 本年收入 + 年初结转和结余 = 本年支出 + 年末结转和结余",
            "income + opening = expenditure + closing",
            relations(
                Relate(
                    f"{zh} / {words.line_title(budget)} / 收支平衡",
                    (kind(FISCAL, budget), part(FISCAL, budget)),
                    (
                        frame(FISCAL, "expenditure", "year_total", budget),
                        frame(FISCAL, "expenditure", "closing", budget),
                    ),
                    optional=True,
                )
            ),
        )


def _economic_rules() -> Iterator[Rule]:
    zh = places.title(ECONOMIC)
    yield _rule(
        "economic_subtotals",
        "An economic class is the sum of its items",
        f"{zh}：类 = 各款之和",
        "class = Σ items",
        subtotals(ECONOMIC, ("amount",)),
    )
    for name, label, concept, classes in (
        ("personnel", "人员经费合计", "personnel_total", words.PERSONNEL_CLASSES),
        ("public", "公用经费合计", "public_total", words.PUBLIC_CLASSES),
    ):
        yield _rule(
            f"economic_{name}_total",
            f"The {name} total is the sum of its economic classes",
            f"{zh}：{label} = {' + '.join(classes)}",
            f"{label} = {' + '.join(classes)} (those printed)",
            relations(
                Relate(
                    f"{zh} / {label} / 金额",
                    (named(ECONOMIC, concept, label),),
                    tuple(code(ECONOMIC, c, "amount") for c in classes),
                )
            ),
        )
    yield _rule(
        "economic_grand_total",
        "Where the form prints a grand total, it is the personnel and the public total",
        f"{zh}：合计 = 人员经费合计 + 公用经费合计",
        "合计 = 人员经费合计 + 公用经费合计",
        _with_columns_of_its_own(
            Relate(
                f"{zh} / 合计 / 金额",
                (named(ECONOMIC, "total", "合计"),),
                (
                    named(ECONOMIC, "personnel_total", "人员经费合计"),
                    named(ECONOMIC, "public_total", "公用经费合计"),
                ),
            )
        ),
        "most forms print the two totals only",
    )


def _with_columns_of_its_own(relate: Relate) -> Build:
    """The two totals where they are rows; where they are columns, 合计 = Σ classes in each."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        total = views.code_form(contents, ECONOMIC).total
        if total is not None and any(m in total.cells for m in ("column:人员经费", "column:公用经费")):
            yield from column_total(ECONOMIC, ())(rule, contents)
        else:
            yield from relations(relate)(rule, contents)

    return build


def _three_public_rules() -> Iterator[Rule]:
    zh = places.title(THREE_PUBLIC)
    for rule_id, title, title_zh, left, parts in (
        (
            "three_public_total",
            "The three-public total is abroad, vehicles and reception, in budget and final accounts",
            "合计 = 因公出国（境）费 + 公务用车购置及运行维护费 + 公务接待费",
            "total",
            ("abroad", "vehicle", "reception"),
        ),
        (
            "three_public_vehicles",
            "Vehicle expenditure is purchase and operation, in budget and final accounts",
            "公务用车购置及运行维护费 = 公务用车购置费 + 公务用车运行维护费",
            "vehicle",
            ("vehicle_purchase", "vehicle_operation"),
        ),
    ):
        yield _rule(
            rule_id,
            title,
            f"{zh}：{title_zh}",
            title_zh,
            relations(
                *(
                    Relate(
                        f"{zh} / {places.column(THREE_PUBLIC, f'{when}_{left}')}",
                        (cell(THREE_PUBLIC, f"{when}_{left}"),),
                        tuple(cell(THREE_PUBLIC, f"{when}_{p}") for p in parts),
                    )
                    for when in ("budget", "final")
                )
            ),
        )


FORM_RULES: tuple[Rule, ...] = (
    *_summary_rules(),
    *_code_form_rules(),
    *_fiscal_rules(),
    *_economic_rules(),
    *_three_public_rules(),
)
