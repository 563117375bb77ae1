"""Values for a figure taken for wrong: which printable value its interval admits, and which slip would explain it.

What belongs here: slips of the hand and the choice among admitted values.  What may not: comparing explanations (``ranking``).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from pipeline.model.figures import Figure

Slip = Literal[
    "",
    "sign",
    "shifted decimal point",
    "transposed digits",
    "dropped digit",
    "inserted digit",
    "one digit differs",
    "another unit",
]

#: An interval with more printable values than this is not walked through for slips.
MOST_VALUES = 400
_UNIT_POWERS = frozenset({3, 4, 8})  # thousand, 万 and 亿


def step(figure: Figure) -> Decimal:
    """The smallest difference that the figure's cell can print; a count, whose rounding is nothing, steps by its last digit."""
    if figure.resolution:
        return figure.resolution
    exponent = figure.amount.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)


def _digits(value: Decimal, resolution: Decimal) -> str:
    return str(int(abs(value) / resolution)) if resolution else ""


def slip(printed: Decimal, right: Decimal, resolution: Decimal) -> Slip:
    """The one-step slip that turns ``right`` into ``printed``, or ``""``.  Digits are counted from the last printed one."""
    if printed == right or not printed or not right:
        return ""
    if printed == -right:
        return "sign"
    big, small = max(abs(printed), abs(right)), min(abs(printed), abs(right))
    if (printed > 0) == (right > 0):
        ratio = big / small
        power = ratio.adjusted()
        if ratio == Decimal(10) ** power:
            return "another unit" if power in _UNIT_POWERS else "shifted decimal point"
        a, b = _digits(printed, resolution), _digits(right, resolution)
        return _digit_slip(a, b)
    return ""


def _digit_slip(printed: str, right: str) -> Slip:
    if len(printed) == len(right):
        differ = [i for i, (x, y) in enumerate(zip(printed, right, strict=True)) if x != y]
        if len(differ) == 2 and differ[1] == differ[0] + 1:
            i = differ[0]
            if printed[i] == right[i + 1] and printed[i + 1] == right[i]:
                return "transposed digits"
        return "one digit differs" if len(differ) == 1 else ""
    if len(printed) + 1 == len(right) and _without_one(right, printed):
        return "dropped digit"
    if len(printed) == len(right) + 1 and _without_one(printed, right):
        return "inserted digit"
    # a leading digit lost before zeros (1005.20 → 5.20), or put in front of them
    if len(printed) < len(right) and right[1:].lstrip("0") == printed:
        return "dropped digit"
    if len(printed) > len(right) and printed[1:].lstrip("0") == right:
        return "inserted digit"
    return ""


def _without_one(longer: str, shorter: str) -> bool:
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))


def printable(figure: Figure, low: Decimal | None, high: Decimal | None) -> tuple[Decimal, Decimal] | None:
    """The least and greatest value that the figure's cell can print for a true value in ``[low, high]``; ``None`` where open."""
    if low is None or high is None:
        return None
    grid, half = step(figure), figure.resolution / 2
    first = ((low - half) / grid).to_integral_value(rounding="ROUND_CEILING") * grid
    last = ((high + half) / grid).to_integral_value(rounding="ROUND_FLOOR") * grid
    return (first, last) if first <= last else None


def admits(figure: Figure, low: Decimal | None, high: Decimal | None, value: Decimal) -> bool:
    """Whether the cell may print ``value`` for some true value in ``[low, high]``."""
    half = figure.resolution / 2
    return (low is None or value + half >= low) and (high is None or value - half <= high)


def slip_values(figure: Figure, low: Decimal | None, high: Decimal | None) -> list[tuple[Decimal, Slip]]:
    """Admitted values that one slip turns into the printed one, likelier slips first."""
    ends = printable(figure, low, high)
    if ends is None or figure.value is None or figure.value == 0:
        return []
    count = int((ends[1] - ends[0]) / step(figure)) + 1
    if count > MOST_VALUES:
        return []
    middle = (ends[0] + ends[1]) / 2
    found: list[tuple[Decimal, Slip]] = []
    for i in range(count):
        value = ends[0] + i * step(figure)
        kind = slip(figure.value, value, step(figure))
        if kind:
            found.append((value, kind))
    return sorted(found, key=lambda f: (f[1] == "one digit differs", abs(f[0] - middle), f[0]))


def middle_value(figure: Figure, low: Decimal | None, high: Decimal | None) -> Decimal | None:
    """The printable value in the middle of the interval; for a one-sided interval its limit."""
    if low is None and high is None:
        return None
    centre = (low + high) / 2 if low is not None and high is not None else low if low is not None else high
    assert centre is not None
    return (centre / step(figure)).to_integral_value(rounding=ROUND_HALF_EVEN) * step(figure)


def first_admitted(figure: Figure, low: Decimal | None, high: Decimal | None, values: Iterable[Decimal]) -> Decimal | None:
    """The first of the given values that the interval admits."""
    return next((v for v in values if admits(figure, low, high, v)), None)
