"""Rules, bands, edges and wrapped words one by one: what each small step of lowering a page says of lines and words at known places."""

from __future__ import annotations

import pytest
from forms.test_aligned import BODY, HEAD, line, word

from pipeline.reading.document import Line, Page, Word
from pipeline.reading.paths import Shape
from pipeline.tables.aligned import _column_makers, _Row, table_from_lines
from pipeline.tables.areas import _FARTHEST, _is_far, areas_of
from pipeline.tables.bodies import _at_ends, _body, _joined
from pipeline.tables.columns import Column, _one_label_column
from pipeline.tables.dashes import Rule, _runs
from pipeline.tables.headings import _edges, _reach, _whole
from pipeline.tables.pieces import _Height, with_uprights
from pipeline.tables.rules import Rules
from pipeline.tables.rules import _edges as rule_edges
from pipeline.tables.sections import _TOUCH, _two_in_one
from pipeline.tables.sides import _put_back
from pipeline.tables.whole_words import on_one_page


def at(x0: float, x1: float, text: str = "词", top: float = 0.0) -> Word:
    return Word(text, x0, top, x1, top + 10)


def page(*lines: Line) -> Page:
    return Page(1, 595.0, 842.0, lines)


# ---------------------------------------------------------------- rules


def test_three_dots_in_a_row_are_a_rule_and_two_are_marks() -> None:
    dots = [Rule(10.0, x, x + 3) for x in (0.0, 5.0, 10.0)]
    assert _runs(dots) == [Rule(10.0, 0.0, 13.0)]
    assert _runs(dots[:2]) == []


def test_pieces_of_a_vertical_rule_that_touch_are_one_line_that_ends_where_each_of_them_does() -> None:
    assert _joined([Rule(50.0, 0.0, 50.0), Rule(50.0, 50.0, 100.0)]) == [(50.0, [(0.0, 100.0)], [0.0, 50.0, 100.0])]


def test_cells_end_where_a_vertical_rule_does_but_below_the_rules_that_are_drawn() -> None:
    upright = (Rule(0.0, 0.0, 100.0), Rule(50.0, 0.0, 25.0), Rule(100.0, 0.0, 100.0))
    frame = (Rule(0.0, 0.0, 100.0), Rule(100.0, 0.0, 100.0))
    assert Rule(25.0, 0.0, 100.0) in _at_ends(Rules(frame, upright))
    assert _at_ends(Rules((*frame, Rule(50.0, 0.0, 100.0)), upright)) == [Rule(100.0, 0.0, 100.0)]


def test_a_rule_goes_through_where_it_has_no_gap_and_is_drawn() -> None:
    whole, gap = (Rule(0.0, 0.0, 50.0), Rule(0.0, 50.0, 100.0)), (Rule(0.0, 0.0, 50.0), Rule(0.0, 70.0, 100.0))
    assert [_Height(0.0, pieces, frozenset(), drawn).whole for pieces in (whole, gap) for drawn in (False, True)] == [True, False, False, False]


def test_where_rules_in_pieces_do_not_agree_the_words_tell_which_of_them_part_the_cells() -> None:
    """The rule above the first row goes through: that below it parts its cells."""
    pieces = [Rule(y, x, x + 100) for y in (20.0, 40.0, 60.0) for x in (0.0, 100.0, 200.0)]
    lines = [line(*(word("1.00", x, y) for x in (40, 140, 240))) for y in (6, 26, 46)]
    found = with_uprights(Rules((Rule(0.0, 0.0, 300.0), *pieces)), page(*lines))
    assert [r.at for r in found.upright if r.start == 0.0] == [0.0, 100.0, 200.0, 300.0]


def test_rows_are_put_together_between_rules_where_there_are_rules_for_them() -> None:
    def labels(*heights: float) -> list[str]:
        table = table_from_lines([HEAD, *BODY], {1: [(y, 40.0, 460.0) for y in heights]}, False)
        assert table is not None
        return [table.text(r, 1) for r in range(1, table.n_rows)]

    rows = ["一般公共服务支出", "人大事务", "行政运行"]
    assert labels() == labels(67.0, 122.0) == labels(67.0, 84.0, 104.0, 122.0) == rows, "two rules are a frame"
    assert labels(67.0, 104.0, 122.0) == ["一般公共服务支出\n人大事务", "行政运行"]


# ---------------------------------------------------------------- columns


def test_a_totals_label_over_a_number_shows_no_column() -> None:
    rows = [_Row([at(100, 118, "合计"), at(200, 236, "9.00")], 1), _Row([at(60, 101.5, "1,234.00"), at(300, 336, "人大事务")], 1)]
    assert [[w.text for w in words] for words in _column_makers(rows)] == [["9.00"], ["1,234.00", "人大事务"]]
    rows[1] = _Row([at(50, 90, "1,234.00"), at(300, 336, "人大事务")], 1)
    assert [w.text for w in _column_makers(rows)[0]] == ["合计", "9.00"]


def test_a_column_of_numbers_ends_behind_them_and_not_in_the_next_one() -> None:
    numbers = Column((60.0, 100.0), (50.0, 80.0))
    assert _edges([numbers, Column((101.0, 150.0), None, True)])[0][1] == 101.0
    assert _edges([numbers, Column((110.0, 150.0), None, True)])[0][1] == 102.0
    assert _edges([numbers, Column((90.0, 150.0), None, True)])[0][1] == 100.0


def test_a_heading_reaches_over_the_columns_in_whose_middle_it_stands() -> None:
    extents, edges = [(0.0, 10.0), (20.0, 30.0), (40.0, 50.0)], [(0.0, 15.0), (15.0, 35.0), (35.0, 55.0)]
    assert _reach(at(14, 24), extents, edges, set()) == (0, 1)
    assert _reach(at(20, 35), extents, edges, set()) == (0, 2)
    assert _reach(at(20, 35), extents, edges, {0}) == (1, 2)


def test_labels_that_never_stand_on_one_line_are_one_column() -> None:
    left, right = at(0, 20), at(22, 50)
    bands = (0.0, 20.0), (22.0, 50.0)
    assert _one_label_column(*bands, [[left], [right]])
    assert not _one_label_column(*bands, [[left], [right], [left, right]])
    assert not _one_label_column(*bands, [[left], [at(22, 50, "3.00")]])


@pytest.mark.parametrize(("above", "below", "whole"), [("科目名称", "小计", True), ("科目", "编码", False), ("不明", "之词", False)])
def test_words_above_are_a_heading_of_their_own_where_they_are_known_and_no_known_one_goes_on(above: str, below: str, whole: bool) -> None:
    assert _whole(above, below) is whole


def test_a_box_has_four_edges_a_thin_one_is_a_rule_and_a_point_is_none() -> None:
    def edges(x0: float, top: float, x1: float, bottom: float) -> tuple[int, int]:
        flat, upright = rule_edges([Shape(x0, top, x1, bottom, 0.0, None)])
        return len(flat), len(upright)

    assert [edges(0, 0, 50, 50), edges(0, 0, 50, 0), edges(0, 0, 0, 50), edges(5, 5, 5, 5)] == [(2, 2), (1, 0), (0, 1), (0, 0)]


def test_two_words_share_a_band_that_reaches_into_both() -> None:
    words = [at(0, 20), at(60, 80)]
    assert _two_in_one(words, [(20 - _TOUCH - 0.1, 60 + _TOUCH + 0.1)])
    assert not _two_in_one(words, [(20 - _TOUCH, 60 + _TOUCH)])


# ---------------------------------------------------------------- lines


def test_lines_of_one_table_are_near_each_other() -> None:
    above, far = line(word("甲", 40, 100)), 109 + 9 * _FARTHEST
    assert [_is_far(above, line(word("乙", 40, top))) for top in (far, far + 0.1)] == [False, True]


def test_the_rest_of_a_note_stands_around_the_table_as_well() -> None:
    note = line(word("注：本表反映部门本年度一般公共预算财政拨款支出", 40, 20)), line(word("情况", 40, 32), word("及其他", 200, 32))
    (area,) = areas_of([page(*note, *BODY)])
    assert area.lines == BODY
    (area,) = areas_of([page(note[1], *BODY)])
    assert area.lines == [note[1], *BODY]


def test_a_body_ends_with_the_first_line_that_reaches_beyond_its_columns() -> None:
    edges = [30.0, 80.0, 480.0]
    assert _body(BODY, 60.0, edges, page(*BODY)) == BODY
    beyond = line(word("续", 10, 110), word("行政运行", 90, 110), word("9.00", 260, 110, True))
    assert _body([*BODY[:2], beyond], 60.0, edges, page(*BODY)) == BODY[:2]


def test_words_of_the_next_page_stand_below_those_of_this_one() -> None:
    moved = on_one_page([(1, [at(0, 10, top=90.0)]), (2, [at(0, 10, top=30.0), at(20, 30, top=20.0)])])
    assert [w.top for w in moved] == [90.0, 113.0, 103.0]
    assert [w.bottom - w.top for w in moved] == [10.0] * 3


def test_the_right_page_of_a_sheet_is_put_back_to_its_right_half() -> None:
    sheet = Page(3, 400.0, 300.0, ())
    own = Page(-3, 400.0, 600.0, (line(Word("甲", 100.0, 40.0, 140.0, 50.0)),))
    (back,) = _put_back(own, sheet).lines
    assert back.words == (Word("甲", 250.0, 20.0, 270.0, 25.0),)
    assert (back.place.page, back.place.x0, back.place.x1) == (3, 250.0, 270.0)
