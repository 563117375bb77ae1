"""The smallest sets of figures that must be wrong, by exact search: instant for one, conflict-driven up to four.

After Reiter's diagnosis from first principles: every explanation holds a figure of every violated equation, and of every
set of equations that clash under the figures chosen so far.  Source of the criterion: Fellegi and Holt (1976), the fewest
fields whose change lets every edit pass.

What belongs here: the search over the equations one by one (each with its own rounding).  What may not: whether one set of true
values satisfies all at once (``programme``), and which of several explanations is likelier (``ranking``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.reconciliation.elimination import clash
from pipeline.reconciliation.groups import Groups
from pipeline.reconciliation.system import Bound, System, meet

Explanation = frozenset[int]


class SearchBudgetSpent(Exception):
    """More nodes than allowed: the caller turns to integer programming."""


def components(system: System, violated: Iterable[int]) -> list[list[int]]:
    """Violated rows grouped by shared figures, in order of their first row."""
    groups: Groups[int] = Groups()
    rows = list(violated)
    for row in rows:
        groups.tie(system.columns[row])
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(groups.of(next(iter(system.columns[row]))), []).append(row)
    return sorted(sorted(part) for part in found.values())


def admitted(system: System, column: int) -> tuple[Bound, Bound] | None:
    """The changes of one figure that satisfy every row it stands in, all other figures kept; ``None`` for none."""
    limits: tuple[Bound, Bound] | None = (system.floors[column], None)
    for row in system.touching[column]:
        limits = meet(limits, system.limits(row, column))
        if limits is None:
            return None
    return limits


def single_explanations(system: System, violated: Sequence[int]) -> list[int]:
    """The figures whose change alone satisfies all the given violated rows and breaks no other."""
    common = frozenset.intersection(*(system.columns[r] for r in violated))
    return [c for c in sorted(common) if admitted(system, c) is not None]


def explanations(system: System, violated: Sequence[int], most: int, nodes: int, silent: frozenset[int] = frozenset()) -> list[Explanation]:
    """All explanations of the smallest size that is ``<= most``; empty if there is none so small.

    ``silent`` rows are violated too, but explained elsewhere: they ask nothing here.

    Raises :class:`SearchBudgetSpent` after ``nodes`` nodes (counted, not timed, so that every run gives the same).
    """
    budget = [nodes]
    for size in range(1, most + 1):
        found: set[Explanation] = set()
        _explore(system, violated, frozenset(), size, found, set(), budget, silent)
        if found:
            return sorted(found, key=sorted)
    return []


def _explore(
    system: System,
    violated: Sequence[int],
    chosen: Explanation,
    size: int,
    found: set[Explanation],
    seen: set[Explanation],
    budget: list[int],
    silent: frozenset[int],
) -> None:
    if chosen in seen:
        return
    seen.add(chosen)
    if budget[0] <= 0:
        raise SearchBudgetSpent
    budget[0] -= 1
    uncovered = [system.columns[r] for r in violated if not system.columns[r] & chosen]
    left = size - len(chosen)
    if uncovered:
        if left == 0 or apart(uncovered) > left:
            return
        last = left == 1  # the last figure has to be in all of them
        branches = frozenset.intersection(*uncovered) if last else min(uncovered, key=lambda c: (len(c), sorted(c)))
    else:
        clashing = clash(system, chosen, silent)
        if clashing is None:
            found.add(chosen)
            return
        if left == 0:
            return
        branches = frozenset().union(*(system.columns[r] for r in clashing)) - chosen
    for column in sorted(branches):
        _explore(system, violated, chosen | {column}, size, found, seen, budget, silent)


def apart(sets: Iterable[frozenset[int]]) -> int:
    """How many sets of figures there are at least of which none shares a figure with another, the smallest first."""
    taken: set[int] = set()
    count = 0
    for one in sorted(sets, key=len):
        if not one & taken:
            taken |= one
            count += 1
    return count
