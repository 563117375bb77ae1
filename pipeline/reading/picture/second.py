"""A recognised page beside a text layer that somebody else's recognition left under the picture: where both agree, the cell says so.

What belongs here: the comparison.  What may not: a choice between two readings: where they differ, the cell stays what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.model.numbers import squeeze
from pipeline.reading.document import Cell, Page, Table
from pipeline.reading.glyphs import Glyph, number_tokens, visual_lines
from pipeline.reading.picture.amounts import is_numeric

SECOND_READER = "hidden layer"
#: Points by which a number of the layer may lie off its cell: the layer lies on the picture as it was, askew.
_OFF = 14.0


def confirmed(page: Page, glyphs: Sequence[Glyph]) -> Page:
    """The page with the layer's text beside every number that the layer reads alike at the same place."""
    numbers = [
        ("".join(g.text for g in token), (token[0].x0 + token[-1].x1) / 2, (token[0].top + token[0].bottom) / 2)
        for line in visual_lines(glyphs)
        for token in number_tokens(line)
        if token[0].text.isdigit() or len(token) > 1
    ]

    def seen(cell: Cell) -> Cell:
        place, text = cell.place, squeeze(cell.text)
        if not is_numeric(text) or place.x0 is None or place.x1 is None or place.top is None or place.bottom is None:
            return cell
        alike = any(
            text == number and place.x0 - _OFF < x < place.x1 + _OFF and place.top - _OFF < y < place.bottom + _OFF for number, x, y in numbers
        )
        return replace(cell, second=cell.text) if alike else cell

    def read_twice(table: Table) -> Table:
        cells = tuple(seen(cell) for cell in table.cells)
        return replace(table, cells=cells, second_reader=SECOND_READER) if any(c.second for c in cells) else table

    return replace(page, blocks=tuple(read_twice(b) if isinstance(b, Table) else b for b in page.blocks))
