"""Two fiscal years over three runs on one home: each keeps its own tables and results, and neither a publisher nor a broken year stops the other."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from expectations.bridge import steps as suites_by_step
from expectations.rules import RULES
from expectations.suites import SUITES
from pipeline.cli.documents import mark
from pipeline.definitions import defs
from pipeline.orchestration.io_manager import table_of
from pipeline.orchestration.run import Ran
from pipeline.orchestration.run import run as run_folder
from pipeline.orchestration.standing import Standing
from pipeline.schema import TABLES
from pipeline.sources.registry import Registry
from pipeline.store import tables as storage
from pipeline.store.alone import alone
from pipeline.store.home import HOME_VARIABLE, PROJECT, TABLES_VARIABLE, Home
from pipeline.store.readings import Library, Outcome, refusal
from pipeline.warehouse.publish import connect_readonly
from tests.conftest import Once
from tests.fake_readers import read

pytestmark = pytest.mark.long

OFFICE, BUREAU = "某市大数据局", "某市财政局"
RULE = "income_row_total"


def report(publisher: str, year: int, total: str, fiscal: str) -> str:
    return f"publisher: {publisher}\nyear: {year}\ntotal: {total}\nfiscal: {fiscal}"


@dataclass
class Heard:
    """A teller who keeps what it is told."""

    said: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        self.said.append(line)

    problem = say

    def progress(self, phase: str, done: int, of: int) -> None: ...

    def end(self, ran: Ran) -> None: ...


@dataclass(frozen=True)
class Run:
    """What a run said, and what was in the home after it."""

    status: int
    said: list[str]
    problems: list[str]
    changes: list[str]
    totals: list[tuple[int, str, str]]
    against: list[tuple[int, str, int | None]]
    behind: dict[int, tuple[str, ...]]


def offer(folder: Path, home: Home, name: str, text: str) -> None:
    """A document in the folder, and its reading in the home as today's readers would have left it."""
    folder.mkdir(exist_ok=True)
    path, key = folder / name, sha256(text.encode()).hexdigest()
    path.write_text(text, encoding="utf-8")
    readings = Library.of(home).readings
    if "publisher" not in text:
        readings.keep(refusal(key, "no report", "offer a report", "not_a_report"))
        return
    contents = read(path.read_bytes(), path.as_uri(), None)
    readings.keep(Outcome(key, "read", contents.report.report_id, contents.report.fiscal_year, "text/plain"), contents)


def run(folder: Path, home: Home) -> Run:
    heard = Heard()
    ran = run_folder(folder, heard)
    with connect_readonly(home.warehouse) as warehouse:
        totals = warehouse.execute("SELECT fiscal_year, publisher, CAST(CAST(value AS DECIMAL(9,2)) AS VARCHAR) FROM core.figures "
                                   "WHERE measure = 'total' ORDER BY ALL").fetchall()  # fmt: skip
        against = warehouse.execute("SELECT fiscal_year, publisher, CAST(left(other_report_id, 4) AS INTEGER) FROM checks.held_against ORDER BY ALL")
        behind = {b.year: b.changed for b in Standing(Library.of(home), Registry(publishers=())).behind()}
        return Run(ran.status, heard.said, ran.problems, ran.changes, totals, against.fetchall(), behind)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Over:
    """All runs, what the first one read and when, and the copy of the home as the second left it."""

    runs: list[Run]
    reads: list[tuple[float, str]]
    both: Path


class Reads(set[str]):
    """Tables that are read, one after the other, each with the time."""

    def __init__(self) -> None:
        self.at: list[tuple[float, str]] = []

    def add(self, name: str) -> None:
        self.at.append((time.time(), name))


def all_runs(folder: Path) -> Over:
    """2024; 2023, after which the home is copied; then other editions, of 2024 a sound one and of 2023 a broken one, with a report withdrawn."""
    home, later, earlier, other = Home(folder / "home"), folder / "later", folder / "earlier", folder / "other"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(home.root))
        patch.setenv("DAGSTER_HOME", "")  # a run sets it: put back afterwards
        patch.setenv("FINAL_ACCOUNTS_LANG", "en")
        patch.delenv(TABLES_VARIABLE, raising=False)
        offer(later, home, "own.txt", report(OFFICE, 2024, "13.00", "12.50"))
        offer(later, home, "bureau.txt", report(BUREAU, 2024, "1.00", "1.00"))
        offer(later, home, "letter.txt", "no report")
        with storage.watched(Reads()) as reads:
            first = run(later, home)

        offer(earlier, home, "a.txt", report(OFFICE, 2023, "12.50", "12.50"))
        second = run(earlier, home)
        both = shutil.copytree(home.root, folder / "both", symlinks=True)

        offer(other, home, "other.txt", report(OFFICE, 2024, "2.00", "2.00"))
        offer(other, home, "broken.txt", report(OFFICE, 2023, "3.00", "3.00") + "\ndo: twice")
        offer(other, home, "bureau.txt", report(BUREAU, 2024, "1.00", "1.00"))
        [bureau] = {d.outcome.report_id for d in Library.of(home).documents() if d.offer.source_url.endswith("bureau.txt")}
        assert len(mark(Library.of(home), str(bureau), undo=False)) == 1
        assert isinstance(reads, Reads)
        return Over([first, second, run(other, home)], reads.at, both)


@pytest.fixture
def runs(once: Once[Over]) -> list[Run]:
    return once("years", all_runs).runs


def changes(ran: Run) -> list[tuple[str, ...]]:
    return [(line.split("  ")[0], *re.findall(r"\w+局 \d+|\w+\.txt", line)) for line in ran.changes]


def test_a_publisher_s_inconsistency_stops_nothing(runs: list[Run]) -> None:
    first = runs[0]
    [problem] = first.problems
    assert problem.endswith("letter.txt: no report; offer a report"), "the only one: what publishers print is none"
    assert first.totals == [(2024, OFFICE, "13.00"), (2024, BUREAU, "1.00")]
    assert first.against == [(2024, OFFICE, None), (2024, BUREAU, None)]
    assert first.behind == {}, "nothing is missing that has been offered"


def test_a_year_is_judged_again_when_the_year_before_it_comes_later(runs: list[Run]) -> None:
    second = runs[1]
    assert (second.status, second.behind) == (0, {})
    assert any(line.startswith("fiscal year 2024 (again: year before)") for line in second.said)
    assert second.against == [(2023, OFFICE, None), (2024, OFFICE, 2023), (2024, BUREAU, None)]


def test_a_year_that_breaks_a_promise_of_ours_holds_no_other_back_and_keeps_its_last_sound_rows(runs: list[Run]) -> None:
    last = runs[2]
    assert last.status == 1
    assert last.problems
    assert all("fiscal year 2023" in p for p in last.problems), last.problems
    assert any("core_figures_keeps_its_promises" in p for p in last.problems), last.problems
    assert last.problems[-1].endswith("the warehouse keeps what its last sound run left; the next run tries it again")
    assert last.totals == [(2023, OFFICE, "12.50"), (2024, OFFICE, "2.00")]
    assert last.behind == {2023: ("documents",)}


def test_what_is_handed_in_last_stands_and_a_run_names_what_it_replaces_and_takes_out(runs: list[Run]) -> None:
    assert [changes(ran) for ran in runs] == [
        [],
        [],  # a new report is no change
        [("replaced", f"{OFFICE} 2024", "own.txt", "other.txt"), ("taken out", f"{BUREAU} 2024", "bureau.txt"), ("left out", "bureau.txt")],
    ]


class Both:
    """The home after both years' first runs, and what Dagster has recorded of them."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root)
        self.instance = dg.DagsterInstance.from_config(str(self.home.prepare_dagster()))

    def results(self, suite: str, name: str) -> list[tuple[str | None, str, dg.AssetCheckEvaluation]]:
        """A check's results, the latest first: fiscal year, status, what is shown."""
        log = self.instance.event_log_storage
        records = log.get_asset_check_execution_history(dg.AssetCheckKey(dg.AssetKey(suite.split("/")), name), limit=10)
        return [(r.partition, r.status.value, r.event.dagster_event.event_specific_data) for r in records]  # type: ignore[union-attr, misc]

    def check(self, suite: str, name: str, year: str) -> dg.AssetCheckEvaluation:
        return next(shown for partition, _, shown in self.results(suite, name) if partition == year)


def plain(shown: dg.AssetCheckEvaluation) -> dict[str, Any]:
    return {key: value.value for key, value in shown.metadata.items()}


@pytest.fixture
def both(once: Once[Over], monkeypatch: pytest.MonkeyPatch) -> Iterator[Both]:
    root = once("years", all_runs).both
    monkeypatch.setenv(HOME_VARIABLE, str(root))
    monkeypatch.setenv("DAGSTER_HOME", "")
    opened = Both(root)
    yield opened
    opened.instance.dispose()


FORMS = "suites/form_identities"


def test_every_step_reads_only_what_its_dependencies_name(both: Both, once: Once[Over]) -> None:
    """The lineage that is shown is the lineage that runs."""
    seen = once("years", all_runs).reads
    told = [e for ran in both.instance.get_runs() for e in both.instance.all_logs(ran.run_id, of_type=dg.DagsterEventType.STEP_START)]
    began = sorted((e.timestamp, str(e.step_key)) for e in told if e.timestamp < seen[-1][0])
    reads = {step: {name for at, name in seen if here <= at < after} for (here, step), (after, _) in pairwise([*began, (math.inf, "")])}
    steps = {a.node_def.name: a for a in defs.assets or () if isinstance(a, dg.AssetsDefinition)}
    checks = {f"{step}_checks": suites for step, suites in suites_by_step(SUITES).items()}
    assert set(reads) == {*steps, *checks}
    for name, step in steps.items():
        named = {table_of(dep.asset_key) for spec in step.specs for dep in spec.deps}
        own = {table_of(key) for key in step.keys}  # an io manager looks at what it has written
        allowed = set(TABLES) if name == "warehouse" else named | own
        assert reads[name] <= allowed, f"{name} reads {sorted(reads[name] - allowed)} and does not depend on it"
    for name, suites in checks.items():
        allowed = {t for suite in suites for t in (*suite.reads, *(s.table for s in suite.statements))}
        assert reads[name] <= allowed, f"{name} reads {sorted(reads[name] - allowed)} and does not depend on it"
    assert reads["printed"]
    assert reads["rules_checks"]


def test_each_year_keeps_its_own_result(both: Both) -> None:
    assert [(year, status) for year, status, _ in both.results(FORMS, RULE)] == [("2024", "FAILED"), ("2023", "SUCCEEDED"), ("2024", "FAILED")]
    assert both.check(FORMS, RULE, "2023").passed
    assert both.check(FORMS, RULE, "2024").severity == dg.AssetCheckSeverity.ERROR
    with connect_readonly(both.home.warehouse) as warehouse:
        found = warehouse.execute("SELECT fiscal_year, publisher, difference FROM checks.findings WHERE rule_id = ?", [RULE]).fetchall()
        assert [(year, publisher, str(difference.normalize())) for year, publisher, difference in found] == [(2024, OFFICE, "0.5")]


def test_a_failed_check_shows_its_rows_with_publisher_place_amounts_and_page(both: Both) -> None:
    shown = both.check(FORMS, RULE, "2024")
    counts = plain(shown)
    assert (counts["evaluated"], counts["held"], counts["held by rounding"], counts["violated"]) == (2, 1, 0, 1)
    table = shown.metadata["failing rows (table)"]
    assert [c.name for c in table.schema.columns] == ["where", "place", "printed", "expected", "finding_id", "case_id"], (  # type: ignore[union-attr]
        "as many columns as a pane shows; a file's name is no link"
    )
    [row] = [record.data for record in table.records]  # type: ignore[union-attr]
    assert (row["where"], row["printed"], row["expected"]) == (f"{OFFICE} · p.1", "13.00", "12.50")
    assert "合计" in str(row["place"])


def test_a_check_says_what_is_to_hold_and_shows_its_rule_and_counts(both: Both) -> None:
    counts = plain(both.check(FORMS, RULE, "2023"))
    assert (counts["evaluated"], counts["held"], counts["violated"], counts["failing rows"]) == (1, 1, 0, 0)
    assert (counts["rule"], counts["severity"]) == (RULE, "error")
    key = dg.AssetCheckKey(dg.AssetKey(FORMS.split("/")), RULE)
    said = defs.resolve_asset_graph().get_check_spec(key).description or ""
    rule = RULES[RULE]
    assert all(words in said for words in (rule.title, rule.title_zh, rule.formula, rule.citation))
    assert both.check("core/figures", "core_figures_keeps_its_promises", "2023").description == "2023: holds for 2 rows"


def test_silence_is_not_called_a_pass(both: Both) -> None:
    check = both.check(FORMS, "three_public_total", "2023")
    assert check.passed
    assert str(check.description).startswith("2023: nothing could be evaluated")
    assert check.metadata["not evaluated because"]


def test_a_refused_document_is_a_row_of_each_year_and_a_warning(both: Both) -> None:
    for year in (2023, 2024):
        refused = [d for d in storage.read_table("core.documents", year, root=both.home.tables) if d["status"] == "not_a_report"]
        assert [(d["fiscal_year"], d["remedy"]) for d in refused] == [(None, "offer a report")]
    check = both.check("core/documents", "core_documents_every_document_could_be_processed", "2024")
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_materialisation_says_how_many_rows_of_which_report(both: Both) -> None:
    of_2024 = dg.AssetRecordsFilter(asset_key=dg.AssetKey(["core", "figures"]), asset_partitions=["2024"])
    metadata = both.instance.fetch_materializations(of_2024, limit=1).records[0].asset_materialization.metadata  # type: ignore[union-attr]
    assert metadata["dagster/row_count"].value == 4
    assert [r.data["publisher"] for r in metadata["by report"].records] == [OFFICE, BUREAU]  # type: ignore[union-attr]


def test_a_run_in_many_processes_waits_for_another_of_its_year_and_meets_no_lock_of_a_reader(both: Both, home: Home) -> None:
    """With steps that read, that write tables, that check with the library of expectations, and that swap the warehouse."""
    shutil.copytree(both.home.root, home.root, symlinks=True)
    settings_of_dagster = home.dagster / "dagster.yaml"
    settings_of_dagster.write_text(settings_of_dagster.read_text(encoding="utf-8").replace("WARNING", "DEBUG"), encoding="utf-8")
    with connect_readonly(home.warehouse) as held:
        before = held.execute("SELECT count(*) FROM core.figures").fetchall()
        steps = " or ".join(f'key:"{name}"' for name in ("readings", "core/documents", "accepted_year", "warehouse"))
        command = [sys.executable, "-m", "dagster", "asset", "materialize", "-m", "pipeline.definitions", "--select", steps, "--partition", "2024",
                   "-c", "docs/many-processes.yaml"]  # fmt: skip
        environment = os.environ | {HOME_VARIABLE: str(home.root), "DAGSTER_HOME": str(home.dagster)}
        said = ""
        with alone(home.root, "year-2024", print):
            process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
            assert process.stderr is not None
            while (line := process.stderr.readline()) and "waiting until it ends" not in line:
                said += line
        _, rest = process.communicate(timeout=540)
        assert f"process {os.getpid()}, since" in line, said[-3000:]
        assert "STEP_START" not in said, "it waits before its first step"
        said += rest
        assert process.returncode == 0, said[-3000:]
        assert "RUN_SUCCESS" in said
        processes = re.findall(r" - (\d+) - \w+ - STEP_START ", said)
        assert len(set(processes)) == len(processes) > 4, "steps in processes of their own"
        said = said.lower()
        assert not [word for word in ("database is locked", "could not set lock", "conflicting lock") if word in said]
        assert held.execute("SELECT count(*) FROM core.figures").fetchall() == before
