"""Lines of labels and lines of numbers → rows, where no rule parts one row from the next.

A wrapped label stands in the middle of its row, at its top or at its bottom, in the whole table alike.  The
assignment that fits best as a whole is found by dynamic programming: each number line takes the label lines
that are centred on it (or begin or end with it), in order.
What belongs here: heights, and how labels begin.  What may not: what a label or a number says.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.lexicon import concepts

#: A label takes at most this many lines.
_MOST_LINES = 7
#: Costs in line heights: numbers without a label, a label without numbers (one that begins like a row, and one that does not).
_NO_LABEL, _NO_NUMBERS, _REST_ALONE = 0.4, 1.0, 3.0
#: A line that begins like a row but continues a label; a line within a label that is this much farther away than the others.
_BEGINS_A_ROW, _AWAY = 4.0, 0.5


@dataclass(frozen=True, slots=True)
class LabelLine:
    """One line of a label column: its extent, and whether its words begin a row."""

    top: float
    bottom: float
    begins: bool = False

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def begins_row(text: str) -> bool:
    """Whether a label begins so that it cannot go on one above it."""
    return "begins_row" in concepts("label_parts", text)


Block = tuple[int, int, int | None]
"""Label lines from, to (excluded), and the number line they belong to; no lines: numbers without a label."""

_ANCHORS: tuple[Callable[[Sequence[LabelLine]], float], ...] = (
    lambda lines: (lines[0].top + lines[-1].bottom) / 2,
    lambda lines: lines[0].middle,
    lambda lines: lines[-1].middle,
)


def blocks_of(labels: Sequence[LabelLine], numbers: Sequence[float]) -> list[Block]:
    """Label lines assigned to number lines (by the middles of these), both from top to bottom."""
    if not labels:
        return [(0, 0, k) for k in range(len(numbers))]
    # of equal costs the first anchor: labels stand in the middle of their rows more often than at an end
    return min((_assigned(labels, numbers, at) for at in _ANCHORS), key=lambda found: round(found[0], 6))[1]


class _Costs:
    """What assigning label lines to number lines costs, where labels are ``at`` their rows."""

    def __init__(self, labels: Sequence[LabelLine], numbers: Sequence[float], at: Callable[[Sequence[LabelLine]], float]) -> None:
        self.labels, self.numbers, self.at = labels, numbers, at
        self.height = sorted(line.bottom - line.top for line in labels)[len(labels) // 2] or 1.0
        self.inner = [0.0]  # what it costs that a line goes on the one before
        for above, line in itertools.pairwise(labels):
            gap = (line.top - above.bottom) / self.height
            self.inner.append(_BEGINS_A_ROW * line.begins + max(0.0, gap - _AWAY) * 4)

    def steps(self, j: int, k: int, cost: float) -> Iterator[tuple[float, Block]]:
        """What may come after ``j`` label lines and ``k`` number lines, and what it costs in all."""
        if k < len(self.numbers):
            yield cost + _NO_LABEL, (j, j, k)
        joined = 0.0
        for end in range(j + 1, min(j + _MOST_LINES, len(self.labels)) + 1):
            joined += self.inner[end - 1] if end - 1 > j else 0.0
            alone = _NO_NUMBERS if self.labels[j].begins else _REST_ALONE
            yield cost + joined + alone, (j, end, None)
            if k < len(self.numbers):
                off = abs(self.at(self.labels[j:end]) - self.numbers[k]) / self.height
                yield cost + joined + off, (j, end, k)


def _assigned(labels: Sequence[LabelLine], numbers: Sequence[float], at: Callable[[Sequence[LabelLine]], float]) -> tuple[float, list[Block]]:
    costs = _Costs(labels, numbers, at)
    best: dict[tuple[int, int], tuple[float, Block | None]] = {(0, 0): (0.0, None)}
    for j in range(len(labels) + 1):
        for k in range(len(numbers) + 1):
            if (j, k) not in best:
                continue
            for total, block in costs.steps(j, k, best[j, k][0]):
                key = (block[1], k if block[2] is None else k + 1)
                if key not in best or total < best[key][0]:
                    best[key] = (total, block)
    found: list[Block] = []
    state = (len(labels), len(numbers))
    while (last := best[state][1]) is not None:
        found.append(last)
        state = (last[0], state[1] if last[2] is None else state[1] - 1)
    return best[len(labels), len(numbers)][0], found[::-1]
