"""Reader of rich text (RTF): by LibreOffice where the machine has it, else its text, and tables whose rows have one width.

What belongs here: RTF without LibreOffice.  What may not: converting (``office``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from striprtf.striprtf import rtf_to_text

from pipeline.model.figures import Place
from pipeline.reading import office
from pipeline.reading.document import Cell, Document, Line, Page, Picture, Table, UnreadableDocument
from pipeline.reading.media import RTF
from pipeline.reading.radicals import plain
from pipeline.reading.word import read_word

READER = "rich-text/1"
_MAX_BYTES = 100_000_000
_CODE_PAGE = re.compile(rb"\\ansicpg(\d+)")
_MERGED = re.compile(rb"\\cl(?:v)?m(?:gf|rg)\b")


def read_rich_text(data: bytes) -> Document:
    """A rich text document.  Raises :class:`UnreadableDocument` where it is larger than any report, or damaged."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        document = read_word(office.converted(data, "rtf"))
    except UnreadableDocument as why:
        return Document(sha256, RTF, READER, "grid", (_page(data, why),))
    return replace(document, sha256=sha256, media_type=RTF, reader=f"{READER} {document.reader}")


def _page(data: bytes, why: UnreadableDocument) -> Page:
    if len(data) > _MAX_BYTES:
        raise UnreadableDocument(f"the rich text has {len(data):,} bytes, more than any report", "save it as DOCX and offer that")
    code_page = _CODE_PAGE.search(data[:4096])
    encoding = f"cp{code_page[1].decode()}" if code_page and code_page[1] in (b"936", b"950", b"1252") else "cp936"
    try:
        text = plain(str(rtf_to_text(data.decode("latin-1"), encoding=encoding, errors="replace")))  # type: ignore[no-untyped-call]
    except Exception as error:  # it parses by patterns and raises many kinds
        raise UnreadableDocument(f"the rich text is damaged ({type(error).__name__}: {error})", "save it as DOCX and offer that") from None
    pictures: list[Picture] = []
    blocks = tuple(_blocks(text, bool(_MERGED.search(data)), why, pictures))
    return Page(None, None, None, blocks, pictures=tuple(pictures))


def _blocks(text: str, merged: bool, why: UnreadableDocument, pictures: list[Picture]) -> Iterator[Line | Table]:
    """Lines and runs of rows; a row ends with a bar after each of its cells."""
    lines = enumerate(text.split("\n"), start=1)
    for is_row, group in groupby(lines, key=lambda line: line[1].rstrip().endswith("|")):
        if not is_row:
            yield from (Line(words.strip(), Place(line=n)) for n, words in group if words.strip())
            continue
        rows = [(n, words.rstrip()[:-1].split("|")) for n, words in group]
        place = Place(line=rows[0][0])
        if not merged and len({len(row) for _, row in rows}) == 1 and len(rows[0][1]) > 1:
            cells = [Cell(r, c, t.strip(), place=Place(line=n), found="markup") for r, (n, row) in enumerate(rows) for c, t in enumerate(row)]
            yield Table(tuple(cells), len(rows), len(rows[0][1]), place, READER)
            continue
        texts = [(n, t.strip()) for n, row in rows for t in row if t.strip()]
        pictures.append(Picture(place, f"a table with merged cells, whose columns are not told apart: {why.problem}", why.remedy))
        yield Table(tuple(Cell(r, 0, t, place=Place(line=n), found="text") for r, (n, t) in enumerate(texts)), len(texts), 1, place, READER)
