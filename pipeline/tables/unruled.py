"""Tables whose columns only the places of their words tell, and change from block to block: an area → a table a page.

What belongs here: putting the blocks of an area on one grid.  What may not: how blocks, rows and cells are found.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Line, Table
from pipeline.tables.dashes import Rule
from pipeline.tables.rows import Piece, rows_of
from pipeline.tables.sections import blocks_of, lines_of, sections_of, width_of
from pipeline.tables.stack import Stack, stack_of

READER = "pdf/aligned"
#: Edges of columns of two blocks closer than this are one (points).
_SAME = 3.0


def table_of(lines: Sequence[Line], rules: Mapping[int | None, Sequence[Rule]]) -> Table | None:
    """The table that an area's lines make; ``None`` where they stand in fewer than two columns or rows."""
    stack = stack_of(lines, rules)
    left, right = width_of(stack)
    blocks = blocks_of(sections_of(stack), left, right)
    edges = _distinct([x for block in blocks for x in block.edges])
    if len(edges) < 3:
        return None
    cells: list[Cell] = []
    n = 0
    for block in blocks:
        rows = rows_of(block, stack.rules)
        cells.extend(_cell(piece, n, block.edges, edges, stack) for piece in rows.pieces)
        n += rows.count
    if n < 2:
        return None
    place = Place(lines[0].place.page, round(left, 1), lines[0].place.top, round(right, 1), lines[-1].place.bottom)
    return Table(_apart(cells), n, len(edges) - 1, place, READER)


def _cell(piece: Piece, first: int, own: Sequence[float], edges: Sequence[float], stack: Stack) -> Cell:
    """A cell on the grid of all blocks."""
    start, end = _index(own[piece.column], edges), _index(own[piece.column + piece.span], edges)
    text = "\n".join(" ".join(w.text for w in line) for line in lines_of(piece.words))
    return Cell(first + piece.row, start, text, piece.rows, max(end - start, 1), stack.place(piece.words), found="aligned")


def _index(x: float, edges: Sequence[float]) -> int:
    i = bisect_left(edges, x)
    return i - 1 if i == len(edges) or (i and x - edges[i - 1] < edges[i] - x) else i


def _distinct(values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for v in sorted(values):
        if not kept or v - kept[-1] > _SAME:
            kept.append(v)
    return kept


def _apart(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells with spans cut where another cell begins."""
    starts = {(c.row, c.col) for c in cells}
    return tuple(_cut(c, starts) for c in cells)


def _cut(cell: Cell, starts: set[tuple[int, int]]) -> Cell:
    wide = next((n for n in range(1, cell.colspan) if (cell.row, cell.col + n) in starts), cell.colspan)
    high = next((n for n in range(1, cell.rowspan) if (cell.row + n, cell.col) in starts), cell.rowspan)
    return Cell(cell.row, cell.col, cell.text, high, wide, cell.place, found="aligned")
