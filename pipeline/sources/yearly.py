"""One fiscal year from the registry to documents in the store: find, fetch, decide.

What belongs here: the order of the steps.  What may not: Dagster, or reading documents.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model.failures import told
from pipeline.sources.client import Client
from pipeline.sources.collected import Collected, PublisherYear
from pipeline.sources.discovery import Discovery
from pipeline.sources.exchange import Limits
from pipeline.sources.fetching import Fetched, Fetcher
from pipeline.sources.guard import AddressPolicy
from pipeline.sources.inbox import Taken, take
from pipeline.sources.pages import Pages
from pipeline.sources.parallel import by_host
from pipeline.sources.politeness import authority
from pipeline.sources.publications import Found, PartLink, Problem, Publication
from pipeline.sources.registry import Publisher, Registry
from pipeline.sources.settling import add_unclaimed, settle
from pipeline.sources.store import Store

Progress = Callable[[str, int, int], None]


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
    with store.only_collection(), store, Client(registry, settings.limits, settings.policy, settings.contact) as client:
        fetcher = Fetcher(client, store, recheck_days=settings.recheck_days)
        at_once = _at_once(client)
        discovery = Discovery(registry, Pages(client, store).read, client.limits.site_seconds)
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
            _settled(registry, publisher, of_publisher, fetched, own, store, result, today or dt.datetime.now(dt.UTC).date())
        known = {n for p in publishers for n in p.names_in(fiscal_year)}
        for item in taken:
            if item.publication.publisher not in known or not item.publication.fiscal_year:
                add_unclaimed(item, result)
        result.by_hand = [t.path for t in taken if t.fetched.documents and not any(d.name for d in t.fetched.documents)]
        result.downloads, result.requests, result.bytes = client.traffic.bodies, client.traffic.requests, client.traffic.bytes
    result.seconds = time.monotonic() - started
    return result


def _settled(
    registry: Registry, publisher: Publisher, found: Found, fetched: dict[str, Fetched], own: list[Taken], store: Store,
    result: Collected, today: dt.date,
) -> None:  # fmt: skip
    """Settle one publisher's year; what goes wrong with it is its own row, and the other publishers' years go on."""
    try:
        settle(registry, publisher, found, fetched, own, store, result, today)
    except OSError:
        raise  # the store cannot be written, for nobody
    except Exception as error:
        line, expected = f"not understood, a fault of ours: {told(error)}", registry.expected_by(result.fiscal_year)
        result.problems.append(Problem(publisher.name, result.fiscal_year, publisher.sites[0].url, "failed", line))
        result.publishers = [p for p in result.publishers if p.publisher != publisher.name]
        result.publishers.append(PublisherYear(publisher.name, result.fiscal_year, "missing", today > expected, line, expected))


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
