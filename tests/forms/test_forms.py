"""Walking a document: each table is the form that its title announces, another table, or the rest of the one before; nothing vanishes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from forms.test_aligned import line, word
from forms.test_continuation import HEAD, grid

from pipeline.model.figures import Place
from pipeline.reading.document import Document, Line, Page, Table
from pipeline.recognition.forms import UNTOLD, FormsFound, find_forms, fitting_forms
from pipeline.recognition.read import Piece

TITLE, FUND = "一般公共预算财政拨款支出决算表", "政府性基金预算财政拨款收入支出决算表"
TABLE, REST, OTHER = grid(HEAD, "201|公共服务|3.00|2.00|1.00"), grid("208|社会保障|3.00|2.00|1.00"), grid("序号|名称|数量", "1|车|2")
NARRATIVE, NOTE = "第三部分 2024年度部门决算情况说明", "注：本表反映部门本年度一般公共预算财政拨款支出情况。"
NOTHING = "本部门没有政府性基金预算财政拨款收入，也没有使用政府性基金安排的支出，故本表无数据。"
AMOUNTS = "201 公共服务 3.00 2.00 1.00"
NEXT_PAGE = None


def found(*blocks: str | Line | Table | None) -> FormsFound:
    pages: list[list[Line | Table]] = [[]]
    for block in blocks:
        if block is NEXT_PAGE:
            pages.append([])
        else:
            on = replace(block, place=Place(len(pages))) if isinstance(block, Table) else block
            pages[-1].append(Line(block, Place(len(pages))) if isinstance(block, str) else on)
    made = tuple(Page(n, 595.0, 842.0, tuple(page)) for n, page in enumerate(pages, 1))
    return find_forms(Document("0" * 64, "application/pdf", "test", "grid", made), 2024)


def forms(*blocks: str | Line | Table | None) -> list[tuple[str, list[str], set[int]]]:
    """Of each form its key, the labels of its rows, and its blocks."""
    return [(f.spec.key, [r.label for r in f.rows], f.blocks) for f in found(*blocks).forms]


def others(*blocks: str | Line | Table | None) -> list[tuple[str, set[int], int]]:
    """Of each other table its title, its blocks, and its pieces."""
    return [(t.title, t.blocks, len(t.pieces)) for t in found(*blocks).others]


KEY = "general_budget_expenditure"


@pytest.mark.parametrize(
    ("blocks", "is_form"),
    [
        ((TITLE, "单位：万元", TABLE), (KEY, ["公共服务"], {0, 1, 2})),
        ((TITLE, TABLE, REST), (KEY, ["公共服务", "社会保障"], {0, 1, 2})),
        ((TITLE, TABLE, NEXT_PAGE, REST), (KEY, ["公共服务", "社会保障"], {0, 1, 2})),
        ((TITLE, TABLE, NEXT_PAGE, TITLE, "单位：万元", REST), (KEY, ["公共服务", "社会保障"], {0, 1, 2, 3, 4})),
        ((TITLE, TABLE, NEXT_PAGE, TITLE, grid(HEAD, "208|社会保障|3.00|2.00|1.00")), (KEY, ["公共服务", "社会保障"], {0, 1, 2, 3})),
        ((TITLE, grid(HEAD), NEXT_PAGE, REST), (KEY, ["社会保障"], {0, 1, 2})),
        ((TITLE, TABLE, NOTE, "其他文字"), (KEY, ["公共服务"], {0, 1, 2})),
        ((grid(f"{TITLE}||||", HEAD, "201|公共服务|3.00|2.00|1.00"),), (KEY, ["公共服务"], {0})),
        ((TITLE, grid(HEAD)), (KEY, [], {0, 1})),
        ((TITLE, grid("科目编码|科目名称|决算数|其中"), NOTE), (KEY, [], {0, 1, 2})),
        ((FUND, NOTHING), ("government_fund", [], {0, 1})),
        ((FUND, *["x"] * 5, NOTHING), ("government_fund", [], set(range(7)))),
    ],
)
def test_a_form_is_its_title_its_table_and_what_stands_around_it(blocks: tuple, is_form: tuple) -> None:  # type: ignore[type-arg]
    assert forms(*blocks) == [is_form]
    assert not found(*blocks).others


def test_a_form_has_the_pages_and_the_pieces_of_all_that_is_printed_of_it() -> None:
    for again in ((REST,), (TITLE, REST), (TITLE, grid(HEAD, "208|社会保障|3.00|2.00|1.00"))):
        (form,) = found(TITLE, TABLE, NEXT_PAGE, *again).forms
        assert (form.pages, len(form.pieces)) == ({1, 2}, 2)


def test_a_title_ends_what_the_one_before_it_announced() -> None:
    assert [key for key, *_ in forms(FUND, NOTHING, TITLE, TABLE)] == ["government_fund", KEY]
    inside = grid(f"{TITLE}||||", HEAD, "201|公共服务|3.00|2.00|1.00")
    assert [key for key, *_ in forms(FUND, NOTHING, inside)] == ["government_fund", KEY]


PUBLIC = "财政拨款“三公”经费支出决算表"
KINDS = grid("项目|预算数|决算数", "“三公”经费合计|6.00|4.50", "因公出国（境）费|1.00|0.00", "公务用车购置及运行维护费|3.00|2.50")


def test_the_three_public_form_may_have_its_kinds_in_rows_and_goes_on_likewise() -> None:
    def amounts(*blocks: str | Line | Table | None) -> dict[str, str]:
        (form,) = found(*blocks).forms
        return {measure: cell.text for row in form.rows for measure, cell in row.cells.items()}

    once = {
        "budget_total": "6.00",
        "final_total": "4.50",
        "budget_abroad": "1.00",
        "final_abroad": "0.00",
        "budget_vehicle": "3.00",
        "final_vehicle": "2.50",
    }
    assert amounts(PUBLIC, KINDS) == once
    more = once | {"budget_reception": "2.00", "final_reception": "2.00"}
    assert amounts(PUBLIC, KINDS, NEXT_PAGE, grid("公务接待费|2.00|2.00")) == more
    assert amounts(PUBLIC, KINDS, NEXT_PAGE, PUBLIC, grid("公务接待费|2.00|2.00")) == more
    assert others(PUBLIC, KINDS, NEXT_PAGE, grid("序号|名称|数量|单位", "1|车|2|辆")) == [("", {2}, 1)]


def test_a_title_that_nothing_follows_is_no_form() -> None:
    assert forms(FUND, *["x"] * 6, NOTHING) == []
    assert forms(TITLE, "单位：万元", "其他文字") == []


def test_a_form_below_which_stands_that_it_is_empty_says_so() -> None:
    (form,) = found(TITLE, TABLE, "本表无数据", "本表无内容。").forms
    assert (form.no_data, form.blocks) == ("本表无数据", {0, 1, 2, 3})


@pytest.mark.parametrize(
    ("blocks", "unit"),
    [
        ((TITLE, "单位：元", TABLE), "元"),
        (("单位：元", "a", "b", "c", TITLE, TABLE), "元"),
        (("单位：元", "a", "b", "c", "d", TITLE, TABLE), None),
        ((grid("单位：元|"), "a", "b", "c", TITLE, TABLE), "元"),
        ((grid("单位：元|"), "a", "b", "c", "d", TITLE, TABLE), None),
        ((f"{TITLE}（单位：元）", TABLE), "元"),
        (("单位：元", OTHER, TITLE, TABLE), None),
        ((TITLE, "单位：元" + "，" * 120, TABLE), None),
    ],
)
def test_a_unit_is_declared_near_the_title(blocks: tuple, unit: str | None) -> None:  # type: ignore[type-arg]
    (form,) = found(*blocks).forms
    assert (form.unit if form.unit_declared else None) == unit


def test_the_unit_of_one_form_is_not_that_of_the_next() -> None:
    first, second = found(
        TITLE, "单位：元", TABLE, "支出决算表", grid("科目编码|科目名称|本年支出合计|基本支出|项目支出", "201|公共|3.00|2.00|1.00")
    ).forms
    assert (first.unit_declared, second.unit_declared) == (True, False)


def test_titles_before_the_first_form_are_the_contents() -> None:
    listing = found("收入决算表", NEXT_PAGE, "收入决算表", TITLE, "第一部分", TITLE, TABLE).listed
    assert {key: (title, place.page) for key, (title, place) in listing.items()} == {"income": ("收入决算表", 1)}, (
        "what is printed is not listed only"
    )
    assert set(found("收入决算表", TITLE).listed) == set(found(grid("收入决算表|"), TITLE).listed) == {"income", KEY}
    assert found(TITLE, TABLE, "收入决算表").listed == {}


def test_a_title_over_two_lines_is_one_where_they_are_centred_on_each_other() -> None:
    above, below = line(word("一般公共预算财政拨款", 200, 20)), line(word("支出决算表", 222, 35))
    assert forms(above, below, TABLE) == [(KEY, ["公共服务"], {1, 2})]
    assert forms(above, "支出决算表", TABLE)[0][0] == "expenditure", "of a line without places nothing tells whether it is centred"
    (apart, *_) = found(above, line(word("支出决算表", 235, 35)), TABLE).forms
    assert apart.spec.key == "expenditure"


@pytest.mark.parametrize(
    ("blocks", "as_others"),
    [
        ((OTHER,), [("", {0}, 1)]),
        ((OTHER, NEXT_PAGE, grid("项目|金额|备注|其他", "车|2|无|无")), [("", {0}, 1), ("", {1}, 1)]),
        (("政府采购情况表", "单位：万元", OTHER), [("政府采购情况表", {0, 1, 2}, 1)]),
        (("政府采购情况表", OTHER, NEXT_PAGE, grid("2|船|1")), [("政府采购情况表", {0, 1, 2}, 2)]),
        (("政府采购情况表", OTHER, NEXT_PAGE, grid("2|船|1|3")), [("政府采购情况表", {0, 1}, 1), ("", {2}, 1)]),
        (("一般公共预算财政拨款", OTHER), [("", {1}, 1)]),
        (("项目支出绩效自评表", OTHER, REST), []),
        (("项目支出绩效自评表", OTHER, NARRATIVE, OTHER), [("", {3}, 1)]),
    ],
)
def test_a_table_that_is_no_form_is_another_one(blocks: tuple, as_others: list) -> None:  # type: ignore[type-arg]
    assert others(*blocks) == as_others
    assert not forms(*blocks)


def test_a_table_of_other_columns_is_no_rest_of_the_form_before_it() -> None:
    assert forms(TITLE, TABLE, OTHER) == [(KEY, ["公共服务"], {0, 1})]
    assert others(TITLE, TABLE, OTHER) == [("", {2}, 1)]


def test_a_table_behind_the_narrative_is_no_rest_of_the_form_before_it() -> None:
    assert forms(TITLE, TABLE, NARRATIVE, REST) == [(KEY, ["公共服务"], {0, 1})]
    assert others(TITLE, TABLE, NARRATIVE, REST) == [("", {3}, 1)]
    assert others(TITLE, NARRATIVE, TABLE) == [("", {2}, 1)]


def test_a_named_title_far_above_its_table_announces_it_and_words_do_not() -> None:
    assert forms(TITLE, *["x"] * 7, TABLE)[0][0] == KEY
    words = "一般公共预算财政拨款支出决算"
    assert len(forms(words, *["x"] * 6, TABLE)) == 1
    assert others(words, *["x"] * 7, TABLE) == [("", {8}, 1)]


def test_a_table_that_its_title_does_not_fit_is_the_form_with_the_reason() -> None:
    (form,) = found(TITLE, OTHER).forms
    assert form.problem == f"its heading names none of the columns of {TITLE}"


@pytest.mark.parametrize(
    ("blocks", "untold"),
    [
        ((TITLE, AMOUNTS, AMOUNTS), True),
        ((TITLE, AMOUNTS), False),
        ((TITLE, HEAD.replace("|", " "), AMOUNTS), True),
        ((TITLE, f"{AMOUNTS}。", f"{AMOUNTS}；"), False),
        (("一般公共预算财政拨款支出决算", HEAD.replace("|", " "), AMOUNTS, AMOUNTS), True),
        (("一般公共预算财政拨款支出决算", AMOUNTS, AMOUNTS), False),
        (("一般公共预算财政拨款支出决算", HEAD.replace("|", " "), AMOUNTS, "见下。", AMOUNTS), False),
        ((TITLE, HEAD.replace("|", " ")), True),
    ],
)
def test_amounts_below_a_title_that_no_lowering_made_a_table_are_the_form_unread(blocks: tuple, untold: bool) -> None:  # type: ignore[type-arg]
    problems = [f.problem for f in found(*blocks).forms]
    assert problems == ([UNTOLD] if untold else [])


def test_lines_of_a_form_unread_are_its_own_as_far_as_the_last_amount() -> None:
    ((_, _, blocks),) = forms(TITLE, *["x"] * 8, AMOUNTS, AMOUNTS, "y", "y")
    assert blocks == set(range(11))


def test_amounts_below_the_title_of_another_table_are_that_table_unread() -> None:
    (other,) = found("政府采购情况表", AMOUNTS, AMOUNTS).others
    assert (other.title, other.problem, other.blocks) == ("政府采购情况表", UNTOLD, {0, 1, 2})


@pytest.mark.parametrize(("problem", "known"), [("", False), (UNTOLD, False), ("another table is the form that its title names", True)])
def test_a_table_without_a_known_title_is_known_where_it_is_told_what_it_is_not(problem: str, known: bool) -> None:
    (other,) = found(OTHER).others
    assert replace(other, problem=problem).known == known


def test_words_of_a_total_s_row_that_head_columns_are_no_values_of_it() -> None:
    (form,) = found(TITLE, grid("科目编码|科目名称|小计|本年支出|本年支出", "合计||3.00|基本支出|项目支出", "201|公共服务|3.00|2.00|1.00")).forms
    assert [[c.text for c in row.cells.values()] for row in form.rows] == [["3.00"], ["3.00", "2.00", "1.00"]]


def test_a_table_is_each_form_whose_heading_it_has() -> None:
    keys = {spec.key for spec, _ in fitting_forms(Piece(0, TABLE), 2024)}
    assert KEY in keys
    assert "three_public" not in keys
    assert fitting_forms(Piece(0, OTHER), 2024) == []


def test_the_note_of_an_empty_form_may_stand_below_a_heading_of_many_lines() -> None:
    heading = (
        "单位：万元",
        "项目",
        "年初结转和 年末结转和",
        "本年收入 本年支出",
        "功能分类",
        "结余 结余",
        "科目名称",
        "科目编码",
        "合计 合计 基本支出 项目支出",
    )
    (form,) = found(FUND, *heading, "注：本表反映部门本年度政府性基金收支情况。", NOTHING).forms
    assert (form.no_data, form.problem) == (NOTHING, None)
    assert form.blocks == set(range(len(heading) + 3))
    (form,) = found(FUND, *heading, "注：本表反映部门本年度政府性基金收支情况。").forms
    assert (form.no_data, bool(form.problem)) == ("", True)
