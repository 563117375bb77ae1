"""Readings: what was read from each document, kept so that an unchanged document is never read twice.

What belongs here: all of a document's contents, or the recorded refusal, by its hash and the version of the code that reads; which
documents are unread; and which document stands for which report.  What may not: how a document is read (``pipeline.reports``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import pyarrow as pa

from pipeline.model.contents import PartRead, ReportContents
from pipeline.reading.wanted import any_there
from pipeline.schema import CORE_TABLES
from pipeline.sources.archive import Archive, Offer
from pipeline.store.home import Home
from pipeline.store.kept import Kept
from pipeline.store.rows import REPORTS, arrow_table, contents_of, tables_of, timestamp
from pipeline.store.versions import reading_version

Status = Literal["read", "not_a_report", "failed", "separate", "part"]
Progress = Callable[[int, int, "Outcome"], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take: seconds and megabytes of memory."""

    seconds: float = 300.0
    megabytes: int = 2048

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Limits:
        """``FINAL_ACCOUNTS_DOCUMENT_SECONDS`` and ``FINAL_ACCOUNTS_DOCUMENT_MEGABYTES``, where they are set."""
        return cls(
            float(environment.get("FINAL_ACCOUNTS_DOCUMENT_SECONDS", cls().seconds)),
            int(environment.get("FINAL_ACCOUNTS_DOCUMENT_MEGABYTES", cls().megabytes)),
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: its report and year where it was read, the problem and the remedy where it was not.

    ``limits`` is set where the limits stopped the reading, or left pages of it unread: it is tried again once they are wider;
    ``without`` names programs of the system that it did without: it is tried again once one of them is there.
    """

    sha256: str
    status: Status
    report_id: str | None = None
    fiscal_year: int | None = None
    media_type: str | None = None
    problem: str | None = None
    remedy: str | None = None
    seconds: float = 0.0
    limits: Limits | None = None
    parts: tuple[PartRead, ...] = ()  # of a report in several documents
    first_page: int | None = None  # of one of them: where it begins in the report
    without: tuple[str, ...] = ()
    names: str | None = None  # whose accounts of which year it names; "" where it prints forms and names nobody

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Outcome:
        """An outcome as JSON has it."""
        limits, parts = record.get("limits"), record.get("parts", ())
        own = {"limits": Limits(**limits) if limits else None, "parts": tuple(PartRead(**p) for p in parts)}
        return cls(**{**record, **own, "without": tuple(record.get("without", ()))})

    def settled(self, limits: Limits) -> bool:
        """Whether reading it again within ``limits``, and on this machine as it is, would give the same."""
        if self.without and any_there(self.without):
            return False
        return self.limits is None or (limits.seconds <= self.limits.seconds and limits.megabytes <= self.limits.megabytes)


class Readings(Kept):
    """The readings of one reader version."""

    def keep(self, outcome: Outcome, contents: ReportContents | None = None) -> None:
        """Keep what became of a document and, where it was read, all of its contents."""
        self.save(outcome.sha256, asdict(outcome), tables_of(contents) if contents else {})

    def outcome(self, sha256: str) -> Outcome | None:
        """What became of a document, or ``None`` where this version has not read it."""
        record = self.record(sha256)
        return Outcome.of(record) if record is not None else None

    def contents(self, sha256: str) -> ReportContents:
        """A document's contents as its reader gave them.  Raises ``FileNotFoundError``."""
        [contents] = contents_of(self.tables(sha256, CORE_TABLES))
        return contents


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it was offered, what became of it, and its standing among the others (a row of ``core.documents``)."""

    offer: Offer
    outcome: Outcome
    status: str  # the domain of core.documents.status

    def row(self) -> dict[str, Any]:
        return {
            "document_sha256": self.offer.sha256,
            "fiscal_year": self.outcome.fiscal_year,
            "source_url": self.offer.source_url,
            "media_type": self.outcome.media_type,
            "bytes": self.offer.size,
            "status": self.status,
            "report_id": self.outcome.report_id,
            "first_page": self.outcome.first_page,
            "problem": self.outcome.problem,
            "remedy": self.outcome.remedy,
            "read_without": ", ".join(self.outcome.without) or None,
            "retrieved_at": timestamp(self.offer.retrieved_at),
        }


def standing(offers: Iterable[Offer], outcome_of: Callable[[str], Outcome | None], withdrawn: Collection[str] = ()) -> list[Document]:
    """Which document stands for which report.

    The same bytes at several addresses are one document: the address found last stands for it, the others are ``duplicate``.
    Of several documents of one report the one found last wins (:attr:`~pipeline.sources.archive.Offer.order`); the others are
    ``superseded``.  A document of a report in several is a ``part`` of it and stands for nothing by itself.  One that was
    ``withdrawn``, by its hash, stands for nothing, nor do its parts.  Documents that no reader has seen yet are left out.
    """
    last_first = sorted(offers, key=lambda o: o.order, reverse=True)
    parts: dict[str, Outcome] = {}
    out = set(withdrawn)
    for offer in sorted(last_first, key=lambda o: o.sha256 in out):  # a part of two reports is withdrawn with both only
        for sha256, outcome in _of_parts(outcome_of(offer.sha256) if offer.parts else None):
            if sha256 not in parts and offer.sha256 in withdrawn:
                out.add(sha256)
            parts.setdefault(sha256, outcome)
    documents, seen, reports = [], set[str](), set[str]()
    for offer in last_first:
        stands = parts.get(offer.sha256) or outcome_of(offer.sha256)
        if stands is None:
            continue
        status: str = stands.status
        if offer.sha256 in out:
            status = "withdrawn"
        elif offer.sha256 in seen:
            status = "duplicate"
        elif status == "read" and stands.report_id in reports:
            status = "superseded"
        seen.add(offer.sha256)
        if stands.report_id and status == "read":
            reports.add(stands.report_id)
        documents.append(Document(offer, stands, status))
    return sorted(documents, key=lambda d: (d.outcome.fiscal_year or 0, d.offer.source_url, d.offer.sha256))


def _of_parts(bundle: Outcome | None) -> Iterator[tuple[str, Outcome]]:
    """What became of each document of a bundle that was read as one report."""
    if bundle is not None and bundle.status == "read":
        for part in bundle.parts:
            status: Status = "failed" if part.problem else "part"
            yield part.sha256, Outcome(part.sha256, status, bundle.report_id, bundle.fiscal_year, part.media_type, part.problem, part.remedy,
                                       first_page=part.first_page)  # fmt: skip


@dataclass(frozen=True)
class Library:
    """All documents of a home with their readings: what the year's tables are put together from."""

    archive: Archive
    readings: Readings

    @classmethod
    def of(cls, home: Home, version: str = "") -> Library:
        """A home's documents with the readings of one version: of today's code where none is named."""
        return cls(Archive(home.archive), Readings(home.readings, version or reading_version()))

    def documents(self) -> list[Document]:
        return standing(self.archive.offers(), self.readings.outcome, self.archive.withdrawn())

    def of_year(self, year: int) -> list[Document]:
        """The documents whose reports are of one fiscal year."""
        return [d for d in self.documents() if d.outcome.fiscal_year == year]

    def unread(self, offers: Iterable[Offer], limits: Limits) -> dict[str, Offer]:
        """The offered documents that this reader version has still to read, one offer a document.

        A bundle comes before its documents: they are read by themselves only where they did not turn out to be one report.
        """
        new: dict[str, Offer] = {}
        spared = set[str]()
        for offer in sorted(offers, key=lambda o: not o.parts):
            outcome = None if offer.sha256 in spared else self.readings.outcome(offer.sha256)
            unsettled = outcome is None or not outcome.settled(limits)
            if offer.parts and (unsettled or (outcome is not None and outcome.status == "read")):
                spared.update(offer.parts)
            if unsettled and offer.sha256 not in spared:
                new.setdefault(offer.sha256, offer)
        return new

    def tables(self, documents: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, pa.Table]]:
        """The ``core`` tables of each report, over rows of ``core.documents``: of those that stand for their reports."""
        for document in documents:
            if document["status"] == "read":
                tables = self.readings.tables(document["document_sha256"])
                # a report's provenance is that of the offer that stands, not of the first
                known = {key: document[key] for key in ("source_url", "retrieved_at")} | {"code_version": self.readings.version}
                without = f" without {document['read_without']}" if document["read_without"] else ""
                rows = tables[REPORTS].to_pylist()
                tables[REPORTS] = arrow_table(REPORTS, [row | known | {"reader": f"{row['reader']}{without}"} for row in rows])
                yield tables

    def failures(self, offers: Iterable[Offer]) -> Iterator[tuple[Offer, Outcome]]:
        """The offers that could not be processed, each with its problem and remedy; not those that were withdrawn."""
        withdrawn = self.archive.withdrawn()
        for offer in (o for o in offers if o.sha256 not in withdrawn):
            outcome = self.readings.outcome(offer.sha256)
            if outcome is not None and outcome.status in ("not_a_report", "failed"):
                yield offer, outcome
            for _, part in _of_parts(outcome):
                if part.problem:
                    yield offer, part


def refusal(sha256: str, problem: str, remedy: str, status: str = "failed", **more: Any) -> Outcome:
    """The outcome of a document that was not read."""
    known: Status = "not_a_report" if status == "not_a_report" else "separate" if status == "separate" else "failed"
    return replace(Outcome(sha256, known, problem=problem, remedy=remedy), **more)
