"""Tables between assets: what an asset returns is written to Parquet in its table's schema, what it takes is read from there.

What belongs here: Dagster's side of :mod:`pipeline.store.tables`.  What may not: rows.

An asset takes a table as a pandas frame, which is also what loading it in a notebook gives; one that asks for ``pyarrow.Table`` gets that.
"""

from __future__ import annotations

from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa
from pydantic import Field

from pipeline.schema import TABLES
from pipeline.store import tables as storage

SHOWN = 200  # reports in the summary table of a materialisation


class ParquetTables(dg.ConfigurableIOManager):
    """One file a table and fiscal year; a row that its table cannot hold is refused by name."""

    root: str = Field(default="", description="A folder or an fsspec address; empty: FINAL_ACCOUNTS_TABLES, else tables/ of the home.")

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Write rows, an Arrow table, a frame or a spooled file; says how many rows, and of which report."""
        name, year = table_of(context.asset_key), int(context.partition_key)
        rows = pa.Table.from_pandas(obj, TABLES[name].arrow_schema(), preserve_index=False) if isinstance(obj, pd.DataFrame) else obj
        count = storage.write_table(name, year, rows, root=self.root or None)
        context.add_output_metadata({"dagster/row_count": count, "fiscal year": year, **self._reports(name, year)})

    def load_input(self, context: dg.InputContext) -> pd.DataFrame | pa.Table:
        """A table of one year; empty where that year (the one before the first) was never written."""
        name = table_of(context.asset_key)
        tables = [storage.read_arrow(name, int(y), root=self.root or None, missing_ok=True) for y in context.asset_partition_keys]
        found = pa.concat_tables(tables) if tables else TABLES[name].arrow_schema().empty_table()
        return found if context.dagster_type.typing_type is pa.Table else found.to_pandas()

    def _reports(self, name: str, year: int) -> dict[str, Any]:
        if not {"publisher", "report_id"} <= {c.name for c in TABLES[name].columns}:
            return {}
        counts = storage.by_report(name, year, root=self.root or None)
        records = [dg.TableRecord({"publisher": p, "report_id": r, "rows": n}) for (p, r), n in sorted(counts.items())[:SHOWN]]
        columns = [dg.TableColumn("publisher", "string"), dg.TableColumn("report_id", "string"), dg.TableColumn("rows", "int")]
        return {"reports": len(counts), "by report": dg.MetadataValue.table(records, dg.TableSchema(columns))} if counts else {}


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame's rows as Python values: what is missing is ``None``."""
    rows: list[dict[str, Any]] = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    return rows


def table_of(key: dg.AssetKey) -> str:
    """``core/figures`` → ``core.figures``."""
    return ".".join(key.path)
