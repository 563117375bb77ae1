"""Verdicts agree with trying true values one by one; every expression has a value that holds and one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product

import golden
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.equations import (
    Equation,
    Expression,
    Least,
    NotEvaluable,
    Product,
    Quotient,
    Relation,
    Sum,
    evaluate,
)
from pipeline.model.figures import Figure

ABOUT = golden.report()


def printed(text: str, name: str = "a") -> Figure:
    return golden.figure(ABOUT, "income", name, "total", text)


def verdict(left: Expression, right: Expression, relation: Relation = "=", tolerance: str = "0") -> str:
    return evaluate(Equation("r", "x", "p", left, right, relation, tolerance=Decimal(tolerance))).verdict


def admitted(left: Expression, right: Expression) -> bool:
    """Whether rounding alone lets the two be equal; a digit that is cut off is another matter."""
    outcome = evaluate(Equation("r", "x", "p", left, right))
    return outcome.verdict != "violated" and not outcome.shortened


# -- against trying true values -----------------------------------------------------------------------------

texts = st.builds(lambda n, d: f"{Decimal(n).scaleb(-d):f}", st.integers(-30, 30), st.integers(0, 1))
positive = st.builds(lambda n, d: f"{Decimal(n).scaleb(-d):f}", st.integers(1, 30), st.integers(0, 1))
STEPS = 4  # true values tried on each side of a printed one, its ends among them


def truths(figure: Figure) -> list[Figure]:
    """The figure with each of the true values that are tried, as if it were printed without rounding."""
    half = figure.half_width
    return [replace(figure, value=figure.amount + half * k / STEPS, resolution=Decimal(0)) for k in range(-STEPS, STEPS + 1)]


def possible(parts: list[Figure], whole: Figure, relation: Relation, tolerance: Decimal) -> bool:
    """Whether some of the tried true values satisfy it: their steps are fine enough that intervals that meet share one of them."""
    for values in product(*map(truths, [*parts, whole])):
        apart = values[-1].amount - sum((v.amount for v in values[:-1]), Decimal(0))
        if (abs(apart) if relation == "=" else -apart) <= tolerance:
            return True
    return False


@given(st.lists(texts, min_size=1, max_size=2), texts, st.sampled_from(["=", ">="]), st.sampled_from(["0", "0.1"]))
def test_the_verdict_on_a_sum_is_that_of_trying_true_values(parts: list[str], whole: str, relation: Relation, tolerance: str) -> None:
    figures = [printed(t, str(i)) for i, t in enumerate(parts)]
    total = printed(whole, "whole")
    found = verdict(Sum.of(total), Sum.of(*figures), relation, tolerance)
    difference = total.amount - sum((f.amount for f in figures), Decimal(0))
    if difference == 0 or (relation == ">=" and difference > 0):
        assert found == "exact"
    else:
        cut = relation == "=" and not possible(figures, total, relation, Decimal(tolerance)) and found == "rounding"
        assert (found == "rounding" and not cut) == possible(figures, total, relation, Decimal(tolerance))
        assert found in ("rounding", "violated")
        assert not cut or abs(difference) < total.resolution + 2 * Decimal(tolerance)  # a last digit cut off


@given(texts, positive, texts)
def test_the_verdict_on_a_rate_admits_every_pair_of_true_values(part: str, whole: str, rate: str) -> None:
    share, base, stated = printed(part, "part"), printed(whole, "whole"), printed(rate, "rate")
    if base.amount <= base.half_width:  # the divisor may be zero
        assert verdict(Sum.of(stated), Quotient(Sum.of(share), Sum.of(base))) == "not_evaluated"
        return
    quotients = [Fraction(a.amount) / Fraction(b.amount) for a in truths(share) for b in truths(base)]
    low, high = min(quotients), max(quotients)
    holds = low <= stated.amount + stated.half_width and stated.amount - stated.half_width <= high
    assert admitted(Sum.of(stated), Quotient(Sum.of(share), Sum.of(base))) == holds


@given(texts, texts, texts)
def test_the_verdict_on_a_product_admits_every_pair_of_true_values(a: str, b: str, c: str) -> None:
    left, right, stated = printed(a, "a"), printed(b, "b"), printed(c, "c")
    products = [x.amount * y.amount for x in truths(left) for y in truths(right)]
    holds = min(products) <= stated.amount + stated.half_width and stated.amount - stated.half_width <= max(products)
    assert admitted(Sum.of(stated), Product(Sum.of(left), Sum.of(right))) == holds


@given(texts, texts, texts)
def test_the_verdict_on_the_least_admits_every_pair_of_true_values(a: str, b: str, c: str) -> None:
    left, right, stated = printed(a, "a"), printed(b, "b"), printed(c, "c")
    least = [min(x.amount, y.amount) for x in truths(left) for y in truths(right)]
    holds = min(least) <= stated.amount + stated.half_width and stated.amount - stated.half_width <= max(least)
    assert admitted(Sum.of(stated), Least((Sum.of(left), Sum.of(right)))) == holds


@given(texts, texts)
def test_slack_is_how_much_more_the_difference_could_have_grown(a: str, b: str) -> None:
    left, right = printed(a, "a"), printed(b, "b")
    outcome = evaluate(Equation("r", "x", "p", Sum.of(left), Sum.of(right)))
    assert outcome.slack == left.half_width + right.half_width - abs(left.amount - right.amount)
    assert (outcome.slack >= 0) == (outcome.verdict != "violated" and not outcome.shortened)


# -- an example that holds and one that does not, for every expression -------------------------------------------


def examples() -> Iterator[tuple[str, Expression, Expression, Relation, str]]:
    one, two, three = printed("1.00", "1"), printed("2.00", "2"), printed("3.00", "3")
    off, far = printed("3.01", "off"), printed("3.02", "far")
    yield "a sum", Sum.of(three), Sum.of(one, two), "=", "exact"
    yield "a sum within rounding", Sum.of(off), Sum.of(one, two), "=", "rounding"
    yield "a sum beyond rounding", Sum.of(far), Sum.of(one, two), "=", "violated"
    yield "a difference", Sum.of(one), Sum.of(three, (-1, two)), "=", "exact"
    yield "a difference with the wrong sign", Sum.of(one), Sum.of(two, (-1, three)), "=", "violated"
    yield "a constant", Sum.of(one, constant=2), Sum.of(three), "=", "exact"
    yield "another constant", Sum.of(one, constant=3), Sum.of(three), "=", "violated"
    yield "at least", Sum.of(three), Sum.of(two), ">=", "exact"
    yield "at least, within rounding", Sum.of(three), Sum.of(off), ">=", "rounding"
    yield "less", Sum.of(two), Sum.of(three), ">=", "violated"
    rate, other = printed("66.67", "rate"), printed("67.67", "other")
    yield "a rate", Sum.of(rate), Quotient(Sum.of(two), Sum.of(three), Decimal(100)), "=", "rounding"
    yield "another rate", Sum.of(other), Quotient(Sum.of(two), Sum.of(three), Decimal(100)), "=", "violated"
    weight, score, low = printed("10", "w"), printed("6.7", "s"), printed("5.5", "l")
    share = Quotient(Sum.of(rate), Sum.of(constant=100))
    yield "a score by its weight", Sum.of(score), Product(share, Sum.of(weight)), "=", "rounding"
    yield "another score", Sum.of(low), Product(share, Sum.of(weight)), "=", "violated"
    full = printed("10.0", "full")
    yield "a score capped at its weight", Sum.of(full), Least((Sum.of(weight), Sum.of(weight, score))), "=", "exact"
    yield (
        "a score above its weight",
        Sum.of(printed("16.7", "x")),
        Least((Sum.of(weight), Sum.of(weight, score))),
        "=",
        "violated",
    )


@pytest.mark.parametrize(("left", "right", "relation", "expected"), [pytest.param(*e[1:], id=e[0]) for e in examples()])
def test_every_expression_holds_and_fails(left: Expression, right: Expression, relation: Relation, expected: str) -> None:
    assert verdict(left, right, relation) == expected


@pytest.mark.parametrize(
    ("part", "whole", "rate", "expected", "shortened"),
    [
        ("31", "32", "96.88", "rounding", False),
        ("31", "32", "96.8", "rounding", True),  # 96.875 cut off
        ("31", "32", "96.7", "violated", False),
        ("5.5", "8", "68.57", "violated", False),  # 68.75 with two digits in each other's place
        ("5.5", "8", "68", "rounding", True),
    ],
)
def test_a_rate_of_scores_is_what_they_round_to_and_a_cut_digit_is_told(part: str, whole: str, rate: str, expected: str, shortened: bool) -> None:
    score, weight = (replace(printed(t, t), unit="分") for t in (part, whole))
    outcome = evaluate(Equation("r", "x", "p", Sum.of(printed(rate, "rate")), Quotient(Sum.of(score), Sum.of(weight), Decimal(100))))
    assert (outcome.verdict, outcome.shortened) == (expected, shortened)


def test_scores_are_assigned_and_stand_for_themselves() -> None:
    forty, half, total = (replace(printed(t, t), unit="分") for t in ("40", "0.5", "41"))
    assert verdict(Sum.of(total), Sum.of(forty, half)) == "violated"
    assert verdict(Sum.of(printed("41", "c")), Sum.of(printed("40", "a"), printed("0.5", "b"))) == "rounding"


@pytest.mark.parametrize(("tolerance", "expected"), [("0.01", "rounding"), ("0.004", "violated")])
def test_a_coarser_rounding_of_the_rules_source_widens_the_equation(tolerance: str, expected: str) -> None:
    assert verdict(Sum.of(printed("3.02", "a")), Sum.of(printed("3.00", "b")), tolerance=tolerance) == expected


# -- silence is not a pass ----------------------------------------------------------------------------------


def test_an_operand_that_was_not_found_is_named() -> None:
    three = Sum.of(printed("3.00"))
    outcome = evaluate(Equation("r", "x", "p", three, three, missing=("公开03表 合计",)))
    assert (outcome.verdict, outcome.reason) == ("not_evaluated", "not found: 公开03表 合计")


def test_blanks_alone_are_not_evaluated_and_a_blank_beside_an_amount_counts_as_nothing() -> None:
    blank, zero, one = printed("", "b"), printed("0.00", "0"), printed("1.00", "1")
    assert verdict(Sum.of(blank), Sum.of(blank)) == "not_evaluated"
    assert verdict(Sum.of(blank), Sum.of(zero)) == "exact"
    outcome = evaluate(Equation("r", "x", "p", Sum.of(blank), Sum.of(one)))
    assert (outcome.verdict, outcome.printed, outcome.expected, outcome.difference) == ("violated", None, one.value, -1)


def test_a_figure_on_both_sides_is_one_true_value() -> None:
    a, b, c = printed("100", "a"), printed("50", "b"), printed("151", "c")
    assert verdict(Sum.of(c, (-1, a)), Sum.of(b, (-1, a), (1, a))) == "rounding"
    assert verdict(Sum.of(b, a), Sum.of(b, a, constant=1)) == "violated", "the same figures, off by one: no rounding can help"


def test_a_rate_is_exact_where_it_is_and_not_where_digits_end() -> None:
    third, parts = printed("3.00", "b"), printed("1.00", "a")
    assert verdict(Quotient(Sum.of(parts), Sum.of(third)), Quotient(Sum.of((2, parts)), Sum.of((2, third)))) == "exact"
    assert verdict(Sum.of(printed("0." + "3" * 40, "long")), Quotient(Sum.of(parts), Sum.of(third))) == "rounding"


@pytest.mark.parametrize("divisor", ["0.00", "0.01", "0"])
def test_a_rate_of_what_may_be_nothing_is_not_evaluated(divisor: str) -> None:
    rate = Quotient(Sum.of(printed("1.00", "a")), Sum.of((1, printed(divisor, "b")), (-1, printed("0.01", "c"))))
    with pytest.raises(NotEvaluable):
        rate.interval()
    outcome = evaluate(Equation("r", "x", "p", Sum.of(printed("5.00", "d")), rate))
    assert outcome.verdict == "not_evaluated"
    assert "divisor" in outcome.reason


# -- terms and names ----------------------------------------------------------------------------------------


def test_the_terms_of_a_linear_equation_are_those_of_left_minus_right() -> None:
    a, b, c = printed("3.00", "a"), printed("1.00", "b"), printed("2.00", "c")
    terms = Equation("r", "x", "p", Sum.of(a), Sum.of(b, (2, c), (-1, a))).terms()
    assert terms == {a.figure_id: 2, b.figure_id: -1, c.figure_id: -2}


def test_an_equation_with_a_rate_has_no_coefficients() -> None:
    a, b = printed("3.00", "a"), printed("1.00", "b")
    assert Equation("r", "x", "p", Sum.of(a), Quotient(Sum.of(b), Sum.of(a))).terms() == {a.figure_id: None, b.figure_id: None}


def test_an_equation_is_named_by_rule_report_and_place() -> None:
    one = Sum.of(printed("1.00"))
    ids = {Equation(r, x, p, one, one).equation_id for r in "ab" for x in "ab" for p in "ab"}
    assert len(ids) == 8
    assert Equation("a", "a", "a", one, one).equation_id == Equation("a", "a", "a", Sum.of(), Sum.of()).equation_id


def scores(*texts: str) -> list[Figure]:
    return [replace(printed(text, f"{i}"), unit="分") for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("total", "parts", "expected", "shortened"),
    [
        ("96.00", ("48.00", "48.00"), "exact", False),
        ("96.01", ("48.00", "48.00"), "rounding", True),  # two parts and their total, each rounded to the hundredth
        ("96.02", ("48.00", "48.00"), "violated", False),
        ("96.02", ("32.00", "32.00", "32.00"), "rounding", True),
        ("96.01", ("96.00",), "violated", False),  # one is no sum
        ("96.1", ("48.0", "48.0"), "violated", False),  # tenths are assigned, not computed
    ],
)
def test_a_sum_of_scores_to_the_hundredth_may_be_off_by_their_rounding(total: str, parts: tuple[str, ...], expected: str, shortened: bool) -> None:
    whole, *rest = scores(total, *parts)
    outcome = evaluate(Equation("r", "x", "p", Sum.of(whole), Sum.of(*rest)))
    assert (outcome.verdict, outcome.shortened) == (expected, shortened)


def test_a_tolerance_is_the_digit_that_is_cut_where_it_is_coarser_than_the_figures() -> None:
    whole, fine = Sum.of(printed("96.00")), Sum.of(printed("96.875", "b"))
    found = [evaluate(Equation("r", "x", "p", whole, fine, tolerance=Decimal(tolerance))) for tolerance in ("0.5", "0.4")]
    assert [(o.verdict, o.shortened) for o in found] == [("rounding", True), ("violated", False)]


def test_expressions_are_values() -> None:
    one = Sum.of(printed("1.00"))
    for made in (lambda: Sum.of(printed("1.00")), lambda: Quotient(one, one), lambda: Product(one, one), lambda: Least((one, one))):
        assert len({made(), made()}) == 1


def test_a_share_of_a_sum_has_its_extremes_where_its_figures_have_theirs() -> None:
    a, b = printed("1.0", "a"), printed("3.0", "b")
    found = Quotient(Sum.of(a), Sum.of(a, b), Decimal(100)).interval()
    low, high = Fraction("0.95"), Fraction("1.05")
    assert (found.low, found.high) == (100 * low / (low + Fraction("3.05")), 100 * high / (high + Fraction("2.95")))
    curved = Product(Sum.of(a), Sum.of(b))
    for above, below in ((curved, Sum.of(a)), (Sum.of(a), curved)):  # no weighted sum: its figures are taken apart
        assert Quotient(above, below).interval() == above.interval() / below.interval()
