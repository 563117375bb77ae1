"""Deciding a case writes one valid, signed file, or nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from exports.small_warehouse import FIGURES, TRIAGE, warehouse
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.reconciliation.adjudications import load
from pipeline.reconciliation.deciding import NotDecided, Wish, decide
from pipeline.warehouse.publish import connect_readonly

DAY = dt.date(2026, 11, 20)


def decided(
    tmp_path: Path, case: str = "c0ffee", verdict: str | None = None, reason: str = "为什么", author: str = "审核员", **more: object
) -> tuple[Path, str]:
    published = tmp_path / "published.duckdb"
    if not published.exists():
        warehouse(published)
    with connect_readonly(published) as connection:
        return decide(connection, tmp_path / "decisions", case, Wish(verdict, reason, author, DAY, **more))  # type: ignore[arg-type]


def test_what_the_case_proposes_is_accepted_and_signed(tmp_path: Path) -> None:
    path, _ = decided(tmp_path, reason='a "quoted"\nreason \x7f \\')
    loaded = load(path.parent)
    assert loaded.problems == ()
    (entry,) = loaded.decisions
    assert (entry.verdict, entry.author, entry.date, entry.reason) == ("use_value", "审核员", DAY, 'a "quoted"\nreason \x7f \\')
    assert [(f.figure_id, f.printed, str(f.value)) for f in entry.figures] == [(FIGURES[0]["figure_id"], "30.00", "19.96")]
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_another_value_and_a_last_day(tmp_path: Path) -> None:
    path, _ = decided(tmp_path, verdict="misread", values=("20.06",), expires=dt.date(2027, 1, 1))
    (entry,) = load(path.parent).decisions
    assert (entry.verdict, str(entry.figures[0].value), entry.expires) == ("misread", "20.06", dt.date(2027, 1, 1))


def test_a_verdict_that_keeps_what_is_printed_takes_no_value(tmp_path: Path) -> None:
    path, _ = decided(tmp_path, verdict="keep_printed")
    assert load(path.parent).decisions[0].figures[0].value is None


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        ({"case": "ffff"}, "no open case"),
        ({"case": ""}, "no case is named"),
        ({"case": "dec1"}, "decided already"),
        ({"verdict": "perhaps"}, "no verdict"),
        ({"author": " "}, "“author” is missing"),
        ({"reason": ""}, "“reason” is missing"),
        ({"values": ("abc",)}, "not a number"),
        ({"values": ("1", "2")}, "2 values are given"),
        ({"verdict": "keep_printed", "values": ("1",)}, "the verdict is keep_printed"),
        ({"expires": dt.date(2026, 1, 1)}, "before it was decided"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(tmp_path: Path, wish: dict[str, object], told: str) -> None:
    with pytest.raises(NotDecided, match=told) as why:
        decided(tmp_path, **wish)  # type: ignore[arg-type]
    assert why.value.remedy
    assert not (tmp_path / "decisions").exists()


def test_an_entry_of_another_is_neither_overwritten_nor_contradicted(tmp_path: Path) -> None:
    path, text = decided(tmp_path)
    with pytest.raises(NotDecided, match="is there already"):
        decided(tmp_path, verdict="keep_printed")
    path.rename(path.with_name("theirs.toml"))
    with pytest.raises(NotDecided, match=r"contradicts theirs\.toml"):
        decided(tmp_path, verdict="keep_printed")
    assert [(p.name, p.read_text(encoding="utf-8")) for p in path.parent.iterdir()] == [("theirs.toml", text)]


def test_the_mistakes_of_others_are_not_held_against_a_new_entry(tmp_path: Path) -> None:
    (tmp_path / "decisions").mkdir()
    (tmp_path / "decisions" / "broken.toml").write_text("no toml", encoding="utf-8")
    path, _ = decided(tmp_path)
    assert len(load(path.parent).decisions) == 1


def test_a_figure_that_prints_something_else_now_is_not_decided(tmp_path: Path) -> None:
    warehouse(tmp_path / "published.duckdb", core__figures=[{**FIGURES[0], "printed": "31.00"}])
    with pytest.raises(NotDecided, match=r"prints “31\.00”"):
        decided(tmp_path)


def test_a_case_that_proposes_nothing_cannot_be_accepted(tmp_path: Path) -> None:
    entry = TRIAGE["entry"].replace("use_value", "keep_printed").replace('value = "19.96"\n', "")
    warehouse(tmp_path / "published.duckdb", marts__triage=[{**TRIAGE, "entry": entry}])
    with pytest.raises(NotDecided, match="proposes no value"):
        decided(tmp_path)


def test_the_command_says_where_the_entry_is_or_what_to_do(tmp_path: Path) -> None:
    published = warehouse(tmp_path / "published.duckdb")
    common = ["decide", "c0ffee01", "--note", "n", "--by", "b", "--warehouse", str(published), "--decisions", str(tmp_path / "decisions")]
    neither = CliRunner().invoke(app, common)
    assert (neither.exit_code, "--accept" in neither.stderr) == (1, True)
    done = CliRunner().invoke(app, [*common, "--accept"])
    assert done.exit_code == 0, done.output
    assert "2024-abc-c0ffee01.toml" in done.stdout
    again = CliRunner().invoke(app, [*common, "--accept"])
    assert again.exit_code == 1
    assert "remedy" in again.stderr
