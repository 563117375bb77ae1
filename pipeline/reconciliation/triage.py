"""Open cases as a list to work through: suspects, pages, both readings, and an entry to paste.

What belongs here: rows of ``marts.triage``.  What may not: decisions (``adjudications``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pipeline.reconciliation.adjudications import Applied, entry_for
from pipeline.reconciliation.cases import CaseFile, place, reading, suggested_text

_WEIGHT = {"error": 0, "warning": 1, "info": 2}


def triage_rows(
    files: Sequence[CaseFile],
    findings: Iterable[Mapping[str, Any]],
    applied: Applied,
    titles: Mapping[str, str],
    states: Mapping[str, Mapping[str, Any]],
) -> Iterator[dict[str, Any]]:
    """Rows of ``marts.triage`` for the cases that no decision settles; ``findings`` are rows of ``checks.findings``, ``titles`` the rules',
    ``states`` how far each case is."""
    by_id = {str(f["finding_id"]): f for f in findings}
    for f in files:
        if f.case_id in applied.cases:
            continue
        told = [by_id[key] for key in f.finding_ids if key in by_id]
        places = [str(t["place"]) for t in told]
        first = f.suspects[0].figure.place if f.suspects else None
        line = first.line if first else next((t.get("line") for t in told if t.get("line")), None)
        page = first.page if first else next((t.get("page") for t in told if t.get("page")), None)
        yield {
            "case_id": f.case_id,
            "report_id": f.report.report_id,
            "publisher": f.report.publisher,
            "fiscal_year": f.report.fiscal_year,
            "severity": min((str(t["severity"]) for t in told), key=lambda s: _WEIGHT.get(s, 3), default="error"),
            **states[f.case_id],
            "doubt": f.doubt,
            "findings": len(f.finding_ids),
            "rules": "\n".join(dict.fromkeys(titles.get(str(t["rule_id"]), str(t["rule_id"])) for t in told)),
            "places": "\n".join(places),
            "suspects": "\n".join(f"{place(s.figure, f.report)}: {s.figure.printed or 'blank'} → {suggested_text(s)}" for s in f.suspects),
            "figures": "\n".join(s.figure.figure_id for s in f.suspects),
            "readings": "\n".join(f"{place(s.figure, f.report)}: {reading(s.figure)}" for s in f.suspects),
            "unique": bool(f.case and f.case.unique),
            "ties": f.case.ties if f.case else 0,
            "page": page,
            "line": line,
            "entry": entry_for(f, places),
        }
