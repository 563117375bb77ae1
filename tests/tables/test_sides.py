"""Two pages on one sheet: read as if each had a sheet of its own, every figure at its place on the sheet."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest

from pipeline.model.figures import Figure
from pipeline.reading.document import Page
from pipeline.reading.pdf import read_pdf
from pipeline.reports.read import read_report
from pipeline.tables.sides import apart
from tests.conftest import Reading

SAMPLE = Path(__file__).parents[2] / "samples" / "reports" / "specimen-city-big-data-centre-2024.pdf"
#: A sheet on which no page is made smaller, and one of A4.
SHEETS = ((1684.0, 842.0), (842.0, 595.0))


def two_on_a_sheet(data: bytes, width: float, height: float) -> bytes:
    pages = pdfium.PdfDocument(data)
    sheets = pdfium.PdfDocument(raw.FPDF_ImportNPagesToOne(pages.raw, width, height, 2, 1))
    out = io.BytesIO()
    sheets.save(out)
    return out.getvalue()


def printed(figures: tuple[Figure, ...]) -> list[tuple[str | None, ...]]:
    return sorted((f.statement, f.side or "", f.code or "", f.label or "", f.measure, f.printed) for f in figures)


@pytest.mark.parametrize(("width", "height"), SHEETS)
def test_two_pages_on_a_sheet_are_read_as_two_pages(width: float, height: float, reading: Reading) -> None:
    one, two = reading(SAMPLE), read_report(two_on_a_sheet(SAMPLE.read_bytes(), width, height))
    assert printed(two.figures) == printed(one.figures)
    right = [f for f in two.figures if (f.place.x0 or 0.0) > width / 2]
    assert right, "figures of right pages stand on the right"
    assert max(f.place.x1 or 0.0 for f in two.figures) < width
    assert max(f.place.bottom or 0.0 for f in two.figures) < height
    assert max(f.place.page or 0 for f in two.figures) <= 13


def test_pages_of_their_own_are_left_as_they_are() -> None:
    pages: tuple[Page, ...] = read_pdf(SAMPLE.read_bytes()).pages
    assert apart(pages) == list(pages)
