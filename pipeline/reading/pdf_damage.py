"""What is damaged about a PDF, as far as the file itself tells: streams that do not unpack, objects that are not where its table says.

A viewer shows what it can of a damaged file and says nothing; cells that have gone with a page's content would be told as the publisher's.
What belongs here: the checksums and the table of a file.  What may not: mending it, or reading anything out of it.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

#: Looked at of a dictionary before its stream; of a stream, what it may unpack to; of a file, how many things are named.
_DICTIONARY, _UNPACKED, _MOST_SHOWN = 4096, 100_000_000, 3
_STREAM = re.compile(rb">>\s*stream\r?\n")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?:\s+(\d+)\s+R)?")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
_FLATE, _ASCII = (b"FlateDecode", b"Fl"), (b"ASCII85Decode", b"A85")
_FILTERS = frozenset((
    *_FLATE, *_ASCII, b"LZWDecode", b"LZW", b"ASCIIHexDecode", b"AHx", b"RunLengthDecode", b"RL", b"CCITTFaxDecode", b"CCF",
    b"DCTDecode", b"DCT", b"JPXDecode", b"JBIG2Decode", b"Crypt",
))  # fmt: skip
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,8})\s+(\d{1,5})\s+R\b")
_OBJECT = re.compile(rb"(?<!\d)(\d{1,8})\s+(\d{1,5})\s+obj\b(.*?)(?=endobj|stream|$)", re.DOTALL)
_PAGE, _CATALOG = re.compile(rb"/Type\s*/Pages?\b"), re.compile(rb"/Type\s*/Catalog\b")
_TREE, _KIDS = re.compile(rb"/Pages\s+(\d+\s+\d+\s+R)\b"), re.compile(rb"/Kids\s*\[([^\]]*)\]")
#: What says that a stream is something else than the content of a page.
_TYPED = re.compile(rb"/(?:Type|Subtype|Length1|FunctionType|N|Alternate)\b")
_START = re.compile(rb"startxref\s+(\d+)")
_SECTION = re.compile(rb"(\d+)\s+(\d+)\s*[\r\n]+")
_PREVIOUS = re.compile(rb"/Prev\s+(\d+)")
_ENTRY, _MOST_TABLES = 20, 60


def damage_of(data: bytes) -> str:
    """What is damaged, in words; ``""`` where nothing shows.  Streams of an encrypted file cannot be checked, pictures are not."""
    begins = max(data[:1024].find(b"%PDF-"), 0)
    found = dict.fromkeys(_misplaced(data, begins))
    if b"/Encrypt" not in data:
        streams, outside = _parted(data)
        found |= dict.fromkeys((*_broken(streams), *_unshown(streams, outside), *_no_pages(outside)))
    shown = list(found)[:_MOST_SHOWN]
    return "; ".join(shown) + (f" and {len(found) - len(shown)} more" if len(found) > len(shown) else "")


@dataclass(frozen=True)
class _Stream:
    """A stream: the number of its object, its dictionary, its packed bytes; ``None`` where it has no end."""

    number: tuple[bytes, ...]
    dictionary: bytes
    packed: bytes | None
    at: int


def _parted(data: bytes) -> tuple[list[_Stream], bytes]:
    """The streams of a file, and everything else."""
    streams: list[_Stream] = []
    outside: list[bytes] = []
    ends = 0
    for mark in _STREAM.finditer(data):
        if mark.start() < ends:
            continue  # within the stream before
        opened = data.rfind(b" obj", max(ends, mark.start() - _DICTIONARY), mark.start())
        dictionary = data[opened : mark.start()] if opened >= 0 else b""
        size = _size(data, dictionary)
        close = data.find(b"endstream", mark.end() + (size or 0))
        if close < 0 or (size is not None and data[mark.end() + size : close].strip(b"\r\n \0")):
            close = data.find(b"endstream", mark.end())
        packed = data[mark.end() : close] if close >= 0 else None
        streams.append(_Stream(tuple(data[max(0, opened - 20) : opened].split()[-2:]), dictionary, packed, mark.start()))
        outside.append(data[ends : mark.end()])
        ends = close if close >= 0 else len(data)
    return streams, b"".join((*outside, data[ends:]))


def _broken(streams: Sequence[_Stream]) -> Iterator[str]:
    for one in streams:
        if one.packed is None:
            yield "a stream has no end"
        elif b"/Image" not in one.dictionary and (problem := _problem(one.dictionary, one.packed)):
            yield f"{problem} (byte {one.at:,})"


def _unshown(streams: Sequence[_Stream], outside: bytes) -> Iterator[str]:
    """Contents of pages that no page shows.  Old editions of a page may be left in a file, and pages may be packed: then nobody can tell."""
    if b"/ObjStm" in outside or outside.count(b"startxref") > 1:
        return
    referred = set(_REFERENCE.findall(outside))
    for one in streams:
        if len(one.number) == 2 and one.number not in referred and not _TYPED.search(one.dictionary):
            yield f"no page shows object {one.number[0].decode('latin-1')}"


def _no_pages(outside: bytes) -> Iterator[str]:
    """What a list of pages names that is no page, or names twice; objects that are packed are not looked at, nor lists of an old edition."""
    if b"/ObjStm" in outside or outside.count(b"startxref") > 1:
        return
    objects = {(number, generation): body for number, generation, body in _OBJECT.findall(outside)}
    catalog = next((body for body in objects.values() if _CATALOG.search(body)), b"")
    lists = [ref for tree in _TREE.findall(catalog) for ref in _REFERENCE.findall(tree)]
    named = Counter(lists)
    for ref in lists:  # grows as it is walked through; one that names itself comes twice
        kids = [kid for named_kids in _KIDS.findall(objects.get(ref, b"")) for kid in _REFERENCE.findall(named_kids)]
        lists += [kid for kid in dict.fromkeys(kids) if kid not in named]
        named.update(kids)
    for ref, times in named.items():
        number = ref[0].decode("latin-1")
        if not _PAGE.search(objects.get(ref, b"")):
            yield f"its list of pages names object {number}, which is no page"
        elif times > 1:
            yield f"its list of pages names object {number} twice"


def _size(data: bytes, dictionary: bytes) -> int | None:
    """How long a stream says to be; ``None`` where that stands elsewhere or is not to be found."""
    found = _LENGTH.search(dictionary)
    return int(found[1]) if found is not None and found[2] is None and int(found[1]) < len(data) else None


def _problem(dictionary: bytes, stream: bytes) -> str:
    named = _FILTER.search(dictionary)
    if named is None:
        return "a stream says nothing of how it is packed" if stream[:1] == b"x" and _unpacks(stream) else ""
    filters = re.findall(rb"/(\w+)", named[1])
    if not _FILTERS.issuperset(filters):
        return "a stream is packed in no known way"
    if filters and filters[0] in _ASCII:
        try:
            stream, filters = base64.a85decode(stream.strip().removeprefix(b"<~").removesuffix(b"~>")), filters[1:]
        except ValueError:
            return "a stream does not unpack"
    return "" if not filters or filters[0] not in _FLATE or _unpacks(stream) else "a stream does not unpack"


def _unpacks(stream: bytes) -> bool:
    unpack = zlib.decompressobj()
    try:
        left, size = stream, 0
        while left and not unpack.eof and size < _UNPACKED:
            size += len(unpack.decompress(left, 1 << 20))
            left = unpack.unconsumed_tail
    except zlib.error:
        return False
    return unpack.eof or size >= _UNPACKED


def _misplaced(data: bytes, begins: int) -> Iterator[str]:
    """Objects that do not stand where the tables of the file say; tables that are streams are checked as streams."""
    starts = _START.findall(data[-2048:])
    at = int(starts[-1]) if starts else -1
    for _ in range(_MOST_TABLES):
        table = data[begins + at :] if 0 <= at < len(data) else b""
        if not table[:20].lstrip().startswith(b"xref"):
            if not re.match(rb"\s*\d+\s+\d+\s+obj", table[:40]):
                yield "its table of objects is not where it says"
            return
        trailer = yield from _of_table(data, begins, begins + at + table.index(b"xref") + 4)
        previous = _PREVIOUS.search(trailer)
        if previous is None:
            return
        at = int(previous[1])


def _of_table(data: bytes, begins: int, at: int) -> Generator[str, None, bytes]:
    """The wrong entries of one table; returns what stands after it."""
    at += len(data[at : at + 4]) - len(data[at : at + 4].lstrip())
    blanks: set[int] = set()
    while (section := _SECTION.match(data, at)) is not None:
        at = section.end()
        for number in range(int(section[1]), int(section[1]) + min(int(section[2]), len(data) // _ENTRY)):
            entry, at = data[at : at + _ENTRY], at + _ENTRY
            if len(entry) < _ENTRY or not re.match(rb"\d{10} \d{5} [nf]", entry):
                yield "its table of objects is damaged"
                return b""
            place, used = begins + int(entry[:10]), entry[17:18] == b"n" and int(entry[:10]) > 0
            if not used:
                continue
            if (there := re.match(rb"(\s*)%d\s+%d\s+obj" % (number, int(entry[11:16])), data[place : place + 40])) is None:
                yield f"object {number} is not where its table says"
            else:
                blanks.add(len(there[1]))
    if len(blanks) > 1:  # whoever writes a file counts from the blank before an object or from its number, and not now so, now so
        yield "objects stand a few bytes from where their table says"
    return data[at : at + _DICTIONARY]
