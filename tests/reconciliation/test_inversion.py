"""The bound that an equation which is not linear puts on one figure never excludes a true value."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reconciliation.small import REPORT, fig, relate

from pipeline.model.equations import Equation, Least, Product, Quotient, Sum, evaluate
from pipeline.reconciliation.inversion import EVERYTHING, _hull, admitted_changes

numbers = st.decimals("0.05", "900", places=2, allow_nan=False)


def _share(a, b, c):
    return Equation("r", REPORT, "share", Quotient(Sum.of(a), Sum.of(b), Decimal(100)), Sum.of(c))


def _share_of_sum(a, b, c):
    return Equation("r", REPORT, "share", Quotient(Sum.of(a), Sum.of(a, b), Decimal(100)), Sum.of(c))


def _score(a, b, c):
    return Equation("r", REPORT, "score", Sum.of(a), Least((Product(Sum.of(b), Sum.of(c), Decimal("0.01")), Sum.of(c))))


@pytest.mark.parametrize("make", [_share, _share_of_sum, _score])
@given(values=st.tuples(numbers, numbers, numbers), which=st.integers(0, 2), tried=numbers)
def test_a_value_outside_the_bounds_violates_the_equation(make, values, which, tried):
    figures = [fig(str(i), f"{v:f}") for i, v in enumerate(values)]
    bounds = admitted_changes(make(*figures), figures[which])
    other = list(figures)
    other[which] = replace(figures[which], value=tried)
    outcome = evaluate(make(*other))
    assume(outcome.verdict != "not_evaluated")
    change = Fraction(tried) - Fraction(figures[which].amount)
    half = Fraction(figures[which].half_width)
    inside = bounds is not None and ((bounds[0] is None or change + half >= bounds[0]) and (bounds[1] is None or change - half <= bounds[1]))
    if outcome.verdict in ("exact", "rounding") and not outcome.shortened:  # digits cut off are remarked: no true value rounds to them
        assert inside


def test_a_share_bounds_its_numerator_from_both_sides():
    a, b, c = fig("1", "80.00"), fig("2", "40.00"), fig("3", "75.00")
    low, high = admitted_changes(_share(a, b, c), a)
    assert -50.1 < low < -50 < high < -49.9


def test_no_numerator_gives_a_share_of_nothing():
    a, c = fig("1", "80.00"), fig("3", "75.00")
    equation = Equation("r", REPORT, "capped", Sum.of(c), Least((Sum.of(a), Sum.of(constant=50))))
    assert admitted_changes(equation, a) is None


def test_an_expression_that_is_not_solved_gives_no_bounds():
    a, b, c = fig("1", "80.00"), fig("2", "40.00"), fig("3", "75.00")
    equation = Equation("r", REPORT, "square", Product(Sum.of(a), Sum.of(a)), Sum.of(b, c))
    assert admitted_changes(equation, a) == (None, None)


def test_limits_of_several_solutions_are_none_where_one_of_them_has_none():
    assert _hull([]) is None
    assert _hull([(Fraction(1), Fraction(2)), (Fraction(0), Fraction(5))]) == (0, 5)
    assert _hull([(Fraction(1), None), (None, Fraction(5))]) == (None, None)


def test_a_figure_on_both_sides_of_an_inequality_has_no_limits():
    x = fig("x", "1.00")
    assert admitted_changes(relate(Sum.of(x), Sum.of((2, x)), "p", ">="), x) == EVERYTHING
    assert admitted_changes(relate(Sum.of(x), Sum.of((2, x)), "p"), x) == (-1, -1)
