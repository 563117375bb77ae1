"""The nine forms again, with the value kept for each quantity in its cells, and how far their identities then hold.

What belongs here: rows of ``reconciled.*`` in the shape of forms, and of ``reconciled.balances``.  What may not: choosing values
(``amounts``); nothing is adjusted to make a sum come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pipeline.model.equations import Equation, evaluate
from pipeline.model.figures import Figure, Report
from pipeline.reconciliation.adjudications import Applied
from pipeline.reconciliation.amounts import Amount
from pipeline.reconciliation.cases import CaseFile
from pipeline.reconciliation.layout import Rows, TableKey
from pipeline.reconciliation.substitution import substitute
from pipeline.schema.reconciled import FORM_TABLES


def reconciled_figures(chosen: Iterable[Amount], applied: Applied) -> dict[str, Figure]:
    """Every figure with the value kept for its quantity, where that is not the printed one.

    Within rounding each place keeps its own print: a sum of rounded parts must not be held against another table's rounding.
    A figure that a decision keeps as printed stays as printed.
    """
    changed: dict[str, Figure] = {}
    for amount in chosen:
        for f in amount.quantity.figures:
            if f.figure_id in applied.corrections:
                value: Decimal | None = applied.corrections[f.figure_id][0]
            elif amount.rule == "decided" or amount.status == "conflict":
                value = amount.value
            else:
                continue
            if value != f.value and not (value is None and f.amount == 0) and not (f.value is None and value == 0):
                changed[f.figure_id] = replace(f, value=value)
    return changed


def form_rows(
    printed: Mapping[TableKey, Rows], changed: Mapping[str, Figure], suspected: Mapping[str, str], report: Report
) -> dict[str, list[dict[str, Any]]]:
    """Rows of every reconciled form table, by the table's full name.  ``suspected`` maps figure ids to open cases."""
    found: dict[str, list[dict[str, Any]]] = {t.full_name: [] for t in FORM_TABLES.values()}
    for (_, section, statement, side), rows in printed.items():
        table = FORM_TABLES.get(statement)
        if table is None or section != "form":
            continue
        measures = [c.name for c in table.columns]
        money = {c.name for c in table.columns if c.type.startswith("DECIMAL")}
        for row, cells in rows:
            first = next(iter(cells.values()))
            if all(f.value is None and not f.label and not f.code for f in cells.values()):
                continue  # an empty line of the print
            values = {m: changed.get(f.figure_id, f).value for m, f in cells.items() if m in measures}
            found[table.full_name].append(
                {
                    "report_id": report.report_id,
                    "publisher": report.publisher,
                    "fiscal_year": report.fiscal_year,
                    "side": side,
                    "row": row,
                    "code": first.code,
                    "label": first.label,
                    **{m: values.get(m) for m in measures if m in values or m in money},
                    "changed": ", ".join(m for m, f in cells.items() if f.figure_id in changed),
                    "suspected": ", ".join(m for m, f in cells.items() if f.figure_id in suspected),
                }
            )
    return found


def balance_rows(equations: Iterable[Equation], changed: Mapping[str, Figure], files: Sequence[CaseFile], report: Report) -> list[dict[str, Any]]:
    """Rows of ``reconciled.balances``: every equation between the forms' figures, over reconciled values.

    An equation that does not hold names the case that explains it, or the case whose suspect it holds.
    """
    by_finding = {key: f.case_id for f in files for key in f.finding_ids}
    by_figure = {s.figure.figure_id: f.case_id for f in files for s in f.suspects}
    rows = []
    for equation in equations:
        if any(f.section != "form" for f in equation.figures()):
            continue
        outcome = evaluate(substitute(equation, changed))
        case = None
        if outcome.verdict == "violated":
            touched = (by_figure[f.figure_id] for f in equation.figures() if f.figure_id in by_figure)
            case = by_finding.get(equation.equation_id) or next(touched, None)
        rows.append(
            {
                "equation_id": equation.equation_id,
                "rule_id": equation.rule_id,
                "report_id": report.report_id,
                "publisher": report.publisher,
                "fiscal_year": report.fiscal_year,
                "place": equation.place,
                "verdict": outcome.verdict,
                "difference": outcome.difference,
                "case_id": case,
            }
        )
    return rows
