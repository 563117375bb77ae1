"""Reader of PDFs with a text layer.

pypdfium2 classifies the pages and reads prose; pdfplumber opens only pages with rules and reads their tables;
camelot reads the same tables a second time.  Pages whose tables have no rules stay lines with word positions:
which word stands under which heading is for those to say who know the forms.
"""

from __future__ import annotations

import gc
import hashlib
import io
import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pdfplumber
import pypdfium2 as pdfium
from pdfplumber.page import Page as PlumberPage
from pdfplumber.pdf import PDF as PDFWithObjects

from pipeline.model.figures import Place
from pipeline.model.numbers import decimals_in
from pipeline.reading.clipped import runs_aslant, shown
from pipeline.reading.document import Document, Line, Page, Table, UnreadableDocument
from pipeline.reading.dotted import tables_of_paths
from pipeline.reading.furniture import is_printers
from pipeline.reading.glyphs import Glyph, line_text, visual_lines, without_doubles, words_of
from pipeline.reading.layer import plain_pages, set_upright
from pipeline.reading.media import PDF
from pipeline.reading.radicals import plain
from pipeline.reading.ruled import RuledTable
from pipeline.reading.rules import Box, horizontal_rules, table_boxes
from pipeline.reading.second import SECOND_READER, second_reading

READER = "pdf/1"
#: Reports have 20 to 300 pages; a file beyond this is something else, and reading it would starve the others.
MAX_PAGES = 1200
#: From this many drawn paths on, a page may hold a ruled table.
_PATHS_OF_A_TABLE = 6
#: A page with more drawn objects than this is a drawing; its table would take minutes to find.
_PATHS_OF_A_DRAWING = 20_000
#: Below this many characters a page on average, there is no text layer to speak of.
_CHARACTERS_OF_A_TEXT_LAYER = 8

#: Objects between two collections of garbage while a document is read.  Parsers make millions that live on until their page is
#: done, and at Python's 700 a quarter of the time goes into looking through them in vain.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000

_UNKNOWN = re.compile(r"\(cid:\d+\)|\ufffd")
Rules = tuple[tuple[float, float, float], ...]

logging.getLogger("pdfminer").setLevel(logging.ERROR)
for _module in ("psparser", "pdfinterp"):  # they report every token, half a million in a report, to nobody
    setattr(logging.getLogger(f"pdfminer.{_module}"), "debug", lambda *_: None)  # noqa: B010 (a method may not be assigned)


def read_pdf(data: bytes) -> Document:
    """All pages of a PDF.  Raises :class:`UnreadableDocument` for encrypted, broken, image-only and enormous files."""
    with _rare_collections():
        return _read(data)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Garbage is collected more rarely within; Python's own settings come back after."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _OBJECTS_BETWEEN_COLLECTIONS) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _read(data: bytes) -> Document:
    pdf = _open(data)
    try:
        if len(pdf) == 0:
            raise UnreadableDocument("the PDF has no pages", "fetch it again")
        if len(pdf) > MAX_PAGES:
            raise UnreadableDocument(
                f"the PDF has {len(pdf):,} pages, more than any report (limit {MAX_PAGES:,})", "cut the report out and offer that"
            )
        layer = plain_pages(pdf)
        turned = set_upright(pdf) if any(_sideways(page.glyphs) for page in layer) else None
    finally:
        pdf.close()
    if turned is not None:
        return replace(_read(turned), sha256=hashlib.sha256(data).hexdigest())
    if sum(len(page.glyphs) for page in layer) < _CHARACTERS_OF_A_TEXT_LAYER * len(layer):
        raise UnreadableDocument(
            "the PDF has no text layer (scanned images)", "find the original, or run text recognition and offer the result"
        )
    ruled = [i for i, page in enumerate(layer) if _PATHS_OF_A_TABLE <= page.paths <= _PATHS_OF_A_DRAWING and not page.dots]
    tables = _ruled_pages(data, {i: layer[i].hidden for i in ruled})
    for i, page in enumerate(layer):
        if page.dots:
            tables[i] = _dotted_page(i + 1, page.glyphs, page.dots, page.height), ()
    pages = []
    for i, page in enumerate(layer):
        if i in tables:
            blocks, rules = tables[i]
            lost = lost_decimals(page.glyphs, blocks)
            pages.append(Page(i + 1, page.width, page.height, blocks, lost, rules))
        else:
            lines = _lines(i + 1, without_doubles(page.glyphs), page.height)
            pages.append(Page(i + 1, page.width, page.height, tuple(lines)))
    return Document(hashlib.sha256(data).hexdigest(), PDF, READER, "grid", tuple(pages))


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument("the PDF is encrypted", "ask the publisher for a copy without a password") from None
        raise UnreadableDocument(f"the PDF is broken or cut off ({error})", "fetch it again") from None


@cache
def _plain(text: str) -> str:
    return plain(text)


def _sideways(glyphs: Sequence[Glyph]) -> bool:
    """Whether glyphs seem to run up, down or backwards: few follow the one before on its right."""
    pairs = [(a, b) for a, b in pairwise(glyphs[:400]) if a.text.strip() and b.text.strip()]
    onward = sum(b.x0 - a.x0 > abs(a.top - b.top) for a, b in pairs)
    return len(pairs) > 8 and onward * 2 < len(pairs)


def _ruled_pages(data: bytes, indices: Mapping[int, Sequence[Glyph]]) -> dict[int, tuple[tuple[Line | Table, ...], Rules]]:
    """Blocks and loose rules of pages with rules, read by pdfplumber and, where it found tables, by camelot too.

    ``indices``: the pages (0-based), with the glyphs that they hold and do not show.
    """
    if not indices:
        return {}
    found: dict[int, tuple[list[RuledTable], list[Glyph], float, Rules]] = {}
    with _opened_for_tables(data) as pdf:
        for i in indices:
            page = _parsed(pdf, i)
            if page is None:
                continue
            try:
                tables = [RuledTable(boxes, i + 1) for boxes in table_boxes(page)]
                chars = (
                    Glyph(_plain(c["text"]), c["x0"], c["top"], c["x1"], c["bottom"])
                    for c in page.chars
                    if c["text"] and c["text"] != "\x00" and not (c["matrix"][1] and runs_aslant(c["matrix"]))
                )
                drawn = without_doubles(shown(chars, indices[i]) if indices[i] else chars)
                rest: list[Glyph] = []
                for line in visual_lines(drawn):
                    left: list[Glyph] = line
                    for table in tables:
                        left = table.take(left) if left else left
                    rest.extend(left)
                loose = [t for t in tables if t.fused()]
                rest += [g for t in loose for glyphs in t.glyphs for g in glyphs]
                found[i] = (
                    [t for t in tables if t not in loose],
                    rest,
                    float(page.height),
                    horizontal_rules(page) if loose or not tables else (),
                )
            finally:
                page.close()
    second = second_reading(data, {i: height for i, (tables, _, height, _) in found.items() if tables})
    pages: dict[int, tuple[tuple[Line | Table, ...], Rules]] = {}
    for i, (tables, rest, height, rules) in found.items():
        for table in tables:
            table.compare(second.get(i, []))
        blocks: list[Line | Table] = [*_lines(i + 1, rest, height), *(t.table(READER, SECOND_READER) for t in tables)]
        pages[i] = (tuple(sorted(blocks, key=lambda b: (b.place.top or 0.0, b.place.x0 or 0.0))), rules)
    return pages


def _dotted_page(number: int, glyphs: Sequence[Glyph], paths: Sequence[Box], height: float) -> tuple[Line | Table, ...]:
    """Blocks of a page whose rules are dots without number; no second reader takes them on."""
    tables = [RuledTable(boxes, number) for boxes in tables_of_paths(paths, height)]
    rest: list[Glyph] = []
    for line in visual_lines(without_doubles(glyphs)):
        left: list[Glyph] = line
        for table in tables:
            left = table.take(left) if left else left
        rest.extend(left)
    kept = [t for t in tables if not t.fused()]
    rest += [g for t in tables if t not in kept for cell in t.glyphs for g in cell]
    blocks: list[Line | Table] = [*_lines(number, rest, height), *(t.table(READER, SECOND_READER) for t in kept)]
    return tuple(sorted(blocks, key=lambda b: (b.place.top or 0.0, b.place.x0 or 0.0)))


def _opened_for_tables(data: bytes) -> PDFWithObjects:
    """pdfplumber is stricter than what showed the pages: a file that it cannot open is damaged beyond a safe reading."""
    try:
        pdf = pdfplumber.open(io.BytesIO(data))
        len(pdf.pages)  # only now are the pages told apart
        return pdf
    except MemoryError:
        raise
    except Exception as error:  # its parser raises many kinds on damaged files
        problem = f"the PDF is damaged: its tables cannot be read ({type(error.__cause__ or error).__name__})"
        raise UnreadableDocument(problem, "fetch it again, or print it anew to PDF and offer that") from None


def _parsed(pdf: PDFWithObjects, index: int) -> PlumberPage | None:
    """A page with its objects, or ``None`` where they are damaged: such a page stays lines, the others keep their tables."""
    try:
        page = pdf.pages[index]
        return page if page.objects is not None else None
    except MemoryError:
        raise
    except Exception as error:
        logging.getLogger(__name__).warning("page %d is damaged, its rules are lost: %r", index + 1, error)
        return None


def _lines(number: int, glyphs: Sequence[Glyph], height: float) -> list[Line]:
    lines = (_line(number, line) for line in visual_lines(glyphs))
    return [line for line in lines if line.text.strip() and not is_printers(line, height)]


def _line(number: int, glyphs: Sequence[Glyph]) -> Line:
    words = tuple(words_of(glyphs, parted=True))
    top, bottom = min(g.top for g in glyphs), max(g.bottom for g in glyphs)
    place = Place(number, round(glyphs[0].x0, 1), round(top, 1), round(max(g.x1 for g in glyphs), 1), round(bottom, 1))
    return Line(line_text(glyphs), place, words)


def lost_decimals(printed: Iterable[Glyph], blocks: Iterable[Line | Table]) -> tuple[str, ...]:
    """Decimals of the page by the plain text layer that stand in no block, and texts with glyphs that no one can tell."""
    want: Counter[str] = Counter()
    for line in visual_lines(without_doubles(printed)):
        if any("." in g.text or "．" in g.text for g in line):
            want.update(decimals_in(line_text(line)))
    unknown: list[str] = []
    for block in blocks:
        texts = [block.text] if isinstance(block, Line) else [c.text.replace("\n", "") for c in block.cells]
        for text in texts:
            want.subtract(decimals_in(text))
            if "(cid:" in text or "\ufffd" in text:  # glyphs without a meaning: a number may be among them
                unknown.append(_UNKNOWN.sub("?", text)[:40])
    return (*sorted(d for d, n in want.items() if n > 0), *unknown)
