"""Building a warehouse and its Parquet export: from nothing, or from the last publish, of which only the years that changed are written.

What belongs here: what a table holds of which year, and how that comes to be.  What may not: locks, swapping, the published name
(``pipeline.warehouse.publish``).

A table's rows of one fiscal year come from one stored file.  Where the last publish took a year from the file that still stands, its rows
stay as they are in a copy of the last warehouse, and its part of the export is a second name of the old one: what a further year costs does
not grow with the years that are there.  A table whose columns changed, or whose rows several years share, is written anew.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pipeline.batches.progress import one_more
from pipeline.schema import TABLES, Table
from pipeline.schema.ddl import create_schemas, create_table, identifier, literal, qualified
from pipeline.store import tables as storage
from pipeline.store.files import second_name
from pipeline.store.scales import widest
from pipeline.warehouse.year import BOUNDED, with_room

#: What the drivers of the field can open: the newest format is refused by all but the newest of them.
_STORAGE = {"storage_compatibility_version": "v1.2.0"}
#: The part of a table's export that is of no single year.
_ALL_YEARS = "all"


class PublishError(Exception):
    """The tables cannot be published as they are, or somebody else publishes; says which, where, and what to do."""


class Part(NamedTuple):
    """What a warehouse holds of one table and year: the version of the stored file, its rows, the decimals of its columns."""

    version: str
    rows: int
    decimals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Holding:
    """What a warehouse holds of one table: by which statements it was made, and the parts by year."""

    made_by: str
    parts: Mapping[int, Part]


@dataclass(frozen=True, slots=True)
class Last:
    """The last publish: its file, its export, and what they hold."""

    warehouse: Path
    export: Path
    holds: Mapping[str, Holding]


def build(fresh: Path, export: Path, root: str, last: Last | None) -> tuple[dict[str, int], dict[str, Holding]]:
    """Make ``fresh`` and ``export`` of all tables below ``root`` as they were accepted, marts among them; rows and holdings by table.

    Raises :class:`PublishError` when a table breaks a promise of its own.
    """
    if last is not None and set(last.holds) == set(TABLES):
        shutil.copyfile(last.warehouse, fresh)
        try:
            return _build(fresh, export, root, last)
        except duckdb.Error:  # a file that the disk has damaged may not keep every later publish from being whole
            fresh.unlink()
            shutil.rmtree(export, ignore_errors=True)
    return _build(fresh, export, root, None)


def _build(fresh: Path, export: Path, root: str, last: Last | None) -> tuple[dict[str, int], dict[str, Holding]]:
    """The same; ``last`` is the publish of which ``fresh`` is a copy."""
    rows, holds = {}, {}
    with duckdb.connect(str(fresh), config=BOUNDED | _STORAGE) as connection:
        connection.execute("BEGIN")  # one commit for all: each would wait for the disk
        for statement in create_schemas(TABLES.values()):
            connection.execute(statement)
        fillings = {name: _Filling.of(table, root, last.holds[name] if last else None) for name, table in TABLES.items()}
        for filling in sorted(fillings.values(), key=lambda f: _has_year(f.table)):  # what finds its year by another table is emptied before that
            filling.empty(connection)
        for filling in fillings.values():
            filling.fill(connection, root)
        connection.execute("COMMIT")
        for name, filling in fillings.items():
            filling.check(connection)
            rows[name], holds[name] = count(connection, filling.table), filling.holding
            filling.export(connection, export, last.export if last else None)
            one_more("publishing", len(TABLES))
        connection.execute("CHECKPOINT")
    return rows, holds


@dataclass
class _Filling:
    """One table on its way: the years that stay as they are in the copy of the last warehouse, and those that are written."""

    table: Table
    holding: Holding
    stays: frozenset[int]  # years
    goes: frozenset[int]  # years whose rows in the copy are no longer what is stored
    anew: bool

    @classmethod
    def of(cls, table: Table, root: str, was: Holding | None) -> _Filling:
        """What is to be done for a table, of which the copy holds what ``was`` says."""
        known = was.parts if was is not None else {}
        parts = {year: _part(table, year, version, known.get(year), root) for year, version in storage.versions(table.full_name, root=root).items()}
        made_by = _hash_of(create_table(table, widest(table, (p.decimals for p in parts.values()))))
        anew = was is None or was.made_by != made_by or table.shared
        stays = frozenset() if anew else frozenset(year for year, part in parts.items() if part is known.get(year))
        return cls(table, Holding(made_by, parts), stays, frozenset(known) - stays, anew)

    def empty(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take out what is no longer stored."""
        if not self.anew and self.goes:
            connection.execute(f"DELETE FROM {qualified(self.table)} WHERE {_of_years(self.table, self.goes)}")
            # Rows that belong to no year would stay for ever.
            self.anew = count(connection, self.table) != sum(self.holding.parts[year].rows for year in self.stays)
        if self.anew:
            self.stays = frozenset()
            connection.execute(f"DROP TABLE IF EXISTS {qualified(self.table)}")
            for statement in create_table(self.table, widest(self.table, (p.decimals for p in self.holding.parts.values()))):
                connection.execute(statement)

    @property
    def _comes(self) -> frozenset[int]:
        return frozenset(self.holding.parts) - self.stays

    def fill(self, connection: duckdb.DuckDBPyConnection, root: str) -> None:
        """Load the years that are not there."""
        try:
            # The latest year comes first: of a shared row, its version is kept.
            for year in sorted(self._comes, reverse=self.table.shared):
                scan, part = storage.scan(self.table.full_name, year, root=root), self.holding.parts[year]
                if (scan.rows, scan.decimals) != (part.rows, part.decimals):  # its columns were made for the file that stood there
                    raise PublishError(f"{self.table.full_name} of {year} was written again meanwhile: run again")
                _load(connection, self.table, scan)
        except duckdb.ConstraintException as why:
            raise PublishError(f"{self.table.full_name}: a required value is missing: {why}; run that year again") from why

    def check(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Look at the keys of what was loaded: five times as fast when it has been committed."""
        if self._comes:
            _check_key(connection, self.table, None if self.anew else self._comes)

    def export(self, connection: duckdb.DuckDBPyConnection, export: Path, earlier: Path | None) -> None:
        """The table as Parquet: a folder with a file a year, or with one of all years."""
        name = Path(self.table.schema, f"{self.table.name}.parquet")
        (export / name).mkdir(parents=True)
        if self.table.shared or not self.holding.parts:
            self._copy(connection, export / name / f"{_ALL_YEARS}.parquet", "true")
            return
        for year, part in self.holding.parts.items():
            file = Path(name, f"{year}.parquet")
            if earlier is not None and year in self.stays and (earlier / file).is_file():
                second_name(earlier / file, export / file)
                continue
            copied = self._copy(connection, export / file, _of_years(self.table, [year]))
            if copied != part.rows:
                raise PublishError(f"{self.table.full_name}: {part.rows - copied} rows of {year} belong to no year: run that year again")

    def _copy(self, connection: duckdb.DuckDBPyConnection, file: Path, which: str) -> int:
        rows = f"SELECT * FROM {qualified(self.table)} WHERE {which}"
        copy = f"COPY ({rows}) TO {literal(str(file))} (FORMAT parquet, COMPRESSION zstd)"
        return _number(with_room(connection, lambda: connection.execute(copy)))


def _part(table: Table, year: int, version: str, known: Part | None, root: str) -> Part:
    if known is not None and known.version == version:
        return known
    scan = storage.scan(table.full_name, year, root=root)
    return Part(version, scan.rows, scan.decimals)


def _hash_of(statements: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()[:16]


def _has_year(table: Table) -> bool:
    return any(c.name == "fiscal_year" for c in table.columns)


def _of_years(table: Table, years: Iterable[int]) -> str:
    """The condition that a row is of some years; one without a year is of that of the row that its key names."""
    listed = f"fiscal_year IN ({', '.join(map(str, sorted(years)))})"
    if _has_year(table):
        return listed
    [parent, *_] = [t for t in TABLES.values() if t.key == table.key[:1] and _has_year(t)]
    key = identifier(table.key[0])
    return f"{key} IN (SELECT {key} FROM {qualified(parent)} WHERE {listed})"


def _load(connection: duckdb.DuckDBPyConnection, table: Table, scan: storage.Scan) -> None:
    columns = ", ".join(
        f"coalesce(i.{identifier(c.name)}, '')" if table.empty_text and c.type == "VARCHAR" else f"i.{identifier(c.name)}" for c in table.columns
    )
    same = " AND ".join(f"t.{identifier(k)} IS NOT DISTINCT FROM i.{identifier(k)}" for k in table.key)
    only_new = f" WHERE NOT EXISTS (SELECT 1 FROM {qualified(table)} t WHERE {same})" if table.shared else ""
    connection.register("incoming", scan.batches)
    loaded = _number(connection.execute(f"INSERT INTO {qualified(table)} SELECT {columns} FROM incoming i{only_new}"))
    connection.unregister("incoming")
    if not table.shared and loaded != scan.rows:
        raise PublishError(f"{table.full_name}: {scan.rows} rows in storage, {loaded} in the warehouse: run again")


def count(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    """A table's rows."""
    return _number(connection.execute(f"SELECT count(*) FROM {qualified(table)}"))


def _number(result: Any) -> int:
    found = result.fetchall()  # DuckDB 2.0 wants every result fetched to its end
    return int(found[0][0])


def _check_key(connection: duckdb.DuckDBPyConnection, table: Table, years: frozenset[int] | None) -> None:
    """That no key stands twice, where one of the rows is of ``years`` (``None``: of any)."""
    keys = ", ".join(map(identifier, table.key))
    in_years = "list(DISTINCT fiscal_year ORDER BY fiscal_year)" if _has_year(table) else "[]"
    new = f"WHERE ({keys}) IN (SELECT ({keys}) FROM {qualified(table)} WHERE {_of_years(table, years)})" if years is not None else ""
    found = f"SELECT count(*), {in_years}, {keys} FROM {qualified(table)} {new} GROUP BY {keys} HAVING count(*) > 1 ORDER BY {keys} LIMIT 4"
    twice = with_room(connection, lambda: connection.execute(found).fetchall())
    if twice:
        times, of, *values = twice[0]
        row = ", ".join(f"{k}={v!r}" for k, v in zip(table.key, values, strict=True))
        more = f" (and {len(twice) - 1} more such rows at least)" if len(twice) > 1 else ""
        where = f" in the years {', '.join(map(str, of))}" if of else ""
        raise PublishError(
            f"{table.full_name}: the key ({', '.join(table.key)}) is not unique: {row} stands {times} times{where}{more}; "
            "the published warehouse stays as it was"
        )
