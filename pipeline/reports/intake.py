"""Taking documents in: offer a folder's files to the archive, and read what no reader of this version has read yet.

What belongs here: the order of the two, and what a caller may watch.  What may not: fetching (``pipeline.sources``), reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.reports.workers import Crew, read_all
from pipeline.sources.archive import Archive, Offer, documents_in
from pipeline.sources.exchange import FetchProblem, Memory
from pipeline.sources.media import ZIP, sniff
from pipeline.sources.packages import Package, PackageLimits
from pipeline.sources.titles import one_line
from pipeline.store.readings import Library, Outcome

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
    in_order = sorted(files, key=lambda path: path.stat().st_mtime_ns)  # of two revisions in one folder, the one changed last
    met = {path: offered(library.archive, path) for path in in_order}
    offers = tuple(offer for path in files for offer in met[path])
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


def offered(archive: Archive, path: Path) -> list[Offer]:
    """Offer one file; of a zip, its documents and that they belong together.  One that is out of bounds is offered as the file it is."""
    if sniff(path) is not ZIP:
        return [archive.offer_file(path)]
    found, now = datetime.fromtimestamp(int(path.stat().st_mtime), UTC), datetime.now(UTC)
    sink, offers, names = Memory(), list[Offer](), list[tuple[str, str]]()
    try:
        package = Package(path, PackageLimits())
        try:
            for member in package.members():
                sink.reset()
                package.extract(member, sink)
                name = one_line(member.name)
                offers.append(archive.offer_bytes(bytes(sink.data), f"{path.resolve().as_uri()}!{name}", found, offered_at=now))
                names.append((offers[-1].sha256, name))
        finally:
            package.close()
    except FetchProblem:
        names.clear()
    if not names:
        return [archive.offer_file(path)]
    return [*offers, archive.offer_bundle(path.stem, names, path.resolve().as_uri(), found, offered_at=now)] if len(set(names)) > 1 else offers


def new_files(archive: Archive, folder: Path) -> list[Path]:
    """The documents below ``folder`` that were never offered, or were changed since; no file is opened."""
    known = {(o.source_url, int(o.retrieved_at.timestamp()), o.size) for o in archive.offers()}
    files = [(path, path.stat()) for path in documents_in(folder)[0]]
    return [path for path, stat in files if (path.resolve().as_uri(), int(stat.st_mtime), stat.st_size) not in known]
