"""Summaries of self-evaluations (自评情况汇总表) in text layers without cells → tables.

Rows begin with their number and end with numbers or a grade; the words between are the row's columns of words, each wrapped to its width.
What belongs here: cutting the stream of pieces into rows and columns.  What may not: what a row means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.lexicon import concepts, lexicon, name_of
from pipeline.lexicon.annexes import grade, headings_in
from pipeline.reading.document import Line, Table
from pipeline.tables.text_layer_cells import Grid
from pipeline.tables.text_layer_pieces import Piece, column_width, join, partitions, pieces, wrap_cost

_WORDS = ("project", "unit", "category")
_NUMBERS = ("initial_budget", "adjusted_budget", "executed", "rate_printed", "score")
_PERCENT = re.compile(r"\d+(\.\d+)?%")
_MOST_PIECES = 16


@dataclass(frozen=True)
class _Row:
    """The pieces of one row: its number, its words, its numbers, its grade."""

    no: Piece
    words: list[Piece]
    numbers: list[Piece]
    grade: Piece | None

    @property
    def rates(self) -> list[Piece]:
        return [p for p in self.numbers if _PERCENT.fullmatch(p.words)]

    @property
    def plain(self) -> list[Piece]:
        return [p for p in self.numbers if not _PERCENT.fullmatch(p.words)]


def _numbered(text: str) -> bool:
    """Whether words of a heading head the numbers of rows."""
    return "ordinal" in concepts("annexes_marks", text)


def summary_table(lines: Sequence[Line]) -> tuple[list[Line], Table] | None:
    """The table of a summary with the lines that it stands for; ``None`` where its lines are none that can be cut into rows.

    ``lines``: those below the title, up to a note or the next title.
    """
    run = pieces(lines)
    first = next((i for i, p in enumerate(run) if p.words == "1" and (not p.inner or _numbered("".join(q.words for q in run[:i])))), None)
    if first is None:
        return None
    begin = next((i for i, p in enumerate(run[:first]) if _numbered(p.words)), 0)
    columns = _columns("".join(p.words for p in run[begin:first] if ":" not in p.words))
    texts = [name for name, _ in columns if name.rstrip("0123456789") in _WORDS]
    numbers = [name for name, _ in columns if name in _NUMBERS]
    if "project" not in texts or not numbers:
        return None
    rows = _cut(run, first)
    if "rate_printed" not in numbers and any(_PERCENT.fullmatch(p.words) for row in rows for p in row.numbers):
        columns.append(
            ("rate_printed", name_of("annexes_headings", "rate_printed", "summary"))
        )  # its heading is lost among those of the columns of words behind it
    heading = next(i for i, line in enumerate(lines) if _numbered(line.text) or i == run[0].line)
    grid = Grid()
    for c, (_, words) in enumerate(columns):
        grid.put(0, c, words, lines[heading].place)
    at = {name: c for c, (name, _) in enumerate(columns)}
    widths = _widths(rows, texts)
    if any(len(row.plain) > len(numbers) for row in rows):
        numbers = []  # the heading has a word that is not known: it may be any column's
    for row in rows:
        _put(grid, row, at, _in_columns(row.words, texts, widths), numbers)
    kept = list(lines[heading : run[-1].line + 1])
    return kept, grid.table(kept[0].place)


def _columns(header: str) -> list[tuple[str, str]]:
    """``(concept, words)`` of the columns in the order of the heading; a second column of a concept has a number behind it."""
    found: list[tuple[str, str]] = [("no", name_of("annexes_headings", "no", "summary"))]
    for name, words in headings_in(header, "summary"):
        known = [n for n, _ in found]
        if name == "no" or (name in known and name != "category"):
            continue
        found.append((name if name not in known else f"{name}{len(known)}", words))
    return found


def _put(grid: Grid, row: _Row, at: Mapping[str, int], words: Mapping[str, Sequence[Piece]], numbers: Sequence[str]) -> None:
    n = grid.n_rows
    grid.put(n, at["no"], row.no.text, row.no.place)
    for name, cell in words.items():
        grid.put(n, at[name], join(cell), cell[0].place)
    rates, plain = row.rates, row.plain
    wanted = numbers if not rates and len(plain) == len(numbers) else [name for name in numbers if name != "rate_printed"]
    placed = dict(zip(reversed(wanted), reversed(plain), strict=False))  # what is left out stands at the left: a budget of the year's beginning
    for name, piece in placed.items():
        grid.put(n, at[name], piece.text, piece.place, "printed" if len(plain) >= len(wanted) else "identity")
    if rates and "rate_printed" in at:
        placed["rate_printed"] = rates[0]
        grid.put(n, at["rate_printed"], rates[0].text, rates[0].place)
    if row.grade is not None and "grade" in at:
        grid.put(n, at["grade"], row.grade.text, row.grade.place)
    for c, piece in enumerate(p for p in row.numbers if p not in placed.values()):
        grid.put(n, len(at) + c, piece.text, piece.place)


def _cut(run: Sequence[Piece], first: int) -> list[_Row]:
    """The rows: each begins with its number and ends before the next one."""
    starts = [first]
    for i in range(first + 1, len(run)):
        if run[i].words == str(len(starts) + 1) and not run[i].inner and _complete(run[starts[-1] + 1 : i]):
            starts.append(i)
    ends = [*starts[1:], len(run)]
    return [_row(run[start], list(run[start + 1 : end])) for start, end in zip(starts, ends, strict=True)]


def _row(no: Piece, body: list[Piece]) -> _Row:
    graded = next((i for i, p in enumerate(body) if grade(p.words)), None)
    stop = graded if graded is not None else max((i + 1 for i, p in enumerate(body) if p.number), default=len(body))
    begin = stop
    while begin and body[begin - 1].number:
        begin -= 1
    numbers = body[begin:stop]
    after = body[stop + 1 :] if graded is not None else []
    numbers += [p for p in after[:1] if _PERCENT.fullmatch(p.words)]
    return _Row(no, body[:begin], numbers, body[graded] if graded is not None else None)


def _complete(body: Sequence[Piece]) -> bool:
    """Whether a row may end here: it has a name, and a number or a grade after it."""
    return any(not p.number for p in body) and any(p.number or grade(p.words) for p in body[1:])


def _widths(rows: Sequence[_Row], columns: Sequence[str]) -> dict[str, float]:
    """The width of each column of words, as its wrapped cells show."""
    parted = [_in_columns(row.words, columns, {}) for row in rows]
    found = {name: column_width(own[name] for own in parted if name in own) for name in columns}
    return {name: value for name, value in found.items() if value is not None}


def _in_columns(run: Sequence[Piece], columns: Sequence[str], widths: Mapping[str, float]) -> dict[str, list[Piece]]:
    """Part a row's words into its columns (see :func:`~pipeline.tables.text_layer_pieces.wrap_cost`)."""
    if not run:
        return {}
    names = list(columns)[: len(run)]
    if "project" not in names or len(run) > _MOST_PIECES:
        names = ["project"]
    ends = min(partitions(len(run), len(names)), key=lambda e: _cost(run, names, e, widths))
    return {name: list(run[start:end]) for name, start, end in zip(names, (0, *ends), ends, strict=False)}


def _cost(run: Sequence[Piece], names: Sequence[str], ends: Sequence[int], widths: Mapping[str, float]) -> float:
    cost = 0.0
    for name, start, end in zip(names, (0, *ends), ends, strict=False):
        cell = run[start:end]
        cost += wrap_cost([p.text for p in cell], widths.get(name)) + sum(5.0 for p in cell[1:] if p.inner)
        text = "".join(p.words for p in cell)
        found = lexicon().find("summary_cells", text)
        meant = found.concept if found is not None else ""
        if (name == "category") != (meant == "category"):
            cost += 8.0
        if name == "unit" and meant != "unit":
            cost += 4.0
    return cost
