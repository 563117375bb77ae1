"""The second reader of a PDF's ruled tables: camelot, independent of the first.

What belongs here: calling it and its cells.  What may not: comparing the two readers (``ruled``).
"""

from __future__ import annotations

import warnings

from pipeline.reading.radicals import plain
from pipeline.reading.rules import Box

SECOND_READER = "camelot/lattice"
#: camelot puts lines into cells by their places; the order of whole text boxes, which takes as long as all the rest, is not asked for.
_LINES_ONLY = {"boxes_flow": None}


def second_reading(data: bytes, heights: dict[int, float]) -> dict[int, list[tuple[Box, str]]]:
    """camelot's cells of pages given with their heights (0-based): boxes from the top left, and texts.

    A page on which camelot fails has no second reading.
    """
    if not heights:
        return {}
    from camelot.io import read_pdf as read_with_camelot  # a second to import: only documents with tables pay it

    indices = list(heights)
    cells: dict[int, list[tuple[Box, str]]] = {}
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
