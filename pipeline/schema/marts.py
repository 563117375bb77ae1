"""``marts.*`` as metadata: wide, documented, stable tables for business intelligence.

What belongs here: names, types and comments.  What may not: how they are computed (:mod:`pipeline.warehouse.marts`).
Amounts are in 万元; NULL is a blank cell or a form that is not printed, never zero.
"""

from __future__ import annotations

from pipeline.schema.base import DECIMAL, Column, Table

_REPORT = (
    Column("report_id", "VARCHAR", "Its report", "报告标识", nullable=False),
    Column("publisher", "VARCHAR", "Publisher as the report prints it", "公开单位", nullable=False),
    Column(
        "publisher_kind", "VARCHAR", "Department (its units included) or single unit", "部门或单位", nullable=False, domain=("department", "unit")
    ),
    Column("fiscal_year", "INTEGER", "Year of the accounts", "决算年度", nullable=False),
)

_REGISTERED = (
    Column("division", "VARCHAR", "Administrative division code (GB/T 2260), where the registry knows the publisher", "行政区划代码"),
    Column("level", "VARCHAR", "Level of government, where the registry knows the publisher", "层级"),
    Column("parent", "VARCHAR", "Its department, where the registry knows one", "主管部门"),
)

_PLACE = (
    Column("page", "INTEGER", "Page of the row's first figure", "页"),
    Column("line", "INTEGER", "Line of the row's first figure in a text document", "行"),
)


def _count(name: str, comment: str, comment_zh: str) -> Column:
    return Column(name, "INTEGER", comment, comment_zh, nullable=False)


def _amount(name: str, comment: str, comment_zh: str) -> Column:
    return Column(name, DECIMAL, f"{comment} (万元)", f"{comment_zh}（万元）")


def _percent(name: str, comment: str, comment_zh: str) -> Column:
    return Column(name, DECIMAL, f"{comment} (%, two decimals)", f"{comment_zh}（%，两位小数）", rounded=True)


REPORT_OVERVIEW = Table(
    "marts",
    "report_overview",
    "One row a report: what was read, how it was judged, its main totals",
    "每份报告一行：读取情况、勾稽结果与主要总额",
    (
        *_REPORT,
        *_REGISTERED,
        Column("title", "VARCHAR", "Title as printed", "报告标题", nullable=False),
        Column("media_type", "VARCHAR", "Type told from the bytes", "文件类型", nullable=False),
        _count("page_count", "Pages (1 for a text)", "页数"),
        Column("source_url", "VARCHAR", "Where the document was fetched or found", "来源地址"),
        Column("numbers_printed", "INTEGER", "Numbers that the document prints", "印出的数字个数"),
        Column("numbers_accounted", "INTEGER", "Of these, those that became a figure, a statement or an identifier", "其中已读入的个数"),
        Column("parts_unread", "INTEGER", "Parts that were found and not understood", "未能读入的部分个数"),
        Column("numbers_accounted_pct", DECIMAL, "Share of the numbers that are accounted for, in per cent", "已读入数字占比（%）", rounded=True),
        _count("forms_read", "Statutory forms that were read", "已读公开表数"),
        _count("forms_empty", "Statutory forms printed without figures", "无数据公开表数"),
        _count("forms_missing", "Statutory forms listed or required, and not printed", "缺失公开表数"),
        _count("forms_unread", "Statutory forms printed and not read, in whole or in part", "无法读取公开表数"),
        _count("figures", "Figures, blank cells included", "数字个数（含空白）"),
        _count("figures_blank", "Blank cells", "空白单元格数"),
        _count("figures_doubtful", "Figures that two readers read differently", "两次读取不一致的数字"),
        _count("figures_placed_by_identity", "Figures whose column was chosen by the form's identities", "由勾稽关系定列的数字"),
        _count("decimals_lost", "Printed decimals that stand in no cell and no line", "未读入的小数个数"),
        _count("equations", "Equations, whatever their verdict", "等式数"),
        _count("equations_exact", "Equations that hold as printed", "完全相符的等式"),
        _count("equations_rounding", "Equations that hold within rounding", "尾差内相符的等式"),
        _count("equations_violated", "Equations that do not hold", "不相符的等式"),
        _count("equations_not_evaluated", "Equations with an operand that could not be found", "未能判定的等式"),
        _count("findings_error", "Findings to correct", "错误"),
        _count("findings_warning", "Findings to look at", "警告"),
        _count("findings_info", "Remarks", "提示"),
        _count("obligations", "What ought to be checked of a report of its kind and year", "应核对事项数"),
        _count("obligations_held", "Obligations that hold", "已核对相符的事项"),
        _count("obligations_violated", "Obligations that are violated", "已核对不符的事项"),
        _count("obligations_not_applicable", "Obligations that do not apply, with a ground", "不适用的事项"),
        _count("obligations_not_evaluated", "Obligations for which an operand is missing", "缺少项目未能核对的事项"),
        _count("obligations_unread", "Obligations whose part could not be read", "未能读取的事项"),
        Column(
            "obligations_checked_pct",
            DECIMAL,
            "Obligations that hold or are violated, in per cent of all of the report's kind and year",
            "已核对事项占同类单位同年度全部应核对事项的比重（%）",
            rounded=True,
        ),
        _count("findings_open", "Findings that wait for a decision", "待裁定问题"),
        _count("findings_decided", "Findings that a person has decided", "已裁定问题"),
        _count("cases_open", "Cases that nobody looks at yet", "待处理案件"),
        _count("cases_reviewing", "Cases that somebody looks at", "处理中案件"),
        _count("cases_stale", "Cases whose decision no longer meets what is printed", "裁定已过时的案件"),
        _count("cases_decided", "Cases that are decided", "已裁定案件"),
        Column("signed_off_by", "VARCHAR", "Who has signed the report off as its document is now", "签核人"),
        _amount("income_year", "Income of the year (income and expenditure summary)", "本年收入合计"),
        _amount("income_grand_total", "Income with opening balances", "收入总计"),
        _amount("income_fiscal", "Fiscal appropriation income (income form)", "财政拨款收入"),
        _amount("opening_balance", "Opening balance carried forward", "年初结转和结余"),
        _amount("expenditure_year", "Expenditure of the year (income and expenditure summary)", "本年支出合计"),
        _amount("expenditure_grand_total", "Expenditure with closing balances", "支出总计"),
        _amount("closing_balance", "Closing balance carried forward", "年末结转和结余"),
        _amount("expenditure_basic", "Basic expenditure (expenditure form)", "基本支出"),
        _amount("expenditure_project", "Project expenditure (expenditure form)", "项目支出"),
        _amount("general_budget_expenditure", "Expenditure of the general public budget", "一般公共预算财政拨款支出"),
        _amount("government_fund_expenditure", "Expenditure of government funds", "政府性基金预算财政拨款支出"),
        _amount("state_capital_expenditure", "Expenditure of the state capital budget", "国有资本经营预算财政拨款支出"),
        _amount("personnel_expenditure", "Personnel part of basic expenditure", "人员经费合计"),
        _amount("public_expenditure", "Operating part of basic expenditure", "公用经费合计"),
        _amount("three_public_budget", "Three public expenses: budget", "“三公”经费预算数"),
        _amount("three_public_final", "Three public expenses: final", "“三公”经费决算数"),
    ),
    ("report_id",),
)

EXPENDITURE_BY_FUNCTION = Table(
    "marts",
    "expenditure_by_function",
    "Expenditure by functional classification: one row a code of a report",
    "按支出功能分类的支出，每个科目一行",
    (
        *_REPORT,
        Column("code", "VARCHAR", "Functional code", "功能分类科目编码", nullable=False),
        Column("name", "VARCHAR", "Name as printed", "科目名称"),
        Column("level", "VARCHAR", "Level of the code; NULL for a code of another length", "级次", domain=("class", "section", "item")),
        Column("is_leaf", "BOOLEAN", "No longer code of the report begins with it: sum these to count nothing twice", "是否末级科目", nullable=False),
        Column("class_code", "VARCHAR", "Code of its class", "类编码"),
        Column("class_name", "VARCHAR", "Name of its class as the report prints it", "类名称"),
        Column("section_code", "VARCHAR", "Code of its section", "款编码"),
        Column("section_name", "VARCHAR", "Name of its section as the report prints it", "款名称"),
        _amount("total", "Expenditure form: total", "本年支出合计"),
        _amount("basic", "Expenditure form: basic", "基本支出"),
        _amount("project", "Expenditure form: project", "项目支出"),
        _amount("to_superior", "Expenditure form: paid to superior", "上缴上级支出"),
        _amount("business", "Expenditure form: business", "经营支出"),
        _amount("affiliated_subsidy", "Expenditure form: subsidy to affiliates", "对附属单位补助支出"),
        _amount("general_total", "General public budget: total", "一般公共预算财政拨款支出合计"),
        _amount("general_basic", "General public budget: basic", "一般公共预算基本支出"),
        _amount("general_project", "General public budget: project", "一般公共预算项目支出"),
        _amount("fund_total", "Government funds: total", "政府性基金支出合计"),
        _amount("fund_basic", "Government funds: basic", "政府性基金基本支出"),
        _amount("fund_project", "Government funds: project", "政府性基金项目支出"),
        _amount("state_capital_total", "State capital budget: total", "国有资本经营预算支出合计"),
        _amount("state_capital_basic", "State capital budget: basic", "国有资本经营预算基本支出"),
        _amount("state_capital_project", "State capital budget: project", "国有资本经营预算项目支出"),
        *_PLACE,
    ),
    ("report_id", "code"),
)

EXPENDITURE_BY_ECONOMIC_CLASS = Table(
    "marts",
    "expenditure_by_economic_class",
    "Basic expenditure of the general public budget by economic classification: one row a code of a report",
    "一般公共预算财政拨款基本支出按经济分类，每个科目一行",
    (
        *_REPORT,
        Column("code", "VARCHAR", "Economic code", "经济分类科目编码", nullable=False),
        Column("name", "VARCHAR", "Name as printed", "科目名称"),
        Column("level", "VARCHAR", "Level of the code; NULL for a code of another length", "级次", domain=("class", "item")),
        Column("is_leaf", "BOOLEAN", "No longer code of the report begins with it: sum these to count nothing twice", "是否末级科目", nullable=False),
        Column("side", "VARCHAR", "Personnel or operating money", "人员经费或公用经费", domain=("personnel", "public")),
        Column("class_code", "VARCHAR", "Code of its class", "类编码"),
        Column("class_name", "VARCHAR", "Name of its class as the report prints it", "类名称"),
        _amount("amount", "Final amount", "决算数"),
        _percent("share_of_basic", "Share of basic expenditure (personnel and operating total)", "占基本支出比重"),
        *_PLACE,
    ),
    ("report_id", "code"),
)

INCOME_AND_EXPENDITURE = Table(
    "marts",
    "income_and_expenditure",
    "Income by kind and expenditure by class, with the fiscal money beside: one row a labelled line of the summary form",
    "收入支出决算总表逐行，并列财政拨款",
    (
        *_REPORT,
        Column("side", "VARCHAR", "Side of the form", "收入或支出", nullable=False, domain=("income", "expenditure")),
        Column("row_order", "INTEGER", "Order of the labelled lines of the side, from 1", "行序", nullable=False),
        Column(
            "row_kind",
            "VARCHAR",
            "Income kind or class; total of the year; balance; total with balances; part of the line above",
            "行类别",
            nullable=False,
            domain=("item", "year_total", "balance", "grand_total", "of_which"),
        ),
        Column("item", "VARCHAR", "Label without numbering", "项目", nullable=False),
        Column("class_code", "VARCHAR", "Functional class (expenditure)", "类编码"),
        _amount("amount", "Final amount", "决算数"),
        _percent("share_of_year", "Share of the side's total of the year", "占本年合计比重"),
        _amount("fiscal_amount", "Same line of the fiscal appropriation summary", "其中：财政拨款"),
        _amount("fiscal_general", "… from the general public budget", "一般公共预算财政拨款"),
        _amount("fiscal_government_fund", "… from government funds", "政府性基金预算财政拨款"),
        _amount("fiscal_state_capital", "… from the state capital budget", "国有资本经营预算财政拨款"),
        Column("figure_id", "VARCHAR", "The amount in core.figures", "数字标识", nullable=False),
        *_PLACE,
    ),
    ("report_id", "side", "row_order"),
)

_THREE_PUBLIC = (
    ("total", "total", "合计"),
    ("abroad", "travel abroad", "因公出国（境）费"),
    ("vehicle", "official vehicles", "公务用车购置及运行维护费"),
    ("vehicle_purchase", "purchase of vehicles", "公务用车购置费"),
    ("vehicle_operation", "operation of vehicles", "公务用车运行维护费"),
    ("reception", "official reception", "公务接待费"),
)

THREE_PUBLIC = Table(
    "marts",
    "three_public",
    "The three public expenses (travel abroad, vehicles, reception): one row a report that prints the form",
    "“三公”经费支出，每份报告一行",
    (
        *_REPORT,
        *(_amount(f"budget_{m}", f"Budget: {en}", f"预算数：{zh}") for m, en, zh in _THREE_PUBLIC),
        *(_amount(f"final_{m}", f"Final: {en}", f"决算数：{zh}") for m, en, zh in _THREE_PUBLIC),
        _amount("final_minus_budget", "Final total less budget total", "决算数减预算数"),
        _percent("completion", "Final total by budget total; NULL for a budget of nothing", "完成预算比例"),
        *_PLACE,
    ),
    ("report_id",),
)

BUDGET_EXECUTION_BY_ITEM = Table(
    "marts",
    "budget_execution_by_item",
    "Budget, final amount, rate and reason of every functional item that the narrative explains",
    "决算情况说明中各项支出的年初预算、决算、完成率及原因",
    (
        *_REPORT,
        Column(
            "budget_kind",
            "VARCHAR",
            "Budget that the item belongs to",
            "预算类别",
            nullable=False,
            domain=("general_budget", "fund", "state_capital"),
        ),
        Column("row_order", "INTEGER", "Order in the narrative", "序号", nullable=False),
        Column("item", "VARCHAR", "Item as the narrative names it (类, 款, 项)", "科目（原文）", nullable=False),
        Column("code", "VARCHAR", "Functional code, where a form prints that name", "功能分类科目编码"),
        Column("name", "VARCHAR", "Name of the code in the form", "科目名称"),
        _amount("initial_budget", "Initial budget; NULL where there is none or none is stated", "年初预算数"),
        Column("no_initial_budget", "BOOLEAN", "Whether the narrative says that there was no initial budget", "是否无年初预算", nullable=False),
        _amount("adjusted_budget", "Budget of the whole year, where the narrative states that", "全年预算数"),
        _amount("final", "Final amount as the narrative states it", "决算数"),
        _amount("form_amount", "Final amount in the form", "决算表金额"),
        Column("completion_printed", DECIMAL, "Completion rate as printed (%)", "完成预算比例（原文，%）"),
        _percent("completion", "Final by initial budget (by that of the year where no initial one is stated)", "完成预算比例"),
        Column("direction", "VARCHAR", "Word for final against budget", "决算数与预算数比较的表述"),
        Column("reason", "VARCHAR", "Reason that the narrative gives", "原因"),
        *_PLACE,
    ),
    ("report_id", "row_order"),
)


SPENDING = Table(
    "marts",
    "spending",
    "All spending in one long table, phases as a dimension. Amounts add up within one classification, fund and phase of a report",
    "支出长表：预算、调整、执行各为一行；同一分类、资金与阶段内可相加",
    (
        *_REPORT,
        *_REGISTERED,
        Column("row_order", "INTEGER", "Order in its report, from 1", "序号", nullable=False),
        Column(
            "classification",
            "VARCHAR",
            "By which codes the money is told apart",
            "分类口径",
            nullable=False,
            domain=("functional", "economic", "three_public"),
        ),
        Column(
            "phase",
            "VARCHAR",
            "Budget of the year's beginning, budget as adjusted, or executed",
            "阶段",
            nullable=False,
            domain=("budget", "adjusted", "executed"),
        ),
        Column(
            "fund",
            "VARCHAR",
            "All money, or the budget that it is of",
            "资金口径",
            nullable=False,
            domain=("all", "general_budget", "government_fund", "state_capital"),
        ),
        Column(
            "nature",
            "VARCHAR",
            "Kind of expenditure; NULL where only a total is printed",
            "支出性质",
            domain=("basic", "project", "to_superior", "business", "affiliated_subsidy"),
        ),
        Column("function_code", "VARCHAR", "Functional code; no longer one of the same form begins with it", "功能分类科目编码"),
        Column("function_name", "VARCHAR", "Name as printed", "功能分类科目名称"),
        Column("function_class", "VARCHAR", "Code of its class", "功能分类类编码"),
        Column("cofog", "VARCHAR", "Division of COFOG by functional class: the project's own reading, official nowhere", "COFOG 职能（非官方）"),
        Column("cofog_label", "VARCHAR", "Name of that division", "COFOG 职能名称（非官方）"),
        Column("economic_code", "VARCHAR", "Economic code", "经济分类科目编码"),
        Column("economic_name", "VARCHAR", "Name as printed", "经济分类科目名称"),
        Column("amount", DECIMAL, "Amount (万元)", "金额（万元）", nullable=False),
        Column("figure_id", "VARCHAR", "The amount in core.figures, where it is of a form", "数字标识"),
        *_PLACE,
    ),
    ("report_id", "row_order"),
)

FINDINGS = Table(
    "marts",
    "findings",
    "Every finding with its rule in both languages, the address of its printed figure, and its case",
    "全部问题：规则、数字位置与案件",
    (
        Column("finding_id", "VARCHAR", "Finding", "问题标识", nullable=False),
        *_REPORT,
        *_REGISTERED,
        Column("severity", "VARCHAR", "Weight", "严重程度", nullable=False, domain=("error", "warning", "info")),
        Column("status", "VARCHAR", "Open, or decided by a person", "状态", nullable=False, domain=("open", "decided")),
        Column("kind", "VARCHAR", "Kind", "类别", nullable=False),
        Column("rule_id", "VARCHAR", "Its rule", "规则代码", nullable=False),
        Column("rule_title", "VARCHAR", "What should hold", "规则（英文）"),
        Column("rule_title_zh", "VARCHAR", "What should hold, in Chinese", "规则"),
        Column("formula", "VARCHAR", "The equation", "公式"),
        Column("place", "VARCHAR", "Form, row and column", "位置", nullable=False),
        Column("printed", "VARCHAR", "What the report prints", "印出"),
        Column("expected", "VARCHAR", "What it should print", "应为"),
        Column("difference", DECIMAL, "printed − expected", "差额", rounded=True),
        Column("explanation", "VARCHAR", "In words", "说明（英文）", nullable=False),
        Column("explanation_zh", "VARCHAR", "In words, in Chinese", "说明", nullable=False),
        Column("figure_id", "VARCHAR", "The printed figure; NULL of a finding in words", "数字标识"),
        Column("statement", "VARCHAR", "Its form or table", "表"),
        Column("side", "VARCHAR", "Its side of a two-sided form", "左右栏"),
        Column("code", "VARCHAR", "Its classification code", "科目编码"),
        Column("label", "VARCHAR", "Its row label", "科目名称"),
        Column("measure", "VARCHAR", "Its column", "栏目"),
        Column("page", "INTEGER", "Page", "页"),
        Column("line", "INTEGER", "Line of a text document", "行"),
        Column("x0", "DOUBLE", "Box of the printed figure: left (points)", "左"),
        Column("top", "DOUBLE", "Box of the printed figure: top (points)", "上"),
        Column("x1", "DOUBLE", "Box of the printed figure: right (points)", "右"),
        Column("bottom", "DOUBLE", "Box of the printed figure: bottom (points)", "下"),
        Column("case_id", "VARCHAR", "Its case", "案件标识"),
        Column("doubt", "VARCHAR", "Whose mistake it looks like", "疑点性质"),
        Column("suspects", "VARCHAR", "Figures of the case's likeliest explanation, a line each", "最可能有误的数字"),
        Column("suspect_places", "VARCHAR", "Where those stand, a line each", "最可能有误的位置"),
        Column("decision", "VARCHAR", "The decision taken on it", "裁定"),
    ),
    ("finding_id",),
)


def _points(name: str, comment: str, comment_zh: str) -> Column:
    return Column(name, DECIMAL, f"{comment} (points)", f"{comment_zh}（分）")


_FORM_NO = Column("form_no", "INTEGER", "Order of the self-evaluation form in the report, from 1", "自评表序", nullable=False)
_PROJECT = Column("project", "VARCHAR", "Project as the form prints it", "项目名称")

PROJECT_PERFORMANCE = Table(
    "marts",
    "project_performance",
    "One row a self-evaluation form: budget, execution, scores and findings of a project",
    "每张自评表一行：项目预算、执行、得分与问题数",
    (
        *_REPORT,
        _FORM_NO,
        _PROJECT,
        Column("competent_department", "VARCHAR", "Competent department", "主管部门"),
        Column("implementing_unit", "VARCHAR", "Implementing unit", "实施单位"),
        _amount("initial_budget", "Initial budget", "年初预算数"),
        _amount("adjusted_budget", "Budget after adjustment", "全年预算数"),
        _amount("executed", "Executed", "全年执行数"),
        _amount("fiscal_executed", "Executed from this year's fiscal appropriation", "当年财政拨款全年执行数"),
        Column("execution_rate_printed", DECIMAL, "Execution rate as printed (%)", "执行率（原文，%）"),
        _percent("execution_rate", "Executed by budget", "执行率"),
        _points("execution_weight", "Weight of budget execution", "预算执行分值"),
        _points("execution_score", "Score of budget execution", "预算执行得分"),
        _points("indicator_score", "Sum of the indicators' scores", "指标得分合计"),
        _points("total_score", "Total as printed", "总分"),
        Column("grade_due", "VARCHAR", "Grade due for the total", "按总分应定等级", domain=("优", "良", "中", "差")),
        _count("indicators", "Level-3 indicators", "三级指标数"),
        _count("indicators_quantitative", "… with a number in target and actual", "定量指标数"),
        _count("indicators_below_weight", "… that score less than their weight", "未得满分指标数"),
        _count("findings", "Findings to correct or to look at that name the form", "涉及该表的问题数"),
        *_PLACE,
    ),
    ("report_id", "form_no"),
)

INDICATOR_PERFORMANCE = Table(
    "marts",
    "indicator_performance",
    "One row a level-3 indicator of a self-evaluation form: target, actual and score",
    "每个三级指标一行：指标值、完成值与得分",
    (
        *_REPORT,
        _FORM_NO,
        Column("row_no", "INTEGER", "Order in its form, from 1", "序号", nullable=False),
        _PROJECT,
        Column("level1", "VARCHAR", "Level 1", "一级指标"),
        Column("level2", "VARCHAR", "Level 2", "二级指标"),
        Column("level3", "VARCHAR", "Level 3", "三级指标"),
        Column("target", "VARCHAR", "Target as printed", "年度指标值"),
        Column("actual", "VARCHAR", "Actual as printed", "实际完成值"),
        Column("target_operator", "VARCHAR", "Operator of the target (=, ≥, ≤, >, <)", "指标值比较符"),
        Column("target_number", DECIMAL, "Number of the target, scales such as 万 multiplied out, money in 万元", "指标值数值"),
        Column("target_unit", "VARCHAR", "Unit of the target", "指标值单位"),
        Column("actual_number", DECIMAL, "Number of the actual", "完成值数值"),
        Column("completion_printed", DECIMAL, "Completion rate as printed (%)", "完成率（原文，%）"),
        _points("weight", "Weight, of its column or its name", "分值"),
        _points("score", "Score", "得分"),
        _percent("score_rate", "Score by weight", "得分率"),
        Column("deviation_reason", "VARCHAR", "Reason given for a deviation", "偏差原因分析及改进措施"),
        *_PLACE,
    ),
    ("report_id", "form_no", "row_no"),
)

MARTS = (
    REPORT_OVERVIEW, EXPENDITURE_BY_FUNCTION, EXPENDITURE_BY_ECONOMIC_CLASS, INCOME_AND_EXPENDITURE, THREE_PUBLIC, BUDGET_EXECUTION_BY_ITEM,
    PROJECT_PERFORMANCE, INDICATOR_PERFORMANCE, SPENDING, FINDINGS,
)  # fmt: skip
