"""The nine forms as grids: their titles, notes, order and numbers under a layout.

What belongs here: what stands around a form's rows.  What may not: the rows (``functional_forms``, ``other_forms``) or drawing.
"""

from __future__ import annotations

import random

from samples.figures import MEASURES, ReportFigures
from samples.functional_forms import functional, measures_of
from samples.grids import Grid, words
from samples.layout import Layout
from samples.other_forms import economic, summary, three_public

TITLES = {
    "income_expenditure_summary": "收入支出决算总表",
    "income": "收入决算表",
    "expenditure": "支出决算表",
    "fiscal_appropriation_summary": "财政拨款收入支出决算总表",
    "general_budget_expenditure": "一般公共预算财政拨款支出决算表",
    "basic_expenditure_by_economic_class": "一般公共预算财政拨款基本支出决算明细表",
    "government_fund": "政府性基金预算财政拨款收入支出决算表",
    "state_capital": "国有资本经营预算财政拨款支出决算表",
    "three_public": "财政拨款“三公”经费支出决算表",
}
NOTES = {
    "income_expenditure_summary": "本表反映{kind}本年度的总收支和年末结转结余情况。",
    "income": "本表反映{kind}本年度取得的各项收入情况。",
    "expenditure": "本表反映{kind}本年度各项支出情况。",
    "fiscal_appropriation_summary": "本表反映{kind}本年度财政拨款的总收支和年末结转结余情况。",
    "general_budget_expenditure": "本表反映{kind}本年度一般公共预算财政拨款支出情况。",
    "basic_expenditure_by_economic_class": "本表反映{kind}本年度一般公共预算财政拨款基本支出明细情况。",
    "government_fund": "本表反映{kind}本年度政府性基金预算财政拨款收入、支出及结转和结余情况。",
    "state_capital": "本表反映{kind}本年度国有资本经营预算财政拨款支出情况。",
    "three_public": "本表反映{kind}本年度“三公”经费支出预决算情况。",
}
WIDE = {"income", "expenditure", "fiscal_appropriation_summary", "three_public"}
ORDERS = {
    "new": tuple(MEASURES),
    "old": (*tuple(MEASURES)[:6], "three_public", "government_fund", "state_capital"),
}


def form_order(layout: Layout, seed: int = 0) -> tuple[str, ...]:
    """The forms in this layout's order."""
    if layout.form_order != "shuffled":
        return ORDERS[layout.form_order]
    order = list(MEASURES)
    random.Random(seed).shuffle(order)
    return tuple(order)


def title_of(form: str, figures: ReportFigures, layout: Layout) -> str:
    title = TITLES[form]
    if form == "government_fund" and "opening" not in measures_of(form, figures.forms[form], layout):
        title = title.replace("收入支出", "支出")
    if form == "state_capital" and "opening" in measures_of(form, figures.forms[form], layout):
        title = title.replace("支出决算表", "收入支出决算表")
    if form == "basic_expenditure_by_economic_class" and layout.economic_groups == 2:
        title = title.replace("明细表", "表")
    return f"{figures.year}年度{title}" if layout.title_year else title


def form_grid(form: str, figures: ReportFigures, layout: Layout, number: int) -> Grid:
    """One form of ``figures`` as a grid."""
    build = {
        "income_expenditure_summary": summary,
        "fiscal_appropriation_summary": summary,
        "basic_expenditure_by_economic_class": economic,
        "three_public": three_public,
    }.get(form, functional)
    widths, rows, header, repeatable = build(form, figures, layout)
    empty = form not in ("three_public",) and not any(v is not None for line in figures.forms[form] for v in line.values.values())
    notes = [f"注：{NOTES[form].format(kind=figures.kind)}"] if layout.notes else []
    if empty:
        kind = {"government_fund": "政府性基金预算财政拨款", "state_capital": "国有资本经营预算财政拨款"}.get(form, TITLES[form])
        notes = [f"注：本{figures.kind}本年度没有{kind}收支，故本表无数据。"]
    landscape = layout.orientation == "landscape" or (layout.orientation == "mixed" and form in WIDE)
    label = layout.form_number.format(number) if layout.form_number else ""
    title = title_of(form, figures, layout)
    return Grid(
        form,
        title,
        label,
        widths,
        rows,
        header,
        repeatable,
        tuple(words(n, layout) for n in notes),
        landscape,
        layout.unit,
        figures.publisher,
    )
