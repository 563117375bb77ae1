"""Taking documents in: offer a folder's files to the archive, and read what no reader of this version has read yet.

What belongs here: the order of the two, and what a caller may watch.  What may not: fetching (``pipeline.sources``), reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.readings import Library, Outcome
from pipeline.sources.archive import Archive, Offer, documents_in
from pipeline.workers import Crew, read_all

#: Called after each document with (documents read, of how many, what became of the last; ``None`` before the first).
Watch = Callable[[int, int, Outcome | None], None]


@dataclass(frozen=True, slots=True)
class Intake:
    """What one intake did: what was offered, which files were passed over as no documents, what was read (not known before)."""

    offers: tuple[Offer, ...]
    passed_over: tuple[Path, ...]
    outcomes: tuple[Outcome, ...]


def take_in(library: Library, crew: Crew, folder: Path | None = None, watch: Watch = lambda done, of, last: None) -> Intake:
    """Offer every document below ``folder`` (none: only what the archive holds), then read whatever is unread.

    An offered document whose reading is there is not opened again.  Raises ``FileNotFoundError`` for a folder that is not there.
    """
    files, passed_over = documents_in(folder) if folder is not None else ([], [])
    offers = tuple(library.archive.offer_file(path) for path in files)
    outcomes: list[Outcome] = []
    for again in (False, True):  # a second time for the documents of bundles that turned out to be several reports
        unread = list(library.unread(library.archive.offers(), crew.limits).values())
        of = len(outcomes) + len(unread)
        if not again:
            watch(0, of, None)
        for outcome in read_all(library, unread, crew):
            outcomes.append(outcome)
            watch(len(outcomes), of, outcome)
    return Intake(offers, tuple(passed_over), tuple(outcomes))


def new_files(archive: Archive, folder: Path) -> list[Path]:
    """The documents below ``folder`` that were never offered, or were changed since; no file is opened."""
    known = {(o.source_url, int(o.retrieved_at.timestamp()), o.size) for o in archive.offers()}
    files = [(path, path.stat()) for path in documents_in(folder)[0]]
    return [path for path, stat in files if (path.resolve().as_uri(), int(stat.st_mtime), stat.st_size) not in known]
