"""Which columns a row's numbers stand in, when the text kept the numbers and lost the blank cells.

Blanks survive at best as spaces.  Where the spaces account for every column, they decide alone.  Else a row with fewer
numbers than columns has several order-preserving placements; among them choose the form's own equations (a total = its parts in
a row, a row = the rows below it in a column), then what other forms print of the same, then the spaces.  The choice is made for all
rows together: the assignment that breaks the fewest equations, by dynamic programming over the tree of rows.  Where another
assignment breaks as few, or the sums around a row do not hold, nothing has been decided: the row's columns stay open.
What belongs here: the choice.  What may not: tokens and labels (``text_layer_rows``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations
from math import comb

from pipeline.model.numbers import parse_number
from pipeline.tables.text_layer_blanks import blanks_from_spaces, placements_left

#: More placements than this are not searched; the spaces decide alone.
_MAX_PLACEMENTS = 1000
#: No form has as many rows as this; of what has, the spaces decide alone too.
_MAX_ROWS = 2000
#: So few placements are all kept, also those in which the row does not add up.
_FEW = 64
#: What a broken equation costs, above all that is less.
_BROKEN = 100_000
#: Sums of children that are followed at once in one family, and in a family of thousands.
_BREADTH, _BREADTH_IN_ALL = 1_500, 60_000
#: So many choices are asked for that are as good as the best.
_MOST_OTHERS = 12
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

    ``wanted``: what other forms print for a column of this row; ``likely``: what they let expect there, which decides nothing.
    ``open``: the columns in which the placements that are possible differ; ``undecided``: those in which equations decide nothing.
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
    undecided: frozenset[int] = frozenset()
    wanted: Mapping[int, Decimal] = field(default_factory=dict)
    likely: Mapping[int, Decimal] = field(default_factory=dict)
    allowed: tuple[tuple[int, ...], ...] = ()
    possible: tuple[tuple[int, ...], ...] = ()
    values: list[Decimal] = field(init=False)

    def __post_init__(self) -> None:
        self.values = [n.value if (n := parse_number(t)) is not None else Decimal(0) for t in self.numbers]


Vector = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Weights:
    """What a number that another form prints elsewhere costs, one that stands where it was not expected, one column's distance from
    where spaces say, and a hundredth of a sum's difference."""

    elsewhere: int
    unlikely: int
    apart: int
    off: int


#: To choose, and to ask whether another choice is as good.
_CHOOSING, _DECIDING = _Weights(1_000, 1_000, 1, 10), _Weights(_BROKEN, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One placement of a row: its columns, its values by column, and what is against it by itself."""

    columns: tuple[int, ...]
    vector: Vector
    broken: int = 0
    elsewhere: int = 0
    unlikely: int = 0
    apart: int = 0

    def cost(self, weights: _Weights) -> int:
        return _BROKEN * self.broken + weights.elsewhere * self.elsewhere + weights.unlikely * self.unlikely + weights.apart * self.apart


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A chain of choices, the last first: the row, the candidate's number, and what was chosen before."""

    row: int
    candidate: int
    before: _Chosen | None


def _off(sums: Vector, vector: Vector) -> int:
    """By how many hundredths sums differ from what stands above, each column up to what is rounding: of small amounts the exact are right."""
    hundredth = _SCALE // 100
    return sum(min(abs(a - b) // hundredth, 6) for a, b in zip(sums, vector, strict=True))


class Placement:
    """All rows of one table, their columns and equations; :meth:`choose` decides every row's columns in place."""

    def __init__(self, rows: Sequence[Slots], columns: int, equations: Sequence[Equation] = (), parents: Sequence[int | None] | None = None) -> None:
        self._rows, self._columns, self._equations = rows, columns, equations
        self._parents = [row.parent for row in rows] if parents is None else parents
        self._children: dict[int, list[int]] = {}
        for i, parent in enumerate(self._parents):
            if parent is not None:
                self._children.setdefault(parent, []).append(i)
        self._weights = _CHOOSING
        self._candidates = [self._of_row(row) for row in rows]
        self._costs: dict[tuple[int, int], int] = {}
        self._below: dict[tuple[int, int], _Chosen | None] = {}
        #: Of each row the candidate that was taken, and what another is rewarded with for being no such.
        self._taken = [0] * len(rows)
        self._shown: list[set[int]] = [set() for _ in rows]

    def cost(self, deciding: bool = False) -> int:
        """What the best choice costs: broken equations above all, and nothing else where it is asked what they decide."""
        self._weights = _DECIDING if deciding else _CHOOSING
        for i in reversed(self._upwards()):
            self._weigh(i)
        return sum(min(self._costs[i, c] for c in range(len(self._candidates[i]))) for i in self._roots())

    def choose(self) -> None:
        """Sets ``chosen``, ``certain`` and ``undecided`` of every row."""
        for row, candidates in zip(self._rows, self._candidates, strict=True):
            row.chosen = candidates[0].columns
        if all(row.certain for row in self._rows):
            return
        if len(self._rows) > _MAX_ROWS:
            for row in self._rows:
                row.undecided = row.open
            return
        self._solve()
        chosen = list(self._taken)
        self._find_others()
        for i, (row, number) in enumerate(zip(self._rows, chosen, strict=True)):
            row.chosen = self._candidates[i][number].columns
            row.undecided |= differing(row, [self._candidates[i][n].columns for n in self._shown[i]], self._columns)
        self._find_broken(chosen)

    def _solve(self) -> None:
        for i in reversed(self._upwards()):
            self._weigh(i)
        for i in self._roots():
            self._take(i, min(range(len(self._candidates[i])), key=lambda c: (self._costs[i, c], c)))

    def _find_others(self) -> None:
        """Every candidate that some choice takes which breaks no more than the best: each round prefers what none has taken yet."""
        self._weights = _DECIDING
        for _ in range(_MOST_OTHERS):
            before = [len(shown) for shown in self._shown]
            for shown, taken in zip(self._shown, self._taken, strict=True):
                shown.add(taken)
            if before == [len(shown) for shown in self._shown]:
                return
            self._solve()

    def _find_broken(self, chosen: Sequence[int]) -> None:
        """Nothing is decided by sums that do not hold: of a row itself, or of a column above or below it; unless those that hold leave no choice."""
        vectors = [self._candidates[i][number].vector for i, number in enumerate(chosen)]
        for i, (row, number) in enumerate(zip(self._rows, chosen, strict=True)):
            if self._candidates[i][number].broken:
                row.undecided |= row.open
        for parent, children in self._children.items():
            bound = self._bound(parent)
            sums = [sum(vectors[i][c] for i in children) for c in range(self._columns)]
            broken = {c for c in range(self._columns) if abs(sums[c] - vectors[parent][c]) > bound}
            silent = broken | {c for c in range(self._columns) if not sums[c] and not vectors[parent][c]}  # what is empty holds nothing together
            for i in (parent, *children) if broken else ():
                self._rows[i].undecided |= self._rows[i].open & self._left_open(i, vectors[i], silent)

    def _left_open(self, i: int, vector: Vector, silent: Set[int]) -> frozenset[int]:
        """The columns in which a row may differ when those whose sums tell something stand as they were chosen."""
        alike = (c.vector for c in self._candidates[i] if all(c.vector[n] == v for n, v in enumerate(vector) if n not in silent))
        return frozenset(n for other in alike for n, v in enumerate(vector) if other[n] != v)

    def _roots(self) -> list[int]:
        return [i for i, parent in enumerate(self._parents) if parent is None]

    def _upwards(self) -> list[int]:
        """The rows, each before those that hang below it."""
        order = self._roots()
        for i in order:
            order.extend(self._children.get(i, ()))
        return order

    def _take(self, i: int, candidate: int) -> None:
        self._taken[i] = candidate
        chain = self._below[i, candidate]
        while chain is not None:
            self._take(chain.row, chain.candidate)
            chain = chain.before

    def _weigh(self, i: int) -> None:
        """The least cost of every placement of a row with all that hangs below it."""
        states = sorted(self._sums_below(i).items(), key=lambda state: state[1][0])
        bound = self._bound(i)
        for number, candidate in enumerate(self._candidates[i]):
            own = candidate.cost(self._weights) + (number in self._shown[i])
            best: int | None = None if states else 0
            below: _Chosen | None = None
            for sums, (cost, chain) in states:
                if best is not None and cost >= best:
                    break  # nothing that costs as much before the sums are compared is better
                cost += self._apart(sums, candidate.vector, bound)
                if best is None or cost < best:
                    best, below = cost, chain
            self._costs[i, number], self._below[i, number] = own + (best or 0), below

    def _apart(self, sums: Vector, vector: Vector, bound: int) -> int:
        """What it costs by how much, and in how many columns beyond rounding, sums differ from what stands above them."""
        broken = sum(abs(a - b) > bound for a, b in zip(sums, vector, strict=True))
        return _BROKEN * broken + (self._weights.off * _off(sums, vector) if self._weights.off else 0)

    def _bound(self, i: int) -> int:
        """Up to what the rows below a row may differ from it by rounding."""
        return int((ROUNDING + Decimal("0.01") * len(self._children.get(i, ()))) * _SCALE)

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

    def _promising(self, states: Mapping[Vector, tuple[int, _Chosen | None]], parent: int, breadth: int) -> dict[Vector, tuple[int, _Chosen | None]]:
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
        if not every and comb(self._columns, k) > _MAX_PLACEMENTS:
            every, row.undecided = [hinted or tuple(range(k))], frozenset(range(self._columns))
        every = every or self._in_order(k)
        found = [self._candidate(row, c, hinted or every[0], 2 if hinted else 1) for c in every]
        row.open = differing(row, every, self._columns)
        holding = [c for c in found if not c.broken]
        # a wrong figure's row does not add up where it is printed: with few placements all are kept, and the columns have a say
        kept = found if len(found) <= _FEW or not holding else holding
        return self._likelier_first(kept)

    def _likelier_first(self, found: Iterable[_Candidate]) -> list[_Candidate]:
        return sorted(found, key=lambda c: (c.cost(_CHOOSING), c.columns))

    def _of_places(self, row: Slots) -> list[_Candidate]:
        """The placements that the numbers' places on their lines allow."""
        row.open = differing(row, row.possible, self._columns)
        row.certain = len(row.possible) == 1
        return self._likelier_first(self._candidate(row, c, None, 1) for c in row.allowed)

    def _in_order(self, numbers: int) -> list[tuple[int, ...]]:
        """Every placement that keeps the order, without those that print a part and not its whole."""
        every = list(combinations(range(self._columns), numbers))
        sums = [(e.whole, e.right) for e in self._equations if e.whole is not None]
        whole = [c for c in every if all(w in c or not any(p in c for p in parts) for w, parts in sums)]
        return whole or every

    def _candidate(self, row: Slots, columns: tuple[int, ...], near: tuple[int, ...] | None, weight: int) -> _Candidate:
        vector = [Decimal(0)] * self._columns
        for c, v in zip(columns, row.values, strict=False):
            vector[c] = v
        amounts = tuple(int(v * _SCALE) for v in vector)
        if len(row.numbers) >= self._columns:
            return _Candidate(columns, amounts)
        sums = [sum((vector[c] for c in e.left), Decimal(0)) - sum((vector[c] for c in e.right), Decimal(0)) for e in self._equations]
        broken = sum(abs(difference) > ROUNDING for difference in sums)
        elsewhere, unlikely = (sum(abs(vector[c] - v) > _EXACT for c, v in said.items()) for said in (row.wanted, row.likely))
        apart = sum(abs(a - b) for a, b in zip(columns, near or columns, strict=True)) * weight
        return _Candidate(columns, amounts, broken, elsewhere, unlikely, apart)


def differing(row: Slots, placements: Iterable[tuple[int, ...]], columns: int) -> frozenset[int]:
    """The columns in which placements put different amounts of a row."""
    found = [dict(zip(p, row.values, strict=False)) for p in placements]
    return frozenset(c for c in range(columns) if len({f.get(c, Decimal(0)) for f in found}) > 1)


def broken_equations(rows: Sequence[Slots], columns: int, equations: Sequence[Equation], some: Sequence[int], deciding: bool = False) -> int:
    """What some of the rows cost as they are allowed to stand: broken equations above all, sums over rows within them."""
    at = {i: n for n, i in enumerate(some)}
    parents = [at.get(parent) if (parent := rows[i].parent) is not None else None for i in some]
    return Placement([rows[i] for i in some], columns, equations, parents).cost(deciding)
