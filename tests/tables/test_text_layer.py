"""Forms in text layers without cells become tables: which columns, whose words, and when the lines stay lines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.reading import read_document
from pipeline.reading.document import Table
from pipeline.tables import lower
from pipeline.tables.text_layer_placement import Equation, Placement, Slots
from pipeline.tables.text_layer_tokens import whole_thousands


def tables(text: str) -> list[Table]:
    return [block for _, block in lower(read_document(text.encode())).blocks() if isinstance(block, Table)]


def lines(text: str) -> list[str]:
    return [line.text.strip() for line in lower(read_document(text.encode())).lines()]


def row(table: Table, first: str) -> list[str]:
    return next(texts for texts in table.rows() if first in texts[:2])


def chosen(table: Table, first: str) -> list[str]:
    """The texts of a row's cells whose column was chosen."""
    number = next(r for r in range(table.n_rows) if first in (table.text(r, 0), table.text(r, 1)))
    return [c.text for c in table.cells if c.row == number and c.placement == "identity" and c.text]


GENERAL = """一般公共预算财政拨款支出决算表
部门：甲县水利局 单位：万元
项目
合计 基本支出 项目支出
功能分类科目编码 科目名称
合计 300.00 160.00 140.00
208 社会保障和就业支出 60.00 60.00
213 农林水支出 200.00 60.00 140.00
221 住房保障支出 40.00 40.00
"""
EXPENDITURE = """支出决算表
部门：甲县水利局 单位：万元
项目
本年支出合计 基本支出 项目支出 上缴上级支出 经营支出 对附属单位补助支出
功能分类科目编码 科目名称
合计 400.00 160.00 240.00
208 社会保障和就业支出 60.00 60.00
212 城乡社区支出 100.00 100.00
213 农林水支出 200.00 60.00 140.00
221 住房保障支出 40.00 40.00
"""


def test_a_column_that_a_form_leaves_open_is_told_by_another() -> None:
    """60 + 40 and 100 are as much: by itself the form of all expenditure may have either in 基本支出."""
    expenditure, general = tables(EXPENDITURE + GENERAL)
    assert row(expenditure, "212")[2:5] == ["100.00", "", "100.00"]
    assert row(expenditure, "208")[2:5] == ["60.00", "60.00", ""]
    assert chosen(expenditure, "212") == ["100.00"]  # the total is the total in every placement
    assert chosen(general, "213") == []
    assert {c.found for c in expenditure.cells} == {"text"}


def test_title_publisher_and_notes_stay_lines_around_their_table() -> None:
    text = GENERAL + "注：本表反映部门本年度支出情况。\n"
    assert lines(text) == ["一般公共预算财政拨款支出决算表", "部门：甲县水利局 单位：万元", "注：本表反映部门本年度支出情况。"]


SPACED = """                   一般公共预算财政拨款支出决算表
部门：甲县水利局                                     单位：万元
科目编码      科目名称              合计        基本支出     项目支出     上年决算数

          合计                300.00    160.00   140.00   280.00
208       社会保障和就业支出         60.00     60.00             50.00
213       农林水支出             200.00    60.00    140.00   190.00
221       住房保障支出            40.00     40.00             40.00
"""


def test_columns_kept_by_spaces_are_told_by_them_and_headings_are_as_printed() -> None:
    (table,) = tables(SPACED)
    assert row(table, "科目编码") == ["科目编码", "科目名称", "合计", "基本支出", "项目支出", "上年决算数"]
    assert row(table, "208") == ["208", "社会保障和就业支出", "60.00", "60.00", "", "50.00"]
    assert {c.placement for c in table.cells} == {"printed"}


def spaced(rows: list[list[str]], wide: bool) -> str:
    """Rows in columns of 20 places, where a Chinese character takes one of them or, ``wide``, two; the third and later at the right end."""

    def places(text: str) -> int:
        return sum(2 if wide and "一" <= c <= "鿿" else 1 for c in text)

    def cell(column: int, text: str) -> str:
        blanks = " " * (20 - places(text))
        return blanks + text if column > 1 else text + blanks

    return "".join("".join(cell(c, text) for c, text in enumerate(row)).rstrip() + "\n" for row in rows)


ROWS = [
    ["科目编码", "科目名称", "小计", "基本支出", "项目支出"],
    ["208", "社会保障和就业支出", "85.21", "0.00", "85.21"],
    ["213", "其他政府性基金支出", "31.50", "", "31.50"],
    ["221", "住房", "53.71", "53.71", ""],
]


@pytest.mark.parametrize("wide", [False, True])
def test_a_chinese_character_takes_one_place_or_two_as_numbers_stand_below_each_other(wide: bool) -> None:
    (table,) = tables("一般公共预算财政拨款支出决算表\n单位：万元\n" + spaced(ROWS, wide))
    assert [list(texts) for texts in table.rows()] == ROWS
    assert {c.found for c in table.cells} == {"aligned"}


def test_a_form_of_one_row_that_its_headings_do_not_tell_costs_the_others_nothing() -> None:
    public = """财政拨款“三公”经费支出决算表
单位：万元
    合计          因公出国（境）费                       公务用车购置及运行维                          公务接待费
                                                                 护费
                                            小计           公务用车购置费     公务用车运行维护费
预算数    决算数    预算数    决算数    预算数    决算数    预算数    决算数    预算数     决算数     预算数    决算数
2.85      77.19     -         72.88     2.85      4.31      2.85      -         -         4.31        -         -
"""
    general, *_ = tables("一般公共预算财政拨款支出决算表\n单位：万元\n" + spaced(ROWS, False) + public)
    assert {c.found for c in general.cells} == {"aligned"}


def test_an_unknown_heading_among_the_lowest_is_a_column_of_its_own() -> None:
    text = GENERAL.replace("合计 基本支出 项目支出", "合计 基本支出 项目支出 待核销数")
    text = text.replace("160.00 140.00\n", "160.00 140.00 1.00\n").replace("60.00 140.00\n", "60.00 140.00 1.00\n")
    (table,) = tables(text)
    assert "待核销数" in [c.text for c in table.cells]
    assert row(table, "213")[2:] == ["200.00", "60.00", "140.00", "1.00"]


def test_an_unknown_heading_that_stands_elsewhere_leaves_the_lines() -> None:
    text = GENERAL.replace("项目\n合计", "项目\n待核销数\n合计")
    assert tables(text) == []
    assert "213 农林水支出 200.00 60.00 140.00" in lines(text)


#: A heading as it is printed along the lines of a page: names cut by narrow columns, what every column holds in the row below them.
CUT = """支出决算表
单位：万元
项目
对附属单位补
本年支出合计 基本支出 项目支出 上缴上级支出 经营支出
功能分
助支出
类科目 科目名称
编码
决算数 决算数 决算数 决算数 决算数 决算数
"""


def test_names_that_a_heading_cuts_over_several_lines_are_whole() -> None:
    text = CUT + EXPENDITURE.partition("科目名称\n")[2].replace("合计 400.00", "类 款 项 合计 400.00")
    expenditure, _ = tables(text + GENERAL)
    assert "对附属单位补助支出" in [c.text for c in expenditure.cells]
    assert row(expenditure, "208")[2:5] == ["60.00", "60.00", ""]
    fiscal = """财政拨款收入支出决算总表
单位：万元
收入 支出
一般公共 政府性基 国有资本
项目 决算数 项目 合计 预算财政 金预算财 经营预算
拨款 政拨款 财政拨款
一、一般公共预算财政拨款 300.00 一、一般公共服务支出 60.00 60.00
二、政府性基金预算财政拨款 40.00 二、外交支出 40.00 40.00
三、国有资本经营预算财政拨款 三、国防支出 240.00 240.00
本年收入合计 340.00 本年支出合计 340.00 300.00 40.00
总计 340.00 总计 340.00 300.00 40.00
"""
    (table,) = tables(fiscal)
    assert row(table, "二、政府性基金预算财政拨款")[2:] == ["二、外交支出", "40.00", "", "40.00", ""]


def test_a_wrong_amount_leaves_open_only_what_the_sums_that_hold_do_not_tell() -> None:
    """The total of the second column does not hold: 60 + 50 + 40 for 160; that of the third does, and tells where the others stand."""
    general = GENERAL.replace("213 农林水支出 200.00 60.00 140.00", "213 农林水支出 200.00 50.00 140.00")
    (table,) = tables(general)
    assert row(table, "208")[2:] == ["60.00", "60.00", ""]
    assert row(table, "221")[2:] == ["40.00", "40.00", ""]
    for third, undecided in (("140.00", []), ("139.00", [1, 2])):  # where the third column does not hold either, nothing tells
        rows = [Slots(["300.00", "160.00", third]), *(Slots([n, n], parent=0) for n in ("60.00", "40.00"))]
        rows.append(Slots(["200.00", "50.00", "140.00"], parent=0))
        Placement(rows, 3, [Equation((0,), (1, 2))]).choose()
        assert [sorted(r.undecided) for r in rows[1:3]] == [undecided, undecided]


def test_columns_that_are_empty_above_and_below_tell_nothing() -> None:
    """An amount that its class does not print may stand in either of two columns that the class leaves blank."""
    rows = [Slots(["100.00", "100.00"]), Slots(["60.00", "60.00"], parent=0), Slots(["40.00", "39.00", "1.00"], parent=0)]
    Placement(rows, 4, [Equation((0,), (1, 2, 3))]).choose()
    assert {2, 3} <= rows[2].undecided


def test_rows_copied_column_by_column_are_no_table() -> None:
    """Every amount is there, and nothing adds up: the viewer copied columns."""
    amounts = "300.00 60.00 200.00\n40.00 160.00 60.00\n60.00 40.00 140.00"
    text = GENERAL[: GENERAL.index("合计 300")] + "合计\n208 社会保障和就业支出\n213 农林水支出\n" + amounts + "\n"
    assert tables(text) == []
    assert "40.00 160.00 60.00" in lines(text)


#: A blank cell leaves a blank (shown as a dot).
SUMMARY = """财政拨款收入支出决算总表
部门：甲县水利局 单位：万元
收 入 支 出
项 目 金 额 项 目 合 计 一般公共预算财政拨款 政府性基金预算财政拨款
一、一般公共预算财政拨款 90.00 一、一般公共服务支出 50.00 50.00··
二、政府性基金预算财政拨款  二、社会保障和就业支出 30.00 30.00··
本年收入合计 90.00 本年支出合计 80.00 80.00··
年初财政拨款结转和结余 20.00 年末财政拨款结转和结余 30.00 30.00··
总 计 110.00 总 计 110.00 110.00··
""".replace("·", " ")


def test_slips_of_a_row_are_the_publishers_where_the_other_rows_add_up() -> None:
    """Where a blank cell leaves a blank, an amount in the wrong column stands where it is printed, whatever it breaks."""
    (table,) = tables(SUMMARY.replace("本年支出合计 80.00 80.00  ", "本年支出合计  80.00 80.00 "))
    assert next(texts for texts in table.rows() if "本年支出合计" in texts)[-3:] == ["", "80.00", "80.00"]
    swapped = SUMMARY.replace("50.00 50.00", "50.00 110.00").replace("110.00 110.00  ", "110.00 50.00  ")
    assert len(tables(swapped)) == 1
    assert tables(swapped.replace("30.00 30.00", "30.00 31.00").replace("80.00 80.00", "80.00 90.00")) == [], "most rows do not add up"


def test_the_only_row_of_a_form_stands_where_it_adds_up_no_better_otherwise() -> None:
    heading = "财政拨款“三公”经费支出决算表\n部门：甲县水利局 单位：万元\n预算数 决算数\n" + "合计 因公出国（境）费 公务接待费 " * 2 + "\n"
    assert row(tables(heading + "10.00 7.00 2.00 8.00 6.00 2.00\n")[0], "10.00") == ["10.00", "7.00", "2.00", "8.00", "6.00", "2.00"]
    assert tables(heading + "10.00 8.00 7.00 6.00 3.00 2.00\n") == [], "with budget and final side by side it adds up"


BASIC = """公开06表
一般公共预算财政拨款基本支出决算表
科目编码 科目名称 金额 科目编码 科目名称 金额
301 工资福利支出 12909700.00 302 商品和服务支出 1627200.00
30101 基本工资 2666700.00 30201 办公费 488600.00
30102 津贴补贴 10243100.00 30217 公务接待费 {}
303 对个人和家庭的补助 24800.00 30239 其他交通费用 1112600.00
30399 其他对个人和家庭的补助 24900.00
人员经费合计 12934500.00 公用经费合计 1627200.00
"""


def test_sums_that_are_nearly_right_speak_for_the_table_though_they_are_no_sums() -> None:
    assert row(tables(BASIC.format("62000.00"))[0], "30217") == ["30217", "公务接待费", "62000.00"]
    assert tables(BASIC.format("62000.00").replace("12909700", "2909700").replace("24800", "94800")) == []


@pytest.mark.parametrize("amount", ["19 044.27", "１９，０４４．２７", "19,044.27万元", "19,044.27①", "△19,044.27"])
def test_an_amount_is_one_however_its_cell_prints_it(amount: str) -> None:
    text = GENERAL[: GENERAL.index("合计 300")] + f"合计 {amount} {amount} 0.00\n213 农林水支出 {amount} {amount} 0.00\n"
    (table,) = tables(text)
    numbers = row(table, "213")[2:]
    assert len(set(numbers[:2])) == 1
    assert numbers[2].replace("０", "0") == "0.00"
    assert (
        numbers[0].replace(" ", "").translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,")).replace(",", "").strip("△①万元")
        == "19044.27"
    )


def test_blanks_join_thousands_and_no_line_number_with_its_amount() -> None:
    assert whole_thousands("合计   91 436.33   57 028.22") == "合计    91436.33    57028.22"
    assert whole_thousands("一、一般公共预算   1   363.68") == "一、一般公共预算   1   363.68"


def test_bare_page_numbers_within_tables_are_no_amounts() -> None:
    body = "\n".join(f"21301{n:02} 水利事务{n} 1.00 1.00 0.00" for n in range(60)).split("\n")
    pages = "\n".join(line if n % 15 else f"{9 + n // 15}\n{line}" for n, line in enumerate(body))
    text = GENERAL[: GENERAL.index("208 ")].replace("300.00 160.00 140.00", "60.00 60.00 0.00") + pages + "\n"
    (table,) = tables(text)
    assert table.n_cols == 5
    assert lines(text)[-4:] == ["9", "10", "11", "12"]


def test_a_label_that_wraps_around_its_code_is_whole() -> None:
    """A text that keeps places: the code stands on the line between the two halves of its label, or below its amounts."""
    text = """                             收入决算表
部门：甲县水利局                                     单位：万元
科目编码            科目名称    本年收入合计 财政拨款收入 上级补助收入 事业收入 经营收入 附属单位上缴收入 其他收入
               栏次          1          2       3       4       5       6       7
               合计      31.00      31.00    0.00    0.00    0.00    0.00    0.00
    208      社会保障      11.00      11.00    0.00    0.00    0.00    0.00    0.00

             一般行政      11.00      11.00    0.00    0.00    0.00    0.00    0.00
  2080102
             管理事务
    213      农林水       20.00      20.00    0.00    0.00    0.00    0.00    0.00
"""
    (table,) = tables(text)
    assert row(table, "2080102")[1:4] == ["一般行政管理事务", "11.00", "11.00"]


def test_bands_of_numbers_tell_the_columns_of_a_page_whose_headings_stand_beside_them() -> None:
    """What pdftotext makes of a table: words move against numbers, and a column of the page is blank."""
    text = """                         一般公共预算财政拨款支出决算表
部门：甲县水利局                                     单位：万元
科目编码    科目名称    小计 基本支出 项目支出
        合计            300.00            160.00             140.00
208     社会保障          60.00             60.00
213     农林水          200.00             60.00             140.00
221     住房保障          40.00             40.00
"""
    (table,) = tables(text)
    assert row(table, "221")[2:] == ["40.00", "40.00", ""]
    assert {c.placement for c in table.cells} == {"printed"}


def test_the_rows_of_a_table_are_placed_together() -> None:
    """Each row may stand in either column by itself; only one assignment of all of them adds up."""
    rows = [Slots(["10.00", "7.00", "3.00"]), *(Slots([n, n], parent=0) for n in ("3.00", "4.00", "3.00"))]
    Placement(rows, 3, [Equation((0,), (1, 2))]).choose()
    placed = [r.chosen for r in rows[1:]]
    assert sorted(placed) == [(0, 1), (0, 1), (0, 2)]
    rows[1].wanted = {2: Decimal(3)}
    rows[3].wanted = {2: Decimal(0)}
    Placement(rows, 3, [Equation((0,), (1, 2))]).choose()
    assert [r.chosen for r in rows[1:]] == [(0, 2), (0, 1), (0, 1)]


def test_kinds_of_three_public_keep_the_templates_order_where_a_heading_stands_higher() -> None:
    text = """财政拨款“三公”经费支出决算表
部门：甲县水利局 单位：万元
预算数 决算数
公务用车购置及运行维护费 公务用车购置及运行维护费
合计 因公出国（境）费 公务接待费 合计 因公出国（境）费 公务接待费
小计 公务用车购置费 公务用车运行维护费 小计 公务用车购置费 公务用车运行维护费
10.00 7.00 7.00 3.00 8.00 6.00 6.00 2.00
"""
    (table,) = tables(text)
    assert list(table.rows())[-1] == ["10.00", "", "7.00", "", "7.00", "3.00", "8.00", "", "6.00", "", "6.00", "2.00"]


def test_points_of_time_that_are_not_told_apart_leave_the_lines() -> None:
    text = """财政拨款“三公”经费支出决算表
部门：甲县水利局 单位：万元
2021年决算数 2022年预算数 2022年决算数 2022年执行数
合计 因公出国（境）费 公务接待费 合计 因公出国（境）费 公务接待费
1.00 2.00 3.00 4.00 5.00 6.00
"""
    assert tables(text) == []


def test_the_title_of_another_table_ends_a_form() -> None:
    other = "政府采购情况表\n项目 合计 财政拨款 非财政拨款\n合计 30.00 30.00 10.00\n货物 20.00 20.00 10.00\n"
    (table,) = tables(GENERAL + other + "国有资产占用情况表\n")
    assert "货物" not in {c.text for c in table.cells}


@pytest.mark.parametrize("opening", ["年初结转和结余", "上年结转和结余", "期初结转结余"])
def test_the_balances_of_a_fund_are_known_by_every_word_for_the_year_before(opening: str) -> None:
    text = f"""政府性基金预算财政拨款收入支出决算表
项目 {opening} 本年收入 本年支出 年末结转和结余
功能分类科目编码 科目名称 小计 基本支出 项目支出
合计 5.00 10.00 12.00 2.00 10.00 3.00
212 城乡社区支出 5.00 10.00 12.00 2.00 10.00 3.00
"""
    (table,) = tables(text)
    assert list(table.rows())[-1] == ["212", "城乡社区支出", "5.00", "10.00", "12.00", "2.00", "10.00", "3.00"]


def test_a_form_of_one_row_stands_in_the_places_of_the_others() -> None:
    """Nothing in it tells whether a Chinese character takes two places; the other forms of the text do."""
    public = """财政拨款“三公”经费支出决算表
单位：万元
合计   因公出国（境）费   公务接待费   公务用车购置费   公务用车运行维护费
4.00               4.00
"""
    _, table = tables("一般公共预算财政拨款支出决算表\n单位：万元\n" + spaced(ROWS, wide=True) + public)
    assert list(table.rows())[-1] == ["4.00", "4.00", "", "", ""]
