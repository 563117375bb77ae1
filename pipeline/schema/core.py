"""``core.*``: what is printed."""

from __future__ import annotations

from pipeline.schema.base import DECIMAL, ITS_REPORT, ON_PAGE, Column, Table, in_both

REPORTS = Table(
    "core",
    "reports",
    "One row a report: one published document of one publisher for one fiscal year",
    "每份决算报告一行",
    (
        Column("report_id", "VARCHAR", "Stable name of publisher, kind and year", "报告标识", nullable=False),
        Column("publisher", "VARCHAR", "Publisher as the report prints it", "公开单位（原文）", nullable=False),
        Column("fiscal_year", "INTEGER", "Year of the accounts, not of publication", "决算年度", nullable=False),
        Column(
            "publisher_kind", "VARCHAR", "Department (its units included) or single unit", "部门或单位", nullable=False, domain=("department", "unit")
        ),
        Column("title", "VARCHAR", "Title as printed", "报告标题", nullable=False),
        Column("document_sha256", "VARCHAR", "Hash of the document's bytes", "文件哈希", nullable=False),
        Column("source_url", "VARCHAR", "Where the document was fetched or found", "来源地址"),
        Column("media_type", "VARCHAR", "Type told from the bytes", "文件类型", nullable=False),
        Column("page_count", "INTEGER", "Pages (1 for a text)", "页数", nullable=False),
        Column("reader", "VARCHAR", "Reader and its version", "读取程序及版本", nullable=False),
        Column("retrieved_at", "TIMESTAMP", "When the document was fetched or found (UTC)", "获取时间"),
        Column("code_version", "VARCHAR", "Hash of the code and words that decided what was read", "读取程序与词典的版本"),
        Column("numbers_printed", "INTEGER", "Numbers that the document prints", "印出的数字个数"),
        Column("numbers_accounted", "INTEGER", "Of these, those that became a figure, a statement or an identifier", "其中已读入的个数"),
        Column("parts_unread", "INTEGER", "Parts that were found and not understood", "未能读入的部分个数"),
        Column("evidence", "VARCHAR", "What told publisher, year and kind of document, as printed", "识别依据"),
    ),
    ("report_id",),
)

PARTS = Table(
    "core",
    "parts",
    "One row a part of a report: a form, an annex table, a section, a table of another kind, with what became of it",
    "报告各组成部分及其读取状态",
    (
        Column("part_id", "VARCHAR", "Stable name of the part", "部分标识", nullable=False),
        *ITS_REPORT,
        Column(
            "kind",
            "VARCHAR",
            "What kind of part it is",
            "类别",
            nullable=False,
            domain=("form", "self_evaluation", "self_evaluation_summary", "evaluation", "narrative", "other"),
        ),
        Column("concept", "VARCHAR", "Of a form, its key; of an annex, its statement; else what it is about", "概念", nullable=False),
        Column("title", "VARCHAR", "Title as printed", "标题原文"),
        Column("state", "VARCHAR", "What became of it", "状态", nullable=False, domain=("read", "empty", "unread", "other", "listed", "missing")),
        *in_both("reason", "Why it is unread, or what says that it is empty", "原因"),
        Column("first_page", "INTEGER", "Page on which it begins", "起始页"),
        Column("last_page", "INTEGER", "Page on which it ends", "终止页"),
        Column("first_line", "INTEGER", "Line on which it begins, in a text", "起始行"),
        Column("numbers", "INTEGER", "Numbers printed in it", "数字个数", nullable=False),
        Column("numbers_unread", "INTEGER", "Of these, those that became nothing", "未读入的数字个数", nullable=False),
    ),
    ("part_id",),
)

NUMBER_ACCOUNTS = Table(
    "core",
    "number_accounts",
    "How the printed numbers of a part ended: one row an account and kind",
    "各部分数字的去向统计",
    (
        Column("part_id", "VARCHAR", "Its part", "部分标识", nullable=False),
        *ITS_REPORT,
        Column("account", "VARCHAR", "What they became", "去向", nullable=False, domain=("figure", "statement", "identifier", "unread")),
        Column("kind", "VARCHAR", "Of identifiers, which (year, code, page …); of unread ones, why", "种类", nullable=False),
        Column("numbers", "INTEGER", "How many", "个数", nullable=False),
    ),
    ("part_id", "account", "kind"),
)

UNREAD_NUMBERS = Table(
    "core",
    "unread_numbers",
    "One row a printed number that became nothing, with the sentence or cell that it stands in",
    "未读入的数字及其所在原文",
    (
        *ITS_REPORT,
        Column("number", "INTEGER", "Order in the report", "序号", nullable=False),
        Column("part_id", "VARCHAR", "Its part", "部分标识", nullable=False),
        Column("printed", "VARCHAR", "The number as printed", "原文", nullable=False),
        *in_both("reason", "Why it is unread", "原因", nullable=False),
        Column("sentence", "VARCHAR", "The sentence, cell or line", "所在原文"),
        *ON_PAGE,
    ),
    ("report_id", "number"),
)

DOCUMENTS = Table(
    "core",
    "documents",
    "One row a document offered to a run, read or refused, with the reason and the remedy",
    "每个文件一行，含未能处理的原因与办法",
    (
        Column("document_sha256", "VARCHAR", "Hash of the document's bytes", "文件哈希", nullable=False),
        Column("fiscal_year", "INTEGER", "Year of the accounts; NULL where none could be told", "决算年度"),
        Column("source_url", "VARCHAR", "Where the document was fetched or found", "来源地址", nullable=False),
        Column("media_type", "VARCHAR", "Type told from the bytes", "文件类型"),
        Column("bytes", "BIGINT", "Size", "字节数", nullable=False),
        Column(
            "status",
            "VARCHAR",
            "What became of it",
            "处理结果",
            nullable=False,
            domain=("read", "duplicate", "superseded", "withdrawn", "part", "separate", "not_a_report", "failed"),
        ),
        Column("report_id", "VARCHAR", "The report it holds, or is a part of", "报告标识"),
        Column("first_page", "INTEGER", "Of a part: the report's page at which it begins; pages count on from part to part", "分附件的起始页"),
        *in_both("problem", "What is wrong with it", "问题"),
        *in_both("remedy", "What to do about it", "处理办法"),
        Column("read_without", "VARCHAR", "Programs of the system that would read it better and were missing", "读取时缺少的系统程序"),
        Column("retrieved_at", "TIMESTAMP", "When it was fetched or found (UTC)", "获取时间"),
    ),
    ("source_url", "document_sha256"),
    shared=True,
)

FIGURES = Table(
    "core",
    "figures",
    "Every printed number with its address, exact value and place",
    "每个印出的数字及其位置",
    (
        Column("figure_id", "VARCHAR", "Stable, readable name of the figure", "数字标识", nullable=False),
        *ITS_REPORT,
        Column(
            "section",
            "VARCHAR",
            "Part of the report",
            "报告部分",
            nullable=False,
            domain=("form", "narrative", "self_evaluation", "self_evaluation_summary", "evaluation", "other"),
        ),
        Column("statement", "VARCHAR", "Form or table", "表", nullable=False),
        Column("side", "VARCHAR", "Side of a two-sided form", "左右栏"),
        Column("row_no", "VARCHAR", "Printed line number (行次), or the order of the row", "行次"),
        Column("code", "VARCHAR", "Classification code, without blanks", "科目编码"),
        Column("label", "VARCHAR", "Row label as printed, without white space", "科目名称"),
        Column("measure", "VARCHAR", "Column of the form", "栏目", nullable=False),
        Column("value", DECIMAL, "Exact value in the unit of column unit; NULL is a blank cell, never zero", "数值（空白为 NULL）"),
        Column("unit", "VARCHAR", "Unit of value; amounts are always 万元", "单位", nullable=False),
        Column("resolution", DECIMAL, "Value of the last printed digit, same unit", "最小印刷位", nullable=False),
        Column("printed", "VARCHAR", "Text as printed", "原文", nullable=False),
        Column("page", "INTEGER", "Page, from 1; NULL in a text without pages", "页"),
        Column("x0", "DOUBLE", "Box: left (points)", "左"),
        Column("top", "DOUBLE", "Box: top (points)", "上"),
        Column("x1", "DOUBLE", "Box: right (points)", "右"),
        Column("bottom", "DOUBLE", "Box: bottom (points)", "下"),
        Column("line", "INTEGER", "Line of a text document", "行"),
        Column("reader", "VARCHAR", "Reader and its version", "读取程序", nullable=False),
        Column(
            "agreement",
            "VARCHAR",
            "What two independent readers made of the cell",
            "两次读取是否一致",
            nullable=False,
            domain=("agreed", "single", "differs"),
        ),
        Column("other_reading", "VARCHAR", "The second reader's text where it differs", "另一读取结果"),
        Column(
            "placement",
            "VARCHAR",
            "How the column was known: printed there, or chosen by the form's identities",
            "列位依据",
            nullable=False,
            domain=("printed", "identity"),
        ),
        Column("concept", "VARCHAR", "What the row is, whatever its words: opening_balance, total, fiscal_income …", "行概念"),
        Column("row_order", "INTEGER", "Order of the row in the printed table, from 1", "行序"),
        Column("printing", "INTEGER", "Which printing of the table it is of; 0 the first", "第几次印出"),
        Column("confidence", "DOUBLE", "Of a recognised picture, that of its least sure character (0 to 1)", "识别置信度"),
        Column("doubt", "VARCHAR", "Why the reading is not sure; NULL where it is", "读取存疑的原因"),
    ),
    ("figure_id",),
)

PAGES = Table(
    "core",
    "pages",
    "One row a page with a table: what was printed and what was read",
    "每个含表页面的读取完整性",
    (
        *ITS_REPORT,
        Column("page", "INTEGER", "Page, from 1; 1 in a text without pages", "页", nullable=False),
        Column("decimals_printed", "INTEGER", "Decimals that the page prints", "页面小数个数", nullable=False),
        Column("decimals_lost", "INTEGER", "Decimals that stand in no cell and no line", "未读入的小数个数", nullable=False),
        Column("lost", "VARCHAR", "Those decimals", "未读入的小数"),
        Column("stray", "VARCHAR", "Numbers in a form's table that became no figure", "表内未成为数字的文本"),
    ),
    ("report_id", "page"),
)

FORMS = Table(
    "core",
    "forms",
    "One row a statutory form of a report: listed, printed, empty, or not",
    "每张法定公开表的公开情况",
    (
        *ITS_REPORT,
        Column("statement", "VARCHAR", "Key of the form", "表", nullable=False),
        Column("printed_title", "VARCHAR", "Title as printed", "表名原文"),
        Column("listed", "BOOLEAN", "Whether the contents list it", "目录是否列出", nullable=False),
        Column("printings", "INTEGER", "How often it is printed", "印出次数", nullable=False),
        Column(
            "state",
            "VARCHAR",
            "What could be made of it",
            "状态",
            nullable=False,
            domain=("read", "empty", "missing", "not_required", "repeated", "unread"),
        ),
        Column("rows", "INTEGER", "Rows read", "行数", nullable=False),
        Column("figures", "INTEGER", "Figures read, blanks included", "数字个数", nullable=False),
        Column("unit_printed", "VARCHAR", "Unit as printed", "单位原文"),
        Column("unit_read", "VARCHAR", "Unit that the figures are in, told by the other forms where the label is wrong", "实际单位"),
        Column("first_page", "INTEGER", "Page of its title", "起始页"),
        Column("first_line", "INTEGER", "Line of its title in a text", "起始行"),
        *in_both("problem", "Why it could not be read", "问题"),
    ),
    ("report_id", "statement"),
)

CORE = (REPORTS, DOCUMENTS, FIGURES, PARTS, NUMBER_ACCOUNTS, UNREAD_NUMBERS, PAGES, FORMS)
