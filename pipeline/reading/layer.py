"""The plain text layer of a PDF: every page's glyphs where people see them, and how much is drawn on it.

pypdfium2 reads a page in a few milliseconds; what it says decides which pages are worth a search for tables.
What belongs here: glyphs, turned pages, what is cut off.  What may not: lines and tables.
"""

from __future__ import annotations

import ctypes
import io
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipeline.reading.clipped import clipped_texts, is_hidden, watermarks
from pipeline.reading.dotted import path_boxes
from pipeline.reading.glyphs import Glyph
from pipeline.reading.radicals import plain
from pipeline.reading.rules import Box

#: Characters of a page that are asked which way they run; a page whose characters mostly agree on another way is turned.
_ASKED, _AGREE = 24, 0.6


@dataclass(frozen=True)
class PlainPage:
    """One page: its glyphs in drawing order, those that a clip hides, its size, its paths, and where these are if mostly dots."""

    glyphs: list[Glyph] = field(default_factory=list)
    hidden: list[Glyph] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0
    paths: int = 0
    dots: list[Box] = field(default_factory=list)


def plain_pages(pdf: pdfium.PdfDocument) -> list[PlainPage]:
    """All pages; a broken one is blank, it must not cost the others."""
    pages = []
    for i in range(len(pdf)):
        try:
            page = pdf[i]
        except pdfium.PdfiumError:
            pages.append(PlainPage())
            continue
        try:
            pages.append(_plain_page(page))
        finally:
            page.close()
    return pages


def _plain_page(page: pdfium.PdfPage) -> PlainPage:
    width, height = page.get_size()
    paths, texts = _objects(page)
    text = page.get_textpage()
    try:
        glyphs, hidden = _glyphs(text, page, {**clipped_texts(texts), **watermarks(texts)})
    finally:
        text.close()
    return PlainPage(glyphs, hidden, width, height, paths, path_boxes(page, paths))


def _objects(page: pdfium.PdfPage) -> tuple[int, list[ctypes._Pointer]]:  # type: ignore[type-arg]
    """How many paths the page draws, and its text objects; those of forms count too (some producers wrap every table in one)."""
    count = 0
    texts = []
    for i in range(raw.FPDFPage_CountObjects(page)):
        drawn = raw.FPDFPage_GetObject(page, i)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            count += 1
        elif kind == raw.FPDF_PAGEOBJ_TEXT:
            texts.append(drawn)
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            for j in range(raw.FPDFFormObj_CountObjects(drawn)):
                count += raw.FPDFPageObj_GetType(raw.FPDFFormObj_GetObject(drawn, j)) == raw.FPDF_PAGEOBJ_PATH
    return count, texts


@cache
def _character(code: int) -> str:
    return plain(chr(code))


def _glyphs(text: pdfium.PdfTextPage, page: pdfium.PdfPage, clips: dict[int, Box]) -> tuple[list[Glyph], list[Glyph]]:
    """Glyphs shown and hidden, their boxes from the top left of the page as it is shown."""
    glyphs: list[Glyph] = []
    hidden: list[Glyph] = []
    width, height = page.get_size()
    turned = page.get_rotation()
    box = raw.FS_RECTF()
    ref = ctypes.byref(box)
    for i in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, i)
        if code < 32 or code in (0xFFFE, 0xFFFF) or not raw.FPDFText_GetLooseCharBox(text, i, ref):
            continue
        left, bottom, right, top = box.left, box.bottom, box.right, box.top
        if turned == 0:
            glyph = Glyph(_character(code), left, height - top, right, height - bottom)
        elif turned == 90:
            glyph = Glyph(_character(code), bottom, left, top, right)
        elif turned == 180:
            glyph = Glyph(_character(code), width - right, bottom, width - left, top)
        else:
            glyph = Glyph(_character(code), width - top, height - right, width - bottom, height - left)
        if clips and is_hidden(text, i, clips, ((left + right) / 2, (bottom + top) / 2)):
            hidden.append(glyph)
        else:
            glyphs.append(glyph)
    return glyphs, hidden


def set_upright(pdf: pdfium.PdfDocument) -> bytes | None:
    """The document with every page turned so that its text runs from left to right; ``None`` where no page needs it.

    Wide tables are often set sideways on upright pages.
    """
    changed = False
    for i in range(len(pdf)):
        try:
            page = pdf[i]
        except pdfium.PdfiumError:
            continue
        try:
            way = _way(page)
            if way is not None and way != page.get_rotation():
                page.set_rotation(way)
                changed = True
        finally:
            page.close()
    if not changed:
        return None
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def _way(page: pdfium.PdfPage) -> int | None:
    """The rotation under which most characters of a page stand upright; ``None`` where they do not agree."""
    text = page.get_textpage()
    try:
        count = raw.FPDFText_CountChars(text)
        ways: Counter[int] = Counter()
        for i in range(0, count, max(1, count // _ASKED)):
            if raw.FPDFText_GetUnicode(text, i) > 32:
                ways[round(-raw.FPDFText_GetCharAngle(text, i) * 57.29578) % 360] += 1
    finally:
        text.close()
    way, agreeing = ways.most_common(1)[0] if ways else (0, 0)
    return way if way % 90 == 0 and agreeing >= _AGREE * ways.total() and ways.total() >= _ASKED // 3 else None
