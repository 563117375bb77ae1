"""The main job: what it says, what it leaves, its exit status, and what a kill leaves."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app, main
from pipeline.orchestration.run import aligned
from pipeline.store.alone import alone
from pipeline.store.home import PROJECT, Home
from pipeline.warehouse.publish import connect_readonly
from samples.as_text import TextStyle, as_text
from samples.invented import invented
from samples.layout import Layout

pytestmark = pytest.mark.long

SAMPLE = min((PROJECT / "samples").rglob("*.pdf"), key=lambda p: p.stat().st_size)


@dataclass
class Process:
    """A run in a process of its own, which has loaded what a run loads before it began; ``said`` is what it says, on both channels."""

    process: BaseProcess
    said: TextIO

    def rest(self) -> tuple[int, str]:
        """Its exit status and all that it still says."""
        said = self.said.read()
        self.process.join(540)
        assert self.process.exitcode is not None
        return self.process.exitcode, said


def work(folder: str, home: str, largest_file: int, told: Connection) -> None:
    """What that process does."""
    os.dup2(told.fileno(), 1)
    os.dup2(1, 2)
    os.chdir(PROJECT)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    sys.argv[1:] = ["run", folder, "--home", home, "--workers", "1"]
    main()


@contextmanager
def start(folder: Path, home: Home, largest_file: int = -1) -> Iterator[Process]:
    """A run in which no file may grow beyond ``largest_file`` bytes, as on a disk that is full."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__, "pipeline.definitions", "pipeline.orchestration.run"])
    said, told = processes.Pipe(duplex=False)
    process = processes.Process(target=work, args=(str(folder), str(home.root), largest_file, told))
    process.start()
    told.close()
    with open(os.dup(said.fileno()), encoding="utf-8") as lines:
        yield Process(process, lines)
    process.join()


def run(folder: Path, home: Home, largest_file: int = -1) -> tuple[int, str]:
    with start(folder, home, largest_file) as started:
        return started.rest()


def run_here(folder: Path, home: Home) -> tuple[int, str]:
    """The same without a process of its own, for a run that ends before it does anything."""
    done = CliRunner().invoke(app, ["run", str(folder), "--home", str(home.root)])
    return done.exit_code, done.output


def publishers(home: Home) -> list[tuple[int, str]]:
    with connect_readonly(home.warehouse) as warehouse:
        return warehouse.execute("SELECT fiscal_year, publisher FROM core.reports ORDER BY ALL").fetchall()  # type: ignore[return-value]


def test_a_run_survives_a_full_disk_kills_bad_documents_and_another_run(tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """One good report, and files that are none, on a disk that is full at several times, then killed, then finished once another run has ended."""
    monkeypatch.setenv("DAGSTER_HOME", "")  # a run here sets it: put back afterwards
    folder = tmp_path / "reports"
    bad_documents(folder, text_report(folder / "deep" / "good.txt", "某市乙局"))
    home.root.touch()
    assert problem_of(run_here(folder, home)) == f"{home.root}: a file stands where a folder is needed: name another place (--home)"
    home.root.unlink()
    for how in (10_000, "documents read: 0", 90_000, 130_000, "publishing"):  # a document, its reading, Dagster's record of the run are larger files
        if isinstance(how, str):
            kill(folder, home, how)
        else:
            assert problem_of(run(folder, home, how)).startswith(f"{home.root}: its disk "), how
        assert not home.warehouse.exists()

    status, output = run_that_waits(folder, home)
    assert status == 1, output
    assert "5 documents, 0 of them read now; 1 other files passed over (.md)" in output, "what the killed runs read is not read again"
    assert ": unchanged" in output, "nor is a year judged again that they had accepted"
    names_what_could_not_be_processed(output, home)
    assert not list(home.warehouse_folder.glob(".building-*")), "what a killed publish left is gone"

    before = publishers(home)
    status, output = run_here(folder, home)
    assert status == 1, output
    assert ": unchanged" in output
    assert "fiscal year" not in output, "nothing is run"
    assert publishers(home) == before


def run_that_waits(folder: Path, home: Home) -> tuple[int, str]:
    """A run that another one keeps waiting at first."""
    with start(folder, home) as started:
        said = ""
        with alone(home.root, "run", print):
            while (line := started.said.readline()) and "another run is at work" not in line:
                said += line
        status, rest = started.rest()
    assert f"another run is at work in {home.root} (process {os.getpid()}, since " in line, said
    assert "documents, " not in said, "it does nothing before"
    return status, said + rest


def bad_documents(folder: Path, report: bytes) -> None:
    """A report again, and files that are none."""
    (folder / "again.txt").write_bytes(report)
    (folder / "truncated.pdf").write_bytes(SAMPLE.read_bytes()[: SAMPLE.stat().st_size // 3])
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
    assert sorted(of[name][0] for name in ("again.txt", "good.txt")) == ["duplicate", "read"]
    assert {of[name] for name in ("empty.pdf", "truncated.pdf", "letter.txt")} <= {("failed", False), ("not_a_report", False)}


def kill(folder: Path, home: Home, wait_for: str) -> None:
    """Start a run and kill it once it says something."""
    with start(folder, home) as started:
        assert any(line.startswith(wait_for) for line in started.said)
        started.process.kill()


def text_report(path: Path, publisher: str) -> bytes:
    """A small report as text, which is read at once."""
    path.parent.mkdir(parents=True)
    text = as_text(replace(invented(random.Random(1)), publisher=publisher, year=2024), Layout(), TextStyle("tabs"))
    path.write_text(text, encoding="utf-8")
    return path.read_bytes()


def problem_of(ran: tuple[int, str]) -> str:
    """The one problem with which a run ended."""
    status, output = ran
    assert status == 1, output
    assert "Traceback" not in output
    [line] = [line for line in output.splitlines() if line.startswith("PROBLEM")]
    return line.removeprefix("PROBLEM  ")


def test_the_closing_table_aligns_chinese_names() -> None:
    assert aligned([["report", "n"], ["财政局", 7], ["a", 12]]) == ["report   n", "财政局   7", "a       12"]
