"""The rules over annexed evaluation reports (绩效评价报告), as data: suite ``evaluation_consistency``.

What belongs here: one entry a rule over their tables.  What may not: how a rule becomes equations (``performance_evaluations``: tables of
weights and scores; ``evaluation_tables``, ``evaluation_columns``: the others; ``evaluation_reasons``, ``evaluation_due``: scoring rules and
reasons), rules over their text (``evaluations_in_text``).
"""

from __future__ import annotations

from expectations.rules import evaluation_columns as columns
from expectations.rules import evaluation_due as due
from expectations.rules import evaluation_reasons as reasons
from expectations.rules import evaluation_tables as tables
from expectations.rules import performance_evaluations as evaluations
from expectations.rules.base import Rule
from expectations.rules.evaluations_in_text import EVALUATION_TEXT_RULES, evaluation_rule

EVALUATION_RULES = (
    evaluation_rule(
        "evaluation_subtotals",
        "evaluation_sum",
        "Subtotals of a scoring table are sums",
        "评分表小计等于各项之和",
        "subtotal = Σ rows",
        evaluations.subtotals,
    ),
    evaluation_rule(
        "evaluation_totals",
        "evaluation_sum",
        "The total of a scoring table is the sum",
        "评分表合计等于各项之和",
        "total = Σ rows",
        evaluations.totals,
    ),
    evaluation_rule(
        "evaluation_heading_weights",
        "weight_sum",
        "The weight in a level-1 name is the sum of its rows'",
        "评分表一级指标所列分值等于各项之和",
        "Σ weights = weight in the name",
        evaluations.heading_weights,
    ),
    evaluation_rule(
        "evaluation_rates",
        "evaluation_sum",
        "A score rate is score / weight",
        "得分率等于得分除以分值",
        "rate = 100 × score / weight",
        evaluations.rates,
    ),
    evaluation_rule(
        "evaluation_deduction_column",
        "evaluation_sum",
        "A score is its weight less what the column of deductions takes off",
        "评分表得分等于分值减扣分栏",
        "score = weight − deduction",
        evaluations.deductions,
    ),
    evaluation_rule(
        "evaluation_within_weight",
        "score_over_weight",
        "No score is above its weight",
        "评分表得分不超过分值",
        "weight ≥ score",
        evaluations.within_weight,
    ),
    evaluation_rule(
        "evaluation_not_negative",
        "score_over_weight",
        "No score is below zero",
        "评分表得分不为负",
        "score ≥ 0",
        evaluations.breakdown_positive,
    ),
    evaluation_rule(
        "evaluation_stated_total",
        "evaluation_sum",
        "The stated result is the table's total",
        "评价结论得分与评分表合计一致",
        "stated = total",
        evaluations.stated_totals,
    ),
    evaluation_rule(
        "evaluation_levels_agree",
        "evaluation_sum",
        "A level's score is the same wherever it is given",
        "同一指标得分在各表及文字中一致",
        "Σ rows = overview",
        evaluations.level_scores_agree,
    ),
    evaluation_rule(
        "evaluation_indicators_agree",
        "evaluation_sum",
        "An indicator's weight and score are the same in every table",
        "同一三级指标的分值、得分在各表一致",
        "weight = weight; score = score",
        evaluations.indicators_agree,
    ),
    evaluation_rule(
        "evaluation_rates_elsewhere",
        "evaluation_sum",
        "A score rate is the score by the weight that another table prints",
        "得分率等于得分除以其他表所列分值",
        "rate = 100 × score / weight elsewhere",
        evaluations.rates_elsewhere,
    ),
)

TABLE_RULES = (
    evaluation_rule(
        "evaluation_table_totals",
        "evaluation_sum",
        "The total of a table of money or counts is the sum of its rows",
        "评价报告其他表格合计等于各行之和",
        "total = Σ rows",
        tables.totals,
    ),
    evaluation_rule(
        "evaluation_table_rows",
        "evaluation_sum",
        "A column of sums is the sum of the columns before it",
        "评价报告其他表格小计、合计栏等于前列各栏之和",
        "小计 = Σ columns",
        tables.across,
        "warning",
    ),
    evaluation_rule(
        "evaluation_table_columns",
        "evaluation_sum",
        "A column that is computed of two others in nearly every row is so in every row",
        "评价报告其他表格各行的比率、差额与所据栏目一致",
        "column = 100 × first / second, or first − second",
        columns.columns,
        "warning",
    ),
    evaluation_rule(
        "evaluation_answers",
        "evaluation_sum",
        "The answers to a question are as many as those who answered it",
        "问卷各选项人数之和等于有效填写人次",
        "Σ answers = respondents",
        tables.answers,
        "warning",
    ),
    evaluation_rule(
        "evaluation_answer_shares",
        "evaluation_sum",
        "The share of an answer is its count by the respondents",
        "问卷各选项比例等于人数除以有效填写人次",
        "share = 100 × count / respondents",
        tables.shares,
        "warning",
    ),
)

REASON_RULES = (
    evaluation_rule(
        "evaluation_rule_points",
        "score_formula",
        "The points that a scoring rule gives are the indicator's weight",
        "评分标准所给分数等于该指标分值",
        "Σ parts of the rule = weight",
        reasons.parts_of_rule,
        "warning",
    ),
    evaluation_rule(
        "evaluation_rule_shares",
        "score_formula",
        "Parts that share a weight out make up the whole of it",
        "评分标准各项所占权重合计为100%",
        "number of parts × share = 100 %",
        reasons.shares_of_rule,
        "warning",
    ),
    evaluation_rule(
        "evaluation_rule_rate",
        "label",
        "The rate by which a rule gives points is the indicator's own",
        "得分公式所用比率为该指标自身",
        "rate in the formula = indicator",
        reasons.formula_of_rule,
        "warning",
    ),
    evaluation_rule(
        "evaluation_deductions",
        "score_formula",
        "What the reasons take off is what the score lacks",
        "评分依据所扣分数等于分值减得分",
        "Σ taken off = weight − score",
        reasons.deductions,
        "warning",
    ),
    evaluation_rule(
        "evaluation_score_given",
        "evaluation_sum",
        "The score that the reasons conclude with is the one in its column",
        "评分依据所述得分与得分栏一致",
        "score in the reasons = score",
        reasons.scores_given,
        "warning",
    ),
    evaluation_rule(
        "evaluation_steps",
        "score_formula",
        "A score lacks whole steps where its rule takes off so much a case",
        "按次扣分的指标所扣为每次扣分的整数倍",
        "weight − score = n × step",
        reasons.steps,
        "warning",
    ),
    evaluation_rule(
        "evaluation_in_time",
        "score_formula",
        "What was done late has not the full score",
        "逾期完成的指标不得满分",
        "done ≤ due, or score < weight",
        reasons.in_time,
        "warning",
    ),
    evaluation_rule(
        "evaluation_due_scores",
        "score_formula",
        "A score is what its printed rule gives for what the reasons say was achieved",
        "得分与评分标准、评分依据所述完成值相符",
        "score = rule(achieved)",
        due.due_scores,
        "warning",
    ),
    evaluation_rule(
        "evaluation_units",
        "label",
        "A number that the reasons repeat from a target has its unit",
        "评分依据所述完成值的计量单位与指标值一致",
        "unit of the reasons ~ unit of the target",
        due.units,
        "warning",
    ),
    evaluation_rule(
        "evaluation_amounts_named",
        "evaluation_sum",
        "An amount of the project is the same in the reasons for every indicator",
        "各指标评分依据中同一金额一致",
        "amount = amount",
        reasons.amounts_named,
        "warning",
    ),
)

EVALUATION_REPORT_RULES: tuple[Rule, ...] = (*EVALUATION_RULES, *TABLE_RULES, *REASON_RULES, *EVALUATION_TEXT_RULES)
