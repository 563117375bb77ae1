"""``checks.*``: what must hold, and what does not."""

from __future__ import annotations

from pipeline.schema.base import DECIMAL, ITS_REPORT, Column, Table, in_both

RULES = Table(
    "checks",
    "rules",
    "Every rule that reports are held against",
    "全部勾稽规则",
    (
        Column("rule_id", "VARCHAR", "Stable code of the rule", "规则代码", nullable=False),
        Column("suite", "VARCHAR", "Suite it belongs to", "规则组", nullable=False),
        Column("title", "VARCHAR", "What should hold", "规则（英文）", nullable=False),
        Column("title_zh", "VARCHAR", "What should hold, in Chinese", "规则", nullable=False),
        Column("kind", "VARCHAR", "Kind of finding it gives", "问题类别", nullable=False),
        Column("severity", "VARCHAR", "Weight of a breach", "严重程度", nullable=False, domain=("error", "warning", "info")),
        Column("formula", "VARCHAR", "The equation", "公式", nullable=False),
        Column("citation", "VARCHAR", "Where the rule comes from", "依据", nullable=False),
        Column("since_year", "INTEGER", "First fiscal year it applies to", "起始年度"),
        Column("until_year", "INTEGER", "Last fiscal year it applies to", "截止年度"),
    ),
    ("rule_id",),
    shared=True,
)

EQUATIONS = Table(
    "checks",
    "equations",
    "Every instance of a rule with its verdict",
    "每条规则在每份报告中的判定",
    (
        Column("equation_id", "VARCHAR", "Stable: hash of rule, report and place", "等式标识", nullable=False),
        Column("rule_id", "VARCHAR", "Its rule", "规则代码", nullable=False),
        *ITS_REPORT,
        Column("place", "VARCHAR", "Form, row and column", "位置", nullable=False),
        Column("printed", DECIMAL, "Left side, in the figures' unit; NULL where blank", "印出数", rounded=True),
        Column("expected", DECIMAL, "Right side; NULL where blank", "应有数", rounded=True),
        Column("difference", DECIMAL, "printed − expected", "差额", rounded=True),
        Column("slack", DECIMAL, "Rounding that is left; negative: beyond rounding", "舍入余量", rounded=True),
        Column("verdict", "VARCHAR", "Verdict", "判定", nullable=False, domain=("exact", "rounding", "violated", "not_evaluated")),
        Column("reason", "VARCHAR", "Why it was not evaluated", "未判定原因"),
    ),
    ("equation_id",),
)

EQUATION_TERMS = Table(
    "checks",
    "equation_terms",
    "The figures of every equation",
    "等式所含数字",
    (
        Column("equation_id", "VARCHAR", "Its equation", "等式标识", nullable=False),
        Column("figure_id", "VARCHAR", "The figure", "数字标识", nullable=False),
        Column("coefficient", DECIMAL, "Coefficient in left − right; NULL where not linear", "系数", rounded=True),
    ),
    ("equation_id", "figure_id"),
)

FINDINGS = Table(
    "checks",
    "findings",
    "What does not hold",
    "发现的问题",
    (
        Column("finding_id", "VARCHAR", "Stable: hash of rule, report and place", "问题标识", nullable=False),
        Column("case_id", "VARCHAR", "The case that explains it, the first of several", "案件标识"),
        Column("rule_id", "VARCHAR", "Its rule", "规则代码", nullable=False),
        Column("title_zh", "VARCHAR", "What should hold, in Chinese", "规则", nullable=False),
        Column(
            "kind",
            "VARCHAR",
            "Kind",
            "类别",
            nullable=False,
            domain=(
                "form_identity",
                "cross_form",
                "narrative",
                "weight_sum",
                "score_sum",
                "score_over_weight",
                "execution_rate",
                "score_rate",
                "completion_rate",
                "score_formula",
                "grade",
                "summary_vs_form",
                "narrative_vs_form",
                "missing_form",
                "duplicate_form",
                "evaluation_sum",
                "label",
                "wording",
                "extraction_doubt",
                "unread_part",
                "cross_year",
                "cross_publisher",
            ),
        ),
        Column("severity", "VARCHAR", "Weight", "严重程度", nullable=False, domain=("error", "warning", "info")),
        *ITS_REPORT,
        Column("place", "VARCHAR", "Form, row and column", "位置", nullable=False),
        Column("printed", "VARCHAR", "What the report prints", "印出"),
        Column("expected", "VARCHAR", "What it should print", "应为"),
        Column("difference", DECIMAL, "printed − expected, to two digits more than are printed", "差额", rounded=True),
        *in_both("explanation", "In words", "说明", nullable=False),
        Column("page", "INTEGER", "Page", "页"),
        Column("line", "INTEGER", "Line of a text document", "行"),
        Column("status", "VARCHAR", "Open, or decided by a person", "状态", nullable=False, domain=("open", "decided")),
    ),
    ("finding_id",),
)

HELD_AGAINST = Table(
    "checks",
    "held_against",
    "Which other reports each report was held against: the year before's, a department's units'",
    "每份报告所对照的其他报告（上年、所属单位）",
    (
        *ITS_REPORT,
        Column("relation", "VARCHAR", "What the other report is to it", "关系", nullable=False, domain=("year_before", "unit")),
        Column("expected", "VARCHAR", "Publisher whose report is looked for", "应有报告的单位", nullable=False),
        Column("other_report_id", "VARCHAR", "The report found; NULL where there is none", "对照报告"),
        Column("other_publisher", "VARCHAR", "Publisher as that report names it", "对照报告的单位名称"),
        Column("other_sha256", "VARCHAR", "Hash of its document", "对照文件哈希"),
        Column("other_reader", "VARCHAR", "Reader of its document", "对照文件读取程序"),
    ),
    ("report_id", "relation", "expected"),
)

OBLIGATIONS = Table(
    "checks",
    "obligations",
    "What ought to be checked of each report of its kind and year, and what came of it",
    "每份报告按单位类别和年度应核对的事项及结果",
    (
        *ITS_REPORT,
        Column("obligation", "VARCHAR", "The part that it is about, and what ought to be checked of it", "应核对事项", nullable=False),
        Column(
            "part",
            "VARCHAR",
            "A statutory form, a section of the narrative, an annex; cross, codes, narrative, document, beside",
            "所属部分",
            nullable=False,
        ),
        Column("title", "VARCHAR", "What ought to hold", "事项（英文）", nullable=False),
        Column("title_zh", "VARCHAR", "What ought to hold, in Chinese", "事项", nullable=False),
        Column(
            "state", "VARCHAR", "What came of it", "结果", nullable=False, domain=("held", "violated", "not_applicable", "not_evaluated", "unread")
        ),
        *in_both(
            "reason",
            "The ground on which it is not applicable, the operand that is missing, or why its part is unread",
            "不适用的理由、缺少的项目或未读取的原因",
        ),
        Column("instances", "INTEGER", "Instances of its rules", "规则实例数", nullable=False),
        Column("catalogue", "VARCHAR", "Version of the catalogue of obligations", "事项目录版本", nullable=False),
    ),
    ("report_id", "obligation"),
)

JUDGEMENTS = Table(
    "checks",
    "judgements",
    "Every report of the year, and whether it could be held against the rules",
    "每份报告是否已完成核对",
    (
        *ITS_REPORT,
        Column("state", "VARCHAR", "What became of it", "状态", nullable=False, domain=("judged", "failed")),
        Column("problem", "VARCHAR", "What failed, and where in the code", "失败原因及代码位置"),
        Column("judgement", "VARCHAR", "Key of its judgement: a hash of whatever decides it", "核对结果标识", nullable=False),
        Column("code_version", "VARCHAR", "Hash of the code and words that judged it", "核对程序与词典的版本", nullable=False),
    ),
    ("report_id",),
)

CHECKS = (JUDGEMENTS, RULES, EQUATIONS, EQUATION_TERMS, FINDINGS, HELD_AGAINST, OBLIGATIONS)
