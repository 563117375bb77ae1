"""A year that breaks a promise of ours holds no other year back, and is not published; its last sound rows stay."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.cli.documents import mark
from pipeline.cli.telling import Lines
from pipeline.orchestration.run import run as run_folder
from pipeline.orchestration.standing import Standing
from pipeline.sources.registry import Registry
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.home import TABLES_VARIABLE, Home
from pipeline.store.readings import Library, Outcome
from pipeline.warehouse.publish import connect_readonly, publish
from tests.fake_readers import read

pytestmark = pytest.mark.long

SOUND = "publisher: 某市大数据局\nyear: {year}\ntotal: {total}\nfiscal: {total}"
TWICE = SOUND + "\ndo: twice"


def offer(folder: Path, home: Home, name: str, text: str) -> None:
    """A document in the folder, and its reading in the home as today's readers would have left it."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    contents = read(path.read_bytes(), path.as_uri(), None)
    outcome = Outcome(sha256(path.read_bytes()).hexdigest(), "read", contents.report.report_id, contents.report.fiscal_year, "text/plain")
    Library.of(home).readings.keep(outcome, contents)


def run(folder: Path) -> int:
    return run_folder(folder, Lines()).status


def behind(home: Home) -> dict[int, tuple[str, ...]]:
    return {b.year: b.changed for b in Standing(Library.of(home), Registry(publishers=())).behind()}


def totals(home: Home) -> list[tuple[int, str]]:
    with connect_readonly(home.warehouse) as warehouse:
        found = warehouse.execute("SELECT fiscal_year, CAST(value AS DECIMAL(9,2)) FROM core.figures WHERE measure = 'total' ORDER BY ALL").fetchall()
    return [(year, str(value)) for year, value in found]


def test_sound_years_are_published_and_a_broken_one_keeps_its_last_sound_rows(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")  # the run sets it: put back afterwards
    folder = tmp_path / "reports"
    folder.mkdir()
    offer(folder, home, "a.txt", SOUND.format(year=2023, total="1.00"))
    assert run(folder) == 0
    assert totals(home) == [(2023, "1.00")]

    offer(folder, home, "a.txt", TWICE.format(year=2023, total="2.00"))
    offer(folder, home, "b.txt", SOUND.format(year=2024, total="3.00"))
    capfd.readouterr()
    assert run(folder) == 1
    problems = [line for line in capfd.readouterr().out.splitlines() if line.startswith("PROBLEM")]
    assert problems
    assert all("fiscal year 2023" in p for p in problems), problems
    assert any("core_figures_keeps_its_promises" in p for p in problems), problems
    assert problems[-1].endswith("the warehouse keeps what its last sound run left; the next run tries it again")
    assert totals(home) == [(2023, "1.00"), (2024, "3.00")]
    assert behind(home) == {2023: ("documents",)}


def test_a_year_is_judged_again_when_the_year_before_it_comes_later(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")

    def against() -> list[tuple[int, int | None]]:
        with connect_readonly(home.warehouse) as warehouse:
            return warehouse.execute("SELECT fiscal_year, CAST(left(other_report_id, 4) AS INTEGER) FROM checks.held_against ORDER BY ALL").fetchall()  # type: ignore[return-value]

    later, earlier = tmp_path / "later", tmp_path / "earlier"
    for folder, year in ((later, 2024), (earlier, 2023)):
        folder.mkdir()
        offer(folder, home, f"{year}.txt", SOUND.format(year=year, total="1.00"))
    assert run(later) == 0
    assert against() == [(2024, None)]
    assert behind(home) == {}, "nothing is missing that has been offered"
    assert run(earlier) == 0
    assert "fiscal year 2024 (again: year before)" in capfd.readouterr().out
    assert against() == [(2023, None), (2024, 2023)]
    assert behind(home) == {}


def test_a_later_write_does_not_reach_what_was_accepted() -> None:
    def write(publisher: str) -> None:
        storage.write_table("sources.publishers", 2024, [row | {"publisher": publisher}])
        storage.write_table("core.documents", 2024, [])

    row = {c.name: _value(c.type) for c in storage.TABLES["sources.publishers"].columns if not c.nullable} | {"fiscal_year": 2024}
    assert accepted.years() == []
    write("甲")
    assert accepted.accept(2024) == 2
    write("乙")
    assert [r["publisher"] for r in storage.read_table("sources.publishers", 2024, root=accepted.root())] == ["甲"]
    assert publish(tables=accepted.root()).rows["sources.publishers"] == 1
    assert accepted.accept(2024) == accepted.accept(2024) == 2, "taking what is taken already changes nothing"
    assert [r["publisher"] for r in storage.read_table("sources.publishers", 2024, root=accepted.root())] == ["乙"]
    assert accepted.years() == [2024]


def _value(kind: str) -> object:
    return {"VARCHAR": "x", "BOOLEAN": False}.get(kind, 1)


def test_years_are_accepted_on_an_object_store_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(TABLES_VARIABLE, f"memory://accounts-{tmp_path.name}/tables")
    storage.write_table("core.documents", 2023, [])
    assert accepted.accept(2023) == 1
    storage.write_table("core.documents", 2024, [])
    assert accepted.years() == [2023]


def test_what_is_handed_in_last_stands_and_a_run_names_what_it_replaces_and_takes_out(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    own, other = tmp_path / "own", tmp_path / "other"
    for folder, total in ((own, "1.00"), (other, "2.00")):
        folder.mkdir()
        offer(folder, home, f"{folder.name}.txt", SOUND.format(year=2024, total=total))

    def changes(folder: Path) -> list[tuple[str, ...]]:
        capfd.readouterr()
        assert run(folder) == 0
        lines = [line for line in capfd.readouterr().out.splitlines() if line.startswith(("replaced", "taken out", "left out"))]
        return [(line.split("  ")[0], *re.findall(r"某市大数据局 2024|\w+\.txt", line)) for line in lines]

    assert changes(own) == []
    assert changes(other) == [("replaced", "某市大数据局 2024", "own.txt", "other.txt")]
    assert totals(home) == [(2024, "2.00")]
    assert changes(own) == [("replaced", "某市大数据局 2024", "other.txt", "own.txt")], "known since the first run, handed in again"
    assert totals(home) == [(2024, "1.00")]
    [report_id] = {d.outcome.report_id for d in Library.of(home).documents()}
    assert len(mark(Library.of(home), str(report_id), undo=False)) == 2
    assert changes(own) == [("taken out", "某市大数据局 2024", "own.txt"), ("left out", "own.txt")]
    assert totals(home) == []
