"""Whether a handful of changes can satisfy their rows, exactly, and if not, which rows clash (Fourier–Motzkin with history).

What belongs here: small systems of at most four unknowns.  What may not: systems of a whole report (``programme``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.reconciliation.system import Bound, System

#: Where a limit comes from no row: an amount that cannot be below nothing.
_NO_ROW = -1
#: More intermediate inequalities than this and the rows' clash is left to the linear programme of the whole report.
MOST = 3000
#: The least value with the row that asks for it, and the greatest with its row.
Strip = tuple[Bound, int, Bound, int]


@dataclass(frozen=True, slots=True)
class Inequality:
    """``Σ coefficient × unknown <= bound``, and the rows that it was derived from."""

    terms: tuple[tuple[int, int | Fraction], ...]
    bound: int | Fraction
    rows: frozenset[int]

    def factor(self, unknown: int) -> int | Fraction:
        return next((a for c, a in self.terms if c == unknown), 0)


def clash(system: System, chosen: frozenset[int], silent: frozenset[int] = frozenset()) -> frozenset[int] | None:
    """Rows that cannot hold together however the chosen figures change (all others kept); ``None`` if all can.

    Only rows that hold a chosen figure are looked at.  A row that is not linear bounds a chosen figure when it is the
    only chosen one in it, and says nothing otherwise.  ``silent`` rows ask nothing.
    """
    strips: dict[tuple[tuple[int, int | Fraction], ...], Strip] = {}
    for column in sorted(chosen):
        if (least := system.floors[column]) is not None:
            strips[((column, 1),)] = (least, _NO_ROW, None, _NO_ROW)
    for row in sorted({r for c in chosen for r in system.touching[c]} - silent):
        held = sorted(system.columns[row] & chosen)
        if len(held) == 1:
            limits = system.limits(row, held[0])
            if limits is None:
                return frozenset((row,))
            key: tuple[tuple[int, int | Fraction], ...] = ((held[0], 1),)
        elif row < len(system.lines):
            limits, key = _strip(system, row, held)
        else:
            continue
        known = strips.get(key)
        if known is None:
            strips[key] = (limits[0], row, limits[1], row)
            continue
        low, low_row, high, high_row = strips[key] = _narrowed(known, limits, row)
        if low is not None and high is not None and low > high:
            return frozenset((low_row, high_row)) - {_NO_ROW}
    if all(len(key) == 1 for key in strips):
        return None
    return _eliminate(_inequalities(strips), sorted(chosen))


def _narrowed(strip: Strip, limits: tuple[Bound, Bound], row: int) -> Strip:
    """The strip with the limits of one more row, where they are tighter."""
    low, low_row, high, high_row = strip
    if limits[0] is not None and (low is None or limits[0] > low):
        low, low_row = limits[0], row
    if limits[1] is not None and (high is None or limits[1] < high):
        high, high_row = limits[1], row
    return low, low_row, high, high_row


def _strip(system: System, row: int, held: Sequence[int]) -> tuple[tuple[Bound, Bound], tuple[tuple[int, int | Fraction], ...]]:
    """A row over several chosen figures, normalised so that parallel rows share a key."""
    line = system.lines[row]
    rest = line.width - sum(abs(line.terms[c]) * system.half[c] for c in held)
    low: Bound = None if line.low is None else line.low - rest
    high: Bound = None if line.high is None else line.high + rest
    lead = line.terms[held[0]]
    if lead == 1:
        return (low, high), tuple((c, line.terms[c]) for c in held)
    if lead == -1:
        return (
            (None if high is None else -high, None if low is None else -low),
            tuple((c, -line.terms[c]) for c in held),
        )
    scaled = (None if low is None else Fraction(low) / lead, None if high is None else Fraction(high) / lead)
    return (scaled if lead > 0 else (scaled[1], scaled[0])), tuple((c, Fraction(line.terms[c], lead)) for c in held)


def _inequalities(strips: Mapping[tuple[tuple[int, int | Fraction], ...], Strip]) -> list[Inequality]:
    result = []
    for key, (low, low_row, high, high_row) in strips.items():
        if high is not None:
            result.append(Inequality(key, high, frozenset((high_row,)) - {_NO_ROW}))
        if low is not None:
            result.append(Inequality(tuple((c, -a) for c, a in key), -low, frozenset((low_row,)) - {_NO_ROW}))
    return result


def _eliminate(inequalities: list[Inequality], unknowns: Sequence[int]) -> frozenset[int] | None:
    """Eliminate the unknowns one by one; the rows behind a contradiction, or ``None`` where there is none."""
    current = inequalities
    left = list(unknowns)
    while left:
        x = min(left, key=lambda u: (_cost(current, u), u))
        left.remove(x)
        above = [i for i in current if i.factor(x) > 0]
        below = [i for i in current if i.factor(x) < 0]
        rest = [i for i in current if not i.factor(x)]
        best: dict[tuple[tuple[int, int | Fraction], ...], Inequality] = {i.terms: i for i in rest}
        for one in above:
            for other in below:
                made = _combine(one, other, x)
                if not made.terms:
                    if made.bound < 0:
                        return made.rows
                    continue
                known = best.get(made.terms)
                if known is None or made.bound < known.bound:
                    best[made.terms] = made
        if len(best) > MOST:
            return None
        current = list(best.values())
    return None


def _cost(inequalities: Sequence[Inequality], unknown: int) -> int:
    """How many inequalities the elimination of an unknown makes."""
    signs = [i.factor(unknown) for i in inequalities]
    return sum(s > 0 for s in signs) * sum(s < 0 for s in signs)


def _combine(one: Inequality, other: Inequality, x: int) -> Inequality:
    p, q = one.factor(x), -other.factor(x)  # both positive: q × one + p × other loses x
    terms: dict[int, int | Fraction] = {}
    for c, v in one.terms:
        terms[c] = terms.get(c, 0) + q * v
    for c, v in other.terms:
        terms[c] = terms.get(c, 0) + p * v
    kept = [(c, v) for c, v in sorted(terms.items()) if v]
    bound = q * one.bound + p * other.bound
    if kept and abs(kept[0][1]) != 1:
        lead = abs(Fraction(kept[0][1]))
        return Inequality(tuple((c, v / lead) for c, v in kept), bound / lead, one.rows | other.rows)
    return Inequality(tuple(kept), bound, one.rows | other.rows)
