"""The suites: what is asserted of a year's tables, as data, and the engine that decides it.

What belongs here: statements and expectations.  What may not: the rules themselves (``expectations.rules``) and
Dagster (``expectations.bridge``).  :data:`SUITES` has them all.
"""

from __future__ import annotations

from expectations.rules import RULES
from expectations.suites.adjudications import ADJUDICATIONS_SUITE
from expectations.suites.base import Expectation, Statement, Suite, Verdict, no_rows
from expectations.suites.contract import contract
from expectations.suites.judgements import JUDGEMENTS_SUITE
from expectations.suites.rules import rule_suites
from expectations.suites.sources import SOURCES_SUITE
from expectations.suites.triage import TRIAGE_SUITE
from pipeline.reconciliation.across import RULES as ACROSS

#: Tables that stand before the others of their schema in the graph.  A suite over both would be split into steps, which processes
#: that build the graph each for themselves may number differently: checks would then run too early and hold nothing back.
_BEFORE_READING, _BEFORE_JUDGING = ("documents",), ("rules", "revised_findings")
_JUDGED = ("equations", "equation_terms", "findings", "held_against")

RULE_SUITES = rule_suites((*RULES.values(), *ACROSS.values()))

SUITES: tuple[Suite, ...] = (
    contract("sources"),
    SOURCES_SUITE,
    contract("core", "documents", only=_BEFORE_READING),
    contract("core", but=_BEFORE_READING),
    contract("checks", "rules", only=_BEFORE_JUDGING),
    contract("checks", "judgements", only=("judgements",)),
    JUDGEMENTS_SUITE,
    contract("checks", "equations", only=_JUDGED),
    contract("checks", but=(*_BEFORE_JUDGING, "judgements", *_JUDGED)),
    contract("reconciled"),
    contract("marts", "triage", only=("triage",)),
    contract("marts", but=("triage",)),
    ADJUDICATIONS_SUITE,
    TRIAGE_SUITE,
    *RULE_SUITES,
)

__all__ = ["RULE_SUITES", "SUITES", "Expectation", "Statement", "Suite", "Verdict", "no_rows"]
