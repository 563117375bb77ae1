"""The suite of open cases: what still waits for a person, with the suspect, its page, and the entry to paste.

What belongs here: statements about ``marts.triage``.  What may not: how cases are found and ranked (``pipeline.reconciliation``).
"""

from __future__ import annotations

from expectations.rules.base import Severity
from expectations.suites.base import Statement, Suite, no_rows
from expectations.suites.contract import where
from pipeline.exports.pictures import TABLES as SHOWN
from pipeline.schema.ddl import literal

_TABLE = "marts.triage"
_PICTURES = 8  # of each severity; all are in the pages of evidence
_FIRST = 3  # suspects of one case that are shown; all are in the entry and in the table
_ALL = "string_split(e.suspects, chr(10))"
#: Where no figure is suspected (a form is missing, a word is wrong), the first place and what should hold there.
_SUSPECTS = f"""CASE WHEN e.suspects = '' THEN string_split(e.places, chr(10))[1] || ' · ' || string_split(e.rules, chr(10))[1]
                     ELSE array_to_string({_ALL}[:{_FIRST}], '; ')
                          || CASE WHEN len({_ALL}) > {_FIRST} THEN '; + ' || (len({_ALL}) - {_FIRST}) ELSE '' END END"""


def _none(severity: Severity, title: str, title_zh: str) -> Statement:
    failing = f"""SELECT {where("e")}, {_SUSPECTS} AS suspects, e.state || coalesce(': ' || e.assignee, '') AS state, e.ties, e.case_id,
                         e.report_id, e.entry AS "entry to paste" FROM {_TABLE} e
                  WHERE e.severity = {literal(severity)} ORDER BY e.publisher, e.page, e.line, e.case_id"""
    return Statement(f"triage.no_open_{severity}", _TABLE, title, title_zh, f"no open case has the severity {severity}", "docs/triage.md", severity,
                     (no_rows(failing),))  # fmt: skip


_STATEMENTS = (
    _none("error", "Every case of an error has been decided", "错误案件均已裁定"),
    _none("warning", "Every case of a warning has been decided", "提示案件均已裁定"),
)

TRIAGE_SUITE = Suite(
    "triage",
    "No case waits for a decision",
    _STATEMENTS,
    tuple(dict.fromkeys((_TABLE, *SHOWN))),
    " UNION ALL ".join(
        f"SELECT {literal(s.rule_id)} AS rule_id, count(*) AS open_cases FROM {_TABLE} WHERE severity = {literal(s.severity)}" for s in _STATEMENTS
    ),
    pictures=_PICTURES,
)
