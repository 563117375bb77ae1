"""The rules over the text, the headings and the annexes of evaluation reports, as data: suite ``evaluation_consistency``.

What belongs here: one entry a rule.  What may not: how a rule becomes equations (``evaluation_text``: money and the unit's own score;
``evaluation_sentences``, ``evaluation_calculations``: single sentences; ``evaluation_headings``: numbers and titles), tables
(``evaluations``).
"""

from __future__ import annotations

from expectations.rules import evaluation_calculations as written
from expectations.rules import evaluation_headings as headings
from expectations.rules import evaluation_sentences as sentences
from expectations.rules import evaluation_text as text
from expectations.rules.base import Rule, RulesOf

MEASURES = "项目支出绩效评价管理办法（财预〔2020〕10号）"
evaluation_rule = RulesOf("evaluation_consistency", MEASURES)

TEXT_RULES = (
    evaluation_rule(
        "evaluation_text_rates",
        "execution_rate",
        "A rate in the text is its amount by the money that it is measured by",
        "评价报告文字中的到位率、执行率与所述金额一致",
        "received rate = received / allotted; execution rate = spent / received (or allotted)",
        text.rates,
        "warning",
    ),
    evaluation_rule(
        "evaluation_overview_rate",
        "execution_rate",
        "The execution rate of an overview is what was spent by the budget beside it",
        "总览表预算执行率等于实际支出除以预算安排",
        "rate = 100 × spent / budget",
        text.overview_rate,
        "warning",
    ),
    evaluation_rule(
        "evaluation_overview_vs_form",
        "narrative_vs_form",
        "The budget of an overview is that of the project's self-evaluation, in all and by source",
        "总览表预算安排及资金来源与自评表一致",
        "overview = cell",
        text.overview_vs_form,
        "warning",
    ),
    evaluation_rule(
        "evaluation_own_score",
        "narrative_vs_form",
        "The quoted score of the unit's own evaluation is that of the narrative",
        "评价报告所引自评得分与情况说明一致",
        "quoted = score",
        text.own_score,
        "warning",
    ),
    evaluation_rule(
        "evaluation_own_grade",
        "grade",
        "The quoted grade of the unit's own evaluation is the one due for its score",
        "评价报告所引自评等级与得分相符",
        "≥ 90 优; ≥ 80 良; ≥ 60 中; < 60 差",
        text.own_grade,
    ),
)

NARRATIVE_RULES = (
    evaluation_rule(
        "evaluation_funds_evaluated",
        "narrative_vs_form",
        "The money of the one evaluated project in the narrative is a budget that its report names",
        "情况说明所述部门评价涉及资金与评价报告预算一致",
        "funds = budget of the report",
        text.funds_evaluated,
        "warning",
    ),
    evaluation_rule(
        "evaluation_text_vs_form",
        "narrative_vs_form",
        "What the text says of the year's money is what the project's form prints",
        "评价报告文中当年预算、支出与自评表一致",
        "text = initial, adjusted or executed",
        text.text_vs_form,
        "warning",
    ),
)

SENTENCE_RULES = (
    evaluation_rule(
        "evaluation_calculations",
        "evaluation_sum",
        "A calculation that is written out gives the result behind it",
        "文中写出的算式与结果相符",
        "calculation = result",
        written.calculations,
        "warning",
    ),
    evaluation_rule(
        "evaluation_parts",
        "evaluation_sum",
        "The parts of an amount in a sentence make it up, or are within it",
        "文中“其中”所列各项之和与总额相符",
        "whole = Σ parts (by source, year, nature), or whole ≥ Σ parts",
        sentences.parts_of_amount,
        "warning",
    ),
    evaluation_rule(
        "evaluation_left_over",
        "evaluation_sum",
        "What is left of the money is the budget less what was spent",
        "文中结余资金等于预算（到位）资金减实际支出",
        "left = received (or allotted) − spent",
        sentences.left_over,
        "warning",
    ),
    evaluation_rule(
        "evaluation_questionnaires",
        "evaluation_sum",
        "Rates of returned and of valid questionnaires are those of the counts beside them",
        "问卷回收率、有效率与所述份数一致",
        "returned / issued; valid / returned (or issued)",
        sentences.questionnaires,
        "warning",
    ),
    evaluation_rule(
        "evaluation_shares",
        "evaluation_sum",
        "Every share of a sentence is its count by the same whole",
        "文中各项占比与所述数量一致",
        "share = 100 × count / whole",
        sentences.shares,
        "warning",
    ),
    evaluation_rule(
        "evaluation_contracts",
        "evaluation_sum",
        "Number and sum of contracts in the text are those of the table",
        "文中合同份数、金额与合同表一致",
        "text = table",
        sentences.contracts,
        "warning",
    ),
)

HEADING_RULES = (
    evaluation_rule(
        "evaluation_numbering",
        "label",
        "No heading bears its neighbour's number",
        "评价报告标题编号不重不漏",
        "no number twice while its neighbour is missing",
        headings.numbering,
        "warning",
    ),
    evaluation_rule(
        "evaluation_captions",
        "label",
        "No two numbered tables bear the same title",
        "评价报告各表标题不相同",
        "title ≠ title",
        headings.captions,
        "warning",
    ),
    evaluation_rule(
        "evaluation_references",
        "label",
        "A table that the text refers to is printed under that number",
        "评价报告文中所指的表均已印出",
        "number ∈ numbers of tables",
        headings.references,
        "warning",
    ),
    evaluation_rule(
        "evaluation_annexes",
        "label",
        "An annex that is listed is printed, and is of no other project",
        "评价报告所列附件均已印出，标题为本项目",
        "listed ⇒ printed; title ~ project",
        headings.annexes,
        "warning",
    ),
    evaluation_rule(
        "evaluation_counted",
        "label",
        "There are as many indicators as the text says",
        "评价报告所述各级指标个数与指标体系表一致",
        "said = count of the table",
        headings.counted,
        "warning",
    ),
)

EVALUATION_TEXT_RULES: tuple[Rule, ...] = (*TEXT_RULES, *NARRATIVE_RULES, *SENTENCE_RULES, *HEADING_RULES)
