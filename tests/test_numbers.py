"""Printed numbers keep their exact value and their digits; intervals hold every true value, and no more than they must."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.enclosure import wrong_intervals, wrong_numbers, wrong_systems
from pipeline.lexicon import lexicon, units
from pipeline.model.numbers import (
    MOST_DIGITS,
    ZERO,
    Interval,
    PrintedNumber,
    decimals_in,
    half_width,
    is_blank,
    parse_number,
    squeeze,
)

amounts = st.builds(lambda n, d: Decimal(n).scaleb(-d), st.integers(-(10**15), 10**15), st.integers(0, 6))
FULL_WIDTH = str.maketrans("0123456789,.%()-", "０１２３４５６７８９，．％（）－")


def written(value: Decimal, separators: bool, brackets: bool) -> str:
    """An amount as a report may print it."""
    text = f"{abs(value):,f}" if separators else f"{abs(value):f}"
    if not value.is_signed():
        return text
    return f"({text})" if brackets else f"-{text}"


@given(amounts, st.booleans(), st.booleans(), st.booleans())
def test_a_number_is_read_as_it_was_written(value: Decimal, separators: bool, brackets: bool, wide: bool) -> None:
    text = written(value, separators, brackets)
    number = parse_number(text.translate(FULL_WIDTH) if wide else text)
    assert number is not None
    assert number.value == value
    assert number.decimals == -value.as_tuple().exponent
    assert not number.percent


@given(amounts, st.sampled_from(["", " ", "\n", "　", "\t \n"]))
def test_white_space_around_a_number_changes_nothing(value: Decimal, blank: str) -> None:
    assert parse_number(f"{blank}{value:f}{blank}") == parse_number(f"{value:f}")


@given(amounts, st.integers(1, 24))
def test_a_number_that_wraps_at_a_separator_is_one_and_elsewhere_never_a_longer_one(value: Decimal, at: int) -> None:
    text = f"{value:,f}"
    wrapped = f"{text[:at]}\n{text[at:]}"
    whole = parse_number(wrapped)
    assert whole in (None, parse_number(text))
    if text[at - 1 : at] in (",", ".") or text[at : at + 1] in (",", "."):
        assert whole == parse_number(text)


@given(st.lists(amounts, min_size=2, max_size=5))
def test_numbers_on_lines_of_their_own_are_not_one(values: list[Decimal]) -> None:
    text = "\n".join(f"{v:,f}" for v in values)
    assert parse_number(text) is None


@pytest.mark.parametrize("text", ["523\n714561.50", "1,234.\n56\n78.00", "100 200", "12.5\n（3.00）", "12.50\n-", "1 00.00", "12 人", ""])
def test_a_cell_with_two_numbers_or_something_else_is_none(text: str) -> None:
    assert parse_number(text) is None


@given(amounts, amounts.filter(lambda a: not a.as_tuple().exponent), st.sampled_from([" ", "  ", "\t", "\u3000", "\xa0"]))
def test_two_numbers_never_become_one(first: Decimal, second: Decimal, gap: str) -> None:
    assert parse_number(f"{abs(first):f}{gap}{abs(second):f}") is None


@given(amounts.filter(lambda a: a.as_tuple().exponent), st.sampled_from([" ", "\u2009", "\u202f", "\u3000", "\xa0"]))
def test_a_blank_parts_groups_of_three_before_a_point(value: Decimal, blank: str) -> None:
    number = parse_number(f"{abs(value):,f}".replace(",", blank))
    assert number is not None
    assert number.value == abs(value)


@pytest.mark.parametrize(
    ("text", "value", "decimals", "percent"),
    [
        ("2,940.05", "2940.05", 2, False),
        ("2，940．05", "2940.05", 2, False),
        ("1,23.00", "123.00", 2, False),  # a digit is missing from the print, and the separator stayed
        ("0.00", "0.00", 2, False),
        ("99.21%", "99.21", 2, True),
        ("100%%", "100", 0, True),
        ("（16.5）", "-16.5", 1, False),
        ("−3.20", "-3.20", 2, False),
        ("¥12", "12", 0, False),
        ("+7", "7", 0, False),
        ("1,234,\n567.89", "1234567.89", 2, False),
        ("1,234\n.56", "1234.56", 2, False),
        ("1,234,5\n67.89", "1234567.89", 2, False),  # 1,234,5 is no number, so there are not two
        ("19 044.27", "19044.27", 2, False),
        ("1 234 567.8", "1234567.8", 1, False),
        ("240.00①", "240.00", 2, False),
        ("240.00注1", "240.00", 2, False),
        ("240.00[2]", "240.00", 2, False),
        ("240.00（万元）", "240.00", 2, False),
        ("*5.00¹", "5.00", 2, False),
        ("5.00-", "-5.00", 2, False),
        ("－5.00", "-5.00", 2, False),
        ("–5.00", "-5.00", 2, False),
        ("—5.00", "-5.00", 2, False),
        ("△5.00", "-5.00", 2, False),
        ("▲ 5.00", "-5.00", 2, False),
        ("( 5.00 )", "-5.00", 2, False),
        ("(5.0%)", "-5.0", 1, True),
        ("＋5.00", "5.00", 2, False),
        ("￥ -5.00", "-5.00", 2, False),
        (".50", "0.50", 2, False),
        ("0\u200b.5\ufeff", "0.5", 1, False),
    ],
)
def test_numbers_of_real_cells(text: str, value: str, decimals: int, percent: bool) -> None:
    number = parse_number(text)
    assert number is not None
    assert (str(number.value), number.decimals, number.percent) == (value, decimals, percent)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "—",
        "--",
        "/",
        "无",
        "12人",
        "12千克",
        "1,23",
        "5.",  # a number of a list
        "－–1",  # two signs
        "-(5)",
        "(5)-",
        "(-5)",
        "△-5",
        "+5-",
        "- 5.00",  # a dash of its own, and a number
        "5.00 -",
        "-\n5.00",
        "1 23",
        "1 00.00",
        "19  044.27",  # two blanks part columns
        "100 200",
        "②",
        "5①6",
        "12,3456",
        "1.2.3",
        "(5",
        "5)",
        "1e5",
        "NaN",
        "Infinity",
        "²",
        "1%%%",
    ],
)
def test_what_is_no_number_is_none(text: str | None) -> None:
    assert parse_number(text) is None


@given(st.integers(MOST_DIGITS + 1, 10_000), st.booleans())
def test_rubbish_of_digits_is_no_number(digits: int, negative: bool) -> None:
    assert parse_number("-" * negative + "9" * digits) is None
    assert parse_number("-" * negative + "0" * digits + "9") is not None  # leading zeros make it no larger


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("740.00万元", "万元"),
        ("\xa0740.00 万 元 ", "万元"),
        ("740.00①亿元", "亿元"),
        ("740.00\n元", "元"),
        ("740.00分", "分"),
        ("740.00", ""),
    ],
)
def test_the_unit_in_a_cell_is_told(text: str, unit: str) -> None:
    assert parse_number(text) == PrintedNumber(Decimal("740.00"), 2, False, unit)


def test_every_unit_of_the_lexicon_is_a_unit_of_a_cell() -> None:
    for entry in lexicon().entries("units"):
        for word in entry.words:
            number = parse_number(f"1.5{word}")
            assert number is not None
            assert units.factor(number.unit) == Decimal(entry.values["factor"])
    assert units.factor("分") is None


def test_a_blank_in_a_cell_with_borders_is_a_separator_wherever_it_stands() -> None:
    assert parse_number("1 00.00", blanks=True) == parse_number("100.00")
    assert parse_number("1 00", blanks=True) is None  # nothing tells that these are not two counts
    assert parse_number("1  00.00", blanks=True) is None


#: Texts of what numbers are made of, any order; and any text at all.
pieces = st.text(st.sampled_from("0123456789０５,，.．-－–−—+＋()（）%％¥￥△▲①*¹ \u3000\xa0\u200b\n元万亿分e²٣Ⅳ½"), max_size=14)


@given(st.one_of(pieces, st.text(max_size=60)), st.booleans())
@settings(max_examples=500)
def test_any_text_is_a_number_or_not_and_never_an_error(text: str, blanks: bool) -> None:
    number = parse_number(text, blanks=blanks)
    digits = re.sub("[^0-9]", "", half_width(re.sub("[①-⓿❶-➓]", "", text)))
    if number is not None:
        assert abs(number.value) < Decimal(10) ** MOST_DIGITS
        again = parse_number(f"{number.value:f}{'%' * number.percent}{number.unit}")
        assert again == number  # what is read is read again as it was
        assert "".join(map(str, number.value.as_tuple().digits)).zfill(number.decimals).replace("0", "") == digits.replace("0", "")
        assert not is_blank(text)
        assert number.value.is_signed() <= len(re.findall("[-–−－—△▲(（]", text))


def test_negative_numbers_keep_every_digit() -> None:
    long = "1." + "1234567890" * 5
    number = parse_number(f"-{long}")
    assert number is not None
    assert str(number.value) == f"-{long}"


@pytest.mark.parametrize(("text", "blank"), [("", True), (" \n", True), ("—", True), ("－－", True), ("0", False), ("无", False)])
def test_a_blank_is_not_a_zero(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


def test_labels_lose_white_space_and_keep_the_rest() -> None:
    assert squeeze(" 合　 计\n") == "合计"
    assert squeeze(None) == ""
    assert half_width("（２０２４）：１，２３４．５％") == "(2024):1,234.5%"


@given(st.lists(amounts.filter(lambda a: a.as_tuple().exponent < 0), max_size=6))
def test_every_decimal_of_a_sentence_is_counted_once(values: list[Decimal]) -> None:
    text = "，".join(f"支出{abs(v):,f}万元" for v in values)
    assert decimals_in(text) == [f"{abs(v):f}" for v in values]


@pytest.mark.parametrize("text", ["2024年", "100%", "1.2.3", "第10.1.2条", "一、收入"])
def test_numbers_without_a_point_and_numbers_of_paragraphs_are_no_decimals(text: str) -> None:
    assert decimals_in(text) == []


# -- intervals ----------------------------------------------------------------------------------------------

small = st.builds(lambda n, d: Decimal(n).scaleb(-d), st.integers(-(10**6), 10**6), st.integers(0, 4))
exact = st.builds(lambda n, d: Fraction(Decimal(n).scaleb(-d)), st.integers(-(10**18), 10**18), st.integers(0, 6))
intervals = st.builds(lambda a, b: Interval(min(a, b), max(a, b)), exact, exact)
parts = st.integers(0, 8)


def within(interval: Interval, part: int) -> Fraction:
    """A value of the interval: its low end (0), its high end (8), or between."""
    return interval.low + interval.width * part / 8


@given(small, st.integers(0, 3), st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]))
def test_the_interval_of_a_printed_value_holds_what_was_rounded_to_it(true: Decimal, decimals: int, rounding: str) -> None:
    step = Decimal(1).scaleb(-decimals)
    printed = true.quantize(step, rounding)
    interval = Interval.around(printed, step / 2)
    assert interval.low <= true <= interval.high
    assert interval.width == step


@given(st.integers(-1000, 1000), st.sampled_from([ROUND_FLOOR, ROUND_CEILING, ROUND_DOWN]))
def test_a_value_cut_instead_of_rounded_may_lie_outside(hundredths: int, rounding: str) -> None:
    true = Decimal(hundredths).scaleb(-2)
    printed = true.quantize(Decimal(1), rounding)
    interval = Interval.around(printed, Decimal("0.5"))
    assert (interval.low <= true <= interval.high) == (abs(true - printed) <= Decimal("0.5"))


@given(intervals, intervals, parts, parts)
def test_sum_difference_product_and_quotient_hold_those_of_all_values(a: Interval, b: Interval, i: int, j: int) -> None:
    x, y = within(a, i), within(b, j)
    for combined, value in (((a + b), x + y), ((a - b), x - y), ((a * b), x * y)):
        assert combined.low <= value <= combined.high
    if b.low <= 0 <= b.high:
        with pytest.raises(ZeroDivisionError):
            a / b
    else:
        assert (a / b).low <= x / y <= (a / b).high


@given(intervals, intervals)
def test_sum_difference_product_and_quotient_are_no_wider_than_they_must_be(a: Interval, b: Interval) -> None:
    assert (a + b).width == (a - b).width == a.width + b.width
    assert (a + b) == Interval(a.low + b.low, a.high + b.high)
    assert (a + ZERO) == a
    corners = [(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    assert {(a * b).low, (a * b).high} <= {x * y for x, y in corners}
    if not b.low <= 0 <= b.high:
        assert {(a / b).low, (a / b).high} <= {x / y for x, y in corners}


def test_products_and_quotients_of_twelve_digits_lose_none() -> None:
    a, b = (Interval.around(Decimal(t), Decimal(0)) for t in ("123456789012345.678", "987654321098765.4321"))
    assert (a * b).low == (a * b).high == Fraction("123456789012345.678") * Fraction("987654321098765.4321")
    assert (a / b).low == Fraction("123456789012345.678") / Fraction("987654321098765.4321")


@given(intervals, st.integers(-5, 5), parts)
def test_scaling_turns_the_interval_round_for_a_negative_factor(a: Interval, factor: int, i: int) -> None:
    scaled = a.scaled(factor)
    assert scaled.low <= within(a, i) * factor <= scaled.high
    assert scaled.width == a.width * abs(factor)


@given(intervals, intervals)
def test_intervals_meet_when_a_value_lies_in_both(a: Interval, b: Interval) -> None:
    shared = max(a.low, b.low) <= min(a.high, b.high)
    assert a.meets(b) == b.meets(a) == shared


def test_an_empty_interval_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        Interval(Fraction(1), Fraction(0))


@pytest.mark.parametrize("wrong", [wrong_numbers, wrong_intervals, wrong_systems])
def test_what_is_decided_by_rounding_is_decided_exactly(wrong: Callable[[random.Random, int], Iterator[object]]) -> None:
    assert list(wrong(random.Random(7), 300)) == []
