"""The code location: assets, checks, jobs, schedules, sensors, resources."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import dagster as dg

from assets.checks import check_assets
from assets.core import core_assets
from assets.marts import marts
from assets.published import accepted_year, warehouse
from assets.reconciled import reconciled
from assets.report_links import report_links
from expectations.bridge import asset_checks
from expectations.suites import SUITES
from pipeline.orchestration.alerts import Alerts, failed_runs
from pipeline.orchestration.executor import executor
from pipeline.orchestration.freshness import freshness_checks, freshness_sensor
from pipeline.orchestration.io_manager import ParquetTables
from pipeline.orchestration.resources import Documents, Sources, YearDatabases
from pipeline.orchestration.schedules import publication_season, publish, yearly_accounts, yearly_tables
from pipeline.orchestration.sensors import new_documents
from pipeline.warehouse.year import bounded


def _set_in_environment(name: str) -> Any:
    """An environment variable by its name, so that the user interface shows it as one; empty where it is not set."""
    return dg.EnvVar(name) if os.environ.get(name) else ""


RESOURCES: dict[str, Any] = {
    "io_manager": ParquetTables(root=_set_in_environment("FINAL_ACCOUNTS_TABLES")),
    "duckdb": YearDatabases(database=":memory:years", connection_config=bounded()),
    "reports": Documents(cluster=_set_in_environment("FINAL_ACCOUNTS_CLUSTER")),
    "alerts": Alerts(
        webhook=_set_in_environment("FINAL_ACCOUNTS_WEBHOOK"),
        kind=_set_in_environment("FINAL_ACCOUNTS_WEBHOOK_KIND") or "plain",
        ui=_set_in_environment("FINAL_ACCOUNTS_UI") or "http://127.0.0.1:3000",
    ),
    "sources": Sources(
        registry=_set_in_environment("FINAL_ACCOUNTS_PUBLISHERS"),
        store=_set_in_environment("FINAL_ACCOUNTS_STORE"),
        contact=_set_in_environment("FINAL_ACCOUNTS_CONTACT"),
    ),
}


def build_defs(resources: Mapping[str, Any] | None = None) -> dg.Definitions:
    """The code location; ``resources`` stand in for those of the same name."""
    return dg.Definitions(
        assets=[report_links, *core_assets, *check_assets, reconciled, marts, accepted_year, warehouse],
        asset_checks=[*asset_checks(SUITES), *freshness_checks],
        jobs=[yearly_accounts, yearly_tables, publish],
        schedules=[publication_season],
        sensors=[new_documents, failed_runs, freshness_sensor],
        executor=executor,
        resources={**RESOURCES, **(resources or {})},
    )


defs = build_defs()
