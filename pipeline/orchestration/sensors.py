"""What starts a run besides the calendar: documents that the tables do not know yet, and a year before that has come or changed since.

What belongs here: sensors.  What may not: reading documents (a run does).
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from pipeline.orchestration import tags
from pipeline.orchestration.resources import Documents, Sources
from pipeline.orchestration.schedules import accounts_published_in, yearly_accounts
from pipeline.reconciliation.beside import Edition, Names, earlier_editions, editions_used, names_of
from pipeline.sources.registry import Registry
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.readings import Library
from pipeline.store.rows import report_of


def years_behind(library: Library, registry: Registry | None = None) -> dict[int, str]:
    """Fiscal year → fingerprint, for the years whose accepted tables are not what they would be now.

    Either the accepted table of documents is not what the archive holds, or a report was held against another edition of its
    publisher's report for the year before (or none) than has been accepted by now.
    """
    held: dict[int, set[tuple[str, str]]] = {}
    for document in library.documents():
        if document.outcome.fiscal_year is not None:
            held.setdefault(document.outcome.fiscal_year, set()).add((document.offer.sha256, document.status))
    names = names_of(registry if registry is not None else Sources().publishers())
    behind = {}
    for year, documents in held.items():
        known = storage.read_table("core.documents", year, root=accepted.root(), missing_ok=True)
        before = _editions_before(year, names)
        if {(d["document_sha256"], d["status"]) for d in known if d["fiscal_year"] == year} != documents or before != _editions_used(year):
            behind[year] = hashlib.sha256(repr((sorted(documents), sorted(before.items()))).encode()).hexdigest()[:16]
    return behind


def _editions_before(year: int, names: Names) -> dict[str, Edition]:
    """What the accepted reports of a year are to be held against now: of the year before, as it is accepted."""
    own, before = (
        [report_of(r) for r in storage.read_table("core.reports", y, root=accepted.root(), missing_ok=True)] for y in (year, year - 1)
    )
    return earlier_editions(own, before, names)


def _editions_used(year: int) -> dict[str, Edition]:
    return editions_used(storage.read_table("checks.held_against", year, root=accepted.root(), missing_ok=True))


@dg.sensor(job=yearly_accounts, minimum_interval_seconds=300)
def new_documents(context: dg.SensorEvaluationContext, reports: Documents, sources: Sources) -> Iterator[dg.RunRequest]:
    """A run of each year that is behind; where documents wait unread, a run of the season's year, which reads them."""
    library = reports.library()
    for year, fingerprint in years_behind(library, sources.publishers()).items():
        yield dg.RunRequest(run_key=f"{year}-{fingerprint}", partition_key=str(year), tags=_tags(str(year), tags.CHANGED_DOCUMENTS))
    if waiting := reports.waiting():
        fingerprint = hashlib.sha256(repr([(str(p), p.stat().st_mtime) for p in waiting]).encode()).hexdigest()[:16]
        season = accounts_published_in(datetime.now(UTC))
        yield dg.RunRequest(run_key=f"waiting-{fingerprint}", partition_key=season, tags=_tags(season, tags.WAITING_DOCUMENTS))


def _tags(year: str, why: str) -> dict[str, str]:
    return {tags.FISCAL_YEAR: year, tags.TRIGGER: why}
