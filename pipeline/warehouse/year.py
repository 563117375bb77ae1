"""One fiscal year's tables as an in-memory DuckDB database: what marts and checks are computed on.

What belongs here: tables of the storage as relations named as in the warehouse (``core.figures``).  What may not: writing
anything; the published file has a writer of its own (``pipeline.warehouse.publish``).
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import duckdb

from pipeline.schema import TABLES
from pipeline.schema.ddl import create_schemas, identifier, literal, qualified
from pipeline.store import tables as storage

Done = TypeVar("Done")
#: Nothing is fetched from the network behind anyone's back.
CONFIG: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}

#: Work on a year's tables goes by way of the disk before it takes the memory of a machine on which several years run side by side.
BOUNDED = CONFIG | {"memory_limit": "500MB"}
#: What a statement gets that cannot go by way of the disk.
_MORE = "3GB"
#: Most bytes of a Parquet file that is loaded before it is asked.
_LOADED = 8 << 20


@contextmanager
def year_tables(connection: duckdb.DuckDBPyConnection, year: int, tables: Iterable[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The given tables of one year as relations of a database of their own, which is the connection's while the context lasts."""
    [before] = connection.execute("SELECT current_database()").fetchall()[0]
    own = f"year_{uuid.uuid4().hex}"
    connection.execute(f"ATTACH ':memory:' AS {own}")
    try:
        connection.execute(f"USE {own}")
        yield attach_year(connection, year, tables)
    finally:
        with suppress(duckdb.Error):  # after one that it does not survive, that one is what tells
            connection.execute(f"USE {identifier(before)}")
            connection.execute(f"DETACH {own}")


def attach_year(connection: duckdb.DuckDBPyConnection, year: int, tables: Iterable[str] = tuple(TABLES), *,
                root: str | None = None) -> duckdb.DuckDBPyConnection:  # fmt: skip
    """The given tables of one year below ``root`` as relations of a database, empty where no run has written them; gives the database back.

    A local Parquet file is loaded once, for it is asked dozens of times; a large one is queried in place, and one on an object store is fetched.
    """
    named = [TABLES[name] for name in tables]
    for statement in create_schemas(named):
        connection.execute(statement)
    for table in named:
        path = storage.files(table.full_name, root=root).get(year)
        if path is not None and "://" not in path:
            columns = ", ".join(identifier(c.name) for c in table.columns)
            kind = "TABLE" if os.path.getsize(path) <= _LOADED else "VIEW"
            connection.execute(f"CREATE {kind} {qualified(table)} AS SELECT {columns} FROM read_parquet({literal(path)})")
        else:
            rows = storage.read_arrow(table.full_name, year, root=root, missing_ok=True)
            connection.register("fetched", rows)
            connection.execute(f"CREATE TABLE {qualified(table)} AS SELECT * FROM fetched")
            connection.unregister("fetched")
    return connection


def open_year(year: int, tables: Iterable[str] = tuple(TABLES), *, root: str | None = None) -> duckdb.DuckDBPyConnection:
    """A database of its own with the given tables of one year; the caller closes it."""
    return attach_year(duckdb.connect(config=bounded()), year, tables, root=root)


def bounded() -> dict[str, str | bool | int | float | list[str]]:
    """The settings of a database in memory that goes by way of a folder of its own before it takes the memory of a machine."""
    return BOUNDED | {"temp_directory": f"{tempfile.gettempdir()}/final-accounts-{os.getpid()}"}


def with_room(connection: duckdb.DuckDBPyConnection, act: Callable[[], Done]) -> Done:
    """What ``act`` does with the connection; where its memory was not enough, once more with more of it."""
    try:
        return act()
    except duckdb.OutOfMemoryException:
        connection.execute(f"SET memory_limit = '{_MORE}'")
        return act()


def select(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries, in a transaction that cannot write."""
    return with_room(connection, lambda: _selected(connection, sql))


def _selected(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    connection.execute("BEGIN TRANSACTION READ ONLY")
    try:
        result = connection.execute(sql)
        names = [d[0] for d in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    finally:
        connection.execute("ROLLBACK")
