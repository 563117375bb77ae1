"""Reconciled: which figure is wrong, what was decided about it, and one value a quantity.

What belongs here: ``checks.cases`` and its relatives, ``reconciled.*``, ``marts.triage``.  What may not: solving or choosing
(``pipeline.reconciliation``).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from assets.written import spec, with_the_year_before, write
from expectations.beside import Shelves
from expectations.confront import judged
from pipeline.orchestration.resources import Sources
from pipeline.reconciliation import adjudications
from pipeline.reconciliation.year import reconcile
from pipeline.schema import CORE_TABLES
from pipeline.schema.reconciled import RECONCILED, SUSPICIONS, TRIAGE
from pipeline.store import tables as storage
from pipeline.store.rows import contents_of
from pipeline.store.spool import Spool

SETTLED = {t.full_name: t.schema for t in (*SUSPICIONS, *RECONCILED, TRIAGE)}
_SPECS = [spec(name, group, with_the_year_before(CORE_TABLES), kinds={"python", "parquet"}) for name, group in SETTLED.items()]


@dg.multi_asset(specs=_SPECS, name="reconciliation")
def reconciliation(context: dg.AssetExecutionContext, sources: Sources) -> Iterator[dg.MaterializeResult[Any]]:
    """Localises, decides and reconciles each report of the year, with the year before and a department's units where they are there."""
    year, today = int(context.partition_key), datetime.now(UTC).date()
    printed = {name: storage.Shelved(name, year) for name in CORE_TABLES}
    shelves = Shelves(year, sources.publishers())
    decisions = adjudications.load(adjudications.folder())
    reports = []
    with Spool(SETTLED) as spool:
        for contents in contents_of(printed):
            reports.append(contents.report.report_id)
            found = reconcile(judged(contents, shelves.beside(contents.report)), adjudications=decisions, today=today)
            for name, rows in found.rows.items():
                spool.add(name, rows)
        spool.add("checks.adjudications", adjudications.loose_rows(decisions, year, reports))
        for name in SETTLED:
            yield write(name, year, spool.rows(name))
