"""What every asset of this house has in common: its key, its description, and the metadata of a materialisation.

What belongs here: table → asset words.  What may not: what any one table holds.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
import pyarrow as pa

from expectations.bridge import asset_key, table
from pipeline.orchestration.partitions import FISCAL_YEARS
from pipeline.schema import TABLES
from pipeline.store import tables as storage

OWNERS = ["team:final-accounts"]
SHOWN = 200  # reports in the summary table of a materialisation


def with_the_year_before(names: Iterable[str]) -> list[dg.AssetDep]:
    """Dependencies on tables of the same year and of the year before; a first year has none before it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # allow_nonexistent_upstream_partitions
        years = dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=0, allow_nonexistent_upstream_partitions=True)
    return [dg.AssetDep(asset_key(name), partition_mapping=years) for name in names]


def spec(name: str, group: str, deps: Iterable[str | dg.AssetDep], *, kinds: set[str] = frozenset({"parquet"})) -> dg.AssetSpec:  # type: ignore[assignment]
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
        deps=[d if isinstance(d, dg.AssetDep) else asset_key(d) for d in deps],
        description=f"{described.comment}. {described.comment_zh}。",
        group_name=group,
        owners=OWNERS,
        kinds=kinds,
        partitions_def=FISCAL_YEARS,
        metadata={"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": name, "key": ", ".join(described.key)},
    )


def write(name: str, year: int, rows: Iterable[Mapping[str, Any]] | pa.Table, **more: Any) -> dg.MaterializeResult[Any]:
    """Write one table of one year, and say what was written: rows, and rows a report."""
    of_reports = {"publisher", "report_id"} <= {c.name for c in TABLES[name].columns}
    by_report: Counter[tuple[str, str]] = Counter()
    count = storage.write_table(name, year, _counted(rows, by_report) if of_reports else rows)
    metadata: dict[str, Any] = {"dagster/row_count": count, "fiscal year": year, **more}
    if by_report:
        shown = sorted(by_report.items())[:SHOWN]
        metadata["reports"] = len(by_report)
        metadata["by report"] = table([{"publisher": p, "report_id": r, "rows": n} for (p, r), n in shown])
    return dg.MaterializeResult(asset_key=asset_key(name), metadata=metadata)


def _counted(rows: Iterable[Mapping[str, Any]] | pa.Table, by_report: Counter[tuple[str, str]]) -> Iterator[Mapping[str, Any]]:
    for row in storage.rows_of(rows) if isinstance(rows, pa.Table) else rows:
        by_report[row.get("publisher") or "", row.get("report_id") or ""] += 1
        yield row
