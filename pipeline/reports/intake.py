"""Taking documents in: offer a folder's files to the archive, and read what no reader of this version has read yet.

What belongs here: the order of the two, and what a caller may watch.  What may not: fetching (``pipeline.sources``), reading.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.model import harmless
from pipeline.reading.archives import Member, in_order, members
from pipeline.reading.document import UnreadableDocument
from pipeline.reports.folders import offer_pages, offer_parts
from pipeline.reports.workers import Workers, read_all
from pipeline.sources.archive import NO_DOCUMENTS, Archive, Offer, documents_in
from pipeline.sources.bundles import folder_of
from pipeline.sources.media import ARCHIVES, sniff
from pipeline.sources.webpage import name_in_address
from pipeline.store.disk import of_all
from pipeline.store.readings import Library, Outcome

#: Called after each document with (documents read, of how many, what became of the last; ``None`` before the first).
Watch = Callable[[int, int, Outcome | None], None]


@dataclass(frozen=True, slots=True)
class Intake:
    """What one intake did: what was offered, which files were passed over as no documents, what was read (not known before), and which files
    the system does not open, in its words."""

    offers: tuple[Offer, ...]
    passed_over: tuple[Path, ...]
    outcomes: tuple[Outcome, ...]
    shut: tuple[tuple[Path, str], ...] = ()


def take_in(library: Library, workers: Workers, folder: Path | None = None, watch: Watch = lambda done, of, last: None) -> Intake:
    """Offer every document below ``folder`` (none: only what the archive holds), then read whatever is unread.

    An offered document whose reading is there is not opened again.  Raises ``FileNotFoundError`` for a folder that is not there.
    """
    files, passed_over = documents_in(folder) if folder is not None else ([], [])
    met, shut = _met(library.archive, files)
    offers = tuple(offer for path in files for offer in met.get(path, ()))
    pages = offer_pages(library.archive)
    outcomes: list[Outcome] = []
    for again in (False, True):  # a second time for documents that turned out to be several reports, or one
        if again:
            pages += offer_parts(library)
        unread = list(library.unread(library.archive.offers(), workers.limits).values())
        of = len(outcomes) + len(unread)
        if not again:
            watch(0, of, None)
        for outcome in read_all(library, unread, workers):
            outcomes.append(outcome)
            if outcome.status == "separate":
                apart(library.archive, outcome)
            watch(len(outcomes), of, outcome)
    own = {offer.sha256 for offer in offers}
    return Intake((*offers, *(p for p in pages if own.issuperset(p.parts))), tuple(passed_over), tuple(outcomes), tuple(shut))


def _met(archive: Archive, files: Iterable[Path]) -> tuple[dict[Path, list[Offer]], list[tuple[Path, str]]]:
    """The offers of each file, and the files that cannot be opened."""
    met: dict[Path, list[Offer]] = {}
    shut: list[tuple[Path, str]] = []
    for path in sorted(files, key=_changed):  # of two revisions in one folder, the one changed last
        try:
            met[path] = offered(archive, path)
        except OSError as error:
            if of_all(error) or (error.filename is not None and Path(error.filename) not in (path, path.resolve())):
                raise  # it is the home that cannot be written
            shut.append((path, error.strerror or str(error)))
    return met, shut


def _changed(path: Path) -> int:
    with suppress(FileNotFoundError):  # taken away meanwhile
        return path.stat().st_mtime_ns
    return 0


def offered(archive: Archive, path: Path) -> list[Offer]:
    """Offer one file; of an archive, its documents and that they belong together.

    An archive that is out of bounds, or of which a document cannot be unpacked, is offered as the file it is: its reading says why.
    """
    held = _held(path)
    if not held:
        return [archive.offer_file(path)]
    found, now = datetime.fromtimestamp(int(path.stat().st_mtime), UTC), datetime.now(UTC)
    address = path.resolve().as_uri()
    offers = [archive.offer_bytes(m.data, f"{address}!{harmless.line(m.name, 300)}", found, offered_at=now) for m in held]
    title = Path(name_in_address(address)).stem
    names = [(offer.sha256, harmless.line(m.name, 300)) for offer, m in zip(offers, held, strict=True)]
    return [*offers, archive.offer_bundle(title, names, address, found, offered_at=now)] if len(set(names)) > 1 else offers


def _held(path: Path) -> list[Member]:
    """The documents of an archive; none where the file is no archive, or not all of it can be unpacked."""
    if sniff(path) not in ARCHIVES:
        return []
    try:
        held = [m for m in in_order(members(path.read_bytes())) if m.problem or Path(m.name).suffix.lower() not in NO_DOCUMENTS]
    except UnreadableDocument:
        return []
    return [] if any(m.problem for m in held) else held


def apart(archive: Archive, outcome: Outcome) -> None:
    """Offer the folders of an archive that turned out to hold several reports, each as a report of its own."""
    bundle = next((o for o in archive.offers() if o.sha256 == outcome.sha256 and o.parts), None)
    if bundle is None:
        return
    folders: dict[str, list[tuple[str, str]]] = {}
    for part in json.loads(archive.path(bundle.sha256).read_bytes())["parts"]:
        folders.setdefault(folder_of(part["name"]), []).append((part["sha256"], part["name"]))
    for folder, parts in folders.items():
        if 1 < len(parts) < len(bundle.parts):
            archive.offer_bundle(folder, parts, f"{bundle.source_url}!{folder}", bundle.retrieved_at, offered_at=bundle.offered_at)


def new_files(archive: Archive, folder: Path) -> list[Path]:
    """The documents below ``folder`` that were never offered, or were changed since; no file is opened."""
    known = {(o.source_url, int(o.retrieved_at.timestamp()), o.size) for o in archive.offers()}
    files = [(path, path.stat()) for path in documents_in(folder)[0]]
    return [path for path, stat in files if (path.resolve().as_uri(), int(stat.st_mtime), stat.st_size) not in known]
