"""Which stored reports each report of a year is held against, as keys: last year's accepted report, and a department's units.

What belongs here: finding the keys.  What may not: which reports belong together (``pipeline.reconciliation.beside``), loading them
(``expectations.judging``).

The year before is taken as it was accepted: one that breaks a promise of ours accuses nobody.  In a run over several years an
earlier year is accepted before a later one begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.model.figures import Report
from pipeline.reconciliation.beside import Families, Pairing, names_of
from pipeline.sources.registry import Registry
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.rows import report_of


@dataclass(frozen=True, slots=True)
class Edition:
    """One reading: a document's hash, the version of the code that read it, and by which reader, which says what it did without."""

    sha256: str
    code_version: str
    reader: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Edition:
        """That of a row of ``core.reports``."""
        return cls(row["document_sha256"], row["code_version"] or "", row["reader"] or "")


@dataclass(frozen=True, slots=True)
class Companions:
    """Whose readings are held against a report's; ``expected`` names the units that a department's accounts cover, read or not."""

    last: Edition | None = None
    units: tuple[tuple[str, Edition], ...] = ()
    expected: tuple[str, ...] = ()


class Companionship:
    """The companions of the reports of one fiscal year; ``reports`` are its rows of ``core.reports``."""

    def __init__(self, year: int, reports: Iterable[Mapping[str, Any]], registry: Registry) -> None:
        names = names_of(registry)
        own, before = list(reports), storage.read_table("core.reports", year - 1, root=accepted.root(), missing_ok=True)
        self._editions = {r["report_id"]: Edition.of(r) for r in (*own, *before)}
        self._families, self._year = Families(registry, names), year
        self._own, self._before = (Pairing((report_of(r) for r in rows), names) for rows in (own, before))

    def of(self, report: Report) -> Companions:
        """The companions of one report of the year."""
        last, expected = self._before.year_before(report), self._families.units_of(report)
        units = ((name, self._own.unit(name, self._year)) for name in expected)
        there = tuple((name, self._editions[unit.report_id]) for name, unit in units if unit is not None)
        return Companions(self._editions[last.report_id] if last else None, there, expected)
