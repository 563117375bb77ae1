"""Equations over figures, and the one evaluator that decides them all.

An equation states that two expressions over printed figures are equal (or that the first is at least
the second).  Every printed figure stands for an interval (±½ of its last digit), so a verdict is:

``exact``          the printed values themselves satisfy it;
``rounding``       they do not, but true values within the intervals can;
``violated``       no true values can;
``not_evaluated``  an operand could not be found, or nothing is printed in it: silence is not a pass.

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
from typing import Literal

from pipeline.model.figures import Figure
from pipeline.model.numbers import Interval, decimal_of

Verdict = Literal["exact", "rounding", "violated", "not_evaluated"]
Relation = Literal["=", ">="]


#: Figures whose corners are tried one by one (2 to this power) where a quotient holds some of them twice.
_MOST_CORNERS = 8
#: Sums and products of decimals without any rounding.
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


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
    total = constant
    for c, number in terms:
        total = _EXACT.add(total, number if c == 1 else _EXACT.multiply(c, number))
    return total


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """A weighted sum of figures plus a constant: ``Sum.of(a, b, (-1, c))``."""

    terms: tuple[tuple[Decimal, Figure], ...]
    constant: Decimal = Decimal(0)

    @classmethod
    def of(cls, *items: Figure | tuple[int | Decimal, Figure], constant: Decimal | int = 0) -> Sum:
        terms = tuple((Decimal(i[0]), i[1]) if isinstance(i, tuple) else (Decimal(1), i) for i in items)
        return cls(terms, Decimal(constant))

    def point(self) -> Fraction:
        return Fraction(_weighted(((c, f.amount) for c, f in self.terms), self.constant))

    def interval(self) -> Interval:
        return Interval.around(self.point(), _weighted(((abs(c), f.half_width) for c, f in self.terms), Decimal(0)))

    def figures(self) -> Iterator[Figure]:
        return (f for _, f in self.terms)

    def linear(self) -> tuple[Mapping[str, Decimal], Decimal] | None:
        total: dict[str, Decimal] = {}
        for c, f in self.terms:
            total[f.figure_id] = total.get(f.figure_id, Decimal(0)) + c
        return total, self.constant


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
                f.figure_id: _EXACT.add(f.amount, end * f.half_width) for f, end in zip(loose, ends, strict=True)
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


@dataclass(frozen=True, slots=True)
class Equation:
    """One instance of a rule: ``left relation right``, at a named place of a report.

    ``left`` is the side whose printed figure is shown as *printed*, ``right`` what it should be (*expected*).
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

    @property
    def equation_id(self) -> str:
        """Stable over runs: a hash of rule, report and place (also the id of its finding)."""
        return hashlib.sha256(f"{self.rule_id}|{self.report_id}|{self.place}".encode()).hexdigest()[:16]

    def terms(self) -> dict[str, Decimal | None]:
        """``figure_id`` → coefficient of ``left − right``; ``None`` where the equation is not linear in the figure."""
        left, right = self.left.linear(), self.right.linear()
        if left is None or right is None:
            return {f.figure_id: None for f in self.figures()}
        total: dict[str, Decimal | None] = dict(left[0])
        for key, c in right[0].items():
            total[key] = (total.get(key) or Decimal(0)) - c
        return total

    def figures(self) -> Iterator[Figure]:
        yield from self.left.figures()
        yield from self.right.figures()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the evaluator found.

    ``printed`` and ``expected`` are the two sides' values, ``None`` where every figure of the side is blank;
    ``difference = printed − expected`` with a blank as nothing; ``slack`` is how much more the difference could
    have grown (or, when violated, how far beyond rounding it is, as a negative number); ``reason`` says why an equation was not evaluated.
    """

    equation: Equation
    verdict: Verdict
    printed: Decimal | None = None
    expected: Decimal | None = None
    difference: Decimal | None = None
    slack: Decimal | None = None
    reason: str = ""


def evaluate(equation: Equation) -> Outcome:
    """Decide one equation by interval arithmetic (see the module's docstring for the verdicts)."""
    if equation.missing:
        return Outcome(equation, "not_evaluated", reason="not found: " + "; ".join(equation.missing))
    left_blank, right_blank = equation.left.blank(), equation.right.blank()
    if left_blank and right_blank:
        return Outcome(equation, "not_evaluated", reason="nothing is printed in any operand")
    try:
        left, right = equation.left.point(), equation.right.point()
        apart = _apart(equation)
    except NotEvaluable as why:
        return Outcome(equation, "not_evaluated", reason=str(why))
    difference = left - right
    if equation.relation == "=":
        exact = difference == 0
        beyond = max(apart.low, -apart.high)
    else:
        exact = difference >= 0
        beyond = -apart.high
    slack = Fraction(equation.tolerance) - beyond
    verdict: Verdict = "exact" if exact else "rounding" if slack >= 0 else "violated"
    return Outcome(
        equation,
        verdict,
        printed=None if left_blank else _shown(left, equation.left),
        expected=None if right_blank and any(True for _ in equation.right.figures()) else _shown(right, equation.right),
        difference=decimal_of(difference),
        slack=decimal_of(slack),
    )


def _shown(value: Fraction, side: Expression) -> Decimal:
    """A side's value with the decimals that its figures print, trailing zeros too."""
    plain = decimal_of(value)
    least = min((f.value for f in side.figures() if f.value is not None), key=_exponent, default=plain)
    return _EXACT.quantize(plain, least) if _exponent(least) < _exponent(plain) else plain


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _apart(equation: Equation) -> Interval:
    """All values that ``left − right`` can truly take; a figure on both sides of a linear equation is one true value.

    Raises :class:`NotEvaluable`.
    """
    left, right = equation.left.linear(), equation.right.linear()
    if left is None or right is None:
        return equation.left.interval() - equation.right.interval()
    figures = {f.figure_id: f for f in equation.figures()}
    terms = {i: c - right[0].get(i, 0) for i, c in left[0].items()} | {i: -c for i, c in right[0].items() if i not in left[0]}
    return Sum(tuple((c, figures[i]) for i, c in terms.items()), _EXACT.subtract(left[1], right[1])).interval()


def evaluate_all(equations: Iterable[Equation]) -> list[Outcome]:
    """Every equation's outcome, in order."""
    return [evaluate(e) for e in equations]
