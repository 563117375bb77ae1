"""What is decided by rounding is decided exactly: numbers, intervals and systems against rational arithmetic, seeded.

Run with ``python -m benchmarks.enclosure`` (``--inputs``, ``--systems``, ``--seed``); prints a table of bars and exits with 1 where one is missed.
Numbers of many spellings must be read as they were written; sums, products and quotients of intervals at 12 and more digits must be
those of the true values, neither narrower nor wider; the verdict on every equation, and whether a system can hold as a whole, must be
those of a linear programme that is solved in rational numbers.

What belongs here: random inputs and the exact reference.  What may not: the arithmetic that is measured.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from benchmarks.bars import Bar, show
from pipeline.model.equations import Equation, Sum, evaluate
from pipeline.model.figures import Figure
from pipeline.model.numbers import Interval, parse_number
from pipeline.reconciliation.programme import Programme
from pipeline.reconciliation.system import build_system, may_be_negative

Row = tuple[dict[int, Fraction], Fraction]  # Σ coefficient × x <= bound

# ---------------------------------------------------------------- the exact linear programme


def satisfiable(rows: Sequence[Row], unknowns: int) -> bool:
    """Whether some ``x >= 0`` satisfies every row, by the simplex method in rational numbers (first phase, Bland's rule)."""
    table = [[row.get(j, Fraction(0)) for j in range(unknowns)] + [Fraction(-1), bound] for row, bound in rows]
    basis = [unknowns + 1 + i for i in range(len(rows))]
    names = [*range(unknowns), unknowns]  # the last is the artificial unknown that every row may borrow
    worst = min(range(len(table)), key=lambda i: table[i][-1])
    if table[worst][-1] >= 0:
        return True
    goal = [Fraction(0)] * unknowns + [Fraction(1), Fraction(0)]  # Σ goal × x, to be made as small as possible
    _pivot(table, basis, names, goal, worst, unknowns)
    while True:
        entering = min((j for j in range(len(names)) if goal[j] < 0), key=lambda j: names[j], default=None)
        if entering is None:
            return goal[-1] == 0
        ratios = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(table) if row[entering] > 0]
        _pivot(table, basis, names, goal, min(ratios)[2], entering)


def _pivot(table: list[list[Fraction]], basis: list[int], names: list[int], goal: list[Fraction], leaving: int, entering: int) -> None:
    row = table[leaving]
    by = row[entering]
    solved = [a / by for a in row]
    solved[entering] = 1 / by
    for other in (*(r for i, r in enumerate(table) if i != leaving), goal):
        share = other[entering]
        if share:
            for j, a in enumerate(solved):
                other[j] = -share * a if j == entering else other[j] - share * a
    table[leaving] = solved
    basis[leaving], names[entering] = names[entering], basis[leaving]


def can_hold(equations: Sequence[Equation], free: frozenset[str] = frozenset()) -> bool:
    """Whether one set of true values satisfies all (linear) equations; ``free`` figures may take any value that they may have at all."""
    figures = list({f.figure_id: f for e in equations for f in e.figures()}.values())
    column = {f.figure_id: i for i, f in enumerate(figures)}
    n = len(figures)
    rows: list[Row] = []
    for f in figures:  # x = true − low >= 0; a free figure is the difference of two unknowns
        if f.figure_id not in free:
            rows.append(({column[f.figure_id]: Fraction(1)}, 2 * Fraction(f.half_width)))
    for e in equations:
        terms, constant = _terms(e)
        at_low = constant + sum(c * _low(f, free) for f in figures if (c := terms.get(f.figure_id)))
        coefficients = {column[i]: c for i, c in terms.items()}
        coefficients |= {n + column[i]: -c for i, c in terms.items() if i in free and may_be_negative(figures[column[i]])}
        tolerance = Fraction(e.tolerance)
        rows.append(({j: -c for j, c in coefficients.items()}, tolerance + at_low))
        if e.relation == "=":
            rows.append((coefficients, tolerance - at_low))
    return satisfiable(rows, 2 * n)


def _low(figure: Figure, free: frozenset[str]) -> Fraction:
    if figure.figure_id in free:
        return Fraction(figure.amount) if may_be_negative(figure) else Fraction(0)
    return Fraction(figure.amount) - Fraction(figure.half_width)


def _terms(equation: Equation) -> tuple[dict[str, Fraction], Fraction]:
    total: dict[str, Fraction] = {}
    constant = Fraction(0)
    for side, sign in ((equation.left, 1), (equation.right, -1)):
        assert isinstance(side, Sum)
        constant += sign * Fraction(side.constant)
        for c, f in side.terms:
            total[f.figure_id] = total.get(f.figure_id, Fraction(0)) + sign * Fraction(c)
    return total, constant


# ---------------------------------------------------------------- random inputs


def decimal(rng: random.Random, digits: int = 16) -> Decimal:
    """A number of up to so many digits before the point and six behind it, either sign."""
    places = rng.randint(0, 6)
    return Decimal(rng.randint(-(10 ** rng.randint(0, digits + places)), 10 ** rng.randint(0, digits + places))).scaleb(-places)


def interval(rng: random.Random) -> Interval:
    a, b = decimal(rng), decimal(rng)
    return Interval.around(a, abs(b) if rng.random() < 0.2 else Decimal(1).scaleb(-rng.randint(0, 6)) / 2)


def figure(rng: random.Random, name: int, like: int) -> Figure:
    decimals = rng.choice((0, 1, 2, 2, 2))
    value = None if rng.random() < 0.1 else Decimal(like + rng.choice((0, 0, 0, 1, -1, 9))).scaleb(-2).quantize(Decimal(1).scaleb(-decimals))
    return Figure(str(name), "r", "form", "f", None, None, None, str(name), "m", value, "万元", Decimal(1).scaleb(-decimals), str(value))


def system(rng: random.Random) -> list[Equation]:
    """Sums over a handful of figures that nearly hold: some do, some only within rounding, some not."""
    true = [rng.randint(-500, 2000) for _ in range(rng.randint(3, 6))]
    figures = [figure(rng, i, t) for i, t in enumerate(true)]
    made = []
    for number in range(rng.randint(1, 4)):
        chosen = rng.sample(range(len(true)), rng.randint(1, len(true) - 1))
        factors = [rng.choice((1, 1, 1, -1, 2)) for _ in chosen]
        total = sum(c * true[i] for c, i in zip(factors, chosen, strict=True))
        held = figure(rng, len(true) + number, total)
        if rng.random() < 0.3:  # a figure on both sides
            chosen, factors = [*chosen, chosen[0]], [*factors, -1]
            left = Sum.of(held, (-1, figures[chosen[0]]))
        else:
            left = Sum.of(held)
        right = Sum.of(*((c, figures[i]) for c, i in zip(factors, chosen, strict=True)))
        relation = rng.choice(("=", "=", "=", ">="))
        tolerance = rng.choice((Decimal(0), Decimal(0), Decimal("0.01")))
        made.append(Equation("r", "x", str(number), left, right, relation, tolerance=tolerance))
    return made


# ---------------------------------------------------------------- what is counted

SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda t: t,
    lambda t: t.translate(str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")),
    lambda t: f"({t[1:]})" if t.startswith("-") else t,
    lambda t: f"{t[1:]}-" if t.startswith("-") else f"+{t}",
    lambda t: f"△{t[1:]}" if t.startswith("-") else f"¥{t}",
    lambda t: f"\xa0{t}①\n",
    lambda t: t.replace(".", ".\n"),
    lambda t: t.replace(",", " ") if "." in t else t,
)
_ANY = "0123456789,.-+()%¥△①²元万 \n\u3000０，．（）—"


def wrong_numbers(rng: random.Random, inputs: int) -> Iterator[str]:
    """Texts that were not read as they were written, or raised, or whose value is not read again as it was."""
    for _ in range(inputs):
        if rng.random() < 0.5:
            value = decimal(rng, 15)
            text = rng.choice(SPELLINGS)(f"{value:,f}")
            number = parse_number(text)
            if number is None or number.value != value or number.decimals != -int(value.as_tuple().exponent):
                yield text
            continue
        text = "".join(rng.choice(_ANY) for _ in range(rng.randint(1, 10)))
        number = parse_number(text, blanks=rng.random() < 0.5)
        if number is not None and parse_number(f"{number.value:f}{'%' * number.percent}{number.unit}") != number:
            yield text


def wrong_intervals(rng: random.Random, inputs: int) -> Iterator[tuple[Interval, Interval]]:
    """Pairs of which an operation is not exactly the range of the operation over all values."""
    for _ in range(inputs):
        a, b = interval(rng), interval(rng)
        corners = [(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
        held = {"+": a + b, "-": a - b, "*": a * b}
        want = {"+": [x + y for x, y in corners], "-": [x - y for x, y in corners], "*": [x * y for x, y in corners]}
        if not b.low <= 0 <= b.high:
            held["/"], want["/"] = a / b, [x / y for x, y in corners]
        if any((r.low, r.high) != (min(want[o]), max(want[o])) for o, r in held.items()):
            yield a, b


def wrong_systems(rng: random.Random, systems: int) -> Iterator[list[Equation]]:
    """Systems on which the evaluator, the integer system or the linear programme differ from the exact one."""
    for _ in range(systems):
        equations = system(rng)
        told = [evaluate(e) for e in equations]  # a digit that was cut off is remarked, though no rounding explains it
        if any((o.verdict == "violated" or o.shortened) == can_hold([o.equation]) for o in told if o.verdict != "not_evaluated"):
            yield equations
            continue
        built = build_system(equations)
        for free in (frozenset[int](), frozenset({rng.randrange(len(built.figures))})):
            names = frozenset(built.figures[c].figure_id for c in free)
            if Programme(built).feasible(free) != can_hold(equations, names):
                yield equations


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--inputs", type=int, default=100_000, help="texts, and pairs of intervals")
    ask.add_argument("--systems", type=int, default=2_000)
    ask.add_argument("--seed", type=int, default=1)
    asked = ask.parse_args()
    rng = random.Random(asked.seed)
    bars = []
    for what, wrong in (
        (f"{asked.inputs:,} texts read as written", wrong_numbers(rng, asked.inputs)),
        (f"{asked.inputs:,} pairs of intervals, four operations", wrong_intervals(rng, asked.inputs)),
        (f"{asked.systems:,} systems against the exact linear programme", wrong_systems(rng, asked.systems)),
    ):
        found = list(wrong)
        for one in found[:5]:
            print(what, one)
        bars.append(Bar(what, "0 disagree", f"{len(found):,} disagree", not found))
    return show(bars)


if __name__ == "__main__":
    sys.exit(main())
