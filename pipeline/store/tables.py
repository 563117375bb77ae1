"""Tables between assets: Parquet, one file a table and fiscal year, written atomically.

What belongs here: rows → ``<tables>/<schema>/<name>/<year>.parquet`` and back, with the schema of
:data:`pipeline.schema.TABLES`.  What may not: what the rows mean, and the published warehouse.

Years never share a file, so that they run side by side, on one machine or many, without a lock.  The folder is
local by default and any fsspec URL by configuration (:attr:`pipeline.store.home.Home.tables`).  A reader sees the
whole old file or the whole new one: a local file is renamed into place, an object is stored in one piece.
"""

from __future__ import annotations

import contextlib
import io
import os
import time
import uuid
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import accumulate, islice
from typing import Any, BinaryIO, NamedTuple, cast

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from pipeline.schema import TABLES, Table
from pipeline.schema.fitting import RowDoesNotFit, fitted
from pipeline.store.home import home

Row = Mapping[str, Any]

#: Rows that are converted at a time: bounds memory whatever a year holds.
BATCH = 20_000

_LEFTOVER_SECONDS = 3600.0  # a temporary file older than this belongs to a killed run


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
        rows = rows_of(rows)
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


def rows_of(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows of an Arrow table, a batch of which are objects at a time."""
    for batch in table.to_batches(max_chunksize=BATCH):
        yield from batch.to_pylist()


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
    source, stored, schema = _opened(name, year, root)

    def batches() -> Iterator[pa.RecordBatch]:
        with source:
            for batch in stored.iter_batches(batch_size=BATCH, columns=_present(stored, schema)):
                yield _in_schema(batch, schema)

    return Scan(pa.RecordBatchReader.from_batches(schema, batches()), stored.metadata.num_rows)


class Shelved:
    """One table of one year where it lies: rows are read when they are asked for, and a stretch of them at a time.

    It answers like an Arrow table to what reading a report out of it needs (``num_rows``, ``table[column]``, ``slice``,
    ``to_pylist``).  The file stays open as long as the object lives, so that replacing it disturbs nobody.
    """

    def __init__(self, name: str, year: int, *, root: str | None = None) -> None:
        self._source, self._stored, self._schema = _opened(name, year, root)
        counts = [self._stored.metadata.row_group(i).num_rows for i in range(self._stored.num_row_groups)]
        self._first: list[int] = [0, *accumulate(counts)]  # of each group of rows; the last is the number of rows
        self._group: tuple[int, pa.Table] | None = None  # the one read last: reports are asked for in order

    @property
    def num_rows(self) -> int:
        return self._first[-1]

    def __getitem__(self, column: str) -> pa.ChunkedArray:
        return self._stored.read(columns=[column])[column]

    def slice(self, start: int, length: int) -> pa.Table:
        """``length`` rows from ``start``, in the columns of today's schema."""
        at, end, parts = start, start + length, []
        while at < end:
            group = bisect_right(self._first, at) - 1
            first, after = self._first[group], self._first[group + 1]
            parts.append(self._read(group).slice(at - first, min(end, after) - at))
            at = after
        return pa.concat_tables(parts) if parts else self._schema.empty_table()

    def to_pylist(self) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self.slice(0, self.num_rows).to_pylist())

    def _read(self, group: int) -> pa.Table:
        if self._group is None or self._group[0] != group:
            table = self._stored.read_row_group(group, columns=_present(self._stored, self._schema))
            batches = [_in_schema(batch, self._schema) for batch in table.to_batches()]
            self._group = group, pa.Table.from_batches(batches, schema=self._schema)
        return self._group[1]


def _opened(name: str, year: int, root: str | None) -> tuple[BinaryIO, pq.ParquetFile, pa.Schema]:
    """A table's file, open, and today's schema, which it fits."""
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
    return source, stored, table.arrow_schema()


def _present(stored: pq.ParquetFile, schema: pa.Schema) -> list[str]:
    written = set(stored.schema_arrow.names)
    return [f.name for f in schema if f.name in written]


def _in_schema(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The batch in today's columns; one that it lacks is NULL."""
    names = set(batch.schema.names)
    arrays = [batch[f.name].cast(f.type) if f.name in names else pa.nulls(batch.num_rows, f.type) for f in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


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
        raise KeyError(f"there is no table {name}; pipeline/schema has {', '.join(TABLES)}") from None


def _folder(table: Table, root: str | None) -> tuple[Any, str]:
    fs, base = fsspec.core.url_to_fs(root or home().tables)
    return fs, f"{str(base).rstrip('/')}/{table.schema}/{table.name}"


def _write(out: BinaryIO | io.BytesIO, table: Table, year: int, rows: Iterable[Row]) -> int:
    count = 0
    with pq.ParquetWriter(out, table.arrow_schema(), compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(fitted(table, year, batch, first=count))
            count += len(batch)
    return count


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros, never in exponent form (``5``, ``4888.79``)."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def _remove_leftovers(folder: str, year: int) -> None:
    oldest = time.time() - _LEFTOVER_SECONDS
    for entry in os.scandir(folder):
        if entry.name.startswith(f".{year}.") and entry.name.endswith(".tmp"):
            with contextlib.suppress(FileNotFoundError):
                if entry.stat().st_mtime < oldest:
                    os.remove(entry.path)
