"""A shifted block is told where it stands; what it breaks in other forms follows from it."""

from __future__ import annotations

from reconciliation.small import fig, relate, total

from expectations.consequences import with_causes
from pipeline.model.equations import Equation, Sum, evaluate

TRUE = ["95.00", "50.00", "37.00", "2.00", "6.00"]


def _report(printed: list[str]) -> list[Equation]:
    own = [fig(str(i), text, statement="basic_expenditure_by_economic_class") for i, text in enumerate(printed)]
    other = [fig(str(i), text, statement="three_public") for i, text in enumerate(TRUE)]
    return [total(own[0], *own[1:], place="sum"), *(relate(Sum.of(own[i]), Sum.of(other[i]), f"line {i}") for i in (2, 3, 4))]


def _findings(equations: list[Equation]) -> list[dict[str, object]]:
    broken = [e for e in equations if evaluate(e).verdict == "violated"]
    return [{"finding_id": e.equation_id, "severity": "error", "explanation": e.place, "explanation_zh": e.place} for e in broken]


def test_findings_about_other_forms_follow_from_a_shifted_block() -> None:
    equations = _report([TRUE[0], *TRUE[2:], TRUE[4]])
    told = with_causes(_findings(equations), equations)
    assert [f["severity"] for f in told] == ["error", "warning", "warning"], "the sum of the form itself stays an error"
    assert told[0]["explanation"] == "sum"
    assert str(told[1]["explanation"]).startswith("It follows from amounts that stand on wrong lines, from ")


def test_findings_of_their_own_stay_as_they_are() -> None:
    equations = _report([TRUE[0], "50.00", "38.00", "3.00", "6.00"])
    findings = _findings(equations)
    assert with_causes(findings, equations) == findings
    assert with_causes([], equations) == []


def test_what_another_finding_says_already_is_a_remark() -> None:
    def finding(rule: str, place: str, printed: str) -> dict[str, object]:
        return {"finding_id": f"{rule}{place}", "rule_id": rule, "severity": "error", "place": place, "printed": printed, "explanation": place,
                "explanation_zh": place}  # fmt: skip

    own = finding("narrative_completion", "情况说明 十 / 某项目 / 完成预算比例", "90.06")
    fuller = finding("narrative_project_rate_vs_form", "情况说明 十 / 某项目 / 完成预算比例 ↔ 自评表1 某项目", "90.06")
    other = finding("narrative_project_rate_vs_form", "情况说明 十 / 别的项目 / 完成预算比例 ↔ 自评表2 别的项目", "90.06")
    assert [f["severity"] for f in with_causes([own, fuller], [])] == ["info", "error"]
    assert "相同" in str(with_causes([own, fuller], [])[0]["explanation_zh"])
    assert [f["severity"] for f in with_causes([own, other], [])] == ["error", "error"]


def test_a_project_without_a_form_is_missed_once() -> None:
    def finding(rule: str, place: str, printed: str, expected: str) -> dict[str, object]:
        return {"finding_id": rule + place, "rule_id": rule, "severity": "warning", "place": place, "printed": printed, "expected": expected,
                "explanation": place, "explanation_zh": place}  # fmt: skip

    reviewed = finding("narrative_project_form", "情况说明 十 / 智慧河道监测项目", "智慧河道监测项目", "自评表")
    listed = finding("self_evaluation_for_every_project", "自评情况汇总表 第7项", "未附自评表", "智慧河道监测")
    other = finding("self_evaluation_for_every_project", "自评情况汇总表 第8项", "未附自评表", "水库除险加固")
    assert [f["severity"] for f in with_causes([reviewed, listed], [])] == ["info", "warning"]
    assert [f["severity"] for f in with_causes([reviewed, other], [])] == ["warning", "warning"]
