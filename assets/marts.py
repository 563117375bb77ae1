"""Marts: wide tables for business intelligence, one asset a table, computed from the year's tables by the warehouse's own queries.

What belongs here: ``marts.*``.  What may not: the queries (``pipeline.warehouse.marts``).
"""

import re
from typing import Any

import dagster as dg

from assets.written import spec, write
from pipeline.schema import TABLES
from pipeline.warehouse.marts import QUERIES, build


def mart(name: str, query: str) -> dg.AssetsDefinition:
    """The asset of one mart; it depends on the tables that its query names."""
    sources = [t for t in TABLES if t != name and re.search(rf"\b{re.escape(t)}\b", query)]

    @dg.multi_asset(specs=[spec(name, "marts", sources, kinds={"duckdb", "parquet"})], name=name.replace(".", "_"))
    def table(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
        year = int(context.partition_key)
        return write(name, year, build(name, year))

    return table


mart_assets = [mart(name, query) for name, query in QUERIES.items()]
