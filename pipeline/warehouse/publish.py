"""Publishing the warehouse: a new DuckDB file from all years' tables, checked, then swapped in under readers.

What belongs here: building, checking, swapping, the read-only door.  What may not: what tables are (``tables/``) and
how marts are computed (``marts``).

A DuckDB file that is open for writing shuts every other process out, readers included.  So nobody ever writes the
published file: a publish builds a new one beside it, checks it, closes it, and renames it into place.  A reader that has
the old file open keeps it; the next one to open gets the new file.  The Parquet export is a folder behind a symbolic link,
which is renamed into place likewise; the folder before it stays until the next publish, for readers in the middle of it.
A publish that is killed leaves the published files as they were; the next one removes what it left.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from pipeline.batches.progress import one_more
from pipeline.schema import TABLES, Table
from pipeline.schema.ddl import create_schemas, create_table, identifier, literal, qualified
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.home import Home, home
from pipeline.store.scales import widest
from pipeline.warehouse import history
from pipeline.warehouse.year import BOUNDED, CONFIG

#: What the drivers of the field can open: the newest format is refused by all but the newest of them.
_STORAGE = {"storage_compatibility_version": "v1.2.0"}
_BUILDING = ".building-"
_EXPORT = ".parquet-"
_YEARS = "years.json"  # what the accepted years were made of when they were published


class PublishError(Exception):
    """The tables cannot be published as they are, or somebody else publishes; says which, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the file, its Parquet export, rows by table, seconds."""

    warehouse: Path
    parquet: Path
    rows: Mapping[str, int]
    seconds: float


def connect_readonly(path: Path | str | None = None) -> duckdb.DuckDBPyConnection:
    """Open a published warehouse (by default this home's) for reading.  Use it in a ``with`` and close it soon.

    Any number of readers may hold it, through publishes too.  Within one process DuckDB shares an open file between
    connections: to see a new publish, close the old connection first.
    Raises ``FileNotFoundError`` when nothing has been published.
    """
    path = Path(path) if path is not None else home().warehouse
    if not path.exists():
        raise FileNotFoundError(f"no warehouse is published at {path}: final-accounts run FOLDER")
    return duckdb.connect(str(path), read_only=True, config=CONFIG)


def publish(at: Home | None = None, *, tables: str | None = None, wait_seconds: float = 600.0) -> Published:
    """Build, check and swap in a warehouse of all years that storage has below ``tables`` (by default this home's).

    Raises :class:`PublishError` when a table breaks a promise of its own (a key that is not unique, a required value that is
    missing, rows lost on the way), or when another publish runs for longer than ``wait_seconds``, and ``ValueError`` for a setting that is
    none; the published files stay as they were.
    """
    started, most = time.monotonic(), history.wanted()
    at = at or home()
    folder = at.warehouse_folder
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder, wait_seconds):
        _remove_leftovers(folder, at.parquet)
        building = folder / f"{_BUILDING}{uuid.uuid4().hex}"
        building.mkdir()
        try:
            fresh, years = building / at.warehouse.name, _accepted()
            rows = _build(fresh, building / "parquet", tables or at.tables)
            _verify(fresh, rows)
            (building / _YEARS).write_text(json.dumps(years), encoding="utf-8")
            _swap(building, at)
            history.keep(at, rows, years, datetime.now(UTC), most)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return Published(at.warehouse, at.parquet, rows, time.monotonic() - started)


def is_current(at: Home | None = None) -> bool:
    """Whether the published warehouse holds all accepted years as they are."""
    at = at or home()
    try:
        published = json.loads((at.warehouse_folder / _YEARS).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return at.warehouse.exists() and published == _accepted()


def _accepted() -> dict[str, Any]:
    return {str(year): accepted.record(year) for year in accepted.years()}


@contextlib.contextmanager
def _alone(folder: Path, wait_seconds: float) -> Iterator[None]:
    """One publisher at a time.  The lock is the operating system's: it ends with the process that holds it, so none is ever stale."""
    try:
        with FileLock(folder / ".publish.lock", timeout=wait_seconds):
            yield
    except Timeout:
        raise PublishError(f"another run is publishing to {folder}: wait for it to end, then run again") from None


def _remove_leftovers(folder: Path, parquet: Path) -> None:
    """Remove what killed publishes left, and exports older than the published one."""
    current = os.readlink(parquet) if parquet.is_symlink() else None
    for entry in folder.iterdir():
        if entry.name.startswith(_BUILDING) or (entry.name.startswith(_EXPORT) and entry.name != current):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def _build(path: Path, export: Path, root: str) -> dict[str, int]:
    """All tables as they were accepted, marts among them, then the export; returns rows by table."""
    rows = {}
    with duckdb.connect(str(path), config=BOUNDED | _STORAGE) as connection:
        connection.execute("BEGIN")  # one commit for all: each would wait for the disk
        for statement in create_schemas(TABLES.values()):
            connection.execute(statement)
        for table in TABLES.values():
            # The latest year comes first: of a shared row, its version is kept.
            years = sorted(storage.years(table.full_name, root=root), reverse=table.shared)
            scans = [storage.scan(table.full_name, year, root=root) for year in years]
            for statement in create_table(table, widest(table, (s.decimals for s in scans))):
                connection.execute(statement)
            try:
                _load(connection, table, scans)
            except duckdb.ConstraintException as why:
                raise PublishError(f"{table.full_name}: a required value is missing: {why}; run that year again") from why
            _check_key(connection, table)
            rows[table.full_name] = _count(connection, table)
        connection.execute("COMMIT")
        for schema in dict.fromkeys(t.schema for t in TABLES.values()):
            (export / schema).mkdir(parents=True)
        for table in TABLES.values():
            target = export / table.schema / f"{table.name}.parquet"
            connection.execute(f"COPY {qualified(table)} TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)")
            one_more("publishing", len(TABLES))
        connection.execute("CHECKPOINT")
    return rows


def _load(connection: duckdb.DuckDBPyConnection, table: Table, scans: Iterable[storage.Scan]) -> None:
    expected = 0
    columns = ", ".join(
        f"coalesce(i.{identifier(c.name)}, '')" if table.empty_text and c.type == "VARCHAR" else f"i.{identifier(c.name)}" for c in table.columns
    )
    same = " AND ".join(f"t.{identifier(k)} IS NOT DISTINCT FROM i.{identifier(k)}" for k in table.key)
    for scan in scans:
        before = _count(connection, table)
        connection.register("incoming", scan.batches)
        only_new = f" WHERE NOT EXISTS (SELECT 1 FROM {qualified(table)} t WHERE {same})" if table.shared else ""
        connection.execute(f"INSERT INTO {qualified(table)} SELECT {columns} FROM incoming i{only_new}")
        connection.unregister("incoming")
        expected += _count(connection, table) - before if table.shared else scan.rows
    if _count(connection, table) != expected:
        raise PublishError(f"{table.full_name}: {expected} rows in storage, {_count(connection, table)} in the warehouse: run again")


def _count(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    found = connection.execute(f"SELECT count(*) FROM {qualified(table)}").fetchall()  # DuckDB 2.0 wants every result fetched to its end
    return int(found[0][0])


def _check_key(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    keys = ", ".join(identifier(k) for k in table.key)
    has_year = any(c.name == "fiscal_year" for c in table.columns)
    years = "list(DISTINCT fiscal_year ORDER BY fiscal_year)" if has_year else "[]"
    twice = connection.execute(
        f"SELECT count(*), {years}, {keys} FROM {qualified(table)} GROUP BY {keys} HAVING count(*) > 1 ORDER BY {keys} LIMIT 4"
    ).fetchall()
    if twice:
        times, in_years, *values = twice[0]
        row = ", ".join(f"{k}={v!r}" for k, v in zip(table.key, values, strict=True))
        more = f" (and {len(twice) - 1} more such rows at least)" if len(twice) > 1 else ""
        where = f" in the years {', '.join(map(str, in_years))}" if in_years else ""
        raise PublishError(
            f"{table.full_name}: the key ({', '.join(table.key)}) is not unique: {row} stands {times} times{where}{more}; "
            "the published warehouse stays as it was"
        )


def _verify(path: Path, rows: Mapping[str, int]) -> None:
    """Open the closed file as a reader will, and find every table with its rows and its comment."""
    with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
        commented = {
            f"{s}.{t}" for s, t in connection.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE comment IS NOT NULL").fetchall()
        }
        for table in TABLES.values():
            if table.full_name not in commented or _count(connection, table) != rows[table.full_name]:
                raise PublishError(f"{table.full_name} did not survive closing the new warehouse: is the disk full?")


def _swap(building: Path, at: Home) -> None:
    """Rename the new file and the new export into place.  Each rename is atomic; nothing is ever half there."""
    fresh = building / at.warehouse.name
    with open(fresh, "rb") as written:
        os.fsync(written.fileno())
    export = at.warehouse_folder / f"{_EXPORT}{building.name.removeprefix(_BUILDING)}"
    os.rename(building / "parquet", export)
    link = building / "link"
    os.symlink(export.name, link)  # relative, so that the folder can be moved; read from where it is renamed to
    # A write-ahead log would belong to the old file, opened for writing by somebody: it must not meet the new one.
    with contextlib.suppress(FileNotFoundError):
        os.remove(at.warehouse.with_name(at.warehouse.name + ".wal"))
    os.replace(fresh, at.warehouse)
    if at.parquet.is_dir() and not at.parquet.is_symlink():  # a folder of somebody's making: set aside, removed by the next publish
        os.rename(at.parquet, at.warehouse_folder / f"{_EXPORT}{uuid.uuid4().hex}")
    os.replace(link, at.parquet)
    os.replace(building / _YEARS, at.warehouse_folder / _YEARS)
