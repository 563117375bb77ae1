"""Values that slipped from one cause into another: a cell of one case prints what a blank cell of another case lacks.

A value printed one row or column off can break two sums that share no figure; they are then two cases, and what each says about
the other is the best evidence that there is.

What belongs here: evidence between cases.  What may not: evidence within one explanation (``ranking``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.model.figures import Figure
from pipeline.reconciliation.layout import Neighbours
from pipeline.reconciliation.ranking import WEIGHTS, Ranked, Suspect, where
from pipeline.reconciliation.repairs import admits


def heard(cases: Sequence[Sequence[Ranked]], figures: Iterable[Figure]) -> list[list[Ranked]]:
    """The explanations of every case, ranked again with what the other cases' likeliest explanations say."""
    if len(cases) < 2:
        return [list(c) for c in cases]
    neighbours = Neighbours(figures)
    vanishing = [[s.figure for s in c[0].suspects if s.suggested == 0 and s.figure.amount] if c else [] for c in cases]
    result = []
    for number, case in enumerate(cases):
        elsewhere = [f for other, gone in enumerate(vanishing) if other != number for f in gone]
        again = [_with_evidence(r, elsewhere, neighbours) for r in case]
        result.append(sorted(again, key=lambda r: (-r.score, r.figure_ids)))
    return result


def _with_evidence(ranked: Ranked, elsewhere: Sequence[Figure], neighbours: Neighbours) -> Ranked:
    suspects: list[Suspect] = []
    score = ranked.score
    for s in ranked.suspects:
        found = next((f for f in elsewhere if not s.figure.amount and admits(s.figure, s.low, s.high, f.amount)), None)
        if found is None:
            suspects.append(s)
            continue
        near = s.figure.figure_id in {n.figure_id for n in neighbours.of(found)}
        score += WEIGHTS.moved + (WEIGHTS.moved_beside if near else 0.0)
        value: Decimal = found.amount
        suspects.append(replace(s, suggested=value, reasons=(*s.reasons, f"its value stands in {where(found)}")))
    return replace(ranked, suspects=tuple(suspects), score=round(score, 6))
