"""Columns of a form by small tables: where the data begin, what a column holds, and what a heading that fits nothing is told."""

from __future__ import annotations

import pytest

from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Table
from pipeline.recognition.columns import Layout, _Columns, _of_block, _starts_data, fit, staged
from pipeline.recognition.headings import heading_text, is_column_numbers, other_heading, row_texts

FUNCTIONAL, TWO_SIDED = FORM_BY_KEY["general_budget_expenditure"], FORM_BY_KEY["income_expenditure_summary"]
HEAD = "科目编码|科目名称|小计|基本支出|项目支出"


def grid(*lines: str) -> Table:
    texts = [line.split("|") for line in lines]
    return Table(tuple(Cell(r, c, t) for r, row in enumerate(texts) for c, t in enumerate(row)), len(texts), len(texts[0]), Place(), "test")


@pytest.mark.parametrize(
    ("row", "data"),
    [
        ("科目编码|科目名称|小计", False),
        ("栏次||1", False),
        ("1|2|3", False),
        ("某项目|合计数|1,234.50", True),
        ("|某项目|1 234.5", True),
        ("201||", True),
        ("201公共服务||", True),
        ("20106|财政事务|", True),
        ("2010|财政事务|", False),  # no code
        ("合计||—", True),
        ("合计|基本支出|项目支出", False),  # a heading
        ("合计||530000|8,049,970|8,049,970|-|8,049,970", True),  # in 元, without decimals
        ("机关||8,049,970|", True),
        ("合计|基本支出|80499700|3|4", False),
        ("合计|一|二|三|四", False),  # more words than a total has
        ("||||合计", False),  # behind the columns of labels
        ("一、收入||", False),
    ],
)
def test_data_begin_with_money_a_code_or_a_total(row: str, data: bool) -> None:
    assert _starts_data(FUNCTIONAL, row.split("|")) is data


@pytest.mark.parametrize(("row", "data"), [("一、财政拨款收入|1|", True), ("一、收入||", False), ("201||", False), ("收入||1.00", True)])
def test_data_of_a_two_sided_form_begin_with_a_numbered_label(row: str, data: bool) -> None:
    assert _starts_data(TWO_SIDED, row.split("|")) is data


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["", "", ""], "blank"),
        (["1.00", "词", ""], "money"),  # half of what is printed
        (["1.00", "词", "词"], "words"),
        (["201", "20106", "词"], "code"),
        (["01", "99", "词"], "code"),
        (["201", "词"], "words"),  # more than half must be
    ],
)
def test_a_column_is_what_its_data_mostly_are(cells: list[str], kind: str) -> None:
    columns = _Columns(FUNCTIONAL, grid("9.99", *cells), [("项目",)], 1, 2024)
    assert columns.holds(0) == kind


def test_the_years_final_accounts_bear_the_bare_measure() -> None:
    path = ("上年决算数", "小计")
    assert staged("total", None, path, 2) == staged("total", "final", path, 2) == "total"
    assert staged("total", "prior", path, 2) == "prior_total"
    assert staged("total", "initial", path, 2) == "initial_total"
    assert staged("total", "adjusted", path, 2).startswith("column:")


@pytest.mark.parametrize(("words", "block"), [("年初结转和结余", "opening"), ("本年收入", "income"), ("年末结转和结余", "closing")])
def test_the_total_of_a_block_with_parts_of_its_own_is_the_blocks_measure(words: str, block: str) -> None:
    spec = FORM_BY_KEY["government_fund"]
    path = ("项目", words)
    assert _of_block(spec, (*path, "合计"), 3, ()) == block
    assert _of_block(spec, (*path, "合计"), 3, (block,)) == f"column:项目·{words}·合计"
    assert _of_block(spec, (*path, "基本支出"), 4, ()) == f"column:项目·{words}·基本支出"
    assert _of_block(spec, path, 3, ()) is None


def test_a_table_that_is_not_the_form_says_why() -> None:
    assert fit(FUNCTIONAL, grid("201|公共服务|1.00|1.00|"), 2024) == "it has no heading"
    assert "names none of the columns" in str(fit(FUNCTIONAL, grid("序号|名称|备注", "1|甲|1.00"), 2024))
    found = fit(FUNCTIONAL, grid(HEAD, "201|公共服务|3.00|2.00|1.00"), 2024)
    assert isinstance(found, Layout)
    assert (found.data_row, found.n_cols, found.measures) == (1, 5, {"total", "basic", "project"})
    assert found.heading == {tuple(HEAD.split("|"))}
    assert isinstance(fit(FUNCTIONAL, grid(HEAD), 2024), Layout)  # a heading alone


def test_rows_of_a_heading_are_compared_without_blanks() -> None:
    table = grid("合 计||１", "甲|乙|丙")
    assert heading_text(row_texts(table, 0)) == ("合计", "1")
    assert is_column_numbers(["", "3", "4", "5"])
    assert not is_column_numbers(["", "3", "5", "6"])
    assert not is_column_numbers(["栏次", "1.5"])


def test_a_heading_of_most_columns_in_words_is_another_tables() -> None:
    assert other_heading(grid("序号|指标名称|年初预算|得分", "1|甲|2|3"))
    assert not other_heading(grid("1|甲|2|3"))
    assert not other_heading(grid("序号|指标|||||", "1|甲|2|3|4|5|6"))
