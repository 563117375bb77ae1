"""The readers against hand-checked transcriptions: every row once, every number and text equal (the folder ``../shared`` is optional)."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import golden
import pytest

from tests.conftest import Reading

REPORTS = golden.SHARED / "reports"
_TABLES = {
    "self_evaluations": "core.self_evaluations",
    "indicators": "core.indicators",
    "self_evaluation_summary": "core.self_evaluation_summaries",
}
_WIDTHS = str.maketrans("（）：，“”‘’＝％", "():,\"\"''=%")


def _documents() -> list[tuple[Path, Path]]:
    """Document and the folder of its transcription, for every folder that has one."""
    texts = [(REPORTS / f"{d.name}.txt", d) for d in sorted(golden.GOLDEN.glob("*/")) if (d / "indicators.csv").exists()]
    typeset = [(d / f"{d.name}.pdf", d) for d in sorted(golden.TYPESET.glob("*/"))]
    return [(document, truth) for document, truth in texts + typeset if document.exists()]


def _plain(value: Any) -> str:
    text = re.sub(r"\s", "", str(value if value is not None else "")).translate(_WIDTHS)
    try:
        return str(Decimal(text.replace(",", "").rstrip("%")))
    except InvalidOperation:
        return "" if text == "无" else text


def _row(row: Mapping[str, Any], columns: list[str]) -> tuple[str, ...]:
    return tuple(_plain(row[c]) for c in columns)


@pytest.mark.skipif(not _documents(), reason="the optional folder ../shared is absent")
@pytest.mark.parametrize(("document", "truth"), _documents(), ids=lambda p: p.stem)
def test_every_transcribed_row_is_read_once_and_equal(document: Path, truth: Path, reading: Reading) -> None:
    contents = reading(document)
    for name, table in _TABLES.items():
        with open(truth / f"{name}.csv", encoding="utf-8") as file:
            wanted = list(csv.DictReader(file))
        columns = [c for c in wanted[0] if c not in ("row_no", "section")]
        if name == "indicators":
            columns = [c for c in columns if c != "row_no"]
        assert Counter(_row(r, columns) for r in contents.rows_of(table)) == Counter(_row(r, columns) for r in wanted), name
    ids = [f.figure_id for f in contents.figures]
    assert len(ids) == len(set(ids))
