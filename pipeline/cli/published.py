"""The published warehouse as commands open it, and how they end when they cannot go on.

What belongs here: what every command that reads the warehouse shares.  What may not: any query.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import duckdb
import typer

from pipeline.messages import shown, told
from pipeline.model.harmless import line
from pipeline.schema import TABLES
from pipeline.warehouse.publish import connect_readonly

_MOST = 2000
_AGAIN = "publish it again: final-accounts run FOLDER"


def refused(problem: str, remedy: str) -> NoReturn:
    """Say what is wrong and what to do, on standard error, and end with status 1."""
    typer.echo(f"{line(shown(problem), _MOST)}\n{told('remedy: {remedy}', remedy=line(shown(remedy), _MOST))}", err=True)
    raise typer.Exit(1)


def opened(path: Path | None) -> duckdb.DuckDBPyConnection:
    """A published warehouse, by default this home's; one that lacks a column of today was written by an older version."""
    try:
        connection = connect_readonly(path)
        there = set(connection.execute("SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns()").fetchall())
    except FileNotFoundError as why:
        problem, _, remedy = str(why).rpartition(": ")
        refused(problem, remedy)
    except duckdb.Error as why:
        refused(f"the warehouse cannot be opened ({line(why, _MOST)})", _AGAIN)
    if any((name, column.name) not in there for name, table in TABLES.items() for column in table.columns):
        connection.close()
        refused("the warehouse was written by an older version of this program", _AGAIN)
    return connection
