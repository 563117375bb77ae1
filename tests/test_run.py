"""The main job: what it says, what it leaves, its exit status, and what a kill leaves."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.orchestration.run import aligned
from pipeline.store.home import PROJECT, Home
from pipeline.warehouse.publish import connect_readonly
from samples.as_text import TextStyle, as_text
from samples.invented import invented
from samples.layout import Layout

pytestmark = pytest.mark.long

SAMPLES = sorted((PROJECT / "samples").rglob("*.pdf"))


def start(folder: Path, home: Home, largest_file: int = -1) -> subprocess.Popen[str]:
    """A run in a process of its own, in which no file may grow beyond ``largest_file`` bytes, as on a disk that is full."""
    command = [sys.executable, "-m", "pipeline.cli", "run", str(folder), "--home", str(home.root)]
    limit = (largest_file, largest_file)
    return subprocess.Popen(command, cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))  # fmt: skip


def run(folder: Path, home: Home, largest_file: int = -1) -> tuple[int, str]:
    process = start(folder, home, largest_file)
    output, _ = process.communicate(timeout=540)
    return process.returncode, output


def publishers(home: Home) -> list[tuple[int, str]]:
    with connect_readonly(home.warehouse) as warehouse:
        return warehouse.execute("SELECT fiscal_year, publisher FROM core.reports ORDER BY ALL").fetchall()  # type: ignore[return-value]


def test_runs_survive_bad_documents_and_kills(tmp_path: Path, home: Home) -> None:
    """One good report, and files that are none; a second folder; runs on both killed, then finished, all on one home."""
    if not SAMPLES:
        pytest.skip("samples/ holds no PDF")
    first = min(SAMPLES, key=lambda p: p.stat().st_size)
    folder = tmp_path / "reports"
    bad_documents(folder, first)
    kill(folder, home, "fiscal year")
    assert not home.warehouse.exists()

    status, output = run(folder, home)
    assert status == 1, output
    assert "5 documents, 0 of them read now; 1 other files passed over (.md)" in output, "what the killed run read is not read again"
    names_what_could_not_be_processed(output, home)
    before = publishers(home)

    more = tmp_path / "more"
    text_report(more, "某市甲局")
    with connect_readonly(home.warehouse) as held:  # all through the runs that follow
        for wait_for in ("documents read: 0", "publishing"):
            kill(more, home, wait_for)
            assert seen_by_another_process(home) >= len(before)
        assert held.execute("SELECT count(*) FROM core.reports").fetchall() == [(len(before),)]

    status, output = run(more, home)
    assert status == 0, output
    assert set(before) < set(publishers(home)), "a run on another folder adds to what the home holds"
    assert not list(home.warehouse_folder.glob(".building-*")), "what a killed publish left is gone"

    status, output = run(more, home)
    assert status == 0, output
    assert ": unchanged" in output
    assert "fiscal year" not in output, "nothing is run"


def bad_documents(folder: Path, sample: Path) -> None:
    """The sample twice, and files that are no reports."""
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "good.pdf").write_bytes(sample.read_bytes())
    (folder / "again.pdf").write_bytes(sample.read_bytes())
    (folder / "truncated.pdf").write_bytes(sample.read_bytes()[: sample.stat().st_size // 3])
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "letter.txt").write_text("致各位同事：\n请于周五前提交。\n", encoding="utf-8")
    (folder / "notes.md").write_text("mine", encoding="utf-8")


def names_what_could_not_be_processed(output: str, home: Home) -> None:
    problems = [line for line in output.splitlines() if line.startswith("PROBLEM")]
    assert [p.split("/")[-1].split(":")[0] for p in problems] == ["empty.pdf", "letter.txt", "truncated.pdf"]
    assert all("; " in p for p in problems), "each with its remedy"
    [(year, publisher)] = publishers(home)
    assert any(line.startswith(publisher) and str(year) in line for line in output.splitlines())
    assert str(home.warehouse) in output
    with connect_readonly(home.warehouse) as warehouse:
        rows = warehouse.execute("SELECT split_part(source_url, '/', -1), status, problem IS NULL FROM core.documents ORDER BY 1").fetchall()
    of = {name: (status, silent) for name, status, silent in rows}
    assert sorted(of[name][0] for name in ("again.pdf", "good.pdf")) == ["duplicate", "read"]
    assert {of[name] for name in ("empty.pdf", "truncated.pdf", "letter.txt")} <= {("failed", False), ("not_a_report", False)}


def kill(folder: Path, home: Home, wait_for: str) -> None:
    """Start a run and kill it once it says something."""
    process = start(folder, home)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(wait_for):
            break
    process.send_signal(signal.SIGKILL)
    process.wait()


def seen_by_another_process(home: Home) -> int:
    """How many reports a reader sees that opens the warehouse now."""
    reader = [sys.executable, "-c", "import duckdb, sys\n"
              "with duckdb.connect(sys.argv[1], read_only=True) as w: print(w.execute('SELECT count(*) FROM core.reports').fetchone()[0])",
              str(home.warehouse)]  # fmt: skip
    return int(subprocess.run(reader, capture_output=True, text=True, check=True).stdout)


def text_report(folder: Path, publisher: str) -> None:
    """A small report as text, which is read at once."""
    folder.mkdir()
    text = as_text(replace(invented(random.Random(1)), publisher=publisher, year=2024), Layout(), TextStyle("tabs"))
    (folder / f"{publisher}.txt").write_text(text, encoding="utf-8")


def test_a_disk_that_is_full_at_any_time_ends_a_run_with_one_problem_and_the_next_goes_on(tmp_path: Path, home: Home) -> None:
    folder = tmp_path / "in"
    text_report(folder, "某市甲局")
    home.root.touch()
    assert problem_of(run(folder, home)) == f"{home.root}: a file stands where a folder is needed: name another place (--home)"
    home.root.unlink()
    for largest_file in (10_000, 90_000, 130_000):  # a document, its reading, Dagster's record of the run
        assert problem_of(run(folder, home, largest_file)).startswith(f"{home.root}: its disk "), largest_file
        assert not home.warehouse.exists()
    status, output = run(folder, home)
    assert status == 0, output
    assert "1 documents, 0 of them read now" in output
    assert publishers(home) == [(2024, "某市甲局")]


def problem_of(ran: tuple[int, str]) -> str:
    """The one problem with which a run ended."""
    status, output = ran
    assert status == 1, output
    assert "Traceback" not in output
    [line] = [line for line in output.splitlines() if line.startswith("PROBLEM")]
    return line.removeprefix("PROBLEM  ")


def test_two_runs_at_once_on_one_home_wait_for_each_other(tmp_path: Path, home: Home) -> None:
    names = ("某市甲局", "某市乙局")
    for name in names:
        text_report(tmp_path / name, name)
    with start(tmp_path / names[0], home) as one, start(tmp_path / names[1], home) as other:
        said = [process.communicate(timeout=540)[0] for process in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0), said
    [waited] = [i for i, output in enumerate(said) if f"another run is at work in {home.root} (" in output]
    assert f"process {(other, one)[waited].pid}, since " in said[waited] or "it has just begun" in said[waited]
    assert publishers(home) == sorted((2024, name) for name in names)


def test_a_folder_that_is_not_there_and_one_without_documents(tmp_path: Path, home: Home) -> None:
    status, output = run(tmp_path / "nowhere", home)
    assert status == 2
    assert "name a folder" in output
    (tmp_path / "bare").mkdir()
    status, output = run(tmp_path / "bare", home)
    assert status == 1
    assert "no document in" in output


def test_the_closing_table_aligns_chinese_names() -> None:
    assert aligned([["report", "n"], ["财政局", 7], ["a", 12]]) == ["report   n", "财政局   7", "a       12"]
