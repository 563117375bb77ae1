"""The suites: what is asserted of a year's tables, as data, and the engine that decides it.

What belongs here: statements and expectations.  What may not: the rules themselves (``expectations.rules``) and
Dagster (``expectations.bridge``).  :data:`SUITES` has them all.
"""

from __future__ import annotations

from expectations.judging import CHECKED, JUDGEMENTS
from expectations.rules import RULES
from expectations.suites.adjudications import ADJUDICATIONS_SUITE
from expectations.suites.base import Expectation, Statement, Suite, Verdict, no_rows
from expectations.suites.contract import contract
from expectations.suites.judgements import EVERY_REPORT_WAS_JUDGED
from expectations.suites.rules import rule_suites
from expectations.suites.sources import SOURCES_SUITE
from expectations.suites.triage import TRIAGE_SUITE
from pipeline.reconciliation.across import RULES as ACROSS
from pipeline.schema import CORE_TABLES, TABLES
from pipeline.schema.marts import MARTS
from pipeline.schema.reconciled import RECONCILED, SUSPICIONS, TRIAGE

RULE_SUITES = rule_suites((*RULES.values(), *ACROSS.values()))
_REVISED, _RULES = "checks.revised_findings", "checks.rules"

#: A contract is over the tables of one step: a suite over a step and one before it would hold back what it waits for.
SUITES: tuple[Suite, ...] = (
    contract("sources_tables", *(t for t in TABLES if t.startswith("sources."))),
    SOURCES_SUITE,
    contract("core_documents", "core.documents"),
    contract("core_tables", *CORE_TABLES),
    contract("judgements", JUDGEMENTS, more=(EVERY_REPORT_WAS_JUDGED,)),
    contract("equations_tables", *CHECKED),
    contract("checks_tables", *(t.full_name for t in SUSPICIONS), _RULES, _REVISED),
    contract("reconciled_tables", *(t.full_name for t in RECONCILED), TRIAGE.full_name),
    contract("marts_tables", *(t.full_name for t in MARTS)),
    ADJUDICATIONS_SUITE,
    TRIAGE_SUITE,
    *RULE_SUITES,
)

__all__ = ["RULE_SUITES", "SUITES", "Expectation", "Statement", "Suite", "Verdict", "no_rows"]
