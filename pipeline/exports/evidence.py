"""A page of evidence a report, whole in one HTML file: what fails first, each open case with the picture of its place.

What belongs here: what of the warehouse is shown, and the pictures of open cases.  What may not: markup (``evidence_page``), pixels (``crops``).
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pypdfium2 as pdfium

from pipeline.exports.crops import Box, Marks, NoCrop, crop
from pipeline.exports.evidence_page import page_of
from pipeline.exports.tables import FINDINGS

Row = dict[str, Any]
#: Most pictures of one page: a case a picture, the heaviest first.
MOST_PICTURES = 40

_FOUND = "SELECT * FROM core.reports WHERE $year IS NULL OR fiscal_year = $year ORDER BY fiscal_year, publisher, report_id"
_FINDINGS = f"""
    SELECT f.* FROM ({FINDINGS.query}) f WHERE f.report_id = $report
    ORDER BY f.status DESC, list_position(['error', 'warning', 'info'], f.severity), f.page, f.line, f.finding_id"""
_CASES = "SELECT * FROM marts.triage WHERE report_id = $report"
#: The figures of a case on the page of its first suspect: suspects of the likeliest explanation, and the others of its findings' equations.
_FIGURES = """
    WITH suspects AS (SELECT DISTINCT figure_id FROM checks.suspects WHERE case_id = $case AND rank = 1),
    held AS (SELECT DISTINCT t.figure_id FROM checks.case_findings c JOIN checks.equation_terms t ON t.equation_id = c.finding_id
             WHERE c.case_id = $case)
    SELECT f.page, f.x0, f.top, f.x1, f.bottom, f.figure_id IN (SELECT figure_id FROM suspects) AS suspect
    FROM core.figures f WHERE f.report_id = $report AND f.page IS NOT NULL AND f.x0 IS NOT NULL AND f.top IS NOT NULL
      AND f.x1 IS NOT NULL AND f.bottom IS NOT NULL AND f.figure_id IN (SELECT figure_id FROM suspects UNION SELECT figure_id FROM held)
    ORDER BY suspect DESC, f.page, f.figure_id"""
_PARTS = "SELECT document_sha256, first_page FROM core.documents WHERE report_id = $report AND status = 'part' AND first_page IS NOT NULL ORDER BY 2"


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a case as a ``data:`` address, with what it leaves out; or why there is none."""

    address: str = ""
    why: str = ""


def write_evidence(warehouse: duckdb.DuckDBPyConnection, stored: Callable[[str], Path], folder: Path, year: int | None = None) -> Iterator[Path]:
    """One file a report; ``stored`` says where the document with a hash is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for report in _rows(warehouse, _FOUND, year=year):
        key = report["report_id"]
        findings = [{**f, "difference": FINDINGS.shown["difference"](f)} for f in _rows(warehouse, _FINDINGS, report=key, year=None)]
        cases = {c["case_id"]: c for c in _rows(warehouse, _CASES, report=key)}
        order = dict.fromkeys(f["case_id"] for f in findings if f["case_id"] in cases)
        pictures = _pictures(warehouse, stored, report, list(order))
        path = folder / (re.sub(r"[^\w.-]", "_", key) + ".html")
        fresh = folder / f".{path.name}.{os.getpid()}"
        try:
            fresh.write_text(page_of(report, findings, cases, pictures), encoding="utf-8")
            os.replace(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
        yield path


def _pictures(
    warehouse: duckdb.DuckDBPyConnection, stored: Callable[[str], Path], report: Row, cases: list[str]
) -> dict[str, Picture]:
    """The pictures of a report's open cases, by case."""
    parts = _rows(warehouse, _PARTS, report=report["report_id"]) or [{"document_sha256": report["document_sha256"], "first_page": 1}]
    made: dict[str, Picture] = {}
    with contextlib.ExitStack() as closing:
        opened: dict[str, pdfium.PdfDocument] = {}
        for number, case in enumerate(cases):
            if number >= MOST_PICTURES:
                made[case] = Picture(why=f"a page has {MOST_PICTURES} pictures at most")
                continue
            try:
                figures = _rows(warehouse, _FIGURES, case=case, report=report["report_id"])
                marks, part = _placed(figures, parts)
                if part not in opened:
                    opened[part] = _document(stored(part))
                    closing.callback(opened[part].close)
                made[case] = Picture("data:image/png;base64," + base64.b64encode(crop(opened[part], marks)).decode(), _elsewhere(figures))
            except NoCrop as why:
                made[case] = Picture(why=str(why))
    return made


def _placed(figures: list[Row], parts: list[Row]) -> tuple[Marks, str]:
    """What is boxed on the page of the first suspect (where none is suspected, of the first figure that is compared), counted in
    its document, and that document.  Raises :class:`NoCrop`."""
    if not figures:
        raise NoCrop("none of its figures has a place on a page")
    page = figures[0]["page"]
    here = [f for f in figures if f["page"] == page]
    of = [p for p in parts if p["first_page"] <= page]
    if not of:
        raise NoCrop("no document of the report has that page")
    marks = Marks(page - of[-1]["first_page"] + 1, [_box(f) for f in here if f["suspect"]], [_box(f) for f in here if not f["suspect"]])
    return marks, str(of[-1]["document_sha256"])


def _elsewhere(figures: list[Row]) -> str:
    """What the picture does not show: on which other pages suspects stand."""
    pages = sorted({f["page"] for f in figures if f["suspect"]} - {figures[0]["page"]})
    return f"其余疑似数字见第 {'、'.join(map(str, pages))} 页 more suspects on other pages" if pages else ""


def _box(figure: Mapping[str, Any]) -> Box:
    return figure["x0"], figure["top"], figure["x1"], figure["bottom"]


def _document(path: Path) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path.read_bytes())
    except OSError as why:
        raise NoCrop("the document is not stored here") from why
    except pdfium.PdfiumError as why:
        raise NoCrop("the document is no PDF that can be opened") from why


def _rows(warehouse: duckdb.DuckDBPyConnection, query: str, **values: Any) -> list[Row]:
    found = warehouse.execute(query, values)
    names = [d[0] for d in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
