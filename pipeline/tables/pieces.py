"""Horizontal rules drawn cell by cell → the vertical rules that nobody drew: pieces end where cells part.

What belongs here: tables without vertical rules whose horizontal ones tell the columns.  What may not: columns told by words.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from pipeline.reading.document import Line, Page, Word
from pipeline.reading.glyphs import Glyph
from pipeline.tables.areas import WIDE, pieces_of, stands_between
from pipeline.tables.columns import numeric
from pipeline.tables.dashes import Rule
from pipeline.tables.rules import SHORTEST, SNAP, Rules
from pipeline.tables.sections import merged

#: Rules of one table begin and end within this of each other (points).
_ALIKE = 4.0
#: So many heights, and so large a share of them in pieces, make a table that its pieces tell.
_FEWEST, _IN_PIECES = 3, 0.5
#: Points that a word may reach over a place where cells part.
_OVER = 3.0
#: The share of its width by which a word may hang over its cell.
_HANGS = 0.15
#: The share of several cells that a word fills which is several words that touch.
_FILLED = 0.8
#: The share of a letter's width on either side of a place where cells part from which it stands in one cell.
_ON_BOTH_SIDES = 0.25
#: A row beyond the last rule of a page (it goes on on the next) begins within this of it (points).
_OPEN = 14.0


@dataclass(frozen=True)
class _Height:
    """One height at which rules stand: what they cover, and where their pieces end within the table."""

    y: float
    pieces: tuple[Rule, ...]
    ends: frozenset[float]
    open: bool = False  # no rule is drawn here: the page ends

    def covers(self, x: float) -> bool:
        """Whether a piece lies on either side of a place."""
        return any(r.start - 1 <= x <= r.end + 1 for r in self.pieces)

    @property
    def whole(self) -> bool:
        """Whether the rule goes through without a gap."""
        return len(merged(((r.start, r.end) for r in self.pieces), SNAP)) == 1 and not self.open

    def parts(self, x: float) -> bool:
        return any(abs(x - e) < 1.0 for e in self.ends)


def with_uprights(rules: Rules, page: Page) -> Rules:
    """The rules with those vertical ones that the pieces of horizontal ones tell, where a page has hardly any of its own."""
    if len({round(r.at) for r in rules.upright if r.end - r.start > 2 * SHORTEST}) > 2:
        return rules
    found: list[Rule] = []
    flat: list[Rule] = []
    for left, right, pieces in _tables(rules.flat):
        heights = _heights(pieces, left, right)
        if not _is_told(heights):
            continue
        heights = _with_open_ends(heights, page, left, right)
        flat += [r for h in heights for r in h.pieces]
        bands = [band for above, below in pairwise(range(len(heights))) if (band := _band(heights, above, below, page)) is not None]
        total = [sum(band.against[way] for band in bands) for way in range(_WAYS)]
        for band in bands:  # what a band leaves open, the table tells
            way = min(zip(band.against, total, range(_WAYS), strict=True))[2]
            edges = not_spanned([left, *_distinct(band.edges[way]), right], band.words, page.drawn.glyphs if page.drawn is not None else ())
            edges = _headed(edges, band.words, next(h for h in heights if h.y == band.bottom))
            if all(h.whole for h in heights if h.y in (band.top, band.bottom)):
                edges = _centred(edges, band.words)
            found += [Rule(x, band.top, band.bottom) for x in edges]
    return Rules((*rules.flat, *flat), (*rules.upright, *found)) if found else rules


def _is_told(heights: Sequence[_Height]) -> bool:
    """Whether pieces tell the columns of a table: at most of its heights, or at all where it is the last row of a table alone."""
    told = [len(h.ends) for h in heights if h.ends]
    if len(heights) < _FEWEST:
        return len(told) == len(heights) and min(told) >= _FEWEST
    return len(told) >= _IN_PIECES * len(heights)


def _tables(flat: Sequence[Rule]) -> list[tuple[float, float, list[Rule]]]:
    """Horizontal pieces by the tables that they belong to: heights that begin and end alike."""
    tables: list[tuple[float, float, list[Rule]]] = []
    for rule in sorted(flat, key=lambda r: (r.at, r.start)):
        if rule.end - rule.start <= SHORTEST:
            continue
        same = [r for r in flat if abs(r.at - rule.at) <= SNAP]
        left, right = min(r.start for r in same), max(r.end for r in same)
        home = next((t for t in tables if t[0] - _ALIKE <= left and right <= t[1] + _ALIKE), None)
        if home is None:
            tables.append((left, right, [rule]))
        else:
            home[2].append(rule)
    return tables


def _heights(pieces: Sequence[Rule], left: float, right: float) -> list[_Height]:
    groups: list[list[Rule]] = []
    for rule in sorted(pieces, key=lambda r: r.at):
        if groups and rule.at - groups[-1][0].at <= SNAP:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return [_Height(g[0].at, tuple(g), _ends(g, left, right)) for g in groups]


def _ends(pieces: Iterable[Rule], left: float, right: float) -> frozenset[float]:
    return frozenset(round(x, 1) for r in pieces for x in (r.start, r.end) if left + SNAP < x < right - SNAP)


def _with_open_ends(heights: Sequence[_Height], page: Page, left: float, right: float) -> list[_Height]:
    """The heights with one more above or below, where a row goes beyond the rules because the page ends."""
    lines = [line for line in page.lines if line.words and not stands_between(line, page.width or 595.0)]
    bottom = _reach([h.y for h in heights], lines, 1)
    top = _reach([h.y for h in heights], lines, -1)
    whole = [(y, (Rule(y, left, right),)) for y in (top, bottom) if y is not None]
    open_ends = [_Height(y, pieces, frozenset(), True) for y, pieces in whole]
    return sorted((*heights, *open_ends), key=lambda h: h.y)


def _reach(ys: Sequence[float], lines: Sequence[Line], way: int) -> float | None:
    """How far lines of a row go on beyond the last rule (downwards: 1, upwards: -1); ``None`` where none do."""
    reach = edge = max(ys) if way > 0 else min(ys)
    for line in lines if way > 0 else reversed(lines):
        top, bottom = line.place.top or 0.0, line.place.bottom or 0.0
        near, far = (top, bottom) if way > 0 else (bottom, top)
        if (near - edge) * way > -SNAP and abs(near - reach) < _OPEN:
            reach = far + 2.0 * way
    lone = [line for line in lines if min(edge, reach) <= (line.place.top or 0.0) <= max(edge, reach)]
    return reach if reach != edge and any(len(pieces_of(line.words)) > 1 for line in lone) else None


@dataclass(frozen=True)
class _Band:
    """What stands between two heights next to each other: where cells part there in each way, and what speaks against it."""

    top: float
    bottom: float
    edges: tuple[list[float], ...]
    against: tuple[int, ...]
    words: tuple[Word, ...]


#: Pieces may be drawn for both rows at a rule, for the row above it only, or for the row below it only.
_WAYS = 3


def _band(heights: Sequence[_Height], above: int, below: int, page: Page) -> _Band | None:
    """The band between two heights; ``None`` where what stands there is no row."""
    top, bottom = heights[above].y, heights[below].y
    lines = [line for line in page.lines if line.words and top < ((line.place.top or 0.0) + (line.place.bottom or 0.0)) / 2 < bottom]
    if any(stands_between(line, page.width or 595.0, framed=True) for line in lines):
        return None
    words = [w for line in lines for w in line.words]
    places = sorted({x for h in heights for x in h.ends})
    up, down = _first(heights[: above + 1][::-1]), _first(heights[below:])
    edges = ([x for x in places if up(x) and down(x)], [x for x in places if down(x)], [x for x in places if up(x)])
    return _Band(top, bottom, edges, tuple(_against(own, words) for own in edges), tuple(words))


def not_spanned(edges: Sequence[float], words: Sequence[Word], glyphs: Sequence[Glyph]) -> list[float]:
    """The places where cells part without those that a word lies over, unless words touch there: it fills its cells, no letter is on both sides.
    A number stands in one cell, however far it hangs over."""

    def lies_over(w: Word, x: float) -> bool:
        hangs, width = min(x - w.x0, w.x1 - x), w.x1 - w.x0
        if numeric(w) or hangs <= _OVER:
            return False
        return hangs > _HANGS * width or (hangs > width / len(w.text) / 2 and not any(beyond(v, w, x) for v in words))

    def beyond(v: Word, w: Word, x: float) -> bool:
        """Whether another word stands in the cell that a word hangs into."""
        at, other = bisect(edges, (w.x0 + w.x1) / 2), bisect(edges, (v.x0 + v.x1) / 2)
        return v is not w and other == at + (1 if edges[min(at, len(edges) - 1)] == x else -1)

    def touches(w: Word, x: float) -> bool:
        left = max((e for e in edges if e <= w.x0 + _OVER), default=edges[0])
        right = min((e for e in edges if e >= w.x1 - _OVER), default=edges[-1])
        fills = w.x1 - w.x0 > _FILLED * (right - left)
        return fills and not any(w.top < (g.top + g.bottom) / 2 < w.bottom and lies_over_both(g, x) for g in glyphs)

    def lies_over_both(g: Glyph, x: float) -> bool:
        return min(x - g.x0, g.x1 - x) > _ON_BOTH_SIDES * (g.x1 - g.x0)

    return [edges[0], *(x for x in edges[1:-1] if all(touches(w, x) for w in words if lies_over(w, x))), edges[-1]]


def _headed(edges: Sequence[float], words: Sequence[Word], below: _Height) -> list[float]:
    """The places where cells part without those within a heading's cell: a rule stands below it and not beside, its words alone in the middle."""
    inner = []
    for a, b in merged(((r.start, r.end) for r in below.pieces), 1.0):
        own = merged(((w.x0, w.x1) for w in words if a < (w.x0 + w.x1) / 2 < b), WIDE * max((w.bottom - w.top for w in words), default=0.0))
        beside = a > edges[0] + _ALIKE or b < edges[-1] - _ALIKE
        if beside and len(own) == 1 and abs(sum(own[0]) - a - b) < 2 * _OVER:
            inner.append((a + SNAP, b - SNAP))
    return [x for x in edges if not any(a < x < b for a, b in inner)]


def _centred(edges: Sequence[float], words: Sequence[Word]) -> list[float]:
    """The places where cells part in a row of headings each of which stands in the middle of one or several cells, and none is without one."""
    if not words or any(numeric(w) for w in words):
        return list(edges)
    ends = [edges[0]]
    for _, inside in groupby(sorted(words, key=lambda w: w.x0 + w.x1), key=lambda w: bisect(edges, (w.x0 + w.x1) / 2)):
        extents = [x for w in inside for x in (w.x0, w.x1)]
        ends.append(min(edges, key=lambda x: abs(ends[-1] + x - min(extents) - max(extents))))
        if abs(ends[-2] + ends[-1] - min(extents) - max(extents)) > _OVER:
            return list(edges)
    filled = any(w.x0 + _OVER < x < w.x1 - _OVER for x in edges if x not in ends for w in words)  # words that touch, one in each of their cells
    return ends if ends[-1] == edges[-1] and not filled else list(edges)


def _first(heights: Sequence[_Height]) -> Callable[[float], bool]:
    """Whether cells part at a place by the first height, in the order given, that has a rule there."""

    def parts(x: float) -> bool:
        return next((h.parts(x) for h in heights if not h.open and h.covers(x)), False)

    return parts


def _against(edges: Sequence[float], words: Sequence[Word]) -> int:
    """What speaks against places where cells part: words on them, and words far from each other that they leave in one cell."""
    under = sum(any(w.x0 + _OVER < x < w.x1 - _OVER for w in words) for x in edges)
    wide = WIDE * max((w.bottom - w.top for w in words), default=0.0)
    cells = [bisect(edges, (a + b) / 2) for a, b in merged(((w.x0, w.x1) for w in words), wide)]
    return under + 2 * (len(cells) - len(set(cells)))


def _distinct(values: Sequence[float]) -> list[float]:
    kept: list[float] = []
    for v in values:
        if not kept or v - kept[-1] > SNAP:
            kept.append(v)
    return kept
