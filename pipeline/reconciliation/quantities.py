"""Which figures claim the same thing: printed in several forms, in the narrative, in a summary and its form.

Two figures are one quantity when they bear the same name and code within a report, or when an identity says that the one equals the other
across two tables (a sum with a single part inside one table does not make the part the same thing as the sum).

What belongs here: names of quantities as data, and the grouping.  What may not: choosing a value (``amounts``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.model.classification import bare_name
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation
from pipeline.model.figures import Figure
from pipeline.reconciliation.groups import Groups
from pipeline.reconciliation.layout import Rows, TableKey, row_of, row_order, tables_of


@dataclass(frozen=True, slots=True)
class LineName:
    """A line of a two-sided form that is a quantity of its own: statement, side, measure, the words of its label, and the name."""

    statement: str
    side: str
    measure: str
    words: re.Pattern[str]
    quantity: str


def _lines(statement: str, side: str, measure: str, *names: tuple[str, str]) -> tuple[LineName, ...]:
    return tuple(LineName(statement, side, measure, re.compile(words), quantity) for words, quantity in names)


_SUMMARY, _FISCAL = "income_expenditure_summary", "fiscal_appropriation_summary"

#: Lines of the summaries; the first pattern that fits names the line.
LINES: tuple[LineName, ...] = (
    *_lines(
        _SUMMARY, "income", "amount",
        (r"^本年收入|^收入合计", "income"),
        (r"^使用.*结余|^动用.*结余|事业基金弥补", "surplus_used"),
        (r"^(年初|上年|期初)", "opening_balance"),
        (r"总计$", "income_grand_total"),
        (r"^(一般)?公共(财政)?预算", "fiscal_income_general"),
        (r"^政府性基金", "fiscal_income_government_fund"),
        (r"^国有资本经营", "fiscal_income_state_capital"),
        (r"^财政拨款", "income_fiscal"),
        (r"^上级补助", "income_superior_subsidy"),
        (r"^事业(单位)?收入", "income_institutional"),
        (r"经营收入", "income_business"),
        (r"^附属单位", "income_affiliated_remittance"),
        (r"^其他收入", "income_other"),
    ),
    *_lines(
        _SUMMARY, "expenditure", "amount",
        (r"^本年支出|^支出合计", "expenditure"),
        (r"^结余分配", "surplus_distributed"),
        (r"^(年末|期末)|^结转下年", "closing_balance"),
        (r"总计$", "expenditure_grand_total"),
    ),
    *_lines(
        _FISCAL, "income", "amount",
        (r"^本年收入|^收入合计", "fiscal_income"),
        (r"^(年初|上年|期初)", "fiscal_opening_balance"),
        (r"总计$", "fiscal_grand_total"),
        (r"^(一般)?公共(财政)?预算", "fiscal_income_general"),
        (r"^政府性基金", "fiscal_income_government_fund"),
        (r"^国有资本经营", "fiscal_income_state_capital"),
    ),
    *(
        line
        for measure, suffix in (("total", ""), ("general", "_general"), ("government_fund", "_government_fund"), ("state_capital", "_state_capital"))
        for line in _lines(
            _FISCAL, "expenditure", measure,
            (r"^本年支出|^支出合计", f"fiscal_expenditure{suffix}"),
            (r"^(年末|期末)|^结转下年", f"fiscal_closing_balance{suffix}"),
            (r"总计$", f"fiscal_grand_total{suffix}"),
        )
    ),
    *_lines("basic_expenditure_by_economic_class", "personnel", "amount", (r"^人员经费", "personnel_expenditure")),
    *_lines("basic_expenditure_by_economic_class", "public", "amount", (r"公用经费", "public_expenditure")),
)  # fmt: skip

#: The lines of each column of a two-sided form, by statement, side and measure.
_LINES_OF = {key: [line for line in LINES if (line.statement, line.side, line.measure) == key] for key in
             {(line.statement, line.side, line.measure) for line in LINES}}  # fmt: skip

#: Columns of the coded forms: the quantity of every row, the code told apart (合计: ``total``).
COLUMNS: Mapping[tuple[str, str], str] = {
    ("income", "total"): "income",
    ("income", "fiscal"): "income_fiscal",
    ("income", "superior_subsidy"): "income_superior_subsidy",
    ("income", "institutional"): "income_institutional",
    ("income", "business"): "income_business",
    ("income", "affiliated_remittance"): "income_affiliated_remittance",
    ("income", "other"): "income_other",
    ("expenditure", "total"): "expenditure",
    ("expenditure", "basic"): "expenditure_basic",
    ("expenditure", "project"): "expenditure_project",
    ("expenditure", "to_superior"): "expenditure_to_superior",
    ("expenditure", "business"): "expenditure_business",
    ("expenditure", "affiliated_subsidy"): "expenditure_affiliated_subsidy",
    ("general_budget_expenditure", "total"): "fiscal_expenditure_general",
    ("general_budget_expenditure", "basic"): "fiscal_expenditure_general_basic",
    ("general_budget_expenditure", "project"): "fiscal_expenditure_general_project",
    ("government_fund", "total"): "fiscal_expenditure_government_fund",
    ("state_capital", "total"): "fiscal_expenditure_state_capital",
}

#: Lines below a line of the first name that break it down: their own name, and the name that they have there.
BELOW: Mapping[str, Mapping[str, str]] = {
    "fiscal_opening_balance": {
        "fiscal_income_general": "fiscal_opening_balance_general",
        "fiscal_income_government_fund": "fiscal_opening_balance_government_fund",
        "fiscal_income_state_capital": "fiscal_opening_balance_state_capital",
    }
}

#: Sources in order of trust: a tie between equally good prints goes to the first.
SOURCES: tuple[str, ...] = (
    "expenditure", "income", "general_budget_expenditure", "government_fund", "state_capital", "basic_expenditure_by_economic_class",
    "three_public", "fiscal_appropriation_summary", "income_expenditure_summary",
)  # fmt: skip
SECTIONS: tuple[str, ...] = ("form", "narrative", "self_evaluation", "self_evaluation_summary", "evaluation")

TOTAL = "total"


@dataclass(frozen=True)
class Quantity:
    """One quantity of one report: its name, its code, and its figures, the most trusted first.

    ``names`` are all names under which forms print it, its own included: where all money is fiscal, the expenditure
    on an item and the general budget's are one quantity, and both names find it.
    """

    report_id: str
    name: str
    code: str
    figures: tuple[Figure, ...]
    names: tuple[tuple[str, str], ...]


def trust(figure: Figure) -> tuple[int, int, tuple[tuple[int, str], ...], str]:
    """Sorts sources: section, form, order in the document."""
    section = SECTIONS.index(figure.section) if figure.section in SECTIONS else len(SECTIONS)
    statement = SOURCES.index(figure.statement) if figure.statement in SOURCES else len(SOURCES)
    return section, statement, row_order(row_of(figure)), figure.figure_id


def _address(figure: Figure) -> tuple[str, str]:
    """The quantity's name and code by the figure's own address."""
    label, side = figure.label or "", figure.side or ""
    if figure.section != "form":
        row = figure.code or label or figure.row_no or ""
        return _named_by_place(figure.section, figure.statement, side, figure.measure), f"{row}#{row_of(figure)}"
    if not figure.code and (line := _line(figure.statement, side, figure.measure, label)) is not None:
        return line, TOTAL
    quantity = COLUMNS.get((figure.statement, figure.measure)) or _named_by_place(figure.statement, side, figure.measure)
    if figure.code:
        return quantity, figure.code
    if figure.side is None:
        return quantity, TOTAL
    return quantity, bare_name(label) or f"#{row_of(figure)}"


@lru_cache(maxsize=4096)
def _named_by_place(*parts: str) -> str:
    return "_".join(p for p in parts if p)


@lru_cache(maxsize=16384)
def _line(statement: str, side: str, measure: str, label: str) -> str | None:
    """The quantity that a line of a two-sided form is by its words."""
    words = bare_name(label)
    return next((line.quantity for line in _LINES_OF.get((statement, side, measure), ()) if line.words.search(words)), None)


def addresses_of(contents: ReportContents) -> Mapping[str, tuple[str, str]]:
    """The :func:`addresses` of a report's figures, told once."""
    return contents.once(("addresses",), lambda: addresses(tables_of(contents)))


def addresses(printed: Mapping[TableKey, Rows]) -> dict[str, tuple[str, str]]:
    """Name and code of the quantity of every figure of some tables, told from where it stands.

    Lines that break down the line above them are named after it; a line without a code whose words come again in its table is
    another thing (its code gets a number), a code that comes again is the same thing.
    """
    found: dict[str, tuple[str, str]] = {}
    for (_, section, _, _), rows in printed.items():
        below: Mapping[str, str] = {}
        seen: dict[tuple[str, str, str], int] = {}
        for row, cells in rows:
            printing = row.rpartition(".")[0]
            for f in cells.values():
                name, code = _address(f)
                name = below.get(name, name)
                if section == "form" and not f.code:
                    count = seen[(printing, name, code)] = seen.get((printing, name, code), 0) + 1
                    code = code if count == 1 else f"{code} ({count})"
                found[f.figure_id] = (name, code)
                if name in BELOW:
                    below = BELOW[name]
    return found


def quantities(contents: ReportContents, equations: Sequence[Equation]) -> list[Quantity]:
    """All quantities of one report, in order of name and code; told once where the equations are the same.  Blank cells are sources too."""
    told: list[tuple[Sequence[Equation], list[Quantity]]] = contents.once(("quantities",), list)
    for those, found in told:
        if those is equations:
            return found
    found = _quantities(contents, equations)
    told.append((equations, found))
    return found


def _quantities(contents: ReportContents, equations: Sequence[Equation]) -> list[Quantity]:
    kept = contents.by_id()
    names = addresses_of(contents)
    alike: Groups[tuple[str, str]] = Groups()
    for equation in equations:
        pair = _same(equation)
        if pair and pair[0].figure_id in kept and pair[1].figure_id in kept:
            alike.tie(names[f.figure_id] for f in pair)
    groups: dict[tuple[str, str], list[Figure]] = {}
    for key, f in kept.items():
        groups.setdefault(alike.of(names[key]), []).append(f)
    found = []
    for group in groups.values():
        ordered = tuple(sorted(group, key=trust)) if len(group) > 1 else tuple(group)
        own = names[ordered[0].figure_id]
        every = {own, *(names[f.figure_id] for f in ordered if f.section == "form")}
        found.append(Quantity(ordered[0].report_id, *own, ordered, tuple(sorted(every))))
    return sorted(found, key=lambda q: (q.name, q.code))


def _same(equation: Equation) -> tuple[Figure, Figure] | None:
    """The two figures that an equation says are one amount, printed in two tables."""
    figures = tuple(equation.figures())
    if len(figures) != 2 or equation.relation != "=" or equation.tolerance or equation.missing:
        return None
    one, other = figures
    left, right = equation.left.linear(), equation.right.linear()
    if left is None or right is None or left[1] != right[1]:
        return None
    terms = equation.terms()
    if {terms.get(one.figure_id), terms.get(other.figure_id)} != {1, -1}:
        return None
    apart = (one.section, one.statement) != (other.section, other.statement)
    return (one, other) if apart and one.unit == other.unit and one.report_id == other.report_id else None
