"""Small documents made for tests: pages of a PDF drawn by hand, and text."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FACE = "STSong-Light"
HEIGHT = 842
pdfmetrics.registerFont(UnicodeCIDFont(FACE))
Draw = Callable[[Canvas], None]


#: What ``words`` and a small ``table`` are drawn in: a page that ends there is soon looked at as a picture, which bytes that are wrong may lead to.
TOP_OF_A_PAGE = (30, HEIGHT - 220, 360, HEIGHT - 20)


def pdf(*pages: Draw, encrypt: Any = None, crop: tuple[int, int, int, int] | None = None) -> bytes:
    """A PDF with one page for each function that draws it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, HEIGHT), encrypt=encrypt)
    for draw in pages:
        if crop:
            canvas.setCropBox(crop)
        canvas.setFont(FACE, 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def words(canvas: Canvas) -> None:
    canvas.drawString(50, 800, "甲市乙局是市政府工作部门，负责全市有关工作。")


def table(canvas: Canvas, rows: Sequence[Sequence[str]], x: float = 50, top: float = 100, width: float = 90, height: float = 20) -> None:
    """A ruled table, its texts inside the cells; ``top`` counts from the page's top."""
    columns = len(rows[0])
    for r in range(len(rows) + 1):
        canvas.line(x, HEIGHT - top - r * height, x + columns * width, HEIGHT - top - r * height)
    for c in range(columns + 1):
        canvas.line(x + c * width, HEIGHT - top, x + c * width, HEIGHT - top - len(rows) * height)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            canvas.drawString(x + c * width + 4, HEIGHT - top - (r + 1) * height + 6, text)
