"""``checks.suspects``, ``checks.cases``, ``reconciled.*`` and ``marts.triage`` as metadata.

What belongs here: names, types and comments.  What may not: how they are computed (:mod:`pipeline.reconciliation`).
Amounts are in 万元; NULL is a blank cell or a bound that the equations do not give, never zero.
"""

from __future__ import annotations

from pipeline.schema.base import DECIMAL, Column, Table, in_both

_HEAD = (
    Column("report_id", "VARCHAR", "Its report", "报告标识", nullable=False),
    Column("publisher", "VARCHAR", "Publisher", "公开单位", nullable=False),
    Column("fiscal_year", "INTEGER", "Year of the accounts", "决算年度", nullable=False),
)
_DOUBT = Column(
    "doubt",
    "VARCHAR",
    "Whose mistake it looks like: the reading's, the publisher's, or not to be told",
    "疑点性质",
    nullable=False,
    domain=("extraction", "publisher", "unknown"),
)
_STATUS = Column("status", "VARCHAR", "Open, or decided by a person", "状态", nullable=False, domain=("open", "decided"))

_HOW_FAR = (
    Column("assignee", "VARCHAR", "Who looks at it", "经办人"),
    Column("remark", "VARCHAR", "What that person says", "经办备注"),
)

CASES = Table(
    "checks",
    "cases",
    "One row a cause: findings that one smallest set of wrong figures explains",
    "每个原因一行：可由同一组错误数字解释的问题",
    (
        Column("case_id", "VARCHAR", "Stable: hash of its likeliest suspects", "案件标识", nullable=False),
        *_HEAD,
        Column("findings", "INTEGER", "Findings that it explains", "问题数", nullable=False),
        Column("size", "INTEGER", "Figures that must be wrong at least", "至少有误的数字个数", nullable=False),
        Column("ties", "INTEGER", "Equally small explanations; 0 where none was found", "同等最小解释个数", nullable=False),
        Column("complete", "BOOLEAN", "Whether ties is all of them", "是否穷尽", nullable=False),
        Column(
            "method",
            "VARCHAR",
            "How it was explained",
            "求解方法",
            nullable=False,
            domain=("one figure", "search", "integer programme", "shifted block", "between reports", "unexplained", "in words"),
        ),
        _DOUBT,
        _STATUS,
        Column("decision", "VARCHAR", "The decision taken on it", "裁定"),
        Column(
            "state",
            "VARCHAR",
            "How far it is; stale: what was decided no longer meets what is printed",
            "进度",
            nullable=False,
            domain=("open", "reviewing", "decided", "stale"),
        ),
        *_HOW_FAR,
        *in_both("note", "What could not be settled", "备注", nullable=False),
    ),
    ("case_id",),
)

CASE_FINDINGS = Table(
    "checks",
    "case_findings",
    "Which finding belongs to which case",
    "问题与案件的对应",
    (
        Column("case_id", "VARCHAR", "Case", "案件标识", nullable=False),
        Column("finding_id", "VARCHAR", "Finding", "问题标识", nullable=False),
        *_HEAD,
        _STATUS,
        Column("decision", "VARCHAR", "The decision taken on it", "裁定"),
    ),
    ("case_id", "finding_id"),
)

SUSPECTS = Table(
    "checks",
    "suspects",
    "Figures taken for wrong, and words: a row a finding, explanation and figure",
    "疑似有误的数字与文字",
    (
        Column("case_id", "VARCHAR", "Its case", "案件标识", nullable=False),
        Column("finding_id", "VARCHAR", "A finding of the case", "问题标识", nullable=False),
        Column("rank", "INTEGER", "Rank of the explanation, 1 the likeliest", "解释名次", nullable=False),
        Column("figure_id", "VARCHAR", "The figure; a name of its own for a word", "数字标识", nullable=False),
        *_HEAD,
        Column("place", "VARCHAR", "Form, row and column", "位置", nullable=False),
        Column("printed", "VARCHAR", "What is printed; empty for a blank", "印出", nullable=False),
        Column("suggested", DECIMAL, "Value that fits best", "建议数"),
        Column("low", DECIMAL, "Least true value that the equations admit", "下限", rounded=True),
        Column("high", DECIMAL, "Greatest true value that the equations admit", "上限", rounded=True),
        *in_both("reason", "What speaks for it and against it", "理由", nullable=False),
        Column("score", "DOUBLE", "Score of its explanation", "得分", nullable=False),
        Column("ties", "INTEGER", "Equally small explanations of the case", "同等最小解释个数", nullable=False),
        Column("in_finding", "BOOLEAN", "Whether the finding's equation holds the figure itself", "是否在该等式中", nullable=False),
        _DOUBT,
        Column(
            "agreement",
            "VARCHAR",
            "What two independent readers made of the cell",
            "两次读取是否一致",
            nullable=False,
            domain=("agreed", "single", "differs"),
        ),
        Column("other_reading", "VARCHAR", "The second reader's text where it differs", "另一读取结果"),
        Column("page", "INTEGER", "Page", "页"),
        Column("line", "INTEGER", "Line of a text document", "行"),
    ),
    ("case_id", "finding_id", "rank", "figure_id"),
)

LOCALISABILITY = Table(
    "checks",
    "localisability",
    "For which figures an error can be told from every other, before any error is seen",
    "各数字出错时能否唯一定位",
    (
        Column("figure_id", "VARCHAR", "The figure", "数字标识", nullable=False),
        *_HEAD,
        Column("equations", "INTEGER", "Equations that it stands in", "所在等式数", nullable=False),
        Column(
            "rivals", "INTEGER", "Figures, itself included, that share exactly its equations; 0: none checks it", "不可区分的数字个数", nullable=False
        ),
    ),
    ("figure_id",),
)

DECISIONS = Table(
    "checks",
    "adjudications",
    "Decisions of persons: applied, or why not",
    "人工裁定及其状态",
    (
        Column("entry", "VARCHAR", "File and number of the entry", "条目", nullable=False),
        Column("fiscal_year", "INTEGER", "Year of the accounts", "决算年度", nullable=False),
        Column("report_id", "VARCHAR", "The report it is about", "报告标识"),
        Column("subject", "VARCHAR", "The case or finding", "案件或问题"),
        Column("verdict", "VARCHAR", "Decision", "裁定", domain=("keep_printed", "use_value", "misread", "not_an_error")),
        Column("state", "VARCHAR", "Applied, or why not", "状态", nullable=False, domain=("applied", "stale", "expired", "contradictory", "invalid")),
        *in_both("why", "Why it is not applied", "未适用原因", nullable=False),
        Column("reason", "VARCHAR", "Reason given", "理由"),
        Column("author", "VARCHAR", "Who decided", "裁定人"),
        Column("decided_on", "VARCHAR", "Date of the decision", "裁定日期"),
        Column("expires", "VARCHAR", "Last day it holds", "有效期至"),
    ),
    ("fiscal_year", "entry", "why"),
)

SIGN_OFFS = Table(
    "checks",
    "sign_offs",
    "Reports that a person has gone through, and whether the document is still the same",
    "报告签核",
    (
        *_HEAD,
        Column("document_sha256", "VARCHAR", "Hash of the document that was gone through", "签核时的文件哈希", nullable=False),
        Column("signed_by", "VARCHAR", "Who", "签核人", nullable=False),
        Column("signed_on", "VARCHAR", "When", "签核日期", nullable=False),
        Column("note", "VARCHAR", "What that person says", "备注"),
        Column("state", "VARCHAR", "Valid, or superseded by another edition", "状态", nullable=False, domain=("valid", "superseded")),
    ),
    ("report_id", "signed_by", "signed_on", "document_sha256"),
)

AMOUNTS = Table(
    "reconciled",
    "amounts",
    "One value a quantity, with the figures behind it",
    "每个指标的唯一取值及其来源",
    (
        Column("publisher", "VARCHAR", "Publisher", "公开单位", nullable=False),
        Column("fiscal_year", "INTEGER", "Year of the accounts", "决算年度", nullable=False),
        Column("quantity", "VARCHAR", "What is measured", "指标", nullable=False),
        Column("code", "VARCHAR", "Classification code, or total", "科目编码", nullable=False),
        Column("report_id", "VARCHAR", "Its report", "报告标识", nullable=False),
        Column("value", DECIMAL, "The value kept", "取值"),
        Column("unit", "VARCHAR", "Unit of value", "单位", nullable=False),
        Column("status", "VARCHAR", "What its sources say", "来源是否一致", nullable=False, domain=("agreed", "rounding", "conflict", "single")),
        Column(
            "rule",
            "VARCHAR",
            "What chose the value",
            "取值规则",
            nullable=False,
            domain=("decided", "only source", "all sources agree", "finest print", "unsuspected source", "most sources", "first source"),
        ),
        Column("sources", "VARCHAR", "Figures behind it (JSON list of figure ids)", "来源数字", nullable=False),
        Column("chosen_figure_id", "VARCHAR", "Figure whose value was kept; NULL where a decision gives it", "所取数字"),
        Column("case_id", "VARCHAR", "Case in which one of its figures is suspected", "案件标识"),
    ),
    ("publisher", "report_id", "quantity", "code"),
)

BALANCES = Table(
    "reconciled",
    "balances",
    "The identities over reconciled values: exact, or off by how much and why",
    "取值后的勾稽结果",
    (
        Column("equation_id", "VARCHAR", "The equation", "等式标识", nullable=False),
        Column("rule_id", "VARCHAR", "Its rule", "规则代码", nullable=False),
        *_HEAD,
        Column("place", "VARCHAR", "Form, row and column", "位置", nullable=False),
        Column(
            "verdict", "VARCHAR", "Verdict over reconciled values", "判定", nullable=False, domain=("exact", "rounding", "violated", "not_evaluated")
        ),
        Column("difference", DECIMAL, "By how much it is off", "差额"),
        Column("case_id", "VARCHAR", "The case that it belongs to", "案件标识"),
    ),
    ("equation_id",),
)


def _form(name: str, comment: str, comment_zh: str, measures: tuple[str, ...]) -> Table:
    """A table in the shape of a form: a row a printed row, a column a measure, values reconciled."""
    return Table(
        "reconciled", name, f"{comment}, reconciled values (万元)", f"{comment_zh}（取值后，万元）",
        (
            *_HEAD,
            Column("side", "VARCHAR", "Side of a two-sided form; empty for others", "左右栏", nullable=False),
            Column("row", "VARCHAR", "Order of the row in the printed form", "行序", nullable=False),
            Column("code", "VARCHAR", "Classification code", "科目编码"),
            Column("label", "VARCHAR", "Row label as printed", "科目名称"),
            *(Column(m, DECIMAL, f"Column {m} of the form", f"栏目 {m}") for m in measures),
            Column("changed", "VARCHAR", "Columns whose value is not the printed one", "与印出不同的栏目", nullable=False),
            Column("suspected", "VARCHAR", "Columns with a figure of an open case", "疑似有误的栏目", nullable=False),
        ),
        ("report_id", "side", "row"),
    )  # fmt: skip


_THREE_PUBLIC = tuple(
    f"{when}_{kind}" for when in ("budget", "final") for kind in ("total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception")
)

#: Statement → the reconciled table in its shape.
FORM_TABLES: dict[str, Table] = {
    "income_expenditure_summary": _form("income_and_expenditure", "Income and expenditure summary", "收入支出决算总表", ("amount",)),
    "income": _form(
        "income_by_function", "Income by functional item", "收入决算表",
        ("total", "fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other"),
    ),
    "expenditure": _form(
        "expenditure_by_function", "Expenditure by functional item", "支出决算表",
        ("total", "basic", "project", "to_superior", "business", "affiliated_subsidy"),
    ),
    "fiscal_appropriation_summary": _form(
        "fiscal_appropriation", "Fiscal appropriation summary", "财政拨款收入支出决算总表",
        ("amount", "total", "general", "government_fund", "state_capital"),
    ),
    "general_budget_expenditure": _form(
        "general_budget_by_function", "General public budget expenditure by functional item", "一般公共预算财政拨款支出决算表",
        ("total", "basic", "project"),
    ),
    "basic_expenditure_by_economic_class": _form(
        "basic_expenditure_by_economic_class", "Basic expenditure by economic class", "一般公共预算财政拨款基本支出决算表", ("amount",)
    ),
    "government_fund": _form(
        "government_fund", "Government fund income and expenditure", "政府性基金预算财政拨款收入支出决算表",
        ("opening", "income", "total", "basic", "project", "closing"),
    ),
    "state_capital": _form(
        "state_capital", "State capital budget expenditure", "国有资本经营预算财政拨款支出决算表",
        ("opening", "income", "total", "basic", "project", "closing"),
    ),
    "three_public": _form("three_public", "Three public expenses", "财政拨款“三公”经费支出决算表", _THREE_PUBLIC),
}  # fmt: skip

TRIAGE = Table(
    "marts",
    "triage",
    "Open cases by publisher, with suspects, pages and an entry to paste into the adjudications",
    "待裁定案件清单",
    (
        Column("case_id", "VARCHAR", "Case", "案件标识", nullable=False),
        *_HEAD,
        Column("severity", "VARCHAR", "Weight of its heaviest finding", "严重程度", nullable=False, domain=("error", "warning", "info")),
        Column(
            "state",
            "VARCHAR",
            "How far it is; stale: what was decided no longer meets what is printed",
            "进度",
            nullable=False,
            domain=("open", "reviewing", "stale"),
        ),
        *_HOW_FAR,
        _DOUBT,
        Column("findings", "INTEGER", "Findings that it explains", "问题数", nullable=False),
        Column("rules", "VARCHAR", "What should hold, in Chinese, a rule a line", "所违反的规则", nullable=False),
        Column("places", "VARCHAR", "Where they are", "问题位置", nullable=False),
        Column("suspects", "VARCHAR", "The likeliest explanation: printed → suggested", "最可能的解释", nullable=False),
        Column("figures", "VARCHAR", "The suspects in core.figures, a line each", "疑似有误的数字标识", nullable=False),
        *in_both("readings", "What each reader read in the suspected cells", "两次读取结果", nullable=False),
        Column("unique", "BOOLEAN", "Whether no other equally small explanation exists", "是否唯一", nullable=False),
        Column("ties", "INTEGER", "Equally small explanations", "同等最小解释个数", nullable=False),
        Column("page", "INTEGER", "Page of the first suspect or finding", "页"),
        Column("line", "INTEGER", "Line of the first suspect or finding in a text document", "行"),
        Column("entry", "VARCHAR", "Ready to paste into a file of the folder adjudications", "裁定条目（可直接粘贴）", nullable=False),
    ),
    ("case_id",),
)

SUSPICIONS = (CASES, CASE_FINDINGS, SUSPECTS, LOCALISABILITY, DECISIONS, SIGN_OFFS)
RECONCILED = (AMOUNTS, BALANCES, *FORM_TABLES.values())
