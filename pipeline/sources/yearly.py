"""One fiscal year from the registry to documents in the store: find, fetch, decide, and say what is missing or has changed.

What belongs here: the order of the steps and the record of each publisher's year.  What may not: Dagster, or reading
documents.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pipeline.sources.client import Client, Limits
from pipeline.sources.discovery import Discovery
from pipeline.sources.fetching import Fetched, Fetcher
from pipeline.sources.guard import AddressPolicy
from pipeline.sources.inbox import Taken, take
from pipeline.sources.pages import Pages
from pipeline.sources.parallel import by_host
from pipeline.sources.politeness import authority
from pipeline.sources.publications import Found, PartLink, Problem, Publication, Resolved, resolve
from pipeline.sources.registry import Publisher, Registry
from pipeline.sources.store import Store

Standing = Literal["found", "kept", "ambiguous", "missing"]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One row of the table of links: what was found, what it was taken for, and what became of it."""

    publisher: str
    fiscal_year: int
    url: str
    title: str
    page_url: str
    found_by: str
    published: dt.date | None
    year_basis: str
    state: str  # current | superseded | duplicate | ambiguous | incomplete | rejected | dead | refused | failed | limit
    outcome: str | None  # downloaded | unchanged | known | dead | refused | failed; None where nothing was fetched
    sha256: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document that stands for a publisher's year, or a part of one; ``publisher`` is empty where only the document can tell."""

    publisher: str
    fiscal_year: int
    title: str
    source_url: str
    page_url: str
    sha256: str
    media_type: str
    path: str  # below the store's root
    size: int
    part: int
    parts: int
    retrieved_at: str
    revision: int


@dataclass(frozen=True, slots=True)
class Change:
    """A publisher's report that is not the one that was kept before."""

    publisher: str
    fiscal_year: int
    title: str
    page_url: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublisherYear:
    """How a publisher stands: its report found, kept from before, ambiguous, or missing; and whether it is overdue."""

    publisher: str
    fiscal_year: int
    standing: Standing
    overdue: bool
    line: str


@dataclass
class Collected:
    """All of one year."""

    fiscal_year: int
    links: list[LinkRow] = field(default_factory=list)
    documents: list[DocumentRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    publishers: list[PublisherYear] = field(default_factory=list)
    downloads: int = 0
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0

    @property
    def missing(self) -> list[PublisherYear]:
        return [p for p in self.publishers if p.standing in ("missing", "ambiguous")]

    @property
    def dead(self) -> list[Problem]:
        return [p for p in self.problems if p.kind == "dead"]


@dataclass(frozen=True)
class Settings:
    """How a year is collected."""

    limits: Limits = field(default_factory=Limits)
    workers: int = 16
    contact: str = ""
    recheck_days: int = 30
    inbox_settle_seconds: float = 2.0
    policy: AddressPolicy | None = None


def collect_year(
    registry: Registry,
    fiscal_year: int,
    store: Store,
    inbox: Path | None = None,
    *,
    settings: Settings | None = None,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> Collected:
    """Find and fetch the reports of every publisher for one fiscal year.

    Args:
        registry: who and where.
        store: where documents are kept; opened here.
        inbox: folder of documents obtained by hand; those with this fiscal year, or with none, are taken.
        today: for what is overdue.
        progress: told (phase, done, of how many).

    Returns:
        Links with what became of each, the documents that stand, changes, and every publisher's standing.
    """
    settings = settings or Settings()
    started, result = time.monotonic(), Collected(fiscal_year)
    publishers = [p for p in registry.publishers if any(s.serves(fiscal_year) for s in p.sites)]
    with store, Client(registry, settings.limits, settings.policy, settings.contact) as client:
        fetcher = Fetcher(client, store, recheck_days=settings.recheck_days)
        at_once = _at_once(client)
        discovery = Discovery(registry, Pages(client, store).read)
        found = by_host(
            [(authority(p.sites[0].url), p) for p in publishers],
            lambda p: discovery.find(p, fiscal_year),
            at_once,
            settings.workers,
            (lambda n, of: progress("publishers asked", n, of)) if progress else None,
        )
        fetched = _fetch_all(found, fetcher, at_once, settings.workers, progress)
        taken = take(inbox, fetcher, settings.inbox_settle_seconds) if inbox is not None else []
        taken = [t for t in taken if t.publication.fiscal_year in (0, fiscal_year)]
        for publisher, of_publisher in zip(publishers, found, strict=True):
            own = [t for t in taken if t.publication.publisher in publisher.names_in(fiscal_year) and t.publication.fiscal_year]
            _settle(registry, publisher, of_publisher, fetched, own, store, result, today or dt.datetime.now(dt.UTC).date())
        known = {n for p in publishers for n in p.names_in(fiscal_year)}
        for item in taken:
            if item.publication.publisher not in known or not item.publication.fiscal_year:
                _add_inbox(item, result)
        result.downloads, result.requests, result.bytes = client.traffic.bodies, client.traffic.requests, client.traffic.bytes
    result.seconds = time.monotonic() - started
    return result


def _at_once(client: Client) -> Callable[[object], int]:
    return lambda host: client.gates.limits(str(host)).concurrency


def _fetch_all(
    found: Iterable[Found], fetcher: Fetcher, at_once: Callable[[object], int], workers: int, progress: Progress | None
) -> dict[str, Fetched]:
    """Every address of every publication once."""
    wanted: dict[str, tuple[PartLink, Publication]] = {}
    for one in found:
        for publication in one.publications:
            for part in publication.parts:
                wanted.setdefault(part.url, (part, publication))
    results = by_host(
        [(authority(url), task) for url, task in wanted.items()],
        lambda task: fetcher.fetch(*task),
        at_once,
        workers,
        (lambda n, of: progress("links asked", n, of)) if progress else None,
    )
    return {r.url: r for r in results}


def _settle(
    registry: Registry,
    publisher: Publisher,
    found: Found,
    fetched: dict[str, Fetched],
    own_inbox: list[Taken],
    store: Store,
    result: Collected,
    today: dt.date,
) -> None:
    """Decide one publisher's year, keep the decision, and add its rows."""
    year = result.fiscal_year
    result.problems += found.problems
    for rejected in found.rejected:
        result.links.append(
            LinkRow(
                publisher.name,
                year,
                rejected.url,
                rejected.title,
                rejected.page_url,
                "",
                None,
                "",
                "rejected",
                None,
                None,
                rejected.reason,
            )
        )
    for problem in found.problems:
        result.links.append(
            LinkRow(publisher.name, year, problem.url, problem.title, "", "", None, "", problem.kind, None, None, problem.line)
        )
    by_url = {**fetched, **{t.fetched.url: t.fetched for t in own_inbox}}
    tried = [(p, tuple(h for part in p.parts for h in (by_url[part.url].sha256s or (None,)))) for p in found.publications]
    resolved = resolve(tried, publisher.kind)
    by_hand = [t for t in own_inbox if t.fetched.documents]
    if by_hand:
        resolved = [
            replace(r, state="superseded", reason="the inbox has a document for it") if r.state in ("current", "ambiguous") else r
            for r in resolved
        ]
    resolved += [
        Resolved(t.publication, t.fetched.sha256s or (None,), "current" if t.fetched.documents else "incomplete")
        for t in own_inbox
    ]
    if len(by_hand) > 1 and len({t.fetched.sha256s for t in by_hand}) > 1:
        resolved = _newest_by_hand(resolved, by_hand)
    for r in resolved:
        _add_links(r, by_url, result)
    current = [r for r in resolved if r.state == "current"][:1]
    documents = [_row(r.publication, by_url) for r in current]
    rows = documents[0] if documents else []
    standing = _remember(store, publisher, year, current[0] if current else None, rows, resolved, result)
    overdue = standing in ("missing", "ambiguous") and today > registry.expected_by(year)
    result.publishers.append(
        PublisherYear(
            publisher.name,
            year,
            standing,
            overdue,
            _standing_line(standing, resolved, found, registry.expected_by(year), overdue),
        )
    )


def _newest_by_hand(resolved: list[Resolved], by_hand: list[Taken]) -> list[Resolved]:
    """Of several documents that a person put in for one publisher and year, the file changed last stands."""
    newest = max(by_hand, key=lambda t: t.path.stat().st_mtime_ns)
    return [
        replace(r, state="superseded", reason=f"replaced by {newest.fetched.url}")
        if r.publication.found_by == "inbox" and r.state == "current" and r.publication is not newest.publication
        else r
        for r in resolved
    ]


def _row(publication: Publication, by_url: dict[str, Fetched]) -> list[DocumentRow]:
    rows: list[DocumentRow] = []
    for part in publication.parts:
        fetched = by_url[part.url]
        for document in fetched.documents:
            source = part.url + (f"!{document.name}" if document.name else "")
            if publication.found_by == "inbox" and publication.page_url != part.url:
                source = publication.page_url
            rows.append(
                DocumentRow(
                    publication.publisher,
                    publication.fiscal_year,
                    publication.title,
                    source,
                    publication.page_url,
                    document.sha256,
                    document.media_type,
                    document.path,
                    document.size,
                    len(rows) + 1,
                    0,
                    fetched.retrieved_at,
                    1,
                )
            )
    return [replace(row, parts=len(rows)) for row in rows]


def _remember(
    store: Store,
    publisher: Publisher,
    year: int,
    current: Resolved | None,
    rows: list[DocumentRow],
    resolved: list[Resolved],
    result: Collected,
) -> Standing:
    """Compare with what stood before, keep what stands now, and add the documents."""
    path = f"reports/{year}/{hashlib.sha256(publisher.name.encode()).hexdigest()[:24]}.json"
    before = store.read_json(path)
    revisions: list[list[str]] = [list(r) for r in before["revisions"]] if before else []
    if current is None:
        if before is not None:  # what was published once stays, whatever the site does today
            result.documents += [DocumentRow(**d) for d in before["documents"]]
            return "kept"
        return "ambiguous" if any(r.state == "ambiguous" for r in resolved) else "missing"
    hashes = sorted(r.sha256 for r in rows)
    if before is not None and revisions[-1] != hashes:
        result.changes.append(
            Change(
                publisher.name, year, current.publication.title, current.publication.page_url, tuple(revisions[-1]), tuple(hashes)
            )
        )
    if not revisions or revisions[-1] != hashes:
        revisions.append(hashes)
    rows = [replace(row, revision=len(revisions)) for row in rows]
    record: dict[str, Any] = {
        "publisher": publisher.name,
        "fiscal_year": year,
        "title": current.publication.title,
        "page_url": current.publication.page_url,
        "revisions": revisions,
        "documents": [asdict(r) for r in rows],
    }
    if record != before:
        store.write_json(path, record)
    result.documents += rows
    return "found"


def _add_links(resolved: Resolved, by_url: dict[str, Fetched], result: Collected) -> None:
    publication = resolved.publication
    for part in publication.parts:
        fetched = by_url[part.url]
        failed = fetched.outcome in ("dead", "refused", "failed")
        reason = "; ".join(x for x in (fetched.line, resolved.reason) if x)
        result.links.append(
            LinkRow(
                publication.publisher,
                publication.fiscal_year,
                part.url,
                part.title,
                publication.page_url,
                publication.found_by,
                publication.published,
                publication.year_basis,
                resolved.state,
                fetched.outcome,
                fetched.documents[0].sha256 if fetched.documents else None,
                reason,
            )
        )
        if failed:
            result.problems.append(
                Problem(publication.publisher, publication.fiscal_year, part.url, fetched.outcome, fetched.line, part.title)
            )
        for name, line in fetched.refused_members:
            result.problems.append(
                Problem(publication.publisher, publication.fiscal_year, f"{part.url}!{name}", "refused", line, name)
            )
    if resolved.state == "ambiguous":
        problem = Problem(
            publication.publisher, publication.fiscal_year, publication.page_url, "ambiguous", resolved.reason, publication.title
        )
        if not any(p.kind == "ambiguous" and p.publisher == publication.publisher for p in result.problems):
            result.problems.append(problem)


def _add_inbox(taken: Taken, result: Collected) -> None:
    """A document of the inbox whose publisher or year only its reading will tell."""
    by_url = {taken.fetched.url: taken.fetched}
    state: Literal["current", "incomplete"] = "current" if taken.fetched.documents else "incomplete"
    _add_links(Resolved(taken.publication, taken.fetched.sha256s or (None,), state), by_url, result)
    result.documents += _row(taken.publication, by_url)


def _standing_line(standing: Standing, resolved: list[Resolved], found: Found, expected: dt.date, overdue: bool) -> str:
    if standing == "found":
        return next((r.reason or r.publication.title for r in resolved if r.state == "current"), "")
    if standing == "kept":
        return "not on the site today; what was fetched before stands"
    if standing == "ambiguous":
        return next(r.reason for r in resolved if r.state == "ambiguous")
    why = next((p.line for p in found.problems), None) or next((r.reason for r in resolved if r.state == "incomplete"), None)
    when = f"expected by {expected}, overdue" if overdue else f"expected by {expected}"
    return f"{why}; {when}" if why else f"no report found; {when}"
