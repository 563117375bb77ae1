"""The other reports that a report is held against: the same publisher's for the year before, and a department's units.

The reports of two years belong to one publisher by its names in the registry (departments are renamed when offices are reorganised).
Which reports they were is kept (``checks.held_against``).

What belongs here: which reports belong together.  What may not: what must hold between them (``across``), and loading them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation
from pipeline.model.figures import Report
from pipeline.sources.registry import Registry


@dataclass(frozen=True)
class Beside:
    """The reports beside one report; ``last`` is ``None`` and a name of ``expected`` not in ``units`` where a report is not there.

    ``last_equations`` are last year's own equations (they say which of its figures are one quantity); ``expected`` names the units
    that a department's accounts cover.
    """

    last: ReportContents | None = None
    last_equations: tuple[Equation, ...] = ()
    units: Mapping[str, ReportContents] = field(default_factory=dict)
    expected: tuple[str, ...] = ()

    @property
    def others(self) -> list[ReportContents]:
        """Those that are there."""
        return [*((self.last,) if self.last else ()), *self.units.values()]


# ---------------------------------------------------------------- names


@dataclass(frozen=True)
class Names:
    """Publishers' names: every name that a publisher ever bore, to one that stands for it; unknown names stand for themselves."""

    canonical: Mapping[str, str]

    @classmethod
    def of(cls, known: Iterable[tuple[str, Iterable[str]]]) -> Names:
        """From ``(present name, former names and aliases)``.

        Raises :class:`ValueError` where a name belongs to two publishers.
        """
        found: dict[str, str] = {}
        for present, others in known:
            for name in (present, *others):
                if found.setdefault(name, present) != present:
                    raise ValueError(f"“{name}” is a name of both {found[name]} and {present}: make the registry say which")
        return cls(found)

    def same(self, one: str, other: str) -> bool:
        return self.standing_for(one) == self.standing_for(other)

    def standing_for(self, name: str) -> str:
        return self.canonical.get(name, name)


def names_of(registry: Registry) -> Names:
    """Every name of every publisher, whose former names tie a renamed publisher's years together."""
    return Names.of((p.name, (*p.aliases, *(f.name for f in p.former_names))) for p in registry.publishers)


class Families:
    """Which units each department's accounts cover, as far as the registry names them."""

    def __init__(self, registry: Registry, names: Names) -> None:
        self._names = names
        self._units: dict[str, tuple[str, ...]] = {}
        for p in registry.publishers:
            if p.parent:
                parent = names.standing_for(p.parent)
                self._units[parent] = (*self._units.get(parent, ()), p.name)

    def units_of(self, report: Report) -> tuple[str, ...]:
        """The units by their present names; none for a report that is no department's."""
        if report.publisher_kind != "department":
            return ()
        return self._units.get(self._names.standing_for(report.publisher), ())


class Pairing:
    """Reports by publisher under whatever name, year and kind."""

    def __init__(self, reports: Iterable[Report], names: Names) -> None:
        self._names = names
        self._known: dict[tuple[str, int], list[Report]] = {}
        for r in sorted(reports, key=lambda r: r.report_id):
            self._known.setdefault((names.standing_for(r.publisher), r.fiscal_year), []).append(r)

    def year_before(self, report: Report) -> Report | None:
        """The same publisher's report for the year before; the one of the same kind."""
        there = self._known.get((self._names.standing_for(report.publisher), report.fiscal_year - 1), [])
        return next((r for r in there if r.publisher_kind == report.publisher_kind), None)

    def unit(self, name: str, year: int) -> Report | None:
        """A unit's report; a department's own only where it has no other."""
        there = self._known.get((self._names.standing_for(name), year), [])
        return next((r for r in there if r.publisher_kind != "department"), there[0] if there else None)


# ---------------------------------------------------------------- what a report was held against


def held_against_rows(report: Report, beside: Beside) -> Iterator[dict[str, Any]]:
    """Rows of ``checks.held_against`` of one report."""
    yield _row(report, "year_before", report.publisher, beside.last.report if beside.last else None)
    for name in beside.expected:
        unit = beside.units.get(name)
        yield _row(report, "unit", name, unit.report if unit else None)


def _row(report: Report, relation: str, expected: str, other: Report | None) -> dict[str, Any]:
    return {
        "report_id": report.report_id,
        "publisher": report.publisher,
        "fiscal_year": report.fiscal_year,
        "relation": relation,
        "expected": expected,
        "other_report_id": other.report_id if other else None,
        "other_publisher": other.publisher if other else None,
        "other_sha256": other.document_sha256 if other else None,
        "other_reader": other.reader if other else None,
    }
