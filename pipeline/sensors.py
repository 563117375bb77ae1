"""What starts a run besides the calendar: documents that the tables do not know yet.

What belongs here: sensors.  What may not: reading documents (a run does).
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from pipeline import accepted, storage
from pipeline.readings import Library
from pipeline.resources import Documents
from pipeline.schedules import accounts_published_in, yearly_accounts


def years_behind(library: Library) -> dict[int, str]:
    """Fiscal year → fingerprint of its documents, for the years whose accepted table of documents is not what the archive holds."""
    held: dict[int, set[tuple[str, str]]] = {}
    for document in library.documents():
        if document.outcome.fiscal_year is not None:
            held.setdefault(document.outcome.fiscal_year, set()).add((document.offer.sha256, document.status))
    behind = {}
    for year, documents in held.items():
        known = storage.read_table("core.documents", year, root=accepted.root(), missing_ok=True)
        if {(d["document_sha256"], d["status"]) for d in known if d["fiscal_year"] == year} != documents:
            behind[year] = hashlib.sha256(repr(sorted(documents)).encode()).hexdigest()[:16]
    return behind


@dg.sensor(job=yearly_accounts, minimum_interval_seconds=300)
def new_documents(context: dg.SensorEvaluationContext, reports: Documents) -> Iterator[dg.RunRequest]:
    """A run of each year that is behind its documents; where documents wait unread, a run of the season's year, which reads them."""
    library = reports.library()
    for year, fingerprint in years_behind(library).items():
        yield dg.RunRequest(run_key=f"{year}-{fingerprint}", partition_key=str(year))
    if waiting := reports.waiting():
        fingerprint = hashlib.sha256(repr([(str(p), p.stat().st_mtime) for p in waiting]).encode()).hexdigest()[:16]
        yield dg.RunRequest(run_key=f"waiting-{fingerprint}", partition_key=accounts_published_in(datetime.now(UTC)))
