"""What a run changed in what stands for which report, in words.

What belongs here: the comparison of the accepted reports before a run and after it.  What may not: which document stands
(``pipeline.store.readings``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.messages import told
from pipeline.store import accepted
from pipeline.store import tables as storage


@dataclass(frozen=True, slots=True)
class Stands:
    """The document that stands for one report in the warehouse."""

    publisher: str
    fiscal_year: int
    sha256: str
    source_url: str


def in_the_warehouse() -> dict[str, Stands]:
    """What stands for each report of the accepted years, by the report's identifier."""
    rows = (row for year in accepted.years() for row in storage.read_table("core.reports", year, root=accepted.root(), missing_ok=True))
    return {r["report_id"]: Stands(r["publisher"], r["fiscal_year"], r["document_sha256"], r["source_url"]) for r in rows}


def changed(before: Mapping[str, Stands], after: Mapping[str, Stands]) -> Iterator[str]:
    """A line for each report of before that stands on another document now, or on none; a new report is no change."""
    for report_id, old in sorted(before.items(), key=lambda item: (item[1].fiscal_year, item[1].publisher)):
        new = after.get(report_id)
        named = f"{old.publisher} {old.fiscal_year}"
        if new is None:
            yield told("taken out  {report} ({id}): {document} no longer stands for it", report=named, id=report_id, document=_document(old))
        elif new.sha256 != old.sha256:
            yield told("replaced   {report} ({id}): {document} by {other}", report=named, id=report_id, document=_document(old), other=_document(new))


def _document(stands: Stands) -> str:
    return f"{stands.source_url} ({stands.sha256[:12]})"
