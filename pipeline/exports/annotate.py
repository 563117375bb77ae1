"""A report's PDF with its open cases marked on its pages: suspects in red, the other figures of their equations in blue, with a comment each.

What belongs here: annotations of a stored PDF.  What may not: which figures (``pictures``).
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipeline.exports.crops import NoCrop
from pipeline.exports.pictures import Pictures, Row, Stored, box, opened, rows
from pipeline.messages import told
from pipeline.model.harmless import line

#: Most cases of one report that are marked, the heaviest first.
_MOST = 200
_RED, _BLUE = (208, 0, 0), (0, 80, 208)
_FINE = 100  # pdfium counts places of a screen in whole dots: so many to a point
_CASES = """SELECT case_id, severity FROM marts.triage WHERE report_id = $report
            ORDER BY list_position(['error', 'warning', 'info'], severity), case_id LIMIT $most"""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A file that was written, or (``why``) the reason why a report has none."""

    report_id: str
    path: Path | None = None
    why: str = ""


def annotate(warehouse: duckdb.DuckDBPyConnection, stored: Stored, folder: Path, reports: list[Row]) -> Iterator[Annotated]:
    """One PDF a document of each report in ``folder``; a document that is no PDF is said."""
    folder.mkdir(parents=True, exist_ok=True)
    with Pictures(warehouse, stored) as pictures:
        for report in reports:
            key = str(report["report_id"])
            cases = {case["case_id"]: case for case in rows(warehouse, _CASES, report=key, most=_MOST)}
            marks = [(cases[case], f) for case, figures in pictures.figures(key, list(cases)).items() for f in figures]
            for number, (first, sha256) in enumerate(parts := pictures.parts(key)):
                last = parts[number + 1][0] if number + 1 < len(parts) else None
                own = [(c, f) for c, f in marks if first <= f["page"] and (last is None or f["page"] < last)]
                name = re.sub(r"[^\w.-]", "_", key) + (f"-{number + 1}" if number else "")
                try:
                    yield Annotated(key, _marked(stored(sha256), folder / f"{name}.pdf", first, own))
                except NoCrop as why:
                    yield Annotated(key, why=told(str(why)))


def _marked(source: Path, target: Path, first: int, marks: list[tuple[Row, Row]]) -> Path:
    fresh = target.parent / f".{target.name}.{os.getpid()}"
    document = opened(source)
    try:
        for case, figure in marks:
            number = figure["page"] - first
            if 0 <= number < len(document):
                page = document[number]
                _square(page, figure, _comment(case, figure))
                page.close()
        document.save(fresh)
        os.replace(fresh, target)
    finally:
        document.close()
        fresh.unlink(missing_ok=True)
    return target


def _comment(case: Row, figure: Row) -> str:
    if not figure["suspect"]:
        return told("case {case}: a figure of its equations", case=case["case_id"])
    printed = line(figure["printed"], 40) or told("blank")
    suggested = f"{figure['suggested'].normalize():f}" if figure["suggested"] is not None else "?"
    return told("case {case}: suspect, {printed} → {suggested}", case=case["case_id"], printed=printed, suggested=suggested)


def _square(page: pdfium.PdfPage, figure: Row, comment: str) -> None:
    annotation = raw.FPDFPage_CreateAnnot(page, raw.FPDF_ANNOT_SQUARE)
    try:
        red, green, blue = _RED if figure["suspect"] else _BLUE
        raw.FPDFAnnot_SetColor(annotation, raw.FPDFANNOT_COLORTYPE_Color, red, green, blue, 255)
        raw.FPDFAnnot_SetBorder(annotation, 0, 0, 1.5 if figure["suspect"] else 0.8)
        raw.FPDFAnnot_SetRect(annotation, _on_paper(page, figure))
        raw.FPDFAnnot_SetStringValue(annotation, b"Contents", _wide(comment))
        raw.FPDFAnnot_SetFlags(annotation, raw.FPDF_ANNOT_FLAG_PRINT)
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _on_paper(page: pdfium.PdfPage, figure: Row) -> Any:
    """The figure's box in the page's own coordinates, however the page is turned or cut."""
    width, height = (round(side * _FINE) for side in page.get_size())
    left, top, right, bottom = box(figure)
    corners = []
    for x, y in ((left, top), (right, bottom)):
        px, py = ctypes.c_double(), ctypes.c_double()
        raw.FPDF_DeviceToPage(page, 0, 0, width, height, 0, round(x * _FINE), round(y * _FINE), px, py)
        corners.append((px.value, py.value))
    (x0, y0), (x1, y1) = corners
    return raw.FS_RECTF(min(x0, x1), max(y0, y1), max(x0, x1), min(y0, y1))


def _wide(text: str) -> Any:
    encoded = (text + "\0").encode("utf-16-le")
    return (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded)
