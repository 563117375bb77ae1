"""A finding that a person has decided is counted by its check and no longer fails it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster_duckdb import DuckDBResource

from expectations.bridge import decide_year
from expectations.confront import confront, rule_rows
from expectations.suites import SUITES
from pipeline.store import tables as storage
from pipeline.store.home import Home
from pipeline.store.rows import tables_of
from tests.small_report import edited, small_report

RULE = "expenditure_row_total"
DUCKDB = DuckDBResource(database=":memory:")
SUITE = next(s for s in SUITES if s.name == "form_identities")


def judged(findings: list[Mapping[str, Any]], contents: Any) -> Any:
    found = confront(contents)
    for name, table in tables_of(contents).items():
        storage.write_table(name, 2024, table.to_pylist())
    storage.write_table("checks.equations", 2024, found.equations)
    storage.write_table("checks.equation_terms", 2024, found.terms)
    storage.write_table("checks.findings", 2024, findings)
    storage.write_table("checks.rules", 2024, rule_rows())
    [verdict] = decide_year(SUITE, 2024, DUCKDB, [s for s in SUITE.statements if s.name == RULE])
    return verdict


def test_a_decided_finding_is_counted_and_does_not_fail(home: Home) -> None:
    contents = edited(small_report(), {("expenditure", "201", "total"): "1.00"})
    findings = list(confront(contents).findings)
    own = [f for f in findings if f["rule_id"] == RULE]
    assert own
    open_verdict = judged(findings, contents)
    assert not open_verdict.holds
    assert open_verdict.failures == len(own)
    decided = [{**f, "status": "decided"} if f["rule_id"] == RULE else f for f in findings]
    verdict = judged(decided, contents)
    assert verdict.holds
    assert verdict.counts["violated_but_decided"] == len(own)
