"""Summary tables of self-evaluations (自评情况汇总表) in their regional forms: reading, figures and rows.

What belongs here: the rows of a summary.  What may not: where it begins (``outline``), comparing it with the forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipeline.lexicon.annexes import around, is_row, words
from pipeline.recognition.annexes.announced import Annex
from pipeline.recognition.annexes.emit import SUMMARIES, Address, Collector, exact, pair, plain, text_of
from pipeline.recognition.annexes.grid import GridRow, headings
from pipeline.recognition.annexes.model import NOTHING, Printed, SummaryRow
from pipeline.recognition.annexes.units import USUAL, Unit, unit_in

_AMOUNTS = ("initial_budget", "adjusted_budget", "executed")
_VALUES = ("score", "grade", "executed", "rate_printed", "adjusted_budget")


def summary_rows(annex: Annex) -> tuple[list[SummaryRow], list[SummaryRow]]:
    """Every project row of a summary table, and every row of sums, in printed order."""
    found: list[SummaryRow] = []
    sums: list[SummaryRow] = []
    columns: dict[str, int] = {}
    unit = annex.unit
    for row in annex.rows:
        header = headings(row, "summary")
        if "project" in header and ("score" in header or "grade" in header) and len(header) >= 3:
            columns = header
            unit = next((row.at(c).text for c in header.values() if unit_in(row.text(c))), unit)
            continue
        read = SummaryRow({n: row.at(c) for n, c in columns.items() if n not in ("category", "remark")}, annex.title, annex.note, unit)
        if any(is_row(t, "sum", "subtotal") for _, t in row.filled()[:2]):
            sums.append(read)
        elif columns and _is_project(row, words(read.cells["project"].text)):
            _take(found, read, row.first)
    return found, sums


def _take(found: list[SummaryRow], read: SummaryRow, first: bool) -> None:
    if first and found and not _has_values(read):
        found[-1] = _joined(found[-1], read)  # the rest of names that a page has cut
    elif _has_values(read) or read.cells.get("no", NOTHING).text:
        found.append(read)


def _is_project(row: GridRow, project: str) -> bool:
    """Whether a row lists a project: it has a name, and is no sum and no heading across the table."""
    none = any(around(concept).match(project) for concept in ("nothing_listed", "no_project"))
    return bool(project) and not none and len(row.filled()) > 1


def _has_values(row: SummaryRow) -> bool:
    return any(row.cells[name].text for name in _VALUES if name in row.cells)


def _joined(row: SummaryRow, rest: SummaryRow) -> SummaryRow:
    cells = {n: replace(c, text=c.text + rest.cells[n].text) if n in ("project", "unit") and n in rest.cells else c for n, c in row.cells.items()}
    return replace(row, cells=cells)


def emit_summary(out: Collector, first: int, rows: Sequence[SummaryRow], sums: Sequence[SummaryRow] = ()) -> None:
    """Figures and rows, numbered from ``first``; sums are figures of their own side."""
    amounts = [exact(r.cells[n].text)[0] for r in rows for n in _AMOUNTS if n in r.cells]
    unit = (unit_in(rows[0].unit) if rows else None) or USUAL
    doubt = "unit_assumed" if unit.doubtful(a for a in amounts if a is not None) else None
    for order, row in enumerate(rows, start=first):
        at = Address("self_evaluation_summary", "summary", "", order, text_of(row.cells.get("project")))
        _figures(out, at, row, unit, doubt)
        columns: dict[str, Any] = {}
        for name in (*_AMOUNTS, "rate_printed", "score"):
            columns |= pair(name, row.cells.get(name, NOTHING))
        out.row(
            SUMMARIES, _place(row), row_no=order, project=at.label, unit=text_of(row.cells.get("unit")),
            grade=plain(row.cells.get("grade", NOTHING)), note=row.note, **columns,
        )  # fmt: skip
    for order, row in enumerate(sums, start=first):
        _figures(out, Address("self_evaluation_summary", "summary", "sum", order, "合计"), row, unit, doubt)


def _figures(out: Collector, at: Address, row: SummaryRow, unit: Unit, doubt: str | None) -> None:
    for name in _AMOUNTS:
        if name in row.cells:
            out.number(at, name, row.cells[name], "万元", unit, doubt)
    if "rate_printed" in row.cells:
        out.rate(at, row.cells["rate_printed"], row.cells.get("executed"), row.cells.get("adjusted_budget"))
    if "score" in row.cells:
        out.number(at, "score", row.cells["score"], "分")


def _place(row: SummaryRow) -> Any:
    project: Printed | None = row.cells.get("project")
    return project.place if project is not None else None
