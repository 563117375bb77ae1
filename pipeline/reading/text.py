"""Reader of extracted text, in both flavours that text layers of reports come in.

``grid``: tables are runs of tab-separated lines (or Markdown rows); cells, blank ones too, are all there.
``stream``: a plain text layer; blank cells survive only as spaces and labels wrap over lines, so that ``pipeline.tables`` tells
tables from the lines — this reader keeps every line as it is, spaces included.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Document, Line, Page, Table, UnreadableDocument
from pipeline.reading.media import TEXT, decode
from pipeline.reading.radicals import plain

READER = "text/1"
#: A report of 300 pages is about 600 KB of text, 10,000 lines; beyond this it is not a report, and reading it would starve the others.
MAX_CHARACTERS = 30_000_000
MAX_LINES = 80_000
#: The longest tables of reports have some hundred rows.
MAX_ROWS = 10_000

#: The widest forms have some 20 columns; a line of more separators than this is no row, and would widen its whole table.
MAX_COLUMNS = 200

_MARKDOWN_ROW = re.compile(r"^\s*\|.*\|[^\S|]*$")
_MARKDOWN_RULE = re.compile(r"^[\s|:\-]+$")
#: Marks of who extracted the text, no print: bold words, and formulas without words.
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_FORMULA = re.compile(r"\$([^$\n\u4e00-\u9fff]*[\d%][^$\n\u4e00-\u9fff]*)\$")
_SIGNS = {r"\geq": "≥", r"\leq": "≤", r"\ge": "≥", r"\le": "≤", r"\times": "×", r"\div": "÷", r"\approx": "≈", r"\%": "%"}
_SIGN = re.compile("|".join(re.escape(sign) + ("" if sign == r"\%" else r"(?![A-Za-z])") for sign in _SIGNS))


def read_text(data: bytes) -> Document:
    """A text's pages (split at form feeds), lines and tables.  Raises :class:`UnreadableDocument` beyond the size limits."""
    text = plain(decode(data))
    if len(text) > MAX_CHARACTERS:
        raise UnreadableDocument(f"the text has {len(text):,} characters, more than any report", "split it, or check what was fetched")
    lines = _unmarked(text.replace("\r\n", "\n").replace("\r", "\n"))
    if lines.count("\n") > MAX_LINES:
        raise UnreadableDocument(
            f"the text has {lines.count(chr(10)):,} lines, more than any report (limit {MAX_LINES:,})",
            "cut the report out and offer that",
        )
    sheets = lines.split("\f")
    longest = max((end - first for sheet in sheets for first, end in _table_runs(sheet.split("\n"))), default=0)
    if longest > MAX_ROWS:
        raise UnreadableDocument(
            f"a table of the text has {longest:,} rows, more than any form (limit {MAX_ROWS:,})",
            "check what was fetched, or cut the report out and offer that",
        )
    grid = longest > 0
    pages, number = [], 1
    for index, sheet in enumerate(sheets):
        rows = sheet.split("\n")
        page = index + 1 if len(sheets) > 1 else None
        pages.append(Page(page, None, None, tuple(_blocks(rows, number, page))))
        number += len(rows) - (1 if index + 1 < len(sheets) else 0)
    return Document(hashlib.sha256(data).hexdigest(), TEXT, READER, "grid" if grid else "stream", tuple(pages))


def _unmarked(text: str) -> str:
    """The text as printed, without the marks that its extraction put around bold words and formulas."""
    return _FORMULA.sub(lambda m: _SIGN.sub(lambda sign: _SIGNS[sign[0]], m[1]), _BOLD.sub(r"\1", text))


def _is_row(line: str) -> bool:
    return 0 < line.count("\t") < MAX_COLUMNS or (line.count("|") < MAX_COLUMNS and bool(_MARKDOWN_ROW.match(line)))


def _table_runs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """``(first, end)`` of every run of two or more consecutive table rows."""
    start = None
    for i, line in enumerate([*lines, ""]):
        if _is_row(line):
            start = i if start is None else start
        elif start is not None:
            if i - start > 1:
                yield start, i
            start = None


def _blocks(lines: list[str], first_number: int, page: int | None) -> Iterator[Line | Table]:
    i = 0
    while i < len(lines):
        if not _is_row(lines[i]):
            if lines[i].strip():
                yield Line(lines[i], Place(page=page, line=first_number + i))
            i += 1
            continue
        end = i
        while end < len(lines) and _is_row(lines[end]):
            end += 1
        yield _table(lines[i:end], first_number + i, page)
        i = end


def _split(line: str) -> list[str]:
    if "\t" in line:
        return line.split("\t")
    return [c.strip() for c in line.strip().strip("|").split("|")]


def _is_rule(line: str) -> bool:
    """Whether a row only parts a heading from its data (|---|---|, or dashes between tabs); cells of one dash each are blank."""
    return bool(_MARKDOWN_RULE.match(line)) and ("---" in line or ("-" in line and "|" in line))


def _table(lines: list[str], number: int, page: int | None) -> Table:
    rows = [(n, _split(line)) for n, line in enumerate(lines, start=number) if not _is_rule(line)]
    width = max(len(cells) for _, cells in rows) if rows else 0
    cells = tuple(Cell(r, c, text, place=Place(page=page, line=n)) for r, (n, texts) in enumerate(rows) for c, text in enumerate(texts))
    return Table(cells, len(rows), width, Place(page=page, line=number), READER)
