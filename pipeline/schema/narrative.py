"""``core.statements`` and ``core.remarks``: what the narrative (决算情况说明) prints, number by number, and what it says without one.

Here and in the performance tables a printed number is kept twice: as printed, without thousands separators
(``initial_budget``: ``10``, ``0.69238``, ``90.60%``, ``无``), and as an exact number beside it (``initial_budget_number``),
NULL where the text is no number.  The text is what a reader of the document compares with; the number is what
one computes with.
"""

from __future__ import annotations

from pipeline.schema.base import DECIMAL, ITS_REPORT, ON_PAGE, Column, Table

_ADDRESS = (
    Column("part", "VARCHAR", "What the section is about: totals, income, expenditure, general_budget, three_public, performance …", "内容"),
    Column("aspect", "VARCHAR", "What the sub-section is about: overall, structure, detail …", "方面"),
    Column("quantity", "VARCHAR", "Key of the subject where it is a known one (income_total, reception, projects_reviewed …)", "主语代码"),
    Column("basis", "VARCHAR", "What a change, a share or a rate is against: last_year, initial_budget, budget, or the whole in words", "比较基数"),
)

STATEMENTS = Table(
    "core",
    "statements",
    "One row a number that the narrative states",
    "决算情况说明中每个数字一行",
    (
        *ITS_REPORT,
        Column("row_no", "INTEGER", "Order in the narrative", "序号", nullable=False),
        Column("section", "VARCHAR", "Headings that it stands under", "所在标题"),
        *_ADDRESS,
        Column("subject", "VARCHAR", "What the number is said of", "主语"),
        Column(
            "measure",
            "VARCHAR",
            "What is stated: amount, change, change_pct, share_pct, initial_budget, completion_pct, count, score, grade …",
            "所述内容",
            nullable=False,
        ),
        Column("value", "VARCHAR", "As printed, separators removed; a decrease is negative", "原文数值（减少为负）"),
        Column("value_number", DECIMAL, "The value as a number", "数值"),
        Column("unit", "VARCHAR", "Unit of the value (万元, %, 个 …)", "单位"),
        Column("code", "VARCHAR", "Functional code of the item that the subject names, where a form prints that name", "功能分类科目编码"),
        Column("sentence", "VARCHAR", "The sentence", "原句"),
        Column("figure_id", "VARCHAR", "The figure in core.figures", "数字标识"),
        *ON_PAGE,
    ),
    ("report_id", "row_no"),
    empty_text=True,
)

REMARKS = Table(
    "core",
    "remarks",
    "One row a checkable thing that the narrative says without a number",
    "决算情况说明中不含数字的可核对表述，每条一行",
    (
        *ITS_REPORT,
        Column("row_no", "INTEGER", "Order in the narrative", "序号", nullable=False),
        Column("section", "VARCHAR", "Headings that it stands under", "所在标题"),
        *_ADDRESS,
        Column("subject", "VARCHAR", "What it is said of", "主语"),
        Column(
            "kind",
            "VARCHAR",
            "What is said: final against budget, no such money, a list of items, nothing done, outputs below expectation, all results shown, "
            "a reason and its head (basis: of an increase or a decrease), a purpose, residue of the template (basis: which), the year that the report is "
            "about or that it compares with (basis: the year); of a form (quantity: its key) whose it is, the note that it is empty, its "
            "line numbers, a heading that a later page prints otherwise (basis: the first page's), a rate that its goal says was reached (basis: per cent); of an evaluation report a numbered heading (basis: its level), a reference to a table, an annex listed or "
            "printed (basis: its title), a name of a list with its grade (basis: the score)",
            "表述类别",
            nullable=False,
            domain=(
                "direction",
                "none",
                "named",
                "not_done",
                "below_expectation",
                "all_shown",
                "reason",
                "reason_head",
                "purpose",
                "residue",
                "year",
                "owner",
                "empty_note",
                "line_numbers",
                "heading_again",
                "reached",
                "heading",
                "reference",
                "annex_listed",
                "annex",
                "graded",
            ),
        ),
        Column("words", "VARCHAR", "The words; the names of a list", "原文", nullable=False),
        Column("sentence", "VARCHAR", "The sentence", "原句"),
        *ON_PAGE,
    ),
    ("report_id", "row_no"),
)

NARRATIVE = (STATEMENTS, REMARKS)
