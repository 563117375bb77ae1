"""The fewest figures that meet every conflict: a set cover, by HiGHS.

A conflict is a set of figures of which every explanation holds one, proved in integers by ``programme``.  A smallest set that meets all conflicts
known so far is no larger than any explanation, so one that explains everything is a smallest explanation (implicit hitting sets).

What belongs here: the cover, what is forbidden in it, and the solver's settings.  What may not: conflicts, and whether a set explains anything
(``programme``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from pipeline.reconciliation.search import Explanation

_TOLERANCE = 1e-9
#: What is said where the work that is allowed was not enough.
WORK_LIMIT = "work limit"
#: What one set costs in iterations, more rather than less: finding it, and holding it against the whole system.
_ITERATIONS_A_SET = 100


@dataclass
class Work:
    """Iterations of the simplex method that are left.  Counted and not timed, so that the load of the machine changes no result."""

    iterations: int

    def spend(self, iterations: int) -> None:
        self.iterations -= max(iterations, _ITERATIONS_A_SET)

    @property
    def done(self) -> bool:
        return self.iterations <= 0


#: Limits of Σ value × z, with the places and the values.
Row = tuple[float, float, Sequence[int], Sequence[float]]


class Cover:
    """Min Σ z with Σ z >= 1 over each conflict; rows are added between solves."""

    def __init__(self, columns: Sequence[int], conflicts: Iterable[frozenset[int]]) -> None:
        self._columns = columns
        self._position = {c: i for i, c in enumerate(columns)}
        n = len(columns)
        lp = highspy.HighsLp()
        lp.num_col_ = n
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.ones(n), np.zeros(n), np.ones(n)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * n
        self._highs = solver()
        self._highs.passModel(lp)
        self._rows: list[Row] = []
        self._most: int | None = None
        for conflict in conflicts:
            self.require(conflict)

    def _row(self, low: float, high: float, entries: Iterable[tuple[int, float]]) -> None:
        places, values = zip(*sorted((self._position[c], a) for c, a in entries), strict=True) if (entries := list(entries)) else ((), ())
        self._highs.addRow(low, high, len(places), np.array(places, dtype=np.int32), np.array(values, dtype=np.float64))
        self._rows.append((low, high, places, values))

    def require(self, figures: Iterable[int], chosen: Iterable[int] = ()) -> None:
        """At least one of the figures, where all of ``chosen`` are."""
        held = [(c, -1.0) for c in chosen]
        self._row(1.0 - len(held), np.inf, [*((c, 1.0) for c in figures if c in self._position), *held])

    def forbid(self, chosen: Explanation) -> None:
        """Forbid a set and everything that holds it."""
        self._row(-np.inf, len(chosen) - 1.0, ((c, 1.0) for c in chosen))

    def at_most(self, size: int) -> None:
        """No larger sets from now on: that there is no other of this size is proved without looking for the next larger one."""
        n = len(self._columns)
        self._highs.addRow(-np.inf, float(size), n, np.arange(n, dtype=np.int32), np.ones(n))
        self._most = size

    def smallest(self, work: Work) -> tuple[Explanation | None, str]:
        """One smallest set; ``None`` without a note: there is none."""
        if self._most is not None and self._shown_empty(self._most, work):
            return None, ""
        self._highs.run()
        work.spend(self._highs.getInfo().simplex_iteration_count)
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, ""
        if status != highspy.HighsModelStatus.kOptimal:
            return None, f"solver: {status}"
        solution = np.asarray(self._highs.getSolution().col_value)
        return frozenset(c for c, z in zip(self._columns, solution, strict=True) if z > 0.5), ""

    def _shown_empty(self, most: int, work: Work) -> bool:
        """Whether not even parts of figures meet all rows: twenty times as cheap, and most proofs that there are no more sets are such."""
        used = {place: i for i, place in enumerate(dict.fromkeys(p for _, _, places, _ in self._rows for p in places))}
        rows = [*self._rows, (-np.inf, float(most), tuple(used), (1.0,) * len(used))]
        lp, n = highspy.HighsLp(), len(used)
        lp.num_col_, lp.num_row_ = n, len(rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.zeros(n), np.zeros(n), np.ones(n)
        lp.row_lower_, lp.row_upper_ = np.array([low for low, *_ in rows]), np.array([high for _, high, *_ in rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(places) for _, _, places, _ in rows)], dtype=np.int32)
        lp.a_matrix_.index_ = np.array([used[p] for _, _, places, _ in rows for p in places], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([v for *_, values in rows for v in values], dtype=np.float64)
        highs = solver()
        highs.passModel(lp)
        highs.run()
        empty = highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        if empty:
            work.spend(highs.getInfo().simplex_iteration_count)
        return bool(empty)


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
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS takes no {name} = {value}")
    return highs
