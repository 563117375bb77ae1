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
from pipeline.reconciliation.across import unit_equations
from pipeline.reconciliation.two_years import Judged, Shelf, equations_across, names_of, units_of
from pipeline.reconciliation.year import reconcile
from pipeline.resources import Sources
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
def reconciliation(context: dg.AssetExecutionContext, sources: Sources) -> Iterator[dg.MaterializeResult[Any]]:
    """Localises, decides and reconciles each report of the year, with the year before and a department's units where they are there."""
    year, today = int(context.partition_key), datetime.now(UTC).date()
    registry = sources.publishers()
    printed, before = (
        {name: storage.read_arrow(name, y, missing_ok=y < year) for name in CORE_TABLES} for y in (year, year - 1)
    )
    shelf, last_year = (Shelf(tables, names_of(registry)) for tables in (printed, before))
    decisions = adjudications.load(adjudications.folder())
    reports = []
    with Spool(SETTLED) as spool:
        for contents in contents_of(printed):
            reports.append(contents.report.report_id)
            this, earlier = judged(contents), last_year.year_before(contents.report)
            last = judged(earlier) if earlier else None
            expected = units_of(registry, contents.report)
            units = shelf.named(expected)
            across = [*equations_across(this, last), *unit_equations(contents, units, expected)]
            found = reconcile(this, last=last, across=across, beside=units, adjudications=decisions, today=today)
            for name, rows in found.rows.items():
                spool.add(name, rows)
        spool.add("checks.adjudications", adjudications.loose_rows(decisions, year, reports))
        for name in SETTLED:
            yield write(name, year, spool.rows(name))
