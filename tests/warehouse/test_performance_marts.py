"""The marts of the performance annexes, from the small annex."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from performance import annex

from expectations.confront import confront, rule_rows
from pipeline.store import tables as storage
from pipeline.store.rows import figure_row, report_row
from tests.warehouse import rows


def mart(name: str, *edits: tuple[str, str]) -> list[dict[str, Any]]:
    contents = annex.contents(*edits)
    year = contents.report.fiscal_year
    storage.write_table("core.reports", year, [report_row(contents.report)])
    storage.write_table("core.figures", year, [figure_row(f, contents.report) for f in contents.figures])
    for table in ("core.self_evaluations", "core.indicators"):
        storage.write_table(table, year, contents.rows_of(table))
    storage.write_table("checks.rules", year, rule_rows())
    storage.write_table("checks.findings", year, confront(contents).findings)
    found: list[dict[str, Any]] = rows.mart(f"marts.{name}", year).to_pylist()
    return found


def test_a_project_with_its_budget_scores_and_grade() -> None:
    river, archive, county = mart("project_performance")
    assert (river["project"], river["initial_budget"], river["adjusted_budget"], river["executed"]) == (
        "智慧河道监测项目",
        100,
        80,
        60,
    )
    assert (river["execution_rate"], river["execution_rate_printed"], river["fiscal_executed"]) == (75, 75, 40)
    assert (river["execution_score"], river["indicator_score"], river["total_score"]) == (Decimal("7.5"), 87, Decimal("94.5"))
    assert (river["indicators"], river["indicators_quantitative"], river["indicators_below_weight"], river["grade_due"]) == (
        6,
        4,
        1,
        "优",
    )
    assert [p["findings"] for p in (river, archive, county)] == [0, 0, 0]


def test_findings_are_counted_at_their_project() -> None:
    assert mart("project_performance", ("60	10	75.00%	7.5", "60	10	57.00%	7.5"))[0]["findings"] >= 1


def test_amounts_printed_in_yuan_are_in_ten_thousands() -> None:
    edits = [("单位：万元", "单位：元"), ("年度资金总额	100	80	60", "年度资金总额	1,000,000	800,000	600,000")]
    assert mart("project_performance", *edits)[0]["initial_budget"] == 100


def test_an_indicator_with_its_target_actual_and_score() -> None:
    row = mart("indicator_performance")[1]
    assert (row["level1"], row["level2"], row["level3"], row["target"], row["target_operator"]) == (
        "产出指标",
        "数量指标",
        "监测站点数",
        "≥20个",
        "≥",
    )
    assert (row["target_number"], row["actual_number"], row["weight"], row["score"], row["score_rate"]) == (20, 16, 15, 12, 80)
    assert row["deviation_reason"] == "部分站点征地滞后"
