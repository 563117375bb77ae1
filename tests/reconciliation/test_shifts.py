"""Amounts one line too high or too low are one slip; no expenditure is repaired to less than nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from reconciliation.small import fig, flat, grid, relate, total

from pipeline.model.equations import Sum
from pipeline.reconciliation.localise import localise, shifted_blocks

#: A column of a form, its first line the sum of the others, and the same amounts printed in another form, line by line.
TRUE = ["95.00", "50.00", "37.00", "2.00", "6.00", "11.30", "0.70", "12.00"]


def _two_columns(printed, true=TRUE):
    """The column as it is printed, in one sum, and each line of it held against another form's."""
    column = [fig(f"{i}", text, statement="basic_expenditure_by_economic_class") for i, text in enumerate(printed)]
    other = [fig(f"{i}", text, statement="general_budget_expenditure") for i, text in enumerate(true)]
    equations = [total(fig("99", f"{sum(map(float, true[1:])):.2f}"), *column[1:], place="sum")]
    equations += [relate(Sum.of(a), Sum.of(b), f"line {i}") for i, (a, b) in enumerate(zip(column, other, strict=True)) if i in (2, 3, 4, 5)]
    return [*column, *other], equations


def _suggested(case, printed):
    return {int(s.figure.row_no): f"{s.suggested:.2f}" for s in case.explanations[0].suspects if s.figure.statement.startswith("basic")}


def test_a_block_one_line_too_high_is_one_case_and_gives_back_what_is_lost():
    printed = [TRUE[0], *TRUE[2:6], TRUE[5], *TRUE[6:]]
    figures, equations = _two_columns(printed)
    (case,) = localise(figures, equations).cases
    assert case.method == "shifted block"
    assert _suggested(case, printed) == {1: "50.00", 2: "37.00", 3: "2.00", 4: "6.00"}
    assert any("one line too high" in r for r in case.explanations[0].suspects[0].reasons)
    assert not case.unique, "nothing tells whether the lines below the repeated amount are shifted too"
    assert case.ties == 3
    assert all(r.score > 0 for r in case.explanations), "likelier than as many slips without a sign"
    (lost,) = (s for s in case.explanations[0].suspects if any("its own amount is lost" in reason for reason in s.reasons))
    assert (lost.low, lost.suggested, lost.high) == (Decimal("49.955"), 50, Decimal("50.045"))


def test_a_block_one_line_too_low_with_a_blank_left_over():
    printed = [TRUE[0], "", *TRUE[1:5], *TRUE[6:]]
    figures, equations = _two_columns(printed)
    (case,) = localise(figures, equations).cases
    assert case.method == "shifted block"
    assert _suggested(case, printed) == {i: TRUE[i] for i in range(1, 6)}
    assert any("one line too low" in r for r in case.explanations[0].suspects[0].reasons)
    assert (case.complete, case.ties) == (True, len(case.explanations))


def test_a_block_whose_lines_can_be_wrong_one_by_one_is_told_so_last():
    """The amount that is printed twice is the one that is lost: the sum holds, and each line's pair can be wrong alone."""
    true = [TRUE[0], TRUE[5], *TRUE[1:4], *TRUE[5:]]
    figures, equations = _two_columns([true[0], *true[2:6], true[5], *true[6:]], true)
    (case,) = localise(figures, equations).cases
    assert (case.method, case.ties, len(case.equations)) == ("shifted block", len(case.explanations) - 1, 3)
    *blocks, one_by_one = case.explanations
    assert len(one_by_one.suspects) == 3
    assert all(one_by_one.score < block.score for block in blocks)
    copy = next(f for e in equations for f in e.figures() if f.row_no == "3" and f.statement.startswith("general"))
    vouched = [*equations, relate(Sum.of(copy), Sum.of(fig("3", copy.printed, statement="fiscal")), "copy of a copy")]
    (case,) = localise(figures, vouched).cases
    assert (case.method, case.ties, len(case.explanations)) == ("shifted block", 3, 3), (
        "a line that cannot be wrong alone is told with the block alone"
    )


def test_blocks_are_told_with_their_figures_and_what_they_explain():
    figures, equations = _two_columns([TRUE[0], *TRUE[2:6], TRUE[5], *TRUE[6:]])
    (case,) = localise(figures, equations).cases
    ((block, explained),) = shifted_blocks(equations)
    assert set(block) == {s.figure.figure_id for s in case.explanations[0].suspects}
    assert {e.equation_id for e in explained} == {e.equation_id for e in case.equations}
    assert shifted_blocks(_two_columns(TRUE)[1]) == []


def test_a_wrong_figure_beside_a_shifted_block_is_a_case_of_its_own():
    printed = [TRUE[0], *TRUE[2:6], TRUE[5], *TRUE[6:]]
    figures, equations = _two_columns(printed)
    cells, more = grid([["100.00", "60.00", "40.00"], ["30.00", "20.00", "10.00"], ["70.00", "40.00", "33.00"]])
    cases = localise([*figures, *flat(cells)], [*equations, *more]).cases
    assert sorted(c.method for c in cases) == ["one figure", "shifted block"]
    assert {e.equation_id for c in cases for e in c.equations} >= {e.equation_id for e in equations[1:4]}
    assert next(c for c in cases if c.method == "one figure").best.suspects[0].suggested == 30
    (alone,) = localise(figures, equations).cases
    assert [r.score for c in cases for r in c.explanations if c.method == "shifted block"] == [r.score for r in alone.explanations]


@pytest.mark.parametrize("wrong", [{2: "38.00", 3: "3.00"}, {2: "2.00", 3: "37.00"}])
def test_two_wrong_figures_and_a_swap_are_no_block(wrong):
    printed = [wrong.get(i, text) for i, text in enumerate(TRUE)]
    figures, equations = _two_columns(printed)
    assert all(c.method != "shifted block" for c in localise(figures, equations).cases)


def test_a_total_exchanged_with_its_first_part_is_no_block():
    """The lines below could be one line too low with it, since they stand in the same sum; an exchange leaves them where they are."""
    printed = [TRUE[1], TRUE[0], *TRUE[2:]]
    column = [fig(f"{i}", text, statement="basic_expenditure_by_economic_class") for i, text in enumerate(printed)]
    copy = fig("9", TRUE[0], statement="general_budget_expenditure")
    equations = [total(column[0], *column[1:5], place="sum"), relate(Sum.of(column[0]), Sum.of(copy), "copy of the total")]
    equations.append(total(fig("8", "95.00"), *column[1:5], place="the same sum elsewhere"))
    (case,) = localise([*column, copy], equations).cases
    assert {int(s.figure.row_no): f"{s.suggested:.2f}" for s in case.explanations[0].suspects} == {0: "95.00", 1: "50.00"}


def test_two_broken_sums_are_enough_to_tell_a_block():
    printed = [TRUE[0], *TRUE[2:6], TRUE[5], *TRUE[6:]]
    figures, equations = _two_columns(printed)
    (case,) = localise(figures, equations[:2]).cases
    assert (case.method, len(case.equations)) == ("shifted block", 2)


def test_one_broken_sum_is_not_told_as_a_block():
    """Of a block that breaks one sum alone nothing tells that it is one."""
    printed = [TRUE[0], *TRUE[2:6], TRUE[5], *TRUE[6:]]
    figures, equations = _two_columns(printed)
    (case,) = localise(figures, equations[:1]).cases
    assert case.method == "one figure"


def test_no_expenditure_is_repaired_to_less_than_nothing():
    parts = [fig("1", "3.00"), fig("2", "200.00"), fig("3", "100.00")]
    whole = fig("0", "250.00")
    (case,) = localise([], [total(whole, *parts)]).cases
    assert {r.suspects[0].figure.label: r.suspects[0].suggested for r in case.explanations} == {"0": 303, "2": 147, "3": 47}
    balance = fig("1", "3.00", label="年初结转和结余")
    (case,) = localise([], [total(whole, balance, *parts[1:])]).cases
    assert case.ties == 4, "a balance may be below nothing"


def test_two_copies_that_are_both_suspected_do_not_vouch_for_each_other():
    one, two = fig("1", "10.00"), fig("2", "10.00", statement="expenditure")
    equations = [relate(Sum.of(one), Sum.of(two), "copy")]
    for copy, whole, part in ((one, "0", "3"), (two, "9", "4")):
        equations.append(total(fig(whole, "45.00"), copy, fig(part, "5.00"), place=whole))
        for name, printed in ((whole, "45.00"), (part, "5.00")):
            equations.append(relate(Sum.of(fig(name, printed)), Sum.of(fig(f"{name}1", printed)), f"copy of {name}"))
    (case,) = localise([], equations).cases
    assert {s.figure.label: s.suggested for s in case.best.suspects} == {"1": 40, "2": 40}
    vouched = [any("the same amount is printed so in" in reason for reason in s.reasons) for s in case.best.suspects]
    assert vouched == [False, True], "the one that was settled first for the other, and not the other way round"
