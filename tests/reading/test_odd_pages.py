"""Pages as they come: turned, under watermarks, with text that a clip hides, with cells instead of rules, with broken numbers."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from reading.pages import expected, page, read, text_at
from reportlab.pdfgen.canvas import Canvas

from pipeline.model.numbers import parse_number
from pipeline.reading import read_document
from pipeline.reading.glyphs import Glyph
from pipeline.reading.layer import PlainPage, plain_pages
from pipeline.reading.legible import problem_of
from pipeline.tables import lower


def turned(pdf: bytes, matrix: tuple[float, ...], rotation: int) -> bytes:
    """The pages with their content turned by a matrix on a wide page, and with the page's own rotation."""
    document = pdfium.PdfDocument(pdf)
    for one in document:
        width, height = one.get_size()
        one.set_mediabox(0, 0, height, width)
        place = (*matrix, height if matrix[2] < 0 else 0, width if matrix[1] < 0 else 0)
        raw.FPDFPage_TransFormWithClip(one, raw.FS_MATRIX(*place), raw.FS_RECTF(0, width, height, 0))
        if rotation:
            one.set_rotation(rotation)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


LEFT, RIGHT = (0, 1, -1, 0), (0, -1, 1, 0)


@pytest.mark.parametrize("rules", ["lines", "none"])
@pytest.mark.parametrize(("matrix", "rotation"), [(LEFT, 0), (LEFT, 90), (RIGHT, 0), (RIGHT, 270), (LEFT, 270)])
def test_a_turned_page_is_read_upright(rules: str, matrix: tuple[float, ...], rotation: int) -> None:
    assert read(turned(page(rules=rules), matrix, rotation)) == expected()


def aslant(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.translate(120, 620)
    canvas.rotate(35)
    canvas.setFillGray(0.8)
    text_at(canvas, 0, 0, "测试市财政局公开", 40)
    canvas.restoreState()


def pale(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillGray(0.82)
    text_at(canvas, 120, 690, "内部资料", 40)
    canvas.restoreState()


def stamped(canvas: Canvas) -> None:
    """The pale mark as a form, as programs add one to every page."""
    canvas.beginForm("mark", 0, 0, 595, 842)
    pale(canvas)
    canvas.endForm()
    canvas.saveState()
    canvas.scale(1.1, 0.98)
    canvas.doForm("mark")
    canvas.restoreState()


@pytest.mark.parametrize("rules", ["lines", "none"])
@pytest.mark.parametrize("mark", [aslant, pale, stamped])
def test_a_watermark_is_no_part_of_the_table(rules: str, mark: object) -> None:
    assert read(page(rules=rules, over=mark)) == expected()  # type: ignore[arg-type]


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_a_text_that_stands_for_another_is_where_that_is_drawn(scale: float) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    canvas.beginForm("page", 0, 0, 595, 842)
    text_at(canvas, 100, 700, "财政拨款")
    canvas._code.append("/Span <</ActualText <FEFF4E00>>> BDC")
    text_at(canvas, 300, 700, "⼀")
    canvas._code.append("EMC")
    canvas.endForm()
    canvas.translate(40, -60)
    canvas.scale(scale, scale)
    canvas.doForm("page")
    canvas.showPage()
    canvas.save()
    (drawn,) = plain_pages(pdfium.PdfDocument(buffer.getvalue()))
    first, other = (next(g for g in drawn.glyphs if g.text == text) for text in "财一")
    assert other.x0 - first.x0 == pytest.approx(200 * scale, abs=1.5)
    assert other.bottom == pytest.approx(first.bottom, abs=0.1)


def test_black_text_over_the_table_is_not_dropped() -> None:
    over = page(over=lambda canvas: text_at(canvas, 300, 700, "99.99"))
    document = lower(read_document(over))
    assert any("99.99" in c.text for p in document.pages for t in p.tables for c in t.cells)


@pytest.mark.parametrize("rules", ["lines", "none"])
def test_what_a_clip_hides_is_not_read(rules: str) -> None:
    def cut(canvas: Canvas) -> None:
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(42, 600, 150, 130)
        canvas.clipPath(path, stroke=0, fill=0)
        text_at(canvas, 185, 690, "这一格放不下的文字写到旁边的数字上去了")
        canvas.restoreState()

    texts = "".join(n for _, label, numbers in read(page(rules=rules, over=cut)) for n in (label, *numbers))
    assert "放不下" not in texts
    assert [row[2] for row in read(page(rules=rules, over=cut))] == [row[2] for row in expected()]


def test_white_cells_on_black_are_a_table() -> None:
    pdf = page(rules="tiles")
    assert [t.n_cols for p in lower(read_document(pdf)).pages for t in p.tables] == [5]
    assert read(pdf) == expected()


FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
PRINTED = {
    "full width": lambda n: n.translate(FULL_WIDTH),
    "brackets": lambda n: f"({n})",
    "full-width brackets": lambda n: f"（{n}）",
    "full-width minus": lambda n: f"－{n}",
    "triangle": lambda n: f"△{n}",
    "broken after the point": lambda n: f"{Decimal(n):,.2f}".replace(".", ".\n"),
    "broken before the point": lambda n: f"{Decimal(n):,.2f}".replace(".", "\n."),
}


@pytest.mark.parametrize("rules", ["lines", "none"])
@pytest.mark.parametrize("how", PRINTED)
def test_a_number_is_read_however_it_is_printed(rules: str, how: str) -> None:
    shown = PRINTED[how]
    assert read(page(shown, rules)) == expected(shown)
    value = parse_number(shown("1234.56"))
    negative = how in ("brackets", "full-width brackets", "full-width minus", "triangle")
    assert value is not None
    assert value.value == Decimal("-1234.56" if negative else "1234.56")


def test_a_triangle_alone_is_no_number() -> None:
    assert parse_number("△") is None
    assert parse_number("1△2") is None


def test_a_title_over_two_lines_is_one() -> None:
    assert read(page(rules="none", title=("2024年度一般公共预算", "财政拨款支出决算表"))) == expected()


def test_a_character_is_as_high_as_its_size_whatever_its_font_tells_of_itself() -> None:
    pdf = page()
    for told in ((b"2100", b"-1050"), (b"220", b"-40")):  # the box of the largest glyph of 40,000; a quarter of the size
        strange = re.sub(rb"/Ascent [-\d.]+", b"/Ascent " + told[0], re.sub(rb"/Descent [-\d.]+", b"/Descent " + told[1], pdf))
        (drawn,) = plain_pages(pdfium.PdfDocument(strange))
        assert {round(g.bottom - g.top, 2) for g in drawn.glyphs if g.text.strip()} == {9.0, 14.0}


def outlines(canvas: Canvas) -> None:
    """The edges of the letters of a row, as producers draw them that have no bold face."""
    for x in range(46, 480, 10):
        path = canvas.beginPath()
        for top in (664, 660, 656):
            path.moveTo(x, top)
            for across, down in ((8, 0), (8, 0.9), (5, 0.9), (4, 3), (3.1, 3), (3.1, 0.9), (0, 0.9), (0, 0)):
                path.lineTo(x + across, top - down)
        canvas.drawPath(path)


@pytest.mark.parametrize("rules", ["lines", "none"])
def test_the_outline_of_a_letter_is_no_rule(rules: str) -> None:
    assert read(page(rules=rules, over=outlines)) == expected()


def test_a_page_with_letters_in_which_no_report_is_written_is_not_believed() -> None:
    words = "荣成市大数据中心2024年度单位决算收入支出总表一般公共预算财政拨款1918.33万元" * 3
    page_of = [PlainPage([Glyph(c, 9.0 * i, 10, 9.0 * i + 9, 19) for i, c in enumerate(t)], 900, 900) for t in (words, words + "ÿþ")]
    assert problem_of(page_of[0]) is None
    assert problem_of(page_of[1]) == "its font does not say which characters its glyphs are"
