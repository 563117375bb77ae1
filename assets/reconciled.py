"""Reconciled: which figure is wrong, what was decided about it, and one value a quantity.

What belongs here: ``checks.cases`` and its relatives, ``reconciled.*``, ``marts.triage``.  What may not: solving or choosing
(``pipeline.reconciliation``).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from assets.core import CORE_TABLES
from assets.written import spec, write
from expectations.confront import confront
from expectations.rules import RULES
from pipeline import storage
from pipeline.contents import ReportContents
from pipeline.equations import Outcome
from pipeline.reconciliation import adjudications
from pipeline.reconciliation.two_years import Judged, YearBefore, equations_across, publisher_names
from pipeline.reconciliation.year import reconcile
from pipeline.rows import contents_of
from pipeline.spool import Spool
from pipeline.warehouse.tables.reconciled import RECONCILED, SUSPICIONS, TRIAGE

SETTLED = {t.full_name: t.schema for t in (*SUSPICIONS, *RECONCILED, TRIAGE)}
_SPECS = [spec(name, group, CORE_TABLES, kinds={"python", "parquet"}) for name, group in SETTLED.items()]


def judged(contents: ReportContents) -> Judged:
    """The report with the equations that must hold for it (rules of severity ``error``), and its findings."""
    found = confront(contents)
    equations = (o.equation for o in found.outcomes if isinstance(o, Outcome))
    return Judged(contents, tuple(e for e in equations if RULES[e.rule_id].severity == "error"), found.findings)


@dg.multi_asset(specs=_SPECS, name="reconciliation")
def reconciliation(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Localises, decides and reconciles each report of the year, together with the year before where that is there."""
    year, today = int(context.partition_key), datetime.now(UTC).date()
    before = YearBefore({name: storage.read_arrow(name, year - 1, missing_ok=True) for name in CORE_TABLES}, publisher_names())
    decisions = adjudications.load(adjudications.folder())
    reports = []
    with Spool(SETTLED) as spool:
        for contents in contents_of({name: storage.read_arrow(name, year) for name in CORE_TABLES}):
            reports.append(contents.report.report_id)
            this, earlier = judged(contents), before.of(contents.report)
            last = judged(earlier) if earlier else None
            found = reconcile(this, last=last, across=equations_across(this, last), adjudications=decisions, today=today)
            for name, rows in found.rows.items():
                spool.add(name, rows)
        spool.add("checks.adjudications", adjudications.loose_rows(decisions, year, reports))
        for name in SETTLED:
            yield write(name, year, spool.rows(name))
