"""Reader of old Word documents (DOC, and WPS of Kingsoft, which is the same): by LibreOffice where the machine has it.

Without it the text outside of tables is read from the file itself (MS-DOC §2.4), embedded workbooks too; where tables begin and end is
known, but not their rows and columns: they stay unread, with the remedy.
What belongs here: the binary format.  What may not: converting (``office``), the new format (``word``).
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import olefile

from pipeline.model.figures import Place
from pipeline.model.numbers import decimals_in
from pipeline.reading import office
from pipeline.reading.document import Cell, Document, Line, Page, Picture, Table, UnreadableDocument
from pipeline.reading.embedded import Embedded, is_workbook
from pipeline.reading.media import DOC
from pipeline.reading.radicals import plain
from pipeline.reading.word import read_word

READER = "old-word/1"
_WORD, _ENCRYPTED, _SECOND_TABLE = 0xA5EC, 0x0100, 0x0200
_CLX_AT = 0x01A2
#: Marks in the text: end of a cell, of a paragraph, line and page breaks, and the three of a field (code, result, end).
_CELL, _FIELD_CODE = "\x07", re.compile("\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))|\x15")
#: The field of an embedded object; what it shows is a picture of the object.
_EMBEDDED, _HERE = re.compile("\x13\\s*EMBED[^\x13\x15]*\x15"), "\x01object\x01"
_CONTROL = re.compile(r"[\x00-\x06\x08\x0e-\x1f]")


def read_old_word(data: bytes) -> Document:
    """An old Word document.

    Raises :class:`UnreadableDocument` where it is encrypted, damaged, or no Word document.
    """
    streams = _Streams(data)
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        document = read_word(office.converted(data, "doc"))
    except UnreadableDocument as why:
        page = _without_tables(streams, why)
        return Document(sha256, DOC, READER, "grid", (page,), damage=streams.damage)
    page = document.pages[0]
    if not any(b.reader.startswith("sheet") for b in page.tables):  # LibreOffice without its part for workbooks leaves pictures of them
        held = [block for blocks in _embedded(streams) for block in blocks]
        document = replace(document, pages=(replace(page, blocks=(*page.blocks, *held)),))
    page = document.pages[0]
    document = replace(document, pages=(replace(page, lost=_lost(streams, page)),))
    damage = "; ".join(d for d in (streams.damage, document.damage) if d)
    return replace(document, sha256=sha256, media_type=DOC, reader=f"{READER} {document.reader}", damage=damage)


def _lost(streams: _Streams, page: Page) -> tuple[str, ...]:
    """Decimals of the file's own text that stand nowhere in what LibreOffice made of it."""
    try:
        words = re.split("[\x07\r\x0b\x0c]", _FIELD_CODE.sub("", _text(streams)))
    except (struct.error, ValueError, IndexError):
        return ()
    printed = Counter(d for word in words for d in decimals_in(word))
    texts = [t for block in page.blocks for t in ([block.text] if isinstance(block, Line) else [c.text for c in block.cells])]
    printed.subtract(d for text in texts for part in text.split("\n") for d in decimals_in(part))
    return tuple(sorted(d for d, n in printed.items() if n > 0))


class _Streams:
    """The streams of a Word document that its text and its objects are in, and what is damaged about the compound file."""

    def __init__(self, data: bytes) -> None:
        try:
            with olefile.OleFileIO(io.BytesIO(data)) as compound:
                self.main = compound.openstream("WordDocument").read()
                kind, flags = struct.unpack_from("<H", self.main)[0], struct.unpack_from("<H", self.main, 0x0A)[0]
                table = "1Table" if flags & _SECOND_TABLE else "0Table"
                self.table = compound.openstream(table).read() if compound.exists(table) else b""
                self.objects = _objects(compound)
                issues = [str(text) for _, text in compound.parsing_issues]
        except (OSError, ValueError, IndexError, struct.error) as error:
            raise UnreadableDocument(f"the Word document is damaged ({error})", "fetch it again, or save it anew and offer that") from None
        if flags & _ENCRYPTED:
            raise UnreadableDocument("the Word document is protected by a password", "ask the publisher for a copy without a password")
        if kind != _WORD:
            raise UnreadableDocument("the Word document is older than Word 97", "save it as DOCX or print it to PDF, and offer that")
        self.damage = f"the compound file is damaged: {'; '.join(issues[:3])}" if issues else ""


def _objects(compound: olefile.OleFileIO) -> list[bytes]:
    """The streams of embedded objects that are workbooks or files, in the order in which they were put in."""
    names = sorted(name for name in compound.listdir() if name[0] == "ObjectPool" and name[-1] in ("Workbook", "Book", "Package", "CONTENTS"))
    return [compound.openstream(name).read() for name in names]


def _embedded(streams: _Streams) -> Iterator[list[Line | Table]]:
    """The blocks of each embedded workbook."""
    reader = Embedded()
    for data in streams.objects:
        if is_workbook(data):
            yield reader.read(data, "an embedded workbook", 0)[0]


def _text(streams: _Streams) -> str:
    """The main text, put together from its pieces."""
    at, size = struct.unpack_from("<II", streams.main, _CLX_AT)
    count = struct.unpack_from("<I", streams.main, 0x4C)[0]  # characters of the main text, without notes and headers
    clx = streams.table[at : at + size]
    i = 0
    while i < len(clx) and clx[i] == 1:  # properties of pieces
        i += 3 + struct.unpack_from("<H", clx, i + 1)[0]
    if i >= len(clx) or clx[i] != 2:
        raise ValueError("its table of pieces is missing")
    pieces = clx[i + 5 : i + 5 + struct.unpack_from("<I", clx, i + 1)[0]]
    n = (len(pieces) - 4) // 12
    ends = struct.unpack_from(f"<{n + 1}I", pieces)
    out = []
    for k in range(n):
        length = ends[k + 1] - ends[k]
        if length < 0:
            raise ValueError("its pieces are out of order")
        place = struct.unpack_from("<I", pieces, 4 * (n + 1) + 8 * k + 2)[0]
        if place & 0x40000000:
            begin = (place & 0x3FFFFFFF) // 2
            out.append(streams.main[begin : begin + length].decode("cp1252", "replace"))
        else:
            out.append(streams.main[place : place + 2 * length].decode("utf-16-le", "replace"))
    return "".join(out)[:count]


def _without_tables(streams: _Streams, why: UnreadableDocument) -> Page:
    """Lines of the text, embedded workbooks, and tables whose cells have no place: what each says, one below the other."""
    try:
        text = _text(streams)
    except (struct.error, ValueError, IndexError) as error:
        raise UnreadableDocument(f"the Word document is damaged ({error})", "fetch it again, or save it anew and offer that") from None
    blocks: list[Line | Table] = []
    cells: list[str] = []
    pictures: list[Picture] = []

    def table() -> None:
        if cells:
            place = Place(line=len(blocks) + 1)
            printed = tuple(Cell(r, 0, t, place=place, found="text") for r, t in enumerate(cells))
            blocks.append(Table(printed, len(cells), 1, place, READER))
            pictures.append(Picture(place, f"a table whose rows and columns are not told apart: {why.problem}", why.remedy))
            cells.clear()

    held = _embedded(streams)
    for paragraph in re.split("(?<=\x07)|[\r\x0c]", _FIELD_CODE.sub("", _EMBEDDED.sub(f"\r{_HERE}\r", text))):
        if paragraph == _HERE:
            table()
            blocks.extend(next(held, []))
            continue
        words = plain(_CONTROL.sub("", paragraph.replace("\x0b", "\n").rstrip(_CELL))).strip()
        if paragraph.endswith(_CELL):
            cells.extend([words] if words else [])
            continue
        table()
        blocks.extend(Line(part, Place(line=len(blocks) + 1)) for part in words.split("\n") if part.strip())
    table()
    blocks.extend(block for rest in held for block in rest)
    return Page(None, None, None, tuple(blocks), pictures=tuple(pictures))
