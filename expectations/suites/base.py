"""What a suite is: statements that should hold for a year's tables, each with the expectations that decide it.

What belongs here: the words in which suites are written, as data.  What may not: Great Expectations itself (importing it
costs seconds; ``expectations.suites.engine`` does, inside a check) and Dagster (``expectations.bridge``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from expectations.rules.base import Severity

#: The one expectation of our own: no row comes back from a query (:class:`expectations.suites.query.ExpectNoFailingRows`).
NO_FAILING_ROWS = "ExpectNoFailingRows"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation by the name of its class in Great Expectations (or :data:`NO_FAILING_ROWS`), with its arguments."""

    type: str
    arguments: Mapping[str, Any]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table that it looks at."""
        one = self.arguments.get("column")
        return (one,) if one else tuple(self.arguments.get("column_list", ()))


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
    statement of that rule, whether it holds or not.  ``reads`` are the tables that the suite's queries look at.
    """

    name: str
    title: str
    statements: tuple[Statement, ...]
    reads: tuple[str, ...]
    tally: str = ""
    reasons: str = ""


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

    @property
    def holds(self) -> bool:
        return not self.engine_error and self.failures == 0


def statements_of(suites: tuple[Suite, ...]) -> Iterator[Statement]:
    """All statements of several suites, in order."""
    for suite in suites:
        yield from suite.statements
