"""Self-evaluation forms as figures and as rows of ``core.self_evaluations`` and ``core.indicators``.

What belongs here: the columns of the two tables.  What may not: reading a form (``forms``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.recognition.annexes.budget import AMOUNTS
from pipeline.recognition.annexes.emit import INDICATORS, SELF_EVALUATIONS, Address, Collector, exact, pair, rate_value, text_of
from pipeline.recognition.annexes.model import NOTHING, Form, Indicator, Printed
from pipeline.recognition.annexes.targets import parse_quantity
from pipeline.recognition.annexes.units import USUAL, Unit, unit_in

SECTION = "self_evaluation"
#: The funds that have columns of their own; others have figures only.
_FUNDS = ("total", "current_year", "carried_over", "other")
_COLUMNS = {"initial": "initial_budget", "adjusted": "adjusted_budget", "executed": "executed"}
_OPERATORS = {">=": "≥", "<=": "≤"}


def fingerprint(form: Form) -> tuple[Any, ...]:
    """What two printings of one form have in common: everything but their place."""
    heads = tuple(sorted((k, v.text) for k, v in form.heads.items()))
    budget = tuple((fund, name, p.text) for fund, cells in sorted(form.budget.items()) for name, p in sorted(cells.items()))
    items = tuple((i.level3.text, i.target.text, i.actual.text, i.score.text) for i in form.indicators)
    return heads, budget, items, form.total_score.text


def emit_form(out: Collector, number: int, form: Form, printing: int) -> None:
    """Everything that a form prints; ``printing``: how often the same form was printed before."""
    statement, project = f"form{number}", text_of(form.heads.get("project"))
    unit = unit_in(form.unit) or USUAL
    doubt = _doubt(form, unit)
    for fund in dict.fromkeys([*_FUNDS, *form.budget]):
        if fund in form.budget:
            _fund(out, Address(SECTION, statement, fund, 0, project, printing), form.budget[fund], unit, doubt)

    def at(side: str, row: int, label: str) -> Address:
        return Address(SECTION, statement, side, row, label, printing)

    out.number(at("heading", 0, "预算执行"), "weight", form.execution_weight, "分")
    for order, (weight, score) in enumerate(form.subtotals, start=1):
        out.number(at("subtotal", order, "小计"), "weight", weight, "分")
        out.number(at("subtotal", order, "小计"), "score", score, "分")
    if form.total_weight:
        out.number(at("sum", 0, "总分"), "weight", form.total_weight, "分")
    unknown = None if form.total_score.key is not None else "row_unknown"  # a blank total is printed: its row has words
    out.number(at("sum", 0, "总分"), "score", form.total_score, "分", doubt=unknown)
    out.row(
        SELF_EVALUATIONS, form.place, form_no=number, project=project,
        competent_department=text_of(form.heads.get("competent_department")), implementing_unit=text_of(form.heads.get("implementing_unit")),
        **_columns(form.budget), **pair("total_score", form.total_score),
    )  # fmt: skip
    seen: dict[str, int] = {}
    for order, item in enumerate(form.indicators, start=1):
        if item.level1 and item.level1 not in seen:
            seen[item.level1] = len(seen) + 1
            out.number(at("heading", seen[item.level1], item.level1), "weight", item.level1_weight, "分")
        _indicator(out, number, at("indicator", order, item.level3.text), item)


def _doubt(form: Form, unit: Unit) -> str | None:
    amounts = (exact(p.text)[0] for cells in form.budget.values() for name, p in cells.items() if name in AMOUNTS)
    return "unit_assumed" if unit.doubtful(a for a in amounts if a is not None) else None


def _fund(out: Collector, at: Address, cells: Mapping[str, Printed], unit: Unit, doubt: str | None) -> None:
    for name in AMOUNTS:
        out.number(at, name, cells.get(name, NOTHING), "万元", unit, doubt)
    for name in ("weight", "score"):
        if name in cells:
            out.number(at, name, cells[name], "分")
    if "rate" in cells:
        out.rate(at, cells["rate"], cells.get("executed"), cells.get("adjusted") or cells.get("initial"))


def _columns(budget: Mapping[str, Mapping[str, Printed]]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for fund in _FUNDS:
        for name in AMOUNTS:
            column = _COLUMNS[name] if fund == "total" else f"{fund}_{name}"
            columns |= pair(column, budget.get(fund, {}).get(name, NOTHING))
    total = budget.get("total", {})
    for name, key in (("weight", "weight"), ("rate_printed", "rate"), ("score", "score")):
        columns |= pair(name, total.get(key, NOTHING))
    return columns


def _indicator(out: Collector, form_no: int, at: Address, item: Indicator) -> None:
    target, actual = parse_quantity(item.target.text), parse_quantity(item.actual.text)
    for measure, printed, quantity in (("target", item.target, target), ("actual", item.actual, actual)):
        number = quantity.number if quantity.kind == "number" else None
        out.figure(at, measure, printed, number, quantity.unit or (item.unit if number is not None else ""), quantity.resolution)
    if item.rate is not None:
        value, resolution = rate_value(item.rate)
        out.figure(at, "rate", item.rate, value, "%", resolution)
    if item.weight is not None:
        out.number(at, "weight", item.weight, "分")
    if item.level3_weight:
        out.number(at, "declared_weight", item.level3_weight, "分")
    out.number(at, "score", item.score, "分")
    place = next((p.place for p in (item.level3, item.target, item.score) if p.place.line or p.place.page), item.score.place)
    out.row(
        INDICATORS, place, form_no=form_no, row_no=at.row, level1=item.level1, level2=item.level2, level3=item.level3.text,
        **pair("level1_declared_weight", item.level1_weight), **pair("level3_declared_weight", item.level3_weight),
        target=item.target.text, actual=item.actual.text, target_operator=_OPERATORS.get(target.operator, target.operator),
        target_number=target.number, target_unit=target.unit, actual_number=actual.number,
        **pair("completion_rate_printed", item.rate), **pair("weight", item.weight), **pair("score", item.score),
        deviation_reason=item.deviation.text,
    )  # fmt: skip
