"""Ruled tables of a PDF page: glyphs into the cells that rules enclose, and the second reader's text beside them.

What belongs here: which cell a glyph stands in.  What may not: finding cells (``grid``), asking the second reader (``second``).
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby, pairwise

from pipeline.model.figures import Place
from pipeline.model.numbers import squeeze
from pipeline.reading.document import Cell, Table
from pipeline.reading.glyphs import Glyph, line_text, number_tokens, visual_lines
from pipeline.tables.rules import SNAP, Box, positions
from pipeline.tables.second import SECOND_READER

_NUMBERS = re.compile(r"(?<![\d.,])-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d+(?![\d.])")

_DIGITS = re.compile(r"[-\d.,%]*")
_LETTERS = re.compile(r"[^-\d.,%]")
_CENTS = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d")
_CODE = re.compile(r"\d\d|\d{3}(?:\d\d){0,2}")
#: The share of cells read alike from which two grids are one.
_NEARLY_ALL = 0.95
#: The share of cells read alike below which one reader has the words of the other in other cells.
_THROUGHOUT = 0.75
#: Points that a glyph's box may reach over a rule that it does not cross.
_TOUCHING = 0.8


def _as_printed_once(second: str, own: str, strange: Collection[str]) -> str:
    """The second reader's text without what the first left out knowingly: glyphs drawn several times to look bold, the characters of
    what stands in no cell as it is drawn (``strange``), and single letters that something drawn across leaves in a cell of digits."""
    a, b = squeeze(own), squeeze(second)
    left, right = ("".join(c for c in t if c not in strange) for t in (a, b))
    times = len(right) // len(left) if left else 1
    again = Counter(right) == Counter(left * times) if times > 1 else left == right
    printed = again and Counter(a) <= Counter(b)
    letter = _DIGITS.fullmatch(a) is not None and _LETTERS.sub("", b) == a and len(b) <= len(a) + 2
    return own if printed or letter else second


def _nearest(positions: Sequence[float], value: float) -> int:
    i = bisect.bisect_left(positions, value)
    if i == len(positions) or (i > 0 and value - positions[i - 1] <= positions[i] - value):
        return i - 1
    return i


class RuledTable:
    """One table while it is filled: grid positions, cell boxes and the glyphs that fall into them."""

    def __init__(self, boxes: Sequence[Box], page_number: int) -> None:
        self.xs = positions([x for b in boxes for x in (b[0], b[2])])
        self.ys = positions([y for b in boxes for y in (b[1], b[3])])
        self.page = page_number
        self.spans: list[tuple[int, int, int, int]] = []  # row, col, rowspan, colspan
        self.boxes: list[Box] = []
        self._at: dict[tuple[int, int], int] = {}
        for box in boxes:
            r0, r1 = _nearest(self.ys, box[1]), _nearest(self.ys, box[3])
            c0, c1 = _nearest(self.xs, box[0]), _nearest(self.xs, box[2])
            if r1 <= r0 or c1 <= c0 or (r0, c0) in self._at:
                continue
            index = len(self.spans)
            self.spans.append((r0, c0, r1 - r0, c1 - c0))
            self.boxes.append(box)
            for r in range(r0, r1):
                for c in range(c0, c1):
                    self._at.setdefault((r, c), index)
        self.glyphs: list[list[Glyph]] = [[] for _ in self.spans]
        self.second: list[str] | None = None
        self.note = ""

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cell_at(self, x: float, y: float) -> int | None:
        """The index of the cell that covers a point of the page, or ``None``."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        return self._at.get((bisect.bisect_right(self.ys, y) - 1, bisect.bisect_right(self.xs, x) - 1))

    def take(self, line: Sequence[Glyph]) -> list[Glyph]:
        """Put a line's glyphs into cells, numbers as a whole by their middle; what falls into no cell is returned."""
        rest: list[Glyph] = []
        for token in self._apart(number_tokens(line)):
            x = (token[0].x0 + token[-1].x1) / 2
            y = (min(g.top for g in token) + max(g.bottom for g in token)) / 2
            index = self.cell_at(x, y)
            if index is None and len(token) > 1:  # a number may hang over the table's edge: its first or last digit decides
                index = self.cell_at(token[0].x1, y)
            if index is None:
                rest.extend(token)
            else:
                self.glyphs[index].extend(token)
        return rest

    def _apart(self, tokens: Iterable[list[Glyph]]) -> Iterator[list[Glyph]]:
        """The tokens; an amount that touches the number of the next cell at the rule (no room in either) is apart from it."""
        for token in tokens:
            if len(token) < 6 or self._column(token[0]) == self._column(token[-1]):
                yield token
                continue
            pieces = [list(piece) for _, piece in groupby(token, key=self._column)]
            texts = ["".join(g.text for g in piece) for piece in pieces]
            at_rules = all(self._at_rule(a[-1], b[0]) for a, b in pairwise(pieces))
            amounts = all(_NUMBERS.fullmatch(text) for text in texts)
            code = bool(_CENTS.fullmatch(texts[0])) and all(_CODE.fullmatch(text) for text in texts[1:])
            yield from pieces if amounts or (at_rules and code) else [token]

    def _column(self, glyph: Glyph) -> int:
        return bisect.bisect_right(self.xs, (glyph.x0 + glyph.x1) / 2)

    def _at_rule(self, left: Glyph, right: Glyph) -> bool:
        """Whether a rule stands between two glyphs, and not through one of them as where a number hangs over its cell."""
        rule = self.xs[min(self._column(left), len(self.xs) - 1)]
        return left.x1 <= rule + _TOUCHING and right.x0 >= rule - _TOUCHING

    def fused(self) -> bool:
        """Whether the rules do not separate the columns: there is only one, or many rows hold several numbers in one cell."""
        if len(self.xs) <= 2:
            return True
        rows: dict[int, bool] = {}
        for (row, *_), glyphs, text in zip(self.spans, self.glyphs, self.texts, strict=True):
            if glyphs:
                several = any(len(_NUMBERS.findall(line)) > 1 for line in text.split("\n"))
                rows[row] = rows.get(row, False) or several
        return sum(rows.values()) * 3 > len(rows)

    @cached_property
    def texts(self) -> list[str]:
        """The cells' texts, line by line, once all glyphs are in their cells."""
        return ["\n".join(text for line in visual_lines(glyphs) if (text := line_text(line))) for glyphs in self.glyphs]

    def table(self, reader: str) -> Table:
        cells = tuple(
            Cell(
                row,
                col,
                self.texts[i],
                rowspan,
                colspan,
                Place(self.page, round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)),
                None if self.second is None else self.second[i],
            )
            for i, ((row, col, rowspan, colspan), box) in enumerate(zip(self.spans, self.boxes, strict=True))
        )
        x0, top, x1, bottom = (round(v, 1) for v in self.box)
        place = Place(self.page, x0, top, x1, bottom)
        return Table(cells, len(self.ys) - 1, len(self.xs) - 1, place, reader, None if self.second is None else SECOND_READER, self.note)

    def compare(self, others: Sequence[tuple[Box, str]], strange: Collection[str] = ()) -> None:
        """Keep the second reader's texts, cell by cell, where its grid is ours.  ``others``: its cells' boxes and texts on this page;
        ``strange``: the characters there of what the first reader left out knowingly.

        A merged cell may be several cells to the second reader; their texts are joined in reading order.  When
        the second reader saw no table here, nothing is kept: silence of one reader is not a doubt.  Where it saw another grid
        (other rows or columns, and not nearly all cells equal), or the same words in other cells throughout (a font that tells it a wrong
        height), one note says so, and no cell is in doubt.
        """
        x0, top, x1, bottom = self.box
        inside = [(b, t) for b, t in others if x0 - SNAP <= (b[0] + b[2]) / 2 <= x1 + SNAP and top - SNAP <= (b[1] + b[3]) / 2 <= bottom + SNAP]
        if not inside:
            return
        texts = [_as_printed_once(theirs, own, strange) for theirs, own in zip(self._theirs(inside), self.texts, strict=True)]
        equal = self._share_equal(texts)
        if equal < _THROUGHOUT and self._same_words(texts):
            self.note = "the second reader puts the words here into other cells: its texts are not compared"
        elif equal >= _NEARLY_ALL or self._same_grid([b for b, _ in inside]):
            self.second = texts
        else:
            self.note = "the second reader sees another grid here: its texts are not compared"

    def _theirs(self, others: Sequence[tuple[Box, str]]) -> list[str]:
        """The second reader's text of each of our cells."""
        texts: list[list[tuple[float, float, str]]] = [[] for _ in self.spans]
        for (x0, top, x1, bottom), text in others:
            index = self.cell_at((x0 + x1) / 2, (top + bottom) / 2) if text.strip() else None
            if index is not None:
                texts[index].append((round(top), x0, text.strip()))
        return ["\n".join(t for _, _, t in sorted(parts)) for parts in texts]

    def _same_grid(self, boxes: Sequence[Box]) -> bool:
        """Whether boxes have our rows and columns."""
        xs, ys = positions([x for b in boxes for x in (b[0], b[2])]), positions([y for b in boxes for y in (b[1], b[3])])
        return _alike(xs, self.xs) and _alike(ys, self.ys)

    def _same_words(self, texts: Sequence[str]) -> bool:
        """Whether both readers read the same characters, wherever they put them."""
        own, theirs = (Counter("".join(map(squeeze, t))) for t in (self.texts, texts))
        return (own & theirs).total() >= _NEARLY_ALL * max(own.total(), theirs.total())

    def _share_equal(self, texts: Sequence[str]) -> float:
        """The share of cells with text in which both readers read the same."""
        pairs = ((squeeze(own), squeeze(text)) for own, text in zip(self.texts, texts, strict=True))
        filled = [(a, b) for a, b in pairs if a or b]
        return sum(a == b for a, b in filled) / len(filled) if filled else 1.0


def _alike(theirs: Sequence[float], own: Sequence[float]) -> bool:
    return len(theirs) == len(own) and all(abs(a - b) <= SNAP for a, b in zip(theirs, own, strict=True))
