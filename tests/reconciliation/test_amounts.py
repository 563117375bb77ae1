"""One value a quantity, and the rule that chose it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from golden import contents, report
from reconciliation.small import fig, relate, total

from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.figures import Report
from pipeline.reconciliation.adjudications import Applied
from pipeline.reconciliation.amounts import Suspicions, choose
from pipeline.reconciliation.layout import tables
from pipeline.reconciliation.quantities import COLUMNS, addresses, quantities
from pipeline.reconciliation.ranking import _settling_order
from pipeline.reconciliation.reconciled_forms import form_rows
from pipeline.reconciliation.system import build_system
from pipeline.schema.reconciled import FORM_TABLES

NOBODY = Suspicions({}, frozenset())


def chosen(figures, suspects=(), equations=()):
    copies = [total(figures[0], f, place=f.figure_id) for f in figures[1:]] + list(equations)
    (quantity, *_) = [q for q in quantities(contents(report(), figures), copies) if figures[0] in q.figures]
    return choose(quantity, Suspicions(dict.fromkeys(suspects, "a case"), frozenset()), Applied())


def prints(*texts):
    statements = ("expenditure", "income", "general_budget_expenditure", "government_fund")
    return [fig(str(i), t, statement=s, code="201") for i, (t, s) in enumerate(zip(texts, statements, strict=False))]


@pytest.mark.parametrize(
    ("texts", "value", "status", "rule"),
    [
        (["5.00"], "5.00", "single", "only source"),
        (["5.00", "5.00"], "5.00", "agreed", "all sources agree"),
        (["", "0.00"], "0.00", "agreed", "all sources agree"),
        (["5.00", "5.01"], "5.00", "rounding", "finest print"),
        (["5.00", "7.00", "7.00"], "7.00", "conflict", "most sources"),
        (["5.00", "7.00"], "5.00", "conflict", "first source"),
    ],
)
def test_the_rule_that_chooses(texts, value, status, rule):
    found = chosen(prints(*texts))
    assert (str(found.value), found.status, found.rule) == (value, status, rule)


def test_the_finest_print_within_rounding_is_kept():
    figures = [
        fig("1", "5", code="201", statement="expenditure", resolution=Decimal(1)),
        fig("2", "5.40", code="201", statement="income"),
    ]
    found = chosen(figures)
    assert (str(found.value), found.rule) == ("5.40", "finest print")


def test_a_source_that_nobody_suspects_is_preferred():
    figures = prints("5.00", "7.00")
    found = chosen(figures, suspects=[figures[0].figure_id])
    assert (str(found.value), found.rule, found.case_id) == ("7.00", "unsuspected source", "a case")


def test_a_suspected_lone_source_is_a_conflict_and_keeps_its_print():
    figures = prints("5.00")
    found = chosen(figures, suspects=[figures[0].figure_id])
    assert (str(found.value), found.status) == ("5.00", "conflict")


def test_a_sum_of_one_part_inside_a_table_is_not_the_same_quantity():
    parent, child = fig("1", "5.00", code="201"), fig("2", "5.00", code="20101")
    assert len(quantities(contents(report(), [parent, child]), [total(parent, child)])) == 2


def test_an_inequality_or_a_tolerance_makes_no_quantity():
    one, other = prints("5.00", "5.00")
    loose = relate(total(one, other).left, total(one, other).right, "p", tolerance=Decimal(1))
    more = relate(total(one, other).left, total(one, other).right, "q", ">=")
    assert len(quantities(contents(report(), [one, other]), [loose, more])) == 2


def test_a_line_whose_words_come_again_below_the_opening_balance_is_another_thing():
    def line(row, label):
        return fig(row, "1.00", statement="fiscal_appropriation_summary", measure="amount", side="income", label=label)

    figures = [line("1", "一、一般公共预算财政拨款"), line("9", "年初财政拨款结转和结余"), line("10", "一般公共预算财政拨款")]
    names = addresses(tables(figures))
    assert [names[f.figure_id][0] for f in figures] == [
        "fiscal_income_general", "fiscal_opening_balance", "fiscal_opening_balance_general",
    ]  # fmt: skip


def test_sources_of_funds_in_one_row_of_an_annex_are_apart():
    def money(source, text):
        return fig(
            "0",
            text,
            statement="form2",
            section="self_evaluation",
            side=source,
            figure_id=f"r/self_evaluation/form2/{source}/0/total",
        )

    found = quantities(contents(report(), [money("current_year", "40.00"), money("carried_over", "0.00")]), [])
    assert sorted(q.name for q in found) == [
        "self_evaluation_form2_carried_over_total",
        "self_evaluation_form2_current_year_total",
    ]


@pytest.mark.parametrize(
    ("side", "label", "quantity"),
    [
        ("personnel", "人员经费合计", "personnel_expenditure"),
        ("public", "公用经费合计", "public_expenditure"),
        ("personnel", "人员经办费", "basic_expenditure_by_economic_class_personnel_amount"),
        ("public", "人员经费合计", "basic_expenditure_by_economic_class_public_amount"),
    ],
)
def test_a_line_is_told_by_its_words_on_its_own_side(side, label, quantity):
    figure = fig("1", "1.00", statement="basic_expenditure_by_economic_class", measure="amount", side=side, label=label)
    assert addresses(tables([figure]))[figure.figure_id][0] == quantity


def test_columns_of_coded_forms_are_quantities_of_columns_that_the_forms_have():
    assert [key for key in COLUMNS if FORM_BY_KEY[key[0]].measure(key[1]) is None] == []


@pytest.mark.parametrize(
    ("label", "quantity"),
    [
        ("本年支出合计", "expenditure"), ("结余分配", "surplus_distributed"), ("年末结转和结余", "closing_balance"), ("总计", "expenditure_grand_total"),
    ],
)  # fmt: skip
def test_the_totals_of_the_summary_are_quantities_of_their_own(label, quantity):
    figure = fig("1", "1.00", statement="income_expenditure_summary", measure="amount", side="expenditure", label=label)
    assert addresses(tables([figure]))[figure.figure_id][0] == quantity


def test_a_reconciled_form_has_every_money_column_and_says_which_are_changed_or_suspected():
    about = Report("某局", 2024, "unit", "", "", "", 1, "")
    whole, part = (fig(f"1/{m}", t, measure=m, code="201", row_order=1, label="公共服务") for m, t in (("total", "5.00"), ("fiscal", "4.00")))
    (row,) = form_rows(tables([whole, part]), {whole.figure_id: replace(whole, value=Decimal(4))}, {part.figure_id: "a case"}, about)[
        FORM_TABLES["income"].full_name
    ]
    assert (row["report_id"], row["publisher"], row["fiscal_year"], row["label"]) == (about.report_id, "某局", 2024, "公共服务")
    assert (row["total"], row["fiscal"], row["changed"], row["suspected"]) == (Decimal(4), Decimal("4.00"), "total", "fiscal")
    money = {c.name for c in FORM_TABLES["income"].columns if c.type.startswith("DECIMAL")}
    assert money <= row.keys()
    assert {row[m] for m in money - {"total", "fiscal"}} == {None}


def test_figures_with_a_copy_outside_the_explanation_are_settled_first():
    system = build_system([total(*(fig(str(n), "1.00") for n in range(4)))])
    assert _settling_order(system, frozenset({0, 1, 2}), {0: (1,), 2: (3,)}) == [2, 0, 1]
