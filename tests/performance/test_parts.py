"""Every annex is a part, and every number in it has an account: figures, identifiers, texts, unread with the reason."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import golden
import pytest
from performance import annex

from pipeline.lexicon.places import place_of
from pipeline.model.figures import Place
from pipeline.model.parts import Part, tally
from pipeline.reading import read_document
from pipeline.reading.document import Document, Line, Page, Picture
from pipeline.recognition.annexes import PerformancePart, read_performance
from pipeline.tables import lower


def read(text: str, **options: set[int]) -> PerformancePart:
    return read_performance(read_document(text.encode()), golden.report(), **options)


def only(part: PerformancePart, kind: str) -> Part:
    (found,) = [p for p in part.parts if p.kind == kind]
    return found


def test_the_parts_of_an_annex() -> None:
    part = annex.read()
    assert [(p.kind, p.concept, p.state) for p in part.parts] == [
        ("self_evaluation_summary", "summary", "read"),
        ("self_evaluation", "form1", "read"),
        ("self_evaluation", "form2", "read"),
        ("self_evaluation", "form3", "read"),
        ("evaluation", "evaluation1/other1", "read"),
        ("evaluation", "evaluation1/table1", "read"),
        ("evaluation", "evaluation1/table2", "read"),
        ("evaluation", "evaluation1/table3", "read"),
        ("evaluation", "evaluation1/table4", "read"),
        ("evaluation", "evaluation1/other2", "read"),
        ("evaluation", "evaluation1/other3", "read"),
        ("evaluation", "evaluation1/table5", "read"),
        ("evaluation", "evaluation1/table6", "read"),
    ]
    assert tally(part.parts)["unread"] == 0
    blocks = [b for p in part.parts for b in p.blocks]
    assert len(blocks) == len(set(blocks)), "no block is of two parts"


def test_every_number_of_a_form_has_an_account() -> None:
    form = only(read(annex.RIVER), "self_evaluation")
    accounts = Counter((n.account, n.kind) for n in form.numbers if n.account != "figure")
    assert accounts["identifier", "telephone"] == 1  # 联系电话
    assert accounts["identifier", "date"] >= 4  # 2024年12月1日前, 2024年11月20日
    assert accounts["statement", "text"] >= 2  # the goal: 准确率达到95%, 站点16个
    assert not [n for n in form.numbers if n.account == "unread"]
    assert not [n for n in form.numbers if "55512345" in n.sentence]


def test_a_number_without_a_column_is_unread_and_says_where_it_stands() -> None:
    text = annex.ARCHIVE.replace("偏差原因分析", "某某栏").replace("设备检修", "7.77")
    (number,) = [n for n in only(read(text), "self_evaluation").numbers if n.account == "unread"]
    assert (number.text, number.sentence) == ("7.77", "7.77")
    assert number.place.line is not None


def test_a_title_whose_table_was_not_found_is_unread_with_the_lines_below_it() -> None:
    part = read("部门决算\n\n项目支出绩效自评表\n\n年度资金总额 100 80 60\n10 10\n\n第四部分 名词解释\n\n2024年的说明 5 项\n")
    found = only(part, "self_evaluation")
    assert (found.state, found.reason) == ("unread", "its title stands without a table that could be read")
    assert [n.text for n in found.numbers if n.account == "unread"] == ["100", "80", "60", "10", "10"]


def test_a_picture_below_a_title_is_told() -> None:
    title = Line("项目支出绩效自评表", Place(1, top=10))
    page = Page(1, 595, 842, (title,), pictures=(Picture(Place(1), "a scanned table"),))
    found = only(read_performance(Document("0" * 64, "application/pdf", "pdf/1", "grid", (page,)), golden.report()), "self_evaluation")
    assert (found.state, found.reason) == ("unread", "its table is a picture: a scanned table")


def test_a_titled_table_whose_columns_are_not_known_is_unread_and_names_them() -> None:
    part = read("项目支出绩效自评表\n\n甲栏\t乙栏\t丙栏\n事一\t1\t2\n事二\t3\t4\n")
    found = only(part, "self_evaluation")
    assert found.state == "unread"
    assert "甲栏 | 乙栏 | 丙栏" in found.reason
    assert part.tables["core.self_evaluations"] == ()


@pytest.mark.parametrize(
    "text",
    [
        "目录\n项目支出绩效自评表………………45\n自评情况汇总表………………47\n",
        "2024年度市级预算项目绩效自评情况汇总表和市级预算项目绩效自评表\n详见“第五部分 附件”。\n",
        "附件：\n1.部门项目支出绩效自评情况汇总表\n2.项目支出绩效自评表\n",
    ],
)
def test_a_title_that_only_a_list_or_a_sentence_names_is_no_annex_that_was_lost(text: str) -> None:
    assert not [p for p in read("部门决算\n\n" + text).parts if p.state == "unread"]


def test_a_form_printed_twice_is_another_printing() -> None:
    part = read(annex.RIVER + annex.RIVER)
    assert [r["form_no"] for r in part.tables["core.self_evaluations"]] == [1, 2]
    assert {(f.statement, f.printing) for f in part.figures} == {("form1", 0), ("form2", 1)}


def test_figures_say_what_they_are_and_where_their_row_stands() -> None:
    figures = {(f.side, f.row_order, f.measure): f for f in read(annex.RIVER).figures}
    assert figures["total", 0, "initial"].concept == "initial_budget"
    assert figures["indicator", 2, "target"].concept == "target"
    assert figures["heading", 1, "weight"].concept == "weight"
    assert figures["indicator", 2, "score"].label == "监测站点数"


def test_places_are_in_the_words_of_the_documents() -> None:
    figures = {(f.statement, f.side, f.row_order, f.measure): f for f in (*annex.read(annex.RIVER).figures, *read(CONTRACTS).figures)}
    assert place_of(figures["form1", "total", 0, "initial"]) == "自评表1 / 年度资金总额 / 智慧河道监测项目 / 年初预算数"
    assert place_of(figures["evaluation1/other1", "", 1, "预算"]) == "评价报告1 / 其他表1 / 2022 数据治理服务 / 预算"


# ---------------------------------------------------------------- units


@pytest.mark.parametrize(
    ("unit", "printed", "value"),
    [
        ("千元", "35.181", "3.5181"),
        ("元", "351810", "35.181"),
        ("百万元", "3.5", "350.0"),
        ("亿元", "0.35", "3500.00"),
        ("万元", "35.181", "35.181"),
    ],
)
def test_amounts_are_in_the_unit_that_is_printed(unit: str, printed: str, value: str) -> None:
    line = annex.ARCHIVE.replace("单位：万元", f"金额单位：{unit}").replace("年度资金总额\t50", f"年度资金总额\t{printed}")
    heading = (
        annex.ARCHIVE.replace("单位：万元", "").replace("年初预算数", f"年初预算数（{unit}）").replace("年度资金总额\t50", f"年度资金总额\t{printed}")
    )
    cell = annex.ARCHIVE.replace("年度资金总额\t50", f"年度资金总额\t{printed}{unit}")
    for text in (line, heading, cell):
        figure = next(f for f in read(text).figures if (f.side, f.measure) == ("total", "initial"))
        assert (figure.value, figure.unit, figure.doubt) == (Decimal(value), "万元", None)


def test_a_unit_that_is_printed_nowhere_and_contradicted_by_the_magnitudes_is_a_doubt() -> None:
    text = annex.ARCHIVE.replace("单位：万元", "")
    assert not any(f.doubt for f in read(text).figures)
    large = text.replace("\t50\t50\t50", "\t500000\t500000\t500000")
    assert {f.doubt for f in read(large).figures if f.side == "total" and f.measure in ("initial", "adjusted", "executed")} == {"unit_assumed"}


# ---------------------------------------------------------------- other tables of evaluation reports

CONTRACTS = """
某市监测项目绩效评价报告

表 1-1 合同及预算情况表
单位：万元

序号	年度	项目名称	签订时间	预算	合同金额（中标价）	节约率
1	2022	数据治理服务	2022.8.18	360	359.97	0.01%
2	2023	数据开放服务	2023.8.4	230	229.98	0.01%

表 1-2 问卷统计表

选项	小计	比例
A.非常满意	160	75.47%
B.满意	52	24.53%

表 1-3 完成情况表

主要指标	2022		2023		备注
	完成数	完成率	完成数	完成率	—
目录总量（条）	8248	103.10%	9388	117.35%	累计
"""


def test_other_tables_become_figures_by_row_label_and_heading() -> None:
    part = read(CONTRACTS)
    found = {(f.statement, f.label, f.measure): (f.value, f.unit, f.concept) for f in part.figures}
    assert found["evaluation1/other1", "2022 数据治理服务", "预算"] == (Decimal("360"), "万元", "adjusted")
    assert found["evaluation1/other1", "2023 数据开放服务", "合同金额(中标价)"] == (Decimal("229.98"), "万元", "contract")
    assert found["evaluation1/other1", "2022 数据治理服务", "节约率"] == (Decimal("0.01"), "%", "rate")
    assert found["evaluation1/other2", "A.非常满意", "小计"] == (Decimal("160"), "", "count")
    assert found["evaluation1/other3", "目录总量（条）", "2023·完成率"] == (Decimal("117.35"), "%", "rate")
    assert {f.section for f in part.figures} == {"evaluation"}
    assert tally(part.parts)["unread"] == 0
    assert [(p.concept, p.state) for p in part.parts] == [(f"evaluation1/other{n}", "read") for n in (1, 2, 3)]


def test_a_table_of_goals_within_an_evaluation_report_is_one_of_its_tables() -> None:
    text = "某市智慧泉城项目绩效评价报告\n\n一、基本情况\n\n项目支出绩效目标表\n\n内容\t目标值\t完成值\n站点\t16\t16\n人员\t5\t4\n"
    part = read(text)
    assert [(p.kind, p.concept, p.title, p.state) for p in part.parts] == [("evaluation", "evaluation1/other1", "项目支出绩效目标表", "read")]


def test_a_row_of_one_text_is_the_title_of_the_table_below_it() -> None:
    text = "某市智慧泉城项目绩效评价报告\n\n一、基本情况\n\n各级得分明细\t\t\n一级指标\t分值\t得分\n决策\t20\t18\n过程\t20\t18\n"
    assert [p.title for p in read(text).parts if p.concept == "evaluation1/table1"] == ["各级得分明细"]


def test_labels_and_values_without_headings() -> None:
    part = read(
        "某市监测项目绩效评价报告\n\n评价总览表\n\n项目名称：监测项目\t\n预算安排（万元）\t3120 万元\n实际支出\t3040.78 万元（预算执行率 98.02%）\n"
    )
    assert {(f.label, f.value, f.unit) for f in part.figures} == {
        ("预算安排", Decimal("3120"), "万元"), ("实际支出", Decimal("3040.78"), "万元"), ("预算执行率", Decimal("98.02"), "%")
    }  # fmt: skip


def test_a_table_without_labels_is_unread_with_the_reason() -> None:
    part = read("某市监测项目绩效评价报告\n\n表 1 某表\n\n甲\t乙\n1\t2\n3\t4\n")
    (found,) = part.parts
    assert (found.state, found.reason) == ("unread", "its rows have no labels")
    assert [n.account for n in found.numbers if n.text in "1234" and n.sentence in "1234"] == ["unread"] * 4


def test_contents_name_pages() -> None:
    part = read("某市监测项目绩效评价报告\n\n目录\n\n一、基本情况\t1\n（一）项目概况\t3\n二、绩效目标\t12\n")
    (found,) = part.parts
    assert (found.state, Counter(n.kind for n in found.numbers)["page"]) == ("other", 3)


def test_tables_of_an_annex_outside_of_evaluations_are_read_where_the_forms_are_known() -> None:
    text = annex.SUMMARY + "\n附表 资产情况表\n\n资产类别\t数量\n车辆\t3\n\n第六部分 其他\n\n甲\t乙\n丙\t1\n"
    assert not [f for f in read(text).figures if f.section == "other"]
    found = [f for f in read(text, taken=set()).figures if f.section == "other"]
    assert [(f.statement, f.label, f.measure, f.value) for f in found] == [("annex/other1", "车辆", "数量", Decimal(3))]


# ---------------------------------------------------------------- a real report

#: Of Jinan 2023: scoring tables and indicator systems, breakdowns in sentences, rated sentences, with their rows.
_JINAN = {"table": 27, "text": 14, "sentence": 5}


def test_every_table_of_many_evaluation_reports_is_read(shared: Path) -> None:
    document = lower(read_document((shared / "reports" / "jinan-big-data-bureau-2023.txt").read_bytes()))
    part = read_performance(document, golden.report(year=2023))
    scores = part.tables["core.evaluation_scores"]
    assert Counter(s for s, _, _ in {(r["source"], r["evaluation_no"], r["table_no"]) for r in scores}) == _JINAN
    rows = Counter(r["source"] for r in scores)
    assert rows["text"] == 188
    assert rows["sentence"] == 45
    assert sum(r["source"] == "table" and r["score"] != "" for r in scores) >= 264
    assert not [p.title for p in part.parts if p.state == "unread"]
    accounts = tally(part.parts)
    assert accounts["unread"] * 1000 < sum(accounts.values())
