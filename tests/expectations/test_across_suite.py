"""A breach between two reports fails a check of its own, with place and page; a decided one is counted and does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import dagster as dg
import pytest
from dagster_duckdb import DuckDBResource
from reconciliation.years import year

from expectations.bridge import decide_year, result
from expectations.confront import confront, rule_rows
from expectations.suites import SUITES
from expectations.suites.base import Verdict
from pipeline.model.figures import Place
from pipeline.reconciliation.across import RULES
from pipeline.reconciliation.adjudications import Adjudications, Decision, decided_findings
from pipeline.reconciliation.beside import Beside
from pipeline.schema import TABLES
from pipeline.store import tables as storage
from pipeline.store.rows import tables_of

DUCKDB = DuckDBResource(database=":memory:")
SUITE = next(s for s in SUITES if s.name == "across_reports")
LAST = year(2023, "100.00", "10.00", "90.00", "20.00")
SOUND, UNSOUND = (year(2024, "120.00", opening, "130.00", closing) for opening, closing in (("20.00", "10.00"), ("25.00", "15.00")))


def verdicts(this: Any, beside: Beside, decisions: Adjudications = Adjudications()) -> dict[str, Verdict]:  # noqa: B008
    contents = replace(this.contents, figures=tuple(replace(f, place=Place(page=7)) for f in this.contents.figures))
    found = confront(contents, beside=beside)
    decided = decided_findings(decisions, contents.report.report_id, contents.by_id(), dt.date(2026, 1, 1))
    findings = [{**f, "status": "decided" if f["finding_id"] in decided else "open"} for f in found.findings]
    for name, table in tables_of(contents).items():
        storage.write_table(name, 2024, table)
    for name, rows in (("equations", found.equations), ("equation_terms", found.terms), ("findings", findings), ("rules", rule_rows())):
        storage.write_table(f"checks.{name}", 2024, rows)
    return {v.statement.rule_id: v for v in decide_year(SUITE, 2024, DUCKDB)}


def test_every_rule_over_several_reports_is_a_row_and_a_check() -> None:
    assert set(RULES) == {s.rule_id for s in SUITE.statements} == {r["rule_id"] for r in rule_rows() if r["suite"] == "across_reports"}
    kinds = next(c.domain for c in TABLES["checks.findings"].columns if c.name == "kind")
    assert {r.kind for r in RULES.values()} <= set(kinds)


def test_an_opening_that_is_last_years_closing_passes() -> None:
    verdict = verdicts(SOUND, Beside(LAST.contents, LAST.equations))["opening_equals_last_closing"]
    assert verdict.holds
    assert (verdict.counts["evaluated"], verdict.counts["held"]) == (1, 1)


def test_one_that_is_not_fails_with_place_amounts_and_page() -> None:
    verdict = verdicts(UNSOUND, Beside(LAST.contents, LAST.equations))["opening_equals_last_closing"]
    shown = result(verdict, 2024, SUITE)
    assert not shown.passed
    assert shown.severity == dg.AssetCheckSeverity.ERROR
    [row] = [r.data for r in shown.metadata["failing rows (table)"].records]  # type: ignore[union-attr]
    assert (row["printed"], row["expected"], row["where"].rsplit(" ", 1)[1]) == ("25.00", "20.00", "p.7")
    assert "年初结转和结余" in str(row["place"])


@pytest.mark.parametrize(("days", "holds"), [(None, True), (dt.date(2025, 12, 31), False)])
def test_a_decided_one_does_not_fail_until_the_decision_expires(days: dt.date | None, holds: bool) -> None:
    [finding] = confront(UNSOUND.contents, {}, Beside(LAST.contents, LAST.equations)).findings
    decision = Decision("a.toml entry 1", UNSOUND.contents.report.report_id, finding["finding_id"], False, "not_an_error", "restated by rule",
                        "审核员", dt.date(2025, 1, 1), days, (), (finding["finding_id"],))  # fmt: skip
    verdict = verdicts(UNSOUND, Beside(LAST.contents, LAST.equations), Adjudications((decision,)))["opening_equals_last_closing"]
    assert verdict.holds is holds
    assert verdict.counts["violated_but_decided"] == int(holds)


def test_without_the_year_before_it_is_not_called_a_pass() -> None:
    verdict = verdicts(SOUND, Beside())["opening_equals_last_closing"]
    assert verdict.holds
    assert "nothing could be evaluated" in (result(verdict, 2024, SUITE).description or "")
    assert [dict(r)["reason"] for r in verdict.reasons] == ["not found: the report of 某市大数据局 for 2023"]
