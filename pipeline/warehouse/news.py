"""What is new among the open findings of a published warehouse since the one before it.

What belongs here: the comparison.  What may not: showing it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.warehouse.publish import connect_readonly

Row = dict[str, Any]
_COLUMNS = ("finding_id", "severity", "publisher", "fiscal_year", "place", "printed", "expected", "page", "line", "report_id")
_QUERY = f"""SELECT {", ".join(_COLUMNS)} FROM checks.findings WHERE status = 'open'
             ORDER BY list_position(['error', 'warning', 'info'], severity), publisher, fiscal_year, page, line, finding_id"""


@dataclass(frozen=True, slots=True)
class News:
    """Open findings that were not open before, the heaviest first, and how many of before are none any more; ``first``: there was no before."""

    new: tuple[Row, ...]
    gone: int
    first: bool

    @property
    def counts(self) -> Mapping[str, int]:
        """How many are new, by severity."""
        return Counter(row["severity"] for row in self.new)


def open_findings(path: Path) -> dict[str, Row] | None:
    """The open findings by id, in their order; ``None`` where nothing is published, or by a version whose tables were others."""
    try:
        with connect_readonly(path) as warehouse:
            return {row[0]: dict(zip(_COLUMNS, row, strict=True)) for row in warehouse.execute(_QUERY).fetchall()}
    except (FileNotFoundError, duckdb.Error):
        return None


def news(before: Mapping[str, Row] | None, after: Mapping[str, Row] | None) -> News:
    """What of ``after`` is new."""
    known, now = before or {}, after or {}
    return News(tuple(row for key, row in now.items() if key not in known), sum(key not in now for key in known), before is None)
