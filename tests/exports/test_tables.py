"""Tables for spreadsheets: Chinese titles, printed digits, and nothing that becomes a formula."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from exports.small_warehouse import FORMULA, warehouse
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.exports.files import to_csv, to_xlsx
from pipeline.exports.tables import decimals, with_digits
from pipeline.warehouse.publish import connect_readonly


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return warehouse(tmp_path / "published.duckdb")


def test_csv_has_chinese_titles_printed_digits_and_no_formula(published: Path, tmp_path: Path) -> None:
    with connect_readonly(published) as connection:
        to_csv(connection, tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["findings.csv", "forms.csv", "triage.csv"]
    with (tmp_path / "out" / "forms.csv").open(encoding="utf-8-sig", newline="") as file:
        basic = next(row for row in csv.DictReader(file) if row["栏目"] == "基本支出")
    assert (basic["数值（空白为 NULL）"], basic["表"], basic["科目名称"]) == ("9.96", "支出决算表", "'" + FORMULA)
    with (tmp_path / "out" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        finding = next(row for row in csv.DictReader(file) if row["问题标识"] == "f1")
    assert (finding["规则"], finding["差额"], finding["说明"], finding["案件标识"]) == ("合计 = 各列之和", "10.04", "'+SUM(1)", "c0ffee01")


def test_a_workbook_keeps_texts_as_texts_and_numbers_as_printed(published: Path, tmp_path: Path) -> None:
    with connect_readonly(published) as connection:
        path = to_xlsx(connection, tmp_path / "out.xlsx", most=2)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["问题", "待裁定", "决算表", "决算表 2"]
    rows = [row for name in ("决算表", "决算表 2") for row in list(book[name])[1:]]
    titles = [c.value for c in book["决算表"][1]]
    label, value = titles.index("科目名称"), titles.index("数值（空白为 NULL）")
    assert {(r[label].value, r[label].data_type, r[label].quotePrefix) for r in rows} == {(FORMULA, "s", True)}
    assert {(Decimal(str(r[value].value)), r[value].number_format) for r in rows} == {(Decimal(n), "0.00") for n in ("30", "9.96", "10")}
    assert not [c for name in book.sheetnames for row in book[name] for c in row if c.data_type == "f"]


def test_a_year_without_reports_gives_titles_only(published: Path, tmp_path: Path) -> None:
    out = CliRunner().invoke(app, ["export", "--csv", str(tmp_path / "out"), "--year", "1999", "--warehouse", str(published)])
    assert out.exit_code == 0, out.output
    assert len((tmp_path / "out" / "triage.csv").read_text(encoding="utf-8-sig").splitlines()) == 1


def test_the_command_asks_for_what_it_needs(published: Path, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["export", "--warehouse", str(published)]).exit_code == 1
    nowhere = CliRunner().invoke(app, ["export", "--csv", str(tmp_path / "out"), "--warehouse", str(tmp_path / "none.duckdb")])
    assert (nowhere.exit_code, "final-accounts run" in nowhere.stderr) == (1, True)


@pytest.mark.parametrize(
    ("value", "least", "shown"), [("9.9600000000", 2, "9.96"), ("30", 2, "30.00"), ("0.1234560000", 2, "0.123456"), ("100", 0, "100")]
)
def test_numbers_have_the_printed_digits(value: str, least: int, shown: str) -> None:
    assert str(with_digits(Decimal(value), least)) == shown


@pytest.mark.parametrize(("printed", "count"), [("9.96", 2), ("12.5万元", 1), ("100%", 0), ("", 0), (None, 0)])
def test_decimals_are_those_of_the_number(printed: str | None, count: int) -> None:
    assert decimals(printed) == count
