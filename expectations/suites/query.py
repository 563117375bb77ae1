"""The custom expectations: a read-only DuckDB query over the year's tables returns no row; no instance of some rules is violated.

What belongs here: their metrics and classes.  What may not: queries of suites (they are data).  Importing this module imports
Great Expectations, so only ``expectations.suites.engine`` does; somebody who opens the kept context imports it first.

Great Expectations' own way to DuckDB (SQLAlchemy) returns no failing rows, and pandas would turn DECIMAL into float: the query
runs in DuckDB and its rows, decimals as exact texts, are the metric's value.
"""

from __future__ import annotations

from contextvars import ContextVar
from decimal import Decimal
from typing import Any, ClassVar

import duckdb
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.expectation_configuration import parse_result_format
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from expectations.suites.base import SHOWN, YEAR_COLUMN
from pipeline.warehouse.year import open_year, select

#: The database that queries run on while a suite is decided; where there is none, the year's that the batch tells.
DATABASE: ContextVar[duckdb.DuckDBPyConnection | None] = ContextVar("DATABASE", default=None)


class FailingRows(TableMetricProvider):
    """The rows that a query returns; expectations that ask the same query share them."""

    metric_name = "duckdb.failing_rows"
    value_keys = ("sql",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: dict[str, Any],
                metrics: Any, runtime_configuration: Any) -> list[dict[str, Any]]:  # fmt: skip
        database = DATABASE.get()
        if database is not None:
            return _plain(select(database, metric_value_kwargs["sql"]))
        frame = execution_engine.get_domain_records(domain_kwargs=metric_domain_kwargs)
        with open_year(int(frame[YEAR_COLUMN].iloc[0])) as opened:
            return _plain(select(opened, metric_value_kwargs["sql"]))


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Decimals as the exact texts that they are, without a column's trailing zeros: the library would keep them as floats."""
    return [{name: _text(value) if isinstance(value, Decimal) else value for name, value in row.items()} for row in rows]


def _text(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class _OfAQuery(BatchExpectation):
    """An expectation of the rows that a query returns."""

    sql: str

    metric_dependencies: ClassVar[tuple[str, ...]] = (FailingRows.metric_name,)

    def get_validation_dependencies(self, execution_engine: Any = None,
                                    runtime_configuration: dict[str, Any] | None = None) -> ValidationDependencies:  # fmt: skip
        """The one metric, told directly: the library would work out its arguments anew for each of the many expectations."""
        metric = MetricConfiguration(FailingRows.metric_name, metric_domain_kwargs={}, metric_value_kwargs={"sql": self.sql})
        wanted = (runtime_configuration or {}).get("result_format", "BASIC")
        return ValidationDependencies({FailingRows.metric_name: metric}, parse_result_format(wanted))


class ExpectNoFailingRows(_OfAQuery):
    """Succeeds where the query returns nothing; what it returns are the failing rows."""

    success_keys: ClassVar[tuple[str, ...]] = ("sql",)

    def _validate(self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None) -> dict[str, Any]:
        rows = metrics["duckdb.failing_rows"]
        return {"success": not rows, "result": {"unexpected_count": len(rows), "failing_rows": rows[:SHOWN]}}


class ExpectRulesToHold(_OfAQuery):
    """Succeeds where no instance of the ``rules`` is violated and open.

    ``sql`` gives the first violated instances of each rule, with a ``rule_id`` and how many ``failures`` the rule has; the result tells the
    rows by rule (``failing_rows_of``), and of each rule that does not hold how many instances fail (``failures_of``).
    """

    rules: list[str]

    success_keys: ClassVar[tuple[str, ...]] = ("sql", "rules")

    def _validate(self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None) -> dict[str, Any]:
        rows: dict[str, list[dict[str, Any]]] = {}
        failures: dict[str, int] = {}
        for row in metrics["duckdb.failing_rows"]:
            failures[row["rule_id"]] = row["failures"]
            rows.setdefault(row["rule_id"], []).append({name: value for name, value in row.items() if name not in ("rule_id", "failures")})
        result = {"unexpected_count": sum(failures.values()), "failures_of": failures, "failing_rows_of": rows}
        return {"success": not rows, "result": result}
