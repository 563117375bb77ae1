"""Checks: every instance of every rule with its verdict, and what does not hold.

What belongs here: ``checks.*``.  What may not: rules (``expectations.rules``) and how an equation is decided (``pipeline.model.equations``).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from assets.written import spec, with_the_year_before, write
from expectations.beside import Shelves
from expectations.confront import confront, rule_rows
from pipeline.orchestration.resources import Sources
from pipeline.reconciliation import adjudications
from pipeline.reconciliation.beside import held_against_rows
from pipeline.schema import CORE_TABLES
from pipeline.store import tables as storage
from pipeline.store.rows import contents_of
from pipeline.store.spool import Spool

JUDGED = ("checks.equations", "checks.equation_terms", "checks.findings", "checks.held_against")
_SPECS = [spec(name, "checks", with_the_year_before(CORE_TABLES), kinds={"python", "parquet"}) for name in JUDGED]


@dg.multi_asset(specs=_SPECS, name="confrontation")
def confrontation(context: dg.AssetExecutionContext, sources: Sources) -> Iterator[dg.MaterializeResult[Any]]:
    """Confronts each report of the year with all rules, and with the reports beside it; what a person has decided is marked so."""
    year, today = int(context.partition_key), datetime.now(UTC).date()
    decisions = adjudications.load(adjudications.folder())
    printed = {name: storage.Shelved(name, year) for name in CORE_TABLES}
    shelves = Shelves(year, sources.publishers())
    with Spool(JUDGED) as spool:
        for contents in contents_of(printed):
            beside = shelves.beside(contents.report)
            found = confront(contents, beside=beside)
            figures = {f.figure_id: f for c in (contents, *beside.others) for f in c.figures}
            decided = adjudications.decided_findings(decisions, contents.report.report_id, figures, today)
            findings = [{**f, "status": "decided"} if f["finding_id"] in decided else f for f in found.findings]
            against = held_against_rows(contents.report, beside)
            for name, rows in zip(JUDGED, (found.equations, found.terms, findings, against), strict=True):
                spool.add(name, rows)
        for name in JUDGED:
            yield write(name, year, spool.rows(name))


@dg.multi_asset(specs=[spec("checks.rules", "checks", [], kinds={"python", "parquet"})], name="rules")
def rules(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """The rules as they are today, as rows."""
    return write("checks.rules", int(context.partition_key), rule_rows())
