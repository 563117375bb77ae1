"""Tables as files that spreadsheets open: CSV and XLSX, whole or not at all, without a cell that could become a formula.

What belongs here: the formats and their limits.  What may not: what is in the tables (``tables``).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from pipeline.exports.tables import SHEETS, Cell
from pipeline.model import harmless

#: Rows of a sheet below its titles, and characters of a cell, that the format has room for.
_ROWS = 1_048_575
_CHARACTERS = 32_767
_WIDTH = 16


def to_csv(warehouse: duckdb.DuckDBPyConnection, folder: Path, year: int | None = None) -> list[Path]:
    """One file a table, in UTF-8 with the mark by which Excel knows it."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for sheet in SHEETS:
        path, fresh = folder / f"{sheet.name}.csv", folder / f".{sheet.name}.csv.{os.getpid()}"
        try:
            with fresh.open("w", encoding="utf-8-sig", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(sheet.titles)
                writer.writerows([_text(cell) for cell in row] for row in sheet.rows(warehouse, year))
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
        written.append(path)
    return written


def _text(cell: Cell) -> str:
    return f"{cell:f}" if isinstance(cell, Decimal) else harmless.cell(cell)


def to_xlsx(warehouse: duckdb.DuckDBPyConnection, path: Path, year: int | None = None, most: int = _ROWS) -> Path:
    """One workbook, a sheet a table; a table longer than a sheet may be (``most`` rows) goes on in the next."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook(write_only=True)
    for sheet in SHEETS:
        _filled(book, sheet.title, sheet.titles, sheet.rows(warehouse, year), most)
    fresh = path.parent / f".{path.name}.{os.getpid()}"
    try:
        book.save(fresh)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def _filled(book: Any, title: str, titles: list[str], rows: Iterable[list[Cell]], most: int) -> None:
    page = _sheet(book, title, titles)
    for number, row in enumerate(rows):
        if number and number % most == 0:
            page = _sheet(book, f"{title} {number // most + 1}", titles)
        page.append([_typed(page, cell) for cell in row])


def _sheet(book: Any, title: str, titles: list[str]) -> Any:
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    for number in range(1, len(titles) + 1):
        page.column_dimensions[get_column_letter(number)].width = _WIDTH
    page.append(titles)
    return page


def _typed(page: Any, value: Cell) -> Any:
    """A number with its own decimals, or a text that stays one also where the cell is edited."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        cell = WriteOnlyCell(page, value)
        digits = max(0, -int(value.as_tuple().exponent))
        cell.number_format = "0." + "0" * digits if digits else "0"
        return cell
    shown = harmless.cell(value)
    guarded = shown.startswith("'") and not value.startswith("'")
    cell = WriteOnlyCell(page, shown[1 if guarded else 0 :][:_CHARACTERS])
    cell.data_type, cell.quotePrefix = "s", guarded
    return cell
