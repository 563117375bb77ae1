"""The other tables of evaluation reports: budgets, contracts, payments, questionnaires, achievements.

Their columns are whatever the report needs, so that what must hold is told by what stands there: a row 合计 is the sum of the rows above it;
a column that is the quotient or the difference of two others in nearly every row is so in every row; the answers to a question are as many as
those who answered it.
What belongs here: these rules.  What may not: tables of weights and scores (``performance_evaluations``), running text (``evaluation_text``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import permutations

from expectations.rules.base import Rule
from expectations.rules.performance_forms import HUNDRED, Instances
from expectations.rules.performance_view import computed, relation, total
from expectations.rules.views import kept
from pipeline.lexicon.annexes import is_row
from pipeline.model.contents import ReportContents, Row
from pipeline.model.equations import Equation, Expression, Quotient, Sum, evaluate
from pipeline.model.figures import Figure

#: Headings of what adds up, by concept; a share, a rank, a price of one piece does not.
_ADDITIVE = ("adjusted", "initial", "contract", "executed", "received", "saved", "count")
#: A row that is part of the one above it, by its label.
_DEEPER = re.compile(r"其中|（[一二三四五六七八九十]{1,3}）|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[)）]")
#: A relation of columns is one where it holds in so many rows, and in so great a part of them.
_LEAST_ROWS, _GREAT_PART = 3, Decimal("0.7")
#: More rows or columns are no table that somebody compares by eye.
_MOST_COLUMNS, _MOST_ROWS = 12, 200
#: Answers that exceed those who answered by more than this were several a person.
_SEVERAL = Decimal("1.1")


@dataclass(frozen=True)
class Grid:
    """One table: its rows in printed order."""

    statement: str
    title: str
    rows: tuple[Row, ...] = field(default_factory=tuple)

    @property
    def columns(self) -> list[str]:
        """The columns that print numbers, in order."""
        return list(dict.fromkeys(m for row in self.rows for m in row.cells))

    @property
    def shifted(self) -> tuple[str, ...]:
        """Why nothing is said of the table: a column that mixes rates with other numbers, so that some rows stand shifted against it."""
        units = ({f.unit == "%" for r in self.rows if (f := r.get(c)) is not None and f.value} for c in self.columns)
        return ("which column each number stands in: rows stand shifted",) if any(len(own) > 1 for own in units) else ()

    def place(self, row: Row, column: str) -> str:
        return f"{self.title} / 第{row.row}行 {row.label or ''} / {column}"


def grids(contents: ReportContents) -> list[Grid]:
    """The tables of evaluation reports that are neither of scores nor without headings."""
    return kept(contents, ("evaluation", "grids"), lambda: list(_grids(contents)))


def _grids(contents: ReportContents) -> Iterator[Grid]:
    titles = {str(p["concept"]): p["title"] for p in contents.rows_of("core.parts") if p["kind"] == "evaluation"}
    statements = dict.fromkeys(f.statement for f in contents.figures if f.section == "evaluation" and "/other" in f.statement)
    for statement in statements:
        rows = [r for r in contents.rows(statement, section="evaluation") if not any(m.startswith("value") for m in r.cells)]
        if rows and len(rows) <= _MOST_ROWS:
            evaluation, _, table = statement.partition("/")
            yield Grid(statement, f"{titles.get(statement) or table}（评价报告{evaluation.removeprefix('evaluation')}）", tuple(rows))


def _is_sum(row: Row) -> bool:
    return is_row(row.label or "", "sum", "subtotal")


def _additive(figures: Sequence[Figure]) -> bool:
    """Whether a column's numbers add up by what they are: money or counts, each of the same kind, none of them a bound."""
    return all(f.concept in _ADDITIVE or (f.unit == "万元" and f.concept == "money") for f in figures)


# ---------------------------------------------------------------- sums


def totals(rule: Rule, contents: ReportContents) -> Instances:
    """In every column of money or counts: 小计 = Σ the rows since the last one, 合计 = Σ all rows that are no sums."""
    for grid in grids(contents):
        for column in grid.columns:
            since: list[Row] = []
            every: list[Row] = []
            for row in grid.rows:
                if not _is_sum(row):
                    since.append(row)
                    every.append(row)
                    continue
                own = since if is_row(row.label or "", "subtotal") else every
                yield from _total(rule, contents, grid, column, row, own)
                since = []


def _total(rule: Rule, contents: ReportContents, grid: Grid, column: str, row: Row, rows: Sequence[Row]) -> Instances:
    """The total of one column; where some rows are parts of others it is the sum of the rows above them, if it is one at all."""
    figure, filled = row.get(column), [(r, f) for r in rows if (f := r.get(column)) is not None and f.value is not None]
    if figure is None or figure.value is None or len(filled) < 2 or not _additive([figure, *(f for _, f in filled)]):
        return
    inner = [_DEEPER.match(r.label or "") is not None for r, _ in filled]
    outer = [f for (_, f), below in zip(filled, inner, strict=True) if not below]
    every = [f for _, f in filled]
    parts = every if not any(inner) or sum(f.amount for f in every) == figure.amount else outer
    unsure = any(inner) and sum(f.amount for f in parts) != figure.amount
    missing = (*grid.shifted, *(("which rows are parts of which",) if unsure else ()))
    yield relation(rule, contents, grid.place(row, column), Sum.of(figure), total(parts), missing=missing)


# ---------------------------------------------------------------- relations of columns


@dataclass(frozen=True)
class _Relation:
    """A column that is computed of two others: ``kind`` quotient (in per cent) or difference."""

    kind: str
    column: str
    first: str
    second: str

    def due(self, row: Row) -> tuple[Figure, Expression] | None:
        """The figure and what it should be; nothing where the row lacks one of the three."""
        found = [row.get(c) for c in (self.column, self.first, self.second)]
        if any(f is None or f.value is None for f in found):
            return None
        figure, first, second = (f for f in found if f is not None)
        if self.kind == "difference":
            return figure, Sum.of(first, (-1, second))
        return (figure, Quotient(Sum.of(first), Sum.of(second), HUNDRED)) if second.value else None

    def instance(self, rule: Rule, contents: ReportContents, place: str, figure: Figure, due: Expression) -> Equation:
        """A rate is computed to its digits; a difference stands for what its two amounts do."""
        exact = self.kind == "difference"
        return relation(rule, contents, place, Sum.of(figure), due) if exact else computed(rule, contents, place, figure, due)


def _candidates(grid: Grid) -> Iterator[_Relation]:
    """What the columns may be of each other, by their units: a rate of two amounts, an amount less another."""
    units = {c: {f.unit for r in grid.rows if (f := r.get(c)) is not None and f.value} for c in grid.columns}
    rates = [c for c, own in units.items() if own == {"%"}]
    amounts = [c for c, own in units.items() if len(own) == 1 and own != {"%"}]
    if len(amounts) > _MOST_COLUMNS or grid.shifted:
        return
    for first, second in permutations(amounts, 2):
        if units[first] == units[second]:
            yield from (_Relation("quotient", rate, first, second) for rate in rates)
            yield from (_Relation("difference", c, first, second) for c in amounts if c not in (first, second) and c > second)


def _held(rule: Rule, contents: ReportContents, grid: Grid, wanted: _Relation) -> list[tuple[Row, Figure, Expression, bool]]:
    """The rows that print the three figures of a relation, and whether it holds there."""
    found = []
    for row in grid.rows:
        if (due := wanted.due(row)) is not None:
            verdict = evaluate(wanted.instance(rule, contents, "", *due)).verdict
            found.append((row, *due, verdict in ("exact", "rounding")))
    return found


def columns(rule: Rule, contents: ReportContents) -> Instances:
    """A column that is computed of two others in nearly every row of a table is so in every row."""
    for grid in grids(contents):
        told: set[str] = set()
        for wanted in _candidates(grid):
            if wanted.column in told:
                continue
            rows = _held(rule, contents, grid, wanted)
            holding = [r for r in rows if r[3] and r[1].value and r[2].point() != HUNDRED]
            if len(holding) < _LEAST_ROWS or len(holding) < _GREAT_PART * len([r for r in rows if r[1].value]):
                continue
            told.add(wanted.column)
            sign = "÷" if wanted.kind == "quotient" else "−"
            for row, figure, due, _ in rows:
                place = f"{grid.place(row, wanted.column)} = {wanted.first} {sign} {wanted.second}"
                yield wanted.instance(rule, contents, place, figure, due)


# ---------------------------------------------------------------- questionnaires


def _questions(grid: Grid) -> Iterator[tuple[str, list[Row], Figure]]:
    """Every question: the column of its counts, the answers, and how many answered it."""
    answers: list[Row] = []
    for row in grid.rows:
        if not is_row(row.label or "", "respondents"):
            answers.append(row)
            continue
        counted = next(((c, f) for c, f in row.cells.items() if f.value), None)
        if counted is not None and len(answers) > 1:
            yield counted[0], answers, counted[1]
        answers = []


def answers(rule: Rule, contents: ReportContents) -> Instances:
    """The answers to a question of one choice are as many as those who answered it."""
    for grid in grids(contents):
        for order, (column, rows, whole) in enumerate(_questions(grid), start=1):
            figures = [f for r in rows if (f := r.get(column)) is not None and f.value is not None]
            count = sum((f.amount for f in figures), Decimal(0))
            if figures and count <= whole.amount * _SEVERAL:
                place = f"{grid.title} / 第{order}题 / {column}"
                yield relation(rule, contents, place, total([_whole(f) for f in figures]), total([_whole(whole)]))


def shares(rule: Rule, contents: ReportContents) -> Instances:
    """The share of an answer is its count by those who answered the question."""
    for grid in grids(contents):
        for order, (column, rows, whole) in enumerate(_questions(grid), start=1):
            for row in rows:
                share = next((f for c, f in row.cells.items() if c != column and f.unit == "%" and f.value is not None), None)
                count = row.get(column)
                if share is not None and count is not None and count.value is not None:
                    due = Quotient(Sum.of(_whole(count)), Sum.of(_whole(whole)), HUNDRED)
                    yield computed(rule, contents, f"{grid.title} / 第{order}题 {row.label or ''} / 比例", share, due)


def _whole(figure: Figure) -> Figure:
    """A count of persons as an operand: it is exact."""
    return replace(figure, resolution=Decimal(0))
