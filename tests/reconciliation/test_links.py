"""Equations between reports: explained by a wrong figure where a report contradicts itself, cases of their own where both agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from reconciliation.small import REPORT, fig, total

from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.model.equations import Equation, Sum
from pipeline.reconciliation.copies import USUAL, Usual, _counterpart
from pipeline.reconciliation.links import NOTE
from pipeline.reconciliation.localise import localise

LAST = "2023-test"


def earlier(figure):
    return replace(figure, report_id=LAST, figure_id=figure.figure_id.replace(REPORT, LAST))


def two_years(opening, total_now, closing="20.00", other="7.00"):
    """This year's income + opening = total (printed twice), last year's closing in sums of its own, and a second balance."""
    income, now = fig("1", "100.00"), fig("2", opening)
    first, second = fig("3", total_now), fig("4", total_now)
    spent, then, all_then = (earlier(fig(n, t)) for n, t in (("1", "90.00"), ("2", closing), ("3", f"{90 + float(closing):.2f}")))
    part, part_then = fig("5", other), earlier(fig("5", "7.00"))
    mirror, mirror_then = fig("6", other), earlier(fig("6", "7.00"))
    equations = [
        total(first, income, now, place="sum"),
        total(second, first, place="copy"),
        total(part, mirror, place="part"),
        total(now, part, place="of which", relation=">="),
        replace(total(all_then, spent, then, place="sum then"), report_id=LAST),
        replace(total(part_then, mirror_then, place="part then"), report_id=LAST),
        Equation("opening", REPORT, "whole", Sum.of(now), Sum.of(then)),
        Equation("opening", REPORT, "part", Sum.of(part), Sum.of(part_then)),
    ]
    return equations


def cases(equations):
    return localise((), equations).cases


def test_years_that_agree_have_no_case():
    assert cases(two_years("20.00", "120.00")) == ()


def test_an_opening_that_its_own_sum_contradicts_is_one_wrong_figure():
    (case,) = cases(two_years("25.00", "120.00"))
    assert (case.method, case.unique, len(case.equations)) == ("one figure", True, 2)
    assert [(s.figure.printed, str(s.suggested)) for s in case.best.suspects] == [("25.00", "20.00")]


def test_an_opening_that_its_own_sums_agree_with_is_a_case_between_the_reports():
    (case,) = cases(two_years("25.00", "125.00"))
    assert (case.method, case.size, case.ties, case.complete, case.note) == ("between reports", 1, 2, True, NOTE)
    assert [[(s.figure.report_id, str(s.suggested)) for s in r.suspects] for r in case.explanations] == [
        [(REPORT, "20.00")],
        [(LAST, "25.00")],
    ]


def test_balances_that_differ_by_one_amount_are_one_case_and_others_are_not():
    (case,) = cases(two_years("25.00", "125.00", other="12.00"))
    assert (case.size, case.ties, len(case.equations)) == (2, 2, 2)
    assert {str(s.suggested) for s in case.best.suspects} == {"20.00", "7.00"}
    apart = cases(two_years("25.00", "125.00", other="8.00"))
    assert sorted(c.size for c in apart) == [1, 1]


def test_a_second_error_in_the_same_sums_does_not_make_the_opening_a_restatement():
    """Opening misprinted and the second total too: two wrong figures, which explain the link between the years as well."""
    equations = two_years("25.00", "120.00")
    second = next(f for f in equations[1].figures())
    other = replace(second, printed="999.00", value=second.value * 0 + 999)
    equations[1] = replace(equations[1], left=Sum.of(other))
    found = cases(equations)
    assert "between reports" not in {c.method for c in found}
    assert sorted(s.figure.printed for c in found for s in c.best.suspects) == ["25.00", "999.00"]


@pytest.mark.parametrize(
    ("rows", "row", "counterpart"),
    [
        ("coded", "201", "201"), ("coded", "total", None), ("total", "total", "total"), ("total", "201", None),
        (("30108", "2080505"), "30108", "2080505"), (("30108", "2080505"), "2080505", None), ((None, "30217"), "", "30217"),
    ],
)  # fmt: skip
def test_the_row_that_usually_prints_the_same(rows, row, counterpart):
    assert _counterpart(Usual(("one", "total"), ("other", "total"), rows), row) == counterpart


def test_what_usually_prints_the_same_are_columns_of_forms():
    for usual in USUAL:
        for statement, measure in (usual.one, usual.other):
            assert FORM_BY_KEY[statement].measure(measure) is not None, usual
