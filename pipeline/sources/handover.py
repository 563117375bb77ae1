"""From the store to the home's archive, where documents are read from.

What belongs here: handing over what stands, each document once, under the address where it was found.  What may not:
what does not stand (ambiguous, superseded, refused): it stays in the store alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from pipeline.sources.archive import Archive
from pipeline.sources.collected import Collected, DocumentRow
from pipeline.sources.store import Store


def hand_over(collected: Collected, store: Store, archive: Archive) -> int:
    """Offer the documents that stand to the archive; how many offers were new.

    A file of the inbox is offered as the file it is (with its own address and date, handed in when it was met first); a package's members
    and fetched documents under the address that they came from.  Documents of one publication are offered as a bundle too, under the
    publication's page.
    """
    known = {(o.sha256, o.source_url) for o in archive.offers()}
    new = 0
    for path in collected.by_hand:
        offer = archive.offer_file(path, handed_in=False)
        new += (offer.sha256, offer.source_url) not in known
    for row in collected.documents:
        if (row.found_by == "inbox" and not row.member) or (row.sha256, row.source_url) in known:
            continue
        data = store.read_bytes(row.path)
        if data is None:
            raise FileNotFoundError(f"{row.path} has gone from the store {store.root}: run the sources' verify, then collect again")
        archive.offer_bytes(data, row.source_url, dt.datetime.fromisoformat(row.retrieved_at))
        new += 1
    for rows in _publications(collected.documents):
        first, found = rows[0], max(row.retrieved_at for row in rows)
        parts = [(row.sha256, row.member or row.source_url.rsplit("/", 1)[-1]) for row in rows]
        archive.offer_bundle(first.title, list(dict.fromkeys(parts)), first.page_url or first.source_url, dt.datetime.fromisoformat(found))
    return new


def _publications(documents: list[DocumentRow]) -> Iterator[list[DocumentRow]]:
    """The documents of each publication that has several."""
    together: dict[tuple[str, int, str, str], list[DocumentRow]] = {}
    for row in documents:
        if row.parts > 1:
            together.setdefault((row.publisher, row.fiscal_year, row.page_url, row.title), []).append(row)
    yield from (rows for rows in together.values() if len({row.sha256 for row in rows}) > 1)
