"""The command: whose home it works in, what it lists, and taking a document out of the next run."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.cli.inspect import found_in
from pipeline.cli.ui import shown_home
from pipeline.store.home import HOME_VARIABLE, TABLES_VARIABLE, Home, work_in
from pipeline.store.readings import Library, Limits, Outcome
from samples.as_text import TextStyle, as_text
from samples.invented import invented
from samples.layout import Layout
from tests.fake_readers import read

TEXT = "publisher: 某市大数据局\nyear: 2024\ntotal: {}"


def command(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    return result.exit_code, result.output


def hand_in(home: Home, path: Path, text: str) -> str:
    """A document that was offered and read; returns its hash."""
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text, encoding="utf-8")
    contents, name = read(path.read_bytes(), path.as_uri(), None), sha256(path.read_bytes()).hexdigest()
    library = Library.of(home)
    library.archive.offer_file(path)
    library.readings.keep(Outcome(name, "read", contents.report.report_id, contents.report.fiscal_year, "text/plain"), contents)
    return name


@pytest.fixture
def editions(home: Home, tmp_path: Path) -> tuple[str, str]:
    """Two editions of one report, the second handed in later, and a file that nobody has read yet."""
    old, new = (hand_in(home, tmp_path / "in" / f"{name}.txt", TEXT.format(total)) for name, total in (("old", "1.00"), ("new", "2.00")))
    unread = tmp_path / "in" / "unread.txt"
    unread.write_text("later", encoding="utf-8")
    Library.of(home).archive.offer_file(unread)
    return old, new


def listed() -> dict[str, dict[str, Any]]:
    status, output = command("list", "--json")
    assert status == 0
    return {row["source_url"].rsplit("/", 1)[-1]: row for row in json.loads(output)}


def statuses() -> dict[str, str]:
    return {name: row["status"] for name, row in listed().items()}


def test_the_list_shows_what_stands_for_which_report(editions: tuple[str, str]) -> None:
    assert statuses() == {"old.txt": "superseded", "new.txt": "read", "unread.txt": "unread"}
    new = listed()["new.txt"]
    assert (new["publisher"], new["fiscal_year"], new["document_sha256"]) == ("某市大数据局", 2024, editions[1])
    status, output = command("list")
    assert status == 0
    assert all(word in output for word in ("某市大数据局", "superseded", editions[0][:12]))


def test_a_document_is_withdrawn_by_any_of_its_names_and_taken_back(editions: tuple[str, str]) -> None:
    new = editions[1]
    for name in (new, new[:8], "new.txt", listed()["new.txt"]["source_url"]):
        assert command("withdraw", name)[0] == 0
        assert statuses() == {"old.txt": "read", "new.txt": "withdrawn", "unread.txt": "unread"}
        assert listed()["new.txt"]["withdrawn_at"]
        assert command("withdraw", "--undo", name)[0] == 0
        assert statuses()["new.txt"] == "read"
    assert command("withdraw", "unread.txt")[0] == 0
    assert statuses()["unread.txt"] == "withdrawn"


def test_a_report_is_withdrawn_with_all_its_editions(editions: tuple[str, str]) -> None:
    report = listed()["new.txt"]["report_id"]
    assert command("withdraw", report)[0] == 0
    assert statuses() == {"old.txt": "withdrawn", "new.txt": "withdrawn", "unread.txt": "unread"}
    assert command("withdraw", "--undo", report)[0] == 0
    assert statuses()["new.txt"] == "read"


def test_a_name_of_nothing_or_of_several_documents_changes_nothing(home: Home, editions: tuple[str, str], tmp_path: Path) -> None:
    before = statuses()
    assert command("withdraw", "nowhere.pdf")[0] == 2
    assert command("withdraw", editions[0][:7])[0] == 2, "too short to be sure"
    hand_in(home, tmp_path / "more" / "new.txt", TEXT.format("3.00"))
    status, output = command("withdraw", "new.txt")
    assert status == 2
    assert editions[1][:12] in output, "it says between what to choose"
    assert "withdrawn" not in statuses().values()
    assert before["new.txt"] == "read"


def test_a_run_without_a_folder_works_in_the_demos_home(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.home.SAMPLES", tmp_path / "samples")  # a place without samples: nothing is read
    status, output = command("run")
    assert status == 2
    assert str(home.demo.root) in "".join(output.split("\n"))
    assert str(tmp_path / "samples") in output
    assert not home.root.exists()


def test_a_run_with_a_folder_works_in_the_home_itself_and_needs_documents(home: Home, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    status, output = command("run", tmp_path / "bare")
    assert status == 1
    assert f"home       {home.root}\n" in output
    assert "no document in" in output
    status, output = command("run", tmp_path / "nowhere")
    assert status == 2
    assert "name a folder" in output


def test_the_demo_shares_no_tables_with_the_home_that_it_lies_in(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TABLES_VARIABLE, "memory://bucket/tables")
    assert work_in().tables == "memory://bucket/tables"
    demo = work_in(demo=True)
    assert demo.tables == str(home.root / "demo" / "tables")


def test_what_is_shown_is_ones_own_run_and_the_demo_until_there_is_one(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(demo: bool = False) -> Home:
        monkeypatch.setenv(HOME_VARIABLE, str(home.root))
        return shown_home(None, demo=demo)

    assert shown() == home
    home.demo.dagster.mkdir(parents=True)
    assert shown() == home.demo
    home.dagster.mkdir()
    assert shown() == home
    assert shown(demo=True) == home.demo


@pytest.mark.parametrize("setting", ["MEGABYTES=60", "SECONDS=0.001"])
def test_a_document_that_ends_the_process_which_reads_it_is_refused_by_inspect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(f"FINAL_ACCOUNTS_DOCUMENT_{name}", value)
    document = tmp_path / "report.txt"
    document.write_text("某市某局2024年度部门决算\n收入支出决算总表\n", encoding="utf-8")
    status, output = command("inspect", document, "--json")
    found = json.loads(output)
    assert (status, found["status"]) == (1, "refused")
    assert f"FINAL_ACCOUNTS_DOCUMENT_{name}" in found["remedy"]


def test_what_is_read_is_told_by_inspect_where_the_code_fails_on_judging_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise KeyError("row")

    text = as_text(replace(invented(random.Random(1)), publisher="某市甲局", year=2024), Layout(), TextStyle("tabs"))
    monkeypatch.setattr("pipeline.reconciliation.year.reconcile", fails)
    found = found_in(Limits(), ([("report.txt", text.encode())], None, None))
    assert found["status"] == "read"
    assert found["figures"]
    [finding] = found["findings"]
    assert (finding["rule_id"], finding["kind"]) == ("report_judged", "extraction_doubt")
    assert "KeyError" in finding["explanation"]
