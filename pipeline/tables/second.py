"""The second reader of a PDF's ruled tables: camelot, independent of the first.

What belongs here: calling it, and whether its grid is ours.  What may not: finding or filling cells (``grid``, ``ruled``).
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.reading.radicals import plain
from pipeline.tables.rules import Box

if TYPE_CHECKING:
    from pipeline.tables.pages import RuledPage

SECOND_READER = "camelot/lattice"
#: camelot puts lines into cells by their places; the order of whole text boxes, which takes as long as all the rest, is not asked for.
_LINES_ONLY = {"boxes_flow": None}

Cells = list[tuple[Box, str]]


def compare(data: bytes, pages: Sequence[RuledPage]) -> None:
    """Ask the second reader about the pages with ruled tables, and keep its texts where its grid is ours.

    It is not asked about turned pages, since it puts their words into the cells beside or below, nor about sheets of two pages.
    """
    numbered = Counter(abs(page.page.number or 0) for page in pages)
    asked = {n - 1: page for page in pages if page.tables and _is_upright(page) and numbered[n := page.page.number or 0] == 1}
    for i, cells in second_reading(data, {i: page.page.height or 0.0 for i, page in asked.items()}).items() if asked else ():
        drawn = asked[i].page.drawn
        for table in asked[i].tables:
            table.compare(cells, drawn.strange if drawn is not None else ())


def _is_upright(page: RuledPage) -> bool:
    drawn = page.page.drawn
    return drawn is not None and not drawn.turned and bool(page.page.number)


def second_reading(data: bytes, heights: Mapping[int, float]) -> dict[int, Cells]:
    """camelot's cells of pages given with their heights (0-based): boxes from the top left, and texts.

    A page on which camelot fails has no second reading.
    """
    from camelot.io import read_pdf as read_with_camelot  # a second to import: only documents with tables pay it

    indices = list(heights)
    cells: dict[int, Cells] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for batch in (indices, *([i] for i in indices if len(indices) > 1)):
            try:
                tables = read_with_camelot(
                    data,
                    pages=",".join(str(i + 1) for i in batch),
                    flavor="lattice",
                    engine="vector",
                    split_text=True,
                    suppress_stdout=True,
                    layout_kwargs=_LINES_ONLY,
                )
            except Exception:  # camelot raises many kinds on odd pages; then each page is tried alone
                continue
            for table in tables:
                index = table.page - 1
                height = heights[index]
                for row in table.cells:
                    cells.setdefault(index, []).extend(((c.x1, height - c.y2, c.x2, height - c.y1), plain(c.text)) for c in row)
            if len(batch) > 1:
                break
    return cells
