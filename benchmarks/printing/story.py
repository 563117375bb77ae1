"""A report as a sequence of page breaks, lines and tables: what every program is given to print.

What belongs here: the order of things, told once for all programs.  What may not: any file format.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from benchmarks.printing.look import Look
from samples.figures import ReportFigures, TruthCell
from samples.grids import Cell, Grid
from samples.layout import Layout
from samples.prose import sections
from samples.report import NUMERALS, TERMS, ReportText, contents, cover, part, printed_forms

POINTS_OF_MM = 72 / 25.4
PAPER = {"A4": (595.3, 841.9), "A3": (841.9, 1190.6), "B5": (498.9, 708.7)}


@dataclass(frozen=True)
class Break:
    """A new page."""

    landscape: bool = False


@dataclass(frozen=True)
class Text:
    """A line or a paragraph; ``right`` stands at the right end of the same line."""

    text: str
    size: float = 12.0
    align: str = "left"
    bold: bool = False
    right: str = ""
    paragraph: bool = False


@dataclass(frozen=True)
class Ruled:
    """A table; ``plain_rows`` of its first rows are unruled (title, publisher, unit); ``size`` fits its page."""

    grid: Grid
    shares: tuple[float, ...]
    size: float
    plain_rows: int = 0


Story = list[Break | Text | Ruled]


@dataclass
class Recorder:
    """Stands where ``samples.pages.Pages`` draws: what is said to it becomes a story."""

    story: Story = field(default_factory=list)
    y: float = 800.0
    height: float = 842.0

    def new_page(self, landscape: bool = False) -> None:
        self.story.append(Break(landscape))

    def line(self, text: str, size: float = 12.0, align: str = "left", space: float = 1.5) -> None:
        self.story.append(Text(text, size, align, bold=size >= 14))

    def paragraph(self, text: str, size: float = 12.0) -> None:
        self.story.append(Text(text, size, paragraph=True))


def told(figures: ReportFigures, layout: Layout, look: Look, text: ReportText, seed: int) -> tuple[Story, tuple[TruthCell, ...]]:
    """The whole report, and the cells that its forms print."""
    rec = Recorder()
    grids = printed_forms(figures, layout, seed)
    cover(rec, figures)  # type: ignore[arg-type]
    contents(rec, figures, layout, seed)  # type: ignore[arg-type]
    part(rec, "第一部分", f"{figures.kind}概况")  # type: ignore[arg-type]
    rec.new_page()
    rec.line(f"一、{figures.kind}职责", 14)
    for duty in text.duties:
        rec.paragraph(duty)
    part(rec, "第二部分", f"{figures.year}年度{figures.kind}决算表")  # type: ignore[arg-type]
    landscape: bool | None = None
    for grid in grids:
        landscape = tell_form(rec, grid, layout, look, landscape)
    part(rec, "第三部分", f"{figures.year}年度{figures.kind}决算情况说明")  # type: ignore[arg-type]
    rec.new_page()
    for heading, paragraphs in sections(text.statements, figures.year):
        rec.line(heading, 14)
        for paragraph in paragraphs:
            rec.paragraph(paragraph)
    part(rec, "第四部分", "名词解释")  # type: ignore[arg-type]
    rec.new_page()
    for numeral, term in zip(NUMERALS, TERMS, strict=False):
        rec.paragraph(f"{numeral}、{term}")
    if text.annexes:
        part(rec, "第五部分", "附件")  # type: ignore[arg-type]
        for grid in text.annexes:
            rec.new_page(grid.landscape)
            rec.line(grid.title, 15, "center")
            if grid.publisher:
                rec.line(grid.publisher, 9)
            rec.story.append(fitted(grid, look))
    return rec.story, tuple(c for g in grids for c in g.truth())


def tell_form(rec: Recorder, grid: Grid, layout: Layout, look: Look, before: bool | None) -> bool:
    """One form with the lines above and the notes below it; returns whether its page lies."""
    if look.own_page or before is None or before != grid.landscape:
        rec.new_page(grid.landscape)
    else:
        rec.line("")
    unit = f"{layout.unit_line}{grid.unit}"
    publisher = f"{layout.publisher_line}{grid.publisher}" if layout.publisher_line and grid.publisher else ""
    rows = [(Text(grid.title, 15, "center", bold=True),)] if layout.title_place == "above" else []
    if grid.number:
        rows.append((Text(grid.number, 9, "right"),))
    if layout.glued_lines or not publisher:
        rows.append((Text(publisher, 9, right=unit),))
    else:
        rows += [(Text(publisher, 9),), (Text(unit, 9, "right"),)]
    if layout.title_place == "in_table":
        grid = with_row(grid, grid.title)
    if look.heading_rows == "inside":
        said = [t for (t,) in rows]
        grid = with_lines(grid, said)
        rec.story.append(replace(fitted(dressed(grid, look), look), plain_rows=len(said)))
    else:
        rec.story.extend(t for row in rows for t in row)
        rec.story.append(fitted(dressed(grid, look), look))
    for note in grid.notes:
        rec.line(note, 8.5)
    return grid.landscape


def with_row(grid: Grid, text: str) -> Grid:
    """The grid with its title as its first row."""
    return replace(grid, rows=((Cell(text, 0, colspan=len(grid.widths)),), *grid.rows), header_rows=grid.header_rows + 1)


def with_lines(grid: Grid, lines: list[Text]) -> Grid:
    """The grid with the lines above it as rows, as spreadsheets have them."""
    n = len(grid.widths)
    half = max(1, n // 2)
    rows = []
    for t in lines:
        if t.right:
            rows.append((Cell(t.text, 0, half, align="left"), Cell(t.right, half, n - half, align="right")))
        else:
            rows.append((Cell(t.text, 0, n, align=t.align),))
    return replace(grid, rows=(*rows, *grid.rows), header_rows=grid.header_rows + len(rows))


def dressed(grid: Grid, look: Look) -> Grid:
    """The grid with this look's sign for nothing, and every place covered by a cell."""
    rows: list[tuple[Cell, ...]] = []
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(grid.rows):
        cells = [replace(c, text=look.dash) if c.number and c.text == "-" else c for c in row]
        for c in cells:
            taken |= {(r + i, c.col + j) for i in range(c.rowspan) for j in range(c.colspan)}
        cells += [Cell("", c) for c in range(len(grid.widths)) if (r, c) not in taken]
        rows.append(tuple(sorted(cells, key=lambda c: c.col)))
    return replace(grid, rows=tuple(rows))


def room_of(look: Look, landscape: bool) -> float:
    """Width of a page between its margins, in points."""
    return PAPER[look.page][1 if landscape else 0] - 2 * look.margin * POINTS_OF_MM


def width_of(text: str, size: float, look: Look) -> float:
    """About as wide as the text is drawn, rather more than less."""
    narrow = 0.62 if look.number_font == "DejaVu Sans Mono" else 0.58
    return sum(size * (1.0 if ord(ch) > 0x2E80 else narrow) + look.letter_spacing for ch in text)


def fitted(grid: Grid, look: Look) -> Ruled:
    """Column widths so that numbers stand on one line, if need be in smaller letters."""
    room = room_of(look, grid.landscape)
    size = look.size
    pad = 2 * look.padding + 3
    for _ in range(14):
        least = [1.3 * size + pad] * len(grid.widths)
        for row in grid.rows:
            for cell in row:
                if cell.colspan == 1 and (cell.number or cell.text.isascii()):
                    least[cell.col] = max(least[cell.col], width_of(cell.text, size, look) + pad)
        if sum(least) <= room * 0.97:
            break
        size *= 0.92
    total = sum(grid.widths)
    ideal = [w / total * room for w in grid.widths]
    grow = [max(i - m, 0.0) for i, m in zip(ideal, least, strict=True)]
    scale = max(room - sum(least), 0.0) / sum(grow) if sum(grow) else 0.0
    return Ruled(grid, tuple(m + g * scale for m, g in zip(least, grow, strict=True)), round(size, 2))


def broken_heading(text: str, rng: random.Random) -> str:
    """A heading with a line break set by hand in its middle."""
    if len(text) < 5 or any(ch.isdigit() for ch in text):
        return text
    at = rng.randint(2, len(text) - 2)
    return f"{text[:at]}\n{text[at:]}"
