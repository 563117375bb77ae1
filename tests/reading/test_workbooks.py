"""Workbooks as people fill them: what is shown counts, what is hidden does not, and several tables share a sheet."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from expectations.confront import judged
from pipeline.reading import UnreadableDocument, read_document
from pipeline.reading.document import Document, Table
from pipeline.reports.read import read_report

Fill = Callable[[Worksheet], None]


def book(*fills: Fill, names: Sequence[str] = ()) -> bytes:
    workbook = openpyxl.Workbook()
    for i, fill in enumerate(fills):
        sheet = workbook.active if i == 0 else workbook.create_sheet()
        assert sheet is not None
        if names:
            sheet.title = names[i]
        fill(sheet)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def rows(*texts: Sequence[Any]) -> Fill:
    def fill(sheet: Worksheet) -> None:
        for row in texts:
            sheet.append(list(row))

    return fill


def lines(document: Document) -> list[str]:
    return [line.text for line in document.lines()]


def tables(document: Document) -> list[Table]:
    return [table for page in document.pages for table in page.tables]


FORM = (("项目", "合计", "基本支出", "项目支出"), ("合计", "3.00", "1.00", "2.00"), ("2010101 行政运行", "3.00", "1.00", "2.00"))


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1, "0%", "100%"),
        (0.99214, "0.00%", "99.21%"),
        (1234567.894999, "#,##0.00", "1,234,567.89"),
        (1.005, "0.00", "1.01"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (-12.345, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-12.35"),
        (-1234.5, "#,##0.00_);[Red]\\(#,##0.00\\)", "(1,234.50)"),
        (740, "@", "740"),
        (2022, '0"年度"', "2022年度"),
        (0.1 + 0.2, "General", "0.3"),
        (4888.910000000001, "General", "4888.91"),
        (12.5, '0.00"万元"', "12.50万元"),
        (12, ";;;", ""),
        (-0.001, "0.00", "0.00"),
        ("合 计", "#,##0.00", "合 计"),
        (True, "General", "TRUE"),
    ],
)
def test_a_cell_says_what_it_shows(value: Any, code: str, text: str) -> None:
    def fill(sheet: Worksheet) -> None:
        rows(*FORM)(sheet)
        cell = sheet["D3"]
        cell.value, cell.number_format = value, code

    (table,) = tables(read_document(book(fill)))
    assert table.text(2, 3) == text
    assert {cell.found for cell in table.cells} == {"sheet"}


def test_a_date_is_written_as_it_is_shown() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(*FORM)(sheet)
        sheet["D3"].value, sheet["D3"].number_format = date(2022, 12, 31), 'yyyy"年"m"月"d"日"'

    (table,) = tables(read_document(book(fill)))
    assert table.text(2, 3) == "2022年12月31日"


def test_hidden_sheets_rows_and_columns_are_no_printings() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(*FORM, ("隐藏", "9.00", "9.00", "9.00"), ("2010102 一般", "1.00", "", "1.00"))(sheet)
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["C"].hidden = True

    def hidden(sheet: Worksheet) -> None:
        rows(*FORM)(sheet)
        sheet.sheet_state = "hidden"

    document = read_document(book(fill, hidden))
    assert len(document.pages) == 1
    (table,) = tables(document)
    assert [list(row) for row in table.rows()] == [
        ["项目", "合计", "项目支出"], ["合计", "3.00", "2.00"], ["2010101 行政运行", "3.00", "2.00"], ["2010102 一般", "1.00", "1.00"],
    ]  # fmt: skip


def test_a_merged_cell_whose_first_column_is_hidden_is_still_shown() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(("支出", None, None), ("隐", "基本", "项目"), ("9", "1.00", "2.00"))(sheet)
        sheet.merge_cells("A1:C1")
        sheet.column_dimensions["A"].hidden = True

    (table,) = tables(read_document(book(fill)))
    assert [list(row) for row in table.rows()] == [["基本", "项目"], ["1.00", "2.00"]]
    assert "支出" in lines(read_document(book(fill)))


def test_a_formula_without_a_value_is_no_blank_and_no_number() -> None:
    (table,) = tables(read_document(book(rows(*FORM, ("合计", "=SUM(B2:B3)", "", "1.00")))))
    assert table.text(3, 1) == "=SUM(B2:B3)"
    assert table.text(3, 2) == ""


def test_year_and_publisher_in_cells_of_their_own_become_lines() -> None:
    document = read_document(book(rows(("收入支出决算总表",), ("年度", 2022, None, None), ("单位名称", "甲县水利局", "金额单位", "万元"), *FORM)))
    assert lines(document) == ["收入支出决算总表", "年度：2022", "单位名称：甲县水利局  金额单位：万元"]
    (table,) = tables(document)
    assert next(iter(table.rows())) == list(FORM[0])


def test_the_first_rows_of_a_self_evaluation_stay_in_its_table() -> None:
    head = (("项目支出绩效自评表",), ("（2022年度）",), ("项目名称", "河道整治", "主管部门", "甲县水利局"))
    (table,) = tables(read_document(book(rows(*head, *FORM))))
    assert table.text(0, 0) == "项目名称"


@pytest.mark.parametrize("gap", [0, 1, 3])
def test_tables_one_below_the_other_are_tables_of_their_own(gap: int) -> None:
    one = (("收入决算表",), ("公开02表",), ("部门：甲县水利局", None, None, "金额单位：万元"), *FORM, ("注：本表反映收入。",))
    two = (("支出决算表",), ("公开03表",), ("部门：甲县水利局", None, None, "金额单位：万元"), *FORM)
    document = read_document(book(rows(*one, *[()] * gap, *two)))
    assert [table.n_rows for table in tables(document)] == [3, 3]
    assert [line for line in lines(document) if line.endswith("表") and "决算" in line] == ["收入决算表", "支出决算表"]
    assert "注：本表反映收入。" in lines(document)


def test_scoring_tables_under_the_same_heading_are_parted_by_blank_rows() -> None:
    heading = ("一级指标", "二级指标", "分值", "得分")
    one = (heading, ("产出", "数量", "10", "9"), ("合计", None, "10", "9"))
    assert [t.n_rows for t in tables(read_document(book(rows(*one, (), *one))))] == [3, 3]


def test_a_blank_row_inside_a_table_parts_nothing() -> None:
    (table,) = tables(read_document(book(rows(*FORM, (), ("2010102 一般", "1.00", "", "1.00"), ("其中：", None, None, None)))))
    assert [row[0] for row in table.rows()][-2:] == ["2010102 一般", "其中："]


def test_a_cover_is_lines_and_a_sheets_name_heads_what_has_no_title() -> None:
    cover = rows((None, "2022年度"), (), (None, "甲县水利局部门决算"))
    document = read_document(book(cover, rows(*FORM), names=("封面", "03 支出决算表")))
    assert lines(document) == ["2022年度", "甲县水利局部门决算", "03 支出决算表"]


def damaged(data: bytes) -> bytes:
    """The package with one byte of a stored part changed under its old checksum."""
    source, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for info in source.infolist():
            new.writestr(info.filename, source.read(info))
    stored = out.getvalue()
    return next(stored.replace(a, b, 1) for a, b in ((b"3.00", b"8.00"), (b"740", b"940")) if a in stored)


def test_a_workbook_whose_checksum_fails_says_so() -> None:
    whole = book(rows(*FORM))
    assert read_document(whole).damage == ""
    assert "checksums" in read_document(damaged(whole)).damage


def test_a_compound_file_without_a_document_is_refused_with_the_reason() -> None:
    with pytest.raises(UnreadableDocument, match="neither a Word document nor a workbook"):
        read_document(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))


def test_a_form_with_a_formula_without_a_value_is_unread_and_blames_nobody(shared: Path) -> None:
    read = read_report((shared / "cases" / "workbook-formula-year-in-title" / "formula-year-in-title.xlsx").read_bytes())
    (form,) = [p for p in read.rows_of("core.parts") if p["concept"] == "income_expenditure_summary"]
    assert form["state"] == "unread"
    assert "=SUM(B6:B9)" in form["reason"]
    assert {n["reason"] for n in read.rows_of("core.unread_numbers")} == {"a formula whose value the file does not keep"}
    assert not [f for f in judged(read).findings if f["severity"] == "error"]


ECONOMIC = (
    ("2022年度一般公共预算财政拨款基本支出决算表",), ("部门：甲县水利局", None, None, None, None, "单位：万元"),
    ("科目编码", "科目名称", "金额", "科目编码", "科目名称", "金额"),
    ("301", "工资福利支出", "=SUM(C5)", "302", "商品和服务支出", 7.5), ("30101", "基本工资", 20.0, "30201", "办公费", "=A1"),
    ("人员经费合计", None, "=C4", "公用经费合计", None, 9.5),
)  # fmt: skip
INCOME = (
    ("2022年度收入决算表",), ("部门：甲县水利局", None, None, None, "单位：万元"), ("科目编码", "科目名称", "本年收入合计", "财政拨款收入", "其他收入"),
    ("合计", None, "=SUM(C5:C7)", "='表1'!B2", "=SUM(E5:E7)"), ("201", "一般公共服务支出", 5.0, 5.0, None),
)  # fmt: skip


def test_cells_whose_formula_has_no_value_are_no_headings_no_blanks_and_make_sums_doubtful() -> None:
    read = read_report(book(rows(*ECONOMIC), rows(*INCOME)))
    states = {p["concept"]: p["state"] for p in read.rows_of("core.parts") if p["kind"] == "form" and p["state"] != "missing"}
    assert states == {"basic_expenditure_by_economic_class": "unread", "income": "unread"}
    assert [(f.code, f.measure, f.value) for f in read.figures if f.statement == "income"][:2] == [("201", "total", 5), ("201", "fiscal", 5)]
    economic = [f for f in read.figures if f.statement == "basic_expenditure_by_economic_class"]
    assert {f.label for f in economic if f.value is not None} == {"商品和服务支出", "基本工资", "公用经费合计"}
    assert {f.doubt for f in economic} == {"sum_incomplete"}
    assert not [f for f in judged(read).findings if f["severity"] == "error" and f["kind"] == "form_identity"]


def test_a_damaged_file_is_said_on_the_report_and_its_figures_are_in_doubt(shared: Path) -> None:
    whole = (shared / "cases" / "workbook-plain-year-in-title" / "plain-year-in-title.xlsx").read_bytes()
    read = read_report(damaged(whole))
    assert {f.doubt for f in read.figures} == {"damaged"}
    assert any(p["state"] == "unread" and "checksums" in p["reason"] for p in read.rows_of("core.parts"))


def test_a_row_of_years_is_a_heading_and_a_year_by_itself_is_none() -> None:
    kinds = [("合计", "9.00", "8.00"), ("因公出国（境）费", None, None), ("公务接待费", "2.50", "2.00")]
    document = read_document(book(rows(("财政拨款“三公”经费支出决算表",), ("年度", "2022", None), ("年度", "2021", "2022"), *kinds)))
    assert lines(document) == ["财政拨款“三公”经费支出决算表", "年度：2022"]
    (table,) = [b for p in document.pages for b in p.blocks if isinstance(b, Table)]
    assert next(iter(table.rows())) == ["年度", "2021", "2022"]
