"""Columns of numbers in a text that keeps places, where its headings do not stand over them (``pdftotext -layout``: a Chinese character is
as wide as a digit there, so that words move against numbers, on every page otherwise).

The numbers of a page stand in bands, each a column of the form, in order.  As many bands as columns tell them all; of fewer it is open
which columns print nothing: one choice for all rows of the page, made so that the fewest equations break.
What belongs here: that choice.  What may not: numbers without places (``text_layer_placement``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.tables.text_layer_cells import TextRow
from pipeline.tables.text_layer_placement import Equation, Slots, broken_equations, differing

_ROUNDS = 3
_MOST_CHOICES = 1000
#: No page has as many rows.
_MOST_ROWS = 400


@dataclass
class _Page:
    """The rows of one page by number, the bands of each row's numbers, and the columns that the bands may be."""

    rows: list[int]
    bands: dict[int, tuple[int, ...]]
    choices: list[tuple[int, ...]]
    chosen: tuple[int, ...]


def place_by_bands(rows: Sequence[TextRow], columns: int, equations: Sequence[Equation]) -> None:
    """Restrict every row's numbers to the columns of their bands; rows of a page without bands are left as they are."""
    pages = [page for own in _pages(rows) if (page := _page(rows, own, columns)) is not None]
    slots = [row.slots for row in rows]
    for page in pages:
        _put(slots, page, page.chosen)
    open_pages = [page for page in pages if len(page.choices) > 1]
    for _ in range(_ROUNDS if len(open_pages) > 1 else 1):
        for page in open_pages:
            _choose(slots, page, columns, equations)
    _leave_open(slots, open_pages, columns, equations)


def _pages(rows: Sequence[TextRow]) -> list[list[int]]:
    numbers = dict.fromkeys(row.place.page for row in rows)
    return [[i for i, row in enumerate(rows) if row.place.page == number and row.numbers] for number in numbers]


def _page(rows: Sequence[TextRow], own: list[int], columns: int) -> _Page | None:
    extents = sorted((t.x, t.x + len(t.text)) for i in own for t in rows[i].numbers)
    bands: list[list[int]] = []
    for x0, x1 in extents:
        if bands and x0 < bands[-1][1]:
            bands[-1][1] = max(bands[-1][1], x1)
        else:
            bands.append([x0, x1])
    found = {i: tuple(next(b for b, (x0, x1) in enumerate(bands) if x0 <= t.x < x1) for t in rows[i].numbers) for i in own}
    if not own or len(own) > _MOST_ROWS or len(bands) > columns or any(len(set(b)) < len(b) for b in found.values()):
        return None
    choices = list(combinations(range(columns), len(bands)))
    return _Page(own, found, choices, choices[0]) if len(choices) <= _MOST_CHOICES else None


def _put(slots: Sequence[Slots], page: _Page, chosen: tuple[int, ...]) -> None:
    page.chosen = chosen
    for i in page.rows:
        slots[i].allowed = (tuple(chosen[b] for b in page.bands[i]),)
        slots[i].possible = tuple(dict.fromkeys(tuple(choice[b] for b in page.bands[i]) for choice in page.choices))


def _choose(slots: Sequence[Slots], page: _Page, columns: int, equations: Sequence[Equation]) -> None:
    """The best choice for a page, by its rows, those above and below them, and those beside them."""
    near = _near(slots, page.rows)

    def cost(choice: tuple[int, ...]) -> int:
        _put(slots, page, choice)
        return broken_equations(slots, columns, equations, near)

    _put(slots, page, min(page.choices, key=cost))


def _near(slots: Sequence[Slots], rows: Sequence[int]) -> list[int]:
    own = set(rows)
    above = {slots[i].parent for i in own}
    return sorted(own | {i for i, s in enumerate(slots) if i in above or s.parent in own or (s.parent is not None and s.parent in above)})


def _leave_open(slots: Sequence[Slots], pages: Sequence[_Page], columns: int, equations: Sequence[Equation]) -> None:
    """Say of which columns nothing decides: another choice, for a page or for all pages alike, breaks no more than the one made."""
    for together in [[page] for page in pages] + ([list(pages)] if len(pages) > 1 else []):
        near = _near(slots, [i for page in together for i in page.rows])
        made = [page.chosen for page in together]
        least = broken_equations(slots, columns, equations, near, deciding=True)
        others: dict[int, set[tuple[int, ...]]] = {}
        for choice in together[0].choices:
            moved = [page for page in together if choice in page.choices and choice != page.chosen]
            for page in moved:
                _put(slots, page, choice)
            if moved and broken_equations(slots, columns, equations, near, deciding=True) <= least:
                for i in (i for page in moved for i in page.rows):
                    others.setdefault(i, set()).update(slots[i].allowed)
            for page, chosen in zip(together, made, strict=True):
                _put(slots, page, chosen)
        for i, found in others.items():
            slots[i].undecided |= differing(slots[i], [slots[i].allowed[0], *found], columns)
