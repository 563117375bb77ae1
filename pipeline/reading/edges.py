"""Rows whose cells say where they end → a table: old formats (DOC, RTF) tell columns by the edges of each row's cells.

What belongs here: edges to grid positions and spans.  What may not: a format.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Table

#: Edges closer than this (twentieths of a point) are one: rows drawn by hand miss each other by a little.
_SNAP = 80


@dataclass(frozen=True, slots=True)
class EdgedCell:
    """A cell of a row: its edges in twentieths of a point, its text, and whether it is the rest of the cell above it or to its left."""

    left: int
    right: int
    text: str
    rest_of_above: bool = False
    rest_of_left: bool = False


def table_of(rows: Sequence[Sequence[EdgedCell]], place: Place, reader: str) -> Table:
    """The table that rows of cells make; a cell spans the columns between its edges."""
    edges: list[int] = []
    for edge in sorted({e for row in rows for cell in row for e in (cell.left, cell.right)}):
        if not edges or edge - edges[-1] > _SNAP:
            edges.append(edge)
    cells: list[Cell] = []
    open_above: dict[int, int] = {}  # column → index of the cell that a vertical merge continues
    for r, row in enumerate(rows):
        for cell in row:
            left, right = (bisect_right(edges, edge) - 1 for edge in (cell.left, cell.right))
            if cell.rest_of_left and cells and cells[-1].row == r:
                cells[-1] = replace(cells[-1], colspan=max(right - cells[-1].col, cells[-1].colspan))
            elif cell.rest_of_above and not cell.text and left in open_above:
                above = cells[open_above[left]]
                cells[open_above[left]] = replace(above, rowspan=r - above.row + 1)
            elif right > left or cell.text:
                cells.append(Cell(r, left, cell.text, 1, max(right - left, 1), place, found="markup"))
                for column in range(left, max(right, left + 1)):
                    open_above[column] = len(cells) - 1
    return Table(tuple(cells), len(rows), max(len(edges) - 1, 1), place, reader)
