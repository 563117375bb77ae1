"""A finding in words is a case whose suspect is the word, with its place."""

from __future__ import annotations

from reconciliation.small import REPORT

from pipeline.model.figures import Report
from pipeline.reconciliation.cases import case_files, suspect_rows
from pipeline.reconciliation.localise import Localisation
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
