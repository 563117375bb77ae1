"""Whose accounts a document is, and of which year: by cover, titles and heads of forms; in doubt nobody's."""

from __future__ import annotations

import pytest

from pipeline.model.figures import Place
from pipeline.reading import read_document
from pipeline.reading.document import Document, Line, Page, UnreadableDocument
from pipeline.recognition.identity import Identity, _texts, identify

COVER = "烟台市大数据局\n2024年度部门决算\n\n目录\n第一部分 部门概况\n"
NO_COVER = "部门决算\n目录\n"
HEAD = "收入决算表\n公开02表\n部门：{name}\t2024年度\t金额单位：万元\n"


def who(text: str, **given: object) -> Identity:
    return identify(read_document(text.encode()), **given)  # type: ignore[arg-type]


def refused(text: str) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as why:
        who(text)
    assert why.value.remedy
    return why.value


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("烟台市大数据局\n2024年度部门决算", ("烟台市大数据局", "department", 2024)),
        ("2024年度\n烟台市大数据局\n部门决算", ("烟台市大数据局", "department", 2024)),
        ("烟台市大数据局（本级）\n二〇二四年度\n单位决算公开说明", ("烟台市大数据局（本级）", "unit", 2024)),
        ("关于烟台市大数据局\n2019年度部门决算信息公开的报告", ("烟台市大数据局", "department", 2019)),
        ("附件1：烟台市大数据局2024年度部门决算(公开)", ("烟台市大数据局", "department", 2024)),
        ("2024年度部门决算\n\n部门：烟台市大数据局  金额单位：万元", ("烟台市大数据局", "department", 2024)),
        ("烟台市大数据局\n2024年度部门决算\n2025年8月", ("烟台市大数据局", "department", 2024)),
        ("2024年度部门决算\n\n填报单位：烟台市大数据局 （单位：千元）", ("烟台市大数据局", "department", 2024)),
        ("2024年度部门决算\n\n单位：烟台市大数据局 计量单位：万元", ("烟台市大数据局", "department", 2024)),
        ("2024年度部门决算\n第一部分 烟台市大数据局：概况", ("烟台市大数据局", "department", 2024)),
        ("2024年度部门决算\n第一部分 烟台市大数据局概况", ("烟台市大数据局", "department", 2024)),
        ("烟台市大数据局\n第一部分：烟台市大数据局2024年度部门决算说明\n", ("烟台市大数据局", "department", 2024)),
    ],
)
def test_the_cover_names_the_publisher_and_the_year(lines: str, expected: tuple[str, str, int]) -> None:
    found = who(f"{lines}\n\n目录\n第一部分 概况\n比2021年度决算数增加，2022年度预算。\n")
    assert (found.publisher, found.kind, found.fiscal_year) == expected


def test_heads_of_forms_tell_where_there_is_no_cover_and_the_evidence_is_said() -> None:
    found = who(NO_COVER + HEAD.format(name="烟台市大数据局") * 3)
    assert (found.publisher, found.fiscal_year) == ("烟台市大数据局", 2024)
    assert found.evidence == ("year 2024: heads of forms, 3 times", "publisher 烟台市大数据局: heads of forms 3 times")
    assert found.title == "2024年度烟台市大数据局部门决算"
    found = who(COVER + HEAD.format(name="烟台市大数据局"))
    assert found.evidence[1].startswith("publisher 烟台市大数据局: cover ")
    assert found.evidence[1].endswith(", heads of forms 1 times")
    assert found.title == "烟台市大数据局2024年度部门决算"


def test_what_is_given_stands() -> None:
    found = who(COVER, publisher="甲局", year=2020)
    assert (found.publisher, found.fiscal_year, found.evidence) == ("甲局", 2020, ("year 2020: given", "publisher 甲局: given"))


@pytest.mark.parametrize("head", ["2024年度", "2024年", "2024", "年度：2024", "(2024)"])
def test_a_head_prints_its_year_by_itself(head: str) -> None:
    assert who(f"收入决算表\n公开02表\n部门：烟台市大数据局  {head}  金额单位：万元\n").fiscal_year == 2024


@pytest.mark.parametrize("line", ["打印日期：2025年8月20日", "2025年 8月", "电话：2025", "共2025.00万元", "文号20251"])
def test_a_date_a_telephone_and_an_amount_are_no_year_of_a_head(line: str) -> None:
    assert who(HEAD.format(name="烟台市大数据局") + f"{line}\n{line}\n").fiscal_year == 2024


def test_far_below_the_title_of_a_form_nothing_is_its_head() -> None:
    far = "收入决算表\n" + "项目\n" * 5 + "2023\n2023\n"
    assert who(NO_COVER + HEAD.format(name="烟台市大数据局") + far).fiscal_year == 2024
    near = "收入决算表\n" + "项目\n" * 4 + "2023\n"
    assert who(NO_COVER + HEAD.format(name="烟台市大数据局") + near * 2).fiscal_year == 2023


def test_the_owner_of_a_form_is_named_by_its_label_and_nothing_else() -> None:
    for label in ("部门", "编制单位", "部门名称", "单位名称"):
        assert who(f"2024年度部门决算\n{label}：烟台市大数据局    单位：万元\n").publisher == "烟台市大数据局"
    for line in ("金额单位：万元", "单位：人民币万元", "单位：元", "电话：0535"):
        assert "no publisher" in refused(f"2024年度部门决算\n收入决算表\n{line}\n").problem
    assert who("2024年度部门决算\n单位：烟台市（大数据）中心 金额单位：万元\n").publisher == "烟台市（大数据）中心"


def test_most_votes_name_the_publisher_a_cover_more_than_a_head() -> None:
    heads = HEAD.format(name="市大数据局")
    assert who(COVER + heads).publisher == "烟台市大数据局"
    assert who(COVER + heads * 2).publisher == "烟台市大数据局"
    assert who(COVER + heads * 4).publisher == "市大数据局"
    words = COVER.replace("大数据局", "大数据")
    assert who(words + HEAD.format(name="烟台市大数据局") * 2).publisher == "烟台市大数据局", "what ends like no body counts less"


def test_cover_and_heads_that_name_two_bodies_are_ambiguous() -> None:
    why = refused(COVER + HEAD.format(name="烟台市水利局") * 2)
    assert why.status == "ambiguous"
    assert "烟台市大数据局 (cover); 烟台市水利局 (2 heads of forms)" in why.problem
    assert "--publisher" in why.remedy
    assert who(COVER + HEAD.format(name="烟台市水利局")).publisher == "烟台市大数据局", "one head is a slip"
    two = HEAD.format(name="烟台市水利局") + HEAD.format(name="烟台市大数据局（本级）")
    assert who(COVER + two).publisher == "烟台市大数据局"


def test_cover_and_heads_of_two_years_are_ambiguous() -> None:
    cover = COVER.replace("2024", "2023")
    why = refused(cover + HEAD.format(name="烟台市大数据局") * 2)
    assert why.status == "ambiguous"
    assert "2023 (cover); 2024 (2 heads of forms)" in why.problem
    assert "--year" in why.remedy
    assert who(cover + HEAD.format(name="烟台市大数据局")).fiscal_year == 2023, "one head is a slip"
    mixed = HEAD.format(name="烟台市大数据局") * 2 + HEAD.format(name="烟台市大数据局").replace("2024", "2023")
    assert who(cover + mixed).fiscal_year == 2023, "heads that agree with the cover"


def test_two_years_said_as_often_are_ambiguous() -> None:
    head = HEAD.format(name="烟台市大数据局")
    why = refused(NO_COVER + head + head.replace("2024", "2023"))
    assert why.status == "ambiguous"
    assert why.problem.startswith("its fiscal years conflict: ")
    assert "2024 (heads of forms, 1 times)" in why.problem
    assert "2023 (heads of forms, 1 times)" in why.problem


def test_sentences_tell_the_year_only_where_nothing_else_does() -> None:
    text = (
        "收入决算表\n部门：烟台市大数据局\n2024年度收入总计100.00万元，比上年增加。\n2024年度支出总计90.00万元，比上年减少。\n2023年度相比，持平。\n"
    )
    found = who(text)
    assert (found.fiscal_year, found.evidence[0]) == (2024, "year 2024: beginnings of sentences, 2 times")
    assert who(text.replace("收入决算表", "2022年度收入决算表")).fiscal_year == 2022


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("烟台市大数据局\n2024年度部门预算公开\n", "it is a budget (“2024年度部门预算公开”)"),
        ("2024年全市一般公共预算收入决算表\n2024年全市一般公共预算支出决算表\n", "a government's own accounts"),
        ("2022年甲区人民政府决算公开\n2022年度甲区一般公共预算收入表\n2022年度甲区一般公共预算支出表\n", "a government's own accounts"),
        ("2024年度部门决算\n部门：XX局\n", "it is the empty template (its publisher is “XX局”)"),
        ("致各位同事：\n请提交。\n", "no fiscal year of accounts"),
        ("2024年度部门决算\n", "no publisher"),
    ],
)
def test_what_is_something_else_is_no_report(text: str, problem: str) -> None:
    why = refused(text)
    assert why.status == "not_a_report"
    assert problem in why.problem


def test_a_report_that_speaks_of_a_budget_or_has_a_placeholder_is_one() -> None:
    assert who(COVER + "2025年度部门预算公开\n").fiscal_year == 2024
    assert who(COVER + "部门：XX局\n").publisher == "烟台市大数据局"
    government = "2024年全市一般公共预算收入决算表\n"
    tables = government + government.replace("收入", "支出")
    assert who(COVER + tables).publisher == "烟台市大数据局"
    assert who("2024年度甲镇人民政府部门决算\n" + tables).publisher == "甲镇人民政府"
    assert who("2024年甲镇人民政府决算公开\n" + tables + "部门：甲镇人民政府\n").publisher == "甲镇人民政府"


def test_units_and_departments_are_told_apart_by_their_titles() -> None:
    assert who(COVER + "单位决算\n").kind == "department"
    assert who(COVER + "单位决算\n单位决算\n").kind == "unit"
    assert who("2024年度单位决算\n单位：烟台市大数据中心\n").title.endswith("单位决算")


def test_titles_of_parts_tell_the_year_where_cover_and_heads_do_not() -> None:
    found = who("部门决算\n目录\n第二部分 2024年度部门决算表\n部门：烟台市大数据局  单位：万元\n")
    assert (found.fiscal_year, found.evidence[0]) == (2024, "year 2024: titles of parts, 1 times")


def test_the_first_year_of_a_title_is_its_own() -> None:
    title = "2024年度收入决算表（2023年度决算数对照）\n部门：烟台市大数据局\n"
    assert who(NO_COVER + title).evidence[0] == "year 2024: heads of forms, 1 times"


def test_a_title_of_a_budget_is_one_on_the_cover_only() -> None:
    lines = [f"说明{'一二三四五六七八九十百千万亿'[i]}" for i in range(14)]
    assert "it is a budget" in refused("\n".join([*lines[:13], "2024年度部门预算公开"])).problem
    assert "no fiscal year" in refused("\n".join([*lines, "2024年度部门预算公开"])).problem


def web(*rows: tuple[str, ...]) -> str:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<html><body><h1>部门决算</h1><table>{cells}</table></body></html>"


def test_labels_in_cells_have_their_values_in_the_next() -> None:
    rest = [("项目", "决算数"), ("合计", "1.00")]
    found = who(web(("单位名称", "甲县水利局"), ("年度", "2024"), *rest))
    assert (found.publisher, found.fiscal_year) == ("甲县水利局", 2024)
    found = who(web(("单位名称：", "甲县水利局"), ("2024年度", ""), *rest, ("单位名称", "乙县水利局"), ("单位名称", "乙县水利局")))
    assert (found.publisher, found.evidence[0]) == ("甲县水利局", "year 2024: cover, 1 times"), "the first four rows are a table's head"


def test_a_long_line_is_prose_and_names_nobody() -> None:
    made = (Page(1, None, None, tuple(Line("局" * length, Place(1)) for length in (399, 400))),)
    assert [len(text) for text, _ in _texts(Document("0" * 64, "text/plain", "test", "stream", made))] == [399]
