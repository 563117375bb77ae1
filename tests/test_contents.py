"""Contents group figures to rows, by statement and side, in printed order."""

from __future__ import annotations

import golden

from pipeline.model.contents import ReportContents

ABOUT = golden.report()
INCOME = golden.table(ABOUT, "income", ["|合计|3.00|3.00", "201|一般公共服务支出|2.00|", "208|社会保障和就业支出|1.00|1.00"], ["total", "fiscal"])
LEFT = golden.table(ABOUT, "income_expenditure_summary", ["|本年收入合计|3.00"], ["amount"], "income")
RIGHT = golden.table(ABOUT, "income_expenditure_summary", ["|本年支出合计|2.00"], ["amount"], "expenditure")
CONTENTS = ReportContents(ABOUT, (*INCOME, *LEFT, *RIGHT), {"core.forms": ({"statement": "income"},)})


def test_rows_come_in_printed_order_with_their_cells() -> None:
    rows = CONTENTS.rows("income")
    assert [(r.code, r.label) for r in rows] == [(None, "合计"), ("201", "一般公共服务支出"), ("208", "社会保障和就业支出")]
    fiscal = rows[1].get("fiscal")
    assert fiscal is not None
    assert fiscal.value is None  # blank, and there
    assert rows[1].get("business") is None  # no such column


def test_sides_are_kept_apart() -> None:
    assert [r.label for r in CONTENTS.rows("income_expenditure_summary", "income")] == ["本年收入合计"]
    assert [r.label for r in CONTENTS.rows("income_expenditure_summary", "expenditure")] == ["本年支出合计"]
    assert len(CONTENTS.rows("income_expenditure_summary")) == 2


def test_rows_of_both_sides_with_one_number_stay_two_rows() -> None:
    left, right = CONTENTS.rows("income_expenditure_summary")
    assert (left.row, right.row) == ("1", "1")
    assert left.cells["amount"].figure_id != right.cells["amount"].figure_id


def test_what_was_not_read_is_absent_and_not_empty() -> None:
    assert CONTENTS.has("income")
    assert not CONTENTS.has("income", "narrative")
    assert not CONTENTS.has("three_public")
    assert CONTENTS.rows("three_public") == []
    assert CONTENTS.rows_of("core.forms") == ({"statement": "income"},)
    assert CONTENTS.rows_of("core.indicators") == ()


def test_every_figure_is_found_by_its_id() -> None:
    assert list(CONTENTS) == list(CONTENTS.figures)
    assert {CONTENTS.by_id()[f.figure_id] for f in CONTENTS} == set(CONTENTS.figures)
