"""The heading of a table that has cells: its rows as texts, the row of column numbers, and what stands over each column.

What belongs here: that.  What may not: what a heading means (``columns``, ``three_public``), headings that only alignment tells
(``pipeline.tables.headings``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.lexicon.forms import addresses
from pipeline.model.text import canonical
from pipeline.reading.document import Table
from pipeline.recognition.read import prints_number

#: Headings take at most this many rows.
MAX_HEADING_ROWS = 9
DECIMAL = re.compile(r"\d\.\d")
Path = tuple[str, ...]
"""The headings over one column, from the highest to the lowest."""


def row_texts(table: Table, row: int) -> list[str]:
    """The texts of a row, one a column; those of merged cells at their first column only."""
    return [table.text(row, c) for c in range(table.n_cols)]


def heading_text(texts: Sequence[str]) -> tuple[str, ...]:
    """What a row says, for telling a repeated heading: its texts that are not blank."""
    return tuple(canonical(t) for t in texts if t.strip())


def is_column_numbers(texts: Sequence[str]) -> bool:
    """Whether a row is that of the column numbers: 栏次, or nothing but 1 2 3 … in order."""
    filled = [canonical(t) for t in texts if t.strip()]
    if not filled:
        return False
    if any("column_numbers" in addresses(t) for t in filled):
        return not any(DECIMAL.search(t) for t in filled)
    numbers = [t for t in filled if t.isdecimal() and len(t) <= 3]
    in_order = [int(n) for n in numbers] == list(range(int(numbers[0]), int(numbers[0]) + len(numbers))) if numbers else False
    return len(numbers) >= 3 and len(numbers) == len(filled) and in_order


def is_blank_or_number(text: str) -> bool:
    """Whether a heading cell says nothing: blank, a column number, or the word 栏次.  A year says something."""
    compact = canonical(text)
    if re.fullmatch(r"20\d\d年?", compact):
        return False
    return not compact or prints_number(compact) or "column_numbers" in addresses(compact)


def heading_paths(table: Table, rows: int) -> list[Path]:
    """For each column the texts of its headings from top to bottom, canonical, without repeats.

    Where a table keeps no spans (text), a heading covers the blanks to its right as far as the heading above it reaches.
    """
    spans = any(c.colspan > 1 or c.rowspan > 1 for c in table.cells if c.row < rows)
    owners: list[list[tuple[int, str]]] = []  # per row, per column: (column of the heading, text)
    for r in range(rows):
        if not all(is_blank_or_number(table.text(r, c)) for c in range(table.n_cols)):
            owners.append(_owners(table, r, spans, owners[-1] if owners else None))
    return [tuple(_without_repeats(line[c][1] for line in owners)) for c in range(table.n_cols)]


def _owners(table: Table, r: int, spans: bool, above: Sequence[tuple[int, str]] | None) -> list[tuple[int, str]]:
    line: list[tuple[int, str]] = []
    for c in range(table.n_cols):
        cell = table.at(r, c)
        text = canonical(cell.text) if cell is not None else ""
        if is_blank_or_number(text):
            text = ""
        if text or spans:
            line.append((cell.col if cell is not None else c, text))
            continue
        under = above is None or (c and above[c][0] == above[c - 1][0] and above[c][1])
        reaches = c and line[c - 1][1] and not table.text(r, c).strip() and under
        line.append(line[c - 1] if reaches else (c, ""))
    return line


def _without_repeats(texts: Iterator[str]) -> Iterator[str]:
    last = ""
    for text in texts:
        if text and text != last:
            yield text
            last = text


def other_heading(table: Table) -> bool:
    """Whether a table starts with a heading of its own: rows without any number that have words over most columns."""
    headed: set[int] = set()
    for row in range(min(table.n_rows, MAX_HEADING_ROWS)):
        cells = [c for c in table.cells if c.row == row]
        if any(re.search(r"\d", c.text) for c in cells):
            break
        headed |= {c.col + i for c in cells if re.search(r"[一-鿿]{2,}", canonical(c.text)) for i in range(c.colspan)}
    return len(headed) >= max(3, table.n_cols * 0.6)
