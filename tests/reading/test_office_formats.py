"""Every office format: the same forms as in PDFs, cell for cell."""

from __future__ import annotations

import pytest

from pipeline.reading import UnreadableDocument, read_document
from pipeline.reports.read import read_report
from samples.layout import Layout
from tests.reading.grid_files import LAYOUTS, as_sheets, as_web, as_word, forms
from tests.reading.ofd_file import as_ofd


@pytest.mark.parametrize("layout", LAYOUTS, ids=("plain", "split codes"))
@pytest.mark.parametrize("write", [as_web, as_word, as_sheets, as_ofd])
def test_every_cell_is_read(write, layout: Layout) -> None:  # type: ignore[no-untyped-def]
    publisher, year, grids = forms(layout)
    contents = read_report(write(publisher, year, grids))
    assert (contents.report.publisher, contents.report.fiscal_year) == (publisher, year)
    truth = sorted((c.form, c.side, c.code, c.col, c.value.replace(",", "")) for g in grids for c in g.truth() if c.value)
    read = sorted(
        (f.statement, f.side or "", f.code or "", f.measure, f.printed.replace(",", ""))
        for f in contents.figures
        if f.section == "form" and f.value is not None
    )
    assert read == truth


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html><body></body></html>", "none of the nine forms"),
        (b"PK\x03\x04" + b"word/document.xml" * 9, "too early"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "neither a Word document nor a workbook"),
    ],
)
def test_damaged_files_are_refused_with_a_reason(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words):
        read_report(data)


def test_a_page_nested_deeply_is_no_harm() -> None:
    page = b"<html><body>" + b"<div>" * 1000 + "部门决算".encode() + b"</div>" * 1000 + b"</body></html>"
    assert any("部门决算" in line.text for line in read_document(page).lines())
