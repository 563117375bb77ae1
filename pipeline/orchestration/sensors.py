"""What starts a run besides the calendar: documents that the tables do not know yet, and years that are not what they would be now.

What belongs here: sensors.  What may not: reading documents (a run does), telling which years are behind (``pipeline.orchestration.standing``).
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import dagster as dg

from pipeline.orchestration import tags
from pipeline.orchestration.partitions import FISCAL_YEARS
from pipeline.orchestration.resources import OF_DOCUMENTS, Documents, Sources
from pipeline.orchestration.schedules import UNATTENDED, accounts_published_in, yearly_accounts
from pipeline.orchestration.standing import Standing
from pipeline.sources.inbox import likely_year

_SECONDS = 300
#: A tick is short: of a large delivery some documents tell the year.
_LOOKED_AT = 20


@dg.sensor(
    job=yearly_accounts,
    minimum_interval_seconds=_SECONDS,
    description="A run of each year that is not what it would be now, and of the year of documents that wait in the inbox. "
    "收件箱有新文件或某年度已不是最新时运行。",
    default_status=dg.DefaultSensorStatus.RUNNING if UNATTENDED else dg.DefaultSensorStatus.STOPPED,
)
def new_documents(context: dg.SensorEvaluationContext, reports: Documents, sources: Sources) -> Iterator[dg.RunRequest]:
    """A run of each year that is behind; where documents wait unread, a run of the year that most of them look like, which reads them all.

    Documents of other years put those behind once they are read, which the next tick sees.
    """
    behind = Standing(reports.library(), sources.publishers()).behind()
    for one in behind:
        year = str(one.year)
        yield _request(f"{year}-{one.fingerprint}", year, tags.CHANGED_DOCUMENTS)
    if waiting := reports.waiting():
        fingerprint = hashlib.sha256(repr([(str(p), p.stat().st_mtime) for p in waiting]).encode()).hexdigest()[:16]
        year = _year_of(waiting)
        if year not in {str(one.year) for one in behind}:  # a run of the year that is asked for above reads them as well
            yield _request(f"waiting-{fingerprint}", year, tags.WAITING_DOCUMENTS)


def _year_of(waiting: Iterable[Path]) -> str:
    """The fiscal year that most of some documents look like; the season's where none tells."""
    known = FISCAL_YEARS.get_partition_keys()
    told = Counter(str(year) for path in islice(waiting, _LOOKED_AT) if (year := likely_year(path)) is not None and str(year) in known)
    return told.most_common(1)[0][0] if told else accounts_published_in(datetime.now(UTC))


def _request(run_key: str, year: str, why: str) -> dg.RunRequest:
    told = {tags.FISCAL_YEAR: year, tags.TRIGGER: why}
    return dg.RunRequest(run_key=run_key, partition_key=year, run_config=OF_DOCUMENTS, tags=told)
