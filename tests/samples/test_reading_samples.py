"""The reader gets out of the committed samples exactly what they print."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from benchmarks.cell_measure import Outcome, compare
from pipeline.model.contents import ReportContents
from samples.build import REPORTS, read_input, sample_folders
from samples.figures import TruthCell
from samples.performance import read_rows
from samples.prose import read_statements
from tests.conftest import Reading


@pytest.fixture
def contents(folder: Path, reading: Reading) -> ReportContents:
    """What the reader gets out of the sample of a folder."""
    return reading(REPORTS / f"{folder.name}.pdf")


def stated(measure: str, value: object, unit: str | None) -> tuple[str, str, str]:
    """A statement without what its value's spelling adds (``2`` and ``2.00`` say the same)."""
    try:
        return measure, str(Decimal(str(value)).normalize()), unit or ""
    except InvalidOperation:
        return measure, str(value), unit or ""


@pytest.mark.parametrize("folder", sample_folders(), ids=lambda f: f.name)
def test_a_sample_is_read_cell_by_cell(folder: Path, contents: ReportContents) -> None:
    with (folder / "cells.csv").open(encoding="utf-8", newline="") as file:
        truth = [TruthCell(**row) for row in csv.DictReader(file)]
    outcome = Outcome(0, "pdf", {})
    compare(truth, contents, outcome)
    assert outcome.differences == []
    assert outcome.equal > 100
    figures, _, _ = read_input(folder)
    assert (contents.report.publisher, contents.report.fiscal_year) == (figures.publisher, figures.year)


@pytest.mark.parametrize("folder", sample_folders(), ids=lambda f: f.name)
def test_a_samples_narrative_is_read_statement_by_statement(folder: Path, contents: ReportContents) -> None:
    have = Counter(stated(r["measure"], r["value"], r["unit"]) for r in contents.rows_of("core.statements"))
    want = Counter(stated(s.measure, s.value, s.unit) for s in read_statements(folder / "narrative.csv"))
    assert not want - have
    assert (have - want).total() <= 1


@pytest.mark.parametrize("folder", [f for f in sample_folders() if (f / "indicators.csv").exists()], ids=lambda f: f.name)
def test_a_samples_annex_is_read_row_by_row(folder: Path, contents: ReportContents) -> None:
    truth = {name: read_rows(folder / f"{name}.csv") for name in ("indicators", "self_evaluations", "self_evaluation_summary")}
    have = contents.rows_of("core.indicators")
    assert [(r["level3"], r["target"], r["actual"]) for r in have] == [(r["level3"], r["target"], r["actual"]) for r in truth["indicators"]]
    assert [r["project"] for r in contents.rows_of("core.self_evaluations")] == [r["project"] for r in truth["self_evaluations"]]
    assert len(contents.rows_of("core.self_evaluation_summaries")) == len(truth["self_evaluation_summary"])
