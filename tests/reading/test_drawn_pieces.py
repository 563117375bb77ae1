"""Rules drawn as dots and dashes, and faces made bold by drawing twice, as browsers print them."""

from __future__ import annotations

import io

import pytest
from reading.pages import boxes_of
from reportlab.pdfgen.canvas import Canvas

from pipeline.reading.glyphs import Glyph, without_doubles

XS, YS = (60.0, 160.0, 260.0, 360.0), (500.0, 520.0, 540.0, 560.0, 580.0)


def drawn(piece: float, gap: float, thick: float) -> bytes:
    """A page with a grid of three by four cells, every rule a row of filled pieces."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))

    def row(a: float, b: float, place: float, upright: bool) -> None:
        at = a
        while at < b:
            size = min(piece, b - at)
            if upright:
                canvas.rect(place, at, thick, size, stroke=0, fill=1)
            else:
                canvas.rect(at, place, size, thick, stroke=0, fill=1)
            at += piece + gap

    for y in YS:
        row(XS[0], XS[-1], y, False)
    for x in XS:
        row(YS[0], YS[-1], x, True)
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(("piece", "gap", "thick"), [(1.0, 1.0, 1.0), (2.25, 0.75, 0.75), (4.0, 3.0, 0.5), (0.75, 2.0, 0.75)])
def test_dots_and_dashes_are_rules(piece: float, gap: float, thick: float) -> None:
    (cells,) = boxes_of(drawn(piece, gap, thick))
    assert len(cells) == 12
    assert all(95 < x1 - x0 < 105 and 17 < bottom - top < 23 for x0, top, x1, bottom in cells)


def test_pieces_far_apart_are_no_rule() -> None:
    assert boxes_of(drawn(2.0, 9.0, 0.75)) == []


def test_a_copy_with_another_fonts_box_is_no_second_letter() -> None:
    letter = Glyph("收", 562.8, 80.57, 574.8, 92.57)
    outlined = Glyph("收", 562.6, 78.75, 574.6, 90.75)
    assert without_doubles([letter, outlined]) == [letter]


def test_the_same_letter_in_the_next_line_or_beside_is_kept() -> None:
    letter = Glyph("0", 100.0, 80.0, 106.0, 92.0)
    assert len(without_doubles([letter, letter._replace(top=87.0, bottom=99.0), letter._replace(x0=103.0, x1=109.0)])) == 3
