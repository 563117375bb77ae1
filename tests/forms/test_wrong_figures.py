"""Wrong printed figures are read where they are printed: no identity moves them to where they would add up."""

from __future__ import annotations

import pytest

from pipeline.model.numbers import parse_number
from pipeline.reading import read_document
from pipeline.recognition.forms import find_forms
from pipeline.tables import lower
from pipeline.tables.text_layer_blanks import placements_left
from pipeline.tables.text_layer_placement import Equation, Placement, Slots

EXPENDITURE = """支出决算表

 公开03表

 部门：甲市乙局  单位：万元

项 目 本年支出合计 基本支出 项目支出 上缴上级支出 经营支出 对附属单位补助支出

科目编码 科目名称

栏次 1 2 3 4 5 6

合 计 {total}    \x20

210 卫生健康支出 {parent}    \x20

21011 行政事业单位医疗 9.90 9.90 0    \x20

2101102 事业单位医疗 9.90 9.90 0    \x20
"""


def read(total: str = "9.90 9.90 0", parent: str = "9.90 9.90 0") -> dict[str, dict[str, tuple[str, str]]]:
    text = EXPENDITURE.format(total=total, parent=parent)
    (form,) = find_forms(lower(read_document(text.encode()))).forms
    return {r.code or r.label: {m: (c.text, c.placement) for m, c in r.cells.items()} for r in form.rows}


@pytest.mark.parametrize("parent", ["9.90 0 9.90", "9.90 -9.90 0", "-9.90 9.90 0", "99.0 9.90 0"])
def test_a_wrong_row_and_those_below_it_stay_in_their_columns(parent: str) -> None:
    rows = read(parent=parent)
    assert [rows["210"][m] for m in ("total", "basic", "project")] == [(t, "printed") for t in parent.split()]
    assert [rows["21011"][m] for m in ("total", "basic", "project")] == [("9.90", "printed"), ("9.90", "printed"), ("0", "printed")]


def test_spaces_that_account_for_every_column_leave_one_placement() -> None:
    assert placements_left("39.58  39.58  0        ", 3, 6, 1) == [(0, 1, 2)]
    assert placements_left("4888.91 4888.91     0.12 ", 3, 7, 1) == [(0, 1, 6)]
    assert placements_left("9.90 9.90 0.00       ", 3, 6, 1) == [(0, 1, 2)]  # padded behind, not between
    assert placements_left("9.90 9.90", 2, 3, 1) == []  # nothing behind: blanks may be lost


def test_without_spaces_the_identities_choose_and_a_total_is_never_blank() -> None:
    rows = [Slots(["30.00", "20.00", "10.00"]), Slots(["-10.00", "10.00"], "-10.00 10.00", parent=0)]
    Placement(rows, 4, [Equation((0,), (1, 2, 3))]).choose()
    assert rows[1].chosen[0] == 0
    assert not rows[1].certain


SUMMARY = """财政拨款收入支出决算总表

单位：万元

收 入 支 出

项 目 行次 金 额 项 目 行次 合 计

一般公共预

算财政拨款

一、一般公共预算财政拨款 1 5.00 一、一般公共服务支出 4 5.00 5.00

收 入 支 出

项 目 行次 金 额 项 目 行次 合 计

一般公共预

算财政拨款

国有资本经

营预算财政拨款

2 1.00  5    \x20

本年收入合计 3 6.00 本年支出合计 6 5.00 5.00
"""


def test_a_label_that_wraps_below_a_repeated_heading_belongs_to_its_row() -> None:
    (form,) = find_forms(lower(read_document(SUMMARY.encode()))).forms
    income = {r.label: r.cells["amount"].text for r in form.rows if r.side == "income"}
    assert income == {"一、一般公共预算财政拨款": "5.00", "国有资本经营预算财政拨款": "1.00", "本年收入合计": "6.00"}


@pytest.mark.parametrize(("printed", "value"), [("9.90", "9.90"), ("1,22.00", "122.00"), ("(9.90)", "-9.90"), ("+9.90", "9.90")])
def test_numbers_with_signs_and_misplaced_separators_are_numbers_and_no_words(printed: str, value: str) -> None:
    (form,) = find_forms(lower(read_document(EXPENDITURE.format(total="9.90 9.90 0", parent=f"{printed} 9.90 0").encode()))).forms
    row = next(r for r in form.rows if r.code == "210")
    number = parse_number(row.cells["total"].text)
    assert row.label == "卫生健康支出"
    assert number is not None
    assert str(number.value) == value


def test_a_wrong_total_row_stays_where_its_rows_below_say() -> None:
    rows = [
        Slots(["100.00", "100.00", "-100.00"], "100.00 100.00  -100.00  ", lead=3, wide_label=True),  # 合计, a blank code cell before
        Slots(["100.00", "100.00", "100.00"], "100.00 100.00  100.00  ", parent=0, lead=2),
    ]
    Placement(rows, 6, [Equation((2,), (3, 4))]).choose()
    assert [row.chosen for row in rows] == [(1, 2, 4), (1, 2, 4)]
