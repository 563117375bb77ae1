"""A warehouse of one report with an open case, whose words are as hostile as a document's may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from pipeline.reconciliation.adjudications import quoted
from pipeline.schema import TABLES
from pipeline.schema.ddl import create_schemas, create_table, qualified
from pipeline.store.rows import arrow_table

HOSTILE = "<script>alert(1)</script>\"'&"
FORMULA = '=HYPERLINK("http://example.invalid","x")'
HEAD = {"report_id": "2024-abc", "publisher": f"某局{HOSTILE}", "fiscal_year": 2024}
REPORT = {
    **HEAD, "publisher_kind": "unit", "title": "决算</title><img src=x onerror=alert(1)>", "document_sha256": "ab", "media_type": "application/pdf",
    "page_count": 1, "reader": "pdf/1", "source_url": "javascript:alert(1)",
}  # fmt: skip
RULE = {
    "rule_id": "row_total", "suite": "forms", "title": "total = parts", "title_zh": "合计 = 各列之和", "kind": "form_identity", "severity": "error",
    "formula": "合计 = 基本 + 项目 <b>", "citation": "", "since_year": None, "until_year": None,
}  # fmt: skip


def figure(measure: str, printed: str, left: float) -> dict[str, Any]:
    return {
        **HEAD, "figure_id": f"2024-abc/form/expenditure//1/{measure}", "section": "form", "statement": "expenditure", "row_no": "1", "code": "201",
        "label": FORMULA, "measure": measure, "value": Decimal(printed) if printed else None, "unit": "万元", "resolution": Decimal("0.01"),
        "printed": printed, "page": 1, "x0": left, "top": 100.0, "x1": left + 60, "bottom": 115.0, "reader": "pdf/1", "agreement": "agreed",
        "placement": "printed",
    }  # fmt: skip


FIGURES = (figure("total", "30.00", 100.0), figure("basic", "9.96", 200.0), figure("project", "10.00", 300.0))
WRONG = FIGURES[0]["figure_id"]
FINDING = {
    **HEAD, "finding_id": "f1", "case_id": "c0ffee01", "rule_id": "row_total", "title_zh": "合计 = 各列之和", "kind": "form_identity",
    "severity": "error", "place": f"支出决算表 / {HOSTILE}",
    "printed": "30.00", "expected": "19.96", "difference": Decimal("10.04"), "explanation": "+SUM(1)", "page": 1, "line": None, "status": "open",
}  # fmt: skip
WARNING = {
    **FINDING,
    "finding_id": "f2",
    "case_id": None,
    "kind": "wording",
    "severity": "warning",
    "place": "说明",
    "printed": "增加",
    "expected": "减少",
    "difference": None,
}
ENTRY = f"""[[decision]]
report = "2024-abc"
case = "c0ffee01"
findings = ["f1"]
verdict = "use_value"
reason = ""
author = ""
date = "YYYY-MM-DD"

[[decision.figure]]
id = {quoted(str(WRONG))}
printed = "30.00"
value = "19.96"
"""
CASE = {
    **HEAD, "case_id": "c0ffee01", "findings": 1, "size": 1, "ties": 1, "complete": True, "method": "one figure", "doubt": "publisher",
    "status": "open", "decision": None, "state": "open", "note": "",
}  # fmt: skip
TRIAGE = {
    **HEAD, "case_id": "c0ffee01", "severity": "error", "state": "open", "doubt": "publisher", "findings": 1, "places": HOSTILE,
    "suspects": "30.00 → 19.96",
    "readings": "30.00", "rules": "合计 = 各项之和", "figures": WRONG, "unique": True, "ties": 1, "page": 1, "line": None, "entry": ENTRY,
}  # fmt: skip
SUSPECT = {
    **HEAD, "case_id": "c0ffee01", "finding_id": "f1", "rank": 1, "figure_id": WRONG, "place": HOSTILE, "printed": "30.00", "suggested": Decimal("19.96"),
    "low": None, "high": None, "reason": "", "score": 1.0, "ties": 1, "in_finding": True, "doubt": "publisher", "agreement": "agreed",
    "other_reading": None, "page": 1, "line": None,
}  # fmt: skip
EQUATION = {
    **HEAD, "equation_id": "f1", "rule_id": "row_total", "place": "支出决算表", "printed": Decimal("30"), "expected": Decimal("19.96"),
    "difference": Decimal("10.04"), "slack": Decimal("-10"), "verdict": "violated", "reason": None,
}  # fmt: skip

ROWS: dict[str, Sequence[Mapping[str, Any]]] = {
    "core.reports": [REPORT],
    "core.figures": FIGURES,
    "checks.rules": [RULE],
    "checks.equations": [EQUATION],
    "checks.equation_terms": [{"equation_id": "f1", "figure_id": f["figure_id"], "coefficient": Decimal(1)} for f in FIGURES],
    "checks.findings": [WARNING, FINDING],
    "checks.cases": [CASE, {**CASE, "case_id": "dec1ded0", "status": "decided", "decision": "keep_printed", "state": "decided"}],
    "checks.case_findings": [{**HEAD, "case_id": "c0ffee01", "finding_id": "f1", "status": "open", "decision": None}],
    "checks.suspects": [SUSPECT],
    "marts.triage": [TRIAGE],
}


@cache
def _empty() -> bytes:
    """A file with every table, made once a process."""
    with TemporaryDirectory() as folder:
        with duckdb.connect(f"{folder}/empty.duckdb") as connection:
            for statement in [*create_schemas(TABLES.values()), *(s for table in TABLES.values() for s in create_table(table))]:
                connection.execute(statement)
        return Path(folder, "empty.duckdb").read_bytes()


def warehouse(path: Path, **changed: Sequence[Mapping[str, Any]]) -> Path:
    """A file with every table and these rows; ``changed`` by full name with ``__`` for the dot."""
    rows = {**ROWS, **{name.replace("__", "."): given for name, given in changed.items()}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty())
    with duckdb.connect(str(path)) as connection:
        for name, given in rows.items():
            connection.register("given", arrow_table(name, given))
            connection.execute(f"INSERT INTO {qualified(TABLES[name])} BY NAME SELECT * FROM given")
    return path
