"""The one custom expectation: a read-only DuckDB query over the year's tables returns no row.

What belongs here: its metric and its class.  What may not: queries (they are data, in the suites).  Importing this module imports
Great Expectations, so only ``expectations.suites.engine`` does.

Great Expectations' own way to DuckDB (SQLAlchemy) returns no failing rows, and pandas would turn DECIMAL into float: the query
runs in DuckDB and its rows, exact decimals among them, are the metric's value.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, ClassVar

import duckdb
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

#: The database that queries run on while a suite is decided.
DATABASE: ContextVar[duckdb.DuckDBPyConnection] = ContextVar("DATABASE")


def select(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries, in a transaction that cannot write."""
    connection.execute("BEGIN TRANSACTION READ ONLY")
    try:
        result = connection.execute(sql)
        names = [d[0] for d in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    finally:
        connection.execute("ROLLBACK")


class FailingRows(TableMetricProvider):
    """The rows that a query returns."""

    metric_name = "duckdb.failing_rows"
    value_keys = ("sql",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, execution_engine: Any, metric_domain_kwargs: Any, metric_value_kwargs: dict[str, Any],
                metrics: Any, runtime_configuration: Any) -> list[dict[str, Any]]:  # fmt: skip
        return select(DATABASE.get(), metric_value_kwargs["sql"])


class ExpectNoFailingRows(BatchExpectation):
    """Succeeds where the query returns nothing; what it returns are the failing rows."""

    sql: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("duckdb.failing_rows",)
    success_keys: ClassVar[tuple[str, ...]] = ("sql",)

    def _validate(self, metrics: dict[str, Any], runtime_configuration: Any = None, execution_engine: Any = None) -> dict[str, Any]:
        rows = metrics["duckdb.failing_rows"]
        return {"success": not rows, "result": {"unexpected_count": len(rows), "failing_rows": rows}}
