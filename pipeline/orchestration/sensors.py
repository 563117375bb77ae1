"""What starts a run besides the calendar: documents that the tables do not know yet, and years that are not what they would be now.

What belongs here: sensors.  What may not: reading documents (a run does), telling which years are behind (``pipeline.orchestration.standing``).
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from pipeline.orchestration import tags
from pipeline.orchestration.resources import Documents, Sources
from pipeline.orchestration.schedules import accounts_published_in, yearly_accounts
from pipeline.orchestration.standing import Standing


@dg.sensor(job=yearly_accounts, minimum_interval_seconds=300)
def new_documents(context: dg.SensorEvaluationContext, reports: Documents, sources: Sources) -> Iterator[dg.RunRequest]:
    """A run of each year that is behind; where documents wait unread, a run of the season's year, which reads them."""
    for behind in Standing(reports.library(), sources.publishers()).behind():
        year = str(behind.year)
        yield dg.RunRequest(run_key=f"{year}-{behind.fingerprint}", partition_key=year, tags=_tags(year, tags.CHANGED_DOCUMENTS))
    if waiting := reports.waiting():
        fingerprint = hashlib.sha256(repr([(str(p), p.stat().st_mtime) for p in waiting]).encode()).hexdigest()[:16]
        season = accounts_published_in(datetime.now(UTC))
        yield dg.RunRequest(run_key=f"waiting-{fingerprint}", partition_key=season, tags=_tags(season, tags.WAITING_DOCUMENTS))


def _tags(year: str, why: str) -> dict[str, str]:
    return {tags.FISCAL_YEAR: year, tags.TRIGGER: why}
