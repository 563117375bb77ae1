"""Tables over page breaks: whether a table goes on where the one before ended, and headings that a break has cut.

What belongs here: two tables and where their columns stand.  What may not: rows (``rows``), titles (``forms``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pipeline.lexicon import Entry
from pipeline.lexicon.around import HEAD, around_table
from pipeline.lexicon.forms import FormSpec, unit_of
from pipeline.model.text import canonical
from pipeline.reading.document import Cell, Table
from pipeline.recognition.columns import Group, Layout, first_data_row, fit
from pipeline.recognition.headings import heading_text, other_heading, row_texts
from pipeline.recognition.read import FormRead, Piece

_PREAMBLE_ROWS = 6
Title = tuple[str, Entry | None]


def without_preamble(piece: Piece, title_of: Callable[[str, bool], Title | None]) -> tuple[Piece, Title | None, tuple[str, tuple[int, int]] | None]:
    """The table without leading rows that only give title, number, unit or publisher; with that title and unit."""
    title: Title | None = None
    unit: tuple[str, tuple[int, int]] | None = None
    skip = 0
    for r in range(min(piece.table.n_rows, _PREAMBLE_ROWS)):
        texts = [t for t in row_texts(piece.table, r) if t.strip()]
        if not texts:
            skip = r + 1 if skip == r else skip
            continue
        said = [line for t in texts for line in t.split("\n") if line.strip()]  # one cell may hold number, publisher and unit
        named = next((found for t in texts if len(texts) < 4 and (found := title_of(t, len(texts) == 1))), None)
        if named is None and not _is_preamble(texts) and not _is_preamble(said):
            break
        title = title or named
        unit = unit or next((u for t in (*texts, *said) if (u := unit_of(t))), None)
        skip = r + 1
    return (piece if skip == 0 else _from_row(piece, skip)), title, unit


def _is_preamble(texts: list[str]) -> bool:
    return all(around_table(t) & HEAD for t in texts)


def _from_row(piece: Piece, first: int) -> Piece:
    table = piece.table
    cells = tuple(_moved(c, -first) for c in table.cells if c.row >= first)
    rest = Table(cells, table.n_rows - first, table.n_cols, table.place, table.reader, table.second_reader)
    return Piece(piece.block, rest, piece.top + first)


def _moved(c: Cell, rows: int) -> Cell:
    return Cell(c.row + rows, c.col, c.text, c.rowspan, c.colspan, c.place, c.second, c.found, c.placement, c.confidence)


def heading_only(table: Table) -> bool:
    """Whether a table may be the upper part of a heading: words in most columns, and no number."""
    texts = [canonical(c.text) for c in table.cells]
    if not any(c.text.strip() for c in table.cells if c.row + c.rowspan == table.n_rows):
        return False  # a blank row is the data of a form without any
    return table.n_cols > 2 and table.n_rows < 6 and len(set(texts)) > 3 and not any(re.search(r"\d", t) for t in texts)


def below(upper: Piece, lower: Piece) -> Piece:
    """A table with the part of its heading that stands on the page before; as it is where that is another table's."""
    above, table = upper.table, lower.table
    placed = [(c, _columns_under(c, table)) for c in above.cells]
    ends = [abs((a or 0.0) - (b or 0.0)) for a, b in ((above.place.x0, table.place.x0), (above.place.x1, table.place.x1))]
    if max(ends) > 4 or not all(under for _, under in placed):
        return lower
    heading = [Cell(c.row, own[0], c.text, c.rowspan, len(own), c.place, c.second, c.found) for c, own in placed]
    cells = [_moved(c, above.n_rows) for c in table.cells]
    whole = Table((*heading, *cells), above.n_rows + table.n_rows, table.n_cols, table.place, table.reader, table.second_reader)
    return Piece(lower.block, whole, lower.top - above.n_rows)


def _columns_under(cell: Cell, table: Table) -> list[int]:
    """The columns of a table below that a cell above stands over."""
    x0, x1 = cell.place.x0, cell.place.x1
    if x0 is None or x1 is None:
        return list(range(cell.col, min(cell.col + cell.colspan, table.n_cols)))
    return sorted(c for c, (left, right) in _extents(table).items() if x0 <= (left + right) / 2 <= x1)


def continuation(spec: FormSpec, layout: Layout, before: Table, table: Table, year: int | None) -> tuple[Layout, int] | None:
    """The columns and the first data row of a table that goes on where a form ended, or ``None``."""
    again = 0  # rows that repeat the heading word for word
    while again < table.n_rows and heading_text(row_texts(table, again)) in layout.heading:
        again += 1
    if again and table.n_cols == layout.n_cols:
        return layout, again
    repeated = fit(spec, table, year)
    shifted = layout if table.n_cols == layout.n_cols else _at_same_places(layout, before, table)
    if isinstance(repeated, Layout):
        if shifted is not None and len(repeated.measures) <= len(layout.measures):
            return shifted, repeated.data_row
        return repeated, repeated.data_row
    if shifted is not None and (data := first_data_row(spec, table)) and _mostly_repeats(layout, table, data):
        return shifted, data
    if shifted is None or other_heading(table):
        return None
    return shifted, 0


def _mostly_repeats(layout: Layout, table: Table, rows: int) -> bool:
    """Whether the first rows of a table say what the heading says, but for a column that they name otherwise."""
    said = {text for row in range(rows) for text in heading_text(row_texts(table, row))}
    return len(said & {text for row in layout.heading for text in row}) * 3 >= 2 * len(said)


def _extents(table: Table) -> dict[int, tuple[float, float]]:
    """Left and right edge of every column that some cell has to itself (documents with positions only)."""
    extents: dict[int, tuple[float, float]] = {}
    for c in table.cells:
        if c.colspan == 1 and c.place.x0 is not None and c.place.x1 is not None:
            extents.setdefault(c.col, (c.place.x0, c.place.x1))
    return extents


def _at_same_places(layout: Layout, before: Table, table: Table) -> Layout | None:
    """The columns of a continued table that is ruled more coarsely or finely than its beginning, by where they stand.

    A column merged over several of the beginning (类|款|项) takes the place of all of them.
    """
    old, new = _extents(before), _extents(table)
    if not old or not new:
        return None

    def at(column: int | None) -> int | None:
        if column is None or column not in old:
            return None
        middle = sum(old[column]) / 2
        return next((c for c, (x0, x1) in new.items() if x0 <= middle <= x1), None)

    groups = []
    for g in layout.groups:
        code = tuple(dict.fromkeys(c for c in map(at, g.code) if c is not None))
        values = {c: m for c, m in ((at(c), m) for c, m in g.values.items()) if c is not None}
        if len(values) < len(g.values):
            return None
        doubts = {c: d for c, d in ((at(c), d) for c, d in g.doubts.items()) if c is not None}
        groups.append(Group(g.side, code, at(g.label), at(g.row_no), values, doubts))
    return Layout(tuple(groups), 0, table.n_cols, layout.heading)


def joins(last: FormRead, form: FormRead) -> bool:
    """Whether a printing goes on where the same form ended: it says mostly what was not said before."""
    if last.spec is not form.spec or not last.rows or not form.rows or last.rank != form.rank:
        return False
    if form.spec.kind == "three_public":
        return _completes(last, form)
    new = set(_keys(form))
    return bool(new) and len(new & set(_keys(last))) * 2 < len(new)


def _keys(form: FormRead) -> Iterator[tuple[str | None, str]]:
    return ((r.side, r.code or canonical(r.label)) for r in form.rows if r.code or r.label)


def _completes(last: FormRead, form: FormRead) -> bool:
    """Whether a three-public form that lists its kinds goes on under a title printed again; its kinds are taken over then."""
    first, further = last.rows[0].cells, form.rows[0].cells
    whole = {f"{when}_{kind}" for when in ("budget", "final") for kind in ("total", "reception")}
    if not further or first.keys() & further.keys() or whole <= first.keys() or whole <= further.keys():
        return False
    first.update(further)
    form.rows.pop(0)
    return True
