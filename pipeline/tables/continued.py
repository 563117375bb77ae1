"""A row that the page break cut: the rest of its words, at the head of the next page, belongs to the row and is none itself; and a total
that stands there alone, which is a row.

What belongs here: tables that go on with the same columns on the next page.  What may not: what a row means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.lexicon import words_of
from pipeline.lexicon.around import is_note
from pipeline.model.numbers import is_blank, parse_number
from pipeline.model.text import canonical
from pipeline.reading.document import Cell, Line, Page, Table
from pipeline.reading.furniture import is_furniture
from pipeline.tables.blocks import begins_row

#: Edges of one table on two pages differ by no more than this (points).
_ALIKE = 4.0
#: Rows at the head of a page that may repeat the heading.
_MOST_REPEATED = 8


def with_whole_rows(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages with the rests of cut rows put to the rows that they are cut from."""
    kept = list(pages)
    for i in range(1, len(kept)):
        above = _last(kept[i - 1])
        if above is not None and (alone := _total_alone(kept[i], above)) is not None:
            kept[i] = replace(kept[i], blocks=tuple(alone[1] if b is alone[0] else b for b in kept[i].blocks))
            continue
        below = _first(kept[i])
        if above is None or below is None or not _alike(above, below):
            continue
        row = _rest(above, below)
        if row is not None:
            kept[i - 1] = _with(kept[i - 1], above, _joined(above, below, row))
            kept[i] = _with(kept[i], below, _without(below, row))
    return tuple(kept)


def _blocks(page: Page) -> list[Line | Table]:
    """What stands on a page but its number and its furniture."""
    return [b for b in page.blocks if isinstance(b, Table) or not (is_furniture(b.text) or (b.text.strip().isdigit() and b is page.blocks[-1]))]


def _last(page: Page) -> Table | None:
    blocks = _blocks(page)
    return blocks[-1] if blocks and isinstance(blocks[-1], Table) else None


def _first(page: Page) -> Table | None:
    """The table that a page begins with; a running head may stand above it."""
    blocks = _blocks(page)
    head = next((b for b in blocks[:2] if isinstance(b, Table)), None)
    return head if head is not None and head.n_rows > 1 else None


def _total_alone(page: Page, above: Table) -> tuple[Line, Table] | None:
    """The line at the head of a page, below a running head or none, that is a total and its numbers, and the row of the table above that it is."""
    blocks = _blocks(page)[:2]
    line = next((b for b in blocks if isinstance(b, Line) and _is_total(b)), None)
    columns = {c.col: (c.place.x0, c.place.x1) for c in above.cells if c.colspan == 1 and c.place.x0 is not None and c.place.x1 is not None}
    if line is None or not columns or (blocks[0] is not line and isinstance(blocks[0], Table)):
        return None
    cells: dict[int, Cell] = {}
    for word in line.words:
        middle = (word.x0 + word.x1) / 2
        col = min(columns, key=lambda c: max(columns[c][0] - middle, middle - columns[c][1]))
        place = replace(line.place, x0=word.x0, x1=word.x1)
        cells[col] = replace(cells[col], text=cells[col].text + word.text) if col in cells else Cell(0, col, word.text, place=place, found="aligned")
    return line, Table(tuple(cells[c] for c in sorted(cells)), 1, above.n_cols, line.place, above.reader)


def _is_total(line: Line) -> bool:
    label = "".join(w.text for w in line.words if not _numeric(w.text))
    return label in words_of("heading_words", "total_apart") and any(parse_number(w.text) is not None for w in line.words)


def _alike(above: Table, below: Table) -> bool:
    ends = ((above.place.x0, below.place.x0), (above.place.x1, below.place.x1))
    return above.n_cols == below.n_cols and all(abs((a or 0.0) - (b or 0.0)) <= _ALIKE for a, b in ends)


def _texts(table: Table, row: int) -> list[str]:
    return [canonical(table.text(row, c)) for c in range(table.n_cols)]


def _rest(above: Table, below: Table) -> int | None:
    """The row of the table below that is the rest of the last row above: words where that has words, blank where it has numbers."""
    heading = [_texts(above, r) for r in range(min(_MOST_REPEATED, above.n_rows))]
    row = next((r for r in range(min(_MOST_REPEATED, below.n_rows)) if _texts(below, r) not in heading), None)
    if row is None or any(c.rowspan > 1 for c in below.cells if c.row <= row < c.row + c.rowspan):
        return None
    last, own = _texts(above, above.n_rows - 1), _texts(below, row)
    filled = [(a, b) for a, b in zip(last, own, strict=True) if b]
    words = all(a and not _numeric(b) and not begins_row(b) and not is_note(b) for a, b in filled)
    return row if filled and words and any(_numeric(a) for a in last) else None


def _numeric(text: str) -> bool:
    return bool(text) and (parse_number(text) is not None or is_blank(text))


def _joined(above: Table, below: Table, row: int) -> Table:
    more = {c: below.at(row, c) for c in range(below.n_cols) if below.text(row, c).strip()}
    last = above.n_rows - 1
    return replace(above, cells=tuple(_longer(c, more.get(c.col)) if c.row <= last < c.row + c.rowspan else c for c in above.cells))


def _longer(cell: Cell, rest: Cell | None) -> Cell:
    if rest is None:
        return cell
    second = None if cell.second is None or rest.second is None else f"{cell.second}\n{rest.second}"
    return replace(cell, text=f"{cell.text}\n{rest.text}", second=second)


def _without(table: Table, row: int) -> Table:
    cells = (replace(c, row=c.row - (c.row > row)) for c in table.cells if c.row != row)
    return replace(table, cells=tuple(cells), n_rows=table.n_rows - 1)


def _with(page: Page, old: Table, new: Table) -> Page:
    return replace(page, blocks=tuple(new if b is old else b for b in page.blocks))
