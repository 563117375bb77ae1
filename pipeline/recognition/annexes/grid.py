"""Rows of tables, one after another over pages: what the readers of the annexes walk over.

What belongs here: flattening tables into rows that still know their merged cells, turning a table on its side, which column has which
heading, and how far a row is shifted against its headings.  What may not: what a row means.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from pipeline.lexicon import annexes as meaning
from pipeline.lexicon.annexes import words
from pipeline.reading.document import Cell, Document, Line, Table
from pipeline.recognition.annexes.model import NOTHING, Printed

#: Begins the name of a column whose heading is not known.
UNKNOWN = "?"
_FEWEST_HEADINGS = 3


@dataclass(frozen=True)
class TextLine:
    """A line of text, and its position in :meth:`~pipeline.reading.document.Document.blocks`."""

    line: Line
    sequence: int
    page: int | None

    @cached_property
    def words(self) -> str:
        return words(self.line.text)


@dataclass(frozen=True)
class GridRow:
    """One row of a table, or one column of a table on its side.  ``sequence`` is the table's position in the document's blocks."""

    sequence: int
    page: int | None
    index: int
    printed: tuple[Printed, ...]  # what begins at each column; nothing for a hole or the rest of a merged cell
    table: Table | None = None
    last: bool = False

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Each column's text as the lexicon sees it."""
        return tuple(words(printed.text) for printed in self.printed)

    def at(self, column: int | None) -> Printed:
        """What is printed in a column; nothing beyond the table's edges."""
        return self.printed[column] if column is not None and 0 <= column < len(self.printed) else NOTHING

    def text(self, column: int | None) -> str:
        return self.texts[column] if column is not None and 0 <= column < len(self.texts) else ""

    def cover(self, column: int) -> Cell | None:
        """The cell that covers a column, merged cells included."""
        return self.table.at(self.index, column) if self.table is not None and 0 <= column < self.table.n_cols else None

    @property
    def width(self) -> int:
        return len(self.printed)

    def repeats(self, heading: GridRow) -> bool:
        """Whether it prints a row of three headings or more again, all of its words but one at most."""
        if self.sequence == heading.sequence or self.width != heading.width or len(heading.filled()) < _FEWEST_HEADINGS:
            return False
        apart = [(a, b) for a, b in zip(self.texts, heading.texts, strict=True) if a != b]
        return not apart or (len(apart) == 1 and bool(apart[0][0]) and not re.search(r"\d", apart[0][0]))

    @property
    def first(self) -> bool:
        return self.index == 0

    @cached_property
    def _filled(self) -> list[tuple[int, str]]:
        return [(c, t) for c, t in enumerate(self.texts) if t]

    def filled(self) -> list[tuple[int, str]]:
        """The columns that print something."""
        return self._filled


def rows_of(table: Table, sequence: int, page: int | None) -> list[GridRow]:
    """A table's rows in printed order."""
    begins = {(c.row, c.col): Printed.of(c, sequence) for c in table.cells}
    return [
        GridRow(sequence, page, r, tuple(begins.get((r, c), NOTHING) for c in range(table.n_cols)), table, r == table.n_rows - 1)
        for r in range(table.n_rows)
    ]


def turned(rows: Sequence[GridRow]) -> list[GridRow]:
    """The same cells on their side: a row for each column of ``rows``."""
    width = max((r.width for r in rows), default=0)
    made = [tuple(r.at(c) for r in rows) for c in range(width)]
    return [GridRow(rows[0].sequence, rows[0].page, i, cells, None, i == width - 1) for i, cells in enumerate(made)]


def walk(document: Document, taken: Collection[int] = ()) -> Iterator[TextLine | GridRow]:
    """A document's lines and table rows in reading order, but for the blocks that are ``taken``."""
    for sequence, (page, block) in enumerate(document.blocks()):
        if sequence in taken:
            continue
        if isinstance(block, Line):
            yield TextLine(block, sequence, page.number)
        else:
            yield from rows_of(block, sequence, page.number)


def headings(row: GridRow, scope: str, labels: Collection[int] = ()) -> dict[str, int]:
    """Which column of ``row`` has which concept of a kind of table; the first where two have one, rather one that is not over labels."""
    found: dict[str, int] = {}
    for index, text in row.filled():
        concept = meaning.heading(text, scope)
        if concept is not None and found.get(concept, index) in (index, *labels):
            found[concept] = index
    return found


def with_unknown(row: GridRow, columns: Mapping[str, int], after: int) -> dict[str, int]:
    """The columns, and those behind ``after`` whose headings are not known (``?7``): their cells stand there and nowhere else."""
    known = set(columns.values())
    return {**columns, **{f"{UNKNOWN}{c}": c for c, _ in row.filled() if c > after and c not in known}}


_NUMERIC = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%{0,2}")


def numeric(text: str) -> bool:
    return bool(_NUMERIC.fullmatch(text))


class Fitting(Protocol):
    """What fits a column, as a pattern says it."""

    def fullmatch(self, text: str, /) -> object: ...


#: What a column of this name may print: (what fits, cost of something else, cost of nothing).
Fits = Mapping[str, tuple[Fitting | None, int, int]]


def best_shift(row: GridRow, columns: Mapping[str, int], fits: Fits, start: str, shifts: Sequence[int], beyond: int = 4) -> int:
    """By how many columns ``row`` stands off its headings: the shift in which most cells fit their columns.

    Rows lose or gain leading cells where merged level columns were cut by a page; the columns from ``start``
    on (by position) move together.  ``beyond`` is the cost of a cell to the right of them.  An unshifted row wins a draw.
    """
    edge = columns[start]
    end = max(columns.values())
    moved = [(fits[name], column) for name, column in columns.items() if column >= edge and name in fits]

    def cost(shift: int) -> float:
        misfits = sum(_cost(fit, row.text(column + shift)) for fit, column in moved)
        return 0.25 * abs(shift) + misfits + sum(beyond for c, _ in row.filled() if c > end + shift)

    return min(shifts, key=lambda shift: (cost(shift), shifts.index(shift)))


def _cost(fit: tuple[Fitting | None, int, int], text: str) -> int:
    pattern, wrong, missing = fit
    if not text:
        return missing
    return wrong if pattern is not None and not pattern.fullmatch(text) else 0
