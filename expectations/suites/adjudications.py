"""The suite of the decisions of persons: entries that are not applied, and why not.

What belongs here: statements about ``checks.adjudications``.  What may not: how entries are read and applied
(``pipeline.reconciliation.adjudications``).
"""

from __future__ import annotations

from expectations.suites.base import Statement, Suite, no_rows
from pipeline.schema.ddl import literal

_TABLE, _CITATION = "checks.adjudications", "docs/triage.md"


def _no(state: str, name: str, title: str, title_zh: str) -> Statement:
    failing = f"""SELECT entry, report_id, subject, verdict, why, author, decided_on, expires FROM {_TABLE}
                  WHERE state = {literal(state)} ORDER BY ALL"""
    rule = f"adjudications.{name}"
    return Statement(rule, _TABLE, title, title_zh, f"state is not {state}", _CITATION, "warning", (no_rows(failing),))


_STATEMENTS = (
    _no("invalid", "every_entry_can_be_read", "Every entry of the adjudications can be read", "裁定条目均有效"),
    _no("contradictory", "no_entries_contradict", "No two entries contradict each other", "裁定条目互不矛盾"),
    _no("stale", "no_entry_is_stale", "Every entry still meets its case, its findings and its figures", "裁定条目均未过时"),
    _no("expired", "no_entry_has_expired", "No entry has passed its last day", "裁定条目均未过期"),
)

ADJUDICATIONS_SUITE = Suite(
    "adjudications",
    "Every decision of a person is applied",
    _STATEMENTS,
    (_TABLE,),
    " UNION ALL ".join(
        f"SELECT {literal(s.rule_id)} AS rule_id, count(*) AS rows_checked, count(*) FILTER (WHERE state = 'applied') AS applied FROM {_TABLE}"
        for s in _STATEMENTS
    ),
)
