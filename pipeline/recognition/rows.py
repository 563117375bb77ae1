"""Rows of a form from its tables: codes joined, wrapped and cut rows put together, every value kept.

What belongs here: one table (or the pieces of one over several pages) whose columns are known.
What may not: which form a table is (``forms``), the three-public form (``three_public``), numbers (``pipeline.model.numbers``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.lexicon import concepts
from pipeline.lexicon.around import is_note, says_no_data
from pipeline.lexicon.forms import is_total
from pipeline.model.numbers import half_width_digits, is_blank, squeeze
from pipeline.model.text import canonical
from pipeline.reading.document import Cell
from pipeline.recognition.columns import Group, Layout
from pipeline.recognition.headings import is_column_numbers
from pipeline.recognition.read import CellRead, FormRead, Piece, RowRead, prints_number

_CODE_IN_LABEL = re.compile(r"^(\d{3}(?:\d\d){0,2})\s*[-—.、]?\s*([一-鿿（(].*)$", re.S)
_CODE_IN_BRACKETS = re.compile(r"^[\[【〔(（](\d{3}(?:\d\d){0,2})[\]】〕)）](.*)$", re.S)


@dataclass(frozen=True)
class _Line:
    """One row of a piece: the cell that begins at each column, ``None`` for a hole or the rest of a merged cell."""

    piece: Piece
    row: int
    cells: tuple[Cell | None, ...]
    mixed: bool

    def text(self, column: int | None) -> str:
        cell = self.cells[column] if column is not None and column < len(self.cells) else None
        return cell.text if cell is not None else ""

    def values(self, group: Group) -> dict[str, CellRead]:
        """The value cells of a group; in a row that is the heading's last as well, a word is no value and no blank either."""
        read = {
            measure: CellRead.of(self.cells[c] if c < len(self.cells) else None, self.piece, self.row, c, group.doubts.get(c))
            for c, measure in group.values.items()
        }
        return read if not self.mixed else {m: cell for m, cell in read.items() if is_blank(cell.text) or cell.number is not None}


def add_rows(form: FormRead, piece: Piece, layout: Layout, first_row: int, continued: bool) -> None:
    """Append a table's data rows to the form.  ``continued``: the table goes on from the page before."""
    reader = _READERS[form.spec.kind]
    fresh = continued
    table = piece.table
    for r in range(first_row, table.n_rows):
        cells = [table.at(r, c) for c in range(table.n_cols)]
        own = tuple(c if c is not None and (c.row, c.col) == (r, i) else None for i, c in enumerate(cells))
        texts = [c.text if c is not None else "" for c in own]
        filled = [canonical(t) for t in texts if t.strip()]
        if filled and (is_note(filled[0]) or says_no_data(filled[0])):
            form.no_data = form.no_data or ("".join(filled) if says_no_data("".join(filled)) else "")
            continue
        if not filled or is_column_numbers(texts):
            continue
        reader(form, layout, _Line(piece, r, own, layout.mixed and r == layout.data_row and not continued), fresh)
        fresh = False


# ---------------------------------------------------------------- functional codes


def _functional_row(form: FormRead, layout: Layout, line: _Line, fresh: bool) -> None:
    group = layout.groups[0]
    code, label = _code_and_label(form.rows, line, group)
    first = next((c for c in line.cells if c is not None and c.text.strip()), None)
    place = first.place if first else line.piece.table.place
    _append(form, RowRead(None, code, label, squeeze(line.text(group.row_no)), line.values(group), place))


def _append(form: FormRead, row: RowRead) -> None:
    """Add a row, or put it together with the one before where a page break or a wrap cut one row in two."""
    last = next((r for r in reversed(form.rows) if r.side == row.side), None)
    if last is not None and not row.code and row.label and not is_total(row.label) and last.code and (row.empty or last.empty):
        last.label += row.label
        if last.empty:
            last.cells = row.cells
        return
    if not row.code and not row.label and row.empty:
        return
    if not repeats_total(form, row):
        form.rows.append(row)


def repeats_total(form: FormRead, row: RowRead) -> bool:
    """Whether a row is a total that stands in the heading and was printed with it on an earlier page."""
    return is_total(row.label) and any(_printed_again(r, row) for r in form.rows)


def _printed_again(before: RowRead, row: RowRead) -> bool:
    elsewhere = before.place.page is not None and row.place.page is not None and before.place.page < row.place.page
    same = {m: c.text for m, c in before.cells.items()} == {m: c.text for m, c in row.cells.items()}
    return elsewhere and same and not row.empty and canonical(before.label) == canonical(row.label)


def _code_and_label(above: Sequence[RowRead], line: _Line, group: Group) -> tuple[str, str]:
    parts = [_bare(line.text(c)) for c in group.code]
    label = _bare(line.text(group.label))
    words = "".join(p for p in parts if p and not p.isdigit())
    if words:  # a total whose label spans the code columns, or code and name in one cell
        return _words_among_codes(words, label)
    digits = [p if p.isdigit() else "" for p in parts]
    code = _joined_code(above, digits) if len(digits) > 1 else "".join(digits)
    match = _CODE_IN_LABEL.match(label) if not code else None
    return (match[1], match[2]) if match else (code, label)


def _words_among_codes(words: str, label: str) -> tuple[str, str]:
    match = _CODE_IN_LABEL.match(words)
    if match:
        return match[1], match[2] + label
    if is_total(words) or not label:
        return "", words if not label or label == words else words + label
    return "", label if is_total(label) else words + label


def _bare(text: str) -> str:
    """A code or label without blanks, a code without brackets around it; nothing where a dash stands for nothing."""
    found = _CODE_IN_BRACKETS.match(compact := half_width_digits(squeeze(text)))
    return "" if is_blank(compact) else found[1] + found[2] if found else compact


def _joined_code(above: Sequence[RowRead], digits: Sequence[str]) -> str:
    """类|款|项 in columns of their own; a class or section printed only once is carried down."""
    if any(len(d) >= (5 if i == 0 else 3) for i, d in enumerate(digits)):  # a column holds the whole code
        return max(digits, key=len)
    filled = [i for i, d in enumerate(digits) if d]
    if not filled:
        return ""
    last = next((r.code for r in reversed(above) if r.code), "")
    carried = [last[:3], last[3:5], last[5:7]]
    return "".join(digits[i] or carried[i] for i in range(filled[-1] + 1) if i < 3)


# ---------------------------------------------------------------- two sides


def _two_sided_row(form: FormRead, layout: Layout, line: _Line, fresh: bool) -> None:
    for group in layout.groups:
        label = squeeze(line.text(group.label))
        row_no = squeeze(line.text(group.row_no))
        row = RowRead(group.side, "", label, row_no, line.values(group), line.piece.table.place)
        if fresh and label and row.empty and not row_no and _goes_on(form, group.side, label):
            continue
        if label or not row.empty or row_no:
            form.rows.append(row)


def _goes_on(form: FormRead, side: str | None, label: str) -> bool:
    """Whether a label at the head of a page is the rest of the last one, which the page break cut; it is put to it then."""
    if concepts("label_parts", label) & {"begins", "begins_row"}:
        return False
    above = next((r for r in reversed(form.rows) if r.side == side and r.label), None)
    if above is None or "ends" in concepts("label_parts", above.label):
        return False
    above.label += label
    return True


# ---------------------------------------------------------------- economic classes


def _economic_row(form: FormRead, layout: Layout, line: _Line, fresh: bool) -> None:
    if any(cell is not None and "sum" in concepts("label_parts", cell.text) for cell in line.cells):
        _economic_totals(form, layout, line)
        return
    for n, group in enumerate(layout.groups):
        own = [*islice((r for r in reversed(form.rows) if r.side == str(n)), 40)][::-1]
        code, label = _code_and_label(own, line, group)
        row = RowRead(str(n), code, label, "", line.values(group), line.piece.table.place)
        if code or label or not row.empty:
            _append(form, row)


def _economic_totals(form: FormRead, layout: Layout, line: _Line) -> None:
    """A row of totals: each label takes the numbers to its right, the first as its amount whatever column it stands in."""
    known = {c: m for g in layout.groups for c, m in g.values.items()}
    several = len(set(known.values())) > 1
    row: RowRead | None = None
    for c, cell in enumerate(line.cells):
        text = squeeze(cell.text) if cell is not None else ""
        if not text:
            continue
        if not prints_number(text):
            if "sum" in concepts("label_parts", text):
                blank = {m: CellRead("", line.piece.table.place) for m in (known.values() if several else ("amount",))}
                row = RowRead(None, "", text, "", blank, line.piece.table.place)
                form.rows.append(row)
        elif row is not None:
            measure = known.get(c, "amount") if several else "amount"
            if not row.cells.get(measure, CellRead("", line.piece.table.place)).text:
                row.cells[measure] = CellRead.of(cell, line.piece, line.row, c)


_READERS = {"functional": _functional_row, "two_sided": _two_sided_row, "economic": _economic_row}
