"""Self-evaluation forms with cells: merged, shifted, continued, cut, and what only looks like one.  Rows are of real reports."""

from __future__ import annotations

from typing import Any

import pytest
from performance import annex

from pipeline.model.figures import Place
from pipeline.reading import read_document
from pipeline.reading.document import Cell, Document, Line, Page, Table
from pipeline.recognition.annexes.forms import FormRead, read_form
from pipeline.recognition.annexes.indicators import _target
from pipeline.recognition.annexes.model import NOTHING, Form, Printed
from pipeline.recognition.annexes.outline import Outline


def forms(text: str) -> list[Form]:
    return forms_of(read_document(text.encode()))


def forms_of(document: Document) -> list[Form]:
    found = [read_form(a) for a in Outline(document).annexes if a.kind == "self_evaluation" and a.rows]
    return [f.form for f in found if isinstance(f, FormRead)]


def levels(form: Form) -> list[tuple[str, str, str]]:
    return [(i.level1, i.level2, i.level3.text) for i in form.indicators]


def values(form: Form) -> list[tuple[str, str, str, str]]:
    return [(i.target.text, i.actual.text, i.weight.text if i.weight else "", i.score.text) for i in form.indicators]


def test_a_form_is_read_whole() -> None:
    (form,) = forms(annex.RIVER)
    assert {k: v.text for k, v in form.heads.items()} == {
        "project": "智慧河道监测项目", "competent_department": "某市数据局", "implementing_unit": "某市数据中心"
    }  # fmt: skip
    assert [v.text for v in form.budget["total"].values()] == ["100", "80", "60", "10", "75.00%", "7.5"]
    assert [v.text for v in form.budget["other"].values()] == ["", "", "", "—", "", "—"]
    assert form.execution_weight.text == "10"
    assert [(w.text, s.text) for w, s in form.subtotals] == [("90", "87")]
    assert (form.total_weight.text, form.total_score.text) == ("100", "94.5")
    first = form.indicators[0]
    assert (first.level1, first.level1_weight.text, first.level3.text, first.level3_weight.text) == (
        "成本指标",
        "20",
        "项目总成本",
        "20",
    )
    assert form.indicators[1].deviation.text == "部分站点征地滞后"


def test_persons_and_telephones_are_stored_nowhere() -> None:
    part = annex.read(annex.RIVER)
    everything = repr(part.tables) + repr(part.figures)
    assert "张三" not in everything
    assert "55512345" not in everything


HEAD = """
项目支出绩效自评表

项目名称		网络运行费
主管部门		某市大数据局			实施单位	某市信息中心
项目预算执行情况			年初预算数	全年预算数（A）	全年执行数（B）	分值	执行率（B/A）	得分
		年度资金总额	700	700	690.5	10	98.64%	9.86
		其中：当年财政拨款	700	700	690.5
"""


def test_rows_cut_by_a_page_stand_shifted_against_their_headings() -> None:
    """济南市大数据局 2023: leading cells lost, a cell gained, headings shifted, level columns blank after the page break."""
    (form,) = forms(
        HEAD
        + """	一级指标	二级指标	三级指标	年度指标值	实际完成指标值	分值	得分	偏差原因分析及改进措施
年度绩效指标	产出指标	数量指标	数据库数量	=1个	1个	1	1

年度绩效指标	产出指标	数量指标	等保测评系统数量	=3个	3个	1	1
			政务机房集中管控服务时间	=1年	1年	1	1
	质量指标	智库系统验收合格率	=100%	0	1	0	按照合同，服务期到2024年11月
智库专题信息按需提供率		=100%	100%	1	1
部门业务整合数	=60个	60个	2	2
		效益指标	经济效益指标	跨部门合作机制健全率	≥90%	90%	4	4
	社会效益指标		无纸化办公增长率	≥5%	5%	4	4
满意度指标	服务对象满意度指标	受众满意度	≥95%	96%	10	10
总分			98.02
"""
    )
    assert levels(form) == [
        ("产出指标", "数量指标", "数据库数量"),
        ("产出指标", "数量指标", "等保测评系统数量"),
        ("产出指标", "数量指标", "政务机房集中管控服务时间"),
        ("产出指标", "质量指标", "智库系统验收合格率"),
        ("产出指标", "质量指标", "智库专题信息按需提供率"),
        ("产出指标", "质量指标", "部门业务整合数"),
        ("效益指标", "经济效益指标", "跨部门合作机制健全率"),
        ("效益指标", "社会效益指标", "无纸化办公增长率"),
        ("满意度指标", "服务对象满意度指标", "受众满意度"),
    ]
    assert values(form)[3] == ("=100%", "0", "1", "0")
    assert values(form)[5:7] == [("=60个", "60个", "2", "2"), ("≥90%", "90%", "4", "4")]
    assert form.total_score.text == "98.02"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "项目预算执行情况			年初预算数	全年预算数	全年执行数	分值	执行率	得分",
            "		年度资金总额	1	2	3	10	4%	5",
        ),
        (
            "项目预算执行情况		年初预算数	全年预算数	全年执行数	分值	执行率	得分		",
            "		年度资金总额	1	2	3	10	4%	5	",
        ),
        (
            "项目预算执行情况		年初预算数		全年预算数	全年执行数	分值	执行率	得分",
            "		年度资金总额	1	2	3	10	4%	5",
        ),
        (
            "项目预算执行情况		年初预算数	全年预算数		全年执行数	分值	执行率	得分",
            "	年度资金总额	1	2		3	10	4%	5",
        ),
        (
            "	年初预算数	调整后预算数（A）	全年执行数（B）	分值	执行率（B/A）	得分",
            "年度资金总额	1	2	3	10	4%	5",
        ),
    ],
)
def test_the_budget_block_in_every_alignment(header: str, row: str) -> None:
    text = f"项目支出绩效自评表\n项目名称\t甲\n{header}\n{row}\n一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\n产出指标\t数量指标\t乙\t≥1个\t1个\t90\t90\n"
    (form,) = forms(text)
    assert [form.budget["total"][n].text for n in ("initial", "adjusted", "executed", "weight", "rate", "score")] == [
        "1",
        "2",
        "3",
        "10",
        "4%",
        "5",
    ]


def test_a_goal_table_is_no_self_evaluation() -> None:
    goal = """
项目支出绩效目标表

项目名称	网络运行费
主管部门	某市大数据局
项目资金	年度资金总额	700
一级指标	二级指标	三级指标	指标值
产出指标	数量指标	数据库数量	≥1个
"""
    assert forms(goal) == []
    assert forms(goal.replace("绩效目标表", "资金表")) == []
    assert len(forms(goal + annex.RIVER)) == 1


def test_a_cover_sheet_is_no_form() -> None:
    assert forms("某项目绩效评价报告\n\n项目名称:\t某项目\n主管部门:\t某局\n评价机构:\t某事务所\n") == []


def test_a_form_cut_off_in_the_middle_keeps_what_it_prints() -> None:
    cut = annex.RIVER[: annex.RIVER.index("		时效指标")]
    first, second = forms(cut + "\n第四部分 名词解释\n" + annex.ARCHIVE)
    assert len(first.indicators) == 3
    assert first.total_score.text == ""
    assert len(second.indicators) == 3


def test_bad_cells_are_kept_as_printed() -> None:
    text = annex.RIVER.replace("15	12	部分", "无	—	部分").replace("60万元	100%", "60万元	12000%").replace("7.5\n", "优秀\n")
    (form,) = forms(text)
    item = form.indicators[1]
    assert (item.weight and item.weight.text, item.score.text) == ("无", "—")
    assert form.indicators[0].rate is not None
    assert form.indicators[0].rate.text == "12000%"
    assert form.budget["total"]["score"].text == "优秀"
    assert len(form.indicators) == 6


def test_the_rest_of_a_row_cut_by_a_page_joins_it() -> None:
    text = annex.RIVER.replace(
        "		质量指标	数据准确率", "\n\n年度绩效指标	一级指标	二级指标	三级指标	年度指标值（A）	实际完成值（B）	完成率	分值	得分	偏差原因分析及改进措施\n"
        "			（含备用站）						，已补征\n		质量指标	数据准确率"
    )  # fmt: skip
    (form,) = forms(text)
    assert form.indicators[1].deviation.text == "部分站点征地滞后，已补征"
    assert len(form.indicators) == 6


# ---------------------------------------------------------------- merged cells cut by a page of a PDF


def _table(rows: list[list[str | tuple[str, int] | None]], page: int) -> Table:
    """A table of a PDF: ``(text, n)`` is a cell over n rows, ``None`` the rest of it."""
    cells = [
        Cell(r, c, text if isinstance(text, str) else text[0], 1 if isinstance(text, str) else text[1], 1, Place(page, 0, 0, 1, 1))
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text is not None
    ]
    return Table(tuple(cells), len(rows), len(rows[0]), Place(page), "pdf/1")


def _document(*pages: list[list[Any]]) -> Document:
    sheets = tuple(
        Page(n, 595, 842, ((Line("项目支出绩效自评表", Place(1)),) if n == 1 else ()) + (_table(rows, n),)) for n, rows in enumerate(pages, start=1)
    )
    return Document("0" * 64, "application/pdf", "pdf/1", "grid", sheets)


_TOP: list[list[Any]] = [
    ["项目名称", "甲", "", "", "", "", ""],
    ["", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["年度资金总额", "1", "1", "1", "10", "100%", "10"],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
]


def test_a_level_printed_on_the_first_piece_goes_on_over_the_page() -> None:
    first = [
        *_TOP,
        [("产出指标(60分)", 2), ("数量指标", 2), "乙", "≥1个", "1个", "20", "20"],
        [None, None, "丙", "≥1个", "1个", "20", "20"],
    ]
    second = [
        ["", "", "丁", "≥1个", "1个", "20", "20"],
        ["效益指标(30分)", "社会效益指标", "戊", "≥1个", "1个", "30", "30"],
        ["总分", "", "", "", "", "", "100"],
    ]
    (form,) = forms_of(_document(first, second))
    assert [i.level1 for i in form.indicators] == ["产出指标"] * 3 + ["效益指标"]
    assert [i.level2 for i in form.indicators] == ["数量指标"] * 3 + ["社会效益指标"]


def test_a_level_printed_on_the_second_piece_belongs_to_the_first_too() -> None:
    """A merged cell's text stands in its middle, which may be on the next page."""
    first = [
        *_TOP,
        ["成本指标(20分)", "经济成本指标", "甲", "≤1个", "1个", "20", "20"],
        [("", 2), ("", 2), "乙", "≥1个", "1个", "20", "20"],
        [None, None, "丙", "≥1个", "1个", "20", "20"],
    ]
    second = [
        [("产出指标(60分)", 2), "数量指标", "丁", "≥1个", "1个", "20", "20"],
        [None, "质量指标", "戊", "≥1个", "1个", "10", "10"],
        ["总分", "", "", "", "", "", "100"],
    ]
    (form,) = forms_of(_document(first, second))
    assert [i.level1 for i in form.indicators] == ["成本指标"] + ["产出指标"] * 4
    assert [i.level2 for i in form.indicators] == ["经济成本指标"] + ["数量指标"] * 3 + ["质量指标"]
    assert {i.level1_weight.text for i in form.indicators[1:]} == {"60"}


def test_a_row_with_the_name_of_a_level_alone_heads_the_rows_below() -> None:
    rows = [
        *_TOP,
        ["产出指标(60分)", *[""] * 6],
        ["", "数量指标", "乙", "≥1个", "1个", "30", "30"],
        ["", "质量指标", "丙", "≥1个", "1个", "30", "30"],
    ]
    (form,) = forms_of(_document(rows))
    assert [(i.level1, i.level2) for i in form.indicators] == [("产出指标", "数量指标"), ("产出指标", "质量指标")]


def test_a_form_with_its_title_in_its_table_ends_the_evaluation_report_before_it() -> None:
    rows = [["项目支出绩效自评表", *[""] * 6], *_TOP, ["产出指标", "数量指标", "乙", "≥1个", "1个", "90", "90"], ["总分", *[""] * 5, "100"]]
    report = Line("某市智慧泉城项目绩效评价报告", Place(1))
    (form,) = forms_of(Document("0" * 64, "application/pdf", "pdf/1", "grid", (Page(1, 595, 842, (report, _table(rows, 1))),)))
    assert [i.level3.text for i in form.indicators] == ["乙"]


@pytest.mark.parametrize(("head", "total", "unit"), [("项目资金（元）", "年度资金总额", "元"), ("", "年度资金总额（千元）", "")])
def test_the_unit_of_a_budget_is_that_of_its_heading(head: str, total: str, unit: str) -> None:
    rows = [
        ["项目名称", "甲", *[""] * 5],
        [head, *_TOP[1][1:]],
        [total, *_TOP[2][1:]],
        _TOP[3],
        ["产出指标", "数量指标", "乙", "≥1个", "1个", "90", "90"],
    ]
    (form,) = forms_of(_document(rows))
    assert unit in form.unit
    assert bool(unit) is bool(form.unit)


def test_a_target_s_operator_or_unit_may_stand_in_a_column_of_its_own() -> None:
    number, sign, unit = Printed("95"), Printed("≥"), Printed("%")
    assert [_target(*given).text for given in ((sign, number, unit), (sign, number, NOTHING), (NOTHING, number, unit), (NOTHING, number, NOTHING))] == [
        "≥95%", "≥95", "95%", "95",
    ]  # fmt: skip
    assert _target(sign, NOTHING, unit) == NOTHING


def test_a_name_that_no_piece_prints_is_not_borrowed_from_a_later_group() -> None:
    first = [*_TOP, ["", "", "乙", "≥1个", "1个", "20", "20"], ["效益指标", "社会效益指标", "戊", "≥1个", "1个", "30", "30"]]
    (form,) = forms_of(_document(first))
    assert [i.level1 for i in form.indicators] == ["", "效益指标"]


def test_names_that_stand_in_the_middle_of_their_rows_are_parted_by_their_weights() -> None:
    rows = """	一级指标	二级指标	三级指标	年度指标值	实际完成指标值	分值	得分
		数量指标	甲项	=1个	1个	20	20
	产出指标（50分）	质量指标	乙项	=1个	1个	20	20
		时效指标	丙项	=1个	1个	10	10
		社会效益指标	丁项	=1个	1个	20	20
	效益指标（40分）	可持续影响指标	戊项	=1个	1个	20	20
总分						100	100
"""
    (form,) = forms(HEAD + rows)
    assert [(i.level3.text, i.level1) for i in form.indicators] == [
        ("甲项", "产出指标"), ("乙项", "产出指标"), ("丙项", "产出指标"), ("丁项", "效益指标"), ("戊项", "效益指标")
    ]  # fmt: skip
    (wrong,) = forms(HEAD + rows.replace("效益指标（40分）", "效益指标（45分）"))
    assert [i.level1 for i in wrong.indicators] == ["", "产出指标", "产出指标", "产出指标", "效益指标"], "as printed"
