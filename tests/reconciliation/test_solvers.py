"""Search, elimination and integer programming against each other and against enumeration."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from reconciliation.small import fig, flat, grid, relate, total

from pipeline.model.equations import Quotient, Sum
from pipeline.reconciliation.cover import Work
from pipeline.reconciliation.elimination import _strip, clash
from pipeline.reconciliation.programme import Programme
from pipeline.reconciliation.search import SearchBudgetSpent, apart, explanations
from pipeline.reconciliation.system import build_system

values = st.lists(st.lists(st.integers(0, 400), min_size=2, max_size=3), min_size=2, max_size=3).filter(lambda rows: len({len(r) for r in rows}) == 1)


def _table(parts, wrong):
    """A table of sums over the parts (in hundredths), with some cells printed wrong by some hundredths."""
    rows = [[sum(r), *r] for r in parts]
    rows = [[sum(column) for column in zip(*rows, strict=True)], *rows]
    for place, shift in wrong:
        r, c = divmod(place % (len(rows) * len(rows[0])), len(rows[0]))
        rows[r][c] += shift
    cells, equations = grid([[f"{Decimal(v) / 100:.2f}" for v in row] for row in rows])
    return flat(cells), equations


errors = st.lists(st.tuples(st.integers(0, 50), st.sampled_from([-300, -20, 11, 90])), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(parts=values, wrong=errors)
def test_search_finds_exactly_the_smallest_sets_that_integer_programming_finds(parts, wrong):
    figures, equations = _table(parts, wrong)
    system = build_system(equations, figures)
    violated = system.violated()
    if not violated:
        return
    programme = Programme(system)
    found = [s for s in explanations(system, violated, 4, 100_000) if programme.feasible(s)]
    exact = programme.smallest(violated, 500, Work(10**6))
    assert exact.complete
    if found and len(found[0]) == len(exact.sets[0]):
        assert set(found) == set(exact.sets)
    else:  # one equation at a time admits a smaller set than all at once
        assert not found or len(found[0]) < len(exact.sets[0])


@settings(max_examples=60, deadline=None)
@given(parts=values, wrong=errors)
def test_search_finds_exactly_the_smallest_sets_that_enumeration_finds(parts, wrong):
    figures, equations = _table(parts, wrong)
    system = build_system(equations, figures)
    violated = system.violated()
    if not violated:
        return

    def explains(chosen):
        return all(system.columns[r] & chosen for r in violated) and clash(system, chosen) is None

    for size in (1, 2):
        every = {frozenset(c) for c in itertools.combinations(range(len(figures)), size) if explains(frozenset(c))}
        if every:
            assert set(explanations(system, violated, size, 100_000)) == every
            return
    assert explanations(system, violated, 2, 100_000) == []


@settings(max_examples=80, deadline=None)
@given(parts=values, wrong=errors, chosen=st.sets(st.integers(0, 8), min_size=1, max_size=4))
def test_rows_that_clash_are_a_proof_and_no_clash_is_a_solution(parts, wrong, chosen):
    """The elimination agrees with a linear programme over the touching rows in which every kept figure has its own copy a row."""
    figures, equations = _table(parts, wrong)
    system = build_system(equations, figures)
    columns = frozenset(c for c in chosen if c < len(figures))
    if not columns:
        return
    touching = sorted({r for c in columns for r in system.touching[c]})
    # one row at a time: kept figures become independent slack, so the row's own width goes into its tolerance
    alone = []
    for r in touching:
        equation = system.lines[r].equations[0]
        slack = sum((f.half_width for f in equation.figures() if system.index[f.figure_id] not in columns), Decimal(0))
        alone.append(replace(equation, tolerance=slack))
    local = build_system([_frozen(e, system, columns) for e in alone])
    free = [i for i, f in enumerate(local.figures) if system.index[f.figure_id] in columns]
    feasible = Programme(local).feasible(free)
    clashing = clash(system, columns)
    assert (clashing is None) == feasible
    if clashing is not None:
        assert clashing <= set(touching)


def test_parallel_rows_have_one_key_whatever_their_factor_and_sign():
    x, y = fig("x", "1.00"), fig("y", "2.00")
    sides = [(Sum.of((3 * n, x)), Sum.of((2 * n, y))) for n in (1, 2)]
    keys = set()
    for left, right in (*sides, *(pair[::-1] for pair in sides)):
        system = build_system([relate(left, right, "thrice and twice")])
        keys.add(_strip(system, 0, [system.index[x.figure_id], system.index[y.figure_id]]))
    assert len(keys) == 1


def test_a_curve_of_which_two_figures_are_chosen_asks_nothing_of_them():
    part, whole, share = fig("1", "30.00"), fig("2", "40.00"), fig("3", "57.00", unit="%", statement="narrative")
    system = build_system([relate(Quotient(Sum.of(part), Sum.of(whole), Decimal(100)), Sum.of(share), "share")])
    at = {f.label: c for c, f in enumerate(system.figures)}
    assert clash(system, frozenset({at["1"], at["2"]})) is None


def _frozen(equation, system, columns):
    """The equation with every kept figure as if printed exactly."""
    from pipeline.reconciliation.substitution import substitute

    kept = {f.figure_id: replace(f, resolution=Decimal(0)) for f in equation.figures() if system.index[f.figure_id] not in columns}
    return substitute(equation, kept)


def test_a_shift_of_three_hundredths_beside_millions_is_not_bought_by_the_big_m():
    cells, equations = grid(
        [
            ["3000000.03", "1000000.00", "2000000.00"],
            ["1500000.00", "500000.00", "1000000.00"],
            ["1500000.00", "500000.00", "1000000.00"],
        ]
    )
    system = build_system(equations, flat(cells))
    found = Programme(system).smallest(system.violated(), 10, Work(10**6))
    assert [len(s) for s in found.sets] == [1]
    assert system.figures[min(found.sets[0])].printed == "3000000.03"


def _stated_change(amount, change, rate, base):
    """An amount, its stated change and rate, and the base that they are held against, which a sum of its own vouches for."""
    a, c, b = fig("1", amount), fig("2", change), fig("4", base)
    r = fig("3", rate, unit="%")
    parts = [fig("5", f"{Decimal(base) - 1:.2f}"), fig("6", "1.00"), fig("7", base)]
    implied = Sum.of(a, (-1, c))
    equations = [
        relate(implied, Sum.of(b), "base"),
        relate(Sum.of(r), Quotient(Sum.of(c), implied, Decimal(100)), "rate"),
        total(b, *parts[:2]),
        total(parts[2], b),
        relate(Sum.of(a), Sum.of(fig("8", amount)), "copy"),
    ]
    system = build_system(equations)
    return system, system.index[c.figure_id], system.index[r.figure_id]


def test_the_exact_route_keeps_to_equations_that_are_not_linear():
    """A change whose rate agrees with it cannot be wrong alone: change and rate, or more."""
    system, change, rate = _stated_change("120.00", "10.00", "9.09", "100.00")
    programme = Programme(system)
    only = frozenset({change})
    assert not programme.feasible(only)
    assert programme.feasible(only | {rate}), "a figure that stands in no sum frees the rate all the same"
    found = programme.smallest(system.violated(), 50, Work(10**6))
    assert found.complete
    assert set(found.sets) == {s for n in itertools.combinations(range(len(system.figures)), 2) if programme.feasible(s := frozenset(n))}
    assert only | {rate} in found.sets


def test_a_change_without_a_rate_is_wrong_alone():
    system, change, _ = _stated_change("120.00", "10.00", "20.00", "100.00")
    found = Programme(system).smallest(system.violated(), 50, Work(10**6))
    assert found.sets == (frozenset({change}),), "the rate follows the true change of 20.00"


def test_sets_that_share_a_figure_need_one_for_both_and_disjoint_ones_one_each():
    one, other, both, third = frozenset({1, 2}), frozenset({3, 4, 5}), frozenset({2, 3, 6, 7}), frozenset({8, 9})
    assert apart([one, other]) == 2
    assert apart([both, one]) == 1
    assert apart([both, other, third, one]) == 3
    assert apart([]) == 0


def test_a_search_ends_after_its_nodes_and_says_so():
    figures, equations = _table([[100, 200, 300], [10, 20, 30]], [(0, 90), (5, 11), (10, -20)])
    system = build_system(equations, figures)
    violated = system.violated()
    whole = explanations(system, violated, 4, 100_000)
    assert whole
    needed = next(n for n in itertools.count(1) if _ends(system, violated, n))
    assert needed > 5
    assert explanations(system, violated, 4, needed) == whole


def _ends(system, violated, nodes):
    try:
        explanations(system, violated, 4, nodes)
    except SearchBudgetSpent:
        return False
    return True
