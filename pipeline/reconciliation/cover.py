"""The fewest figures that meet every conflict: a set cover, by HiGHS.

A conflict is a set of figures of which every explanation holds one, proved in integers by ``programme``.  A smallest set that meets all conflicts
known so far is no larger than any explanation, so one that explains everything is a smallest explanation (implicit hitting sets).

What belongs here: the cover, what is forbidden in it, and the solver's settings.  What may not: conflicts, and whether a set explains anything
(``programme``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


#: Limits of Σ value × z, with the value of each figure.
Row = tuple[float, float, Mapping[int, float]]


class Cover:
    """Min Σ z with Σ z >= 1 over each conflict; rows are added between solves."""

    def __init__(self, columns: Sequence[int], conflicts: Iterable[frozenset[int]]) -> None:
        self._columns = frozenset(columns)
        self._rows: list[Row] = []
        self._most: int | None = None
        for conflict in conflicts:
            self.require(conflict)

    def require(self, figures: Iterable[int], chosen: Iterable[int] = ()) -> None:
        """At least one of the figures, where all of ``chosen`` are."""
        held = dict.fromkeys(chosen, -1.0)
        self._rows.append((1.0 - len(held), np.inf, {**{c: 1.0 for c in figures if c in self._columns}, **held}))

    def forbid(self, chosen: Explanation) -> None:
        """Forbid a set and everything that holds it."""
        self._rows.append((-np.inf, len(chosen) - 1.0, dict.fromkeys(chosen, 1.0)))

    def at_most(self, size: int) -> None:
        """No larger sets from now on: that there is no other of this size is proved without looking for the next larger one."""
        self._most = size

    def smallest(self, work: Work) -> tuple[Explanation | None, str]:
        """One smallest set; ``None`` without a note: there is none."""
        if self._most is not None:
            # whether not even parts of figures meet all rows: twenty times as cheap, and most proofs that there are no more sets are such
            _, highs = self._solved(whole=False)
            if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
                work.spend(highs.getInfo().simplex_iteration_count)
                return None, ""
        used, highs = self._solved(whole=True)
        work.spend(highs.getInfo().simplex_iteration_count)
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None, ""
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty):
            return None, f"solver: {status}"
        return frozenset(c for c, z in zip(used, highs.getSolution().col_value, strict=True) if z > 0.5), ""

    def _solved(self, *, whole: bool) -> tuple[list[int], highspy.Highs]:
        """The figures that rows speak of, and their programme solved: for the fewest of them, or for whether parts of them meet all rows."""
        used = sorted({c for *_, terms in self._rows for c in terms})
        rows = self._rows if self._most is None else [*self._rows, (-np.inf, float(self._most), dict.fromkeys(used, 1.0))]
        position, lp, n = {c: i for i, c in enumerate(used)}, highspy.HighsLp(), len(used)
        lp.num_col_, lp.num_row_ = n, len(rows)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.full(n, float(whole)), np.zeros(n), np.ones(n)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * n if whole else []
        lp.row_lower_, lp.row_upper_ = np.array([low for low, *_ in rows]), np.array([high for _, high, _ in rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(terms) for *_, terms in rows)], dtype=np.int32)
        lp.a_matrix_.index_ = np.array([position[c] for *_, terms in rows for c in sorted(terms)], dtype=np.int32)
        lp.a_matrix_.value_ = np.array([terms[c] for *_, terms in rows for c in sorted(terms)], dtype=np.float64)
        highs = solver()
        highs.passModel(lp)
        highs.run()
        return used, highs


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
        ("mip_heuristic_run_feasibility_jump", False),  # a third of the time of covers of a few dozen figures, which the other ways find as well
    ):
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise ValueError(f"HiGHS takes no {name} = {value}")
    return highs
