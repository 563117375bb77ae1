"""A report in several documents is one report; several reports on one page stay several."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import docx
import pytest

from pipeline.batches import Inline
from pipeline.model.contents import ReportContents
from pipeline.reading.document import UnreadableDocument
from pipeline.reports.folders import offer_pages
from pipeline.reports.intake import take_in
from pipeline.reports.read import read_report
from pipeline.reports.workers import Workers
from pipeline.sources.archive import Archive, Offer
from pipeline.sources.bundles import Bundle, Part, manifest
from pipeline.store.home import Home
from pipeline.store.readings import Library
from samples.as_text import TextStyle, as_text
from samples.build import read_input, sample_folders
from samples.figures import ReportFigures
from samples.layout import Layout
from samples.prose import sections
from samples.report import ReportText, printed_forms
from tests.reading.archive_files import rar_file, seven_zip_file
from tests.reading.grid_files import as_sheets, as_word
from tests.reading.test_archives import has_libarchive
from tests.sources.bodies import zip_bomb, zip_file

LAYOUT = Layout()


@cache
def sample() -> tuple[ReportFigures, ReportText]:
    figures, _, text = read_input(next(f for f in sample_folders() if "example-city" in f.name and "2024" in f.name))
    return figures, text


@cache
def narrative() -> bytes:
    """The text of a report as a Word document of its own, without the forms and without the titles of parts."""
    figures, text = sample()
    document = docx.Document()
    document.add_paragraph(f"{figures.publisher}{figures.year}年度{figures.kind}决算情况说明")
    for heading, paragraphs in sections(text.statements, figures.year):
        for words in (heading, *paragraphs):
            document.add_paragraph(words)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def forms(figures: ReportFigures) -> bytes:
    return as_sheets(figures.publisher, figures.year, printed_forms(figures, LAYOUT))


@cache
def annex() -> bytes:
    figures, text = sample()
    return as_word(figures.publisher, figures.year, text.annexes)


def bundle(*parts: bytes, title: str = "2024年度部门决算") -> Bundle:
    named = tuple(Part(f"附件{n}", sha256(data).hexdigest(), data) for n, data in enumerate(parts, 1))
    listed = manifest(title, [(p.sha256, p.name) for p in named])
    return Bundle(sha256(listed).hexdigest(), title, named)


def amounts(contents: ReportContents, section: str) -> list[tuple[object, ...]]:
    return sorted(
        (f.statement, f.side or "", f.code or "", f.label or "", f.measure, f.value) for f in contents if f.section == section and f.value is not None
    )


@pytest.fixture(scope="module")
def whole() -> ReportContents:
    """The same report in one document."""
    figures, text = sample()
    return read_report(as_text(figures, LAYOUT, TextStyle("tabs"), text).encode())


def test_text_forms_and_annex_become_one_report(whole: ReportContents) -> None:
    figures, _ = sample()
    parts = bundle(narrative(), forms(figures), annex())
    united = read_report(parts)
    assert united.report.report_id == whole.report.report_id
    assert united.report.document_sha256 == parts.sha256
    assert amounts(united, "form") == amounts(whole, "form")
    assert amounts(united, "narrative") == amounts(whole, "narrative")
    assert any(f.section == "self_evaluation" for f in united), "the annex is read as well"


def test_every_figure_tells_the_document_that_it_stands_in() -> None:
    figures, _ = sample()
    united = read_report(bundle(narrative(), forms(figures), annex()))
    assert [(p.first_page, p.pages) for p in united.parts] == [
        (1, 1),
        (2, len(printed_forms(figures, LAYOUT))),
        (2 + len(printed_forms(figures, LAYOUT)), 1),
    ]
    pages = {section: {f.place.page for f in united if f.section == section} for section in ("narrative", "form", "self_evaluation")}
    last = united.parts[2].first_page
    assert pages["narrative"] == {1}
    assert pages["form"] <= set(range(2, last or 0))
    assert pages["self_evaluation"] - {None} == {last}  # a weight that is not printed stands nowhere
    assert len({f.figure_id for f in united}) == len(united.figures)


def test_the_order_of_the_documents_changes_no_figure(whole: ReportContents) -> None:
    figures, _ = sample()
    united = read_report(bundle(annex(), forms(figures), narrative()))
    assert amounts(united, "form") == amounts(whole, "form")
    assert amounts(united, "narrative") == amounts(whole, "narrative")


def test_a_document_that_cannot_be_read_costs_no_other(whole: ReportContents) -> None:
    figures, _ = sample()
    united = read_report(bundle(narrative()[:2000], forms(figures)))
    assert amounts(united, "form") == amounts(whole, "form")
    broken, read = united.parts
    assert broken.problem
    assert broken.remedy
    assert read.first_page == 1


def test_forms_published_in_two_formats_count_once() -> None:
    figures, text = sample()
    both = read_report(bundle(as_text(figures, LAYOUT, TextStyle("tabs"), text).encode(), forms(figures)))
    assert {r["state"] for r in both.rows_of("core.forms")} <= {"read", "empty"}
    [line, *rest] = figures.forms["income"]
    changed = replace(figures, forms={**figures.forms, "income": (replace(line, values={**line.values, "total": line.values["total"] + 1}), *rest)})
    differing = read_report(bundle(as_text(figures, LAYOUT, TextStyle("tabs"), text).encode(), forms(changed)))
    assert {r["statement"]: r["state"] for r in differing.rows_of("core.forms")}["income"] == "repeated", "copies that differ are said to be so"


def test_two_complete_reports_stay_two() -> None:
    figures, _ = sample()
    unit = replace(figures, publisher="示例市大数据中心", kind="单位")
    with pytest.raises(UnreadableDocument) as caught:
        read_report(bundle(forms(figures), forms(unit)))
    assert caught.value.status == "separate"
    assert "示例市大数据局 2024 (附件1)" in caught.value.problem
    assert "示例市大数据中心 2024 (附件2)" in caught.value.problem


def test_documents_without_any_form_are_no_report() -> None:
    _figures, _ = sample()
    with pytest.raises(UnreadableDocument) as caught:
        read_report(bundle(narrative(), annex()[:900]))
    assert caught.value.status == "not_a_report"


def offered(archive: Archive, folder: Path, *parts: bytes, day: int = 1) -> tuple[Offer, list[Offer]]:
    files = []
    for n, data in enumerate(parts):
        (folder / f"{n}").write_bytes(data)
        files.append(archive.offer_file(folder / f"{n}"))
    return archive.offer_bundle(
        "2024年度部门决算", [(o.sha256, "附件") for o in files], "http://h.example/d.html", datetime(2025, 9, day, tzinfo=UTC)
    ), files


def test_the_parts_of_a_report_stand_for_nothing_by_themselves(tmp_path: Path) -> None:
    figures, _ = sample()
    library = Library.of(Home(tmp_path / "home"), "t")
    listed, files = offered(library.archive, tmp_path, narrative(), forms(figures), b"\x00\x01")
    intake = take_in(library, Workers(Inline()))
    assert [o.sha256 for o in intake.outcomes] == [listed.sha256], "no part is read twice"
    documents = {d.offer.sha256: d for d in library.documents()}
    assert {documents[o.sha256].status for o in files[:2]} == {"part"}
    assert documents[files[2].sha256].status == "failed"
    assert documents[files[1].sha256].row()["first_page"] == 2
    assert documents[listed.sha256].status == "read"
    assert {d.outcome.report_id for d in documents.values()} == {documents[listed.sha256].outcome.report_id}
    rows = [d.row() for d in documents.values()]
    [report] = [r for tables in library.tables(rows) for r in tables["core.reports"].to_pylist()]
    assert (report["document_sha256"], report["source_url"]) == (listed.sha256, "http://h.example/d.html")
    assert not take_in(library, Workers(Inline())).outcomes, "the next run reads nothing"
    [(_, failure)] = library.failures(library.archive.offers())
    assert failure.sha256 == files[2].sha256


def test_parts_that_are_reports_are_read_by_themselves(tmp_path: Path) -> None:
    figures, _ = sample()
    library = Library.of(Home(tmp_path / "home"), "t")
    unit = replace(figures, publisher="示例市大数据中心", kind="单位")
    listed, files = offered(library.archive, tmp_path, forms(figures), forms(unit))
    assert len(take_in(library, Workers(Inline())).outcomes) == 3
    documents = {d.offer.sha256: d for d in library.documents()}
    assert documents[listed.sha256].status == "separate"
    assert [documents[o.sha256].status for o in files] == ["read", "read"]
    assert not list(library.failures(library.archive.offers()))


def test_a_zip_in_a_folder_is_what_is_in_it(tmp_path: Path) -> None:
    figures, _ = sample()
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "2024年度部门决算.zip").write_bytes(zip_file({"说明.docx": narrative(), "表/公开表.xlsx": forms(figures)}))
    (folder / "bomb.zip").write_bytes(zip_bomb(4))
    library = Library.of(Home(tmp_path / "home"), "t")
    take_in(library, Workers(Inline()), folder)
    status = {d.offer.source_url.rpartition("/in/")[2]: d.status for d in library.documents()}
    name = "2024%E5%B9%B4%E5%BA%A6%E9%83%A8%E9%97%A8%E5%86%B3%E7%AE%97.zip"
    assert status == {f"{name}!说明.docx": "part", f"{name}!表/公开表.xlsx": "part", name: "read", "bomb.zip": "failed"}
    assert not take_in(library, Workers(Inline()), folder).outcomes


def test_a_corrected_part_supersedes_the_bundle(tmp_path: Path) -> None:
    figures, _ = sample()
    library = Library.of(Home(tmp_path / "home"), "t")
    first, _ = offered(library.archive, tmp_path, narrative(), forms(figures))
    take_in(library, Workers(Inline()))
    corrected = as_sheets(figures.publisher, figures.year, printed_forms(figures, replace(LAYOUT, thousands=False)))
    second, _ = offered(library.archive, tmp_path, narrative(), corrected, day=2)
    take_in(library, Workers(Inline()))
    status = {d.offer.sha256: d.status for d in library.documents()}
    assert status.pop(second.sha256) == "read"
    assert status.pop(first.sha256) == "superseded"
    assert set(status.values()) == {"part"}


@pytest.mark.parametrize("write", [zip_file, seven_zip_file, rar_file])
def test_an_archive_of_any_kind_is_what_is_in_it(tmp_path: Path, write: Callable[[dict[str, bytes]], bytes], whole: ReportContents) -> None:
    figures, _ = sample()
    packed = write({"说明.docx": narrative(), "附件.zip": zip_file({"公开表.xlsx": forms(figures)}, gbk_names=True)})
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2024年度部门决算").write_bytes(packed)
    library = Library.of(Home(tmp_path / "home"), "t")
    if write is rar_file and not has_libarchive():
        pytest.skip("needs the system's libarchive")
    take_in(library, Workers(Inline()), tmp_path / "in")
    assert sorted(d.status for d in library.documents()) == ["part", "part", "read"]
    assert amounts(read_report(packed), "form") == amounts(whole, "form"), "read alone it is the same report"


def test_reports_in_folders_of_one_archive_are_told_apart(tmp_path: Path) -> None:
    figures, _ = sample()
    unit = replace(figures, publisher="示例市大数据中心", kind="单位")
    held = {
        "局/说明.docx": narrative(),
        "局/公开表.xlsx": forms(figures),
        "中心/公开表.xlsx": forms(unit),
        "中心/概况.txt": "示例市大数据中心概况".encode(),
    }
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "all.zip").write_bytes(zip_file(held))
    library = Library.of(Home(tmp_path / "home"), "t")
    take_in(library, Workers(Inline()), tmp_path / "in")
    read = [d for d in library.documents() if d.status == "read"]
    assert {len(d.offer.parts) for d in read} == {2}
    assert {row["publisher"] for tables in library.tables([d.row() for d in read]) for row in tables["core.reports"].to_pylist()} == {
        figures.publisher,
        unit.publisher,
    }


def test_a_member_that_cannot_be_unpacked_is_said_to_be_missing(whole: ReportContents) -> None:
    figures, _ = sample()
    packed = zip_file({"公开表.xlsx": forms(figures), "附件.zip": zip_file({"内.zip": zip_file({"自评表.docx": annex()})})})
    read = read_report(packed)
    assert amounts(read, "form") == amounts(whole, "form")
    (problem,) = [p.problem for p in read.parts if p.problem]
    assert "too deep" in problem


def test_two_reports_of_a_workbook_a_form_are_told_apart_by_their_folders() -> None:
    figures, _ = sample()
    unit = replace(figures, publisher="示例市大数据中心", kind="单位")
    held = {f"{f.publisher}/{i}.xlsx": as_sheets(f.publisher, f.year, [g]) for f in (figures, unit) for i, g in enumerate(printed_forms(f, LAYOUT))}
    with pytest.raises(UnreadableDocument) as caught:
        read_report(zip_file(held))
    assert caught.value.status == "separate"
    assert "示例市大数据中心" in caught.value.problem


def parts_in(folder: Path) -> dict[str, bytes]:
    """A narrative and a workbook a form, the forms' own names and years on the first two of them only."""
    figures, _ = sample()
    grids = printed_forms(figures, LAYOUT)
    books = {f"{i}{g.title}.xlsx": as_sheets(figures.publisher if i < 2 else "", figures.year, [g]) for i, g in enumerate(grids)}
    held = {"情况说明.docx": narrative(), **books}
    folder.mkdir(parents=True)
    for name, data in held.items():
        (folder / name).write_bytes(data)
    return held


def test_files_of_a_folder_that_name_one_report_are_one(tmp_path: Path, whole: ReportContents) -> None:
    held = parts_in(tmp_path / "in" / "决算")
    library = Library.of(Home(tmp_path / "home"), "t")
    take_in(library, Workers(Inline()), tmp_path / "in")
    statuses = [d.status for d in library.documents()]
    assert statuses.count("part") == len(held)
    assert statuses.count("read") == 1
    [united] = [d for d in library.documents() if d.status == "read"]
    assert amounts(library.readings.contents(united.offer.sha256), "form") == amounts(whole, "form")
    assert not take_in(library, Workers(Inline()), tmp_path / "in").outcomes, "the next run reads nothing"


def test_reports_of_a_folder_stay_their_own(tmp_path: Path) -> None:
    figures, text = sample()
    revised = as_text(figures, replace(LAYOUT, thousands=False), TextStyle("tabs"), text)
    others = {"甲.txt": as_text(figures, LAYOUT, TextStyle("tabs"), text), "乙.txt": revised}
    (tmp_path / "in").mkdir()
    for name, words in others.items():
        (tmp_path / "in" / name).write_text(words, encoding="utf-8")
    library = Library.of(Home(tmp_path / "home"), "t")
    take_in(library, Workers(Inline()), tmp_path / "in")
    assert sorted(d.status for d in library.documents()) == ["read", "superseded"], "two revisions are no parts of each other"


def test_pictures_of_a_folder_are_pages_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    names = ["第10页.jpg", "第2页.jpg", "第1页.jpg", "说明.txt"]
    (tmp_path / "in").mkdir()
    archive = Archive(tmp_path / "archive")
    for n, name in enumerate(names):
        (tmp_path / "in" / name).write_bytes(bytes([n]))
        archive.offer_file(tmp_path / "in" / name)
    [pages] = offer_pages(archive)
    assert [sha256(bytes([n])).hexdigest() for n in (2, 1, 0)] == list(pages.parts)
    (tmp_path / "in" / "乙局1.png").write_bytes(b"a")
    archive.offer_file(tmp_path / "in" / "乙局1.png")
    assert len(offer_pages(archive)) == 1, "a picture without its like: all are one document"
    (tmp_path / "in" / "乙局2.png").write_bytes(b"b")
    archive.offer_file(tmp_path / "in" / "乙局2.png")
    assert sorted(len(b.parts) for b in offer_pages(archive)) == [2, 3]
