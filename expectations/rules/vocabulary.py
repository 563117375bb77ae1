"""The words that the rules go by: the lines of the two-sided summaries, total rows, economic classes; and names for places.

What belongs here: facts about the documents as data; a dialect's new wording is a new pattern here.  What may
not: titles and columns of the forms (``pipeline.lexicon.forms``), how rows are looked up (``expectations.rules.views``),
what must hold (``forms``, ``cross_form``).
Source: the Ministry of Finance's template of departmental final accounts, as printed by Shandong (2019–2024) and Shanghai (2024).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.classification import bare_name

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
    r"^column:(?!.*(率|比|占|增减|%)).*(合计|小计|基本支出|项目支出|人员经费|公用经费|结转|结余|收入|收费|支出|(预|决)算数)"
)

#: The kinds of three-public expenditure, by the end of their measures' keys.
THREE_PUBLIC_KINDS: dict[str, str] = {
    m.key.removeprefix("final_"): m.zh.rpartition("·")[2] for m in FORM_BY_KEY[THREE_PUBLIC].measures if m.key.startswith("final_")
}


# ---------------------------------------------------------------- lines of the two-sided summaries


@dataclass(frozen=True, slots=True)
class LineWords:
    """One line of a summary: its role, and the wordings by which it is recognised once numbering and blanks are gone."""

    role: str
    title_zh: str
    pattern: re.Pattern[str]


def _line(role: str, title_zh: str, pattern: str) -> LineWords:
    return LineWords(role, title_zh, re.compile(pattern))


#: Lines that divide or close a side, by side.
FRAME_LINES: dict[str, tuple[LineWords, ...]] = {
    "income": (
        _line("year_total", "本年收入合计", r"^本年收入(合计|小计|总计)?$|^收入合计$"),
        _line("surplus_used", "使用非财政拨款结余", r"^使用.*结余|^动用.*结余|^用事业基金弥补收支差额|^事业基金弥补"),
        _line("opening", "年初结转和结余", r"^(年初|上年|期初)(财政拨款)?(结转|结余)"),
        _line("grand_total", "总计", r"^(收入)?总计$"),
    ),
    "expenditure": (
        _line("year_total", "本年支出合计", r"^本年支出(合计|小计|总计)?$|^支出合计$"),
        _line("distribution", "结余分配", r"^结余分配"),
        _line("closing", "年末结转和结余", r"^(年末|期末)(财政拨款)?(结转|结余)|^结转下年"),
        _line("grand_total", "总计", r"^(支出)?总计$"),
    ),
}

#: Kinds of income, and the three budgets, as lines of an income side.
KIND_LINES: tuple[LineWords, ...] = (
    _line("general", "一般公共预算财政拨款", r"^(一般)?公共(财政)?预算(财政)?(拨款)?(收入|资金)?"),
    _line("government_fund", "政府性基金预算财政拨款", r"^政府性基金"),
    _line("state_capital", "国有资本经营预算财政拨款", r"^国有资本经营"),
    _line("fiscal", "财政拨款收入", r"^财政拨款(收入)?$"),
    _line("superior_subsidy", "上级补助收入", r"^上级补助"),
    _line("institutional", "事业收入", r"^事业(单位)?收入"),
    _line("business", "经营收入", r"^(事业单位)?经营收入"),
    _line("affiliated_remittance", "附属单位上缴收入", r"^附属单位(上缴|缴款)"),
    _line("other", "其他收入", r"^其他收入"),
)
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


def line_role(lines: tuple[LineWords, ...], label: str) -> str | None:
    """The role of a summary's line, told from its words."""
    words = bare_name(label)
    return next((line.role for line in lines if line.pattern.search(words)), None)


def line_title(role: str) -> str:
    """The Chinese name of a role."""
    every = (*FRAME_LINES["income"], *FRAME_LINES["expenditure"], *KIND_LINES)
    return next((line.title_zh for line in every if line.role == role), role)


# ---------------------------------------------------------------- total rows and economic classes

PERSONNEL_TOTAL = re.compile(r"^人员经费(合计|小计|总计)?$")
PUBLIC_TOTAL = re.compile(r"^(日常)?公用经费(合计|小计|总计)?$")
PERSONNEL_CLASSES = ("301", "303")
PUBLIC_CLASSES = ("302", "307", "309", "310", "311", "312", "399")
