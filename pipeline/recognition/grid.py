"""Rows of a form from tables with cells: codes joined, wrapped and cut rows put together, every value kept.

What belongs here: one table (or the pieces of one over several pages) whose columns are known.
What may not: which form a table is (``recognition``), numbers (``pipeline.model.numbers``).
"""

from __future__ import annotations

import re
from itertools import islice

from pipeline.lexicon.forms import NOTE, TOTAL_LABEL
from pipeline.model.numbers import is_blank, parse_number, squeeze
from pipeline.model.text import canonical
from pipeline.reading.document import Cell, Table
from pipeline.recognition.layout import ROWS_ARE_WHEN, Group, Layout, is_column_numbers, three_public_kind, when_of
from pipeline.recognition.read import CellRead, FormRead, RowRead

_CODE_IN_LABEL = re.compile(r"^(\d{3}(?:\d\d){0,2})\s*[-—.、]?\s*([一-鿿（(].*)$", re.S)
_CODE_IN_BRACKETS = re.compile(r"^[\[【〔(（](\d{3}(?:\d\d){0,2})[\]】〕)）](.*)$", re.S)
#: How labels of the two-sided forms begin and end: what begins otherwise below one that has not ended is its rest.
_LABEL_START = re.compile(
    r"^([一二三四五六七八九十]+、|其中|本年|总计|合计|年初|年末|上年|结转|结余|使用|用事业|一般公共|政府性|国有资本|收入$|支出$|项目)"
)
_LABEL_END = re.compile(r"(支出|收入|拨款|结余|合计|总计|分配|差额|[)）])$")


def add_rows(form: FormRead, table: Table, layout: Layout, first_row: int, continued: bool) -> None:
    """Append a table's data rows to the form.  ``continued``: the table goes on from the page before."""
    reader = _READERS[form.spec.kind]
    fresh = continued
    for r in range(first_row, table.n_rows):
        cells = [table.at(r, c) for c in range(table.n_cols)]
        own = [c if c is not None and (c.row, c.col) == (r, i) else None for i, c in enumerate(cells)]
        texts = [c.text if c is not None else "" for c in own]
        filled = [canonical(t) for t in texts if t.strip()]
        if filled and (NOTE.match(filled[0]) or filled[0].startswith("注")):
            form.no_data_note |= "无数据" in "".join(filled)
            continue
        if not filled and (form.spec.kind != "three_public" or layout.groups[0].label is not None):
            continue
        if filled and is_column_numbers(texts):
            continue
        reader(form, table, layout, own, fresh)
        fresh = False


def _cell_read(cell: Cell | None, table: Table) -> CellRead:
    if cell is None:
        return CellRead("", table.place)
    return CellRead(cell.text, cell.place, cell.second, cell.placement, cell.found)


def _text(cells: list[Cell | None], column: int | None) -> str:
    cell = cells[column] if column is not None and column < len(cells) else None
    return cell.text if cell is not None else ""


def _values(cells: list[Cell | None], group: Group, table: Table) -> dict[str, CellRead]:
    return {measure: _cell_read(cells[c] if c < len(cells) else None, table) for c, measure in group.values.items()}


def _strays(form: FormRead, cells: list[Cell | None], used: set[int]) -> None:
    for c, cell in enumerate(cells):
        if cell is not None and c not in used and re.search(r"\d\.\d", cell.text):
            form.stray.append((squeeze(cell.text), cell.place))


def _functional_row(form: FormRead, table: Table, layout: Layout, cells: list[Cell | None], fresh: bool) -> None:
    group = layout.groups[0]
    code, label = _code_and_label(form, cells, group)
    values = _values(cells, group, table)
    first = next((c for c in cells if c is not None and c.text.strip()), None)
    row_no = squeeze(_text(cells, group.row_no))
    row = RowRead(None, code, label, row_no, values, first.place if first else table.place)
    _strays(form, cells, {*group.code, *group.values, *([group.label] if group.label is not None else [])})
    _append(form, row)


def _append(form: FormRead, row: RowRead) -> None:
    """Add a row, or put it together with the one before where a page break or a wrap cut one row in two."""
    last = next((r for r in reversed(form.rows) if r.side == row.side), None)
    is_total = bool(TOTAL_LABEL.match(canonical(row.label)))
    if last is not None and not row.code and not is_total and row.label and last.code:
        if row.empty or last.empty:
            last.label += row.label
            if last.empty:
                last.cells = row.cells
            return
    if not row.code and not row.label and row.empty:
        return
    if repeats_total(form, row):
        return
    form.rows.append(row)


def repeats_total(form: FormRead, row: RowRead) -> bool:
    """Whether a row is a total that stands in the heading and was printed with it on an earlier page."""
    return bool(TOTAL_LABEL.match(canonical(row.label))) and any(_printed_again(r, row) for r in form.rows)


def goes_on_below(form: FormRead, more: FormRead) -> bool:
    """Whether a three-public form that lists its kinds goes on under a title printed again; its kinds are then taken over."""
    first, further = form.rows[0].cells, more.rows[0].cells
    whole = {f"{when}_{kind}" for when in ("budget", "final") for kind in ("total", "reception")}
    if not further or first.keys() & further.keys() or whole <= first.keys() or whole <= further.keys():
        return False
    first.update(further)
    more.rows.clear()
    return True


def _printed_again(before: RowRead, row: RowRead) -> bool:
    """Whether a total in the heading was only repeated with it on the next page."""
    elsewhere = before.place.page is not None and row.place.page is not None and before.place.page < row.place.page
    same = {m: c.text for m, c in before.cells.items()} == {m: c.text for m, c in row.cells.items()}
    return elsewhere and same and not row.empty and canonical(before.label) == canonical(row.label)


def _code_and_label(form: FormRead, cells: list[Cell | None], group: Group) -> tuple[str, str]:
    parts = [_bare(_text(cells, c)) for c in group.code]
    label = _bare(_text(cells, group.label))
    words = [p for p in parts if p and not p.isdigit()]
    digits = [p if p.isdigit() else "" for p in parts]
    if words:  # a total whose label spans the code columns, or code and name in one cell
        joined = "".join(words)
        match = _CODE_IN_LABEL.match(joined)
        if match:
            return match[1], match[2] + label
        if TOTAL_LABEL.match(canonical(joined)) or not label:
            return "", joined if not label or label == joined else joined + label
        label_is_total = TOTAL_LABEL.match(canonical(label))
        return "", label if label_is_total else joined + label
    if len(digits) > 1:
        code = _joined_code(form, digits)
    else:
        code = digits[0] if digits else ""
    if not code:
        match = _CODE_IN_LABEL.match(label)
        if match:
            return match[1], match[2]
    return code, label


def _bare(text: str) -> str:
    """A code or label without blanks, a code without brackets around it; nothing where a dash stands for nothing."""
    found = _CODE_IN_BRACKETS.match(compact := squeeze(text))
    return "" if is_blank(compact) else found[1] + found[2] if found else compact


def _joined_code(form: FormRead, digits: list[str]) -> str:
    """类|款|项 in columns of their own; a class or section printed only once is carried down."""
    if any(len(d) >= (5 if i == 0 else 3) for i, d in enumerate(digits)):  # a column holds the whole code
        return max(digits, key=len)
    filled = [i for i, d in enumerate(digits) if d]
    if not filled:
        return ""
    above = next((r.code for r in reversed(form.rows) if r.code), "")
    carried = [above[:3], above[3:5], above[5:7]]
    last = filled[-1]
    return "".join(digits[i] or carried[i] for i in range(last + 1))


def _two_sided_row(form: FormRead, table: Table, layout: Layout, cells: list[Cell | None], fresh: bool) -> None:
    used: set[int] = set()
    for group in layout.groups:
        label = squeeze(_text(cells, group.label))
        row_no = squeeze(_text(cells, group.row_no))
        values = _values(cells, group, table)
        used |= {
            *group.values,
            *([group.row_no] if group.row_no is not None else []),
            *([group.label] if group.label is not None else []),
        }
        row = RowRead(group.side, "", label, row_no, values, table.place)
        if fresh and label and row.empty and not row_no and not _LABEL_START.match(canonical(label)):
            above = next((r for r in reversed(form.rows) if r.side == group.side and r.label), None)
            if above is not None and not _LABEL_END.search(above.label):
                above.label += label  # the page break cut the label
                continue
        if label or not row.empty or row_no:
            form.rows.append(row)
    _strays(form, cells, used)


def _economic_row(form: FormRead, table: Table, layout: Layout, cells: list[Cell | None], fresh: bool) -> None:
    texts = [(c, squeeze(cell.text)) for c, cell in enumerate(cells) if cell is not None and cell.text.strip()]
    if any("合计" in t for _, t in texts):
        _economic_totals(form, table, layout, cells, texts)
        return
    for n, group in enumerate(layout.groups):
        code, label = _code_and_label_of_group(form, cells, group, n)
        values = _values(cells, group, table)
        row = RowRead(str(n), code, label, "", values, table.place)
        if code or label or not row.empty:
            _append(form, row)
    _strays(form, cells, {c for g in layout.groups for c in (*g.code, *g.values, *([g.label] if g.label is not None else []))})


def _code_and_label_of_group(form: FormRead, cells: list[Cell | None], group: Group, n: int) -> tuple[str, str]:
    own = islice((r for r in reversed(form.rows) if r.side == str(n)), 40)
    siblings = FormRead(form.spec, "", form.place, rows=[*own][::-1])
    return _code_and_label(siblings, cells, group)


def _economic_totals(
    form: FormRead, table: Table, layout: Layout, cells: list[Cell | None], texts: list[tuple[int, str]]
) -> None:
    """A row of totals: each label takes the next number to its right, whatever column that stands in."""
    label = None
    known = {c: m for g in layout.groups for c, m in g.values.items()}
    several = len(set(known.values())) > 1
    pending: dict[str, CellRead] = {}

    def close() -> None:
        if label is not None:
            blank = {m: CellRead("", table.place) for m in (known.values() if several else ("amount",))}
            form.rows.append(RowRead(None, "", label, "", {**blank, **pending}, table.place))
        pending.clear()

    for c, text in texts:
        cell = cells[c]
        assert cell is not None
        if parse_number(text) is None:
            if "合计" in text or "总计" in text:
                close()
                label = text
        elif label is not None:
            measure = known.get(c, "amount") if several else "amount"
            if measure in pending:
                form.stray.append((text, cell.place))
            else:
                pending[measure] = _cell_read(cell, table)
    close()


def _three_public_row(form: FormRead, table: Table, layout: Layout, cells: list[Cell | None], fresh: bool) -> None:
    if layout.groups[0].side == ROWS_ARE_WHEN:
        _three_public_when(form, table, layout.groups[0], cells)
        return
    if layout.groups[0].label is not None:
        _three_public_item(form, table, layout.groups[0], cells)
        return
    if form.rows:  # only the first row of data is the form; later ones are remarks
        _strays(form, cells, set())
        return
    group = layout.groups[0]
    form.rows.append(RowRead(None, "", "", "", _values(cells, group, table), table.place))
    _strays(form, cells, set(group.values))


def _three_public_item(form: FormRead, table: Table, group: Group, cells: list[Cell | None]) -> None:
    """A row of the form that lists its kinds one below the other; other rows (groups, persons) are remarks."""
    kind = three_public_kind(_text(cells, group.label))
    values = {f"{when}_{kind}": cell for when, cell in _values(cells, group, table).items()}
    _three_public_part(form, table, group, cells, values if kind else None)


def _three_public_when(form: FormRead, table: Table, group: Group, cells: list[Cell | None]) -> None:
    """A row of the form whose rows are the budget and the final accounts; other rows (changes, rates) are remarks."""
    when = when_of(_text(cells, group.label))
    values = {f"{when}_{kind}": cell for kind, cell in _values(cells, group, table).items()}
    _three_public_part(form, table, group, cells, values if when else None)


def _three_public_part(form: FormRead, table: Table, group: Group, cells: list[Cell | None], values: dict[str, CellRead] | None) -> None:
    """Cells added to the form's one row; stray where the row is none of it (``None``), or its cells stand there already."""
    if not form.rows:
        form.rows.append(RowRead(None, "", "", "", {}, table.place))
    if values is None or any(key in form.rows[0].cells for key in values):
        _strays(form, cells, {group.label or 0})
        return
    form.rows[0].cells.update(values)


_READERS = {
    "functional": _functional_row,
    "two_sided": _two_sided_row,
    "economic": _economic_row,
    "three_public": _three_public_row,
}
