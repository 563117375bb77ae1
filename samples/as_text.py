"""The same reports as extracted text, in the two flavours in which they are passed on.

What belongs here: a grid as tab-separated lines (a converter to Markdown-like text), and as a plain text layer in which blank
cells survive only as blanks and wrapped labels run over lines.  What may not: PDF.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from samples.figures import ReportFigures
from samples.forms import form_order, title_of
from samples.grids import Cell, Grid
from samples.layout import Layout
from samples.prose import sections
from samples.report import NUMERALS, TERMS, ReportText, printed_forms
from samples.typeface import wrapped


@dataclass(frozen=True)
class TextStyle:
    """How a converter writes what it saw."""

    flavour: str = "tabs"  # tabs | plain
    double_spaced: bool = True  # plain: an empty line after every line
    trailing_blanks: bool = True  # plain: a blank after every cell (so that blank cells are counted by blanks)
    label_letters: int = 8  # plain: letters of a label on one line
    page_rows: int = 26  # rows before the page breaks
    repeat_header: bool = True
    furniture: bool = True
    glued_head: bool = False  # unit and publisher on one line, before the title
    form_feed: bool = True


def random_style(rng: random.Random, layout: Layout) -> TextStyle:
    flavour = rng.choice(("tabs", "plain"))
    # cells that print nothing can only be lost without trace where every labelled cell prints something
    keeps = layout.blanks == "blank" or rng.random() < 0.5
    return TextStyle(
        flavour,
        rng.random() < 0.7,
        keeps,
        rng.choice((5, 8, 14, 40)),
        rng.choice((15, 26, 60)),
        rng.random() < 0.7,
        rng.random() < 0.5,
        rng.random() < 0.3,
        rng.random() < 0.7,
    )


def as_text(figures: ReportFigures, layout: Layout, style: TextStyle, text: ReportText | None = None, seed: int = 0) -> str:
    """A whole report as text."""
    text = text or ReportText()
    blocks = [f"\n{figures.year} 年度\n{figures.publisher}\n{figures.kind}决算\n", contents(figures, layout, seed)]
    blocks.append(f"第一部分\n\n{figures.kind}概况\n\n一、{figures.kind}职责\n\n" + "\n\n".join(text.duties))
    blocks.append(f"第二部分\n\n{figures.year} 年度{figures.kind}决算表")
    for page, grid in enumerate(printed_forms(figures, layout, seed), start=9):
        blocks.append(form_text(grid, figures, layout, style, page))
    narrative = [f"第三部分\n\n{figures.year} 年度{figures.kind}决算情况说明"]
    for heading, paragraphs in sections(text.statements, figures.year):
        narrative += [heading, *(p if style.flavour == "tabs" else "\n\n".join(wrapped("　　" + p, 360, 12)) for p in paragraphs)]
    blocks.append("\n\n".join(narrative))
    blocks.append("第四部分\n\n名词解释\n\n" + "\n\n".join(f"{NUMERALS[i]}、{t}" for i, t in enumerate(TERMS)))
    between = "\n\n" if style.flavour == "tabs" or not style.form_feed else "\n\x0c "
    return between.join(blocks) + "\n"


def contents(figures: ReportFigures, layout: Layout, seed: int) -> str:
    lines = ["目 录", f"第一部分 {figures.kind}概况", f"第二部分 {figures.year} 年度{figures.kind}决算表"]
    forms = [f for f in form_order(layout, seed) if f in figures.forms]
    lines += [f"- {n}、{title_of(f, figures, layout)}" for n, f in zip(NUMERALS, forms, strict=False)]
    return "\n\n".join([*lines, f"第三部分 {figures.year} 年度{figures.kind}决算情况说明", "第四部分 名词解释"])


def form_text(grid: Grid, figures: ReportFigures, layout: Layout, style: TextStyle, page: int) -> str:
    unit = f"{layout.unit_line}{grid.unit}"
    publisher = f"{layout.publisher_line}{grid.publisher}" if layout.publisher_line else ""
    if style.flavour == "tabs":
        head = [grid.title, publisher, f"{grid.number}\n{unit}" if grid.number else unit]
        return "\n\n".join([*(h for h in head if h), *tab_blocks(grid, style), *grid.notes])
    if style.glued_head:
        head = [unit + publisher, grid.title, grid.number]
    else:
        head = [grid.title + " ", " " + grid.number, publisher and publisher + " " * 40, " " * 20 + unit + " "]
    gap = "\n\n" if style.double_spaced else "\n"
    parts: list[str] = []
    for n, rows in enumerate(row_pages(grid, style)):
        if n and style.furniture:
            parts.append(f"\n\n — {page + n} — \n")
        parts.append(gap.join(plain_row(row, style, gap) for row in rows))
    notes = gap.join(grid.notes)
    return gap.join(h for h in head if h) + "\n" + gap.join(parts) + gap + notes


def row_pages(grid: Grid, style: TextStyle) -> list[list[Sequence[Cell]]]:
    """The rows by page, the header before each where it is repeated."""
    header, body = list(grid.rows[: grid.header_rows]), list(grid.rows[grid.header_rows :])
    pages = [body[i : i + style.page_rows] for i in range(0, len(body), style.page_rows)] or [[]]
    repeated = header[: grid.repeatable_rows] if style.repeat_header else []
    return [[*(header if n == 0 else repeated), *rows] for n, rows in enumerate(pages)]


def tab_blocks(grid: Grid, style: TextStyle) -> list[str]:
    """Tables as tab-separated lines: a spanning cell's words stand in its first cell, the others are empty."""
    blocks = []
    for rows in row_pages(grid, style):
        lines = []
        for row in rows:
            fields = [""] * len(grid.widths)
            for cell in row:
                fields[cell.col] = cell.text.strip()
            lines.append("\t".join(fields))
        blocks.append("\n".join(lines))
    return blocks


def plain_row(row: Sequence[Cell], style: TextStyle, gap: str) -> str:
    """One row of a text layer: cells divided by a blank, a wrapped label on lines of its own."""
    end = " " if style.trailing_blanks else ""
    out = ""
    for cell in row:
        text = cell.text if style.trailing_blanks else cell.text.strip()
        if not text and not style.trailing_blanks:
            continue
        lines = [text] if cell.number or text.isascii() else wrapped(text, style.label_letters * 10, 10)
        if len(lines) > 1:
            out = out.rstrip(" ") if not style.trailing_blanks else out
            out += ("\n" if out else "") + gap.join(lines) + end + "\n"
        else:
            out += text + (end or " ")
    return out.rstrip("\n") if style.trailing_blanks else out.rstrip()
