"""Forms from a plain text layer: lines whose blank cells are gone and whose labels wrap.

Codes, line numbers (行次) and labels anchor the rows; numbers between anchors belong to the anchor before them.
Where fewer numbers than columns are left, ``placement`` chooses and the figures say so.
What belongs here: the grammar of each kind of form.  What may not: forms with cells (``grid``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations

from pipeline.figures import Place
from pipeline.forms.catalogue import NOTE, TOTAL_LABEL, FormSpec, canonical
from pipeline.forms.layout import three_public_kind, when_of
from pipeline.forms.placement import Slots, blanks_from_spaces, place, placements_left
from pipeline.forms.read import CellRead, FormRead, RowRead
from pipeline.forms.stream_columns import functional_columns, right_columns, three_public_kinds
from pipeline.forms.tokens import Token, tokens_of
from pipeline.numbers import parse_number
from pipeline.reading.document import Line

_CODE = re.compile(r"[12]\d{2}(\d\d){0,2}")
_ECONOMIC_CODE = re.compile(r"[3]\d{2}(\d\d)?")
_HEADING_START = re.compile(
    r"^(项目($|项目|本年|行|金额|决算|预算|\(按|年初|科目|合计|小计)|科目(编码|代码|名称)|(支出)?功能分类|(支出)?经济分类|收入支出$|栏次"
    r"|人员经费公用经费|预算数决算数|类款项?)"
)
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
_PREAMBLE = re.compile(r"^(公开\d+表|附?表\d+|(公开|编制|填报)?(部门|单位)(名称)?:|.{0,40}(金额)?单位:(人民币)?[百千万亿]*元)")
#: A word that never begins a label: what is left of one after a wrap.
_TAIL = re.compile(r"^(收入|支出|结余|拨款|款|入|出|计|\(.*|.?\).*)$")
_LISTED = re.compile(r"^(\d+[.、]|\([\d一二三四]+\)|[一二三四五]、|其中)")
_EXPENDITURE_LABEL = re.compile(r"支出$|支出合计$|结余分配|年末|债务|国债")
_INCOME_LABEL = re.compile(r"收入$|收入合计$|年初|弥补|使用.*结余|拨款$")
_CENTS = Decimal("0.02")
_MONEY = re.compile(r"\d\.\d\d?\b")


def looks_like_form(spec: FormSpec, lines: Sequence[Line]) -> bool:
    """Whether lines after a title hold the form's heading (not merely the next title of the contents)."""
    head = canonical("".join(line.text for line in lines[:60]))
    if spec.kind == "two_sided":
        return (
            "项目" in head
            and bool(re.search(r"决算数|金额|合计", head))
            and ("本年收入合计" in canonical("".join(x.text for x in lines)))
        )
    if spec.kind == "three_public":
        return "因公出国" in head and "接待" in head and bool(re.search(r"预算数|决算数|小计", head)) and len(head) < 4000
    if spec.kind == "economic":
        return bool(re.search(r"科目(编码|代码|名称)", head)) and "301" in head
    known = [m for m in spec.measures if m.key in spec.required and m.key != "total"]
    return bool(re.search(r"项目|科目", head)) and all(re.search(m.pattern.strip("^$"), head) for m in known)


def read_form(spec: FormSpec, title: str, at: Place, lines: Sequence[Line], unit: tuple[str, tuple[int, int]] | None) -> FormRead:
    """The form that the lines hold."""
    form = FormRead(spec, title, at)
    if unit is not None:
        form.unit, form.ratio = unit
        form.unit_declared = True
    form.no_data_note = any("无数据" in line.text for line in lines)
    body = [own for own in tokens_of(lines) if not NOTE.match(_joined(own)) and not _PREAMBLE.match(_joined(own))]
    _READERS[spec.kind](form, body)
    if not form.rows and form.problem is None:
        form.problem = "its lines were found, but no row of it could be told apart"
    return form


def _joined(own: Sequence[Token]) -> str:
    return canonical("".join(t.text for t in own))


def _column_count(body: Sequence[Sequence[Token]]) -> int | None:
    """Number of columns by the row of column numbers (栏次 1 2 3 …), summed over both sides of a two-sided form."""
    for own in body:
        text = _joined(own)
        if text.startswith(("栏次", "列次")) or (len(own) >= 6 and all(t.integer == i + 1 for i, t in enumerate(own))):
            numbers = [n for t in own if (n := t.integer) is not None]
            return max(numbers) if numbers else None
    return None


def _head(body: Sequence[Sequence[Token]], begins: Callable[[Sequence[Token]], bool], most: int = 40) -> str:
    """The words of the heading: of the lines before the first that begins data."""
    first = next((i for i, own in enumerate(body) if begins(own)), most)
    return canonical("".join(t.text for own in body[:first] for t in own))


def _untold(form: FormRead, columns: int, rows: Iterable[Sequence[Token]]) -> bool:
    """Whether rows print more numbers than the form has columns, so that no number's column is known; said as the form's problem."""
    numbers = [len(own) for own in rows]
    wide = sum(n > columns for n in numbers)
    if wide < 2 or wide * 5 < len(numbers):
        return False
    form.problem = f"its rows print up to {max(numbers)} numbers, its heading tells {columns} columns"
    return True


# -- functional ---------------------------------------------------------------------------------------------


def _functional(form: FormRead, body: list[list[Token]]) -> None:
    head = _head(body, lambda own: bool(_CODE.fullmatch(own[0].text)) or bool(_total_prefix(own)))
    measures = functional_columns(form.spec, head, _column_count(body))
    if measures is None:
        form.problem = "its heading does not tell as many columns as 栏次 counts"
        return
    rows: list[tuple[RowRead, list[Token]]] = []
    leads: dict[int, int] = {}  # blanks between a row's label and its first number
    heading, open_row = True, False
    for line in body:
        own = _joined_code(line, _CODE)
        if [t.text for t in own[:2]] == ["类", "款"]:  # the total may stand in the last row of the heading
            own = own[3 if own[2:] and own[2].text == "项" else 2 :] or own
        first = _CODE.fullmatch(own[0].text)
        total_at = _total_prefix(own)
        if first or total_at:
            heading = False
            if first:
                row = RowRead(None, own[0].text, "", "", {}, own[0].place)
                rest = own[1:]
            else:
                row = RowRead(None, "", canonical("".join(t.text for t in own[:total_at])), "", {}, own[0].place)
                rest = own[total_at:]
            rows.append((row, []))
            open_row = True
        elif _HEADING_START.match(_joined(own)):
            heading = True
            continue
        else:
            rest = own
        if heading or not rows:
            continue
        row, numbers = rows[-1]
        for token in rest:
            if token.number and not numbers:
                leads[len(rows) - 1] = token.lead
            if token.number and not (token.integer is not None and not numbers and not open_row):
                numbers.append(token)
            elif not numbers:
                row.label += token.text
            elif not token.number and len(numbers) >= len(measures):
                break  # words behind a full row: a remark
            elif not token.number:
                row.label += token.text
    if not _untold(form, len(measures), (numbers for _, numbers in rows)):
        _place_functional(form, measures, rows, leads)


def _joined_code(own: list[Token], code: re.Pattern[str]) -> list[Token]:
    """The line's tokens with codes printed in parts (类|款|项: ``201 06 01``) put together."""
    joined: list[Token] = []
    for token in own:
        last = joined[-1] if joined else None
        part = len(token.text) == 2 and token.text.isdigit()
        if (
            last is not None
            and part
            and len(last.text) in (3, 5)
            and code.fullmatch(last.text)
            and code.fullmatch(last.text + token.text)
        ):
            joined[-1] = Token(last.text + token.text, last.text + token.raw, last.place, last.line, last.lead)
        else:
            joined.append(token)
    return joined


def _total_prefix(own: Sequence[Token]) -> int:
    """How many leading tokens make the label of the total row (``合 计`` is often two), 0 if none."""
    for n in (1, 2, 3):
        if len(own) >= n and TOTAL_LABEL.match(canonical("".join(t.text for t in own[:n]))):
            if len(own) == n or all(t.number for t in own[n:]):
                return n
    return 0


def _parents(codes: Sequence[str]) -> list[int | None]:
    """For each row the index of the row that it adds up to: the nearest printed ancestor, else the total."""
    index = {code: i for i, code in enumerate(codes) if code}
    total = next((i for i, code in enumerate(codes) if not code), None)
    parents: list[int | None] = []
    for i, code in enumerate(codes):
        ancestors = [index[code[:n]] for n in (5, 3) if len(code) > n and code[:n] in index]
        parents.append(ancestors[0] if ancestors else (total if code and total != i else None))
    return parents


def _place_functional(
    form: FormRead, measures: list[str], rows: list[tuple[RowRead, list[Token]]], leads: Mapping[int, int]
) -> None:
    slots = [
        Slots(
            [t.text for t in numbers],
            _raw(numbers),
            parent,
            leads.get(i),
            not row.code,
        )
        for i, ((row, numbers), parent) in enumerate(zip(rows, _parents([r.code for r, _ in rows]), strict=True))
    ]
    spec = form.spec
    total = measures.index(spec.total) if spec.total in measures else None
    place(slots, len(measures), total, [measures.index(p) for p in spec.parts if p in measures])
    for (row, numbers), slot in zip(rows, slots, strict=True):
        _fill(form, row, measures, numbers, slot)
        form.rows.append(row)


def _raw(numbers: Sequence[Token]) -> str:
    """The numbers with the spaces between and behind them; nothing where they stand on several lines."""
    return "".join(t.raw for t in numbers) if len({t.line for t in numbers}) == 1 else ""


def _fill(form: FormRead, row: RowRead, measures: Sequence[str], numbers: Sequence[Token], slot: Slots) -> None:
    placement = "printed" if slot.certain else "identity"
    row.cells = {m: CellRead("", row.place, None, placement) for m in measures}
    for column, token in zip(slot.chosen, numbers, strict=False):
        row.cells[measures[column]] = CellRead(token.text, token.place, None, placement)
    for token in numbers[len(measures) :]:
        form.stray.append((token.text, token.place))


# -- two-sided ----------------------------------------------------------------------------------------------


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


def _two_sided(form: FormRead, body: list[list[Token]]) -> None:
    with_line_numbers = any("行次" in _joined(own) for own in body) or any(_joined(own) == "行" for own in body)
    head = _head(body, lambda own: bool(_NUMBERED.match(_joined(own))) or _joined(own).startswith("栏次"), 30)
    if re.search(r"预算数", head):
        form.problem = "it prints budgets beside final amounts, and no cells that would tell them apart"
        return
    measures = right_columns(form.spec, head, _column_count(body))
    rows = _with_line_numbers(body) if with_line_numbers else _without_line_numbers(body)
    _place_two_sided(form, measures, rows)


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
        text = _joined(own)
        if _HEADING_START.match(text) and not any(_MONEY.search(t.text) for t in own):
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
        text = _joined(own)
        if _HEADING_START.match(text) and not any(_MONEY.search(t.text) for t in own):
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
    if _untold(form, len(measures), (n for _, n in right)) or _untold(form, 1, (n for _, n in left)):
        return
    for row, numbers in left:
        row.cells = {"amount": CellRead(numbers[0].text if numbers else "", numbers[0].place if numbers else row.place)}
        form.stray.extend((t.text, t.place) for t in numbers[1:])
    total = next((i for i, (r, _) in enumerate(right) if "支出合计" in r.label), None)
    slots = [
        Slots(
            [t.text for t in numbers],
            _raw(numbers),
            total if total is not None and i < total else None,
        )
        for i, (_, numbers) in enumerate(right)
    ]
    whole = measures.index("total") if "total" in measures else None
    place(slots, len(measures), whole, [i for i, m in enumerate(measures) if m in form.spec.parts])
    for (row, numbers), slot in zip(right, slots, strict=True):
        _fill(form, row, measures, numbers, slot)
    for row, _ in rows:
        if row.label or row.row_no or not row.empty:
            form.rows.append(row)


# -- economic classes ----------------------------------------------------------------------------------------


def _economic(form: FormRead, body: list[list[Token]]) -> None:
    row: RowRead | None = None
    heading = True
    for own in body:
        text = _joined(own)
        if _HEADING_START.match(text) and not any(_ECONOMIC_CODE.fullmatch(t.text) for t in own):
            heading = True
            continue
        if heading and not any(_ECONOMIC_CODE.fullmatch(t.text) for t in own) and "经费合" not in text:
            continue
        heading = False
        for token in _joined_code(own, _ECONOMIC_CODE):
            if _ECONOMIC_CODE.fullmatch(token.text) and (row is None or row.label):
                row = RowRead(None, token.text, "", "", {"amount": CellRead("", token.place)}, token.place)
                form.rows.append(row)
            elif not token.number and re.match(r"^(人员|公用)?(经费)?合$|(人员经费|公用经费)?合计", canonical(token.text)):
                row = RowRead(None, "", token.text, "", {"amount": CellRead("", token.place)}, token.place)
                form.rows.append(row)
            elif row is None:
                continue
            elif token.number:
                if row.empty:
                    row.cells = {"amount": CellRead(token.text, token.place)}
                else:
                    form.stray.append((token.text, token.place))
            elif row.empty:
                row.label += token.text
            # words after the number: the tail of a label that wraps below its row, or a remark; the code names the row


# -- three-public --------------------------------------------------------------------------------------------


def _three_public(form: FormRead, body: list[list[Token]]) -> None:
    if _three_public_items(form, body):
        return
    head = canonical("".join(t.text for own in body for t in own))
    kinds = three_public_kinds(head)
    if _three_public_rows(form, body, kinds):
        return
    pairs = head.count("预算数") >= 4 and head.count("决算数") >= 4
    count = _column_count(body) or len(_longest(body))
    whens = ("budget", "final") if "预算数" in head or count > len(kinds) else ("final",)
    measures = [_three_public_key(w, k) for k in kinds for w in whens] if pairs else [_three_public_key(w, k) for w in whens for k in kinds]
    numbers: list[Token] = []
    for own in body:
        if all(t.number for t in own) and [t.integer for t in own] != list(range(1, len(own) + 1)):
            numbers.extend(own)
        elif numbers:
            break
    if len(numbers) > len(measures):
        form.problem = f"it prints {len(numbers)} numbers, its heading tells {len(measures)} columns"
        return
    row = RowRead(None, "", "", "", {}, numbers[0].place if numbers else form.place)
    texts = [t.text for t in numbers]
    chosen, certain = _place_three_public(measures, texts, _raw(numbers))
    _fill(form, row, measures, numbers, Slots(texts, chosen=chosen, certain=certain))
    form.rows.append(row)


def _three_public_key(when: str, kind: str) -> str:
    return f"{kind}·{when}" if kind.startswith("column:") else f"{when}_{kind}"


def _three_public_rows(form: FormRead, body: list[list[Token]], kinds: Sequence[str]) -> bool:
    """The form printed with a row for the budget and one for the final accounts; false where it is not."""
    found = {when: own[1:] for own in body if (when := when_of(own[0].text)) and len(own) > 1 and all(t.number for t in own[1:])}
    if len(found) < 2:
        return False
    row = RowRead(None, "", "", "", {}, form.place)
    for when, numbers in found.items():
        texts = [t.text for t in numbers]
        measures = [_three_public_key(when, k) for k in kinds]
        chosen, certain = _place_three_public(measures, texts, _raw(numbers), numbers[0].lead)
        own = RowRead(None, "", "", "", {}, numbers[0].place)
        _fill(form, own, measures, numbers, Slots(texts, chosen=chosen, certain=certain))
        row.cells.update(own.cells)
    form.rows.append(row)
    return True


def _longest(body: Sequence[Sequence[Token]]) -> Sequence[Token]:
    """The longest line of numbers that is not the row of column numbers."""
    lines = [own for own in body if all(t.number for t in own) and [t.integer for t in own] != list(range(1, len(own) + 1))]
    return max(lines, key=len, default=[])


def _three_public_items(form: FormRead, body: list[list[Token]]) -> bool:
    """The form printed as a list (项目 | 预算数 | 决算数), its kinds one below the other; false where it is not."""
    items: list[tuple[str, list[Token], int]] = []
    named: set[str | None] = set()  # kinds listed without any number
    label = ""
    for own in body:
        words = "".join(t.text for t in own if not t.number)
        numbers = [t for t in own if t.number]
        if words and not (numbers and not own[0].number):
            fresh = not label or _HEADING_START.match(canonical(label)) or _LISTED.match(canonical(words))
            if fresh and _LISTED.match(canonical(label)):
                named.add(three_public_kind(label))
            label = words if fresh else label + words
            continue
        kind = three_public_kind(label + words if label and not three_public_kind(words) else words)
        if kind is not None and numbers and kind not in [k for k, *_ in items]:
            items.append((kind, numbers, numbers[0].lead))
        label = ""
    if _LISTED.match(canonical(label)):
        named.add(three_public_kind(label))
    named |= {kind for kind, *_ in items}
    if len(named - {None}) < 3 or "reception" not in named:
        return False
    head = canonical("".join(t.text for own in body[:12] for t in own))
    whens = ("initial", "budget", "final") if "年初预算" in head and head.count("预算数") > 1 else ("budget", "final")
    if any(len(numbers) > len(whens) for _, numbers, _ in items):
        form.problem = f"its rows print more numbers than it has columns ({', '.join(whens)})"
        return True
    row = RowRead(None, "", "", "", {}, items[0][1][0].place if items else form.place)
    for kind, numbers, lead in items:
        raw = "".join(t.raw for t in numbers)
        possible = placements_left(raw, len(numbers), len(whens), lead)
        hinted = blanks_from_spaces(raw, len(numbers), len(whens), lead) or tuple(range(len(numbers)))
        certain = len(numbers) == len(whens) or possible == [hinted]
        for column, token in zip(hinted, numbers, strict=False):
            row.cells[f"{whens[column]}_{kind}"] = CellRead(token.text, token.place, None, "printed" if certain else "identity")
    form.rows.append(row)
    return True


def _place_three_public(
    measures: Sequence[str], numbers: Sequence[str], raw: str, lead: int | None = None
) -> tuple[tuple[int, ...], bool]:
    """The placement that the spaces leave, and that it is certain; else, of those possible, the one that breaks the fewest of
    total = abroad + vehicles + reception and vehicles = purchase + operation."""
    k = len(numbers)
    if k >= len(measures) or not k:
        return tuple(range(min(k, len(measures)))), True
    possible = placements_left(raw, k, len(measures), lead)
    if len(possible) == 1:
        return possible[0], True
    hinted = blanks_from_spaces(raw, k, len(measures), lead) or tuple(range(k))
    zero = Decimal(0)
    values = [n.value if (n := parse_number(t)) is not None else zero for t in numbers]

    def broken(columns: tuple[int, ...]) -> tuple[int, int]:
        at = {measures[c]: v for c, v in zip(columns, values, strict=True)}
        bad = 0
        for when in ("budget", "final"):
            total, vehicle = at.get(f"{when}_total", zero), at.get(f"{when}_vehicle", zero)
            bad += abs(total - at.get(f"{when}_abroad", zero) - vehicle - at.get(f"{when}_reception", zero)) > _CENTS
            bad += abs(vehicle - at.get(f"{when}_vehicle_purchase", zero) - at.get(f"{when}_vehicle_operation", zero)) > _CENTS
        return bad, sum(abs(a - b) for a, b in zip(columns, hinted, strict=True))

    return min(possible or combinations(range(len(measures)), k), key=lambda c: (broken(c), c)), False


_READERS = {"functional": _functional, "two_sided": _two_sided, "economic": _economic, "three_public": _three_public}
