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
from pipeline.warehouse.publish import connect_readonly

_MOST = 2000


def refused(problem: str, remedy: str) -> NoReturn:
    """Say what is wrong and what to do, on standard error, and end with status 1."""
    typer.echo(f"{line(shown(problem), _MOST)}\n{told('remedy: {remedy}', remedy=line(shown(remedy), _MOST))}", err=True)
    raise typer.Exit(1)


def opened(path: Path | None) -> duckdb.DuckDBPyConnection:
    """A published warehouse, by default this home's."""
    try:
        return connect_readonly(path)
    except FileNotFoundError as why:
        problem, _, remedy = str(why).rpartition(": ")
        refused(problem, remedy)
    except duckdb.Error as why:
        refused(f"the warehouse cannot be opened ({line(why, _MOST)})", "publish it again: final-accounts run FOLDER")
