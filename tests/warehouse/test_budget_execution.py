"""The mart of the items that the narrative explains, from a narrative of a few lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from narrative_text import narrative, with_narrative
from small_report import small_report

from pipeline.store import tables as storage
from pipeline.store.rows import figure_row, report_row
from tests.warehouse import rows


def items(*paragraphs: str) -> list[dict[str, Any]]:
    contents = with_narrative(small_report(), narrative("general_budget", *paragraphs))
    year = contents.report.fiscal_year
    storage.write_table("core.reports", year, [report_row(contents.report)])
    storage.write_table("core.figures", year, [figure_row(f, contents.report) for f in contents.figures])
    for name in ("core.statements", "core.remarks"):
        storage.write_table(name, year, contents.rows_of(name))
    found: list[dict[str, Any]] = rows.mart("marts.budget_execution_by_item", year).to_pylist()
    return found


def test_an_item_with_budget_rate_and_reason() -> None:
    (row,) = items(
        "（三）一般公共预算财政拨款支出决算具体情况",
        "1、一般公共服务支出（类）人大事务（款）行政运行（项）。年初预算为45.00万元，支出决算为40.00万元，完成年初预算的88.89%。"
        "决算数小于年初预算数，主要原因是人员调出。",
    )
    assert (row["budget_kind"], row["code"], row["name"]) == ("general_budget", "2010101", "行政运行")
    assert (row["initial_budget"], row["final"], row["form_amount"]) == (Decimal(45), Decimal(40), Decimal(40))
    assert (row["completion_printed"], row["completion"]) == (Decimal("88.89"), Decimal("88.89"))
    assert (row["direction"], row["reason"], row["no_initial_budget"]) == ("小于", "人员调出", False)


def test_an_item_without_an_initial_budget() -> None:
    (row,) = items("1、其他支出（类）其他支出（款）其他支出（项）。无年初预算，支出决算为5.00万元。")
    assert (row["initial_budget"], row["no_initial_budget"], row["completion"], row["code"]) == (None, True, None, None)


def test_classes_of_the_structure_paragraph_are_no_items() -> None:
    assert items("（二）一般公共预算财政拨款支出决算结构情况", "一般公共服务支出（类）60.00万元，占64.52%。") == []
