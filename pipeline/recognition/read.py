"""What was read of a form before it becomes figures: rows with the texts of their cells, and which cells of which table they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from pipeline.lexicon.forms import FormSpec
from pipeline.model.figures import Place
from pipeline.model.numbers import PrintedNumber, parse_number
from pipeline.reading.document import Cell, Found, Table

#: Where a cell stands in the document: position of its table among the document's blocks, row, column.
Address = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A table as a form's reader sees it: the document's table at ``block``, from its row ``top`` on.

    A heading that was cut by the page break is put above it; ``top`` is negative then.
    """

    block: int
    table: Table
    top: int = 0

    def address(self, row: int, column: int) -> Address:
        """Where a cell of the piece stands in the document."""
        return self.block, row + self.top, column


def prints_number(text: str) -> bool:
    """Whether a cell prints a number: one that can be read, or that of a formula whose value a workbook does not keep."""
    return text.startswith("=") or parse_number(text, blanks=True) is not None


@dataclass(frozen=True, slots=True)
class CellRead:
    """A value cell: its text, its place, the second reader's text, how its column was known and why that is not sure."""

    text: str
    place: Place
    second: str | None = None
    placement: str = "printed"
    doubt: str | None = None
    confidence: float | None = None
    found: Found = "ruled"
    address: Address | None = None

    @property
    def number(self) -> PrintedNumber | None:
        """The number that the cell is; within drawn borders a blank may part thousands, for nothing else can stand there."""
        return parse_number(self.text, blanks=self.found in ("ruled", "markup", "sheet"))

    @classmethod
    def of(cls, cell: Cell | None, piece: Piece, row: int, column: int, doubt: str | None = None) -> CellRead:
        """The cell of a piece at a row and column; a blank one where the grid has a hole."""
        if cell is None:
            return cls("", piece.table.place, doubt=doubt)
        if cell.placement == "identity":
            doubt = doubt or "column_by_identity"
        return cls(cell.text, cell.place, cell.second, cell.placement, doubt, cell.confidence, cell.found, piece.address(row, column))


@dataclass
class RowRead:
    """One row under construction: its address as printed and its cells by measure."""

    side: str | None
    code: str
    label: str
    row_no: str
    cells: dict[str, CellRead]
    place: Place = field(default_factory=Place)
    concept: str = ""

    @property
    def empty(self) -> bool:
        return not any(c.text.strip() for c in self.cells.values())


@dataclass
class FormRead:
    """One printing of a form: title, unit (word and how many 万元 one of it is), rows, and the blocks that it was read from.

    ``rank`` is that of its title (1: the form's own; the title of a table that other provinces print instead of it has a higher one);
    ``doubt`` why it is not sure that this table is the form; ``problem`` why it could not be read; ``pieces`` its table, over pages.
    """

    spec: FormSpec
    title: str
    place: Place
    unit: str = "万元"
    ratio: Fraction = Fraction(1)
    unit_declared: bool = False
    unit_printed: str | None = None  # where the figures say that the label is wrong
    unit_doubt: str | None = None
    rows: list[RowRead] = field(default_factory=list)
    no_data: str = ""
    problem: str | None = None
    rank: int = 1
    doubt: str | None = None
    blocks: set[int] = field(default_factory=set)
    pages: set[int] = field(default_factory=set)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def blank(self) -> bool:
        """Whether no value stands in any row."""
        return all(row.empty for row in self.rows)
