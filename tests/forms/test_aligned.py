"""Tables without column rules: lines of words with places become columns and rows, or are said to be unreadable."""

from __future__ import annotations

from itertools import pairwise

import pytest

from pipeline.model.figures import Place
from pipeline.reading.document import Document, Line, Page, Word
from pipeline.reading.touching import cuts_in
from pipeline.recognition.forms import find_forms
from pipeline.tables.aligned import table_from_lines
from pipeline.tables.columns import columns_of
from pipeline.tables.headings import parted_headings, stacked
from pipeline.tables.loose import lower_lines
from pipeline.tables.whole_words import on_one_page, with_whole_numbers

HEIGHT = 9.0


def word(text: str, x: float, y: float, right: bool = False) -> Word:
    """A word at its left (or right) end."""
    width = sum(9.0 if ord(c) > 0x2000 else 4.5 for c in text)
    return Word(text, x - width if right else x, y, x if right else x + width, y + HEIGHT)


def line(*words: Word, page: int = 1) -> Line:
    place = Place(page, words[0].x0, words[0].top, words[-1].x1, words[-1].bottom)
    return Line(" ".join(w.text for w in words), place, words)


def row(y: float, code: str, label: str, *numbers: str, page: int = 1) -> Line:
    ends = (260.0, 340.0, 420.0)
    return line(word(code, 40, y), word(label, 90, y), *(word(n, x, y, True) for n, x in zip(numbers, ends, strict=False)), page=page)


HEAD = line(
    word("科目编码", 40, 50),
    word("科目名称", 110, 50),
    word("小计", 235, 50),
    word("基本支出", 300, 50),
    word("项目支出", 380, 50),
)
BODY = [
    row(70, "201", "一般公共服务支出", "9.00", "8.00", "1.00"),
    row(90, "20101", "人大事务", "9.00", "8.00", "1.00"),
    row(110, "2010101", "行政运行", "9.00", "8.00", "1.00"),
]
TITLE = line(word("一般公共预算财政拨款支出决算表", 180, 20))


def forms(*lines: Line) -> list[tuple[str | None, list[list[str]]]]:
    """Problem and rows (code, label, numbers) of the forms that the lines of two pages make."""
    pages = tuple(Page(n, 595.0, 842.0, tuple(x for x in lines if x.place.page == n)) for n in (1, 2))
    found = find_forms(Document("0" * 64, "application/pdf", "test", "grid", lower_lines(pages, {}))).forms
    return [(f.problem, [[r.code, r.label, *(c.text for c in r.cells.values())] for r in f.rows]) for f in found]


def test_numbers_stand_under_the_headings_nearest_to_them() -> None:
    ((problem, rows),) = forms(TITLE, HEAD, *BODY)
    assert problem is None
    assert rows[0] == ["201", "一般公共服务支出", "9.00", "8.00", "1.00"]
    assert len(rows) == 3


def test_a_blank_column_stays_blank() -> None:
    lines = [line(*(w for w in x.words if w.x1 != 340.0)) for x in BODY]
    ((_, rows),) = forms(TITLE, HEAD, *lines)
    assert [r[2:] for r in rows] == [["9.00", "", "1.00"]] * 3


def test_labels_under_the_heading_of_a_measure_make_a_form_unreadable() -> None:
    shifted = line(word("科目编码", 40, 50), word("小计", 125, 50), word("基本支出", 225, 50), word("项目支出", 305, 50))  # 科目名称 is lost
    ((problem, rows),) = forms(TITLE, shifted, *BODY)
    assert problem is not None
    assert rows == []


def test_labels_of_the_first_row_that_begin_above_their_codes_are_no_headings() -> None:
    """Groups of classes side by side: 商品和服务支 stands above the line of 302, its last letter behind the code."""
    title = line(word("一般公共预算财政拨款基本支出决算表", 180, 20))
    head = line(*(word(text, x + at, 45) for x in (40, 300) for text, at in (("科目编码", 0), ("科目名称", 60), ("金额", 160))))
    above = line(word("工资福利", 90, 58.5), word("商品和服务", 350, 58.5))

    def pair(y: float, *cells: str) -> Line:
        places = ((40.0, False), (90.0, False), (220.0, True), (300.0, False), (350.0, False), (480.0, True))
        return line(*(word(text, x, y, right) for text, (x, right) in zip(cells, places, strict=True)))

    first = pair(68, "301", "支出", "9.00", "302", "支出", "4.00")
    second = pair(90, "30101", "基本工资", "9.00", "30201", "办公费", "4.00")
    ((problem, rows),) = forms(title, head, above, first, second)
    assert problem is None
    assert [r[:2] for r in rows] == [["301", "工资福利支出"], ["302", "商品和服务支出"], ["30101", "基本工资"], ["30201", "办公费"]]


def test_a_few_words_after_a_title_are_no_form() -> None:
    assert forms(TITLE, line(word("详见附件", 60, 60))) == []


def test_a_heading_cut_by_the_page_goes_on_below() -> None:
    upper = line(
        word("科目编码", 40, 800),
        word("科目名称", 110, 800),
        word("小计", 235, 800),
        word("基本", 309, 800),
        word("项目", 389, 800),
    )
    lower = line(word("支出", 309, 40), word("支出", 389, 40), page=2)
    later = [row(x.place.top or 0.0, *(w.text for w in x.words), page=2) for x in BODY]
    ((problem, rows),) = forms(TITLE, upper, lower, *later)
    assert problem is None
    assert rows[0] == ["201", "一般公共服务支出", "9.00", "8.00", "1.00"]
    texts = [w.text for w in on_one_page([(1, upper.words), (2, lower.words)])]
    assert texts == [w.text for x in (upper, lower) for w in x.words]


def test_a_repeated_heading_that_wraps_otherwise_is_no_data() -> None:
    again = [line(word("科目编", 40, 30), *HEAD.words[1:], page=2), line(word("码", 50, 40), page=2)]
    more = [row(70, "202", "外交支出", "3.00", "3.00", "0.00", page=2)]
    ((_, rows),) = forms(TITLE, HEAD, *BODY, *again, *more)
    assert [r[0] for r in rows] == ["201", "20101", "2010101", "202"]


def test_the_rest_of_a_label_on_the_next_page_belongs_to_its_row() -> None:
    cut = [row(130, "2010199", "其他人大事务", "1.00", "1.00", "0.00"), line(word("支出", 90, 30), page=2)]
    ((_, rows),) = forms(TITLE, HEAD, *BODY, *cut, row(60, "202", "外交支出", "3.00", "3.00", "0.00", page=2))
    assert rows[3][:2] == ["2010199", "其他人大事务支出"]


def test_the_further_lines_of_a_note_are_no_rows() -> None:
    note = [line(word("注：本表反映部门本年度一般公共预算财政拨款", 40, 140)), line(word("支出情况。", 40, 152))]
    ((_, rows),) = forms(TITLE, HEAD, *BODY, *note)
    assert len(rows) == 3


def test_headings_that_touch_are_parted_where_each_is_known() -> None:
    names = [w.text for w in parted_headings([word("本年收入合计财政拨款收入", 100, 50), word("基本支出", 300, 50)])]
    assert names == ["本年收入合计", "财政拨款收入", "基本支出"]
    assert [w.text for w in parted_headings([word("支出功能分类", 100, 50)])] == ["支出功能分类"]


def test_a_heading_over_three_is_not_joined_with_the_one_in_the_middle() -> None:
    words = [word("本年支出", 231, 40), word("小计", 140, 52), word("基本支出", 231, 52), word("项目支出", 330, 52)]
    assert sorted(w.text for w in stacked(words)) == sorted(["本年支出", "小计", "基本支出", "项目支出"])
    wrapped = [word("上缴上级", 231, 40), word("支出", 240, 52)]
    assert [w.text for w in stacked(wrapped)] == ["上缴上级支出"]


def test_whole_codes_under_class_section_and_item_are_one_column() -> None:
    heads = [word("类", 40, 50), word("款", 60, 50), word("项", 80, 50), word("科目名称", 130, 50), word("合计", 250, 50)]
    lines = [[word("2010101", 45, 70), word("行政运行", 95, 70), word("9.00", 270, 70, True)]]
    columns = columns_of(heads, lines)
    assert [c.label for c in columns if c.data is not None] == [False, True, False]
    assert not any(c.doubtful for c in columns)


def test_a_number_broken_over_two_lines_is_whole() -> None:
    lines = [(1, [word("行政运行", 90, 70), word("1,234.", 260, 70, True)]), (1, [word("56", 260, 80, True)])]
    assert [[w.text for w in words] for _, words in with_whole_numbers(lines)] == [["行政运行", "1,234.56"]]
    apart = [(1, [word("1,234.50", 260, 70, True)]), (1, [word("56.00", 260, 80, True)])]
    assert [[w.text for w in words] for _, words in with_whole_numbers(apart)] == [["1,234.50"], ["56.00"]]


def test_cells_that_touch_are_cut() -> None:
    def cut(text: str) -> list[str]:
        ends = [0, *cuts_in(text), len(text)]
        return [text[a:b] for a, b in pairwise(ends)]

    assert cut("0.00二、外交支出") == ["0.00", "二、外交支出"]
    assert cut("53169100.0053169100.00") == ["53169100.00", "53169100.00"]
    assert cut("12十、节能环保支出") == ["12", "十、节能环保支出"]
    assert cut("－三、国防支出") == ["－", "三、国防支出"]
    for whole in ("1,234,567.89", "2010101", "一般公共服务支出", "2024年度", "-12.30"):
        assert cut(whole) == [whole]


def test_lines_that_do_not_align_make_no_table() -> None:
    assert table_from_lines([line(word("本表无数据", 60, 60))], {}, two_sided=False) is None


@pytest.mark.parametrize(
    ("numbers_at", "under"), [((101.0, 201.0, 301.0), ["小计", "接待费"]), ((150.0, 250.0, 350.0), ["小计", "接待费"]), ((), ["出国费", "接待费"])]
)
def test_column_numbers_that_part_the_numbers_tell_their_columns(numbers_at: tuple[float, ...], under: list[str]) -> None:
    """A blank column between two: the number at the right of its cell is nearer to the heading beside it than to its own."""
    heads = [Word("项目", 20, 0, 60, 10), Word("小计", 140, 0, 155, 10), Word("出国费", 205, 0, 295, 10), Word("接待费", 335, 0, 365, 10)]
    data = [[Word("预算数", 2, 30, 30, 40), Word("6.00", 180, 30, 196, 40), Word("3.00", 380, 30, 396, 40)]]
    numbered = [Word(str(i), at, 20, at + 5, 28) for i, at in enumerate(numbers_at, 1)]
    found = {c.data[0]: c.head for c in columns_of(heads, data, numbered) if c.data}
    assert [next(h.text for h in heads if (h.x0, h.x1) == found[x]) for x in (180, 380)] == under


def test_column_numbers_across_which_numbers_lie_tell_nothing() -> None:
    heads = [Word("项目", 20, 0, 60, 10), Word("小计", 140, 0, 155, 10), Word("出国费", 205, 0, 295, 10)]
    data = [[Word("预算数", 2, 30, 30, 40), Word("6,000,000.00", 110, 30, 196, 40), Word("3.00", 280, 30, 296, 40)]]
    numbered = [Word("1", 147, 20, 152, 28), Word("2", 247, 20, 252, 28)]
    assert [(c.data, c.head) for c in columns_of(heads, data, numbered)] == [(c.data, c.head) for c in columns_of(heads, data)]
