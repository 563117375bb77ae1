"""From what was read to rows of ``core`` and figures.

What belongs here: names, units, exact values and places of the figures, and the rows' columns.  What may not: reading.

Addresses (section / statement / side / row / measure):

``self_evaluation / form3 / total|current_year|carried_over|other / 0 / initial|adjusted|executed|weight|rate|score``
``self_evaluation / form3 / heading / 0|1… / weight``        declared weights: 0 of the budget block, then each level-1 heading
``self_evaluation / form3 / indicator / 7 / target|actual|rate|weight|declared_weight|score``
``self_evaluation / form3 / subtotal / 1 / weight|score`` and ``… / sum / 0 / weight|score``    小计, 总分
``self_evaluation_summary / summary / / 4 / initial_budget|adjusted_budget|executed|rate|score``
``evaluation / evaluation2 / table1 / 5 / weight|score|rate|group_score`` and ``… / stated / 1 / score``

Amounts are in 万元, scores and weights in 分, rates in %.  A cell that prints no number is a figure without a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.lexicon import units
from pipeline.model.figures import Figure, Report, figure_id
from pipeline.model.numbers import parse_number, squeeze
from pipeline.recognition.annexes.model import NOTHING, EvaluationStatement, Form, Indicator, Printed, ScoringTable, SummaryRow
from pipeline.recognition.annexes.targets import parse_quantity
from pipeline.recognition.annexes.vocabulary import words

SELF_EVALUATIONS = "core.self_evaluations"
INDICATORS = "core.indicators"
SUMMARIES = "core.self_evaluation_summaries"
SCORES = "core.evaluation_scores"

_AMOUNTS = ("initial", "adjusted", "executed")
_FUNDS = ("total", "current_year", "carried_over", "other")
_OPERATORS = {">=": "≥", "<=": "≤"}


def unit_factor(printed: str) -> Decimal:
    """What an amount under ``单位：…`` is multiplied with to give 万元; labels with other words in them (``单位：800万元``) count too."""
    text = words(printed)
    if "万" in text or "元" not in text:
        return Decimal(1)
    return Decimal("0.0001")


@dataclass
class _Emitter:
    report: Report
    reader: str
    figures: list[Figure] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {t: [] for t in (SELF_EVALUATIONS, INDICATORS, SUMMARIES, SCORES)}
    )

    def row(self, table: str, place: Printed | None, **columns: Any) -> None:
        at = place.place if place is not None else None
        self.rows[table].append(
            {
                "report_id": self.report.report_id,
                "publisher": self.report.publisher,
                "fiscal_year": self.report.fiscal_year,
                **columns,
                "page": at.page if at else None,
                "line": at.line if at else None,
            }
        )

    def figure(
        self, section: str, statement: str, side: str, row: int, measure: str, printed: Printed, value: Decimal | None,
        unit: str, resolution: Decimal, row_no: str | None = None, label: str | None = None,
    ) -> None:  # fmt: skip
        second = printed.second
        agreement = "single" if second is None else "agreed" if squeeze(second) == squeeze(printed.text) else "differs"
        self.figures.append(
            Figure(
                figure_id(self.report.report_id, section, statement, side, row, measure), self.report.report_id, section, statement, side,
                row_no if row_no is not None else str(row), None, label, measure, value, unit, resolution, squeeze(printed.text), printed.place,
                self.reader, agreement, squeeze(second) if agreement == "differs" else None, printed.placement,
            )
        )  # fmt: skip

    def number(
        self, section: str, statement: str, side: str, row: int, measure: str, printed: Printed, unit: str,
        factor: Decimal = Decimal(1), label: str | None = None,
    ) -> None:  # fmt: skip
        """A figure of a cell that should print a number; one without a value where it prints none."""
        value, resolution = exact(printed.text, factor, unit)
        self.figure(section, statement, side, row, measure, printed, value, unit, resolution, label=label)


def exact(text: str, factor: Decimal = Decimal(1), unit: str = "分") -> tuple[Decimal | None, Decimal]:
    """Value and resolution of a printed number; ``(None, 1)`` where the text is none.  ``90分`` counts as 90; an amount (``unit`` is
    万元) in a unit of its own (``740.00元``) is in that unit, whatever the table's ``factor``."""
    number = parse_number(text)
    own = units.factor(number.unit) if number is not None and unit == "万元" else None
    if number is None or (number.unit not in ("", unit) and own is None):
        return None, Decimal(1)
    factor = factor if own is None else own
    return number.value * factor, Decimal(1).scaleb(-number.decimals) * factor


def rate_value(printed: Printed, part: Printed | None = None, whole: Printed | None = None) -> tuple[Decimal | None, Decimal]:
    """A rate in per cent.  Without a per cent sign ``0.69238`` is a fraction and ``91.2`` per cent; where both readings are
    possible (``1``), the one nearer to ``part / whole`` is taken.  A whole ``1`` is 100 %, not everything from 50 to 150."""
    number = parse_number(printed.text)
    if number is None or number.unit:
        return None, Decimal(1)
    resolution = Decimal(1).scaleb(-number.decimals)
    if number.percent:
        return number.value, resolution
    a, b = (exact(p.text)[0] if p is not None else None for p in (part, whole))
    if a is not None and b:
        true = 100 * a / b
        if abs(number.value * 100 - true) < abs(number.value - true):
            return number.value * 100, min(resolution * 100, Decimal(1))
        return number.value, resolution
    if abs(number.value) <= 1 and (number.value != 0):
        return number.value * 100, min(resolution * 100, Decimal(1))
    return number.value, resolution


def _plain(printed: Printed | None) -> str:
    """A cell's text as the contract keeps it: without white space and thousands separators; ``""`` for nothing printed."""
    if printed is None:
        return ""
    text = squeeze(printed.text)
    number = parse_number(printed.text)
    return text.replace(",", "").replace("，", "") if number is not None else text


def _pair(name: str, printed: Printed | None) -> dict[str, Any]:
    return {name: _plain(printed), f"{name}_number": exact(printed.text)[0] if printed is not None else None}


def emit(
    report: Report, reader: str, forms: Sequence[Form], summary: Sequence[SummaryRow],
    scoring: Sequence[ScoringTable], stated: Sequence[EvaluationStatement],
) -> tuple[Mapping[str, tuple[Mapping[str, Any], ...]], tuple[Figure, ...]]:  # fmt: skip
    """Rows by full table name, and the figures."""
    out = _Emitter(report, reader)
    for number, form in enumerate(forms, start=1):
        _form(out, number, form)
    for number, row in enumerate(summary, start=1):
        _summary(out, number, row)
    _scoring(out, scoring, stated)
    return {name: tuple(rows) for name, rows in out.rows.items()}, tuple(out.figures)


# ---------------------------------------------------------------- self-evaluation forms


def _form(out: _Emitter, number: int, form: Form) -> None:
    statement, section = f"form{number}", "self_evaluation"
    factor = unit_factor(form.unit)
    project = form.heads.get("project", NOTHING)
    columns: dict[str, Any] = {}
    for fund in _FUNDS:
        cells = form.budget.get(fund, {})
        for name in _AMOUNTS:
            printed = cells.get(name, NOTHING)
            if fund in form.budget:
                out.number(section, statement, fund, 0, name, printed, "万元", factor, project.text)
            column = {"initial": "initial_budget", "adjusted": "adjusted_budget", "executed": "executed"}[name]
            columns |= _pair(column if fund == "total" else f"{fund}_{name}", printed)
        for name in ("weight", "score"):
            if name in cells:
                out.number(section, statement, fund, 0, name, cells[name], "分", label=project.text)
        if "rate" in cells:
            value, resolution = rate_value(cells["rate"], cells.get("executed"), cells.get("adjusted") or cells.get("initial"))
            out.figure(section, statement, fund, 0, "rate", cells["rate"], value, "%", resolution, label=project.text)
    total = form.budget.get("total", {})
    for name, key in (("weight", "weight"), ("rate_printed", "rate"), ("score", "score")):
        columns |= _pair(name, total.get(key, NOTHING))
    out.number(section, statement, "heading", 0, "weight", form.execution_weight, "分", label="预算执行")
    for order, (weight, score) in enumerate(form.subtotals, start=1):
        out.number(section, statement, "subtotal", order, "weight", weight, "分", label="小计")
        out.number(section, statement, "subtotal", order, "score", score, "分", label="小计")
    if form.total_weight:
        out.number(section, statement, "sum", 0, "weight", form.total_weight, "分", label="总分")
    out.number(section, statement, "sum", 0, "score", form.total_score, "分", label="总分")
    out.row(
        SELF_EVALUATIONS, Printed("", form.place), form_no=number, project=_text(project),
        competent_department=_text(form.heads.get("competent_department")), implementing_unit=_text(form.heads.get("implementing_unit")),
        **columns, **_pair("total_score", form.total_score),
    )  # fmt: skip
    seen: dict[str, int] = {}
    for order, item in enumerate(form.indicators, start=1):
        if item.level1 and item.level1 not in seen:
            seen[item.level1] = len(seen) + 1
            out.number(section, statement, "heading", seen[item.level1], "weight", item.level1_weight, "分", label=item.level1)
        _indicator(out, number, order, item)


def _text(printed: Printed | None) -> str:
    return printed.text if printed is not None else ""


def _indicator(out: _Emitter, form_no: int, order: int, item: Indicator) -> None:
    section, statement, side, label = "self_evaluation", f"form{form_no}", "indicator", item.level3.text
    target, actual = parse_quantity(item.target.text), parse_quantity(item.actual.text)
    for measure, printed, quantity in (("target", item.target, target), ("actual", item.actual, actual)):
        number = quantity.number if quantity.kind == "number" else None
        out.figure(section, statement, side, order, measure, printed, number, quantity.unit, quantity.resolution, label=label)
    if item.rate is not None:
        value, resolution = rate_value(item.rate)
        out.figure(section, statement, side, order, "rate", item.rate, value, "%", resolution, label=label)
    if item.weight is not None:
        out.number(section, statement, side, order, "weight", item.weight, "分", label=label)
    if item.level3_weight:
        out.number(section, statement, side, order, "declared_weight", item.level3_weight, "分", label=label)
    out.number(section, statement, side, order, "score", item.score, "分", label=label)
    out.row(
        INDICATORS, next((p for p in (item.level3, item.target, item.score) if p.place.line or p.place.page), item.score),
        form_no=form_no, row_no=order, level1=item.level1, level2=item.level2, level3=label,
        **_pair("level1_declared_weight", item.level1_weight), **_pair("level3_declared_weight", item.level3_weight),
        target=item.target.text, actual=item.actual.text, target_operator=_OPERATORS.get(target.operator, target.operator),
        target_number=target.number, target_unit=target.unit, actual_number=actual.number,
        **_pair("completion_rate_printed", item.rate), **_pair("weight", item.weight), **_pair("score", item.score),
        deviation_reason=item.deviation.text,
    )  # fmt: skip


# ---------------------------------------------------------------- summaries


def _summary(out: _Emitter, number: int, row: SummaryRow) -> None:
    section, statement, label = "self_evaluation_summary", "summary", _text(row.cells.get("project"))
    columns: dict[str, Any] = {}
    for name in ("initial_budget", "adjusted_budget", "executed"):
        if name in row.cells:
            out.number(section, statement, "", number, name, row.cells[name], "万元", unit_factor(row.unit), label)
        columns |= _pair(name, row.cells.get(name, NOTHING))
    if "rate_printed" in row.cells:
        rate = row.cells["rate_printed"]
        value, resolution = rate_value(rate, row.cells.get("executed"), row.cells.get("adjusted_budget"))
        out.figure(section, statement, "", number, "rate", rate, value, "%", resolution, label=label)
    columns |= _pair("rate_printed", row.cells.get("rate_printed", NOTHING))
    if "score" in row.cells:
        out.number(section, statement, "", number, "score", row.cells["score"], "分", label=label)
    columns |= _pair("score", row.cells.get("score", NOTHING))
    out.row(
        SUMMARIES, row.cells.get("project"), row_no=number, project=label, unit=_text(row.cells.get("unit")),
        grade=_plain(row.cells.get("grade", NOTHING)), note=row.note, **columns,
    )  # fmt: skip


# ---------------------------------------------------------------- evaluation reports


def _scoring(out: _Emitter, tables: Sequence[ScoringTable], stated: Sequence[EvaluationStatement]) -> None:
    section = "evaluation"
    for table_no, table in _numbered(tables):
        statement, side = f"evaluation{table.evaluation_no}", f"{table.source}{table_no}"
        last = ("", "")
        for order, row in enumerate(table.rows, start=1):
            label = next((level for level in reversed(row.levels) if level), row.kind)
            for measure, printed in (("weight", row.weight), ("score", row.score), ("group_score", row.group_score)):
                if printed is not None:
                    out.number(section, statement, side, order, measure, printed, "分", label=label)
            heading = (row.levels[0], row.level1_weight)
            if row.level1_weight and heading != last:
                declared = Printed(row.level1_weight, row.score.place)
                out.number(section, statement, side, order, "level1_weight", declared, "分", label=row.levels[0])
            last = heading
            if row.rate is not None:
                score, weight = (row.group_score if row.group_rate else row.score), row.weight
                value, resolution = rate_value(row.rate, score, weight) if not row.group_rate else _group_rate(row.rate)
                out.figure(section, statement, side, order, "rate", row.rate, value, "%", resolution, label=label)
            out.row(
                SCORES, next((p for p in (row.score, row.weight) if p is not None and p), None),
                evaluation=table.evaluation, evaluation_no=table.evaluation_no, title=table.title, source=table.source,
                table_no=table_no, row_no=order, row_kind=row.kind,
                level1=row.levels[0], level2=row.levels[1], level3=row.levels[2], level1_weight=row.level1_weight, level2_weight=row.level2_weight,
                **_pair("weight", row.weight), **_pair("score", row.score), **_pair("rate_printed", row.rate),
                **_pair("group_score", row.group_score), is_total=row.kind != "item",
            )  # fmt: skip
    counts: dict[int, int] = {}
    for said in stated:
        counts[said.evaluation_no] = order = counts.get(said.evaluation_no, 0) + 1
        out.number(
            section, f"evaluation{said.evaluation_no}", "stated", order, "score", said.score, "分", label=said.grade or None
        )


def _group_rate(printed: Printed) -> tuple[Decimal | None, Decimal]:
    value, resolution = exact(printed.text)
    return value, resolution


def _numbered(tables: Sequence[ScoringTable]) -> Iterator[tuple[int, ScoringTable]]:
    counts: dict[int, int] = {}
    for table in tables:
        counts[table.evaluation_no] = counts.get(table.evaluation_no, 0) + 1
        yield counts[table.evaluation_no], table
