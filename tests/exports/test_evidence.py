"""Pages of evidence: failures first, pictures of open cases, and no word of a document that becomes markup."""

from __future__ import annotations

import base64
import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from exports.small_warehouse import CASE, FIGURES, FINDING, HOSTILE, REPORT, SUSPECT, TRIAGE, WARNING, warehouse
from PIL import Image
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.exports import crops, evidence
from pipeline.exports.annotate import annotate
from pipeline.exports.crops import Marks, NoCrop, crop
from pipeline.exports.pictures import Pictures
from pipeline.sources.archive import Archive
from pipeline.store.home import Home
from pipeline.warehouse.publish import connect_readonly


def blank(pages: int = 1) -> bytes:
    """A PDF of empty A4 pages."""
    pdf, out = pdfium.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        pdf.new_page(595, 842)
    pdf.save(out)
    return out.getvalue()


def written(tmp_path: Path, document: bytes | None = None, **changed: Any) -> LexborHTMLParser:
    (tmp_path / "document").write_bytes(blank() if document is None else document)
    with connect_readonly(warehouse(tmp_path / "published.duckdb", **changed)) as connection:
        path, year = evidence.write_evidence(connection, lambda sha256: tmp_path / "document", tmp_path / "out", evidence.reports_of(connection))
    assert year.name == "2024.html"
    return LexborHTMLParser(path.read_text(encoding="utf-8"))


def test_errors_come_first_with_formula_amounts_and_page(tmp_path: Path) -> None:
    page = written(tmp_path)
    assert [a.attributes["data-severity"] for a in page.css("article")] == ["error", "warning"]
    told = page.css_first("article").text()
    for words in ("total = parts", "合计 = 基本 + 项目 <b>", "30.00", "19.96", "10.04", "p.1", "final-accounts decide c0ffee01"):
        assert words in told
    assert [o.attributes["value"] for o in page.css("#severity option")] == ["", "error", "warning"]
    assert [o.attributes["value"] for o in page.css("#kind option")] == ["", "form_identity", "wording"]


def test_the_picture_has_the_suspect_in_red_and_its_equation_in_blue(tmp_path: Path) -> None:
    (picture,) = written(tmp_path).css("img")
    address = str(picture.attributes["src"])
    seen = Image.open(io.BytesIO(base64.b64decode(address.removeprefix("data:image/png;base64,")))).convert("RGB")
    colours = {colour for _, colour in seen.getcolors(10_000) or ()}
    assert any(r > 180 and g < 60 and b < 60 for r, g, b in colours)
    assert any(r < 60 and b > 180 for r, g, b in colours)


def test_no_word_of_a_document_becomes_markup(tmp_path: Path) -> None:
    page = written(tmp_path)
    assert len(page.css("script")) == 1
    assert page.css("[onerror], a[href^=javascript], article b") == []
    assert all(str(i.attributes["src"]).startswith("data:") for i in page.css("img"))
    policy = next(str(m.attributes["content"]) for m in page.css("meta") if m.attributes.get("http-equiv"))
    assert re.search(r"default-src 'none'.*script-src 'sha256-[\w+/]+='", policy)


@pytest.mark.parametrize(
    ("document", "figures", "why"),
    [
        (b"a text", FIGURES, "no PDF"),
        (None, [{**f, "x0": None} for f in FIGURES], "none of its figures has a place"),
        (None, [{**f, "page": 7} for f in FIGURES], "no such page"),
        (None, [{**f, "x0": 9000.0, "x1": 9100.0} for f in FIGURES], "not on the page"),
    ],
)
def test_without_a_picture_the_place_is_told(tmp_path: Path, document: bytes | None, figures: Any, why: str) -> None:
    page = written(tmp_path, document, core__figures=figures)
    assert page.css("img") == []
    told = page.css_first("article").text()
    assert why in told
    assert "p.1" in told


def test_where_nothing_is_suspected_the_compared_figures_are_shown(tmp_path: Path) -> None:
    assert len(written(tmp_path, checks__suspects=()).css("img")) == 1


def test_suspects_on_other_pages_are_said(tmp_path: Path) -> None:
    also = {**SUSPECT, "figure_id": FIGURES[1]["figure_id"]}
    page = written(tmp_path, checks__suspects=[SUSPECT, also], core__figures=[FIGURES[0], {**FIGURES[1], "page": 3}, FIGURES[2]])
    assert "more suspects on the pages 3" in page.css_first("article").text()


@pytest.mark.parametrize(
    ("address", "shown"),
    [("file:///home/someone/%E5%86%B3%E7%AE%97.pdf", "决算.pdf"), ("https://example.org/a?b=<", "https://example.org/a?b=<"), (None, "")],
)
def test_a_local_address_is_a_name_only(tmp_path: Path, address: str | None, shown: str) -> None:
    page = written(tmp_path, core__reports=[{**REPORT, "source_url": address}])
    assert page.css_first("p").text().rpartition(" · ")[2] == shown
    assert [a.attributes["href"] for a in page.css("p a[rel]")] == ([shown] if shown.startswith("https") else [])


def test_a_blank_side_is_said_to_be_blank(tmp_path: Path) -> None:
    page = written(tmp_path, checks__findings=[{**FINDING, "printed": None}])
    assert "（blank）" in page.css_first("article").text()


def test_a_case_that_proposes_nothing_asks_for_a_verdict(tmp_path: Path) -> None:
    page = written(tmp_path, marts__triage=[{**TRIAGE, "entry": TRIAGE["entry"].replace("use_value", "keep_printed")}])
    assert "decide c0ffee01 --status keep_printed" in page.css_first("article").text()


def test_the_line_of_a_text_is_its_place(tmp_path: Path) -> None:
    gone = {"page": None, "line": 12}
    page = written(
        tmp_path, b"", core__figures=[{**f, **gone} for f in FIGURES], checks__findings=[{**FINDING, **gone}], marts__triage=[{**TRIAGE, **gone}]
    )
    assert page.css_first("article").text().count("l.12") == 2


def test_pictures_are_bounded_in_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pictures.of, "__defaults__", (2,))
    keys = [f"c{n}" for n in range(5)]
    page = written(
        tmp_path,
        checks__findings=[*({**FINDING, "finding_id": k, "case_id": k} for k in keys), WARNING],
        checks__cases=[{**CASE, "case_id": k} for k in keys],
        checks__case_findings=[{"case_id": k, "finding_id": k, "status": "open", **{n: CASE[n] for n in ("report_id", "publisher", "fiscal_year")}} for k in keys],
        checks__suspects=[{**SUSPECT, "case_id": k, "finding_id": k} for k in keys],
        marts__triage=[{**TRIAGE, "case_id": k} for k in keys],
    )  # fmt: skip
    assert len(page.css("img")) == 2
    assert page.body is not None
    assert page.body.text().count("2 pictures at most") == 3


def test_a_part_of_a_bundle_counts_its_own_pages(tmp_path: Path) -> None:
    part = dict.fromkeys(("document_sha256", "source_url", "bytes", "status", "fiscal_year", "report_id", "first_page", "retrieved_at"))
    part |= {
        "source_url": "x",
        "bytes": 1,
        "status": "part",
        "fiscal_year": 2024,
        "report_id": "2024-abc",
        "retrieved_at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    documents = [{**part, "document_sha256": name, "first_page": first} for name, first in (("one", 1), ("two", 11))]
    (tmp_path / "two").write_bytes(blank())
    published = warehouse(tmp_path / "published.duckdb", core__documents=documents)
    with connect_readonly(published) as connection, Pictures(connection, lambda sha256: tmp_path / sha256) as pictures:
        assert pictures.page("2024-abc", 12)[0] == 2
        with pytest.raises(NoCrop, match="not stored"):
            pictures.page("2024-abc", 3)


def test_the_page_of_a_year_leads_to_each_finding(tmp_path: Path) -> None:
    written(tmp_path)
    page = LexborHTMLParser((tmp_path / "out" / "2024.html").read_text(encoding="utf-8"))
    assert [a.attributes["href"] for a in page.css("td a")] == ["2024-abc.html#finding-f1", "2024-abc.html#finding-f2"]
    assert {s.attributes["id"] for s in page.css("select")} == {"severity", "kind", "publisher", "status"}
    assert page.css("[onerror], td script") == []


def test_a_chinese_page_has_no_english_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINAL_ACCOUNTS_LANG", "zh")
    page = written(tmp_path)
    for picture in page.css("script, style, title, code"):
        picture.decompose()
    assert page.body is not None
    told = page.body.text().replace(HOSTILE, "").replace("</title><img src=x onerror=alert(1)>", "")
    assert "合计 = 各列之和" in told
    assert re.findall(r"[A-Za-z]{3,} [A-Za-z]{2,}", told) == []


@pytest.mark.parametrize("turned", [0, 90])
def test_a_pdf_is_annotated_where_the_suspect_stands(tmp_path: Path, turned: int) -> None:
    pdf = pdfium.PdfDocument(blank())
    pdf[0].set_rotation(turned)
    pdf.save(tmp_path / "document")
    with connect_readonly(warehouse(tmp_path / "published.duckdb")) as connection:
        (one,) = annotate(connection, lambda sha256: tmp_path / "document", tmp_path / "out", evidence.reports_of(connection))
    assert one.path is not None
    page = pdfium.PdfDocument(one.path)[0]
    assert raw.FPDFPage_GetAnnotCount(page) == len(FIGURES)
    seen = page.render(scale=1, may_draw_forms=True).to_pil().convert("RGB").crop((95, 95, 165, 120))
    assert any(r > 180 and g < 90 and b < 90 for _, (r, g, b) in seen.getcolors(10_000) or ()), "red where the total is printed"


def test_a_document_that_is_no_pdf_is_said(tmp_path: Path, home: Home) -> None:
    published = warehouse(tmp_path / "published.duckdb")
    done = CliRunner().invoke(app, ["export", "--annotate", str(tmp_path / "out"), "--warehouse", str(published)])
    assert (done.exit_code, "2024-abc: no annotated PDF: the document is not stored here" in done.stderr) == (1, True)
    assert not list((tmp_path / "out").iterdir())


def test_pictures_are_bounded_in_size(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = pdfium.PdfDocument(blank())
    whole = Marks(1, [(0.0, 0.0, 595.0, 842.0)])
    assert max(Image.open(io.BytesIO(crop(pdf, whole))).size) <= 1400
    monkeypatch.setattr(crops, "_BYTES", 10)
    with pytest.raises(NoCrop, match="larger than"):
        crop(pdf, whole)
    pdf.close()


def test_the_command_takes_documents_from_the_archive(tmp_path: Path, home: Home) -> None:
    (tmp_path / "report.pdf").write_bytes(blank())
    offer = Archive(home.archive).offer_file(tmp_path / "report.pdf")
    published = warehouse(tmp_path / "published.duckdb", core__reports=[{**REPORT, "document_sha256": offer.sha256}])
    done = CliRunner().invoke(app, ["export", "--evidence", str(tmp_path / "out"), "--warehouse", str(published)])
    assert done.exit_code == 0, done.output
    assert "<img" in (tmp_path / "out" / "2024-abc.html").read_text(encoding="utf-8")
