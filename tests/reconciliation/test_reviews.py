"""Who looks at a case, and which report is signed off: entries beside the decisions, and the state of a case."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from exports.small_warehouse import HEAD, TRIAGE, warehouse
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.messages import chinese
from pipeline.reconciliation.adjudications import load
from pipeline.reconciliation.reviews import SignOff, in_force, read, sign_off_rows, state_row, unmet_rows
from pipeline.schema import TABLES

DAY = dt.date(2026, 11, 20)
ENTRY = {"report": "2024-abc", "case": "c0ffee01", "author": "审核员", "date": DAY}


def command(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    published = tmp_path / "published.duckdb"
    if not published.exists():
        warehouse(published)
    places = ["--warehouse", str(published), "--decisions", str(tmp_path / "decisions"), "--by", "组长"]
    result = CliRunner().invoke(app, [*arguments, *places])
    return result.exit_code, result.output


def test_a_case_is_given_to_somebody_and_to_somebody_else(tmp_path: Path) -> None:
    assert command(tmp_path, "decide", "c0ffee", "--assign", "甲")[0] == 0
    assert command(tmp_path, "decide", "c0ffee", "--assign", "乙", "--status", "reviewing", "--note", "查原件")[0] == 0
    loaded = load(tmp_path / "decisions")
    assert loaded.problems == ()
    (review,) = loaded.reviews
    assert (review.case, review.assignee, review.state, review.note) == (TRIAGE["case_id"], "乙", "reviewing", "查原件")


@pytest.mark.parametrize(
    "wrong", [["--assign", "甲", "--accept"], ["--status", "reviewing", "--value", "1"], ["--assign", "甲", "--status", "misread"]]
)
def test_a_decision_is_no_review(tmp_path: Path, wrong: list[str]) -> None:
    assert command(tmp_path, "decide", "c0ffee", "--note", "n", *wrong)[0] == 1
    assert not (tmp_path / "decisions").exists()


def test_a_report_is_signed_off_as_its_document_is(tmp_path: Path) -> None:
    assert command(tmp_path, "sign", "2024-nowhere")[0] == 1
    assert command(tmp_path, "sign", str(HEAD["report_id"]))[0] == 0
    (signed,) = load(tmp_path / "decisions").sign_offs
    assert (signed.document, signed.author) == ("ab", "组长")


def test_another_edition_makes_a_signature_invalid() -> None:
    signed = SignOff(report="2024-abc", author="组长", date=DAY, document="ab")
    states = [row["state"] for document in ("ab", "cd") for row in sign_off_rows([signed], "2024-abc", "某局", 2024, document)]
    assert states == ["valid", "superseded"]
    assert list(sign_off_rows([signed], "2024-other", "某局", 2024, "ab")) == []
    (row,) = sign_off_rows([signed], "2024-abc", "某局", 2024, "ab")
    assert set(row) == {c.name for c in TABLES["checks.sign_offs"].columns}


@pytest.mark.parametrize(("wrong", "told"), [
    ({"author": " "}, "author"), ({"date": "2026-11-20"}, "date"), ({"state": "decided"}, "state"), ({"case": ""}, "case"), ({"who": "x"}, "who"),
])  # fmt: skip
def test_a_mistake_is_named_and_costs_the_entry_only(wrong: dict[str, str], told: str) -> None:
    reviews, _, problems = read({"review": [{**ENTRY, **wrong}, ENTRY]}, "a.toml")
    assert [r.case for r in reviews] == ["c0ffee01"]
    assert any(p.startswith(f"a.toml review 1: {told}: ") for p in problems)
    assert all(re.search("[一-鿿]", chinese(p)) for p in problems)


def test_the_latest_word_on_a_case_counts_and_a_decision_more() -> None:
    reviews, _, _ = read({"review": [{**ENTRY, "assignee": "乙", "date": DAY + dt.timedelta(1)}, {**ENTRY, "assignee": "甲"}]}, "a")
    review = in_force(reviews, {"c0ffee01": ()})[0]["c0ffee01"]
    assert state_row(review, decided=False, stale=False) == {"state": "reviewing", "assignee": "乙", "remark": None}
    assert [state_row(review, decided=d, stale=s)["state"] for d, s in ((True, False), (False, True))] == ["decided", "stale"]
    assert state_row(None, decided=False, stale=False)["state"] == "open"


def test_a_review_follows_its_findings_to_a_case_of_another_name_or_is_said_to_meet_none() -> None:
    reviews, _, _ = read({"review": [{**ENTRY, "findings": ["f1", "f2"]}, {**ENTRY, "case": "gone"}]}, "a")
    found, unmet = in_force(reviews, {"other": ("f2", "f3")})
    assert ([r.case for r in found.values()], list(found)) == (["c0ffee01"], ["other"])
    (row,) = unmet_rows(unmet, 2024)
    assert (row["state"], row["why"]) == ("stale", "no such case occurs: gone")
