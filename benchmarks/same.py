#!/usr/bin/env python3
"""Whether two published warehouses say the same: every table as a bag of rows, without the version of the code and the clock.

    python -m benchmarks.same BEFORE.duckdb AFTER.duckdb

What belongs here: the comparison, for a change that may make a run cheaper and nothing else.  What may not: what is right.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

from benchmarks.bars import Bar, show
from pipeline.schema import TABLES
from pipeline.schema.ddl import identifier, literal

#: Columns that another version of the code, or another moment, may fill otherwise.
_OTHERWISE = {"code_version", "retrieved_at", "judgement"}


def compared(before: Path, after: Path) -> list[Bar]:
    """One bar a table that differs, and one for all."""
    with duckdb.connect() as connection:
        for name, path in (("before", before), ("after", after)):
            connection.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
        differing = [bar for name in TABLES if (bar := _table(connection, name)) is not None]
    return [*differing, Bar(f"all {len(TABLES)} tables", "the same", "the same" if not differing else f"{len(differing)} differ", not differing)]


def _table(connection: duckdb.DuckDBPyConnection, name: str) -> Bar | None:
    columns = ", ".join(identifier(c.name) for c in TABLES[name].columns if c.name not in _OTHERWISE)
    lost, new = (
        connection.execute(f"SELECT count(*) FROM (SELECT {columns} FROM {a}.{name} EXCEPT ALL SELECT {columns} FROM {b}.{name})").fetchall()[0][0]
        for a, b in (("before", "after"), ("after", "before"))
    )
    return Bar(name, "no row lost or new", f"{lost} lost, {new} new", False) if lost or new else None


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("before", type=Path)
    ask.add_argument("after", type=Path)
    asked = ask.parse_args()
    return show(compared(asked.before, asked.after))


if __name__ == "__main__":
    sys.exit(main())
