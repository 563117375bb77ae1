"""One value a quantity, and the rule that chose it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from reconciliation.small import fig, relate, total

from pipeline.reconciliation.adjudications import Applied
from pipeline.reconciliation.amounts import Suspicions, choose
from pipeline.reconciliation.quantities import addresses, quantities

NOBODY = Suspicions({}, frozenset())


def chosen(figures, suspects=(), equations=()):
    copies = [total(figures[0], f, place=f.figure_id) for f in figures[1:]] + list(equations)
    (quantity, *_) = [q for q in quantities(figures, copies) if figures[0] in q.figures]
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
    assert len(quantities([parent, child], [total(parent, child)])) == 2


def test_an_inequality_or_a_tolerance_makes_no_quantity():
    one, other = prints("5.00", "5.00")
    loose = relate(total(one, other).left, total(one, other).right, "p", tolerance=Decimal(1))
    more = relate(total(one, other).left, total(one, other).right, "q", ">=")
    assert len(quantities([one, other], [loose, more])) == 2


def test_a_line_whose_words_come_again_below_the_opening_balance_is_another_thing():
    def line(row, label):
        return fig(row, "1.00", statement="fiscal_appropriation_summary", measure="amount", side="income", label=label)

    figures = [line("1", "一、一般公共预算财政拨款"), line("9", "年初财政拨款结转和结余"), line("10", "一般公共预算财政拨款")]
    names = addresses(figures)
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

    found = quantities([money("current_year", "40.00"), money("carried_over", "0.00")], [])
    assert sorted(q.name for q in found) == [
        "self_evaluation_form2_carried_over_total",
        "self_evaluation_form2_current_year_total",
    ]
