"""The reports of one fiscal year judged: which of them have not been yet as they stand, and what became of each.

What belongs here: from the year's reports to the rows of ``checks.judgements``.  What may not: judging one report
(``expectations.judging``), putting tables together from judgements (the assets do).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from expectations.judging import Judging, Stores, keep_lost
from pipeline.batches import Engine, Inline, Lost, Work
from pipeline.batches.progress import one_more
from pipeline.reconciliation import adjudications
from pipeline.reconciliation.companions import Companionship, Edition
from pipeline.sources.registry import Registry
from pipeline.store.readings import Limits
from pipeline.store.rows import report_of

Row = Mapping[str, Any]
#: So few reports are judged in this process: a worker takes longer to start.
FEW = 12


@dataclass(frozen=True)
class JudgingYear:
    """The judging of one year, on one day."""

    year: int
    stores: Stores
    registry: Registry
    today: dt.date

    def tasks(self, reports: Iterable[Row]) -> Iterator[Judging]:
        """One task a report, with all that decides it; ``reports`` are rows of ``core.reports``."""
        rows, decisions = list(reports), adjudications.load(adjudications.folder())
        companionship = Companionship(self.year, rows, self.registry)
        for row in rows:
            report = report_of(row)
            yield Judging(report, Edition.of(row), companionship.of(report), decisions.on(report.report_id), self.today)

    def judged(self, reports: Iterable[Row], engine: Engine, limits: Limits) -> tuple[list[dict[str, Any]], int]:
        """The year's rows of ``checks.judgements``, and how many reports were judged now."""
        tasks = list(self.tasks(reports))
        records = {task.key: self.stores.judgements.record(task.key) for task in tasks}
        problems = {key: str(record["problem"]) for key, record in records.items() if record is not None and not record.get("again")}
        unjudged = [task for task in tasks if task.key not in problems]
        work = Work("expectations.judging:judge", self.stores, limits)
        for task, answer in (Inline() if len(unjudged) <= FEW else engine).run(work, unjudged):
            problems[task.key] = keep_lost(self.stores, task, answer) if isinstance(answer, Lost) else answer
            one_more("judging", len(unjudged))
        return [self._row(task, problems[task.key]) for task in tasks], len(unjudged)

    def _row(self, task: Judging, problem: str) -> dict[str, Any]:
        return {
            "report_id": task.report.report_id,
            "publisher": task.report.publisher,
            "fiscal_year": task.report.fiscal_year,
            "state": "failed" if problem else "judged",
            "problem": problem or None,
            "judgement": task.key,
            "code_version": self.stores.judgements.version,
        }
