"""Two pages on one sheet: read as if each had a sheet of its own, every figure at its place on the sheet."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipeline.model.figures import Figure
from pipeline.reading.document import Page
from pipeline.reading.pdf import read_pdf
from pipeline.reports.read import read_report
from pipeline.tables.sides import apart

SAMPLE = Path(__file__).parents[2] / "samples" / "reports" / "specimen-city-big-data-centre-2024.pdf"
#: A side is as wide as a page on its side, so that no page is made smaller.
SIDE = 842.0


def two_on_a_sheet(data: bytes) -> bytes:
    pages = pdfium.PdfDocument(data)
    sheets = pdfium.PdfDocument(raw.FPDF_ImportNPagesToOne(pages.raw, 2 * SIDE, SIDE, 2, 1))
    out = io.BytesIO()
    sheets.save(out)
    return out.getvalue()


def printed(figures: tuple[Figure, ...]) -> list[tuple[str | None, ...]]:
    return sorted((f.statement, f.side or "", f.code or "", f.label or "", f.measure, f.printed) for f in figures)


def test_two_pages_on_a_sheet_are_read_as_two_pages() -> None:
    data = SAMPLE.read_bytes()
    one, two = read_report(data), read_report(two_on_a_sheet(data))
    assert printed(two.figures) == printed(one.figures)
    right = [f for f in two.figures if (f.place.x0 or 0.0) > SIDE]
    assert right, "figures of right pages stand on the right"
    assert max(f.place.page or 0 for f in two.figures) <= 13


def test_pages_of_their_own_are_left_as_they_are() -> None:
    pages: tuple[Page, ...] = read_pdf(SAMPLE.read_bytes()).pages
    assert apart(pages) == list(pages)
