"""An area cut across, and its sections put together to blocks that have the same columns.

A self-evaluation form has a block of heads, one of money, one of goals and one of indicators in one frame, each with columns of
its own.  What belongs here: which heights belong together, and where the columns of a block part.  What may not: rows and cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from pipeline.reading.document import Word
from pipeline.tables.areas import WIDE, pieces_of
from pipeline.tables.columns import numeric
from pipeline.tables.dashes import Rule
from pipeline.tables.grid import covered
from pipeline.tables.rules import SNAP
from pipeline.tables.stack import Stack

#: A rule that covers this share of the table's width parts all of it.
_WHOLE = 0.9
#: Words that reach over each other by less than this do not share a column (points).
_TOUCH = 1.5
#: Columns of a block of several lines are this far apart at least (heights; figures in a word stand apart by a quarter); of a line alone.
_APART, _APART_ALONE = 0.33, 0.6


@dataclass
class Section:
    """What stands between two heights, ruled off or not."""

    top: float
    bottom: float
    words: list[Word]
    ruled: bool = False


@dataclass
class Block:
    """Sections with the same columns."""

    sections: list[Section] = field(default_factory=list)
    bands: list[tuple[float, float]] = field(default_factory=list)
    edges: list[float] = field(default_factory=list)  # from the table's left to its right

    @property
    def top(self) -> float:
        return self.sections[0].top

    @property
    def bottom(self) -> float:
        return self.sections[-1].bottom

    @property
    def words(self) -> list[Word]:
        return [w for section in self.sections for w in section.words]


def width_of(stack: Stack) -> tuple[float, float]:
    """Where the table begins and ends: at its rules where there are, else at its words."""
    left, right = min(w.x0 for w in stack.words), max(w.x1 for w in stack.words)
    over = [(min(r.start for r in own), max(r.end for r in own)) for _, own in heights_of(stack.rules)]
    wide = [(x0, x1) for x0, x1 in over if x1 - x0 > 0.7 * (right - left)]
    if len(wide) < 2:
        return left - 3, right + 3
    return min(x0 for x0, _ in wide), max(x1 for _, x1 in wide)


def heights_of(rules: Sequence[Rule]) -> list[tuple[float, list[Rule]]]:
    """The heights at which rules stand, each with its pieces."""
    found: list[tuple[float, list[Rule]]] = []
    for rule in sorted(rules, key=lambda r: r.at):
        if found and rule.at - found[-1][0] <= SNAP:
            found[-1][1].append(rule)
        else:
            found.append((rule.at, [rule]))
    return found


def sections_of(stack: Stack) -> list[Section]:
    """The sections from top to bottom: between the rules that go through, and within these between wide blanks."""
    left, right = width_of(stack)
    heights = heights_of(stack.rules)
    whole = [y for y, own in heights if covered(((r.start, r.end) for r in own), left, right) >= _WHOLE * (right - left)]
    cuts = sorted({*whole, *stack.breaks[1:]})
    bounds = [float("-inf"), *cuts, float("inf")]
    found: list[Section] = []
    for top, bottom in pairwise(bounds):
        words = [w for w in stack.words if top <= (w.top + w.bottom) / 2 < bottom]
        inner = [(y, own) for y, own in heights if top - SNAP <= y <= bottom + SNAP]
        if not words:
            continue
        ruled = top in whole and bottom in whole
        if ruled and (len(inner) > 2 or not _several_rows(words)):
            found.append(Section(top, bottom, words, True))
        else:
            found.extend(_chunks(words))
    return found


def _several_rows(words: Sequence[Word]) -> bool:
    """Whether numbers stand under each other: what no rule parts is several rows."""
    numbers = sorted((w for w in words if numeric(w)), key=lambda w: w.top)
    return any(min(a.x1, b.x1) - max(a.x0, b.x0) > _TOUCH and b.top > a.bottom - 1 for i, a in enumerate(numbers) for b in numbers[i + 1 : i + 40])


def _chunks(words: Sequence[Word]) -> list[Section]:
    """Words parted where a blank as high as a third of a line goes through all columns."""
    found: list[Section] = []
    room = 0.3 * median(w.bottom - w.top for w in words)
    for w in sorted(words, key=lambda w: w.top):
        if found and w.top - found[-1].bottom < room:
            found[-1].words.append(w)
            found[-1].bottom = max(found[-1].bottom, w.bottom)
        else:
            found.append(Section(w.top, w.bottom, [w]))
    return found


def blocks_of(sections: Sequence[Section], left: float, right: float) -> list[Block]:
    """The blocks from top to bottom, each with the edges of its columns."""
    blocks: list[Block] = []
    for i, section in enumerate(sections):
        block = blocks[-1] if blocks else None
        further = sections[i + 1] if i + 1 < len(sections) else None
        if block is not None and (_fits(section, block) or _spans(section, further, block)):
            block.sections.append(section)
        else:
            blocks.append(Block([section]))
        blocks[-1].bands = _bands(blocks[-1])
    known: list[float] = []  # the edges of the blocks above, those of the nearest first
    for block in blocks:
        block.edges = [left, *_edges(block, known), right]
        known = [*block.edges, *known]
    return blocks


def _fits(section: Section, block: Block) -> bool:
    """Whether a section's words stand in the block's columns, no word in two and no column over two far words of a line."""
    for w in section.words:
        if sum(_shares(w, band) for band in block.bands) > 1:
            return False
    return not _two_in_one(section.words, block.bands)


def _spans(section: Section, further: Section | None, block: Block) -> bool:
    """Whether a section is one row across the columns of a block that goes on below it."""
    alone = len(lines_of(section.words)) == 1 and len(pieces_of(section.words)) <= 2 and len(block.bands) > 2
    return alone and further is not None and len(pieces_of(lines_of(further.words)[0])) > 2 and _fits(further, block)


def _shares(word: Word, band: tuple[float, float]) -> bool:
    return min(word.x1, band[1]) - max(word.x0, band[0]) > _TOUCH


def _two_in_one(words: Sequence[Word], bands: Sequence[tuple[float, float]]) -> bool:
    """Whether words that a wide blank parts from top to bottom stand in one band."""
    wide = WIDE * median(w.bottom - w.top for w in words)
    own = merged(((w.x0, w.x1) for w in words), wide)
    return any(sum(min(b, d) - max(a, c) > _TOUCH for c, d in own) > 1 for a, b in bands)


def _bands(block: Block) -> list[tuple[float, float]]:
    """The bands that a block's words leave apart; words that lie across several others of the block are not asked."""
    return merged(((w.x0, w.x1) for section in block.sections for w in _plain(section, block)), -_TOUCH)


def _plain(section: Section, block: Block) -> Iterable[Word]:
    if len(block.sections) < 2 or not block.bands:
        return section.words
    return (w for w in section.words if sum(_shares(w, band) for band in block.bands) <= 1)


def merged(extents: Iterable[tuple[float, float]], apart: float) -> list[tuple[float, float]]:
    """Extents as one that are no farther than ``apart`` from each other; below nothing: that overlap by more."""
    found: list[list[float]] = []
    for x0, x1 in sorted(extents):
        if found and x0 - found[-1][1] < apart:
            found[-1][1] = max(found[-1][1], x1)
        else:
            found.append([x0, x1])
    return [(a, b) for a, b in found]


def lines_of(words: Sequence[Word]) -> list[list[Word]]:
    """Words in lines from top to bottom, each from left to right."""
    lines: list[list[Word]] = []
    for w in sorted(words, key=lambda w: w.top + w.bottom):
        middle = (w.top + w.bottom) / 2
        if lines and lines[-1][0].top <= middle <= lines[-1][0].bottom:
            lines[-1].append(w)
        else:
            lines.append([w])
    return [sorted(line, key=lambda w: w.x0) for line in lines]


def _edges(block: Block, known: Sequence[float]) -> list[float]:
    """The edges between a block's columns: between its bands, at known edges where there are."""
    height = median(w.bottom - w.top for w in block.words)
    apart = (_APART if len(lines_of(block.words)) > 2 else _APART_ALONE) * height
    bands = merged(block.bands, apart)
    edges = []
    for (_, a), (b, _) in pairwise(bands):
        at = next((x for x in known if a - 1 <= x <= b + 1), None)
        edges.append((a + b) / 2 if at is None else at)
    return edges
