"""Equations over the figures of two reports or more: the year before, and a department's units.

Each is evaluated when both reports are there and ``not_evaluated`` with the missing one named when not.  The reports of two years
belong to one publisher by its names in the registry (departments are renamed when offices are reorganised).

What belongs here: these rules and their equations.  What may not: rules within one report (``expectations.rules``), which reports
belong together (``beside``), and how equations are decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation, Sum, evaluate
from pipeline.model.figures import Figure, Report
from pipeline.reconciliation.beside import Beside
from pipeline.reconciliation.quantities import addresses_of, quantities, trust

Key = tuple[str, str]
#: A report, its own equations (which say what of it is one quantity), and the reports beside it.
Build = Callable[[ReportContents, Sequence[Equation], Beside], Iterable[Equation]]


@dataclass(frozen=True, slots=True)
class AcrossRule:
    """One rule over several reports, with the columns of ``checks.rules``."""

    rule_id: str
    title: str
    title_zh: str
    kind: str
    severity: Literal["error", "warning", "info"]
    formula: str
    citation: str
    build: Build
    suite: str = "across_reports"
    since_year: int | None = None
    until_year: int | None = None


#: Opening quantity → the closing quantity of the year before.
BALANCES: Mapping[str, str] = {
    "opening_balance": "closing_balance",
    "fiscal_opening_balance": "fiscal_closing_balance",
    "fiscal_opening_balance_general": "fiscal_closing_balance_general",
    "fiscal_opening_balance_government_fund": "fiscal_closing_balance_government_fund",
    "fiscal_opening_balance_state_capital": "fiscal_closing_balance_state_capital",
    "government_fund_opening": "government_fund_closing",
    "state_capital_opening": "state_capital_closing",
}

#: Quantities that add up over the units of a department (transfers between them do not).
ADDITIVE = frozenset(
    {
        "income_fiscal", "expenditure_basic", "expenditure_project", "fiscal_income", "fiscal_expenditure", "fiscal_expenditure_general",
        "fiscal_expenditure_general_basic", "fiscal_expenditure_general_project", "fiscal_expenditure_government_fund",
        "fiscal_expenditure_state_capital", "personnel_expenditure", "public_expenditure", "opening_balance", "closing_balance",
    }
)  # fmt: skip


# ---------------------------------------------------------------- equations


def _named(contents: ReportContents) -> Mapping[Key, Figure]:
    """The most trusted figure of every name and code."""

    def make() -> dict[Key, Figure]:
        found: dict[Key, Figure] = {}
        names = addresses_of(contents)
        for f in sorted(contents.figures, key=trust):
            found.setdefault(names[f.figure_id], f)
        return found

    return contents.once(("named",), make)


def _place(figure: Figure, name: str, code: str) -> str:
    """Label, code and quantity: unique in a report, because name and code are."""
    return f"{figure.label or ''} {code} / {name}".strip()


def _absent(report: Report) -> str:
    return f"the report of {report.publisher} for {report.fiscal_year - 1}"


def opening_equations(this: ReportContents, last: ReportContents | None) -> Iterator[Equation]:
    """This year's openings against last year's closings, line by line and code by code."""
    here, there = _named(this), _named(last) if last else {}
    names = {name for name, _ in there}
    for (name, code), figure in sorted(((key, f) for key, f in here.items() if key[0] in BALANCES), key=lambda item: item[0]):
        closing = BALANCES[name]
        place = _place(figure, name, code)
        other = there.get((closing, code))
        missing: tuple[str, ...] = ()
        if last is None:
            missing = (_absent(this.report),)
        elif other is None and closing not in names:
            missing = (f"{closing} in the report for {last.report.fiscal_year}",)
        elif other is None and code[:1].isdigit():
            # codes change from year to year: the balance of one that is new may have closed under another
            missing = (f"{closing} under code {code} in the report for {last.report.fiscal_year}",)
        right = Sum.of(other) if other is not None else Sum(())
        yield Equation(OPENING.rule_id, this.report.report_id, place, Sum.of(figure), right, missing=missing)


def base_equations(
    this: ReportContents, equations: Sequence[Equation], last: ReportContents | None, last_equations: Sequence[Equation] = ()
) -> Iterator[Equation]:
    """For every stated change on last year: amount − change against what last year's report printed.

    ``equations`` (and ``last_equations``) say which figures of each report are one quantity.
    """
    pairs = list(_stated_changes(this))
    if not pairs:
        return
    keys = {f.figure_id: q.names for q in quantities(this, equations) for f in q.figures}
    published: dict[Key, Figure] = {}
    if last is not None:
        for q in quantities(last, last_equations):
            printed = next((f for f in q.figures if f.value is not None), None)
            if printed is not None:
                published |= {key: printed for key in q.names if key not in published}
        published |= {key: f for key, f in _spoken(last).items() if key not in published}
    for place, spoken, amount, change in pairs:
        missing: tuple[str, ...] = ()
        found = None
        if amount is None:
            missing = ("the amount that the change is stated of",)
        elif last is None:
            missing = (_absent(this.report),)
        else:
            wanted = [*keys.get(amount.figure_id, ()), spoken]
            found = next((published[k] for k in wanted if k in published), None)
            if found is None:
                missing = (f"the same amount in the report for {last.report.fiscal_year}",)
        left = Sum.of(amount, (-1, change)) if amount is not None else Sum.of((-1, change))
        right = Sum.of(found) if found is not None else Sum(())
        yield Equation(BASE.rule_id, this.report.report_id, place, left, right, missing=missing)


def _stated_changes(contents: ReportContents) -> Iterator[tuple[str, Key, Figure | None, Figure]]:
    """Stated changes on last year with the amount that they are stated of: the last one before of the same subject."""
    figures = contents.by_id()
    amounts: dict[Key, Figure] = {}
    for row in sorted(contents.rows_of("core.statements"), key=lambda r: int(r["row_no"])):
        figure = figures.get(str(row.get("figure_id")))
        if figure is None or figure.unit != "万元":
            continue
        key = _subject(row)
        if row["measure"] in ("amount", "executed"):
            amounts[key] = figure
        elif row["measure"] == "change" and (row.get("basis") or "last_year") == "last_year":
            yield (
                f"情况说明 {row.get('section') or ''} / {row.get('subject') or ''} / 上年数 {row['row_no']}",
                key,
                amounts.get(key),
                figure,
            )


def _subject(row: Mapping[str, object]) -> Key:
    quantity = str(row.get("quantity") or row.get("subject") or "")
    return f"said of {row.get('part') or ''}: {quantity}", str(row.get("code") or "")


def _spoken(contents: ReportContents) -> dict[Key, Figure]:
    """The amounts that a narrative states, by part, subject and code (the first of each)."""
    figures = contents.by_id()
    found: dict[Key, Figure] = {}
    for row in sorted(contents.rows_of("core.statements"), key=lambda r: int(r["row_no"])):
        figure = figures.get(str(row.get("figure_id")))
        if figure is not None and figure.value is not None and row["measure"] in ("amount", "executed"):
            found.setdefault(_subject(row), figure)
    return found


def unit_equations(department: ReportContents, units: Mapping[str, ReportContents], expected: Sequence[str]) -> Iterator[Equation]:
    """A department's additive amounts against the sum of its units', where the reports of all expected units are there.

    ``expected`` names the units that the department's accounts cover, its own office included; empty where they are not known, then nothing
    is stated.  ``units`` has their reports by these names.
    """
    if not expected:
        return
    absent = tuple(f"the report of {name} for {department.report.fiscal_year}" for name in expected if name not in units)
    parts = [_named(u) for u in sorted((units[n] for n in expected if n in units), key=lambda u: u.report.report_id)]
    for (name, code), figure in sorted(_named(department).items(), key=lambda item: item[0]):
        if name not in ADDITIVE or figure.section != "form":
            continue
        held = [p[(name, code)] for p in parts if (name, code) in p]
        if figure.value is None and all(f.value is None for f in held):
            continue
        place = _place(figure, name, code)
        yield Equation(UNITS.rule_id, department.report.report_id, place, Sum.of(figure), Sum.of(*held), missing=absent)


def holding(equations: Iterable[Equation]) -> list[Equation]:
    """Equations of last year that hold: they acquit last year's figures when both years are solved together.

    One that holds by the digits alone that are printed of it (``shortened``) is none: no true values satisfy it, and it would be a case of
    last year's among this year's.
    """
    return [e for e in equations if (o := evaluate(e)).verdict in ("exact", "rounding") and not o.shortened]


# ---------------------------------------------------------------- rules

OPENING = AcrossRule(
    "opening_equals_last_closing",
    "This year's opening balance is last year's closing balance",
    "本年年初结转和结余等于上年年末结转和结余",
    "cross_year",
    "error",
    "opening(year) = closing(year − 1)",
    "Final accounts of consecutive years: 年初结转和结余 is what was carried over at the end of the year before",
    lambda this, equations, beside: opening_equations(this, beside.last),
)
BASE = AcrossRule(
    "stated_change_gives_last_year",
    "The amount less its stated change is what last year's report printed",
    "本年数减去所述增减额等于上年公开数",
    "cross_year",
    "warning",
    "amount(year) − change(year) = amount(year − 1)",
    "Narrative: 与上年度相比增加/减少; a later year may lawfully restate its base, which is then worth knowing",
    lambda this, equations, beside: base_equations(this, equations, beside.last, beside.last_equations),
)
UNITS = AcrossRule(
    "department_equals_units",
    "A department's amount is the sum of its units'",
    "部门决算数等于所属单位决算数之和",
    "cross_publisher",
    "warning",
    "amount(department) = Σ amount(unit)",
    "部门决算 covers the department's own office and its subordinate units; transfers between them may be eliminated",
    lambda this, equations, beside: unit_equations(this, beside.units, beside.expected),
)
RULES: Mapping[str, AcrossRule] = {r.rule_id: r for r in (OPENING, BASE, UNITS)}
