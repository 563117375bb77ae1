"""The rules over performance annexes, as data: suites ``scoring_consistency`` and ``performance_completeness``.

What belongs here: one entry a rule, with what it says and where it comes from.  What may not: how a rule becomes equations
(``performance_forms``, ``performance_scores``, ``performance_summary``, ``performance_evaluations``).
"""

from __future__ import annotations

from expectations.rules import performance_forms as form
from expectations.rules import performance_scores as scores
from expectations.rules import performance_summary as summary
from expectations.rules.base import Rule, RulesOf
from expectations.rules.evaluations import EVALUATION_REPORT_RULES
from expectations.rules.evaluations_in_text import MEASURES

NOTE = "项目支出绩效自评表 注1–5 (财预〔2020〕10号 附件)"
OPENNESS = "预算绩效信息公开：自评情况汇总表与自评表随决算公开（财预〔2020〕10号 第二十五条）"


_scoring = RulesOf("scoring_consistency", NOTE)
_complete = RulesOf("performance_completeness", OPENNESS)

SELF_EVALUATION_RULES = (
    _scoring(
        "self_evaluation_weights_100",
        "weight_sum",
        "The weights of a self-evaluation add up to 100",
        "自评表各项分值合计为100分",
        "execution weight + Σ indicator weights = 100",
        form.weights_of_form,
    ),
    _scoring(
        "self_evaluation_heading_weights",
        "weight_sum",
        "The weight of a level-1 heading is the sum of its indicators'",
        "一级指标所列分值等于其三级指标分值之和",
        "Σ indicator weights = weight in the heading",
        form.weights_of_heading,
    ),
    _scoring(
        "self_evaluation_named_weights",
        "weight_sum",
        "A weight in a name or heading is the one in the column",
        "名称中所列分值与分值栏一致",
        "weight in the name = weight in the column",
        form.weight_in_name,
    ),
    _scoring(
        "self_evaluation_score_within_weight",
        "score_over_weight",
        "No score is above its weight",
        "得分不超过分值",
        "weight ≥ score",
        form.score_within_weight,
    ),
    _scoring(
        "self_evaluation_score_not_negative",
        "score_over_weight",
        "No score is below zero",
        "得分不为负",
        "score ≥ 0",
        form.score_not_negative,
    ),
    _scoring(
        "self_evaluation_total",
        "score_sum",
        "The total is the sum of the scores",
        "总分等于预算执行得分与各指标得分之和",
        "total = execution score + Σ indicator scores",
        form.scores_of_form,
    ),
    _scoring(
        "self_evaluation_subtotal",
        "score_sum",
        "A subtotal is the sum above it",
        "小计等于以上各项之和",
        "subtotal = Σ indicators",
        form.subtotals_of_form,
    ),
    _scoring(
        "self_evaluation_execution_rate",
        "execution_rate",
        "The execution rate is executed / budget",
        "执行率等于全年执行数除以全年预算数",
        "rate = 100 × B / A",
        form.execution_rate,
    ),
    _scoring(
        "self_evaluation_execution_score",
        "score_rate",
        "The execution score is rate × weight",
        "预算执行得分等于执行率乘以分值",
        "score = min(1, B / A) × weight",
        form.execution_score,
    ),
    _scoring(
        "self_evaluation_money_by_source",
        "form_identity",
        "Money by source adds up to the total",
        "各来源资金之和等于年度资金总额",
        "total = current year + carried over + other",
        form.money_by_source,
    ),
    _scoring(
        "self_evaluation_missed_target",
        "score_formula",
        "A missed target has not the full score",
        "未完成指标值的指标不得满分",
        "missed: score = formula < weight",
        scores.missed_with_full_score,
    ),
    _scoring(
        "self_evaluation_score_formula",
        "score_formula",
        "A quantitative score follows the form's formula",
        "量化指标得分按公式计算",
        "score = min(1, B / A) × weight; ≤: min(1, A / B) × weight",
        scores.score_by_formula,
        "warning",
    ),
    _scoring(
        "self_evaluation_completion_rate",
        "completion_rate",
        "A completion rate follows from target and actual",
        "完成率与指标值、完成值一致",
        "rate = 100 × B / A, or capped at 100",
        scores.completion_rate,
    ),
    _scoring(
        "self_evaluation_deviation_explained",
        "score_formula",
        "A deviation of 30 % or more is explained",
        "偏离指标值30%及以上的须说明原因",
        "|B / A − 1| < 0.3 or a reason is given",
        scores.deviation_explained,
        "info",
    ),
    _scoring(
        "self_evaluation_cost_executed",
        "form_identity",
        "The actual of a cost indicator is the executed amount",
        "成本指标实际完成值与全年执行数一致",
        "Σ actual costs = executed, where Σ targets = budget",
        form.cost_against_executed,
        "warning",
    ),
    _scoring(
        "self_evaluation_cost_parts",
        "form_identity",
        "The parts of a cost are within its whole",
        "成本各分项不超过总成本（未列总成本的，不超过全年执行数）",
        "total cost ≥ Σ parts; else executed ≥ a cost whose target is within the budget",
        form.cost_parts,
        "warning",
    ),
    _scoring(
        "self_evaluation_within_projects",
        "cross_form",
        "Executed fiscal money of the projects is within project expenditure",
        "自评项目当年财政拨款执行数合计不超过一般公共预算项目支出",
        "project expenditure ≥ Σ executed",
        summary.executed_within_form,
        "warning",
    ),
    _scoring(
        "grade_of_score",
        "grade",
        "A grade is the one due for its score",
        "等级与得分相符",
        "≥ 90 优; ≥ 80 良; ≥ 60 中; < 60 差",
        summary.grade_of_score,
        citation=MEASURES,
    ),
)

SUMMARY_RULES = (
    _scoring(
        "summary_score",
        "summary_vs_form",
        "The summary's score is the form's",
        "汇总表得分与自评表总分一致",
        "summary = form",
        summary.summary_score,
        citation=OPENNESS,
    ),
    _scoring(
        "summary_amounts",
        "summary_vs_form",
        "The summary's amounts are the form's",
        "汇总表预算数、执行数与自评表一致",
        "summary = form",
        summary.summary_amounts,
        citation=OPENNESS,
    ),
    _scoring(
        "summary_rate",
        "summary_vs_form",
        "The summary's execution rate is the form's",
        "汇总表执行率与自评表一致",
        "summary = form",
        summary.summary_rate,
        citation=OPENNESS,
    ),
    _scoring(
        "summary_project_name",
        "summary_vs_form",
        "The summary names a project as its form does",
        "汇总表项目名称与自评表一致",
        "name = name",
        summary.summary_name,
        "warning",
        citation=OPENNESS,
    ),
    _scoring(
        "summary_unit",
        "summary_vs_form",
        "The summary names a unit that the form names",
        "汇总表所列单位与自评表项目实施单位一致",
        "unit ∈ {implementing unit, competent department}",
        summary.summary_unit,
        "warning",
        citation=OPENNESS,
    ),
    _complete(
        "self_evaluation_for_every_project",
        "missing_form",
        "Every listed project has a form",
        "汇总表所列项目均附自评表",
        "every row: one form",
        summary.listed_has_form,
    ),
    _complete(
        "self_evaluation_in_summary",
        "missing_form",
        "Every form is of a listed project",
        "自评表项目均列入汇总表",
        "every form: one row",
        summary.form_is_listed,
        "warning",
    ),
    _complete(
        "self_evaluation_printed_once",
        "duplicate_form",
        "No form is printed twice",
        "自评表不重复",
        "forms differ",
        summary.form_printed_once,
    ),
)

PERFORMANCE_RULES: tuple[Rule, ...] = (*SELF_EVALUATION_RULES, *SUMMARY_RULES, *EVALUATION_REPORT_RULES)
