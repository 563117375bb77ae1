"""A report published again: which findings of the earlier revision are resolved, which remain, which are new.

What belongs here: the comparison of two revisions' findings.  What may not: how revisions are found (``pipeline.store.readings``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from expectations.confront import confront
from pipeline.model.contents import ReportContents
from pipeline.store.readings import Readings

Row = Mapping[str, Any]
_SAID = ("printed", "expected", "difference")


def revised(readings: Readings, documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each report of the year that stands, against every earlier revision of it; ``documents`` are rows of ``core.documents``."""
    standing = {d["report_id"]: d["document_sha256"] for d in documents if d["status"] == "read"}
    for document in documents:
        if document["status"] == "superseded" and document["report_id"] in standing:
            yield from compare(readings.contents(document["document_sha256"]), readings.contents(standing[document["report_id"]]))


def compare(before: ReportContents, after: ReportContents) -> Iterator[dict[str, Any]]:
    """The rows of ``checks.revised_findings``, in order of the findings' names.

    ``before`` and ``after`` are two readings of the same report.  A finding is the same one if its rule and place are;
    ``altered`` is one that remains with other amounts.
    """
    old = {row["finding_id"]: row for row in confront(before).findings}
    new = {row["finding_id"]: row for row in confront(after).findings}
    for finding_id in sorted({*old, *new}):
        then, now = old.get(finding_id), new.get(finding_id)
        shown = now or then
        assert shown is not None
        yield {
            "finding_id": finding_id, "rule_id": shown["rule_id"], "kind": shown["kind"], "severity": shown["severity"],
            "report_id": after.report.report_id, "publisher": after.report.publisher, "fiscal_year": after.report.fiscal_year,
            "place": shown["place"], "change": _change(then, now), "before_sha256": before.report.document_sha256,
            "after_sha256": after.report.document_sha256, "printed_before": then["printed"] if then else None,
            "printed_after": now["printed"] if now else None, "explanation": shown["explanation"],
        }  # fmt: skip


def _change(then: Row | None, now: Row | None) -> str:
    if then is None:
        return "new"
    if now is None:
        return "resolved"
    return "remains" if all(then[k] == now[k] for k in _SAID) else "altered"
