"""The whole system at once, by HiGHS: can one set of true values satisfy everything, and which fewest figures must change.

The programme is over changes (``true − printed``), not over amounts, and counts in the half-width of most figures, so that numbers stay
small; tolerances are 1e-9, and every answer is rounded to integers and checked again exactly.  Where there is no solution, the dual ray names
figures of which one must change, again proved in integers; the fewest figures that meet all such sets (``cover``) are the next to be tried.

What belongs here: the linear programme, and the search for the smallest explanations.  What may not: anything that decides by floating numbers
alone where integers can decide.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import highspy
import numpy as np

from pipeline.reconciliation.cover import WORK_LIMIT, Cover, Work, solver
from pipeline.reconciliation.search import Explanation
from pipeline.reconciliation.system import Bound, System, meet

_CONFLICTS = 80  # sets that a greedy repair is asked for before the search starts


_FREE: tuple[Bound, Bound] = (None, None)
#: A system of curves alone has no lines to be solved.
_SOLVED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty)


@dataclass(frozen=True, slots=True)
class Optimum:
    """The smallest explanations that integer programming found; ``complete`` where it proved that there are no
    others, ``proved`` where it proved that none is smaller; none has fewer figures than ``least``."""

    sets: tuple[Explanation, ...]
    complete: bool
    note: str = ""
    proved: bool = True
    least: int = 0


@dataclass(frozen=True, slots=True)
class Conflict:
    """Every explanation that holds all of ``chosen`` holds one of ``figures``."""

    figures: frozenset[int]
    chosen: frozenset[int] = frozenset()


class Programme:
    """The linear programme of one system, kept warm between questions.

    Not for use from several threads.  ``uncertified`` counts answers whose rounding did not satisfy the rows exactly
    (fractional corner points), so that floating numbers alone vouch for them.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self.uncertified = 0
        self._columns = sorted({c for line in system.lines for c in line.terms})
        self._position = {c: i for i, c in enumerate(self._columns)}
        starts, places, values = [0], [], []
        for line in system.lines:
            for c, a in sorted(line.terms.items()):
                places.append(self._position[c])
                values.append(a)
            starts.append(len(places))
        self._starts = np.array(starts, dtype=np.int32)
        self._places = np.array(places, dtype=np.int32)
        self._values = np.array(values, dtype=np.int64)
        self._low = np.array([-np.inf if line.low is None else line.low for line in system.lines], dtype=np.float64)
        self._high = np.array([np.inf if line.high is None else line.high for line in system.lines], dtype=np.float64)
        self._half = np.array([system.half[c] for c in self._columns], dtype=np.float64)
        self._grain = float(system.grain)
        self._highs = solver()
        self._highs.setOptionValue("presolve", "off")  # warm starts, and a dual ray where there is no solution
        self._highs.passModel(self._linear())
        self._freed: list[int] = []
        self._chosen: frozenset[int] = frozenset()
        self._limits: dict[int, tuple[Bound, Bound]] = {}
        self._proofs: list[tuple[frozenset[int], frozenset[int]]] = []  # figures of which one must change, and the rows that prove it
        self._silenced: frozenset[int] = frozenset()

    def _linear(self) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self._columns), len(self.system.lines)
        lp.col_cost_ = np.zeros(lp.num_col_)
        lp.col_lower_, lp.col_upper_ = -self._half / self._grain, self._half / self._grain
        lp.row_lower_, lp.row_upper_ = self._low / self._grain, self._high / self._grain
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = self._starts, self._places
        lp.a_matrix_.value_ = self._values.astype(np.float64)
        return lp

    # -- linear ------------------------------------------------------------------------------------------------

    def _free(self, chosen: Iterable[int], silent: frozenset[int]) -> bool:
        """Let the chosen figures change and the silent rows hold whatever; ``False`` where a curve already forbids it."""
        everyone = frozenset(chosen)  # a figure that stands in curves alone is no column here, and yet frees them
        self._chosen, self._limits = everyone, curve_bounds(self.system, everyone, silent)
        for r in sorted(self._silenced ^ silent):
            if r < len(self.system.lines):
                low, high = (-np.inf, np.inf) if r in silent else (self._low[r] / self._grain, self._high[r] / self._grain)
                self._highs.changeRowBounds(r, low, high)
        self._silenced = silent
        if any(_empty(limits) for limits in self._limits.values()):
            return False
        freed = sorted(c for c in everyone if c in self._position)
        kept = [self._position[c] for c in self._freed if c not in everyone]
        ends = [self._limits.get(c, _FREE) for c in freed]
        places = np.array([*kept, *(self._position[c] for c in freed)], dtype=np.int32)
        half = self._half[kept]
        below = np.concatenate((-half, [-np.inf if low is None else float(low) for low, _ in ends])) / self._grain
        above = np.concatenate((half, [np.inf if high is None else float(high) for _, high in ends])) / self._grain
        self._highs.changeColsBounds(len(places), places, below, above)
        self._freed = freed
        return True

    def _bound(self, column: int, limits: tuple[Bound, Bound]) -> None:
        below = -np.inf if limits[0] is None else float(limits[0]) / self._grain
        above = np.inf if limits[1] is None else float(limits[1]) / self._grain
        self._highs.changeColBounds(self._position[column], below, above)

    def feasible(self, chosen: Iterable[int], silent: frozenset[int] = frozenset()) -> bool:
        """Whether one set of true values satisfies all lines but the ``silent`` ones when the chosen figures may change."""
        if not self._free(chosen, silent):
            return False
        self._highs.run()
        if self._highs.getModelStatus() not in _SOLVED:
            return False
        if not self._certified(np.asarray(self._highs.getSolution().col_value)):
            self.uncertified += 1
        return True

    def _certified(self, solution: np.ndarray) -> bool:
        """Whether the solution, rounded to integers, satisfies every row and bound exactly."""
        whole = np.rint(solution * self._grain)
        if whole.size and np.abs(whole).max() > 2**52:
            return False
        whole = whole.astype(np.int64)
        kept = np.ones(len(self._columns), dtype=bool)
        kept[[self._position[c] for c in self._freed]] = False
        if (np.abs(whole[kept]) > self._half[kept]).any():
            return False
        sums = np.add.reduceat(self._values * whole[self._places], self._starts[:-1]) if len(self._places) else np.zeros(0)
        holds = (sums >= self._low) & (sums <= self._high)
        holds[[r for r in self._silenced if r < len(holds)]] = True
        return bool(holds.all())

    def spread(
        self,
        chosen: Sequence[int],
        column: int,
        fixed: dict[int, tuple[Bound, Bound]],
        silent: frozenset[int] = frozenset(),
    ) -> tuple[Bound, Bound] | None:
        """The least and largest change of one chosen figure over all true values; ``None`` where there are none.

        ``fixed`` narrows other chosen figures (values already settled on).
        """
        if not self._free(chosen, silent):
            return None
        for c, limits in fixed.items():
            if c in self._position:
                self._bound(c, meet(limits, self._limits.get(c, _FREE)) or limits)
        if column not in self._position:
            return self._limits.get(column, _FREE)
        place = self._position[column]
        ends: list[Bound] = []
        for cost in (1.0, -1.0):
            self._highs.changeColCost(place, cost)
            self._highs.run()
            status = self._highs.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                ends.append(_exact(cost * self._highs.getInfo().objective_function_value * self._grain))
            elif status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
                ends.append(None)
            else:
                self._highs.changeColCost(place, 0.0)
                return None
        self._highs.changeColCost(place, 0.0)
        return ends[0], ends[1]

    def conflict(self) -> Conflict | None:
        """After an infeasible question: why no explanation chooses just so, proved in integers; ``None`` without a proof.

        The dual ray of the infeasible programme, made integral, is a combination of rows that no values within the bounds satisfy.
        """
        empty = next((c for c, limits in self._limits.items() if _empty(limits)), None)
        if empty is not None:  # while it alone is chosen in its curves
            return Conflict(self._freeing(empty)[0], frozenset((empty,)))
        found = self._highs.getDualRay()  # type: ignore[attr-defined]
        if len(found) < 3 or not found[1]:
            return None
        ray = np.asarray(found[2])
        used = np.nonzero(np.abs(ray) > 1e-9)[0]
        if not len(used):
            return None
        scaled = ray[used] / np.abs(ray[used]).min()
        weights = np.rint(scaled)
        if np.abs(scaled - weights).max() > 1e-6 or np.abs(weights).max() > 1000:
            return None
        return self._proved({int(r): int(w) for r, w in zip(used, weights, strict=True)})

    def _proved(self, weights: dict[int, int]) -> Conflict | None:
        """The conflict of a combination of rows: without the figures that were chosen where it needs none of what is asked of these."""
        if set(weights) & self._silenced:
            return None
        held, low, high = self._combined(weights)
        kept = {c: (-self.system.half[c], self.system.half[c]) for c in held}
        asked = {c: self._limits.get(c, _FREE) if c in self._chosen else kept[c] for c in held}
        wider = {c: _hull(limits, kept[c]) for c, limits in asked.items()}
        freeing = [self._freeing(c) for c in held if c in self._chosen]
        figures = (frozenset(held) - self._chosen).union(*(others for others, _ in freeing))
        for limits, needs in ((wider, frozenset[int]()), (asked, self._chosen & frozenset(held))):
            least, most = _span(held, limits)
            if (low is not None and most is not None and low > most) or (high is not None and least is not None and high < least):
                if not needs:
                    self._proofs.append((figures, frozenset(weights).union(*(curves for _, curves in freeing))))
                return Conflict(figures, needs)
        return None

    def _combined(self, weights: Mapping[int, int]) -> tuple[dict[int, int], Bound, Bound]:
        """The coefficients and the limits of a combination of rows."""
        total: Counter[int] = Counter()
        low: Bound = 0
        high: Bound = 0
        for row, w in weights.items():
            line = self.system.lines[row]
            for c, a in line.terms.items():
                total[c] += w * a
            below, above = (line.low, line.high) if w > 0 else (line.high, line.low)
            low = None if low is None or below is None else low + w * below
            high = None if high is None or above is None else high + w * above
        return {c: a for c, a in total.items() if a}, low, high

    def _freeing(self, column: int) -> tuple[frozenset[int], list[int]]:
        """The other figures of the curves in which a figure alone is chosen, for they would let it go further; and these curves."""
        first = len(self.system.lines)
        curves = [r for r in self.system.touching[column] if r >= first and r not in self._silenced]
        alone = [r for r in curves if self.system.columns[r] & self._chosen == {column}]
        return frozenset(c for r in alone for c in self.system.columns[r]) - {column}, alone

    def conflicts(self, violated: Sequence[int], fixed: Explanation, silent: frozenset[int]) -> list[frozenset[int]]:
        """Sets of figures of which every explanation holds one: the violated rows, and what a greedy repair runs into."""
        found = [self.system.columns[r] for r in violated]
        found += dict.fromkeys(figures for figures, rows in self._proofs if not rows & silent and not figures & fixed)
        for _ in range(_CONFLICTS):
            chosen = _hit(found)
            if self.feasible(chosen | fixed, silent):
                break
            more = self.conflict()
            if not more or more.chosen or not more.figures:  # no proof, or a contradiction that no figure can mend
                break
            found.append(more.figures)
        return found

    # -- the smallest explanations -------------------------------------------------------------------------------

    def smallest(
        self,
        violated: Sequence[int],
        most: int,
        work: Work,
        fixed: Explanation = frozenset(),
        silent: frozenset[int] = frozenset(),
        size: int | None = None,
        known: Sequence[Explanation] = (),
    ) -> Optimum:
        """The smallest sets of figures whose change satisfies everything, at most ``most`` of them.

        ``fixed`` figures are changed for free and ``silent`` rows ask nothing (both: another cause's business);
        ``size`` stops where the sets would grow beyond it; ``known`` sets are forbidden from the start.
        Where ``work`` runs out, a set that explains everything is given without what it does not need.
        """
        columns = [c for c in reachable(self.system, violated) if c not in fixed]
        cover = Cover(columns, self.conflicts(violated, fixed, silent))
        for s in known:
            cover.forbid(s)
        if size is not None:
            cover.at_most(size)
        found: list[Explanation] = []
        least = 0
        while len(found) < most:
            if work.done:
                return replace(self._unproved(found, frozenset(columns), violated, fixed, silent), least=least)
            chosen, note = cover.smallest(work)
            if chosen is None:
                return Optimum(tuple(found), not note, note, least=least)
            least = len(chosen)
            if not self._explains(chosen, violated, fixed, silent):
                # without a proof: another set of the same size has a figure that this one has not
                for why in list(self._why_not(chosen | fixed, silent)) or [Conflict(frozenset(columns) - chosen)]:
                    cover.require(why.figures, why.chosen - fixed)
                continue
            if not found and size is None:
                cover.at_most(len(chosen))
            found.append(chosen)
            cover.forbid(chosen)
        return Optimum(tuple(found), False, "more ties than listed", least=least)

    def _why_not(self, chosen: frozenset[int], silent: frozenset[int]) -> Iterator[Conflict]:
        """Why a set explains nothing: all conflicts that it and, once their figures are chosen as well, what it grows to run into."""
        while not self.feasible(chosen, silent):
            why = self.conflict()
            if why is None:
                return
            yield why
            if not why.figures:
                return
            chosen |= why.figures

    def _unproved(
        self, found: Sequence[Explanation], every: Explanation, violated: Sequence[int], fixed: Explanation, silent: frozenset[int]
    ) -> Optimum:
        """What is left when the work runs out: the sets found, or where there are none one that explains everything, if there is any."""
        if not found and self._explains(every, violated, fixed, silent):
            return Optimum((self._needed(every, violated, fixed, silent),), False, WORK_LIMIT, proved=False)
        return Optimum(tuple(found), False, WORK_LIMIT)

    def _explains(self, chosen: Explanation, violated: Sequence[int], fixed: Explanation, silent: frozenset[int]) -> bool:
        free = chosen | fixed
        return all(self.system.columns[r] & free for r in violated) and self.feasible(free, silent)

    def _needed(self, chosen: Explanation, violated: Sequence[int], fixed: Explanation, silent: frozenset[int]) -> Explanation:
        """The set without the figures that it explains everything without."""
        for column in sorted(chosen):
            fewer = chosen - {column}
            if self._explains(fewer, violated, fixed, silent):
                chosen = fewer
        return chosen


def _hull(one: tuple[Bound, Bound], other: tuple[Bound, Bound]) -> tuple[Bound, Bound]:
    """From the least to the greatest of two pairs of limits."""
    low = None if one[0] is None or other[0] is None else min(one[0], other[0])
    return low, None if one[1] is None or other[1] is None else max(one[1], other[1])


def _span(terms: Mapping[int, int], limits: Mapping[int, tuple[Bound, Bound]]) -> tuple[Bound, Bound]:
    """The least and the greatest value of a sum whose terms keep their limits."""
    least: Bound = 0
    most: Bound = 0
    for c, a in terms.items():
        low, high = limits[c] if a > 0 else limits[c][::-1]
        least = None if least is None or low is None else least + a * low
        most = None if most is None or high is None else most + a * high
    return least, most


def _empty(limits: tuple[Bound, Bound]) -> bool:
    return limits[0] is not None and limits[1] is not None and limits[0] > limits[1]


def curve_bounds(system: System, chosen: frozenset[int], silent: frozenset[int] = frozenset()) -> dict[int, tuple[Bound, Bound]]:
    """Limits of chosen figures: no amount of a form is below nothing, and what equations that are not linear ask of the only chosen
    figure in them."""
    bounds: dict[int, tuple[Bound, Bound]] = {c: (least, None) for c in chosen if (least := system.floors[c]) is not None}
    for column in chosen & system.curved.keys():
        for row in system.curved[column]:
            if row not in silent and len(system.columns[row] & chosen) == 1:
                limits = meet(bounds.get(column, (None, None)), system.limits(row, column))
                bounds[column] = limits if limits is not None else (1, 0)
    return bounds


def reachable(system: System, violated: Sequence[int]) -> list[int]:
    """Every figure that is tied to a violated row through any chain of rows."""
    parts = {system.parts[c] for r in violated for c in system.columns[r]}
    return [c for c, part in enumerate(system.parts) if part in parts]


def _hit(sets: Sequence[frozenset[int]]) -> Explanation:
    """Figures that meet every set: greedily the one in most sets, the least column of several."""
    left, chosen = list(sets), set()
    counts = Counter(itertools.chain.from_iterable(left))
    while left:
        most = max(counts.values())
        best = min(c for c, count in counts.items() if count == most)
        chosen.add(best)
        for c in itertools.chain.from_iterable(s for s in left if best in s):
            counts[c] -= 1
        left = [s for s in left if best not in s]
    return frozenset(chosen)


def _exact(number: float) -> Bound:
    """A corner's coordinate: an integer where it is one within the solver's tolerance."""
    whole = round(number)
    return whole if abs(number - whole) < 1e-6 * max(1.0, abs(number)) else Fraction(number).limit_denominator(1000)
