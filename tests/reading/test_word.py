"""Word documents of all ages: every text once, every table with its cells, embedded workbooks at their place."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
import pytest
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pipeline.reading import UnreadableDocument, office, read_document
from pipeline.reading.document import Document, Line, Table
from tests.reading.old_files import biff, compound, nested_old_word, old_word, old_word_table
from tests.reading.test_workbooks import FORM, book, damaged, rows

_W = nsdecls("w")
_MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*texts: Sequence[str], cell: Any = paragraph) -> str:
    body = "".join(f"<w:tr>{''.join(f'<w:tc>{cell(t)}</w:tc>' for t in row)}</w:tr>" for row in texts)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{body}</w:tbl>"


def word(*elements: str, parts: Sequence[tuple[str, bytes]] = ()) -> bytes:
    """A document of the elements; ``parts`` are embedded files, related as ``rId101`` and on."""
    document = docx.Document()
    for i, (name, data) in enumerate(parts):
        part = Part(PackURI(f"/word/embeddings/{name}"), "application/octet-stream", data, document.part.package)
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package"
        document.part.rels.add_relationship(kind, part, f"rId{101 + i}")
    for element in elements:
        head, _, rest = element.partition(">")
        closed = head.endswith("/")
        document.element.body.insert(len(document.element.body) - 1, parse_xml(f"{head.rstrip('/')} {_W} {_MORE}{'/' if closed else ''}>{rest}"))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def texts(document: Document) -> list[Any]:
    return [b.text if isinstance(b, Line) else [list(r) for r in b.rows()] for page in document.pages for b in page.blocks]


GRID = (("项目", "金额"), ("合计", "3.00"))
BOX = (
    "<w:p><w:r><w:t>前</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx>"
    "<w:txbxContent>{0}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
    "<v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
)


def test_a_text_box_counts_once_though_the_file_holds_it_twice() -> None:
    document = read_document(word(BOX.format(paragraph("收入合计100.00万元") + table(*GRID)), paragraph("后")))
    assert texts(document) == ["前", "收入合计100.00万元", [list(r) for r in GRID], "后"]


def test_content_controls_hold_text_like_any_other() -> None:
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    inline = "<w:p><w:r><w:t>甲县</w:t></w:r><w:sdt><w:sdtContent><w:r><w:t>水利局</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    row = "<w:tr><w:sdt><w:sdtContent><w:tc>" + paragraph("合计") + "</w:tc></w:sdtContent></w:sdt><w:tc>" + paragraph("3.00") + "</w:tc></w:tr>"
    grid = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>{paragraph('项目')}</w:tc><w:tc>{paragraph('金额')}</w:tc></w:tr>{control.format(row)}</w:tbl>"
    assert texts(read_document(word(control.format(paragraph("标题")), inline, grid))) == ["标题", "甲县水利局", [list(r) for r in GRID]]


def test_tracked_changes_count_as_accepted_and_hidden_text_does_not() -> None:
    changed = (
        "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
        "<w:ins><w:r><w:t>新增12.00万元</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r></w:p>"
    )
    gone = "<w:tr><w:trPr><w:del w:id='1' w:author='a'/></w:trPr><w:tc>" + paragraph("旧行") + "</w:tc><w:tc>" + paragraph("1.00") + "</w:tc></w:tr>"
    grid = table(*GRID).replace("</w:tbl>", f"{gone}</w:tbl>")
    assert texts(read_document(word(changed, grid))) == ["新增12.00万元", [list(r) for r in GRID]]


def test_a_table_around_tables_lays_out_the_page_and_a_column_of_text_is_lines() -> None:
    around = table(("x",), cell=lambda _: paragraph("收入决算表") + table(*GRID) + paragraph("注"))
    assert texts(read_document(word(around, table(("只有",), ("一列",))))) == ["收入决算表", [list(r) for r in GRID], "注", "只有", "一列"]


def test_the_numbers_of_lists_are_printed() -> None:
    document = docx.Document()
    for text in ("收入支出决算总体情况说明", "收入决算情况说明"):
        document.add_paragraph(text, style="List Number")
    out = io.BytesIO()
    document.save(out)
    assert texts(read_document(out.getvalue())) == ["1.收入支出决算总体情况说明", "2.收入决算情况说明"]


def embedded(number: int) -> str:
    return f"<w:p><w:r><w:object><o:OLEObject Type='Embed' ProgID='Excel.Sheet.12' r:id='rId{number}'/></w:object></w:r></w:p>"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("book.xlsx", book(rows(("项目", "金额"), ("合计", "3.00")))),
        ("book.xls", compound({"Workbook": biff([["项目", "金额"], ["合计", "3.00"]])})),
        ("book.bin", compound({"Package": book(rows(("项目", "金额"), ("合计", "3.00")))})),
    ],
)
def test_an_embedded_workbook_stands_at_its_place(name: str, data: bytes) -> None:
    document = read_document(word(paragraph("收入决算表"), embedded(101), paragraph("后"), parts=[(name, data)]))
    assert texts(document) == ["收入决算表", [list(r) for r in GRID], "后"]
    assert {c.found for p in document.pages for t in p.tables for c in t.cells} == {"sheet"}


def test_a_book_that_is_embedded_for_each_of_its_sheets_is_read_once() -> None:
    whole = book(rows(*GRID), rows(("项目", "数"), ("合计", "4.00")))
    document = read_document(word(embedded(101), paragraph("后"), embedded(102), parts=[("a.xlsx", whole), ("b.xlsx", whole)]))
    assert [len(t) for t in texts(document) if not isinstance(t, str)] == [2, 2]


def test_an_embedded_object_that_cannot_be_read_is_said_to_be_unread() -> None:
    (page,) = read_document(word(embedded(101), embedded(999), parts=[("a.bin", b"\x00\x01")])).pages
    first, second = page.pictures
    assert "Excel.Sheet.12" in first.problem
    assert first.remedy
    assert "linked" in second.problem


def test_columns_that_nobody_sees_are_no_columns() -> None:
    grid = '<w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="30"/><w:gridCol w:w="2000"/></w:tblGrid>'

    def row(*cells: tuple[int, str]) -> str:
        held = "".join(f"<w:tc><w:tcPr><w:gridSpan w:val='{n}'/></w:tcPr>{paragraph(t)}</w:tc>" for n, t in cells)
        return f"<w:tr>{held}</w:tr>"

    element = f"<w:tbl><w:tblPr/>{grid}{row((1, '项目'), (2, '金额'))}{row((2, '合计'), (1, '3.00'))}</w:tbl>"
    assert texts(read_document(word(element))) == [[list(r) for r in GRID]]


def test_a_document_whose_checksum_fails_says_so() -> None:
    whole = word(paragraph("合计3.00万元"))
    assert read_document(whole).damage == ""
    assert "checksums" in read_document(damaged(whole)).damage


OLD = "甲县水利局2022年度部门决算\r收入决算表\r项目\x07金额\x07\x07合计\x073.00\x07\x07第二段\r\x13 EMBED Excel.Sheet.8 \x14\x01\x15\r完\r"


@pytest.fixture
def _without_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)


@pytest.mark.usefixtures("_without_office")
def test_without_libreoffice_the_rest_of_an_old_document_is_unread_with_the_remedy() -> None:
    streams = {**old_word(OLD), "ObjectPool/_1/Workbook": biff([["支出决算表", None], ["项目", "金额"], ["合计", 4.0]])}
    document = read_document(compound(streams))
    assert texts(document) == [
        "甲县水利局2022年度部门决算", "收入决算表", [["项目"], ["金额"], ["合计"], ["3.00"]], "第二段", "支出决算表", [["项目", "金额"], ["合计", "4"]], "完",
    ]  # fmt: skip
    (picture,) = document.pages[0].pictures
    assert "LibreOffice" in picture.problem
    assert "bin/system-packages.sh" in picture.remedy


def test_an_encrypted_old_document_is_refused() -> None:
    streams = old_word("密")
    main = bytearray(streams["WordDocument"])
    main[0x0B] |= 0x01
    with pytest.raises(UnreadableDocument, match="password"):
        read_document(compound({**streams, "WordDocument": bytes(main)}))


def test_with_libreoffice_an_old_document_is_read_whole() -> None:
    if office.program() is None:
        pytest.skip("needs LibreOffice")
    rich = rb"{\rtf1\ansi\ansicpg936 Hello\par\trowd\cellx2000\cellx4000\intbl A\cell 3.00\cell\row\trowd\cellx2000\cellx4000\intbl B\cell 4.00\cell\row}"
    assert [["A", "3.00"], ["B", "4.00"]] in texts(read_document(rich))


@pytest.mark.usefixtures("_without_office")
def test_rich_text_without_libreoffice_tells_columns_by_the_edges_of_cells() -> None:
    head = rb"{\rtf1\ansi\ansicpg936 \'ca\'d5\'c8\'eb\par"
    rows = rb"\trowd\cellx2000\cellx6000 A\cell B\cell\row\trowd\cellx2010\cellx4000\cellx6000 C\cell\cell 4.00\cell\row"
    (page,) = read_document(head + rows + b"}").pages
    (grid,) = page.tables
    assert [list(r) for r in grid.rows()] == [["A", "B", ""], ["C", "", "4.00"]]
    assert grid.at(0, 2) is grid.at(0, 1), "the heading spans both columns"
    (page,) = read_document(head + rows.replace(b"\\cellx6000 C", b" C") + b"}").pages
    assert page.tables[0].n_cols == 1
    assert page.pictures, "a row that does not say where its cells end is unread"


def test_a_converter_that_hangs_costs_its_document_only(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "soffice"
    slow.write_text("#!/bin/sh\nsleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setattr(office, "program", lambda: str(slow))
    monkeypatch.setattr(office, "SECONDS", 0.2)
    with pytest.raises(UnreadableDocument, match="longer than"):
        office.converted(b"x", "doc")


def test_a_converter_that_dies_is_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "soffice"
    broken.write_text("#!/bin/sh\nexit 7\n")
    broken.chmod(0o755)
    monkeypatch.setattr(office, "program", lambda: str(broken))
    with pytest.raises(UnreadableDocument, match="status 7"):
        office.converted(b"x", "doc")


def test_the_walk_finds_what_a_flipped_byte_hides() -> None:
    from pipeline.reading.biff import check

    whole = biff([["项目", "金额"], ["合计", 3.0], ["甲", "=S"]])
    assert check(whole).damage == []
    assert check(whole).formulas == {0: frozenset({(2, 1)})}
    at = whole.index(b"\x03\x02\x0e\x00")
    assert check(whole[:at] + b"\x13" + whole[at + 1 :]).damage, "the only amount became a record of no known kind"
    assert check(whole[:at] + b"\x03\x02\x0f\x00" + whole[at + 4 :]).damage, "its length"
    assert check(whole[:at] + whole[at : at + 6] + b"\x09" + whole[at + 7 :]).damage, "its column"
    assert check(whole[:-4]).damage, "its end"


def test_form_and_other_tables_have_their_own_places() -> None:
    (page,) = read_document(word(paragraph("一"), table(*FORM), paragraph("二"))).pages
    (grid,) = [b for b in page.blocks if isinstance(b, Table)]
    assert grid.place.line == 2
    assert {c.found for c in grid.cells} == {"markup"}


def test_a_picture_of_a_table_is_recognised_and_an_emblem_is_not_looked_at() -> None:
    from PIL import Image, ImageDraw

    sheet = Image.new("L", (1200, 500), 255)
    draw = ImageDraw.Draw(sheet)
    for x in (100, 600, 1100):
        draw.line((x, 100, x, 400), fill=0, width=3)
    for y in (100, 200, 300, 400):
        draw.line((100, y, 1100, y), fill=0, width=3)
    for r, words in enumerate((("201", "12.50"), ("202", "3.75"), ("203", "8.00"))):
        for c, text in enumerate(words):
            draw.text((130 + 500 * c, 125 + 100 * r), text, fill=0, font_size=48)
    out = io.BytesIO()
    sheet.save(out, "PNG", dpi=(200, 200))

    def shown(wide: int, high: int) -> str:
        return (
            f"<w:p><w:r><w:drawing><wp:inline><wp:extent cx='{wide}' cy='{high}'/><a:graphic><a:graphicData><a:blip r:embed='rId101'/></a:graphicData>"
            "</a:graphic></wp:inline></w:drawing></w:r></w:p>"
        )

    (page,) = read_document(word(paragraph("前"), shown(5_000_000, 2_000_000), parts=[("a.png", out.getvalue())])).pages
    (grid,) = page.tables
    assert [row[1] for row in grid.rows()] == ["12.50", "3.75", "8.00"]
    assert {c.found for c in grid.cells} == {"picture"}
    assert grid.place.line == 2
    assert read_document(word(shown(500_000, 500_000), parts=[("a.png", out.getvalue())])).pages[0].blocks == ()


@pytest.mark.usefixtures("_without_office")
def test_the_tables_of_an_old_document_are_told_by_the_edges_of_their_rows() -> None:
    held = (("项目", "金额"), ("合计", "3.00", "1.00"), ("", "4.00", ""))
    edges = ((0, 2000, 6000), (0, 2010, 4000, 6000), (0, 2000, 4000, 6000))
    (page,) = read_document(compound(old_word_table(held, edges, below=[(2, 0)]))).pages
    (grid,) = page.tables
    assert [list(r) for r in grid.rows()] == [["项目", "金额", ""], ["合计", "3.00", "1.00"], ["", "4.00", ""]]
    assert grid.at(0, 2) is grid.at(0, 1)
    assert grid.at(2, 0) is grid.at(1, 0)
    assert not page.pictures


def test_a_table_within_a_table_of_an_old_document_is_read_and_one_that_libreoffice_drops_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = compound(nested_old_word("收入决算表", GRID, (0, 2000, 4000)))
    monkeypatch.setattr(office, "program", lambda: None)
    assert texts(read_document(data)) == ["收入决算表", [list(r) for r in GRID]]
    loose = word(*(paragraph(t) for row in (("收入决算表",), *GRID) for t in row))
    monkeypatch.setattr(office, "converted", lambda data, ending: loose)
    assert texts(read_document(data)) == ["收入决算表", [list(r) for r in GRID]]


def test_where_libreoffice_loses_amounts_the_files_own_text_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = old_word_table((("项目", "金额"), ("合计", "3.00")), ((0, 2000, 4000), (0, 2000, 4000)))
    monkeypatch.setattr(office, "converted", lambda data, ending: word(paragraph("项目金额合计3")))
    assert texts(read_document(compound(streams))) == [[list(r) for r in GRID]]
    monkeypatch.setattr(office, "converted", lambda data, ending: word(paragraph("一、"), table(*GRID)))
    assert texts(read_document(compound(streams))) == ["一、", [list(r) for r in GRID]]


@pytest.mark.usefixtures("_without_office")
def test_an_old_document_whose_text_is_no_text_says_so() -> None:
    sound = compound(old_word("收入决算表\r合计3.00\r"))
    assert read_document(sound).damage == ""
    assert "no text holds" in read_document(sound.replace("合计".encode("utf-16-le"), bytes(4))).damage
