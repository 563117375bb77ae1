"""Text layers without cells: tokens in the order of the cells they stand in, and telling where one cell ends and the next begins.

A table in such a layer is a sequence of its cells' lines: a cell that wraps gives several lines, neighbours on one
baseline share a line and are parted by blanks, and blank cells vanish.  What belongs here: tokens, and the one rule
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
from pipeline.reading.document import Line
from pipeline.recognition.annexes.model import Printed
from pipeline.recognition.annexes.vocabulary import words

#: What stands in a cell of numbers: a number, a dash, or 无.
VALUE = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%{0,2}|[-—–/]+|无")
_CJK = r"\u4e00-\u9fff"
_LONE_DIGITS = re.compile(rf"(?<=[{_CJK}])[ ]+(\d{{1,4}})[ ]+((?!优秀|良好|合格)[{_CJK}]{{2,}})")
_OPEN = re.compile(r"[，、；：,;（(“《]$")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of one line between blanks.  ``line`` is its line's order; ``inner`` whether it follows another piece on its line."""

    text: str
    line: int
    place: Place
    inner: bool

    @property
    def words(self) -> str:
        return words(self.text)


def width(text: str) -> float:
    """How wide a text is printed, in Chinese characters (a half-width character counts as half)."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def tokens(lines: Iterable[Line]) -> list[Token]:
    """The tokens of ``lines``.  Blanks that stand inside a sentence (around digits, after a comma) do not part tokens."""
    found: list[Token] = []
    for order, line in enumerate(lines):
        pieces: list[str] = []
        for piece in re.split(r"[ \t\u3000\xa0]+", _LONE_DIGITS.sub(r"\1\2", line.text.strip())):
            if not piece:
                continue
            if pieces and _same_cell(pieces[-1], piece):
                pieces[-1] += piece
            else:
                pieces.append(piece)
        found += [Token(p, order, line.place, i > 0) for i, p in enumerate(pieces)]
    return found


def _same_cell(before: str, after: str) -> bool:
    """Whether a blank parts no cells: after a comma, or before digits that a word goes on after (``与全省 17地市互联互通``)."""
    if _OPEN.search(before):
        return True
    if re.match(r"[≥≤≧≦<>＜＞=＝\d]", before):
        return False  # a target, with its actual beside it
    return bool(re.search(rf"[{_CJK}]$", before) and re.match(rf"\d{{1,4}}[{_CJK}]{{4,}}", after))


def join(run: Sequence[Token]) -> str:
    return "".join(t.text for t in run)


def printed(run: Sequence[Token], placement: str = "printed") -> Printed:
    """The text of one cell's tokens, at the place of the first."""
    return Printed(join(run), run[0].place, None, placement) if run else Printed()


def values(run: Sequence[Token], start: int) -> list[Token]:
    """The tokens of values from ``start`` on, up to the first word."""
    end = start
    while end < len(run) and VALUE.fullmatch(run[end].words):
        end += 1
    return list(run[start:end])


def match_run(
    run: Sequence[Token], start: int, patterns: Iterable[re.Pattern[str]], longest: int = 12
) -> Iterator[tuple[int, re.Match[str]]]:
    """``(end, match)`` for every number of tokens from ``start`` whose joined text one of ``patterns`` matches whole, longest first."""
    listed = list(patterns)
    texts = [t.words for t in run[start : start + longest]]
    for length in range(len(texts), 0, -1):
        text = "".join(texts[:length])
        for pattern in listed:
            match = pattern.fullmatch(text)
            if match is not None:
                yield start + length, match
                break


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


def partitions(count: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Every way to cut ``count`` lines into ``cells`` runs of one or more, as the runs' ends."""
    for cuts in combinations(range(1, count), cells - 1):
        yield (*cuts, count)
