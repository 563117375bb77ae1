"""Equations as exact integers decide as the evaluator does."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reconciliation.small import REPORT, fig, relate, total

from pipeline.model.equations import Equation, Quotient, Sum, evaluate
from pipeline.reconciliation.system import build_system, may_be_negative, meet

amounts = st.one_of(st.just(""), st.decimals(-999, 999, places=2, allow_nan=False).map(str))
coefficients = st.sampled_from([Decimal(1), Decimal(-1), Decimal(2), Decimal("0.5"), Decimal("1.1")])


@given(
    texts=st.lists(amounts, min_size=2, max_size=5),
    factors=st.lists(coefficients, min_size=5, max_size=5),
    constant=st.sampled_from([Decimal(0), Decimal("0.02"), Decimal(3)]),
    tolerance=st.sampled_from([Decimal(0), Decimal("0.05")]),
    relation=st.sampled_from(["=", ">="]),
)
def test_a_row_is_violated_exactly_when_the_equation_is(texts, factors, constant, tolerance, relation):
    figures = [fig(str(i), t) for i, t in enumerate(texts)]
    left = Sum.of(figures[0], constant=constant)
    right = Sum.of(*((c, f) for c, f in zip(factors, figures[1:], strict=False)))
    equation = Equation("r", REPORT, "p", left, right, relation, tolerance=tolerance)
    verdict = evaluate(equation).verdict
    violated = bool(build_system([equation]).violated())
    if verdict != "not_evaluated":  # blanks on both sides: nothing is printed, and nothing is wrong either
        assert violated == (verdict == "violated")


def test_a_sum_of_the_rounded_is_within_rounding_and_one_hundredth_more_is_not():
    parts = [fig(str(i), "0.33") for i in range(1, 4)]
    assert not build_system([total(fig("0", "1.01"), *parts)]).violated()  # 0.02 for four printed figures
    assert build_system([total(fig("0", "1.02"), *parts)]).violated()


def test_equations_with_a_missing_operand_are_silent():
    equation = Equation("r", REPORT, "p", Sum.of(fig("0", "5.00")), Sum.of(), missing=("the other form",))
    system = build_system([equation])
    assert system.rows == 0


def test_the_same_equation_twice_is_one_row_that_remembers_both():
    a, b = fig("0", "5.00"), fig("1", "4.00")
    system = build_system([total(a, b, place="one"), total(a, b, place="two")])
    assert len(system.lines) == 1
    assert [e.place for e in system.equations_of(system.violated())] == ["one", "two"]


def test_a_row_bounds_each_figure_by_its_factor_and_the_others_rounding():
    x, y = fig("x", "1.00"), fig("y", "3.00")  # 200 and 600 units, each half a hundredth
    for equation in (relate(Sum.of((2, x)), Sum.of(y), "twice"), relate(Sum.of(y), Sum.of((2, x)), "twice")):
        system = build_system([equation])
        limits = {f.label: system.limits(0, c) for c, f in enumerate(system.figures)}
        assert limits == {"x": (Fraction(199, 2), Fraction(201, 2)), "y": (-202, -198)}
    least = build_system([relate(Sum.of(x), Sum.of((2, y)), "at least", ">=")])
    assert [least.limits(0, least.index[f.figure_id]) for f in (x, y)] == [(998, None), (None, Fraction(-999, 2))]


def test_a_share_bounds_each_of_its_figures_in_the_systems_units():
    part, whole, share = fig("part", "30.00"), fig("whole", "40.00"), fig("share", "57.00", unit="%", statement="narrative")
    system = build_system([relate(Quotient(Sum.of(part), Sum.of(whole), Decimal(100)), Sum.of(share), "share")])
    low, high = system.limits(0, system.index[share.figure_id])
    assert 3590 < low < 3600 < high < 3610, "75 instead of 57, in half hundredths"


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ((1, 5), (3, 9), (3, 5)), ((None, 2), (0, None), (0, 2)), ((None, None), (1, None), (1, None)), ((1, 2), (2, 3), (2, 2)),
        ((1, 2), (3, 4), None), (None, (1, 2), None), ((1, 9), (2, 3), (2, 3)),
    ],
)  # fmt: skip
def test_limits_have_in_common_what_both_admit(one, other, common):
    assert meet(one, other) == meet(other, one) == common


@pytest.mark.parametrize(
    ("figure", "may"),
    [
        (fig("1", "0.00"), False), (fig("1", "-0.01"), True), (fig("年初结转", "1.00"), True), (fig("1", "1.00", measure="opening"), True),
        (fig("1", "1.00", unit="%"), True), (fig("1", "1.00", section="narrative"), True), (fig("1", ""), False),
    ],
)  # fmt: skip
def test_no_amount_of_a_form_is_below_nothing_but_balances_and_what_prints_so(figure, may):
    assert may_be_negative(figure) is may


def test_the_unit_is_half_of_the_finest_digit():
    coarse, fine = fig("0", "12", resolution=Decimal(1)), fig("1", "12.004", resolution=Decimal("0.001"))
    system = build_system([total(coarse, fine)])
    assert system.unit == Decimal("0.0005")
    assert sorted(system.half) == [1, 1000]
    assert not system.violated()


def test_one_fine_rate_does_not_make_the_cents_of_all_amounts_large_numbers():
    """Floating numbers count in what most figures are rounded by; the unit is half of the finest printed digit."""
    parts = [fig(str(i), "1.00") for i in range(3)]
    rate = fig("9", "68.571428571", unit="%", resolution=Decimal("0.000000001"))
    system = build_system([total(fig("0", "3.00"), *parts), total(rate, fig("8", "68.57"))])
    assert system.value(system.grain) == Decimal("0.005")
    assert max(system.half) == system.grain
