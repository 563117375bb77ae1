"""The rules against hand-checked transcriptions of real reports (``../shared``, skipped where absent)."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import golden
import pytest

from expectations.confront import Confrontation, confront

IDENTITIES = ("form_identity", "cross_form")
#: In the nine forms; the other rows of these kinds in ``findings.csv`` concern self-evaluations.
IN_THE_FORMS = re.compile(r"^公开0\d表")


def identity_findings(found: Confrontation) -> list[dict[str, Any]]:
    return [f for f in found.findings if f["severity"] == "error" and f["kind"] in IDENTITIES]


def number(text: str | None) -> Decimal | None:
    match = re.search(r"-?\d[\d,]*\.?\d*", text or "")
    return Decimal(match.group().replace(",", "")) if match else None


def same(a: Decimal | None, b: Decimal | None) -> bool:
    return a == b or (a is not None and b is not None and abs(a - b) <= Decimal("0.01"))


def matches(row: dict[str, str], finding: dict[str, Any]) -> bool:
    """Whether a finding is the one of the key: the same printed and expected numbers, in either order; a blank only against a blank."""
    want = number(row["printed"]), number(row["expected"])
    have = number(finding["printed"]), number(finding["expected"])
    straight = same(want[0], have[0]) and same(want[1], have[1])
    return straight or (same(want[0], have[1]) and same(want[1], have[0]))


def key(folder: Path, explained: str) -> list[dict[str, str]]:
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [r for r in rows if r["kind"] in IDENTITIES and r["rounding_explains"] == explained and IN_THE_FORMS.match(r["where"])]


@pytest.mark.parametrize("folder", [golden.GOLDEN / "yantai-big-data-bureau-2019", golden.TYPESET / "yantai2019-F2-s41"], ids=str)
def test_yantai_2019_gives_its_thirteen_violations_and_nothing_else(folder: Path) -> None:
    contents = golden.load(folder)
    left = identity_findings(confront(contents))
    assert len(left) == 13
    wanted = key(golden.GOLDEN / "yantai-big-data-bureau-2019", "no")
    assert len(wanted) == 13
    for row in wanted:
        hit = next((f for f in left if matches(row, f)), None)
        assert hit is not None, row["where"]
        left.remove(hit)
    assert left == []


def test_yantai_2019_rounding_is_not_raised() -> None:
    found = confront(golden.load(golden.GOLDEN / "yantai-big-data-bureau-2019"))
    (row,) = [e for e in found.equations if e["rule_id"] == "general_basic_vs_economic"]
    assert (row["verdict"], row["printed"], row["expected"]) == ("rounding", Decimal("547.13"), Decimal("547.14"))


def test_yantai_2019_rows_that_are_not_printed_raise_nothing() -> None:
    """Form 05 prints 2080505, 2080506 and 2101102 without 20805, 21011 and 210: a missing row, not a wrong amount."""
    found = confront(golden.load(golden.GOLDEN / "yantai-big-data-bureau-2019"))
    raised = [f["place"] for f in found.findings if re.search(r"\b(208|210)", f["place"]) and f["kind"] in IDENTITIES]
    assert raised == []


def test_yantai_2019_codes_with_two_names() -> None:
    found = confront(golden.load(golden.GOLDEN / "yantai-big-data-bureau-2019"))
    labels = {(f["printed"], f["expected"]) for f in found.findings if f["rule_id"] == "code_one_name"}
    assert labels == {("工业和信息化产业支持", "工业和信息产业支持"), ("社会保障就业支出", "社会保障和就业支出")}


@pytest.mark.parametrize(
    "folder",
    [
        golden.GOLDEN / "rongcheng-big-data-centre-2024",
        golden.GOLDEN / "qingdao-big-data-administration-2024",
        golden.TYPESET / "rongcheng2024-F1-s42",
        golden.TYPESET / "qingdao2024-F2-s43",
    ],
    ids=str,
)
def test_clean_reports_raise_no_identity(folder: Path) -> None:
    found = confront(golden.load(folder))
    assert identity_findings(found) == []
    evaluated = [e for e in found.equations if e["verdict"] in ("exact", "rounding")]
    assert len(evaluated) > 500  # a clean report is one that was held against the rules


def test_rongcheng_form_06_is_missing() -> None:
    found = confront(golden.load(golden.GOLDEN / "rongcheng-big-data-centre-2024"))
    (missing,) = [f for f in found.findings if f["severity"] == "error"]
    assert (missing["kind"], missing["place"]) == ("missing_form", "一般公共预算财政拨款基本支出决算表")
