"""A total printed in the heading comes again with the heading on the next page; the form has it once."""

from __future__ import annotations

from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.figures import Place
from pipeline.recognition.read import CellRead, FormRead, RowRead
from pipeline.recognition.rows import _append


def total(page: int, amount: str) -> RowRead:
    place = Place(page, 40.0, 100.0, 500.0, 112.0)
    return RowRead(None, "", "合计", "", {"total": CellRead(amount, place), "basic": CellRead("3.00", place)}, place)


def rows_of(*rows: RowRead) -> int:
    form = FormRead(FORM_BY_KEY["expenditure"], "支出决算表", Place(1))
    for row in rows:
        _append(form, row)
    return len(form.rows)


def test_the_same_total_on_the_next_page_is_a_repeated_heading() -> None:
    assert rows_of(total(7, "8.00"), total(8, "8.00")) == 1


def test_another_amount_or_the_same_page_is_a_row_of_its_own() -> None:
    assert rows_of(total(7, "8.00"), total(8, "8.01")) == 2
    assert rows_of(total(7, "8.00"), total(7, "8.00")) == 2
