"""Reading many documents: each by a worker within its limits, its reading kept under its hash before the answer comes.

What belongs here: the work of one document, and what a lost worker means for it.  What may not: reading itself
(``pipeline.reports.read``), workers (``pipeline.batches``).
"""

from __future__ import annotations

import importlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.batches import Engine, Lost, Work
from pipeline.batches.processes import Processes
from pipeline.model.contents import ReportContents
from pipeline.model.failures import told
from pipeline.model.figures import accounts_of
from pipeline.reading.document import UnreadableDocument
from pipeline.reading.patience import allowed
from pipeline.reading.wanted import watched
from pipeline.schema import TABLES
from pipeline.sources.archive import Archive, Offer
from pipeline.sources.bundles import Bundle, opened
from pipeline.store.disk import of_all
from pipeline.store.readings import Library, Limits, Outcome, refusal
from pipeline.store.rows import tables_of

#: Of the time that a document may take, the share after which slow pages (pictures) are left unread, so that the others are kept.
_SHARE_OF_READING = 0.7
READER = "pipeline.reports.read:read_report"
REPORT_IT = "report the document to the maintainers of the reader"
Reader = Callable[[bytes | Bundle, str, datetime | None], ReportContents]


@dataclass(frozen=True, slots=True)
class Workers:
    """How documents are read: by which engine, within which limits, by which reader (``module:function``)."""

    engine: Engine = field(default_factory=Processes)
    limits: Limits = field(default_factory=Limits)
    reader: str = READER


@dataclass(frozen=True, slots=True)
class Reading:
    """What a worker must know to read any document of a library."""

    reader: str
    library: Library
    limits: Limits


def read_all(library: Library, offers: Sequence[Offer], workers: Workers) -> Iterator[Outcome]:
    """Read documents, yielding each outcome as it comes (its reading is kept by then)."""
    for offer, answer in workers.engine.run(reading_work(library, workers), offers):
        if isinstance(answer, Lost):
            answer = _lost(offer, answer, workers.limits)
            library.readings.keep(answer)
        yield answer


def reading_work(library: Library, workers: Workers) -> Work:
    """The work of reading any document of a library."""
    return Work("pipeline.reports.workers:read_offer", Reading(workers.reader, library, workers.limits), workers.limits)


def _lost(offer: Offer, lost: Lost, limits: Limits) -> Outcome:
    return refusal(offer.sha256, *words_of_lost(lost, limits), limits=limits)


def words_of_lost(lost: Lost, limits: Limits) -> tuple[str, str]:
    """What is wrong with a document that ended the process which read it, and the remedy."""
    if lost.why == "late":
        return f"reading it takes longer than {limits.seconds:g} s", "split it, or raise FINAL_ACCOUNTS_DOCUMENT_SECONDS"
    problem = f"the process that reads it dies of it, twice (exit status {lost.exit_status})"
    return problem, "split it or save it anew from a PDF viewer; when memory is short, raise FINAL_ACCOUNTS_DOCUMENT_MEGABYTES"


# ---------------------------------------------------------------- in a worker


def read_offer(reading: Reading, offer: Offer) -> Outcome:
    """Read one document of the library and keep its reading."""
    data = _data(reading.library.archive, offer)
    with watched() as without:
        outcome, contents = read_document(reader_named(reading.reader), data, offer, reading.limits)
    outcome = replace(outcome, without=tuple(sorted(without)))
    reading.library.readings.keep(outcome, contents)
    return outcome


def _data(archive: Archive, offer: Offer) -> bytes | Bundle:
    path = archive.path(offer.sha256)
    return opened(path, offer.sha256) if offer.parts else path.read_bytes()


def reader_named(name: str) -> Reader:
    """The function that ``module:function`` names."""
    module, _, function = name.partition(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    return reader


def read_document(reader: Reader, data: bytes | Bundle, offer: Offer, limits: Limits) -> tuple[Outcome, ReportContents | None]:
    """Read one document; whatever goes wrong with it becomes a refusal with its remedy."""
    began = time.monotonic()
    try:
        with allowed(_SHARE_OF_READING * limits.seconds) as patience:
            contents = reader(data, offer.source_url, offer.retrieved_at)
        _own_promises(contents)
    except UnreadableDocument as why:
        short = limits if patience.ran_out else None
        seconds = time.monotonic() - began
        return refusal(offer.sha256, why.problem, why.remedy, why.status, limits=short, seconds=seconds, names=why.names), None
    except MemoryError:
        problem = f"reading it takes more than {limits.megabytes} MB of memory"
        return refusal(offer.sha256, problem, "split it, or raise FINAL_ACCOUNTS_DOCUMENT_MEGABYTES", limits=limits), None
    except Exception as error:  # a reader's own fault must not cost the other documents
        if of_all(error):
            raise
        problem = f"the reader failed on it: {told(error)}"
        return refusal(offer.sha256, problem, REPORT_IT, seconds=time.monotonic() - began), None
    report = contents.report
    read = Outcome(offer.sha256, "read", report.report_id, report.fiscal_year, report.media_type, seconds=time.monotonic() - began,
                   limits=limits if patience.ran_out else None, parts=contents.parts,
                   names=accounts_of(report.publisher, report.fiscal_year))  # fmt: skip
    return read, contents


def _own_promises(contents: ReportContents) -> None:
    """What no reading may break: a key twice in a table would cost the whole year, so it costs the one document here."""
    for name, table in tables_of(contents).items():
        keys = zip(*(table.column(c).to_pylist() for c in TABLES[name].key), strict=True)
        twice = [key for key, count in Counter(keys).items() if count > 1]
        if twice:
            raise UnreadableDocument(f"its reading gives {name} the same key twice: {twice[0]}", REPORT_IT)
