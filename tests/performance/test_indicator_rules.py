"""An indicator against its own name and its form's money: each rule holds in the small annex, and one edit breaks it."""

from __future__ import annotations

from dataclasses import replace

import golden
import pytest
from performance import annex

from expectations.confront import confront, outcomes_of
from expectations.rules import RULES
from expectations.rules.performance_indicators import INDICATOR_RULES
from expectations.rules.performance_names import one_body, same_project
from pipeline.model.contents import ReportContents

OWN = {r.rule_id: r for r in INDICATOR_RULES}
RATE = "数据准确率（15分）	≥95%	97%"
PAID = "年度资金总额	100	80	60	10	75.00%	7.5"

#: Rule → the edits that break it, and what it shows.
BREACHES: list[tuple[str, tuple[tuple[str, str], ...], tuple[str, str]]] = [
    ("indicator_unit_of_name", ((RATE, "数据准确率（15分）	≤10天	7天"),), ("≤10天", "百分比（%）")),
    ("indicator_unit_of_name", ((RATE, "公众满意率（15分）	58	58"),), ("58", "百分比（%）")),
    ("indicator_unit_of_name", (("≥90%	95%	100%	10	10", "≤5%	0%	100%	10	10"),), ("≤5%", "≥指标值（或改为不满意率、投诉率）")),
    ("indicator_unit_of_name", (("监测站点数（15分）	≥20个", "安全评估的站点数量（15分）	≥80%"),), ("≥80%", "数量（个、次等）")),
    ("indicator_unit_of_name", (("监测站点数（15分）	≥20个", "系统巡检次数（15分）	≥1天/次"),), ("≥1天/次", "≥1次/天")),
    ("indicator_unit_of_actual", (("≥20个	16个", "≤1000元/人/天	605/人/天"),), ("605/人/天", "605元/人/天")),
    ("indicator_percent_sign", (("≥95%	97%", "≥95%	97"),), ("97", "97%")),
    ("indicator_percent_sign", (("≥95%	97%", "≥95%	97%%"),), ("97%%", "97%")),
    ("indicator_paid_in_time", ((RATE, "资金支付及时率（15分）	≥95%	97%"), (PAID, "年度资金总额	100	80	0	10	0.00%	0")), ("97%", "0%")),
    ("indicator_paid_rate", ((RATE, "预算执行率（15分）	≥95%	97%"),), ("97", "75.00")),
    ("self_evaluation_source_blank", (("年度资金总额	50	50	50	10	100.00%	10\n当年财政拨款	50	50	50", "年度资金总额	50	50	50	10	100.00%	10\n当年财政拨款	50	50	"),), ("", "50")),
    ("indicator_printed_once", (("	质量指标	差错率	≤1%	0.8%	30	30", "	数量指标	加工页数	≥100万页	98万页	30	29.4"),), ("加工页数", "列示一次")),
]  # fmt: skip


def findings(rule_id: str, contents: ReportContents) -> list[tuple[str | None, str | None]]:
    return [(f["printed"], f["expected"]) for f in confront(contents, {rule_id: OWN[rule_id]}).findings]


def opening(amount: str) -> ReportContents:
    """The small annex, in which one project carried over 30, and the opening balance of the fiscal summary beside it."""
    contents = annex.contents()
    cell = golden.figure(contents.report, "fiscal_appropriation_summary", 28, "amount", amount, side="income", label="年初财政拨款结转和结余")
    return replace(contents, figures=(*contents.figures, replace(cell, concept="opening_balance")))


def test_a_rate_that_the_goal_says_was_reached_is_the_indicators_actual() -> None:
    def stated(percent: str) -> ReportContents:
        row = {"kind": "reached", "words": "监测数据准确率", "basis": percent, "quantity": "form1", "section": "", "page": 1, "line": None}
        contents = annex.contents()
        return replace(contents, tables={**contents.tables, "core.remarks": (row,)})

    assert findings("indicator_reached_in_goal", stated("97.4")) == findings("indicator_reached_in_goal", stated("95")) == []
    assert findings("indicator_reached_in_goal", stated("98.5")) == [("97%", "98.5%")]


def test_money_carried_over_is_within_the_opening_balance() -> None:
    assert findings("self_evaluation_carried_over", opening("30.00")) == []
    assert findings("self_evaluation_carried_over", opening("3.00")) == [("30", "3.00")]


@pytest.mark.parametrize("rule_id", OWN)
def test_no_rule_is_broken_by_the_small_annex(rule_id: str) -> None:
    assert findings(rule_id, annex.contents()) == []


@pytest.mark.parametrize(("rule_id", "edits", "shown"), BREACHES)
def test_an_edit_breaks_the_rule(rule_id: str, edits: tuple[tuple[str, str], ...], shown: tuple[str, str]) -> None:
    assert shown in findings(rule_id, annex.contents(*edits))


def test_every_rule_has_a_breach_and_is_among_all_rules() -> None:
    assert {rule for rule, _, _ in BREACHES} | {"self_evaluation_carried_over", "indicator_reached_in_goal"} == set(OWN) <= set(RULES)


@pytest.mark.parametrize(
    "fitting",
    [
        "本级分辨率（15分）	≥20像素	20像素",  # a resolution is no percentage
        "巡检频率（15分）	≥1次/天	1次/天",
        "服务满意度（15分）	≥95分	97分",
        "巡检次数（15分）	≤7天/次	7天/次",  # at least once a week
        "款项支付（15分）	≤95万元	97万元",
    ],
)
def test_units_that_fit_their_names(fitting: str) -> None:
    assert findings("indicator_unit_of_name", annex.contents((RATE, fitting))) == []


def test_a_payment_rate_that_is_the_execution_rate_holds() -> None:
    outcomes = outcomes_of(OWN["indicator_paid_rate"], annex.contents((RATE, "预算执行率（15分）	≥95%	75%")))
    assert [o.verdict for o in outcomes] == ["exact"]


def test_two_names_of_one_project() -> None:
    assert same_project("智慧河道监测服务采购项目", "智慧河道检测服务采购项目") == "one name but for a slip (监 / 检)"
    assert same_project("智慧河道监测服务采购一期", "智慧河道监测服务采购二期") is None
    assert same_project("2023年河道监测服务采购", "2024年河道监测服务采购") is None


def test_two_names_of_one_body() -> None:
    assert one_body("市大数据局", "青岛市大数据发展管理局")
    assert not one_body("相关区市", "青岛市大数据发展管理局")
