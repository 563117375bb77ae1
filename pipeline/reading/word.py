"""Reader of Word documents (DOCX): paragraphs, tables, text boxes and embedded workbooks in order, as a reader of the page sees them.

Tracked changes count as accepted; a text box, which the file holds as choice and as fallback, counts once; numbers of lists are printed.
What belongs here: Word's own structure.  A Word file knows no pages; a place is the number of the block in the document.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from lxml.etree import LxmlError

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Document, Line, Page, Picture, Table, UnreadableDocument
from pipeline.reading.embedded import Embedded
from pipeline.reading.media import DOCX
from pipeline.reading.packages import sound_package
from pipeline.reading.word_numbers import Numbering
from pipeline.reading.word_text import Held, held_in, is_on, parts

READER = "word/2"
#: A column of a grid narrower than this (twentieths of a point) is where the rules of two rows miss each other.
_SLIVER = 80


def read_word(data: bytes) -> Document:
    """A Word document's lines and tables.  Raises :class:`UnreadableDocument` for damaged and for bloated files."""
    sha256 = hashlib.sha256(data).hexdigest()
    data, damage = sound_package(data, "Word document")
    try:
        part = docx.Document(io.BytesIO(data)).part
        body = _Body(part, Numbering.of(part))
        body.walk(part.element.body)
        body.notes()
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, SyntaxError, LxmlError, AttributeError) as error:
        raise UnreadableDocument(f"the Word document is damaged ({damage or error})", "fetch it again, or save it anew and offer that") from None
    page = Page(None, None, None, tuple(body.blocks), pictures=tuple(body.pictures))
    return Document(sha256, DOCX, READER, "grid", (page,), damage=damage)


@dataclass
class _Body:
    """The walk through a document: what was met so far, and the number of the block that is being read."""

    part: Any
    numbering: Numbering
    blocks: list[Line | Table] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    embedded: Embedded = field(default_factory=Embedded)
    number: int = 0

    def walk(self, element: Any) -> None:
        """Everything that an element prints, in order."""
        for child in parts(element):
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._table(child)
            elif child.tag == qn("w:altChunk"):
                self.number += 1
                self._object(child.get(qn("r:id")), "a document")

    def notes(self) -> None:
        """Footnotes and endnotes, after the text."""
        for kind in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
            for relation in self.part.rels.values():
                if relation.reltype == kind and not relation.is_external:
                    for note in parse_xml(relation.target_part.blob):
                        if note.get(qn("w:type")) is None:
                            self.walk(note)

    def _paragraph(self, element: Any) -> None:
        self.number += 1
        text, held = self._text(element)
        self._lines(text)
        self._held(held)

    def _lines(self, text: str) -> None:
        self.blocks.extend(Line(part, Place(line=self.number)) for part in text.split("\n") if part.strip())

    def _text(self, element: Any) -> tuple[str, Held]:
        """A paragraph's text with the number that its list gives it, and what it holds besides text."""
        held = held_in(element)
        label = self.numbering.label(element) if held.text or not held else ""
        return f"{label}{held.text}".strip() if held.text else "", held

    def _held(self, held: Held) -> None:
        """Text boxes, embedded objects and pictures of a paragraph or a table, after it."""
        for box in held.boxes:
            self.walk(box)
        for relation, kind in held.objects:
            self._object(relation, kind)
        for relation in held.pictures:
            self._picture(relation)

    def _blob(self, relation: str | None) -> bytes | None:
        found = self.part.rels.get(relation) if relation else None
        return None if found is None or found.is_external else bytes(found.target_part.blob)

    def _object(self, relation: str | None, kind: str) -> None:
        data = self._blob(relation)
        if data is None:
            self.pictures.append(Picture(Place(line=self.number), f"{kind} is linked and not part of the document", "embed it, or offer it as well"))
            return
        self._take(self.embedded.read(data, kind, self.number))

    def _picture(self, relation: str) -> None:
        data = self._blob(relation)
        if data is not None:
            self._take(self.embedded.picture(data, self.number))

    def _take(self, found: tuple[list[Line | Table], list[Picture]]) -> None:
        self.blocks += found[0]
        self.pictures += found[1]

    def _table(self, element: Any) -> None:
        self.number += 1
        rows = [row for row in parts(element) if row.tag == qn("w:tr") and not _deleted(row)]
        cells = [[c for c in parts(row) if c.tag == qn("w:tc")] for row in rows]
        if any(_is_grid(inner) for row in cells for cell in row for inner in parts(cell) if inner.tag == qn("w:tbl")):
            for row in cells:  # a table around tables only lays out the page
                for cell in row:
                    self.walk(cell)
            return
        held = Held()
        table = without_slivers(self._grid(rows, cells, held), _boundaries(element))
        if table.n_cols > 1:
            self.blocks.append(table)
        else:
            for printed in table.cells:
                self._lines(printed.text)
        self._held(held)

    def _grid(self, rows: list[Any], items: list[list[Any]], held: Held) -> Table:
        open_above: dict[int, int] = {}  # column → index of the cell that a vertical merge continues
        cells: list[Cell] = []
        n_cols = 0
        for r, (row, cells_of_row) in enumerate(zip(rows, items, strict=True)):
            c = _number(row, "w:trPr/w:gridBefore", 0)
            for item in cells_of_row:
                span = max(_number(item, "w:tcPr/w:gridSpan", 1), 1)
                if _goes_on(item, "w:hMerge") and cells and cells[-1].row == r:
                    cells[-1] = replace(cells[-1], colspan=cells[-1].colspan + span)
                elif _goes_on(item, "w:vMerge") and c in open_above:
                    above = cells[open_above[c]]
                    cells[open_above[c]] = replace(above, rowspan=r - above.row + 1)
                else:
                    cells.append(Cell(r, c, self._cell(item, held), 1, span, Place(line=self.number), found="markup"))
                    open_above.pop(c, None)
                    if _child(item, "w:tcPr/w:vMerge") is not None:
                        open_above[c] = len(cells) - 1
                c += span
            n_cols = max(n_cols, c)
        return Table(tuple(cells), len(rows), n_cols, Place(line=self.number), READER)

    def _cell(self, item: Any, held: Held) -> str:
        texts = []
        for paragraph in _paragraphs(item):
            text, own = self._text(paragraph)
            texts.append(text)
            held.add(own)
        return "\n".join(text for text in texts if text).strip()


def _boundaries(table: Any) -> list[int]:
    """Where the columns of a table's grid end, in twentieths of a point; none where their widths are not all told."""
    widths = [c.get(qn("w:w"), "0") for g in table.findall(qn("w:tblGrid")) for c in g.findall(qn("w:gridCol"))]
    return list(accumulate(int(w) for w in widths)) if all(w.isdecimal() and int(w) for w in widths) else []


def without_slivers(table: Table, ends: Sequence[int]) -> Table:
    """The table without columns that nobody sees: rows whose rules miss each other by less than a few points share their columns.

    ``ends``: where each column of the grid ends, in twentieths of a point.
    """
    if len(ends) < table.n_cols:
        return table
    column, begin = [0], 0
    for end in ends:
        seen = end - begin > _SLIVER
        column.append(column[-1] + seen)
        begin = end if seen else begin
    if column[-1] == len(ends):
        return table
    cells = []
    for cell in table.cells:
        left, right = column[cell.col], column[min(cell.col + cell.colspan, len(ends))]
        if right > left:
            cells.append(replace(cell, col=left, colspan=right - left))
        elif cell.text:
            return table  # something is printed in it
    return replace(table, cells=tuple(cells), n_cols=column[-1])


def _paragraphs(item: Any) -> Iterator[Any]:
    for child in parts(item):
        if child.tag == qn("w:p"):
            yield child
        elif child.tag in (qn("w:tbl"), qn("w:tr"), qn("w:tc")):
            yield from _paragraphs(child)


def _is_grid(table: Any) -> bool:
    """Whether a table inside another is one that people read as a table: two rows and two columns at least."""
    rows = [[c for c in parts(r) if c.tag == qn("w:tc")] for r in parts(table) if r.tag == qn("w:tr")]
    return len(rows) > 1 and any(len(row) > 1 for row in rows)


def _deleted(row: Any) -> bool:
    return _child(row, "w:trPr/w:del") is not None or is_on(_child(row, "w:trPr/w:hidden"))


def _goes_on(item: Any, kind: str) -> bool:
    """Whether a cell is the rest of the merged cell above it, or to its left."""
    merge = _child(item, f"w:tcPr/{kind}")
    return merge is not None and merge.get(qn("w:val"), "continue") == "continue"


def _child(element: Any, path: str) -> Any:
    for step in path.split("/"):
        element = None if element is None else element.find(qn(step))
    return element


def _number(element: Any, path: str, default: int) -> int:
    found = _child(element, path)
    value = None if found is None else found.get(qn("w:val"))
    return min(int(value), 1000) if value and value.isdecimal() else default
