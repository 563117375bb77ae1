"""Explanations compared: which of several equally small sets of wrong figures is the likeliest, and why.

A deterministic score: second opinions (copies of the amount, the second reader), slips of the hand, values that moved to another cell,
and the oddity of negative or newly filled cells.  Ties of score are ordered by figure id, so that two runs give the same list.
Source of the weights: measured on reports with known errors (``benchmarks/localisation.py``).

What belongs here: scores and the reasons in words.  What may not: finding explanations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from pipeline.lexicon.places import place_of
from pipeline.model.figures import Figure
from pipeline.model.numbers import parse_number
from pipeline.reconciliation.repairs import Slip, admits, first_admitted, middle_value, slip, slip_values, step
from pipeline.reconciliation.search import Explanation
from pipeline.reconciliation.system import MAY_BE_NEGATIVE, Bound, System


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign is worth."""

    other_reading: float = 6.0
    doubted_reading: float = 1.0
    placed_by_identity: float = 0.5
    copy_agrees: float = 4.0
    copy_contradicts: float = -4.0
    slip: float = 2.0
    one_digit: float = 1.5
    moved: float = 1.5
    moved_beside: float = 2.0
    swapped: float = 1.0
    shifted: float = 4.0
    negative: float = -3.0
    filled_alone: float = -1.0
    filled_among_others: float = -0.3
    usual: float = 1.0


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Suspect:
    """One figure of an explanation: the interval of true values that the equations admit, the value suggested, and why."""

    figure: Figure
    low: Decimal | None
    high: Decimal | None
    suggested: Decimal | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One explanation with its suspects (in order of figure ids) and its score."""

    suspects: tuple[Suspect, ...]
    score: float

    @property
    def figure_ids(self) -> tuple[str, ...]:
        return tuple(s.figure.figure_id for s in self.suspects)


Spread = Callable[[Explanation, int, dict[int, tuple[Bound, Bound]]], tuple[Bound, Bound] | None]


def rank(
    system: System,
    sets: Sequence[Explanation],
    copies: Mapping[int, tuple[int, ...]],
    spread: Spread,
    most: int,
    usual: Mapping[str, Decimal] = {},
) -> list[Ranked]:
    """The explanations, likeliest first.  ``spread`` gives the admitted changes of one figure of a set; at most ``most`` are scored.

    ``usual`` has what the same row of other forms prints, by figure id.
    """
    ranked = [_with_usual(_judge(system, s, copies, spread), usual) for s in sets[:most]]
    return sorted(ranked, key=lambda r: (-r.score, r.figure_ids))


def _judge(system: System, chosen: Explanation, copies: Mapping[int, tuple[int, ...]], spread: Spread) -> Ranked:
    settled: dict[int, Decimal | None] = {}
    intervals: dict[int, tuple[Decimal | None, Decimal | None]] = {}
    fixed: dict[int, tuple[Bound, Bound]] = {}
    for column in _settling_order(system, chosen, copies):
        limits = spread(chosen, column, fixed)
        if limits is None:
            limits = spread(chosen, column, {}) or (None, None)
        low, high = _amounts(system, column, limits)
        intervals[column] = (low, high)
        value = _choose(system, column, low, high, chosen, copies, settled)
        settled[column] = value
        if value is not None and len(chosen) > 1:
            fixed[column] = _change(system, column, value)
    suspects, score = [], 0.0
    for column in sorted(chosen):
        points, reasons = _evidence(system, column, settled, chosen, copies)
        score += points
        low, high = intervals[column]
        suspects.append(Suspect(system.figures[column], low, high, settled[column], tuple(reasons)))
    return Ranked(tuple(suspects), round(score, 6))


def _with_usual(ranked: Ranked, usual: Mapping[str, Decimal]) -> Ranked:
    """With what the same row of the other forms says of the suspects' printed and suggested values."""
    suspects, score = [], ranked.score
    for s in ranked.suspects:
        known = usual.get(s.figure.figure_id)
        if known is not None and known == s.suggested:
            score += WEIGHTS.usual
            s = replace(s, reasons=(*s.reasons, "most other forms print so in this row"))
        elif known is not None and known == s.figure.amount:
            score -= WEIGHTS.usual
            s = replace(s, reasons=(*s.reasons, "against it: most other forms print the same in this row"))
        suspects.append(s)
    return Ranked(tuple(suspects), round(score, 6))


def _settling_order(system: System, chosen: Explanation, copies: Mapping[int, tuple[int, ...]]) -> list[int]:
    """Figures with a second opinion outside the set first: their values narrow the others'."""

    def key(column: int) -> tuple[bool, int]:
        return (not any(c not in chosen for c in copies.get(column, ())), column)

    return sorted(chosen, key=key)


def _amounts(system: System, column: int, limits: tuple[Bound, Bound]) -> tuple[Decimal | None, Decimal | None]:
    printed = system.printed[column]
    low = None if limits[0] is None else system.value(limits[0] + printed)
    high = None if limits[1] is None else system.value(limits[1] + printed)
    return low, high


def _change(system: System, column: int, value: Decimal) -> tuple[Bound, Bound]:
    units = Fraction(value) / Fraction(system.unit) - system.printed[column]
    half = Fraction(system.figures[column].resolution) / 2 / Fraction(system.unit)
    return units - half, units + half


def _choose(
    system: System,
    column: int,
    low: Decimal | None,
    high: Decimal | None,
    chosen: Explanation,
    copies: Mapping[int, tuple[int, ...]],
    settled: Mapping[int, Decimal | None],
) -> Decimal | None:
    """The second reader's value, a copy's, one that stood in another cell of the set, one slip away, nothing, or the middle."""
    figure = system.figures[column]
    grid = step(figure)

    def fits(values: Iterable[Decimal]) -> Decimal | None:
        rounded = ((v / grid).to_integral_value(ROUND_HALF_EVEN) * grid for v in values)
        return first_admitted(figure, low, high, (v for v in rounded if v != figure.value))

    other = other_value(figure)
    if other is not None:
        value = fits((other,))
        if value is not None:
            return value
    opinions = [v for v in (_opinion(system, c, settled, chosen) for c in copies.get(column, ())) if v is not None]
    moved = [f.amount for c in sorted(chosen) if c != column and (f := system.figures[c]).amount and f.unit == figure.unit]
    value = fits((*opinions, *moved))
    if value is not None:
        return value
    if figure.amount and admits(figure, low, high, Decimal(0)):
        return Decimal(0)
    slips = slip_values(figure, low, high)
    if slips:
        return slips[0][0]
    return middle_value(figure, low, high)


def _opinion(system: System, column: int, settled: Mapping[int, Decimal | None], chosen: Explanation) -> Decimal | None:
    """What a copy says: its printed value, or its suggested value if it is in the set itself (nothing while that is open)."""
    return settled.get(column) if column in chosen else system.figures[column].amount


#: A sign: what it is worth, and the reason in words (none where another sign says it).
Sign = tuple[float, str]


def _evidence(
    system: System,
    column: int,
    settled: Mapping[int, Decimal | None],
    chosen: Explanation,
    copies: Mapping[int, tuple[int, ...]],
) -> tuple[float, list[str]]:
    figure, value = system.figures[column], settled[column]
    if value is None:
        return 0.0, ["the equations do not bound it"]
    signs = [
        *_signs_of_copies(system, column, value, settled, chosen, copies),
        *_signs_of_reading(figure, value),
        *_signs_of_moving(system, column, value, settled, chosen),
        *_signs_of_oddity(figure, value, alone=len(chosen) == 1),
    ]
    return sum((worth for worth, _ in signs), 0.0), [reason for _, reason in signs if reason] or ["the equations"]


def _signs_of_copies(
    system: System,
    column: int,
    value: Decimal,
    settled: Mapping[int, Decimal | None],
    chosen: Explanation,
    copies: Mapping[int, tuple[int, ...]],
) -> Iterator[Sign]:
    """What other places say that print the same amount."""
    figure = system.figures[column]
    # Of two suspects that are copies only the one that was settled first vouches for the other: no circle.
    order = list(settled)
    before = frozenset(order[: order.index(column)])
    opinions = {c: _opinion(system, c, settled, chosen) for c in copies.get(column, ()) if c not in chosen or c in before}
    agreeing = [c for c, v in opinions.items() if v is not None and abs(v - value) <= figure.resolution / 2]
    if agreeing:
        yield WEIGHTS.copy_agrees, "the same amount is printed so in " + where(system.figures[agreeing[0]], figure.report_id)
    elif any(v == figure.amount for v in opinions.values()):
        yield WEIGHTS.copy_contradicts, "against it: another place prints the same amount"


def _signs_of_reading(figure: Figure, value: Decimal) -> Iterator[Sign]:
    """What the second reader, the way to its place and a slip of the hand say."""
    if figure.agreement == "differs":
        yield WEIGHTS.doubted_reading, ""
        if other_value(figure) == value:
            yield WEIGHTS.other_reading, f"the second reader reads {figure.other_reading}"
        else:
            yield 0.0, "the two readers differ"
    if figure.placement == "identity":
        yield WEIGHTS.placed_by_identity, ""
    kind: Slip = slip(figure.amount, value, step(figure))
    if kind:
        yield WEIGHTS.one_digit if kind == "one digit differs" else WEIGHTS.slip, kind


def _signs_of_moving(system: System, column: int, value: Decimal, settled: Mapping[int, Decimal | None], chosen: Explanation) -> Iterator[Sign]:
    """Whether its value belongs to another suspect's cell, or the two are swapped."""
    figure = system.figures[column]
    elsewhere = [c for c in sorted(chosen) if c != column and figure.amount and settled.get(c) == figure.amount]
    elsewhere.sort(key=lambda c: (system.figures[c].statement != figure.statement, c))
    if elsewhere and value == 0:
        yield WEIGHTS.moved, "its value belongs to " + where(system.figures[elsewhere[0]])
    elif elsewhere and any(system.figures[c].amount == value for c in elsewhere):
        yield WEIGHTS.swapped, "swapped with " + where(system.figures[elsewhere[0]])


def _signs_of_oddity(figure: Figure, value: Decimal, *, alone: bool) -> Iterator[Sign]:
    """An amount that would be negative, and a blank that would be filled."""
    if value < 0 <= figure.amount and not any(word in (figure.label or "") for word in MAY_BE_NEGATIVE):
        yield WEIGHTS.negative, "against it: it would be negative"
    if figure.value is None and value != 0:
        yield WEIGHTS.filled_alone if alone else WEIGHTS.filled_among_others, "left blank"


def other_value(figure: Figure) -> Decimal | None:
    """What the second reader reads, in the unit of the figure's value (the document may print another); ``None`` where it is no number."""
    first, second = parse_number(figure.printed), parse_number(figure.other_reading)
    if second is None or not figure.value or first is None or first.unit != second.unit:
        return second.value if second is not None and not second.unit else None
    return second.value * figure.value / first.value


def where(figure: Figure, own: str = "") -> str:
    """Where a figure stands, in words; with the report's id where it is not of the ``own`` report."""
    words = place_of(figure)
    return words if own in ("", figure.report_id) else f"[{figure.report_id}] {words}"
