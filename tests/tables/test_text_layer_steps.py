"""The steps by which lines of a text without cells become rows, one by one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.lexicon import name_of
from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Line, Table
from pipeline.tables import text_layer_evidence
from pipeline.tables.text_layer import _titled
from pipeline.tables.text_layer_blanks import blanks_from_spaces
from pipeline.tables.text_layer_cells import Draft, Grid, TextRow, _two_halves, under_headings
from pipeline.tables.text_layer_evaluation import _amounts
from pipeline.tables.text_layer_headings import right_columns
from pipeline.tables.text_layer_indicators import _Row, _values_of
from pipeline.tables.text_layer_pieces import Piece
from pipeline.tables.text_layer_placement import Slots
from pipeline.tables.text_layer_spaced import _printed_again
from pipeline.tables.text_layer_summary import _put
from pipeline.tables.text_layer_summary import _Row as _Summary
from pipeline.tables.text_layer_tokens import Token
from pipeline.tables.text_layer_two_sided import _heading, _Labels
from pipeline.tables.text_layer_wraps import rows_whole

SUMMARY = FORM_BY_KEY["income_expenditure_summary"]


@pytest.mark.parametrize(("spaces", "columns"), [(5, (0, 1)), (6, (0, 1)), (7, (0, 1)), (8, (0, 1)), (4, None), (9, None)])
def test_blank_cells_behind_the_last_number_leave_two_spaces_each(spaces: int, columns: tuple[int, ...] | None) -> None:
    assert blanks_from_spaces("1.00  2.00" + " " * spaces, 2, 5) == columns


def test_the_longer_side_of_a_form_is_kept_whole() -> None:
    for sides in (["income", *["expenditure"] * 3], [*["income"] * 3, "expenditure"]):
        rows = [TextRow(Place(1), label=f"{side}{n}", side=side) for n, side in enumerate(sides)]
        table = _two_halves(Draft(SUMMARY, ("label",), [("决算数",)], ["amount"], rows), [Line("", Place(1))])
        assert {row.label for row in rows} <= {c.text for c in table.cells}


def test_a_final_amount_is_headed_as_such_and_other_measures_by_their_names() -> None:
    assert _heading(SUMMARY, "amount") == name_of("phases", "final")
    spec = FORM_BY_KEY["fiscal_appropriation_summary"]
    assert [_heading(spec, m.key) for m in spec.measures if m.key != "amount"] == [m.zh for m in spec.measures if m.key != "amount"]


def sides(*labels: str) -> list[str]:
    read = _Labels()
    for label in labels:
        read.add(Token(label, label, Place(1), 1))
        read.close()
    return [row.side for row in read.rows]


@pytest.mark.parametrize(
    ("labels", "of"),
    [
        (("甲事项", "乙事项", "丙事项"), ["income", "expenditure", "income"]),
        (("事业收入", "经营收入", "乙事项"), ["income", "income", "expenditure"]),
        (("一、甲事项", "二、乙事项", "一、丙事项", "三、丁事项", "二、戊事项"), ["income", "income", "expenditure", "income", "expenditure"]),
        (("总计", "总计"), ["income", "expenditure"]),
        (("收入总计", "支出总计"), ["income", "expenditure"]),
        (("支出总计", "收入总计"), ["expenditure", "income"]),
    ],
)
def test_a_row_without_a_number_of_its_line_is_of_the_side_that_its_words_or_its_place_tell(labels: tuple[str, ...], of: list[str]) -> None:
    assert sides(*labels) == of


def test_the_end_of_a_label_may_stand_below_its_numbers() -> None:
    lines = [
        [Token("年初财政拨款", "", Place(1), 1, x=0)],
        [Token("1", "", Place(1), 2, x=30), Token("3.00", "", Place(1), 2, x=40)],
        [Token("结转事项", "", Place(1), 3, x=0)],
        [Token("其他事项", "", Place(1), 4, x=0)],
    ]
    assert [[t.text for t in row] for row in rows_whole(lines)] == [["年初财政拨款结转事项", "1", "3.00"], ["其他事项"]]


def test_a_heading_is_printed_again_where_two_of_its_lines_are() -> None:
    heading = ["收入", "支出", "", "项目", "决算数", "栏次"]
    for again in (["收入", "支出"], ["支出", "项目"], ["栏次", "1"], ["项目", "决算数"]):
        assert _printed_again(heading, again)
    for labels in (["收入", "项目"], ["收入", "3.00"], ["决算数", "收入"]):
        assert not _printed_again(heading, labels)


@pytest.mark.parametrize(("count", "columns"), [(None, 4), (5, 4), (3, 2), (2, 1), (1, 4), (6, 4)])
def test_a_side_has_as_many_measures_as_its_rows_have_numbers_but_one(count: int | None, columns: int) -> None:
    spec = FORM_BY_KEY["fiscal_appropriation_summary"]
    found = right_columns(spec, "".join(m.zh for m in spec.measures), count)
    assert found == ["total", *spec.parts][:columns]


def test_a_table_stands_below_the_headings_of_its_form_from_its_first_amount_on() -> None:
    texts = [["科目编码", "科目名称", "2024", "小计"], ["201", "公共服务", "3.00", "2.00"], ["208", "社会保障", "1.00", "1.00"]]
    table = Table(tuple(Cell(r, c, t) for r, row in enumerate(texts) for c, t in enumerate(row)), 3, 4, Place(1), "test")
    spec = FORM_BY_KEY["general_budget_expenditure"]
    below = under_headings(Draft(spec, ("code", "label"), [("小计",), ("基本支出",)], ["total", "basic"]), table)
    assert [list(row) for row in below.rows()] == [["科目编码", "项目", "小计", "基本支出"], *texts[1:]]


def piece(text: str, line: int = 1, inner: bool = True) -> Piece:
    return Piece(text, line, Place(1), inner)


def test_a_budget_row_with_all_its_values_leaves_nothing_to_choose() -> None:
    names = ["initial", "adjusted", "executed", "weight", "rate", "score"]
    values = [piece(t) for t in ("100", "80", "60", "10", "75%", "7.5")]
    assert _amounts("total", values, names, "10") == (dict(zip(names, values, strict=True)), False)
    placed, chosen = _amounts("total", values[1:], names, "10")
    assert ([p.text for p in placed.values()], list(placed), chosen) == (["80", "60", "10", "75%", "7.5"], [*names[:2], *names[3:]], True)


def test_a_rate_without_its_sign_is_a_number_among_the_others() -> None:
    at = {"no": 0, "initial_budget": 1, "rate_printed": 2, "score": 3}
    for numbers, texts in ((("100", "95", "90"), ["1", "100", "95", "90"]), (("100", "95%", "90"), ["1", "100", "95%", "90"])):
        grid = Grid()
        _put(grid, _Summary(piece("1"), [], [piece(n) for n in numbers], None), at, {}, [*at][1:])
        assert [c.text for c in sorted(grid.cells, key=lambda c: c.col)] == texts


def test_what_is_not_placed_yet_is_certain() -> None:
    assert Slots(["3.00"]).certain


def test_target_and_actual_are_the_last_two_pieces_beside_the_numbers() -> None:
    for line, target in ((1, ["完成", "完成"]), (2, ["2024年12月", "完成", "完成"])):
        rest = [piece("验收时间", line), piece("2024年12月", line), piece("完成", line), piece("完成", line)]
        row = _Row([], [piece("10", 1)], 0, rest=rest)
        _values_of(row)
        assert [p.text for p in (*(row.target or ()), *(row.actual or ()))] == target


def test_what_other_forms_print_of_the_three_public_expenditure_is_only_likely(monkeypatch: pytest.MonkeyPatch) -> None:
    def draft(key: str) -> Any:
        row = SimpleNamespace(side="expenditure", slots=SimpleNamespace())
        return SimpleNamespace(spec=SimpleNamespace(key=key), rows=[row], keys=["x", "a"], kept=False, place_numbers=lambda: None)

    monkeypatch.setattr(text_layer_evidence._Printed, "of", lambda self, draft, row: {"a": "said"})
    drafts = [draft(key) for key in ("three_public", "income")]
    text_layer_evidence.with_evidence(drafts)
    assert [(d.rows[0].slots.wanted, d.rows[0].slots.likely) for d in drafts] == [({}, {1: "said"}), ({1: "said"}, {})]


@pytest.mark.parametrize(("below", "form"), [(11, True), (12, False)])
def test_a_title_that_names_no_table_is_a_forms_where_its_heading_is_near(below: int, form: bool) -> None:
    lines = ["一般公共预算财政拨款支出决算", *["x"] * below, "科目编码 科目名称 小计 基本支出 项目支出"]
    found = _titled([Line(text, Place(1)) for text in lines], 0, lines[0])
    assert (found is not None) is form
