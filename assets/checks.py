"""Checks: every report judged once, and what that gives: equations, findings, cases, suspects, decisions.

What belongs here: ``judgements`` (the work), the tables put together from them, and one asset a suite of rules, which carries its checks.
What may not: rules (``expectations.rules``), how an equation is decided (``pipeline.model.equations``), solving (``pipeline.reconciliation``).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa
from dagster_duckdb import DuckDBResource

from assets.core import DOCUMENTS
from assets.specs import READINGS, key_of, plain_spec, spec, with_the_year_before
from expectations.bridge import table
from expectations.confront import rule_rows
from expectations.judging import CHECKED, JUDGEMENTS, REPORT_JUDGED, Stores
from expectations.judging_year import JudgingYear
from expectations.revisions import revised
from expectations.rules import RULES
from expectations.suites import RULE_SUITES
from expectations.suites.rules import SUITE_READS
from pipeline.orchestration.io_manager import records
from pipeline.orchestration.resources import Documents, Sources
from pipeline.reconciliation import adjudications
from pipeline.reconciliation.across import RULES as ACROSS
from pipeline.schema.reconciled import SUSPICIONS
from pipeline.store.home import home
from pipeline.store.rows import arrow_table
from pipeline.store.tables import Spool
from pipeline.warehouse.year import select, year_tables

REVISIONS, RULE_TABLE = "checks.revised_findings", "checks.rules"
CASES = tuple(t.full_name for t in SUSPICIONS)
DECISIONS = "checks.adjudications"


@dg.multi_asset(
    specs=[spec(JUDGEMENTS, "checks", [READINGS, with_the_year_before("core.reports")])],
    ins={"reported": dg.AssetIn(key_of("core.reports"))},
    name="judgements",
)
def judgements(context: dg.AssetExecutionContext, reported: pd.DataFrame, reports: Documents, sources: Sources) -> dg.MaterializeResult[Any]:
    """Judges, localises and reconciles each report that has not been judged as it stands, by itself and with the reports beside it."""
    stores = Stores(home().readings, reports.judgements())
    year = JudgingYear(int(context.partition_key), stores, sources.publishers(), datetime.now(UTC).date())
    own = reported[reported["fiscal_year"] == year.year]  # of the year before, what was accepted is taken, as the judging does
    rows, done = year.judged(records(own), reports.engine(), reports.limits())
    return dg.MaterializeResult(key_of(JUDGEMENTS), value=rows, metadata={"reports judged now": done})


def put_together(names: tuple[str, ...], judged: Iterable[Mapping[str, pa.Table]], loose: Mapping[str, pa.Table] | None = None,
                 ) -> Iterator[dg.MaterializeResult[Any]]:  # fmt: skip
    """Tables out of the year's judgements, in one pass; ``loose`` are rows that belong to no report."""
    with Spool(names) as spool:
        for tables in (*judged, loose or {}):
            for name, rows in tables.items():
                spool.add(name, rows)
        for name in names:
            yield dg.MaterializeResult(key_of(name), value=spool.done(name))


@dg.multi_asset(specs=[spec(name, "checks", [JUDGEMENTS]) for name in CHECKED], ins={"judged": dg.AssetIn(key_of(JUDGEMENTS))}, name="equations")
def equations(judged: pd.DataFrame, reports: Documents) -> Iterator[dg.MaterializeResult[Any]]:
    """Every instance of every rule with its verdict, and what does not hold."""
    yield from put_together(CHECKED, reports.judged(records(judged), CHECKED))


@dg.multi_asset(
    specs=[spec(name, "checks", [JUDGEMENTS, "checks.findings"]) for name in CASES], ins={"judged": dg.AssetIn(key_of(JUDGEMENTS))}, name="cases"
)
def cases(context: dg.AssetExecutionContext, judged: pd.DataFrame, reports: Documents) -> Iterator[dg.MaterializeResult[Any]]:
    """Which figures explain the findings, what was decided about them, and the decisions that meet no report of the year."""
    loose = adjudications.loose_rows(adjudications.load(adjudications.folder()), int(context.partition_key), judged["report_id"])
    yield from put_together(CASES, reports.judged(records(judged), CASES), {DECISIONS: arrow_table(DECISIONS, loose)})


@dg.multi_asset(specs=[spec(RULE_TABLE, "checks")], name="rules")
def rules() -> dg.MaterializeResult[Any]:
    """The rules as they are today, as rows."""
    return dg.MaterializeResult(key_of(RULE_TABLE), value=rule_rows((*RULES.values(), *ACROSS.values(), REPORT_JUDGED)))


@dg.multi_asset(specs=[spec(REVISIONS, "checks", [DOCUMENTS, READINGS])], ins={"documents": dg.AssetIn(key_of(DOCUMENTS))}, name="revisions")
def revisions(documents: pd.DataFrame, reports: Documents) -> dg.MaterializeResult[Any]:
    """What a report that was published again has put right, and what not."""
    return dg.MaterializeResult(key_of(REVISIONS), value=list(revised(reports.library().readings, records(documents))))


_SUITES = [
    plain_spec(dg.AssetKey(suite.asset), "checks", f"{suite.title}: its rules are its checks. 勾稽规则组 {suite.name}。", suite.reads,
               kinds=("duckdb", "great_expectations"))
    for suite in RULE_SUITES
]  # fmt: skip


@dg.multi_asset(specs=_SUITES, name="suites")
def suites(context: dg.AssetExecutionContext, duckdb: DuckDBResource) -> Iterator[dg.MaterializeResult[Any]]:
    """The rules of each suite with their verdicts counted."""
    with duckdb.get_connection() as connection, closing(connection), year_tables(connection, int(context.partition_key), SUITE_READS) as database:
        for suite in RULE_SUITES:
            rows = select(database, suite.tally)
            yield dg.MaterializeResult(dg.AssetKey(suite.asset), metadata={"rules": len(suite.statements), "by rule": table(rows)})


check_assets = [judgements, equations, cases, rules, revisions, suites]
