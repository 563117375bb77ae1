"""Published: the years that are fit for it, and the finished warehouse, swapped in under its readers.

What belongs here: accepting a year, and the one asset that writes a DuckDB file.  What may not: what is in it.
"""

from typing import Any

import dagster as dg

from assets.written import OWNERS
from expectations.bridge import asset_key, table
from pipeline.orchestration.partitions import FISCAL_YEARS
from pipeline.schema import TABLES
from pipeline.store import accepted
from pipeline.warehouse.publish import publish

ACCEPTED = dg.AssetKey("accepted_year")
WAREHOUSE = dg.AssetKey("warehouse")


@dg.asset(key=ACCEPTED, deps=[asset_key(name) for name in TABLES], group_name="published", owners=OWNERS, kinds={"parquet"},
          partitions_def=FISCAL_YEARS,
          description="The year's tables, accepted for publishing once every promise of ours holds. 通过校验、可发布的年度数据。")  # fmt: skip
def accepted_year(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """Blocking checks of any table stop the year here: the warehouse then keeps what the year's last sound run left."""
    return dg.MaterializeResult(metadata={"tables": accepted.accept(int(context.partition_key))})


@dg.asset(key=WAREHOUSE, deps=[ACCEPTED], group_name="published", owners=OWNERS, kinds={"duckdb"},
          description="All accepted years' tables in one checked DuckDB file with its Parquet export. 发布的数据仓库。")  # fmt: skip
def warehouse() -> dg.MaterializeResult[Any]:
    """Builds a new file from all accepted years, checks it, and swaps it in atomically."""
    published = publish(tables=accepted.root())
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
