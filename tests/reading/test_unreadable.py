"""Bad input: whatever the bytes are, a refusal names the problem and the remedy, and it does so soon."""

from __future__ import annotations

import importlib.util
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from pipeline.reading import layer, paths, read_document
from pipeline.reading.document import Document, UnreadableDocument
from pipeline.reading.pdf import MAX_PAGES
from pipeline.reading.text import MAX_LINES, MAX_ROWS
from pipeline.reports.read import read_report
from pipeline.tables import lower
from tests.work import bounded_work

_found = importlib.util.spec_from_file_location("reading_documents", Path(__file__).with_name("documents.py"))
assert _found is not None
assert _found.loader is not None
documents = importlib.util.module_from_spec(_found)
sys.modules[_found.name] = documents
_found.loader.exec_module(documents)

ROWS = [
    ["收入决算表", "", ""],
    ["项目", "本年收入合计", "财政拨款收入"],
    ["合计", "1,234.50", "1,234.50"],
    ["行政运行", "1,000.00", ""],
]


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def drawn(canvas: Canvas) -> None:
    documents.words(canvas)
    documents.table(canvas, ROWS)


def read_or_refused(data: bytes) -> str:
    """What became of bytes: ``read``, ``refused``, or ``""`` where a refusal does not say what to do.  Any other error passes."""
    try:
        return "read" if isinstance(read_document(data), Document) else ""
    except UnreadableDocument as refused:
        return "refused" if refused.problem and refused.remedy else ""


REPORT = "2024年度甲市乙局部门决算\n"
WHOLE = documents.pdf(drawn, drawn)
SMALL = documents.pdf(drawn, crop=documents.TOP_OF_A_PAGE)


@pytest.mark.parametrize(
    ("data", "problem", "remedy"),
    [
        pytest.param(b"", "the file is empty", "fetch it again", id="empty"),
        pytest.param(b"\x00\r\n \x00" * 50, "the file is empty", "fetch it again", id="zeros"),
        pytest.param(Random(1).randbytes(5000), "neither PDF nor text", "check what was fetched", id="random bytes"),
        pytest.param(bytes(Random(1).choices(range(1, 256), k=5000)), "no known encoding", "save it as UTF-8", id="random text"),
        pytest.param(zipped("OFD.xml", "Doc_0/Document.xml"), "OFD document is damaged", "print it to PDF", id="ofd"),
        pytest.param(zipped("报告.pdf"), "archive holds 1 files", "unpack it", id="zip"),
        pytest.param(zipped(), "archive holds no files", "fetch it again", id="zip of nothing"),
        pytest.param(zipped("报告.pdf")[:40], "ends too early", "fetch it again", id="zip cut off"),
        pytest.param(b"Rar!\x1a\x07\x01\x00" + b"x" * 90, "rar", "unpack", id="rar"),
        pytest.param(b"7z\xbc\xaf\x27\x1c\x00\x04" + b"x" * 90, "7z cannot be opened", "unpack it", id="7z"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"x" * 90, "image is broken or cut off", "fetch it again", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"x" * 90, "image is broken or cut off", "fetch it again", id="jpeg"),
        pytest.param(b"%PDF-1.7\n", "broken or cut off", "fetch it again", id="head of a PDF"),
        pytest.param(b"%PDF-1.7\n" + Random(2).randbytes(20_000), "broken or cut off", "fetch it again", id="rubbish in a PDF"),
        pytest.param(WHOLE[: len(WHOLE) // 2], "broken or cut off", "fetch it again", id="PDF cut off"),
        pytest.param(
            lambda: documents.pdf(drawn, encrypt=StandardEncryption("geheim")), "encrypted", "copy without a password", id="encrypted PDF"
        ),
        pytest.param(lambda: documents.pdf(*[lambda c: c.rect(0, 0, 595, 842, fill=1)] * 3), "no text: its pages are blank", "find the original", id="blank pages"),
        pytest.param(
            lambda: documents.pdf(*[lambda c: c.drawString(290, 20, "- 1 -")] * 3), "no text: its pages are blank", "find the original", id="blank pages with numbers"
        ),
        pytest.param(lambda: documents.pdf(*[documents.words] * (MAX_PAGES + 1)), "1,201 pages", "cut the report out", id="too many pages"),
        pytest.param(("201\t1.00\n" * (MAX_ROWS + 1)).encode(), "10,001 rows", "cut the report out", id="too many rows"),
        pytest.param(("第\n" * (MAX_LINES + 1)).encode(), "80,001 lines", "cut the report out", id="too many lines"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_problem_and_remedy(data: bytes | Callable[[], bytes], problem: str, remedy: str) -> None:
    made = data() if callable(data) else data  # what takes long is made by the test that needs it, not by all processes that collect it
    with bounded_work(20), pytest.raises(UnreadableDocument, match=problem) as refused:
        read_document(made)
    assert remedy in refused.value.remedy
    assert refused.value.status == "failed"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("今天天气不错。\n".encode(), id="text"),
        pytest.param(b"hello world\n" * 100, id="English"),
        pytest.param(b"<!DOCTYPE html><html><body>404</body></html>", id="page"),
        pytest.param("<html><body><p>部门决算</p></body></html>".encode("utf-16"), id="page in UTF-16"),
        pytest.param(b"<html><body>%PDF-1.7</body></html>", id="page that quotes PDF"),
        pytest.param(b'{"code": 404, "message": "not found"}', id="JSON"),
        pytest.param(documents.pdf(documents.words), id="PDF"),
        pytest.param(documents.pdf(drawn, encrypt=StandardEncryption("", ownerPassword="x")), id="PDF locked for changes only"),
        pytest.param(documents.pdf(lambda c: documents.table(c, [["姓名", "分数"], ["甲", "1.00"]] * 3)), id="PDF of another table"),
    ],
)
def test_a_readable_document_that_is_no_report_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"none of the nine forms|no fiscal year of accounts") as refused:
        read_report(data)
    assert refused.value.status == "not_a_report"
    assert refused.value.remedy


def test_a_narrative_whose_forms_are_elsewhere_says_so() -> None:
    text = "某县教育局2020年度部门决算\n第三部分 2020年度部门决算情况说明\n一、收入支出决算总体情况说明\n2020年度收、支总计431万元。\n"
    with pytest.raises(UnreadableDocument, match="explains the accounts and prints none of the forms") as refused:
        read_report(text.encode())
    assert "attachments" in refused.value.remedy


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    document = read_document(REPORT.encode(encoding))
    assert [line.text for line in document.lines()] == [REPORT.strip()]


@given(st.integers(1, len(REPORT.encode())))
def test_a_text_that_was_cut_within_a_character_is_still_that_text(length: int) -> None:
    (line,) = read_document(REPORT.encode()[:length]).lines() if length >= 1 else ()
    assert REPORT.startswith(line.text)
    assert len(REPORT.encode()[:length]) - len(line.text.encode()) < 3


@given(st.integers(8, len(WHOLE)))
@settings(max_examples=60)
def test_a_pdf_cut_off_anywhere_is_read_or_refused(length: int) -> None:
    assert read_or_refused(WHOLE[:length]) == "read" or length < len(WHOLE)
    assert read_or_refused(WHOLE[:length]) == "refused" or length > len(WHOLE) * 0.9


@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=30))
@settings(max_examples=10)
def test_a_pdf_with_wrong_bytes_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(SMALL)
    for at, byte in changes:
        data[at] = byte
    assert read_or_refused(bytes(data))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert read_or_refused(data)


def lines_of(count: int, random: bool) -> bytes:
    place = Random(1)

    def draw(canvas: Canvas) -> None:
        documents.words(canvas)
        for k in range(count):
            at = 20 + 550 * k / count
            if random:
                canvas.line(place.random() * 595, place.random() * 842, place.random() * 595, place.random() * 842)
            else:
                canvas.line(at, 20, at, 800)
                canvas.line(20, at, 570, at)

    return documents.pdf(draw)


@pytest.mark.parametrize(("count", "random"), [(30_000, True), (2000, True), (300, False)], ids=["map", "sketch", "grid"])
def test_a_page_of_drawings_costs_seconds_and_keeps_its_text(count: int, random: bool) -> None:
    data = lines_of(count, random)
    with bounded_work(20):
        (page,) = lower(read_document(data)).pages
    assert "甲市乙局" in "".join(line.text for line in page.lines)
    assert page.tables == []


@pytest.mark.parametrize(("module", "bound", "words"), [(paths, "_MOST_OBJECTS", "more objects"), (layer, "_MOST_CHARACTERS", "more characters")])
def test_a_page_of_more_than_any_page_holds_is_unread_and_the_others_stay(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, bound: str, words: str
) -> None:
    crowded = documents.pdf(drawn, lambda c: [c.drawString(50, 20 + 2 * i, f"第{i}行") for i in range(400)])
    monkeypatch.setattr(module, bound, 300)
    first, second = read_document(crowded).pages
    assert "甲市乙局" in "".join(line.text for line in first.lines)
    assert [words in p.problem for p in second.pictures] == [True]
    assert not second.blocks


def test_a_ruled_table_is_no_drawing() -> None:
    (page, _) = lower(read_document(WHOLE)).pages
    (table,) = page.tables
    assert [list(row) for row in table.rows()] == ROWS
    assert page.lost == ()


def test_the_same_bytes_are_the_same_document_and_a_revision_is_another() -> None:
    again, revised = read_document(bytes(WHOLE)), read_document(documents.pdf(drawn, documents.words))
    assert again == read_document(WHOLE)
    assert again.sha256 != revised.sha256
