"""The one value kept for each quantity, and the rule that chose it.

In this order: a decision's value; the only source; the value on which all sources agree (a blank agrees with zero); among sources that
agree within rounding, the finest print, then the most trusted source; where they conflict, the source that no case
suspects, then what most sources print, then the most trusted source.  A suggestion of localisation is never used by itself:
no value is kept that is neither printed nor decided by a person.

What belongs here: choosing.  What may not: the grouping (``quantities``), tables in the shape of forms (``reconciled_forms``).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from pipeline.model.equations import EXACT
from pipeline.model.figures import Figure, Report
from pipeline.reconciliation.adjudications import Applied
from pipeline.reconciliation.cases import CaseFile
from pipeline.reconciliation.quantities import Quantity

Status = Literal["agreed", "rounding", "conflict", "single"]
Rule = Literal[
    "decided", "only source", "all sources agree", "finest print", "unsuspected source", "most sources", "first source"
]  # fmt: skip


@dataclass(frozen=True)
class Amount:
    """One quantity with the value kept (``None``: the kept source is a blank cell)."""

    quantity: Quantity
    value: Decimal | None
    status: Status
    rule: Rule
    chosen: Figure | None
    case_id: str | None


@dataclass(frozen=True)
class Suspicions:
    """Which figures open cases suspect, and in which case each (only suspects of likeliest explanations)."""

    cases: Mapping[str, str]
    kept: frozenset[str]  # suspected, and decided to be kept as printed

    @classmethod
    def of(cls, files: Sequence[CaseFile], applied: Applied) -> Suspicions:
        cases: dict[str, str] = {}
        kept: set[str] = set()
        for f in files:
            for s in f.suspects:
                if f.case_id not in applied.cases:
                    cases[s.figure.figure_id] = f.case_id
                elif s.figure.figure_id not in applied.corrections:
                    kept.add(s.figure.figure_id)
        return cls(cases, frozenset(kept))


def choose(quantity: Quantity, suspicions: Suspicions, applied: Applied) -> Amount:
    """The value of one quantity."""
    suspected = next((suspicions.cases[f.figure_id] for f in quantity.figures if f.figure_id in suspicions.cases), None)
    decided = next((f for f in quantity.figures if f.figure_id in applied.corrections), None)
    status = _status(quantity.figures, applied)
    if decided is not None:
        value = applied.corrections[decided.figure_id][0]
        return Amount(quantity, value, status, "decided", None, suspected)
    if suspected and status in ("single", "agreed"):
        status = "conflict"  # with the equations, if not with another source
    chosen, rule = _chosen(quantity.figures, status, suspicions)
    return Amount(quantity, chosen.value, status, rule, chosen, suspected)


def _status(figures: Sequence[Figure], applied: Applied) -> Status:
    """How the true values that the sources, or what was decided of them, can stand for lie to each other."""
    if len(figures) == 1:
        return "single"
    stated = [_stated(f, applied) for f in figures]
    if max(EXACT.subtract(*s) for s in stated) > min(EXACT.add(*s) for s in stated):
        return "conflict"
    return "agreed" if len({value for value, _ in stated}) == 1 else "rounding"


def _stated(figure: Figure, applied: Applied) -> tuple[Decimal, Decimal]:
    """The value of a source, and how far a true one can be from it."""
    correction = applied.corrections.get(figure.figure_id)
    return (figure.amount, figure.half_width) if correction is None else (correction[0], figure.resolution / 2)


def _chosen(figures: Sequence[Figure], status: Status, suspicions: Suspicions) -> tuple[Figure, Rule]:
    printed = [f for f in figures if f.value is not None]
    if len(figures) == 1:
        return figures[0], "only source"
    if status == "agreed":
        return (printed or list(figures))[0], "all sources agree"
    if status == "rounding":
        return min(printed, key=lambda f: f.resolution), "finest print"
    clear = [f for f in figures if f.figure_id not in suspicions.cases]
    if clear and len(clear) < len(figures) and len({f.amount for f in clear}) == 1:
        return next((f for f in clear if f.value is not None), clear[0]), "unsuspected source"
    votes = Counter(f.amount for f in (clear or figures))
    (most, count), *others = votes.most_common()
    if not others or count > others[0][1]:
        return next(f for f in (clear or figures) if f.amount == most), "most sources"
    return (printed or list(figures))[0], "first source"


def amounts(found: Iterable[Quantity], files: Sequence[CaseFile], applied: Applied) -> list[Amount]:
    """The value of every quantity of a report."""
    suspicions = Suspicions.of(files, applied)
    return [choose(q, suspicions, applied) for q in found]


def amount_rows(chosen: Iterable[Amount], report: Report) -> list[dict[str, Any]]:
    """Rows of ``reconciled.amounts``: amounts of money only, and none for a quantity of blank cells."""
    return [
        {
            "publisher": report.publisher,
            "fiscal_year": report.fiscal_year,
            "quantity": name,
            "code": code,
            "report_id": report.report_id,
            "value": a.value,
            "unit": a.quantity.figures[0].unit,
            "status": a.status,
            "rule": a.rule,
            "sources": json.dumps([f.figure_id for f in a.quantity.figures], ensure_ascii=False),
            "chosen_figure_id": a.chosen.figure_id if a.chosen else None,
            "case_id": a.case_id,
        }
        for a in chosen
        if a.quantity.figures[0].unit == "万元" and (a.value is not None or any(f.value is not None for f in a.quantity.figures))
        for name, code in a.quantity.names
    ]
