"""Reader of Word documents (DOCX): paragraphs and tables in order, merged cells as one.

What belongs here: Word's own structure.  A Word file knows no pages; a place is the number of the block in the document.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Document, Line, Page, Table, UnreadableDocument
from pipeline.reading.media import DOCX
from pipeline.reading.radicals import plain

READER = "word/1"
#: What the parts of a package may unpack to; a document of 300 pages is far below.
MAX_UNPACKED = 400_000_000


def read_word(data: bytes) -> Document:
    """A Word document's lines and tables.  Raises :class:`UnreadableDocument` for damaged and for bloated files."""
    bounded(data)
    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, SyntaxError) as error:
        raise UnreadableDocument(
            f"the Word document is damaged ({error})", "fetch it again, or save it anew and offer that"
        ) from None
    return Document(hashlib.sha256(data).hexdigest(), DOCX, READER, "grid", (Page(None, None, None, tuple(_blocks(body))),))


def bounded(data: bytes) -> None:
    """Raises :class:`UnreadableDocument` where an office package would unpack to more than any report."""
    try:
        size = sum(i.file_size for i in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except zipfile.BadZipFile:
        raise UnreadableDocument("the office document ends too early", "fetch it again") from None
    if size > MAX_UNPACKED:
        raise UnreadableDocument(f"the office document unpacks to {size:,} bytes, more than any report", "check what was fetched")


def _blocks(body: Any) -> Iterator[Line | Table]:
    for number, element in enumerate(body.iter(qn("w:p"), qn("w:tbl")), start=1):
        if any(True for _ in element.iterancestors(qn("w:tbl"))):
            continue  # a paragraph in a cell, or a table in one: part of the table around it
        if element.tag == qn("w:tbl"):
            table = _table(element, number)
            if table is not None:
                yield table
            continue
        text = _text(element)
        for part in text.split("\n"):
            if part.strip():
                yield Line(part, Place(line=number))


def _text(element: Any) -> str:
    parts = []
    for node in element.iter(qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr"), qn("w:p")):
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag == qn("w:tab"):
            parts.append(" ")
        elif parts:
            parts.append("\n")
    return plain("".join(parts)).strip()


def _table(element: Any, number: int) -> Table | None:
    rows = element.findall(qn("w:tr"))
    open_above: dict[int, int] = {}  # column → index of the cell that a vertical merge continues
    cells: list[Cell] = []
    n_cols = 0
    for r, row in enumerate(rows):
        c = int(_value(row, "w:trPr/w:gridBefore") or 0)
        for item in row.findall(qn("w:tc")):
            span = max(int(_value(item, "w:tcPr/w:gridSpan") or 1), 1)
            merge = item.find("w:tcPr/w:vMerge", item.nsmap)
            goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
            if goes_on and c in open_above:
                i = open_above[c]
                above = cells[i]
                cells[i] = Cell(above.row, above.col, above.text, r - above.row + 1, above.colspan, above.place, found="markup")
            else:
                cells.append(Cell(r, c, _text(item), 1, span, Place(line=number), found="markup"))
                if merge is not None:
                    open_above[c] = len(cells) - 1
                else:
                    open_above.pop(c, None)
            c += span
        n_cols = max(n_cols, c)
    if n_cols < 2 or not rows:
        return None
    return Table(tuple(cells), len(rows), n_cols, Place(line=number), READER)


def _value(element: Any, path: str) -> str | None:
    found = element.find(path, element.nsmap)
    return None if found is None else found.get(qn("w:val"))
