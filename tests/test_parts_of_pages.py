"""Pages that are unread as parts of a report."""

from __future__ import annotations

import pytest

from pipeline.model.figures import Place
from pipeline.model.parts import Part, Printed, tally
from pipeline.reading.document import Document, Line, Page, Picture
from pipeline.recognition.ledger import numbers_of_line
from pipeline.reports.parts import account

LATE, HUGE = "the time ran out before it", "its picture is too large"


def test_pages_unread_for_one_reason_are_one_part_and_a_picture_on_a_page_is_its_own() -> None:
    whole = [(1, LATE), (2, LATE), (3, HUGE), (4, LATE), (6, LATE)]
    pages = [Page(n, None, None, (), pictures=(Picture(Place(n), why, "split it"),)) for n, why in whole]
    drawn = Page(7, None, None, (), pictures=tuple(Picture(Place(7, x, 10.0, x + 50, 60.0), LATE, "split it") for x in (10.0, 80.0)))
    parts = account(Document("0" * 64, "application/pdf", "test", "grid", (*pages, drawn)), ()).parts
    assert [(p.place.page, p.last_page) for p in parts] == [(1, 2), (3, 3), (4, 4), (6, 6), (7, 7), (7, 7)]
    assert all(p.state == "unread" and p.reason.endswith("; split it") for p in parts)


def test_how_the_numbers_of_all_parts_ended_is_counted_whatever_there_is_none_of() -> None:
    numbers = [Printed("figure", "", "1.00"), Printed("unread", "why", "2"), Printed("figure", "", "3.00")]
    parts = [Part("form", "income", "收入决算表", "read", numbers=numbers[:2]), Part("narrative", "totals", "总体情况", "read", numbers=numbers[2:])]
    assert tally(parts) == {"figure": 2, "statement": 0, "identifier": 0, "unread": 1}
    assert [parts[0].count(account) for account in ("figure", "unread", "statement")] == [1, 1, 0]


@pytest.mark.parametrize(("text", "named"), [("7", True), ("16", True), ("17", True), ("23", True), ("24", False), ("7 1", False), ("7.00", False)])
def test_a_line_that_is_the_number_of_its_page_or_of_the_second_on_a_sheet_is_no_amount(text: str, named: bool) -> None:
    kinds = {n.kind for n in numbers_of_line(Line(text, Place(7)), "of nothing")}
    assert (kinds == {"page_number"}) is named
