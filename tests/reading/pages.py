"""One small report on one page, typeset in several odd ways, for tests of the reader."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pypdfium2 as pdfium
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from pipeline.reading import read_document
from pipeline.reading.layer import PlainPage, plain_pages
from pipeline.recognition.forms import find_forms
from pipeline.tables import lower
from pipeline.tables.grid import table_boxes
from pipeline.tables.rules import rules_of
from samples.typeface import chinese_face, draw, width_of

HEAD = ("科目编码", "科目名称", "小计", "基本支出", "项目支出")
ROWS = (
    ("201", "一般公共服务支出", "1234.56", "1000.00", "234.56"),
    ("20101", "人大事务", "1234.56", "1000.00", "234.56"),
    ("2010101", "行政运行", "1000.00", "1000.00", ""),
    ("2010102", "一般行政管理事务", "234.56", "", "234.56"),
)
WIDTHS = (70, 150, 90, 90, 90)
PAD = 3.0


def text_at(canvas: Canvas, x: float, y: float, text: str, size: float = 9) -> None:
    draw(canvas, x, y, text, size, chinese_face(True), "Helvetica")


def page(
    shown: Callable[[str], str] = lambda number: number,
    rules: str = "lines",
    over: Callable[[Canvas], None] | None = None,
    title: Sequence[str] = ("一般公共预算财政拨款支出决算表",),
) -> bytes:
    """The form on a page.

    ``shown``: how a number is printed (a line break in it breaks it in its cell); ``rules``: lines | none | tiles (white cells
    on black); ``over``: draws over it; ``title``: its lines, centred.
    """
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for n, line in enumerate(title):
        text_at(canvas, 297 - width_of(line, 14) / 2, 790 - 18 * n, line, 14)
    text_at(canvas, 480, 748, "单位：万元")
    edges = [42.0]
    for width in WIDTHS:
        edges.append(edges[-1] + width)
    y, high = 740.0, 18.0 if "\n" not in shown("1234.56") else 30.0
    if rules == "tiles":
        canvas.rect(edges[0] - 0.4, y - high * (len(ROWS) + 1) - 0.4, edges[-1] - edges[0] + 0.8, high * (len(ROWS) + 1) + 0.8, 0, 1)
    for r, row in enumerate((HEAD, *ROWS)):
        for k, words in enumerate(row):
            number = r > 0 and k > 1
            if rules == "lines":
                canvas.rect(edges[k], y - high, edges[k + 1] - edges[k], high)
            elif rules == "tiles":
                canvas.setFillGray(1)
                canvas.rect(edges[k] + 0.4, y - high + 0.4, edges[k + 1] - edges[k] - 0.8, high - 0.8, 0, 1)
                canvas.setFillGray(0)
            for n, line in enumerate((shown(words) if number and words else words).split("\n")):
                x = edges[k + 1] - PAD - width_of(line, 9) if number else edges[k] + PAD
                text_at(canvas, x, y - 12 - 11 * n, line)
        y -= high
    if over is not None:
        over(canvas)
    canvas.save()
    return buffer.getvalue()


def read(pdf: bytes) -> list[tuple[str, str, list[str]]]:
    """Code, label and the texts of the amounts of every row of the one form, line breaks in them removed."""
    (form,) = find_forms(lower(read_document(pdf))).forms
    return [(r.code, r.label, [c.text.replace("\n", "") for c in r.cells.values()]) for r in form.rows]


def boxes_of(pdf: bytes) -> list[list[tuple[float, float, float, float]]]:
    """The boxes of the cells of each ruled table of the first page."""
    drawn = read_pages(pdf)[0]
    return [list(table) for table in table_boxes(rules_of(drawn))]


def read_pages(pdf: bytes) -> list[PlainPage]:
    document = pdfium.PdfDocument(pdf)
    try:
        return plain_pages(document)
    finally:
        document.close()


def expected(shown: Callable[[str], str] = lambda number: number) -> list[tuple[str, str, list[str]]]:
    return [(code, label, [shown(n).replace("\n", "") if n else "" for n in numbers]) for code, label, *numbers in ROWS]
