"""Whatever happens to the bytes of a document on its way, it is read, or refused with what to do; what it costs is said."""

from __future__ import annotations

import io
import struct
from collections import Counter
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from pipeline.model.figures import Place
from pipeline.reading import _with_damaged_text, office, read_document
from pipeline.reading.document import Document, Line, Page, UnreadableDocument
from pipeline.tables import lower
from tests.reading import documents
from tests.reading.old_files import biff, compound, nested_old_word, old_word, old_word_table
from tests.reading.test_word import GRID, paragraph, table, word
from tests.reading.test_workbooks import FORM, book, rows

ROWS = [["收入决算表", None, None], ["项目", "合计", "基本支出"], *([f"2010{i:03}", 100.0 + i, 50.0 + i] for i in range(30))]
KINDS = ("pdf", "xls", "xlsx", "doc", "docx", "rtf", "html")


@cache
def whole(kind: str) -> bytes:
    if kind == "pdf":
        return packed_pdf()
    if kind == "xls":
        return compound({"Workbook": biff(ROWS)})
    if kind == "xlsx":
        return book(rows(*FORM))
    if kind == "doc":
        return compound(old_word_table(GRID, ((0, 2000, 4000), (0, 2000, 4000))))
    if kind == "docx":
        return word(paragraph("收入决算表"), table(*GRID))
    if kind == "rtf":
        return rb"{\\rtf1\\ansi\\ansicpg936 A\\par\\trowd\\cellx2000\\cellx4000 B\\cell 4.00\\cell\\row}".replace(b"\\\\", b"\\")
    return "<html><body><p>甲</p><table><tr><td>项目</td><td>金额</td></tr><tr><td>合计</td><td>3.00</td></tr></table></body></html>".encode()


def packed_pdf() -> bytes:
    """A page whose content is packed, as all programs but a few write it."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), pageCompression=1)
    canvas.setCropBox(documents.TOP_OF_A_PAGE)
    canvas.setFont(documents.FACE, 10)
    documents.words(canvas)
    documents.table(canvas, [[str(c or "") for c in row] for row in ROWS])
    canvas.save()
    return out.getvalue()


@pytest.fixture(autouse=True, scope="module")
def _without_office() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office, "program", lambda: None)
        yield


def outcome(data: bytes) -> Document | None:
    """The document; ``None`` where it is refused with what is wrong and what to do.  Any other error passes."""
    try:
        return lower(read_document(data))
    except UnreadableDocument as why:
        if not (why.problem and why.remedy):
            raise ValueError("a refusal names what is wrong and what to do") from why
        return None


def texts(document: Document) -> Counter[str]:
    return Counter(t for p in document.pages for b in p.blocks for t in ([b.text] if isinstance(b, Line) else [c.text for c in b.cells]) if t)


@pytest.mark.parametrize("kind", KINDS)
@given(changes=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=6), keep=st.floats(0.1, 1))
@settings(max_examples=30)
def test_any_damage_is_read_or_refused(kind: str, changes: list[tuple[int, int]], keep: float) -> None:
    data = bytearray(whole(kind))
    for at, byte in changes:
        data[at % len(data)] = byte
    outcome(bytes(data[: int(len(data) * keep)]))


@pytest.mark.parametrize(("kind", "times"), [("pdf", 12), ("xls", 40), ("xlsx", 40), ("docx", 40)])
def test_a_flipped_bit_never_takes_a_cell_away_without_a_word(kind: str, times: int) -> None:
    data, random = whole(kind), Random(5)
    sound = lower(read_document(data))
    before = texts(sound)
    told = 0
    for _ in range(times):
        changed = bytearray(data)
        changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
        document = outcome(bytes(changed))
        if document is None or document.damage or document.media_type != sound.media_type:
            told += 1
        else:
            assert texts(document).total() >= before.total(), "cells are gone and nothing says so"
    assert told > times // 13


def test_an_old_workbook_that_counts_more_texts_than_it_holds_is_refused_before_memory_is_asked_for_them() -> None:
    stream, texts_held = biff(ROWS), struct.pack("<HHII", 0xFC, 8, 0x7FFFFFFF, 0x7FFFFFFF)
    listed = stream.index(struct.pack("<HH", 0x85, 10))  # the list of sheets says where the sheet begins
    begins = struct.pack("<I", struct.unpack_from("<I", stream, listed + 4)[0] + len(texts_held))
    counted = stream[:listed] + texts_held + stream[listed : listed + 4] + begins + stream[listed + 8 :]
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_document(compound({"Workbook": counted}))


def test_an_old_word_file_that_counts_more_than_it_holds_is_refused_before_memory_is_asked_for_it() -> None:
    nested = nested_old_word("收入决算表", GRID, (0, 2000, 4000))
    assert outcome(compound(nested)) is not None
    deep = {**nested, "WordDocument": nested["WordDocument"].replace(struct.pack("<Hi", 0x6649, 2), struct.pack("<Hi", 0x6649, 1 << 30))}
    assert outcome(compound(deep)) is None
    long = bytearray(old_word("收入决算表")["WordDocument"])
    struct.pack_into("<I", long, 0x4C, 1 << 31)
    pieces = b"\x02" + struct.pack("<I", 16) + struct.pack("<II", 0, 1 << 31) + struct.pack("<HIH", 0, 0x800, 0)
    assert outcome(compound({"WordDocument": bytes(long), "1Table": pieces})) is None


CELLS = "<tr><td>项目</td><td>金额</td></tr><tr><td>合计</td><td>3.00</td></tr>"


@pytest.mark.parametrize(
    ("rows", "damage"),
    [
        (CELLS, ""),
        (CELLS.replace("<tr><td>合", "<tr><!-- 1 --><o:p>\n</o:p><td>合"), ""),  # what word processors leave behind prints nothing
        (CELLS.replace("<td>3", "<d>3"), "words of a table stand outside of its cells"),
        (CELLS.replace("<td>3", "<tdspan=1>3"), "words of a table stand outside of its cells"),
        (CELLS.replace("<tr><td>合计</td><td>3.00", "<tr><"), "words of a table stand outside of its cells"),
        (CELLS.replace("<td>3", "<td colspan=1:3"), "a cell's tag does not end"),
        (CELLS.replace("<td>3", "<td rowspan=1 colspan='2' nowrap height=20 x:num>3"), ""),
        (CELLS.replace("<td>3", "<td><figure>3").replace("</td></tr><tr>", "</figure></td></tr><tr>"), ""),
        (CELLS.replace("<td>3", "<td><ucapcontent>3").replace("00</td>", "00</ucapcontent></td>"), ""),  # a publisher's own, which ends
        (CELLS.replace("<td>3", "<td rowpan=1>3"), "rowpan, which is no word"),
        (CELLS.replace("<td>3", "<td colspan=1td>3"), "1td, which is no word"),
        (CELLS.replace("<td>3", "<td><olspan=1>3"), "olspan=1, which is no word"),
        (CELLS.replace("合", "\0"), "its text holds what no text holds"),
        (CELLS.replace("合", "\ufffd"), "its text holds what no text holds"),
    ],
)
def test_a_web_page_whose_markup_is_broken_within_a_table_says_so(rows: str, damage: str) -> None:
    document = read_document(f"<html><body><p>甲</p><table>{rows}</table></body></html>".encode())
    assert damage in document.damage
    assert bool(document.damage) is bool(damage)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_web_page_with_zeroed_bytes_says_so(encoding: str) -> None:
    page = "<html><body><p>甲县水利局</p><table><tr><td>合计</td><td>10.00</td></tr></table></body></html>"
    assert not read_document(page.encode(encoding)).damage
    assert read_document(page.replace("10.00", "1\0\0\0").encode(encoding)).damage == "its text holds what no text holds"


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        (rb"{\rtf1 {A\}} B\par}", ""),
        (rb"{\rtf1 {A} B\par}}" + b"\0\r\n", "its groups end before the rich text does"),
        (rb"{\rtf1 A} B\par}", "its groups end before the rich text does"),
        (rb"{\rtf1 {A\par}", "the rich text ends too early"),
        (rb"{\rtf1 {\bin3 }}} B\par}", ""),  # binary data may hold any brace
        (rb"{\rtf1\uc1 A\u3 ?\par}", "its text holds what no text holds"),
    ],
)
def test_rich_text_whose_groups_are_broken_says_so(text: bytes, damage: str) -> None:
    assert read_document(text).damage == damage


@pytest.mark.parametrize(("kind", "recognised", "damaged"), [("text/html", False, True), ("text/html", True, False), ("image/*", False, False)])
def test_a_digit_that_a_recogniser_does_not_tell_is_no_damage_of_the_file(kind: str, recognised: bool, damaged: bool) -> None:
    line = Line("9.9\ufffd%", Place())
    document = Document("0", kind, "test", "grid", (Page(1, None, None, (line,), recognised=recognised),))
    assert bool(_with_damaged_text(document).damage) is damaged


def test_text_boxes_of_an_old_word_file_are_read_behind_its_text_and_notes_are_not() -> None:
    text, note, box = "收入1.00万元\r", "注2.00\r", "支出7.11万元\r"
    streams = old_word(text + note + box)
    main = bytearray(streams["WordDocument"])
    struct.pack_into("<7I", main, 0x4C, len(text), len(note), 0, 0, 0, 0, len(box))
    document = read_document(compound({**streams, "WordDocument": bytes(main)}))
    assert [line.text for line in document.lines()] == ["收入1.00万元", "支出7.11万元"]
    assert not document.damage


def test_text_boxes_of_rich_text_are_read_once() -> None:
    box = rb"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt \pard 7.11 {B\}} C\par}}}"
    document = read_document(rb"{\rtf1\ansi A 1.00\par " + box + box + rb"}")
    assert [line.text for line in document.lines()] == ["A 1.00", "7.11 B} C"]
    assert not document.damage
