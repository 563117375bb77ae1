"""The heading of a table that only alignment tells: which words are one heading, and over which columns it stands.

What belongs here: geometry of headings.  What may not: what a heading means (``pipeline.recognition.columns``), data (``aligned``).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from functools import cache

from pipeline.lexicon import Lexicon, concepts, lexicon, words_of
from pipeline.lexicon.forms import FORMS
from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Word
from pipeline.tables.columns import Column, covers

#: Lines of one wrapped heading follow each other within this share of their height (faces differ in leading).
_WRAP_GAP = 0.9


def known_headings() -> frozenset[str]:
    """Headings that are known to stand over one column."""
    return _known(lexicon())


@cache
def _known(words: Lexicon) -> frozenset[str]:
    return frozenset(m.zh.rpartition("·")[2] for form in FORMS for m in form.measures) | frozenset(words_of("heading_words", "one_column"))


@cache
def _names(known: frozenset[str]) -> re.Pattern[str]:
    """Any of them, the longer first."""
    return re.compile("|".join(sorted(map(re.escape, known), key=lambda name: -len(name))))


def _apart() -> tuple[str, ...]:
    """Headings that are often printed with their letters apart (合 计)."""
    return words_of("heading_words", "letters_apart")


def parted_headings(words: Iterable[Word]) -> list[Word]:
    """The words of a heading; one that is nothing but several known headings is these: their columns touch."""
    found: list[Word] = []
    for w in words:
        names = _names(known_headings()).findall(w.text)
        if len(names) < 2 or "".join(names) != w.text:
            found.append(w)
            continue
        at, step = w.x0, (w.x1 - w.x0) / len(w.text)
        for name in names:
            found.append(Word(name, at, w.top, at + step * len(name), w.bottom))
            at += step * len(name)
    return found


def stacked(heading: Sequence[Word]) -> list[Word]:
    """Headings: words that follow closely below each other are one heading; column numbers are none."""
    stacks: list[list[Word]] = []
    for w in heading:
        if w.text.isdigit() or ("column_numbers" in concepts("heading_words", w.text) and not _begun(stacks, w)):
            continue
        height = w.bottom - w.top
        above = _begun(stacks, w) or next(
            (s for s in reversed(stacks) if _goes_on(s[-1], w) and not _heads(s[-1], w, heading) and not _whole("".join(v.text for v in s), w.text)),
            None,
        )
        beside = next(
            (
                s
                for s in reversed(stacks)
                if abs(s[-1].top - w.top) < 0.3 * height
                and -1 < w.x0 - s[-1].x1 < 2.2 * height
                and any(word.startswith(s[-1].text + w.text) for word in _apart())
            ),
            None,
        )
        if above is not None:
            above.append(w)
        elif beside is not None:
            beside[-1] = Word(beside[-1].text + w.text, beside[-1].x0, beside[-1].top, w.x1, max(w.bottom, beside[-1].bottom))
        else:
            stacks.append([w])
    return [Word("".join(w.text for w in s), min(w.x0 for w in s), s[0].top, max(w.x1 for w in s), s[-1].bottom) for s in stacks]


def _begun(stacks: Sequence[list[Word]], w: Word) -> list[Word] | None:
    """The letter above that a letter goes on: 行 over 次 in a narrow column."""
    height = w.bottom - w.top
    return next(
        (
            s
            for s in reversed(stacks)
            if len(s) == 1
            and s[0].text + w.text in _apart()
            and -0.4 * height <= w.top - s[0].bottom < 1.5 * height
            and abs(s[0].x0 - w.x0) < 0.4 * height
        ),
        None,
    )


def _whole(above: str, text: str) -> bool:
    """Whether the words above are a heading of their own: a known one, which no known one goes on like this."""
    whole = known_headings().union(_apart())
    return above in whole and not any(name.startswith(above + text) for name in whole)


def _goes_on(above: Word, w: Word) -> bool:
    """Whether a word of the heading may continue the one above it: close below, and centred on it or flush with it."""
    height = w.bottom - w.top
    off = min(abs(above.x0 + above.x1 - w.x0 - w.x1) / 2, abs(above.x0 - w.x0), abs(above.x1 - w.x1))
    return -0.4 * height <= w.top - above.bottom < _WRAP_GAP * height and off < 0.4 * height and covers(w, (above.x0, above.x1))


def _heads(above: Word, w: Word, heading: Sequence[Word]) -> bool:
    """Whether the word above stands over several headings of which this is one: its neighbour has nothing else above it."""
    height = w.bottom - w.top
    level = [v for v in heading if abs(v.top + v.bottom - w.top - w.bottom) < 0.6 * height and v is not w]
    beside = [max((v for v in level if v.x1 <= w.x0), key=lambda v: v.x1, default=None)]
    beside.append(min((v for v in level if v.x0 >= w.x1), key=lambda v: v.x0, default=None))

    def headed(v: Word) -> bool:
        return any(u is not above and u.top < v.top - 0.5 * height and v.top - u.bottom < height and covers(v, (u.x0, u.x1)) for u in heading)

    return any(v is not None and not headed(v) for v in beside)


def leaves_of(stacks: Sequence[Word]) -> list[Word]:
    """The lowest headings: nothing stands below them, neither under them nor on both sides of them."""
    leaves = []
    for w in stacks:
        below = [v for v in stacks if v.top > w.bottom - 1]
        if any(covers(v, (w.x0, w.x1)) or covers(w, (v.x0, v.x1)) for v in below):
            continue
        middle = (w.x0 + w.x1) / 2
        left = max((v for v in below if v.x1 <= middle), key=lambda v: v.x1, default=None)
        right = min((v for v in below if v.x0 >= middle), key=lambda v: v.x0, default=None)
        level = [v for v in stacks if v is not w and v not in below and v.bottom > w.top - 1]
        between = [v for v in level if (left and left.x1 <= v.x0 and v.x1 <= w.x0 + 1) or (right and w.x1 - 1 <= v.x0 and v.x1 <= right.x0)]
        others = [v for v in level if any(covers(v, (u.x0, u.x1)) for u in (left, right) if u is not None)]
        if left and right and not between and not others:
            continue
        leaves.append(w)
    return sorted(leaves, key=lambda w: w.x0)


def _over(word: Word, extents: Sequence[tuple[float, float]]) -> list[int]:
    return [i for i, extent in enumerate(extents) if covers(word, extent)]


def _least_reach(word: Word, extents: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """The columns that a heading stands over at least: those it covers, or the two beside it."""
    over = _over(word, extents)
    if over:
        return over[0], over[-1]
    middle = (word.x0 + word.x1) / 2
    high = next((i for i, (x0, _) in enumerate(extents) if x0 > middle), len(extents) - 1)
    return max(high - 1, 0), high


def _reach(word: Word, extents: Sequence[tuple[float, float]], edges: Sequence[tuple[float, float]], taken: set[int]) -> tuple[int, int]:
    """First and last column that a heading stands over: the most columns around it whose common middle is its own."""
    middle = (word.x0 + word.x1) / 2
    low, high = _least_reach(word, extents)

    def off(a: int, b: int) -> float:
        return abs((edges[a][0] + edges[b][1]) / 2 - middle)

    best, error = (low, high), off(low, high)
    for a in range(low, -1, -1):
        if a in taken:
            break
        for b in range(high, len(extents)):
            if b in taken:
                break
            nearer = off(a, b) < error - 6
            as_near = off(a, b) < max(error, 7) + 1 and b - a > best[1] - best[0]
            if nearer or as_near:
                best, error = (a, b), off(a, b)
    return best


def _edges(columns: Sequence[Column]) -> list[tuple[float, float]]:
    """Left and right edge of every column: at the ends of right-aligned numbers, else half way to the words of its neighbours."""
    extents = [c.extent for c in columns]
    ends = [c.data[1] if c.data is not None and not c.label else None for c in columns]
    pairs = [(sum(c.data), sum(c.head)) for c in columns if c.data is not None and c.head is not None and not c.label]
    if sum(data - head > 6 for data, head in pairs) * 2 < len(pairs):  # the numbers stand in the middle, under their headings
        ends = [None] * len(columns)
    inner = [
        (a[1] + b[0]) / 2 if end is None else min(max(end + 2, columns[i].extent[1]), max(b[0], end))
        for i, ((a, b), end) in enumerate(zip(itertools.pairwise(extents), ends, strict=False))
    ]
    first, last = extents[0][0] - 3, extents[-1][1] + 3
    if inner and columns[0].head is not None:  # a heading stands in the middle of its column
        first = min(first, sum(columns[0].head) - inner[0])
    if inner and columns[-1].head is not None:
        last = max(last, sum(columns[-1].head) - inner[-1])
    return list(zip([first, *inner], [*inner, last], strict=True))


def _nearest_column(word: Word, extents: Sequence[tuple[float, float]]) -> int:
    return min(range(len(extents)), key=lambda i: abs(extents[i][0] - word.x0) + abs(extents[i][1] - word.x1))


def heading_cells(stacks: Sequence[Word], columns: Sequence[Column], page: int | None, cells: list[Cell]) -> int:
    """Cells of the heading, one row a level; the lowest stand over one column, the others reach."""
    leaves = set(leaves_of(stacks))
    extents = [c.head or c.extent for c in columns]
    edges = _edges(columns)
    over = {i: w for w in leaves for i in [_nearest_column(w, extents)]}
    base = max((w.bottom for w in leaves), default=0.0) + 2
    levels: list[float] = []
    for t in sorted((w.top + w.bottom) / 2 for w in stacks):
        if not levels or t - levels[-1] > 4:
            levels.append(t)
    for w in stacks:
        level = max((i for i, t in enumerate(levels) if t <= (w.top + w.bottom) / 2 + 1), default=0)
        if w in leaves:
            low = high = _nearest_column(w, extents)
        else:
            mates = [v for v in stacks if v is not w and abs((v.top + v.bottom) / 2 - (w.top + w.bottom) / 2) <= 4]
            ends = [_least_reach(v, extents) for v in mates]
            taken = {i for a, b in ends for i in range(a, b + 1)} - set(range(*_least_reach(w, extents)))
            # a lowest heading in the middle of its cell tells where the cell begins: one that begins above is not under this one
            beside = {i for i, v in over.items() if v.top + v.bottom - base < (w.top + w.bottom) / 2}
            low, high = _reach(w, extents, edges, taken | beside)
        place = Place(page, round(w.x0, 1), round(w.top, 1), round(w.x1, 1), round(w.bottom, 1))
        cells.append(Cell(level, low, w.text, 1, high - low + 1, place, found="aligned"))
    return len(levels)
