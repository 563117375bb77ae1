"""Tables between assets: Parquet, one file a table and fiscal year, written atomically.

What belongs here: rows → ``<tables>/<schema>/<name>/<year>.parquet`` and back, with the schema of
:data:`pipeline.schema.TABLES`.  What may not: what the rows mean, and the published warehouse.

Years never share a file, so that they run side by side, on one machine or many, without a lock.  The folder is
local by default and any fsspec address by configuration (:attr:`pipeline.store.home.Home.tables`).  A reader sees the
whole old file or the whole new one.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, cast

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.schema import TABLES, Table
from pipeline.schema.fitting import RowDoesNotFit, fitted
from pipeline.store.files import Files
from pipeline.store.home import home
from pipeline.store.scales import Scales, of_file

Row = Mapping[str, Any]

#: Rows that are converted at a time: bounds memory whatever a year holds.
BATCH = 20_000
#: So many tables that wait to be written become one: each has a schema of its own, which is more than a few rows are.
_TABLES_WAITING = 256

_reads: list[set[str]] = []


class TableNotWritten(FileNotFoundError):
    """A table and year that no run has written."""


@contextlib.contextmanager
def watched(names: set[str] | None = None) -> Iterator[set[str]]:
    """The names of the tables that are read, or handed out to be read, in the block; ``names`` is where they are put."""
    names = set() if names is None else names
    _reads.append(names)
    try:
        yield names
    finally:
        _reads.remove(names)


def path_of(name: str, year: int) -> str:
    """Where a table's file of one year stands below the root."""
    table = _table(name)
    return f"{table.schema}/{table.name}/{year}.parquet"


# ---------------------------------------------------------------- writing


@dataclass(frozen=True, slots=True)
class Spooled:
    """Rows of one table in a local file (Parquet, or Arrow's own form) that will be taken."""

    path: Path


class Spool:
    """Rows of several tables while they come in report by report: on disk, not in memory.

    ``with Spool(names, year) as spool: spool.add(name, table) …; spool.done(name)``; what nobody takes is gone after the block.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="final-accounts-")
        self._waiting: dict[str, list[pa.Table]] = {name: [] for name in names}
        self._rows = dict.fromkeys(self._waiting, 0)
        options = pa.ipc.IpcWriteOptions(compression="lz4")  # soon read again, and then written for good
        self._writers = {name: pa.ipc.new_file(self._path(name), TABLES[name].arrow_schema(), options=options) for name in self._waiting}

    def add(self, name: str, rows: pa.Table) -> None:
        """Append rows in the schema of their table."""
        self._waiting[name].append(rows)
        self._rows[name] += rows.num_rows
        if self._rows[name] >= BATCH:
            self._flush(name)
        elif len(self._waiting[name]) >= _TABLES_WAITING:
            self._waiting[name] = [self._together(name)]

    def done(self, name: str) -> Spooled:
        """The file of one table; no more rows can be added to it."""
        self._flush(name)
        self._writers[name].close()
        return Spooled(self._path(name))

    def _flush(self, name: str) -> None:
        if self._waiting[name]:
            self._writers[name].write_table(self._together(name))
            self._waiting[name], self._rows[name] = [], 0

    def _together(self, name: str) -> pa.Table:
        return pa.concat_tables(self._waiting[name]).combine_chunks()

    def _path(self, name: str) -> Path:
        return Path(self._folder.name) / f"{name}.arrow"

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for writer in self._writers.values():
            writer.close()
        self._folder.cleanup()


def write_table(name: str, year: int, rows: Iterable[Row] | pa.Table | Spooled, *, root: str | None = None) -> int:
    """Replace one table's file of one fiscal year; returns the number of rows.

    ``rows`` are mappings from column to value (a missing key is NULL; they may be a generator, which is never held in memory as a
    whole), an Arrow table, or a spooled file.  Raises :class:`RowDoesNotFit` (and leaves the old file) for an unknown column,
    a value of another type, a decimal that is not exact in its column, NULL where one is required, or another year's row.
    """
    table, schema, count = _table(name), _table(name).arrow_schema(), 0
    files, scales = Files(root or home().tables), Scales(table)
    files.sweep(f"{table.schema}/{table.name}")
    with files.fresh(path_of(name, year), durable=True) as fresh, pq.ParquetWriter(fresh, schema, compression="zstd") as writer:
        for batch in _batches(table, year, rows):
            writer.write_table(batch)
            scales.see(batch)
            count += batch.num_rows
        writer.add_key_value_metadata(scales.kept())
    if count > BATCH:
        pa.default_memory_pool().release_unused()  # the year's other steps follow in this process
    return count


def _batches(table: Table, year: int, rows: Iterable[Row] | pa.Table | Spooled) -> Iterator[pa.Table]:
    """The rows in the table's schema, a stretch at a time."""
    if isinstance(rows, Spooled) and rows.path.suffix == ".arrow":
        with pa.memory_map(str(rows.path)) as source, pa.ipc.open_file(source) as spooled:
            for i in range(spooled.num_record_batches):
                yield _checked(table, year, pa.Table.from_batches([spooled.get_batch(i)]))
    elif isinstance(rows, Spooled):
        with pq.ParquetFile(rows.path) as file:
            for i in range(file.num_row_groups):
                yield _checked(table, year, file.read_row_group(i).cast(table.arrow_schema()))
    elif isinstance(rows, pa.Table):
        yield _checked(table, year, rows) if rows.schema.equals(table.arrow_schema()) else fitted(table, year, rows.to_pylist())
    else:
        iterator, first = iter(rows), 0
        while batch := list(islice(iterator, BATCH)):
            yield fitted(table, year, batch, first=first)
            first += len(batch)


def _checked(table: Table, year: int, rows: pa.Table) -> pa.Table:
    """Arrow rows, which have their types: of this year, and complete."""
    for column in table.columns:
        if not column.nullable and rows[column.name].null_count:
            return fitted(table, year, rows.to_pylist())  # raises, with the row
    if "fiscal_year" in rows.schema.names and not table.shared and rows["fiscal_year"].unique().to_pylist() not in ([], [year]):
        return fitted(table, year, rows.to_pylist())
    return rows


# ---------------------------------------------------------------- reading


class Scan(NamedTuple):
    """A table and year as a stream, how many rows it will give, and how many decimals the numbers of its columns have."""

    batches: pa.RecordBatchReader
    rows: int
    decimals: Mapping[str, int]


def scan(name: str, year: int, *, root: str | None = None) -> Scan:
    """One table of one year as a stream of Arrow batches, in the columns of today's schema.

    A nullable column that an older file lacks is NULL.  Raises :class:`TableNotWritten` where no run has written that
    year, :class:`RowDoesNotFit` where an older version wrote the file without a required column.  The file is opened
    here: replacing it meanwhile does not disturb the stream.
    """
    source, stored, schema = _opened(name, year, root)
    written = set(stored.schema_arrow.names)

    def batches() -> Iterator[pa.RecordBatch]:
        with source:
            for batch in stored.iter_batches(batch_size=BATCH, columns=[f.name for f in schema if f.name in written]):
                yield _in_schema(batch, schema)

    return Scan(pa.RecordBatchReader.from_batches(schema, batches()), stored.metadata.num_rows, of_file(TABLES[name], stored.metadata))


def _opened(name: str, year: int, root: str | None) -> tuple[BinaryIO, pq.ParquetFile, pa.Schema]:
    """A table's file, open, and today's schema, which it fits."""
    table = _table(name)
    _note(name)
    try:
        source = Files(root or home().tables).open(path_of(name, year))
    except FileNotFoundError:
        raise TableNotWritten(f"{name} of {year} has not been written: run that year first") from None
    stored = pq.ParquetFile(source)
    present = set(stored.schema_arrow.names)
    for column in table.columns:
        if column.name not in present and not column.nullable:
            source.close()
            raise RowDoesNotFit(f"{name} of {year} was written by an older version, without column {column.name}: run that year again")
    return source, stored, table.arrow_schema()


def _note(name: str) -> None:
    for names in _reads:
        names.add(name)


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
    table, kept = _table(name), Files(root or home().tables)
    _note(name)
    folder = f"{table.schema}/{table.name}"
    found = (n.partition(".") for n in kept.names(folder))
    return dict(sorted((int(year), kept.address(f"{folder}/{year}.parquet")) for year, _, end in found if end == "parquet" and year.isdigit()))


def versions(name: str, *, root: str | None = None) -> dict[int, str]:
    """Year → what tells a table's file of that year from one that has replaced it, in order of years."""
    kept = Files(root or home().tables)
    return {year: kept.version(path_of(name, year)) for year in years(name, root=root)}


def by_report(name: str, year: int, *, root: str | None = None) -> dict[tuple[str, str], int]:
    """(publisher, report) → rows, of a table whose rows belong to reports; in their order."""
    source, stored, _ = _opened(name, year, root)
    counts: dict[tuple[str, str], int] = {}
    with source:
        for batch in stored.iter_batches(batch_size=BATCH, columns=["publisher", "report_id"]):
            grouped = pa.Table.from_batches([batch]).group_by(["publisher", "report_id"], use_threads=False).aggregate([([], "count_all")])
            for row in grouped.to_pylist():
                key = (row["publisher"] or "", row["report_id"] or "")
                counts[key] = counts.get(key, 0) + row["count_all"]
    return counts


def _table(name: str) -> Table:
    try:
        return TABLES[name]
    except KeyError:
        raise KeyError(f"there is no table {name}; pipeline/schema has {', '.join(TABLES)}") from None


def _plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros, never in exponent form (``5``, ``4888.79``)."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()
