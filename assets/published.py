"""Published: the finished warehouse, swapped in under its readers.

What belongs here: the one asset that writes a DuckDB file.  What may not: what is in it.
"""

from typing import Any

import dagster as dg

from assets.written import OWNERS
from expectations.bridge import asset_key, table
from pipeline.warehouse.publish import publish
from pipeline.warehouse.tables import TABLES

WAREHOUSE = dg.AssetKey("warehouse")


@dg.asset(key=WAREHOUSE, deps=[asset_key(name) for name in TABLES], group_name="published", owners=OWNERS, kinds={"duckdb"},
          description="All years' tables in one checked DuckDB file with its Parquet export. 发布的数据仓库。")  # fmt: skip
def warehouse() -> dg.MaterializeResult[Any]:
    """Builds a new file from all years, checks it, and swaps it in atomically."""
    published = publish()
    rows = [{"table": name, "rows": count} for name, count in published.rows.items()]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(published.rows.values()),
            "file": dg.MetadataValue.path(str(published.warehouse)),
            "parquet": dg.MetadataValue.path(str(published.parquet)),
            "seconds": published.seconds,
            "tables": table(rows),
        }
    )
