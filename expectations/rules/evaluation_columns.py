"""Columns of evaluation reports' tables that are computed of others: rates, differences, products, shares of a total.

Which columns are which is told by what holds in nearly every row, or, of a rate, by the headings.
What belongs here: these relations.  What may not: sums of rows (``evaluation_tables``), tables of weights and scores
(``performance_evaluations``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

from expectations.rules.base import Rule
from expectations.rules.evaluation_tables import Grid, grids, is_sum, operand, whole_number
from expectations.rules.performance_forms import HUNDRED, Instances
from expectations.rules.performance_view import computed, relation
from pipeline.lexicon import lexicon
from pipeline.model.contents import ReportContents, Row
from pipeline.model.equations import Equation, Expression, Product, Quotient, Sum, evaluate
from pipeline.model.figures import Figure

#: A relation of columns is one where it holds in so many rows, in so many that tell something, and in so great a part of them.
_LEAST_ROWS, _LEAST_TELLING, _GREAT_PART = 3, 2, Decimal("0.7")
#: More columns are no table that somebody compares by eye.
_MOST_COLUMNS, _MOST_FACTORS = 12, 6


@dataclass(frozen=True)
class _Relation:
    """A column that is computed of others: ``quotient`` (in per cent), ``difference`` or ``product`` of two, or a ``share`` of the sum of one."""

    kind: str
    column: str
    first: str
    second: str = ""
    whole: Figure | None = None  # of a share

    @property
    def words(self) -> str:
        return f"{self.first} {_SIGNS[self.kind]} {self.second or '合计'}"

    def due(self, row: Row) -> tuple[Figure, Expression] | None:
        """The figure and what it should be; nothing where the row lacks one of them, or they are of different units."""
        figure, first, second = row.get(self.column), row.get(self.first), self.whole or row.get(self.second)
        if figure is None or first is None or second is None or None in (figure.value, first.value, second.value):
            return None
        if self.kind == "product":
            return figure, Product(Sum.of(_price(first)), Sum.of(_price(second)))
        if first.unit != second.unit:
            return None
        first, second = operand(first), operand(second)
        if self.kind == "difference":
            return (figure, Sum.of(first, (-1, second))) if figure.unit == first.unit else None
        return (figure, Quotient(Sum.of(first), Sum.of(second), HUNDRED)) if second.value else None

    def instance(self, rule: Rule, contents: ReportContents, place: str, figure: Figure, due: Expression) -> Equation:
        """A rate or a product is computed to its digits; a difference stands for what its two amounts do."""
        exact = self.kind == "difference"
        return relation(rule, contents, place, Sum.of(figure), due) if exact else computed(rule, contents, place, figure, due)


def _price(figure: Figure) -> Figure:
    """A factor: how many and what one costs are exact, but for a price with cents, which may be an average."""
    return whole_number(figure) if len(figure.printed.partition(".")[2]) < 2 else figure


_SIGNS = {"quotient": "÷", "share": "÷", "difference": "−", "product": "×"}


def _candidates(grid: Grid) -> Iterator[_Relation]:
    """What the columns may be of each other: a rate of two amounts or of an amount and its total, an amount less another, or times it."""
    units = {c: {f.unit for r in grid.rows if (f := r.get(c)) is not None and f.value} for c in grid.columns}
    rates = [c for c, own in units.items() if own == {"%"}]
    amounts = [c for c, own in units.items() if own and "%" not in own]
    if len(amounts) > _MOST_COLUMNS or grid.shifted:
        return
    for first, second in permutations(amounts, 2):
        yield from (_Relation("quotient", rate, first, second) for rate in rates)
        yield from (_Relation("difference", c, first, second) for c in amounts if c not in (first, second) and c > second)
        if first < second and len(amounts) <= _MOST_FACTORS:
            yield from (_Relation("product", c, first, second) for c in amounts if c not in (first, second))
    for c in amounts if len(grid.rows) and is_sum(grid.rows[-1]) else ():
        if (whole := grid.rows[-1].get(c)) is not None and whole.value:
            yield from (_Relation("share", rate, c, whole=operand(whole)) for rate in rates)


#: Rates that their heading names → what is counted, and by what (:attr:`Figure.concept`).
_NAMED = {
    "completion_rate": ("actual", ("target",)),
    "spent_rate": ("executed", ("contract", "adjusted", "initial")),
    "received_rate": ("received", ("adjusted", "initial")),
}


def _named(grid: Grid) -> Iterator[_Relation]:
    """Rates that are told by the headings, where one column each is what is counted and what it is counted by."""
    by_concept: dict[str, list[str]] = {}
    for c in grid.columns:
        for concept in {f.concept for r in grid.rows if (f := r.get(c)) is not None}:
            by_concept.setdefault(concept, []).append(c)
    for column in () if grid.shifted else grid.columns:
        entry = lexicon().find("evaluation_words", column, "heading")
        top, below = _NAMED[entry.concept] if entry is not None else ("", ())
        tops, bases = by_concept.get(top, []), [c for name in below for c in by_concept.get(name, [])]
        if len(tops) == len(bases) == 1:
            yield _Relation("quotient", column, tops[0], bases[0])


Held = tuple[Row, Figure, Expression, bool]


def _held(rule: Rule, contents: ReportContents, grid: Grid, wanted: _Relation) -> list[Held]:
    """The rows that print the figures of a relation, and whether it holds there."""
    found = []
    for row in grid.rows:
        if (due := wanted.due(row)) is not None:
            verdict = evaluate(wanted.instance(rule, contents, "", *due)).verdict
            found.append((row, *due, verdict in ("exact", "rounding")))
    return found


def _plausible(grid: Grid, wanted: _Relation) -> bool:
    """Whether so many rows come near a relation that it is worth holding them to it."""
    near = 0
    for row in grid.rows:
        if (due := wanted.due(row)) is not None:
            figure, point = due[0], due[1].point()
            near += abs(point - Fraction(figure.amount)) <= max(abs(point), abs(Fraction(figure.amount))) / 2 + Fraction(figure.resolution)
    return near >= _LEAST_ROWS


def _proven(wanted: _Relation, rows: Sequence[Held]) -> int:
    """In how many rows a relation holds that says something; 0 where they are too few to make it one."""
    holding = [r for r in rows if r[3] and _telling(wanted, r)]
    printed = [r for r in rows if r[1].value or wanted.kind == "difference"]
    every = sum(r[3] for r in printed)
    return every if len(holding) >= _LEAST_TELLING and every >= _LEAST_ROWS and every >= _GREAT_PART * len(printed) else 0


def _telling(wanted: _Relation, held: Held) -> bool:
    """Whether it says something that a relation holds in a row: nothing is itself times one, or less nothing, or all of itself."""
    row, figure, due, _ = held
    if wanted.kind == "product":
        return all((f := row.get(c)) is not None and f.value not in (0, 1) for c in (wanted.first, wanted.second))
    return bool(figure.value) and due.point() != HUNDRED and figure.value != row.cells[wanted.first].value


def columns(rule: Rule, contents: ReportContents) -> Instances:
    """A column that is computed of others in nearly every row of a table is so in every row.  Where it may be computed in two ways, a row that
    fits one of them is right."""
    for grid in grids(contents):
        ways: dict[str, list[tuple[int, _Relation, list[Held]]]] = {}
        for wanted in (w for w in _candidates(grid) if _plausible(grid, w)):
            rows = _held(rule, contents, grid, wanted)
            if proven := _proven(wanted, rows):
                ways.setdefault(wanted.column, []).append((proven, wanted, rows))
        for wanted in _named(grid):
            rows = _held(rule, contents, grid, wanted)
            if wanted.column not in ways and sum(r[3] for r in rows) * 2 >= max(len(rows), _LEAST_TELLING):
                ways[wanted.column] = [(1, wanted, rows)]
        for found in ways.values():
            best = max(proven for proven, _, _ in found)
            tied = [(wanted, rows) for proven, wanted, rows in found if proven == best]
            fitting = {id(row) for _, rows in tied for row, _, _, holds in rows if holds}
            wanted, rows = tied[0]
            for row, figure, due, holds in rows:
                if holds or id(row) not in fitting:
                    place = f"{grid.place(row, wanted.column)} = {wanted.words}"
                    yield wanted.instance(rule, contents, place, figure, due)
