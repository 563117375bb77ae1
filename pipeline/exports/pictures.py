"""The pictures of open cases: which figures are boxed, on which page of which stored document.

What belongs here: from a case to its picture, or to the reason why there is none; bounded in number.  What may not: pixels (``crops``), pages
(``evidence_page``).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pypdfium2 as pdfium

from pipeline.exports.crops import Box, Marks, NoCrop, crop
from pipeline.messages import told

Row = dict[str, Any]
#: Where the document with a hash is kept.
Stored = Callable[[str], Path]
#: Most pictures of one page: a case a picture, the heaviest first.
MOST_PICTURES = 40
#: What the queries below read.
TABLES = ("core.reports", "core.documents", "core.figures", "checks.suspects", "checks.case_findings", "checks.equation_terms")

#: The figures of cases, of each case those of its first page first: suspects of the likeliest explanation, and the others of its findings' equations.
_FIGURES = """
    WITH suspects AS (SELECT case_id, figure_id, min(suggested) AS suggested FROM checks.suspects WHERE rank = 1 AND case_id IN $cases GROUP BY ALL),
    held AS (SELECT DISTINCT c.case_id, t.figure_id FROM checks.case_findings c JOIN checks.equation_terms t ON t.equation_id = c.finding_id
             WHERE c.case_id IN $cases)
    SELECT case_id, f.page, f.x0, f.top, f.x1, f.bottom, s.figure_id IS NOT NULL AS suspect, f.printed, s.suggested
    FROM held FULL JOIN suspects s USING (case_id, figure_id) JOIN core.figures f USING (figure_id)
    WHERE f.report_id = $report AND f.page IS NOT NULL AND f.x0 IS NOT NULL AND f.top IS NOT NULL AND f.x1 IS NOT NULL AND f.bottom IS NOT NULL
    ORDER BY case_id, suspect DESC, f.page, f.figure_id"""
_PARTS = """
    SELECT document_sha256, first_page FROM core.documents WHERE report_id = $report AND status = 'part' AND first_page IS NOT NULL
    UNION ALL SELECT document_sha256, 1 FROM core.reports WHERE report_id = $report AND report_id NOT IN
        (SELECT report_id FROM core.documents WHERE status = 'part' AND first_page IS NOT NULL AND report_id IS NOT NULL)
    ORDER BY 2"""


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a case as a ``data:`` address, with what it leaves out; or why there is none."""

    address: str = ""
    why: str = ""


class Pictures:
    """The pictures of a database's cases, each drawn once; documents stay open until it is closed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, stored: Stored) -> None:
        self._connection, self._stored = connection, stored
        self._opened: dict[str, pdfium.PdfDocument] = {}
        self._parts: dict[str, list[tuple[int, str]]] = {}
        self._drawn: dict[tuple[str, str], Picture] = {}

    def __enter__(self) -> Pictures:
        return self

    def __exit__(self, *error: object) -> None:
        for document in self._opened.values():
            document.close()

    def of(self, report_id: str, cases: Iterable[str], most: int = MOST_PICTURES) -> dict[str, Picture]:
        """The pictures of a report's open cases, by case; beyond ``most`` there is none."""
        wanted = list(cases)
        figures = self.figures(report_id, [case for case in wanted[:most] if (report_id, case) not in self._drawn])
        self._drawn |= {(report_id, case): self._one(report_id, own) for case, own in figures.items()}
        too_many = Picture(why=told("a page has {n} pictures at most", n=most))
        return {case: self._drawn[report_id, case] if number < most else too_many for number, case in enumerate(wanted)}

    def _one(self, report_id: str, figures: list[Row]) -> Picture:
        try:
            if not figures:
                raise NoCrop("none of its figures has a place on a page")
            here = [f for f in figures if f["page"] == figures[0]["page"]]
            page, document = self.page(report_id, figures[0]["page"])
            marks = Marks(page, [box(f) for f in here if f["suspect"]], [box(f) for f in here if not f["suspect"]])
            return Picture("data:image/png;base64," + base64.b64encode(crop(document, marks)).decode(), _elsewhere(figures))
        except NoCrop as why:
            return Picture(why=told(str(why)))
        except Exception as why:  # a page that its library cannot draw costs its picture, never the year
            return Picture(why=told("the page cannot be rendered ({error})", error=why))

    def figures(self, report_id: str, cases: Sequence[str]) -> dict[str, list[Row]]:
        """The figures of cases that have a place, by case, the suspects first."""
        found: dict[str, list[Row]] = {case: [] for case in cases}
        for row in rows(self._connection, _FIGURES, cases=list(cases), report=report_id) if found else ():
            found[row["case_id"]].append(row)
        return found

    def page(self, report_id: str, page: int) -> tuple[int, pdfium.PdfDocument]:
        """A report's page as a page of the document that it is in.  Raises :class:`NoCrop`."""
        for first, document in reversed(self.parts(report_id)):
            if first <= page:
                return page - first + 1, self._document(document)
        raise NoCrop("no document of the report has that page")

    def parts(self, report_id: str) -> list[tuple[int, str]]:
        """The report's documents: the first page of each, and its hash."""
        if report_id not in self._parts:
            found = rows(self._connection, _PARTS, report=report_id)
            self._parts[report_id] = [(p["first_page"], str(p["document_sha256"])) for p in found]
        return self._parts[report_id]

    def _document(self, sha256: str) -> pdfium.PdfDocument:
        if sha256 not in self._opened:
            self._opened[sha256] = opened(self._stored(sha256))
        return self._opened[sha256]


def opened(path: Path) -> pdfium.PdfDocument:
    """A stored PDF.  Raises :class:`NoCrop`."""
    try:
        return pdfium.PdfDocument(path.read_bytes())
    except OSError as why:
        raise NoCrop("the document is not stored here") from why
    except pdfium.PdfiumError as why:
        raise NoCrop("the document is no PDF that can be opened") from why


def _elsewhere(figures: list[Row]) -> str:
    """What the picture does not show: on which other pages suspects stand."""
    pages = sorted({f["page"] for f in figures if f["suspect"]} - {figures[0]["page"]})
    return told("more suspects on the pages {pages}", pages=", ".join(map(str, pages))) if pages else ""


def box(figure: Mapping[str, Any]) -> Box:
    """Where a figure stands on its page."""
    return figure["x0"], figure["top"], figure["x1"], figure["bottom"]


def rows(connection: duckdb.DuckDBPyConnection, query: str, **values: Any) -> list[Row]:
    """The rows of a query, by name."""
    found = connection.execute(query, values)
    names = [d[0] for d in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
