#!/usr/bin/env python3
"""One report in every format that publishers hand in: what is read, what is unread, with and without LibreOffice.

    python benchmarks/formats.py [--keep FOLDER]

A sample's forms and narrative are written as DOCX and DOC (one form an embedded workbook), WPS, RTF, XLSX, XLS, OFD, a web page, a page
with its forms in nine workbooks (zip with GBK names, 7z, rar), a page whose forms are pictures (by itself, and with
them), pictures of all pages (a picture a page, and one TIFF), and a DOCX with a damaged part.  Old formats are made by LibreOffice and left out
where there is none.  Cells are the forms' amounts against the sample; a cell that is not read is ``said`` where the report says that something
of it is unread, else ``silent``.  Bars: no wrong cell, none silent, no error-severity finding.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import docx  # noqa: E402
import pypdfium2 as pdfium  # noqa: E402
from docx.opc.packuri import PackURI  # noqa: E402
from docx.opc.part import Part  # noqa: E402
from docx.oxml import parse_xml  # noqa: E402
from docx.oxml.ns import nsdecls  # noqa: E402
from PIL import Image  # noqa: E402

from benchmarks.bars import Bar, show  # noqa: E402
from benchmarks.cell_measure import number  # noqa: E402
from expectations.confront import judged  # noqa: E402
from pipeline.model.contents import ReportContents  # noqa: E402
from pipeline.reading import UnreadableDocument, media, office  # noqa: E402
from pipeline.reports.read import read_report  # noqa: E402
from pipeline.sources.bundles import bundle_of  # noqa: E402
from samples.build import read_input, sample_folders  # noqa: E402
from samples.figures import ReportFigures  # noqa: E402
from samples.grids import Grid  # noqa: E402
from samples.layout import Layout  # noqa: E402
from samples.prose import sections  # noqa: E402
from samples.report import printed_forms, typeset  # noqa: E402
from tests.reading.archive_files import rar_file, seven_zip_file  # noqa: E402
from tests.reading.grid_files import as_sheets, as_web, placed  # noqa: E402
from tests.reading.ofd_file import as_ofd  # noqa: E402
from tests.sources.bodies import zip_file  # noqa: E402

PACKAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package"
Cell = tuple[str, str, str, str, Decimal | None]  # form, side, code, column, value
PREVIEW = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@dataclass(frozen=True)
class Sample:
    """What is written in every format."""

    publisher: str
    year: int
    figures: ReportFigures
    grids: Sequence[Grid]
    prose: Sequence[tuple[str, Sequence[str]]]

    def truth(self) -> Counter[Cell]:
        cells = (c for grid in self.grids for c in grid.truth())
        return Counter((c.form, c.side, c.code, c.col, number(c.value)) for c in cells if c.value)


def sample() -> Sample:
    figures, _, text = read_input(next(f for f in sample_folders() if "example-city" in f.name and "2024" in f.name))
    return Sample(figures.publisher, figures.year, figures, printed_forms(figures, Layout()), list(sections(text.statements, figures.year)))


def word(of: Sample, embedded: int = 0, damaged: bool = False) -> bytes:
    """The report as DOCX, its first ``embedded`` forms as embedded workbooks."""
    document = docx.Document()
    document.add_paragraph(f"{of.publisher}{of.year}年度部门决算")
    for i, grid in enumerate(of.grids):
        for words in (grid.title, f"部门：{of.publisher}", f"单位：{grid.unit}"):
            document.add_paragraph(words)
        if i < embedded:
            _embed(document, as_sheets(of.publisher, of.year, [grid]), i)
            continue
        cells = placed(grid)
        table = document.add_table(len(grid.rows), max(c + cell.colspan for _, c, cell in cells))
        for r, c, cell in cells:
            table.cell(r, c).merge(table.cell(r + cell.rowspan - 1, c + cell.colspan - 1)).text = cell.text
        document.add_paragraph("")
    document.add_paragraph(f"第三部分 {of.year}年度部门决算情况说明")
    for heading, paragraphs in of.prose:
        for words in (heading, *paragraphs):
            document.add_paragraph(words)
    out = io.BytesIO()
    document.save(out)
    if not damaged:
        return out.getvalue()
    data = bytearray(out.getvalue())
    data[data.index(b"word/document.xml") + 2_000] ^= 0x40  # within the packed text
    return bytes(data)


def _embed(document: docx.document.Document, book: bytes, number: int) -> None:
    part = Part(PackURI(f"/word/embeddings/book{number}.xlsx"), media.XLSX, book, document.part.package)
    relation, (image, _) = document.part.relate_to(part, PACKAGE), document.part.get_or_add_image(io.BytesIO(PREVIEW))
    spaces = f'{nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" {nsdecls("r")}'
    document.add_paragraph()._p.append(
        parse_xml(
            f'<w:r {spaces}><w:object><v:shape id="o{number}" style="width:450pt;height:200pt" o:ole=""><v:imagedata r:id="{image}"/></v:shape>'
            f'<o:OLEObject Type="Embed" ProgID="Excel.Sheet.12" ShapeID="o{number}" DrawAspect="Content" ObjectID="_{number + 1}" r:id="{relation}"/>'
            "</w:object></w:r>"
        )
    )


def page(of: Sample) -> bytes:
    """The narrative as a web page that links its forms."""
    words = "".join(f"<p>{w}</p>" for heading, paragraphs in of.prose for w in (heading, *paragraphs))
    title = f"{of.publisher}{of.year}年度部门决算"
    return f"<html><head><meta charset='utf-8'></head><body><h1>{title}</h1>{words}<a href='表.zip'>附件：公开表</a></body></html>".encode()


def packed(of: Sample) -> dict[str, bytes]:
    books = {f"公开表/{i:02}{grid.title}.xlsx": as_sheets(of.publisher, of.year, [grid]) for i, grid in enumerate(of.grids, 1)}
    return {"情况说明.html": page(of), **books}


def pictures(of: Sample) -> dict[str, bytes]:
    """The pages of the forms at 200 dots to the inch, named by their numbers alone."""
    pdf = pdfium.PdfDocument(typeset(of.figures, Layout(rules="lines")).pdf)
    found = {}
    for count, sheet in enumerate(pdf, start=1):
        out = io.BytesIO()
        sheet.render(scale=200 / 72, grayscale=True).to_pil().save(out, "PNG", dpi=(200, 200))
        found[f"{count}.png"] = out.getvalue()
    return found


def tiff(pages: Iterable[bytes]) -> bytes:
    first, *rest = (Image.open(io.BytesIO(data)).convert("1") for data in pages)
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=rest, compression="group4", dpi=(200, 200))
    return out.getvalue()


def written(of: Sample) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Every format's name, and what writes it."""
    embedded = word(of, embedded=1)
    yield "docx", lambda: word(of)
    yield "docx, a form an embedded workbook", lambda: embedded
    yield "docx, a byte flipped", lambda: word(of, damaged=True)
    if office.program() is not None:
        yield "doc", lambda: office.converted(word(of), "docx", "doc")
        yield "doc, a form an embedded workbook", lambda: office.converted(embedded, "docx", "doc")
        yield "wps", lambda: office.converted(word(of), "docx", "wps")
        yield "rtf", lambda: office.converted(word(of), "docx", "rtf")
        yield "xls", lambda: office.converted(as_sheets(of.publisher, of.year, of.grids), "xlsx", "xls")
    yield "xlsx", lambda: as_sheets(of.publisher, of.year, of.grids)
    yield "ofd", lambda: as_ofd(of.publisher, of.year, of.grids)
    yield "html", lambda: as_web(of.publisher, of.year, of.grids)
    yield "html, forms as pictures", lambda: page(of).replace(b"</body>", b"<img src='1.png' width='900' height='700'></body>")
    pages = pictures(of)
    shown = "".join(f"<img src='/files/{name}'>" for name in pages).encode()
    yield "zip, page and png pages", lambda: zip_file({"index.html": page(of).replace(b"</body>", shown + b"</body>"), **pages})
    yield "tiff, scanned pages", lambda: tiff(pages.values())
    yield "zip, page and nine workbooks", lambda: zip_file(packed(of), gbk_names=True)
    yield "7z, page and nine workbooks", lambda: seven_zip_file(packed(of))
    yield "rar, page and nine workbooks", lambda: rar_file(packed(of))


@dataclass(frozen=True)
class Result:
    """What became of one file."""

    status: str
    equal: int = 0
    wrong: int = 0
    unread: int = 0
    statements: int = 0
    errors: int = 0
    said: str = ""


def result(data: bytes, truth: Counter[Cell]) -> Result:
    try:
        contents = read_report(bundle_of([("", data)]))
    except UnreadableDocument as why:
        return Result(why.status, unread=truth.total(), said=f"{why.problem}: {why.remedy}")
    read = Counter(
        (f.statement, f.side or "", f.code or "", f.measure, f.value)
        for f in contents.figures
        if f.section == "form" and f.value is not None and not f.measure.startswith("column:")
    )
    equal = (truth & read).total()
    errors = [f for f in judged(contents).findings if f["severity"] == "error"]
    statements = len(contents.rows_of("core.statements"))
    return Result("read", equal, (read - truth).total(), truth.total() - equal, statements, len(errors), _said(contents))


def _said(contents: ReportContents) -> str:
    """What the report says of itself: parts that are unread, documents that could not be read, and doubts of all its figures."""
    unread = [f"{row['title'] or row['concept']}: {row['reason']}" for row in contents.rows_of("core.parts") if row["state"] == "unread"]
    problems = [p.problem for p in contents.parts if p.problem]
    doubts = sorted({f.doubt for f in contents.figures if f.doubt})
    return "; ".join([*unread, *problems, *doubts])


def table(title: str, files: dict[str, bytes], truth: Counter[Cell]) -> list[Result]:
    """One line a file, printed as it comes."""
    print(f"\n{title}\n{'file':36} {'status':13} {'equal':>5} {'wrong':>5} {'unread':>6} {'stated':>6} {'errors':>6}  said")
    found = []
    for name, data in files.items():
        r = result(data, truth)
        found.append(r)
        print(f"{name:36} {r.status:13} {r.equal:5} {r.wrong:5} {r.unread:6} {r.statements:6} {r.errors:6}  {r.said[:110]}", flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="files whose name contains this")
    parser.add_argument("--keep", type=Path, help="write the files there as well")
    arguments = parser.parse_args()
    of = sample()
    truth = of.truth()
    with tempfile.TemporaryDirectory() as home:
        office.keep_in(lambda: Path(home) / "made")
        files = {name: write() for name, write in written(of) if arguments.only in name}
        if arguments.keep is not None:
            arguments.keep.mkdir(parents=True, exist_ok=True)
            for name, data in files.items():
                (arguments.keep / f"{name.replace(', ', '-').replace(' ', '-')}.{name.split(',')[0]}").write_bytes(data)
        results = []
        if office.program() is not None:
            office.keep_in(lambda: Path(home) / "with")
            results += table("with LibreOffice", files, truth)
        path, os.environ["PATH"] = os.environ["PATH"], home
        try:
            office.keep_in(lambda: Path(home) / "without")
            results += table("without LibreOffice", files, truth)
        finally:
            os.environ["PATH"] = path
    silent = sum(r.unread for r in results if not r.said)
    bars = [
        Bar("cells read wrong", "0", str(sum(r.wrong for r in results)), not any(r.wrong for r in results)),
        Bar("cells lost without a word", "0", str(silent), silent == 0),
        Bar("error findings of reading", "0", str(sum(r.errors for r in results)), not any(r.errors for r in results)),
    ]
    return show(bars)


if __name__ == "__main__":
    sys.exit(main())
