"""The queries that the documentation shows: each runs on a published warehouse, and the dashboard asks for columns that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipeline.schema import TABLES
from pipeline.store.home import PROJECT
from pipeline.warehouse.publish import connect_readonly, publish
from tests.warehouse import rows

PAGES = (PROJECT / "docs" / "bi" / "README.md", PROJECT / "docs" / "operations.md")
DASHBOARD = PROJECT / "docs" / "bi" / "superset"
QUERIES = [q for page in PAGES for q in re.findall(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)]
CHARTS = sorted((DASHBOARD / "charts").glob("*.yaml"))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FINAL_ACCOUNTS_HOME", str(tmp_path_factory.mktemp("home")))
        for year in (2023, 2024):
            rows.write(year)
        publish()
        with connect_readonly() as connection:
            yield connection


def described(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("query", QUERIES, ids=[q.split("\n")[0][:60] for q in QUERIES])
def test_a_ready_query_runs(warehouse: duckdb.DuckDBPyConnection, query: str) -> None:
    assert [d[0] for d in warehouse.execute(query).description or ()]
    warehouse.fetchall()


def test_there_are_queries_to_run() -> None:
    assert len(QUERIES) > 10


@pytest.mark.parametrize("path", CHARTS, ids=lambda p: p.stem)
def test_a_chart_asks_for_columns_of_its_table(warehouse: duckdb.DuckDBPyConnection, path: Path) -> None:
    chart = described(path)
    [dataset] = [d for f in (DASHBOARD / "datasets").rglob("*.yaml") if (d := described(f))["uuid"] == chart["dataset_uuid"]]
    table = f"{dataset['schema']}.{dataset['table_name']}"
    asked = chart["params"]
    columns = [
        *asked.get("groupby", []),
        *asked.get("all_columns", []),
        *filter(None, [asked.get("x_axis")]),
        *(f["subject"] for f in asked["adhoc_filters"]),
    ]
    assert columns
    assert set(columns) <= {c.name for c in TABLES[table].columns}
    for measure in asked.get("metrics", []):
        warehouse.execute(f"SELECT {measure['sqlExpression']} FROM {table}").fetchall()
    for condition in asked["adhoc_filters"]:
        domain = TABLES[table].column(condition["subject"]).domain
        assert not domain or condition["comparator"] in domain


def test_the_dashboards_tables_are_as_they_are_published() -> None:
    for path in (DASHBOARD / "datasets").rglob("*.yaml"):
        dataset = described(path)
        known = {c.name for c in TABLES[f"{dataset['schema']}.{dataset['table_name']}"].columns}
        assert {c["column_name"] for c in dataset["columns"]} <= known
