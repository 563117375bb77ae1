"""Contents of a report built from hand-checked cells (``../shared/golden``, ``../shared/typeset``), and small ones made by hand.

Used by tests only; a folder that is absent skips the test that asks for it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.lexicon.forms import label_concept
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure, Place, Report, figure_id
from pipeline.model.numbers import parse_number

SHARED = Path(__file__).resolve().parents[2] / "shared"
GOLDEN = SHARED / "golden"
TYPESET = SHARED / "typeset"

FORMS = (
    "income_expenditure_summary", "income", "expenditure", "fiscal_appropriation_summary", "general_budget_expenditure",
    "basic_expenditure_by_economic_class", "government_fund", "state_capital", "three_public",
)  # fmt: skip


def report(publisher: str = "某市某局", year: int = 2024) -> Report:
    return Report(publisher, year, "department", f"{year}年度{publisher}部门决算", "0" * 64, "text/plain", 1, "golden/1")


_TWO_SIDED = ("income_expenditure_summary", "fiscal_appropriation_summary")


def figure(
    about: Report,
    statement: str,
    row: int | str,
    measure: str,
    text: str,
    side: str = "",
    code: str = "",
    label: str = "",
    row_no: str = "",
    line: int | None = None,
) -> Figure:
    """A figure as a reader would give it for the printed ``text`` (``""``: a blank cell)."""
    number = parse_number(text)
    before, _, order = str(row).rpartition(".")
    scope = side if statement in _TWO_SIDED else "economic" if statement.startswith("basic") else "functional"
    concept = label_concept(label, scope) if label and not code else ""
    return Figure(
        figure_id=figure_id(about.report_id, "form", statement, side or None, row, measure),
        report_id=about.report_id,
        section="form",
        statement=statement,
        side=side or None,
        row_no=row_no or None,
        code=code or None,
        label=label or None,
        measure=measure,
        value=number.value if number else None,
        unit="万元",
        resolution=Decimal(1).scaleb(-(number.decimals if number else 2)),
        printed=text,
        place=Place(line=line),
        reader="golden/1",
        concept=concept,
        row_order=int(order) if order.isdigit() else 1,
        printing=int(before) - 1 if before else 0,
    )


def contents(about: Report, figures: Iterable[Figure], **states: str) -> ReportContents:
    """Contents with one row of ``core.forms`` a form: ``read`` where it has figures, else as ``states`` say, else ``missing``."""
    kept = _same_decimals(figures)
    there = {f.statement for f in kept}
    forms = tuple(
        {
            "report_id": about.report_id,
            "publisher": about.publisher,
            "fiscal_year": about.fiscal_year,
            "statement": form,
            "printed_title": None,
            "listed": True,
            "printings": 1 if form in there else 0,
            "state": "read" if form in there else states.get(form, "missing"),
            "rows": len({f.figure_id.rsplit("/", 2)[1] for f in kept if f.statement == form}),
            "figures": sum(f.statement == form for f in kept),
            "unit_printed": "万元",
            "unit_read": "万元",
            "first_page": None,
            "first_line": None,
            "problem": None,
        }
        for form in FORMS
    )
    return ReportContents(about, kept, {"core.forms": forms})


def _same_decimals(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """A form prints all its amounts with the same decimals: ``0`` among ``39.58`` is no coarser."""
    kept = list(figures)
    finest: dict[str, Decimal] = {}
    for f in kept:
        if f.value is not None:
            finest[f.statement] = min(f.resolution, finest.get(f.statement, f.resolution))
    return tuple(replace(f, resolution=finest.get(f.statement, f.resolution)) for f in kept)


def table(about: Report, statement: str, rows: Iterable[str], measures: Iterable[str], side: str = "") -> list[Figure]:
    """Figures of a small form: each row is ``code|label|amount|amount…`` (an empty amount is a blank cell)."""
    columns = tuple(measures)
    return [
        figure(about, statement, order, measure, text.strip(), side, code.strip(), label.strip())
        for order, row in enumerate(rows, 1)
        for code, label, *texts in [row.split("|")]
        for measure, text in zip(columns, texts, strict=True)
    ]


def folders() -> list[Path]:
    """Every hand-checked folder there is."""
    found = [d for top in (GOLDEN, TYPESET) if top.is_dir() for d in sorted(top.iterdir()) if (d / "cells.csv").is_file()]
    return found


def load(folder: Path) -> ReportContents:
    """The contents of a folder with ``cells.csv`` and ``report.txt``; skips the test where there is none."""
    if not (folder / "cells.csv").is_file():
        pytest.skip(f"{folder.name}: no hand-checked cells beside the repository (../shared)")
    return read_folder(folder)


def read_folder(folder: Path) -> ReportContents:
    """As :func:`load`, for use outside tests."""
    publisher, year = (folder / "report.txt").read_text(encoding="utf-8").strip().split("\t")
    about = report(publisher, int(year))
    order: dict[tuple[str, ...], int] = {}
    figures = []
    with (folder / "cells.csv").open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), 2):
            key = (row["form"], row["side"], row["row_no"], row["code"], row["name"])
            at = order.setdefault(key, len(order) + 1)
            figures.append(figure(about, row["form"], at, row["col"], row["value"], row["side"], row["code"], row["name"], row["row_no"], number))
    return contents(about, figures, state_capital="not_required" if int(year) < 2020 else "missing")
