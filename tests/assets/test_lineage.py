"""The lineage that is shown is the lineage that runs: every step reads only tables that its assets depend on."""

from __future__ import annotations

import uuid
from pathlib import Path

import dagster as dg
import pytest
from dagster_duckdb import DuckDBResource

from expectations.suites import SUITES
from pipeline.definitions import build_defs
from pipeline.orchestration.io_manager import ParquetTables, table_of
from pipeline.orchestration.resources import Documents, Sources
from pipeline.schema import TABLES
from pipeline.store import tables as storage
from pipeline.warehouse.year import bounded

pytestmark = pytest.mark.long

TEXT = "publisher: 某市大数据局\nyear: 2024\ntotal: 13.00\nfiscal: 12.50"
RESOURCES = {
    "io_manager": ParquetTables(),
    "duckdb": DuckDBResource(database=":memory:", connection_config=bounded()),
    "reports": Documents(reader="tests.fake_readers:read", reader_version="fake-1"),
    "sources": Sources(),
}


def test_every_step_reads_only_what_its_dependencies_name(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    defs, run, reads = build_defs(RESOURCES), str(uuid.uuid4()), {"": set[str]()}
    with dg.DagsterInstance.ephemeral() as instance, storage.watched() as read:

        def heard(event: dg.EventLogEntry) -> None:
            """What was read until now was read by the step that began last."""
            if event.dagster_event is not None and event.dagster_event.is_step_start:
                reads[list(reads)[-1]] |= read
                reads[str(event.dagster_event.step_key)] = set()
                read.clear()

        instance.add_event_listener(run, heard)
        config = {"ops": {"readings": {"config": {"folder": str(tmp_path / "in")}}}}
        job = defs.resolve_job_def("yearly_accounts")
        assert job.execute_in_process(partition_key="2024", instance=instance, run_config=config, run_id=run).success
        reads[list(reads)[-1]] |= read
    steps = {a.node_def.name: a for a in defs.assets or () if isinstance(a, dg.AssetsDefinition)}
    checks = {f"{suite.step or suite.name}_checks" for suite in SUITES}
    assert set(reads) == {"", *steps, *checks}
    for name, step in steps.items():
        named = {table_of(dep.asset_key) for spec in step.specs for dep in spec.deps}
        own = {table_of(key) for key in step.keys}  # an io manager looks at what it has written
        allowed = set(TABLES) if name == "warehouse" else named | own
        assert reads[name] <= allowed, f"{name} reads {sorted(reads[name] - allowed)} and does not depend on it"
    for name in checks:
        suites = [suite for suite in SUITES if f"{suite.step or suite.name}_checks" == name]
        allowed = {t for suite in suites for t in (*suite.reads, *(s.table for s in suite.statements))}
        assert reads[name] <= allowed, f"{name} reads {sorted(reads[name] - allowed)} and does not depend on it"
    assert reads["printed"]
    assert reads["rules_checks"]
    assert storage.scan("core.figures", 2024).rows == 2
