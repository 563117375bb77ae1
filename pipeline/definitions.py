"""The code location: assets, checks, jobs, schedules, sensors, resources."""

from __future__ import annotations

import dagster as dg

from assets.checks import confrontation, rules
from assets.core import core_assets
from assets.marts import mart_assets
from assets.published import accepted_year, warehouse
from assets.reconciled import reconciliation
from assets.report_links import report_links
from assets.revisions import revisions
from assets.sources import documents
from expectations.bridge import asset_checks
from expectations.suites import SUITES
from pipeline.orchestration.executor import executor
from pipeline.orchestration.resources import Documents, Sources
from pipeline.orchestration.schedules import publication_season, publish, yearly_accounts, yearly_tables
from pipeline.orchestration.sensors import new_documents

defs = dg.Definitions(
    assets=[report_links, documents, *core_assets, confrontation, rules, revisions, reconciliation, *mart_assets, accepted_year, warehouse],
    asset_checks=asset_checks(SUITES),
    jobs=[yearly_accounts, yearly_tables, publish],
    schedules=[publication_season],
    sensors=[new_documents],
    executor=executor,
    resources={"reports": Documents(), "sources": Sources()},
)
