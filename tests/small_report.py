"""A small report, made by hand, in which every identity holds and is evaluated; and edits of single cells.

All its money of the year is spent from fiscal appropriation; :data:`OTHER_MONEY` are the edits that add one amount of
business expenditure (经营支出), so that expenditure exceeds the three budgets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import golden

from pipeline.model.contents import ReportContents

_INCOME = ("total", "fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other")
_SPENT = ("total", "basic", "project", "to_superior", "business", "affiliated_subsidy")
_BALANCED = ("opening", "income", "total", "basic", "project", "closing")
_BUDGETS = ("total", "general", "government_fund", "state_capital")
_THREE = ("total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception")


def _rows(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


SUMMARY_INCOME = _rows("""
    |一、一般公共预算财政拨款收入|100.00
    |二、政府性基金预算财政拨款收入|20.00
    |三、国有资本经营预算财政拨款收入|5.00
    |四、上级补助收入|1.00
    |五、事业收入|2.00
    |六、经营收入|3.00
    |七、附属单位上缴收入|4.00
    |八、其他收入|5.00
    |本年收入合计|140.00
    |使用非财政拨款结余（含专用结余）|1.50
    |年初结转和结余|8.50
    |总计|150.00
""")
SUMMARY_EXPENDITURE = _rows("""
    |一、一般公共服务支出|60.00
    |二、外交支出|
    |三、社会保障和就业支出|33.00
    |四、国有资本经营预算支出|4.00
    |五、其他支出|19.00
    |本年支出合计|116.00
    |结余分配|3.00
    |年末结转和结余|31.00
    |总计|150.00
""")
INCOME = _rows("""
    |合计|140.00|125.00|1.00|2.00|3.00|4.00|5.00
    201|一般公共服务支出|95.00|80.00|1.00|2.00|3.00|4.00|5.00
    20101|人大事务|95.00|80.00|1.00|2.00|3.00|4.00|5.00
    2010101|行政运行|55.00|50.00|1.00|2.00|2.00||
    2010102|一般行政管理事务|40.00|30.00|||1.00|4.00|5.00
    208|社会保障和就业支出|20.00|20.00|||||
    20805|行政事业单位养老支出|20.00|20.00|||||
    2080505|机关事业单位基本养老保险缴费支出|20.00|20.00|||||
    223|国有资本经营预算支出|5.00|5.00|||||
    229|其他支出|20.00|20.00|||||
    22904|其他政府性基金及对应专项债务收入安排的支出|20.00|20.00|||||
""")
EXPENDITURE = _rows("""
    |合计|116.00|70.00|46.00|||
    201|一般公共服务支出|60.00|40.00|20.00|||
    20101|人大事务|60.00|40.00|20.00|||
    2010101|行政运行|40.00|40.00||||
    2010102|一般行政管理事务|20.00||20.00|||
    208|社会保障和就业支出|33.00|30.00|3.00|||
    20805|行政事业单位养老支出|33.00|30.00|3.00|||
    2080505|机关事业单位基本养老保险缴费支出|33.00|30.00|3.00|||
    223|国有资本经营预算支出|4.00||4.00|||
    22301|解决历史遗留问题及改革成本支出|4.00||4.00|||
    229|其他支出|19.00||19.00|||
    22904|其他政府性基金及对应专项债务收入安排的支出|19.00||19.00|||
""")
FISCAL_INCOME = _rows("""
    |一、一般公共预算财政拨款|100.00
    |二、政府性基金预算财政拨款|20.00
    |三、国有资本经营预算财政拨款|5.00
    |本年收入合计|125.00
    |年初财政拨款结转和结余|8.00
    |一、一般公共预算财政拨款|6.00
    |二、政府性基金预算财政拨款|1.00
    |三、国有资本经营预算财政拨款|1.00
    |总计|133.00
""")
FISCAL_EXPENDITURE = _rows("""
    |一、一般公共服务支出|60.00|60.00||
    |二、外交支出||||
    |三、社会保障和就业支出|33.00|33.00||
    |四、国有资本经营预算支出|4.00|||4.00
    |五、其他支出|19.00||19.00|
    |本年支出合计|116.00|93.00|19.00|4.00
    |年末财政拨款结转和结余|17.00|13.00|2.00|2.00
    |总计|133.00|106.00|21.00|6.00
""")
GENERAL = _rows("""
    |合计|93.00|70.00|23.00
    201|一般公共服务支出|60.00|40.00|20.00
    20101|人大事务|60.00|40.00|20.00
    2010101|行政运行|40.00|40.00|
    2010102|一般行政管理事务|20.00||20.00
    208|社会保障和就业支出|33.00|30.00|3.00
    20805|行政事业单位养老支出|33.00|30.00|3.00
    2080505|机关事业单位基本养老保险缴费支出|33.00|30.00|3.00
""")
PERSONNEL = _rows("""
    301|工资福利支出|50.00
    30101|基本工资|30.00
    30102|津贴补贴|20.00
    303|对个人和家庭的补助|10.00
    30302|退休费|10.00
    |人员经费合计|60.00
""")
PUBLIC = _rows("""
    302|商品和服务支出|8.00
    30201|办公费|5.00
    30212|因公出国（境）费用|1.00
    30217|公务接待费|0.50
    30231|公务用车运行维护费|1.50
    310|资本性支出|2.00
    31002|办公设备购置|1.00
    31013|公务用车购置|1.00
    |公用经费合计|10.00
""")
FUND = _rows("""
    |合计|1.00|20.00|19.00||19.00|2.00
    229|其他支出|1.00|20.00|19.00||19.00|2.00
    22904|其他政府性基金及对应专项债务收入安排的支出|1.00|20.00|19.00||19.00|2.00
""")
STATE = _rows("""
    |合计|1.00|5.00|4.00||4.00|2.00
    223|国有资本经营预算支出|1.00|5.00|4.00||4.00|2.00
    22301|解决历史遗留问题及改革成本支出|1.00|5.00|4.00||4.00|2.00
""")
THREE_PUBLIC = ["||6.00|2.00|3.00|1.00|2.00|1.00|4.50|1.00|3.00|1.00|2.00|0.50"]


@cache
def small_report(year: int = 2024) -> ReportContents:
    """The report with all nine forms."""
    about = golden.report(year=year)
    figures = [
        *golden.table(about, "income_expenditure_summary", SUMMARY_INCOME, ["amount"], "income"),
        *golden.table(about, "income_expenditure_summary", SUMMARY_EXPENDITURE, ["amount"], "expenditure"),
        *golden.table(about, "income", INCOME, _INCOME),
        *golden.table(about, "expenditure", EXPENDITURE, _SPENT),
        *golden.table(about, "fiscal_appropriation_summary", FISCAL_INCOME, ["amount"], "income"),
        *golden.table(about, "fiscal_appropriation_summary", FISCAL_EXPENDITURE, _BUDGETS, "expenditure"),
        *golden.table(about, "general_budget_expenditure", GENERAL, ("total", "basic", "project")),
        *golden.table(about, "basic_expenditure_by_economic_class", PERSONNEL, ["amount"], "personnel"),
        *golden.table(about, "basic_expenditure_by_economic_class", PUBLIC, ["amount"], "public"),
        *golden.table(about, "basic_expenditure_by_economic_class", ["|合计|70.00"], ["amount"]),
        *golden.table(about, "government_fund", FUND, _BALANCED),
        *golden.table(about, "state_capital", STATE, _BALANCED),
        *golden.table(about, "three_public", THREE_PUBLIC, [f"{w}_{k}" for w in ("budget", "final") for k in _THREE]),
    ]
    return golden.contents(about, figures)


#: Which cell: form, code or label (``""`` for the one row of 三公), column.
Cell = tuple[str, str, str]


def edited(contents: ReportContents, edits: Mapping[Cell, str]) -> ReportContents:
    """The report with other texts in some cells; every edit must find its cells."""
    figures = list(contents.figures)
    for (statement, row, measure), text in edits.items():
        hits = [
            i
            for i, f in enumerate(figures)
            if f.statement == statement and f.measure == measure and row in (f.code, f.label, "" if not f.label else None)
        ]
        assert hits, f"no cell {statement} / {row} / {measure}"
        old = figures[hits[-1]]
        new = golden.figure(contents.report, statement, 0, measure, text)
        figures[hits[-1]] = replace(old, value=new.value, printed=text)
    return replace(contents, figures=tuple(figures))


OTHER_MONEY: dict[Cell, str] = {
    ("expenditure", row, column): amount
    for row, column, amount in (
        ("合计", "total", "117.00"), ("合计", "business", "1.00"),
        ("201", "total", "61.00"), ("201", "business", "1.00"),
        ("20101", "total", "61.00"), ("20101", "business", "1.00"),
        ("2010101", "total", "41.00"), ("2010101", "business", "1.00"),
    )
} | {
    ("income_expenditure_summary", "一、一般公共服务支出", "amount"): "61.00",
    ("income_expenditure_summary", "本年支出合计", "amount"): "117.00",
    ("income_expenditure_summary", "年末结转和结余", "amount"): "30.00",
}  # fmt: skip


def without(contents: ReportContents, statement: str, state: str = "missing") -> ReportContents:
    """The report without a form, which ``core.forms`` gives another state."""
    figures = [f for f in contents.figures if f.statement != statement]
    return golden.contents(contents.report, figures, **{statement: state})
