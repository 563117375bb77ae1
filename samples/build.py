"""Prints the sample reports: ``python -m samples.build`` writes ``samples/reports/*.pdf`` and the truth of each beside its input.

What belongs here: from a folder of ``input/`` (``report.toml``, ``figures.csv``, ``narrative.csv``, performance rows) to a document.
The Chinese typeface comes from ``samples/fonts.sh``; without it the PDFs are not written, since they would not embed it.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from samples.figures import ReportFigures, read_lines, write_cells
from samples.layout import Layout, possible
from samples.performance import annex_grids
from samples.prose import read_statements
from samples.report import Printed, ReportText, typeset
from samples.typeface import EMBEDDED

HERE = Path(__file__).parent
INPUT = HERE / "input"
REPORTS = HERE / "reports"


def read_input(folder: Path) -> tuple[ReportFigures, Layout, ReportText]:
    """Everything that one sample's folder says."""
    about = tomllib.loads((folder / "report.toml").read_text(encoding="utf-8"))
    figures = ReportFigures(about["publisher"], about["kind"], about["year"], read_lines(folder / "figures.csv"), tuple(about.get("listed", ())))
    narrative = folder / "narrative.csv"
    text = ReportText(
        duties=tuple(about.get("duties", ())),
        units=tuple(about.get("units", ())),
        statements=tuple(read_statements(narrative)) if narrative.exists() else (),
        annexes=annex_grids(folder, figures.publisher, figures.year),
    )
    return figures, possible(Layout(**about.get("layout", {}))), text


def build(folder: Path, embed: bool = True) -> Printed:
    """One sample as a document, with the cells that it prints."""
    figures, layout, text = read_input(folder)
    return typeset(figures, layout, text, embed=embed)


def sample_folders(root: Path = INPUT) -> list[Path]:
    return sorted(p.parent for p in root.glob("*/report.toml"))


def main() -> int:
    if not EMBEDDED.exists():
        print(f"{EMBEDDED} is missing: run samples/fonts.sh first", file=sys.stderr)
        return 1
    REPORTS.mkdir(exist_ok=True)
    for folder in sample_folders():
        printed = build(folder)
        (REPORTS / f"{folder.name}.pdf").write_bytes(printed.pdf)
        write_cells(folder / "cells.csv", printed.cells)
        print(f"{folder.name}: {len(printed.pdf) // 1024} KB, {len(printed.cells)} cells")
    return 0


if __name__ == "__main__":
    sys.exit(main())
