"""The performance annexes: self-evaluation forms (自评表), their indicators, the summary, third-party evaluations' scores.

Every printed number is kept as printed (the contract's columns) and as an exact number (``…_number``), as
:mod:`pipeline.schema.narrative` explains.
"""

from __future__ import annotations

from pipeline.schema.base import DECIMAL, ITS_REPORT, ON_PAGE, Column, Table


def _printed(name: str, comment: str, comment_zh: str) -> tuple[Column, Column]:
    """A printed number: its text and its value."""
    return (
        Column(name, "VARCHAR", f"{comment}, as printed without separators", f"{comment_zh}（原文）"),
        Column(f"{name}_number", DECIMAL, f"{comment}, as a number; NULL where none is printed", f"{comment_zh}（数值）"),
    )


SELF_EVALUATIONS = Table(
    "core",
    "self_evaluations",
    "One row a project's self-evaluation form",
    "每张项目支出绩效自评表一行",
    (
        *ITS_REPORT,
        Column("form_no", "INTEGER", "Order of the form in the report, from 1", "表序", nullable=False),
        Column("project", "VARCHAR", "Project", "项目名称"),
        Column("competent_department", "VARCHAR", "Competent department", "主管部门"),
        Column("implementing_unit", "VARCHAR", "Implementing unit", "实施单位"),
        *_printed("initial_budget", "Total: initial budget", "年度资金总额年初预算数"),
        *_printed("adjusted_budget", "Total: budget after adjustment", "年度资金总额全年预算数"),
        *_printed("executed", "Total: executed", "年度资金总额全年执行数"),
        *_printed("weight", "Weight of the execution rate", "预算执行分值"),
        *_printed("rate_printed", "Execution rate", "执行率"),
        *_printed("score", "Score of the execution rate", "预算执行得分"),
        *_printed("current_year_initial", "This year's appropriation: initial budget", "当年财政拨款年初预算数"),
        *_printed("current_year_adjusted", "This year's appropriation: budget after adjustment", "当年财政拨款全年预算数"),
        *_printed("current_year_executed", "This year's appropriation: executed", "当年财政拨款全年执行数"),
        *_printed("carried_over_initial", "Carried over from last year: initial budget", "上年结转资金年初预算数"),
        *_printed("carried_over_adjusted", "Carried over from last year: budget after adjustment", "上年结转资金全年预算数"),
        *_printed("carried_over_executed", "Carried over from last year: executed", "上年结转资金全年执行数"),
        *_printed("other_initial", "Other money: initial budget", "其他资金年初预算数"),
        *_printed("other_adjusted", "Other money: budget after adjustment", "其他资金全年预算数"),
        *_printed("other_executed", "Other money: executed", "其他资金全年执行数"),
        *_printed("total_score", "Total score", "总分"),
        *ON_PAGE,
    ),
    ("report_id", "form_no"),
    empty_text=True,
)

INDICATORS = Table(
    "core",
    "indicators",
    "One row a third-level indicator of a self-evaluation form",
    "自评表中每个三级指标一行",
    (
        *ITS_REPORT,
        Column("form_no", "INTEGER", "Order of its form in the report, from 1", "表序", nullable=False),
        Column("row_no", "INTEGER", "Order in its form, from 1", "序号", nullable=False),
        Column("level1", "VARCHAR", "Level 1", "一级指标"),
        *_printed("level1_declared_weight", "Weight printed in the level-1 heading", "一级指标名称所列分值"),
        Column("level2", "VARCHAR", "Level 2", "二级指标"),
        Column("level3", "VARCHAR", "Level 3", "三级指标"),
        *_printed("level3_declared_weight", "Weight printed in the level-3 name", "三级指标名称所列分值"),
        Column("target", "VARCHAR", "Target as printed", "年度指标值"),
        Column("actual", "VARCHAR", "Actual as printed", "实际完成值"),
        Column("target_operator", "VARCHAR", "Operator of the target (=, ≥, ≤, >, <)", "指标值比较符"),
        Column("target_number", DECIMAL, "Number of the target", "指标值数值"),
        Column("target_unit", "VARCHAR", "Unit of the target", "指标值单位"),
        Column("actual_number", DECIMAL, "Number of the actual", "完成值数值"),
        *_printed("completion_rate_printed", "Completion rate", "完成率"),
        *_printed("weight", "Weight", "分值"),
        *_printed("score", "Score", "得分"),
        Column("deviation_reason", "VARCHAR", "Reason given for a deviation", "偏差原因分析及改进措施"),
        *ON_PAGE,
    ),
    ("report_id", "form_no", "row_no"),
    empty_text=True,
)

SELF_EVALUATION_SUMMARIES = Table(
    "core",
    "self_evaluation_summaries",
    "One row a project in the summary table of self-evaluations",
    "自评情况汇总表每行",
    (
        *ITS_REPORT,
        Column("row_no", "INTEGER", "Order in the table, from 1", "序号", nullable=False),
        Column("project", "VARCHAR", "Project", "项目名称"),
        Column("unit", "VARCHAR", "Unit that uses the money", "资金使用单位"),
        *_printed("initial_budget", "Initial budget", "年初预算数"),
        *_printed("adjusted_budget", "Budget after adjustment", "全年预算数"),
        *_printed("executed", "Executed", "全年执行数"),
        *_printed("rate_printed", "Execution rate", "执行率"),
        *_printed("score", "Score", "自评得分"),
        Column("grade", "VARCHAR", "Grade", "自评等级"),
        Column("note", "VARCHAR", "Note printed below the table", "表下注"),
        *ON_PAGE,
    ),
    ("report_id", "row_no"),
    empty_text=True,
)

EVALUATION_SCORES = Table(
    "core",
    "evaluation_scores",
    "One row a line of a scoring table in an evaluation report",
    "绩效评价报告评分表每行",
    (
        *ITS_REPORT,
        Column("evaluation", "VARCHAR", "The evaluation report", "评价报告", nullable=False),
        Column("evaluation_no", "INTEGER", "Order of the evaluation report, from 1", "评价报告序号", nullable=False),
        Column("title", "VARCHAR", "Title of the table", "表名"),
        Column(
            "source",
            "VARCHAR",
            "A table, a breakdown in the text, or single rated sentences",
            "来源",
            nullable=False,
            domain=("table", "text", "sentence"),
        ),
        Column("table_no", "INTEGER", "Order of the table in the evaluation, from 1", "表序", nullable=False),
        Column("row_no", "INTEGER", "Order in the table, from 1", "序号", nullable=False),
        Column("row_kind", "VARCHAR", "An item, the sum of its group, or the total", "行类别", nullable=False, domain=("item", "subtotal", "total")),
        Column("level1", "VARCHAR", "Level 1; empty in a table that begins at level 2", "一级指标（表从二级指标起的为空）"),
        Column("level2", "VARCHAR", "Level 2", "二级指标"),
        Column("level3", "VARCHAR", "Level 3", "三级指标"),
        Column("level1_weight", "VARCHAR", "Weight printed in the level-1 name", "一级指标名称所列分值"),
        Column("level2_weight", "VARCHAR", "Weight printed in the level-2 name", "二级指标名称所列分值"),
        *_printed("weight", "Weight", "分值"),
        *_printed("score", "Score", "得分"),
        *_printed("rate_printed", "Score rate", "得分率"),
        *_printed("group_score", "Sum of its group, printed beside the group's first row", "小计"),
        Column("rule", "VARCHAR", "How points are given, as printed", "评分标准"),
        Column("basis", "VARCHAR", "Why so many points were given, as printed", "评分依据"),
        Column("is_total", "BOOLEAN", "Whether the row is a subtotal or total", "是否合计行", nullable=False),
        *ON_PAGE,
    ),
    ("report_id", "evaluation_no", "table_no", "row_no"),
    empty_text=True,
)

PERFORMANCE = (SELF_EVALUATIONS, INDICATORS, SELF_EVALUATION_SUMMARIES, EVALUATION_SCORES)
