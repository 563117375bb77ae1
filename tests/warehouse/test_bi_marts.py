"""Spending as one long table, findings with their rule, place and case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipeline.model.classification import categories, cofog
from pipeline.store import tables as storage
from tests.warehouse import rows

YEAR = 2024
REGISTERED = {
    "publisher": rows.PUBLISHER, "fiscal_year": YEAR, "kind": "unit", "parent": "某市某厅", "division": "990100", "level": "city", "standing": "found",
    "overdue": False, "expected_by": "2025-10-31", "documents": 1, "revision": 1,
}  # fmt: skip


def mart(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows.mart(f"marts.{name}", YEAR).to_pylist()
    return found


def spent(**wanted: Any) -> dict[tuple[str, str | None], Decimal]:
    chosen = [r for r in mart("spending") if all(r[k] == v for k, v in wanted.items())]
    return {(r["function_code"] or r["economic_code"], r["nature"]): r["amount"] for r in chosen}


def test_amounts_add_up_within_one_classification_fund_and_phase() -> None:
    rows.write(YEAR)
    assert spent(classification="functional", fund="all", phase="executed") == {("2010301", "basic"): 60, ("2010399", "project"): 15}
    assert spent(classification="functional", fund="general_budget", phase="executed") == {("201", "basic"): 60, ("201", "project"): 10}
    assert spent(classification="economic") == {("30101", "basic"): 50, ("302", "basic"): 10}


def test_the_budget_of_the_three_public_expenses_stands_beside_what_was_executed() -> None:
    rows.write(YEAR)
    assert spent(classification="three_public", phase="budget") == {("30212", None): 0}
    assert spent(classification="three_public", phase="executed") == {("30217", None): 1}


def test_a_budget_of_the_narrative_is_a_phase_of_its_code() -> None:
    rows.write(YEAR)
    figure, statement, _ = rows.narrative(YEAR)
    more = {"figure_id": figure["figure_id"] + "b", "measure": "initial_budget", "value": Decimal(80), "printed": "80.00"}
    storage.write_table("core.figures", YEAR, [*rows.figures(YEAR), figure | more])
    storage.write_table("core.statements", YEAR, [statement, statement | {"row_no": 2, "measure": "initial_budget", "figure_id": more["figure_id"]}])
    assert spent(classification="functional", phase="budget") == {("201", None): 80}


def test_a_class_has_its_division_of_cofog() -> None:
    rows.write(YEAR)
    assert {r["cofog"] for r in mart("spending") if r["function_code"]} == {"01"}
    assert {r["cofog"] for r in mart("spending") if not r["function_code"]} == {None}


def test_every_class_has_been_thought_of() -> None:
    classes = {code for kind, code in categories() if kind == "functional" and len(code) == 3}
    without = {"227", "229", "231", "234"}
    assert set(cofog()) == classes - without
    assert {division for division, _ in cofog().values()} <= {f"{n:02}" for n in range(1, 11)}


def test_the_registry_tells_division_level_and_department() -> None:
    rows.write(YEAR)
    assert {(r["division"], r["level"], r["parent"]) for r in mart("report_overview")} == {(None, None, None)}
    storage.write_table("sources.publishers", YEAR, [REGISTERED])
    for name in ("report_overview", "spending", "findings"):
        assert {(r["division"], r["level"], r["parent"]) for r in mart(name)} == {("990100", "city", "某市某厅")}


def test_a_finding_has_its_rule_the_address_of_its_printed_figure_and_its_case() -> None:
    rows.write(YEAR)
    total = next(f for f in rows.figures(YEAR) if f["statement"] == "income" and f["measure"] == "total")
    part = next(f for f in rows.figures(YEAR) if f["statement"] == "income" and f["measure"] == "fiscal")
    equation = rows.equation(YEAR, "c", "violated") | {"equation_id": f"{YEAR}-c", "printed": total["value"]}
    storage.write_table("checks.equations", YEAR, [equation])
    terms = [{"equation_id": f"{YEAR}-c", "figure_id": f["figure_id"], "coefficient": c} for f, c in ((total, Decimal(1)), (part, Decimal(-1)))]
    storage.write_table("checks.equation_terms", YEAR, terms)
    findings = [rows.finding(YEAR, "c", "error") | {"case_id": "k"}, rows.finding(YEAR, "x", "warning")]
    storage.write_table("checks.findings", YEAR, findings)
    storage.write_table("checks.case_findings", YEAR, [{**rows.about(YEAR), "case_id": "k", "finding_id": f"{YEAR}-c", "status": "open"}])
    found = {r["finding_id"]: r for r in mart("findings")}
    first = found[f"{YEAR}-c"]
    assert (first["rule_title_zh"], first["statement"], first["measure"], first["page"], first["case_id"]) == (
        "合计＝各项之和",
        "income",
        "total",
        6,
        "k",
    )
    assert (found[f"{YEAR}-x"]["figure_id"], found[f"{YEAR}-x"]["case_id"]) == (None, None)
