"""Forms from a plain text layer: lines whose blank cells are gone and whose labels wrap.

Codes, line numbers (行次) and labels anchor the rows; numbers between anchors belong to the anchor before them.
Where fewer numbers than columns are left, ``placement`` chooses and the figures say so.
What belongs here: telling a form, and the grammar of forms with codes.  What may not: two-sided and three-public forms (modules of
their own), forms with cells (``grid``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.lexicon.forms import NOTE, TOTAL_LABEL, FormSpec
from pipeline.model.figures import Place
from pipeline.model.text import canonical
from pipeline.reading.document import Line
from pipeline.recognition.placement import Slots, place
from pipeline.recognition.read import CellRead, FormRead, RowRead
from pipeline.recognition.stream_columns import functional_columns
from pipeline.recognition.stream_common import HEADING_START, column_count, fill, heading_words, joined, raw, untold
from pipeline.recognition.stream_three_public import three_public
from pipeline.recognition.stream_two_sided import two_sided
from pipeline.recognition.tokens import Token, tokens_of

_CODE = re.compile(r"[12]\d{2}(\d\d){0,2}")
_ECONOMIC_CODE = re.compile(r"[3]\d{2}(\d\d)?")
_PREAMBLE = re.compile(r"^(公开\d+表|附?表\d+|(公开|编制|填报)?(部门|单位)(名称)?:|.{0,40}(金额)?单位:(人民币)?[百千万亿]*元)")


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
    body = [own for own in tokens_of(lines) if not NOTE.match(joined(own)) and not _PREAMBLE.match(joined(own))]
    _READERS[spec.kind](form, body)
    if not form.rows and form.problem is None:
        form.problem = "its lines were found, but no row of it could be told apart"
    return form


# -- functional ---------------------------------------------------------------------------------------------


def _functional(form: FormRead, body: list[list[Token]]) -> None:
    head = heading_words(body, lambda own: bool(_CODE.fullmatch(own[0].text)) or bool(_total_prefix(own)))
    measures = functional_columns(form.spec, head, column_count(body))
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
        elif HEADING_START.match(joined(own)):
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
    if not untold(form, len(measures), (numbers for _, numbers in rows)):
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
            raw(numbers),
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
        fill(form, row, measures, numbers, slot)
        form.rows.append(row)


# -- economic classes ----------------------------------------------------------------------------------------


def _economic(form: FormRead, body: list[list[Token]]) -> None:
    row: RowRead | None = None
    heading = True
    for own in body:
        text = joined(own)
        if HEADING_START.match(text) and not any(_ECONOMIC_CODE.fullmatch(t.text) for t in own):
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


_READERS = {"functional": _functional, "two_sided": two_sided, "economic": _economic, "three_public": three_public}
