"""Summary and scoring tables with cells, and scores in sentences.  Rows and sentences are of real reports."""

from __future__ import annotations

import pytest
from performance import annex

from pipeline.reading import read_document
from pipeline.reading.document import Document
from pipeline.recognition.annexes.evaluations import evaluation_of_blocks
from pipeline.recognition.annexes.grid import GridRow
from pipeline.recognition.annexes.model import Printed, ScoringRow, ScoringTable, SummaryRow
from pipeline.recognition.annexes.outline import Outline, _total
from pipeline.recognition.annexes.scoring import _by_cells, _is_sum, scoring_rows
from pipeline.recognition.annexes.scoring_text import read_stated_scores, read_text_breakdowns
from pipeline.recognition.annexes.summaries import summary_rows


def tables(text: str) -> list[ScoringTable]:
    return tables_of(read_document(("某项目绩效评价报告\n\n" + text).encode()))


def tables_of(document: Document) -> list[ScoringTable]:
    found = [(a, a.evaluation, scoring_rows(a)) for a in Outline(document).annexes if a.rows]
    return [ScoringTable(e.shown, e.number, a.title, "table", rows) for a, e, rows in found if e is not None and rows]


def read_summary(document: Document) -> list[SummaryRow]:
    return [row for a in Outline(document).annexes if a.kind == "summary" for row in summary_rows(a)[0]]


def shown(table: ScoringTable) -> list[tuple[str, tuple[str, str, str], str, str, str]]:
    return [(r.kind, r.levels, r.weight.text if r.weight else "", r.score.text, r.rate.text if r.rate else "") for r in table.rows]


def test_three_levels_continued_over_a_page_with_shifted_rows() -> None:
    (table,) = tables("""表 1 绩效评价得分表

一级指标	二级指标	三级指标	得分	得分率	评分依据	依据来源
过程	资金管理	资金到位率	2	100%	到位	明细账
	组织实施	管理制度健全性	2	100%	健全	制度
政府采购规范性		2.5	62.5%	采购实施计划规范	招标文件

一级指标	二级指标	三级指标	得分	得分率	评分依据	依据来源
					均通过两次进行	验收资料
效益	经济效益	节约办事成本	2.7	90.0%	扣0.3分
济南市数字经济产值增加			3	100.0%	完成
社会效益		公共数据成果应用	1.5	50.0%	较少
合计			11.70
""")
    assert shown(table) == [
        ("item", ("过程", "资金管理", "资金到位率"), "", "2", "100%"),
        ("item", ("过程", "组织实施", "管理制度健全性"), "", "2", "100%"),
        ("item", ("过程", "组织实施", "政府采购规范性"), "", "2.5", "62.5%"),
        ("item", ("效益", "经济效益", "节约办事成本"), "", "2.7", "90.0%"),
        ("item", ("效益", "经济效益", "济南市数字经济产值增加"), "", "3", "100.0%"),
        ("item", ("效益", "社会效益", "公共数据成果应用"), "", "1.5", "50.0%"),
        ("total", ("", "", ""), "", "11.70", ""),
    ]


@pytest.mark.parametrize("level", ["一级指标", "三级指标"])
def test_a_heading_that_is_printed_again_lends_the_word_that_is_not_known(level: str) -> None:
    head, rows = (
        "一级指标	二级指标	三级指标	分值	得分",
        ("过程（8分）	资金管理	资金到位率	2	2", "产出（9分）	数量指标	监测站点数	4	3"),
    )
    (table,) = tables(f"表 1 绩效评价得分表\n\n{head.replace(level, '头层')}\n{rows[0]}\n\n{head}\n{rows[1]}\n")
    assert [r[1] for r in shown(table)] == [("过程", "资金管理", "资金到位率"), ("产出", "数量指标", "监测站点数")]


def test_a_total_whose_cells_were_shifted() -> None:
    (table,) = tables("""一级指标	二级指标	三级指标	满分	得分	得分率
效益	满意度	服务部门满意度	5	5	100%
		社会公众满意度	5	4.74	94.8%
	合计			10	9.74
""")
    assert shown(table)[-1] == ("total", ("", "", ""), "10", "9.74", "")


def test_weights_in_names_and_a_subtotal_beside_its_group() -> None:
    (table,) = tables("""二级指标	三级指标	满分	得分	小计	得分率（%）
项目立项	立项依据充分性	3	3	5	83.33
(6分)	立项程序规范性	3	2
绩效目标 (4分)	绩效目标合理性	2	1	2.5	62.5
	绩效指标明确性	2	1.5
合计		10	7.5	7.5	75
""")
    assert {r.levels[0] for r in table.rows} == {""}  # a table that begins at level 2
    assert [(r.levels[1], r.level2_weight.text, r.group_score.text if r.group_score else None) for r in table.rows[:4]] == [
        ("项目立项", "6", "5"),
        ("项目立项", "6", None),
        ("绩效目标", "4", "2.5"),
        ("绩效目标", "4", None),
    ]


def test_a_table_on_its_side() -> None:
    (table,) = tables("""2023 年度智库服务项目绩效评价综合得分表

指标	决策	过程	产出	效益	得分
分值	14	16	35	35	100

得分	14	15.5	32	35	96.5
得分率	100%	96.8%	91.4%	100%	96.5%
""")
    assert shown(table)[1] == ("item", ("过程", "", ""), "16", "15.5", "96.8%")
    assert shown(table)[-1] == ("total", ("", "", ""), "100", "96.5", "96.5%")


@pytest.mark.parametrize(
    "text",
    [
        "选项	小计	比例\nA.满意	20	100%\nB.一般	0	0%\n",  # a questionnaire
        "年度	2023		2022\n	得分	名次	得分	名次\n综合指数	63.77	4	57.62	8\n",  # a ranking
        "一级指标	二级指标	三级指标	年度指标值	实际完成值	分值	得分\n产出指标	数量指标	个数	≥1	1	10	10\n",  # a self-evaluation
        "绩效评价指标	完成情况\n是否符合要求	\n服务质量	\n",  # scores not filled in
    ],
)
def test_what_is_no_scoring_table(text: str) -> None:
    assert tables(text) == []


def test_tables_before_the_first_evaluation_report_are_none_of_its() -> None:
    text = "一级指标	分值	得分	得分率\n决策	20	18	90%\n过程	20	18	90%\n"
    assert tables_of(read_document(text.encode())) == []


def test_a_cover_and_its_first_page_begin_one_report() -> None:
    text = "绩效评价报告\n\n一级指标	分值	得分\n决策	20	18\n过程	20	18\n\n某市智慧泉城建设项目绩效评价报告\n\n一级指标	分值	得分\n决策	20	18\n过程	20	18\n"
    found = tables_of(read_document(text.encode()))
    assert {(t.evaluation, t.evaluation_no) for t in found} == {("某市智慧泉城建设项目绩效评价报告", 1)}


def test_what_is_taken_off_in_words_is_a_reason_and_in_points_is_none() -> None:
    def columns(*texts: str) -> dict[str, int]:
        return _by_cells({"level3": 0, "deduction": 1}, [GridRow(0, 1, n, (Printed("甲"), Printed(t))) for n, t in enumerate(texts)])

    assert columns("资金支付进度较慢，未达到序时要求", "未及时验收并归档有关资料", "1.5") == {"level3": 0, "basis": 1}
    assert columns("资金支付进度较慢，未达到序时要求", "1.5", "2") == columns("") == {"level3": 0, "deduction": 1}


def test_a_row_is_a_sum_where_all_that_it_prints_are_sums() -> None:
    items = [
        ScoringRow("item", ("决策", "", name), Printed(weight), Printed(score), None) for name, weight, score in (("甲", "4", "3"), ("乙", "6", "5"))
    ]
    cells = {"both": ("10", "8"), "weight": ("10", ""), "wrong": ("10", "9"), "none": ("", "")}
    said = {name: _is_sum({"weight": Printed(w), "score": Printed(s)}, items) for name, (w, s) in cells.items()}
    assert said == {"both": True, "weight": True, "wrong": False, "none": False}


def test_every_evaluation_report_has_the_next_number() -> None:
    lines = ["某市智慧泉城项目绩效评价报告", "一、基本情况", "某市数据共享项目绩效评价报告", "一、基本情况", "某市数字档案项目绩效评价报告"]
    assert list(evaluation_of_blocks(read_document("\n".join(lines).encode())).values()) == [1, 1, 2, 2, 3]


def test_a_total_is_named_in_one_of_the_first_two_cells_of_its_row() -> None:
    rows = [("合计", "100"), ("总分", "合计", "100"), ("决策", "立项", "合计", "100"), ("决策", "立项", "规范性", "5")]
    assert [_total(GridRow(0, 1, 0, tuple(map(Printed, row)))) for row in rows] == [True, True, False, False]


def test_scores_in_sentences() -> None:
    text = """某项目绩效评价报告

1. 决策指标分析

该项指标满分 14 分，得分 11 分，得分率 78.75%。

项目产出绩效分析主要从产出数量等方面分析，满分33分，得分32.5分，得分率为98.49%。

本次评价参照评分规则，满分为 100 分，得分在 90—100 分（含 90 分）为优。

综合各方面考虑，本项目总得分为98.57分，评价结论为优秀。

（一）项目决策20分，具体得分情况如下：项目目标（7分）决策过程（5分）
资金分配（8分）
"""
    document = read_document(text.encode())
    sentences, breakdown = sorted(read_text_breakdowns(document), key=lambda t: t.source)
    assert [t.source for t in (sentences, breakdown)] == ["sentence", "text"]
    assert shown(sentences) == [
        ("item", ("决策", "", ""), "14", "11", "78.75%"),
        ("item", ("决策", "", ""), "33", "32.5", "98.49%"),
    ]
    assert [(r.kind, r.levels[:2], r.score.text) for r in breakdown.rows] == [
        ("subtotal", ("决策", ""), "20"),
        ("item", ("决策", "项目目标"), "7"),
        ("item", ("决策", "决策过程"), "5"),
        ("item", ("决策", "资金分配"), "8"),
        ("total", ("", ""), "98.57"),
    ]
    assert [(s.score.text, s.grade) for s in read_stated_scores(document)] == [("98.57", "优秀")]


def test_a_summary_names_its_projects_and_skips_the_rest() -> None:
    rows = read_summary(read_document("""2024 年度预算项目绩效自评情况汇总表

序号	项目名称	资金使用单位	自评得分	自评等级
中央对下转移支付项目绩效自评\t\t\t\t
1	无\t\t\t
本级项目支出绩效自评\t\t\t\t
1	省级“数字山东”发展资金（2023 年上级专款）	某市大数据中心	99	优

2	全市信息化项目建设	某市大数据中心	97	优
合计			—\t

(注：其余项目支出绩效自评情况因涉密未予公开。)
""".encode()))  # fmt: skip
    assert [(r.cells["project"].text, r.cells["score"].text) for r in rows] == [
        ("省级“数字山东”发展资金（2023 年上级专款）", "99"),
        ("全市信息化项目建设", "97"),
    ]
    assert rows[0].note.startswith("(注:其余项目")


def test_the_annex_gives_rows_with_the_columns_of_the_warehouse() -> None:
    from pipeline.schema import TABLES

    part = annex.read()
    for name, rows in part.tables.items():
        known = {c.name for c in TABLES[name].columns}
        assert rows
        assert all(set(r) <= known for r in rows), name
        keys = [tuple(r[k] for k in TABLES[name].key) for r in rows]
        assert len(keys) == len(set(keys)), name


def test_groups_that_a_page_leaves_open_are_in_doubt_only_where_their_sums_say_so() -> None:
    """济南市大数据局 2023, 附件 1: the name of a merged cell is printed in its middle, below the page's first rows."""
    text = """一级指标及分值	二级指标及分值	三级指标	分值
产出(3分)	产出时效(3分)	及时性	3

一级指标及分值	二级指标及分值	三级指标	分值
	经济效益(5分)	产业增加值	5
效益(9分)	社会效益(4分)	智慧社区数	4
"""
    (parted,) = tables(text)
    assert [(r.levels[0], r.weight.doubt if r.weight else "") for r in parted.rows] == [("产出", None), ("效益", None), ("效益", None)]
    (table,) = tables(text.replace("效益(9分)", "效益(10分)"))
    assert [(r.levels[0], r.weight.doubt if r.weight else None) for r in table.rows] == [
        ("产出", "group_assumed"), ("产出", "group_assumed"), ("效益", "group_assumed")
    ]  # fmt: skip
    (whole,) = tables(text.replace("	经济效益(5分)	产业增加值	5\n", "").replace("效益(9分)", "效益(4分)"))
    assert {r.weight.doubt for r in whole.rows if r.weight} == {None}
    (one_page,) = tables(text.replace("\n\n一级指标及分值	二级指标及分值	三级指标	分值\n", "\n").replace("及时性	3", "及时性	4"))
    assert {r.weight.doubt for r in one_page.rows if r.weight} == {None}, "the names stand where they stand: a sum that is wrong is wrong"


def test_a_group_with_its_weight_beside_it_is_no_shifted_row() -> None:
    (table,) = tables("""一级指标		二级指标		三级指标
名称	分值	名称	分值	名称	分值
决策	15	项目立项	6	立项依据充分性	3
				立项程序规范性	3
		资金投入	4
				预算编制科学性	4
""")
    assert [(r.levels, r.weight.text if r.weight else "") for r in table.rows] == [
        (("决策", "项目立项", "立项依据充分性"), "3"),
        (("决策", "项目立项", "立项程序规范性"), "3"),
        (("决策", "资金投入", "预算编制科学性"), "4"),
    ]
    assert {r.level1_weight.text for r in table.rows} == {"15"}
