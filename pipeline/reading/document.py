"""What every reader returns: a document of pages, lines and tables with places.

A :class:`Table` is a grid of cells; a merged cell is one :class:`Cell` with spans.  A plain text layer
that keeps no cells has lines only.  Two readers may have read a table; each cell keeps both texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pipeline.model.figures import Place

if TYPE_CHECKING:
    from pipeline.reading.layer import PlainPage

#: How a cell's place in its table is known: by drawn rules, by the alignment of words, from a text layer without cells, from the
#: format's own markup (web page, Word, tab-separated text), from a workbook's sheet, or from a recognised picture.
Found = Literal["ruled", "aligned", "text", "markup", "sheet", "picture"]


class UnreadableDocument(Exception):
    """A document that cannot be read: what is wrong with it, and what to do about it.  ``names``: see ``Outcome.names``."""

    def __init__(self, problem: str, remedy: str, status: str = "failed", names: str | None = None) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem, self.remedy, self.status = problem, remedy, status
        self.names = names


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a number of a PDF line with its box in points from the page's top left."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text outside tables, with its place (``place.line`` is the line's number in a text file).

    ``words`` are there where the format keeps positions (PDF); a text line has none.
    """

    text: str
    place: Place
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: top left grid position, spans, text as read (line breaks kept), place, and the second reader's text.

    ``second`` is ``None`` where no second reader saw the cell; ``""`` where it read nothing in it.  ``found`` says how its place in
    the grid is known (:data:`Found`); ``placement`` is ``identity`` where the document left several columns possible and the table's
    own sums chose, ``undecided`` where they could not; ``confidence`` is that of the least sure character of a recognised picture, from 0 to 1.
    """

    row: int
    col: int
    text: str
    rowspan: int = 1
    colspan: int = 1
    place: Place = field(default_factory=Place)
    second: str | None = None
    found: Found = "ruled"
    placement: str = "printed"
    confidence: float | None = None


@dataclass(frozen=True)
class Table:
    """A grid of ``n_rows`` × ``n_cols``; positions covered by no cell are holes (``at`` gives ``None``).

    ``note`` says what was not confirmed about the table as a whole (``""``: nothing).  ``headings`` are the printed headings, the one of the
    first page and those of the others, where the grid has the template's words for them.
    """

    cells: tuple[Cell, ...]
    n_rows: int
    n_cols: int
    place: Place
    reader: str
    second_reader: str | None = None
    note: str = ""
    headings: tuple[tuple[str, Place], ...] = ()

    @cached_property
    def _index(self) -> dict[tuple[int, int], Cell]:
        return {
            (r, c): cell for cell in self.cells for r in range(cell.row, cell.row + cell.rowspan) for c in range(cell.col, cell.col + cell.colspan)
        }

    def at(self, row: int, col: int) -> Cell | None:
        """The cell that covers a grid position, merged cells included."""
        return self._index.get((row, col))

    def text(self, row: int, col: int) -> str:
        """The text of the cell whose top left corner is at the position; ``""`` for a hole or the rest of a merged cell."""
        cell = self.at(row, col)
        return cell.text if cell is not None and (cell.row, cell.col) == (row, col) else ""

    def rows(self) -> Iterator[list[str]]:
        """Rows of texts; a merged cell's text stands at its top left position only."""
        for r in range(self.n_rows):
            yield [self.text(r, c) for c in range(self.n_cols)]


@dataclass(frozen=True, slots=True)
class Picture:
    """Something on a page that is no text: a scan, a picture of a table, an embedded object.  ``problem`` says why it is not read."""

    place: Place
    problem: str
    remedy: str = ""


@dataclass(frozen=True)
class Page:
    """One page: lines outside tables and tables, each in reading order; ``blocks`` has both, from top to bottom.

    ``lost`` lists decimals that the page prints (by an independent extraction) and that stand in no cell and
    no line: a reader's broken promise.  ``rules`` are horizontal rules (y, x0, x1) of tables whose columns have none.
    ``drawn``: of a page that is not lowered yet, its glyphs and shapes (PDF).  ``recognised``: its lines and tables are those of a
    picture; places are on the page as it was set straight.
    """

    number: int | None
    width: float | None
    height: float | None
    blocks: tuple[Line | Table, ...]
    lost: tuple[str, ...] = ()
    rules: tuple[tuple[float, float, float], ...] = ()
    pictures: tuple[Picture, ...] = ()
    drawn: PlainPage | None = field(default=None, compare=False, repr=False)
    recognised: bool = False

    @property
    def lines(self) -> list[Line]:
        return [b for b in self.blocks if isinstance(b, Line)]

    @property
    def tables(self) -> list[Table]:
        return [b for b in self.blocks if isinstance(b, Table)]


def on_page(page: Page, number: int) -> Page:
    """The same page under another number, everything on it included."""

    def moved(block: Line | Table) -> Line | Table:
        place = replace(block.place, page=number)
        if isinstance(block, Line):
            return replace(block, place=place)
        return replace(block, place=place, cells=tuple(replace(c, place=replace(c.place, page=number)) for c in block.cells))

    pictures = tuple(replace(p, place=replace(p.place, page=number)) for p in page.pictures)
    return replace(page, number=number, blocks=tuple(moved(b) for b in page.blocks), pictures=pictures)


@dataclass(frozen=True)
class Document:
    """A whole document.  ``layout`` is ``grid`` where tables have cells, ``stream`` where only text lines are left.

    ``begins``: of a report that several documents make up, the pages at which each of them begins.  ``damage`` says what is damaged
    about the file (``""``: nothing found): every figure of it is in doubt.  ``source``: of a document whose tables are not lowered
    yet, its bytes for a second reader.
    """

    sha256: str
    media_type: str
    reader: str  # name and version of what read it, e.g. "pdf/3"
    layout: str  # grid | stream
    pages: tuple[Page, ...]
    begins: tuple[int, ...] = ()
    damage: str = ""
    source: bytes | None = field(default=None, compare=False, repr=False)

    def blocks(self) -> Iterator[tuple[Page, Line | Table]]:
        """Lines and tables of all pages in reading order."""
        for page in self.pages:
            for block in page.blocks:
                yield page, block

    def lines(self) -> Iterator[Line]:
        for page in self.pages:
            yield from page.lines
