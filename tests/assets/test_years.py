"""Two fiscal years through the whole graph: each keeps its own tables and check results, and neither is stopped by a publisher."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from pipeline.definitions import defs
from pipeline.store import tables as storage
from pipeline.store.alone import alone
from pipeline.store.home import HOME_VARIABLE, PROJECT, Home
from pipeline.warehouse.publish import connect_readonly

pytestmark = pytest.mark.long

READER = {"reader": "tests.fake_readers:read", "reader_version": "fake-1"}
SOUND = "publisher: 某市大数据局\nyear: 2023\ntotal: 12.50\nfiscal: 12.50"
UNSOUND = "publisher: 某市大数据局\nyear: 2024\ntotal: 13.00\nfiscal: 12.50"
RULE = "income_row_total"


def config(folder: Path) -> dict[str, Any]:
    return {"resources": {"reports": {"config": READER}}, "ops": {"readings": {"config": {"folder": str(folder)}}}}


class Ran:
    """Both years' runs in one instance, and where they left their tables."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self.inbox = folder / "in"
        self.inbox.mkdir()
        for name, text in {"a.txt": SOUND, "b.txt": UNSOUND, "c.txt": "no report"}.items():
            (self.inbox / name).write_text(text, encoding="utf-8")
        self.instance = dg.DagsterInstance.ephemeral()
        job = defs.resolve_job_def("yearly_accounts")
        self.results = {
            year: job.execute_in_process(run_config=config(self.inbox), partition_key=year, instance=self.instance, raise_on_error=False)
            for year in ("2023", "2024")
        }

    def check(self, year: str, name: str) -> Any:
        [found] = [e for e in self.results[year].get_asset_check_evaluations() if e.check_name == name]
        return found

    def metadata(self, year: str, name: str) -> dict[str, Any]:
        return {key: value.value for key, value in self.check(year, name).metadata.items()}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("years")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder / "home"))
        made = Ran(folder)
        yield made
        made.instance.dispose()


def test_a_publisher_s_inconsistency_stops_nothing(ran: Ran) -> None:
    assert all(result.success for result in ran.results.values())
    with connect_readonly(ran.home.warehouse) as warehouse:
        assert warehouse.execute("SELECT fiscal_year FROM core.reports ORDER BY 1").fetchall() == [(2023,), (2024,)]
        found = warehouse.execute("SELECT fiscal_year, publisher, difference FROM checks.findings WHERE rule_id = ?", [RULE]).fetchall()
        assert [(year, publisher, str(difference.normalize())) for year, publisher, difference in found] == [(2024, "某市大数据局", "0.5")]


def test_each_year_keeps_its_own_result(ran: Ran) -> None:
    assert ran.check("2023", RULE).passed
    failed = ran.check("2024", RULE)
    assert not failed.passed
    assert failed.severity == dg.AssetCheckSeverity.ERROR
    key = dg.AssetCheckKey(dg.AssetKey(["suites", "form_identities"]), RULE)
    records = ran.instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    assert {(r.partition, r.status.value) for r in records} == {("2023", "SUCCEEDED"), ("2024", "FAILED")}


def test_a_failed_check_shows_its_rows_with_publisher_place_amounts_and_page(ran: Ran) -> None:
    metadata = ran.metadata("2024", RULE)
    assert (metadata["evaluated"], metadata["held"], metadata["held by rounding"], metadata["violated"]) == (1, 0, 0, 1)
    [row] = [record.data for record in ran.check("2024", RULE).metadata["failing rows (table)"].records]
    assert list(row) == ["where", "place", "printed", "expected", "finding_id", "case_id"], (
        "as many columns as a pane shows; a file's name is no link"
    )
    assert (row["where"], row["printed"], row["expected"]) == ("某市大数据局 · p.1", "13.00", "12.50")
    assert "合计" in row["place"]


def test_a_passed_check_shows_its_rule_and_counts(ran: Ran) -> None:
    metadata = ran.metadata("2023", RULE)
    assert (metadata["evaluated"], metadata["held"], metadata["violated"], metadata["failing rows"]) == (1, 1, 0, 0)
    assert metadata["rule"] == RULE
    assert all(metadata[key] for key in ("title", "标题", "formula", "citation"))
    description = ran.check("2023", "core_figures_keeps_its_promises").description
    assert description == "2023: holds for 2 rows"


def test_silence_is_not_called_a_pass(ran: Ran) -> None:
    check = ran.check("2023", "three_public_total")
    assert check.passed
    assert check.description.startswith("2023: nothing could be evaluated")
    assert check.metadata["not evaluated because"]


def test_a_refused_document_is_a_row_of_each_year_and_a_warning(ran: Ran) -> None:
    for year in (2023, 2024):
        refused = [d for d in storage.read_table("core.documents", year, root=ran.home.tables) if d["status"] == "not_a_report"]
        assert [(d["fiscal_year"], d["remedy"]) for d in refused] == [(None, "offer the publisher's report")]
    check = ran.check("2024", "core_documents_every_document_could_be_processed")
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_materialisation_says_how_many_rows_of_which_report(ran: Ran) -> None:
    [figures] = [m for m in ran.results["2024"].get_asset_materialization_events() if m.asset_key == dg.AssetKey(["core", "figures"])]
    metadata = figures.materialization.metadata
    assert metadata["dagster/row_count"].value == 2
    assert [r.data["publisher"] for r in metadata["by report"].records] == ["某市大数据局"]  # type: ignore[union-attr]
    assert figures.partition == "2024"


def test_a_run_in_many_processes_waits_for_another_of_its_year_and_meets_no_lock_of_a_reader(ran: Ran) -> None:
    ran.home.prepare_dagster()
    settings_of_dagster = ran.home.dagster / "dagster.yaml"
    settings_of_dagster.write_text(settings_of_dagster.read_text(encoding="utf-8").replace("WARNING", "DEBUG"), encoding="utf-8")
    with connect_readonly(ran.home.warehouse) as held:
        before = held.execute("SELECT count(*) FROM core.figures").fetchall()
        settings = yaml.safe_load((PROJECT / "docs" / "many-processes.yaml").read_text(encoding="utf-8")) | config(ran.inbox)
        path = ran.inbox.parent / "run.yaml"
        path.write_text(yaml.safe_dump(settings), encoding="utf-8")
        command = [sys.executable, "-m", "dagster", "job", "execute", "-m", "pipeline.definitions", "-j", "yearly_accounts", "-c", str(path),
                   "--tags", '{"dagster/partition": "2024"}']  # fmt: skip
        environment = os.environ | {HOME_VARIABLE: str(ran.home.root), "DAGSTER_HOME": str(ran.home.dagster)}
        said = ""
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stderr is not None
            with alone(ran.home.root, "year-2024", print):
                while (line := process.stderr.readline()) and "waiting until it ends" not in line:
                    said += line
            assert f"process {os.getpid()}, since" in line, said[-3000:]
            assert "STEP_START" not in said, "it waits before its first step"
            said += process.stderr.read()
        assert process.returncode == 0, said[-3000:]
        assert "RUN_SUCCESS" in said
        assert len(set(re.findall(r" - (\d+) - \w+ - STEP_START ", said))) > 15, "steps in processes of their own"
        said = said.lower()
        assert not [word for word in ("database is locked", "could not set lock", "conflicting lock") if word in said]
        assert held.execute("SELECT count(*) FROM core.figures").fetchall() == before
