"""The mixed-integer programme of one cluster: the fewest figures whose change satisfies every row.

What belongs here: the model, its cuts, and the solver's settings.  What may not: what is asked of it and the exact check of its answers
(``programme``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import highspy
import numpy as np

from pipeline.reconciliation.search import Explanation
from pipeline.reconciliation.system import Bound, System, least_change

_TOLERANCE = 1e-9
#: What is said where the work that is allowed was not enough.
WORK_LIMIT = "work limit"
#: What a branch of the search costs in iterations, more rather than less: it turns what is left into a number of branches.
_ITERATIONS_A_NODE = 100


@dataclass
class Work:
    """Iterations of the simplex method that are left.  Counted and not timed, so that the load of the machine changes no result."""

    iterations: int

    def nodes(self) -> int:
        """Branches that the next programme may look at."""
        return max(1, self.iterations // _ITERATIONS_A_NODE)

    def spend(self, iterations: int) -> None:
        self.iterations -= max(iterations, _ITERATIONS_A_NODE)

    @property
    def done(self) -> bool:
        return self.iterations <= 0


class Milp:
    """Min Σ z with ``|change| <= half + M z``; cuts are added between solves."""

    def __init__(
        self,
        system: System,
        violated: Sequence[int],
        fixed: Explanation,
        silent: frozenset[int],
        conflicts: Sequence[frozenset[int]],
    ) -> None:
        self.system = system
        columns = _reachable(system, violated)
        self.columns = columns
        self.position = {c: i for i, c in enumerate(columns)}
        n = len(columns)
        rows = sorted({r for c in columns for r in system.touching[c] if r < len(system.lines)} - silent)
        grain = float(system.grain)
        residuals = sum(_excess(system, r) for r in violated)
        widest = max((system.lines[r].width for r in rows), default=1)
        big = (2 * residuals + 4 * widest + 10) / grain
        half = [system.half[c] / grain for c in columns]
        self.fixed = fixed
        lp = highspy.HighsLp()
        starts, places, values, low, high = [0], [], [], [], []
        for r in rows:
            line = system.lines[r]
            for c, a in sorted(line.terms.items()):
                places.append(self.position[c])
                values.append(float(a))
            starts.append(len(places))
            low.append(-np.inf if line.low is None else line.low / grain)
            high.append(np.inf if line.high is None else line.high / grain)
        for i in range(n):  # d − M z <= h and −d − M z <= h
            for sign in (1.0, -1.0):
                places += [i, n + i]
                values += [sign, -big]
                starts.append(len(places))
                low.append(-np.inf)
                high.append(half[i])
        for c, others, least, most in _alone(system, columns, silent):
            widest_change = half[self.position[c]] + big
            beside = [n + self.position[o] for o in others]
            for sign, limit in ((1.0, most), (-1.0, None if least is None else -least)):
                slack = widest_change - float(limit) / grain if limit is not None else 0.0
                if slack > 0:  # sign × d <= limit, unless c is kept or another figure of the curve changes too
                    places += [self.position[c], n + self.position[c], *beside]
                    values += [sign, slack, *([-slack] * len(beside))]
                    starts.append(len(places))
                    low.append(-np.inf)
                    high.append(widest_change)
        for conflict in conflicts:
            held = sorted(conflict)
            places += [n + self.position[c] for c in held]
            values += [1.0] * len(held)
            starts.append(len(places))
            low.append(1.0)
            high.append(np.inf)
        lp.num_col_, lp.num_row_ = 2 * n, len(low)
        free = [c in fixed for c in columns]
        lp.col_cost_ = np.array([0.0] * n + [0.0 if f else 1.0 for f in free])
        reach = [h + big for h in half]
        floors = [least_change(system, c) for c in columns]  # a kept figure may be less by its rounding
        least_reach = [-x if low is None else max(-x, min(-h, float(low) / grain)) for x, low, h in zip(reach, floors, half, strict=True)]
        lp.col_lower_ = np.array(least_reach + [1.0 if f else 0.0 for f in free])
        lp.col_upper_ = np.array(reach + [1.0] * n)
        lp.row_lower_, lp.row_upper_ = np.array(low), np.array(high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(places, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(values)
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kContinuous] * n + [kinds.kInteger] * n
        self.highs = solver()
        self.highs.passModel(lp)

    def solve(self, work: Work) -> tuple[Explanation | None, str]:
        """One optimum; ``None`` without a note: proved that there is none.  With a note: the work ran out, on the best set so far if any."""
        self.highs.setOptionValue("mip_max_nodes", work.nodes())
        self.highs.run()
        status, info = self.highs.getModelStatus(), self.highs.getInfo()
        work.spend(info.simplex_iteration_count)
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, ""
        note = ""
        if status == highspy.HighsModelStatus.kSolutionLimit:
            note = WORK_LIMIT
            if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
                return None, note
        elif status != highspy.HighsModelStatus.kOptimal:
            return None, f"solver: {status}"
        n = len(self.columns)
        solution = np.asarray(self.highs.getSolution().col_value)
        chosen = np.nonzero(solution[n:] > 0.5)[0]
        return frozenset(self.columns[i] for i in chosen) - self.fixed, note

    def forbid(self, chosen: Explanation) -> None:
        """Forbid a set and everything that holds it."""
        held = [len(self.columns) + self.position[c] for c in sorted(chosen)]
        self.highs.addRow(-np.inf, float(len(held) - 1), len(held), np.array(held, dtype=np.int32), np.ones(len(held)))

    def at_most(self, size: int) -> None:
        """No larger sets from now on: that there is no other of this size is proved without looking for the next larger one."""
        places = np.array([len(self.columns) + i for i, c in enumerate(self.columns) if c not in self.fixed], dtype=np.int32)
        self.highs.addRow(-np.inf, float(size), len(places), places, np.ones(len(places)))

    def forbid_only(self, chosen: Explanation) -> None:
        """Forbid exactly this set, not its supersets."""
        n = len(self.columns)
        places = np.array([n + i for i, c in enumerate(self.columns) if c not in self.fixed], dtype=np.int32)
        signs = np.array([1.0 if c in chosen else -1.0 for c in self.columns if c not in self.fixed])
        self.highs.addRow(-np.inf, float(len(chosen) - 1), len(places), places, signs)


def _alone(system: System, columns: Sequence[int], silent: frozenset[int]) -> Iterator[tuple[int, list[int], Bound, Bound]]:
    """Every figure of every curve, the curve's other figures, and the changes that the curve admits while these are kept."""
    first = len(system.lines)
    for row in sorted({r for c in columns for r in system.touching[c] if r >= first} - silent):
        for c in sorted(system.columns[row]):
            limits = system.limits(row, c)
            least, most = limits if limits is not None else (Fraction(1), Fraction(-1))  # no change of it alone will do
            if limits is None or least is not None or most is not None:
                yield c, sorted(system.columns[row] - {c}), least, most


def _excess(system: System, row: int) -> int:
    """How far a figure may have to change for a row's sake."""
    if row < len(system.lines):
        line = system.lines[row]
        return max(abs(line.low or 0), abs(line.high or 0))
    alone = [limits for c in system.columns[row] if (limits := system.limits(row, c)) is not None]
    needs = [max(least or 0, -(most or 0), 0) for least, most in alone]
    return ceil(max(needs, default=0))


def _reachable(system: System, violated: Sequence[int]) -> list[int]:
    """Every figure that is tied to a violated row through any chain of rows."""
    seen_rows, seen = set(violated), {c for r in violated for c in system.columns[r]}
    stack = list(seen)
    while stack:
        for row in system.touching[stack.pop()]:
            if row not in seen_rows:
                seen_rows.add(row)
                fresh = system.columns[row] - seen
                seen |= fresh
                stack.extend(fresh)
    return sorted(seen)


def solver() -> highspy.Highs:
    """HiGHS as this project uses it: silent, in one thread, the same every time, exact to 1e-9."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 0),
        ("primal_feasibility_tolerance", _TOLERANCE),
        ("dual_feasibility_tolerance", _TOLERANCE),
        ("mip_feasibility_tolerance", _TOLERANCE),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.0),
    ):
        highs.setOptionValue(name, value)
    return highs
