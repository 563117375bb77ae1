"""Tables between assets: Parquet, one file a table and fiscal year, written atomically.

What belongs here: rows → ``<tables>/<schema>/<name>/<year>.parquet`` and back, with the schema of
:data:`pipeline.warehouse.tables.TABLES`.  What may not: what the rows mean, and the published warehouse.

Years never share a file, so that they run side by side, on one machine or many, without a lock.  The folder is
local by default and any fsspec URL by configuration (:attr:`pipeline.home.Home.tables`).  A reader sees the
whole old file or the whole new one: a local file is renamed into place, an object is stored in one piece.
"""

from __future__ import annotations

import contextlib
import io
import os
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from itertools import islice
from typing import Any, BinaryIO, NamedTuple, cast

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from pipeline.home import home
from pipeline.warehouse.tables import TABLES, Column, Table

Row = Mapping[str, Any]

#: Rows that are converted at a time: bounds memory whatever a year holds.
BATCH = 20_000

_LEFTOVER_SECONDS = 3600.0  # a temporary file older than this belongs to a killed run

_ACCEPTED: dict[str, tuple[type, ...]] = {
    "VARCHAR": (str,),
    "INTEGER": (int,),
    "BIGINT": (int,),
    "DOUBLE": (int, float),
    "BOOLEAN": (bool,),
    "TIMESTAMP": (datetime, str),  # a text must be ISO 8601
    "DECIMAL(28,10)": (Decimal, int),  # never a float
}
_LAST_DECIMAL = Decimal("1E-10")


class RowDoesNotFit(ValueError):
    """A row that its table cannot hold: which table, row and column, what was found and what is expected."""


class TableNotWritten(FileNotFoundError):
    """A table and year that no run has written."""


def write_table(name: str, year: int, rows: Iterable[Row] | pa.Table, *, root: str | None = None) -> int:
    """Replace one table's file of one fiscal year; returns the number of rows.

    ``rows`` are mappings from column to value (a missing key is NULL) or an Arrow table; they may be a generator, which
    is never held in memory as a whole.  Raises :class:`RowDoesNotFit` (and leaves the old file) for an unknown column,
    a value of another type, a decimal that is not exact in its column, NULL where one is required, or another year's row.
    """
    table = _table(name)
    if isinstance(rows, pa.Table):
        rows = rows.to_pylist()
    fs, folder = _folder(table, root)
    path = f"{folder}/{year}.parquet"
    fs.makedirs(folder, exist_ok=True)
    if not isinstance(fs, LocalFileSystem):
        buffer = io.BytesIO()
        count = _write(buffer, table, year, rows)
        fs.pipe_file(path, buffer.getvalue())
        return count
    _remove_leftovers(folder, year)
    fresh = f"{folder}/.{year}.{uuid.uuid4().hex}.tmp"
    try:
        with open(fresh, "wb") as out:
            count = _write(out, table, year, rows)
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.remove(fresh)
        raise
    return count


class Scan(NamedTuple):
    """A table and year as a stream, and how many rows it will give."""

    batches: pa.RecordBatchReader
    rows: int


def scan(name: str, year: int, *, root: str | None = None) -> Scan:
    """One table of one year as a stream of Arrow batches, in the columns of today's schema.

    A nullable column that an older file lacks is NULL.  Raises :class:`TableNotWritten` where no run has written that
    year, :class:`RowDoesNotFit` where an older version wrote the file without a required column.  The file is opened
    here: replacing it meanwhile does not disturb the stream.
    """
    table = _table(name)
    fs, folder = _folder(table, root)
    try:
        source = fs.open(f"{folder}/{year}.parquet", "rb")
    except FileNotFoundError:
        raise TableNotWritten(f"{name} of {year} has not been written: run that year first") from None
    stored = pq.ParquetFile(source)
    present = set(stored.schema_arrow.names)
    for column in table.columns:
        if column.name not in present and not column.nullable:
            source.close()
            raise RowDoesNotFit(f"{name} of {year} was written by an older version, without column {column.name}: run that year again")
    schema = table.arrow_schema()

    def batches() -> Iterator[pa.RecordBatch]:
        with source:
            for batch in stored.iter_batches(batch_size=BATCH, columns=[f.name for f in schema if f.name in present]):
                arrays = [
                    batch[f.name].cast(f.type) if f.name in present else pa.nulls(batch.num_rows, f.type) for f in schema
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    return Scan(pa.RecordBatchReader.from_batches(schema, batches()), stored.metadata.num_rows)


def read_arrow(name: str, year: int, *, root: str | None = None, missing_ok: bool = False) -> pa.Table:
    """One table of one year as an Arrow table (see :func:`scan`); ``missing_ok`` gives an empty one for a year never written."""
    try:
        return scan(name, year, root=root).batches.read_all()
    except TableNotWritten:
        if missing_ok:
            return _table(name).arrow_schema().empty_table()
        raise


def read_table(name: str, year: int, *, root: str | None = None, missing_ok: bool = False) -> list[dict[str, Any]]:
    """One table of one year as rows.  Decimals come back exact, without the column's trailing zeros."""
    decimals = [c.name for c in _table(name).columns if c.type.startswith("DECIMAL")]
    rows = cast(list[dict[str, Any]], read_arrow(name, year, root=root, missing_ok=missing_ok).to_pylist())
    for row in rows:
        for key in decimals:
            if row[key] is not None:
                row[key] = _plain(row[key])
    return rows


def years(name: str, *, root: str | None = None) -> list[int]:
    """The fiscal years that a table has been written for, in order."""
    return list(files(name, root=root))


def files(name: str, *, root: str | None = None) -> dict[int, str]:
    """Year → path of a table's files (with its protocol where the path is not local), in order of years."""
    fs, folder = _folder(_table(name), root)
    fs.invalidate_cache(folder)  # another machine may have written since this process looked
    try:
        paths = fs.ls(folder, detail=False)
    except FileNotFoundError:
        return {}
    found = {}
    for path in paths:
        year, _, suffix = path.rsplit("/", 1)[-1].partition(".")
        if suffix == "parquet" and year.isdigit():
            found[int(year)] = path if isinstance(fs, LocalFileSystem) else fs.unstrip_protocol(path)
    return dict(sorted(found.items()))


def _table(name: str) -> Table:
    try:
        return TABLES[name]
    except KeyError:
        raise KeyError(f"there is no table {name}; pipeline/warehouse/tables has {', '.join(TABLES)}") from None


def _folder(table: Table, root: str | None) -> tuple[Any, str]:
    fs, base = fsspec.core.url_to_fs(root or home().tables)
    return fs, f"{str(base).rstrip('/')}/{table.schema}/{table.name}"


def _write(out: BinaryIO | io.BytesIO, table: Table, year: int, rows: Iterable[Row]) -> int:
    count = 0
    with pq.ParquetWriter(out, table.arrow_schema(), compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(_arrow(table, year, batch, first=count))
            count += len(batch)
    return count


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _arrow(table: Table, year: int, rows: list[Row], first: int) -> pa.Table:
    names = {c.name for c in table.columns}
    for i, row in enumerate(rows):
        if not row.keys() <= names:
            unknown = ", ".join(sorted(row.keys() - names))
            raise RowDoesNotFit(f"{table.full_name}, row {first + i}: the table has no column {unknown}")
    if "fiscal_year" in names and not table.shared:
        for i, row in enumerate(rows):
            if row.get("fiscal_year") != year:
                raise RowDoesNotFit(f"{_at(table, 'fiscal_year', rows, i, first)}: {row.get('fiscal_year')!r} in the file of {year}")
    schema = table.arrow_schema()
    arrays = [_array(table, c, schema.field(c.name).type, rows, first) for c in table.columns]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(table: Table, column: Column, kind: pa.DataType, rows: list[Row], first: int) -> pa.Array:
    values = [row.get(column.name) for row in rows]
    accepted = _ACCEPTED[column.type]
    wrong = {t for t in set(map(type, values)) if not issubclass(t, (*accepted, type(None))) or (t is bool and bool not in accepted)}
    if wrong:
        i = next(i for i, v in enumerate(values) if type(v) in wrong)
        raise RowDoesNotFit(
            f"{_at(table, column.name, rows, i, first)}: {values[i]!r} is of type {type(values[i]).__name__}; "
            f"{column.type} takes {' or '.join(t.__name__ for t in accepted)}"
        )
    if not column.nullable and None in values:
        raise RowDoesNotFit(f"{_at(table, column.name, rows, values.index(None), first)}: a value is required")
    try:
        return pa.array(_converted(column, values), kind)
    except (pa.ArrowException, ValueError, OverflowError):
        for i, value in enumerate(values):
            try:
                pa.array(_converted(column, [value]), kind)
            except (pa.ArrowException, ValueError, OverflowError) as why:
                raise RowDoesNotFit(f"{_at(table, column.name, rows, i, first)}: {value!r} does not fit {column.type}: {why}") from None
        raise


def _converted(column: Column, values: list[Any]) -> list[Any]:
    if column.type == "TIMESTAMP":
        return [_utc(v) for v in values]
    if column.rounded:
        return [_rounded(v) if isinstance(v, Decimal) else v for v in values]
    return values


def _utc(value: datetime | str | None) -> datetime | None:
    """The moment in UTC without a zone, as the column keeps it."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC).replace(tzinfo=None) if moment is not None and moment.tzinfo is not None else moment


def _rounded(value: Decimal) -> Decimal:
    if not value.is_finite():
        return value  # Arrow refuses it, with its own words
    with localcontext() as context:
        context.prec = 100
        return value.quantize(_LAST_DECIMAL)


def _plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros, never in exponent form (``5``, ``4888.79``)."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def _at(table: Table, column: str, rows: list[Row], i: int, first: int) -> str:
    key = ", ".join(f"{k}={rows[i].get(k)!r}" for k in table.key)
    return f"{table.full_name}, row {first + i} ({key}), column {column}"


def _remove_leftovers(folder: str, year: int) -> None:
    oldest = time.time() - _LEFTOVER_SECONDS
    for entry in os.scandir(folder):
        if entry.name.startswith(f".{year}.") and entry.name.endswith(".tmp"):
            with contextlib.suppress(FileNotFoundError):
                if entry.stat().st_mtime < oldest:
                    os.remove(entry.path)
