"""The narrative held against the nine forms: every quantity that both give.

What belongs here: which statement is which cell, as data.  What may not: relations within the narrative
(``narrative_rates``, ``narrative_sums``), names and lists (``narrative_names``), the performance annexes (``narrative_projects``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Rule, Severity
from expectations.rules.narrative_view import CITATION, Said, find, lone, relation, remarks, rule, said
from expectations.rules.shapes import Instances
from pipeline.lexicon import places
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Sum
from pipeline.model.figures import Figure

#: The cells that a quantity stands in, each a sum of figures with the cell's name; ``None`` where a cell was not found.
Cells = Iterator[tuple[str, Sequence[Figure] | None]]
Locate = Callable[[ReportContents, Said], Cells]
_THREE_PUBLIC = ("total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception")
_KINDS = ("superior_subsidy", "institutional", "business", "affiliated_remittance", "other")


def _cell(contents: ReportContents, statement: str, column: str) -> tuple[str, Sequence[Figure] | None]:
    """The total row's cell of a form with codes."""
    total = views.code_form(contents, statement).total
    figure = total.get(column) if total is not None else None
    return f"{places.title(statement)} / 合计 / {places.column(statement, column)}", None if figure is None else [figure]


def _line(contents: ReportContents, statement: str, side: str, role: str, column: str) -> tuple[str, Sequence[Figure] | None]:
    """A dividing or closing line of a two-sided summary."""
    row = views.side_of(contents, statement, side).frame.get(role)
    figure = row.get(column) if row is not None else None
    return (
        f"{places.title(statement)} / {words.line_title(role)} / {places.column(statement, column)}",
        None if figure is None else [figure],
    )


def _kind(contents: ReportContents, role: str) -> tuple[str, Sequence[Figure] | None]:
    """A kind of income in the summary; fiscal appropriation is one line or the three budgets together, if no other line may be of them."""
    side = views.side_of(contents, words.SUMMARY, "income")
    kinds = side.kinds
    roles = [role] if role in kinds or role != "fiscal" else list(words.BUDGETS)
    if side.nameless and not all(r in kinds for r in roles):
        roles = []
    figures = [f for r in roles if r in kinds and (f := kinds[r].get("amount")) is not None]
    return f"{places.title(words.SUMMARY)} / {words.line_title(role)}", figures or None


# ---------------------------------------------------------------- which cells


def totals(contents: ReportContents, s: Said) -> Cells:
    if s.quantity in ("totals", "income_grand_total"):
        yield _line(contents, words.SUMMARY, "income", "grand_total", "amount")
    if s.quantity in ("totals", "expenditure_grand_total"):
        yield _line(contents, words.SUMMARY, "expenditure", "grand_total", "amount")
    if s.quantity in ("fiscal_totals", "fiscal_income_total"):
        yield _line(contents, words.FISCAL, "income", "grand_total", "amount")
    if s.quantity in ("fiscal_totals", "fiscal_expenditure_total"):
        yield _line(contents, words.FISCAL, "expenditure", "grand_total", "total")


def income(contents: ReportContents, s: Said) -> Cells:
    if s.quantity == "income_total":
        yield _line(contents, words.SUMMARY, "income", "year_total", "amount")
        yield _cell(contents, words.INCOME, "total")
    elif s.quantity == "fiscal" or s.quantity in _KINDS:
        yield _kind(contents, s.quantity)
        yield _cell(contents, words.INCOME, s.quantity)
    elif (budget := _INCOME_BUDGETS.get(s.quantity)) is not None:
        yield _kind(contents, budget)


_INCOME_BUDGETS = {"general_budget_income": "general", "fund_income": "government_fund", "state_capital_income": "state_capital"}


def expenditure(contents: ReportContents, s: Said) -> Cells:
    if s.quantity == "expenditure_total":
        yield _line(contents, words.SUMMARY, "expenditure", "year_total", "amount")
        yield _cell(contents, words.EXPENDITURE, "total")
    elif s.quantity in ("basic", "project", "to_superior", "business", "affiliated_subsidy"):
        yield _cell(contents, words.EXPENDITURE, s.quantity)


def general(contents: ReportContents, s: Said) -> Cells:
    if s.quantity == "general_budget_total":
        yield _cell(contents, words.GENERAL, "total")
        yield _line(contents, words.FISCAL, "expenditure", "year_total", "general")
    elif s.quantity in ("basic", "project"):
        yield _cell(contents, words.GENERAL, s.quantity)


def _of_code(statement: str) -> Locate:
    def locate(contents: ReportContents, s: Said) -> Cells:
        if s.code:
            form = views.code_form(contents, statement)
            name = places.row_name(s.code, form.label_of(s.code))
            found = form.of_code(s.code, "total")
            yield f"{places.title(statement)} / {name} / {places.column(statement, 'total')}", found or None
        elif "（项）" in s.subject and views.code_form(contents, statement).rows:
            yield f"{places.title(statement)} / {s.subject}（名称在表中未列）", None

    return locate


def basic(contents: ReportContents, s: Said) -> Cells:
    if s.quantity == "basic":
        yield _cell(contents, words.GENERAL, "basic")
    for quantity, concept, name in (
        ("personnel", "personnel_total", "人员经费合计"),
        ("public", "public_total", "公用经费合计"),
    ):
        if s.quantity == quantity:
            row = views.concept_row(contents, words.ECONOMIC, concept)
            figure = row.get("amount") if row is not None else None
            if row is None:  # the form has a column for each, and their totals in the row 合计
                total = views.code_form(contents, words.ECONOMIC).total
                figure = total.get(f"column:{name.removesuffix('合计')}") if total is not None else None
            yield f"{places.title(words.ECONOMIC)} / {name}", None if figure is None else [figure]


def three_public(when: str) -> Locate:
    def locate(contents: ReportContents, s: Said) -> Cells:
        if s.quantity in _THREE_PUBLIC:
            rows = views.rows_of(contents, words.THREE_PUBLIC)
            column = f"{when}_{s.quantity}"
            figure = next((f for r in rows if (f := r.get(column)) is not None), None)
            if when == "budget" and "initial_budget" in s.figures:  # some forms print it beside the year's budget
                figure = next((f for r in rows if (f := r.get(f"initial_{s.quantity}")) is not None), figure)
            yield (
                f"{places.title(words.THREE_PUBLIC)} / {places.column(words.THREE_PUBLIC, column)}",
                None if figure is None else [figure],
            )

    return locate


def budget_form(statement: str) -> Locate:
    def locate(contents: ReportContents, s: Said) -> Cells:
        form = views.code_form(contents, statement)
        if s.quantity not in ("opening", "income", "total", "closing") or (form.total is not None and s.quantity not in form.measures):
            return
        if form.total is None and not form.rows and views.state(contents, statement) == "empty":
            yield f"{places.title(statement)} / 本表无数据", []  # a form that is empty prints nothing of it
        else:
            yield _cell(contents, statement, s.quantity)

    return locate


# ---------------------------------------------------------------- rules from them


@dataclass(frozen=True, slots=True)
class Match:
    """Statements of some parts and measures = the cells that ``locate`` gives."""

    parts: tuple[str, ...]
    measures: tuple[str, ...]
    locate: Locate

    def build(self, rule: Rule, contents: ReportContents) -> Instances:
        told: set[tuple[object, ...]] = set()
        for s in said(contents, *self.parts):
            for measure in self.measures:
                if measure not in s.figures:
                    continue
                for name, figures in self.locate(contents, s):
                    key = (s.section, s.quantity, s.code, measure, name, s.figures[measure].value)
                    if s.quantity and key in told:  # what a section says twice is said once
                        continue
                    told.add(key)
                    right = Sum.of(*figures) if figures is not None else Sum(())
                    place = f"{s.place(measure)} ↔ {name}"
                    missing = () if figures is not None else (name,)
                    yield relation(rule, contents, place, lone(s.figures[measure]), right, missing=missing)


def nothing(rule: Rule, contents: ReportContents) -> Instances:
    """Where the narrative says that there is no such money, the form's total is blank or nothing."""
    for remark in remarks(contents, "none"):
        part, name = str(remark["part"]), str(remark["words"])
        for column, figure in _totals_of(contents, part, str(remark["quantity"] or "")):
            yield relation(rule, contents, f"情况说明 {remark['section']} / {name} ↔ {column}", Sum(()), lone(figure))


def _totals_of(contents: ReportContents, part: str, quantity: str) -> Iterator[tuple[str, Figure]]:
    statement = {"fund": words.FUND, "state_capital": words.STATE, "three_public": words.THREE_PUBLIC}.get(part)
    if statement is None or (part == "three_public" and quantity not in _THREE_PUBLIC):
        return
    for column in (f"final_{quantity}",) if part == "three_public" else ("income", "total"):
        if part == "three_public":
            found = next((f for r in views.rows_of(contents, statement) if (f := r.get(column)) is not None), None)
        else:
            cell = _cell(contents, statement, column)[1]
            found = cell[0] if cell else None
        if found is not None:
            yield f"{places.title(statement)} / {places.column(statement, column)}", found


def procurement_within(rule: Rule, contents: ReportContents) -> Instances:
    """Procurement is within the expenditure that is not for personnel (contracts of several years may exceed it)."""
    bought = find(contents, "procurement", "procurement_total")
    spent = _cell(contents, words.EXPENDITURE, "total")[1]
    row = views.concept_row(contents, words.ECONOMIC, "personnel_total")
    staff = row.get("amount") if row is not None else None
    if bought is not None and spent and staff is not None:
        place = f"情况说明 政府采购 / {bought.label} ≤ 支出合计 − 人员经费"
        yield relation(rule, contents, place, Sum.of(*spent, (-1, staff)), lone(bought), ">=", bounded=True)


def _rule(rule_id: str, title: str, title_zh: str, formula: str, match: Match, severity: Severity = "error") -> Rule:
    return rule(rule_id, title, title_zh, formula, match.build, severity, "narrative_vs_form", CITATION)


AGAINST_FORM_RULES: tuple[Rule, ...] = (
    _rule(
        "narrative_totals_vs_forms",
        "The grand totals stated are those of the summaries",
        "收、支总计与总表一致",
        "stated = 总计",
        Match(("totals", "fiscal_totals"), ("amount",), totals),
    ),
    _rule(
        "narrative_income_vs_forms",
        "Income and its kinds are those of the summary and the income form",
        "收入及各项收入与总表、收入决算表一致",
        "stated = cell",
        Match(("income", "totals"), ("amount",), income),
    ),
    _rule(
        "narrative_expenditure_vs_forms",
        "Expenditure and its kinds are those of the summary and the expenditure form",
        "支出及各项支出与总表、支出决算表一致",
        "stated = cell",
        Match(("expenditure", "totals"), ("amount",), expenditure),
    ),
    _rule(
        "narrative_general_vs_forms",
        "General budget expenditure is that of its form and of the fiscal summary",
        "一般公共预算财政拨款支出与决算表一致",
        "stated = cell",
        Match(("general_budget",), ("amount",), general),
    ),
    _rule(
        "narrative_items_vs_forms",
        "Classes and items of the general budget are those of its form",
        "各类、项支出与一般公共预算财政拨款支出决算表一致",
        "stated = cell of the code",
        Match(("general_budget",), ("amount",), _of_code(words.GENERAL)),
    ),
    _rule(
        "narrative_basic_vs_forms",
        "Basic expenditure, personnel and public funds are those of the forms",
        "基本支出、人员经费、公用经费与决算表一致",
        "stated = cell",
        Match(("basic",), ("amount",), basic),
    ),
    _rule(
        "narrative_three_public_vs_form",
        "The three public expenses are those of their form",
        "“三公”经费决算数与决算表一致",
        "stated = cell",
        Match(("three_public",), ("amount",), three_public("final")),
    ),
    _rule(
        "narrative_three_public_budget_vs_form",
        "The budget of the three public expenses is that of their form",
        "“三公”经费预算数与决算表一致",
        "stated = cell",
        Match(("three_public",), ("initial_budget", "budget"), three_public("budget")),
        "warning",
    ),
    _rule(
        "narrative_fund_vs_form",
        "Government funds are those of their form",
        "政府性基金收支与决算表一致",
        "stated = cell",
        Match(("fund",), ("amount",), budget_form(words.FUND)),
    ),
    _rule(
        "narrative_fund_items_vs_form",
        "Items of government funds are those of their form",
        "政府性基金各项支出与决算表一致",
        "stated = cell of the code",
        Match(("fund",), ("amount",), _of_code(words.FUND)),
    ),
    _rule(
        "narrative_state_capital_vs_form",
        "State capital expenditure is that of its form",
        "国有资本经营预算支出与决算表一致",
        "stated = cell",
        Match(("state_capital",), ("amount",), budget_form(words.STATE)),
    ),
    _rule(
        "narrative_state_capital_items_vs_form",
        "Items of state capital are those of their form",
        "国有资本经营预算各项支出与决算表一致",
        "stated = cell of the code",
        Match(("state_capital",), ("amount",), _of_code(words.STATE)),
    ),
    rule(
        "narrative_procurement_within",
        "Procurement is within the expenditure that is not for personnel",
        "政府采购支出不超过支出合计减人员经费",
        "expenditure − personnel ≥ procurement",
        procurement_within,
        "warning",
        "narrative_vs_form",
    ),
    rule(
        "narrative_none_vs_form",
        "Money that the narrative says there is none of is not in the forms",
        "表述为“无”的收支在决算表中为零",
        "form total = nothing",
        nothing,
        "error",
        "narrative_vs_form",
    ),
)
