"""Figures that print the same amount as another: by an identity of two figures, or usually (most money is fiscal).

The *usual* equalities rank explanations and never judge: they hold in nearly every row of most reports, but a department with
non-fiscal money, funds or carry-over may lawfully break them.

What belongs here: which figures to look at for a second opinion.  What may not: equations that a report must satisfy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pipeline.model.figures import Figure
from pipeline.reconciliation.system import System

Rows = Literal["coded", "total"]


@dataclass(frozen=True, slots=True)
class Usual:
    """Two cells that usually print the same amount: ``(statement, measure)`` each, row by row of equal code, in the total row, or by named codes."""

    one: tuple[str, str]
    other: tuple[str, str]
    rows: Rows | tuple[str | None, str | None]


def _by_code(one: tuple[str, str], other: tuple[str, str]) -> tuple[Usual, ...]:
    return (Usual(one, other, "coded"), Usual(one, other, "total"))


_BUDGETS = ("general_budget_expenditure", "government_fund", "state_capital")
_ECONOMIC = ("basic_expenditure_by_economic_class", "amount")

#: All usual equalities.  A blank row code (``None``) stands for a table of one row.
USUAL: tuple[Usual, ...] = (
    *(u for b in _BUDGETS for m in ("total", "basic", "project") for u in _by_code(("expenditure", m), (b, m))),
    *_by_code(("expenditure", "total"), ("income", "total")),
    *_by_code(("income", "fiscal"), ("general_budget_expenditure", "total")),
    Usual(("three_public", "final_abroad"), _ECONOMIC, (None, "30212")),
    Usual(("three_public", "final_reception"), _ECONOMIC, (None, "30217")),
    Usual(("three_public", "final_vehicle_operation"), _ECONOMIC, (None, "30231")),
    Usual(("three_public", "final_vehicle_purchase"), _ECONOMIC, (None, "31013")),
    Usual(_ECONOMIC, ("general_budget_expenditure", "basic"), ("30108", "2080505")),
    Usual(_ECONOMIC, ("general_budget_expenditure", "basic"), ("30109", "2080506")),
    Usual(_ECONOMIC, ("general_budget_expenditure", "basic"), ("30113", "2210201")),
)


def copies(system: System) -> Mapping[int, tuple[int, ...]]:
    """For each column, the columns that print or usually print the same amount (in order of their ids)."""
    pairs: set[tuple[int, int]] = set()
    for line in system.lines:
        if len(line.terms) == 2 and sorted(line.terms.values()) == [-1, 1] and line.low is not None and line.high is not None:
            pairs.add(tuple(line.terms))  # type: ignore[arg-type]
    cells: dict[tuple[str, str], dict[tuple[str, str], list[int]]] = defaultdict(dict)
    for column, figure in enumerate(system.figures):
        if figure.section == "form":
            for row in _row_keys(figure):
                cells[(figure.statement, figure.measure)].setdefault((figure.report_id, row), []).append(column)
    for usual in USUAL:
        there = cells.get(usual.other, {})
        for (report, row), ones in cells.get(usual.one, {}).items():
            wanted = _counterpart(usual, row)
            others = there.get((report, wanted), []) if wanted is not None else []
            if len(ones) == len(others) == 1:
                pairs.add((ones[0], others[0]))
    found: dict[int, set[int]] = defaultdict(set)
    for a, b in pairs:
        found[a].add(b)
        found[b].add(a)
    return {c: tuple(sorted(others)) for c, others in found.items()}


def _row_keys(figure: Figure) -> Iterable[str]:
    if figure.code:
        yield figure.code
    elif figure.statement == "three_public":
        yield ""
    elif figure.side is None:
        yield "total"


def _counterpart(usual: Usual, row: str) -> str | None:
    if usual.rows == "coded":
        return row if row.isdigit() else None
    if usual.rows == "total":
        return row if row == "total" else None
    return (usual.rows[1] or "") if row == (usual.rows[0] or "") else None
