"""The suites: what is asserted of a year's tables, as data, and the engine that decides it.

What belongs here: statements and expectations.  What may not: the rules themselves (``expectations.rules``) and
Dagster (``expectations.bridge``).  :data:`SUITES` has them all.
"""

from __future__ import annotations

from expectations.rules import RULES
from expectations.suites.base import Expectation, Statement, Suite, Verdict, no_rows
from expectations.suites.contract import contract
from expectations.suites.rules import rule_suites
from expectations.suites.sources import SOURCES_SUITE

SUITES: tuple[Suite, ...] = (contract("sources"), SOURCES_SUITE, contract("core"), contract("checks"), *rule_suites(RULES.values()))

__all__ = ["SUITES", "Expectation", "Statement", "Suite", "Verdict", "no_rows"]
