"""All that was read from one report: its figures, and the tables of its parts as rows.

What belongs here: the container that readers fill and rules look things up in.  What may not: reading or judging.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from pipeline.model.figures import Figure, Report

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One row of a printed table: its figures by measure, under the address that they share."""

    statement: str
    side: str | None
    row: str  # order of the row in its table (:attr:`~pipeline.model.figures.Figure.row`)
    row_no: str | None
    code: str | None
    label: str | None
    cells: Mapping[str, Figure]

    @property
    def concept(self) -> str:
        """What the row is, told by the lexicon; ``""`` where its words are not known."""
        return next((f.concept for f in self.cells.values()), "")

    @property
    def printing(self) -> int:
        """Which printing of its table it is of; 0 the first."""
        return next((f.printing for f in self.cells.values()), 0)

    def get(self, measure: str) -> Figure | None:
        return self.cells.get(measure)


@dataclass(frozen=True, slots=True)
class PartRead:
    """One document of a report in several: the report's pages that are its own, or why it could not be read."""

    sha256: str
    media_type: str | None
    first_page: int | None = None
    pages: int = 0
    problem: str | None = None
    remedy: str | None = None


@dataclass(frozen=True)
class ReportContents:
    """One report's figures and rows.  ``tables`` maps a full table name (``core.forms``) to rows as the warehouse has them.

    Of a report in several documents ``parts`` says which of its pages are whose.
    """

    report: Report
    figures: tuple[Figure, ...]
    tables: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    parts: tuple[PartRead, ...] = ()  # of a report in several documents

    def rows_of(self, table: str) -> tuple[Mapping[str, Any], ...]:
        """Rows of one ``core`` table of this report; empty where the report has no such part."""
        return self.tables.get(table, ())

    @cached_property
    def _statements(self) -> dict[tuple[str, str], list[Row]]:
        grouped: dict[tuple[str, str], dict[tuple[str, str], list[Figure]]] = {}
        for f in self.figures:
            grouped.setdefault((f.section, f.statement), {}).setdefault((f.side or "", f.row), []).append(f)
        return {
            key: [
                Row(fs[0].statement, fs[0].side, row, fs[0].row_no, fs[0].code, fs[0].label, {f.measure: f for f in fs})
                for (_, row), fs in rows.items()
            ]
            for key, rows in grouped.items()
        }

    def rows(self, statement: str, side: str | None = None, section: str = "form") -> list[Row]:
        """The rows of a form (or of one side of it) in printed order; empty where it was not read."""
        rows = self._statements.get((section, statement), [])
        return rows if side is None else [r for r in rows if r.side == side]

    def has(self, statement: str, section: str = "form") -> bool:
        return (section, statement) in self._statements

    def by_id(self) -> Mapping[str, Figure]:
        return self.once("by_id", lambda: {f.figure_id: f for f in self.figures})

    @cached_property
    def _views(self) -> dict[Hashable, Any]:
        return {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` returns, made once a report: every rule looks at the same few views of it."""
        views = self._views
        if key not in views:
            views[key] = make()
        found: T = views[key]
        return found

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.figures)
