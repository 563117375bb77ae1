"""Grids and paragraphs on pages: widths, heights, page breaks, rules and the order in which things are drawn.

What belongs here: geometry.  What may not: what a form or a sentence says.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from samples.grids import Cell, Grid
from samples.layout import ASKED_FOR, Layout
from samples.typeface import chinese_face, draw, width_of, wrapped

MARGIN = 42.0
BODY_SIZE = 12.0
PAD = 2.4  # beside the words of a cell; above and below them it is the layout's
THIN = 0.5


class Pages:
    """A document under way: the place of the pen, and what every page carries."""

    def __init__(self, layout: Layout, head: str, embed: bool = True) -> None:
        self.layout = layout
        self.head = head
        self.buffer = io.BytesIO()
        self.canvas = Canvas(self.buffer, pagesize=A4, invariant=1, pageCompression=1)
        self.canvas.setTitle(head)
        self.face = chinese_face(embed)
        self.page = 0
        self.y = 0.0
        self.width, self.height = A4

    def finish(self) -> bytes:
        self._close_page()
        self.canvas.save()
        return self.buffer.getvalue()

    def new_page(self, landscape: bool = False) -> None:
        self._close_page()
        self.page += 1
        self.width, self.height = (A4[1], A4[0]) if landscape else A4
        self.canvas.setPageSize((self.width, self.height))
        self.y = self.height - MARGIN - (14 if self.layout.running_head else 0)
        if self.layout.running_head:
            self.text_at(MARGIN, self.height - MARGIN + 6, self.head, 8.5)

    def _close_page(self) -> None:
        if self.page:
            if self.layout.furniture and self.page > 1:
                text = self.layout.furniture.format(self.page)
                self.text_at((self.width - width_of(text, 9)) / 2, MARGIN / 2, text, 9)
            self.canvas.showPage()

    @property
    def bottom(self) -> float:
        return float(MARGIN + (self.height - 2 * MARGIN) * (1 - self.layout.page_fill))

    @property
    def is_landscape(self) -> bool:
        return bool(self.width > self.height)

    def text_at(self, x: float, y: float, text: str, size: float, latin: str = "Helvetica") -> None:
        draw(self.canvas, x, y, text, size, self.face, latin)

    def line(self, text: str, size: float = BODY_SIZE, align: str = "left", space: float = 1.6, bottom: float = MARGIN) -> None:
        """One line of text at the pen, on a new page where there is no room."""
        if self.y - size * space < bottom:
            self.new_page(self.is_landscape)
        self.y -= size * space
        width = width_of(text, size)
        x = {"left": MARGIN, "center": (self.width - width) / 2, "right": self.width - MARGIN - width}[align]
        self.text_at(x, self.y, text, size)

    def paragraph(self, text: str, size: float = BODY_SIZE, indent: int = 2) -> None:
        """A paragraph of running text with its first line indented by full-width blanks."""
        for line in wrapped("　" * indent + text, self.width - 2 * MARGIN, size):
            self.line(line, size)

    def table(self, grid: Grid) -> None:
        """A whole table with its title lines and notes, over as many pages as it needs."""
        TableOnPages(self, grid).draw()


#: Tables whose bodies lack rules.
OPEN_BODIES = ASKED_FOR["rules"]


class TableOnPages:
    """One grid being drawn: fixed column places, rows placed one after another."""

    def __init__(self, pages: Pages, grid: Grid, titled: bool = True) -> None:
        self.pages, self.layout, self.given = pages, pages.layout, grid
        self._wrapped: dict[tuple[str, int, int], list[str]] = {}
        self.grid = with_title_row(grid) if titled and self.layout.title_place == "in_table" else grid
        self.latin = self.layout.number_font
        self.size = self.layout.font_size
        self.edges = self._columns()
        self.leading = self.size * 1.28

    def _columns(self) -> list[float]:
        """Left edges of the columns; numbers always fit on one line, if need be in smaller letters."""
        room = self.pages.width - 2 * MARGIN
        for _ in range(12):
            least = [2 * self.size + 2 * PAD] * len(self.grid.widths)
            for row in self.grid.rows:
                for cell in row:
                    solid = cell.number or (cell.colspan == 1 and cell.text.isascii())
                    if solid and cell.colspan == 1:
                        least[cell.col] = max(least[cell.col], width_of(cell.text, self.size, self.latin) + 2 * PAD + 1)
            spare = room - sum(least)
            if spare >= 0:
                break
            self.size *= 0.92
        total = sum(self.grid.widths)
        ideal = [w / total * room for w in self.grid.widths]
        grow = [max(i - m, 0.0) for i, m in zip(ideal, least, strict=True)]
        scale = spare / sum(grow) if sum(grow) else 0.0
        edges = [MARGIN]
        for m, g in zip(least, grow, strict=True):
            edges.append(edges[-1] + m + g * scale)
        return edges

    def lines_of(self, cell: Cell) -> list[str]:
        if not cell.text:
            return []
        key = (cell.text, cell.col, cell.colspan)
        if key not in self._wrapped:
            width = self.edges[cell.col + cell.colspan] - self.edges[cell.col] - 2 * PAD
            self._wrapped[key] = [cell.text] if cell.number else wrapped(cell.text, width, self.size, self.latin)
        return self._wrapped[key]

    def heights(self, rows: Sequence[Sequence[Cell]]) -> list[float]:
        """Heights of rows; a spanning cell that needs more room makes its last row higher."""
        high = [self.leading + 2 * self.layout.row_padding] * len(rows)
        for r, row in enumerate(rows):
            for cell in row:
                need = len(self.lines_of(cell)) * self.leading + 2 * self.layout.row_padding
                if cell.rowspan == 1:
                    high[r] = max(high[r], need)
        for r, row in enumerate(rows):
            for cell in row:
                if cell.rowspan > 1:
                    end = min(r + cell.rowspan, len(rows))
                    need = len(self.lines_of(cell)) * self.leading + 2 * self.layout.row_padding
                    high[end - 1] += max(0.0, need - sum(high[r:end]))
        return high

    def draw(self) -> None:
        grid, pages = self.grid, self.pages
        header, body = list(grid.rows[: grid.header_rows]), list(grid.rows[grid.header_rows :])
        title_rows = 1 if grid is not self.given else 0
        repeated = header[title_rows : title_rows + grid.repeatable_rows] if self.layout.repeat_header else []
        segment: list[Sequence[Cell]] = list(header)
        first = True
        queue = list(zip(body, self.heights(body), strict=True))
        while queue:
            row, height = queue.pop(0)
            used = sum(self.heights(segment))
            room = pages.y - pages.bottom - used
            if height <= room or (not first and len(segment) <= len(repeated)) or (first and len(segment) <= len(header)):
                segment.append(row)
                continue
            cut = self._cut(row, room)
            if cut is not None:
                segment.append(cut[0])
                queue.insert(0, (cut[1], self.heights([cut[1]])[0]))
            else:
                queue.insert(0, (row, height))
            self._segment(segment, first, last=False)
            pages.new_page(pages.is_landscape)
            spans = self._open_spans(segment)
            segment, first = [*repeated], False
            if spans:
                row, height = queue[0]
                queue[0] = (tuple(sorted((*row, *spans), key=lambda c: c.col)), height)
        self._segment(segment, first, last=True)

    @staticmethod
    def _open_spans(segment: Sequence[Sequence[Cell]]) -> list[Cell]:
        """Cells that span beyond the page: they go on, without their words, on the next."""
        spans = []
        for r, row in enumerate(segment):
            for cell in row:
                left = cell.rowspan - (len(segment) - r)
                if left > 0:
                    spans.append(replace(cell, text="", rowspan=left, truth=None))
        return spans

    def _cut(self, row: Sequence[Cell], room: float) -> tuple[tuple[Cell, ...], tuple[Cell, ...]] | None:
        """A row cut by the page break: the first lines of its label stay with the numbers, the others go over."""
        if not self.layout.cut_rows or any(c.rowspan > 1 for c in row):
            return None
        fitting = int((room - 2 * self.layout.row_padding) // self.leading)
        labels = [c for c in row if len(self.lines_of(c)) > 1]
        if fitting < 1 or not labels or all(len(self.lines_of(c)) <= fitting for c in labels):
            return None
        above = tuple(replace(c, text="\n".join(self.lines_of(c)[:fitting])) for c in row)
        below = tuple(replace(c, text="\n".join(self.lines_of(c)[fitting:]), truth=None) for c in row)
        return above, below

    def _segment(self, rows: Sequence[Sequence[Cell]], first: bool, last: bool) -> None:
        """The rows that stand on one page."""
        if not rows:
            return
        high = self.heights(rows)
        tops = [self.pages.y]
        for h in high:
            tops.append(tops[-1] - h)
        placed: list[tuple[Cell, float, float, float, float]] = []
        taken: set[tuple[int, int]] = set()
        for r, row in enumerate(rows):
            for cell in row:
                end = min(r + cell.rowspan, len(rows))
                taken |= {(rr, cc) for rr in range(r, end) for cc in range(cell.col, cell.col + cell.colspan)}
                placed.append((cell, self.edges[cell.col], tops[end], self.edges[cell.col + cell.colspan], tops[r]))
        for r in range(len(rows)):
            for c in range(len(self.grid.widths)):
                if (r, c) not in taken:
                    placed.append((Cell("", c), self.edges[c], tops[r + 1], self.edges[c + 1], tops[r]))
        header_bottom = tops[min(self.grid.header_rows, len(rows))] if first else tops[0]
        self.heading_ends = header_bottom if first else tops[min(self.grid.repeatable_rows, len(rows))] if self.layout.repeat_header else tops[0]
        if self.layout.shade_header:
            self._shade(placed, header_bottom)
        open_top = self.layout.open_break and not first
        open_bottom = self.layout.open_break and not last
        self._rules(placed, None if not open_top else tops[0], None if not open_bottom else tops[-1])
        for operation in self._words(placed):
            operation()
        self.pages.y = tops[-1]

    def _shade(self, placed: Iterable[tuple[Cell, float, float, float, float]], bottom: float) -> None:
        self.pages.canvas.setFillGray(0.9)
        for _, x0, y0, x1, y1 in placed:
            if y0 >= bottom - 0.1:
                self.pages.canvas.rect(x0, y0, x1 - x0, y1 - y0, stroke=0, fill=1)
        self.pages.canvas.setFillGray(0)

    def _rules(self, placed: Sequence[tuple[Cell, float, float, float, float]], open_top: float | None, open_bottom: float | None) -> None:
        style, canvas = self.layout.rules, self.pages.canvas
        canvas.setLineWidth(THIN)
        left, right = self.edges[0], self.edges[-1]
        if style == "none":
            return
        if style == "cell_rects":
            for _, x0, y0, x1, y1 in placed:
                canvas.rect(x0, y0, x1 - x0, y1 - y0, stroke=1, fill=0)
            return
        if style in OPEN_BODIES:
            self._open_body(placed)
            return
        flat: set[tuple[float, float, float]] = set()
        upright: set[tuple[float, float, float]] = set()
        for _, x0, y0, x1, y1 in placed:
            flat |= {(round(y, 3), round(x0, 3), round(x1, 3)) for y in (y0, y1)}
            upright |= {(round(x, 3), round(y0, 3), round(y1, 3)) for x in (x0, x1)}
        if style == "horizontal":
            upright = set()
        if style == "frame":
            upright = {u for u in upright if abs(u[0] - left) < 0.01 or abs(u[0] - right) < 0.01}
        hidden = {round(y, 3) for y in (open_top, open_bottom) if y is not None}
        self._lines({f for f in flat if f[0] not in hidden}, upright)

    def _lines(self, flat: set[tuple[float, float, float]], upright: set[tuple[float, float, float]]) -> None:
        """Rules at a height or a distance, each from one end to the other, as lines or as thin rectangles."""
        canvas, filled = self.pages.canvas, self.layout.rules == "thin_rects"
        for y, x0, x1 in sorted(flat):
            if filled:
                canvas.rect(x0, y - THIN / 2, x1 - x0 + THIN, THIN, stroke=0, fill=1)
            else:
                canvas.line(x0, y, x1, y)
        for x, y0, y1 in sorted(upright):
            if filled:
                canvas.rect(x, y0 - THIN / 2, THIN, y1 - y0 + THIN, stroke=0, fill=1)
            else:
                canvas.line(x, y0, x, y1)

    def _open_body(self, placed: Sequence[tuple[Cell, float, float, float, float]]) -> None:
        """Rules of the heading's cells and between columns only, of the heading's cells only, or three rules in all."""
        style, canvas, ends = self.layout.rules, self.pages.canvas, self.heading_ends
        left, right = self.edges[0], self.edges[-1]
        for _, x0, y0, x1, y1 in placed:
            if y0 >= ends - 0.1 and style.startswith("gridded"):
                canvas.rect(x0, y0, x1 - x0, y1 - y0, stroke=1, fill=0)
            elif style in ("vertical", "gridded_vertical"):
                canvas.line(x0, y0, x0, y1)
                canvas.line(x1, y0, x1, y1)
            elif style == "gridded_horizontal":
                canvas.line(left, y0, right, y0)
        top, bottom = max(y1 for *_, y1 in placed), min(y0 for _, _, y0, _, _ in placed)
        for y in (top, ends, bottom) if style == "three" else (top, bottom):
            canvas.line(left, y, right, y)

    def _words(self, placed: Sequence[tuple[Cell, float, float, float, float]]) -> list[Callable[[], None]]:
        """The words of the cells, each as one thing to draw, in this layout's order."""
        found: list[tuple[tuple[float, ...], Callable[[], None]]] = []
        for cell, x0, y0, x1, y1 in placed:
            lines = self.lines_of(cell)
            height = len(lines) * self.leading
            baseline = (y0 + y1) / 2 + height / 2 - self.size
            for i, text in enumerate(lines):
                width = width_of(text, self.size, self.latin)
                x = {"left": x0 + PAD, "center": (x0 + x1 - width) / 2, "right": x1 - PAD - width}[cell.align]
                y = baseline - i * self.leading - (self.layout.number_shift if cell.number else 0.0)
                key = {"rows": (-y1, x0), "columns": (x0, -y1), "numbers_last": (float(cell.number), -y1, x0)}[self.layout.draw_order]
                found.append(((*key, float(i)), self._word(x, y, text, width)))
        return [operation for _, operation in sorted(found, key=lambda item: item[0])]

    def _word(self, x: float, y: float, text: str, width: float) -> Callable[[], None]:
        def operation() -> None:
            canvas = self.pages.canvas
            if self.layout.rules == "white_boxes":
                canvas.setFillGray(1)
                canvas.rect(x, y - self.size * 0.2, width, self.size * 1.1, stroke=0, fill=1)
                canvas.setFillGray(0)
            self.pages.text_at(x, y, text, self.size, self.latin)

        return operation


def with_title_row(grid: Grid) -> Grid:
    """The grid with its title as its first row (which a continued page does not repeat)."""
    title = (Cell(grid.title, 0, colspan=len(grid.widths)),)
    return replace(grid, rows=(title, *grid.rows), header_rows=grid.header_rows + 1)
