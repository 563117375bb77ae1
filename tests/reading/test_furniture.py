"""Heads and feet that a browser adds when it prints."""

from __future__ import annotations

import pytest

from pipeline.model.figures import Place
from pipeline.reading.document import Line
from pipeline.reading.furniture import is_furniture, is_printers


def line(text: str, top: float) -> Line:
    return Line(text, Place(1, 20.0, top, 400.0, top + 9))


@pytest.mark.parametrize("text", ["11/20/26, 8:27 PM 白石区市场监督管理局2022年度部门决算", "2025/8/20 09:31 某局决算", "2025/8/20 上午9:31"])
def test_date_and_title_above_are_the_browsers(text: str) -> None:
    assert is_printers(line(text, 16.0), 842.0)


@pytest.mark.parametrize(
    "text",
    [
        "file:///home/a/report.html 6/25",
        "ﬁle:///home/a/report.html 6/25",
        "https://www.example.gov.cn/art/2025/8/20/a.html 12/40",
    ],
)
def test_address_and_page_below_are_the_browsers(text: str) -> None:
    assert is_printers(line(text, 820.0), 842.0)


@pytest.mark.parametrize(
    ("text", "top"),
    [
        ("11/20/26, 8:27 PM 白石区市场监督管理局2022年度部门决算", 300.0),
        ("https://www.example.gov.cn/art/2025/8/20/a.html", 400.0),
        ("白石区市场监督管理局2022年度部门决算", 16.0),
        ("公开01表", 30.0),
        ("— 6 —", 820.0),
    ],
)
def test_the_authors_lines_stay(text: str, top: float) -> None:
    assert not is_printers(line(text, top), 842.0)


def test_the_dash_behind_a_page_number_may_be_recognised_as_a_numeral() -> None:
    assert is_furniture("—16一")
    assert not is_furniture("16一")
