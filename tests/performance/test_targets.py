"""Printed targets and actuals: operator, number, unit and date, on texts of real reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recognition.annexes.targets import parse_quantity


@pytest.mark.parametrize(
    ("text", "operator", "number", "unit"),
    [
        ("≥85分", ">=", "85", "分"),
        ("＝100%", "=", "100", "%"),
        ("100%%", "", "100", "%"),
        ("<2秒", "<", "2", "秒"),
        ("≤1000元/人/天", "<=", "1000", "元/人/天"),
        ("605/人/天", "", "605", "/人/天"),
        ("≤0.055元", "<=", "0.0000055", "万元"),
        ("≤36.5万元", "<=", "36.5", "万元"),
        ("1.5亿元", "", "15000", "万元"),
        ("≥50亿条", ">=", "5000000000", "条"),
        ("12.0957万", "", "120957", ""),
        ("≥ 3 种", ">=", "3", "种"),
        ("不少于20项", ">=", "20", "项"),
        ("00.66秒", "", "0.66", "秒"),
        ("1,234个", "", "1234", "个"),
    ],
)
def test_numbers(text: str, operator: str, number: str, unit: str) -> None:
    found = parse_quantity(text)
    assert (found.kind, found.operator, found.number, found.unit) == ("number", operator, Decimal(number), unit)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年12月1日前", date(2024, 12, 1)),
        ("在2024年12月10日前", date(2024, 12, 10)),
        ("文字描述：3月30日前", date(2024, 3, 30)),
        ("12月31日", date(2024, 12, 31)),
        ("2022年12月底前", date(2022, 12, 31)),
        ("2024年2月底前", date(2024, 2, 29)),
        ("2023年底前", date(2023, 12, 31)),
    ],
)
def test_dates(text: str, day: date) -> None:
    assert parse_quantity(text).on(2024) == day


@pytest.mark.parametrize(
    "text",
    [
        "明显提高",
        "通过",
        "2024年12月底前完成奖补",
        "1天1次",
        "2023年底前达成数量 指标要求",
        "15%的大中型数据中心数量",
        "2月30",
        "无",
    ],
)
def test_words_stay_words(text: str) -> None:
    found = parse_quantity(text)
    assert (found.kind, found.number) == ("words", None)
    assert found.text == text.replace(" ", "")


@pytest.mark.parametrize("text", ["", "  ", "—", "-", "……", None])
def test_nothing_printed(text: str | None) -> None:
    assert parse_quantity(text).kind == "blank"


def test_a_date_that_the_calendar_has_not_names_no_day() -> None:
    assert parse_quantity("2月30日前").on(2024) is None


@given(
    st.decimals(0, 10**9, places=3),
    st.sampled_from(["", "≥", "≤", "＜", ">", "=", "不低于"]),
    st.sampled_from(["", "个", "%", "万元", "次/秒", "小时"]),
)
def test_what_is_printed_is_what_is_parsed(number: Decimal, operator: str, unit: str) -> None:
    found = parse_quantity(f"{operator}{number:f}{unit}")
    assert (found.kind, found.number, found.unit) == ("number", number, unit)
    assert found.resolution == Decimal("0.001")


@given(st.integers(1, 9999), st.sampled_from([("千", 3), ("万", 4), ("亿", 8)]))
def test_scales_are_multiplied_out(number: int, scale: tuple[str, int]) -> None:
    found = parse_quantity(f"≥{number}{scale[0]}条")
    assert found.number == number * Decimal(10) ** scale[1]
    assert found.resolution == Decimal(10) ** scale[1]


@given(st.text(max_size=30))
def test_no_text_fails(text: str) -> None:
    assert parse_quantity(text).kind in ("number", "date", "words", "blank")
