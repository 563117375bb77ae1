"""What the whole system admits at once: solutions held against integers, limits of changes, conflicts that are true, and work that ends."""

from __future__ import annotations

import itertools
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reconciliation.small import fig, relate, total
from reconciliation.test_solvers import _stated_change, _table, errors, values

from pipeline.model.equations import Least, Product, Quotient, Sum
from pipeline.reconciliation.cover import WORK_LIMIT, Work
from pipeline.reconciliation.programme import Conflict, Programme, _span, reachable
from pipeline.reconciliation.system import build_system

PLENTY = 10**6


def of(*equations):
    """The programme of some equations, and the column of each figure by its row's name."""
    system = build_system(equations)
    return Programme(system), {f.label: system.index[f.figure_id] for f in system.figures}


def cents(limits):
    """Limits in hundredths (a unit is half of one)."""
    return tuple(None if end is None else end / 2 for end in limits)


def test_a_solution_of_whole_units_is_certified_and_one_of_thirds_is_counted():
    exact = {"resolution": Decimal(0)}
    programme, at = of(relate(Sum.of((3, fig("x", "1.00", **exact))), Sum.of(fig("y", "3.01", **exact)), "thrice"))
    assert not programme.feasible(())
    assert programme.feasible([at["y"]])
    assert programme.uncertified == 0
    assert programme.feasible([at["x"]])
    assert programme.uncertified == 1


@pytest.fixture
def whole():
    """10.00 = 4.00 + 7.00, and 4.00 = 4.00."""
    a = fig("a", "4.00")
    return of(total(fig("whole", "10.00"), a, fig("b", "7.00")), total(a, fig("copy", "4.00"), place="copy"))


def test_the_changes_that_a_figure_may_have(whole):
    programme, at = whole
    assert cents(programme.spread([at["whole"]], at["whole"], {})) == (99, 101), "the sum of two rounded figures"
    assert programme.spread([at["a"]], at["a"], {}) is None, "its copy does not let it"
    both = [at["whole"], at["b"]]
    assert cents(programme.spread(both, at["b"], {})) == (-700, None), "no less than nothing, and however much"
    assert cents(programme.spread(both, at["b"], {at["whole"]: (0, 0)})) == (Decimal("-100.5"), Decimal("-99.5"))
    assert cents(programme.spread(both, at["b"], {at["whole"]: (None, -800)})) == (-700, Decimal("-499.5"))


def test_rows_that_ask_nothing_let_everything_be(whole):
    programme, at = whole
    assert programme.feasible((), frozenset({0, 1}))
    assert not programme.feasible(())
    assert programme.spread([at["a"]], at["a"], {}, frozenset({1})) is not None


def test_a_conflict_names_the_figures_of_its_rows_and_none_that_may_change_already(whole):
    programme, at = whole
    assert not programme.feasible(())
    assert programme.conflict() == Conflict(frozenset({at["whole"], at["a"], at["b"]}))
    assert not programme.feasible([at["a"]])
    assert programme.conflict() == Conflict(frozenset({at["whole"], at["b"], at["copy"]}))


def test_a_solution_outside_its_limits_or_too_large_to_be_exact_is_not_certified(whole):
    programme, at = whole
    assert programme.feasible((), frozenset({0, 1}))
    kept = np.zeros(len(at))
    assert programme._certified(kept)
    kept[at["a"]] = 2 / programme.system.grain
    assert not programme._certified(kept), "a figure that is kept changes by its half-width at most"
    free, _ = of(total(fig("x", "1.00"), fig("y", "1.00")))
    assert free.feasible([0, 1])
    assert free._certified(np.full(2, 2.0**52) / free.system.grain)
    assert not free._certified(np.full(2, 2.0**53) / free.system.grain)


def test_a_figure_may_be_held_to_one_value_by_what_is_printed_exactly():
    exact = {"resolution": Decimal(0)}
    share = fig("share", "80", unit="%", statement="narrative", **exact)
    half = Quotient(Sum.of(fig("part", "20", **exact)), Sum.of(fig("all", "40", **exact)), Decimal(100))
    programme, at = of(relate(half, Sum.of(share), "share"))
    assert programme.feasible([at["share"]])
    low, high = programme.spread([at["share"]], at["share"], {})
    assert programme.system.value(low) == programme.system.value(high) == -30


def test_a_proof_is_the_same_with_its_sign_turned(whole):
    programme, at = whole
    assert not programme.feasible(())
    row = programme.system.violated()[0]
    every = Conflict(frozenset({at["whole"], at["a"], at["b"]}))
    assert [programme._proved({row: weight}) for weight in (-1, 1)] == [every, every]
    general, spent = fig("general", "50.00"), fig("spent", "500.00")
    other, _ = of(relate(Sum.of(general), Sum.of(spent), "≥", ">="), total(general, fig("p", "20.00"), fig("q", "30.00")))
    terms, low, high = other._combined({0: 1, 1: 1})
    turned, least, most = other._combined({0: -1, 1: -1})
    assert turned == {c: -a for c, a in terms.items()}
    assert (low, high, least, most) == (90000, None, None, -90000)


def test_the_span_of_a_sum_by_the_limits_of_its_terms():
    assert _span({0: 1, 1: -2}, {0: (-1, 3), 1: (-2, 5)}) == (-11, 7)
    assert _span({0: 3, 1: -2}, {0: (-1, None), 1: (-2, 5)}) == (-13, None)
    assert _span({0: 1, 1: -2}, {0: (-1, 3), 1: (-2, None)}) == (None, 7)


def test_a_conflict_that_rests_on_what_a_formula_asks_is_of_those_alone_who_choose_it():
    """30 of 40 are 75 %: where 80 % is wrong it is 75 %, which its copy does not let it be, unless the parts are wrong too."""
    share, copy = (fig(name, "80.00", unit="%", statement="narrative") for name in ("share", "copy"))
    formula = relate(Quotient(Sum.of(fig("part", "30.00")), Sum.of(fig("all", "40.00")), Decimal(100)), Sum.of(share), "formula")
    programme, at = of(formula, relate(Sum.of(share), Sum.of(copy), "copy"))
    assert not programme.feasible([at["share"]])
    assert programme.conflict() == Conflict(frozenset({at["copy"], at["part"], at["all"]}), frozenset({at["share"]}))


def test_what_no_amount_above_nothing_mends_asks_for_another_figure_whatever_is_chosen():
    programme, at = of(total(fig("whole", "3.00"), fig("a", "4.00"), fig("b", "7.00")))
    assert not programme.feasible([at["b"]])
    assert programme.conflict() == Conflict(frozenset({at["whole"], at["a"]}))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("at_least", [True, False])
def test_a_conflict_of_inequalities_adds_up_as_well(turned, at_least):
    """50 ≥ 500 = 20 + 480: once the 500 may change, it is the parts that are more than the 50; and the other way round."""
    general, spent = fig("general", "500.00" if at_least else "50.00"), fig("spent", "50.00" if at_least else "500.00")
    parts = Sum.of(fig("p", "20.00"), fig("q", "480.00" if at_least else "30.00"))
    greater, less = (Sum.of(spent), Sum.of(general)) if at_least else (Sum.of(general), Sum.of(spent))
    sums = (parts, Sum.of(general)) if turned else (Sum.of(general), parts)
    programme, at = of(relate(greater, less, "≥", ">="), relate(*sums, "sum"))
    assert not programme.feasible([at["general"]])
    assert programme.conflict() == Conflict(frozenset({at["spent"], at["p"], at["q"]}))


def test_curves_ask_nothing_where_they_are_silent_and_may_bound_one_side_only():
    system, change, _ = _stated_change("120.00", "10.00", "9.09", "100.00")
    programme = Programme(system)
    assert not programme.feasible([change])
    assert programme.feasible([change], frozenset({len(system.lines)})), "without the equation of the rate"
    share = fig("share", "80.00", unit="%", statement="narrative")
    programme, at = of(relate(Quotient(Sum.of(fig("part", "30.00")), Sum.of(fig("all", "40.00")), Decimal(100)), Sum.of(share), "≥", ">="))
    assert programme.feasible([at["share"]])
    low, high = programme.spread([at["share"]], at["share"], {})
    assert low is None
    assert -5 <= programme.system.value(high) < Decimal("-4.9")


def test_a_figure_that_no_change_makes_agree_asks_for_another_of_its_formula():
    """A score above its weight: whatever the rate, no more than the weight is given."""
    score, rate, weight = fig("score", "12.00", unit="分"), fig("rate", "1.00", unit=""), fig("weight", "10.00", unit="分")
    programme, at = of(relate(Sum.of(score), Least((Product(Sum.of(rate), Sum.of(weight)), Sum.of(weight))), "score"))
    assert not programme.feasible([at["rate"]])
    assert programme.conflict() == Conflict(frozenset({at["score"], at["weight"]}), frozenset({at["rate"]}))
    assert programme.spread([at["rate"]], at["rate"], {}) is None
    assert programme.feasible([at["score"]])
    low, high = cents(programme.spread([at["score"]], at["score"], {}))
    assert low <= -200 <= high


@settings(max_examples=60, deadline=None)
@given(parts=values, wrong=errors, chosen=st.sets(st.integers(0, 8), max_size=2), silent=st.sets(st.integers(0, 5), max_size=1))
def test_every_explanation_holds_a_figure_of_every_conflict(parts, wrong, chosen, silent):
    figures, equations = _table(parts, wrong)
    system = build_system(equations, figures)
    asked, quiet = frozenset(c for c in chosen if c < len(figures)), frozenset(r for r in silent if r < system.rows)
    programme = Programme(system)
    if programme.feasible(asked, quiet):
        return
    why = programme.conflict()
    assert why is not None, "sums of figures have a proof"
    assert not why.figures & asked
    for one in itertools.combinations(range(len(figures)), 2):
        if why.chosen <= set(one) and programme.feasible(one, quiet):
            assert why.figures & set(one)


def test_conflicts_that_are_known_hold_only_with_the_rows_that_prove_them(whole, monkeypatch):
    programme, at = whole
    violated = programme.system.violated()
    known = programme.conflicts(violated, frozenset(), frozenset())
    assert frozenset({at["whole"], at["b"], at["copy"]}) in known
    assert programme.conflicts([], frozenset(), frozenset({0, 1})) == []
    proofs = {figures for figures, _ in programme._proofs}
    with monkeypatch.context() as patch:
        patch.setattr(programme, "feasible", lambda *asked: True)
        assert set(programme.conflicts([], frozenset(), frozenset())) == proofs, "known without asking again"
    fixed = programme.conflicts(violated, frozenset({at["b"]}), frozenset())
    assert fixed == [programme.system.columns[violated[0]]], "a figure that is changed anyhow settles the others"


def test_a_set_that_fails_tells_why_so_that_few_others_are_tried(whole):
    programme, at = whole
    why = list(programme._why_not(frozenset({at["a"]}), frozenset()))
    assert why == [Conflict(frozenset({at["whole"], at["b"], at["copy"]}))]
    assert list(programme._why_not(frozenset({at["whole"]}), frozenset())) == []
    figures, equations = _table([[364, 256, 216], [259, 343, 97], [155, 145, 300]], [(32, 90), (37, -300), (30, -20), (47, 90)])
    system = build_system(equations, figures)
    found = Programme(system).smallest(system.violated(), 9, Work(600))
    assert (len(found.sets), found.complete) == (2, True)


def ties(count=4):
    """A sum of so many parts that does not hold: each figure of it explains it."""
    parts = [fig(f"p{n}", "10.00") for n in range(count)]
    programme, _ = of(total(fig("whole", "50.00"), *parts))
    return programme, range(count + 1)


def test_ties_are_listed_as_far_as_is_asked_and_told_to_be_all():
    programme, columns = ties()
    every = {frozenset({c}) for c in columns}
    few, all_of = programme.smallest([0], 3, Work(PLENTY)), programme.smallest([0], 6, Work(PLENTY))
    assert (len(set(few.sets)), few.complete, few.note) == (3, False, "more ties than listed")
    assert (set(all_of.sets), all_of.complete, all_of.note, all_of.proved) == (every, True, "", True)
    rest = programme.smallest([0], 6, Work(PLENTY), known=[frozenset({0}), frozenset({1})])
    assert set(rest.sets) == every - {frozenset({0}), frozenset({1})}


def test_no_set_is_larger_than_the_size_that_is_asked_for():
    one, other = total(fig("1", "5.00"), fig("11", "4.00")), total(fig("2", "5.00"), fig("21", "4.00"), place="other")
    programme, at = of(one, other)
    assert programme.smallest([0, 1], 9, Work(PLENTY), size=1).sets == ()
    assert len(programme.smallest([0, 1], 9, Work(PLENTY), size=2).sets) == 4
    alone = programme.smallest([0], 9, Work(PLENTY), fixed=frozenset({at["2"]}), silent=frozenset({1}))
    assert set(alone.sets) == {frozenset({at["1"]}), frozenset({at["11"]})}


def test_where_the_work_is_spent_what_is_known_is_told_as_what_it_is():
    programme, _ = ties()
    nothing = programme.smallest([0], 6, Work(0))
    assert [len(s) for s in nothing.sets] == [1], "one that explains everything, without what it does not need"
    assert (nothing.complete, nothing.proved, nothing.note) == (False, False, WORK_LIMIT)
    some = programme.smallest([0], 6, Work(150))
    assert (len(some.sets), some.complete, some.proved, some.note) == (2, False, True, WORK_LIMIT)
    a = fig("1", "5.00")
    never, _ = of(*(relate(Sum.of(a), Sum.of(constant=c), str(c)) for c in (1, 2)))
    assert never.smallest([0, 1], 6, Work(0)).sets == ()


def test_a_figure_is_reached_through_any_chain_of_rows():
    system, change, rate = _stated_change("120.00", "10.00", "9.09", "100.00")
    assert reachable(system, system.violated()) == list(range(len(system.figures)))
    a = fig("1", "5.00")
    two = build_system([total(a, fig("2", "4.00")), total(fig("3", "1.00"), fig("4", "1.00"), place="other")])
    assert reachable(two, [0]) == [two.index[a.figure_id], two.index[two.figures[1].figure_id]]
    assert change in reachable(system, system.touching[rate])
