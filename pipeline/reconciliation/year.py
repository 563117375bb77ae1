"""One report taken through all of reconciliation: cases, decisions, values, balances, triage.

What belongs here: the order of the steps and the rows of every table that they fill.  What may not: the steps themselves, Dagster.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation
from pipeline.reconciliation.across import holding
from pipeline.reconciliation.adjudications import Adjudications, Applied, apply, decision_rows
from pipeline.reconciliation.amounts import Suspicions, amount_rows, amounts
from pipeline.reconciliation.beside import Beside
from pipeline.reconciliation.cases import (
    CaseFile,
    case_files,
    case_finding_rows,
    case_rows,
    localisability_rows,
    suspect_rows,
)
from pipeline.reconciliation.layout import tables_of
from pipeline.reconciliation.localise import Limits, Localisation, localise
from pipeline.reconciliation.peers import usual_weights
from pipeline.reconciliation.quantities import quantities
from pipeline.reconciliation.reconciled_forms import balance_rows, form_rows, reconciled_figures
from pipeline.reconciliation.reviews import in_force, sign_off_rows, state_row, unmet_rows
from pipeline.reconciliation.triage import triage_rows

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """A report with every equation that must hold for it, and its findings (rows of ``checks.findings``).

    ``across`` are its equations over figures of the reports ``beside`` it; ``acquitting`` those that hold of rules whose breach would be
    no error: they speak for their figures.  ``titles`` say in Chinese what each rule wants.
    """

    contents: ReportContents
    equations: tuple[Equation, ...]
    findings: tuple[Row, ...] = ()
    across: tuple[Equation, ...] = ()
    beside: Beside = field(default_factory=Beside)
    acquitting: tuple[Equation, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)


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
    adjudications: Adjudications = Adjudications(),  # noqa: B008
    today: dt.date,
    limits: Limits = Limits(),  # noqa: B008
) -> Reconciliation:
    """Localise, decide, choose values and hold them against the identities, for one report.

    Last year's equations that hold acquit last year's figures.  ``today`` decides which decisions have expired.
    """
    report, others = this.contents.report, this.beside.others
    figures = [*this.contents.figures, *(f for c in others for f in c.figures)]
    reports = {r.report_id: r for r in (report, *(c.report for c in others))}
    system = [*this.equations, *this.across, *holding(this.beside.last_equations), *this.acquitting]
    localisation = localise(figures, system, limits=limits, usual=usual_weights(this.contents))
    files = case_files(localisation, reports, figures, this.findings)
    applied = apply(adjudications, report.report_id, files, figures, today)
    chosen = amounts(quantities(this.contents, this.equations), files, applied)
    changed = reconciled_figures(chosen, applied)
    suspected = Suspicions.of(files, applied).cases
    verdicts = {key: d.verdict for key, d in applied.cases.items()}
    reviews, unmet = in_force(adjudications.reviews, {f.case_id: f.finding_ids for f in files})
    states = {f.case_id: state_row(reviews.get(f.case_id), decided=f.case_id in verdicts, stale=applied.stale(f)) for f in files}
    signed = sign_off_rows(adjudications.sign_offs, report.report_id, report.publisher, report.fiscal_year, report.document_sha256)
    rows: dict[str, Sequence[Row]] = {
        "checks.cases": case_rows(files, verdicts, states),
        "checks.sign_offs": list(signed),
        "checks.case_findings": case_finding_rows(files, {key: d.verdict for key, d in applied.findings.items()}),
        "checks.suspects": list(suspect_rows(files)),
        "checks.localisability": list(localisability_rows(localisation, report)),
        "checks.adjudications": [*decision_rows(applied, report.fiscal_year), *unmet_rows(unmet, report.fiscal_year)],
        "reconciled.amounts": amount_rows(chosen, report),
        "reconciled.balances": balance_rows(this.equations, changed, files, report),
        "marts.triage": list(triage_rows(files, this.findings, applied, this.titles, states)),
        **form_rows(tables_of(this.contents), changed, suspected, report),
    }
    return Reconciliation(rows, localisation, tuple(files), applied)
