"""The documents of a home: what stands for what, and taking one out of the next run.

What belongs here: the rows that are listed, who is meant by a name, and how both are printed.  What may not: which document stands
(``pipeline.store.readings``), the mark of a withdrawn one (``pipeline.sources.archive``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.messages import told
from pipeline.model.harmless import line
from pipeline.store.readings import Library
from pipeline.store.rows import REPORTS

Row = Mapping[str, Any]
_LEAST_DIGITS = 8  # of a hash, to name a document
_OF_A_REPORT = ("read", "superseded", "withdrawn")


class NotNamed(Exception):
    """Nothing, or more than one thing, is meant by a name; the message says what to name instead."""


def listed(library: Library) -> list[dict[str, Any]]:
    """All documents as they stand for the next run: rows of ``core.documents`` with ``publisher``, ``offered_at`` and ``withdrawn_at``.

    Those that today's code has not read yet have the status ``unread``, or ``withdrawn``.
    """
    withdrawn, documents = library.archive.withdrawn(), library.documents()
    rows = [
        document.row() | {"publisher": _publisher(library, document.outcome.report_id, document.offer.sha256), "offered_at": document.offer.order[0]}
        for document in documents
    ]
    known = {(d.offer.sha256, d.offer.source_url) for d in documents}
    for offer in library.archive.offers():
        if (offer.sha256, offer.source_url) not in known and not offer.parts:
            status = "withdrawn" if offer.sha256 in withdrawn else "unread"
            unread = dict.fromkeys(("fiscal_year", "media_type", "report_id", "first_page", "problem", "remedy", "read_without", "publisher"))
            rows.append({"document_sha256": offer.sha256, "source_url": offer.source_url, "bytes": offer.size, "status": status,
                         "retrieved_at": offer.retrieved_at, "offered_at": offer.order[0], **unread})  # fmt: skip
    return [row | {"withdrawn_at": withdrawn.get(row["document_sha256"])} for row in rows]


def _publisher(library: Library, report_id: str | None, sha256: str) -> str | None:
    """Whose report a document is; ``None`` of a part, which was not read by itself."""
    if report_id is None or not library.readings.has(sha256):
        return None
    rows = library.readings.table(sha256, REPORTS).to_pylist()
    return str(rows[0]["publisher"]) if rows else None


def mark(library: Library, what: str, *, undo: bool) -> list[dict[str, Any]]:
    """Withdraw the documents that ``what`` names, or take them back; returns their rows as they were.  Raises ``NotNamed``."""
    found = _named(listed(library), what)
    for sha256 in {row["document_sha256"] for row in found}:
        if undo:
            library.archive.restore(sha256)
        else:
            library.archive.withdraw(sha256)
    return found


def _named(rows: Sequence[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    """The rows of one document (it may have several addresses), or of the documents of one report."""
    of_report = [r for r in rows if r["report_id"] == what and r["status"] != "part" and (r["withdrawn_at"] or r["status"] != "withdrawn")]
    if of_report:
        return of_report
    found = [r for r in rows if _is(r, what)]
    hashes = {r["document_sha256"] for r in found}
    if not found:
        raise NotNamed(told("no document or report is named {what}: final-accounts list --all shows their names", what=what))
    if len(hashes) > 1:
        several = "\n".join(f"  {r['document_sha256'][:12]}  {r['source_url']}" for r in found)
        raise NotNamed(told("{what} names {n} documents; name one by its hash:", what=what, n=len(hashes)) + f"\n{several}")
    part = next((r for r in found if r["status"] == "part" or (r["status"] == "withdrawn" and not r["withdrawn_at"])), None)
    if part is not None:
        whole = part["report_id"]
        raise NotNamed(told("{what} is a part of the report {report} and stands for nothing by itself: name the report", what=what, report=whole))
    return found


def _is(row: Row, what: str) -> bool:
    digits = len(what) >= _LEAST_DIGITS and row["document_sha256"].startswith(what.lower())
    return digits or what in (row["source_url"], _file_name(row["source_url"]))


def _file_name(address: str) -> str:
    return unquote(urlsplit(address).path.rsplit("/", 1)[-1] or address)


def printed(rows: Sequence[Row], *, everything: bool) -> None:
    """The rows as a table on the terminal: report by report, what stands first; without ``everything`` only what is of a report, or unread."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:  # no window that a line must fit in
        console = Console(width=250)
    table = Table(*map(told, ("year", "publisher", "report", "status", "document", "address")), box=None)
    for column, folded in zip(table.columns, (False, True, False, False, False, True), strict=True):
        column.no_wrap, column.overflow = not folded, "fold"
    chosen = [r for r in rows if everything or r["status"] in (*_OF_A_REPORT, "unread")]
    for row in sorted(chosen, key=_order):
        cells = (row["fiscal_year"], row["publisher"], row["report_id"], told(row["status"]), row["document_sha256"][:12], row["source_url"])
        table.add_row(*(Text(line(cell)) for cell in cells))
    console.print(table)
    if len(chosen) < len(rows):
        console.print(told("{n} more that stand for nothing: --all", n=len(rows) - len(chosen)), highlight=False)


def _order(row: Row) -> tuple[Any, ...]:
    return row["fiscal_year"] or 0, row["publisher"] or "", row["report_id"] or "", row["status"], row["source_url"]
