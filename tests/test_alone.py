"""One run at a time: who waits says for whom, and goes on when the other ends, however it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import BaseFileLock, FileLock

from pipeline.store.alone import alone
from pipeline.store.home import PROJECT

HOLDS = """
import sys
from pathlib import Path
from pipeline.store.alone import alone
with alone(Path(sys.argv[1]), "run", print):
    print("held", flush=True)
    sys.stdin.readline()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until it is told, or killed."""
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(folder)], cwd=PROJECT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_nobody_waits_where_nobody_is(tmp_path: Path) -> None:
    said: list[str] = []
    with alone(tmp_path / "home", "run", said.append), alone(tmp_path / "home", "year-2024", said.append):
        assert len(list((tmp_path / "home").glob(".*.holder"))) == 2
    assert said == []
    assert not list((tmp_path / "home").glob(".*.holder")), "a note of a holder goes with it"


def test_who_waits_says_once_for_which_process_and_since_when(tmp_path: Path) -> None:
    said: list[str] = []
    with holder(tmp_path) as other:

        def told(line: str) -> None:
            said.append(line)
            assert other.stdin is not None
            other.stdin.write("go\n")
            other.stdin.flush()

        with alone(tmp_path, "run", told):
            assert other.wait() == 0
            assert (tmp_path / ".run.holder").exists()
    [line] = said
    assert line.startswith(f"another run is at work in {tmp_path} (process {other.pid}, since ")
    assert line.endswith(" UTC): waiting until it ends")


def test_a_holder_that_was_killed_holds_nobody_up(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        other.kill()
    said: list[str] = []
    with alone(tmp_path, "run", said.append):
        assert said == []


def test_the_lock_ends_with_what_it_was_held_for_however_that_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locks: list[BaseFileLock] = []
    monkeypatch.setattr("pipeline.store.alone.FileLock", lambda path: locks.append(FileLock(path)) or locks[-1])
    with pytest.raises(ZeroDivisionError), alone(tmp_path, "run", print):
        assert 1 / (not locks[0].is_locked)
    assert not locks[0].is_locked, "whoever keeps the lock does not hold it"


def test_a_holder_that_has_not_said_who_it_is_has_just_begun(tmp_path: Path) -> None:
    said: list[str] = []
    lock = FileLock(tmp_path / ".run.lock")
    lock.acquire()
    with alone(tmp_path, "run", lambda line: said.append(line) or lock.release()):  # type: ignore[func-returns-value]
        pass
    assert said == [f"another run is at work in {tmp_path} (it has just begun): waiting until it ends"]
