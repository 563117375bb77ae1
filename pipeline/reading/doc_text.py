"""The text of an old Word file (MS-DOC): paragraphs, which of them are cells and ends of rows, and where a row's cells end.

What belongs here: the binary format, as far as text and tables need it.  What may not: blocks of a document (``old_word``).
"""

from __future__ import annotations

import io
import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import olefile

from pipeline.reading.document import UnreadableDocument
from pipeline.reading.radicals import plain

#: Stands where an embedded object is; what its field shows is a picture of the object.
HERE = "\x01object\x01"
_AGAIN = "fetch it again, or save it anew and offer that"
_WORD, _ENCRYPTED, _SECOND_TABLE = 0xA5EC, 0x0100, 0x0200
#: Offsets in the head of the main stream: lengths of its texts (the first the main one, the seventh that of text boxes), places of the pieces
#: and of paragraph properties.
_LENGTHS_AT, _CLX_AT, _PAPX_AT = 0x4C, 0x01A2, 0x0102
_EMBEDDED = re.compile("\x13\\s*EMBED[^\x13\x15]*\x15")
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))|\x15")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MARK = re.compile("[\x07\r\x0c]")
#: Not even marks of Word.
_NO_CHARACTER = re.compile("[\x00\x10-\x12\x16-\x1c\uffff]")
_IN_TABLE, _ROW_END, _DEPTH, _HUGE, _CELLS = 0x2416, 0x2417, 0x6649, (0x6645, 0x6646), 0xD608
_INNER_CELL, _INNER_ROW_END = 0x244B, 0x244C
_OPERANDS = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
#: Tables within tables beyond this are damage: each is opened, and a number of 32 bits asks for more memory than there is.
_DEEPEST = 64
_MERGED_LEFT, _MERGED_ABOVE, _FIRST_BELOW = 0x03, 0x20, 0x40


class Streams:
    """The streams of a Word document that its text and its objects are in, and what is damaged about the compound file."""

    def __init__(self, data: bytes) -> None:
        try:
            with olefile.OleFileIO(io.BytesIO(data)) as compound:
                self.main = compound.openstream("WordDocument").read()
                kind, flags = struct.unpack_from("<H", self.main)[0], struct.unpack_from("<H", self.main, 0x0A)[0]
                table = "1Table" if flags & _SECOND_TABLE else "0Table"
                self.table = compound.openstream(table).read() if compound.exists(table) else b""
                self.data = compound.openstream("Data").read() if compound.exists("Data") else b""
                self.objects = _objects(compound)
                issues = [str(text) for _, text in compound.parsing_issues]
        except (OSError, ValueError, IndexError, struct.error) as error:
            raise UnreadableDocument(f"the Word document is damaged ({error})", _AGAIN) from None
        if flags & _ENCRYPTED:
            raise UnreadableDocument("the Word document is protected by a password", "ask the publisher for a copy without a password")
        if kind != _WORD:
            raise UnreadableDocument("the Word document is older than Word 97", "save it as DOCX or print it to PDF, and offer that")
        self.damage = f"the compound file is damaged: {'; '.join(issues[:3])}" if issues else ""


def _objects(compound: olefile.OleFileIO) -> list[bytes]:
    """The streams of embedded objects that are workbooks or files, in the order in which they were put in."""
    names = sorted(name for name in compound.listdir() if name[0] == "ObjectPool" and name[-1] in ("Workbook", "Book", "Package", "CONTENTS"))
    return [compound.openstream(name).read() for name in names]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph's text and what its mark ends.

    ``depth``: how many tables it stands in, one within the other.  ``edges``: of the end of a row, where its cells begin and end (twentieths
    of a point), one more than cells; ``merges``: for each cell, whether it is the rest of the one above it, and whether it is merged with one
    beside it.
    """

    text: str
    depth: int = 0
    ends_cell: bool = False
    ends_row: bool = False
    edges: tuple[int, ...] = ()
    merges: tuple[tuple[bool, bool], ...] = ()


class _Piece(NamedTuple):
    """A run of characters: their numbers in the text, where the first stands in the main stream, and how wide each is."""

    begin: int
    end: int
    place: int
    width: int


@dataclass
class _Properties:
    in_table: bool = False
    ends_row: bool = False
    ends_inner_cell: bool = False
    ends_inner_row: bool = False
    depth: int = 1
    edges: tuple[int, ...] = ()
    merges: tuple[tuple[bool, bool], ...] = field(default=())


def paragraphs_of(streams: Streams) -> Iterator[Paragraph]:
    """The paragraphs of the main text, then of text boxes.

    Raises :class:`UnreadableDocument` where the file's tables of text are damaged.
    """
    try:
        properties, lengths = _Lookup(streams), struct.unpack_from("<7I", streams.main, _LENGTHS_AT)
        for first, length in ((0, lengths[0]), (sum(lengths[:6]), lengths[6])):
            pieces = _pieces(streams, first, first + length)
            text = "".join(_decoded(streams.main, piece) for piece in pieces)
            if _NO_CHARACTER.search(text) and not streams.damage:
                streams.damage = "its text holds what no text holds"
            yield from _paragraphs(text, pieces, properties)
    except (struct.error, ValueError, IndexError) as error:
        raise UnreadableDocument(f"the Word document is damaged ({error})", _AGAIN) from None


def _paragraphs(text: str, pieces: list[_Piece], properties: _Lookup) -> Iterator[Paragraph]:
    begins = [piece.begin for piece in pieces]
    begin = 0
    for mark in _MARK.finditer(text):
        piece = pieces[bisect_right(begins, mark.start()) - 1]
        own = properties.at(piece.place + (mark.start() - piece.begin) * piece.width)
        raw = text[begin : mark.start()]
        begin = mark.end()
        row = own.ends_row if mark[0] == "\x07" else own.ends_inner_row
        cell = not row and (mark[0] == "\x07" or own.ends_inner_cell)
        depth = max(own.depth, 1) if own.in_table or row or cell else 0
        for words in _EMBEDDED.sub(f"\r{HERE}\r", raw).split("\r") if not (row or cell) else [raw]:
            shown = words if words == HERE else _shown(words)
            yield Paragraph(shown, depth, cell, row, own.edges, own.merges)
    if rest := _shown(text[begin:]):
        yield Paragraph(rest)


def _shown(text: str) -> str:
    return plain(_CONTROL.sub("", _FIELD_CODE.sub("", text).replace("\x0b", "\n"))).strip()


def _pieces(streams: Streams, first: int, last: int) -> list[_Piece]:
    """The pieces of a stretch of the file's text, in its order, counted from its first character."""
    at, size = struct.unpack_from("<II", streams.main, _CLX_AT)
    clx = streams.table[at : at + size]
    i = 0
    while i < len(clx) and clx[i] == 1:  # properties of pieces
        i += 3 + struct.unpack_from("<H", clx, i + 1)[0]
    if i >= len(clx) or clx[i] != 2:
        raise ValueError("its table of pieces is missing")
    table = clx[i + 5 : i + 5 + struct.unpack_from("<I", clx, i + 1)[0]]
    n = (len(table) - 4) // 12
    ends = struct.unpack_from(f"<{n + 1}I", table)
    found = []
    for k in range(n):
        place = struct.unpack_from("<I", table, 4 * (n + 1) + 8 * k + 2)[0]
        begin, end = max(ends[k], first), min(ends[k + 1], last)
        if begin < end:
            narrow = bool(place & 0x40000000)
            width = 1 if narrow else 2
            start = ((place & 0x3FFFFFFF) // 2 if narrow else place) + (begin - ends[k]) * width
            found.append(_Piece(begin - first, end - first, start, width))
    if any(b.begin != a.end for a, b in pairwise(found)):
        raise ValueError("its pieces are out of order")
    return found


def _decoded(main: bytes, piece: _Piece) -> str:
    count = piece.end - piece.begin
    if count > len(main):
        raise ValueError(f"a piece of its text has {count:,} characters")
    raw = main[piece.place : piece.place + count * piece.width]
    text = raw.decode("cp1252" if piece.width == 1 else "utf-16-le", "replace")
    return text[:count].ljust(count, "\ufffd")  # a character beyond the first plane would shift all that follows


class _Lookup:
    """Properties of paragraphs by the place of their marks in the main stream."""

    def __init__(self, streams: Streams) -> None:
        self.streams = streams
        self.begins: list[int] = []
        self.where: list[tuple[int, int]] = []  # page of properties, offset in it
        at, size = struct.unpack_from("<II", streams.main, _PAPX_AT)
        table = streams.table[at : at + size]
        n = max((len(table) - 4) // 8, 0)
        for k in range(n):
            page = struct.unpack_from("<I", table, 4 * (n + 1) + 4 * k)[0] * 512
            count = streams.main[page + 511] if page + 511 < len(streams.main) else 0
            for i in range(count):
                self.begins.append(struct.unpack_from("<I", streams.main, page + 4 * i)[0])
                self.where.append((page, streams.main[page + 4 * (count + 1) + 13 * i] * 2))

    def at(self, place: int) -> _Properties:
        i = bisect_right(self.begins, place) - 1
        found = _Properties()
        if i >= 0:
            page, offset = self.where[i]
            if offset:
                main = self.streams.main
                size = main[page + offset]
                begin, length = (page + offset + 1, 2 * size - 1) if size else (page + offset + 2, 2 * main[page + offset + 1])
                self._apply(main[begin + 2 : begin + length], found, 0)
        if found.depth > _DEEPEST:
            raise ValueError(f"a paragraph stands in {found.depth:,} tables")
        return found

    def _apply(self, properties: bytes, found: _Properties, depth: int) -> None:
        """Walk a list of properties (sprm), those kept elsewhere included."""
        i = 0
        while i + 3 <= len(properties):
            kind = struct.unpack_from("<H", properties, i)[0]
            i += 2
            size = _OPERANDS.get(kind >> 13)
            if kind == _CELLS:
                size = struct.unpack_from("<H", properties, i)[0] + 1
                _read_cells(properties[i + 2 : i + size], found)
            elif size is None:
                size = properties[i] + 1
            elif kind == _IN_TABLE:
                found.in_table = properties[i] != 0
            elif kind == _ROW_END:
                found.ends_row = properties[i] != 0
            elif kind == _INNER_CELL:
                found.ends_inner_cell = properties[i] != 0
            elif kind == _INNER_ROW_END:
                found.ends_inner_row = properties[i] != 0
            elif kind == _DEPTH:
                found.depth = struct.unpack_from("<i", properties, i)[0]
            elif kind in _HUGE and depth == 0:
                at = struct.unpack_from("<I", properties, i)[0]
                length = struct.unpack_from("<H", self.streams.data, at)[0]
                self._apply(self.streams.data[at + 2 : at + 2 + length], found, 1)
            i += size


def _read_cells(operand: bytes, found: _Properties) -> None:
    """A row's edges and merges (TDefTable)."""
    count = operand[0]
    found.edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    flags = [struct.unpack_from("<H", operand, at)[0] for at in range(1 + 2 * (count + 1), len(operand) - 1, 20)]
    found.merges = tuple((bool(f & _MERGED_ABOVE) and not f & _FIRST_BELOW, bool(f & _MERGED_LEFT)) for f in flags[:count])
