"""Entries of the adjudications that are not applied fail a check, which names file and entry and stops nothing."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pytest
from dagster_duckdb import DuckDBResource

from expectations.bridge import decide_year, result
from expectations.suites import SUITES
from expectations.suites.base import Verdict
from pipeline.schema import TABLES
from pipeline.store import tables as storage

DUCKDB = DuckDBResource(database=":memory:")
SUITE = next(s for s in SUITES if s.name == "adjudications")
APPLIED = {
    "entry": "2024.toml entry 1", "fiscal_year": 2024, "report_id": "2024-a", "subject": "62d430be", "verdict": "use_value",
    "state": "applied", "why": "", "reason": "the parts add up", "author": "审核员", "decided_on": "2025-12-01",
}  # fmt: skip
STATES = ("invalid", "contradictory", "stale", "expired")


def verdicts(*rows: dict[str, Any]) -> dict[str, Verdict]:
    storage.write_table("checks.adjudications", 2024, rows)
    return {v.statement.name: v for v in decide_year(SUITE, 2024, DUCKDB)}


def test_applied_entries_pass_and_are_counted() -> None:
    found = verdicts(APPLIED)
    assert all(v.holds for v in found.values())
    assert all(v.counts == {"rows_checked": 1, "applied": 1} for v in found.values())
    assert all(v.holds for v in verdicts().values()), "no entry, nothing to complain of"


@pytest.mark.parametrize(("state", "statement"), list(zip(STATES, SUITE.statements, strict=True)))
def test_an_entry_that_is_not_applied_fails_its_own_check_only(state: str, statement: Any) -> None:
    why = "no such case occurs: 62d430be"
    found = verdicts(APPLIED, APPLIED | {"entry": "2024.toml entry 2", "state": state, "why": why})
    assert [name for name, v in found.items() if not v.holds] == [statement.name]
    shown = result(found[statement.name], 2024, SUITE)
    assert shown.severity == dg.AssetCheckSeverity.WARN
    [row] = [r.data for r in shown.metadata["failing rows (table)"].records]  # type: ignore[union-attr]
    assert (row["entry"], row["why"]) == ("2024.toml entry 2", why)


def test_there_is_a_check_for_every_state_and_none_stops_the_year() -> None:
    [column] = [c for c in TABLES["checks.adjudications"].columns if c.name == "state"]
    assert set(STATES) == set(column.domain) - {"applied"}
    assert not any(s.promise for s in SUITE.statements)
