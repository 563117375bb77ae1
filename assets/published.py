"""Published: the years that are fit for it, and the finished warehouse, swapped in under its readers.

What belongs here: accepting a year, and the one asset that writes a DuckDB file.  What may not: what is in it.
"""

from typing import Any

import dagster as dg

from assets.specs import plain_spec
from expectations.bridge import asset_key, table
from expectations.suites import RULE_SUITES
from pipeline.orchestration.resources import Sources
from pipeline.orchestration.standing import as_written
from pipeline.schema import TABLES
from pipeline.store import accepted
from pipeline.store.home import home
from pipeline.store.pruning import prune
from pipeline.warehouse.publish import publish

ACCEPTED, WAREHOUSE = dg.AssetKey("accepted_year"), dg.AssetKey("warehouse")
_SUITES = [dg.AssetKey(suite.asset) for suite in RULE_SUITES]
_ACCEPTED = plain_spec(
    ACCEPTED, "published", "The year's tables, accepted for publishing once every promise of ours holds. 通过校验、可发布的年度数据。",
    [*(asset_key(name) for name in TABLES), *_SUITES], kinds=("parquet",),
)  # fmt: skip
_WAREHOUSE = plain_spec(
    WAREHOUSE, "published", "All accepted years' tables in one checked DuckDB file with its Parquet export. 发布的数据仓库。", [ACCEPTED],
    kinds=("duckdb",), partitions_def=None, automation_condition=dg.AutomationCondition.eager(),
)  # fmt: skip


@dg.multi_asset(specs=[_ACCEPTED], name="accepted_year")
def accepted_year(context: dg.AssetExecutionContext, sources: Sources) -> dg.MaterializeResult[Any]:
    """Blocking checks of any table stop the year here: the warehouse then keeps what the year's last sound run left."""
    year = int(context.partition_key)
    made_of = as_written(year, sources.publishers())
    return dg.MaterializeResult(ACCEPTED, metadata={"tables": accepted.accept(year, made_of), **made_of})


@dg.multi_asset(specs=[_WAREHOUSE], name="warehouse")
def warehouse() -> dg.MaterializeResult[Any]:
    """Builds a new file from all accepted years, checks it, and swaps it in atomically; then nothing asks for what older code left."""
    published = publish(tables=accepted.root())
    rows = [{"table": name, "rows": count} for name, count in published.rows.items()]
    return dg.MaterializeResult(
        WAREHOUSE,
        metadata={
            "dagster/row_count": sum(published.rows.values()),
            "file": dg.MetadataValue.path(str(published.warehouse)),
            "parquet": dg.MetadataValue.path(str(published.parquet)),
            "seconds": published.seconds,
            "files of older versions removed": prune(home()),
            "tables": table(rows),
        },
    )
