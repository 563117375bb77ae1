"""A document is read alike on a machine without Chinese fonts."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest
from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from pipeline.reading.fonts import provide, square_font
from pipeline.reading.pdf import read_pdf


@pytest.mark.parametrize("character", ["指", "优", "－", "△", "A", "𠮷"])
def test_every_character_of_the_square_font_is_one_em_of_ink(character: str) -> None:
    font = ImageFont.truetype(io.BytesIO(square_font()), 100)
    left, top, right, bottom = font.getbbox(character)
    assert (font.getlength(character), right - left, bottom - top) == (100, 100, 100)


def test_a_character_that_stands_alone_is_read_whatever_fonts_the_machine_has() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    printed = io.BytesIO()
    canvas = Canvas(printed)
    canvas.setFont("STSong-Light", 10)
    alone = ["－", "△", "优", "（", "口"]
    for i, character in enumerate(alone):
        canvas.drawString(72, 700 - 20 * i, "与其它文字写在一起的不受影响，单独一字才会消失")
        canvas.drawString(400, 700 - 20 * i, character)
    canvas.save()
    lines = [line.text for line in read_pdf(printed.getvalue()).pages[0].lines]
    assert [line[-1] for line in lines] == alone


def test_pdfium_is_told_once_and_opens_documents_after_it() -> None:
    assert provide() is provide()
    assert len(pdfium.PdfDocument.new()) == 0
