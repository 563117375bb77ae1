"""One report taken through all of reconciliation: cases, decisions, values, balances, triage.

What belongs here: the order of the steps and the rows of every table that they fill.  What may not: the steps themselves, Dagster.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.contents import ReportContents
from pipeline.equations import Equation, Outcome, evaluate
from pipeline.reconciliation.across import AcrossRule, Names, base_equations, holding, opening_equations, year_before
from pipeline.reconciliation.adjudications import Adjudications, Applied, apply, decision_rows
from pipeline.reconciliation.amounts import Suspicions, amount_rows, amounts
from pipeline.reconciliation.cases import (
    CaseFile,
    case_files,
    case_finding_rows,
    case_rows,
    localisability_rows,
    suspect_rows,
)
from pipeline.reconciliation.localise import Limits, Localisation, localise
from pipeline.reconciliation.quantities import quantities
from pipeline.reconciliation.reconciled_forms import balance_rows, form_rows, reconciled_figures
from pipeline.reconciliation.triage import triage_rows

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """A report with every equation that must hold for it, and its findings (rows of ``checks.findings``)."""

    contents: ReportContents
    equations: tuple[Equation, ...]
    findings: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Reconciliation:
    """What came of one report: rows by full table name, and the objects behind them."""

    rows: Mapping[str, Sequence[Row]]
    localisation: Localisation
    files: tuple[CaseFile, ...]
    applied: Applied


def reconcile(
    this: Judged,
    *,
    last: Judged | None = None,
    adjudications: Adjudications = Adjudications(),  # noqa: B008
    today: dt.date,
    across: Sequence[Equation] = (),
    limits: Limits = Limits(),  # noqa: B008
) -> Reconciliation:
    """Localise, decide, choose values and hold them against the identities, for one report.

    ``across`` are equations over this report's and other reports' figures (see :func:`years`); with ``last``, last year's equations that hold
    acquit last year's figures.  ``today`` decides which decisions have expired.
    """
    report = this.contents.report
    figures = [*this.contents.figures, *(last.contents.figures if last else ())]
    reports = {r.report_id: r for r in (report, *((last.contents.report,) if last else ()))}
    system = [*this.equations, *across, *(holding(last.equations) if last else ())]
    localisation = localise(figures, system, limits=limits)
    files = case_files(localisation, reports, figures, this.findings)
    applied = apply(adjudications, report.report_id, files, figures, today)
    chosen = amounts(quantities(this.contents.figures, this.equations), files, applied)
    changed = reconciled_figures(chosen, applied)
    suspected = Suspicions.of(files, applied).cases
    verdicts = {key: d.verdict for key, d in applied.cases.items()}
    rows: dict[str, Sequence[Row]] = {
        "checks.cases": case_rows(files, verdicts),
        "checks.case_findings": case_finding_rows(files, {key: d.verdict for key, d in applied.findings.items()}),
        "checks.suspects": list(suspect_rows(files)),
        "checks.localisability": list(localisability_rows(localisation, report)),
        "checks.adjudications": decision_rows(applied, report.fiscal_year),
        "reconciled.amounts": amount_rows(chosen, report),
        "reconciled.balances": balance_rows(this.equations, changed, files, report),
        "marts.triage": list(triage_rows(files, this.findings, applied)),
        **form_rows(this.contents.figures, changed, suspected, report),
    }
    return Reconciliation(rows, localisation, tuple(files), applied)


def years(this: Judged, others: Iterable[Judged], names: Names) -> tuple[Judged | None, list[Equation]]:
    """The year before among ``others``, and the equations over both (``missing`` where it is not there)."""
    by_id = {j.contents.report.report_id: j for j in others}
    found = year_before(this.contents.report, (j.contents.report for j in by_id.values()), names)
    last = by_id[found.report_id] if found else None
    before = last.contents if last else None
    equations = [
        *opening_equations(this.contents, before),
        *base_equations(this.contents, this.equations, before, last.equations if last else ()),
    ]
    return last, equations


def across_findings(
    equations: Iterable[Equation], this: ReportContents, rules: Mapping[str, Any]
) -> tuple[list[Row], list[Row], list[Row]]:
    """Rows of ``checks.equations``, ``equation_terms`` and ``findings`` for equations over several reports.

    ``rules`` maps rule ids to :class:`~pipeline.reconciliation.across.AcrossRule`.
    """
    report = this.report
    head = {"report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year}
    decided: list[Row] = []
    terms: list[Row] = []
    findings: list[Row] = []
    for outcome in map(evaluate, equations):
        e = outcome.equation
        decided.append(
            {
                "equation_id": e.equation_id, "rule_id": e.rule_id, **head, "place": e.place, "printed": outcome.printed,
                "expected": outcome.expected, "difference": outcome.difference, "slack": outcome.slack, "verdict": outcome.verdict,
                "reason": outcome.reason or None,
            }
        )  # fmt: skip
        terms += [{"equation_id": e.equation_id, "figure_id": key, "coefficient": c} for key, c in e.terms().items()]
        if outcome.verdict == "violated":
            findings.append({"finding_id": e.equation_id, "rule_id": e.rule_id, **head, **_found(outcome, rules[e.rule_id])})
    return decided, terms, findings


def _found(outcome: Outcome, rule: AcrossRule) -> dict[str, Any]:
    figures = list(outcome.equation.figures())
    told = "; ".join(f"{f.report_id[:4]} {f.statement} {f.label or ''} {f.measure} = {f.printed or 'blank'}" for f in figures[:6])
    return {
        "kind": rule.kind,
        "severity": rule.severity,
        "place": outcome.equation.place,
        "printed": None if outcome.printed is None else f"{outcome.printed:f}",
        "expected": None if outcome.expected is None else f"{outcome.expected:f}",
        "difference": outcome.difference,
        "explanation": f"{rule.title}: {told}; difference {outcome.difference}",
        "page": figures[0].place.page if figures else None,
        "line": figures[0].place.line if figures else None,
        "status": "open",
    }
