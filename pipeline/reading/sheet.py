"""Sheets of a workbook → lines and tables: what stands above a grid are lines, grids are tables, one below the other where there are several.

What is hidden (sheets, rows, columns) is no printing and is left out.
What belongs here: where a table begins and ends on a sheet.  What may not: opening workbooks (``workbook``), what columns mean.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.lexicon import concepts
from pipeline.lexicon.around import around_table, is_note
from pipeline.model.figures import Place
from pipeline.model.numbers import parse_number
from pipeline.model.text import canonical
from pipeline.reading.document import Cell, Document, Line, Page, Table
from pipeline.reading.workbook import MAX_CELLS, Sheet, Workbook, open_workbook

READER = "sheet/2"
#: A name with fewer Chinese characters (表1, Sheet1) is none that anything is called by.
_NAME = re.compile("(?:[一-鿿].*){4}")
_NAME_NUMBER = re.compile(r"^[A-Za-z]{0,2}\d{0,3}[.、\s_-]*")
#: What stands above a table and not in it, by its form: a name with what it names, a year, a date.
_ABOVE = re.compile(r"\(?20\d\d年?度?\)?|.{0,12}:.*|(20\d\d年)?\d{1,2}月\d{1,2}日|20\d\d年\d{1,2}月(\d{1,2}日)?")
#: What a line numbers that heads a table: a form, an annex.
_NUMBERS = frozenset({"number", "annex"})
#: A text this long is prose.
_PROSE = 40
_MOST_COLUMNS = 16_384


def _names(text: str) -> bool:
    """Whether a cell only names what the cell to its right says."""
    return any(concept.endswith("_name") for concept in concepts("sheet_heads", text.rstrip(":：")))


def read_sheet(data: bytes, kind: str) -> Document:
    """A workbook's visible sheets, a page each.

    Raises :class:`~pipeline.reading.document.UnreadableDocument` where nothing opens it.
    """
    book = open_workbook(data)
    return Document(hashlib.sha256(data).hexdigest(), kind, f"{READER} {book.reader}", "grid", pages_of(book), damage=book.damage)


def pages_of(book: Workbook) -> tuple[Page, ...]:
    """A page for every visible sheet, in order."""
    return tuple(Page(n, None, None, tuple(blocks_of(sheet, n))) for n, sheet in enumerate(book.sheets, start=1))


def blocks_of(sheet: Sheet, page: int | None) -> Iterator[Line | Table]:
    """A sheet's lines and tables from top to bottom; its name heads them where it says something that the sheet does not."""
    grid = _Grid.of(sheet)
    head = canonical("".join(text for row in grid.rows[:4] for text in row.texts.values()))
    name = canonical(_NAME_NUMBER.sub("", sheet.name))
    if _NAME.search(name) and name not in head:
        yield Line(sheet.name, Place(page=page, line=1))
    for rows in grid.parted():
        yield from grid.blocks(rows, page)


@dataclass(frozen=True)
class _Row:
    """One visible row: its number on the sheet from 0, its texts by visible column, and how far each reaches (merges)."""

    number: int
    texts: dict[int, str]
    reach: dict[int, int]

    @property
    def single(self) -> str:
        """The text of a row that has only one, else ``""``."""
        return next(iter(self.texts.values())) if len(self.texts) == 1 else ""

    def said_above(self) -> bool:
        """Whether everything in the row is what stands above a table; several years are the heading of columns."""
        texts = list(self.texts.values())
        if sum("year" in around_table(t) for t in texts) > 1:
            return False
        after_name = [False, *(_names(t) for t in texts)]
        plain = [canonical(t) for t, named in zip(texts, after_name, strict=False) if not named and not _names(t)]
        named = any(after_name[:-1])
        return (bool(plain) or named) and all(_ABOVE.fullmatch(t) or around_table(t) & _NUMBERS for t in plain)

    def line(self) -> str:
        """The row as one line: a name and the cell to its right as one word, other cells apart."""
        out, named = "", False
        for text in self.texts.values():
            words = " ".join(text.split())
            if named and not _names(words):
                out = f"{out.rstrip(':：')}：{words}"
            else:
                out += f"  {words}" if out else words
            named = _names(words)
        return out


@dataclass(frozen=True)
class _Grid:
    """The visible cells of a sheet, rows and columns counted without what is hidden or wholly blank at the edges."""

    rows: tuple[_Row, ...]
    spans: dict[tuple[int, int], tuple[int, int]]  # of a merged cell, by its visible row and column
    width: int

    @classmethod
    def of(cls, sheet: Sheet) -> _Grid:
        shown = {p: t.strip() for p, t in sheet.texts.items() if p[0] not in sheet.hidden_rows and p[1] not in sheet.hidden_columns}
        shown = {p: t for p, t in shown.items() if t and p[1] < _MOST_COLUMNS}
        merges = _carried(sheet, shown)
        if not shown:
            return cls((), {}, 0)
        inside = [m for m in merges if m[:2] in shown]
        last_row = max(max(r for r, _ in shown), *(m[2] for m in inside)) if inside else max(r for r, _ in shown)
        last_column = max(max(c for _, c in shown), *(m[3] for m in inside)) if inside else max(c for _, c in shown)
        first_row, first_column = min(r for r, _ in shown), min(c for _, c in shown)
        if (last_row - first_row) > MAX_CELLS:
            last_row = max(r for r, _ in shown)
        columns = [c for c in range(first_column, min(last_column, _MOST_COLUMNS - 1) + 1) if c not in sheet.hidden_columns]
        filled = sorted({r for r, _ in shown} | {r for m in inside for r in range(m[0], min(m[2], m[0] + 500) + 1) if r <= last_row})
        numbers = [r for r in filled if r not in sheet.hidden_rows]
        place = {c: i for i, c in enumerate(columns)}
        row_at = {r: i for i, r in enumerate(numbers)}
        spans = {}
        for r0, c0, r1, c1 in inside:
            down = sum(1 for r in range(r0, min(r1, last_row) + 1) if r in row_at)
            across = bisect_left(columns, c1 + 1) - bisect_left(columns, c0)
            spans[row_at[r0], place[c0]] = (max(down, 1), max(across, 1))
        by_row: dict[int, dict[int, str]] = {}
        for (r, c), text in sorted(shown.items()):
            by_row.setdefault(r, {})[place[c]] = text
        rows = tuple(_Row(r, by_row.get(r, {}), {c: spans.get((i, c), (1, 1))[1] for c in by_row.get(r, {})}) for i, r in enumerate(numbers))
        return cls(rows, spans, len(columns))

    def parted(self) -> Iterator[range]:
        """The rows of the sheet in groups: each begins with what heads a table, or with the sheet."""
        begin = 0
        for i in range(1, len(self.rows)):
            if self._begins(begin, i):
                yield range(begin, i)
                begin = i
        if begin < len(self.rows):
            yield range(begin, len(self.rows))

    def _begins(self, begin: int, i: int) -> bool:
        """Whether row ``i`` heads another table than the rows from ``begin`` on."""
        above, row = self.rows[i - 1], self.rows[i]
        if not row.texts or self._covered(i) or not any(len(r.texts) > 1 and not r.said_above() for r in self.rows[begin:i]):
            return False
        apart = row.number > above.number + 1 or not above.texts or is_note(above.single)
        following = self.rows[i + 1] if i + 1 < len(self.rows) else None
        headed = following is not None and following.number == row.number + 1 and following.said_above()
        single = canonical(row.single)
        if single and parse_number(single) is None:
            titled = bool("table_title" in concepts("sheet_heads", single) or around_table(single) & _NUMBERS)
            return (apart and (titled or headed or len(single) > _PROSE)) or (headed and titled)
        if apart and row.said_above():
            return True
        return apart and any(r.texts == row.texts for r in self.rows[begin : min(i, begin + 6)])  # the same heading again

    def _covered(self, i: int) -> bool:
        """Whether a merged cell reaches into a row from above."""
        return any(r < i < r + down for (r, _), (down, _) in self.spans.items())

    def blocks(self, rows: range, page: int | None) -> Iterator[Line | Table]:
        """What heads the table as lines, the table, and the notes below it as lines."""
        first, last = rows.start, rows.stop
        while first < last and (self.rows[first].single or self.rows[first].said_above() or not self.rows[first].texts):
            first += 1
        while last > first and (not self.rows[last - 1].texts or is_note(self.rows[last - 1].single)):
            last -= 1
        body = range(first, last)
        if not any(len(self.rows[i].texts) > 1 for i in body):
            body = range(last, last)
        while body and first > rows.start and self._covered(body.start):  # a heading that a merged cell ties to the grid
            body = range(body.start - 1, body.stop)
        before = range(rows.start, body.start) if body else rows
        yield from self._lines(before, page)
        if body:
            yield self._table(body, page)
            yield from self._lines(range(body.stop, rows.stop), page)

    def _lines(self, rows: range, page: int | None) -> Iterator[Line]:
        for i in rows:
            row = self.rows[i]
            place = Place(page=page, line=row.number + 1)
            if row.single:
                yield from (Line(part.strip(), place) for part in row.single.split("\n") if part.strip())
            elif row.texts:
                yield Line(row.line(), place)

    def _table(self, rows: range, page: int | None) -> Table:
        columns = [c for i in rows for c, n in self.rows[i].reach.items() for c in (c, c + n - 1)]
        left, right = min(columns), max(columns)
        cells = []
        for r, i in enumerate(rows):
            row = self.rows[i]
            for c, text in row.texts.items():
                down, across = self.spans.get((i, c), (1, 1))
                place = Place(page=page, line=row.number + 1)
                cells.append(Cell(r, c - left, text, min(down, len(rows) - r), across, place, found="sheet"))
        place = Place(page=page, line=self.rows[rows.start].number + 1)
        return Table(tuple(cells), len(rows), right - left + 1, place, READER)


def _carried(sheet: Sheet, shown: dict[tuple[int, int], str]) -> Sequence[tuple[int, int, int, int]]:
    """The merged ranges as far as they are visible; the text of one whose first row or column is hidden stands in its first visible cell."""
    merges = []
    for r0, c0, r1, c1 in sheet.merges:
        row = next((r for r in range(r0, r1 + 1) if r not in sheet.hidden_rows), None)
        column = next((c for c in range(c0, c1 + 1) if c not in sheet.hidden_columns), None)
        if row is None or column is None:
            continue
        text = sheet.texts.get((r0, c0), "").strip()
        if text:
            shown[row, column] = text
        merges.append((row, column, r1, c1))
    return merges
