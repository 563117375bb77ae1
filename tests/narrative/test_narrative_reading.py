"""Where the narrative stands, how its lines are joined, and what its statements become."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import golden
import pytest
from hypothesis import given
from hypothesis import strategies as st
from narrative_text import HEADINGS, document, narrative, read, told

from pipeline.narrative.part import common_decimals
from pipeline.narrative.regions import regions
from pipeline.narrative.sections import sections_of
from pipeline.narrative.spoken import Spoken
from pipeline.narrative.text import Paragraph, canonical
from pipeline.narrative.tokens import template_tokens
from pipeline.reading.document import Document


def paragraphs(document: Document) -> list[Paragraph]:
    """The paragraphs below the narrative's headings."""
    own = (s for s in sections_of(regions(document)) if s.concept not in ("overview", "glossary") and s.kind == "narrative")
    return [p for section in own for p in section.paragraphs if p.section]


def texts(*pages: list[str]) -> list[str]:
    return [p.text for p in paragraphs(document(*pages))]


def test_the_contents_are_not_the_narrative() -> None:
    contents = ["目录", "第三部分 2024年度部门决算情况说明", "一、收入支出决算总体情况说明", "第四部分 名词解释"]
    body = [
        "第三部分",
        "2024年度部门决算情况说明",
        "一、收入支出决算总体情况说明",
        "2024年度收、支总计10万元。",
        "第四部分",
        "名词解释",
    ]
    assert texts(contents, body)[-1] == "2024年度收、支总计10万元。"


def test_a_narrative_without_its_part_title_begins_at_its_first_section() -> None:
    lines = [
        "公开08表",
        "合计 5.00",
        " 一、收入支出决算总体情况说明 ",
        "2019年度收、支总计 6613万元。",
        " 第 四 部 分  ",
        "名词解释",
        "一、财政拨款收入：指1万元。",
    ]
    (paragraph,) = paragraphs(document(lines))
    assert (paragraph.part, paragraph.text) == ("totals", "2019年度收、支总计6613万元。")


def test_a_sentence_runs_on_over_page_numbers_and_stray_labels_of_charts() -> None:
    first = [
        "第三部分 决算情况说明",
        "三、支出决算情况说明",
        "本年支出合计 3522.89万元，其中：基本支出 547.13万元，",
        "6613",
        "  — 22 —  ",
    ]
    second = ["图3：本年支出构成情况", "（单位：万元）", "占 16%；项目支出 2975.76万元，占 84%。", "第四部分 名词解释"]
    assert texts(first, second) == ["本年支出合计3522.89万元，其中：基本支出547.13万元，占16%；项目支出2975.76万元，占84%。"]


def test_a_number_that_a_line_break_has_cut_off_from_its_unit_is_no_page_number() -> None:
    lines = ["第三部分 决算情况说明", "三、支出决算情况说明", "本年支出合计为", "3522.89", "万元。", "基本支出5万元。"]
    assert texts(lines) == ["本年支出合计为3522.89万元。", "基本支出5万元。"]


def test_a_number_cut_at_its_separator_is_one_number() -> None:
    lines = ["第三部分 决算情况说明", "三、支出决算情况说明", "本年支出合计11,09", "3.10万元，其中：基本支出1", ",483.67万元。"]
    assert texts(lines) == ["本年支出合计11,093.10万元，其中：基本支出1,483.67万元。"]


def test_running_headers_do_not_enter_a_sentence() -> None:
    pages = [["某市某局2024年度部门决算", "第三部分 决算情况说明", "三、支出决算情况说明", "本年支出合计5.00万元，"]]
    pages += [["某市某局2024年度部门决算", f"其中：项目{n}支出{n}.00万元，"] for n in range(1, 4)]
    assert texts(*pages) == ["本年支出合计5.00万元，其中：项目1支出1.00万元，其中：项目2支出2.00万元，其中：项目3支出3.00万元，"]


def test_a_colon_before_a_number_parts_no_subject() -> None:
    assert told("totals", "收入总计：100.00万元；支出总计：100.00万元。") == [
        ("收入总计", "amount", "100.00", "万元"),
        ("支出总计", "amount", "100.00", "万元"),
    ]


def test_items_begin_paragraphs_and_decimals_do_not() -> None:
    lines = ["第三部分 决算情况说明", "二、收入决算情况说明", "1、事业收入0万元，增长", "1.40%。", "2．经营收入5万元。"]
    assert texts(lines) == ["1、事业收入0万元，增长1.40%。", "2.经营收入5万元。"]


@pytest.mark.parametrize("part", list(HEADINGS))
def test_every_section_of_the_template_is_known_by_its_title(part: str) -> None:
    (paragraph,) = paragraphs(narrative(part, "合计1万元。"))
    assert paragraph.part == part


def test_sections_under_other_matters_are_known_by_their_own_titles() -> None:
    lines = ["第三部分 决算情况说明", "十、其他重要事项情况说明", "（一）机关运行经费支出情况", "机关运行经费支出92.14万元。",
             "（二）政府采购支出情况", "政府采购支出总额5万元。"]  # fmt: skip
    assert [p.part for p in paragraphs(document(lines))] == ["operating_costs", "procurement"]


def test_a_statement_knows_its_page() -> None:
    lines = [["第三部分 决算情况说明", "三、支出决算情况说明", "本年支出合计3.00万元，"], ["其中：基本支出1.00万元。"]]
    part = read(document(*lines))
    assert [s["page"] for s in part.statements] == [1, 2]
    assert [f.place.page for f in part.figures] == [1, 2]


def test_a_document_without_a_narrative_gives_nothing() -> None:
    part = read(document(["公开01表", "合计 5.00"]))
    assert (part.statements, part.remarks, part.figures) == ((), (), ())


# ---------------------------------------------------------------- figures


def test_figures_are_exact_and_in_ten_thousand_yuan() -> None:
    part = read(narrative("operating_costs", "机关运行经费支出923,456.70元，比上年减少1.5亿元，下降0.69%。"))
    assert [(f.measure, f.value, f.unit, f.resolution) for f in part.figures] == [
        ("amount", Decimal("92.345670"), "万元", Decimal("0.000001")),
        ("change", Decimal("-15000.0"), "万元", Decimal(1000)),
        ("change_pct", Decimal("-0.69"), "%", Decimal("0.01")),
    ]


def test_stripped_zeros_do_not_coarsen_an_amount() -> None:
    part = read(narrative("expenditure", "本年支出合计11093.1万元，其中：基本支出1483.67万元；项目支出9609.44万元。"))
    assert {f.resolution for f in part.figures} == {Decimal("0.01")}


def test_a_narrative_in_whole_amounts_keeps_its_coarseness() -> None:
    part = read(narrative("expenditure", "本年支出合计110万元，其中：基本支出14万元；项目支出96万元。"))
    assert {f.resolution for f in part.figures} == {Decimal(1)}


def spoken(decimals: int) -> Spoken:
    return Spoken("", "", "amount", "1", Decimal(1), "万元", decimals, "", "", 0)


def test_one_amount_of_many_decimals_sets_no_resolution() -> None:
    assert common_decimals([spoken(2)] * 6 + [spoken(4), spoken(0)]) == 2
    assert common_decimals([spoken(0)] * 9 + [spoken(2)]) == 0
    assert common_decimals([]) == 0


def test_a_budget_that_there_is_none_of_is_a_blank_figure() -> None:
    part = read(narrative("operating_costs", "机关运行经费支出92.16万元，无年初预算数。"))
    assert [(f.measure, f.value, f.printed) for f in part.figures] == [
        ("amount", Decimal("92.16"), "92.16"), ("initial_budget", None, "无"),
    ]  # fmt: skip


def test_a_flat_change_is_a_change_of_nothing() -> None:
    part = read(narrative("income", "6、其他收入3.00万元。与上年决算数一致。"))
    assert [(f.measure, f.value) for f in part.figures] == [("amount", Decimal("3.00")), ("change", Decimal(0))]


def test_what_a_comparison_with_the_budget_says_is_a_remark() -> None:
    part = read(narrative("general_budget", "支出决算为5.00万元，与年初预算基本持平。", "决算数大于年初预算数的主要原因是增人。"))
    assert [(r["kind"], r["words"]) for r in part.remarks if r["kind"] != "year"] == [("direction", "基本持平"), ("direction", "大于")]


def test_money_that_there_is_none_of_is_a_remark_and_a_lacking_comparison_is_not() -> None:
    part = read(narrative("fund", "本单位没有政府性基金财政拨款收支。", "收入0万元。", "无上年收入比较数据。"))
    assert [(r["kind"], r["words"]) for r in part.remarks if r["kind"] != "year"] == [("none", "没有政府性基金财政拨款收支")]


# ---------------------------------------------------------------- properties

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


@given(AMOUNTS, st.booleans(), st.sampled_from(["增加", "减少", "下降", "增长"]))
def test_any_amount_is_read_back(amount: Decimal, separators: bool, word: str) -> None:
    printed = f"{amount:,}" if separators else f"{amount}"
    sign = "-" if word in ("减少", "下降") and amount else ""
    assert told("income", f"2024年度收入合计{printed}万元。与2023年相比，收入合计{word}{printed}万元。") == [
        ("收入合计", "amount", f"{amount}", "万元"), ("收入合计", "change", f"{sign}{amount}", "万元"),
    ]  # fmt: skip


@given(AMOUNTS, st.sampled_from(["０１２３４５６７８９", "0123456789"]), st.sampled_from(["", " ", "\u3000"]))
def test_width_and_blanks_change_no_token(amount: Decimal, digits: str, blank: str) -> None:
    printed = f"{amount}".translate(str.maketrans("0123456789", digits))
    (token,) = template_tokens(canonical(f"支出合计{blank}{printed}{blank}万元。"))
    assert (token.value, token.kind, token.unit) == (amount, "amount", "万元")


@given(st.text(max_size=60))
def test_canonical_text_stays_as_it_is(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once


# ---------------------------------------------------------------- real reports


def printed(value: str) -> str:
    plain = value.replace(",", "").removesuffix("%")
    return "" if plain in ("无", "None") else plain


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("rongcheng-big-data-centre-2024", Decimal(1)),
        ("yantai-big-data-bureau-2019", Decimal(1)),
        ("qingdao-big-data-administration-2024", Decimal("0.99")),
    ],
)
def test_hand_checked_statements(shared: Path, name: str, least: Decimal) -> None:
    from pipeline.reading import read_document

    part = read(read_document((shared / "reports" / f"{name}.txt").read_bytes()), golden.load(shared / "golden" / name))
    with (shared / "golden" / name / "narrative.csv").open(encoding="utf-8", newline="") as lines:
        want = Counter((r["measure"], printed(r["value"]), r["unit"]) for r in csv.DictReader(lines))
    have = Counter((s["measure"], printed(s["value"]), s["unit"]) for s in part.statements if s["measure"] != "mentioned")
    found = sum((want & have).values())
    assert Decimal(found) / sum(want.values()) >= least
    assert sum((have - want).values()) <= 1


# ---------------------------------------------------------------- anything at all

PIECES = st.sampled_from(
    ["收入合计", "1,234.50", "万元", "占", "%", "，", "。", "；", "：", "（", "）", "（项）", "（类）", "（款）", "增加", "下降", "与上年相比", "持平", "其中：",
     "年初预算数为", "无年初预算", "主要包括", "、", "人员经费", "批次", "人次", "得分为", "等级为优", "个项目", "一、收入决算情况说明", "1、", "2024年", "-", "三个",
     "绩效自评综述：", "完成情况：", "两类共占", "无"]
)  # fmt: skip


@given(st.sampled_from(list(HEADINGS)), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=40), st.integers(1, 12))
def test_no_text_is_too_strange_to_be_read(part: str, pieces: list[str], width: int) -> None:
    lines = ["".join(pieces[i : i + width]) for i in range(0, len(pieces), width)]
    made = read(narrative(part, "合计1.00万元。", *lines))
    assert [s["row_no"] for s in made.statements] == list(range(1, len(made.statements) + 1))
    assert len({f.figure_id for f in made.figures}) == len(made.figures)
    assert all(f.value is None or f.resolution >= 0 for f in made.figures)
