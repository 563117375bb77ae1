"""A look at what every entry of the registry finds, without keeping a byte (``make check-sources``).

What belongs here: the probe and its lines.  What may not: the store.
"""

from __future__ import annotations

from pipeline.sources.client import Client
from pipeline.sources.discovery import Discovery
from pipeline.sources.exchange import FetchProblem, Memory
from pipeline.sources.pages import Pages
from pipeline.sources.parallel import by_host
from pipeline.sources.politeness import authority
from pipeline.sources.publications import Found
from pipeline.sources.registry import Publisher, Registry
from pipeline.sources.yearly import Settings


def probe(registry: Registry, fiscal_year: int, settings: Settings) -> list[tuple[str, str, str]]:
    """Ask every site of every publisher; rows of (publisher, what kind of thing, what)."""
    publishers = [p for p in registry.publishers if any(s.serves(fiscal_year) for s in p.sites)]
    with Client(registry, settings.limits, settings.policy, settings.contact) as client:

        def ask(publisher: Publisher) -> list[tuple[str, str, str]]:
            return _rows(publisher, Discovery(registry, Pages(client, None).read).find(publisher, fiscal_year), client)

        answers = by_host(
            [(authority(p.sites[0].url), p) for p in publishers],
            ask,
            lambda host: client.gates.limits(str(host)).concurrency,
            settings.workers,
        )
    skipped = [(p.name, "not asked", f"no site of it serves {fiscal_year}") for p in registry.publishers if p not in publishers]
    return [row for rows in answers for row in rows] + skipped


def _rows(publisher: Publisher, found: Found, client: Client) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for publication in found.publications:
        rows.append((publisher.name, "report", f"{publication.title} ({publication.published or 'no date'}) {publication.page_url}"))
        for part in publication.parts:
            try:
                answer = client.fetch(part.url, publication.scope, Memory(), method="HEAD")
                what = f"{answer.headers.get('content-type', '?')}, {answer.headers.get('content-length', '?')} bytes"
            except FetchProblem as problem:
                what = f"{problem.kind}: {problem.line}"
            rows.append((publisher.name, "  document", f"{part.title} {part.url}: {what}"))
    if len(found.publications) > 1:
        rows.append((publisher.name, "several", f"{len(found.publications)} candidates; the bytes and dates will decide, or a person"))
    rows += [(publisher.name, p.kind, f"{p.url}: {p.line}") for p in found.problems]
    if not found.publications:
        rows.append((publisher.name, "nothing", f"no report; {len(found.rejected)} other links about accounts were looked at"))
        rows += [(publisher.name, "  not", f"{r.title}: {r.reason}") for r in found.rejected[:10]]
    return rows
