"""What the rules of a document left as lines: areas of lines → tables, one a page, put where their lines stood.

What belongs here: which way of lowering an area takes, and parting a table by pages.  What may not: the ways themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Line, Page, Table
from pipeline.tables.aligned import is_form, is_two_sided, table_from_lines
from pipeline.tables.areas import Area, areas_of
from pipeline.tables.dashes import Rule
from pipeline.tables.grid import heights
from pipeline.tables.unruled import table_of


def lower_lines(pages: Sequence[Page], rules: Mapping[int | None, Sequence[Rule]]) -> tuple[Page, ...]:
    """The pages with those of their lines as tables that stand in columns.  ``rules``: the horizontal rules of each page, as drawn."""
    found: dict[int | None, list[tuple[Table, set[int]]]] = {}
    for area in areas_of(pages):
        taken = {id(line) for line in area.lines}
        for table in by_page(_lowered(area, rules)):
            found.setdefault(table.place.page, []).append((table, taken))
    return tuple(_with(page, found[page.number]) if page.number in found else page for page in pages)


def _lowered(area: Area, rules: Mapping[int | None, Sequence[Rule]]) -> Table | None:
    """The table of an area; ``None`` where no way of lowering tells its columns: it stays lines."""
    try:
        if is_form(area.lines):
            drawn = {page: heights(rules.get(page, ())) for page in area.pages}
            return table_from_lines(area.lines, drawn, is_two_sided(area.lines))
        return table_of(area.lines, rules)
    except (ArithmeticError, LookupError, ValueError) as error:
        logging.getLogger(__name__).warning("pages %s: a table cannot be told: %r", area.pages, error)
        return None


def by_page(table: Table | None) -> list[Table]:
    """A table that goes over pages as one a page, all with its columns; the rows of a page count from 0."""
    if table is None:
        return []
    parts = []
    for page in dict.fromkeys(c.place.page for c in sorted(table.cells, key=lambda c: c.row)):
        own = [c for c in table.cells if c.place.page == page]
        first, end = min(c.row for c in own), max(c.row for c in own) + 1
        cells = tuple(replace(c, row=c.row - first, rowspan=min(c.rowspan, end - c.row)) for c in own)
        parts.append(replace(table, cells=cells, n_rows=end - first, place=_around(page, own, table)))
    return parts


def _around(page: int | None, cells: Sequence[Cell], table: Table) -> Place:
    top = min(c.place.top or 0.0 for c in cells)
    return Place(page, table.place.x0, top, table.place.x1, max(c.place.bottom or 0.0 for c in cells))


def _with(page: Page, tables: Sequence[tuple[Table, set[int]]]) -> Page:
    """A page with tables in the place of the lines that they are made of."""
    taken = {line for _, lines in tables for line in lines}
    rest: list[Line | Table] = [b for b in page.blocks if id(b) not in taken]
    blocks = [*rest, *(table for table, _ in tables)]
    return replace(page, blocks=tuple(sorted(blocks, key=lambda b: (b.place.top or 0.0, b.place.x0 or 0.0))))
