"""What a year is made of, and which years are not what they would be now.

What belongs here: the comparison of a year as it was accepted with its documents, code, decisions, registry and year before as they are.
What may not: running a year, and Dagster (whoever only asks need not wait for it).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.reconciliation import adjudications
from pipeline.reconciliation.companions import Companionship
from pipeline.sources.registry import Registry, load_registry
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.home import home
from pipeline.store.readings import Document, Library
from pipeline.store.rows import report_of
from pipeline.store.versions import year_version

Row = Mapping[str, Any]
_OF_A_DOCUMENT = ("document_sha256", "status", "report_id", "source_url", "read_without")


def registry_named(name: str) -> Registry:
    """The registry of a file or folder; where none is named that of the home, or an empty one, so that only the inbox is asked."""
    path = Path(name).expanduser() if name else home().root / "publishers"
    return load_registry(path) if name or path.is_dir() else Registry(publishers=())


def made_of(year: int, documents: Iterable[Row], registry: Registry, before: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What decides a year's tables, part by part: ``documents`` are rows of ``core.documents``, ``before`` (report, hash of last year's)."""
    decisions = adjudications.load(adjudications.folder())
    today = dt.datetime.now(dt.UTC).date()
    own = [(d, d.expires is not None and d.expires < today) for d in decisions.decisions if d.report_id.startswith(f"{year}-")]
    beside = [e for e in (*decisions.reviews, *decisions.sign_offs) if e.report.startswith(f"{year}-")]
    return {
        "documents": _hash(sorted(tuple(d[name] or "" for name in _OF_A_DOCUMENT) for d in documents)),
        "code": year_version(),
        "decisions": _hash((own, decisions.problems, decisions.contradictions, *beside)),
        "registry": _hash(registry.model_dump_json()),
        "year before": _hash(sorted(before)),
    }


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def as_written(year: int, registry: Registry) -> dict[str, str]:
    """What the year's tables as they were just written are made of: kept with the year when it is accepted."""
    documents = storage.read_table("core.documents", year)
    against = storage.read_table("checks.held_against", year)
    before = [(r["report_id"], r["other_sha256"]) for r in against if r["relation"] == "year_before" and r["other_sha256"]]
    return made_of(year, documents, registry, before)


@dataclass(frozen=True)
class Behind:
    """A year to run: what has changed since it was accepted (``("never accepted",)`` where it was not), and what it is made of now."""

    year: int
    changed: tuple[str, ...]
    now: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        return _hash(sorted(self.now.items()))


class Standing:
    """The years of a library, each as it is now."""

    def __init__(self, library: Library, registry: Registry) -> None:
        self._library, self._registry, self._documents = library, registry, library.documents()

    @property
    def years(self) -> list[int]:
        """The fiscal years of all documents; where all were refused, the latest complete one, which lists them."""
        found = {d.outcome.fiscal_year for d in self._documents if d.outcome.fiscal_year is not None}
        return sorted(found) or ([dt.datetime.now(dt.UTC).year - 1] if self._documents else [])

    def behind(self) -> list[Behind]:
        """The years that are not what they would be now, in order."""
        return [b for year in self.years if (b := self._behind(year)) is not None]

    def _behind(self, year: int) -> Behind | None:
        documents = [d.row() for d in documents_of(self._documents, year)]
        now, known = made_of(year, documents, self._registry, self._before(year, documents)), accepted.record(year)
        if known is None:
            return Behind(year, ("never accepted",), now)
        changed = tuple(part for part in now if part != "documents" and now[part] != known.get(part))
        if now["documents"] != known.get("documents") and (year == self.years[-1] or _standing(documents) != self._accepted(year)):
            changed = ("documents", *changed)
        return Behind(year, changed, now) if changed else None

    def _accepted(self, year: int) -> set[tuple[str, str, str]]:
        return _standing(storage.read_table("core.documents", year, root=accepted.root(), missing_ok=True))

    def _before(self, year: int, documents: Iterable[Row]) -> Iterable[tuple[str, str]]:
        """Which of last year's accepted reports each of the year's reports would be held against."""
        reports = storage.read_table("core.reports", year, root=accepted.root(), missing_ok=True)
        standing = {d["report_id"] for d in documents if d["status"] == "read"}
        companionship = Companionship(year, reports, self._registry)
        for row in reports:
            if row["report_id"] in standing and (last := companionship.of(report_of(row)).last) is not None:
                yield row["report_id"], last.sha256


def documents_of(documents: Iterable[Document], year: int) -> list[Document]:
    """Those of one year, and those of no year, which every year lists."""
    return [d for d in documents if d.outcome.fiscal_year in (year, None)]


def _standing(documents: Iterable[Row]) -> set[tuple[str, str, str]]:
    """The documents of a year itself: one that was refused is listed by every year, and puts only the latest behind."""
    return {(d["document_sha256"], d["status"], d.get("read_without") or "") for d in documents if d["fiscal_year"] is not None}
