"""A table of a text layer before it has cells: its columns, its rows with their numbers in order; and the cells that these become.

What belongs here: putting headings, labels and placed numbers into a grid.  What may not: the grammar that finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from pipeline.lexicon import name_of
from pipeline.lexicon.forms import FormSpec
from pipeline.model.figures import Place
from pipeline.model.numbers import parse_number
from pipeline.reading.document import Cell, Line, Table
from pipeline.tables.text_layer_headings import Path
from pipeline.tables.text_layer_placement import Equation, Placement, Slots
from pipeline.tables.text_layer_tokens import Token, with_whole_thousands

READER = "text layer"


@dataclass
class TextRow:
    """One row: its side (of a two-sided form), what addresses it, its numbers as printed, and the columns that they stand in."""

    place: Place
    code: str = ""
    label: str = ""
    row_no: str = ""
    side: str = ""
    numbers: list[Token] = field(default_factory=list)
    lead: int | None = None
    slots: Slots = field(default_factory=lambda: Slots([]))

    @property
    def raw(self) -> str:
        """The numbers with the spaces between and behind them; nothing where they stand on several lines."""
        return "".join(t.raw for t in self.numbers) if len({t.line for t in self.numbers}) == 1 else ""

    def append(self, token: Token) -> None:
        """Add a number; the first tells how many blanks stand before it."""
        if not self.numbers:
            self.lead = token.lead
        self.numbers.append(token)

    def whole(self) -> None:
        """Put together the numbers whose thousands blanks part."""
        self.numbers = with_whole_thousands(self.numbers)

    def hang(self, parent: int | None, wide_label: bool = False) -> Slots:
        """The row as it is to be placed, below another."""
        self.slots = Slots([t.text for t in self.numbers], self.raw, parent, self.lead, wide_label)
        return self.slots


@dataclass
class Draft:
    """What the lines after a title say: headings, rows in order of printing, and what must add up in a row.

    ``addresses``: what the columns before the first measure are (``code``, ``label``, ``row_no``).  ``keys``: the measures by column, where
    they are known, for what other forms say of them.  ``kept``: numbers stand in columns on their lines.  ``headings``: as printed.
    """

    spec: FormSpec
    addresses: tuple[str, ...]
    columns: list[Path]
    keys: list[str]
    rows: list[TextRow] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    kept: bool = False
    headings: tuple[tuple[str, Place], ...] = ()

    def place_numbers(self) -> None:
        """Choose the columns of all rows' numbers; the income side of a two-sided form has one."""
        left = [row.slots for row in self.rows if row.side == "income"]
        Placement(left, 1).choose()
        Placement([row.slots for row in self.rows if row.side != "income"], len(self.columns), self.equations).choose()

    def addresses_of(self, row: TextRow) -> tuple[str, ...]:
        return tuple({"row_no": row.row_no, "code": row.code}.get(address, row.label) for address in self.addresses)

    @property
    def heads(self) -> list[Path]:
        """What stands over the columns before the first measure."""
        return [(name_of("addresses", address),) for address in self.addresses]


class Grid:
    """Cells while they are put together, row by row."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.n_rows = self.n_cols = 0

    def put(self, row: int, col: int, text: str, place: Place, placement: str = "printed", rowspan: int = 1, colspan: int = 1) -> None:
        self.cells.append(Cell(row, col, text, rowspan, colspan, place, None, "text", placement))
        self.n_rows, self.n_cols = max(self.n_rows, row + rowspan), max(self.n_cols, col + colspan)

    def headings(self, paths: Sequence[Path], first: int, place: Place, row: int = 0, depth: int | None = None) -> int:
        """Put headings over the columns from ``first`` on, in as many rows as the deepest has; returns the row below them."""
        depth = depth or max(map(len, paths), default=1)
        for level in range(depth):
            col = first
            for path, width in _groups(paths, level):
                if len(path) > level:
                    rowspan = depth - level if level == len(path) - 1 else 1
                    self.put(row + level, col, path[level], place, rowspan=rowspan, colspan=width)
                col += width
        return row + depth

    def numbers(self, row: int, first: int, width: int, own: TextRow) -> None:
        """Put a row's numbers into their columns; those beyond the last stand together behind it."""
        at = dict(zip(own.slots.chosen, own.numbers, strict=False))
        for c in range(width):
            token = at.get(c)
            placement = "undecided" if c in own.slots.undecided else "identity" if c in own.slots.open else "printed"
            self.put(row, first + c, token.text if token else "", token.place if token else own.place, placement)
        if surplus := own.numbers[width:]:
            self.put(row, first + width, " ".join(t.text for t in surplus), surplus[0].place, "undecided")

    def table(self, place: Place) -> Table:
        return Table(tuple(self.cells), self.n_rows, self.n_cols, place, READER)


def _groups(paths: Sequence[Path], level: int) -> list[tuple[Path, int]]:
    """Neighbours that one heading of a level stands over, as (headings, columns); a lowest heading stands over its own column."""

    def group(numbered: tuple[int, Path]) -> tuple[object, ...]:
        at, path = numbered
        return path[: level + 1] if len(path) > level + 1 else (at,)

    own = [list(same) for _, same in groupby(enumerate(paths), key=group)]
    return [(same[0][1], len(same)) for same in own]


def table_of(draft: Draft, lines: Sequence[Line]) -> Table:
    """The table of a draft whose numbers are placed; a two-sided one has its halves side by side."""
    if draft.spec.kind == "two_sided":
        return _two_halves(draft, lines)
    grid = Grid()
    place = lines[0].place
    first = len(draft.addresses)
    depth = max(map(len, draft.columns), default=1)
    below = grid.headings(draft.heads, 0, place, depth=depth)
    grid.headings(draft.columns, first, place)
    for n, row in enumerate(draft.rows, start=below):
        for c, text in enumerate(draft.addresses_of(row)):
            grid.put(n, c, text, row.place)
        grid.numbers(n, first, len(draft.columns), row)
    return replace(grid.table(place), headings=draft.headings)


def _two_halves(draft: Draft, lines: Sequence[Line]) -> Table:
    grid = Grid()
    place = lines[0].place
    left = [row for row in draft.rows if row.side == "income"]
    right = [row for row in draft.rows if row.side != "income"]
    half = len(draft.addresses) + 1
    sides = [name_of("heading_words", side) for side in ("income", "expenditure")]
    below = grid.headings([(sides[0], *path) for path in (*draft.heads, (name_of("phases", "final"),))], 0, place)
    grid.headings([(sides[1], *path) for path in (*draft.heads, *draft.columns)], half, place)
    for n in range(max(len(left), len(right))):
        for rows, first, width in ((left, 0, 1), (right, half, len(draft.columns))):
            row = rows[n] if n < len(rows) else TextRow(place)
            for c, text in enumerate(draft.addresses_of(row)):
                grid.put(below + n, first + c, text, row.place)
            grid.numbers(below + n, first + len(draft.addresses), width, row)
    return grid.table(place)


def under_headings(draft: Draft, table: Table) -> Table:
    """A table whose cells spaces have told, below the headings of the form.

    What a heading stands over is not to be seen where a wide character takes no more room than a narrow one; as it is where
    its columns are not as many as the form's.
    """
    first = len(draft.addresses)
    data = next((c.row for c in table.cells if parse_number(c.text) is not None and c.col >= first and "." in c.text), None)
    if data is None or table.n_cols != first + len(draft.columns):
        return table
    grid = Grid()
    place = table.place
    depth = max(map(len, draft.columns))
    grid.headings(draft.heads, 0, place, depth=depth)
    below = grid.headings(draft.columns, first, place)
    cells = [replace(c, row=c.row - data + below) for c in table.cells if c.row >= data]
    return Table((*grid.cells, *cells), table.n_rows - data + below, table.n_cols, place, READER)
