"""Explanations of many figures taken apart into causes that have nothing to do with each other.

Independent causes multiply their ties; what is shown is each cause with its own ties, never the product.

What belongs here: splitting sets and violated rows.  What may not: solving.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.reconciliation.groups import Groups
from pipeline.reconciliation.search import Explanation
from pipeline.reconciliation.system import System


def split(system: System, violated: Sequence[int], chosen: Explanation) -> list[tuple[list[int], Explanation]]:
    """The violated rows and the figures of one explanation, by cause.

    Two figures belong together when a row holds both, or when violated rows that share figures do.  Every violated row stands in
    exactly one part, and every part has rows: a figure that no violated row's part holds goes with the first; rows that no figure of
    the explanation touches are a part without figures.
    """
    groups: Groups[int] = Groups()
    for row in violated:
        groups.tie(system.columns[row])
    for column in sorted(chosen):
        groups.tie((column,))
        for row in system.touching[column]:
            groups.tie(system.columns[row] & chosen)
    rows: dict[int, list[int]] = {}
    figures: dict[int, set[int]] = {}
    for row in violated:
        rows.setdefault(groups.of(next(iter(system.columns[row]))), []).append(row)
    for column in chosen:
        figures.setdefault(groups.of(column), set()).add(column)
    first = groups.of(next(iter(system.columns[violated[0]])))
    for key in [key for key in figures if key not in rows]:
        figures.setdefault(first, set()).update(figures.pop(key))
    return sorted((sorted(held), frozenset(figures.get(key, ()))) for key, held in rows.items())


def factorise(system: System, violated: Sequence[int], sets: Sequence[Explanation]) -> list[tuple[list[int], list[Explanation]]]:
    """All explanations of a set of violated rows, by cause; one group where the causes cannot be told apart."""
    groups = split(system, violated, sets[0])
    if len(groups) == 1:
        return [(list(violated), list(sets))]
    result: list[tuple[list[int], list[Explanation]]] = []
    product = 1
    for rows, part in groups:
        rest = sets[0] - part
        alternatives = [s - rest for s in sets if rest <= s and len(s - rest) == len(part) > 0]
        product *= len(alternatives)
        result.append((rows, alternatives))
    return result if product == len(sets) else [(list(violated), list(sets))]
