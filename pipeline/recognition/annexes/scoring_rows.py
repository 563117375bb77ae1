"""Scoring tables, scores in sentences and stated results as figures and rows of ``core.evaluation_scores``.

What belongs here: the columns.  What may not: reading (``scoring``, ``scoring_text``).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.recognition.annexes.emit import SCORES, Address, Collector, pair
from pipeline.recognition.annexes.model import EvaluationStatement, Printed, ScoringRow, ScoringTable
from pipeline.recognition.annexes.targets import parse_quantity

SECTION = "evaluation"
POINTS = "分"
#: The units of what is printed without one.
_UNITS = {"share": "%", "own_score": POINTS, "deduction": POINTS}


def emit_scores(out: Collector, table_no: int, table: ScoringTable) -> None:
    """One table's figures and rows."""
    statement, side = f"evaluation{table.evaluation_no}", f"{table.source}{table_no}"
    last: dict[str, tuple[str, str]] = {}
    for order, row in enumerate(table.rows, start=1):
        label = next((level for level in reversed(row.levels) if level), row.kind)
        at = Address(SECTION, statement, side, order, label)
        for measure, printed in (("weight", row.weight), ("score", row.score), ("group_score", row.group_score)):
            if printed is not None:
                out.number(at, measure, printed, POINTS)
        _heading_weights(out, at, row, last)
        if row.rate is not None:
            out.rate(at, row.rate, row.score, row.weight, plain=row.group_rate)
        for measure, printed in row.extra:
            quantity = parse_quantity(printed.text)
            number = quantity.number if quantity.kind == "number" else None
            out.figure(at, measure, printed, number, quantity.unit or _UNITS.get(measure, ""), quantity.resolution)
        out.row(
            SCORES, next((p.place for p in (row.score, row.weight) if p), None),
            evaluation=table.evaluation, evaluation_no=table.evaluation_no, title=table.title, source=table.source,
            table_no=table_no, row_no=order, row_kind=row.kind,
            level1=row.levels[0], level2=row.levels[1], level3=row.levels[2],
            level1_weight=row.level1_weight.text, level2_weight=row.level2_weight.text,
            **pair("weight", row.weight), **pair("score", row.score), **pair("rate_printed", row.rate),
            **pair("group_score", row.group_score), rule=row.rule, basis=row.basis, is_total=row.kind != "item",
        )  # fmt: skip


def _heading_weights(out: Collector, at: Address, row: ScoringRow, last: dict[str, tuple[str, str]]) -> None:
    """The weight that the name of a group prints, once a group."""
    for level, name, weight in (("level1", row.levels[0], row.level1_weight), ("level2", row.levels[1], row.level2_weight)):
        heading = (name, weight.text)
        if weight and last.get(level) != heading:
            out.number(Address(at.section, at.statement, at.side, at.row, name), f"{level}_weight", _own(weight, row), POINTS)
        last[level] = heading


def _own(weight: Printed, row: ScoringRow) -> Printed:
    return weight if weight.place.page or weight.place.line else Printed(weight.text, row.score.place)


def emit_stated(out: Collector, stated: Sequence[EvaluationStatement]) -> None:
    """The results that reports state in words; the label is the grade in the same sentence."""
    counts: dict[int, int] = {}
    for said in stated:
        counts[said.evaluation_no] = order = counts.get(said.evaluation_no, 0) + 1
        at = Address(SECTION, f"evaluation{said.evaluation_no}", "stated", order, said.grade or None)
        out.number(at, "score", said.score, POINTS)
