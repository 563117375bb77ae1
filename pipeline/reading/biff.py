"""The records of an old workbook (BIFF8, MS-XLS) walked for what they say about themselves: order, lengths, ranges.

An xls has no checksums, and readers pass over what they do not know: a flipped byte can take a cell away without a word.  Records
that cannot stand where they stand are the trace.  Formulas whose value the file does not keep are found on the same walk.

What belongs here: the walk and its checks.  What may not: what cells show (``workbook``).
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import olefile

_BOF, _EOF, _CONTINUE, _BOUNDSHEET, _SST, _FILEPASS, _DIMENSIONS = 0x809, 0x0A, 0x3C, 0x85, 0xFC, 0x2F, 0x200
_ROW, _FORMULA, _MULRK, _MULBLANK, _LABELSST, _LABEL, _RSTRING = 0x208, 0x06, 0xBD, 0xBE, 0xFD, 0x204, 0xD6
_NUMBER, _RK, _BLANK, _BOOLERR = 0x203, 0x27E, 0x201, 0x205
#: Records of one cell with their lengths; of several cells, with the least.
_LENGTHS = {_NUMBER: 14, _RK: 10, _BLANK: 6, _BOOLERR: 8, _LABELSST: 10, _ROW: 16}
_LEAST = {_FORMULA: 22, _LABEL: 8, _RSTRING: 8, _MULRK: 12, _MULBLANK: 8}
#: What belongs to the formula before it: STRING, ARRAY, SHRFMLA, TABLE, CONTINUE.
_OF_FORMULA = {0x207, 0x221, 0x4BC, 0x236, _CONTINUE}
#: What may stand between the first and the last cell of a sheet besides: those, and DBCELL.
_BETWEEN = {*_LENGTHS, *_LEAST, *_OF_FORMULA, 0xD7}
_CELLS = {*_LENGTHS, *_LEAST} - {_ROW}
_BLANKS = {_BLANK, _MULBLANK}
_BIFF8, _WORKSHEET, _MOST_COLUMNS = 0x600, 0x10, 256
#: Every kind of record that MS-XLS knows outside charts (0x1000 …) and later additions (0x800 …).
_KNOWN = frozenset(
    int(kind, 16)
    for kind in re.findall(
        r"\w+",
        """
        6 A C D E F 10 11 12 13 14 15 17 18 19 1A 1B 1C 1D 22 23 26 27 28 29 2A 2B 2F 31 33 3C 3D 40 41 42 4D 50 51 52 55 59 5A 5B
        5C 5D 5E 5F 60 61 63 7D 7F 80 81 82 83 84 85 86 8C 8D 90 92 97 98 99 9A 9B 9C 9D 9E A0 A1 AB AE AF B0 B1 B2 B4 B5 B6 B8 B9
        BD BE C1 C5 C6 C7 C8 C9 CA CB CC CD CE CF D0 D1 D2 D3 D5 D6 D7 D8 D9 DA DC DD DE E0 E1 E2 E3 E5 E9 EB EC ED EF F0 F1 F2 F4
        F5 F6 F7 F8 F9 FB FC FD FF 100 103 122 137 138 13B 13D 14D 160 161 18B 191 192 193 194 195 196 197 198 1A9 1AA 1AB 1AC 1AD
        1AE 1AF 1B0 1B1 1B2 1B5 1B6 1B7 1B8 1B9 1BA 1BB 1BC 1BD 1BE 1C0 1C1 1C2 200 201 203 204 205 207 208 20B 221 225 236 23E 27E
        293 418 41E 43C 4BC 809
        """,
    )
)
_LATER = range(0x800, 0x1100)
#: Of the rows of a sheet, so many must name their columns exactly before one that does not is a trace of damage.
_EXACT = 0.8
_STRING_TOKEN = 0x17
_MOST_SHOWN = 4

Position = tuple[int, int]


class Record(NamedTuple):
    """One record: its kind, its body and where it begins."""

    kind: int
    body: bytes
    at: int


@dataclass
class Checked:
    """What the walk found.  Sheets are numbered as they stand in the book, charts and macros left out."""

    stream: bytes = b""
    damage: list[str] = field(default_factory=list)
    cells: dict[int, int] = field(default_factory=dict)
    formulas: dict[int, frozenset[Position]] = field(default_factory=dict)
    encrypted: bool = False

    def say(self, what: str) -> None:
        if len(self.damage) < _MOST_SHOWN and what not in self.damage:
            self.damage.append(what)


def workbook_stream(data: bytes, folder: str = "") -> tuple[bytes, list[str]]:
    """The workbook's stream of a compound file and what is wrong with its sectors; ``b""`` where it holds none."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            for name in ("Workbook", "Book"):
                if compound.exists(path := f"{folder}{name}"):
                    stream = compound.openstream(path).read()
                    issues = [str(text) for _, text in compound.parsing_issues]
                    if len(stream) < compound.get_size(path):
                        issues.append("its sectors end before its length")
                    return stream, [f"the compound file is damaged: {issue}" for issue in issues[:_MOST_SHOWN]]
    except (OSError, ValueError, IndexError, struct.error) as error:
        return b"", [f"the compound file is damaged: {error}"]
    return b"", []


def check(data: bytes) -> Checked:
    """Walk a workbook, given as compound file or as bare stream.  Never raises."""
    found = Checked()
    if data.startswith(olefile.MAGIC):
        found.stream, issues = workbook_stream(data)
        found.damage += issues
    else:
        found.stream = data
    if found.stream:
        try:
            _walk(found)
        except (struct.error, IndexError, ValueError) as error:
            found.say(f"its records are damaged ({error})")
    return found


def _records(stream: bytes, at: int) -> Iterator[Record]:
    """The records of a substream up to its end mark, those of substreams inside it (charts) left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            raise ValueError(f"the record at {at:,} reaches beyond the end")
        depth += kind == _BOF
        if depth <= 1:
            yield Record(kind, stream[at + 4 : at + 4 + length], at)
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        at += 4 + length
    raise ValueError("a sheet has no end mark")


class _BookWalk:
    """The book's own records in their order: its table of texts, and where its list says that sheets begin."""

    def __init__(self, found: Checked) -> None:
        self.found = found
        self.strings = 0
        self.listed = 0
        self.sheets: list[int] = []
        self.texts: list[bytes] = []  # the records of the table of texts, while it lasts

    def take(self, record: Record) -> None:
        kind, body, at = record
        if kind == _SST:
            self.strings, self.texts = struct.unpack_from("<I", body, 4)[0], [body]
        elif kind == _CONTINUE and self.texts:
            self.texts.append(body)
        else:
            self._end_texts()
            if kind == _BOUNDSHEET:
                self._list(body)
            if kind not in _KNOWN and kind not in _LATER:
                self.found.say(f"it has a record of no known kind, at byte {at:,}")

    def _end_texts(self) -> None:
        if self.texts and not _strings_fit(self.texts, self.strings):
            self.found.say("its table of texts does not hold what it counts")
        self.texts = []

    def _list(self, body: bytes) -> None:
        self.listed += 1
        if body[4] & 0xFC:
            self.found.say("its list of sheets is damaged")
        if body[5] == 0:
            self.sheets.append(struct.unpack_from("<I", body)[0])


def _walk(found: Checked) -> None:
    book = _BookWalk(found)
    for i, record in enumerate(_records(found.stream, 0)):
        if i == 0 and (record.kind != _BOF or struct.unpack_from("<H", record.body)[0] != _BIFF8):
            return  # an older kind, whose records this walk does not know
        if record.kind == _FILEPASS:
            found.encrypted = True
            return
        book.take(record)
    if book.listed != (begun := _substreams(found.stream)):
        found.say(f"it lists {book.listed} sheets and holds {begun}")
    for i, at in enumerate(book.sheets):
        _sheet(found, i, f"{i + 1}", at, book.strings)


def _substreams(stream: bytes) -> int:
    """How many sheets, charts and macros follow the book's own records."""
    at, depth, count = 0, 0, 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _BOF:
            count += depth == 0
            depth += 1
        elif kind == _EOF:
            depth -= 1
        elif kind == 0 and depth <= 0:
            break
        at += 4 + length
    return count - 1


def _sheet(found: Checked, index: int, name: str, at: int, strings: int) -> None:
    head = struct.unpack_from("<HHHH", found.stream, at) if at + 8 <= len(found.stream) else ()
    if not head or head[0] != _BOF or head[3] != _WORKSHEET:
        found.say(f"sheet {name} does not begin where the book says")
        return
    records = list(_records(found.stream, at))
    odd = next((r for r in records if r.kind not in _KNOWN and r.kind not in _LATER), None)
    if odd is not None:
        found.say(f"sheet {name} has a record of no known kind, at byte {odd.at:,}")
    if _extent(records) is None:
        found.say(f"sheet {name} does not say how large it is")
    places = [i for i, record in enumerate(records) if record.kind in _CELLS or record.kind == _ROW]
    if not places:
        found.cells[index] = 0
        return
    walk = _SheetWalk(found, name, strings, _extent(records))
    after_formula = False
    for record in records[places[0] : places[-1] + 1]:
        after_formula = record.kind == _FORMULA or (after_formula and record.kind in _OF_FORMULA)
        if record.kind not in _BETWEEN or (record.kind in _OF_FORMULA and not after_formula):
            found.say(f"sheet {name} has a record that does not belong among its cells, at byte {record.at:,}")
        elif record.kind in _CELLS or record.kind == _ROW:
            walk.take(record)
    walk.end()
    found.cells[index], found.formulas[index] = walk.count, frozenset(walk.formulas)


def _extent(records: list[Record]) -> tuple[int, int, int, int] | None:
    body = next((r.body for r in records if r.kind == _DIMENSIONS), b"")
    return struct.unpack_from("<IIHH", body) if len(body) >= 12 else None


class _SheetWalk:
    """The cells of one sheet in their order."""

    def __init__(self, found: Checked, name: str, strings: int, extent: tuple[int, int, int, int] | None) -> None:
        self.found, self.name, self.strings, self.extent = found, name, strings, extent
        self.count = 0
        self.formulas: set[Position] = set()
        self.rows: dict[int, tuple[int, int]] = {}
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        self.before: Position = (-1, -1)

    def take(self, record: Record) -> None:
        kind, body, at = record
        if len(body) != _LENGTHS.get(kind, len(body)) or len(body) < _LEAST.get(kind, 0):
            self._say(f"a record of a length that its kind does not have, at byte {at:,}")
            return
        row, first = struct.unpack_from("<HH", body)
        if kind == _ROW:
            self.rows[row] = (first, struct.unpack_from("<H", body, 4)[0])
            return
        last = first
        if kind in (_MULRK, _MULBLANK):
            size = 6 if kind == _MULRK else 2
            last = struct.unpack_from("<H", body, len(body) - 2)[0]
            if (len(body) - 6) != (last - first + 1) * size:
                self._say(f"a row of numbers that is not as long as it says, at byte {at:,}")
        if last >= _MOST_COLUMNS:
            self._say(f"a cell beyond the last column, in row {row + 1}")
        if (row, first) <= self.before:
            self._say(f"cells out of their order in row {row + 1}")
        self.before = row, last
        self.first.setdefault(row, first)
        self.last[row] = last
        if kind not in _BLANKS:
            self.count += last - first + 1
        if kind == _LABELSST and struct.unpack_from("<I", body, 6)[0] >= self.strings:
            self._say(f"a text that is not in the table of texts, in row {row + 1}")
        if kind == _FORMULA and body[6] == 3 and body[12:14] == b"\xff\xff" and _STRING_TOKEN not in body[22:]:
            self.formulas.add((row, first))

    def end(self) -> None:
        """What rows and sheet say about their extent, against the cells that are there."""
        named = {row: (first, after - 1) for row, (first, after) in self.rows.items() if after > first}
        exact = sum(named.get(row) == (self.first[row], self.last[row]) for row in self.last)
        for row, (first, last) in named.items():
            held = (self.first.get(row), self.last.get(row))
            if held != (first, last) and exact >= _EXACT * len(named):
                self._say(f"row {row + 1} does not hold the columns that it names")
        if any(row not in self.rows for row in self.last) and self.rows:
            self._say("cells in a row that it does not name")
        if self.extent is not None and self.last:
            top, below, left, beyond = self.extent
            if min(self.last) < top or max(self.last) >= below or min(self.first.values()) < left or max(self.last.values()) >= beyond:
                self._say("cells outside the range that it names")

    def _say(self, what: str) -> None:
        self.found.say(f"sheet {self.name} has {what}" if not what.startswith("row") else f"sheet {self.name}: {what}")


def _strings_fit(pieces: list[bytes], count: int) -> bool:
    """Whether the table of texts, given as its record and those that continue it, holds just as many texts as it counts."""
    reader = _Strings(pieces)
    try:
        for _ in range(count):
            reader.skip()
    except (IndexError, struct.error):
        return False
    return reader.at_end()


class _Strings:
    """A cursor over the table of texts; a text that is cut by the end of a record goes on with a byte of options of its own."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces, self.piece, self.at = pieces, 0, 8

    def skip(self) -> None:
        if self.at >= len(self.pieces[self.piece]):
            self._next()
        length, options = struct.unpack_from("<HB", self.pieces[self.piece], self.at)
        self.at += 3
        runs = extra = 0
        if options & 0x08:
            runs = struct.unpack_from("<H", self.pieces[self.piece], self.at)[0]
            self.at += 2
        if options & 0x04:
            extra = struct.unpack_from("<I", self.pieces[self.piece], self.at)[0]
            self.at += 4
        if options & 0xF2:
            raise IndexError
        wide = options & 1
        while length:
            room = (len(self.pieces[self.piece]) - self.at) >> wide
            taken = min(room, length)
            length -= taken
            self.at += taken << wide
            if length:
                self._next()
                wide = self.pieces[self.piece][0] & 1
                self.at = 1
        self._pass(4 * runs + extra)

    def _pass(self, size: int) -> None:
        while size > len(self.pieces[self.piece]) - self.at:
            size -= len(self.pieces[self.piece]) - self.at
            self._next()
        self.at += size

    def _next(self) -> None:
        self.piece, self.at = self.piece + 1, 0
        if self.piece >= len(self.pieces):
            raise IndexError

    def at_end(self) -> bool:
        return self.piece == len(self.pieces) - 1 and self.at == len(self.pieces[self.piece])
