"""Which printed figures must be wrong: from equations to cases, each with its smallest explanations in order of likelihood.

The plan: violated equations are grouped by shared figures; a group that one figure explains is a case of its own; the rest is
solved together, by exact search up to four figures and by integer programming beyond.  Equations between reports that agree with
themselves are cases of their own (``links``).  Every explanation found by looking at
equations one by one is held against the whole system (one set of true values) before it counts.

What belongs here: the order of the solvers, and cases.  What may not: equations' meaning, tables, Dagster.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from pipeline.model.equations import Equation, evaluate
from pipeline.model.figures import Figure
from pipeline.reconciliation.clusters import factorise, split
from pipeline.reconciliation.copies import copies
from pipeline.reconciliation.cover import WORK_LIMIT, Work
from pipeline.reconciliation.links import NOTE, by_difference, explain, is_link, unexplained_links
from pipeline.reconciliation.moved import heard
from pipeline.reconciliation.programme import Optimum, Programme
from pipeline.reconciliation.ranking import WEIGHTS, Ranked, rank
from pipeline.reconciliation.search import (
    Explanation,
    SearchBudgetSpent,
    admitted,
    apart,
    components,
    explanations,
    single_explanations,
)
from pipeline.reconciliation.shifts import Shift, best_shifts, exchanged
from pipeline.reconciliation.substitution import substitute
from pipeline.reconciliation.system import Bound, System, build_system, build_systems, parts_of

#: What is said of an equation that is explained by no few figures where the others are.
_APART = "no few figures explain it together with the others; perhaps it does not hold for this report"

#: The share of the work that is allowed after which one equation is left out, and how many figures that must save.
_EARLY, _SAVED = 10, 3

Method = Literal["one figure", "search", "integer programme", "shifted block", "between reports", "unexplained"]
#: Violated rows, and every explanation of theirs.
Settled = tuple[list[int], list[Explanation]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How far to look: figures per search, nodes of the search, explanations listed a case, iterations of the integer programmes of a
    report (about ten thousand a second).  All are counts of work: the same report has the same cases on any machine, under any load."""

    figures: int = 4
    nodes: int = 2500
    ties: int = 40
    listed: int = 40
    iterations: int = 150_000
    check_smaller: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """One cause: the violated equations that it explains, and its explanations, likeliest first.

    ``size`` is the number of figures that must be wrong at least; ``ties`` how many explanations of that size there are, ``at least`` so many
    where not ``complete``; ``note`` says what could not be settled.

    Raises ``ValueError`` for a case without equations: there would be nothing that it explains.
    """

    equations: tuple[Equation, ...]
    explanations: tuple[Ranked, ...]
    size: int
    ties: int
    complete: bool
    method: Method
    note: str = ""

    def __post_init__(self) -> None:
        if not self.equations:
            raise ValueError("a case has the equations that it explains")

    @property
    def unique(self) -> bool:
        """Whether it is proved that no other set of so few figures explains it."""
        return self.complete and self.ties == 1

    @property
    def case_id(self) -> str:
        """Stable over runs: a hash of the likeliest suspects, or of the equations where nothing explains them."""
        names = sorted(self.explanations[0].figure_ids) if self.explanations else sorted(e.equation_id for e in self.equations)
        return hashlib.sha256("|".join(names).encode()).hexdigest()[:16]

    @property
    def best(self) -> Ranked | None:
        return self.explanations[0] if self.explanations else None


@dataclass(frozen=True)
class Localisation:
    """The cases of a set of equations, and what is known about every figure beforehand.

    ``systems`` are the parts of the equations that share no figure, each with a unit of its own; ``notes`` are statements about the
    solve as a whole (work limit reached, rounding that cannot hold all at once); ``uncertified`` counts answers of the linear
    programme that integers did not confirm.
    """

    cases: tuple[Case, ...]
    notes: tuple[str, ...]
    systems: tuple[System, ...]
    uncertified: int = 0

    @cached_property
    def answerable(self) -> dict[str, tuple[int, int]]:
        """For each figure: in how many equations it stands, and with how many figures (itself included) it shares exactly these.

        1: an error beyond rounding in it is localised uniquely; more: only to one of so many; 0: it stands in no equation.
        The property of the matrix alone, known before any error.
        """
        result: dict[str, tuple[int, int]] = {}
        for system in self.systems:
            groups: dict[tuple[tuple[int, int], ...], list[int]] = {}
            for column, rows in enumerate(system.touching):
                groups.setdefault(_direction(system, column, rows), []).append(column)
            for direction, columns in groups.items():
                for column in columns:
                    figure = system.figures[column]
                    result[figure.figure_id] = (len(direction), len(columns) if direction else 0)
        return result


def _direction(system: System, column: int, rows: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """A column of the matrix up to a factor of −1 (equations of coefficient ±1 make other factors rare)."""
    lines = len(system.lines)
    entries = [(r, system.lines[r].terms[column] if r < lines else 1) for r in rows]
    sign = -1 if entries and entries[0][1] < 0 else 1
    return tuple((r, sign * c) for r, c in entries)


def localise(
    figures: Iterable[Figure],
    equations: Sequence[Equation],
    *,
    limits: Limits = Limits(),
    usual: Mapping[str, Decimal] = MappingProxyType({}),
) -> Localisation:
    """Explain every violated equation by the fewest figures that must be wrong.

    Takes all equations of a report (or of several reports that share figures), those that hold too: they acquit.
    ``usual`` has what the same row of other forms prints, by figure id: it ranks, and never judges.
    Deterministic; where a limit of work is reached, what is known until then is returned with a note.
    """
    work = Work(limits.iterations)
    figures = tuple(figures)
    systems = build_systems(equations, figures)
    between = [case for system in systems for case in _between_reports(system, limits, work)]
    if between:
        linked = {e.equation_id for case in between for e in case.equations}
        found = localise(figures, [e for e in equations if e.equation_id not in linked], limits=limits, usual=usual)
        return replace(found, cases=_ordered([*found.cases, *between]), systems=systems)
    cases: list[Case] = []
    notes: list[str] = []
    uncertified = 0
    for system in systems:
        violated = system.violated()
        if violated:
            solve = _Solve(system, violated, limits, work, usual)
            shifted = solve.shifted()
            if shifted is not None:
                found = _without(shifted[1], figures, equations, limits, usual)
                return replace(found, cases=_ordered([shifted[0], *found.cases]), systems=systems)
            cases += solve.cases()
            notes += solve.notes
            uncertified += solve.programme.uncertified
    if len(cases) > 1:
        again = heard([c.explanations for c in cases], [f for s in systems for f in s.figures])
        cases = [replace(c, explanations=tuple(r)) for c, r in zip(cases, again, strict=True)]
    return Localisation(_ordered(cases), tuple(dict.fromkeys(notes)), systems, uncertified)


def shifted_blocks(equations: Sequence[Equation]) -> list[tuple[dict[str, Figure], list[Equation]]]:
    """Every block of amounts on wrong lines: its figures by id, and the violated equations that it explains."""
    found = []
    parts = [part for part in parts_of(equations) if sum(_is_beyond_rounding(e) for e in part) > 1]
    for system in sorted(map(build_system, parts), key=lambda s: s.figures[0].figure_id):
        violated = system.violated()
        if len(violated) > 1 and best_shifts(system, violated):
            shifted = _Solve(system, violated, Limits(), Work(0), {}).shifted()
            if shifted is not None:
                block = {system.figures[c].figure_id: system.figures[c] for c in shifted[1].right}
                found.append((block, list(shifted[0].equations)))
    return found


def _is_beyond_rounding(equation: Equation) -> bool:
    slack = evaluate(equation).slack
    return slack is not None and slack < 0


def _without(shift: Shift, figures: Sequence[Figure], equations: Sequence[Equation], limits: Limits, usual: Mapping[str, Decimal]) -> Localisation:
    """What else is wrong once a block's amounts stand on their lines; told by the figures and equations as they are printed."""
    right = {f.figure_id: f for f in shift.right.values()}
    printed = {f.figure_id: f for e in equations for f in e.figures()} | {f.figure_id: f for f in figures}
    own = {e.equation_id: e for e in equations}
    put = [right.get(f.figure_id, f) for f in figures]
    found = localise(put, [substitute(e, right) for e in equations], limits=limits, usual=usual)

    def as_printed(ranked: Ranked) -> Ranked:
        return replace(ranked, suspects=tuple(replace(s, figure=printed[s.figure.figure_id]) for s in ranked.suspects))

    return replace(
        found,
        cases=tuple(
            replace(
                c,
                equations=tuple(own[e.equation_id] for e in c.equations),
                explanations=tuple(as_printed(r) for r in c.explanations),
            )
            for c in found.cases
        ),
    )


def _ordered(cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple(sorted(cases, key=lambda c: (c.best.figure_ids if c.best else (), c.case_id)))


def _between_reports(system: System, limits: Limits, work: Work) -> list[Case]:
    """The cases of equations over several reports that no wrong figure of either explains."""
    violated = system.violated()
    if not any(is_link(system, r) for r in violated):
        return []
    solve = _Solve(system, violated, limits, work, {})
    _, rest = solve.settled
    silent = frozenset(violated) - frozenset(rest)
    links = unexplained_links(system, rest, silent, limits.figures, limits.nodes)
    cases = []
    for group in by_difference(system, links):
        ranked = explain(system, group, solve.copies, limits.ties)
        equations = tuple(system.equations_of(group))
        cases.append(Case(equations, tuple(ranked[: limits.listed]), len(group), len(ranked), True, "between reports", NOTE))
    return cases


class _Solve:
    """One run: the state that its steps share."""

    def __init__(self, system: System, violated: list[int], limits: Limits, work: Work, usual: Mapping[str, Decimal]) -> None:
        self.usual = usual
        self.system, self.violated, self.limits, self.work = system, violated, limits, work
        self.programme = Programme(system)
        self.suspected = self._columns(violated)
        self.joint = self.programme.feasible(self.suspected, frozenset(violated))
        self.copies = copies(system)
        self.notes: list[str] = []
        if not self.joint:
            self.notes.append(
                "the equations that hold one by one cannot all hold at once within rounding; explanations were judged one equation at a time"
            )

    def shifted(self) -> tuple[Case, Shift] | None:
        """The case of a block of amounts on wrong lines, where more than one figure would have to be wrong otherwise."""
        settled, rest = self.settled
        if sum(c.size for c in settled) + 2 * bool(rest) < 2:
            return None
        best = best_shifts(self.system, self.violated)
        if not best:
            return None
        rows = best[0].rows
        own = frozenset(e.equation_id for e in self.system.equations_of(sorted(rows)))
        inside = [c for c in settled if own & {e.equation_id for e in c.equations}]
        if sum(c.size for c in inside) + 2 * bool(rows & frozenset(rest)) < 2:
            return None  # one wrong figure explains as much
        if best[0].odd and exchanged(self.system, rows):
            return None
        score = max((c.explanations[0].score for c in inside), default=0.0) + WEIGHTS.shifted
        ranked = [s.ranked(self.system, score) for s in best if s.rows == rows][: self.limits.listed]
        repairs = [s for c in inside for s in c.explanations[0].suspects]
        if repairs and not rows & frozenset(rest):  # the same one by one, which is less likely
            ranked.append(Ranked(tuple(repairs), score - WEIGHTS.shifted))
        equations = tuple(self.system.equations_of(sorted(rows)))
        ties = len(ranked) - (len(repairs) > 0 and not rows & frozenset(rest))
        return Case(equations, tuple(ranked), len(best[0].right), ties, True, "shifted block"), best[0]

    def cases(self) -> list[Case]:
        settled, rest = self.settled
        if not rest:
            return settled
        others = [r for r in self.violated if r not in rest]
        found = self._solve_rest(rest, others)
        if settled and self.limits.check_smaller and all(c.explanations for c in found):
            smaller = self._smaller_together(sum(c.size for c in (*settled, *found)))
            if smaller is not None:
                return smaller
        return [*settled, *found]

    # -- steps -------------------------------------------------------------------------------------------------

    @cached_property
    def settled(self) -> tuple[list[Case], list[int]]:
        """Cases that one figure explains, and the violated rows that are left."""
        alone: list[Settled] = []
        rest: list[int] = []
        for rows in components(self.system, self.violated):
            singles = single_explanations(self.system, rows)
            others = frozenset(r for r in self.violated if r not in rows)
            sets = self._stand([frozenset((c,)) for c in singles], others)
            if sets:
                alone.append((rows, sets))
            else:
                rest += rows
        cases = [self._case(rows, sets, True, "one figure" if len(sets[0]) == 1 else "search") for rows, sets in self._coupled(alone)]
        return cases, sorted(rest)

    def _coupled(self, alone: Sequence[Settled]) -> Iterator[Settled]:
        """The cases of one figure each, two of them as one where two figures that explain neither alone explain both together.

        Such figures stand in an equation that holds as printed and that each of them would break: a subtotal too low by what another is too high.
        """
        left = list(alone)
        while left:
            rows, sets = left.pop(0)
            for other in left:
                if not self._share_a_held_row(rows, other[0]):
                    continue
                both = sorted((*rows, *other[0]))
                together = self._pairs(both)
                if len(together) > len(sets) * len(other[1]):
                    left.remove(other)
                    rows, sets = both, together
                    break
            yield rows, sets

    def _share_a_held_row(self, one: Sequence[int], other: Sequence[int]) -> bool:
        held = (frozenset(r for c in self._columns(rows) for r in self.system.touching[c]) for rows in (one, other))
        return bool(frozenset.intersection(*held) - frozenset(self.violated))

    def _pairs(self, rows: Sequence[int]) -> list[Explanation]:
        silent = frozenset(self.violated) - frozenset(rows)
        try:
            return self._stand(explanations(self.system, rows, 2, self.limits.nodes, silent), silent)
        except SearchBudgetSpent:
            return []

    def _solve_rest(self, rest: list[int], others: list[int]) -> list[Case]:
        silent = frozenset(others)
        try:
            sets = explanations(self.system, rest, self.limits.figures, self.limits.nodes, silent)
        except SearchBudgetSpent:
            sets = []
        sets = self._stand(sets, silent)
        if sets:
            return [self._case(rows, alternatives, True, "search") for rows, alternatives in factorise(self.system, rest, sets)]
        return self._by_programme(rest, silent)

    def _by_programme(self, rest: list[int], silent: frozenset[int]) -> list[Case]:
        """Integer programming; ``silent`` rows and their figures belong to cases that are settled already."""
        relaxed = self._columns(silent)
        early = Work(self.work.iterations // _EARLY)
        first = self.programme.smallest(rest, 1, early, relaxed, silent)
        if first.note == WORK_LIMIT or first.least > len(rest):
            if (found := self._without_one(rest, silent, relaxed, first.least)) is not None:
                row, fewer = found
                return [*self._split(fewer, [r for r in rest if r != row], silent | {row}, relaxed), self._unexplained([row], _APART)]
        if first.note == WORK_LIMIT:
            first = self.programme.smallest(rest, 1, self.work, relaxed, silent)
        if not first.sets:
            reason = first.note or "no change of printed figures satisfies these equations together"
            return [self._unexplained(rows, reason) for rows in components(self.system, rest)]
        if not first.proved:
            self.notes.append(f"{WORK_LIMIT}: a smaller explanation may exist")
        return self._split(first, rest, silent, relaxed)

    def _without_one(self, rest: list[int], silent: frozenset[int], relaxed: Explanation, least: int) -> tuple[int, Optimum] | None:
        """The row without which the others need the fewest figures, and that explanation; only where it is proved to save ``_SAVED`` of them.

        Where one equation is met by no few figures, all others would be explained by whatever meets it.
        """
        work = Work(self.work.iterations // _EARLY)
        found: tuple[int, Optimum] | None = None
        for row in rest:
            others = [r for r in rest if r != row]
            most = (len(found[1].sets[0]) - 1) if found else least - _SAVED
            if not others or work.done or most < 1:
                break
            fewer = self.programme.smallest(others, 1, work, relaxed, silent | {row}, most)
            if fewer.sets and fewer.proved:
                found = row, fewer
        return found

    def _split(self, first: Optimum, rest: list[int], silent: frozenset[int], relaxed: Explanation) -> list[Case]:
        """The cases of the parts of a smallest explanation that have nothing in common, each with its ties."""
        base = first.sets[0]
        cases = []
        for rows, part in split(self.system, rest, base):
            known = [part]
            complete, note = False, first.note
            if first.proved:
                more = self.programme.smallest(rest, self.limits.ties - 1, self.work, relaxed | (base - part), silent, len(part), known)
                known += more.sets if more.proved else ()
                complete, note = more.complete, more.note
            cases.append(self._case(rows, known, complete, "integer programme", note))
        return cases

    def _unexplained(self, rows: list[int], reason: str) -> Case:
        return Case(tuple(self.system.equations_of(rows)), (), _least(self.system, rows), 0, False, "unexplained", reason)

    def _smaller_together(self, total: int) -> list[Case] | None:
        """Whether fewer figures explain everything at once than the cases one by one (settling was then too hasty)."""
        if not self.joint or apart(self.programme.conflicts(self.violated, frozenset(), frozenset())) >= total:
            return None
        together = self.programme.smallest(self.violated, 1, self.work, size=total - 1)
        if not together.sets or not together.proved:
            return None
        return self._by_programme(self.violated, frozenset())

    # -- parts -------------------------------------------------------------------------------------------------

    def _columns(self, rows: Iterable[int]) -> frozenset[int]:
        return frozenset(c for r in rows for c in self.system.columns[r])

    def _stand(self, sets: Sequence[Explanation], silent: frozenset[int]) -> list[Explanation]:
        """The sets for which one set of true values satisfies everything (``silent`` rows and their figures: other cases' business)."""
        if not self.joint:
            return list(sets)
        relaxed = self._columns(silent)
        return [s for s in sets if self.programme.feasible(s | relaxed, silent)]

    def _case(self, rows: Sequence[int], sets: Sequence[Explanation], complete: bool, method: Method, note: str = "") -> Case:
        silent = frozenset(self.violated) - frozenset(rows)
        others = self._columns(silent)

        def spread(chosen: Explanation, column: int, fixed: dict[int, tuple[Bound, Bound]]) -> tuple[Bound, Bound] | None:
            if len(chosen) == 1:
                return admitted(self.system, column)
            return self.programme.spread(sorted(chosen | others), column, fixed, silent)

        ranked = rank(self.system, sets, self.copies, spread, self.limits.ties, self.usual)
        equations = tuple(self.system.equations_of(rows))
        return Case(equations, tuple(ranked[: self.limits.listed]), len(sets[0]), len(sets), complete, method, note)


def _least(system: System, rows: Sequence[int]) -> int:
    """At least so many figures are wrong: violated rows that share no figure."""
    return apart([system.columns[row] for row in sorted(rows)])
