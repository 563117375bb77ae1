"""What a PDF page holds: its glyphs where people see them, its shapes and pictures, and how far its text can be read at all.

pypdfium2 reads a page in a few milliseconds; everything after it works on what is kept here.
What belongs here: glyphs, turned pages, what is cut off.  What may not: lines and tables.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipeline.reading.clipped import clipped_texts, is_hidden, sideways_texts, watermarks
from pipeline.reading.glyphs import Glyph, laid_down, visual_lines, without_doubles
from pipeline.reading.paths import (
    AS_IT_IS,
    PATHS_OF_A_DRAWING,
    Box,
    Drawn,
    Frame,
    Matrix,
    Shape,
    TextObject,
    objects_of,
    path_boxes,
    shapes_of,
    through,
)
from pipeline.reading.radicals import plain

#: Characters of a page that are asked which way they run; a page whose characters mostly agree on another way is turned.
_ASKED, _AGREE = 24, 0.6


#: How much of a character's size is below the line that it stands on.
_BELOW = 0.12
#: Points within which two places are one.
_SAME = 0.05
#: A page of more characters is no page: a form of a hundred rows has a twentieth of them.
_MOST_CHARACTERS = 100_000
#: What pdfium makes of a hyphen that ends a line, as if the word went on.
_HYPHEN_AT_AN_END = 2


@dataclass(frozen=True)
class PlainPage:
    """One page as it is shown upright: its size, its glyphs in drawing order and its shapes.

    ``boxes`` are the places of its paths where these are too many to be told apart; ``unmapped`` counts glyphs whose character no
    one can tell (a font without its table of characters, private use, control codes), ``unseen`` those drawn invisibly; ``strange`` are the
    characters of what stands in no cell as it is drawn (cut off, a watermark, words written upwards or downwards); ``turned``: how
    it was turned to be read; ``problem`` says why nothing of it is looked at.
    """

    glyphs: list[Glyph] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0
    shapes: list[Shape] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    images: list[Box] = field(default_factory=list)
    unmapped: int = 0
    unseen: int = 0
    strange: frozenset[str] = frozenset()
    turned: int = 0
    problem: str = ""

    @cached_property
    def lines(self) -> list[list[Glyph]]:
        """The glyphs grouped to lines, without those drawn a second time."""
        return visual_lines(without_doubles(self.glyphs))


class _Text(NamedTuple):
    """A text page with what its characters have to be asked about."""

    page: raw.FPDF_TEXTPAGE  # not pdfium's object around it, which is asked for it anew at every call
    frame: Frame
    clips: Mapping[int, Box]
    sideways: Mapping[int, int]
    forms: Mapping[int, Matrix]


def plain_pages(pdf: pdfium.PdfDocument) -> list[PlainPage]:
    """All pages; a broken one is blank and says so, it must not cost the others."""
    pages = []
    for i in range(len(pdf)):
        try:
            page = pdf[i]
        except pdfium.PdfiumError:
            pages.append(PlainPage(problem="the page is broken"))
            continue
        try:
            pages.append(_plain_page(page))
        finally:
            page.close()
    return pages


def _plain_page(page: pdfium.PdfPage) -> PlainPage:
    text = page.get_textpage()
    try:
        if (count := raw.FPDFText_CountChars(text)) > _MOST_CHARACTERS:
            return PlainPage(problem=f"it has more characters ({count:,}) than a page of a report")
        own = page.get_rotation()
        way = _way(text, own)
        frame = Frame(*_shown_box(page), way)
        drawn = objects_of(page, frame)
        if drawn.too_many:
            return PlainPage(problem="it is drawn of more objects than a page of a report")
        clips = {**clipped_texts(drawn.texts), **watermarks(drawn.texts)}
        forms = {one.address: one.forms for one in drawn.texts if one.forms != AS_IT_IS}
        glyphs, unmapped, strange = _glyphs(_Text(text.raw, frame, clips, sideways_texts(drawn.texts, way), forms))
        unseen = _unseen(text, drawn.texts)
    finally:
        text.close()
    shapes, boxes = _shapes(drawn, frame)
    width, height = frame.size
    return PlainPage(glyphs, width, height, shapes, boxes, drawn.images, unmapped, unseen, strange, way)


def _unseen(text: pdfium.PdfTextPage, texts: list[TextObject]) -> int:
    """How many characters invisible text objects hold; asked only where the first of them is one."""
    if not texts or raw.FPDFTextObj_GetTextRenderMode(texts[0].one) != raw.FPDF_TEXTRENDERMODE_INVISIBLE:
        return 0
    invisible = [t.one for t in texts if raw.FPDFTextObj_GetTextRenderMode(t.one) == raw.FPDF_TEXTRENDERMODE_INVISIBLE]
    return sum(max(0, raw.FPDFTextObj_GetText(t, text, None, 0) // 2 - 1) for t in invisible)


def _shapes(drawn: Drawn, frame: Frame) -> tuple[list[Shape], list[Box]]:
    if len(drawn.paths) > PATHS_OF_A_DRAWING:
        return [], path_boxes(drawn, frame)
    return shapes_of(drawn, frame), []


def _shown_box(page: pdfium.PdfPage) -> Box:
    """The part of the page's coordinates that is shown: left, bottom, right, top."""
    left, bottom, right, top = page.get_bbox()
    return left, bottom, right, top


@cache
def _character(code: int) -> str:
    return plain(chr(code))


@cache
def _is_meaningless(code: int) -> bool:
    """Whether a code is no character that anybody reads: private use, or none at all."""
    return code == 0xFFFD or unicodedata.category(chr(code)) in ("Co", "Cn", "Cs")


def _glyphs(text: _Text) -> tuple[list[Glyph], int, frozenset[str]]:
    """The glyphs that are shown, their boxes from the top left of the page as it is shown, how many mean nothing, and the characters of
    those that are not shown or stand sideways."""
    glyphs: list[Glyph] = []
    runs: dict[int, list[Glyph]] = {}  # by the way they are written
    unmapped = 0
    strange: set[str] = set()
    page, frame = text.page, text.frame
    box = raw.FS_RECTF()
    ref = ctypes.byref(box)
    boxes = _Boxes(page, text.forms)
    for i in range(raw.FPDFText_CountChars(page)):
        code = raw.FPDFText_GetUnicode(page, i)
        if raw.FPDFText_HasUnicodeMapError(page, i) == 1:
            unmapped += 1
            code = 0xFFFD
        code = ord("-") if code == _HYPHEN_AT_AN_END else code
        if code < 32 or code in (0xFFFE, 0xFFFF) or not raw.FPDFText_GetLooseCharBox(page, i, ref):
            continue
        unmapped += code != 0xFFFD and _is_meaningless(code)
        owner = _owner(page, i)
        left, bottom, right, top = boxes.corrected(i, owner, box)
        if text.clips and is_hidden(text.clips.get(owner), (left + right) / 2, (bottom + top) / 2):
            strange.add(_character(code))
            continue
        glyph = Glyph(_character(code), *frame.box(left, bottom, right, top))
        angle = text.sideways.get(owner, 0)
        (runs.setdefault(angle, []) if angle else glyphs).append(glyph)
    for angle, run in runs.items():
        glyphs.extend(laid_down(run, angle))
        strange.update(g.text for g in run)
    return glyphs, unmapped, frozenset(strange)


class _Boxes:
    """Where the characters of a text page stand: their boxes as the page shows them, as high as their size above and below their line.

    The height of a character's box is its font's word, which producers set as they please (the box of the largest glyph of 40,000, a
    quarter of the size, upside down): lines one above the other would meet, or a cell would hold no word.  Where another text is given for
    the one that is drawn (``ActualText``), pdfium gives its place within the form around it, not on the page.
    """

    def __init__(self, page: raw.FPDF_TEXTPAGE, forms: Mapping[int, Matrix]) -> None:
        self._page, self._forms = page, forms
        self._upwards: dict[int, tuple[float, float] | None] = {}  # by text object
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def corrected(self, index: int, owner: int, box: raw.FS_RECTF) -> Box:
        """Left, bottom, right, top of a character of a text object."""
        if owner not in self._upwards:
            self._upwards[owner] = self._upward(index) if owner else None
        upward = self._upwards[owner]
        found = box.left, box.bottom, box.right, box.top
        if upward is None or not raw.FPDFText_GetCharOrigin(self._page, index, self._x, self._y):
            return found
        x, y = self._x.value, self._y.value
        if owner in self._forms and self._is_within_its_form(index, owner, (x, y)):
            found = through(self._forms[owner], found)
            x, y, *_ = through(self._forms[owner], (x, y, x, y))
        left, bottom, right, top = found
        across, up = upward
        if abs(up) >= abs(across):
            ends = y - _BELOW * up, y + (1 - _BELOW) * up
            return left, min(ends), right, max(ends)
        ends = x - _BELOW * across, x + (1 - _BELOW) * across
        return min(ends), bottom, max(ends), top

    def _is_within_its_form(self, index: int, owner: int, origin: tuple[float, float]) -> bool:
        """Whether the origin that is given for a character is that in its form's own coordinates."""
        matrix = raw.FS_MATRIX()
        if not raw.FPDFText_GetMatrix(self._page, index, matrix):
            return False
        x, y, *_ = through(self._forms[owner], (*origin, *origin))
        return bool(max(abs(x - matrix.e), abs(y - matrix.f)) < _SAME < max(abs(origin[0] - matrix.e), abs(origin[1] - matrix.f)))

    def _upward(self, index: int) -> tuple[float, float] | None:
        """The way from the line to the top of a character of full size, in the page's coordinates."""
        matrix = raw.FS_MATRIX()
        size = raw.FPDFText_GetFontSize(self._page, index)
        if not size or not raw.FPDFText_GetMatrix(self._page, index, matrix):
            return None
        mirrored = matrix.a * matrix.d < matrix.b * matrix.c  # the font's own glyphs stand on their heads then
        across, up = (-matrix.c * size, -matrix.d * size) if mirrored else (matrix.c * size, matrix.d * size)
        return (across, up) if across or up else None


def _owner(page: raw.FPDF_TEXTPAGE, index: int) -> int:
    """The address of the text object that a character belongs to."""
    owner = raw.FPDFText_GetTextObject(page, index)
    return ctypes.addressof(owner.contents) if owner else 0


def _way(text: pdfium.PdfTextPage, own: int) -> int:
    """The rotation under which most characters of a page stand upright; the page's own where they do not agree.

    Wide tables are often set sideways on upright pages.
    """
    count = raw.FPDFText_CountChars(text)
    ways: Counter[int] = Counter()
    for i in range(0, count, max(1, count // _ASKED)):
        if raw.FPDFText_GetUnicode(text, i) > 32:
            ways[round(-raw.FPDFText_GetCharAngle(text, i) * 57.29578) % 360] += 1
    way, agreeing = ways.most_common(1)[0] if ways else (own, 0)
    agreed = way % 90 == 0 and agreeing >= _AGREE * ways.total() and ways.total() >= _ASKED // 3
    return way if agreed else own
