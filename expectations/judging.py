"""One report judged, localised and reconciled: the work that is done once for a report as it is read, and kept.

What belongs here: its key, the order of the steps, and the wall around them.  What may not: the steps (``expectations.confront``,
``pipeline.reconciliation``), and which reports there are.

The key is everything that the result depends on: the reading, what it is held against, the decisions of persons; the version of the
code is that of the store.  A report that the code fails on costs itself: it is kept as not judged, with the place in the code.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from expectations.confront import ENGINE_ERROR, Confrontation, confront, equations_of, judged
from expectations.obligations import obligation_rows
from expectations.rules.base import Rule
from pipeline.batches import Lost
from pipeline.messages import chinese
from pipeline.model.contents import ReportContents
from pipeline.model.failures import told
from pipeline.model.figures import Report
from pipeline.reconciliation.adjudications import Adjudications, decided_findings
from pipeline.reconciliation.beside import Beside, held_against_rows
from pipeline.reconciliation.companions import Companions, Edition
from pipeline.reconciliation.year import reconcile
from pipeline.schema import TABLES
from pipeline.schema.fitting import fitted
from pipeline.store.disk import of_all
from pipeline.store.kept import Kept
from pipeline.store.readings import Readings

JUDGEMENTS = "checks.judgements"
#: What is held against the rules, and what comes of it.
CHECKED = ("checks.equations", "checks.equation_terms", "checks.findings", "checks.held_against", "checks.obligations")

REPORT_JUDGED = Rule(
    rule_id="report_judged", suite="judging", title="Every report could be judged", title_zh="每份报告均已核对", kind="extraction_doubt",
    severity="error", formula="state = judged", citation="our own promise: a fault of the code is said, never hidden",
    build=lambda rule, contents: (),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stores:
    """Where a worker finds readings and keeps judgements."""

    readings: str
    judgements: Kept


@dataclass(frozen=True, slots=True)
class Judging:
    """One report to judge.  ``decisions`` are those on this report; ``today`` tells which of them have expired."""

    report: Report
    reading: Edition
    companions: Companions
    decisions: Adjudications
    today: dt.date

    @property
    def key(self) -> str:
        """The name of its judgement: a hash of whatever decides it but the code."""
        decided = [(d, d.expires is not None and d.expires < self.today) for d in self.decisions.decisions]
        told = (self.report.report_id, self.reading, self.companions, decided, self.decisions.reviews, self.decisions.sign_offs)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def judge(stores: Stores, task: Judging) -> str:
    """Judge one report and keep the judgement under its key; the answer is its problem, empty where it was judged."""
    problem = ""
    try:
        tables = _tables(task.report, _rows(stores, task))
    except Exception as error:  # whatever the code does on one report, the year goes on without that report
        if of_all(error):
            raise
        problem = told(error)
        tables = _tables(task.report, failed(task.report, problem))
    stores.judgements.save(task.key, {"problem": problem}, tables)
    return problem


def keep_lost(stores: Stores, task: Judging, answer: Lost) -> str:
    """Keep that a report ended its worker; the next run tries it again."""
    why = "it takes longer than the limit" if answer.why == "late" else f"the process dies of it, twice (exit status {answer.exit_status})"
    problem = f"judging it: {why}"
    stores.judgements.save(task.key, {"problem": problem, "again": True}, _tables(task.report, failed(task.report, problem)))
    return problem


def failed(report: Report, problem: str, place: str = "report") -> dict[str, Sequence[Mapping[str, Any]]]:
    """The one finding of a report that could not be judged, as a whole or by the rule that ``place`` names: ours."""
    about = {"rule_id": REPORT_JUDGED.rule_id, "report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year,
             "place": place}  # fmt: skip
    key = hashlib.sha256(f"{REPORT_JUDGED.rule_id}|{report.report_id}|{place}".encode()).hexdigest()[:16]
    text = f"The report was read and could not be judged, for a fault of the code and none of the publisher's: {problem}"
    equation = {"equation_id": key, **about, "verdict": "not_evaluated", "reason": problem}
    finding = {"finding_id": key, **about, "title_zh": REPORT_JUDGED.title_zh, "kind": REPORT_JUDGED.kind, "severity": REPORT_JUDGED.severity,
               "explanation": text, "explanation_zh": chinese(text), "status": "open"}  # fmt: skip
    return {"checks.equations": [equation], "checks.findings": [finding]}


def _tables(report: Report, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, pa.Table]:
    """Rows in the schemas of their tables; raises where one does not fit."""
    return {name: fitted(TABLES[name], report.fiscal_year, own) for name, own in rows.items() if own}


def _rows(stores: Stores, task: Judging) -> dict[str, Sequence[Mapping[str, Any]]]:
    contents = _contents(stores, task.reading)
    beside = _beside(stores, task.companions)
    found = confront(contents, beside=beside)
    figures = {f.figure_id: f for c in (contents, *beside.others) for f in c.figures}
    decided = decided_findings(task.decisions, task.report.report_id, figures, task.today)
    settled = reconcile(judged(contents, beside, found), adjudications=task.decisions, today=task.today)
    obligations = obligation_rows(contents, found.equations)
    cases = {f: file.case_id for file in sorted(settled.files, key=lambda file: file.case_id, reverse=True) for f in file.finding_ids}
    rows = {**_checked(found, cases, decided, held_against_rows(contents.report, beside), obligations), **settled.rows}
    for broken in _broken_rules(task.report, found.equations):
        rows |= {name: [*rows[name], *more] for name, more in broken.items()}
    return rows


def _checked(
    found: Confrontation, cases: Mapping[str, str], decided: Mapping[str, Any], against: Any, obligations: Sequence[Mapping[str, Any]]
) -> dict[str, Sequence[Mapping[str, Any]]]:
    status = {
        key: {"case_id": cases.get(key), "status": "decided" if key in decided else "open"} for key in (f["finding_id"] for f in found.findings)
    }
    findings = [{**f, **status[f["finding_id"]]} for f in found.findings]
    return dict(zip(CHECKED, (list(found.equations), found.terms, findings, list(against), obligations), strict=True))


def _broken_rules(report: Report, equations: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Sequence[Mapping[str, Any]]]]:
    """A rule that fails on a report costs that rule on that report, and says so."""
    for row in equations:
        if str(row["reason"] or "").startswith(ENGINE_ERROR):
            yield failed(report, str(row["reason"]), str(row["rule_id"]))


def _beside(stores: Stores, companions: Companions) -> Beside:
    last = _contents(stores, companions.last) if companions.last else None
    units = {name: _contents(stores, edition) for name, edition in companions.units}
    return Beside(last, equations_of(last) if last else (), units, companions.expected)


def _contents(stores: Stores, edition: Edition) -> ReportContents:
    return Readings(stores.readings, edition.code_version).contents(edition.sha256)
