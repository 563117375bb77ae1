"""``final-accounts sources``: publishers' sites by hand: what they offer, a year collected, a store read again.

What belongs here: arguments and printing.  What may not: anything that an asset would need too.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.messages import told
from pipeline.model.harmless import line

if TYPE_CHECKING:
    from pipeline.sources.collected import Collected
    from pipeline.sources.registry import Registry

sources = typer.Typer(help="Publishers' sites by hand, without reading any report.", no_args_is_help=True, pretty_exceptions_enable=False)
REGISTRY = typer.Argument(help="the registry: a file or a folder", exists=True)
YEAR = typer.Option(help="fiscal year; none: last year", show_default=False)
CONTACT = typer.Option(envvar="FINAL_ACCOUNTS_CONTACT", help="address for the User-Agent, so that a site's operator can write to somebody")


@sources.command()
def probe(registry: Annotated[Path, REGISTRY], year: Annotated[int | None, YEAR] = None, contact: Annotated[str, CONTACT] = "") -> None:
    """Ask every site what it offers, and store nothing.

    Exit status: 0 when it could be done, whatever the sites did; 1 for a registry with mistakes; 2 for wrong arguments.
    """
    from pipeline.sources.probe import probe as probed
    from pipeline.sources.yearly import Settings

    _table(("publisher", "finds", "what"), probed(load(registry), year or _last_year(), Settings(contact=contact)))


@sources.command()
def collect(
    registry: Annotated[Path, REGISTRY],
    store: Annotated[str, typer.Option(help="where documents are kept: a folder or an fsspec address")],
    year: Annotated[int | None, YEAR] = None,
    inbox: Annotated[Path | None, typer.Option(help="documents that somebody handed in")] = None,
    contact: Annotated[str, CONTACT] = "",
) -> None:
    """Find and fetch a year's reports.

    Exit status: 0 when it could be done, whatever the sites did; 1 for a registry with mistakes; 2 for wrong arguments.
    """
    from pipeline.sources.store import Store
    from pipeline.sources.yearly import Settings, collect_year

    def progress(phase: str, n: int, of: int) -> None:
        print(f"\r{phase}: {told('{done} of {of}', done=n, of=of)}", end="" if n < of else "\n", file=sys.stderr, flush=True)

    known = load(registry)
    _summary(collect_year(known, year or _last_year(), Store(store), inbox, settings=Settings(contact=contact), progress=progress))


@sources.command()
def verify(store: Annotated[str, typer.Argument(help="where documents are kept: a folder or an fsspec address")]) -> None:
    """Read a store again and name what is not sound.

    Exit status: 0 when all is sound; 1 when something is not; 2 for wrong arguments.
    """
    from pipeline.sources.store import Store

    documents, faults = Store(store).verify()
    for fault in faults:
        typer.echo(f"{fault.path}: {fault.problem}")
    typer.echo(told("{documents} documents, {faults} faults", documents=documents, faults=len(faults)))
    raise typer.Exit(1 if faults else 0)


def load(path: Path) -> Registry:
    """The registry; the command ends with its mistakes where it has any."""
    from pipeline.sources.registry import RegistryError, load_registry

    try:
        return load_registry(path)
    except RegistryError as error:
        typer.echo(told("the registry has {n} mistakes:", n=len(error.problems)) + f"\n{error}", err=True)
        raise typer.Exit(1) from None


def _last_year() -> int:
    return dt.datetime.now(dt.UTC).year - 1


def _table(heads: tuple[str, ...], rows: Any) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(*map(told, heads), box=None)
    for row in rows:
        table.add_row(*(Text(line(cell)) for cell in row))
    (console if console.is_terminal else Console(width=250)).print(table)


def _summary(collected: Collected) -> None:
    """What a run did, for people."""
    _table(("publisher", "standing", "overdue", "note"),
           [(p.publisher, p.standing, told("overdue") if p.overdue else "", p.line) for p in collected.publishers])  # fmt: skip
    if collected.problems:
        _table(("kind", "link", "what"), [(p.kind, p.url, p.line) for p in collected.problems])
    for change in collected.changes:
        then, now = (", ".join(h[:12] for h in hashes) for hashes in (change.before, change.after))
        typer.echo(told("changed: {publisher} {year}: {then} → {now}", publisher=change.publisher, year=change.fiscal_year, then=then, now=now))
    typer.echo(told("{documents} documents stand; {downloads} downloads, {requests} requests, {bytes} bytes, {seconds} s",
                    documents=len(collected.documents), downloads=collected.downloads, requests=collected.requests,
                    bytes=f"{collected.bytes:,}", seconds=f"{collected.seconds:.1f}"))  # fmt: skip
