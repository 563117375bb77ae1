"""Any table with a heading and row labels → figures with their address, whatever it is about.

Everything printed becomes a figure: a table that no specification describes still says of each number in which row, under which
heading it stands.
What belongs here: that, for tables outside of the annexes.  What may not: what the numbers mean; no rule looks at them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from pipeline.lexicon.forms import addresses
from pipeline.model.figures import Figure, figure_id
from pipeline.model.numbers import parse_number, squeeze
from pipeline.model.text import canonical
from pipeline.reading.document import Cell, Table
from pipeline.recognition.headings import heading_paths, is_column_numbers, row_texts
from pipeline.recognition.read import Address, Piece

_WORDS = re.compile(r"[一-鿿A-Za-z]")
_CODE = re.compile(r"\d{3}(\d\d){0,2}")
_HEADING_ROWS = 6


def figures_of_table(pieces: Sequence[Piece], statement: str, report_id: str, reader: str) -> tuple[list[Figure], set[Address]]:
    """The figures of a table in its pieces over pages, and the cells that they are; none where it has no heading.

    ``measure`` is the heading's path, ``label`` the words of the row; the value is as printed, in no unit.
    """
    figures: list[Figure] = []
    cells: set[Address] = set()
    for order, (piece, above, row, column, cell, label, path) in enumerate(_labelled(pieces), start=1):
        number = parse_number(cell.text, blanks=True)
        if number is None or abs(number.value) >= Decimal(10) ** 16:
            continue
        cells.add(piece.address(row, column))
        measure = "column:" + ("·".join(path).replace("/", "·") or str(column + 1))
        line = above + row + 1
        figures.append(
            Figure(
                figure_id(report_id, "other", statement, None, order, measure), report_id, "other", statement, None, str(line), None,
                label or None, measure, number.value, number.unit or ("%" if number.percent else ""), Decimal(1).scaleb(-number.decimals),
                squeeze(cell.text), cell.place, reader, placement=cell.placement, row_order=line, confidence=cell.confidence,
            )
        )  # fmt: skip
    return figures, cells


Labelled = tuple[Piece, int, int, int, Cell, str, tuple[str, ...]]


def _labelled(pieces: Sequence[Piece]) -> Iterator[Labelled]:
    """Every cell below the heading that no label is, with its piece, the rows of those before it, its row and column there, the words of
    its row and the headings of its column."""
    paths: list[tuple[str, ...]] = []
    above = 0
    for n, piece in enumerate(pieces):
        table = piece.table
        first = _first_row(table) if n == 0 or not paths else _repeated(table, paths)
        if n == 0 or not paths:
            paths = _told_apart(heading_paths(table, first)) if first else []
        if not paths:
            return
        for row in range(first, table.n_rows):
            texts = row_texts(table, row)
            if is_column_numbers(texts):
                continue
            label = " ".join(squeeze(t) for t in texts if _WORDS.search(t) and parse_number(t) is None)
            for column, text in enumerate(texts):
                cell = table.at(row, column)
                path = paths[column] if column < len(paths) else ()
                if text.strip() and cell is not None and not _names_row(text, column, texts) and not (path and "row_no" in addresses(path[-1])):
                    yield piece, above, row, column, cell, label[:200], path
        above += table.n_rows


def _told_apart(paths: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The headings of the columns; where lists stand side by side, those that come again are numbered (统计数, 统计数 (2))."""
    seen: Counter[tuple[str, ...]] = Counter()
    told = []
    for path in paths:
        seen[path] += 1
        again = path and "row_no" not in addresses(path[-1]) and seen[path] > 1
        told.append((*path[:-1], f"{path[-1]} ({seen[path]})") if again else path)
    return told


def _first_row(table: Table) -> int:
    """The first row of data: the first with a number that is no year; 0 where the table has no heading."""
    for row in range(min(table.n_rows, _HEADING_ROWS)):
        texts = [canonical(t) for t in row_texts(table, row)]
        if any(parse_number(t) is not None and not re.fullmatch(r"20\d\d", t) for t in texts) and not is_column_numbers(texts):
            return row
    return 0


def _repeated(table: Table, paths: Sequence[tuple[str, ...]]) -> int:
    """How many of a further piece's rows repeat the heading."""
    said = {s for path in paths for s in path}
    row = 0
    while row < table.n_rows and all(canonical(t) in said for t in row_texts(table, row) if t.strip()):
        row += 1
    return row


def _names_row(text: str, column: int, texts: Sequence[str]) -> bool:
    """Whether a cell names its row: words, a code, a line's number at its head."""
    plain = canonical(text)
    if parse_number(text, blanks=True) is None:
        return True
    if _CODE.fullmatch(plain) and column < 3 and any(_WORDS.search(t) for t in texts[column + 1 : column + 3]):
        return True
    return column == 0 and plain.isdigit() and len(plain) <= 3
