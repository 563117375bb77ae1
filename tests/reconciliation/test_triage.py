"""A finding in words is a case whose suspect is the word, with its place."""

from __future__ import annotations

import pytest
from reconciliation.small import REPORT, fig

from pipeline.model.figures import Report
from pipeline.reconciliation.adjudications import Applied
from pipeline.reconciliation.cases import case_files, case_rows, reading, suspect_rows
from pipeline.reconciliation.localise import Localisation
from pipeline.reconciliation.triage import triage_rows
from pipeline.schema import TABLES
from pipeline.store.rows import arrow_table

ABOUT = Report("某局", 2024, "department", "2024年度某局部门决算", "0" * 64, "text/plain", 1, "test")
FINDING = {
    "finding_id": "f1", "report_id": REPORT, "place": "情况说明 / 增减", "printed": "增加", "expected": "减少", "page": 7, "line": None,
}  # fmt: skip


def _suspects(**changed: object) -> list[dict[str, object]]:
    files = case_files(Localisation((), (), ()), {REPORT: ABOUT}, (), [{**FINDING, **changed}])
    return list(suspect_rows(files))


def test_a_word_is_a_suspect_with_its_place() -> None:
    (row,) = _suspects()
    assert (row["place"], row["printed"], row["page"], row["suggested"]) == ("情况说明 / 增减", "增加", 7, None)
    assert row["reason"] == "the word; expected is 减少"
    assert set(row) == {c.name for c in TABLES["checks.suspects"].columns if not c.chinese_of}
    assert arrow_table("checks.suspects", [row]).num_rows == 1


def test_what_is_missing_is_a_suspect_that_prints_nothing() -> None:
    (row,) = _suspects(printed=None, expected="公开07表")
    assert row["printed"] == ""
    assert row["reason"] == "nothing is printed here; expected is 公开07表"


def test_a_case_is_open_until_it_is_decided() -> None:
    files = case_files(Localisation((), (), ()), {REPORT: ABOUT}, (), [FINDING])
    (row,), (decided,) = case_rows(files), case_rows(files, {files[0].case_id: "misread"})
    assert [(r["status"], r["state"], r["decision"]) for r in (row, decided)] == [("open", "open", None), ("decided", "decided", "misread")]
    assert set(row) <= {c.name for c in TABLES["checks.cases"].columns}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"agreement": "differs", "other_reading": "13.00"}, "18.00 | second reader: 13.00"),
        ({"agreement": "differs"}, "18.00 | second reader: blank"),
        ({"agreement": "agreed"}, "18.00 (both readers)"),
        ({}, "18.00 (one reader)"),
    ],
)
def test_what_each_reader_read_is_told(more: dict[str, str], said: str) -> None:
    assert reading(fig("1", "18.00", **more)) == said


@pytest.mark.parametrize(("of", "page", "line"), [({}, 7, None), ({"page": None, "line": 12}, None, 12)])
def test_a_case_in_words_is_listed_where_its_finding_stands(of: dict[str, int], page: int | None, line: int | None) -> None:
    finding = {**FINDING, "severity": "warning", "rule_id": "r", **of}
    files = case_files(Localisation((), (), ()), {REPORT: ABOUT}, (), [finding])
    (row,) = triage_rows(files, [finding], Applied(), {"r": "a rule"}, {files[0].case_id: {"state": "open"}})
    assert (row["page"], row["line"], row["severity"], row["rules"], row["places"]) == (page, line, "warning", "a rule", FINDING["place"])
    assert set(row) <= {c.name for c in TABLES["marts.triage"].columns}
    assert list(triage_rows(files, [finding], Applied(cases={files[0].case_id: None}), {}, {})) == []  # type: ignore[dict-item]
