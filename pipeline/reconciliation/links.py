"""Equations between reports that no report contradicts within itself: a balance carried on as another, a base restated.

A figure that is wrong in its own report too is found there.  Where both reports add up, the fewest changes that make one report
follow the other run through all its sums and blame figures that nobody doubts; what a reader says is that the two reports differ.
Such an equation is a case of its own, with its own figures as suspects, this report's before the other's where nothing else
tells them apart.  Balances that differ by one amount (a total and its parts) are one case.

What belongs here: telling these equations from those that a wrong figure explains, and their cases' explanations.
What may not: solving, and which equations there are (``across``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.reconciliation.ranking import Ranked, rank
from pipeline.reconciliation.search import Explanation, SearchBudgetSpent, components, explanations
from pipeline.reconciliation.system import Bound, Line, System, meet

NOTE = "each report agrees with itself; only between them it does not hold: restated, adjusted, or wrong throughout one of them"


def is_link(system: System, row: int) -> bool:
    """Whether a row holds figures of several reports."""
    return len({system.figures[c].report_id for c in system.columns[row]}) > 1


def unexplained_links(system: System, rest: Sequence[int], silent: frozenset[int], figures: int, nodes: int) -> list[int]:
    """The links among violated rows that no single figure explains, where explaining them takes more wrong figures than the reports' own
    rows need.  ``silent`` rows are explained elsewhere."""
    found: list[int] = []
    for rows in components(system, rest):
        links = [r for r in rows if is_link(system, r)]
        own = [r for r in rows if r not in links]
        if links and not (own and _explained_along(system, rows, own, silent | frozenset(links), figures, nodes, silent)):
            found += links
    return sorted(found)


def _explained_along(
    system: System, rows: list[int], own: list[int], without: frozenset[int], figures: int, nodes: int, silent: frozenset[int]
) -> bool:
    try:
        alone = explanations(system, own, figures, nodes, without)
        return bool(alone) and bool(explanations(system, rows, len(alone[0]), nodes, silent))
    except SearchBudgetSpent:
        return False


def by_difference(system: System, links: Sequence[int]) -> list[list[int]]:
    """The links in groups of one rule, the same reports and the same difference, of one figure against another; others alone."""
    groups: list[list[int]] = []
    for row in links:
        fitting = next((g for g in groups if _alike(system, g[0], row)), None)
        if fitting is None:
            groups.append([row])
        else:
            fitting.append(row)
    return groups


def _alike(system: System, one: int, other: int) -> bool:
    a, b = system.row(one), system.row(other)
    if not (isinstance(a, Line) and isinstance(b, Line)) or len(a.terms) != 2 or len(b.terms) != 2 or a.low is None or b.low is None:
        return False
    same = {f.report_id for f in a.equations[0].figures()} == {f.report_id for f in b.equations[0].figures()}
    same = same and (a.equations[0].rule_id, a.equations[0].report_id) == (b.equations[0].rule_id, b.equations[0].report_id)
    return same and not system.columns[one] & system.columns[other] and abs(a.low - b.low) <= a.width + b.width


def explain(system: System, group: Sequence[int], copies: Mapping[int, tuple[int, ...]], most: int) -> list[Ranked]:
    """What a group's links leave to choose from: one of the figures of a link, or one side of several."""
    own = system.row(group[0]).equations[0].report_id
    if len(group) == 1:
        sets = [frozenset((c,)) for c in sorted(system.columns[group[0]])]
    else:
        held = frozenset().union(*(system.columns[r] for r in group))
        here = frozenset(c for c in held if system.figures[c].report_id == own)
        sets = [here, held - here]

    def spread(chosen: Explanation, column: int, fixed: dict[int, tuple[Bound, Bound]]) -> tuple[Bound, Bound] | None:
        limits: tuple[Bound, Bound] | None = (None, None)
        for row in group:
            if column in system.columns[row]:
                limits = meet(limits, system.limits(row, column))
        return limits

    ranked = rank(system, sets, copies, spread, most)
    return sorted(ranked, key=lambda r: (-r.score, any(s.figure.report_id != own for s in r.suspects), r.figure_ids))
