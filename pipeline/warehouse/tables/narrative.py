"""``core.statements``: what the narrative (决算情况说明) prints, number by number.

Here and in the performance tables a printed number is kept twice: as printed, without thousands separators
(``initial_budget``: ``10``, ``0.69238``, ``90.60%``, ``无``), and as an exact number beside it (``initial_budget_number``),
NULL where the text is no number.  The text is what a reader of the document compares with; the number is what
one computes with.
"""

from __future__ import annotations

from pipeline.warehouse.tables.base import DECIMAL, Column, Table

STATEMENTS = Table(
    "core", "statements", "One row a number that the narrative states", "决算情况说明中每个数字一行",
    (
        Column("report_id", "VARCHAR", "Its report", "报告标识", nullable=False),
        Column("publisher", "VARCHAR", "Publisher", "公开单位", nullable=False),
        Column("fiscal_year", "INTEGER", "Year of the accounts", "决算年度", nullable=False),
        Column("row_no", "INTEGER", "Order in the narrative", "序号", nullable=False),
        Column("section", "VARCHAR", "Heading that it stands under", "所在标题"),
        Column("subject", "VARCHAR", "What the number is said of", "主语"),
        Column("measure", "VARCHAR", "What is stated: amount, change, change_pct, share_pct, initial_budget, completion_pct, count, score, grade …",
               "所述内容", nullable=False),
        Column("value", "VARCHAR", "As printed, separators removed; a decrease is negative", "原文数值（减少为负）"),
        Column("value_number", DECIMAL, "The value as a number", "数值"),
        Column("unit", "VARCHAR", "Unit of the value (万元, %, 个 …)", "单位"),
        Column("sentence", "VARCHAR", "The sentence", "原句"),
        Column("figure_id", "VARCHAR", "The figure in core.figures", "数字标识"),
        Column("page", "INTEGER", "Page, from 1; NULL in a text without pages", "页"),
        Column("line", "INTEGER", "Line of a text document", "行"),
    ),
    ("report_id", "row_no"),
)

NARRATIVE = (STATEMENTS,)
