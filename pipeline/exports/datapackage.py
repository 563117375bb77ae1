"""The marts as a data package: a CSV a table and ``datapackage.json``, which says what every column is in the words of the Fiscal Data Package.

What belongs here: tables as metadata → resources, and which column of ``marts.spending`` is what to a fiscal standard.  What may not: how the
marts are computed.  ``datapackage.schema.json`` is what every package that is written here keeps to.

The vocabulary (``columnType``) is that of the Fiscal Data Package's taxonomy for budgets.  A number is written with the digits of its column,
a text that a spreadsheet would take for a formula behind an apostrophe.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipeline.model import harmless
from pipeline.schema import TABLES, Column, Table
from pipeline.schema.ddl import qualified
from pipeline.schema.marts import MARTS, SPENDING
from pipeline.schema.reconciled import TRIAGE

SCHEMA = Path(__file__).with_name("datapackage.schema.json")
TABLES_OF_A_PACKAGE = (SPENDING, *(t for t in MARTS if t is not SPENDING), TRIAGE)
_BATCH = 10_000
_TYPES = {"VARCHAR": "string", "INTEGER": "integer", "BIGINT": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "TIMESTAMP": "datetime"}

#: What a column of the spending table is to a fiscal standard.
COLUMN_TYPES: Mapping[str, str] = {
    "publisher": "administrative-classification:generic:code",
    "parent": "administrative-classification:generic:level1:code",
    "division": "geo:source:code",
    "fiscal_year": "date:fiscal-year",
    "phase": "phase:id",
    "fund": "fin-source:generic:code",
    "nature": "expenditure-type:code",
    "function_code": "functional-classification:generic:code",
    "function_name": "functional-classification:generic:label",
    "function_class": "functional-classification:generic:level1:code",
    "cofog": "functional-classification:cofog:division:code",
    "cofog_label": "functional-classification:cofog:division:label",
    "economic_code": "economic-classification:generic:code",
    "economic_name": "economic-classification:generic:label",
    "amount": "value",
}
#: Amounts are in 万元: what a number of the column is multiplied with to give yuan.
_MONEY = {"currency": "CNY", "factor": 10_000}


def write_package(warehouse: duckdb.DuckDBPyConnection, folder: Path, year: int | None = None) -> list[Path]:
    """All tables of a package, of one fiscal year or of all, and what describes them, which is written last."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [_written(warehouse, table, folder, year) for table in TABLES_OF_A_PACKAGE]
    described = folder / "datapackage.json"
    _replace(described, [json.dumps(_package(warehouse, written, year), ensure_ascii=False, indent=1), "\n"])
    return [*written, described]


def _written(warehouse: duckdb.DuckDBPyConnection, table: Table, folder: Path, year: int | None) -> Path:
    path, fresh = folder / f"{table.name}.csv", folder / f".{table.name}.csv.{os.getpid()}"
    names, keys = (", ".join(f'"{name}"' for name in some) for some in ([c.name for c in table.columns], table.key))
    found = warehouse.execute(f"SELECT {names} FROM {qualified(table)} WHERE $year IS NULL OR fiscal_year = $year ORDER BY {keys}", {"year": year})
    try:
        with fresh.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow([c.name for c in table.columns])
            while batch := found.fetchmany(_BATCH):
                writer.writerows([_text(value) for value in row] for row in batch)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if isinstance(value, int | float) else harmless.cell(value)


def _replace(path: Path, parts: Iterable[str]) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text("".join(parts), encoding="utf-8")
    os.replace(fresh, path)


def _package(warehouse: duckdb.DuckDBPyConnection, written: Iterable[Path], year: int | None) -> dict[str, Any]:
    [(first, last)] = warehouse.execute(
        "SELECT min(fiscal_year), max(fiscal_year) FROM core.reports WHERE $year IS NULL OR fiscal_year = $year", {"year": year}
    ).fetchall()
    return {
        "profile": "fiscal-data-package",
        "name": "final-accounts",
        "title": "Final accounts of departments 部门决算",
        "description": "What departments publish as their final accounts, checked. A text that a spreadsheet would take for a formula stands behind "
        "an apostrophe. The COFOG columns are the project's own reading of the functional classes, official nowhere.",
        "countryCode": "CN",
        **({"fiscalPeriod": {"start": f"{first}-01-01", "end": f"{last}-12-31"}} if first else {}),
        "resources": [_resource(table, path) for table, path in zip(TABLES_OF_A_PACKAGE, written, strict=True)],
    }


def _resource(table: Table, path: Path) -> dict[str, Any]:
    about = {"primaryKey": list(table.key), "missingValues": [""], "fields": [_field(table, c) for c in table.columns]}
    overview = TABLES["marts.report_overview"]
    if table is not overview:
        of_report = {"resource": overview.name, "fields": "report_id"}
        about["foreignKeys"] = [{"fields": "report_id", "reference": of_report}]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": table.name,
        "path": path.name,
        "profile": "tabular-data-resource",
        "title": table.comment_zh,
        "description": table.comment,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": about,
    }


def _field(table: Table, column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if not column.nullable else {}
    if table.key == (column.name,):
        constraints["unique"] = True
    if column.domain:
        constraints["enum"] = list(column.domain)
    kind = _TYPES.get(column.type, "number")
    field: dict[str, Any] = {"name": column.name, "type": kind, "title": column.comment_zh, "description": column.comment}
    if table is SPENDING and column.name in COLUMN_TYPES:
        field["columnType"] = COLUMN_TYPES[column.name]
    return field | ({"constraints": constraints} if constraints else {}) | (_MONEY if "万元" in column.comment else {})
