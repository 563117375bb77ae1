"""An unknown word is unread and never the publisher's error; every number of the running text is accounted for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import golden
import pytest
from hypothesis import given
from hypothesis import strategies as st
from narrative_text import HEADINGS, document, narrative, read, with_narrative

from expectations.confront import confront
from expectations.rules.narrative import NARRATIVE_RULES
from pipeline.model.parts import numbers_in
from pipeline.narrative.part import NarrativePart
from pipeline.reading.document import Document

RULES = {r.rule_id: r for r in NARRATIVE_RULES}
TOTALS = "2024年度收、支总计均为12,418.33万元。与2023年相比，收、支总计各增加11,169.13万元，增长894.1%。"


def unread(part: NarrativePart) -> list[tuple[str, str]]:
    return [(n.text, n.kind) for p in part.parts for n in p.numbers if n.account == "unread"]


def values(part: NarrativePart) -> list[str]:
    return [s["value"] for s in part.statements]


def test_an_unknown_verb_leaves_its_number_and_what_follows_unread() -> None:
    part = read(narrative("totals", TOTALS.replace("各增加", "各上浮")))
    assert values(part) == ["12418.33"]
    assert unread(part) == [
        ("11,169.13", "words not known: 上浮"),
        ("894.1", "the subject is in a clause that was not read: 收、支总计各上浮"),
    ]


def test_a_subject_that_is_not_known_is_not_the_one_before() -> None:
    part = read(narrative("income", "1、财政拨款收入5.00万元。", "2、划拨进项3.00万元。与2023年度相比，增加1.00万元，增长50%。"))
    assert values(part) == ["5.00"]
    assert [text for text, _ in unread(part)] == ["3.00", "1.00", "50"]


def test_the_next_subject_that_is_named_is_read_again() -> None:
    part = read(narrative("income", "1、划拨进项3.00万元。", "2、事业收入2.00万元，增长5%。"))
    assert values(part) == ["2.00", "5"]


def test_figures_beside_an_unread_number_are_in_doubt() -> None:
    part = read(narrative("expenditure", "本年支出合计10.00万元，其中：基本支出6.00万元；工程花销4.00万元。"))
    assert {f.doubt for f in part.figures} == {"sentence_incomplete"}
    assert {f.doubt for f in read(narrative("expenditure", "本年支出合计10.00万元，其中：基本支出10.00万元。")).figures} == {None}


@pytest.mark.parametrize(("other", "doubt"), [("工程花销4.00万元。", "sum_incomplete"), ("工程花销占610。", None)])
def test_figures_of_another_sentence_are_in_doubt_only_in_sums(other: str, doubt: str | None) -> None:
    """What has a unit may be what a sum lacks; a bare number is none of its amounts."""
    part = read(narrative("expenditure", "本年支出合计10.00万元，其中：基本支出6.00万元。", other))
    assert {f.doubt for f in part.figures} == {doubt}
    assert len(unread(part)) == 1


def test_a_number_in_a_unit_that_is_no_money_is_no_budget_and_no_change() -> None:
    review = "智慧城市项目绩效自评综述：项目自评得分98分。全年预算数为10万元，执行数为10万元，完成预算的{}。项目绩效目标完成情况：出动车辆30辆次。"
    told = [(s["measure"], s["value"], s["unit"]) for s in read(narrative("performance", review.format("100架次"))).statements]
    assert told == [("score", "98", "分"), ("budget", "10", "万元"), ("executed", "10", "万元"), ("count", "30", "辆次")]
    assert ("completion_pct", "100", "%") in [
        (s["measure"], s["value"], s["unit"]) for s in read(narrative("performance", review.format("100%"))).statements
    ]
    part = read(narrative("three_public", "国内公务接待3批次，比上年增加1批次。"))
    assert values(part) == ["3"]
    assert unread(part) == [("1", "no unit of money behind: 比上年增加")]


@pytest.mark.parametrize("other", ["；工程花销4.00万元。", "。工程花销4.00万元。"])
def test_a_sum_that_may_lack_an_unread_number_is_not_evaluated(other: str) -> None:
    doc = narrative("expenditure", f"本年支出合计10.00万元，其中：基本支出6.00万元{other}")
    found = confront(with_narrative(golden.contents(golden.report(), []), doc), RULES)
    assert not found.findings
    (structure,) = (e for e in found.equations if e["rule_id"] == "narrative_expenditure_structure")
    assert (structure["verdict"], structure["reason"]) == ("not_evaluated", "not found: a number of its section that was not read")


def test_what_an_unread_number_of_another_sentence_cannot_change_is_an_error() -> None:
    doc = narrative("expenditure", "本年支出合计10.00万元，其中：基本支出6.00万元，占50%；项目支出4.00万元，占40%。", "工程花销4.00万元。")
    found = confront(with_narrative(golden.contents(golden.report(), []), doc), RULES).findings
    assert [(f["rule_id"], f["severity"]) for f in found] == [("narrative_share", "error")]


def test_a_unit_that_is_not_known_leaves_its_number_unread() -> None:
    part = read(narrative("totals", "2024年度收、支总计500万铢。"))
    assert (values(part), unread(part)) == ([], [("500", "no unit is known: 500万铢")])


def test_a_section_whose_title_is_not_known_is_unread() -> None:
    part = read(document(["第三部分 决算情况说明", "一、收入支出决算总体情况说明", "收、支总计5.00万元。", "二、开销账目", "基本支出3.00万元。"]))
    assert [(p.concept, p.state) for p in part.parts if p.kind == "narrative" and p.concept != "overview"] == [
        ("totals", "read"),
        ("other", "unread"),
    ]
    assert [text for text, _ in unread(part)] == ["3.00"]


def test_a_title_with_an_unknown_word_is_read_with_doubt() -> None:
    part = read(document(["第三部分 决算情况说明", "四、财政划拨收入支出决算总体情况说明", "财政拨款收、支总计5.00万元。"]))
    assert [f.doubt for f in part.figures] == ["clause_loose"]


def test_a_percentage_without_its_sign_is_read_with_doubt() -> None:
    part = read(narrative("income", "财政拨款收入900万元，占比50；事业收入100万元，占10。"))
    assert [(f.measure, f.printed, f.doubt) for f in part.figures if f.measure == "share_pct"] == [
        ("share_pct", "50", "unit_assumed"), ("share_pct", "10", "unit_assumed"),
    ]  # fmt: skip


def test_a_range_is_no_number_and_a_lower_bound_is_approximate() -> None:
    part = read(narrative("three_public", "公务接待费5-10万元。", "国内公务接待20余批次。"))
    assert [text for text, _ in unread(part)] == ["5", "10"]
    assert [(f.printed, f.doubt) for f in part.figures if f.measure == "count"] == [("20", "approximate")]


@pytest.mark.parametrize(
    "text",
    [
        "2022年度收入总计、支出总计各是855.00,850.00万元。与2021年度相比，收入总计、支出总计各减少10.00,12.00万元。",
        "2022年度收、支总计分别为855.00万元、850.00万元，比上年各减少10.00、12.00万元。",
    ],
)
def test_two_subjects_may_have_a_value_each(text: str) -> None:
    part = read(narrative("totals", text))
    assert [(s["quantity"], s["measure"], s["value"]) for s in part.statements] == [
        ("income_grand_total", "amount", "855.00"), ("expenditure_grand_total", "amount", "850.00"),
        ("income_grand_total", "change", "-10.00"), ("expenditure_grand_total", "change", "-12.00"),
    ]  # fmt: skip


def test_three_values_of_two_subjects_are_unread() -> None:
    part = read(narrative("totals", "收、支总计各为1.00、2.00、3.00万元。"))
    assert unread(part) == [(n, "3 values of 2 subjects") for n in ("1.00", "2.00", "3.00")]


def test_numbers_of_reasons_are_mentions() -> None:
    part = read(narrative("expenditure", "基本支出5.00万元，增长5%，主要原因是新增退休人员2名，补发工资1.5万元。"))
    assert [(s["subject"], s["measure"], s["value"], s["unit"]) for s in part.statements][2:] == [
        ("新增退休人员", "mentioned", "2", "名"), ("补发工资", "mentioned", "1.5", "万元"),
    ]  # fmt: skip


# ---------------------------------------------------------------- the account


def test_overview_narrative_and_glossary_are_parts_with_every_number() -> None:
    lines = ["某局2024年度部门决算", "第一部分 部门概况", "本部门有内设机构5个，在职人员30人，联系电话：0532-85911234。",
             "第三部分 决算情况说明", "三、支出决算情况说明", "本年支出合计3.00万元，其中：基本支出3.00万元，占100%。",
             "第四部分 名词解释", "一、财政拨款收入：指1978年以来的资金。"]  # fmt: skip
    doc = document(lines)
    part = read(doc)
    assert [(p.kind, p.concept, p.state) for p in part.parts] == [
        ("narrative", "overview", "read"), ("narrative", "expenditure", "read"), ("narrative", "glossary", "read"),
    ]  # fmt: skip
    assert Counter(n.account for p in part.parts for n in p.numbers) == {"statement": 5, "identifier": 4}
    assert sorted(b for p in part.parts for b in p.blocks) == list(range(len(lines)))


def printed_numbers(doc: Document) -> Counter[str]:
    return Counter(digits for line in doc.lines() for _, _, digits in numbers_in(line.text))


PIECES = st.sampled_from(
    ["收入合计", "1,234.50", "万元", "占", "%", "，", "。", "；", "（", "）", "增加", "下降", "与上年相比", "年初预算数为", "主要原因是", "批次", "2024年", "-", "三个",
     "主要包括：", "基本工资", "12", "3.5", "余", "各为", "、", "上浮", " ", "〇", "１２", "其中："]
)  # fmt: skip


@given(st.sampled_from(list(HEADINGS)), st.lists(PIECES, max_size=30), st.integers(1, 9))
def test_every_number_of_every_line_ends_once(part: str, pieces: list[str], width: int) -> None:
    lines = ["".join(pieces[i : i + width]) for i in range(0, len(pieces), width)]
    doc = narrative(part, "合计1.00万元。", *lines)
    made = read(doc)
    assert Counter(n.text for p in made.parts for n in p.numbers) == printed_numbers(doc)


# ---------------------------------------------------------------- a province by data alone


def test_a_province_is_added_by_data_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added = {
        "verbs": 'concept = "increase"\nwords = ["上浮"]\nvalues = { sign = 1 }',
        "sections": 'concept = "income"\npattern = "进项账目"\nscope = ["section"]',
        "title_words": 'concept = "title"\nwords = ["进项账目"]',
        "subject_words": 'concept = "subject"\nwords = ["进项"]\nscope = ["income"]',
        "subjects": 'concept = "income_total"\npattern = "^进项合计$"\nscope = ["income"]',
    }
    examples = {"verbs": "上浮", "sections": "二、进项账目", "title_words": "进项账目", "subject_words": "进项", "subjects": "进项合计"}
    for kind, entry in added.items():
        (tmp_path / f"{kind}.toml").write_text(f'[[entry]]\n{entry}\nseen = "a test"\nexample = "{examples[kind]}"\n', encoding="utf-8")
    monkeypatch.setenv("FINAL_ACCOUNTS_LEXICON", str(tmp_path))
    part = read(
        document(
            [
                "第三部分 决算情况说明",
                "一、收入支出决算总体情况说明",
                "收、支总计7.00万元。",
                "二、进项账目",
                "进项合计5.00万元，比上年上浮1.00万元。",
            ]
        )
    )
    assert [(s["quantity"], s["measure"], s["value"]) for s in part.statements][1:] == [
        ("income_total", "amount", "5.00"), ("income_total", "change", "1.00"),
    ]  # fmt: skip
    assert unread(part) == []
    assert {f.doubt for f in part.figures} == {None}


def test_thousands_parted_by_a_blank_are_one_number() -> None:
    text = "根据预算绩效管理要求，我单位对2024年度项目支出全面开展绩效自评，涵盖项目3个，涉及预算资金{}万元，占部门预算项目支出总额的100%。"
    assert values(read(narrative("performance", text.format("1 234.56")))) == values(read(narrative("performance", text.format("1,234.56"))))


def test_nothing_needs_no_unit_and_an_amount_without_one_is_in_doubt() -> None:
    item = "1、一般公共服务支出（类）市场监督管理事务（款）食品安全（项）4.19万元。年初预算为0，支出决算为4.19。"
    part = read(narrative("general_budget", item))
    assert [(f.measure, f.printed, f.unit, f.doubt) for f in part.figures] == [
        ("amount", "4.19", "万元", None), ("initial_budget", "0", "万元", None), ("amount", "4.19", "万元", "unit_assumed"),
    ]  # fmt: skip
    travel = read(narrative("three_public", "因公出国（境）团组0，公务接待费支出0，占0%。"))
    assert [(f.measure, f.printed) for f in travel.figures] == [("amount", "0"), ("share_pct", "0")]
    assert [text for text, _ in unread(travel)] == ["0"]


def test_lanes_and_offices_that_are_called_by_a_number_state_nothing() -> None:
    text = "公共安全支出（类）司法（款）公共法律服务（项）5.00万元，主要用于：禁毒、610经费、管弄路252弄4号装修工程等。年初预算为5.00万元。"
    part = read(narrative("general_budget", text))
    assert (values(part), unread(part)) == (["5.00", "5.00"], [])


def test_a_quote_that_slipped_before_the_mark_of_a_number_hides_nothing() -> None:
    part = read(narrative("general_budget", "主要用于以下方面：", "10.“住房保障支出”1.00万元；", "11“. 公共安全支出”2.00万元，占 5%。"))
    assert [(s["subject"].strip("“”"), s["value"]) for s in part.statements] == [
        ("住房保障支出", "1.00"),
        ("公共安全支出", "2.00"),
        ("公共安全支出", "5"),
    ]


@pytest.mark.parametrize(
    "item",
    ["卫生健康支出（210类）行政事业单位医疗（11款）行政单位医疗（01项）", "卫生健康支出（类210）-行政事业单位医疗（款11）-行政单位医疗（项01）"],
)
def test_items_may_have_their_codes_in_the_brackets_of_class_section_and_item(item: str) -> None:
    part = read(narrative("general_budget", f"1、{item}90万元。年初预算为100万元，支出决算为90万元，完成年初预算的90%。"))
    assert {s["subject"] for s in part.statements} == {"卫生健康支出（类）行政事业单位医疗（款）行政单位医疗（项）"}
    assert (values(part), unread(part)) == (["90", "100", "90", "90"], [])


def test_what_a_numbered_sentence_is_headed_with_is_no_other_items() -> None:
    first = "1、教育支出（类）普通教育（款）小学教育（项）10.00万元。"
    part = read(narrative("general_budget", first, "2、测绘花销之专项：年初预算10.00万元，支出决算9.00万元。"))
    assert values(part) == ["10.00"]
    assert [text for text, _ in unread(part)] == ["10.00", "9.00"]


def test_what_a_reason_explains_is_what_is_named_before_it() -> None:
    text = "公务接待费支出决算增加0.30万元，增长100%。公务用车购置及运行维护费支出减少的主要原因是厉行节约。"
    told = [r for r in read(narrative("three_public", text)).tables["core.remarks"] if r["kind"] == "reason"]
    assert [(r["subject"], r["basis"]) for r in told] == [("公务用车购置及运行维护费", "decrease")]


@pytest.mark.parametrize("mark", [";", "；", "，", "。"])
@pytest.mark.parametrize("rate", ["占76.23", "占本年支出的比重为50", "增长5.6", "完成年初预算的98"])
def test_a_rate_without_its_sign_is_told_whatever_ends_it(rate: str, mark: str) -> None:
    told = read(narrative("general_budget", f"城乡社区支出（类）15411.43万元，{rate}{mark}")).tables["core.remarks"]
    assert [r["words"] for r in told if r["basis"] == "no_unit"] == [rate]
    whole = read(narrative("general_budget", f"城乡社区支出（类）15411.43万元，{rate}%{mark}")).tables["core.remarks"]
    assert not [r for r in whole if r["basis"] == "no_unit"]
