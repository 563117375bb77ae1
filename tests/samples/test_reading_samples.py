"""The reader gets out of the committed samples exactly what they print."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.cell_measure import Outcome, compare
from pipeline.reports import read_report
from samples.build import REPORTS, read_input, sample_folders
from samples.figures import TruthCell


@pytest.mark.parametrize("folder", sample_folders(), ids=lambda f: f.name)
def test_a_sample_is_read_cell_by_cell(folder: Path) -> None:
    with (folder / "cells.csv").open(encoding="utf-8", newline="") as file:
        truth = [TruthCell(**row) for row in csv.DictReader(file)]
    contents = read_report((REPORTS / f"{folder.name}.pdf").read_bytes())
    outcome = Outcome(0, "pdf", {})
    compare(truth, contents, outcome)
    assert outcome.differences == []
    assert outcome.equal > 100
    figures, _, _ = read_input(folder)
    assert (contents.report.publisher, contents.report.fiscal_year) == (figures.publisher, figures.year)
