"""Small figures and equations for tests of reconciliation."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pipeline.model.equations import Equation, Expression, Relation, Sum
from pipeline.model.figures import Figure, Place, figure_id
from pipeline.model.numbers import parse_number

REPORT = "2024-test"


def fig(name: str, printed: str, statement: str = "income", code: str | None = None, measure: str = "total", **more: object) -> Figure:
    """A figure of one row; ``name`` is its row (``3`` or ``3/fiscal``), ``printed`` ``""`` for a blank."""
    row, _, column = name.partition("/")
    number = parse_number(printed)
    figure = Figure(
        figure_id=figure_id(REPORT, "form", statement, None, row, column or measure),
        report_id=REPORT,
        section="form",
        statement=statement,
        side=None,
        row_no=row,
        code=code,
        label=name,
        measure=column or measure,
        value=number.value if number else None,
        unit="万元",
        resolution=Decimal("0.01"),
        printed=printed,
        place=Place(page=1),
    )
    return replace(figure, **more)  # type: ignore[arg-type]


def total(left: Figure, *parts: Figure, place: str = "", relation: Relation = "=") -> Equation:
    """``left = Σ parts``."""
    return Equation("sum", REPORT, place or left.figure_id, Sum.of(left), Sum.of(*parts), relation)


def relate(left: Expression, right: Expression, place: str, relation: Relation = "=", **more: object) -> Equation:
    return replace(Equation("relation", REPORT, place, left, right, relation), **more)  # type: ignore[arg-type]


def grid(values: list[list[str]]) -> tuple[list[list[Figure]], list[Equation]]:
    """A table whose first column is the sum of the others and whose first row is the sum of the rows below."""
    cells = [[fig(f"{r}/c{c}", text) for c, text in enumerate(row)] for r, row in enumerate(values)]
    rows = [total(row[0], *row[1:], place=f"row {r}") for r, row in enumerate(cells)]
    columns = [total(cells[0][c], *(row[c] for row in cells[1:]), place=f"column {c}") for c in range(len(cells[0]))]
    return cells, [*rows, *columns]


def flat(cells: list[list[Figure]]) -> list[Figure]:
    return [f for row in cells for f in row]
