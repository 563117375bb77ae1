"""The lineage that is shown is the lineage that runs: every step reads only tables that its assets depend on."""

from __future__ import annotations

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
ORDER = ["report_links", "readings", "documents", "printed", "rules", "revisions", "judgements", "equations", "cases", "reconciled", "suites", "marts",
         "accepted_year", "warehouse"]  # fmt: skip


def test_every_step_reads_only_what_its_dependencies_name(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    defs = build_defs(RESOURCES)
    job = defs.resolve_job_def("__ASSET_JOB")
    steps = {a.node_def.name: a for a in defs.assets or () if isinstance(a, dg.AssetsDefinition)}
    assert sorted(steps) == sorted(ORDER)
    with dg.DagsterInstance.ephemeral() as instance:
        for name in ORDER:
            step = steps[name]
            config = {"ops": {"readings": {"config": {"folder": str(tmp_path / "in")}}}} if name == "readings" else {}
            with storage.watched() as read:
                year = None if name == "warehouse" else "2024"
                assert job.execute_in_process(asset_selection=list(step.keys), partition_key=year, instance=instance, run_config=config).success
            named = {table_of(dep.asset_key) for spec in step.specs for dep in spec.deps}
            own = {table_of(key) for key in step.keys}  # an io manager looks at what it has written
            checked = {
                t for suite in SUITES if own & {s.table for s in suite.statements} for t in (*suite.reads, *(s.table for s in suite.statements))
            }
            allowed = named | own | checked | (set(TABLES) if name == "warehouse" else set())
            assert read <= allowed, f"{name} reads {sorted(read - allowed)} and does not depend on it"
    assert storage.scan("core.figures", 2024).rows == 2
