"""Two-sided forms from a plain text layer: income on the left, expenditure on the right, with or without line numbers (行次).

What belongs here: telling the sides' rows apart.  What may not: which columns there are (``stream_columns``).
"""

from __future__ import annotations

import re

from pipeline.model.figures import Place
from pipeline.model.text import canonical
from pipeline.recognition.placement import Slots, place
from pipeline.recognition.read import CellRead, FormRead, RowRead
from pipeline.recognition.stream_columns import right_columns
from pipeline.recognition.stream_common import HEADING_START, column_count, fill, heading_words, joined, raw, untold
from pipeline.recognition.tokens import Token

_NUMBERED = re.compile(r"^([一二三四五六七八九十]+)、")
_NUMERALS = {
    n: i
    for i, n in enumerate(
        [
            *"一二三四五六七八九十",
            *(f"十{d}" for d in "一二三四五六七八九"),
            "二十",
            *(f"二十{d}" for d in "一二三四五六七八九"),
            "三十",
        ],
        start=1,
    )
}
#: A word that never begins a label: what is left of one after a wrap.
_TAIL = re.compile(r"^(收入|支出|结余|拨款|款|入|出|计|\(.*|.?\).*)$")
_EXPENDITURE_LABEL = re.compile(r"支出$|支出合计$|结余分配|年末|债务|国债")
_INCOME_LABEL = re.compile(r"收入$|收入合计$|年初|弥补|使用.*结余|拨款$")
_MONEY = re.compile(r"\d\.\d\d?\b")


def two_sided(form: FormRead, body: list[list[Token]]) -> None:
    """Read the rows of both sides into the form."""
    with_line_numbers = any("行次" in joined(own) for own in body) or any(joined(own) == "行" for own in body)
    head = heading_words(body, lambda own: bool(_NUMBERED.match(joined(own))) or joined(own).startswith("栏次"), 30)
    if re.search(r"预算数", head):
        form.problem = "it prints budgets beside final amounts, and no cells that would tell them apart"
        return
    measures = right_columns(form.spec, head, column_count(body))
    rows = _with_line_numbers(body) if with_line_numbers else _without_line_numbers(body)
    _place_two_sided(form, measures, rows)


class _TwoSides:
    """The state while a two-sided form's tokens go by: labels, line numbers of both sides, numbers of the open row."""

    def __init__(self) -> None:
        self.rows: list[tuple[RowRead, list[Token]]] = []
        self.label = ""
        self.label_place = Place()
        self.left_last = 0
        self.right_first: int | None = None
        self.right_last = 0
        self.closed = True
        self.side = "expenditure"

    def open(self, side: str, row_no: str, at: Place) -> None:
        self.rows.append((RowRead(side, "", self.label, row_no, {}, at), []))
        self.label, self.side, self.closed = "", side, False

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

    def number(self, token: Token) -> None:
        n = token.integer
        side = self.line_number(n) if n is not None else None
        if side is not None and n is not None:
            self.open(side, token.text, token.place)
            if side == "income":
                self.left_last = n
            else:
                self.right_first = self.right_first or n
                self.right_last = n
        elif self.rows and not self.closed:
            self.rows[-1][1].append(token)


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
        if text.startswith("栏次"):  # what follows the column numbers is data
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


def _with_line_numbers(body: list[list[Token]]) -> list[tuple[RowRead, list[Token]]]:
    state = _TwoSides()
    heading = _Heading()
    for own in body:
        text = joined(own)
        if HEADING_START.match(text) and not any(_MONEY.search(t.text) for t in own):
            heading.begin(text)
            state.label = ""
            continue
        begins_data = bool(_NUMBERED.match(text)) or any(t.integer == state.left_last + 1 for t in own)
        if heading.goes_on(text, begins_data):
            continue
        for token in own:
            if token.number:
                state.number(token)
            else:
                state.label += token.text
    return state.rows


def _without_line_numbers(body: list[list[Token]]) -> list[tuple[RowRead, list[Token]]]:
    rows: list[tuple[RowRead, list[Token]]] = []
    heading, label, label_place = _Heading(), "", Place()
    totals = 0
    last_number = {"income": 0, "expenditure": 0}

    def close() -> None:
        nonlocal label, totals
        if not label:
            return
        numbered = _NUMBERED.match(label)
        n = _NUMERALS.get(numbered[1], 0) if numbered else 0
        follows = [side for side, last in last_number.items() if n and n == last + 1]
        if len(follows) == 1 and not (follows == ["income"] and _EXPENDITURE_LABEL.search(label)):
            side = follows[0]
        elif label in ("总计", "合计", "收入总计", "支出总计"):
            side = "expenditure" if totals % 2 or label.startswith("支出") else "income"
            totals += 1
        elif _EXPENDITURE_LABEL.search(label):
            side = "expenditure"
        elif _INCOME_LABEL.search(label) or not rows or rows[-1][0].side == "expenditure":
            side = "income"
        else:
            side = "expenditure"
        if n:
            last_number[side] = n
        rows.append((RowRead(side, "", label, "", {}, label_place), []))
        label = ""

    for own in body:
        text = joined(own)
        if HEADING_START.match(text) and not any(_MONEY.search(t.text) for t in own):
            heading.begin(text)
            close()
            continue
        if heading.goes_on(text, bool(_NUMBERED.match(text)) or any(_MONEY.search(t.text) for t in own)):
            continue
        for token in own:
            if token.number:
                close()
                if rows:
                    rows[-1][1].append(token)
            else:
                tail = _TAIL.match(canonical(token.text))
                if label and not tail and (_NUMBERED.match(canonical(token.text)) or _complete(label)):
                    close()
                if not label:
                    label_place = token.place
                label += token.text
    close()
    return rows


def _complete(label: str) -> bool:
    """Whether a label has its end already, so that the next word begins another one."""
    return bool(re.search(r"(收入|支出|合计|总计|结余|差额|分配|财政拨款)$", label))


def _place_two_sided(form: FormRead, measures: list[str], rows: list[tuple[RowRead, list[Token]]]) -> None:
    left = [(r, n) for r, n in rows if r.side == "income"]
    right = [(r, n) for r, n in rows if r.side != "income"]
    if untold(form, len(measures), (n for _, n in right)) or untold(form, 1, (n for _, n in left)):
        return
    for row, numbers in left:
        row.cells = {"amount": CellRead(numbers[0].text if numbers else "", numbers[0].place if numbers else row.place)}
        form.stray.extend((t.text, t.place) for t in numbers[1:])
    total = next((i for i, (r, _) in enumerate(right) if "支出合计" in r.label), None)
    slots = [
        Slots(
            [t.text for t in numbers],
            raw(numbers),
            total if total is not None and i < total else None,
        )
        for i, (_, numbers) in enumerate(right)
    ]
    whole = measures.index("total") if "total" in measures else None
    place(slots, len(measures), whole, [i for i, m in enumerate(measures) if m in form.spec.parts])
    for (row, numbers), slot in zip(right, slots, strict=True):
        fill(form, row, measures, numbers, slot)
    for row, _ in rows:
        if row.label or row.row_no or not row.empty:
            form.rows.append(row)
