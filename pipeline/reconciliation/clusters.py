"""Explanations of many figures taken apart into causes that have nothing to do with each other.

Independent causes multiply their ties; what is shown is each cause with its own ties, never the product.

What belongs here: splitting sets and violated rows.  What may not: solving.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.reconciliation.search import Explanation
from pipeline.reconciliation.system import System


def split(system: System, violated: Sequence[int], chosen: Explanation) -> list[tuple[list[int], Explanation]]:
    """The violated rows and the figures of one explanation, by cause.

    Two figures belong together when a row holds both, or when violated rows that share figures do.  Every violated row
    goes with a figure that it holds.
    """
    groups: list[tuple[set[int], set[int], set[int]]] = []  # columns seen, violated rows, chosen figures
    blocks: list[tuple[set[int], set[int]]] = [(set(system.columns[r]), {r}) for r in violated]
    blocks += [(set(system.columns[r] & chosen), set()) for c in sorted(chosen) for r in system.touching[c]]
    blocks += [({c}, set()) for c in sorted(chosen)]
    for columns, rows in blocks:
        held, held_rows, figures = set(columns), set(rows), set(columns & chosen)
        apart = []
        for other in groups:
            if other[0] & held:
                held |= other[0]
                held_rows |= other[1]
                figures |= other[2]
            else:
                apart.append(other)
        groups = [*apart, (held, held_rows, figures)]
    return sorted((sorted(rows), frozenset(figures)) for _, rows, figures in groups if figures)


def factorise(system: System, violated: Sequence[int], sets: Sequence[Explanation]) -> list[tuple[list[int], list[Explanation]]]:
    """All explanations of a set of violated rows, by cause; one group where the causes cannot be told apart."""
    groups = split(system, violated, sets[0])
    if len(groups) == 1:
        return [(list(violated), list(sets))]
    result: list[tuple[list[int], list[Explanation]]] = []
    product = 1
    for rows, part in groups:
        rest = sets[0] - part
        alternatives = [s - rest for s in sets if rest <= s and len(s - rest) == len(part)]
        product *= len(alternatives)
        result.append((rows, alternatives))
    return result if product == len(sets) else [(list(violated), list(sets))]
