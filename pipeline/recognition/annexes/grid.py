"""Rows of tables with cells, one after another over pages: what the readers of grid layouts walk over.

What belongs here: flattening tables into rows that still know their merged cells, and how far a row is shifted
against its headings.  What may not: what a row means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.reading.document import Cell, Document, Line, Table
from pipeline.recognition.annexes.model import NOTHING, Printed
from pipeline.recognition.annexes.vocabulary import words


@dataclass(frozen=True)
class GridRow:
    """One row of a table.  ``first`` and ``last`` say whether it begins or ends its table."""

    table: Table
    index: int
    sequence: int  # order of the table in the document
    page: int | None

    @cached_property
    def cells(self) -> tuple[Cell | None, ...]:
        """The cell that begins at each column; ``None`` for a hole or the rest of a merged cell."""
        at = (self.table.at(self.index, c) for c in range(self.table.n_cols))
        return tuple(cell if cell is not None and (cell.row, cell.col) == (self.index, c) else None for c, cell in enumerate(at))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Each column's text as the vocabulary sees it."""
        return tuple(words(printed.text) for printed in self.printed)

    @cached_property
    def printed(self) -> tuple[Printed, ...]:
        return tuple(Printed.of(c) for c in self.cells)

    def at(self, column: int | None) -> Printed:
        """What is printed in a column; nothing beyond the table's edges."""
        return self.printed[column] if column is not None and 0 <= column < len(self.printed) else NOTHING

    def text(self, column: int | None) -> str:
        return self.texts[column] if column is not None and 0 <= column < len(self.texts) else ""

    def cover(self, column: int) -> Cell | None:
        """The cell that covers a column, merged cells included."""
        return self.table.at(self.index, column) if 0 <= column < self.table.n_cols else None

    @property
    def first(self) -> bool:
        return self.index == 0

    @property
    def last(self) -> bool:
        return self.index == self.table.n_rows - 1

    @property
    def blank(self) -> bool:
        return not any(self.texts)

    def filled(self) -> list[tuple[int, str]]:
        """The columns that print something."""
        return [(c, t) for c, t in enumerate(self.texts) if t]


def walk(document: Document) -> Iterator[Line | GridRow]:
    """A document's lines and table rows in reading order."""
    sequence = 0
    for page, block in document.blocks():
        if isinstance(block, Line):
            yield block
            continue
        sequence += 1
        for index in range(block.n_rows):
            yield GridRow(block, index, sequence, page.number)


def headings(row: GridRow, columns: Sequence[tuple[str, re.Pattern[str]]]) -> dict[str, int]:
    """Which column of ``row`` has which heading; the first where two match."""
    found: dict[str, int] = {}
    for index, text in row.filled():
        for name, pattern in columns:
            if name not in found and pattern.fullmatch(text):
                found[name] = index
                break
    return found


_NUMERIC = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%{0,2}")


def numeric(text: str) -> bool:
    return bool(_NUMERIC.fullmatch(text))


#: What a column of this name may print: (pattern of what fits, cost of something else, cost of nothing).
Fits = Mapping[str, tuple[re.Pattern[str] | None, int, int]]


def best_shift(row: GridRow, columns: Mapping[str, int], fits: Fits, start: str, shifts: Sequence[int], beyond: int = 4) -> int:
    """By how many columns ``row`` stands off its headings: the shift in which most cells fit their columns.

    Rows lose or gain leading cells where merged level columns were cut by a page; the columns from ``start``
    on (by position) move together.  ``beyond`` is the cost of a cell to the right of them.  An unshifted row wins a draw.
    """
    edge = columns[start]
    end = max(columns.values())
    best, cheapest = 0, float("inf")
    for shift in shifts:
        cost = 0.25 * abs(shift)
        for name, column in columns.items():
            if column < edge or name not in fits:
                continue
            pattern, wrong, missing = fits[name]
            text = row.text(column + shift)
            if not text:
                cost += missing
            elif pattern is not None and not pattern.fullmatch(text):
                cost += wrong
        cost += sum(beyond for c, _ in row.filled() if c > end + shift)
        if cost < cheapest:
            best, cheapest = shift, cost
    return best
