"""Which columns a row's numbers stand in, when the text kept the numbers and lost the blank cells.

Blanks survive at best as spaces.  Where the spaces account for every column, they decide alone.  Else a row with fewer
numbers than columns has several order-preserving placements; among them choose the form's own equations (a total = its parts in
a row, a row = the rows below it in a column), then what other forms print of the same, then the spaces.  The choice is made for all
rows together: the assignment that breaks the fewest equations, by dynamic programming over the tree of rows.
What belongs here: the choice.  What may not: tokens and labels (``text_layer_rows``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from pipeline.model.numbers import parse_number

#: More placements than this are not searched; the spaces decide alone.
_MAX_PLACEMENTS = 1000
#: No form has as many rows as this; of what has, the spaces decide alone too.
_MAX_ROWS = 2000
#: So few placements are all kept, also those in which the row does not add up.
_FEW = 64
#: What a broken equation, and a number that another form prints elsewhere, cost beside one column's distance from where spaces say.
_BROKEN, _ELSEWHERE = 100_000, 1_000
#: Sums of children that are followed at once in one family, and in a family of thousands.
_BREADTH, _BREADTH_IN_ALL = 1_500, 60_000
_SCALE = 10**6
#: Differences up to this are rounding, in the form's own unit.
ROUNDING = Decimal("0.06")
_EXACT = Decimal("0.015")


@dataclass(frozen=True, slots=True)
class Equation:
    """What holds in a row: the columns on the left add up to those on the right."""

    left: tuple[int, ...]
    right: tuple[int, ...]

    @property
    def whole(self) -> int | None:
        """The column that is the sum of the others, where there is one."""
        return self.left[0] if len(self.left) == 1 else None


@dataclass
class Slots:
    """One row to be placed: its number texts in order, the text between and after them, where it hangs in the tree,
    how many blanks stand before the first number (``None``: not known), and whether cells of the label may be among them.

    ``wanted``: what other forms print for a column of this row.  ``open``: the columns in which the placements that are possible differ.
    ``allowed``: the placements that are left where the numbers' places on their lines tell more, of those that are ``possible`` by them.
    """

    numbers: list[str]
    raw: str = ""
    parent: int | None = None
    lead: int | None = None
    wide_label: bool = False
    chosen: tuple[int, ...] = ()
    certain: bool = True
    open: frozenset[int] = frozenset()
    wanted: Mapping[int, Decimal] = field(default_factory=dict)
    allowed: tuple[tuple[int, ...], ...] = ()
    possible: tuple[tuple[int, ...], ...] = ()
    values: list[Decimal] = field(init=False)

    def __post_init__(self) -> None:
        self.values = [n.value if (n := parse_number(t)) is not None else Decimal(0) for t in self.numbers]


def blanks_from_spaces(raw: str, numbers: int, columns: int, lead: int | None = None) -> tuple[int, ...] | None:
    """Columns that the spaces before, between and after the numbers suggest, or ``None`` where they fit no regular spacing."""
    gaps = _gaps(raw, numbers)
    if gaps is None:
        return None
    trailing = len(raw) - len(raw.rstrip(" \t\xa0"))
    for step in (1, 2):  # a blank cell leaves one space, or a padded pair
        for position in _positions(gaps, step, lead):
            left = columns - 1 - position[-1]
            if left >= 0 and (trailing == 0 or trailing in (left * step, left * step + 1, left * step + step, left * step - 1)):
                return position
    return None


def _gaps(raw: str, numbers: int) -> list[int] | None:
    gaps = [len(g) for g in re.findall(r"(?<=[\d.\-—%元①-⑳)])[ \t\xa0]+(?=[-\d—(△▲+])", raw)]
    return gaps if numbers and len(gaps) == numbers - 1 else None


def _positions(gaps: Sequence[int], step: int, lead: int | None, wide_label: bool = False) -> list[tuple[int, ...]]:
    """Columns of the numbers where every blank cell between them leaves ``step`` spaces; the likelier start first.

    ``wide_label``: blank cells before the first number may be cells of the label, as beside a total that stands under 类.
    """
    blanks = [divmod(gap - step, step) for gap in gaps]
    if any(rest or n < 0 for n, rest in blanks):
        return []
    starts = [0]
    if lead is not None and lead > step and (lead - step) % step == 0:
        first = (lead - step) // step
        starts = list(range(first, -1, -1)) if wide_label else [first, 0]
    return [tuple(start + i + sum(n for n, _ in blanks[:i]) for i in range(len(gaps) + 1)) for start in starts]


def placements_left(
    raw: str, numbers: int, columns: int, lead: int | None, wide_label: bool = False
) -> list[tuple[int, ...]]:
    """The placements that spaces leave possible in a line that keeps a space or two for every cell, up to its last column.

    None where the line does not: it ends at its last number (blanks behind it may be lost), or no spacing accounts for all columns.
    """
    gaps = _gaps(raw, numbers)
    trailing = len(raw) - len(raw.rstrip(" \t\xa0"))
    if gaps is None or not trailing:
        return []
    found: dict[tuple[int, ...], None] = {}
    for step in (1, 2):
        for position in _positions(gaps, step, lead, wide_label):
            left = columns - 1 - position[-1]
            # its own space or two stand behind the last number, and one or two for every blank cell; padding may differ from the gaps'
            if left >= 0 and any(trailing - left * each in (1, 2) for each in (1, 2)):
                found[position] = None
    return list(found)


Vector = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One placement of a row: its columns, its values by column, and what it costs by itself."""

    columns: tuple[int, ...]
    vector: Vector
    cost: int


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A chain of choices, the last first: the row, the candidate's number, and what was chosen before."""

    row: int
    candidate: int
    before: _Chosen | None


def _off(sums: Vector, vector: Vector) -> int:
    """By how many hundredths sums differ from what stands above, each column up to what is rounding: of small amounts the exact are right."""
    hundredth = _SCALE // 100
    return 10 * sum(min(abs(a - b) // hundredth, 6) for a, b in zip(sums, vector, strict=True))


class Placement:
    """All rows of one table, their columns and equations; :meth:`choose` decides every row's columns in place."""

    def __init__(
        self, rows: Sequence[Slots], columns: int, equations: Sequence[Equation] = (), parents: Sequence[int | None] | None = None
    ) -> None:
        self._rows, self._columns, self._equations = rows, columns, equations
        self._parents = [row.parent for row in rows] if parents is None else parents
        self._children: dict[int, list[int]] = {}
        for i, parent in enumerate(self._parents):
            if parent is not None:
                self._children.setdefault(parent, []).append(i)
        self._candidates = [self._of_row(row) for row in rows]
        self._costs: dict[tuple[int, int], int] = {}
        self._below: dict[tuple[int, int], _Chosen | None] = {}

    def cost(self) -> int:
        """What the best choice costs: broken equations above all."""
        for i in reversed(self._upwards()):
            self._weigh(i)
        return sum(min(self._costs[i, c] for c in range(len(self._candidates[i]))) for i in self._roots())

    def choose(self) -> None:
        """Sets ``chosen`` and ``certain`` of every row."""
        for row, candidates in zip(self._rows, self._candidates, strict=True):
            row.chosen = candidates[0].columns
        if all(row.certain for row in self._rows) or len(self._rows) > _MAX_ROWS:
            return
        for i in reversed(self._upwards()):
            self._weigh(i)
        for i in self._roots():
            self._take(i, min(range(len(self._candidates[i])), key=lambda c: (self._costs[i, c], c)))

    def _roots(self) -> list[int]:
        return [i for i, parent in enumerate(self._parents) if parent is None]

    def _upwards(self) -> list[int]:
        """The rows, each before those that hang below it."""
        order = self._roots()
        for i in order:
            order.extend(self._children.get(i, ()))
        return order

    def _take(self, i: int, candidate: int) -> None:
        self._rows[i].chosen = self._candidates[i][candidate].columns
        chain = self._below[i, candidate]
        while chain is not None:
            self._take(chain.row, chain.candidate)
            chain = chain.before

    def _weigh(self, i: int) -> None:
        """The least cost of every placement of a row with all that hangs below it."""
        candidates = self._candidates[i]
        states = self._sums_below(i)
        bound = int((ROUNDING + Decimal("0.01") * len(self._children.get(i, ()))) * _SCALE)
        for number, candidate in enumerate(candidates):
            if not states:
                self._costs[i, number], self._below[i, number] = candidate.cost, None
                continue

            def broken(sums: Vector, vector: Vector = candidate.vector) -> int:
                return sum(abs(a - b) > bound for a, b in zip(sums, vector, strict=True))

            cost, chain = min(
                ((cost + _BROKEN * broken(sums) + _off(sums, candidate.vector), chain) for sums, (cost, chain) in states.items()),
                key=lambda found: found[0],
            )
            self._costs[i, number], self._below[i, number] = candidate.cost + cost, chain

    def _sums_below(self, i: int) -> dict[Vector, tuple[int, _Chosen | None]]:
        """Every sum that the rows below can have, with the least that it costs; of too many the most promising."""
        children = self._children.get(i, [])
        states: dict[Vector, tuple[int, _Chosen | None]] = {(0,) * self._columns: (0, None)} if children else {}
        breadth = max(20, min(_BREADTH, _BREADTH_IN_ALL // max(1, len(children))))
        for child in children:
            following: dict[Vector, tuple[int, _Chosen | None]] = {}
            for sums, (cost, chain) in states.items():
                for number, candidate in enumerate(self._candidates[child]):
                    total = tuple(a + b for a, b in zip(sums, candidate.vector, strict=True))
                    own = cost + self._costs[child, number]
                    if total not in following or own < following[total][0]:
                        following[total] = (own, _Chosen(child, number, chain))
            states = self._promising(following, i, breadth) if len(following) > breadth else following
        return states

    def _promising(
        self, states: Mapping[Vector, tuple[int, _Chosen | None]], parent: int, breadth: int
    ) -> dict[Vector, tuple[int, _Chosen | None]]:
        """The states of least cost, a column counted as broken that has more than the row above in every placement of it."""
        vectors = [c.vector for c in self._candidates[parent][:8]]
        most = [max(v[c] for v in vectors) for c in range(self._columns)]
        slack = int(Decimal("0.2") * _SCALE)

        def promise(item: tuple[Vector, tuple[int, _Chosen | None]]) -> int:
            over = sum(total > limit + slack for total, limit in zip(item[0], most, strict=True))
            return item[1][0] + _BROKEN * over

        return dict(sorted(states.items(), key=promise)[:breadth])

    def _of_row(self, row: Slots) -> list[_Candidate]:
        """The placements that the line's layout leaves possible, likelier first.

        A layout that leaves one possible is not overridden by any equation: a wrong figure would be repaired by being moved.
        """
        k = len(row.numbers)
        row.open = frozenset()
        if k >= self._columns:
            row.certain = True
            return [self._candidate(row, tuple(range(self._columns)), None, 1)]
        if row.allowed:
            return self._of_places(row)
        hinted = blanks_from_spaces(row.raw, k, self._columns, row.lead)
        every = placements_left(row.raw, k, self._columns, row.lead, row.wide_label)
        row.certain = k == 0 or len(every) == 1
        if not every:
            every = self._in_order(k, hinted)
        found = [self._candidate(row, c, hinted or every[0], 2 if hinted else 1) for c in every]
        row.open = frozenset(c for c in range(self._columns) if len({f.vector[c] for f in found}) > 1)
        holding = [c for c in found if c.cost < _BROKEN]
        # a wrong figure's row does not add up where it is printed: with few placements all are kept, and the columns have a say
        kept = found if len(found) <= _FEW or not holding else holding
        return sorted(kept, key=lambda c: (c.cost, c.columns))

    def _of_places(self, row: Slots) -> list[_Candidate]:
        """The placements that the numbers' places on their lines allow."""
        possible = [self._candidate(row, c, None, 1) for c in row.possible]
        row.open = frozenset(c for c in range(self._columns) if len({p.vector[c] for p in possible}) > 1)
        row.certain = len(possible) == 1
        return sorted((self._candidate(row, c, None, 1) for c in row.allowed), key=lambda c: (c.cost, c.columns))

    def _in_order(self, numbers: int, hinted: tuple[int, ...] | None) -> list[tuple[int, ...]]:
        """Every placement that keeps the order, without those that print a part and not its whole."""
        every = list(combinations(range(self._columns), numbers))
        if len(every) > _MAX_PLACEMENTS:
            return [hinted or tuple(range(numbers))]
        sums = [(e.whole, e.right) for e in self._equations if e.whole is not None]
        whole = [c for c in every if all(w in c or not any(p in c for p in parts) for w, parts in sums)]
        return whole or every

    def _candidate(self, row: Slots, columns: tuple[int, ...], near: tuple[int, ...] | None, weight: int) -> _Candidate:
        vector = [Decimal(0)] * self._columns
        for c, v in zip(columns, row.values, strict=False):
            vector[c] = v
        sums = [sum((vector[c] for c in e.left), Decimal(0)) - sum((vector[c] for c in e.right), Decimal(0)) for e in self._equations]
        broken = sum(abs(difference) > ROUNDING for difference in sums)
        elsewhere = sum(abs(vector[c] - value) > _EXACT for c, value in row.wanted.items())
        apart = sum(abs(a - b) for a, b in zip(columns, near or columns, strict=True)) * weight
        return _Candidate(
            columns,
            tuple(int(v * _SCALE) for v in vector),
            (_BROKEN * broken + _ELSEWHERE * elsewhere + apart) if len(row.numbers) < self._columns else 0,
        )


def broken_equations(rows: Sequence[Slots], columns: int, equations: Sequence[Equation], some: Sequence[int]) -> int:
    """What some of the rows cost as they are allowed to stand: broken equations above all, sums over rows within them."""
    at = {i: n for n, i in enumerate(some)}
    parents = [at.get(parent) if (parent := rows[i].parent) is not None else None for i in some]
    return Placement([rows[i] for i in some], columns, equations, parents).cost()
