"""Every layout prints what it says: the truth of a page is on the page, and invented figures keep the identities."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from decimal import Decimal

import pypdfium2
import pytest

from samples.as_text import TextStyle, as_text
from samples.consecutive import amount, planted_pair
from samples.figures import ReportFigures
from samples.invented import invented
from samples.layout import CHOICES, Layout, possible, random_layout
from samples.report import printed_forms, typeset

SEEDS = range(6)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join("".join(document[i].get_textpage().get_text_range().split()) for i in range(len(document)))
    finally:
        document.close()


def total(values: list[Decimal | None]) -> Decimal:
    return sum((v for v in values if v is not None), Decimal(0))


def test_every_option_has_choices_and_the_plain_layout_is_possible() -> None:
    assert set(CHOICES) == {f.name for f in fields(Layout)} - {"row_padding"}
    assert possible(Layout()) == Layout()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_layout_prints_every_true_amount(seed: int) -> None:
    rng = random.Random(seed)
    layout = random_layout(rng)
    printed = typeset(invented(rng, layout.unit), layout, seed=seed, embed=False)
    text = text_of(printed.pdf).replace(",", "")
    for cell in printed.cells:
        if cell.value and Decimal(cell.value) != 0:
            shown = Decimal(cell.value) * (1 if layout.unit == "万元" else 10_000)
            assert f"{shown:.2f}" in text, cell


def test_the_layout_changes_the_print_and_not_the_truth() -> None:
    figures = invented(random.Random(3))
    plain, other = (
        {(c.form, c.side, c.code or c.name, c.col): c.value for c in typeset(figures, layout, embed=False).cells if c.value not in ("", "0.00")}
        for layout in (Layout(), Layout(code_columns=3, rules="none", total_row="last", economic_groups=2, blanks="dash"))
    )
    assert plain == other


def test_a_label_cut_by_the_page_break_keeps_its_numbers_once() -> None:
    figures = invented(random.Random(4))
    layout = Layout(cut_rows=True, label_width=0.3, page_fill=0.6)
    printed = typeset(figures, layout, embed=False)
    assert len(printed.cells) == len(typeset(figures, Layout(), embed=False).cells)


@pytest.mark.parametrize("flavour", ["tabs", "plain"])
def test_both_text_flavours_hold_every_true_amount(flavour: str) -> None:
    figures = invented(random.Random(5))
    text = as_text(figures, Layout(thousands=False), TextStyle(flavour))
    for grid in printed_forms(figures, Layout(thousands=False)):
        assert all(cell.value in text for cell in grid.truth())


def grand_totals(figures: ReportFigures) -> dict[str, Decimal]:
    left, right = figures.side("income_expenditure_summary", "income"), figures.side("income_expenditure_summary", "expenditure")
    return {
        "left": next(x.values["amount"] or Decimal(0) for x in left if x.label == "总计"),
        "right": next(x.values["amount"] or Decimal(0) for x in right if x.label == "总计"),
        "income": next(x.values["amount"] or Decimal(0) for x in left if x.label == "本年收入合计"),
        "kinds": total([x.values["amount"] for x in left if "、" in x.label]),
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_invented_figures_keep_the_identities(seed: int) -> None:
    figures = invented(random.Random(seed))
    sums = grand_totals(figures)
    assert sums["left"] == sums["right"]
    assert sums["income"] == sums["kinds"]
    for form in ("income", "expenditure", "general_budget_expenditure"):
        lines = figures.forms[form]
        for measure in lines[0].values:
            classes = total([x.values[measure] for x in lines if len(x.code) == 3])
            items = total([x.values[measure] for x in lines if len(x.code) == 7])
            assert classes == items == (lines[0].values[measure] or 0)
    general = figures.forms["general_budget_expenditure"][0].values["basic"]
    economic = figures.forms["basic_expenditure_by_economic_class"]
    assert total([x.values["amount"] for x in economic if not x.code]) == general
    assert total([x.values["amount"] for x in economic if len(x.code) == 5]) == general


def test_a_pair_of_years_differs_by_what_was_planted() -> None:
    pair = planted_pair(opening_error=100, restatement=250)
    assert pair.later.year == pair.earlier.year + 1
    assert pair.later.publisher == pair.earlier.publisher
    assert pair.opening - pair.closing == Decimal("1.00")
    assert pair.implied_total - pair.published_total == Decimal("2.50")
    assert amount(pair.later, "总计") == amount(pair.later, "本年收入合计") + pair.opening


def test_a_pair_without_errors_joins() -> None:
    pair = planted_pair(opening_error=0, restatement=0)
    assert pair.opening == pair.closing
    assert pair.implied_total == pair.published_total


def test_blanks_are_told_from_zeros() -> None:
    figures = invented(random.Random(6))
    values = {blanks: {c.value for c in typeset(figures, replace(Layout(), blanks=blanks), embed=False).cells} for blanks in ("blank", "zero")}
    assert "" in values["blank"]
    assert "" not in values["zero"]
