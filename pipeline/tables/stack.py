"""The words and rules of an area that goes over pages, as if its pages hung together, and back to the pages they stand on.

What belongs here: shifting heights.  What may not: columns and rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.figures import Place
from pipeline.reading.document import Line, Word
from pipeline.tables.dashes import Rule
from pipeline.tables.whole_words import with_whole_numbers

#: Room between the pages of a stack (points), as between two rows.
_BETWEEN = 10.0


@dataclass(frozen=True)
class Stack:
    """Words from top to bottom and horizontal rules; ``breaks``: the heights at which pages begin, and ``pages`` which with what shift."""

    words: tuple[Word, ...]
    rules: tuple[Rule, ...]
    breaks: tuple[float, ...]
    pages: tuple[tuple[int | None, float], ...]

    def place(self, words: Sequence[Word]) -> Place:
        """Where words stand, on the page of the first of them."""
        first = min(words, key=lambda w: w.top)
        page, shift = self.page_at(first.top)
        own = [w for w in words if self.page_at(w.top)[0] == page]
        return Place(
            page,
            round(min(w.x0 for w in own), 1),
            round(min(w.top for w in own) - shift, 1),
            round(max(w.x1 for w in own), 1),
            round(max(w.bottom for w in own) - shift, 1),
        )

    def page_at(self, y: float) -> tuple[int | None, float]:
        return self.pages[max(bisect_right(self.breaks, y) - 1, 0)]


def stack_of(lines: Sequence[Line], rules: Mapping[int | None, Sequence[Rule]]) -> Stack:
    """An area's lines under each other, and those rules of their pages that stand among them."""
    words: list[Word] = []
    flat: list[Rule] = []
    breaks: list[float] = []
    pages: list[tuple[int | None, float]] = []
    whole = with_whole_numbers((line.place.page, line.words) for line in lines)
    below = 0.0
    for page in dict.fromkeys(number for number, _ in whole):
        own = [w for number, line in whole if number == page for w in line]
        top, bottom = min(w.top for w in own), max(w.bottom for w in own)
        near = [r for r in rules.get(page, ()) if top - 30 < r.at < bottom + 30]
        top = min([top, *(r.at for r in near)])
        shift = below - top if pages else 0.0
        breaks.append(top + shift)
        pages.append((page, shift))
        words += [w if not shift else Word(w.text, w.x0, w.top + shift, w.x1, w.bottom + shift) for w in own]
        flat += [Rule(r.at + shift, r.start, r.end) for r in near]
        below = max([bottom, *(r.at for r in near)]) + shift + _BETWEEN
    return Stack(tuple(words), tuple(flat), tuple(breaks), tuple(pages))
