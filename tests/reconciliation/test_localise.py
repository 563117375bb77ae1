"""From equations to cases."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

import pytest
from reconciliation.small import fig, flat, grid, relate, total

from pipeline.model.equations import Least, Product, Quotient, Sum, evaluate
from pipeline.reconciliation.clusters import split
from pipeline.reconciliation.cover import WORK_LIMIT, Work
from pipeline.reconciliation.localise import Case, Limits, _Solve, localise
from pipeline.reconciliation.programme import Optimum
from pipeline.reconciliation.system import build_system

CLEAN = [["100.00", "60.00", "40.00"], ["30.00", "20.00", "10.00"], ["70.00", "40.00", "30.00"]]


def _with(rows, *changes):
    rows = [list(r) for r in rows]
    for r, c, text in changes:
        rows[r][c] = text
    return grid(rows)


def best(case):
    return {s.figure.label: s.suggested for s in case.best.suspects}


def test_a_table_that_adds_up_has_no_case():
    cells, equations = grid(CLEAN)
    assert localise(flat(cells), equations).cases == ()


def test_one_wrong_cell_is_one_case_with_all_its_findings_its_value_and_the_slip():
    cells, equations = _with(CLEAN, (2, 1, "4.00"))
    (case,) = localise(flat(cells), equations).cases
    assert case.unique
    assert case.method == "one figure"
    assert sorted(e.place for e in case.equations) == ["column 1", "row 2"]
    (suspect,) = case.best.suspects
    assert (suspect.figure.label, suspect.suggested) == ("2/c1", Decimal("40.00"))
    assert suspect.low <= Decimal("40.00") <= suspect.high
    assert "shifted decimal point" in suspect.reasons


def test_a_value_in_the_next_column_is_one_case_of_two_cells():
    cells, equations = _with([*CLEAN, ["0.00", "0.00", "0.00"]], (2, 1, ""), (2, 2, "40.00"), (2, 0, "40.00"), (1, 0, "30.00"))
    found = localise(flat(cells), equations)
    assert sum(c.size for c in found.cases) == 3
    cells, equations = _with(CLEAN, (1, 1, "10.00"), (1, 2, "20.00"))
    (case,) = localise(flat(cells), equations).cases
    assert (case.method, case.size, case.complete) == ("search", 2, True)
    assert ({"1/c1": Decimal("20.00"), "1/c2": Decimal("10.00")}) == best(case)
    assert any("swapped" in reason for s in case.best.suspects for reason in s.reasons)


def test_a_blank_that_should_be_filled_is_found():
    cells, equations = _with(CLEAN, (2, 2, ""))
    (case,) = localise(flat(cells), equations).cases
    assert best(case) == {"2/c2": Decimal("30.00")}


def test_of_two_cases_one_lacks_what_the_other_has_too_much():
    """An amount one column off, in columns that share no sum."""
    one = [fig("0/a", "90.00"), fig("1/a", "60.00"), fig("2/a", "")]
    two = [fig("0/b", "10.00"), fig("1/b", "10.00"), fig("2/b", "30.00")]
    copies = [total(f, fig(f.label, f.printed, statement="expenditure")) for f in (*one[:2], *two[:2])]
    found = localise([], [total(one[0], *one[1:]), total(two[0], *two[1:]), *copies])
    assert [best(case) for case in found.cases] == [{"2/a": Decimal("30.00")}, {"2/b": Decimal("0.00")}]
    assert any("its value stands in" in reason for reason in found.cases[0].best.suspects[0].reasons)


def test_figures_that_stand_in_the_same_equations_are_declared_ties():
    parts = [fig(str(i), f"{10 * i}.00") for i in range(1, 5)]
    equation = total(fig("0", "107.00"), *parts)
    found = localise([*parts], [equation])
    (case,) = found.cases
    assert case.ties == 5
    assert not case.unique
    assert len(case.explanations) == 5
    assert found.answerable[parts[0].figure_id] == (1, 5)


def test_two_causes_are_two_cases_whose_ties_do_not_multiply():
    one = [fig(f"1{i}", "5.00") for i in range(3)]
    two = [fig(f"2{i}", "7.00") for i in range(3)]
    found = localise([], [total(fig("1", "20.00"), *one), total(fig("2", "30.00"), *two)])
    assert [c.ties for c in found.cases] == [4, 4]


def test_two_subtotals_that_make_up_for_each_other_are_listed_with_the_single_figures():
    """Neither subtotal can be wrong alone, the whole would not hold; both can, the one too high by what the other is too low."""
    one = [fig(name, text) for name, text in (("1", "10.00"), ("11", "4.00"), ("12", "5.00"))]
    two = [fig(name, text) for name, text in (("2", "20.00"), ("21", "12.00"), ("22", "9.00"))]
    whole = fig("0", "30.00")
    equations = [total(one[0], *one[1:], place="one"), total(two[0], *two[1:], place="two"), total(whole, one[0], two[0], place="whole")]
    equations.append(relate(Sum.of(whole), Sum.of(fig("9", "30.00")), "copy"))
    (case,) = localise([], equations).cases
    assert (case.method, case.size) == ("search", 2)
    found = {frozenset(s.figure.label for s in r.suspects) for r in case.explanations}
    assert found == {frozenset(pair) for pair in (("11", "21"), ("11", "22"), ("12", "21"), ("12", "22"), ("1", "2"))}


def test_two_sums_that_are_both_too_low_stay_two_cases_though_a_third_holds():
    one = [fig(name, text) for name, text in (("1", "10.00"), ("11", "4.00"), ("12", "3.00"), ("13", "2.00"))]
    two = [fig(name, text) for name, text in (("2", "20.00"), ("21", "12.00"), ("22", "7.00"))]
    whole = fig("0", "30.00")
    equations = [total(one[0], *one[1:], place="one"), total(two[0], *two[1:], place="two"), total(whole, one[0], two[0], place="whole")]
    equations.append(relate(Sum.of(whole), Sum.of(fig("9", "30.00")), "copy"))
    assert sorted((c.size, c.ties) for c in localise([], equations).cases) == [(1, 2), (1, 3)]


@pytest.mark.parametrize(("ties", "listed", "complete"), [(2, 2, False), (3, 3, False), (40, 17, True)])
def test_of_a_larger_case_as_many_explanations_are_listed_as_are_wanted(ties, listed, complete):
    eight = fig("8", "9.00")
    equations = [total(eight, *(fig(f"{k}{i}", "1.00") for i in range(4)), place=f"sum {k}") for k in (1, 2)]
    (case,) = localise([], [*equations, total(fig("7", "9.00"), eight, place="copy")], limits=Limits(figures=1, ties=ties)).cases
    assert (case.method, case.ties, case.complete) == ("integer programme", listed, complete)


def test_two_figures_for_everything_go_before_three_for_one_case_after_the_other():
    """The first sum alone is a part's fault; the parts of the second have copies, so that only both subtotals explain both sums."""
    one = [fig(name, text) for name, text in (("1", "10.00"), ("11", "4.00"), ("12", "5.00"))]
    two = [fig(name, text) for name, text in (("2", "20.00"), ("21", "12.00"), ("22", "9.00"))]
    whole = fig("0", "30.00")
    equations = [total(one[0], *one[1:], place="one"), total(two[0], *two[1:], place="two"), total(whole, one[0], two[0], place="whole")]
    equations += [relate(Sum.of(f), Sum.of(fig(f"9{f.row_no}", f.printed)), f"copy {f.row_no}") for f in (whole, *two[1:])]
    (case,) = localise([], equations).cases
    assert (case.size, case.unique, best(case)) == (2, True, {"1": Decimal("9.00"), "2": Decimal("21.00")})
    hasty = localise([], equations, limits=Limits(check_smaller=False))
    assert sum(c.size for c in hasty.cases) == 3


def test_all_together_is_taken_only_where_fewer_figures_explain_it(monkeypatch):
    system = build_system([total(fig(f"{n}", "5.00"), fig(f"{n}1", "4.00"), place=f"sum {n}") for n in range(2)])
    solve = _Solve(system, system.violated(), Limits(), Work(10**6), {})
    sizes = []
    monkeypatch.setattr(solve.programme, "conflicts", lambda *asked: [])
    monkeypatch.setattr(solve.programme, "smallest", lambda *asked, size: sizes.append(size) or Optimum((), True))
    assert (solve._smaller_together(3), sizes) == (None, [2])


def test_answers_that_no_whole_unit_confirms_are_counted():
    exact = {"resolution": Decimal(0)}
    found = localise([], [relate(Sum.of((3, fig("x", "1.00", **exact))), Sum.of(fig("y", "3.01", **exact)), "thrice")])
    assert found.uncertified > 0
    cells, equations = _with(CLEAN, (2, 1, "4.00"))
    assert localise(flat(cells), equations).uncertified == 0


def test_more_than_four_figures_go_to_the_integer_programme_and_come_back_by_cause():
    rows = [["100.00", "60.00", "40.00"], *[["10.00", "6.00", "4.00"]] * 10]
    wrong = [
        ["100.00", "60.00", "40.00"],
        *[["10.00", "5.00", "5.00"]] * 3,
        *[["10.00", "9.00", "1.00"]] * 3,
        *[["10.00", "6.00", "4.00"]] * 4,
    ]
    cells, equations = grid(wrong)
    found = localise(flat(cells), equations, limits=Limits(figures=1))
    assert all(c.method in ("integer programme", "one figure") for c in found.cases)
    assert sum(c.size for c in found.cases) == 2  # the two column totals: the smallest, if not the truth
    assert rows[0] == ["100.00", "60.00", "40.00"]


def test_an_inequality_takes_part():
    spent, general = fig("1", "50.00"), fig("2", "500.00", statement="general_budget_expenditure")
    parts = [fig("3", "20.00", statement="general_budget_expenditure"), fig("4", "30.00", statement="general_budget_expenditure")]
    equations = [total(general, *parts), relate(Sum.of(spent), Sum.of(general), "spent ≥ general", ">=")]
    (case,) = localise([], equations).cases
    assert best(case) == {"2": Decimal("50.00")}


def test_a_copy_decides_between_ties():
    a, b = fig("1", "12.00"), fig("2", "30.00")
    copy = fig("9", "12.00", statement="expenditure")
    (case,) = localise([], [total(fig("0", "45.00"), a, b), total(a, copy, place="copy")]).cases
    assert case.ties == 2  # the total or b; a is held by its copy
    other = fig("8", "42.00", statement="expenditure")
    (case,) = localise([], [total(fig("0", "45.00"), a, b), relate(Sum.of(other), Sum.of(a, b), "again")]).cases
    assert best(case) == {"0": Decimal("42.00")}


def test_the_second_readers_number_is_preferred():
    parts = [fig("1", "18.00", agreement="differs", other_reading="13.00"), fig("2", "30.00")]
    (case,) = localise([], [total(fig("0", "43.00"), *parts)]).cases
    assert case.ties == 3
    assert best(case) == {"1": Decimal("13.00")}
    assert "the second reader reads 13.00" in case.best.suspects[0].reasons


def test_a_misprinted_share_is_blamed_and_not_its_operands():
    part, whole = fig("1", "30.00"), fig("2", "40.00")
    rest = fig("3", "10.00")
    share = fig("4", "57.00", statement="narrative", unit="%")
    equations = [
        total(whole, part, rest),
        total(part, fig("5", "30.00", statement="expenditure")),
        total(whole, fig("6", "40.00", statement="expenditure")),
        relate(Quotient(Sum.of(part), Sum.of(whole), Decimal(100)), Sum.of(share), "share"),
    ]
    (case,) = localise([], equations).cases
    assert case.unique
    assert best(case) == {"4": Decimal("75.00")}


def test_a_share_that_nothing_else_vouches_for_is_one_case_of_its_three_figures():
    share = fig("4", "57.00", statement="narrative", unit="%")
    found = localise([], [relate(Quotient(Sum.of(fig("1", "30.00")), Sum.of(fig("2", "40.00")), Decimal(100)), Sum.of(share), "share")])
    (case,) = found.cases
    assert (case.method, case.ties, case.complete, found.notes) == ("one figure", 3, True, ())


def test_a_share_helps_to_tell_which_amount_is_wrong():
    part, rest, whole = fig("1", "80.00"), fig("3", "10.00"), fig("2", "40.00")
    share = fig("4", "75.00", statement="narrative", unit="%")
    equations = [total(whole, part, rest), relate(Quotient(Sum.of(part), Sum.of(whole), Decimal(100)), Sum.of(share), "share")]
    (case,) = localise([], equations).cases
    assert best(case) == {"1": Decimal("30.00")}
    assert case.unique


def test_a_score_capped_at_its_weight_bounds_the_score():
    score, weight = fig("1", "12.00", unit="分"), fig("2", "10.00", unit="分")
    rate = fig("3", "1.20", unit="")
    formula = Least((Product(Sum.of(rate), Sum.of(weight)), Sum.of(weight)))
    equations = [
        relate(Sum.of(score), formula, "score"),
        total(weight, fig("5", "10.00")),
        total(rate, fig("6", "1.20"), place="rate"),
    ]
    (case,) = localise([], equations).cases
    assert best(case) == {"1": Decimal("10.00")}


def test_equations_that_no_figures_can_satisfy_are_said_to_contradict():
    a = fig("1", "5.00")
    equations = [
        relate(Sum.of(a), Sum.of(constant=1), "is 1"),
        relate(Sum.of(a), Sum.of(constant=2), "is 2"),
    ]
    (case,) = localise([a], equations).cases
    assert case.explanations == ()
    assert case.method == "unexplained"
    assert case.note == "no change of printed figures satisfies these equations together"
    assert (case.size, case.ties, case.complete) == (1, 0, False)


def test_equations_that_hold_one_by_one_and_never_together_are_noted():
    a, b = fig("1", "5.00"), fig("2", "0.00")
    wrong = relate(Sum.of(a), Sum.of(b, constant=1), "1 more")
    held = [relate(Sum.of(b), Sum.of(constant=Decimal(c)), f"is {c}") for c in ("0.004", "-0.004")]
    assert any("cannot all hold at once" in note for note in localise([a, b], [wrong, *held]).notes)
    assert localise([a, b], [wrong, held[0]]).notes == ()


def _half_misread(size, seed, share=0.5):
    """A table of sums with so many of its cells wrong that their smallest explanation is not found by any work that is bearable."""
    rng = random.Random(seed)
    parts = [[rng.randrange(1, 10_000) for _ in range(size)] for _ in range(size)]
    rows = [[sum(r), *r] for r in parts]
    rows = [[sum(column) for column in zip(*rows, strict=True)], *rows]
    misread = [[v + rng.randrange(1, 10_000) * (rng.random() < share) for v in row] for row in rows]
    return grid([[f"{Decimal(v) / 100:.2f}" for v in row] for row in misread])


@pytest.mark.parametrize(("size", "seed", "iterations"), [(16, 5, 1), (9, 1, 0), (9, 1, 2000), (9, 2, 1), (12, 3, 500)])
def test_a_limit_of_work_leaves_every_breach_in_one_case_and_says_what_is_not_settled(size, seed, iterations):
    cells, equations = _half_misread(size, seed)
    found = localise(flat(cells), equations, limits=Limits(iterations=iterations))
    violated = sorted(e.equation_id for e in equations if evaluate(e).verdict == "violated")
    assert sorted(e.equation_id for c in found.cases for e in c.equations) == violated
    assert all(WORK_LIMIT in c.note for c in found.cases if not c.complete and c.note != "more ties than listed")
    assert all(c.size >= 1 for c in found.cases)
    assert not any(c.complete for c in found.cases if WORK_LIMIT in c.note)
    assert size < 16 or any(WORK_LIMIT in c.note for c in found.cases), "so many errors at once are not settled by so much work"
    if iterations == 500:
        again = localise(flat(cells), equations, limits=Limits(iterations=iterations))
        assert [(c, c.case_id) for c in again.cases] == [(c, c.case_id) for c in found.cases], "the work is counted, not timed"


def _printed_twice_and_listed(list_is_whole):
    """A table with one amount misread, printed in two forms; its row totals stated in a text, whose list may lack the last of them."""
    parts = [[rng.randrange(100, 10_000) for _ in range(3)] for rng in map(random.Random, range(6))]
    rows = [[sum(r), *r] for r in parts]
    printed = [[f"{Decimal(v) / 100:.2f}" for v in row] for row in ([sum(column) for column in zip(*rows, strict=True)], *rows)]
    misread = [list(row) for row in printed]
    misread[2][1] = misread[2][1].replace(".", "", 1)[:-1] + ".00"
    one, equations = grid(misread)
    other = [[replace(f, figure_id=f.figure_id.replace("income", "expenditure"), statement="expenditure") for f in row] for row in one]
    equations += [total(row[0], *row[1:], place=f"other row {r}") for r, row in enumerate(other)]
    equations += [total(other[0][c], *(row[c] for row in other[1:]), place=f"other column {c}") for c in range(4)]
    equations += [total(a, b, place=f"same {a.label}") for a, b in zip(flat(one), flat(other), strict=True)]
    told = [fig(f"text {r}", row[0], statement="text") for r, row in enumerate(printed)]
    equations += [total(t, row[0], place=f"stated {t.label}") for t, row in zip(told, one, strict=True)]
    equations.append(total(told[0], *told[1 : None if list_is_whole else -1], place="list"))
    return [*flat(one), *flat(other), *told], equations


def test_an_equation_that_no_few_figures_meet_is_told_apart_from_the_others():
    """What its sum lacks cannot be mended by few figures, each of which stands in other equations that hold: it may not hold for the report."""
    figures, equations = _printed_twice_and_listed(list_is_whole=True)
    (case,) = localise(figures, equations).cases
    assert [s.figure.label for s in case.best.suspects] == ["2/c1", "2/c1"]
    figures, equations = _printed_twice_and_listed(list_is_whole=False)
    found = localise(figures, equations)
    (unexplained,) = (c for c in found.cases if c.method == "unexplained")
    assert [e.place for e in unexplained.equations] == ["list"]
    assert "no few figures" in unexplained.note
    (case,) = (c for c in found.cases if c.method != "unexplained")
    assert [s.figure.label for s in case.best.suspects] == ["2/c1", "2/c1"]


@pytest.mark.parametrize(("needed", "left_out"), [([2, 3, 4], 0), ([3, 2, 2], 1), ([2, 3, 1], 2), ([4, 5, 5], None)])
def test_the_equation_that_is_left_out_is_the_first_without_which_the_fewest_figures_are_needed(needed, left_out, monkeypatch):
    system = build_system([total(fig(f"{n}", "5.00"), fig(f"{n}1", "4.00"), place=f"sum {n}") for n in range(3)])
    solve = _Solve(system, system.violated(), Limits(), Work(10**6), {})

    def smallest(rows, count, work, relaxed, silent, most=6):
        size = needed[min({0, 1, 2} - {*rows})] if len(rows) < 3 else 6
        return Optimum((frozenset(range(size)),) if size <= most else (), False, least=size)

    asked = []
    monkeypatch.setattr(solve.programme, "smallest", smallest)
    monkeypatch.setattr(solve, "_split", lambda first, rows, silent, relaxed: asked.append((len(first.sets[0]), rows, silent)) or [])
    alone = solve._by_programme([0, 1, 2], frozenset())
    if left_out is None:
        assert (asked, alone) == ([(6, [0, 1, 2], frozenset())], [])
        return
    assert asked == [(needed[left_out], [r for r in range(3) if r != left_out], {left_out})], "it asks nothing of the others"
    assert [(c.method, [e.place for e in c.equations]) for c in alone] == [("unexplained", [f"sum {left_out}"])]


def test_every_part_of_a_split_has_rows_and_every_row_a_part():
    cells, equations = _half_misread(6, 4, 0.04)
    system = build_system(equations, flat(cells))
    violated = system.violated()
    touching = frozenset().union(*(system.columns[r] for r in violated))
    idle = next(c for c in range(len(system.figures)) if c not in touching)
    for chosen in (frozenset({idle}), frozenset({idle, min(touching)}), touching | {idle}):
        parts = split(system, violated, chosen)
        assert sorted(r for rows, _ in parts for r in rows) == violated
        assert all(rows for rows, _ in parts)
        assert frozenset().union(*(held for _, held in parts)) == chosen


def test_a_case_without_equations_is_refused():
    with pytest.raises(ValueError, match="equations"):
        Case((), (), 0, 0, False, "unexplained")


def test_the_answer_does_not_depend_on_the_order_of_figures_and_equations():
    cells, equations = _with(CLEAN, (2, 1, "4.00"), (1, 2, "1.00"))
    one = localise(flat(cells), equations)
    other = localise(list(reversed(flat(cells))), list(reversed(equations)))
    assert [(c.case_id, [r.figure_ids for r in c.explanations]) for c in one.cases] == [
        (c.case_id, [r.figure_ids for r in c.explanations]) for c in other.cases
    ]


@pytest.mark.parametrize("resolution", ["0", "1", "0.000001"])
def test_any_resolution_is_taken(resolution):
    parts = [replace(fig(str(i), "3"), resolution=Decimal(resolution)) for i in (1, 2)]
    whole = replace(fig("0", "60"), resolution=Decimal(resolution))
    (case,) = localise([], [total(whole, *parts)]).cases
    assert case.ties == 3
