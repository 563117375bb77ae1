"""The figures of one report as the typesetter takes them: forms as rows of code, label and values.

What belongs here: the value types, and reading them from ``samples/input/<name>/figures.csv``.  What may not: any
decision about how a form looks on paper (``samples.layout``) or what a reader makes of it.
Amounts are in 万元; ``None`` is a blank cell.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

CARRIED = ("opening", "income", "total", "basic", "project", "closing")
THREE_PUBLIC = ("total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception")
MEASURES: Mapping[str, tuple[str, ...]] = {
    "income_expenditure_summary": ("amount",),
    "income": ("total", "fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other"),
    "expenditure": ("total", "basic", "project", "to_superior", "business", "affiliated_subsidy"),
    "fiscal_appropriation_summary": ("total", "general", "government_fund", "state_capital"),
    "general_budget_expenditure": ("total", "basic", "project"),
    "basic_expenditure_by_economic_class": ("amount",),
    "government_fund": CARRIED,
    "state_capital": CARRIED,
    "three_public": tuple(f"{kind}_{m}" for kind in ("budget", "final") for m in THREE_PUBLIC),
}
"""The nine forms in the order of the ministry's template, with the measures that each can have (the income side of the
fiscal summary has one, ``amount``)."""


@dataclass(frozen=True)
class Line:
    """One row of a form (of one side of it); an empty label is a row that prints nothing."""

    side: str
    code: str
    label: str
    values: Mapping[str, Decimal | None]

    @property
    def is_total(self) -> bool:
        return not self.code and "".join(self.label.split()) == "合计"


@dataclass(frozen=True)
class ReportFigures:
    """One report's forms.  A form without rows is printed empty; a form that is absent here is not printed."""

    publisher: str
    kind: str  # 部门 | 单位
    year: int
    forms: Mapping[str, tuple[Line, ...]]
    listed: tuple[str, ...] = ()  # forms that the contents list though they may not be printed
    notes: Mapping[str, str] = field(default_factory=dict)

    def side(self, form: str, side: str) -> tuple[Line, ...]:
        return tuple(line for line in self.forms[form] if line.side == side)


@dataclass(frozen=True)
class TruthCell:
    """One cell as a layout prints it; ``value`` in 万元, empty for a blank."""

    form: str
    row_no: str
    side: str
    code: str
    name: str
    col: str
    value: str


def decimal_or_blank(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def read_lines(path: Path) -> dict[str, tuple[Line, ...]]:
    """Rows of ``form,side,code,label,values`` with values as ``total=1.00;basic=`` (nothing after ``=``: a blank cell)."""
    forms: dict[str, list[Line]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values = dict(pair.split("=") for pair in row["values"].split(";") if pair)
            line = Line(row["side"], row["code"], row["label"], {m: decimal_or_blank(v) for m, v in values.items()})
            forms.setdefault(row["form"], []).append(line)
    return {form: tuple(lines) for form, lines in forms.items()}


def write_cells(path: Path, cells: Iterable[TruthCell]) -> None:
    """The truth of one layout as CSV: ``form,row_no,side,code,name,col,value``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["form", "row_no", "side", "code", "name", "col", "value"])
        for c in cells:
            out.writerow([c.form, c.row_no, c.side, c.code, c.name, c.col, c.value])
