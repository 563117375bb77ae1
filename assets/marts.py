"""Marts: wide tables for business intelligence, computed once from the year's tables by the warehouse's own queries; what is published.

What belongs here: ``marts.*`` but ``triage``.  What may not: the queries (``pipeline.warehouse.marts``).
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_duckdb import DuckDBResource

from assets.specs import key_of, spec
from pipeline.store.tables import Spooled
from pipeline.warehouse.marts import QUERIES, build, sources
from pipeline.warehouse.year import year_tables


@dg.multi_asset(specs=[spec(name, "marts", sources(name), kinds=("duckdb", "parquet")) for name in QUERIES], name="marts")
def marts(context: dg.AssetExecutionContext, duckdb: DuckDBResource) -> Iterator[dg.MaterializeResult[Any]]:
    """All marts of the year over its tables, out of core."""
    tables = dict.fromkeys(t for name in QUERIES for t in sources(name))
    with (
        duckdb.get_connection() as connection,
        closing(connection),
        year_tables(connection, int(context.partition_key), tables) as database,
        tempfile.TemporaryDirectory(prefix="final-accounts-") as folder,
    ):
        for name in QUERIES:
            build(database, name, path := Path(folder, f"{name}.parquet"))
            yield dg.MaterializeResult(key_of(name), value=Spooled(path))
