"""Reader of spreadsheets (XLSX, XLS): every sheet a page, every run of filled rows a table.

A sheet keeps numbers without their printed decimals (``11093.1`` for 11,093.10); the form's own decimals make up for that.
What belongs here: sheets → tables.  What may not: what their columns mean.
"""

from __future__ import annotations

import hashlib
import io
from decimal import Decimal
from typing import Any

from python_calamine import CalamineError, load_workbook

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Document, Line, Page, Table, UnreadableDocument
from pipeline.reading.radicals import plain

READER = "sheet/1"
_MAX_CELLS = 5_000_000


def read_sheet(data: bytes, kind: str) -> Document:
    """A workbook's sheets.  Raises :class:`UnreadableDocument` where it is damaged, or no workbook after all."""
    try:
        book = load_workbook(io.BytesIO(data))
        pages = tuple(_page(book.get_sheet_by_name(name), i + 1) for i, name in enumerate(book.sheet_names))
    except CalamineError as error:
        raise UnreadableDocument(
            f"no workbook that can be opened, perhaps an old Word document ({error})", "save it as PDF or DOCX and offer that"
        ) from None
    return Document(hashlib.sha256(data).hexdigest(), kind, READER, "grid", pages)


def _page(sheet: Any, number: int) -> Page:
    if sheet.total_height * sheet.total_width > _MAX_CELLS:
        raise UnreadableDocument(
            f"sheet {sheet.name} has {sheet.total_height:,} × {sheet.total_width:,} cells, more than any form",
            "cut the forms out",
        )
    top, left = sheet.start or (0, 0)
    rows = [[_text(v) for v in row] for row in sheet.to_python(skip_empty_area=True)]
    spans = {(a[0] - top, a[1] - left): (b[0] - a[0] + 1, b[1] - a[1] + 1) for a, b in (sheet.merged_cell_ranges or [])}
    width = max((len(row) for row in rows), default=0)
    heading = Line(sheet.name, Place(page=number, line=1)) if len(sheet.name) > 4 else None
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            down, across = spans.get((r, c), (1, 1))
            if text or (down, across) != (1, 1):
                cells.append(Cell(r, c, text, down, across, Place(page=number, line=top + r + 1), found="sheet"))
    blocks: list[Line | Table] = [heading] if heading else []
    if cells and width > 1:
        blocks.append(Table(tuple(cells), len(rows), width, Place(page=number, line=top + 1), READER))
    else:
        blocks.extend(Line(c.text, c.place) for c in cells)
    return Page(number, None, None, tuple(blocks))


def _text(value: object) -> str:
    """A cell as it reads: numbers without the noise of binary fractions."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float):
        rounded = Decimal(repr(round(value, 6))).normalize()  # Excel keeps 15 digits; sums leave noise beyond
        return f"{rounded:f}"
    return plain(str(value)).strip()
