"""Chinese numerals read and written: they number headings and lines, count things, and spell years."""

from __future__ import annotations

import pytest

from pipeline.model.chinese_numerals import numeral, value_of_numeral, with_plain_years


@pytest.mark.parametrize(("text", "value"), [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("三十一", 31), ("两", 2)])
def test_a_numeral_counts(text: str, value: int) -> None:
    assert value_of_numeral(text) == value


@pytest.mark.parametrize("text", ["", "百", "一一", "十二三", "第一", "零", "5"])
def test_other_texts_count_nothing(text: str) -> None:
    assert value_of_numeral(text) is None


def test_what_is_written_is_read_again() -> None:
    assert [value_of_numeral(numeral(n)) for n in range(1, 100)] == list(range(1, 100))
    assert (numeral(103), numeral(120), numeral(1000)) == ("一百零三", "一百二十", "1000")


@pytest.mark.parametrize("text", ["二〇二二年度部门决算", "二○二二年度部门决算", "2〇22年度部门决算", "二零二2年度部门决算"])
def test_years_in_chinese_digits_are_years(text: str) -> None:
    assert with_plain_years(text) == "2022年度部门决算"
