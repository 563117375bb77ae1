"""The commands of ``final-accounts`` and their arguments."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.check import check
from pipeline.cli.decide import decide, sign
from pipeline.cli.export import export
from pipeline.cli.help import in_the_users_language
from pipeline.cli.options import Demo, Home, Registry
from pipeline.cli.sources import sources
from pipeline.messages import told

WHAT = typer.Argument(metavar="DOCUMENT|REPORT", help="a document by its hash (8 digits or more), address or file name; a report by its id")

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
    from pipeline.cli.inspect import inspected, printed

    found = inspected(files, publisher=publisher, year=year)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, default=str))
    else:
        printed(found)
    raise typer.Exit(0 if found["status"] == "read" else 1)


@app.command()
def run(
    folder: Annotated[Path | None, typer.Argument(help="reports: a folder, taken recursively, or a file; none: the demo", show_default=False)] = None,
    home: Home = None,
    workers: Annotated[int, typer.Option(min=1, help="documents read at the same time")] = 2,
    cluster: Annotated[str, typer.Option(envvar="FINAL_ACCOUNTS_CLUSTER", help="a Dask scheduler that reads instead (tcp://…)")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="say problems only, on standard error")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object at the end, and nothing else")] = False,
) -> None:
    """Read a folder's reports, check them and publish the warehouse; without a FOLDER, the samples in a home of their own (<home>/demo).

    What is handed in last stands for its report, whenever it was first seen; what a run replaces it names, and what is new it says first.

    Exit status: 0 when all documents were processed, whatever their publishers got wrong; 1 when a document could not be processed or a
    promise of our own is broken; 2 for a folder that is not there or wrong arguments.
    """
    from pipeline.cli.telling import teller
    from pipeline.orchestration.run import run as run_folder
    from pipeline.store.home import SAMPLES, work_in

    work_in(home, demo=folder is None)
    look = "final-accounts ui --demo" if folder is None else "final-accounts ui"
    with teller(quiet=quiet, as_json=as_json) as telling:
        ran = run_folder(folder or SAMPLES, telling, workers, cluster, look)
    raise typer.Exit(ran.status)


@app.command()
def year(
    fiscal_year: Annotated[int | None, typer.Argument(help="the fiscal year; none: last year", show_default=False)] = None,
    registry: Registry = None,
    home: Home = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="say problems only, on standard error")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object at the end, and nothing else")] = False,
) -> None:
    """One fiscal year from the publishers' sites and the inbox to the warehouse, as a schedule starts it.

    Exit status: 0 when the year was published, whatever its publishers got wrong; 1 when a promise of our own is broken or every site
    failed; 2 where there is no registry, or for wrong arguments.
    """
    from pipeline.cli.telling import teller
    from pipeline.orchestration.run import run_year
    from pipeline.store.home import work_in

    at = work_in(home)
    if not (registry or at.root / "publishers").exists():
        typer.echo(told("no registry of publishers: name one with --registry"), err=True)
        raise typer.Exit(2)
    with teller(quiet=quiet, as_json=as_json) as telling:
        ran = run_year(fiscal_year or datetime.now(UTC).year - 1, telling, registry)
    raise typer.Exit(ran.status)


@app.command("list")
def list_documents(
    home: Home = None,
    demo: Demo = False,
    everything: Annotated[bool, typer.Option("--all", help="also what stands for nothing: duplicates, parts, what was refused")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="all documents as a JSON array")] = False,
) -> None:
    """Which document stands for which report, which it superseded, and which are withdrawn: as the next run will have it.

    Exit status: 0, also where there is no document; 2 for wrong arguments.
    """
    from pipeline.cli.documents import listed, printed
    from pipeline.store.home import work_in
    from pipeline.store.readings import Library

    rows = listed(Library.of(work_in(home, demo=demo)))
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
    else:
        printed(rows, everything=everything)


@app.command()
def withdraw(
    what: Annotated[str, WHAT],
    undo: Annotated[bool, typer.Option("--undo", help="take it back: it stands again from the next run on")] = False,
    home: Home = None,
    demo: Demo = False,
) -> None:
    """Take a document, or all documents of a report, out of the next run; they are kept and marked, also when handed in again.

    The edition that stood before stands again, where there is one.

    Exit status: 0 when it is done (or was already); 2 when nothing, or more than one thing, is so named, or for wrong arguments.
    """
    from pipeline.cli.documents import NotNamed, mark
    from pipeline.store.home import work_in
    from pipeline.store.readings import Library

    try:
        marked = mark(Library.of(work_in(home, demo=demo)), what, undo=undo)
    except NotNamed as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(2) from None
    for row in marked:
        typer.echo(f"{told('taken back' if undo else 'withdrawn')}  {row['document_sha256'][:12]}  {row['source_url']}")
    typer.echo(told("this holds from the next run on: final-accounts run FOLDER"))


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="where it listens, on 127.0.0.1")] = 3000,
    home: Home = None,
    demo: Demo = False,
) -> None:
    """Browse the last run in Dagster: the home's own, or, as long as nothing was run there, the demo's.

    Exit status: that of Dagster.
    """
    from pipeline.cli.ui import serve

    serve(home, demo=demo, port=port)


app.command()(check)
app.command()(decide)
app.command()(sign)
app.command()(export)
app.add_typer(sources, name="sources")


def main() -> None:
    """The console script; what the disk refuses ends any command with words and status 1."""
    try:
        in_the_users_language(typer.main.get_command(app))()
    except Exception as error:
        from pipeline.store.disk import refusal
        from pipeline.store.home import home

        words = refusal(error, home().root)
        if words is None:
            raise
        typer.echo(told("PROBLEM  ") + words, err=True)
        sys.exit(1)
