"""Self-evaluation forms (项目支出绩效自评表, 部门整体支出绩效自评表 …): heads, budget, goal, indicators and sum, in any order.

What belongs here: which block each row belongs to.  What may not: reading the blocks (``budget``, ``indicators``), where a form begins
(``outline``), and rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.lexicon import annexes as meaning
from pipeline.recognition.annexes.announced import Annex
from pipeline.recognition.annexes.budget import (
    Budget,
    declared_weight,
    is_budget_heading,
    is_turned_budget,
    persons,
    read_budget,
    read_heads,
)
from pipeline.recognition.annexes.grid import GridRow
from pipeline.recognition.annexes.indicators import IndicatorBlock, indicator_columns
from pipeline.recognition.annexes.model import NOTHING, Form, Printed
from pipeline.recognition.annexes.units import unit_in


@dataclass
class _Blocks:
    """The rows of a form by block."""

    heads: list[GridRow] = field(default_factory=list)
    budget: list[GridRow] = field(default_factory=list)  # headings first
    indicators: IndicatorBlock = field(default_factory=IndicatorBlock)
    weight: Printed = NOTHING
    unit: str = ""
    now: str = "heads"


@dataclass(frozen=True, slots=True)
class FormRead:
    """A form, with the cells that name persons (stored nowhere)."""

    form: Form
    persons: tuple[Printed, ...]


def read_form(annex: Annex) -> FormRead | str:
    """The form that the rows print, or why they are none that can be read."""
    blocks = _Blocks(unit=annex.unit)
    rows = [r for r in annex.rows if r.filled()]
    for i, row in enumerate(rows):
        _take(blocks, row, rows[i - 1] if i else None, rows[i + 1] if i + 1 < len(rows) else None)
    columns = blocks.indicators.columns
    if not columns:
        return "its columns are not known: " + _shown(rows)
    if not ("actual" in columns or "score" in columns):
        return "it has targets only"
    if not blocks.budget and not annex.named:
        return "it has no title and no budget"
    budget: Budget = read_budget(blocks.budget[0], blocks.budget[1:]) if blocks.budget else {}
    if not budget and "score" not in columns:
        return "it has neither amounts nor scores"
    named = (t for i, r in enumerate(blocks.budget) for _, t in r.filled() if (i == 0 or meaning.heading(t, "budget")) and unit_in(t))
    place = next((p.place for r in rows for p in r.printed if p), Printed().place)
    found = blocks.indicators
    form = Form(
        read_heads(blocks.heads), budget, blocks.weight, found.indicators, tuple(found.subtotals), found.total_weight,
        found.total_score, next(named, blocks.unit), place,
    )  # fmt: skip
    return FormRead(form, tuple(persons(blocks.heads)))


def _take(blocks: _Blocks, row: GridRow, above: GridRow | None, below: GridRow | None) -> None:
    columns = indicator_columns(row, above)
    if columns is not None:
        blocks.now = "indicators"
        blocks.indicators.begin(columns)
    elif is_budget_heading(row) or (blocks.now != "budget" and is_turned_budget(row, below)):
        blocks.now = "budget"
        blocks.budget = blocks.budget or [row]
        blocks.weight = blocks.weight or declared_weight(row)
    elif blocks.now == "indicators":
        blocks.indicators.feed(row)
    else:
        _before_indicators(blocks, row)


def _before_indicators(blocks: _Blocks, row: GridRow) -> None:
    if blocks.now == "budget":
        blocks.weight = blocks.weight or declared_weight(row)
        if not any(meaning.is_row(t, "goal") for _, t in row.filled()):
            if any(meaning.label(t, "fund") or meaning.heading(t, "budget") for _, t in row.filled()):
                blocks.budget.append(row)
                return
        else:
            blocks.now = "goal"
    if blocks.indicators.columns and blocks.indicators.sum(row):
        return
    blocks.heads.append(row)


def _shown(rows: Sequence[GridRow]) -> str:
    """The headings that a reader of the report sees, for the reason."""
    widest = max(rows[:12], key=lambda r: len(r.filled()), default=None)
    return " | ".join(widest.at(c).text[:12] for c, _ in widest.filled()) if widest is not None else "no rows"
