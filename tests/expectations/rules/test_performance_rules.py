"""Every rule over performance annexes: it holds in the small annex, and a single edit breaks it, with the numbers that it shows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from performance import annex
from performance.evaluation_reports import REPORTS

from expectations.confront import confront, outcomes_of
from expectations.rules import RULES
from expectations.rules.base import Judgement
from expectations.rules.performance import PERFORMANCE_RULES
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Outcome

OWN = {r.rule_id: r for r in PERFORMANCE_RULES}


def findings(rule_id: str, contents: ReportContents) -> list[tuple[str | None, str | None]]:
    """What a rule finds: printed and expected of every breach."""
    return [(f["printed"], f["expected"]) for f in confront(contents, {rule_id: OWN[rule_id]}).findings]


def verdicts(rule_id: str, contents: ReportContents) -> list[str]:
    return [o.verdict for o in outcomes_of(OWN[rule_id], contents)]


_COST = "项目总成本（20分）	≤80万元	60万元	100%	20	20"
_PARTED = "项目总成本（10分）	≤80万元	60万元	100%	10	10\n			设备购置成本（10分）	≤{}万元	{}万元	100%	10	10"
#: What a rule needs besides the small annex.
BESIDES = {"self_evaluation_cost_parts": [(_COST, _PARTED.format(40, 30))]}


#: Rule → the edit that breaks it, and one breach that it shows.
BREACHES: list[tuple[str, tuple[str, str], tuple[str | None, str | None]]] = [
    ("self_evaluation_weights_100", ("≤1%	0.8%	30", "≤1%	0.8%	35"), ("105", "100")),
    ("self_evaluation_weights_100", ("效益指标（20分）", "效益指标（30分）"), ("110", "100")),
    ("self_evaluation_heading_weights", ("产出指标（40分）", "产出指标（50分）"), ("40", "50")),
    ("self_evaluation_named_weights", ("监测站点数（15分）", "监测站点数（20分）"), ("20", "15")),
    ("self_evaluation_score_within_weight", ("≥95%	97%	100%	15	15", "≥95%	97%	100%	15	16"), ("16", "15")),
    ("self_evaluation_score_not_negative", ("98万页	30	29.4", "98万页	30	-29.4"), ("-29.4", "0.0")),
    (
        "self_evaluation_total",
        ("总分							100	94.5", "总分							100	95.4"),
        ("95.4", "94.5"),
    ),
    ("self_evaluation_subtotal", ("小计						90	87", "小计						90	78"), ("78", "87")),
    ("self_evaluation_execution_rate", ("60	10	75.00%	7.5", "60	10	57.00%	7.5"), ("57.00", "75.00")),
    ("self_evaluation_execution_score", ("60	10	75.00%	7.5", "60	10	75.00%	5.7"), ("5.7", "7.50")),
    ("self_evaluation_money_by_source", ("70	50	40	—", "70	50	45	—"), ("60", "65")),
    ("self_evaluation_missed_target", ("≥100万页	98万页	30	29.4", "≥100万页	98万页	30	30"), ("30", "29.40")),
    (
        "self_evaluation_missed_target",
        ("2024年11月20日	100%", "2024年12月20日	100%"),
        ("10", "低于满分"),
    ),
    (
        "self_evaluation_score_formula",
        ("≥20个	16个	80%	15	12", "≥20个	16个	80%	15	13"),
        ("13", "12.00"),
    ),
    ("self_evaluation_score_formula", ("10.5分钟	30	28.6", "10.5分钟	30	26.8"), ("26.8", "28.57")),
    ("self_evaluation_completion_rate", ("16个	80%", "16个	100%"), ("100", "80.00")),
    ("self_evaluation_deviation_explained", ("≤1%	0.8%", "≤1%	0.5%"), (None, "偏差原因")),
    ("self_evaluation_cost_executed", ("≤80万元	60万元", "≤80万元	80万元"), ("80", "60")),
    ("self_evaluation_cost_parts", (_COST, _PARTED.format(90, 30)), ("80", "90")),
    ("self_evaluation_cost_parts", (_COST, _PARTED.format(80, 65)), ("60", "65")),
    ("self_evaluation_cost_parts", ("项目总成本（20分）	≤80万元	60万元", "软件开发成本（20分）	≤70万元	65万元"), ("60", "65")),
    ("self_evaluation_within_projects", ("70	50	40	—", "70	50	470	—"), ("520.00", "500.00")),
    ("grade_of_score", ("75.00%	94.5	优", "75.00%	94.5	良"), ("良", "优")),
    ("grade_of_score", ("评价等级为“优”", "评价等级为“良”"), ("良", "优")),
    ("summary_score", ("75.00%	94.5	优", "75.00%	95.5	优"), ("95.5", "94.5")),
    ("summary_rate", ("100	80	60	75.00%	94.5", "100	80	60	75.01%	94.5"), ("75.01", "75.00")),
    ("summary_amounts", ("100	80	60	75.00%	94.5", "100	80	66	75.00%	94.5"), ("66", "60")),
    ("summary_rate", ("100	80	60	75.00%	94.5", "100	80	60	57.00%	94.5"), ("57.00", "75.00")),
    ("summary_project_name", ("项目名称	档案数字化加工", "项目名称	档案数学化加工服务"), ("档案数字化加工", "档案数学化加工服务")),
    ("summary_project_name", ("项目名称	县区平台补助", "项目名称	另一个项目"), ("县区平台补助", "另一个项目")),
    ("summary_unit", ("档案数字化加工	某市数据中心", "档案数字化加工	相关区市"), ("相关区市", "某市数据中心")),
    ("self_evaluation_for_every_project", ("县区平台补助	相关区市	900", "另一个项目	相关区市	950"), ("未附自评表", "另一个项目")),
    ("self_evaluation_in_summary", ("县区平台补助	相关区市	900", "另一个项目	相关区市	950"), ("县区平台补助", "列入汇总表")),
    ("self_evaluation_printed_once", (annex.COUNTY, annex.COUNTY + annex.COUNTY), ("重复印出", "印出一次")),
    ("evaluation_subtotals", ("	小计	40	38", "	小计	40	83"), ("83", "38")),
    ("evaluation_subtotals", ("（二）项目管理30分", "（二）项目管理40分"), ("40", "30")),
    ("evaluation_subtotals", ("15	15	20	100", "15	15	25	100"), ("25", "20")),
    ("evaluation_totals", ("合计			100	90.5	90.50%", "合计			100	95.0	90.50%"), ("95.0", "90.5")),
    ("evaluation_totals", ("总得分为 88 分", "总得分为 98 分"), ("98", "88")),
    ("evaluation_heading_weights", ("决策（20分）", "决策（30分）"), ("20", "30")),
    ("evaluation_rates", ("产出	50	44	88%", "产出	50	44	98%"), ("98", "88.00")),
    ("evaluation_rates", ("得分 18 分，得分率 90%", "得分 18 分，得分率 80%"), ("80", "90.00")),
    ("evaluation_rates", ("15	15	20	100", "15	15	20	90"), ("90", "100.00")),
    ("evaluation_within_weight", ("30	24	80.00%", "30	42	80.00%"), ("42", "30")),
    ("evaluation_not_negative", ("30	24	80.00%", "30	-24	80.00%"), ("-24", "0")),
    ("evaluation_stated_total", ("得分为 90.5 分", "得分为 95.0 分"), ("95.0", "90.5")),
    ("evaluation_heading_weights", ("产出质量（20分）", "产出质量（25分）"), ("20", "25")),
    ("evaluation_table_totals", ("合计	190	163", "合计	190	136"), ("136", "163")),
    ("evaluation_table_columns", ("50	45	5	10.00%", "50	45	7	10.00%"), ("7", "5")),
    ("evaluation_table_columns", ("合计	190	163	27	14.21%", "合计	190	163	27	12.41%"), ("12.41", "14.21")),
    ("evaluation_answers", ("A.满意	150", "A.满意	140"), ("190", "200")),
    ("evaluation_answer_shares", ("B.一般	50	25.00%", "B.一般	50	52.00%"), ("52.00", "25.00")),
    ("evaluation_rule_points", ("②程序完整，得10分", "②程序完整，得5分"), ("15", "20")),
    ("evaluation_rule_points", ("得分=完成率×30", "得分=完成率×20"), ("20", "30")),
    ("evaluation_rule_points", ("达到90%得30分", "达到90%得40分"), ("40", "30")),
    ("evaluation_rule_shares", ("以上两项各占50%", "以上两项各占1/3"), ("以上两项各占1/3", "合计100%")),
    ("evaluation_rule_rate", ("得分=完成率×30", "得分=公众知晓率×30"), ("公众知晓率", "监测站点数")),
    ("evaluation_deductions", ("论证材料不全，扣2分", "论证材料不全，扣3分"), ("扣3分", "扣2分")),
    ("evaluation_score_given", ("此项指标得18分", "此项指标得16分"), ("16", "18")),
    ("evaluation_steps", ("每发现一处错误扣2分，扣完为止。\n效益（30分）	社会效益（30分）	公众知晓率	30	知晓率达到90%得30分，达到80%得20分。",
                          "每发现一处错误扣2分，扣完为止。\n效益（30分）	社会效益（30分）	公众知晓率	30	每下降一个百分点扣1分。"), ("28.5", "1分的整数倍")),
    ("evaluation_in_time", ("监测站点数	24	80.00%	实际到位资金60万元，应于2024年12月1日", "监测站点数	30	100%	实际到位资金60万元，应于2024年11月1日"),
     ("30", "低于30")),
    ("evaluation_amounts_named", ("实际到位资金60万元，应于", "实际到位资金80万元，应于"), ("80", "60")),
    ("evaluation_indicators_agree", ("监测站点数	24	80.00%	实际", "监测站点数	27	90.00%	实际"), ("27", "24")),
    ("evaluation_rates_elsewhere", ("公众知晓率	28.5	95.00%	问卷\n合计			90.5", "公众知晓率	28.5	59.00%	问卷\n合计			90.5"), ("59.00", "95.00")),
    ("evaluation_units", ("计划20个站点", "计划20天站点"), ("20天", "20个")),
    ("evaluation_text_vs_form", ("12 月底，项目实际支出 60", "12 月底，项目实际支出 66"), ("66", "60")),
    ("evaluation_text_rates", ("到位资金 80 万元，资金到位率 100%", "到位资金 80 万元，资金到位率 90%"), ("90", "100.00")),
    ("evaluation_text_rates", ("实际支出 60 万元，预算执行率 75%", "实际支出 60 万元，预算执行率 57%"), ("57", "75.00")),
    ("evaluation_overview_rate", ("（预算执行率 75.00%）", "（预算执行率 78.00%）"), ("78.00", "75.00")),
    ("evaluation_overview_vs_form", ("安排	80 万元", "安排	90 万元"), ("90", "80")),
    ("evaluation_overview_vs_form", ("当年财政拨款 50 万元	上年结转 30 万元", "当年财政拨款 80 万元	上年结转 0 万元"), ("80", "50")),
    ("evaluation_own_score", ("评分 94.5 分", "评分 95.4 分"), ("95.4", "94.5")),
    ("evaluation_own_grade", ("单位自评优", "单位自评良"), ("良", "优")),
    ("evaluation_numbering", ("三、评价结论", "二、评价结论"), ("二、评价结论", "三、")),
    ("evaluation_captions", ("表 4 各类得分", "表 4 评价得分明细表"), ("表4 评价得分明细表", "与表2不同的标题")),
    ("evaluation_references", ("得分情况见表 1", "得分情况见表 11"), ("表11", "已编号的表")),
    ("evaluation_annexes", ("附件 2 智慧河道", "附件 3 智慧河道"), ("未印出", "附件2")),
    ("evaluation_annexes", ("附件 1 智慧河道监测项目", "附件 1 松材线虫卫星遥感防治项目"), ("松材线虫卫星遥感防治项目绩效评价指标体系", "智慧河道监测项目绩效评价指标体系")),
    ("evaluation_counted", ("4 个三级指标", "6 个三级指标"), ("6", "4")),
    ("evaluation_levels_agree", ("合计		50	44	44	88", "合计		50	46	46	88"), ("46", "44")),
    ("evaluation_levels_agree", ("满分 20 分，得分 18 分", "满分 20 分，得分 16 分"), ("16", "18")),
]  # fmt: skip


#: Rules whose breaches are those of reports in other wordings (:mod:`performance.evaluation_reports`).
IN_REPORTS = {rule for _, _, breaches in REPORTS.values() for _, _, rule, _, _ in breaches}


@pytest.mark.parametrize("rule_id", sorted({rule for rule, _, _ in BREACHES}))
def test_every_rule_is_evaluated_and_holds_in_the_small_annex(rule_id: str) -> None:
    found = verdicts(rule_id, annex.contents(*BESIDES.get(rule_id, [])))
    assert any(v in ("exact", "rounding") for v in found)
    assert "violated" not in found


@pytest.mark.parametrize(("rule_id", "edit", "shown"), BREACHES, ids=[f"{r}-{i}" for i, (r, _, _) in enumerate(BREACHES)])
def test_a_single_edit_breaks_the_rule(rule_id: str, edit: tuple[str, str], shown: tuple[str | None, str | None]) -> None:
    assert shown in findings(rule_id, annex.contents(edit))


def test_every_rule_has_a_breach() -> None:
    assert {rule for rule, _, _ in BREACHES} | IN_REPORTS >= set(OWN)


def test_the_rules_are_among_all_rules_in_their_two_suites() -> None:
    assert set(OWN) <= set(RULES)
    assert {r.suite for r in PERFORMANCE_RULES} == {"scoring_consistency", "evaluation_consistency", "performance_completeness"}


# ---------------------------------------------------------------- rounding is not a breach


@pytest.mark.parametrize(
    ("rule_id", "edits"),
    [
        # 193.6 / 213.6 = 90.637 %, rounded to one decimal and printed with two (荣成市大数据中心 2024)
        ("self_evaluation_execution_rate", [("100	80	60	10	75.00%	7.5", "213.6	213.6	193.6	10	90.60%	9.06")]),
        ("self_evaluation_execution_score", [("100	80	60	10	75.00%	7.5", "213.6	213.6	193.6	10	90.60%	9.06")]),
        ("evaluation_rates", [("产出	50	44	88%", "产出	50	43.9	88%")]),
    ],
)  # fmt: skip
def test_a_rounded_print_is_no_breach(rule_id: str, edits: list[tuple[str, str]]) -> None:
    assert findings(rule_id, annex.contents(*edits)) == []


def test_a_group_that_the_overview_does_not_name_may_hold_rows_of_any_level() -> None:
    changed = annex.contents(("	产出质量	数据质量	20	20	100%", "出活（20分）	产出质量	数据质量	20	20	100%"))
    assert findings("evaluation_levels_agree", changed) == []


@pytest.mark.parametrize(
    ("rule_id", "edits", "shown"),
    [
        # a summary rounded to whole points (荣成市大数据中心 2024)
        ("summary_score", [("75.00%	94.5	优", "75.00%	95	优")], ("95", "94.5")),
        # 8.92 stands for 8.923…: the total may be computed with the unrounded score (烟台市大数据局 2019)
        ("self_evaluation_total", [("98万页	30	29.4", "98万页	30	29.395"), ("						98\n", "						98.00\n")], ("98.00", "97.995")),
        # a last digit cut off (济南市大数据局 2023: 96.8 for 96.875)
        ("evaluation_rates", [("产出	50	44	88%", "产出	50	44.94	89.8%")], ("89.8", "89.88")),
    ],
)  # fmt: skip
def test_fewer_digits_than_there_are_is_a_remark(rule_id: str, edits: list[tuple[str, str]], shown: tuple[str, str]) -> None:
    found = confront(annex.contents(*edits), {rule_id: OWN[rule_id]}).findings
    assert [(f["printed"], f["expected"], f["severity"]) for f in found] == [(*shown, "info")]


@pytest.mark.parametrize("rate", ["68.57%", "68%", "68.8%"])
def test_a_rate_of_two_scores_is_one_that_they_round_or_truncate_to(rate: str) -> None:
    found = confront(
        annex.contents(("产出	50	44	88%", f"产出	8	5.5	{rate}")), {"evaluation_rates": OWN["evaluation_rates"]}
    ).findings
    assert [f["severity"] for f in found if "产出" in f["place"]] == {"68.57%": ["error"], "68%": ["info"], "68.8%": []}[rate]


def test_a_rate_beyond_its_padding_is_a_breach() -> None:
    edit = ("100	80	60	10	75.00%	7.5", "213.6	213.6	193.6	10	90.06%	9.06")
    assert findings("self_evaluation_execution_rate", annex.contents(edit)) == [("90.06", "90.64")]


def test_whole_weights_are_meant_exactly_however_many_add_up() -> None:
    """Twelve weights of ± half a point would hide six points."""
    assert findings(
        "self_evaluation_heading_weights",
        annex.contents(
            (
                "防汛服务水平（20分）	明显提高	明显提高	100%	20",
                "防汛服务水平（20分）	明显提高	明显提高	100%	19",
            )
        ),
    )


# ---------------------------------------------------------------- indicators as quantities


@pytest.mark.parametrize(
    ("target", "actual", "why"),
    [
        ("明显提高", "98万页", "in words"),
        ("≥100万页", "基本完成", "in words"),
        ("≥100万页", "—", "no target or no actual"),
        ("≥1年", "12个月", "target in 年"),
        ("≥90%", "0.98", "target in %"),
        ("≥100万页", "<98万页", "itself a bound"),
        ("≥1天/次", "1天1次", "in words"),
    ],
)
def test_what_is_no_quantity_is_not_evaluated_with_the_reason(target: str, actual: str, why: str) -> None:
    changed = annex.contents(("≥100万页	98万页", f"{target}	{actual}"))
    found = [
        o
        for o in outcomes_of(OWN["self_evaluation_missed_target"], changed)
        if isinstance(o, Judgement) and "自评表2 档案数字化加工 / 指标1 " in o.place
    ]
    assert [o.verdict for o in found] == ["not_evaluated"]
    assert why in found[0].explanation


@pytest.mark.parametrize(
    ("target", "actual", "score", "holds"),
    [
        ("≥100万页", "120万页", "30", True),  # capped at the weight
        ("≥100万页", "50万页", "15", True),
        ("=100%", "58%", "17.4", True),
        ("≤10分钟", "12分钟", "25", True),  # less is better
        ("≤10分钟", "0分钟", "30", True),
        ("≤1000元", "1000", "30", True),  # the actual stands in the target's unit
        ("≥100万页", "≥110万页", "30", True),
        (">5次", "6次", "30", True),
        ("0起", "0起", "30", True),
        ("0起", "2起", "30", False),
        ("≥100万页", "50万页", "20", False),
        ("≤10分钟", "12分钟", "30", False),
        ("≥100万页", "120万页", "29", False),  # met, and less than the full score
        ("10月30日前", "12月31日", "30", False),
        ("3月30日前", "1月30日", "30", True),
    ],
)
def test_the_formula_works_in_both_directions(target: str, actual: str, score: str, holds: bool) -> None:
    changed = annex.contents(("≥100万页	98万页	30	29.4", f"{target}	{actual}	30	{score}"))
    both = findings("self_evaluation_missed_target", changed) + findings("self_evaluation_score_formula", changed)
    assert (both == []) is holds


def test_a_number_against_a_ceiling_of_zero_is_decided_without_a_division() -> None:
    changed = annex.contents(("≥100万页	98万页	30	29.4", "0起	2起	30	30"))
    assert findings("self_evaluation_missed_target", changed) == [("30", "0.00")]


# ---------------------------------------------------------------- silence is not a pass


def test_a_score_in_words_leaves_the_total_unevaluated() -> None:
    changed = annex.contents(("8分钟	30	30", "8分钟	30	优秀"))
    outcomes = [o for o in outcomes_of(OWN["self_evaluation_total"], changed) if isinstance(o, Outcome)]
    assert [o.verdict for o in outcomes] == ["exact", "exact", "not_evaluated"]
    assert "查档时间 得分" in outcomes[2].reason


def test_a_summary_without_any_form_is_not_evaluated() -> None:
    contents = annex.contents(text=annex.SUMMARY)
    assert set(verdicts("self_evaluation_for_every_project", contents)) == {"not_evaluated"}


def test_a_report_without_annexes_gives_no_instances() -> None:
    contents = annex.contents(text="第四部分 名词解释\n")
    assert all(verdicts(r, contents) == [] for r in OWN)


def test_projects_of_one_name_are_told_apart_by_their_numbers() -> None:
    """济南市大数据局 2023 lists eight projects under one name."""
    edits = [
        ("档案数字化加工	某市数据中心", "县区平台补助	某市数据中心"),
        ("项目名称	档案数字化加工", "项目名称	县区平台补助"),
    ]
    contents = annex.contents(*edits)
    assert findings("summary_score", contents) == []
    assert findings("self_evaluation_for_every_project", contents) == []


def test_differences_are_exact() -> None:
    found = confront(annex.contents(("75.00%	94.5	优", "75.00%	95.5	优")), {"summary_score": OWN["summary_score"]}).findings
    assert [f["difference"] for f in found] == [Decimal("1.0")]
