"""The committed samples are what the builder prints, small, and readable without it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import cache, partial
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest

from samples.build import INPUT, REPORTS, build, read_input, sample_folders
from samples.figures import TruthCell
from samples.invented import PUBLISHERS
from samples.typeface import EMBEDDED

FOLDERS = sample_folders()


built = cache(partial(build, embed=False))


def page_texts(pdf: bytes | Path) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(document[i].get_textpage().get_text_range().split()) for i in range(len(document))]
    finally:
        document.close()


def committed_cells(folder: Path) -> list[TruthCell]:
    with (folder / "cells.csv").open(encoding="utf-8", newline="") as file:
        return [TruthCell(**row) for row in csv.DictReader(file)]


def test_there_are_samples_of_two_publishers_years_and_layouts() -> None:
    samples = [read_input(folder) for folder in FOLDERS]
    assert len(samples) >= 4
    assert len({figures.publisher for figures, _, _ in samples}) >= 2
    assert len({figures.year for figures, _, _ in samples}) >= 2
    assert len({layout for _, layout, _ in samples}) == len(samples)


def test_no_sample_can_be_taken_for_a_real_body() -> None:
    plainly_invented = ("示例市", "样本市", "样本县", "虚构市示例区", "虚构区", "虚构县")
    publishers = {read_input(folder)[0].publisher for folder in FOLDERS} | set(PUBLISHERS)
    assert [name for name in publishers if not name.startswith(plainly_invented)] == []


def drawn(pdf: bytes | Path) -> list[str]:
    """What is drawn on each page, in order.  A typeface that is not embedded is decoded by its encoding alone: no font of the system matters."""
    with pdfplumber.open(pdf if isinstance(pdf, Path) else io.BytesIO(pdf)) as document:
        return ["".join("".join(c["text"] for c in page.chars).split()) for page in document.pages]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_the_committed_pdf_is_what_the_builder_prints(folder: Path) -> None:
    """Where the typeface is not installed (``samples/fonts.sh``), what is drawn is compared."""
    committed = REPORTS / f"{folder.name}.pdf"
    if EMBEDDED.exists():
        assert page_texts(build(folder).pdf) == page_texts(committed)
    else:
        assert drawn(built(folder).pdf) == drawn(committed)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_the_committed_truth_is_what_the_layout_prints(folder: Path) -> None:
    assert list(built(folder).cells) == committed_cells(folder)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert build(FOLDERS[0], embed=False).pdf == built(FOLDERS[0]).pdf


def test_every_true_amount_stands_in_the_text_layer() -> None:
    for folder in FOLDERS:
        text = "".join(page_texts(REPORTS / f"{folder.name}.pdf")).replace(",", "")
        amounts = Counter(c.value for c in committed_cells(folder) if len(c.value) > 5)
        assert amounts
        lost = {value for value, times in amounts.items() if text.count(value) < times}
        assert not lost, f"{folder.name}: {sorted(lost)[:5]}"


def test_the_samples_are_small_and_each_input_is_printed() -> None:
    assert sum(f.stat().st_size for f in REPORTS.glob("*.pdf")) <= 2_000_000
    assert {f.name for f in INPUT.iterdir()} == {f.stem for f in REPORTS.glob("*.pdf")}


def test_nobody_can_be_called_from_a_sample() -> None:
    """Contact names and telephone numbers stay out, though the printed forms have them."""
    for folder in FOLDERS:
        text = "".join(page_texts(REPORTS / f"{folder.name}.pdf"))
        assert "联系电话" not in text
        assert "联系人" not in text
