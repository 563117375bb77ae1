"""The commands of ``final-accounts`` and their arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.decide import decide
from pipeline.cli.export import export

app = typer.Typer(
    name="final-accounts",
    help="Departments' published final accounts (部门决算) → a checked warehouse.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    """Departments' published final accounts (部门决算) → a checked warehouse."""


@app.command()
def inspect(
    files: Annotated[list[Path], typer.Argument(help="one document, or the files of one report together", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="everything as one JSON object")] = False,
    publisher: Annotated[str | None, typer.Option(help="whose report it is, where the document leaves that open")] = None,
    year: Annotated[int | None, typer.Option(help="its fiscal year, where the document leaves that open")] = None,
) -> None:
    """Read, judge and localise one report without any home; 0 when it was read, 1 when it was refused."""
    from pipeline.cli.inspect import inspected, shown

    found = inspected(files, publisher=publisher, year=year)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
    else:
        shown(found)
    raise typer.Exit(0 if found["status"] == "read" else 1)


app.command()(decide)
app.command()(export)


def main() -> None:
    """The console script."""
    app()
