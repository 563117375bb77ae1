"""Wordings: residue, year words, owners, empty forms, line numbers; every rule holds on right words and is broken by wrong ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import golden
import pytest
from narrative_text import HEADINGS, document, read, with_narrative
from small_report import small_report, without

from expectations.confront import confront, outcomes_of
from expectations.rules.wording import WORDING_RULES
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Place
from pipeline.model.parts import Part
from pipeline.reading.document import Cell, Line, Table
from pipeline.recognition.captions import caption_rows, owner
from pipeline.schema import TABLES

OWN = {r.rule_id: r for r in WORDING_RULES}


def found(rule_id: str, contents: ReportContents) -> list[tuple[str | None, str | None]]:
    return [(f["printed"], f["expected"]) for f in confront(contents, {rule_id: OWN[rule_id]}).findings]


def told(part: str, text: str, heading: str = "第三部分 2024年度部门决算情况说明") -> ReportContents:
    return with_narrative(small_report(), document([heading, HEADINGS[part], text, "第四部分 名词解释"]))


@pytest.mark.parametrize(
    ("part", "text", "shown"),
    [
        ("performance", "XX局组织对2024年度市级预算项目开展绩效自评。", "XX局组织对"),
        ("totals", "2024年度收、支总计均为150.00万元，增长（下降）5.00%。", "增长（下降）"),
        ("three_public", "公务接待费0万元，错误！未定义书签。", "错误！未定义书签"),
        ("operating_costs", "机关运行经费支出10.00万元（列明具体原因）。", "（列明具体原因）"),
    ],
)
def test_residue_of_the_template(part: str, text: str, shown: str) -> None:
    assert [p for p, _ in found("wording_template", told(part, text))] == [shown]


@pytest.mark.parametrize(
    ("part", "text", "shown"),
    [
        ("operating_costs", "机关运行经费支出10.00万元，主要是厉行节约。。", "主要是厉行节约。。"),
        ("performance", "某中心2024年度年度市级预算绩效自评。", "年度年度"),
        ("three_public", "公务接待费0万元，共计接待0批次、0人次。）", "0万元，共计接待0批次、0人次。）"),
        ("basic", "人员经费324.16万元，主要包括：基本工资163.46万、津贴补贴160.70万元。", "基本工资163.46万"),
        ("basic", "人员经费324.16万元，主要包括：基本工资163.46万元、津贴补贴160.70。", "津贴补贴160.70"),
        ("basic", "公用经费7.52万元，主要包括：其他商品和服务支出、7.52万元。", "其他商品和服务支出、7.52万元"),
        ("expenditure", "基本支出70.00万元，占60.34。", "占60.34"),
        ("totals", "其他支出……", "其他支出……"),
    ],
)
def test_slips_of_the_pen(part: str, text: str, shown: str) -> None:
    assert [p for p, _ in found("wording_slips", told(part, text))] == [shown]


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("totals", "2024年度收、支总计均为9,388.43万元，增长9,533.33%，占100%。"),
        ("performance", "1）完成系统（一期）建设，达到2）项要求；服务企业4.2万，满意的目的的实现。"),
        ("basic", "人员经费60.00万元，主要包括：基本工资30.00万元、津贴补贴20.00万元、退休费10.00万元。"),
        ("operating_costs", "机关运行经费按照（根据财预〔2016〕143号规定的口径）统计，为民服务。"),
    ],
)
def test_harmless_wordings(part: str, text: str) -> None:
    contents = told(part, text)
    assert found("wording_template", contents) == found("wording_slips", contents) == []


@pytest.mark.parametrize(
    ("part", "text", "heading", "shown"),
    [
        ("totals", "收入情况良好。", "第三部分 2023年度部门决算情况说明", ("第三部分2023年度", "第三部分2024年度")),
        ("totals", "2023年度收、支总计均为150.00万元。", "第三部分 2024年度部门决算情况说明", ("2023年度收、支总计", "2024年度收、支总计")),
        ("assets", "截至2023年12月31日，本部门共有车辆1辆。", "第三部分 2024年度部门决算情况说明", ("截至2023年12月31日", "截至2024年12月31日")),
        ("totals", "与2022年度相比，收、支总计各增加1万元。", "第三部分 2024年度部门决算情况说明", ("与2022年度相比", "与2023年度相比")),
    ],
)
def test_another_year(part: str, text: str, heading: str, shown: tuple[str, str]) -> None:
    assert found("wording_year", told(part, text, heading)) == [shown]


def test_the_own_year_the_year_before_and_other_years_of_free_text() -> None:
    text = "2024年度收、支总计均为150.00万元，与2023年度相比增加1万元，主要是2022年结转项目支出增加。截至2024年12月31日。"
    assert found("wording_year", told("totals", text)) == []


def test_a_self_evaluation_form_of_another_year() -> None:
    part = {
        "kind": "self_evaluation",
        "concept": "form1",
        "title": "项目支出绩效自评表(2023年度)",
        "state": "read",
        "first_page": 1,
        "first_line": None,
    }
    contents = replace(small_report(2024), tables={"core.parts": (part,)})
    assert found("wording_year", contents) == [("项目支出绩效自评表(2023年度)", "项目支出绩效自评表(2024年度)")]
    right = replace(contents, tables={"core.parts": ({**part, "title": "项目支出绩效自评表(2024年度)"},)})
    assert [o.verdict for o in outcomes_of(OWN["wording_year"], right)] == ["exact"]


# ---------------------------------------------------------------- what stands about a form


def part_of(state: str, *blocks: Line | Table) -> ReportContents:
    """The small report with what is read about one form of these blocks."""
    part = Part("form", "government_fund", "政府性基金预算财政拨款收入支出决算表", state, blocks=set(range(len(blocks))))  # type: ignore[arg-type]
    rows = tuple(caption_rows([part], dict(enumerate(blocks)), golden.report(), 1))
    contents = without(small_report(), "government_fund", state) if state == "empty" else small_report()
    return replace(contents, tables={**contents.tables, "core.remarks": rows})


def line(text: str) -> Line:
    return Line(text, Place(page=1))


def remark(kind: str, words: str, statement: str) -> dict[str, Any]:
    return {"kind": kind, "words": words, "quantity": statement, "subject": statement, "section": statement, "page": 1, "line": None, "basis": None}


def test_an_empty_form_says_so() -> None:
    assert found("form_empty_note", part_of("empty", line("部门：某市某局"))) == [("", "本表无数据")]
    assert found("form_empty_note", part_of("empty", line("注：本部门没有政府性基金收入，故本表无数据。"))) == []


def test_a_form_of_money_that_is_there_is_not_empty() -> None:
    assert found("form_empty_with_money", small_report()) == []
    assert found("form_empty_with_money", without(small_report(), "income", "empty")) == [("空表", "有数")]
    assert OWN["form_empty_with_money"].severity == "error"


def test_the_owner_of_a_form() -> None:
    assert owner("部门:某市某局单位:万元") == "某市某局"
    assert owner("金额单位:万元单位:某市某局(本级)") == "某市某局(本级)"
    assert owner("单位:万元") == owner("金额单位:万元") == owner("编制说明:无") == ""
    names = [remark("owner", name, str(n)) for n, name in enumerate(["某市某局", "某市某局", "另一家管理委员会"])]
    contents = replace(small_report(), tables={"core.remarks": tuple(names)})
    assert found("wording_owner", contents) == [("另一家管理委员会", small_report().report.publisher)]
    several = replace(contents, tables={"core.remarks": tuple(names[2:])})
    assert [o.verdict for o in outcomes_of(OWN["wording_owner"], several)] == ["not_evaluated"]


def test_an_amount_in_the_label_of_a_unit_and_the_rates_of_a_goal() -> None:
    blocks: dict[int, Line | Table] = {
        0: line("项目支出绩效自评表"),
        1: line("单位：800万元"),
        2: line("2024年数据共享需求满"),
        3: line("足率达99.58%。"),
    }
    part = Part("self_evaluation", "form1", "项目支出绩效自评表", "read", blocks=set(blocks))
    rows = tuple(caption_rows([part], blocks, golden.report(), 1))
    assert [(r["kind"], r["words"], r["basis"]) for r in rows] == [
        ("residue", "单位:800万元", "unit_label"),
        ("reached", "年数据共享需求满足率", "99.58"),
    ]
    assert [r["row_no"] for r in rows] == [1, 2]
    assert {key for r in rows for key in r} == {c.name for c in TABLES["core.remarks"].columns}
    contents = replace(small_report(), tables={"core.remarks": rows})
    assert found("wording_slips", contents) == [("单位:800万元", "单位标注中混入金额")]


def test_the_year_below_the_title_of_a_self_evaluation_form_and_a_body_that_nobody_filled_in() -> None:
    def told_of(*texts: str) -> ReportContents:
        blocks: dict[int, Line | Table] = dict(enumerate(map(line, texts)))
        part = Part("self_evaluation", "form1", "项目支出绩效自评表", "read", blocks=set(blocks))
        return replace(small_report(), tables={"core.remarks": tuple(caption_rows([part], blocks, golden.report(), 1))})

    right, wrong = told_of("项目支出绩效自评表", "（2024年度）", "某市某局", "单位", "2023"), told_of("项目支出绩效自评表", "（ 2023 年度）", "XX局")
    assert found("wording_year", right) == found("wording_template", right) == []
    assert found("wording_year", wrong) == [("(2023年度)", "(2024年度)")]
    assert found("wording_template", wrong) == [("XX局", "占位符未填写")]
    assert found("wording_year", told_of("项目支出绩效自评表", "（2023年度）", "（2022年度）")) == [("(2023年度)", "(2024年度)")], "the first of them"


def test_what_stands_between_the_lines_of_an_annex_is_its_own_and_of_a_form_another_tables() -> None:
    blocks: dict[int, Line | Table] = dict(enumerate(map(line, ("标题", "部门：某市某局", "本表无数据"))))

    def kinds(kind: str, concept: str, state: str) -> list[str]:
        part = Part(kind, concept, "标题", state, blocks={0, 2})  # type: ignore[arg-type]
        return [row["kind"] for row in caption_rows([part], blocks, golden.report(), 1)]

    assert kinds("form", "income", "read") == []
    assert kinds("form", "income", "empty") == ["empty_note"]
    assert kinds("self_evaluation_summary", "summary", "read") == ["owner"]


def test_a_year_between_the_title_of_an_annex_and_its_table() -> None:
    texts = ("项目支出绩效自评表", "（2023年度）", "单位：万元")
    table = Table((Cell(0, 0, "项目名称"), Cell(0, 1, "智慧河道")), 1, 2, Place(line=4), "test")
    blocks: dict[int, Line | Table] = {**dict(enumerate(map(line, texts))), 3: table}
    part = Part("self_evaluation", "form1", texts[0], "read", blocks={0, 3})
    contents = replace(small_report(), tables={"core.remarks": tuple(caption_rows([part], blocks, golden.report(), 1))})
    assert found("wording_year", contents) == [("(2023年度)", "(2024年度)")]


def test_skipped_line_numbers() -> None:
    cells = tuple(Cell(r, 1, text) for r, text in enumerate(["行 次", "1", "2", "6", "9"]))
    part = Part("form", "fiscal_appropriation_summary", "财政拨款收入支出决算总表", "read", blocks={0})
    rows = tuple(caption_rows([part], {0: Table(cells, 5, 2, Place(page=1), "test")}, golden.report(), 1))
    contents = replace(small_report(), tables={"core.remarks": rows})
    assert found("form_line_numbers", contents) == [("2→6", "3、4、5"), ("6→9", "7、8")]
    whole = replace(contents, tables={"core.remarks": (remark("line_numbers", "1 2 3", "fiscal_appropriation_summary"),)})
    assert found("form_line_numbers", whole) == []


def test_a_later_page_that_heads_a_column_otherwise() -> None:
    page = (
        ("科目编码|本年收入合计|财政拨款收入|上级补助收入", "201|3.00|2.00|1.00"),
        ("科目编码|本年收入合计|财政拨款收入|财政拨款收入", "208|3.00|3.00|"),
    )

    def told_of(*pages: tuple[str, ...]) -> ReportContents:
        grids = ([[*enumerate(row.split("|"))] for row in rows] for rows in pages)
        cells = (tuple(Cell(r, c, text) for r, row in enumerate(rows) for c, text in row) for rows in grids)
        blocks: dict[int, Line | Table] = {n: Table(own, 2, 4, Place(page=n + 1), "test") for n, own in enumerate(cells)}
        rows = tuple(caption_rows([Part("form", "income", "收入决算表", "read", blocks=set(blocks))], blocks, golden.report(), 1))
        return replace(small_report(), tables={"core.forms": small_report().rows_of("core.forms"), "core.remarks": rows})

    assert found("form_headings_again", told_of(*page)) == [("财政拨款收入", "上级补助收入")]
    assert found("form_headings_again", told_of(page[0], page[0])) == []


def test_wordings_are_remarks_and_state_no_number() -> None:
    part = read(document(["第三部分 2024年度部门决算情况说明", HEADINGS["totals"], "2024年度收、支总计均为150.00万元。。"]))
    assert {r["kind"] for r in part.remarks} == {"residue", "year"}
    assert [s["value"] for s in part.statements] == ["150.00"]


def test_words_recognised_from_a_picture_accuse_nobody() -> None:
    contents = told("totals", "2023年度收、支总计均为150.00万元。。")
    recognised = replace(contents, figures=tuple(replace(f, doubt="recognised") for f in contents.figures))
    for rule_id in ("wording_year", "wording_slips"):
        assert len(found(rule_id, contents)) == 1
        assert found(rule_id, recognised) == []
        assert "not_evaluated" in [o.verdict for o in outcomes_of(OWN[rule_id], recognised)]
