"""What a year's collection came to, as rows of ``sources.*``.

What belongs here: values → columns.  What may not: what a column means (``pipeline.schema.sources``).
"""

from __future__ import annotations

from typing import Any

from pipeline.sources.collected import Collected
from pipeline.sources.registry import Registry

Row = dict[str, Any]


def link_rows(collected: Collected) -> list[Row]:
    """The rows of ``sources.report_links``."""
    return [
        {
            "publisher": link.publisher or None, "fiscal_year": collected.fiscal_year, "link_no": number, "url": link.url, "title": link.title,
            "page_url": link.page_url or None, "found_by": link.found_by or None, "published": link.published.isoformat() if link.published else None,
            "year_basis": link.year_basis or None, "state": link.state, "outcome": link.outcome, "document_sha256": link.sha256,
            "reason": link.reason or None,
        }
        for number, link in enumerate(collected.links, 1)
    ]  # fmt: skip


def publisher_rows(collected: Collected, registry: Registry) -> list[Row]:
    """The rows of ``sources.publishers``."""
    entries = {p.name: p for p in registry.publishers}
    return [
        {
            "publisher": p.publisher, "fiscal_year": p.fiscal_year, "kind": entries[p.publisher].kind, "parent": entries[p.publisher].parent,
            "division": entries[p.publisher].division, "level": entries[p.publisher].level, "standing": p.standing, "overdue": p.overdue,
            "expected_by": p.expected_by.isoformat(), "title": p.title or None, "page_url": p.page_url or None, "documents": p.documents,
            "revision": p.revision, "replaced_sha256": " ".join(p.replaced) or None, "note": p.line or None,
        }
        for p in collected.publishers
    ]  # fmt: skip
