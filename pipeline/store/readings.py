"""Readings: what was read from each document, kept so that an unchanged document is never read twice.

What belongs here: one Parquet file a document and reader version (``<home>/readings/<version>/<sha256>.parquet``) with all of
its contents, or with the recorded refusal; bringing the readings of all documents up to date; and which document stands for
which report.  What may not: how a document is read (``pipeline.reports.read``) or how workers are kept (``pipeline.reports.workers``).
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.model.contents import PartRead, ReportContents
from pipeline.schema import TABLES
from pipeline.sources.archive import Archive, Offer
from pipeline.store.home import Home
from pipeline.store.rows import REPORTS, tables_of, timestamp

Status = Literal["read", "not_a_report", "failed", "separate", "part"]
Progress = Callable[[int, int, "Outcome"], None]
_OUTCOME = b"outcome"
_SCHEMA = pa.schema([pa.field("name", pa.string(), nullable=False), pa.field("rows", pa.large_binary(), nullable=False)])


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

    ``limits`` is set where only the limits stopped the reading: it is tried again once they are wider.
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

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Outcome:
        """An outcome as JSON has it."""
        limits, parts = record.get("limits"), record.get("parts", ())
        return cls(**{**record, "limits": Limits(**limits) if limits else None, "parts": tuple(PartRead(**p) for p in parts)})

    def settled(self, limits: Limits) -> bool:
        """Whether reading it again within ``limits`` would give the same."""
        return self.limits is None or (limits.seconds <= self.limits.seconds and limits.megabytes <= self.limits.megabytes)


@dataclass(frozen=True)
class Readings:
    """The readings of one reader version under ``root``."""

    root: Path
    version: str

    def path(self, sha256: str) -> Path:
        return self.root / self.version / f"{sha256}.parquet"

    def save(self, outcome: Outcome, contents: ReportContents | None = None) -> None:
        """Keep a reading whole or not at all: one row a table (its rows as Arrow), the outcome in the file's metadata."""
        tables = tables_of(contents) if contents else {}
        path = self.path(outcome.sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        schema = _SCHEMA.with_metadata({_OUTCOME: json.dumps(asdict(outcome), ensure_ascii=False).encode()})
        kept = pa.Table.from_pydict({"name": list(tables), "rows": [_packed(t) for t in tables.values()]}, schema=schema)
        new = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            pq.write_table(kept, new, row_group_size=1, compression="zstd")
            os.replace(new, path)
        finally:
            new.unlink(missing_ok=True)

    def outcome(self, sha256: str) -> Outcome | None:
        """What became of a document, or ``None`` where this version has not read it (only the file's footer is opened)."""
        path = self.path(sha256)
        if not path.exists():
            return None
        return Outcome.of(json.loads((pq.read_schema(path).metadata or {})[_OUTCOME]))

    def table(self, sha256: str, name: str) -> pa.Table:
        """One table of a document's reading; empty where the document has no such part."""
        file = pq.ParquetFile(self.path(sha256))
        names = file.read(columns=["name"]).column("name").to_pylist()
        if name not in names:
            return TABLES[name].arrow_schema().empty_table()
        blob = file.read_row_group(names.index(name), columns=["rows"]).column("rows")[0].as_py()
        return pa.ipc.open_stream(io.BytesIO(blob)).read_all()


def _packed(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


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
            "retrieved_at": timestamp(self.offer.retrieved_at),
        }


def standing(offers: Iterable[Offer], outcome_of: Callable[[str], Outcome | None]) -> list[Document]:
    """Which document stands for which report.

    The same bytes at several addresses are one document: the address found last stands for it, the others are ``duplicate``.
    Of several documents of one report the one found last wins (:attr:`~pipeline.sources.archive.Offer.order`); the others are
    ``superseded``.  A document of a report in several is a ``part`` of it and stands for nothing by itself.  Documents that no
    reader has seen yet are left out.
    """
    last_first = sorted(offers, key=lambda o: o.order, reverse=True)
    parts: dict[str, Outcome] = {}
    for offer in last_first:
        for sha256, outcome in _of_parts(outcome_of(offer.sha256) if offer.parts else None):
            parts.setdefault(sha256, outcome)
    documents, seen, reports = [], set[str](), set[str]()
    for offer in last_first:
        stands = parts.get(offer.sha256) or outcome_of(offer.sha256)
        if stands is None:
            continue
        status: str = stands.status
        if offer.sha256 in seen:
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
    def of(cls, home: Home, version: str) -> Library:
        return cls(Archive(home.archive), Readings(home.readings, version))

    def documents(self) -> list[Document]:
        return standing(self.archive.offers(), self.readings.outcome)

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

    def rows(self, name: str, documents: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        """One ``core`` table over rows of ``core.documents``: of those that stand for their reports, a report's rows together."""
        for document in documents:
            if document["status"] == "read":
                provenance = {key: document[key] for key in ("source_url", "retrieved_at")} if name == REPORTS else {}
                for row in self.readings.table(document["document_sha256"], name).to_pylist():
                    yield row | provenance  # a report's provenance is that of the offer that stands, not of the first

    def failures(self, offers: Iterable[Offer]) -> Iterator[tuple[Offer, Outcome]]:
        """The offers that could not be processed, each with its problem and remedy."""
        for offer in offers:
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
