"""Which values of one figure let an equation that is not linear hold, the other figures kept within their rounding.

Shares, rates and score formulas (quotients, products, the least of some) are not linearised: they take part in
localisation exactly, as a bound on a figure whose companions are kept.  The bound is an outer one (companions are taken
as independent), so a true value is never excluded.

What belongs here: solving an expression for one figure.  What may not: linear systems (``system``).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from pipeline.model.equations import Equation, Expression, Least, NotEvaluable, Product, Quotient, Sum
from pipeline.model.figures import Figure
from pipeline.model.numbers import ZERO, Interval

Bounds = tuple[Fraction | None, Fraction | None]  # None: no limit on that side
EVERYTHING: Bounds = (None, None)


class _TooDeep(Exception):
    """The figure stands in the expression in a way that is not solved for; the equation then does not bound it."""


_ONE = Interval(Fraction(1), Fraction(1))


@dataclass(frozen=True, slots=True)
class _Form:
    """``(n0 + n1·x) / (d0 + d1·x)`` with coefficients that are known within ranges."""

    n0: Interval
    n1: Interval
    d0: Interval = _ONE
    d1: Interval = ZERO

    @property
    def is_linear(self) -> bool:
        return self.d0 == _ONE and self.d1 == ZERO

    @property
    def constant(self) -> bool:
        return self.n1 == ZERO and self.d1 == ZERO


def _holds_zero(spread: Interval) -> bool:
    return spread.low <= 0 <= spread.high


def _form(expression: Expression, figure_id: str) -> _Form:
    """The expression as a function of one figure."""
    if not any(f.figure_id == figure_id for f in expression.figures()):
        return _Form(expression.interval(), ZERO)
    if isinstance(expression, Sum):
        slope = sum((c for c, f in expression.terms if f.figure_id == figure_id), start=Decimal(0))
        rest = Sum(tuple(t for t in expression.terms if t[1].figure_id != figure_id), expression.constant).interval()
        return _Form(rest, Interval.around(slope, Decimal(0)))
    if isinstance(expression, Quotient):
        above, below = _form(expression.numerator, figure_id), _form(expression.denominator, figure_id)
        if above.is_linear and below.is_linear:
            return _Form(above.n0.scaled(expression.scale), above.n1.scaled(expression.scale), below.n0, below.n1)
    if isinstance(expression, Product):
        left, right = _form(expression.left, figure_id), _form(expression.right, figure_id)
        if right.constant and not left.constant:
            left, right = right, left
        if left.constant and left.is_linear:
            by = left.n0.scaled(expression.scale)
            return _Form(right.n0 * by, right.n1 * by, right.d0, right.d1)
    raise _TooDeep


def _solve(left: _Form, target: Interval) -> Bounds | None:
    """The ``x`` for which the form can lie in ``target``; ``None`` for none."""
    # (n0 + n1 x) ∈ T (d0 + d1 x)  ⇔  (n1 − T d1) x ∈ T d0 − n0, up to the independence of companions
    slope = left.n1 - target * left.d1
    wanted = target * left.d0 - left.n0
    if _holds_zero(slope):
        if slope == ZERO and not _holds_zero(wanted):
            return None
        return EVERYTHING
    ends = [a / b for a in (wanted.low, wanted.high) for b in (slope.low, slope.high)]
    return min(ends), max(ends)


def _invert(expression: Expression, figure_id: str, low: Fraction | None, high: Fraction | None) -> Bounds | None:
    """Values of the figure for which ``low <= expression <= high`` is possible."""
    if low is None and high is None:
        return EVERYTHING
    if isinstance(expression, Least):
        return _invert_least(expression, figure_id, low, high)
    form = _form(expression, figure_id)
    if low is None or high is None:
        # one-sided: only a linear form with a known slope is solved; anything else does not bound the figure
        if not form.is_linear or _holds_zero(form.n1):
            return EVERYTHING
        limit = low if low is not None else high
        assert limit is not None
        ends = [(limit - n) / s for n in (form.n0.low, form.n0.high) for s in (form.n1.low, form.n1.high)]
        upward = (low is not None) == (form.n1.low > 0)
        return (min(ends), None) if upward else (None, max(ends))
    return _solve(form, Interval(low, high))


def _invert_least(expression: Least, figure_id: str, low: Fraction | None, high: Fraction | None) -> Bounds | None:
    """Every part must reach ``low``; some part must stay under ``high``."""
    holding = [p for p in expression.parts if any(f.figure_id == figure_id for f in p.figures())]
    others = [p.interval() for p in expression.parts if p not in holding]
    if low is not None and any(o.high < low for o in others):
        return None
    found: Bounds | None = EVERYTHING
    for part in holding if low is not None else ():
        found = _both(found, _invert(part, figure_id, low, None))
    if high is not None and not any(o.low <= high for o in others):
        under = [u for u in (_invert(p, figure_id, None, high) for p in holding) if u is not None]
        found = _both(found, _hull(under))
    return found


def _both(one: Bounds | None, other: Bounds | None) -> Bounds | None:
    if one is None or other is None:
        return None
    low = max((b for b in (one[0], other[0]) if b is not None), default=None)
    high = min((b for b in (one[1], other[1]) if b is not None), default=None)
    return None if low is not None and high is not None and low > high else (low, high)


def _hull(every: list[Bounds]) -> Bounds | None:
    if not every:
        return None
    lows, highs = [b[0] for b in every], [b[1] for b in every]
    low = None if any(x is None for x in lows) else min(x for x in lows if x is not None)
    high = None if any(x is None for x in highs) else max(x for x in highs if x is not None)
    return low, high


def admitted_changes(equation: Equation, figure: Figure) -> Bounds | None:
    """Limits of ``true − printed`` for one figure, the others kept; ``None`` if no value of it satisfies the equation.

    An expression that cannot be solved for the figure gives no limits.
    """
    key = figure.figure_id
    try:
        in_left = any(f.figure_id == key for f in equation.left.figures())
        in_right = any(f.figure_id == key for f in equation.right.figures())
        tolerance = Fraction(equation.tolerance)
        if in_left and in_right:
            left, right = _form(equation.left, key), _form(equation.right, key)
            if not (left.is_linear and right.is_linear) or equation.relation != "=":
                return EVERYTHING
            found = _solve(_Form(left.n0 - right.n0, left.n1 - right.n1), Interval(-tolerance, tolerance))
        else:
            holder, other = (equation.left, equation.right) if in_left else (equation.right, equation.left)
            spread = other.interval()
            low: Fraction | None = spread.low - tolerance
            high: Fraction | None = spread.high + tolerance
            if equation.relation == ">=":
                low, high = (low, None) if in_left else (None, high)
            found = _invert(holder, key, low, high)
    except (_TooDeep, NotEvaluable, ZeroDivisionError):
        return EVERYTHING
    if found is None:
        return None
    shift = Fraction(figure.amount)
    return (None if found[0] is None else found[0] - shift), (None if found[1] is None else found[1] - shift)
