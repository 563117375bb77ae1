"""Figures: an address, an exact value and the rounding that its last digit allows."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from decimal import Decimal

import golden
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.messages import chinese
from pipeline.model.figures import DOUBTS, Figure, Report, figure_id, report_id
from pipeline.model.numbers import ZERO, Interval
from pipeline.store.home import PROJECT

ABOUT = golden.report()


def printed(text: str) -> Figure:
    return golden.figure(ABOUT, "income", 1, "total", text)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("12.30", "12.295", "12.305"), ("12.3", "12.25", "12.35"), ("7", "6.5", "7.5"), ("0.00", "-0.005", "0.005")],
)
def test_a_figure_stands_for_every_value_that_rounds_to_it(text: str, low: str, high: str) -> None:
    assert printed(text).interval() == Interval(Decimal(low), Decimal(high))


def test_a_blank_counts_as_nothing_and_has_no_rounding() -> None:
    blank = printed("")
    assert blank.value is None
    assert (blank.amount, blank.half_width, blank.interval()) == (Decimal(0), Decimal(0), ZERO)
    assert printed("0.00").value == 0  # and a printed zero is no blank


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12), st.integers(2000, 2049))
def test_a_report_is_named_by_publisher_kind_and_year(publisher: str, other: str, year: int) -> None:
    one = report_id(publisher, "department", year)
    assert one == report_id(publisher, "department", year)
    assert one.startswith(f"{year}-")
    assert (one == report_id(other, "department", year)) == (publisher == other)
    assert len({one, report_id(publisher, "unit", year), report_id(publisher, "department", year + 1)}) == 3


def test_a_revision_keeps_the_reports_name() -> None:
    revision: Report = replace(ABOUT, document_sha256="1" * 64, title="（更正）")
    assert revision.report_id == ABOUT.report_id
    assert replace(ABOUT, publisher="另一局").report_id != ABOUT.report_id


def test_a_row_is_named_by_its_order_or_else_by_its_number_and_its_printing() -> None:
    first = replace(printed("1.00"), row_no="12", row_order=0)
    rows = [first, replace(first, row_no=None), replace(first, row_order=17), replace(first, row_order=17, printing=1)]
    assert [f.row for f in rows] == ["12", "0", "17", "2.17"]


def test_every_doubt_is_given_somewhere_and_told_in_both_languages() -> None:
    code = "".join(
        p.read_text(encoding="utf-8") for folder in ("narrative", "recognition", "reports") for p in (PROJECT / "pipeline" / folder).rglob("*.py")
    )
    assert [doubt for doubt in DOUBTS if f'"{doubt}"' not in code] == []
    assert [why for why in DOUBTS.values() if re.search("[A-Za-z]", chinese(why))] == []


def test_a_figure_of_which_no_more_is_said_is_printed_once_read_by_one_reader_and_sure() -> None:
    plain = {f.name: f.default for f in fields(Figure)}
    told = ("agreement", "other_reading", "placement", "concept", "row_order", "printing", "confidence", "doubt")
    assert [plain[name] for name in told] == ["single", None, "printed", "", 0, 0, None, None]


def test_ids_tell_sides_rows_and_measures_apart() -> None:
    ids = {figure_id("r", "form", "income", side, row, measure) for side in (None, "income") for row in (1, "2.1") for measure in ("total", "fiscal")}
    assert len(ids) == 8
    assert figure_id("2024-ab", "form", "income", None, 17, "fiscal") == "2024-ab/form/income//17/fiscal"
