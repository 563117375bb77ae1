"""What is made of a recognised number: repaired where the print admits one reading, in doubt where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.reading.picture.amounts import (
    CONTRADICTED,
    Strokes,
    agrees,
    common_decimals,
    is_numeric,
    repaired,
    settled,
    strokes_of,
)
from pipeline.reading.picture.ordinals import ordinal, out_of_order
from pipeline.reading.picture.recognise import Reading


@pytest.mark.parametrize(
    ("text", "decimals", "read"),
    [
        ("7.871.13", 2, "7,871.13"),
        ("871,13", 2, "871.13"),
        ("12.418,33", 2, "12,418.33"),
        ("1,234.50", 2, "1,234.50"),
        ("7.871.13", None, None),  # nothing says how many decimals there are
        ("78.71.13", 2, None),  # thousands have three digits
        ("1234,5", 2, None),
        ("123450", 2, "123450"),  # well formed: whether a point was overlooked, the shapes say
    ],
)
def test_a_number_is_repaired_where_the_column_admits_one_reading(text: str, decimals: int | None, read: str | None) -> None:
    assert repaired(text, decimals) == read


def test_the_decimals_of_a_column_count_where_nearly_all_show_them() -> None:
    assert common_decimals(["1.00", "2.50", "3,000.00", "4.25", "7.871.13"]) == 2
    assert common_decimals(["1.00", "2.5", "3", "4.25"]) is None
    assert common_decimals(["1.00", "2.50"]) is None


def test_letters_that_look_like_digits_are_digits_only_in_a_number() -> None:
    assert is_numeric("1O.5O")
    assert is_numeric("O")
    assert not is_numeric("30个")
    assert not is_numeric("万元")


def look(text: str, sure: float = 0.99) -> Reading:
    return Reading(text, (sure,) * len(text), tuple(i / len(text) for i in range(len(text))))


def test_looks_that_agree_with_the_shapes_settle_a_doubtful_number() -> None:
    read = settled([look("10.0", 0.7), look("100.00"), look("100.00")], Strokes(5, 1))
    assert (read.text, read.confidence > 0.9) == ("100.00", True)
    read = settled([look("9,998.62", 0.8), look("9.998.62", 0.6), look("9,998.62", 0.9), look("9.998.62", 0.9)], Strokes(6, 2))
    assert (read.text, read.confidence >= 0.9) == ("9,998.62", True)


def test_a_number_that_the_shapes_contradict_stays_in_doubt() -> None:
    assert settled([look("10.00"), look("10.00"), look("10.00")], Strokes(5, 1)).confidence == CONTRADICTED
    assert settled([look("10.00", 0.6), look("16.00", 0.6), look("18.00", 0.6)], Strokes(None, None)).confidence == CONTRADICTED


def test_shapes_are_counted_and_touching_ones_are_not() -> None:
    ink = np.zeros((24, 90), np.uint8)
    for x in (4, 20, 52):
        ink[2:22, x : x + 11] = 255
    ink[19:22, 40:43] = 255
    assert strokes_of(ink) == Strokes(3, 1)
    assert agrees("12.3", strokes_of(ink))
    assert not agrees("12.34", strokes_of(ink))
    ink[2:22, 15:20] = 255
    assert strokes_of(ink) == Strokes(None, None)
    ink[2:22, 63:80] = 255  # now all shapes are as wide as two digits
    assert strokes_of(ink) == Strokes(None, None)


def test_a_digit_that_thin_print_breaks_is_one() -> None:
    ink = np.zeros((24, 60), np.uint8)
    ink[2:16, 4:15] = ink[18:22, 4:15] = 255  # the foot of a 2
    ink[2:22, 20:25] = ink[2:22, 26:31] = 255  # the sides of a 0
    ink[2:22, 40:44] = ink[2:22, 52:56] = 255  # 11
    assert strokes_of(ink) == Strokes(4, 0)
    ink[19:22, 34:37] = 255
    assert strokes_of(ink) == Strokes(4, 1)


def test_an_overlooked_stroke_shows_in_the_order_of_labels() -> None:
    assert [ordinal(t) for t in ("一、收入", "十、支出", "二十一、其他", "合计")] == [1, 10, 21, None]
    assert out_of_order(["九、卫生", "十、节能", "十、城乡", "十二、农林"]) == [2]
    assert out_of_order(["一、一般公共", "三、国有", "四、上级"]) == []
