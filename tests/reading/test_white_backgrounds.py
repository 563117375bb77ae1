"""White boxes behind words, as word processors draw them: never a cell's edge."""

from __future__ import annotations

import io

from reading.pages import boxes_of
from reportlab.pdfgen.canvas import Canvas


def page_with(shade: float) -> bytes:
    """A table of two cells side by side; within the first, a filled box as narrow as a bracket."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    for x in (60, 260, 460):
        canvas.line(x, 700, x, 720)
    for y in (700, 720):
        canvas.line(60, y, 460, y)
    canvas.setFillGray(shade)
    canvas.rect(150, 700, 1.2, 20, stroke=0, fill=1)
    canvas.save()
    return out.getvalue()


def cells_of(pdf: bytes) -> int:
    return sum(map(len, boxes_of(pdf)))


def test_a_narrow_white_box_is_no_rule() -> None:
    assert cells_of(page_with(1.0)) == 2


def test_a_narrow_black_box_is_a_rule() -> None:
    assert cells_of(page_with(0.0)) == 3
