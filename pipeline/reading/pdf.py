"""Reader of PDFs: every page's lines of text, its glyphs and its shapes, and what on it is a picture.

pypdfium2 reads them all; which lines and shapes make tables is said by ``pipeline.tables``.
What belongs here: opening a file, its limits, lines, pages without usable text.  What may not: tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import pypdfium2 as pdfium

from pipeline.model.figures import Place
from pipeline.reading import fonts
from pipeline.reading.document import Document, Line, Page, Picture, UnreadableDocument
from pipeline.reading.furniture import is_printers
from pipeline.reading.glyphs import Glyph, line_text, words_of
from pipeline.reading.layer import PlainPage, plain_pages
from pipeline.reading.legible import CHARACTERS_OF_A_TEXT_LAYER, is_hidden_layer, problem_of, share
from pipeline.reading.media import PDF
from pipeline.reading.pdf_damage import damage_of

READER = "pdf/2"
#: Reports have 20 to 300 pages; a file beyond this is something else, and reading it would starve the others.
MAX_PAGES = 1200
#: A picture smaller than this share of the page is a seal, a signature or an ornament.
_SHARE_OF_A_PICTURE = 0.04
_RECOGNISE = "find the original, or run text recognition and offer the result"


def read_pdf(data: bytes) -> Document:
    """All pages of a PDF, tables not lowered.  Raises :class:`UnreadableDocument` for encrypted, broken, enormous and textless files."""
    layer = _layer(data)
    pages = _recognised(data, layer, [_page(i + 1, page) for i, page in enumerate(layer)])
    if not any(page.blocks if page.drawn is None else len(page.drawn.glyphs) >= CHARACTERS_OF_A_TEXT_LAYER for page in pages):
        picture = next((p for page in pages for p in page.pictures), Picture(Place(), "its pages are blank", "find the original"))
        raise UnreadableDocument(f"the PDF has no text: {picture.problem}", picture.remedy)
    return Document(hashlib.sha256(data).hexdigest(), PDF, READER, "grid", pages, damage=damage_of(data), source=data)


def _layer(data: bytes) -> list[PlainPage]:
    pdf = _open(data)
    try:
        if len(pdf) == 0:
            raise UnreadableDocument("the PDF has no pages", "fetch it again")
        if len(pdf) > MAX_PAGES:
            raise UnreadableDocument(
                f"the PDF has {len(pdf):,} pages, more than any report (limit {MAX_PAGES:,})", "cut the report out and offer that"
            )
        return plain_pages(pdf)
    finally:
        pdf.close()


def _recognised(data: bytes, layer: Sequence[PlainPage], pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages, those whose text is of no use as they are recognised; what recognises them is loaded only for such."""
    wanted = [i for i, page in enumerate(pages) if page.drawn is None and not layer[i].problem]
    shown = [page for page in pages if page.drawn is not None and page.pictures]
    if not wanted and not shown:
        return tuple(pages)
    from pipeline.reading.picture import confirmed, read_pages, read_pictures

    read = read_pages(data, wanted)
    read |= {i: confirmed(read[i], layer[i].glyphs) for i in wanted if is_hidden_layer(layer[i])}
    tables = read_pictures(data, shown)
    return tuple(read.get(i) or tables.get(i + 1, page) for i, page in enumerate(pages))


def _open(data: bytes) -> pdfium.PdfDocument:
    fonts.provide()
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument("the PDF is encrypted", "ask the publisher for a copy without a password") from None
        raise UnreadableDocument(f"the PDF is broken or cut off ({error})", "fetch it again") from None


def _page(number: int, page: PlainPage) -> Page:
    problem = problem_of(page)
    whole = _place(number, (0.0, 0.0, page.width, page.height))
    if problem is not None:
        return Page(number, page.width, page.height, (), pictures=(Picture(whole, problem, _RECOGNISE),))
    lines = lines_of(number, page.lines, page.height)
    return Page(number, page.width, page.height, tuple(lines), pictures=_pictures(number, page), drawn=page)


def _pictures(number: int, page: PlainPage) -> tuple[Picture, ...]:
    """The pictures on a page of text that are large enough for a table, but for those that lie behind its text."""
    return tuple(
        Picture(_place(number, image), "a picture, which is not read", _RECOGNISE)
        for image in page.images
        if share(image, page) > _SHARE_OF_A_PICTURE and not _behind_text(image, page)
    )


def _place(number: int, box: tuple[float, float, float, float]) -> Place:
    x0, top, x1, bottom = (round(v, 1) for v in box)
    return Place(number, x0, top, x1, bottom)


def _behind_text(image: tuple[float, float, float, float], page: PlainPage) -> bool:
    x0, top, x1, bottom = image
    over = sum(x0 < g.x0 and g.x1 < x1 and top < g.top and g.bottom < bottom for g in page.glyphs)
    return over >= CHARACTERS_OF_A_TEXT_LAYER


def lines_of(number: int, printed: Iterable[Sequence[Glyph]], height: float) -> list[Line]:
    """The lines of a page as its glyphs tell them, but for what a printing program added to it."""
    lines = (_line(number, glyphs) for glyphs in printed)
    return [line for line in lines if line.text.strip() and not is_printers(line, height)]


def _line(number: int, glyphs: Sequence[Glyph]) -> Line:
    words = tuple(words_of(glyphs, parted=True))
    top, bottom = min(g.top for g in glyphs), max(g.bottom for g in glyphs)
    place = Place(number, round(glyphs[0].x0, 1), round(top, 1), round(max(g.x1 for g in glyphs), 1), round(bottom, 1))
    return Line(line_text(glyphs), place, words)
