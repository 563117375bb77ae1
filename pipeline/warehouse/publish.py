"""Publishing the warehouse: a new DuckDB file of all years' tables, checked, then swapped in under readers.

What belongs here: checking, swapping, the read-only door.  What may not: how the file comes to be (``build``), what tables are
(``pipeline.schema``) and how marts are computed (``marts``).

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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from pipeline.schema import TABLES
from pipeline.store import accepted
from pipeline.store.home import Home, home
from pipeline.warehouse import history
from pipeline.warehouse.build import Holding, Last, Part, PublishError, build, count
from pipeline.warehouse.year import CONFIG

_BUILDING = ".building-"
_EXPORT = ".parquet-"
_CONTENTS = "contents.json"  # what the published file holds, and what its years were made of


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
            rows, holds = build(fresh, building / "parquet", tables or at.tables, _last(at))
            _verify(fresh, rows)
            (building / _CONTENTS).write_text(json.dumps(_contents(fresh, years, holds)), encoding="utf-8")
            _swap(building, at)
            history.keep(at, rows, years, datetime.now(UTC), most)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return Published(at.warehouse, at.parquet, rows, time.monotonic() - started)


def is_current(at: Home | None = None) -> bool:
    """Whether the published warehouse holds all accepted years as they are."""
    at = at or home()
    return at.warehouse.exists() and _published(at).get("years") == _accepted()


def _accepted() -> dict[str, Any]:
    return {str(year): accepted.record(year) for year in accepted.years()}


def _published(at: Home) -> dict[str, Any]:
    """What the last publish has told of itself: nothing where there was none, or where a loss of power has emptied the file."""
    try:
        told: dict[str, Any] = json.loads((at.warehouse_folder / _CONTENTS).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return told


def _contents(file: Path, years: dict[str, Any], holds: Mapping[str, Holding]) -> dict[str, Any]:
    tables = {name: {"made_by": holding.made_by, "parts": holding.parts} for name, holding in holds.items()}
    return {"file": _identity(file), "years": years, "tables": tables}


def _last(at: Home) -> Last | None:
    """The last publish, where its file and its export are those that it has told of; nothing can be built on another's."""
    told = _published(at)
    if not (at.parquet.is_symlink() and at.warehouse.exists() and told.get("file") == _identity(at.warehouse)):
        return None
    holds = {
        name: Holding(holding["made_by"], {int(year): Part(*part) for year, part in holding["parts"].items()})
        for name, holding in told["tables"].items()
    }
    return Last(at.warehouse, at.parquet.resolve(), holds)


def _identity(file: Path) -> list[int]:
    """Tells a file from one that took its name, and from itself after somebody wrote into it."""
    found = file.stat()
    return [found.st_ino, found.st_size, found.st_mtime_ns]


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


def _verify(path: Path, rows: Mapping[str, int]) -> None:
    """Open the closed file as a reader will, and find every table with its rows and its comment."""
    with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
        commented = {
            f"{s}.{t}" for s, t in connection.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE comment IS NOT NULL").fetchall()
        }
        for table in TABLES.values():
            if table.full_name not in commented or count(connection, table) != rows[table.full_name]:
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
    os.replace(building / _CONTENTS, at.warehouse_folder / _CONTENTS)  # last: only what it tells of in full is built on
