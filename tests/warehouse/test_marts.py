"""The marts, on a small report whose every total is known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from pipeline.schema import TABLES
from pipeline.schema.marts import MARTS
from pipeline.store import tables as storage
from pipeline.warehouse import marts
from pipeline.warehouse.publish import connect_readonly, publish
from tests.warehouse import rows

YEAR = 2024


def mart(name: str) -> list[dict[str, Any]]:
    rows.write_printed(YEAR)
    found: list[dict[str, Any]] = rows.mart(f"marts.{name}", YEAR).to_pylist()
    return found


def test_every_mart_has_a_query_and_every_query_a_table() -> None:
    assert {t.full_name for t in MARTS} == set(marts.QUERIES)


@pytest.mark.parametrize("name", list(marts.QUERIES))
def test_a_year_without_reports_gives_an_empty_mart(name: str) -> None:
    assert rows.mart(name, YEAR).num_rows == 0
    assert rows.mart(name, YEAR).schema == TABLES[name].arrow_schema()


def test_a_mart_of_a_year_is_what_is_published_for_it() -> None:
    rows.write(2019)
    rows.write(YEAR)
    publish()
    for name in marts.QUERIES:
        with connect_readonly() as connection:
            published = connection.sql(f"SELECT * FROM {name} WHERE fiscal_year = {YEAR} ORDER BY ALL").fetchall()
        built = rows.mart(name, YEAR)
        assert published, name
        assert duckdb.sql("SELECT * FROM built ORDER BY ALL").fetchall() == published, name
        assert built.num_rows == len(published), name


def test_the_overview_counts_and_totals() -> None:
    [row] = mart("report_overview")
    expected = {
        "publisher": rows.PUBLISHER, "publisher_kind": "unit", "fiscal_year": YEAR, "page_count": 30,
        "forms_read": 2, "forms_empty": 1, "forms_missing": 1, "forms_unread": 0,
        "figures": len(list(rows.figures(YEAR))), "figures_blank": 5, "figures_doubtful": 0, "decimals_lost": 2,
        "equations": 4, "equations_exact": 2, "equations_rounding": 1, "equations_violated": 1, "equations_not_evaluated": 0,
        "findings_error": 1, "findings_warning": 1, "findings_info": 0,
        "income_year": Decimal(100), "income_grand_total": Decimal(120), "income_fiscal": Decimal(90), "opening_balance": Decimal(20),
        "expenditure_year": Decimal(75), "expenditure_grand_total": Decimal(120), "closing_balance": Decimal(45),
        "expenditure_basic": Decimal(60), "expenditure_project": Decimal(15), "general_budget_expenditure": Decimal(70),
        "government_fund_expenditure": Decimal(0), "state_capital_expenditure": None,
        "personnel_expenditure": Decimal(50), "public_expenditure": Decimal(10), "three_public_budget": Decimal(4), "three_public_final": Decimal(1),
    }  # fmt: skip
    assert {k: row[k] for k in expected} == expected


def test_a_report_of_which_nothing_was_read_still_has_its_row() -> None:
    storage.write_table("core.reports", YEAR, [rows.report(YEAR)])
    [row] = rows.mart("marts.report_overview", YEAR).to_pylist()
    assert (row["figures"], row["findings_error"], row["income_year"]) == (0, 0, None)


def test_expenditure_by_function_knows_class_section_and_leaves() -> None:
    found = {r["code"]: r for r in mart("expenditure_by_function")}
    assert [(c, r["level"], r["is_leaf"]) for c, r in found.items()] == [
        ("201", "class", False), ("20103", "section", False), ("2010301", "item", True), ("2010399", "item", True),
    ]  # fmt: skip
    item = found["2010301"]
    assert (item["name"], item["class_name"], item["section_code"], item["section_name"]) == (
        "行政运行",
        "一般公共服务支出",
        "20103",
        "政府办公厅（室）及相关机构事务",
    )
    assert (item["basic"], item["project"], item["general_total"]) == (Decimal(60), None, None)  # a blank cell, and a form without the row
    assert sum(r["total"] for r in found.values() if r["is_leaf"]) == found["201"]["total"] == Decimal(75)
    assert found["201"]["general_project"] == Decimal(10)


def test_a_class_printed_without_items_is_a_leaf() -> None:
    rows.write(YEAR)
    storage.write_table("core.figures", YEAR, [f for f in rows.figures(YEAR) if f["code"] is None or len(f["code"]) == 3])
    assert [(r["code"], r["is_leaf"]) for r in rows.mart("marts.expenditure_by_function", YEAR).to_pylist()] == [("201", True)]


def test_a_form_printed_twice_gives_each_cell_once() -> None:
    rows.write(YEAR)
    again = [
        {**f, "figure_id": f["figure_id"].replace(f"/{f['row_no']}/", f"/{int(f['row_no']) + 500}/"), "value": Decimal(999)}
        for f in rows.figures(YEAR)
        if f["statement"] == "expenditure" and f["value"] is not None
    ]
    storage.write_table("core.figures", YEAR, [*again, *rows.figures(YEAR)])
    [top] = [r for r in rows.mart("marts.expenditure_by_function", YEAR).to_pylist() if r["code"] == "201"]
    assert top["total"] == Decimal(75)


def test_economic_classes_have_their_side_and_share() -> None:
    found = {r["code"]: r for r in mart("expenditure_by_economic_class")}
    assert {c: (r["side"], r["level"], r["is_leaf"], r["share_of_basic"]) for c, r in found.items()} == {
        "301": ("personnel", "class", False, Decimal("83.33")),
        "30101": ("personnel", "item", True, Decimal("83.33")),
        "302": ("public", "class", True, Decimal("16.67")),
    }
    assert found["30101"]["class_name"] == "工资福利支出"


def test_the_summary_lines_meet_the_fiscal_ones() -> None:
    found = {(r["side"], r["item"]): r for r in mart("income_and_expenditure")}
    assert {k: (r["row_kind"], r["amount"], r["share_of_year"], r["fiscal_amount"]) for k, r in found.items()} == {
        ("income", "一般公共预算财政拨款收入"): ("item", Decimal(90), Decimal(90), Decimal(90)),
        ("income", "其他收入"): ("item", Decimal(10), Decimal(10), None),
        ("income", "本年收入合计"): ("year_total", Decimal(100), Decimal(100), Decimal(90)),
        ("income", "年初结转和结余"): ("balance", Decimal(20), None, Decimal(8)),
        ("income", "总计"): ("grand_total", Decimal(120), None, None),
        ("expenditure", "一般公共服务支出"): ("item", Decimal(75), Decimal(100), Decimal(70)),
        ("expenditure", "外交支出"): ("item", None, None, None),
        ("expenditure", "本年支出合计"): ("year_total", Decimal(75), Decimal(100), None),
        ("expenditure", "年末结转和结余"): ("balance", Decimal(45), None, None),
        ("expenditure", "总计"): ("grand_total", Decimal(120), None, None),
    }
    spent = found["expenditure", "一般公共服务支出"]
    assert (spent["class_code"], spent["fiscal_general"], spent["fiscal_government_fund"], spent["fiscal_state_capital"]) == (
        "201",
        Decimal(70),
        Decimal(0),
        None,
    )
    assert [r["row_order"] for r in found.values() if r["side"] == "income"] == [1, 2, 3, 4, 5]


def test_the_three_public_expenses_keep_blank_apart_from_zero() -> None:
    [row] = mart("three_public")
    assert (row["budget_abroad"], row["final_abroad"], row["final_vehicle"]) == (Decimal(0), None, None)
    assert (row["final_minus_budget"], row["completion"]) == (Decimal(-3), Decimal(25))


def test_a_query_gives_exactly_the_columns_of_its_table() -> None:
    publish()
    with connect_readonly() as connection:
        for table in MARTS:
            given = {name for name, *_ in connection.execute(f"DESCRIBE {marts.QUERIES[table.full_name]}").fetchall()}
            assert given == {c.name for c in table.columns}, table.full_name
