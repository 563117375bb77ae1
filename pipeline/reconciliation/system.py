"""The equations of one report (or of several) as exact integers: what the solvers of this package work on.

The unit is half of the finest printed digit, so that printed values and half-widths are both integers and no
test needs an epsilon.  An unknown is a figure's *change* ``d = true − printed``: ``|d| <= half-width`` while the figure is
kept, any number once it is taken for wrong.  A blank is a figure of value and half-width 0, so it can be wrong too.

What belongs here: turning equations into rows.  What may not: searching (``search``, ``programme``) or ranking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm

from pipeline.model.equations import EXACT, Equation, Sum, evaluate
from pipeline.model.figures import Figure
from pipeline.model.numbers import decimal_of
from pipeline.reconciliation.groups import Groups
from pipeline.reconciliation.inversion import admitted_changes

#: Limits of a change or a row; ``None`` is no limit on that side.
Bound = int | Fraction | None


@dataclass(frozen=True, slots=True)
class Line:
    """One linear equation: ``low <= Σ coefficient × change <= high`` (the printed residual is already inside the limits).

    ``width`` is Σ |coefficient| × half-width, what rounding alone can move; ``equations`` are all that say the same.
    """

    terms: Mapping[int, int]
    low: int | None
    high: int | None
    width: int
    equations: tuple[Equation, ...]

    @property
    def violated(self) -> bool:
        """Whether rounding alone cannot satisfy it (the same decision as :func:`pipeline.model.equations.evaluate`)."""
        return (self.low is not None and self.low > self.width) or (self.high is not None and self.high < -self.width)


@dataclass(frozen=True, slots=True)
class Curve:
    """One equation that is not linear (a share, a rate, a score formula): it bounds a figure only while the others are kept."""

    columns: frozenset[int]
    violated: bool
    equation: Equation

    @property
    def equations(self) -> tuple[Equation, ...]:
        return (self.equation,)


@dataclass(frozen=True)
class System:
    """Figures as columns, equations as rows (lines first, then curves).

    ``half`` has each column's half-width in units of ``unit`` 万元; ``touching`` the rows of each column; ``columns`` the columns of each row.
    """

    figures: tuple[Figure, ...]
    unit: Decimal
    printed: tuple[int, ...]
    half: tuple[int, ...]
    lines: tuple[Line, ...]
    curves: tuple[Curve, ...]
    columns: tuple[frozenset[int], ...]
    touching: tuple[tuple[int, ...], ...]
    index: Mapping[str, int]
    _curve_bounds: dict[tuple[int, int], tuple[Bound, Bound] | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def rows(self) -> int:
        return len(self.lines) + len(self.curves)

    @cached_property
    def grain(self) -> int:
        """The half-width that most figures have, in units: floating numbers keep their precision when they count in it.

        One rate with nine decimals makes the unit ten million times smaller than the cents of all amounts.
        """
        return Counter(h for h in self.half if h).most_common(1)[0][0] if any(self.half) else 1

    @cached_property
    def floors(self) -> tuple[int | None, ...]:
        """The least change of each figure once it is taken for wrong: no income and no expenditure is repaired to less than nothing."""
        return tuple(None if may_be_negative(f) else -p for f, p in zip(self.figures, self.printed, strict=True))

    @cached_property
    def parts(self) -> tuple[int, ...]:
        """A column that stands for the part of each: all that is tied to it through any chain of rows."""
        groups: Groups[int] = Groups()
        for columns in self.columns:
            groups.tie(columns)
        return tuple(map(groups.of, range(len(self.figures))))

    @cached_property
    def curved(self) -> Mapping[int, tuple[int, ...]]:
        """The curves of each column that stands in any."""
        first = len(self.lines)
        return {c: curves for c, rows in enumerate(self.touching) if (curves := tuple(r for r in rows if r >= first))}

    def row(self, number: int) -> Line | Curve:
        return self.lines[number] if number < len(self.lines) else self.curves[number - len(self.lines)]

    def violated(self) -> list[int]:
        """Numbers of the rows that no true values within the printed intervals satisfy."""
        return [i for i in range(self.rows) if self.row(i).violated]

    def limits(self, row: int, column: int) -> tuple[Bound, Bound] | None:
        """What a row asks of one column's change while all its other figures are kept; ``None`` if no change can satisfy it."""
        if row >= len(self.lines):
            return self._curve_limits(row, column)
        line = self.lines[row]
        c = line.terms[column]
        rest = line.width - abs(c) * self.half[column]
        low = None if line.low is None else line.low - rest
        high = None if line.high is None else line.high + rest
        if c == 1:
            return low, high
        if c == -1:
            return (None if high is None else -high), (None if low is None else -low)
        ends = (None if low is None else Fraction(low, c), None if high is None else Fraction(high, c))
        return ends if c > 0 else (ends[1], ends[0])

    def _curve_limits(self, row: int, column: int) -> tuple[Bound, Bound] | None:
        key = (row, column)
        if key not in self._curve_bounds:
            equation = self.curves[row - len(self.lines)].equation
            bounds = admitted_changes(equation, self.figures[column])
            scale = Fraction(self.unit)
            self._curve_bounds[key] = bounds and (
                None if bounds[0] is None else bounds[0] / scale,
                None if bounds[1] is None else bounds[1] / scale,
            )
        return self._curve_bounds[key]

    def value(self, units: int | Fraction) -> Decimal:
        """An amount of units as a decimal number in the figures' own unit."""
        return decimal_of(Fraction(units) * Fraction(self.unit)).normalize() + Decimal(0)

    def equations_of(self, rows: Iterable[int]) -> list[Equation]:
        return [e for r in rows for e in self.row(r).equations]


def meet(one: tuple[Bound, Bound] | None, other: tuple[Bound, Bound] | None) -> tuple[Bound, Bound] | None:
    """What two pairs of limits have in common; ``None`` for nothing."""
    if one is None or other is None:
        return None
    low = one[0] if other[0] is None else other[0] if one[0] is None else max(one[0], other[0])
    high = one[1] if other[1] is None else other[1] if one[1] is None else min(one[1], other[1])
    return None if low is not None and high is not None and low > high else (low, high)


#: Words of rows whose amounts may be below nothing: carry-over and balances.
MAY_BE_NEGATIVE = ("年初", "年末", "期初", "期末", "结余", "结转")


def may_be_negative(figure: Figure) -> bool:
    """Whether the true amount may be below nothing: balances, what prints so itself, and whatever is no amount of a form."""
    balance = any(word in (figure.label or "") for word in MAY_BE_NEGATIVE) or figure.measure in ("opening", "closing")
    return balance or figure.section != "form" or figure.unit != "万元" or figure.amount < 0


def _places(numbers: Iterable[Decimal]) -> int:
    """The most decimal places in use."""
    deepest = 0
    for number in numbers:
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > deepest:
            deepest = -exponent
    return deepest


def build_systems(equations: Sequence[Equation], figures: Iterable[Figure] = ()) -> tuple[System, ...]:
    """The equations in parts that share no figure, each as a system; figures in no equation make a last one without rows.

    Parts keep numbers small: a score printed to nine decimals does not make the amounts of the forms count in billionths.
    """
    parts = parts_of(equations)
    ordered = sorted((build_system(part) for part in parts), key=lambda s: s.figures[0].figure_id)
    used = {key for system in ordered for key in system.index}
    alone = [f for f in figures if f.figure_id not in used]
    return (*ordered, build_system([], alone)) if alone else tuple(ordered)


def parts_of(equations: Iterable[Equation]) -> list[list[Equation]]:
    """The equations whose operands were found in parts that share no figure."""
    groups: Groups[str] = Groups()
    used = [(e, keys) for e in equations if not e.missing and (keys := [f.figure_id for f in e.figures()])]
    for _, keys in used:
        groups.tie(keys)
    parts: dict[str, list[Equation]] = {}
    for e, keys in used:
        parts.setdefault(groups.of(keys[0]), []).append(e)
    return list(parts.values())


def build_system(equations: Sequence[Equation], figures: Iterable[Figure] = ()) -> System:
    """The system of all equations whose operands were found.

    ``figures`` adds figures that stand in no equation (they are kept out of every explanation, but can be copies).
    Equations with ``missing`` operands are silent: they neither accuse nor acquit.  An equation between blanks only
    is kept, because it forbids filling one of them alone.
    """
    used = [e for e in equations if not e.missing]
    known: dict[str, Figure] = {}
    for e in used:
        for f in e.figures():
            known.setdefault(f.figure_id, f)
    for f in figures:
        known.setdefault(f.figure_id, f)
    ordered = tuple(known[key] for key in sorted(known))
    index = {f.figure_id: i for i, f in enumerate(ordered)}
    places = _places(n for f in ordered if f.value is not None for n in (f.value, f.resolution))
    scale = 2 * 10**places
    unit, units = Decimal(1) / Decimal(scale), Decimal(scale)
    printed = tuple(0 if f.value is None else int(EXACT.multiply(f.value, units)) for f in ordered)
    half = tuple(0 if f.value is None else int(EXACT.multiply(f.half_width, units)) for f in ordered)
    lines: dict[tuple[object, ...], Line] = {}
    curves: list[Curve] = []
    for e in used:
        line = _line(e, scale, index, printed, half)
        if line is None:
            columns = frozenset(index[f.figure_id] for f in e.figures())
            curves.append(Curve(columns, evaluate(e).verdict == "violated", e))
            continue
        if not line.terms:
            continue
        key = (tuple(sorted(line.terms.items())), line.low, line.high)
        twin = lines.get(key)
        lines[key] = line if twin is None else Line(line.terms, line.low, line.high, line.width, (*twin.equations, e))
    rows = list(lines.values())
    columns_of = tuple(frozenset(line.terms) for line in rows) + tuple(c.columns for c in curves)
    touching: list[list[int]] = [[] for _ in ordered]
    for number, columns in enumerate(columns_of):
        for column in columns:
            touching[column].append(number)
    return System(ordered, unit, printed, half, tuple(rows), tuple(curves), columns_of, tuple(tuple(t) for t in touching), index)


def _plain_terms(equation: Equation, index: Mapping[str, int]) -> dict[int, int] | None:
    """Coefficients of a sum of figures against a sum of figures, by far the most equations; ``None`` for any other."""
    left, right = equation.left, equation.right
    if not isinstance(left, Sum) or not isinstance(right, Sum) or left.constant or right.constant or equation.tolerance:
        return None
    total: dict[int, int] = {}
    for side, one in ((left, 1), (right, -1)):
        for c, f in side.terms:
            if c != 1 and c != -1:
                return None
            column = index[f.figure_id]
            total[column] = total.get(column, 0) + (one if c == 1 else -one)
    return total if all(total.values()) else {c: a for c, a in total.items() if a}


def _exact_terms(equation: Equation) -> tuple[dict[str, Decimal], Decimal] | None:
    """Coefficients and constant of ``left − right``, or ``None`` where it is not linear."""
    left, right = equation.left.linear(), equation.right.linear()
    if left is None or right is None:
        return None
    total = dict(left[0])
    for key, c in right[0].items():
        total[key] = total.get(key, Decimal(0)) - c
    return {k: c for k, c in total.items() if c}, left[1] - right[1]


def _line(equation: Equation, scale: int, index: Mapping[str, int], printed: Sequence[int], half: Sequence[int]) -> Line | None:
    """The equation in integers; ``None`` where it is not linear, without terms where its figures cancel out."""
    whole = _plain_terms(equation, index)
    shift = tolerance = 0
    if whole is None:
        exact = _exact_terms(equation)
        if exact is None:
            return None
        coefficients = {index[k]: Fraction(c) for k, c in exact[0].items()}
        fixed = (Fraction(exact[1]) * scale, Fraction(equation.tolerance) * scale)
        factor = lcm(*(n.denominator for n in (*coefficients.values(), *fixed)))
        whole = {k: int(c * factor) for k, c in coefficients.items()}
        shift, tolerance = int(fixed[0] * factor), int(fixed[1] * factor)
    residual, width = shift, 0
    for k, c in whole.items():
        residual += c * printed[k]
        width += abs(c) * half[k]
    high = tolerance - residual if equation.relation == "=" else None
    return Line(whole, -tolerance - residual, high, width, (equation,))
