"""Files of one folder that are one report: the pictures of its pages, a workbook a form, a narrative by itself (分附件的决算).

What belongs here: which files that were handed in one by one belong together, told by their folder and by what each names.  What may not:
putting them together (``pipeline.reports.unite``), or the documents of an archive or of a web page, which belong together already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from pipeline.reading.archives import natural
from pipeline.reports.unite import FORMS_OF_A_REPORT
from pipeline.sources.archive import Archive, Offer
from pipeline.store.readings import Library, Outcome

_PICTURE = re.compile(r"\.(?:png|jpe?g|tiff?|bmp)\Z", re.I)
_NUMBER = re.compile(r"\d+(?=\D*\Z)")
#: States of a form (``core.forms``) that the document prints.
_PRINTED = ("read", "empty", "repeated", "unread")


@dataclass(frozen=True)
class _File:
    name: str
    offer: Offer


def offer_pages(archive: Archive) -> list[Offer]:
    """Offer the pictures of each folder as the pages of one report, before any of them is read; the bundles offered."""
    offers = []
    for folder, files in _folders(archive).items():
        pictures = [f for f in files if _PICTURE.search(f.name)]
        offers += [_together(archive, folder, pages) for pages in _series(pictures) if len(pages) > 1]
    return offers


def offer_parts(library: Library) -> list[Offer]:
    """Offer the documents of each folder that name one report, and are not all of it by themselves, as one; the bundles offered.

    Documents that print forms and name nobody belong to the only report that is named beside them.
    """
    withdrawn = library.archive.withdrawn()
    bundles = [(b, outcome) for b in library.archive.offers() if b.parts and (outcome := library.readings.outcome(b.sha256)) is not None]
    read = [(b, outcome) for b, outcome in bundles if outcome.status == "read"]
    within = {part: outcome for b, outcome in read for part in b.parts}
    offers = []
    for folder, files in _folders(library.archive).items():
        standing = [f for f in files if f.offer.sha256 not in withdrawn]
        elsewhere = [set(b.parts) for b, _ in read if b.source_url != f"{folder}/"]
        for parts in _reports(library, standing, within) if len(standing) > 1 else ():
            if not any(together.issuperset(f.offer.sha256 for f in parts) for together in elsewhere):
                offers.append(_together(library.archive, folder, parts))
    return offers


def _folders(archive: Archive) -> dict[str, list[_File]]:
    """The files that were handed in, by folder and in the order of their names; of a file that was changed, what it is now."""
    last: dict[str, Offer] = {}
    for offer in sorted(archive.offers(), key=lambda o: o.order):
        if offer.source_url.startswith("file:") and not offer.parts and "!" not in offer.source_url:
            last[offer.source_url] = offer
    folders: dict[str, list[_File]] = {}
    for url, offer in last.items():
        folder, _, name = url.rpartition("/")
        folders.setdefault(folder, []).append(_File(unquote(name), offer))
    return {folder: sorted(files, key=lambda f: natural(f.name)) for folder, files in folders.items()}


def _series(pictures: Sequence[_File]) -> list[list[_File]]:
    """Pictures that are counted: by the words around their numbers where every picture has its like, else all of the folder."""
    alike: dict[str, list[_File]] = {}
    for picture in pictures:
        alike.setdefault(_NUMBER.sub("#", picture.name.rpartition(".")[0]), []).append(picture)
    return list(alike.values()) if all(len(pages) > 1 for pages in alike.values()) else [list(pictures)]


def _reports(library: Library, files: Sequence[_File], within: Mapping[str, Outcome]) -> Iterator[list[_File]]:
    known = [(f, library.readings.outcome(f.offer.sha256) or within.get(f.offer.sha256)) for f in files]
    named: dict[str, list[_File]] = {}
    for file, outcome in known:
        if outcome is not None and outcome.names is not None:
            named.setdefault(outcome.names, []).append(file)
    anonymous = named.pop("", [])
    if len(named) <= 1:
        named = {name: [*own, *anonymous] for name, own in named.items()} or {"": anonymous}
    for own in named.values():
        if len(own) > 1 and sum(_is_whole(library, f.offer.sha256) for f in own) <= 1:
            yield sorted(own, key=lambda f: natural(f.name))


def _is_whole(library: Library, sha256: str) -> bool:
    """Whether a document by itself prints what makes a report."""
    if not library.readings.has(sha256):
        return False
    rows = library.readings.table(sha256, "core.forms").to_pylist()
    return sum(row["state"] in _PRINTED for row in rows) >= FORMS_OF_A_REPORT


def _together(archive: Archive, folder: str, files: Sequence[_File]) -> Offer:
    title = unquote(folder.rpartition("/")[2])
    offers = [f.offer for f in files]
    handed_in = max((o.offered_at for o in offers if o.offered_at is not None), default=datetime.now(UTC))
    return archive.offer_bundle(
        title, [(f.offer.sha256, f.name) for f in files], f"{folder}/", max(o.retrieved_at for o in offers), offered_at=handed_in
    )
