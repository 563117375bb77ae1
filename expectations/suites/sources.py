"""The suite of the sources: who has not published, what was published again, which links are dead, what nobody can tell.

What belongs here: statements about ``sources.*``.  What may not: how links are found (``pipeline.sources``).
"""

from __future__ import annotations

from expectations.suites.base import Statement, Suite, no_rows

_LINKS, _PUBLISHERS = "sources.report_links", "sources.publishers"
_CITATION = "docs/adding-a-publisher.md"


def _statement(name: str, table: str, title: str, title_zh: str, formula: str, sql: str) -> Statement:
    return Statement(f"sources.{name}", table, title, title_zh, formula, _CITATION, "warning", (no_rows(sql),))


SOURCES_SUITE = Suite(
    "sources",
    "Every publisher's report is there, published once, and every link leads to it",
    (
        _statement(
            "every_publisher_has_published", _PUBLISHERS, "Every publisher's report is there after the expected date", "到期应公开的单位均已公开决算",
            "not overdue", f"SELECT publisher, standing, expected_by, note FROM {_PUBLISHERS} WHERE overdue ORDER BY ALL",
        ),
        _statement(
            "no_report_is_ambiguous", _PUBLISHERS, "No publisher has several different reports for the year", "同一单位同一年度没有多份不同的决算",
            "standing is not ambiguous", f"SELECT publisher, note FROM {_PUBLISHERS} WHERE standing = 'ambiguous' ORDER BY ALL",
        ),
        _statement(
            "no_report_was_changed", _PUBLISHERS, "No report was published again with other bytes", "决算公开后未再变更",
            "revision = 1",
            f"SELECT publisher, title, page_url, revision, replaced_sha256 FROM {_PUBLISHERS} WHERE revision > 1 ORDER BY ALL",
        ),
        _statement(
            "no_link_is_dead", _LINKS, "Every link to a report leads somewhere", "决算链接均可访问",
            "neither state nor outcome is dead",
            f"SELECT publisher, title, url, page_url, reason FROM {_LINKS} WHERE state = 'dead' OR outcome = 'dead' ORDER BY ALL",
        ),
    ),
    (_LINKS, _PUBLISHERS),
)  # fmt: skip
