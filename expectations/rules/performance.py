"""The rules over performance annexes, as data: suites ``scoring_consistency`` and ``performance_completeness``.

What belongs here: one entry a rule, with what it says and where it comes from.  What may not: how a rule becomes equations
(``performance_forms``, ``performance_scores``, ``performance_summary``, ``performance_evaluations``).
"""

from __future__ import annotations

from expectations.rules import evaluation_reasons as reasons
from expectations.rules import evaluation_tables as tables
from expectations.rules import performance_evaluations as evaluations
from expectations.rules import performance_forms as form
from expectations.rules import performance_scores as scores
from expectations.rules import performance_summary as summary
from expectations.rules.base import Build, Rule, Severity

NOTE = "项目支出绩效自评表 注1–5 (财预〔2020〕10号 附件)"
MEASURES = "项目支出绩效评价管理办法（财预〔2020〕10号）"
OPENNESS = "预算绩效信息公开：自评情况汇总表与自评表随决算公开（财预〔2020〕10号 第二十五条）"


def _scoring(
    rule_id: str,
    kind: str,
    title: str,
    title_zh: str,
    formula: str,
    build: Build,
    severity: Severity = "error",
    citation: str = NOTE,
) -> Rule:
    return Rule(rule_id, "scoring_consistency", title, title_zh, kind, severity, formula, citation, build)


def _complete(
    rule_id: str, kind: str, title: str, title_zh: str, formula: str, build: Build, severity: Severity = "error"
) -> Rule:
    return Rule(rule_id, "performance_completeness", title, title_zh, kind, severity, formula, OPENNESS, build)


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

EVALUATION_RULES = (
    _scoring(
        "evaluation_subtotals",
        "evaluation_sum",
        "Subtotals of a scoring table are sums",
        "评分表小计等于各项之和",
        "subtotal = Σ rows",
        evaluations.subtotals,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_totals",
        "evaluation_sum",
        "The total of a scoring table is the sum",
        "评分表合计等于各项之和",
        "total = Σ rows",
        evaluations.totals,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_heading_weights",
        "weight_sum",
        "The weight in a level-1 name is the sum of its rows'",
        "评分表一级指标所列分值等于各项之和",
        "Σ weights = weight in the name",
        evaluations.heading_weights,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_rates",
        "evaluation_sum",
        "A score rate is score / weight",
        "得分率等于得分除以分值",
        "rate = 100 × score / weight",
        evaluations.rates,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_within_weight",
        "score_over_weight",
        "No score is above its weight",
        "评分表得分不超过分值",
        "weight ≥ score",
        evaluations.within_weight,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_not_negative",
        "score_over_weight",
        "No score is below zero",
        "评分表得分不为负",
        "score ≥ 0",
        evaluations.breakdown_positive,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_stated_total",
        "evaluation_sum",
        "The stated result is the table's total",
        "评价结论得分与评分表合计一致",
        "stated = total",
        evaluations.stated_totals,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_levels_agree",
        "evaluation_sum",
        "A level's score is the same wherever it is given",
        "同一指标得分在各表及文字中一致",
        "Σ rows = overview",
        evaluations.level_scores_agree,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_indicators_agree",
        "evaluation_sum",
        "An indicator's weight and score are the same in every table",
        "同一三级指标的分值、得分在各表一致",
        "weight = weight; score = score",
        evaluations.indicators_agree,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_rates_elsewhere",
        "evaluation_sum",
        "A score rate is the score by the weight that another table prints",
        "得分率等于得分除以其他表所列分值",
        "rate = 100 × score / weight elsewhere",
        evaluations.rates_elsewhere,
        citation=MEASURES,
    ),
)

TABLE_RULES = (
    _scoring(
        "evaluation_table_totals",
        "evaluation_sum",
        "The total of a table of money or counts is the sum of its rows",
        "评价报告其他表格合计等于各行之和",
        "total = Σ rows",
        tables.totals,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_table_columns",
        "evaluation_sum",
        "A column that is computed of two others in nearly every row is so in every row",
        "评价报告其他表格各行的比率、差额与所据栏目一致",
        "column = 100 × first / second, or first − second",
        tables.columns,
        "warning",
        MEASURES,
    ),
    _scoring(
        "evaluation_answers",
        "evaluation_sum",
        "The answers to a question are as many as those who answered it",
        "问卷各选项人数之和等于有效填写人次",
        "Σ answers = respondents",
        tables.answers,
        "warning",
        MEASURES,
    ),
    _scoring(
        "evaluation_answer_shares",
        "evaluation_sum",
        "The share of an answer is its count by the respondents",
        "问卷各选项比例等于人数除以有效填写人次",
        "share = 100 × count / respondents",
        tables.shares,
        "warning",
        MEASURES,
    ),
)

REASON_RULES = (
    _scoring(
        "evaluation_rule_points",
        "score_formula",
        "The points that a scoring rule gives are the indicator's weight",
        "评分标准所给分数等于该指标分值",
        "Σ parts of the rule = weight",
        reasons.parts_of_rule,
        "warning",
        MEASURES,
    ),
    _scoring(
        "evaluation_rule_shares",
        "score_formula",
        "Parts that share a weight out make up the whole of it",
        "评分标准各项所占权重合计为100%",
        "number of parts × share = 100 %",
        reasons.shares_of_rule,
        "warning",
        MEASURES,
    ),
    _scoring(
        "evaluation_rule_rate",
        "label",
        "The rate by which a rule gives points is the indicator's own",
        "得分公式所用比率为该指标自身",
        "rate in the formula = indicator",
        reasons.formula_of_rule,
        "warning",
        MEASURES,
    ),
    _scoring(
        "evaluation_deductions",
        "score_formula",
        "What the reasons take off is what the score lacks",
        "评分依据所扣分数等于分值减得分",
        "Σ taken off = weight − score",
        reasons.deductions,
        "warning",
        MEASURES,
    ),
    _scoring(
        "evaluation_score_given",
        "evaluation_sum",
        "The score that the reasons conclude with is the one in its column",
        "评分依据所述得分与得分栏一致",
        "score in the reasons = score",
        reasons.scores_given,
        citation=MEASURES,
    ),
    _scoring(
        "evaluation_steps",
        "score_formula",
        "A score lacks whole steps where its rule takes off so much a case",
        "按次扣分的指标所扣为每次扣分的整数倍",
        "weight − score = n × step",
        reasons.steps,
        "warning",
        MEASURES,
    ),
    _scoring(
        "evaluation_in_time",
        "score_formula",
        "What was done late has not the full score",
        "逾期完成的指标不得满分",
        "done ≤ due, or score < weight",
        reasons.in_time,
        "warning",
        MEASURES,
    ),
    _scoring(
        "evaluation_amounts_named",
        "evaluation_sum",
        "An amount of the project is the same in the reasons for every indicator",
        "各指标评分依据中同一金额一致",
        "amount = amount",
        reasons.amounts_named,
        "warning",
        MEASURES,
    ),
)

PERFORMANCE_RULES: tuple[Rule, ...] = (*SELF_EVALUATION_RULES, *SUMMARY_RULES, *EVALUATION_RULES, *TABLE_RULES, *REASON_RULES)
