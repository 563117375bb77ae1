"""A document's pages as pictures, within bounds: pages of a PDF, the frames of an image file, the crop of one cell.

What belongs here: pixels out of files, and how much of them is looked at.  What may not: what they show (``page``).
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.model.figures import Place
from pipeline.reading.document import Document, Page, Picture, Table, UnreadableDocument
from pipeline.reading.media import IMAGE
from pipeline.reading.patience import too_late
from pipeline.reading.picture.page import READER, NoPrint, moved, read_page
from pipeline.reading.picture.straighten import straightened

Pixels = NDArray[Any]

#: Dots to the inch at which pages are looked at, and the most pixels that a page may then have (A3 has 7.7 million).
_DPI, _MOST = 200, 16_000_000
#: An embedded picture with more pixels is not opened: unpacked it would take the whole memory of a worker.
_LARGEST = 120_000_000
#: Pages of one document that are recognised: two to four seconds each.
MOST_PAGES = 200
#: So many cells of a picture on a page of text hold something where it is a table, and no diagram.
_FILLED = 6
_MANY = (f"it is a picture, and {MOST_PAGES} pages of this document have been recognised before it", "split the document")
_LATE = ("it is a picture, and the time for this document ran out before it", "split the document, or raise FINAL_ACCOUNTS_DOCUMENT_SECONDS")
_HUGE = ("its picture is too large to be opened ({:,} pixels)", "scan it at 200 to 300 dots to the inch")
_BROKEN = ("it is a picture that cannot be read ({})", "fetch it again, or scan it anew")


def read_pages(data: bytes, indices: Iterable[int]) -> dict[int, Page]:
    """Pages of a PDF (0-based) as they are recognised.  A page that cannot be, or not in time, holds a :class:`Picture` that says why."""
    pdf = pdfium.PdfDocument(data)
    try:
        return {i: _bounded(n, i + 1, lambda i=i: _pdf_page(pdf, i)) for n, i in enumerate(indices)}  # type: ignore[misc]
    finally:
        pdf.close()


def _bounded(before: int, number: int, look: Callable[[], tuple[Pixels, float] | Page]) -> Page:
    """One page, whatever happens to it.  ``before``: how many pages have been recognised before it."""
    if before >= MOST_PAGES:
        return _unread(number, *_MANY)
    if too_late():
        return _unread(number, *_LATE)
    try:
        seen = look()
        return seen if isinstance(seen, Page) else read_page(seen[0], number, seen[1])
    except (MemoryError, UnreadableDocument):
        raise
    except NoPrint as why:
        return _unread(number, str(why), _BROKEN[1])
    except Exception as error:  # a page's own fault must not cost the others
        logging.getLogger(__name__).warning("page %d cannot be recognised: %r", number, error)
        return _unread(number, _BROKEN[0].format(type(error).__name__), _BROKEN[1])


def read_pictures(data: bytes, pages: Iterable[Page]) -> dict[int, Page]:
    """Pages of text with the tables of the pictures that they show; a picture without a table of rules stays what it was.

    ``pages`` of a PDF, their places on the page as it is shown.  Charts and photographs have no such table.
    """
    pdf = pdfium.PdfDocument(data)
    try:
        return {page.number: _with_tables(pdf, page, n) for n, page in enumerate(pages) if page.number is not None}
    finally:
        pdf.close()


def _with_tables(pdf: pdfium.PdfDocument, page: Page, before: int) -> Page:
    number = page.number or 1
    left: list[Picture] = []
    tables: list[Table] = []
    for picture in page.pictures:
        box = picture.place
        inside = _bounded(before, number, lambda box=box: _part_of(_pdf_page(pdf, number - 1), box))  # type: ignore[misc]
        found = [moved(t, box.x0 or 0.0, box.top or 0.0) for t in inside.tables if _is_filled(t)]
        tables += found
        left += [] if found else [picture]
    return replace(page, blocks=(*page.blocks, *tables), pictures=tuple(left))


def _is_filled(table: Table) -> bool:
    return sum(bool(c.text) for c in table.cells) >= _FILLED


def read_picture(data: bytes, place: Place) -> list[Table]:
    """The ruled tables of a picture that is shown at ``place`` on a page of text; none where it has none, or cannot be opened."""
    number, left, wide = place.page or 1, place.x0 or 0.0, (place.x1 or 0.0) - (place.x0 or 0.0)
    page = _bounded(0, number, lambda: _frame(Image.open(io.BytesIO(data)), 0))
    return [moved(t, left, place.top or 0.0, wide / (page.width or wide)) for t in page.tables if _is_filled(t)]


def _part_of(seen: tuple[Pixels, float] | Page, box: Place) -> tuple[Pixels, float] | Page:
    if isinstance(seen, Page):
        return seen
    x0, y0, x1, y1 = (round(max(0.0, v or 0.0) / seen[1]) for v in (box.x0, box.top, box.x1, box.bottom))
    return np.ascontiguousarray(seen[0][y0:y1, x0:x1]), seen[1]


def _unread(number: int, problem: str, remedy: str, size: tuple[float, float] = (0.0, 0.0)) -> Page:
    return Page(number, *size, (), pictures=(Picture(Place(number), problem, remedy),))


def _pdf_page(pdf: pdfium.PdfDocument, index: int) -> tuple[Pixels, float] | Page:
    page = pdf[index]
    try:
        size = page.get_size()
        largest = max((w * h for w, h in _pictures_in(page)), default=0)
        if largest > _LARGEST:
            return _unread(index + 1, _HUGE[0].format(largest), _HUGE[1], size)
        scale = min(_DPI / 72, (_MOST / max(1.0, size[0] * size[1])) ** 0.5)
        bitmap = page.render(scale=scale, rev_byteorder=True)
        return np.ascontiguousarray(bitmap.to_numpy()[..., :3]), 1 / scale
    finally:
        page.close()


def _pictures_in(page: pdfium.PdfPage) -> Iterable[tuple[int, int]]:
    for drawn in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        yield drawn.get_px_size()


def read_images(data: bytes) -> Document:
    """An image file (PNG, JPEG, TIFF of one page or many).  Raises :class:`UnreadableDocument` where it cannot be opened."""
    Image.MAX_IMAGE_PIXELS = None  # bounded here, by page and with a remedy
    try:
        image = Image.open(io.BytesIO(data))
        frames = getattr(image, "n_frames", 1)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise UnreadableDocument(f"the image is broken or cut off ({type(error).__name__})", "fetch it again") from None
    pages = tuple(_bounded(i, i + 1, lambda i=i: _frame(image, i)) for i in range(frames))  # type: ignore[misc]
    if not any(page.blocks for page in pages) and any(page.pictures for page in pages):
        picture = next(p for page in pages for p in page.pictures)
        raise UnreadableDocument(f"the image cannot be read: {picture.problem}", picture.remedy)
    return Document(hashlib.sha256(data).hexdigest(), IMAGE, READER, "grid", pages)


def _frame(image: Image.Image, index: int) -> tuple[Pixels, float] | Page:
    """A frame's pixels at about 200 dots to the inch; a sheet without a resolution is taken for one as wide as A4."""
    image.seek(index)
    if image.width * image.height > _LARGEST:
        return _unread(index + 1, _HUGE[0].format(image.width * image.height), _HUGE[1])
    shown = ImageOps.exif_transpose(image.convert("RGB"))
    dpi = float(image.info.get("dpi", (0, 0))[0])
    if not 100 <= dpi <= 1200:
        dpi = shown.height / 11.69 if shown.height > shown.width else shown.width / 11.69
    factor = min(_DPI / dpi, (_MOST / (shown.width * shown.height)) ** 0.5)
    if abs(factor - 1) > 0.02:
        shown = shown.resize((max(1, round(shown.width * factor)), max(1, round(shown.height * factor))), Image.Resampling.LANCZOS)
    return np.asarray(shown), 72 / _DPI


def crop(data: bytes, page: int, box: tuple[float, float, float, float], margin: float = 3.0) -> bytes:
    """The picture of a place as PNG.  ``page`` from 1, ``box`` (x0, top, x1, bottom) in points as a recognised page gives it.

    Raises ``ValueError`` where the document has no such page, or its picture cannot be opened.
    """
    seen = _seen(data, page)
    if isinstance(seen, Page):
        raise ValueError(seen.pictures[0].problem)
    gray = straightened(seen[0])
    x0, y0, x1, y1 = (round(v / seen[1]) for v in (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin))
    cut = gray[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
    if not cut.size:
        raise ValueError(f"page {page} has nothing at {box}")
    return bytes(cv2.imencode(".png", cut)[1].tobytes())


def _seen(data: bytes, page: int) -> tuple[Pixels, float] | Page:
    if not data.startswith(b"%PDF"):
        return _frame(Image.open(io.BytesIO(data)), page - 1)
    pdf = pdfium.PdfDocument(data)
    try:
        if not 1 <= page <= len(pdf):
            raise ValueError(f"the document has no page {page}")
        return _pdf_page(pdf, page - 1)
    finally:
        pdf.close()
