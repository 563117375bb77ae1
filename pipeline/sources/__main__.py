"""Command line of the sources: ``check`` a registry, ``probe`` its sites without storing, ``collect`` a year, ``verify`` a store.

What belongs here: arguments and printing.  What may not: anything that an asset would need too.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from pipeline.sources.collected import Collected
from pipeline.sources.probe import probe
from pipeline.sources.registry import Registry, RegistryError, load_registry
from pipeline.sources.store import Store
from pipeline.sources.yearly import Settings, collect_year


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], widest: int = 60) -> str:
    """A table of plain text in which Chinese characters count two columns."""

    def width(text: str) -> int:
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

    def cut(text: str) -> str:
        while width(text) > widest:
            text = text[:-2] + "…"
        return text

    cells = [tuple(cut(c) for c in row) for row in (header, *rows)]
    widths = [max(width(row[i]) for row in cells) for i in range(len(header))]
    return "\n".join("  ".join(c + " " * (w - width(c)) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)


def summary(collected: Collected) -> str:
    """What a run did, for people."""
    rows = [(p.publisher, p.standing, "overdue" if p.overdue else "", p.line) for p in collected.publishers]
    lines = [table(("publisher", "standing", "", "note"), rows)]
    if collected.problems:
        lines += ["", table(("kind", "link", "what"), [(p.kind, p.url, p.line) for p in collected.problems], 90)]
    for change in collected.changes:
        lines.append(
            f"changed: {change.publisher} {change.fiscal_year}: {', '.join(h[:12] for h in change.before)} → "
            f"{', '.join(h[:12] for h in change.after)}"
        )
    lines.append(
        f"\n{len(collected.documents)} documents stand; {collected.downloads} downloads, {collected.requests} requests, "
        f"{collected.bytes:,} bytes, {collected.seconds:.1f} s"
    )
    return "\n".join(lines)


def _registry(path: Path) -> Registry:
    try:
        return load_registry(path)
    except RegistryError as error:
        sys.exit(f"the registry has {len(error.problems)} mistakes:\n{error}")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 when it could be done, whatever the sites did."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.sources", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    last_year = dt.datetime.now(dt.UTC).year - 1
    for name, text in (
        ("check", "validate a registry"),
        ("probe", "ask every site what it offers, store nothing"),
        ("collect", "find and fetch a year"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("registry", type=Path)
        if name != "check":
            command.add_argument("--year", type=int, default=last_year, help="fiscal year (default: last year)")
            command.add_argument("--contact", default="", help="address for the User-Agent")
        if name == "collect":
            command.add_argument("--store", required=True, help="folder or fsspec address")
            command.add_argument("--inbox", type=Path)
    verify = commands.add_parser("verify", help="read a store again and name what is not sound")
    verify.add_argument("store")
    options = parser.parse_args(arguments)
    if options.command == "verify":
        documents, faults = Store(options.store).verify()
        print("\n".join([*(f"{f.path}: {f.problem}" for f in faults), f"{documents} documents, {len(faults)} faults"]))
        return 1 if faults else 0
    registry = _registry(options.registry)
    settings = Settings(contact=getattr(options, "contact", ""))
    if options.command == "check":
        print(f"{len(registry.publishers)} publishers, {sum(len(p.sites) for p in registry.publishers)} sites")
    elif options.command == "probe":
        rows = probe(registry, options.year, settings)
        print(table(("publisher", "finds", "what"), rows, 100))
    else:

        def progress(phase: str, n: int, of: int) -> None:
            print(f"\r{phase}: {n} of {of}", end="" if n < of else "\n", file=sys.stderr, flush=True)

        print(
            summary(
                collect_year(registry, options.year, Store(options.store), options.inbox, settings=settings, progress=progress)
            )
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
