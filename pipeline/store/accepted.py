"""Accepted years: the tables of each fiscal year as its last sound run left them, which is what is published.

What belongs here: keeping a year's files of all tables beside the ones that runs work on (``<tables>/accepted/<schema>/<name>/<year>.parquet``),
with what the year was made of.  What may not: who decides that a year is sound (the blocking asset checks do), and publishing.

A run replaces a year's tables one by one and may stop at any of them, because a promise is broken or the process is killed.
What it leaves is work in progress, and no other year's publish may carry it along.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipeline.schema import TABLES
from pipeline.schema.fitting import RowDoesNotFit
from pipeline.store import tables as storage
from pipeline.store.files import Files
from pipeline.store.home import home

_FOLDER = "accepted"


def root() -> str:
    """Where accepted tables lie; an argument for ``root`` of :mod:`pipeline.store.tables`."""
    return f"{home().tables.rstrip('/')}/{_FOLDER}"


def years() -> list[int]:
    """The fiscal years that have been accepted, in order."""
    names = (n.removesuffix(".json") for n in Files(root()).names())
    return sorted(int(n) for n in names if n.isdigit())


def record(year: int) -> dict[str, Any] | None:
    """What an accepted year was made of; ``None`` for one that is not accepted, or whose record a loss of power emptied: it is made anew."""
    try:
        kept: dict[str, Any] = json.loads(Files(root()).read(f"{year}.json"))
    except (FileNotFoundError, ValueError):
        return None
    return kept


def accept(year: int, made_of: dict[str, Any] | None = None) -> int:
    """Take a year's tables as they are now; returns how many.  Killed midway, it leaves the year to be run again."""
    files = Files(home().tables)
    files.remove(f"{_FOLDER}/{year}.json")
    taken = 0
    for name in TABLES:
        path = storage.path_of(name, year)
        if files.exists(path):
            files.copy(path, f"{_FOLDER}/{path}")
            taken += 1
        else:
            files.remove(f"{_FOLDER}/{path}")
    files.write(f"{_FOLDER}/{year}.json", json.dumps(made_of or {}, ensure_ascii=False, sort_keys=True).encode())
    return taken


def without_outdated(code: str) -> list[int]:
    """Let go of each year whose tables today's columns cannot hold, which older code wrote; they are made anew like those of a new year.

    A year accepted by the same ``code`` is not looked at.  The published warehouse is as it was until then.
    """
    behind = [year for year in years() if (record(year) or {}).get("code") != code]
    gone = [year for year in behind if any(_unfit(root(), year))]
    for year in gone:
        Files(root()).remove(f"{year}.json")
    for place in (root(), home().tables):
        for year in behind:
            for path in _unfit(place, year):
                Files(place).remove(path)
    return gone


def _unfit(place: str, year: int) -> Iterator[str]:
    """The files of a year that lack a column that is required today."""
    for name in TABLES:
        path = storage.path_of(name, year)
        try:
            if Files(place).exists(path):
                storage.scan(name, year, root=place)
        except RowDoesNotFit:
            yield path
