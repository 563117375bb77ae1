"""The report of the year before, and what comes of holding two years against each other.

What belongs here: finding last year's report, and rows for equations over several reports.  What may not: the equations
themselves (``across``), solving (``localise``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contents import ReportContents
from pipeline.equations import Equation, Outcome, evaluate
from pipeline.figures import Report
from pipeline.reconciliation.across import RULES, Names, base_equations, opening_equations, year_before
from pipeline.rows import REPORTS, contents_of, report_of
from pipeline.sources.registry import Registry

Row = dict[str, Any]
_BY_ID = {r.rule_id: r for r in RULES}


@dataclass(frozen=True)
class Judged:
    """A report with every equation that must hold for it, and its findings (rows of ``checks.findings``)."""

    contents: ReportContents
    equations: tuple[Equation, ...]
    findings: tuple[Mapping[str, Any], ...] = ()


def names_of(registry: Registry) -> Names:
    """Every name of every publisher, whose former names tie a renamed publisher's years together."""
    return Names.of((p.name, (*p.aliases, *(f.name for f in p.former_names))) for p in registry.publishers)


def units_of(registry: Registry, report: Report) -> tuple[str, ...]:
    """The units that a department's accounts cover, as far as the registry names them; none for a unit."""
    if report.publisher_kind != "department":
        return ()
    return tuple(p.name for p in registry.publishers if p.parent == report.publisher)


class Shelf:
    """One year's reports as stored tables; one report at a time becomes objects."""

    def __init__(self, tables: Mapping[str, pa.Table], names: Names) -> None:
        self._tables = tables
        self._names = names
        self._reports = [report_of(row) for row in tables[REPORTS].to_pylist()]

    def year_before(self, report: Report) -> ReportContents | None:
        """The same publisher's report for the year before; ``None`` where it is not here."""
        found = year_before(report, self._reports, self._names)
        return self._contents(found) if found else None

    def named(self, publishers: Sequence[str]) -> list[ReportContents]:
        """The reports of the named publishers, under whatever name."""
        held = [r for r in self._reports if any(self._names.same(r.publisher, p) for p in publishers)]
        return [c for c in map(self._contents, held) if c is not None]

    def _contents(self, report: Report) -> ReportContents | None:
        own = {name: t.filter(pc.equal(t["report_id"], report.report_id)) for name, t in self._tables.items()}
        return next(contents_of(own), None)


def equations_across(this: Judged, last: Judged | None) -> list[Equation]:
    """The equations over both years (with the year before named as missing where it is not there)."""
    before = last.contents if last else None
    return [
        *opening_equations(this.contents, before),
        *base_equations(this.contents, this.equations, before, last.equations if last else ()),
    ]


# ---------------------------------------------------------------- rows


def across_rows(equations: Iterable[Equation], report: Report) -> list[Row]:
    """Rows of ``checks.across``: every equation over several reports with its verdict."""
    return [_row(o, report) for o in map(evaluate, equations)]


def finding_rows(equations: Iterable[Equation], report: Report) -> Iterator[Row]:
    """The violated ones in the shape of ``checks.findings``."""
    for outcome in map(evaluate, equations):
        if outcome.verdict == "violated":
            row = _row(outcome, report)
            first = next(outcome.equation.figures(), None)
            yield {
                "finding_id": row["equation_id"],
                **{
                    k: row[k]
                    for k in ("rule_id", "kind", "severity", "report_id", "publisher", "fiscal_year", "place", "explanation")
                },
                "printed": None if outcome.printed is None else f"{outcome.printed:f}",
                "expected": None if outcome.expected is None else f"{outcome.expected:f}",
                "difference": outcome.difference,
                "page": first.place.page if first else None,
                "line": first.place.line if first else None,
                "status": "open",
            }


def _row(outcome: Outcome, report: Report) -> Row:
    equation = outcome.equation
    rule = _BY_ID[equation.rule_id]
    told = "; ".join(
        f"{f.report_id[:4]} {f.statement} {f.label or ''} {f.measure} = {f.printed or 'blank'}"
        for f in list(equation.figures())[:6]
    )
    return {
        "equation_id": equation.equation_id,
        "rule_id": equation.rule_id,
        "kind": rule.kind,
        "severity": rule.severity,
        "report_id": report.report_id,
        "publisher": report.publisher,
        "fiscal_year": report.fiscal_year,
        "place": equation.place,
        "printed": outcome.printed,
        "expected": outcome.expected,
        "difference": outcome.difference,
        "verdict": outcome.verdict,
        "reason": outcome.reason or None,
        "explanation": f"{rule.title}: {told}",
    }
