"""Titles and units as reports print them name the right form and unit; what only speaks of a form names none."""

from __future__ import annotations

import pytest

from pipeline.lexicon import any_of, concepts, lexicon
from pipeline.lexicon.forms import FORMS, form_of_title, three_public_kind, unit_of
from pipeline.lexicon.titles import looks_like_title, names_a_table, title_entry
from pipeline.model.figures import Place
from pipeline.model.numbers import decimals_in
from pipeline.model.text import canonical
from pipeline.reading.document import Line
from pipeline.reading.furniture import is_furniture
from pipeline.recognition.headings import is_column_numbers
from pipeline.tables.text_layer_tokens import tokens_of
from tests.work import bounded_work

TITLES = {
    "income_expenditure_summary": [
        "收入支出决算总表",
        "一、收入支出决算总表",
        "部门收支决算总表",
        "收入支出决算总表（公开01表）",
    ],
    "income": ["收入决算表", "二、收入决算表................9", "2024年度收入决算表", "收入决算表（续）"],
    "expenditure": ["支出决算表", "三、 支出 决算表", "公开03表：支出决算表"],
    "fiscal_appropriation_summary": ["财政拨款收入支出决算总表", "财政拨款收支决算总表"],
    "general_budget_expenditure": ["一般公共预算财政拨款支出决算表", "五、一般公共预算财政拨款支出决算表"],
    "basic_expenditure_by_economic_class": ["一般公共预算财政拨款基本支出决算表", "一般公共预算财政拨款基本支出决算明细表"],
    "government_fund": ["政府性基金预算财政拨款收入支出决算表", "政府性基金预算财政拨款支出决算表"],
    "state_capital": ["国有资本经营预算财政拨款支出决算表", "国有资本经营预算财政拨款收入支出决算表"],
    "three_public": [
        "财政拨款“三公”经费支出决算表",
        "一般公共预算财政拨款＂三公＂经费支出决算表",
        "财政拨款「三公」经费支出决算表",
    ],
}


@pytest.mark.parametrize(("key", "title"), [(key, title) for key, titles in TITLES.items() for title in titles])
def test_a_title_names_its_form(key: str, title: str) -> None:
    form = form_of_title(title)
    assert form is not None
    assert form.key == key


def test_every_form_is_named_by_its_own_chinese_name() -> None:
    assert {f.key: form_of_title(f.zh) for f in FORMS} == {f.key: f for f in FORMS}


@pytest.mark.parametrize(
    "line",
    [
        "一、收入支出决算总体情况说明",
        "收入决算表反映部门本年度取得的各项收入。",
        "详见收入决算表，",
        "项目支出绩效自评表",
        "政府采购支出表格",
        "收入决算",
        "项目支出决算表",
        "表" * 300,
    ],
)
def test_what_speaks_of_a_form_or_of_something_else_is_no_title(line: str) -> None:
    assert form_of_title(line) is None


@pytest.mark.parametrize(
    ("words", "table"), [("收入支出决算总表", True), ("2024年度部门收支情况表", True), ("人大代表", False), ("其他人大代", False)]
)
def test_a_table_is_named_by_its_last_word_and_a_representative_is_none(words: str, table: bool) -> None:
    assert names_a_table(words) is table


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：万元", ("万元", (1, 1))),
        ("金额单位:元", ("元", (1, 10_000))),
        ("单 位 ： 千元", ("千元", (1, 10))),
        ("单位：人民币万元", ("万元", (1, 1))),
        ("单位：800万元", ("万元", (1, 1))),
        ("公开03表 部门：甲市乙局 单位：万", ("万元", (1, 1))),
        ("金额单位：亿元", ("亿元", (10_000, 1))),
        ("金额单位：万元部门：甲市乙局", ("万元", (1, 1))),
        ("单位：甲市乙局", None),
        ("单位：万元店管理处", None),
        ("万元", None),
    ],
)
def test_a_unit_is_what_the_line_declares(line: str, unit: tuple[str, tuple[int, int]] | None) -> None:
    assert unit_of(line) == unit


def test_labels_are_compared_without_blanks_quotes_and_widths() -> None:
    assert canonical("“三公” 经费（２０２４）") == canonical("＂三公＂经费(2024)") == "三公经费(2024)"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("因公出国（境）费", "abroad"),
        ("1．因公出国（境）费用", "abroad"),
        ("2.公务用车购置及运行维护费", "vehicle"),
        ("（1）公务用车购置费", "vehicle_purchase"),
        ("其中：公务用车运行维护费", "vehicle_operation"),
        ("三、公务接待费", "reception"),
        ("合 计", "total"),
        ("国内公务接待批次", None),
        ("会议费", None),
        ("1" * 5000, None),
    ],
)  # fmt: skip
def test_a_three_public_kind_three_public_expenditure_is_told_from_its_label(text: str, kind: str | None) -> None:
    assert three_public_kind(text) == kind


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["栏次", "", "1", "2", "3"], True),
        (["", "1", "2", "3", "4"], True),
        (["4", "5", "6"], True),
        (["栏次", "12.00"], False),
        (["201", "1", "2"], False),
        (["1", "2"], False),
        (["1", "3", "2"], False),
        (["²", "³", "⁴"], False),
        (["9" * 5000, "1", "2"], False),
    ],
)
def test_the_row_of_column_numbers_is_no_money(texts: list[str], numbers: bool) -> None:
    assert is_column_numbers(texts) is numbers


@pytest.mark.parametrize(
    ("line", "page_number"), [("— 13 —", True), ("第 9 页 共 40 页", True), ("3 / 12", True), ("13.00", False), ("201 9", False)]
)
def test_page_numbers_are_furniture(line: str, page_number: bool) -> None:
    assert is_furniture(line) is page_number


@pytest.mark.parametrize(
    ("line", "tokens"),
    [
        ("201 一般公共服务支出 2,106.66  12.00", ["201", "一般公共服务支出", "2,106.66", "12.00"]),
        ("2010601行政运行 1,832.95", ["2010601", "行政运行", "1,832.95"]),
        ("（１） ２.５", ["(1)", "2.5"]),
    ],
)
def test_a_line_is_cut_into_codes_words_and_numbers(line: str, tokens: list[str]) -> None:
    assert [[t.text for t in own] for own in tokens_of([Line(line, Place(line=1))])] == [tokens]


@pytest.mark.parametrize("text", ["²", "³¹", "①"])
def test_raised_digits_are_no_numbers(text: str) -> None:
    ((token,),) = tokens_of([Line(text, Place(line=1))])
    assert token.integer is None
    assert not token.number


HOSTILE = ["单位:" + " " * 9000 + "x", "部门:" + "甲 " * 4000, "1" * 9000, "1," * 4000 + "x", "其中:" * 3000, "(" * 9000, "1.1" * 3000, "第1页" + " " * 9000 + "x",
           "二十" * 4000, "收入支出" * 2000 + "表", "2024年" * 2000, "-" * 9000 + "x", "0." + "1" * 9000 + ".1"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: t[:6])
@pytest.mark.parametrize("reads", [form_of_title, unit_of, three_public_kind, is_furniture, decimals_in, any_of("cover_words", "labelled").search, lambda t: is_column_numbers([t, "栏次"])])  # fmt: skip
def test_no_line_makes_a_pattern_run_away(text: str, reads: object) -> None:
    with bounded_work(2):
        reads(text)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("某某情况表", True),
        ("支出表", False),  # shorter than any title
        ("大额支出表", True),
        ("表" * 40, True),
        ("表" * 41, False),
        ("某某情况", False),
        ("项目支出情况，见下表", False),
        ("相关内容详见附表", False),
        ("收入、支出及结余表", True),
    ],
)
def test_a_short_line_that_ends_as_a_table_is_named_looks_like_a_title(line: str, title: bool) -> None:
    assert looks_like_title(line) is title


@pytest.mark.parametrize(
    ("line", "concept"),
    [
        ("一般公共预算财政拨款支出决算", "general_budget_expenditure"),
        ("一般公共预算财政拨款支出", None),  # heads columns
        ("收入 支出", None),
        ("收入 支出 结余 决算", None),
    ],
)
def test_words_without_a_table_are_a_title_only_where_they_say_more_than_a_heading(line: str, concept: str | None) -> None:
    entry = title_entry(line)
    assert (entry and entry.concept) == concept


def test_nothing_in_the_lexicon_of_no_titles_names_a_table() -> None:
    no_title = lexicon().entries("no_titles")[0].example
    assert not names_a_table(no_title)
    assert names_a_table("收入决算表")
    assert not names_a_table("收入决算")


@pytest.mark.parametrize(
    ("kind", "concept", "texts"),
    [
        ("phases", "initial", "年初批复数 年初安排数 年初预算批复数 年初预算"),
        ("phases", "budget", "批复预算数 调整后预算数 全年预算数 预算数（万元）"),
        ("phases", "final", "预算执行数 决算支出数 期末决算数 本年实际数 决算金额"),
        ("phases", "prior", "同期决算数 上年数 去年决算数 上年同期"),
        ("addresses", "code", "科目编号 科目代码 功能分类科目编码"),
        ("addresses", "label", "预算科目 功能科目 支出内容 费用项目 科目名称"),
        ("addresses", "row_no", "行次 行号 序号"),
        ("owners", "owner", "填表单位 报送单位 单位名称（公章） 部门（单位）全称 公开部门（公章） 编制单位"),
        ("labels", "income_total", "收入小计 收入合计 本年收入合计"),
        ("labels", "personnel_total", "人员支出合计 人员经费小计"),
        ("around_tables", "annex", "附件1 附表一 附录2 附件1-1 附件："),
    ],
)
def test_words_of_other_provinces_are_known(kind: str, concept: str, texts: str) -> None:
    assert [text for text in texts.split() if concept not in concepts(kind, text)] == []


@pytest.mark.parametrize("label", ["主管部门", "制表人", "项目单位", "资金来源"])
def test_labels_of_others_are_no_owner(label: str) -> None:
    assert "owner" not in concepts("owners", label)
