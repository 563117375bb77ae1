"""What a suite is: statements that should hold for a year's tables, each with the expectations that decide it.

What belongs here: the words in which suites are written, as data.  What may not: Great Expectations itself (importing it
costs seconds; ``expectations.suites.engine`` does, inside a check) and Dagster (``expectations.bridge``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from expectations.rules.base import Severity

#: The expectations of our own (:mod:`expectations.suites.query`): no row comes back from a query; no instance of some rules is violated.
NO_FAILING_ROWS, RULES_HOLD = "ExpectNoFailingRows", "ExpectRulesToHold"
#: A column of every batch: the fiscal year that its suite is decided for.
YEAR_COLUMN = "fiscal_year"
#: Failing rows of one statement that are shown (a page of many checks loads them all); all are counted.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation by the name of its class in Great Expectations (or in :mod:`expectations.suites.query`), with its arguments.

    One of Great Expectations' own looks at each value of a column by itself, NULL left aside (in a set, between, like a pattern): it is
    given every value that occurs, once.  One that decides several statements is the same object in each; it is run once.
    """

    type: str
    arguments: Mapping[str, Any]

    @property
    def column(self) -> str | None:
        """The column whose values it looks at; none for a query."""
        return self.arguments.get("column")


def no_rows(sql: str) -> Expectation:
    """The expectation that ``sql``, read-only over the year's tables, returns nothing: what it returns are the failing rows."""
    return Expectation(NO_FAILING_ROWS, {"sql": sql})


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that should hold; it becomes one asset check on ``table``.

    ``promise`` tells a breach of our own promises (a table unread, a key twice), which stops the year, from everything else,
    which is shown and stops nothing.
    """

    rule_id: str
    table: str
    title: str
    title_zh: str
    formula: str
    citation: str
    severity: Severity
    expectations: tuple[Expectation, ...]
    promise: bool = False
    since_year: int | None = None
    until_year: int | None = None

    @property
    def name(self) -> str:
        """The check's name: letters, digits and underscores."""
        return re.sub(r"\W+", "_", self.rule_id)


@dataclass(frozen=True, slots=True)
class Suite:
    """Statements that are decided together.

    ``tally`` is a query whose rows begin with a ``rule_id``; its other columns are counts that are shown with the
    statement of that rule, whether it holds or not.  ``reads`` are the tables that the suite's queries look at; ``asset`` is the
    asset that carries its checks, by default that of each statement's table.  With ``pictures`` its failing rows name open cases
    (``case_id``, ``report_id``): as many of each statement's are shown with their picture.  Suites of one ``step`` are decided one
    after the other over one database; by default each is a step of its own.
    """

    name: str
    title: str
    statements: tuple[Statement, ...]
    reads: tuple[str, ...]
    tally: str = ""
    reasons: str = ""
    asset: tuple[str, ...] = ()
    pictures: int = 0
    step: str = ""

    def asset_of(self, statement: Statement) -> tuple[str, ...]:
        """Where a statement's check stands."""
        return self.asset or tuple(statement.table.split("."))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one statement: its failing rows (at most as many as are shown, and how many there are), its counts,
    or the error that kept the engine from deciding it, which is no verdict on anybody's accounts.
    """

    statement: Statement
    failing: tuple[Mapping[str, Any], ...] = ()
    failures: int = 0
    counts: Mapping[str, Any] = field(default_factory=dict)
    reasons: tuple[Mapping[str, Any], ...] = ()
    engine_error: str = ""
    broken: tuple[str, ...] = ()  # why the rule itself failed on some reports: those reports have no verdict, the others have

    @property
    def holds(self) -> bool:
        return not self.engine_error and not self.broken and self.failures == 0
