"""From links to documents in the store: fetched once, asked again only whether they have changed.

What belongs here: one link's way into the store, with its provenance and its state.  What may not: which links.
The order of writing (bytes, sidecar, link's record) is what makes a kill at any moment harmless.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipeline.model import harmless
from pipeline.model.failures import told
from pipeline.reading.archives import ArchiveLimits, members
from pipeline.reading.document import UnreadableDocument
from pipeline.sources.client import Client
from pipeline.sources.exchange import Exchange, FetchProblem, Memory
from pipeline.sources.linkstate import DISK_FULL, Document, LinkState, conditions, length_of, same_validators
from pipeline.sources.media import ARCHIVES, HTML, MediaType, defect, html_title, sniff
from pipeline.sources.publications import PartLink, Publication
from pipeline.sources.store import Kept, Spool, Store, link_key

Outcome = Literal["downloaded", "unchanged", "known", "dead", "refused", "failed"]
#: Headers that a sidecar keeps: they say what the server believed it sent, and when.
_HEADERS = frozenset((
    "content-type", "content-length", "content-disposition", "content-encoding", "etag", "last-modified", "date", "server", "age",
))  # fmt: skip


@dataclass(frozen=True)
class Fetched:
    """What became of one link: outcome, one line where it is not plain success, and the documents it stands for.

    ``known``: fetched, and its bytes were in the store already.  A dead or failing link keeps the documents that it once
    led to: what was published stays.
    """

    url: str
    title: str
    outcome: Outcome
    line: str = ""
    documents: tuple[Document, ...] = ()
    retrieved_at: str = ""
    refused_members: tuple[tuple[str, str], ...] = ()

    @property
    def sha256s(self) -> tuple[str, ...]:
        return tuple(d.sha256 for d in self.documents)

    @classmethod
    def of(cls, part: PartLink, state: LinkState, outcome: Outcome, line: str = "") -> Fetched:
        """What a link stands for by its record."""
        if state.refusal:
            return cls(part.url, part.title, "refused", state.refusal)
        return cls(part.url, part.title, outcome, harmless.line(line, 300), state.documents, state.fetched_at, state.refused_members)


class Fetcher:
    """Brings links into the store.

    Args:
        client: asks politely.
        store: an opened store.
        recheck_days: a document whose server gives neither ETag nor Last-Modified is asked for its length only
            (HEAD), and fetched whole again after so many days.
    """

    def __init__(self, client: Client, store: Store, archives: ArchiveLimits | None = None, recheck_days: int = 30) -> None:
        self.client, self.store = client, store
        self.archives = archives or ArchiveLimits(member_bytes=client.limits.document_bytes)
        self.recheck = dt.timedelta(days=recheck_days)
        self._unpacking = threading.Lock()  # an archive is in memory with all that it holds: one at a time
        self._began: dict[str, float] = {}
        self._taken: Counter[str] = Counter()

    def state(self, url: str) -> LinkState | None:
        """A link's record, if all that it speaks of is still in the store."""
        state = LinkState.load(self.store.read_json(LinkState.path_of(url)))
        if state is None or state.refusal:
            return state
        whole = self.store.has(state.path, state.size) and all(self.store.has(d.path, d.size) for d in state.documents)
        return state if whole else None

    def fetch(self, part: PartLink, publication: Publication) -> Fetched:
        """Bring one link's document up to date in the store.  Never raises for what a server or a disk does."""
        state = None
        try:
            state = self.state(part.url)
            self._within_bounds(publication.publisher)
            return self._update(part, publication, state)
        except FetchProblem as problem:
            return self._not_fetched(part, state, problem.kind, problem.line)
        except OSError as error:
            full = error.errno in DISK_FULL
            line = "the disk is full: make room and run again" if full else f"the store cannot be written ({error.strerror or error})"
            return self._not_fetched(part, state, "failed", line)
        except Exception as error:  # the wall between links: one that is not understood costs itself
            return self._not_fetched(part, state, "failed", f"not understood, a fault of ours: {told(error)}")

    def _within_bounds(self, publisher: str) -> None:
        """Whether one publisher's documents may still take time and room, which are everybody's.  Raises :class:`FetchProblem`."""
        limits, now = self.client.limits, time.monotonic()
        if now - self._began.setdefault(publisher, now) > limits.publisher_seconds:
            raise FetchProblem("failed", f"its publisher's documents took more than {limits.publisher_seconds:.0f} s: run again later")
        if self._taken[publisher] > limits.publisher_bytes:
            raise FetchProblem("refused", f"its publisher's documents before it take more than {limits.publisher_bytes:,} bytes")

    @staticmethod
    def _not_fetched(part: PartLink, state: LinkState | None, outcome: Outcome, line: str) -> Fetched:
        if state is None or state.refusal:
            return Fetched(part.url, part.title, outcome, harmless.line(line, 300))
        return Fetched.of(part, state, outcome, f"{line}; the copy of {state.fetched_at[:10]} is kept")

    def _update(self, part: PartLink, publication: Publication, state: LinkState | None) -> Fetched:
        record = asdict(state) if state is not None else {}
        if state is not None and not conditions(record) and self._same_length(part, publication, state):
            return Fetched.of(part, state, "unchanged")
        with self.store.spool() as spool:
            for last in (False, True):
                exchange = self.client.fetch(
                    part.url, publication.scope, spool, headers=conditions(record),
                    same=lambda answer: state is not None and same_validators(record, answer),
                )  # fmt: skip
                if exchange.unchanged:
                    if state is None:
                        raise FetchProblem("failed", "status 304 to a request without conditions")
                    return Fetched.of(part, state, "unchanged")
                spool.finish()
                media_type = sniff(spool.path)
                problem = self.wrong(part, spool, media_type)
                if problem is None:
                    return self.keep(part, publication, state, exchange, spool, media_type)
                if not problem.retry or last:
                    if media_type.refusal is not None:
                        self._refuse(part, state, exchange, spool, media_type, problem.line)
                    raise problem
        raise AssertionError("the second attempt returns or raises")

    def _same_length(self, part: PartLink, publication: Publication, state: LinkState) -> bool:
        """For servers without validators: whether a young copy still has the length that the server announces."""
        if dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(state.fetched_at) > self.recheck:
            return False
        try:
            head = self.client.fetch(part.url, publication.scope, Memory(), method="HEAD")
        except FetchProblem as problem:
            if problem.kind == "refused":
                return True  # no HEAD here: the copy is young enough
            raise
        length = length_of(head.headers)
        return length is None or length == (state.content_length or state.size)

    @staticmethod
    def wrong(part: PartLink, spool: Spool, media_type: MediaType) -> FetchProblem | None:
        """Why a received body is not the document that the link promises."""
        if media_type.refusal is not None:
            return FetchProblem("refused", media_type.refusal)
        if media_type is HTML and not part.is_page:
            title = html_title(spool.path)
            return FetchProblem("failed", f"a web page instead of a document{f' (“{title}”)' if title else ''}, although the status is 200")
        if part.is_page and media_type is not HTML:
            return FetchProblem("failed", f"{media_type.name} where a web page was expected")
        damage = defect(spool.path, media_type)
        return FetchProblem("failed", damage, retry=True) if damage else None

    def _refuse(self, part: PartLink, state: LinkState | None, exchange: Exchange, spool: Spool, media_type: MediaType, line: str) -> None:
        """Remember a body that is of no use, unless the link once gave a good one."""
        if state is None or state.refusal:
            self.store.write_json(LinkState.path_of(part.url), asdict(LinkState(
                part.url, spool.finish(), media_type.name, "", spool.size, exchange.at.isoformat(), exchange.headers.get("etag"),
                exchange.headers.get("last-modified"), length_of(exchange.headers), refusal=harmless.line(line, 300),
            )))  # fmt: skip

    def keep(
        self,
        part: PartLink,
        publication: Publication,
        state: LinkState | None,
        exchange: Exchange,
        spool: Spool,
        media_type: MediaType,
    ) -> Fetched:
        """Put a sound body into the store, with its sidecar and the link's record."""
        refused: list[tuple[str, str]] = []
        sha256 = spool.finish()
        documents = [Document(sha256, media_type.name, Store.document_path(sha256, media_type), spool.size)]
        provenance = _provenance(part, publication, exchange)
        if media_type in ARCHIVES:
            try:
                with self._unpacking:
                    documents = self._unpack(spool, provenance, refused)
            except FetchProblem as problem:
                self._refuse(part, state, exchange, spool, media_type, problem.line)
                raise
            if not documents:
                reasons = "; ".join(f"{name}: {line}" for name, line in refused[:3])
                line = f"the archive holds no document ({reasons or 'it is empty'})"
                self._refuse(part, state, exchange, spool, media_type, line)
                raise FetchProblem("refused", line)
        kept = self.store.keep(spool, media_type)
        self._sidecar(kept, provenance)
        self._taken[publication.publisher] += kept.size + sum(d.size for d in documents if d.name)
        at = exchange.at.isoformat()
        history = state.history_with(sha256, at) if state is not None else ((sha256, at),)
        new = LinkState(
            part.url, sha256, kept.media_type, kept.path, kept.size, at, exchange.headers.get("etag"),
            exchange.headers.get("last-modified"), length_of(exchange.headers), tuple(documents), tuple(refused), history,
        )  # fmt: skip
        self.store.write_json(LinkState.path_of(part.url), asdict(new))
        same = state is not None and state.sha256 == sha256
        return Fetched.of(part, new, "unchanged" if same else "downloaded" if kept.new else "known")

    def _unpack(self, spool: Spool, provenance: dict[str, Any], refused: list[tuple[str, str]]) -> list[Document]:
        """The documents of an archive, each in the store under its own hash; what is refused is named with its reason."""
        documents: list[Document] = []
        try:
            for member in members(spool.path.read_bytes(), self.archives):
                name = harmless.line(member.name, 300)
                if member.problem:
                    refused.append((name, harmless.line(member.problem, 300)))
                    continue
                try:
                    documents.append(self._member(name, member.data, provenance))
                except FetchProblem as problem:
                    refused.append((name, harmless.line(problem.line, 300)))
        except UnreadableDocument as why:
            raise FetchProblem("refused", harmless.line(str(why), 300)) from None
        return documents

    def _member(self, name: str, data: bytes, provenance: dict[str, Any]) -> Document:
        with self.store.spool() as inner:
            inner.write(data)
            inner.finish()
            media_type = sniff(inner.path)
            problem = self.wrong(PartLink("", "", is_page=media_type is HTML), inner, media_type)
            if problem is not None:
                raise problem
            kept = self.store.keep(inner, media_type)
            self._sidecar(kept, {**provenance, "member": name})
            return Document(kept.sha256, kept.media_type, kept.path, kept.size, name)

    def _sidecar(self, kept: Kept, provenance: dict[str, Any]) -> None:
        place = provenance["url"] + ("!" + provenance["member"] if "member" in provenance else "")
        path = f"documents/{kept.sha256[:2]}/{kept.sha256}.{link_key(place)[:16]}.json"
        if not self.store.has(path):
            facts = {"sha256": kept.sha256, "media_type": kept.media_type, "path": kept.path, "size": kept.size}
            self.store.write_json(path, {**provenance, **facts}, durable=True)


def _provenance(part: PartLink, publication: Publication, exchange: Exchange) -> dict[str, Any]:
    return {
        "url": part.url, "final_url": exchange.final_url, "redirects": list(exchange.redirects), "status": exchange.status,
        "headers": {k: v for k, v in exchange.headers.items() if k in _HEADERS}, "asked_at": exchange.at.isoformat(),
        "seconds": round(exchange.seconds, 3), "link_title": part.title, "title": publication.title, "page_url": publication.page_url,
        "publisher": publication.publisher, "fiscal_year": publication.fiscal_year, "found_by": publication.found_by,
        "published": publication.published.isoformat() if publication.published else None,
    }  # fmt: skip
