"""The fewest figures that meet every conflict, and the work that finding them costs."""

from __future__ import annotations

import pytest

from pipeline.reconciliation.cover import Cover, Work, solver


def cover(*conflicts):
    return Cover([1, 2, 3, 4], map(frozenset, conflicts))


def smallest(of):
    return of.smallest(Work(10**6))


def test_a_figure_of_every_conflict_is_the_smallest_set():
    assert smallest(cover({1, 2}, {2, 3}, {2, 4})) == ({2}, "")
    assert smallest(cover({1, 2}, {1, 3}, {2, 3}))[0] in ({1, 2}, {1, 3}, {2, 3})


def test_a_forbidden_set_is_not_given_again_nor_anything_that_holds_it():
    pair = cover({1, 2})
    pair.forbid(frozenset({1}))
    assert smallest(pair) == ({2}, "")
    pair.forbid(frozenset({2}))
    assert smallest(pair) == (None, "")


def test_no_set_is_larger_than_the_size_that_is_allowed():
    two = cover({1, 2}, {3, 4})
    two.at_most(2)
    assert len(smallest(two)[0]) == 2
    two.at_most(1)
    assert smallest(two) == (None, "")


@pytest.mark.parametrize(("conflict", "chosen", "found"), [({1}, {1}, {1, 3}), ({2}, {1}, {2}), ({1}, {1, 2}, {1}), ({4}, set(), {3, 4})])
def test_a_figure_that_only_some_choices_ask_for_is_in_sets_with_all_of_these_alone(conflict, chosen, found):
    asked = cover(conflict)
    asked.require({3, 99}, chosen)
    assert smallest(asked) == (found, "")


def test_work_is_spent_by_the_set_and_by_iterations():
    assert [Work(n).done for n in (-1, 0, 1)] == [True, True, False]
    work = Work(201)
    cover({1}).smallest(work)
    assert (work.iterations, work.done) == (101, False)
    work.spend(101)
    assert (work.iterations, work.done) == (0, True)


def test_the_solver_says_nothing_works_alone_and_gives_no_more_than_is_proved():
    got = {name: solver().getOptionValue(name)[1] for name in ("output_flag", "threads", "parallel", "random_seed", "mip_rel_gap", "mip_abs_gap")}
    assert got == {"output_flag": False, "threads": 1, "parallel": "off", "random_seed": 0, "mip_rel_gap": 0, "mip_abs_gap": 0}
    assert all(solver().getOptionValue(f"{kind}_feasibility_tolerance")[1] == 1e-9 for kind in ("primal", "dual", "mip"))
