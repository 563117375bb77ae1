"""Reader of rich text (RTF): by LibreOffice where the machine has it, else its text, and tables by the edges that each row names.

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
from pipeline.model.numbers import squeeze
from pipeline.reading import office
from pipeline.reading.document import Cell, Document, Line, Page, Picture, Table, UnreadableDocument
from pipeline.reading.edges import EdgedCell, table_of
from pipeline.reading.media import RTF
from pipeline.reading.radicals import plain
from pipeline.reading.word import read_word

READER = "rich-text/1"
_MAX_BYTES = 100_000_000
_CODE_PAGE = re.compile(rb"\\ansicpg(\d+)")
#: What says where a row's cells end: the beginning of its definition, a cell's edge or merge, its end.
_BRACES = re.compile(rb"\\[\\{}]|[{}]")
_ROWS = re.compile(rb"\\(trowd|cellx|clvmrg|clmrg|row)(-?\d+)?(?![a-z])")


def read_rich_text(data: bytes) -> Document:
    """A rich text document.  Raises :class:`UnreadableDocument` where it is larger than any report, or damaged."""
    sha256 = hashlib.sha256(data).hexdigest()
    damage = _damage(data)
    try:
        document = read_word(office.converted(data, "rtf"))
    except UnreadableDocument as why:
        document = Document(sha256, RTF, READER, "grid", (_page(data, why),))
    else:
        document = replace(document, sha256=sha256, media_type=RTF, reader=f"{READER} {document.reader}")
    return replace(document, pages=(_with_boxes(document.pages[0], data), *document.pages[1:]), damage=damage)


def _with_boxes(page: Page, data: bytes) -> Page:
    """The page with the lines of text boxes that stand nowhere on it: their groups are left out by those who do not know them."""
    seen = squeeze("".join(t for b in page.blocks for t in ([b.text] if isinstance(b, Line) else [c.text for c in b.cells])))
    lines = (line.strip() for box in _boxes(data) for line in _plain(box, data).replace("|", " ").split("\n"))
    missing = dict.fromkeys(line for line in lines if line and squeeze(line) not in seen)
    return replace(page, blocks=(*page.blocks, *(Line(line, Place()) for line in missing)))


def _boxes(data: bytes) -> Iterator[bytes]:
    """The groups of text boxes (``{\\shptxt …}``)."""
    for box in re.finditer(rb"\{\\shptxt(?![a-z])", data):
        depth = 0
        for brace in _BRACES.finditer(data, box.start()):
            depth += {b"{": 1, b"}": -1}.get(brace[0], 0)
            if depth == 0:
                yield data[box.end() : brace.start()]
                break


def _damage(data: bytes) -> str:
    """Whether the document's groups end where the file does (binary data may hold any brace)."""
    depth = 0
    for match in _BRACES.finditer(data):
        depth += {b"{": 1, b"}": -1}.get(match[0], 0)
        if depth <= 0 and match[0] == b"}":
            return "its groups end before the rich text does" if data[match.end() :].strip(b"\0 \r\n\t\x1a") and b"\\bin" not in data else ""
    return "the rich text ends too early"


def _page(data: bytes, why: UnreadableDocument) -> Page:
    if len(data) > _MAX_BYTES:
        raise UnreadableDocument(f"the rich text has {len(data):,} bytes, more than any report", "save it as DOCX and offer that")
    text = _plain(data, data)
    pictures: list[Picture] = []
    blocks = tuple(_blocks(text, _definitions(data), why, pictures))
    return Page(None, None, None, blocks, pictures=tuple(pictures))


def _plain(group: bytes, data: bytes) -> str:
    """The text of a document or of a group of it.  Raises :class:`UnreadableDocument`."""
    code_page = _CODE_PAGE.search(data[:4096])
    name = code_page[1].decode() if code_page and code_page[1] in (b"936", b"950", b"1252") else "936"
    whole = group if group is data else b"{\\rtf1\\ansi\\ansicpg" + name.encode() + b"\\uc1 " + group + b"}"
    try:
        return plain(str(rtf_to_text(whole.decode("latin-1"), encoding=f"cp{name}", errors="replace")))  # type: ignore[no-untyped-call]
    except Exception as error:  # it parses by patterns and raises many kinds
        raise UnreadableDocument(f"the rich text is damaged ({type(error).__name__}: {error})", "save it as DOCX and offer that") from None


Definition = tuple[tuple[int, bool, bool], ...]  # of each cell: its right edge, whether it is the rest of the one above, or to its left


def _definitions(data: bytes) -> list[Definition]:
    """What every row says of its cells, in order."""
    found: list[Definition] = []
    cells: list[tuple[int, bool, bool]] = []
    above = left = False
    for match in _ROWS.finditer(data):
        word = match[1]
        if word == b"trowd":
            cells = []
        elif word == b"clvmrg":
            above = True
        elif word == b"clmrg":
            left = True
        elif word == b"cellx" and match[2]:
            cells.append((int(match[2][:9]), above, left))
            above = left = False
        elif word == b"row":
            found.append(tuple(cells))
    return found


def _blocks(text: str, definitions: list[Definition], why: UnreadableDocument, pictures: list[Picture]) -> Iterator[Line | Table]:
    """Lines and runs of rows; a row ends with a bar after each of its cells."""
    lines = list(enumerate(text.split("\n"), start=1))
    count = sum(line.rstrip().endswith("|") for _, line in lines)
    told = iter(definitions if count == len(definitions) else [()] * count)
    for is_row, group in groupby(lines, key=lambda line: line[1].rstrip().endswith("|")):
        if not is_row:
            yield from (Line(words.strip(), Place(line=n)) for n, words in group if words.strip())
            continue
        rows = [(n, words.rstrip()[:-1].split("|"), next(told)) for n, words in group]
        place = Place(line=rows[0][0])
        if all(len(texts) == len(definition) for _, texts, definition in rows):
            yield table_of([_edged(texts, definition) for _, texts, definition in rows], place, READER)
            continue
        flat = [(n, t.strip()) for n, row, _ in rows for t in row if t.strip()]
        pictures.append(Picture(place, f"a table whose columns are not told apart: {why.problem}", why.remedy))
        yield Table(tuple(Cell(r, 0, t, place=Place(line=n), found="text") for r, (n, t) in enumerate(flat)), len(flat), 1, place, READER)


def _edged(texts: list[str], definition: Definition) -> list[EdgedCell]:
    begin = min(0, definition[0][0])
    lefts = [begin, *(edge for edge, _, _ in definition)]
    return [EdgedCell(a, b, t.strip(), above, left) for a, t, (b, above, left) in zip(lefts, texts, definition, strict=False)]
