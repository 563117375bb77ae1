"""Two-sided forms from a plain text layer: income on the left, expenditure on the right, with or without line numbers (行次).

What belongs here: telling the sides' rows apart.  What may not: which columns there are (``text_layer_headings``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.lexicon import concepts, name_of
from pipeline.lexicon.forms import FormSpec, label_concept
from pipeline.model.chinese_numerals import NUMBERED, value_of_numeral
from pipeline.model.figures import Place
from pipeline.model.text import canonical
from pipeline.tables.text_layer_cells import Draft, TextRow
from pipeline.tables.text_layer_headings import (
    Path,
    Untold,
    begins_column_numbers,
    begins_heading,
    column_count,
    heading_lines,
    numbers_rows,
    right_columns,
    text_of,
    with_whole_names,
)
from pipeline.tables.text_layer_placement import Equation
from pipeline.tables.text_layer_rows import Body, made_whole, told
from pipeline.tables.text_layer_tokens import Token, joined

_MONEY = re.compile(r"\d\.\d\d?\b")


def two_sided(spec: FormSpec, body: Body) -> Draft:
    """A form of income and expenditure side by side.  Raises :class:`Untold` where its columns are not known."""
    with_line_numbers = any(numbers_rows(joined(own)) for own in body)
    heading = heading_lines(body, lambda own: bool(NUMBERED.match(joined(own))) or begins_column_numbers(joined(own)), 30)
    head = text_of(with_whole_names(spec, heading))
    if "other_amounts" in concepts("heading_words", head):
        raise Untold("it prints other amounts beside final ones, and no cells that would tell them apart")
    measures = right_columns(spec, head, column_count(body))
    rows = _with_line_numbers(body) if with_line_numbers else _without_line_numbers(body)
    rows = [row for row in rows if row.label or row.row_no or row.numbers]
    left = [row for row in rows if row.side == "income"]
    right = [row for row in rows if row.side != "income"]
    made_whole(rows)
    told(len(measures), [row.numbers for row in right])
    told(1, [row.numbers for row in left])
    income = next((i for i, row in enumerate(left) if "income_sum" in concepts("label_parts", row.label)), None)
    for i, row in enumerate(left):
        row.hang(income if income is not None and i < income else None)
    for row, parent in zip(right, _parents(right), strict=True):
        row.hang(parent)
    addresses = ("label", "row_no") if with_line_numbers else ("label",)
    columns: list[Path] = [(_heading(spec, m),) for m in measures]
    draft = Draft(spec, addresses, columns, measures, rows)
    parts = tuple(i for i, m in enumerate(measures) if m in spec.parts)
    if "total" in measures and parts:
        draft.equations.append(Equation((measures.index("total"),), parts))
    return draft


def _parents(right: Sequence[TextRow]) -> list[int | None]:
    """For each row of the expenditure side the row that it adds up to: 本年支出合计, and with the balances 总计."""
    total = next((i for i, row in enumerate(right) if "expenditure_sum" in concepts("label_parts", row.label)), None)
    whole = next((i for i, row in enumerate(right) if label_concept(row.label, "expenditure") == "grand_total"), None)
    if total is None:
        return [None] * len(right)
    balances = [i >= total and i != whole and (i == total or "balance" in concepts("label_parts", row.label)) for i, row in enumerate(right)]
    return [total if i < total else whole if balance else None for i, balance in enumerate(balances)]


def _heading(spec: FormSpec, key: str) -> str:
    measure = spec.measure(key)
    return name_of("phases", "final") if key == "amount" or measure is None else measure.zh


class _TwoSides:
    """The state while a two-sided form's tokens go by: labels, line numbers of both sides, numbers of the open row."""

    def __init__(self) -> None:
        self.rows: list[TextRow] = []
        self.label = ""
        self.left_last = 0
        self.right_first: int | None = None
        self.right_last = 0
        self.side = "expenditure"

    def open(self, side: str, row_no: str, at: Place) -> None:
        self.rows.append(TextRow(at, label=self.label, row_no=row_no, side=side))
        self.label, self.side = "", side

    def line_number(self, n: int) -> str | None:
        """The side that a line number continues, or ``None`` where the integer is an amount."""
        if self.right_first is None:
            if self.left_last == 0 and n == 1:
                return "income"
            if self.left_last and n > self.left_last + 1 and self.side == "income":
                return "expenditure"
            return "income" if self.left_last and n == self.left_last + 1 else None
        if self.side == "expenditure" and self.left_last < n < self.right_first:
            return "income"
        if self.side == "income" and n > self.right_last and n <= self.right_last + 4:
            return "expenditure"
        return None

    def number(self, token: Token, following: Token | None) -> None:
        n = token.integer
        side = self.line_number(n) if n is not None and not self._begins_amount(token, following) else None
        if side is not None and n is not None:
            self.open(side, token.text, token.place)
            if side == "income":
                self.left_last = n
            else:
                self.right_first = self.right_first or n
                self.right_last = n
        elif self.rows:
            self.rows[-1].append(token)

    def _begins_amount(self, token: Token, following: Token | None) -> bool:
        """Whether an integer behind a line number is the thousands of an amount that a blank parts: ``1 16 363.68``."""
        behind = bool(self.rows) and not self.label and not self.rows[-1].numbers and self.rows[-1].place == token.place
        return behind and following is not None and bool(re.fullmatch(r"\d{3}(\.\d+)?", following.text)) and token.raw == token.text + " "


class _Heading:
    """Whether the lines that go by belong to a heading; one that is repeated on a later page has the lines of the first."""

    def __init__(self) -> None:
        self.open = True
        self.lines: list[str] = []
        self.first: list[str] | None = None

    def begin(self, text: str) -> None:
        if not self.open:
            self.lines = []
        self.lines.append(text)
        self.open = True
        if begins_column_numbers(text):  # what follows the column numbers is data
            self.close()

    def goes_on(self, text: str, begins_data: bool) -> bool:
        """Whether the next line still belongs to it."""
        if self.open and (begins_data or self.lines == self.first):
            self.close()
        if self.open:
            self.lines.append(text)
        return self.open

    def close(self) -> None:
        self.open = False
        self.first = self.first or self.lines


def _with_line_numbers(body: Body) -> list[TextRow]:
    state = _TwoSides()
    heading = _Heading()
    for own in body:
        text = joined(own)
        if begins_heading(text) and not any(_MONEY.search(t.text) for t in own):
            heading.begin(text)
            state.label = ""
            continue
        begins_data = bool(NUMBERED.match(text)) or any(t.integer == state.left_last + 1 for t in own)
        if heading.goes_on(text, begins_data):
            continue
        for token, following in zip(own, [*own[1:], None], strict=True):
            if token.number:
                state.number(token, following)
            else:
                state.label += token.text
    return state.rows


class _Labels:
    """The state while a form without line numbers goes by: the open label, and how far the numerals (一、二、…) of each side are."""

    def __init__(self) -> None:
        self.rows: list[TextRow] = []
        self._label, self._place = "", Place()
        self._totals = 0
        self._last = {"income": 0, "expenditure": 0}

    def add(self, token: Token) -> None:
        if token.number:
            self.close()
            if self.rows:
                self.rows[-1].append(token)
            return
        text = canonical(token.text)
        if self._label and "rest" not in concepts("label_parts", text) and (NUMBERED.match(text) or "ends" in concepts("label_parts", self._label)):
            self.close()
        if not self._label:
            self._place = token.place
        self._label += token.text

    def close(self) -> None:
        """The label is whole: it begins a row."""
        if not self._label:
            return
        numbered = NUMBERED.match(self._label)
        n = value_of_numeral(numbered[1]) or 0 if numbered else 0
        side = self._side(n)
        if n:
            self._last[side] = n
        self.rows.append(TextRow(self._place, label=self._label, side=side))
        self._label = ""

    def _side(self, numeral: int) -> str:
        label = self._label
        follows = [side for side, last in self._last.items() if numeral and numeral == last + 1]
        if len(follows) == 1 and not (follows == ["income"] and "of_expenditure" in concepts("label_parts", label)):
            return follows[0]
        said = {side: label_concept(label, side) for side in ("income", "expenditure")}
        sides = [side for side, concept in said.items() if concept == "grand_total"]
        if sides or (label_concept(label, "functional") == "total" and not any(said.values())):
            self._totals += 1
            return sides[0] if len(sides) == 1 else "income" if self._totals % 2 else "expenditure"
        if "of_expenditure" in concepts("label_parts", label):
            return "expenditure"
        begins_left = "of_income" in concepts("label_parts", label) or not self.rows or self.rows[-1].side == "expenditure"
        return "income" if begins_left else "expenditure"


def _without_line_numbers(body: Body) -> list[TextRow]:
    labels, heading = _Labels(), _Heading()
    for own in body:
        text = joined(own)
        money = any(_MONEY.search(t.text) for t in own)
        if begins_heading(text) and not money:
            heading.begin(text)
            labels.close()
        elif not heading.goes_on(text, bool(NUMBERED.match(text)) or money):
            for token in own:
                labels.add(token)
    labels.close()
    return labels.rows
