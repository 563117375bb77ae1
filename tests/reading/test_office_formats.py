"""Every office format: the same forms as in PDFs, cell for cell."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.reading import UnreadableDocument, office, read_document
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
    truth = sorted((c.form, c.side, c.code, c.col, Decimal(c.value)) for g in grids for c in g.truth() if c.value)
    read = sorted(
        (f.statement, f.side or "", f.code or "", f.measure, f.value) for f in contents.figures if f.section == "form" and f.value is not None
    )
    assert read == truth


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html><body></body></html>", "no content"),
        (b"<html><body><div id=app></div><script>draw()</script></body></html>", "a script draws it"),
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


def test_a_page_whose_tables_are_pictures_or_attachments_says_so() -> None:
    page = "<p>2022年度部门决算</p><nav><img src='menu.png'></nav><img src='表1.png'><img src='icon.png' width='16' height='16'><a href='f/附件.xls?x=1'>附件1</a>"
    (read,) = read_document(f"<html><body>{page}</body></html>".encode()).pages
    assert [p.problem for p in read.pictures] == ["a picture (表1.png) is not read", "an attachment of the page is no part of the file: 附件1"]
    assert all(p.remedy for p in read.pictures)


def test_pictures_and_attachments_beside_tables_are_ornament_unless_they_are_large() -> None:
    grid = "<table><tr><td>项目</td><td>金额</td></tr><tr><td>合计</td><td>3.00</td></tr></table>"
    page = f"{grid}<img src='photo.png'><img src='scan.png' style='width:600px;height:800px'><a href='同.pdf'>同文</a>"
    (read,) = read_document(f"<html><body>{page}</body></html>".encode()).pages
    assert [p.problem for p in read.pictures] == ["a picture (scan.png) is not read"]


def test_a_page_and_a_rich_text_that_end_too_early_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    page = "<html><body><p>2022年度部门决算</p>"
    assert read_document(page.encode()).damage
    assert not read_document(f"{page}</body></html>".encode()).damage
    assert not read_document("<p>2022年度部门决算</p><table></table>".encode()).damage, "a part of a page has no end"
    assert read_document(rb"{\rtf1\ansi A\par").damage
    assert not read_document(rb"{\rtf1\ansi A\par}").damage


def test_a_web_archive_is_the_page_in_it() -> None:
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    archive = MIMEMultipart("related")
    archive.attach(MIMEText("<html><body><p>2022年度部门决算</p></body></html>", "html", "gb2312"))
    data = b"MIME-Version: 1.0\r\n" + archive.as_bytes().replace(b"MIME-Version: 1.0\n", b"", 1)
    assert [line.text for line in read_document(data).lines()] == ["2022年度部门决算"]
    assert read_document(data).media_type == "multipart/related"


def test_office_xml_needs_libreoffice_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    sheet = b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'></Workbook>"
    with pytest.raises(UnreadableDocument, match="LibreOffice") as refused:
        read_document(sheet)
    assert "bin/system-packages.sh" in refused.value.remedy
