"""The account of the numbers that tables print: each is a figure, an identifier of some kind, or unread with the reason.

What belongs here: forms and other tables as parts.  What may not: sentences (``pipeline.narrative``), annexes
(``pipeline.recognition.annexes``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.lexicon.forms import addresses
from pipeline.lexicon.identifiers import identifier_kind
from pipeline.model.numbers import squeeze
from pipeline.model.parts import Printed, numbers_in
from pipeline.reading.document import Cell, Line, Table
from pipeline.recognition.headings import is_column_numbers, row_texts
from pipeline.recognition.read import Address

_WORDS = re.compile(r"[一-鿿A-Za-z]")
#: A class, or what is longer; a part of a code that has columns of its own is so only below 类, 款, 项 or beside one that begins with 0.
_CODE = re.compile(r"[235]\d\d|\d{3}(\d\d){1,3}")
_PART_OF_CODE = re.compile(r"\d\d")
_LINE_NUMBER = re.compile(r"\d{1,3}")
#: Pages before the first that is numbered, at most: cover, contents, parts.
_UNNUMBERED = 9


def numbers_of_table(block: int, table: Table, figures: Collection[Address], unread: Mapping[Address, str], why: str) -> Iterator[Printed]:
    """Every number of a table; ``figures`` are the cells that became one, ``unread`` those that could not, ``why`` all others did not."""
    counted = {r for r in range(table.n_rows) if is_column_numbers(row_texts(table, r))}
    lines = _line_numbers(table)
    parts = {c.col for c in table.cells if re.fullmatch(r"0\d|[类款项]", squeeze(c.text))}
    for cell in table.cells:
        address = (block, cell.row, cell.col)
        for i, (start, end, digits) in enumerate(numbers_in(cell.text)):
            if address in figures:
                account: tuple[str, str] = ("figure", "") if i == 0 or len(digits) > 2 else ("identifier", "footnote")
            elif cell.row in counted:
                account = "identifier", "column_number"
            elif address in unread:
                account = "unread", unread[address]
            else:
                account = _named(cell, table, lines, parts, start, end, why)
            yield Printed(account[0], account[1], digits[:40], cell.place, cell.text[:200])  # type: ignore[arg-type]


def _line_numbers(table: Table) -> set[int]:
    """The columns whose integers count the rows: the first, those headed so (行次), and those in which most are one more than the last."""
    found: set[int] = {0}
    for column in range(1, table.n_cols - 1):
        texts = [squeeze(c.text) for r in range(table.n_rows) if (c := table.at(r, column)) is not None and (c.row, c.col) == (r, column)]
        if any("row_no" in addresses(t) for t in texts):
            found.add(column)
        numbers = [int(t) for t in texts if _LINE_NUMBER.fullmatch(t)]
        if len(numbers) > 1 and sum(b == a + 1 for a, b in pairwise(numbers)) * 2 >= len(numbers) - 1:
            found.add(column)
    return found


def _named(cell: Cell, table: Table, lines: Collection[int], parts: Collection[int], start: int, end: int, why: str) -> tuple[str, str]:  # fmt: skip
    """What a number is that is no figure: part of a name, a code, the number of a line."""
    kind = identifier_kind(cell.text, start, end)
    if kind is not None:
        return "identifier", kind
    text = squeeze(cell.text)
    if _WORDS.search(text):
        return "identifier", "name"
    if _CODE.fullmatch(text) and (cell.col <= max(3, table.n_cols // 2) or _names_beside(cell, table, parts)):
        return "identifier", "code"
    if _PART_OF_CODE.fullmatch(text) and cell.col in parts:
        return "identifier", "code"
    if _LINE_NUMBER.fullmatch(text) and cell.col in lines:
        return "identifier", "line_number"
    return "unread", why


def _names_beside(cell: Cell, table: Table, parts: Collection[int]) -> bool:
    """Whether words stand in the cell to the right, as behind a code; columns of parts of the code (款 项) may lie between."""
    column = cell.col + cell.colspan
    while column in parts:
        column += 1
    right = table.at(cell.row, column)
    return right is not None and bool(_WORDS.search(right.text))


def numbers_of_line(line: Line, why: str) -> Iterator[Printed]:
    """Every number of a line around a table or outside of every section: identifiers, or unread."""
    for start, end, digits in numbers_in(line.text):
        kind = "page_number" if _numbers_page(line) else identifier_kind(line.text, start, end)
        yield Printed("identifier" if kind else "unread", kind or why, digits, line.place, line.text.strip()[:200])


def _numbers_page(line: Line) -> bool:
    """Whether a line is nothing but the number of its page, or of one of two on its sheet; some pages before it may have none."""
    text, page = line.text.strip(), line.place.page
    return page is not None and bool(_LINE_NUMBER.fullmatch(text)) and any(abs(int(text) - p) <= _UNNUMBERED for p in (page, 2 * page))


def numbers_of(blocks: Mapping[int, Line | Table], own: Collection[int], figures: Collection[Address], unread: Mapping[Address, str],
               why: str) -> list[Printed]:  # fmt: skip
    """Every number of the blocks that make up a part."""
    found: list[Printed] = []
    for block in sorted(own):
        item = blocks[block]
        if isinstance(item, Line):
            found.extend(numbers_of_line(item, why))
        else:
            found.extend(numbers_of_table(block, item, figures, unread, why))
    return found


def decimals_lost(lost: Sequence[str]) -> list[Printed]:
    """Decimals that a page prints and no block holds."""
    return [Printed("unread", "it stands in no line and no cell", text, sentence=text) for text in lost]
