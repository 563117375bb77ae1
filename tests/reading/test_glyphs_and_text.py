"""Characters become words and lines; text keeps its lines, cells and places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading import read_document
from pipeline.reading.document import Table
from pipeline.reading.glyphs import Glyph, line_text, number_tokens, visual_lines, without_doubles, words_of
from pipeline.reading.radicals import plain
from pipeline.reading.text import MAX_COLUMNS


def row(text: str, x: float = 50, top: float = 100, size: float = 10, gap: float = 0) -> list[Glyph]:
    """The glyphs of a text, drawn from left to right."""
    width = size + gap
    return [Glyph(t, x + i * width, top, x + i * width + size, top + size) for i, t in enumerate(text) if t != " "]


def test_words_are_parted_by_gaps_and_numbers_from_text() -> None:
    assert [w.text for w in words_of(row("一般公共 12.00"))] == ["一般公共", "12.00"]
    assert line_text(row("合计12.00")) == "合计12.00"


def test_digits_on_another_baseline_are_on_the_line_and_the_next_line_is_not() -> None:
    lines = visual_lines([*row("行政运行", top=100), *row("12.00", x=120, top=103), *row("事业运行", top=116)])
    assert [line_text(line) for line in lines] == ["行政运行 12.00", "事业运行"]


@given(st.permutations(row("行政运行") + row("12.00", x=200) + row("合计", top=130)))
def test_the_order_of_drawing_does_not_matter(glyphs: list[Glyph]) -> None:
    assert [line_text(line) for line in visual_lines(glyphs)] == ["行政运行 12.00", "合计"]


def test_bold_by_drawing_twice_is_read_once_and_a_repeated_digit_stays() -> None:
    text = row("11.00")
    assert len(without_doubles([*text, *(g._replace(x0=g.x0 + 0.3, x1=g.x1 + 0.3) for g in text)])) == len(text)


def test_a_number_goes_into_a_cell_as_a_whole() -> None:
    assert ["".join(g.text for g in token) for token in number_tokens(row("甲1,234.50乙"))] == ["甲", "1,234.50", "乙"]


@pytest.mark.parametrize(("drawn", "meant"), [("收⼊", "收入"), ("⾦额", "金额"), ("部⻔", "部门"), ("决算", "决算")])
def test_radicals_are_the_characters_that_they_look_like(drawn: str, meant: str) -> None:
    assert plain(drawn) == meant


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=20))
def test_characters_proper_are_left_alone(text: str) -> None:
    assert plain(text) == text


def test_tabs_make_a_grid_and_blank_cells_are_there() -> None:
    document = read_document("标题\n合计\t\t3.00\n行政运行\t2.00\t\n\n尾\n".encode())
    (table,) = document.pages[0].tables
    assert document.layout == "grid"
    assert [list(r) for r in table.rows()] == [["合计", "", "3.00"], ["行政运行", "2.00", ""]]
    assert [c.place.line for c in table.cells] == [2, 2, 2, 3, 3, 3]
    assert [(line.text, line.place.line) for line in document.lines()] == [("标题", 1), ("尾", 5)]


def test_markdown_rows_are_a_table_without_the_rule_below_the_head() -> None:
    (table,) = read_document("| 项目 | 金额 |\n|---|---|\n| 合计 | |\n".encode()).pages[0].tables
    assert [list(r) for r in table.rows()] == [["项目", "金额"], ["合计", ""]]


def test_lines_alone_are_a_stream_with_their_spaces_and_form_feeds_are_pages() -> None:
    document = read_document("合计  3.00 \n\x0c201 2.00\n".encode())
    assert document.layout == "stream"
    assert [(p.number, [line.text for line in p.lines]) for p in document.pages] == [(1, ["合计  3.00 "]), (2, ["201 2.00"])]


def test_a_line_of_thousands_of_separators_widens_no_table() -> None:
    document = read_document(("合计\t3.00\n行政\t2.00\n" + "\t" * 20_000 + "x\n").encode())
    assert [t.n_cols for t in document.pages[0].tables] == [2]
    assert max(t.n_cols for t in read_document(b"a\tb\n" + b"\t" * (MAX_COLUMNS - 1)).pages[0].tables) == MAX_COLUMNS


def test_marks_of_an_extraction_are_no_print() -> None:
    text = "总得分为**89.33**分\n扣0.14分（$（1-78.65\\%）/3*2$），正常运行率 $\\geq 90\\%$ ，单价$100，合计$200\n"
    lines = [line.text for line in read_document(text.encode()).lines()]
    assert lines == ["总得分为89.33分", "扣0.14分（（1-78.65%）/3*2），正常运行率 ≥ 90% ，单价$100，合计$200"]


def test_a_row_of_rules_is_no_row() -> None:
    text = "指标\t分值\n------\t----\n立项\t3\n-\t-\n"
    (table,) = [block for _, block in read_document(text.encode()).blocks() if isinstance(block, Table)]
    assert [*table.rows()] == [["指标", "分值"], ["立项", "3"], ["-", "-"]]
