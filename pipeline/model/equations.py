"""Equations over figures, and the one evaluator that decides them all.

An equation states that two expressions over printed figures are equal (or that the first is at least
the second).  Every printed figure stands for an interval (±½ of its last digit; weights and scores are assigned and stand for themselves), so a
verdict is:

``exact``          the printed values themselves satisfy it;
``rounding``       they do not, but true values within the intervals can;
``violated``       no true values can;
``not_evaluated``  an operand could not be found, or nothing is printed in it: silence is not a pass.

A last digit that is cut off instead of rounded (96.8 of 96.875), a score given with fewer digits elsewhere (99 for 98.62), and a sum of
scores to the hundredth that is one hundredth off are ``rounding`` too, with ``shortened``: they are to be remarked, and accuse nobody.

What belongs here: expressions, equations, verdicts.  What may not: which equations a report must
satisfy (``expectations``) and which figure is to blame (``pipeline.reconciliation``).
Source: the identities hold "for the figures as printed if they can hold for some true figures that
round to them" — the reports' own note 本套报表金额单位转换时可能存在尾数误差.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import cached_property
from typing import Literal

from pipeline.model.figures import Figure
from pipeline.model.numbers import Interval, decimal_of

Verdict = Literal["exact", "rounding", "violated", "not_evaluated"]
Relation = Literal["=", ">="]


#: Figures whose corners are tried one by one (2 to this power) where a quotient holds some of them twice.
_MOST_CORNERS = 8
#: Sums and products of decimals without any rounding.
EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_NOTHING, _ONE = Decimal(0), Decimal(1)
_SIGNS = (_ONE, Decimal(-1))


class NotEvaluable(Exception):
    """An expression has no value for these figures (a divisor that may be zero); the text says why."""


class Expression:
    """Something with a value over figures, exactly (rational).  Subclasses are frozen and know their own figures."""

    __slots__ = ()

    def point(self) -> Fraction:
        """The value of the printed figures.  Raises :class:`NotEvaluable`."""
        raise NotImplementedError

    def interval(self) -> Interval:
        """All values that true figures can give.  Raises :class:`NotEvaluable`."""
        raise NotImplementedError

    def figures(self) -> Iterator[Figure]:
        """The figures in it, in order (one may occur twice)."""
        raise NotImplementedError

    def linear(self) -> tuple[Mapping[str, Decimal], Decimal] | None:
        """``({figure_id: coefficient}, constant)`` where the expression is a weighted sum, else ``None``."""
        return None

    def blank(self) -> bool:
        """Whether every figure in it is a blank cell."""
        return all(f.value is None for f in self.figures())


def _weighted(terms: Iterable[tuple[Decimal, Decimal]], constant: Decimal) -> Decimal:
    """The constant plus Σ coefficient × number, every digit of it."""
    total, add = constant, EXACT.add
    for c, number in terms:
        total = add(total, number if c is _ONE or c == 1 else EXACT.multiply(c, number))
    return total


@dataclass(frozen=True)
class Sum(Expression):
    """A weighted sum of figures plus a constant: ``Sum.of(a, b, (-1, c))``."""

    terms: tuple[tuple[Decimal, Figure], ...]
    constant: Decimal = Decimal(0)

    @classmethod
    def of(cls, *items: Figure | tuple[int | Decimal, Figure], constant: Decimal | int = 0) -> Sum:
        terms = tuple((Decimal(i[0]), i[1]) if isinstance(i, tuple) else (_ONE, i) for i in items)
        return cls(terms, Decimal(constant))

    @cached_property
    def printed(self) -> Decimal:
        """The value of the printed figures, exactly."""
        return _weighted(((c, f.value) for c, f in self.terms if f.value is not None), self.constant)

    @property
    def plain(self) -> bool:
        """Whether it only adds and subtracts figures."""
        return not self.constant and all(c is _ONE or c in _SIGNS for c, _ in self.terms)

    @cached_property
    def reach(self) -> Decimal:
        """How far true figures can take it from the printed value, either way."""
        return _weighted(((c if c is _ONE else abs(c), f.half_width) for c, f in self.terms if f.value is not None), _NOTHING)

    @cached_property
    def coefficients(self) -> Mapping[str, Decimal]:
        """``figure_id`` → coefficient."""
        total = {f.figure_id: c for c, f in self.terms}
        if len(total) < len(self.terms):  # a figure stands in it twice
            total = dict.fromkeys(total, _NOTHING)
            for c, f in self.terms:
                total[f.figure_id] += c
        return total

    def point(self) -> Fraction:
        return Fraction(self.printed)

    def interval(self) -> Interval:
        return Interval.around(self.point(), self.reach)

    def figures(self) -> Iterator[Figure]:
        return (f for _, f in self.terms)

    def blank(self) -> bool:
        return all(f.value is None for _, f in self.terms)

    def linear(self) -> tuple[Mapping[str, Decimal], Decimal] | None:
        return self.coefficients, self.constant


@dataclass(frozen=True, slots=True)
class Quotient(Expression):
    """``scale × numerator / denominator`` (``scale`` 100 gives per cent)."""

    numerator: Expression
    denominator: Expression
    scale: Decimal = Decimal(1)

    def point(self) -> Fraction:
        below = self.denominator.point()
        if below == 0:
            raise NotEvaluable("the divisor is zero")
        return Fraction(self.scale) * self.numerator.point() / below

    def interval(self) -> Interval:
        corners = self._corners()
        if corners is not None:
            return corners
        try:
            return (self.numerator.interval() / self.denominator.interval()).scaled(self.scale)
        except ZeroDivisionError:
            raise NotEvaluable("the divisor may be zero within its rounding") from None

    def figures(self) -> Iterator[Figure]:
        yield from self.numerator.figures()
        yield from self.denominator.figures()

    def _corners(self) -> Interval | None:
        """The exact range where a figure stands above and below the line (a share of a sum that holds it).

        Taken apart, the two would count the figure's rounding twice.  A quotient of two weighted sums has its extremes
        at the corners of its figures' intervals.  ``None`` where no figure is shared, or too many are to try.
        """
        above, below = self.numerator.linear(), self.denominator.linear()
        if above is None or below is None or not above[0].keys() & below[0].keys():
            return None
        figures = {f.figure_id: f for f in self.figures()}
        loose = [f for f in figures.values() if f.half_width]
        if len(loose) > _MOST_CORNERS:
            return None
        values = []
        for ends in itertools.product((-1, 1), repeat=len(loose)):
            at = {i: f.amount for i, f in figures.items()} | {
                f.figure_id: EXACT.add(f.amount, end * f.half_width) for f, end in zip(loose, ends, strict=True)
            }
            top = Fraction(_weighted(((c, at[i]) for i, c in above[0].items()), above[1]))
            values.append((top, Fraction(_weighted(((c, at[i]) for i, c in below[0].items()), below[1]))))
        if min(b for _, b in values) <= 0 <= max(b for _, b in values):
            raise NotEvaluable("the divisor may be zero within its rounding")
        quotients = [Fraction(self.scale) * t / b for t, b in values]
        return Interval(min(quotients), max(quotients))


@dataclass(frozen=True, slots=True)
class Product(Expression):
    """``scale × left × right``."""

    left: Expression
    right: Expression
    scale: Decimal = Decimal(1)

    def point(self) -> Fraction:
        return Fraction(self.scale) * self.left.point() * self.right.point()

    def interval(self) -> Interval:
        return (self.left.interval() * self.right.interval()).scaled(self.scale)

    def figures(self) -> Iterator[Figure]:
        yield from self.left.figures()
        yield from self.right.figures()


@dataclass(frozen=True, slots=True)
class Least(Expression):
    """The smallest of its parts (a score capped at its weight)."""

    parts: tuple[Expression, ...]

    def point(self) -> Fraction:
        return min(p.point() for p in self.parts)

    def interval(self) -> Interval:
        ends = [p.interval() for p in self.parts]
        return Interval(min(e.low for e in ends), min(e.high for e in ends))

    def figures(self) -> Iterator[Figure]:
        for p in self.parts:
            yield from p.figures()


@dataclass(frozen=True)
class Equation:
    """One instance of a rule: ``left relation right``, at a named place of a report.

    ``left`` is the side whose printed figure is shown as *printed*, ``right`` what it should be (*expected*); ``bounded`` turns that round
    for a figure that may be at most something (weight ≥ score: the score is what is printed).
    ``missing`` names operands that the report should print and that could not be found; with any, the
    verdict is ``not_evaluated``.  ``place`` reads like ``公开02表 收入决算表 / 合计 / 财政拨款收入`` and is unique
    within rule and report.  ``tolerance`` widens the equation beyond the figures' own rounding, where a rule's
    source prints a coarser rounding of its own.
    """

    rule_id: str
    report_id: str
    place: str
    left: Expression
    right: Expression
    relation: Relation = "="
    missing: tuple[str, ...] = ()
    tolerance: Decimal = Decimal(0)
    bounded: bool = False

    @property
    def shown(self) -> tuple[Expression, Expression]:
        """The side that is shown as printed, and what it is held against."""
        return (self.right, self.left) if self.bounded else (self.left, self.right)

    @cached_property
    def equation_id(self) -> str:
        """Stable over runs: a hash of rule, report and place (also the id of its finding)."""
        return hashlib.sha256(f"{self.rule_id}|{self.report_id}|{self.place}".encode()).hexdigest()[:16]

    def terms(self) -> Mapping[str, Decimal | None]:
        """``figure_id`` → coefficient of ``left − right``; ``None`` where the equation is not linear in the figure."""
        return self._terms

    @cached_property
    def _terms(self) -> Mapping[str, Decimal | None]:
        left, right = self.left.linear(), self.right.linear()
        if left is None or right is None:
            return {f.figure_id: None for f in self.figures()}
        total: dict[str, Decimal | None] = dict(left[0])
        for key, c in right[0].items():
            total[key] = (total.get(key) or _NOTHING) - c
        return total

    @cached_property
    def _figures(self) -> tuple[Figure, ...]:
        return (*self.left.figures(), *self.right.figures())

    def figures(self) -> Iterator[Figure]:
        return iter(self._figures)

    @cached_property
    def outcome(self) -> Outcome:
        """What the evaluator found, once (:func:`evaluate`)."""
        return _evaluated(self)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the evaluator found.

    ``printed`` and ``expected`` are the two sides' values, ``None`` where every figure of the side is blank;
    ``difference = printed − expected`` with a blank as nothing; ``slack`` is how much more the difference could
    have grown (or, when violated, how far beyond rounding it is, as a negative number); ``reason`` says why an equation was not evaluated.
    ``shortened``: it holds because a figure prints fewer digits than the other side has, and not the nearest ones, or one of a score.
    """

    equation: Equation
    verdict: Verdict
    printed: Decimal | None = None
    expected: Decimal | None = None
    difference: Decimal | None = None
    slack: Decimal | None = None
    reason: str = ""
    shortened: bool = False


def evaluate(equation: Equation) -> Outcome:
    """Decide one equation by interval arithmetic (see the module's docstring for the verdicts)."""
    return equation.outcome


def _evaluated(equation: Equation) -> Outcome:
    if equation.missing:
        return Outcome(equation, "not_evaluated", reason="not found: " + "; ".join(equation.missing))
    left_blank, right_blank = equation.left.blank(), equation.right.blank()
    if left_blank and right_blank:
        return Outcome(equation, "not_evaluated", reason="nothing is printed in any operand")
    try:
        left, right, difference, slack = _measured(equation)
    except NotEvaluable as why:
        return Outcome(equation, "not_evaluated", reason=str(why))
    exact = difference == 0 if equation.relation == "=" else difference >= 0
    shortened = slack < 0 and not exact and _is_shortened(equation)
    verdict: Verdict = "exact" if exact else "rounding" if slack >= 0 or shortened else "violated"
    return Outcome(
        equation,
        verdict,
        printed=None if left_blank else _shown(left, equation.left),
        expected=None if right_blank and any(equation.right.figures()) else _shown(right, equation.right),
        difference=decimal_of(difference),
        slack=decimal_of(slack),
        shortened=shortened,
    )


def _measured(equation: Equation) -> tuple[Decimal | Fraction, Decimal | Fraction, Decimal | Fraction, Decimal | Fraction]:
    """Both sides, how far they are apart, and what rounding leaves of that (negative: what it does not explain), exactly.

    Most equations are of two sums: decimals are enough for these, and ten times as fast.  Raises :class:`NotEvaluable`.
    """
    left, right = equation.left, equation.right
    if isinstance(left, Sum) and isinstance(right, Sum):
        apart = EXACT.subtract(left.printed, right.printed)
        further = apart.copy_abs() if equation.relation == "=" else apart.copy_negate()
        return left.printed, right.printed, apart, EXACT.add(EXACT.subtract(equation.tolerance, further), _reach(left, right))
    one, other, both = left.point(), right.point(), left.interval() - right.interval()
    beyond = max(both.low, -both.high) if equation.relation == "=" else -both.high
    return one, other, one - other, Fraction(equation.tolerance) - beyond


def _reach(left: Sum, right: Sum) -> Decimal:
    """How far ``left − right`` can truly be from the printed difference; a figure on both sides is one true value."""
    if len({f.figure_id for _, f in left.terms}.union([f.figure_id for _, f in right.terms])) == len(left.terms) + len(right.terms):
        return EXACT.add(left.reach, right.reach)
    figures = {f.figure_id: f for _, f in (*left.terms, *right.terms)}
    net = {i: left.coefficients.get(i, _NOTHING) - right.coefficients.get(i, _NOTHING) for i in figures}
    return Sum(tuple((c, figures[i]) for i, c in net.items())).reach


#: Scores to the hundredth are computed, so that a sum of them may be off by their rounding.
_COMPUTED = Decimal("0.01")


def _is_shortened(equation: Equation) -> bool:
    """Whether an equality fails by the digits alone that one of its figures prints (see the module's docstring)."""
    if equation.relation != "=":
        return False
    sides = ((equation.left, equation.right), (equation.right, equation.left))
    return any(_shortens(one, other, equation.tolerance) for one, other in sides) or _is_rounded_sum(equation)


def _shortens(side: Expression, other: Expression, tolerance: Decimal) -> bool:
    """Whether a side is one figure that prints what the other, finer side gives when its digits are cut off, or (a score) rounded.

    A tolerance stands for the digit that is printed where that is coarser than the figure's resolution."""
    figure = _only(side)
    if figure is None or figure.value is None or not _is_finer(other, figure):
        return False
    value, true = Fraction(figure.value), other.point()
    digit = max(Fraction(figure.resolution), 2 * Fraction(figure.half_width + tolerance))
    cut = value * true >= 0 and 0 <= abs(true) - abs(value) < digit
    return cut or Interval.around(figure.value, figure.rounding).meets(other.interval())


def _only(side: Expression) -> Figure | None:
    """The figure that a side consists of."""
    if not isinstance(side, Sum) or side.constant or len(side.terms) != 1 or side.terms[0][0] != 1:
        return None
    return side.terms[0][1]


def _is_finer(side: Expression, figure: Figure) -> bool:
    """Whether a side has digits that a figure does not print: it is computed, or a figure of it prints more of them."""
    printed = [f.resolution for f in side.figures() if f.value is not None]
    return bool(printed) and (side.linear() is None or max(printed) < figure.resolution)


def _is_rounded_sum(equation: Equation) -> bool:
    """Whether a sum of scores to the hundredth is off by no more than their rounding."""
    terms, figures = equation.terms(), {f.figure_id: f for f in equation.figures()}
    if None in terms.values() or len(terms) < 3:
        return False
    loose = [(abs(c), f.rounding) for i, f in figures.items() if (c := terms[i]) and f.resolution <= _COMPUTED]
    return abs(equation.left.point() - equation.right.point()) <= Fraction(_weighted(loose, Decimal(0)))


def _shown(value: Decimal | Fraction, side: Expression) -> Decimal:
    """A side's value with the decimals that its figures print, trailing zeros too."""
    plain = decimal_of(value)
    if isinstance(value, Decimal) and isinstance(side, Sum) and side.plain and plain == value:
        return value  # adding keeps the decimals of what is added
    least = min((f.value for f in side.figures() if f.value is not None), key=_exponent, default=plain)
    return EXACT.quantize(plain, least) if _exponent(least) < _exponent(plain) else plain


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
