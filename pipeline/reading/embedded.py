"""What office documents hold inside: workbooks, other documents and pictures of tables → blocks at their place.

A workbook that is embedded several times, for one sheet each, is read once: a sheet that stands there already is left out.
What belongs here: what kind of thing an embedded object is.  What may not: where it stands (``word``, ``old_word``).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import olefile

from pipeline.model.figures import Place
from pipeline.model.numbers import decimals_in
from pipeline.reading import media
from pipeline.reading.document import Document, Line, Picture, Table, UnreadableDocument
from pipeline.reading.sheet import pages_of
from pipeline.reading.workbook import open_workbook

Blocks = tuple[list[Line | Table], list[Picture]]
#: Documents inside of documents are read so deep.
_DEEPEST = 2
#: Pictures of one document that are recognised: seconds each.
_MOST_PICTURES = 60
_MANY = (f"a picture, and {_MOST_PICTURES} of this document have been recognised before it", "split the document")


@dataclass
class Embedded:
    """The embedded objects of one document: each is read, sheets that are there twice once."""

    depth: int = 0
    seen: set[tuple[tuple[int, int, str], ...]] = field(default_factory=set)
    pictures: int = 0

    def read(self, data: bytes, kind: str, line: int) -> Blocks:
        """What an embedded object prints; a :class:`Picture` that says why where it cannot be read.  ``line``: where it stands."""
        try:
            blocks = [_placed(block, line) for block in self._blocks(data)]
        except UnreadableDocument as why:
            return [], [Picture(Place(line=line), f"{kind} is not read: {why.problem}", why.remedy)]
        return [block for block in blocks if self._is_new(block)], []

    def picture(self, data: bytes, line: int) -> Blocks:
        """What a picture prints: nothing where it shows no table and no amount; a :class:`Picture` that says why where it is not read."""
        from pipeline.reading.picture import read_images  # loads OpenCV

        place = Place(line=line)
        self.pictures += 1
        if self.pictures > _MOST_PICTURES:
            return [], [Picture(place, *_MANY)]
        try:
            pages = read_images(data).pages
        except UnreadableDocument as why:
            return [], [Picture(place, f"a picture is not read: {why.problem}", why.remedy)]
        unread = [replace(p, place=place) for page in pages for p in page.pictures]
        blocks = [_placed(block, line) for page in pages for block in page.blocks]
        texts = (t for b in blocks for t in ([b.text] if isinstance(b, Line) else [c.text for c in b.cells]))
        return (blocks if any(decimals_in(t) for t in texts) or any(isinstance(b, Table) for b in blocks) else []), unread

    def _is_new(self, block: Line | Table) -> bool:
        if isinstance(block, Line):
            return True
        content = tuple((c.row, c.col, c.text) for c in block.cells)
        if content in self.seen:
            return False
        self.seen.add(content)
        return True

    def _blocks(self, data: bytes) -> Iterator[Line | Table]:
        if self.depth >= _DEEPEST:
            raise UnreadableDocument("it is embedded too deep", "take it out and offer it as well")
        data = unwrapped(data)
        if is_workbook(data):
            for page in pages_of(open_workbook(data)):
                yield from page.blocks
            return
        from pipeline.reading import read_document  # which knows this module

        document: Document = read_document(data)
        for page in document.pages:
            yield from page.blocks


def is_workbook(data: bytes) -> bool:
    """Whether bytes are a workbook: a package, a compound file, or the bare stream of an old one."""
    if data.startswith(olefile.MAGIC):
        return any(name[-1] in ("Workbook", "Book") for name in _names(data))
    return data.startswith(b"\x09\x08") or (data.startswith(b"PK") and media.media_type(data) == media.XLSX)


def unwrapped(data: bytes) -> bytes:
    """The file inside of the compound file that an office program wraps around an embedded object; the bytes themselves where there is none."""
    if not data.startswith(olefile.MAGIC):
        return data
    for name in _names(data):
        if name[-1] in ("Package", "CONTENTS"):
            return _stream(data, name)
        if name[-1] == "\x01Ole10Native":
            return _native(_stream(data, name))
    return data


def _names(data: bytes) -> list[list[str]]:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            return [list(name) for name in compound.listdir()]
    except (OSError, ValueError, IndexError, struct.error):
        return []


def _stream(data: bytes, name: list[str]) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            return bytes(compound.openstream(name).read())
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise UnreadableDocument(f"its compound file is damaged ({error})", "fetch the document again") from None


def _native(stream: bytes) -> bytes:
    """The file in a native object: after its size, a name, a path, and the length of the path of its copy."""
    try:
        at = stream.index(b"\0", 6) + 1
        at = stream.index(b"\0", at) + 1 + 4
        at += 4 + struct.unpack_from("<I", stream, at)[0]
        size = struct.unpack_from("<I", stream, at)[0]
    except (ValueError, struct.error):
        return stream[4:]
    return stream[at + 4 : at + 4 + size]


def _placed(block: Line | Table, line: int) -> Line | Table:
    """The same block at the place of the object that holds it."""
    place = Place(line=line)
    if isinstance(block, Line):
        return replace(block, place=place)
    return replace(block, place=place, cells=tuple(replace(c, place=place) for c in block.cells))
