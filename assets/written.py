"""What every asset of this house has in common: its key, its description, and the metadata of a materialisation.

What belongs here: table → asset words.  What may not: what any one table holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
import pyarrow as pa

from expectations.bridge import asset_key, table
from pipeline import storage
from pipeline.partitions import FISCAL_YEARS
from pipeline.warehouse.ddl import qualified
from pipeline.warehouse.tables import TABLES
from pipeline.year_database import open_year

OWNERS = ["team:final-accounts"]
SHOWN = 200  # reports in the summary table of a materialisation


def spec(name: str, group: str, deps: Iterable[str], *, kinds: set[str] = frozenset({"parquet"})) -> dg.AssetSpec:  # type: ignore[assignment]
    """The asset of one table: documented from the table's own metadata, one partition a fiscal year."""
    described = TABLES[name]
    columns = [
        dg.TableColumn(
            c.name, c.type, f"{c.comment} | {c.comment_zh}",
            constraints=dg.TableColumnConstraints(nullable=c.nullable, unique=described.key == (c.name,)),
        )
        for c in described.columns
    ]  # fmt: skip
    return dg.AssetSpec(
        asset_key(name),
        deps=[asset_key(d) for d in deps],
        description=f"{described.comment}. {described.comment_zh}。",
        group_name=group,
        owners=OWNERS,
        kinds=kinds,
        partitions_def=FISCAL_YEARS,
        metadata={"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": name, "key": ", ".join(described.key)},
    )


def write(name: str, year: int, rows: Iterable[Mapping[str, Any]] | pa.Table, **more: Any) -> dg.MaterializeResult[Any]:
    """Write one table of one year, and say what was written: rows, and rows a report."""
    count = storage.write_table(name, year, rows)
    metadata: dict[str, Any] = {"dagster/row_count": count, "fiscal year": year, **more}
    by_report = _by_report(name, year) if {"publisher", "report_id"} <= {c.name for c in TABLES[name].columns} else []
    if by_report:
        metadata["reports"] = len(by_report)
        metadata["by report"] = table(by_report[:SHOWN])
    return dg.MaterializeResult(asset_key=asset_key(name), metadata=metadata)


def _by_report(name: str, year: int) -> list[dict[str, Any]]:
    database = open_year(year, [name])
    try:
        found = database.execute(f'SELECT publisher, report_id, count(*) AS "rows" FROM {qualified(TABLES[name])} GROUP BY ALL ORDER BY ALL')
        return [dict(zip(("publisher", "report_id", "rows"), row, strict=True)) for row in found.fetchall()]
    finally:
        database.close()
