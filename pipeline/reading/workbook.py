"""Workbooks of every age opened: their visible sheets as texts that the cells show, with merges.

xlsx by openpyxl and xls by xlrd, both with number formats; what neither opens (xlsb, ods, damaged files) by calamine, which keeps values only.
What belongs here: what a sheet shows.  What may not: which rows of it are a table (``sheet``), and what they mean.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.reading import biff
from pipeline.reading.document import UnreadableDocument
from pipeline.reading.number_format import CHINESE_DATES, is_date, shown
from pipeline.reading.packages import sound_package
from pipeline.reading.radicals import plain

#: A sheet beyond this is no form, and reading it would starve the others.
MAX_CELLS = 5_000_000
_MAX_SHEET_BYTES = 80_000_000
#: What stands for a formula whose value the file does not keep: never blank, and never computed in silence.
_NO_VALUE = "=?"
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


Position = tuple[int, int]
Span = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass(frozen=True)
class Sheet:
    """A visible sheet: what its visible cells show by (row, column) from 0, merged ranges, and what is hidden in it."""

    name: str
    texts: Mapping[Position, str]
    merges: tuple[Span, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Workbook:
    """The visible sheets in order, what read them, and what is damaged about the file (``""``: nothing found)."""

    sheets: tuple[Sheet, ...]
    reader: str
    damage: str = ""
    hidden: tuple[str, ...] = field(default=())


def open_workbook(data: bytes) -> Workbook:
    """A workbook of any age.  Raises :class:`UnreadableDocument` where nothing opens it, with what each reader says."""
    damage, problems = "", []
    if data.startswith(b"PK"):
        data, damage = sound_package(data, "workbook")
    openers: list[Callable[[bytes], Workbook]] = [_xlsx] if data.startswith(b"PK") else [_xls]
    for opener in [*openers, _values_only]:
        try:
            book = opener(data)
        except (UnreadableDocument, MemoryError):
            raise
        except Exception as error:  # these libraries raise many kinds on damaged files
            problems.append(f"{type(error).__name__}: {error}")
            continue
        lost = f"it opens only without its number formats ({problems[0][:120]})" if problems else ""
        return Workbook(book.sheets, book.reader, "; ".join(d for d in (damage, book.damage, lost) if d), book.hidden)
    words = " ".join(problems).lower()
    if "encrypted" in words or "password" in words:
        raise UnreadableDocument("the workbook is protected by a password", "ask the publisher for a copy without a password")
    raise UnreadableDocument(f"the workbook is damaged: no reader opens it ({problems[0][:160]})", "fetch it again, or save it anew and offer that")


def _xlsx(data: bytes) -> Workbook:
    import openpyxl

    package = zipfile.ZipFile(io.BytesIO(data))
    sheets = [i for i in package.infolist() if i.filename.startswith("xl/worksheets/")]
    if any(i.file_size > _MAX_SHEET_BYTES for i in sheets):
        raise ValueError("a sheet is larger than any form")
    formulas = any(_FORMULA.search(package.read(i)) for i in sheets)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions that no text depends on
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        written = openpyxl.load_workbook(io.BytesIO(data), keep_links=False) if formulas else None
    visible = [w for w in values.worksheets if w.sheet_state == "visible"]
    hidden = tuple(w.title for w in values.worksheets if w.sheet_state != "visible")
    return Workbook(tuple(_xlsx_sheet(w, written[w.title] if written else None) for w in visible), "openpyxl", hidden=hidden)


def _xlsx_sheet(sheet: Any, written: Any) -> Sheet:
    texts = {}
    for (row, column), cell in sheet._cells.items():  # its public iteration walks over every blank between two far cells
        value = cell.value
        if value is None:
            formula = written._cells.get((row, column)) if written is not None else None
            text = _formula(formula.value) if formula is not None and formula.data_type == "f" else ""
        else:
            code = cell.number_format
            number = cell._style.numFmtId if code == "General" else 0
            text = shown(value, CHINESE_DATES.get(number, code))
        if text:
            texts[row - 1, column - 1] = plain(text)
    merges = tuple((m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1) for m in sheet.merged_cells.ranges)
    rows = {r - 1 for r, d in sheet.row_dimensions.items() if d.hidden or d.height == 0}
    if sheet.sheet_format.zeroHeight:
        rows |= {r for r, _ in texts} - {r - 1 for r in sheet.row_dimensions}
    columns: set[int] = set()
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden or dimension.width == 0:
            columns.update(range((dimension.min or 1) - 1, min(dimension.max or 1, 16_384)))
    return Sheet(sheet.title, texts, merges, frozenset(rows), frozenset(columns))


def _formula(value: object) -> str:
    text = getattr(value, "text", None) or value  # an array formula is an object
    return str(text) if str(text).startswith("=") else f"={text}" if text else _NO_VALUE


def _xls(data: bytes) -> Workbook:
    import xlrd

    checked = biff.check(data)
    if checked.encrypted:
        raise UnreadableDocument("the workbook is protected by a password", "ask the publisher for a copy without a password")
    options = {"file_contents": checked.stream or data, "formatting_info": True, "logfile": io.StringIO(), "ragged_rows": True}
    try:
        book = xlrd.open_workbook(**options)
    except UnicodeDecodeError:  # no code page named
        book = xlrd.open_workbook(**options, encoding_override="gb18030")
    visible = [(i, s) for i, s in enumerate(book.sheets()) if s.visibility == 0]
    damage = list(checked.damage)
    for i, sheet in visible:
        read = sum(kind not in (0, 6) for row in range(sheet.nrows) for kind in sheet.row_types(row))
        if (stored := checked.cells.get(i)) is not None and stored != read:
            damage.append(f"sheet {sheet.name} keeps {stored} cells, of which {read} can be read")
    sheets = tuple(_xls_sheet(book, sheet, checked.formulas.get(i, frozenset())) for i, sheet in visible)
    return Workbook(sheets, "xlrd", "; ".join(damage), tuple(s.name for s in book.sheets() if s.visibility != 0))


def _xls_sheet(book: Any, sheet: Any, without_value: frozenset[Position]) -> Sheet:
    texts = {}
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            text = _NO_VALUE if (row, column) in without_value else plain(_xls_text(book, cell))
            if text:
                texts[row, column] = text
    merges = tuple((r0, c0, r1 - 1, c1 - 1) for r0, r1, c0, c1 in sheet.merged_cells)
    rows = {r for r, info in sheet.rowinfo_map.items() if info.hidden or info.height == 0}
    if sheet.default_row_hidden:
        rows |= {r for r, _ in texts} - set(sheet.rowinfo_map)
    columns = {c for c, info in sheet.colinfo_map.items() if info.hidden or info.width == 0}
    return Sheet(sheet.name, texts, merges, frozenset(rows), frozenset(columns))


def _xls_text(book: Any, cell: Any) -> str:
    import xlrd

    code = "General"
    if cell.xf_index is not None and cell.xf_index < len(book.xf_list):
        key = book.xf_list[cell.xf_index].format_key
        known = book.format_map.get(key)
        code = CHINESE_DATES.get(key) or (known.format_str if known is not None else "") or "General"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#?"))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return shown(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE and is_date(code):
        try:
            return shown(xlrd.xldate_as_datetime(cell.value, book.datemode), code)
        except (ValueError, OverflowError, xlrd.xldate.XLDateError):
            return shown(float(cell.value))
    return shown(cell.value if cell.ctype != xlrd.XL_CELL_BLANK else None, code)


def _values_only(data: bytes) -> Workbook:
    from python_calamine import SheetVisibleEnum, load_workbook

    if not data.startswith(b"PK") and (damage := biff.check(data).damage):  # it trusts the counts of an xls: one changed bit asks for 50 GB
        raise ValueError(damage[0])
    try:
        book = load_workbook(io.BytesIO(data))
    except BaseException as error:  # a library in another language: its panic is no Exception
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from None
        raise
    shown_sheets = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
    sheets = tuple(_value_sheet(book.get_sheet_by_name(name)) for name in shown_sheets)
    return Workbook(sheets, "calamine", hidden=tuple(m.name for m in book.sheets_metadata if m.name not in shown_sheets))


def _value_sheet(sheet: Any) -> Sheet:
    if sheet.total_height * sheet.total_width > MAX_CELLS:
        raise UnreadableDocument(
            f"sheet {sheet.name} has {sheet.total_height:,} × {sheet.total_width:,} cells, more than any form", "cut the forms out"
        )
    top, left = sheet.start or (0, 0)
    texts = {(top + r, left + c): text for r, c, text in _filled(sheet.to_python(skip_empty_area=True))}
    merges = tuple((a[0], a[1], b[0], b[1]) for a, b in (sheet.merged_cell_ranges or []))
    return Sheet(sheet.name, texts, merges)


def _filled(rows: Iterable[Iterable[Any]]) -> Iterator[tuple[int, int, str]]:
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None and value != "" and (text := plain(shown(value))):
                yield r, c, text
