"""Decides a suite for one year with Great Expectations, and says what came out in words of our own.

What belongs here: running a suite's checkpoint and reading its results.  What may not: what is expected (the other suites), where suites
are kept (``expectations.suites.context``) and how a verdict is shown (``expectations.bridge``).  Great Expectations is imported when a suite
is decided, never when this module is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from expectations.confront import ENGINE_ERROR
from expectations.suites import library
from expectations.suites.base import SHOWN, Expectation, Statement, Suite, Verdict
from pipeline.warehouse.year import select


def decide(suite: Suite, database: duckdb.DuckDBPyConnection, year: int, only: Iterable[Statement] | None = None) -> list[Verdict]:
    """A verdict on each statement of the suite (or on those of ``only``), in order.

    ``database`` holds the tables of one year.  An error inside an expectation never looks like a failure of the accounts:
    the statement's verdict carries it as ``engine_error``.
    """
    library.imported()
    from expectations.suites.context import validated

    chosen = list(suite.statements if only is None else only)
    results = validated(suite, database, year)
    counts, reasons, problem = _tallies(suite, database)
    return [_verdict(s, results[s.rule_id], counts.get(s.rule_id, {}), reasons.get(s.rule_id, []), problem) for s in chosen]


def _verdict(statement: Statement, results: list[Any], counts: Mapping[str, Any], reasons: list[Any], problem: str) -> Verdict:
    failing: list[Mapping[str, Any]] = []
    failures, errors = 0, [problem] if problem else []
    for expectation, result in zip(statement.expectations, results, strict=True):
        error = _engine_error(result)
        if error:
            errors.append(error)
        elif not result.success:
            rows, count = _failing_rows(expectation, result.result, statement.rule_id)
            failing += rows
            failures += count
    broken = tuple(r["reason"] for r in reasons if r["reason"].startswith(ENGINE_ERROR))
    return Verdict(statement, tuple(failing[:SHOWN]), failures, counts, tuple(reasons), "; ".join(dict.fromkeys(errors)), broken)


def _tallies(suite: Suite, database: duckdb.DuckDBPyConnection) -> tuple[dict[str, dict[str, Any]], dict[str, list[Any]], str]:
    try:
        counts = {row.pop("rule_id"): row for row in select(database, suite.tally)} if suite.tally else {}
        reasons: dict[str, list[Any]] = {}
        for row in select(database, suite.reasons) if suite.reasons else ():
            reasons.setdefault(row.pop("rule_id"), []).append(row)
    except duckdb.Error as error:
        return {}, {}, f"counting failed: {_first_line(str(error))}"
    return counts, reasons, ""


def _engine_error(result: Any) -> str:
    """The message of an exception inside an expectation, or ``""``.

    Great Expectations has two shapes for it: one record when the expectation itself raised, and one record a metric, under the
    metric's id, when a metric did.
    """
    if result is None or isinstance(result, str):
        return _first_line(result or "the expectation was not run")
    info: Mapping[str, Any] = result.exception_info or {}
    records = [info] if "raised_exception" in info else list(info.values())
    said = [_record(r) for r in records]
    return "; ".join(dict.fromkeys(_first_line(message) for raised, message in said if raised))


def _record(record: Any) -> tuple[bool, str]:
    if isinstance(record, Mapping):
        return bool(record.get("raised_exception")), str(record.get("exception_message") or "an exception without a message")
    return bool(getattr(record, "raised_exception", False)), str(getattr(record, "exception_message", "an exception without a message"))


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else "an exception without a message"


def _failing_rows(expectation: Expectation, result: Mapping[str, Any], rule: str) -> tuple[list[dict[str, Any]], int]:
    """The failing rows of a statement in the result of a failed expectation, which may be about other statements as well."""
    if "failures_of" in result:
        return list(result["failing_rows_of"].get(rule, ())), int(result["failures_of"].get(rule, 0))
    count = max(1, int(result.get("unexpected_count") or 0))
    if "failing_rows" in result:
        return list(result["failing_rows"]), count
    promise = f"{expectation.column} is one of its values"
    rows = [{"promise": promise, "example": str(value)} for value in result.get("partial_unexpected_list") or []]
    return rows or [{"promise": promise}], count
