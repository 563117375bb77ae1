"""Pages of evidence, each whole in one HTML file: one a report with the pictures of its open cases, and one of all, failures first.

What belongs here: what of the warehouse is shown.  What may not: markup (``evidence_page``), which figures are boxed (``pictures``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from pipeline.exports.evidence_page import page_of, year_page
from pipeline.exports.pictures import Pictures, Row, Stored, rows
from pipeline.exports.tables import FINDINGS
from pipeline.messages import told

#: Most findings of the page of all reports.
_MOST = 5_000
_REPORTS = """SELECT * FROM core.reports WHERE ($year IS NULL OR fiscal_year = $year) AND ($report IS NULL OR report_id = $report)
              ORDER BY fiscal_year, publisher, report_id"""
_FINDINGS = f"""
    SELECT f.* FROM ({FINDINGS.query}) f WHERE f.report_id = $report
    ORDER BY f.status DESC, list_position(['error', 'warning', 'info'], f.severity), f.page, f.line, f.finding_id"""
_CASES = "SELECT * FROM marts.triage WHERE report_id = $report"


def reports_of(warehouse: duckdb.DuckDBPyConnection, year: int | None = None, report: str | None = None) -> list[Row]:
    """The published reports that are asked for."""
    return rows(warehouse, _REPORTS, year=year, report=report)


def write_evidence(warehouse: duckdb.DuckDBPyConnection, stored: Stored, folder: Path, reports: Sequence[Row]) -> Iterator[Path]:
    """One file a report, and one of each year's; ``stored`` says where the document with a hash is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    of_year: dict[int, list[Row]] = {}
    pages: dict[str, str] = {}
    with Pictures(warehouse, stored) as pictures:
        for report in reports:
            key = report["report_id"]
            findings = [{**f, "difference": FINDINGS.shown["difference"](f)} for f in rows(warehouse, _FINDINGS, report=key, year=None)]
            cases = {c["case_id"]: c for c in rows(warehouse, _CASES, report=key)}
            order = dict.fromkeys(f["case_id"] for f in findings if f["case_id"] in cases)
            path = folder / (re.sub(r"[^\w.-]", "_", key) + ".html")
            pages[key] = path.name
            of_year.setdefault(report["fiscal_year"], []).extend(findings)
            yield _written(path, page_of(report, findings, cases, pictures.of(key, order)))
    for year, findings in of_year.items():
        findings.sort(key=lambda f: (f["status"] != "open", ("error", "warning", "info").index(f["severity"]), f["publisher"]))
        title = told("findings of the accounts of {year}", year=year)
        yield _written(folder / f"{year}.html", year_page(title, findings[:_MOST], pages, max(0, len(findings) - _MOST)))


def _written(path: Path, text: str) -> Path:
    """Whole or not at all."""
    fresh = path.parent / f".{path.name}.{os.getpid()}"
    try:
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return path
