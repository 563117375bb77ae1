"""What starts a run besides the calendar: documents that the tables do not know yet, and years that are not what they would be now.

What belongs here: sensors.  What may not: reading documents (a run does), telling which years are behind (``pipeline.orchestration.standing``).
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from pipeline.orchestration import tags
from pipeline.orchestration.resources import OF_DOCUMENTS, Documents, Sources
from pipeline.orchestration.schedules import accounts_published_in, yearly_accounts
from pipeline.orchestration.standing import Standing


@dg.sensor(job=yearly_accounts, minimum_interval_seconds=300)
def new_documents(context: dg.SensorEvaluationContext, reports: Documents, sources: Sources) -> Iterator[dg.RunRequest]:
    """A run of each year that is behind; where documents wait unread, a run of the season's year, which reads them."""
    for behind in Standing(reports.library(), sources.publishers()).behind():
        year = str(behind.year)
        yield _request(f"{year}-{behind.fingerprint}", year, tags.CHANGED_DOCUMENTS)
    if waiting := reports.waiting():
        fingerprint = hashlib.sha256(repr([(str(p), p.stat().st_mtime) for p in waiting]).encode()).hexdigest()[:16]
        season = accounts_published_in(datetime.now(UTC))
        yield _request(f"waiting-{fingerprint}", season, tags.WAITING_DOCUMENTS)


def _request(run_key: str, year: str, why: str) -> dg.RunRequest:
    told = {tags.FISCAL_YEAR: year, tags.TRIGGER: why}
    return dg.RunRequest(run_key=run_key, partition_key=year, run_config=OF_DOCUMENTS, tags=told)
