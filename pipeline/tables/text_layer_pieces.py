"""Cells that wrap in a text layer without cells: pieces of lines, and telling where one cell ends and the next begins.

A table of words in such a layer is a sequence of its cells' lines: a cell that wraps gives several lines, neighbours on one
baseline share a line and are parted by blanks, and blank cells vanish.  What belongs here: pieces, and the one rule
that parts wrapped cells — a line is followed by another of the same cell only if it fills the cell's width.
What may not: what the cells mean.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.model.figures import Place
from pipeline.model.text import canonical
from pipeline.reading.document import Line

#: A weight, a score, a rate, an amount; one in brackets is a weight behind a name.
_NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%{0,2}")
#: What stands in a cell of numbers where there is none: a dash, or 无.
_NOTHING = re.compile(r"[-—–/]+|无")
_CJK = r"\u4e00-\u9fff"
_LONE_DIGITS = re.compile(rf"(?<=[{_CJK}])[ ]+(\d{{1,4}})[ ]+((?!优秀|良好|合格)[{_CJK}]{{2,}})")
_OPEN = re.compile(r"[，、；：,;（(“《]$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of one line between blanks.  ``line`` is its line's order; ``inner`` whether it follows another piece on its line."""

    text: str
    line: int
    place: Place
    inner: bool

    @property
    def words(self) -> str:
        return canonical(self.text)

    @property
    def number(self) -> bool:
        return bool(_NUMBER.fullmatch(self.words))

    @property
    def value(self) -> bool:
        """Whether it stands in a cell of numbers."""
        return self.number or bool(_NOTHING.fullmatch(self.words))


def width(text: str) -> float:
    """How wide a text is printed, in Chinese characters (a half-width character counts as half)."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def pieces(lines: Iterable[Line]) -> list[Piece]:
    """The pieces of ``lines``.  Blanks that stand inside a sentence (around digits, after a comma) do not part them."""
    found: list[Piece] = []
    for order, line in enumerate(lines):
        own: list[str] = []
        for piece in re.split(r"[ \t\u3000\xa0]+", _LONE_DIGITS.sub(r"\1\2", line.text.strip())):
            if not piece:
                continue
            if own and _same_cell(own[-1], piece):
                own[-1] += piece
            else:
                own.append(piece)
        found += [Piece(p, order, line.place, i > 0) for i, p in enumerate(own)]
    return found


def _same_cell(before: str, after: str) -> bool:
    """Whether a blank parts no cells: after a comma, or before digits that a word goes on after (``与全省 17地市互联互通``)."""
    if _OPEN.search(before):
        return True
    if re.match(r"[≥≤≧≦<>＜＞=＝\d]", before):
        return False  # a target, with its actual beside it
    return bool(re.search(rf"[{_CJK}]$", before) and re.match(rf"\d{{1,4}}[{_CJK}]{{4,}}", after))


def join(run: Sequence[Piece]) -> str:
    return "".join(p.text for p in run)


def values(run: Sequence[Piece], start: int) -> list[Piece]:
    """The pieces of numbers from ``start`` on, up to the first word."""
    end = start
    while end < len(run) and run[end].value:
        end += 1
    return list(run[start:end])


def joins(run: Sequence[Piece], start: int, longest: int = 12) -> Iterator[tuple[int, str]]:
    """``(end, words)`` of the pieces from ``start`` on put together, the longest first."""
    texts = [p.words for p in run[start : start + longest]]
    for length in range(len(texts), 0, -1):
        yield start + length, "".join(texts[:length])


def wrap_cost(lines: Sequence[str], column: float | None = None) -> float:
    """How badly ``lines`` read as one wrapped cell: all but the last should fill the same width, the last none more.

    A difference of one character is free (brackets and quotes may not end or begin a line).  ``column`` is the
    column's width where it is known.
    """
    if not lines:
        return 0.0
    widths = [width(line) for line in lines]
    full = max(widths[:-1], default=column or widths[-1])
    if column is not None:
        full = max(full, column) if len(lines) > 1 else column
    cost = sum(max(0.0, full - w - 1.0) + 0.1 * max(0.0, full - w) for w in widths[:-1])
    cost += 2.0 * max(0.0, widths[-1] - full)
    if column is not None:
        cost += sum(3.0 * max(0.0, w - column - 0.5) for w in widths)
    return cost


def column_width(cells: Iterable[Sequence[Piece]]) -> float | None:
    """The width of a column, from its cells that wrap; ``None`` where none does."""
    return max((width(piece.text) for cell in cells for piece in cell[:-1]), default=None)


def partitions(count: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Every way to cut ``count`` lines into ``cells`` runs of one or more, as the runs' ends."""
    for cuts in combinations(range(1, count), cells - 1):
        yield (*cuts, count)
