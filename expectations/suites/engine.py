"""Decides a suite for one year with Great Expectations, and says what came out in words of our own.

What belongs here: running expectations and reading their results.  What may not: what is expected (the other suites) and how
it is shown (``expectations.bridge``).  Great Expectations is imported when a suite is decided, never when this module is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.confront import ENGINE_ERROR
from expectations.suites.base import NO_FAILING_ROWS, Expectation, Statement, Suite, Verdict
from pipeline.schema import TABLES
from pipeline.schema.ddl import identifier, qualified

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 50  # failing rows of one statement that are shown (a page of 170 checks loads them all); all are counted


def decide(suite: Suite, database: duckdb.DuckDBPyConnection, only: Iterable[Statement] | None = None) -> list[Verdict]:
    """A verdict on each statement of the suite (or on those of ``only``), in order.

    ``database`` holds the tables of one year.  An error inside an expectation never looks like a failure of the accounts:
    the statement's verdict carries it as ``engine_error``.
    """
    chosen = list(suite.statements if only is None else only)
    results = _validated(chosen, database)
    counts, reasons, problem = _tallies(suite, database)
    broken = {rule: [r["reason"] for r in rows if r["reason"].startswith(ENGINE_ERROR)] for rule, rows in reasons.items()}
    verdicts = []
    for statement in chosen:
        failing: list[Mapping[str, Any]] = []
        failures, errors = 0, [problem] if problem else []
        errors += broken.get(statement.rule_id, [])
        for expectation, result in zip(statement.expectations, results[statement.rule_id], strict=True):
            error = _engine_error(result)
            if error:
                errors.append(error)
            elif not result.success:
                rows, count = _failing_rows(expectation, result.result)
                failing += rows
                failures += max(count, 1)
        verdicts.append(
            Verdict(statement, tuple(failing[:SHOWN]), failures, counts.get(statement.rule_id, {}),
                    tuple(reasons.get(statement.rule_id, ())), "; ".join(dict.fromkeys(errors)))
        )  # fmt: skip
    return verdicts


def _validated(statements: list[Statement], database: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    """rule_id → the validation result of each of its expectations; a text where the table itself could not be had."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # nothing leaves the machine; it is read when the package is imported
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from expectations.suites.query import DATABASE, ExpectNoFailingRows

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("year")
    results: dict[str, list[Any]] = {s.rule_id: [None] * len(s.expectations) for s in statements}
    token = DATABASE.set(database)
    try:
        for table in dict.fromkeys(s.table for s in statements):
            own = [s for s in statements if s.table == table]
            batch = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("year")
            suite = gx.ExpectationSuite(name=table)
            for statement in own:
                for i, expectation in enumerate(statement.expectations):
                    kind = ExpectNoFailingRows if expectation.type == NO_FAILING_ROWS else getattr(gx.expectations, expectation.type)
                    suite.add_expectation(kind(**expectation.arguments, meta={"rule_id": statement.rule_id, "i": i}))
            try:
                frame = _frame(table, own, database)
            except duckdb.Error as error:
                results |= {s.rule_id: [str(error)] * len(s.expectations) for s in own}
                continue
            validation = batch.get_batch({"dataframe": frame}).validate(
                suite, result_format={"result_format": "SUMMARY", "partial_unexpected_count": SHOWN}
            )
            for result in validation.results:
                meta: Any = result.expectation_config and result.expectation_config.meta
                results[meta["rule_id"]][meta["i"]] = result
    finally:
        DATABASE.reset(token)
    return results


def _frame(table: str, statements: Iterable[Statement], database: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The table's columns that built-in expectations look at, and nothing else: queries run where the table is."""
    named = {c for s in statements for e in s.expectations for c in e.columns}
    columns = ", ".join(identifier(c.name) for c in TABLES[table].columns if c.name in named)
    return database.execute(f"SELECT {columns} FROM {qualified(TABLES[table])}" if columns else "SELECT 1 AS nothing LIMIT 0").df()


def _tallies(suite: Suite, database: duckdb.DuckDBPyConnection) -> tuple[dict[str, dict[str, Any]], dict[str, list[Any]], str]:
    from expectations.suites.query import select

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


def _failing_rows(expectation: Expectation, result: Mapping[str, Any]) -> tuple[list[dict[str, Any]], int]:
    if "failing_rows" in result:
        return list(result["failing_rows"][:SHOWN]), int(result["unexpected_count"])
    count = int(result.get("unexpected_count") or 0)
    columns = ", ".join(expectation.columns)
    values = result.get("partial_unexpected_list") or []
    rows = [{"columns": columns, "value": ", ".join(map(str, v.values())) if isinstance(v, Mapping) else str(v)} for v in values]
    return rows or [{"columns": columns, "value": None}], count
