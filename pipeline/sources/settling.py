"""Deciding one publisher's year: which publication stands, compared with what stood before, and kept.

What belongs here: the decision, its record under ``reports/``, and its rows.  What may not: requests.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from pipeline.sources.collected import Change, Collected, DocumentRow, LinkRow, PublisherYear, Standing
from pipeline.sources.fetching import Fetched
from pipeline.sources.inbox import Taken
from pipeline.sources.publications import Found, Problem, Publication, Resolved, resolve
from pipeline.sources.registry import Publisher, Registry
from pipeline.sources.store import Store


def settle(
    registry: Registry,
    publisher: Publisher,
    found: Found,
    fetched: dict[str, Fetched],
    own_inbox: list[Taken],
    store: Store,
    result: Collected,
    today: dt.date,
) -> None:
    """Decide one publisher's year, keep the decision, and add its rows."""
    year = result.fiscal_year
    result.problems += found.problems
    for x in found.rejected:
        result.links.append(LinkRow(publisher.name, year, x.url, x.title, x.page_url, "", None, "", "rejected", None, None, x.reason))
    for p in found.problems:
        result.links.append(LinkRow(publisher.name, year, p.url, p.title, "", "", None, "", p.kind, None, None, p.line))
    by_url = {**fetched, **{t.fetched.url: t.fetched for t in own_inbox}}
    tried = [(o, tuple(h for part in o.parts for h in (by_url[part.url].sha256s or (None,)))) for o in found.publications]
    resolved = resolve(tried, publisher.kind)
    by_hand = [t for t in own_inbox if t.fetched.documents]
    if by_hand:
        resolved = [
            replace(r, state="superseded", reason="the inbox has a document for it") if r.state in ("current", "ambiguous") else r for r in resolved
        ]
    resolved += [Resolved(t.publication, t.fetched.sha256s or (None,), "current" if t.fetched.documents else "incomplete") for t in own_inbox]
    if len(by_hand) > 1 and len({t.fetched.sha256s for t in by_hand}) > 1:
        resolved = _newest_by_hand(resolved, by_hand)
    for r in resolved:
        _add_links(r, by_url, result)
    current = next((r for r in resolved if r.state == "current"), None)
    rows = _rows(current.publication, by_url) if current is not None else []
    stands = _remember(store, publisher, year, current, rows, resolved, result)
    result.documents += stands.rows
    expected = registry.expected_by(year)
    overdue = stands.standing in ("missing", "ambiguous") and today > expected
    result.publishers.append(PublisherYear(
        publisher.name, year, stands.standing, overdue, _line(stands.standing, resolved, found, expected, overdue), expected,
        stands.title, stands.page_url, len(stands.rows), len(stands.revisions),
        tuple(stands.revisions[-2]) if len(stands.revisions) > 1 else (),
    ))  # fmt: skip


def _newest_by_hand(resolved: list[Resolved], by_hand: list[Taken]) -> list[Resolved]:
    """Of several documents that a person put in for one publisher and year, the file changed last stands."""
    newest = max(by_hand, key=lambda t: t.path.stat().st_mtime_ns)
    return [
        replace(r, state="superseded", reason=f"replaced by {newest.fetched.url}")
        if r.publication.found_by == "inbox" and r.state == "current" and r.publication is not newest.publication
        else r
        for r in resolved
    ]


def _rows(publication: Publication, by_url: dict[str, Fetched]) -> list[DocumentRow]:
    rows: list[DocumentRow] = []
    for part in publication.parts:
        fetched = by_url[part.url]
        place = publication.page_url if publication.found_by == "inbox" else part.url  # a sidecar may say where it was had from
        for document in fetched.documents:
            rows.append(DocumentRow(
                publication.publisher, publication.fiscal_year, publication.title, place + (f"!{document.name}" if document.name else ""),
                publication.page_url, document.sha256, document.media_type, document.path, document.size, len(rows) + 1, 0,
                fetched.retrieved_at, 1, publication.found_by, document.name,
            ))  # fmt: skip
    return [replace(row, parts=len(rows)) for row in rows]


@dataclass(frozen=True)
class _Stands:
    """What stands for a publisher's year after this run."""

    standing: Standing
    rows: list[DocumentRow]
    revisions: list[list[str]]  # hashes of each, oldest first
    title: str = ""
    page_url: str = ""


def _remember(
    store: Store, publisher: Publisher, year: int, current: Resolved | None, rows: list[DocumentRow], resolved: list[Resolved], result: Collected
) -> _Stands:
    """Compare with what stood before, and keep what stands now."""
    path = f"reports/{year}/{hashlib.sha256(publisher.name.encode()).hexdigest()[:24]}.json"
    before = store.read_json(path)
    revisions: list[list[str]] = [list(r) for r in before["revisions"]] if before else []
    if current is None:
        if before is not None:  # what was published once stays, whatever the site does today
            fields = DocumentRow.__dataclass_fields__
            kept = [DocumentRow(**{k: v for k, v in d.items() if k in fields}) for d in before["documents"]]
            return _Stands("kept", kept, revisions, before["title"], before["page_url"])
        return _Stands("ambiguous" if any(r.state == "ambiguous" for r in resolved) else "missing", [], [])
    publication, hashes = current.publication, sorted(r.sha256 for r in rows)
    if revisions and revisions[-1] != hashes:
        change = Change(publisher.name, year, publication.title, publication.page_url, tuple(revisions[-1]), tuple(hashes))
        result.changes.append(change)
    if not revisions or revisions[-1] != hashes:
        revisions.append(hashes)
    rows = [replace(row, revision=len(revisions)) for row in rows]
    record: dict[str, Any] = {
        "publisher": publisher.name, "fiscal_year": year, "title": publication.title, "page_url": publication.page_url,
        "revisions": revisions, "documents": [asdict(r) for r in rows],
    }  # fmt: skip
    if record != before:
        store.write_json(path, record, durable=True)
    return _Stands("found", rows, revisions, publication.title, publication.page_url)


def _add_links(resolved: Resolved, by_url: dict[str, Fetched], result: Collected) -> None:
    publication = resolved.publication
    for part in publication.parts:
        fetched = by_url[part.url]
        failed = fetched.outcome in ("dead", "refused", "failed")
        reason = "; ".join(x for x in (fetched.line, resolved.reason) if x)
        result.links.append(LinkRow(
            publication.publisher, publication.fiscal_year, part.url, part.title, publication.page_url, publication.found_by,
            publication.published, publication.year_basis, resolved.state, fetched.outcome,
            fetched.documents[0].sha256 if fetched.documents else None, reason,
        ))  # fmt: skip
        if failed:
            result.problems.append(Problem(publication.publisher, publication.fiscal_year, part.url, fetched.outcome, fetched.line, part.title))
        for name, line in fetched.refused_members:
            result.problems.append(Problem(publication.publisher, publication.fiscal_year, f"{part.url}!{name}", "refused", line, name))
    if resolved.state == "ambiguous":
        problem = Problem(publication.publisher, publication.fiscal_year, publication.page_url, "ambiguous", resolved.reason, publication.title)
        if not any(p.kind == "ambiguous" and p.publisher == publication.publisher for p in result.problems):
            result.problems.append(problem)


def add_unclaimed(taken: Taken, result: Collected) -> None:
    """A document of the inbox whose publisher or year only its reading will tell."""
    by_url = {taken.fetched.url: taken.fetched}
    state: Literal["current", "incomplete"] = "current" if taken.fetched.documents else "incomplete"
    _add_links(Resolved(taken.publication, taken.fetched.sha256s or (None,), state), by_url, result)
    result.documents += _rows(taken.publication, by_url)


def _line(standing: Standing, resolved: list[Resolved], found: Found, expected: dt.date, overdue: bool) -> str:
    if standing == "found":
        return next((r.reason or r.publication.title for r in resolved if r.state == "current"), "")
    if standing == "kept":
        return "not on the site today; what was fetched before stands"
    if standing == "ambiguous":
        return next(r.reason for r in resolved if r.state == "ambiguous")
    why = next((p.line for p in found.problems), None) or next((r.reason for r in resolved if r.state == "incomplete"), None)
    when = f"expected by {expected}, overdue" if overdue else f"expected by {expected}"
    return f"{why}; {when}" if why else f"no report found; {when}"
