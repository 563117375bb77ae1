"""What the system refuses is told with the place and the remedy, wherever a run meets it; a fault of anything else is none of it."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.batches import Work
from pipeline.batches.processes import Processes
from pipeline.reports.workers import read_document
from pipeline.sources.archive import Offer
from pipeline.store.disk import Refused, in_words, refusal
from pipeline.store.readings import Limits

FULL, CLOSED, NO_FOLDER, FAILING = "its disk is full", "may not write it", "a file stands where a folder is needed", "its disk fails"


def written_to_a_full_device(at: Path) -> None:
    with Path("/dev/full").open("wb") as device:
        device.write(b"1")


def more_pages_than_there_is_room_for(at: Path) -> None:
    with contextlib.closing(sqlite3.connect(at / "runs.db")) as base:
        base.execute("PRAGMA max_page_count=1")
        base.execute("CREATE TABLE runs (id)")


def written_to_a_base_opened_for_reading(at: Path) -> None:
    sqlite3.connect(at / "runs.db").execute("CREATE TABLE runs (id)")
    sqlite3.connect(f"file:{at}/runs.db?mode=ro", uri=True).execute("DELETE FROM runs")


def a_base_in_no_folder(at: Path) -> None:
    sqlite3.connect(at / "nowhere" / "runs.db")


def below_a_file(at: Path) -> None:
    (at / "archive").touch()
    (at / "archive" / "1").mkdir()


def a_warehouse_below_a_file(at: Path) -> None:
    (at / "warehouse").touch()
    duckdb.connect(str(at / "warehouse" / "final_accounts.duckdb"))


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (written_to_a_full_device, FULL),
        (more_pages_than_there_is_room_for, FULL),
        (written_to_a_base_opened_for_reading, CLOSED),
        (a_base_in_no_folder, CLOSED),
        (below_a_file, NO_FOLDER),
        (a_warehouse_below_a_file, NO_FOLDER),
    ],
)
def test_whoever_meets_it_the_place_and_the_remedy_are_told(act: Callable[[Path], None], said: str, tmp_path: Path) -> None:
    with pytest.raises((OSError, sqlite3.OperationalError, duckdb.Error)) as met:
        act(tmp_path)
    try:
        raise RuntimeError("the record of the run could not be kept") from met.value
    except RuntimeError as error:
        words = refusal(error, tmp_path)
    assert words is not None
    assert words.startswith(f"{tmp_path}: ")
    assert said in words
    assert "--home" in words


def test_the_folder_of_temporary_files_and_other_places_are_named_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    monkeypatch.setenv("TMPDIR", str(temporary))
    of = [
        OSError(errno.ENOSPC, "No space left on device", str(path)) for path in (home / "archive" / "1", temporary / "core.pages", tmp_path / "else")
    ]
    words = [refusal(error, home) or "" for error in of]
    assert [w.partition(": ")[0] for w in words] == [str(home), str(temporary), str(tmp_path / "else")]
    assert ["--home" in words[0], "TMPDIR" in words[1], "--help" in words[2]] == [True, True, True]


def test_what_dagster_keeps_of_a_step_is_understood(tmp_path: Path) -> None:
    kept = f'_duckdb.TransactionException: Failed to commit: Could not write file "{tmp_path}/warehouse/.building-1/f.duckdb.wal": No space left on device'
    assert FULL in (in_words(kept, tmp_path) or "")
    assert FAILING in (in_words("OSError: [Errno 5] Input/output error", tmp_path) or "")


def test_where_no_place_is_said_it_is_the_one_that_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    monkeypatch.setenv("TMPDIR", str(temporary / "not" / "made"))
    temporary.mkdir()
    home.mkdir()
    full = home
    monkeypatch.setattr(shutil, "disk_usage", lambda at: shutil._ntuple_diskusage(1 << 30, 0, 1000 if at == full else 1 << 20))
    assert (in_words("database or disk is full", home) or "").startswith(f"{home}: its disk is full")
    assert (in_words("disk I/O error", home) or "").startswith(f"{home}: its disk is full"), "no more memory is shared on a full disk"
    full = temporary
    assert (in_words("database or disk is full", home) or "").startswith(f"{temporary / 'not' / 'made'}: its disk is full")
    full = tmp_path
    assert in_words("disk I/O error", home) == f"{home}: its disk fails: see the system's log, or name another place (--home)"


def test_it_is_told_in_the_language_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINAL_ACCOUNTS_LANG", "zh")
    assert (in_words("No space left on device", tmp_path) or "").startswith(f"{tmp_path}：磁盘已满：请腾出空间")


def test_a_fault_of_the_code_is_none(tmp_path: Path) -> None:
    assert refusal(KeyError("公开99表"), tmp_path) is None
    assert refusal(FileNotFoundError(errno.ENOENT, "No such file or directory", "a"), tmp_path) is None
    assert refusal(Refused("as it was told"), tmp_path) == "as it was told"
    later = KeyError("a fault after one that was dealt with")
    later.__context__, later.__suppress_context__ = OSError(errno.ENOSPC, "No space left on device"), True
    assert refusal(later, tmp_path) is None


def refused(settings: int, task: int) -> int:
    raise OSError(settings, "the disk says no")


def test_a_full_disk_ends_the_work_and_is_not_the_fault_of_the_task_that_met_it() -> None:
    with pytest.raises(OSError, match="the disk says no") as met:
        list(Processes(1).run(Work("tests.test_disk:refused", errno.ENOSPC), [1]))
    assert met.value.errno == errno.ENOSPC


@pytest.fixture
def offer() -> Offer:
    return Offer("0" * 64, "file:///a.txt", datetime(2025, 1, 1, tzinfo=UTC), 1)


def test_a_document_is_blamed_for_what_it_does_and_not_for_a_full_disk(offer: Offer) -> None:
    def reads(number: int) -> Callable[..., None]:
        return lambda *_: refused(number, 0)  # type: ignore[return-value]

    outcome, _ = read_document(reads(errno.EISDIR), b"", offer, Limits())  # type: ignore[arg-type]
    assert outcome.status == "failed"
    with pytest.raises(OSError, match="the disk says no"):
        read_document(reads(errno.ENOSPC), b"", offer, Limits())  # type: ignore[arg-type]
