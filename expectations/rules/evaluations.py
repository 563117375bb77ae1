"""The rules over annexed evaluation reports (绩效评价报告), as data: suite ``evaluation_consistency``.

What belongs here: one entry a rule.  What may not: how a rule becomes equations (``performance_evaluations``: tables of weights and scores,
``evaluation_tables``: the others, ``evaluation_reasons``: scoring rules and reasons, ``evaluation_text``: running text and overview,
``evaluation_headings``: numbers and titles).
"""

from __future__ import annotations

from expectations.rules import evaluation_headings as headings
from expectations.rules import evaluation_reasons as reasons
from expectations.rules import evaluation_tables as tables
from expectations.rules import evaluation_text as text
from expectations.rules import performance_evaluations as evaluations
from expectations.rules.base import Build, Rule, Severity

MEASURES = "项目支出绩效评价管理办法（财预〔2020〕10号）"


def _rule(rule_id: str, kind: str, title: str, title_zh: str, formula: str, build: Build, severity: Severity = "error") -> Rule:
    return Rule(rule_id, "evaluation_consistency", title, title_zh, kind, severity, formula, MEASURES, build)


EVALUATION_RULES = (
    _rule(
        "evaluation_subtotals",
        "evaluation_sum",
        "Subtotals of a scoring table are sums",
        "评分表小计等于各项之和",
        "subtotal = Σ rows",
        evaluations.subtotals,
    ),
    _rule(
        "evaluation_totals",
        "evaluation_sum",
        "The total of a scoring table is the sum",
        "评分表合计等于各项之和",
        "total = Σ rows",
        evaluations.totals,
    ),
    _rule(
        "evaluation_heading_weights",
        "weight_sum",
        "The weight in a level-1 name is the sum of its rows'",
        "评分表一级指标所列分值等于各项之和",
        "Σ weights = weight in the name",
        evaluations.heading_weights,
    ),
    _rule(
        "evaluation_rates",
        "evaluation_sum",
        "A score rate is score / weight",
        "得分率等于得分除以分值",
        "rate = 100 × score / weight",
        evaluations.rates,
    ),
    _rule(
        "evaluation_within_weight",
        "score_over_weight",
        "No score is above its weight",
        "评分表得分不超过分值",
        "weight ≥ score",
        evaluations.within_weight,
    ),
    _rule(
        "evaluation_not_negative",
        "score_over_weight",
        "No score is below zero",
        "评分表得分不为负",
        "score ≥ 0",
        evaluations.breakdown_positive,
    ),
    _rule(
        "evaluation_stated_total",
        "evaluation_sum",
        "The stated result is the table's total",
        "评价结论得分与评分表合计一致",
        "stated = total",
        evaluations.stated_totals,
    ),
    _rule(
        "evaluation_levels_agree",
        "evaluation_sum",
        "A level's score is the same wherever it is given",
        "同一指标得分在各表及文字中一致",
        "Σ rows = overview",
        evaluations.level_scores_agree,
    ),
    _rule(
        "evaluation_indicators_agree",
        "evaluation_sum",
        "An indicator's weight and score are the same in every table",
        "同一三级指标的分值、得分在各表一致",
        "weight = weight; score = score",
        evaluations.indicators_agree,
    ),
    _rule(
        "evaluation_rates_elsewhere",
        "evaluation_sum",
        "A score rate is the score by the weight that another table prints",
        "得分率等于得分除以其他表所列分值",
        "rate = 100 × score / weight elsewhere",
        evaluations.rates_elsewhere,
    ),
)

TABLE_RULES = (
    _rule(
        "evaluation_table_totals",
        "evaluation_sum",
        "The total of a table of money or counts is the sum of its rows",
        "评价报告其他表格合计等于各行之和",
        "total = Σ rows",
        tables.totals,
    ),
    _rule(
        "evaluation_table_columns",
        "evaluation_sum",
        "A column that is computed of two others in nearly every row is so in every row",
        "评价报告其他表格各行的比率、差额与所据栏目一致",
        "column = 100 × first / second, or first − second",
        tables.columns,
        "warning",
    ),
    _rule(
        "evaluation_answers",
        "evaluation_sum",
        "The answers to a question are as many as those who answered it",
        "问卷各选项人数之和等于有效填写人次",
        "Σ answers = respondents",
        tables.answers,
        "warning",
    ),
    _rule(
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
    _rule(
        "evaluation_rule_points",
        "score_formula",
        "The points that a scoring rule gives are the indicator's weight",
        "评分标准所给分数等于该指标分值",
        "Σ parts of the rule = weight",
        reasons.parts_of_rule,
        "warning",
    ),
    _rule(
        "evaluation_rule_shares",
        "score_formula",
        "Parts that share a weight out make up the whole of it",
        "评分标准各项所占权重合计为100%",
        "number of parts × share = 100 %",
        reasons.shares_of_rule,
        "warning",
    ),
    _rule(
        "evaluation_rule_rate",
        "label",
        "The rate by which a rule gives points is the indicator's own",
        "得分公式所用比率为该指标自身",
        "rate in the formula = indicator",
        reasons.formula_of_rule,
        "warning",
    ),
    _rule(
        "evaluation_deductions",
        "score_formula",
        "What the reasons take off is what the score lacks",
        "评分依据所扣分数等于分值减得分",
        "Σ taken off = weight − score",
        reasons.deductions,
        "warning",
    ),
    _rule(
        "evaluation_score_given",
        "evaluation_sum",
        "The score that the reasons conclude with is the one in its column",
        "评分依据所述得分与得分栏一致",
        "score in the reasons = score",
        reasons.scores_given,
        "warning",
    ),
    _rule(
        "evaluation_steps",
        "score_formula",
        "A score lacks whole steps where its rule takes off so much a case",
        "按次扣分的指标所扣为每次扣分的整数倍",
        "weight − score = n × step",
        reasons.steps,
        "warning",
    ),
    _rule(
        "evaluation_in_time",
        "score_formula",
        "What was done late has not the full score",
        "逾期完成的指标不得满分",
        "done ≤ due, or score < weight",
        reasons.in_time,
        "warning",
    ),
    _rule(
        "evaluation_amounts_named",
        "evaluation_sum",
        "An amount of the project is the same in the reasons for every indicator",
        "各指标评分依据中同一金额一致",
        "amount = amount",
        reasons.amounts_named,
        "warning",
    ),
)

TEXT_RULES = (
    _rule(
        "evaluation_text_rates",
        "execution_rate",
        "A rate in the text is its amount by the money that it is measured by",
        "评价报告文字中的到位率、执行率与所述金额一致",
        "received rate = received / allotted; execution rate = spent / received (or allotted)",
        text.rates,
        "warning",
    ),
    _rule(
        "evaluation_overview_rate",
        "execution_rate",
        "The execution rate of an overview is what was spent by the budget beside it",
        "总览表预算执行率等于实际支出除以预算安排",
        "rate = 100 × spent / budget",
        text.overview_rate,
        "warning",
    ),
    _rule(
        "evaluation_overview_vs_form",
        "narrative_vs_form",
        "The budget of an overview is that of the project's self-evaluation, in all and by source",
        "总览表预算安排及资金来源与自评表一致",
        "overview = cell",
        text.overview_vs_form,
        "warning",
    ),
    _rule(
        "evaluation_own_score",
        "narrative_vs_form",
        "The quoted score of the unit's own evaluation is that of the narrative",
        "评价报告所引自评得分与情况说明一致",
        "quoted = score",
        text.own_score,
        "warning",
    ),
    _rule(
        "evaluation_own_grade",
        "grade",
        "The quoted grade of the unit's own evaluation is the one due for its score",
        "评价报告所引自评等级与得分相符",
        "≥ 90 优; ≥ 80 良; ≥ 60 中; < 60 差",
        text.own_grade,
    ),
)

HEADING_RULES = (
    _rule(
        "evaluation_numbering",
        "label",
        "No heading bears its neighbour's number",
        "评价报告标题编号不重不漏",
        "no number twice while its neighbour is missing",
        headings.numbering,
        "warning",
    ),
    _rule(
        "evaluation_captions",
        "label",
        "No two numbered tables bear the same title",
        "评价报告各表标题不相同",
        "title ≠ title",
        headings.captions,
        "warning",
    ),
    _rule(
        "evaluation_references",
        "label",
        "A table that the text refers to is printed under that number",
        "评价报告文中所指的表均已印出",
        "number ∈ numbers of tables",
        headings.references,
        "warning",
    ),
    _rule(
        "evaluation_annexes",
        "label",
        "An annex that is listed is printed, and is of no other project",
        "评价报告所列附件均已印出，标题为本项目",
        "listed ⇒ printed; title ~ project",
        headings.annexes,
        "warning",
    ),
    _rule(
        "evaluation_counted",
        "label",
        "There are as many indicators as the text says",
        "评价报告所述各级指标个数与指标体系表一致",
        "said = count of the table",
        headings.counted,
        "warning",
    ),
)

EVALUATION_REPORT_RULES: tuple[Rule, ...] = (*EVALUATION_RULES, *TABLE_RULES, *REASON_RULES, *TEXT_RULES, *HEADING_RULES)
