"""A table before it is drawn: cells with spans, the words in them, and what each amount truly is.

What belongs here: the grid value types and the printing of a number.  What may not: which cells a form has
(``samples.forms``) or where they land on a page (``samples.pages``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from samples.figures import Line, TruthCell
from samples.layout import Layout

PER_WAN = 10_000


@dataclass(frozen=True)
class Cell:
    """One cell at a column of its row; ``truth`` is set where the cell holds an amount of a form."""

    text: str
    col: int
    colspan: int = 1
    rowspan: int = 1
    align: str = "center"  # left | center | right
    number: bool = False
    truth: TruthCell | None = None


@dataclass(frozen=True)
class Grid:
    """A table: its title lines, its rows (the first ``header_rows`` may be repeated on later pages), its notes."""

    key: str
    title: str
    number: str
    widths: tuple[float, ...]  # shares of the table's width
    rows: tuple[tuple[Cell, ...], ...]
    header_rows: int
    repeatable_rows: int  # of the header, those that a continued page repeats
    notes: tuple[str, ...] = ()
    landscape: bool = False
    unit: str = "万元"
    publisher: str | None = None
    wide_numbers: tuple[int, ...] = field(default=())  # columns that must hold their numbers on one line

    def truth(self) -> Iterator[TruthCell]:
        for row in self.rows:
            for cell in row:
                if cell.truth is not None:
                    yield cell.truth


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def printed_amount(value: Decimal | None, layout: Layout, labelled: bool = True) -> tuple[str, str]:
    """How ``layout`` prints an amount of 万元, and the value in 万元 that a reader must get from it (empty: blank)."""
    if value is None or (value == 0 and layout.blanks == "dash"):
        if layout.blanks == "dash" and labelled:
            return "-", ""
        if layout.blanks == "zero" and labelled:
            return "0.00", "0.00"
        return "", ""
    shown = value if layout.unit == "万元" else value * PER_WAN
    decimals = max(2, -int(shown.as_tuple().exponent)) if layout.unit == "万元" else 2
    text = f"{shown:,.{decimals}f}" if layout.thousands else f"{shown:.{decimals}f}"
    return text, f"{value:f}"


def amount_cell(layout: Layout, form: str, row_no: int | str, line: Line, measure: str, col: int, name: str | None = None) -> Cell:
    """The cell of one amount with its truth."""
    labelled = bool(line.label or line.code or form == "three_public")
    text, value = printed_amount(line.values.get(measure), layout, labelled)
    name = squeezed(line.label) if name is None else name
    truth = TruthCell(form, str(row_no), line.side, line.code, name, measure, value) if labelled else None
    return Cell(text, col, align=layout.number_align, number=True, truth=truth)


def words(text: str, layout: Layout) -> str:
    """``text`` with this layout's brackets."""
    return text.translate(str.maketrans("（）", "()")) if layout.brackets == "half" else text.translate(str.maketrans("()", "（）"))


def spaced(text: str, layout: Layout) -> str:
    """Two-character headings with the blanks that widen them: ``合 计``."""
    return " ".join(text) if layout.spaced_labels and len(text) == 2 else text
