"""The names that the rules go by: roles of the lines of the two-sided summaries, kinds of money, economic classes.

What belongs here: concepts and what they are to the rules.  What may not: words of the documents (``pipeline.lexicon``), how rows are
looked up (``expectations.rules.views``), what must hold (``forms``, ``cross_form``).
Source: the Ministry of Finance's template of departmental final accounts, as printed by Shandong (2019–2024) and Shanghai (2024).
"""

from __future__ import annotations

import re

SUMMARY = "income_expenditure_summary"
INCOME = "income"
EXPENDITURE = "expenditure"
FISCAL = "fiscal_appropriation_summary"
GENERAL = "general_budget_expenditure"
ECONOMIC = "basic_expenditure_by_economic_class"
FUND = "government_fund"
STATE = "state_capital"
THREE_PUBLIC = "three_public"

#: Forms whose rows carry functional codes (支出功能分类科目).
FUNCTIONAL_FORMS = (INCOME, EXPENDITURE, GENERAL, FUND, STATE)

#: Columns that no template knows and that hold amounts, which add up over rows as all amounts do (其中：人员经费, 年初结转和结余·合计).
ADDITIVE_COLUMN = re.compile(
    r"^column:(?!.*(率|比|占|增减|%)).*(合计|小计|基本支出|项目支出|人员经费|公用经费|结转|结余|收入|收费|支出|(预|决)算数)|^(prior|initial)_"
)


# ---------------------------------------------------------------- lines of the two-sided summaries

#: The concept of the line that divides each side, and of those that close it, by the role that the rules give them.
FRAME_LINES: dict[str, dict[str, str]] = {
    "income": {"income_total": "year_total", "surplus_used": "surplus_used", "opening_balance": "opening", "grand_total": "grand_total"},
    "expenditure": {
        "expenditure_total": "year_total", "surplus_distributed": "distribution", "closing_balance": "closing", "grand_total": "grand_total",
    },
}  # fmt: skip
#: Names of the roles, by side.
_ROLE_NAMES: dict[str, str | dict[str, str]] = {
    "year_total": {"income": "本年收入合计", "expenditure": "本年支出合计"},
    "surplus_used": "使用非财政拨款结余",
    "opening": "年初结转和结余",
    "distribution": "结余分配",
    "closing": "年末结转和结余",
    "grand_total": "总计",
}
#: Kinds of income: concept → the measure of the income form, or the budget, that it stands for.
KINDS: dict[str, str] = {
    "general_budget": "general",
    "government_fund": "government_fund",
    "state_capital": "state_capital",
    "fiscal": "fiscal",
    "superior_subsidy": "superior_subsidy",
    "institutional": "institutional",
    "business": "business",
    "affiliated_remittance": "affiliated_remittance",
    "other": "other",
}
_KIND_NAMES = {
    "general": "一般公共预算财政拨款", "government_fund": "政府性基金预算财政拨款", "state_capital": "国有资本经营预算财政拨款",
    "fiscal": "财政拨款收入", "superior_subsidy": "上级补助收入", "institutional": "事业收入", "business": "经营收入",
    "affiliated_remittance": "附属单位上缴收入", "other": "其他收入",
}  # fmt: skip
BUDGETS: dict[str, str] = {"general": "一般公共预算", "government_fund": "政府性基金预算", "state_capital": "国有资本经营预算"}

#: Lines that only break another one down, printed with or without 其中.
DETAIL_LINE = re.compile(r"^(基本支出|项目支出|经营)(结转|结余)|^(提取|转入|交纳|缴纳)")
_OF_WHICH = re.compile(r"^其中")
_NUMBERED = re.compile(r"^[（(]?[一二三四五六七八九十]+[)）]?[、.．]|^\d+[、.．]")


def of_which(label: str) -> bool:
    """Whether a line breaks down the one above (其中：…)."""
    return bool(_OF_WHICH.match(label.strip()))


def numbered(label: str) -> bool:
    """Whether a line carries a number of its own (三、…)."""
    return bool(_NUMBERED.match(label.strip()))


def line_title(role: str, side: str = "income") -> str:
    """The Chinese name of a role or of a kind of money."""
    name = _ROLE_NAMES.get(role, _KIND_NAMES.get(role, role))
    return name if isinstance(name, str) else name[side]


# ---------------------------------------------------------------- economic classes

PERSONNEL_CLASSES = ("301", "303")
PUBLIC_CLASSES = ("302", "307", "309", "310", "311", "312", "399")
