"""The main job: what it says, what it leaves, its exit status, and what a kill leaves."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.orchestration.run import aligned
from pipeline.store.home import PROJECT, Home
from pipeline.warehouse.publish import connect_readonly

pytestmark = pytest.mark.long

SAMPLES = sorted((PROJECT / "samples").rglob("*.pdf"))


def start(folder: Path, home: Home) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipeline.cli", "run", str(folder), "--home", str(home.root)]
    return subprocess.Popen(command, cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def run(folder: Path, home: Home) -> tuple[int, str]:
    process = start(folder, home)
    output, _ = process.communicate(timeout=540)
    return process.returncode, output


def publishers(home: Home) -> list[tuple[int, str]]:
    with connect_readonly(home.warehouse) as warehouse:
        return warehouse.execute("SELECT fiscal_year, publisher FROM core.reports ORDER BY ALL").fetchall()  # type: ignore[return-value]


@pytest.fixture
def pair() -> tuple[Path, Path]:
    """The two smallest reports among the samples."""
    if len(SAMPLES) < 2:
        pytest.skip("samples/ holds no two PDFs")
    first, second, *_ = sorted(SAMPLES, key=lambda p: p.stat().st_size)
    return first, second


def test_runs_survive_bad_documents_and_kills(tmp_path: Path, home: Home, pair: tuple[Path, Path]) -> None:
    """One good report, and files that are none; a second folder; runs on both killed, then finished, all on one home."""
    first, second = pair
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
    more.mkdir()
    (more / "b.pdf").write_bytes(second.read_bytes())
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
