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


def not_embedded(texts: list[tuple[str, int, int]], typeface: str) -> bytes:
    """A page of texts at places, in a typeface that is not embedded and names its characters by numbers of its own."""
    number = {c: 100 + i for i, c in enumerate(sorted({c for text, *_ in texts for c in text}))}
    shown = (f"1 0 0 1 {x} {y} Tm <{''.join(f'{number[c]:04x}' for c in text)}> Tj" for text, x, y in texts)
    means = "\n".join(f"<{n:04x}> <{c.encode('utf-16-be').hex()}>" for c, n in number.items())
    content = "BT /F 10 Tf\n" + "\n".join(shown) + "\nET"
    table = f"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange {len(number)} beginbfchar {means} endbfchar endcmap"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 5 0 R >> >> /Contents 4 0 R >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{typeface} /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 8 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{typeface} /FontDescriptor 7 0 R /DW 1000"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        f"<< /Type /FontDescriptor /FontName /{typeface} /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120"
        " /CapHeight 880 /StemV 80 >>",
        f"<< /Length {len(table)} >>\nstream\n{table}\nendstream",
    ]
    body = "%PDF-1.5\n" + "".join(f"{i} 0 obj\n{one}\nendobj\n" for i, one in enumerate(objects, 1))
    begins = [body.index(f"{i} 0 obj") for i in range(1, len(objects) + 1)]
    listed = "".join(f"{begin:010d} 00000 n \n" for begin in begins)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    return f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{listed}{end}".encode()


@pytest.mark.parametrize("typeface", ["SimSun", "ABCDEF+FangSong_GB2312", "STKaiti", "FZXBSJW--GB1-0"])
def test_equal_lines_in_a_typeface_that_is_neither_here_nor_there_are_all_read(typeface: str) -> None:
    rows = [("一般公共服务支出", 72, 700 - 20 * i) for i in range(5)]
    ends = [(character, 400, 700 - 20 * i) for i, character in enumerate("－△优（口")]
    lines = [line.text for line in read_pdf(not_embedded([*rows, *ends], typeface)).pages[0].lines]
    assert lines == [f"一般公共服务支出 {character}" for character in "－△优（口"]


def test_pdfium_is_told_once_and_opens_documents_after_it() -> None:
    assert provide() is provide()
    assert len(pdfium.PdfDocument.new()) == 0
