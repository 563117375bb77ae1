"""A document's bytes become a report's contents: cell by cell, with the right publisher, whatever the layout; or a refusal."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import golden
import pytest

from benchmarks.cell_measure import Outcome, compare
from pipeline.model.contents import ReportContents
from pipeline.model.figures import report_id
from pipeline.reading.document import UnreadableDocument
from pipeline.reports.read import read_report
from pipeline.store.rows import tables_of
from samples.figures import TruthCell
from tests.conftest import Reading

#: One form of a report that prints two units of money and a cell without a number, as a converter writes it down.
SMALL = """\
2024年度甲市乙局部门决算

第二部分 2024年度部门决算表

收入决算表
公开02表
部门：甲市乙局\t\t\t\t\t\t\t\t单位：{unit}

项目\t\t本年收入合计\t财政拨款收入\t上级补助收入\t事业收入\t经营收入\t附属单位上缴收入\t其他收入
科目编码\t科目名称\t\t\t\t\t\t\t
栏次\t\t1\t2\t3\t4\t5\t6\t7
合计\t\t{total}\t{total}\t\t\t\t\t
201\t一般公共服务支出\t{total}\t{total}\t\t\t\t\t
20106\t财政事务\t{total}\t{total}\t\t\t\t\t
2010601\t行政运行\t{total}\t{total}\t\t\t\t\t{other}
"""


def small(total: str = "1,234.50", other: str = "", unit: str = "万元") -> ReportContents:
    return read_report(SMALL.format(total=total, other=other, unit=unit).encode())


def truth_of(folder: Path) -> list[TruthCell]:
    with (folder / "cells.csv").open(encoding="utf-8", newline="") as lines:
        return [TruthCell(**row) for row in csv.DictReader(lines)]


def document_of(folder: Path) -> Path:
    """The document that a folder of hand-checked cells transcribes."""
    printed = folder / f"{folder.name}.pdf"
    return printed if printed.is_file() else golden.SHARED / "reports" / f"{folder.name}.txt"


@pytest.mark.parametrize("folder", golden.folders() or [Path("absent")], ids=lambda f: f.name)
def test_every_cell_of_a_hand_checked_report_is_read(shared: Path, folder: Path, reading: Reading) -> None:
    contents = reading(document_of(folder))
    outcome = Outcome(0, folder.name, {})
    compare(truth_of(folder), contents, outcome)
    assert outcome.differences == []
    assert outcome.equal > 100
    publisher, year = (folder / "report.txt").read_text(encoding="utf-8").strip().split("\t")
    assert (contents.report.publisher, contents.report.fiscal_year) == (publisher, int(year))
    assert contents.report.publisher_kind == ("unit" if publisher.endswith(("中心", "（本级）")) else "department")
    assert all(f.printed == "" or f.value is not None for f in contents.figures if f.section == "form")


@pytest.mark.parametrize("other", [TruthCell("income", "1", "", "201", "", "total", "1234.60"), None], ids=["changed", "left out"])
def test_a_difference_from_the_truth_is_counted(other: TruthCell | None) -> None:
    outcome = Outcome(0, "text", {})
    compare([other] if other else [], small(), outcome)
    assert outcome.differences
    assert not outcome.right


def test_a_report_names_its_publisher_and_year_itself_and_its_id_does_not_change_with_the_file() -> None:
    contents, corrected = small(), small("1,234.60")
    assert (contents.report.publisher, contents.report.fiscal_year, contents.report.publisher_kind) == (
        "甲市乙局",
        2024,
        "department",
    )
    assert contents.report.report_id == corrected.report.report_id == report_id("甲市乙局", "department", 2024)
    assert contents.report.document_sha256 != corrected.report.document_sha256


def test_where_and_when_a_document_was_found_is_kept() -> None:
    found = datetime(2025, 9, 1, tzinfo=UTC)
    report = read_report(SMALL.format(total="1.00", other="", unit="万元").encode(), "https://example.org/a.txt", found).report
    assert (report.source_url, report.retrieved_at) == ("https://example.org/a.txt", "2025-09-01T00:00:00+00:00")


def test_the_tables_of_the_same_bytes_are_equal() -> None:
    first, again = tables_of(small()), tables_of(small())
    assert all(first[name].equals(again[name]) for name in {*first, *again})


def test_amounts_in_yuan_are_kept_in_ten_thousands_with_their_last_digit() -> None:
    by_code = {r.code: r.cells["total"] for r in small("12,345,000.00", unit="元").rows("income")}
    assert str(by_code["201"].value) == "1234.500000"
    assert by_code["201"].resolution == Decimal("0.000001")


def test_forms_that_are_not_printed_are_said_to_be_missing() -> None:
    states = {row["statement"]: row["state"] for row in small().rows_of("core.forms")}
    assert states.pop("income") == "read"
    assert set(states.values()) == {"missing"}


def test_a_form_of_blank_cells_is_empty() -> None:
    states = {row["statement"]: row["state"] for row in small("").rows_of("core.forms")}
    assert states["income"] == "empty"


@pytest.mark.parametrize("text", ["见附注", "9" * 17, "1" * 10_000, "9999999999999.00"])
def test_a_cell_without_a_possible_amount_is_left_over_and_said(text: str) -> None:
    contents = small(other=text)
    (page,) = contents.rows_of("core.pages")
    assert page["stray"].startswith(text[:80])
    assert len(page["stray"]) < 120
    assert not any(f.printed == text for f in contents.figures)
    assert tables_of(contents)["core.figures"].num_rows == len(small().figures) - 1


@pytest.mark.parametrize("text", ["12.00", ""])
def test_a_page_whose_cells_are_all_amounts_leaves_nothing_over(text: str) -> None:
    (page,) = small(other=text).rows_of("core.pages")
    assert page["stray"] is None
    assert page["decimals_lost"] == 0


def test_the_same_form_printed_again_is_said_to_be_repeated_with_what_it_changes() -> None:
    text = SMALL.format(total="1,234.50", other="", unit="万元")
    table = text[text.index("收入决算表") :]
    same = read_report((text + "\n第三部分 决算情况说明\n\n" + table).encode())
    other = read_report((text + "\n第三部分 决算情况说明\n\n" + table.replace("1,234.50", "1,234.60")).encode())
    rows = [next(r for r in c.rows_of("core.forms") if r["statement"] == "income") for c in (same, other)]
    assert [(r["state"], r["printings"]) for r in rows] == [("repeated", 2), ("repeated", 2)]
    assert not rows[0]["problem"]
    assert "1,234.50 / 1,234.60" in rows[1]["problem"]
    assert [f.printed for f in other.figures if f.printing == 0] == [f.printed for f in small().figures]  # the first printing counts


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2024年度甲市乙局部门决算\n\n本部门无报表。\n", "none of the nine forms"),
        ("甲区2026年区级部门预算\n编制部门：甲区水务局\n2026年部门收支预算总表\n", "it is a budget .“甲区2026年区级部门预算”"),
        (
            SMALL.format(total="1.00", other="", unit="万元").replace("2024年度", "").replace("甲市乙局部门决算", ""),
            "no fiscal year",
        ),
        (SMALL.format(total="1.00", other="", unit="万元").replace("甲市乙局", "").replace("部门：", ""), "no publisher"),
    ],
)
def test_what_is_no_report_is_refused_with_a_remedy(text: str, problem: str) -> None:
    with pytest.raises(UnreadableDocument, match=problem) as refused:
        read_report(text.encode())
    assert refused.value.status == "not_a_report"
    assert refused.value.remedy.startswith(("check that", "offer the 决算"))
