"""The other tables of evaluation reports: budgets, contracts, payments, questionnaires, achievements.

Their columns are whatever the report needs, so that what must hold is told by what stands there: a row 合计 is the sum of the rows above it,
a column 小计 that of the columns before it; the answers to a question are as many as those who answered it.
What belongs here: these rules.  What may not: columns that are computed of others (``evaluation_columns``), tables of weights and scores
(``performance_evaluations``), running text (``evaluation_text``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from expectations.rules.base import Rule
from expectations.rules.performance_forms import HUNDRED, Instances
from expectations.rules.performance_view import computed, relation, total
from pipeline.lexicon.annexes import is_row
from pipeline.model.contents import ReportContents, Row
from pipeline.model.equations import Quotient, Sum, evaluate
from pipeline.model.figures import Figure

#: Headings of what adds up, by concept; a share, a rank, a price of one piece does not.
_ADDITIVE = ("adjusted", "initial", "contract", "executed", "received", "saved", "count")
_SCORED = ("weight", "score")
#: A row that is part of the one above it, by its label.
_DEEPER = re.compile(r"其中|（[一二三四五六七八九十]{1,3}）|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、．](?!\d)|[（(]\d{1,2}[)）]")
#: A column is one of sums where it is so in so many rows, and in most; more rows are no table that somebody compares by eye.
_LEAST_TELLING, _MOST_ROWS = 2, 200
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
        own = {c: [f for r in self.rows if (f := r.get(c)) is not None and f.value] for c in self.columns}
        units = ({f.unit == "%" for f in figures} for figures in own.values() if any(f.concept not in ("target", "actual") for f in figures))
        return ("which column each number stands in: rows stand shifted",) if any(len(own) > 1 for own in units) else ()

    @property
    def scored(self) -> bool:
        """Whether it prints weights beside scores: those of a list of projects, each with a score, do not add up."""
        return {f.concept for r in self.rows for f in r.cells.values()}.issuperset(_SCORED)

    def place(self, row: Row, column: str) -> str:
        return f"{self.title} / 第{row.row}行 {row.label or ''} / {column}"


def grids(contents: ReportContents) -> list[Grid]:
    """The tables of evaluation reports that are neither of scores nor without headings."""
    return contents.once(("evaluation", "grids"), lambda: list(_grids(contents)))


def _grids(contents: ReportContents) -> Iterator[Grid]:
    titles = {str(p["concept"]): p["title"] for p in contents.rows_of("core.parts") if p["kind"] == "evaluation"}
    statements = dict.fromkeys(f.statement for f in contents.figures if f.section == "evaluation" and "/other" in f.statement)
    for statement in statements:
        rows = [r for r in contents.rows(statement, section="evaluation") if not any(m.startswith("value") for m in r.cells)]
        if rows and len(rows) <= _MOST_ROWS:
            evaluation, _, table = statement.partition("/")
            yield Grid(statement, f"{titles.get(statement) or table}（评价报告{evaluation.removeprefix('evaluation')}）", tuple(rows))


def is_sum(row: Row) -> bool:
    return is_row(row.label or "", "sum", "subtotal")


def _additive(figures: Sequence[Figure], scored: bool) -> bool:
    """Whether a column's numbers add up by what they are: money or counts, each of the same kind, none of them a bound; scores where the table
    is ``scored`` by weights."""
    if scored and len({f.concept for f in figures}) == 1 and figures[0].concept in _SCORED:
        return True
    counted = len({f.unit for f in figures}) == 1 and all(f.concept in ("target", "actual") and operand(f).half_width == 0 for f in figures)
    return counted or all(f.concept in _ADDITIVE or (f.unit == "万元" and f.concept == "money") for f in figures)


# ---------------------------------------------------------------- sums


def totals(rule: Rule, contents: ReportContents) -> Instances:
    """In every column of money or counts: 小计 = Σ the rows since the last one, 合计 = Σ all rows that are no sums."""
    for grid in grids(contents):
        for column in grid.columns:
            since: list[Row] = []
            every: list[Row] = []
            for row in grid.rows:
                if not is_sum(row):
                    since.append(row)
                    every.append(row)
                    continue
                own = since if is_row(row.label or "", "subtotal") else every
                yield from _total(rule, contents, grid, column, row, own)
                since = []


def _total(rule: Rule, contents: ReportContents, grid: Grid, column: str, row: Row, rows: Sequence[Row]) -> Instances:
    """The total of one column; where some rows are parts of others it is the sum of the rows above them, if it is one at all."""
    figure, filled = row.get(column), [(r, f) for r in rows if (f := r.get(column)) is not None and f.value is not None]
    if figure is None or figure.value is None or len(filled) < 2 or not _additive([figure, *(f for _, f in filled)], grid.scored):
        return
    inner = [_DEEPER.match(r.label or "") is not None for r, _ in filled]
    outer = [f for (_, f), below in zip(filled, inner, strict=True) if not below]
    every = [f for _, f in filled]
    parts = every if not any(inner) or sum(f.amount for f in every) == figure.amount else outer
    unsure = any(inner) and sum(f.amount for f in parts) != figure.amount
    missing = (*grid.shifted, *(("which rows are parts of which",) if unsure else ()))
    yield relation(rule, contents, grid.place(row, column), Sum.of(operand(figure)), total([operand(f) for f in parts]), missing=missing)


def operand(figure: Figure) -> Figure:
    """A number of a table as an operand: a count is exact, an amount may be rounded."""
    return whole_number(figure) if figure.concept == "count" or (figure.unit not in ("万元", "%") and "." not in figure.printed) else figure


def across(rule: Rule, contents: ReportContents) -> Instances:
    """A column 小计 or 合计 is the sum of the columns to its left since the last such one, where it is so in most rows."""
    for grid in grids(contents):
        since: list[str] = []
        for column in () if grid.shifted else grid.columns:
            if not is_row(column, "sum", "subtotal"):
                since.append(column)
                continue
            rows = [(row, row.get(column), [f for c in since if (f := row.get(c)) is not None and f.value is not None]) for row in grid.rows]
            made = [
                relation(rule, contents, grid.place(row, column), Sum.of(operand(f)), total([operand(p) for p in parts]))
                for row, f, parts in rows
                if f is not None and f.value is not None and len(parts) > 1 and {p.unit for p in parts} == {f.unit}
            ]
            holding = sum(evaluate(e).verdict in ("exact", "rounding") for e in made)
            if holding >= max(_LEAST_TELLING, len(made) // 2 + 1):
                yield from made
            since = []


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
                yield relation(rule, contents, place, total([whole_number(f) for f in figures]), total([whole_number(whole)]))


def shares(rule: Rule, contents: ReportContents) -> Instances:
    """The share of an answer is its count by those who answered the question."""
    for grid in grids(contents):
        for order, (column, rows, whole) in enumerate(_questions(grid), start=1):
            for row in rows:
                share = next((f for c, f in row.cells.items() if c != column and f.unit == "%" and f.value is not None), None)
                count = row.get(column)
                if share is not None and count is not None and count.value is not None:
                    due = Quotient(Sum.of(whole_number(count)), Sum.of(whole_number(whole)), HUNDRED)
                    yield computed(rule, contents, f"{grid.title} / 第{order}题 {row.label or ''} / 比例", share, due)


def whole_number(figure: Figure) -> Figure:
    """A count of persons as an operand: it is exact."""
    return replace(figure, resolution=Decimal(0))
