"""Reader of old Word documents (DOC, and WPS of Kingsoft, which is the same).

LibreOffice reads them where the machine has it, lists' numbers included; the file's own text (``doc_text``) is the witness: where amounts of
it are missing from what LibreOffice makes, or there is no LibreOffice, the tables are read from the file itself, and what their rows do not
tell stays unread, with the remedy.
What belongs here: which of the two readings stands.  What may not: the binary format, converting (``office``), the new format (``word``).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.model.figures import Place
from pipeline.model.numbers import decimals_in
from pipeline.reading import office
from pipeline.reading.doc_text import HERE, Paragraph, Streams, paragraphs_of
from pipeline.reading.document import Cell, Document, Line, Page, Picture, Table, UnreadableDocument
from pipeline.reading.edges import EdgedCell, table_of
from pipeline.reading.embedded import Embedded, is_workbook
from pipeline.reading.media import DOC
from pipeline.reading.word import read_word

READER = "old-word/3"
#: A table around other tables has so many filled cells a row, or is one itself.
_LAID_OUT = 2


def read_old_word(data: bytes) -> Document:
    """An old Word document.

    Raises :class:`UnreadableDocument` where it is encrypted, damaged, or no Word document.
    """
    sha256, streams = hashlib.sha256(data).hexdigest(), Streams(data)
    try:
        document = read_word(office.converted(data, "doc"))
    except UnreadableDocument as why:
        return Document(sha256, DOC, READER, "grid", (_own(streams, why),), damage=streams.damage)
    document = replace(document, sha256=sha256, media_type=DOC, reader=f"{READER} {document.reader}")
    page = document.pages[0]
    if not any(table.reader.startswith("sheet") for table in page.tables):  # LibreOffice without its part for workbooks leaves pictures of them
        page = replace(page, blocks=(*page.blocks, *(block for blocks in _embedded(streams) for block in blocks)))
    own = _witness(streams)
    lost = _lost(own, page) if own is not None else ()
    if own is not None and (lost or _loose(own, page)):
        if not own.pictures:
            return replace(document, reader=READER, pages=(own,), damage=streams.damage)
        page = replace(page, pictures=(*page.pictures, *own.pictures))
    damage = "; ".join(d for d in (streams.damage, document.damage) if d)
    return replace(document, pages=(replace(page, lost=lost),), damage=damage)


def _witness(streams: Streams) -> Page | None:
    try:
        return _own(streams, UnreadableDocument("its rows say no columns", "save it as DOCX, and offer that"))
    except UnreadableDocument:
        return None


def _lost(own: Page, page: Page) -> tuple[str, ...]:
    """Decimals of the file's own text that stand nowhere in what LibreOffice made of it."""
    return _missing(own.blocks, page.blocks)


def _loose(own: Page, page: Page) -> bool:
    """Whether amounts that stand in tables of the file stand in none of what LibreOffice made of it: it drops tables within tables."""
    return bool(_missing(own.tables, page.tables))


def _missing(own: Sequence[Line | Table], made: Sequence[Line | Table]) -> tuple[str, ...]:
    printed = Counter(d for text in _texts(own) for d in decimals_in(text))
    printed.subtract(d for text in _texts(made) for d in decimals_in(text))
    return tuple(sorted(d for d, n in printed.items() if n > 0))


def _texts(blocks: Sequence[Line | Table]) -> Iterator[str]:
    for block in blocks:
        for text in [block.text] if isinstance(block, Line) else [c.text for c in block.cells]:
            yield from text.split("\n")


def _embedded(streams: Streams) -> Iterator[list[Line | Table]]:
    """The blocks of each embedded workbook."""
    reader = Embedded()
    for data in streams.objects:
        if is_workbook(data):
            yield reader.read(data, "an embedded workbook", 0)[0]


def _own(streams: Streams, why: UnreadableDocument) -> Page:
    """The document from its own bytes.  ``why``: what to say of a table whose rows do not say where their columns are."""
    body = _Body(why, _embedded(streams))
    for paragraph in paragraphs_of(streams):
        body.take(paragraph)
    return body.page()


@dataclass
class _Open:
    """A table while it is read: its rows, the cells of the row at hand, the texts of the cell at hand."""

    rows: list[list[EdgedCell]] = field(default_factory=list)
    told: bool = True  # whether every row so far says where its cells end
    lays_out: bool = False  # whether it only says where other tables stand
    cells: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def take(self, paragraph: Paragraph) -> None:
        if paragraph.ends_row:
            self._row(paragraph)
        elif paragraph.ends_cell:
            self.cells.append("\n".join(t for t in (*self.texts, paragraph.text) if t))
            self.texts.clear()
        else:
            self.texts.append(paragraph.text)

    def _row(self, paragraph: Paragraph) -> None:
        edges, merges = paragraph.edges, paragraph.merges
        if len(edges) != len(self.cells) + 1 or any(b < a for a, b in pairwise(edges)):
            self.told = False
            edges, merges = tuple(range(0, 1000 * (len(self.cells) + 1), 1000)), ()
        row: list[EdgedCell] = []
        for i, text in enumerate(self.cells):
            above, left = merges[i] if i < len(merges) else (False, False)
            row.append(EdgedCell(edges[i], edges[i + 1], text, above, left and not text and bool(row)))
        self.rows.append(row)
        self.cells.clear()

    def ended(self) -> None:
        """The document goes on outside: cells whose row has no end are one."""
        if self.cells or self.texts:
            self.told = False
            self.rows.append([EdgedCell(0, 1000, t) for t in (*self.cells, *self.texts)])

    def said_so_far(self) -> list[str]:
        """Its texts, which stand in no column; they are taken out of it."""
        said = [t for t in (*(c.text for row in self.rows for c in row), *self.cells, *self.texts) if t]
        self.told = self.told and all(sum(bool(c.text) for c in row) <= _LAID_OUT for row in self.rows)
        self.rows, self.texts = [], []
        self.cells = [""] * len(self.cells)
        return said


class _Body:
    """The walk through the paragraphs: lines, tables while they are open, each within the one before, and embedded workbooks at their marks."""

    def __init__(self, why: UnreadableDocument, held: Iterator[list[Line | Table]]) -> None:
        self.why, self.held = why, held
        self.blocks: list[Line | Table] = []
        self.pictures: list[Picture] = []
        self.open: list[_Open] = []

    def take(self, paragraph: Paragraph) -> None:
        here = paragraph.text == HERE and not (paragraph.ends_cell or paragraph.ends_row)
        self._stand_in(0 if here else paragraph.depth)
        if here:
            self.blocks.extend(next(self.held, []))
        elif self.open:
            self.open[-1].take(paragraph)
        else:
            self._lines([paragraph.text])

    def page(self) -> Page:
        self._stand_in(0)
        self.blocks.extend(block for rest in self.held for block in rest)
        return Page(None, None, None, tuple(self.blocks), pictures=tuple(self.pictures))

    def _stand_in(self, depth: int) -> None:
        """Open and close tables until so many are open; a table around others only lays out the page."""
        while len(self.open) > depth:
            table = self.open.pop()
            table.ended()
            self._put(table)
        while len(self.open) < depth:
            if self.open:
                self.open[-1].lays_out = True
                self._lines(self.open[-1].said_so_far())
            self.open.append(_Open())

    def _put(self, table: _Open) -> None:
        place = Place(line=len(self.blocks) + 1)
        if table.lays_out:
            self._lines(table.said_so_far())
            if not table.told:
                self._untold(place)
        elif table.rows and table.told:
            self._add(table_of(table.rows, place, READER), place)
        elif table.rows:
            texts = [cell.text for row in table.rows for cell in row if cell.text]
            cells = tuple(Cell(r, 0, t, place=place, found="text") for r, t in enumerate(texts))
            self.blocks.append(Table(cells, len(texts), 1, place, READER))
            self._untold(place)

    def _untold(self, place: Place) -> None:
        self.pictures.append(Picture(place, f"a table whose rows and columns are not told apart: {self.why.problem}", self.why.remedy))

    def _lines(self, texts: Iterable[str]) -> None:
        place = Place(line=len(self.blocks) + 1)
        self.blocks.extend(Line(part, place) for text in texts for part in text.split("\n") if part.strip())

    def _add(self, table: Table, place: Place) -> None:
        if table.n_cols > 1:
            self.blocks.append(table)
        else:
            self._lines(cell.text for cell in table.cells)
