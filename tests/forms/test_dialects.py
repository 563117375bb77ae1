"""Forms in the dialects of other provinces and years: budget columns, carry-over blocks, rows of budget and final accounts, empty forms."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from expectations.confront import confront
from pipeline.lexicon.forms import form_of_title
from pipeline.lexicon.titles import title_entry
from pipeline.model.contents import ReportContents
from pipeline.reports.read import read_report

#: A whole report: the summary with 年初预算数 and 全年预算数 and a third group, the general budget with its carry-over, the
#: three-public form with a row for the budget and one for the final accounts, a fund form that is only said to be empty.
REPORT = """2023年度

甲市水利局

部门决算

第二部分 2023年度部门决算表

收入支出决算总表

公开01表

部门：甲市水利局\t单位：万元

收入\t\t\t\t\t支出\t\t\t\t\t支出\t\t\t\t
项目\t行次\t年初预算数\t全年预算数\t决算数\t项目(按功能分类)\t行次\t年初预算数\t全年预算数\t决算数\t项目(按支出性质和经济分类)\t行次\t年初预算数\t全年预算数\t决算数
栏次\t\t1\t2\t3\t栏次\t\t4\t5\t6\t栏次\t\t7\t8\t9
一、一般公共预算财政拨款收入\t1\t90.00\t95.00\t100.00\t一、一般公共服务支出\t34\t1.00\t1.00\t0.00\t一、基本支出\t68\t70.00\t70.00\t70.00
二、政府性基金预算财政拨款收入\t2\t\t\t\t二、农林水支出\t35\t89.00\t94.00\t100.00\t人员经费\t69\t60.00\t60.00\t60.00
三、事业收入\t3\t\t\t\t\t36\t\t\t\t日常公用经费\t70\t10.00\t10.00\t10.00
\t4\t\t\t\t\t37\t\t\t\t二、项目支出\t71\t20.00\t25.00\t30.00
本年收入合计\t5\t90.00\t95.00\t100.00\t本年支出合计\t38\t90.00\t95.00\t100.00\t本年支出合计\t72\t90.00\t95.00\t100.00
使用非财政拨款结余\t6\t\t\t\t结余分配\t39\t\t\t\t结余分配\t73\t\t\t
年初结转和结余\t7\t\t\t5.00\t年末结转和结余\t40\t\t\t5.00\t年末结转和结余\t74\t\t\t5.00
总计\t8\t90.00\t95.00\t105.00\t总计\t41\t90.00\t95.00\t105.00\t总计\t75\t90.00\t95.00\t105.00

收入决算表

公开02表

部门：甲市水利局\t单位：万元

项目\t\t本年收入合计\t财政拨款收入\t上级补助收入\t事业收入\t\t经营收入\t附属单位上缴收入\t其他收入
功能分类科目编码\t科目名称\t\t\t\t小计\t其中：教育收费\t\t\t
栏次\t\t1\t2\t3\t4\t5\t6\t7\t8
合计\t\t100.00\t100.00\t\t\t\t\t\t
213\t农林水支出\t100.00\t100.00\t\t\t\t\t\t
21303\t水利\t100.00\t100.00\t\t\t\t\t\t
2130301\t行政运行\t70.00\t70.00\t\t\t\t\t\t
2130305\t水利工程建设\t30.00\t30.00\t\t\t\t\t\t

支出决算表

公开03表

部门：甲市水利局\t单位：万元

项目\t\t本年支出合计\t基本支出\t项目支出\t上缴上级支出\t经营支出\t对附属单位补助支出
功能分类科目编码\t科目名称\t\t\t\t\t\t
栏次\t\t1\t2\t3\t4\t5\t6
合计\t\t100.00\t70.00\t30.00\t\t\t
213\t农林水支出\t100.00\t70.00\t30.00\t\t\t
21303\t水利\t100.00\t70.00\t30.00\t\t\t
2130301\t行政运行\t70.00\t70.00\t\t\t\t
2130305\t水利工程建设\t30.00\t\t30.00\t\t\t

财政拨款收入支出决算总表

公开04表

部门：甲市水利局\t单位：万元

收入\t\t\t\t\t支出\t\t\t\t\t\t\t\t\t\t
项目\t行次\t年初预算数\t全年预算数\t决算数\t项目\t行次\t年初预算数\t\t\t全年预算数\t\t\t决算数\t\t
\t\t\t\t\t\t\t小计\t一般公共预算财政拨款\t政府性基金预算财政拨款\t小计\t一般公共预算财政拨款\t政府性基金预算财政拨款\t小计\t一般公共预算财政拨款\t政府性基金预算财政拨款
栏次\t\t1\t2\t3\t栏次\t\t4\t5\t6\t7\t8\t9\t10\t11\t12
一、一般公共预算财政拨款\t1\t90.00\t95.00\t100.00\t一、农林水支出\t6\t90.00\t90.00\t\t95.00\t95.00\t\t100.00\t100.00\t
二、政府性基金预算财政拨款\t2\t\t\t\t\t7\t\t\t\t\t\t\t\t\t
本年收入合计\t3\t90.00\t95.00\t100.00\t本年支出合计\t8\t90.00\t90.00\t\t95.00\t95.00\t\t100.00\t100.00\t
年初财政拨款结转和结余\t4\t\t\t5.00\t年末财政拨款结转和结余\t9\t\t\t\t\t\t\t5.00\t5.00\t
一般公共预算财政拨款\t\t\t\t5.00\t\t\t\t\t\t\t\t\t\t\t
总计\t5\t90.00\t95.00\t105.00\t总计\t10\t90.00\t90.00\t\t95.00\t95.00\t\t105.00\t105.00\t

一般公共预算财政拨款收入支出决算表

公开05表

部门：甲市水利局\t单位：万元

项目\t\t年初结转和结余\t\t\t本年收入\t\t\t本年支出\t\t\t\t\t年末结转和结余\t\t
功能分类科目编码\t科目名称\t合计\t基本支出结转\t项目支出结转和结余\t合计\t基本支出\t项目支出\t合计\t基本支出\t\t\t项目支出\t合计\t基本支出结转\t项目支出结转和结余
\t\t\t\t\t\t\t\t\t小计\t人员经费\t公用经费\t\t\t\t
栏次\t\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14
合计\t\t5.00\t\t5.00\t100.00\t70.00\t30.00\t100.00\t70.00\t60.00\t10.00\t30.00\t5.00\t\t5.00
213\t农林水支出\t5.00\t\t5.00\t100.00\t70.00\t30.00\t100.00\t70.00\t60.00\t10.00\t30.00\t5.00\t\t5.00
21303\t水利\t5.00\t\t5.00\t100.00\t70.00\t30.00\t100.00\t70.00\t60.00\t10.00\t30.00\t5.00\t\t5.00
2130301\t行政运行\t\t\t\t70.00\t70.00\t\t70.00\t70.00\t60.00\t10.00\t\t\t\t
2130305\t水利工程建设\t5.00\t\t5.00\t30.00\t\t30.00\t30.00\t\t\t\t30.00\t5.00\t\t5.00

一般公共预算财政拨款基本支出决算表（按经济分类）

公开06表

部门：甲市水利局\t单位：万元

经济分类科目编码\t科目名称\t合计\t人员经费\t公用经费
合计\t\t70.00\t60.00\t10.00
301\t工资福利支出\t55.00\t55.00\t
30101\t基本工资\t55.00\t55.00\t
302\t商品和服务支出\t10.00\t\t10.00
30201\t办公费\t8.00\t\t8.00
30217\t公务接待费\t2.00\t\t2.00
303\t对个人和家庭的补助\t5.00\t5.00\t
30302\t退休费\t5.00\t5.00\t

政府性基金预算财政拨款收入支出决算表

公开07表

部门：甲市水利局\t单位：万元

本部门2023年度无政府性基金预算财政拨款收入、支出及结转结余，故本表为空表。

国有资本经营预算财政拨款收入支出决算表

公开08表

此表为空。

国有资本经营预算财政拨款支出决算表

公开09表

部门：甲市水利局\t单位：万元

科目编码\t科目名称\t本年支出\t\t
\t\t合计\t基本支出\t项目支出
合计\t\t\t\t

注：本表无数据。

一般公共预算财政拨款“三公”经费及会议费、培训费支出决算表

公开10表

部门：甲市水利局\t单位：万元

项目\t一般公共预算财政拨款安排的“三公”经费\t\t\t\t\t\t会议费\t培训费
\t小计\t因公出国（境）费用\t公务接待费\t公务用车购置及运行维护费\t\t\t\t
\t\t\t\t小计\t公务用车购置费\t公务用车运行维护费\t\t
栏次\t1\t2\t3\t4\t5\t6\t7\t8
预算数\t6.00\t\t3.00\t3.00\t\t3.00\t1.00\t1.00
决算数\t4.50\t\t2.00\t2.50\t\t2.50\t0.50\t0.80
增减额\t-1.50\t\t-1.00\t-0.50\t\t-0.50\t-0.50\t-0.20

第三部分 部门决算情况说明

一、无
"""


@cache
def contents() -> ReportContents:
    return read_report(REPORT.encode())


def amounts(statement: str, measure: str, side: str | None = None) -> dict[str, Decimal]:
    return {
        f.code or f.label or "": f.value
        for f in contents().figures
        if (f.section, f.statement, f.measure, f.value is None) == ("form", statement, measure, False) and f.side == side and f.value
    }


def test_the_final_column_is_the_amount_where_budgets_stand_beside_it() -> None:
    assert amounts("income_expenditure_summary", "amount", "income")["本年收入合计"] == 100
    assert amounts("fiscal_appropriation_summary", "general", "expenditure") == {
        "一、农林水支出": 100, "本年支出合计": 100, "年末财政拨款结转和结余": 5, "总计": 105,
    }  # fmt: skip


def test_carried_over_money_is_not_taken_for_expenditure() -> None:
    assert amounts("general_budget_expenditure", "total") == {"合计": 100, "213": 100, "21303": 100, "2130301": 70, "2130305": 30}
    assert amounts("general_budget_expenditure", "basic") == {"合计": 70, "213": 70, "21303": 70, "2130301": 70}
    assert amounts("general_budget_expenditure", "column:年初结转和结余·合计")["合计"] == 5


def test_rows_of_budget_and_final_accounts_are_columns_of_the_three_public_form() -> None:
    got = {f.measure: f.value for f in contents().figures if f.statement == "three_public" and f.value is not None and ":" not in f.measure}
    assert got == {
        "budget_total": 6, "budget_reception": 3, "budget_vehicle": 3, "budget_vehicle_operation": 3,
        "final_total": Decimal("4.50"), "final_reception": 2, "final_vehicle": Decimal("2.50"), "final_vehicle_operation": Decimal("2.50"),
    }  # fmt: skip


def test_a_form_that_is_only_said_to_be_empty_is_empty_and_not_missing() -> None:
    states = {row["statement"]: row["state"] for row in contents().rows_of("core.forms")}
    assert states["government_fund"] == "empty"


def test_two_tables_of_different_titles_are_not_two_printings() -> None:
    (state,) = [row for row in contents().rows_of("core.forms") if row["statement"] == "state_capital"]
    assert (state["printings"], state["state"]) == (1, "empty")


def test_nothing_is_found_wrong_in_a_report_that_is_right() -> None:
    assert [f for f in confront(contents()).findings if f["severity"] == "error"] == []


def test_a_wrong_figure_is_found_in_it() -> None:
    wrong = read_report(REPORT.replace("决算数\t4.50", "决算数\t5.40").encode())
    assert [f["rule_id"] for f in confront(wrong).findings if f["severity"] == "error"] == ["three_public_total"]


@pytest.mark.parametrize(("statement", "number"), [("general_budget_expenditure", "公开05表"), ("expenditure", "公开03表")])
def test_a_row_whose_code_was_not_read_is_no_error_of_the_publisher(statement: str, number: str) -> None:
    """Its amounts are among the sums of its form, and among what other forms print under its code."""
    before, after = REPORT.split(number)
    garbled = read_report((before + number + after.replace("2130305\t水利工程建设", "\t水利工程2130305建设", 1)).encode())
    assert "row_unknown" in {f.doubt for f in garbled.figures if f.statement == statement}
    assert [f for f in confront(garbled).findings if f["severity"] == "error"] == []


def as_lines(text: str) -> str:
    """The report as a text layer has it: a space for every cell, blank ones too."""
    return "\n".join("".join(f"{cell} " for cell in line.split("\t")) if "\t" in line else line for line in text.split("\n"))


def figures_of(text: str, statement: str) -> dict[tuple[str, str], Decimal]:
    figures = read_report(text.encode()).figures
    own = (f for f in figures if f.statement == statement and f.section == "form" and f.value is not None)
    return {(f.code or f.label or "", f.measure): f.value for f in own if f.value is not None and not f.measure.startswith("column:")}


@pytest.mark.parametrize("statement", ["income", "expenditure", "general_budget_expenditure", "three_public"])
def test_text_without_cells_is_read_alike(statement: str) -> None:
    assert figures_of(as_lines(REPORT), statement) == figures_of(REPORT, statement) != {}


def test_budget_columns_that_no_cell_tells_apart_are_not_guessed() -> None:
    contents = read_report(as_lines(REPORT).encode())
    states = {row["statement"]: row["state"] for row in contents.rows_of("core.forms")}
    assert states["income_expenditure_summary"] == states["fiscal_appropriation_summary"] == "unread"
    assert {f["rule_id"] for f in confront(contents).findings if f["kind"] == "unread_part"} == {"part_read", "numbers_read"}


#: 项目 down the side: beside remarks on other things, and with 年初预算数 beside 全年预算数.
OPERATION = """机构运行信息表

公开09表

单位：甲市水利局\t金额单位：万元

项目\t行次\t预算数\t统计数\t项目\t行次\t统计数
栏次\t\t1\t2\t栏次\t\t3
一、“三公”经费支出\t1\t—\t—\t四、机关运行经费\t24\t10.00
（一）支出合计\t2\t6.00\t4.50\t（一）行政单位\t25\t10.00
1．因公出国（境）费\t3\t\t\t（二）参照公务员法管理事业单位\t26\t
2．公务用车购置及运行维护费\t4\t3.00\t2.50\t五、资产信息\t27\t—
（1）公务用车购置费\t5\t\t\t（一）车辆数合计（辆）\t28\t2
（2）公务用车运行维护费\t6\t3.00\t2.50\t1．副部（省）级及以上领导用车\t29\t
3．公务接待费\t7\t3.00\t2.00\t2．主要负责人用车\t30\t
（1）国内接待费\t8\t—\t2.00\t3．机要通信用车\t31\t1
其中：外事接待费\t9\t—\t\t4．应急保障用车\t32\t1
（2）国（境）外接待费\t10\t—\t\t5．其他用车\t33\t
（二）相关统计数\t11\t—\t—\t（二）单价100万元（含）以上设备（台、套）\t34\t
1．因公出国（境）团组数（个）\t12\t—\t\t六、政府采购支出信息\t35\t—
2．因公出国（境）人次数（人）\t13\t—\t\t（一）政府采购支出合计\t36\t20.00

注：预算数为全年预算数。

"""
THREE_AMOUNTS = """财政拨款“三公”经费支出决算表

公开08表

部门：甲市水利局\t单位：万元

项目\t年初预算数\t全年预算数\t决算数
“三公”经费合计\t5.00\t6.00\t4.50
1.因公出国（境）费用\t\t\t
2.公务接待费\t3.00\t3.00\t2.00
3.公务用车费\t2.00\t3.00\t2.50
其中：（1）公务用车运行维护费\t2.00\t3.00\t2.50
（2）公务用车购置\t\t\t

"""
FINAL = {"total": "4.50", "reception": "2.00", "vehicle": "2.50", "vehicle_operation": "2.50"}
BUDGET = {"total": "6.00", "reception": "3.00", "vehicle": "3.00", "vehicle_operation": "3.00"}


def three_public(form: str, when: str, lines: bool = False) -> dict[str, str]:
    text = REPORT.partition("一般公共预算财政拨款“三公”")[0] + form + "第三部分 部门决算情况说明\n"
    figures = read_report((as_lines(text) if lines else text).encode()).figures
    own = (f for f in figures if f.statement == "three_public" and f.value is not None and f.measure.startswith(when))
    return {f.measure.removeprefix(when + "_"): str(f.value) for f in own}


@pytest.mark.parametrize("form", [OPERATION, THREE_AMOUNTS])
def test_three_public_kinds_down_the_side(form: str) -> None:
    assert three_public(form, "final") == FINAL
    assert three_public(form, "budget") == BUDGET


LAST_YEAR = """财政拨款“三公”经费支出决算表

{}
合计\t{}
1.因公出国（境）费用\t\t\t
2.公务用车购置及运行费\t{}
公务用车运行维护费\t{}
3.公务接待费\t{}

"""


@pytest.mark.parametrize(
    ("heading", "columns", "budgets"),
    [
        ("项目\t2022年决算数\t本年预算数\t本年决算数", (0, 1, 2), BUDGET),
        ("项目\t预算数\t2023年决算数\t上年决算数", (1, 2, 0), BUDGET),
        ("年度\t2022\t2023", (0, 2), {}),
    ],
)
@pytest.mark.parametrize("lines", [False, True])
def test_last_years_column_of_a_list_is_told_by_its_year(heading: str, columns: tuple[int, ...], budgets: dict[str, str], lines: bool) -> None:
    amounts = (("7.00", "6.00", "4.50"), ("4.00", "3.00", "2.50"), ("4.00", "3.00", "2.50"), ("3.00", "3.00", "2.00"))
    form = LAST_YEAR.format(heading, *("\t".join(own[c] for c in columns) for own in amounts))
    assert three_public(form, "final", lines) == FINAL
    assert three_public(form, "budget", lines) == budgets


def test_a_count_is_no_amount_of_money_in_whatever_unit_the_form_is() -> None:
    """（一）车辆数合计（辆） prints 2: two cars, not 2 万元, and not 0.0002 where the form is in 元."""
    for unit, money in (("万元", "10.00"), ("元", "0.00100000")):
        form = OPERATION.replace("金额单位：万元", f"金额单位：{unit}")
        text = REPORT.partition("一般公共预算财政拨款“三公”")[0] + form + "第三部分 部门决算情况说明\n"
        beside = {f.label: f for f in read_report(text.encode()).figures if f.statement == "three_public" and f.value}
        cars, office = beside["（一）车辆数合计（辆）"], beside["（一）行政单位"]
        assert (cars.value, cars.unit, cars.resolution) == (Decimal(2), "辆", Decimal(1))
        assert (office.value, office.unit) == (Decimal(money), "万元")


ROW_A_UNIT = """财政拨款“三公”经费支出决算表

公开08表

部门：甲市水利局\t单位：万元

部门\t合计\t因公出国（境）费\t公务用车购置费\t公务用车运行费\t公务接待费
合计\t{}
甲市水利局（本级）\t5.00\t\t\t4.00\t1.00
甲市水利工程站\t\t\t\t\t

"""


@pytest.mark.parametrize(
    ("sums", "final"),
    [("5.00\t\t\t4.00\t1.00", {"total": "5.00", "vehicle_operation": "4.00", "reception": "1.00"}), ("\t\t\t\t", {})],
)
def test_of_a_row_a_unit_the_row_of_all_counts_whatever_it_prints(sums: str, final: dict[str, str]) -> None:
    assert three_public(ROW_A_UNIT.format(sums), "final") == final


@pytest.mark.parametrize("lines", [False, True])
def test_the_initial_budget_is_not_the_years(lines: bool) -> None:
    initial = {"total": "5.00", "reception": "3.00", "vehicle": "2.00", "vehicle_operation": "2.00"}
    assert three_public(THREE_AMOUNTS, "initial", lines) == initial
    assert three_public(THREE_AMOUNTS, "budget", lines) == BUDGET


@pytest.mark.parametrize(
    ("key", "titles"),
    [
        ("income_expenditure_summary", "收入支出决算总表（一） 部门收支决算总表 表1：收入支出决算总表 收支总体情况表 一、收入支出决算总表（见附表1）"),
        ("income", "甲市非税收入管理局收入决算表 收入决算情况表 甲市2024年度收入决算表(续1)"),
        ("expenditure", "甲市政府采购中心支出决算表 支出决算表（续表一） 支出总体情况表"),
        ("fiscal_appropriation_summary", "财政拨款收支总体情况表 财政拨款收入支出决算表"),
        ("general_budget_expenditure", "一般公共预算支出决算表（功能科目） 公共财政预算财政拨款支出决算表 一般公共预算财政拨款收入支出决算表 财政拨款支出决算表（功能科目）"),
        ("basic_expenditure_by_economic_class", "一般公共预算基本支出决算表（经济科目） 一般公共预算财政拨款基本支出情况表"),
        ("government_fund", "政府性基金支出决算表（功能科目） 政府性基金预算支出情况表"),
        ("state_capital", "国有资本经营预算支出情况表 国有资本经营预算财政拨款收入支出决算表"),
        ("three_public", "“三公”经费、会议费和培训费支出决算表 机构运行信息表 财政拨款“三公”经费、行政参公单位机关运行经费情况表"),
        ("", "政府采购支出决算表 财政拨款支出决算明细表 机关运行经费支出决算表 非税收入征缴情况表 详见收入决算表（公开02表）"),
    ],
)  # fmt: skip
def test_titles_of_other_provinces(key: str, titles: str) -> None:
    for title in titles.split(" "):
        spec = form_of_title(title)
        assert (spec.key if spec else "") == key, title


@pytest.mark.parametrize(
    ("printed", "changed", "rule"),
    [
        ("合计\t\t70.00\t60.00\t10.00", "合计\t\t70.00\t60.00\t", "economic_grand_total"),
        ("302\t商品和服务支出\t10.00\t\t10.00", "302\t商品和服务支出\t10.00\t\t1.00", "economic_subtotals"),
        ("合计\t\t5.00\t\t5.00\t100.00", "合计\t\t50.00\t\t5.00\t100.00", "general_budget_expenditure_grand_total"),
        ("本年收入合计\t5\t90.00", "本年收入合计\t5\t99.00", "summary_income_total"),
    ],
)
def test_columns_beyond_the_template_add_up_too(printed: str, changed: str, rule: str) -> None:
    assert REPORT.count(printed) == 1
    found = confront(read_report(REPORT.replace(printed, changed).encode())).findings
    assert rule in {f["rule_id"] for f in found if f["severity"] == "error"}


def test_digits_in_full_width_are_the_same_codes_and_amounts() -> None:
    wide = REPORT.translate(str.maketrans("0123456789.", "０１２３４５６７８９．")).replace("２０２３年度", "2023年度")
    for statement in ("general_budget_expenditure", "expenditure", "three_public"):
        assert figures_of(wide, statement) == figures_of(REPORT, statement)


# ---------------------------------------------------------------- heads, headings and titles of more provinces


def edited(*changes: tuple[str, str]) -> ReportContents:
    text = REPORT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read_report(text.encode())


@pytest.mark.parametrize(
    "head",
    [
        "部门：甲市水利局 2023年度 单位：万元",
        "部门（单位）：甲市水利局 公开01表 单位：万元",
        "部门/单位：甲市水利局 附表2-1 单位：万元",
        "预算单位：甲市水利局（公章） 单位：万元",
    ],
)
def test_what_follows_the_owner_on_its_line_is_no_part_of_its_name(head: str) -> None:
    assert edited(("部门：甲市水利局\t单位：万元", head)).report.publisher == "甲市水利局"


def test_contents_are_no_cover() -> None:
    listed = "目录\n\n第一部分 部门概况\n\n第二部分 2023年度部门决算表\n\n（八）政府性基金预算收入支出决算表\n\n第三部分 2023年度部门决算情况说明\n\n"
    contents = edited(("甲市水利局\n\n部门决算\n", "甲市水利局\n\n部门决算公开情况说明\n\n" + listed))
    assert (contents.report.publisher, contents.report.fiscal_year) == ("甲市水利局", 2023)


def test_a_summary_is_told_by_its_numbered_lines_where_its_headings_are_not_known() -> None:
    contents = edited(("项目(按功能分类)", "支出功能分类"), ("项目(按支出性质和经济分类)", "支出性质"))
    left = {
        f.label: f.value for f in contents.figures if f.statement == "income_expenditure_summary" and f.measure == "amount" and f.side == "income"
    }
    assert left["总计"] == 105


def test_a_total_of_dashes_is_a_row_and_the_form_is_empty() -> None:
    contents = edited(("合计\t\t\t\t\n\n注：本表无数据。", "栏次\t\t1\t2\t3\n合计\t\t-\t-\t-"))
    states = {row["statement"]: row["state"] for row in contents.rows_of("core.forms")}
    assert states["state_capital"] == "empty"


def test_titles_in_a_row_of_their_table_need_no_word_for_table() -> None:
    """Where the heads stand in the table's first rows, as converters of workbooks leave them."""
    title = "一般公共预算财政拨款基本支出决算明细（2023年度）"
    head = f"{title}\t\t\t\t\n\t\t公开06表\t\t\n编制部门：甲市水利局\t\t单位：万元\t\t\n"
    contents = edited(("一般公共预算财政拨款基本支出决算表（按经济分类）\n\n公开06表\n\n部门：甲市水利局\t单位：万元\n\n", head))
    read = {f.code for f in contents.figures if f.statement == "basic_expenditure_by_economic_class" and f.value}
    assert read >= {"301", "30101", "302", "30302"}


@pytest.mark.parametrize("heading", ["“三公”经费", "项目"])
def test_kinds_down_the_side_whatever_stands_over_them(heading: str) -> None:
    form = THREE_AMOUNTS.replace("项目\t年初预算数", f"{heading}\t年初预算数")
    assert three_public(form, "final") == FINAL


def test_lists_side_by_side_in_a_table_of_no_interest_are_told_apart() -> None:
    table = (
        "机构运行经费支出、国有资产占用情况及政府采购支出信息表\n\n项目\t行次\t统计数\t项目\t行次\t统计数\n"
        "一、机构运行经费\t1\t10.00\t四、政府采购支出\t9\t—\n（一）行政单位\t2\t10.00\t（一）货物\t10\t3.00\n\n"
    )
    contents = edited(("第三部分 部门决算情况说明", table + "第三部分 部门决算情况说明"))
    others = [(f.row_order, f.measure, f.printed) for f in contents.figures if f.section == "other"]
    assert (3, "column:统计数 (2)", "3.00") in others
    assert len({other[:2] for other in others}) == len(others)


def test_another_forms_heading_is_no_continuation() -> None:
    """A table whose title is not known does not go on with the form above it, however many columns both have."""
    strange = "某某情况\n\n项目\t\t上缴\t\t\n编号\t称谓\t甲\t乙\t丙\n一\t丁\t7.00\t7.00\t\n\n"
    contents = edited(("政府性基金预算财政拨款收入支出决算表\n", strange + "政府性基金预算财政拨款收入支出决算表\n"))
    assert "7.00" not in {f.printed for f in contents.figures if f.section == "form"}
    assert "7.00" in {n["printed"] for n in contents.rows_of("core.unread_numbers")}


def test_a_narrative_under_a_numeral_with_the_year() -> None:
    narrative = "三、2023年度部门决算情况说明\n\n（一）收入支出决算总体情况说明\n\n2023年度收、支总计105.00万元。\n\n四、名词解释\n"
    contents = edited(("第三部分 部门决算情况说明\n\n一、无\n", narrative), ("第二部分 2023年度部门决算表", "二、2023年度部门决算表"))
    assert {f.value for f in contents.figures if f.section == "narrative"} >= {Decimal("105.00")}


def test_a_text_layer_s_form_needs_no_word_for_table_in_its_title() -> None:
    changed = REPORT.replace("及会议费、培训费支出决算表", "及会议费、培训费支出决算")
    assert figures_of(as_lines(changed), "three_public") == figures_of(REPORT, "three_public") != {}


def test_two_remarks_behind_a_title() -> None:
    for title in ("一般公共预算财政拨款基本支出决算表（按经济分类）（2023年度）", "一般公共预算财政拨款基本支出决算明细（2023年度）（续）"):
        entry = title_entry(title)
        assert entry is not None
        assert entry.concept == "basic_expenditure_by_economic_class"


def test_lines_behind_a_title_without_the_word_for_table_are_a_form_that_is_unread() -> None:
    """It stands there; that its lines could not be told apart is no fault of the publisher."""
    lines = "编码 名称 决算数 编码 名称 决算数\n\n" + "".join(f"甲{n} 名 {n}.50 乙{n} 称 {n}.25\n\n" for n in range(1, 5))
    before, _, after = REPORT.partition("一般公共预算财政拨款基本支出决算表（按经济分类）")
    text = (
        before
        + "一般公共预算财政拨款基本支出决算明细\n\n"
        + lines
        + "政府性基金预算财政拨款收入支出决算表"
        + after.partition("政府性基金预算财政拨款收入支出决算表")[2]
    )
    contents = read_report(text.encode())
    states = {row["statement"]: row["state"] for row in contents.rows_of("core.forms")}
    assert states["basic_expenditure_by_economic_class"] == "unread"
    assert "form_printed" not in {f["rule_id"] for f in confront(contents).findings if f["severity"] == "error"}


@pytest.mark.parametrize("before", ["表1-1：", "附表2-5 ", "2.1", "表（一）", "财决公开01表 ", "1-", "部门决算报表（表一）", "公开1："])
def test_numbers_before_a_title(before: str) -> None:
    spec = form_of_title(before + "一般公共预算财政拨款支出决算表")
    assert spec is not None
    assert spec.key == "general_budget_expenditure"


@pytest.mark.parametrize("blank", ["", "-"])
def test_a_form_that_prints_no_number_is_empty_and_not_missing(blank: str) -> None:
    """Its words might be a heading that the page cut: where nothing follows, they are all of the table."""
    form = (
        "财政拨款“三公”经费支出决算表\n\n单位名称\t“三公”经费合计\t因公出国（境）费\t公务用车购置及运行维护费\t公务接待费\n"
        + "".join("\t".join((name, *[blank] * 4)) + "\n" for name in ("合计", "甲市水利局（本级）"))
        + "\n第三部分 部门决算情况说明\n"
    )
    contents = read_report((REPORT.partition("一般公共预算财政拨款“三公”")[0] + form).encode())
    assert {row["statement"]: row["state"] for row in contents.rows_of("core.forms")}["three_public"] == "empty"
    assert "form_printed" not in {f["rule_id"] for f in confront(contents).findings if f["severity"] == "error"}
