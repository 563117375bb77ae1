"""The stored reports beside a year's reports: what was accepted of the year before, and the units of the same year.

What belongs here: taking them from storage, with the equations that say what of them is one quantity.  What may not: which reports
belong together (``pipeline.reconciliation.beside``), and Dagster.

The year before is taken as it was accepted: one that breaks a promise of ours accuses nobody.  In a run over several years an
earlier year is accepted before a later one begins.
"""

from __future__ import annotations

import pyarrow as pa

from expectations.confront import equations_of
from pipeline.model.figures import Report
from pipeline.reconciliation.beside import Beside, Families, Shelf, names_of
from pipeline.schema import CORE_TABLES, TABLES
from pipeline.sources.registry import Registry
from pipeline.store import accepted
from pipeline.store.tables import Shelved, TableNotWritten


class Shelves:
    """What stands beside the reports of one fiscal year."""

    def __init__(self, year: int, registry: Registry) -> None:
        names = names_of(registry)
        self._families, self._year = Families(registry, names), year
        self._own = Shelf({name: _stored(name, year, None) for name in CORE_TABLES}, names)
        self._before = Shelf({name: _stored(name, year - 1, accepted.root()) for name in CORE_TABLES}, names)

    def beside(self, report: Report) -> Beside:
        """The reports beside one report of the year."""
        last = self._before.year_before(report)
        expected = self._families.units_of(report)
        return Beside(last, equations_of(last) if last else (), self._own.units(expected, self._year), expected)


def _stored(name: str, year: int, root: str | None) -> pa.Table | Shelved:
    try:
        return Shelved(name, year, root=root)
    except TableNotWritten:
        return TABLES[name].arrow_schema().empty_table()
