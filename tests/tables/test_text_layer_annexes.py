"""Self-evaluation forms and summaries in text layers without cells become tables: blank cells vanish, cells wrap, neighbours fuse.
Lines are of real reports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_annex import BUDGET, COLUMNS, HEAD, ROWS, SUMMARY

from pipeline.model.text import canonical
from pipeline.reading import read_document
from pipeline.reading.document import Table
from pipeline.tables import lower
from pipeline.tables.text_layer_pieces import pieces, width, wrap_cost


def tables(text: str) -> list[Table]:
    return [block for _, block in lower(read_document(text.encode())).blocks() if isinstance(block, Table)]


def rows(table: Table) -> list[list[str]]:
    """The rows without blank cells."""
    return [[t for t in texts if t] for texts in table.rows()]


def below(table: Table, heading: str) -> list[list[str]]:
    """The rows below the one that has a heading, blank cells in place."""
    texts = list(table.rows())
    return texts[next(i for i, row in enumerate(texts) if heading in row) + 1 :]


def test_a_form_is_lowered_whole() -> None:
    (table,) = tables(HEAD + BUDGET + COLUMNS + ROWS)
    assert rows(table)[:6] == [
        ["项目名称", "大数据发展专项业务费"],
        ["主管部门", "某市大数据局"],
        ["项目实施单位", "某市大数据中心"],
        ["联系人/联系电话", "王某85912098"],
        ["项目预算执行情况(10分)", "年初预算数", "调整后预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", "418.65", "400.65", "397.38", "10", "0.99183826", "9.92"],
    ]
    assert below(table, "三级指标") == [
        ["", "成本指标（10分）", "经济成本指标", "政务信息系统建设项目咨询评估服务成本", "≤88.9万元", "72.73万元", "5", "5", ""],
        ["", "", "", "平均评审劳务成本", "≤1000元/人/天", "605/人/天", "5", "5", ""],
        ["", "产出指标（40分）", "数量指标", "现场保障视频会议数量", "≥40次", "160次", "5", "5", "省局会议次数增加"],
        ["", "", "", "软件维护数量", "≥10个", "12个", "5", "5", ""],
        ["", "", "", "系统开发数量", "≥1个", "6个", "5", "5", "根据实际工作需求，开发数量较多"],
        ["", "", "", "爱山东宣传推广活动数量", "≥10次", "12次", "5", "5", "无"],
        ["", "", "质量指标", "系统运行情况", "保障", "保障", "10", "10", ""],
        ["", "", "时效指标", "2023年度数字青岛建设完成情况估计报告完成时间", "文字描述：3月30日前", "1月30日", "15", "15", ""],
        ["", "满意度指标（10分）", "服务对象满意度指标", "服务对象满意度指标", "≥95%", "100%", "10", "10", ""],
        ["小计", "", "", "", "", "", "90", "90", ""],
        ["总分", "", "", "", "", "", "", "99.92", ""],
    ]
    assert {c.found for c in table.cells} == {"text"}


def test_nothing_of_a_form_is_dropped() -> None:
    """The goal stands in a row; what is no row stays a line."""
    document = lower(read_document((HEAD + BUDGET + COLUMNS + ROWS + "\n注：1.得分最高100分。\n").encode()))
    texts = [c.text for page in document.pages for table in page.tables for c in table.cells]
    assert any("完成20项" in t for t in texts)
    lines = [line.text.strip() for line in document.lines()]
    assert lines == ["项目支出绩效自评表", "（ 2024 年度）", "单位：万元", "注：1.得分最高100分。"]


def test_vanished_cells_are_placed_from_the_left_and_said_to_be() -> None:
    (table,) = tables(HEAD + "年度资金总额 1000 1000 10 0 0\n\n其中：当年财政拨款 1000 1000 - -\n" + COLUMNS + ROWS)
    total = next(r for r in range(table.n_rows) if table.text(r, 1) == "年度资金总额")
    assert [table.text(total, c) for c in range(2, 8)] == ["1000", "1000", "", "10", "0", "0"]
    cells = [table.at(total, c) for c in (2, 5)]
    assert [c.placement for c in cells if c is not None] == ["identity", "printed"]


def test_a_source_of_funds_that_is_not_known_keeps_its_row() -> None:
    (table,) = tables(HEAD + BUDGET.replace("其中：当年财政拨\n款", "内含：国库款").replace("其他资金 - -", "杂项款 5 5 5 - -") + COLUMNS + ROWS)
    found = rows(table)
    assert ["内含:国库款", "418.65", "400.65", "397.38", "-", "-"] in [[canonical(t) for t in row] for row in found]
    assert ["杂项款", "5", "5", "5", "-", "-"] in found


def test_a_group_of_indicators_whose_name_is_not_known_is_one_by_its_weight_and_place() -> None:
    (table,) = tables(HEAD + BUDGET + COLUMNS + ROWS.replace("产\n出\n指\n标", "出\n活\n指\n标"))
    assert below(table, "三级指标")[2][1:3] == ["出活指标（40分）", "数量指标"]


def test_a_form_without_its_columns_stays_lines() -> None:
    document = lower(read_document((HEAD + BUDGET).encode()))
    assert not any(page.tables for page in document.pages)
    assert "年度资金总额 418.65 400.65 397.38 10 0.99183826 9.92" in [line.text for line in document.lines()]


def test_a_form_cut_off_in_the_middle_keeps_its_rows() -> None:
    (table,) = tables(HEAD + BUDGET + COLUMNS + ROWS[: ROWS.index("质量指标")] + "\n第四部分\n\n名词解释\n")
    assert len(below(table, "三级指标")) == 6


def test_a_wrapped_cell_that_ends_like_a_title_ends_no_form() -> None:
    text = ROWS.replace("现场保障视频会议数\n量", "数字青岛规划执行情\n况评估报告")
    (table,) = tables(HEAD + BUDGET + COLUMNS + text)
    assert below(table, "三级指标")[2][3] == "数字青岛规划执行情况评估报告"
    assert rows(table)[-1] == ["总分", "99.92"]


def test_every_cell_on_its_own_line() -> None:
    """烟台市大数据局 2019: every cell stands on its own line, with blank lines between."""
    text = """
产

出

指

标

（50 分）

数量指标

完成测评的系统数量

65

58

10

8.92

因个别部门系统因

机构改革等原因。

质量指标

测评报告在网安备案通过

数量

58

58

40

40

无

总分 98.05
"""
    (table,) = tables(HEAD + "年度资金总额 285 228 208 10 100  9.12\n" + COLUMNS + text)
    assert [row[3:] for row in below(table, "三级指标")[:2]] == [
        ["完成测评的系统数量", "65", "58", "10", "8.92", "因个别部门系统因机构改革等原因。"],
        ["测评报告在网安备案通过数量", "58", "58", "40", "40", "无"],
    ]


def test_a_summary_has_a_row_a_project() -> None:
    (table,) = tables(SUMMARY)
    assert list(table.rows()) == [
        ["序号", "项目实施单位", "项目类别", "资金名称", "项目名称", "年初预算数", "调整后预算数", "预算执行数", "评价得分", "评价等级", "执行率"],
        ["1", "某市大数据发展管理局", "特定目标类", "政务信息化运维专项资金", "机关运行和网上服务信息化项目运维", "846.431", "846.431", "831.485",
         "99.82", "优", "98.23%"],
        ["2", "某市大数据发展管理局", "其他运转类", "专项业务费", "大数据发展专项业务费", "418.65", "400.65", "397.38", "99.92", "优", "99.18%"],
    ]  # fmt: skip


def test_a_summary_whose_rows_lack_a_number_says_which_columns_were_chosen() -> None:
    (table,) = tables(SUMMARY.replace("418.65 400.65 397.38", "400.65 397.38"))
    cells = {table.text(0, c.col): c for c in table.cells if c.row == 2}
    assert (cells["调整后预算数"].text, cells["预算执行数"].text) == ("400.65", "397.38")
    assert cells["调整后预算数"].placement == "identity"
    assert table.text(2, 5) == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("≥1000个 5300个 8 8", ["≥1000个", "5300个", "8", "8"]),
        ("烟台市民卡与全省 17 地市实现交通一卡", ["烟台市民卡与全省17地市实现交通一卡"]),
        ("行， 安全稳定", ["行，安全稳定"]),
        (
            "2 烟台市电子证照共享管理系统 烟台市大数据局 100    优",
            ["2", "烟台市电子证照共享管理系统", "烟台市大数据局", "100", "优"],
        ),
    ],
)
def test_blanks_that_part_cells_and_blanks_that_do_not(line: str, expected: list[str]) -> None:
    assert [p.text for p in pieces(read_document(f"公开\n{line}\n".encode()).lines())][1:] == expected


@given(st.lists(st.integers(4, 9), min_size=1, max_size=4), st.integers(1, 4))
def test_a_cell_wrapped_to_its_width_costs_nothing(starts: list[int], last: int) -> None:
    full = max(starts)
    lines = ["字" * full for _ in starts] + ["字" * last]
    assert wrap_cost(lines, float(full)) == 0.0
    assert width("字" * last + "ab") == last + 1.0
