"""From links to documents in the store: fetched once, asked again only whether they have changed.

What belongs here: one link's way into the store, with its provenance and its state.  What may not: which links.
The store's order of writing (bytes, sidecar, link's state) is what makes a kill at any moment harmless.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import httpx

from pipeline.sources.client import Client, Exchange, FetchProblem, Memory
from pipeline.sources.guard import Scope
from pipeline.sources.media import HTML, ZIP, MediaType, defect, html_title, sniff
from pipeline.sources.packages import Package, PackageLimits
from pipeline.sources.publications import PartLink, Publication
from pipeline.sources.store import Kept, Spool, Store, link_key
from pipeline.sources.webpage import decode

Outcome = Literal["downloaded", "unchanged", "known", "dead", "refused", "failed"]
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: Headers that a sidecar keeps: they say what the server believed it sent, and when.
_HEADERS = (
    "content-type",
    "content-length",
    "content-disposition",
    "content-encoding",
    "etag",
    "last-modified",
    "date",
    "server",
    "age",
)


@dataclass(frozen=True, slots=True)
class Document:
    """One document in the store: a fetched file, or a member of a fetched package."""

    sha256: str
    media_type: str
    path: str  # below the store's root
    size: int
    name: str = ""  # of a package's member
    note: str = ""


@dataclass(frozen=True)
class Fetched:
    """What became of one link: outcome, one line where it is not plain success, and the documents it stands for.

    A dead or failing link keeps the documents that it once led to: what was published stays in the store.
    """

    url: str
    title: str
    outcome: Outcome
    line: str = ""
    documents: tuple[Document, ...] = ()
    previous: tuple[str, ...] = ()  # hashes that the link led to before, latest last
    retrieved_at: str = ""
    refused_members: tuple[tuple[str, str], ...] = ()

    @property
    def sha256s(self) -> tuple[str, ...]:
        return tuple(d.sha256 for d in self.documents)


@dataclass(frozen=True)
class LinkState:
    """What is known of a link, kept under ``links/``: the body it last gave, how to ask for a change, and its history."""

    url: str
    sha256: str
    media_type: str
    path: str
    size: int
    fetched_at: str
    etag: str | None = None
    last_modified: str | None = None
    content_length: int | None = None
    documents: tuple[Document, ...] = ()
    refused_members: tuple[tuple[str, str], ...] = ()
    history: tuple[tuple[str, str], ...] = field(default=())  # (sha256, first fetched), oldest first

    @classmethod
    def load(cls, record: Mapping[str, Any] | None) -> LinkState | None:
        if record is None:
            return None
        try:
            return cls(
                **{
                    **record,
                    "documents": tuple(Document(**d) for d in record["documents"]),
                    "refused_members": tuple((a, b) for a, b in record["refused_members"]),
                    "history": tuple((a, b) for a, b in record["history"]),
                }
            )
        except (TypeError, KeyError, ValueError):
            return None  # of another layout: the link is fetched again


def one_line(text: str, length: int = 300) -> str:
    """A text for a log or a table: one line, without control and direction characters, bounded."""
    clean = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    clean = " ".join(clean.split())
    return clean if len(clean) <= length else clean[: length - 1] + "…"


class Fetcher:
    """Brings links into the store.

    Args:
        client: asks politely.
        store: an opened store.
        recheck_days: a document whose server gives neither ETag nor Last-Modified is asked for its length only
            (HEAD), and fetched whole again after so many days.
    """

    def __init__(self, client: Client, store: Store, packages: PackageLimits | None = None, recheck_days: int = 30) -> None:
        self.client, self.store = client, store
        self.packages = packages or PackageLimits(member_bytes=client.limits.document_bytes)
        self.recheck = dt.timedelta(days=recheck_days)

    # -- pages --------------------------------------------------------------------------------------------------------

    def read_page(
        self, url: str, scope: Scope, charset: str | None, method: str, form: Mapping[str, str] | None
    ) -> tuple[str, str]:
        """A list or detail page: asked for with its validators, taken from the store when it is unchanged.

        Returns its final address and text.  Raises :class:`FetchProblem`.
        """
        key = link_key(url)
        record_path, body_path = f"pages/{key[:2]}/{key}.json", f"pages/{key[:2]}/{key}.body"
        record = self.store.read_json(record_path) if method == "GET" else None
        headers = _conditions(record) if record is not None else {}
        kept = self.store.read_bytes(body_path) if headers else None
        if kept is None or record is None or hashlib.sha256(kept).hexdigest() != record.get("body"):
            headers, kept = {}, None
        sink = Memory()
        exchange = self.client.fetch(
            url,
            scope,
            sink,
            page=True,
            method=method,
            form=form,
            headers=headers,
            same=lambda h: kept is not None and _same_validators(record or {}, h),
        )
        if exchange.unchanged and kept is not None and record is not None:
            return str(record["final_url"]), decode(kept, record.get("charset"), charset)
        body = bytes(sink.data)
        declared = httpx.Headers(dict(exchange.headers)).get("content-type", "")
        named = declared.lower().partition("charset=")[2].split(";")[0].strip(" \"'") or None
        if body.startswith(b"%PDF-") or b"\x00\x00\x00" in body[:512]:
            raise FetchProblem("failed", "a document where a page was expected")
        if method == "GET" and (exchange.headers.get("etag") or exchange.headers.get("last-modified")):
            try:  # a page that cannot be kept is asked for in full next time; that is no reason to stop
                self.store.write_bytes(body_path, body)
                self.store.write_json(
                    record_path,
                    {
                        "url": url,
                        "final_url": exchange.final_url,
                        "charset": named,
                        "body": hashlib.sha256(body).hexdigest(),
                        "at": exchange.at.isoformat(),
                        "etag": exchange.headers.get("etag"),
                        "last_modified": exchange.headers.get("last-modified"),
                        "content_length": len(body),
                    },
                )
            except OSError as error:
                if error.errno not in _DISK_FULL:
                    raise
        return exchange.final_url, decode(body, named, charset)

    # -- documents ----------------------------------------------------------------------------------------------------

    def fetch(self, part: PartLink, publication: Publication) -> Fetched:
        """Bring one link's document up to date in the store.  Never raises for what a server or a disk does."""
        key = link_key(part.url)
        state = LinkState.load(self.store.read_json(f"links/{key[:2]}/{key}.json"))
        if state is not None and not self.is_complete(state):
            state = None
        try:
            return self._update(part, publication, state)
        except FetchProblem as problem:
            return self._kept_of(part, state, problem.kind, problem.line)
        except OSError as error:
            if error.errno in _DISK_FULL:
                return self._kept_of(part, state, "failed", "the disk is full: make room and run again")
            return self._kept_of(part, state, "failed", f"the store cannot be written ({error.strerror or error})")

    def is_complete(self, state: LinkState) -> bool:
        return self.store.has(state.path, state.size) and all(self.store.has(d.path, d.size) for d in state.documents)

    @staticmethod
    def unchanged(part: PartLink, state: LinkState) -> Fetched:
        """What a link stands for that is as it was."""
        return _of_state(part, state, "unchanged")

    def _kept_of(self, part: PartLink, state: LinkState | None, outcome: Outcome, line: str) -> Fetched:
        if state is None:
            return Fetched(part.url, part.title, outcome, one_line(line))
        kept = f"{line}; the copy of {state.fetched_at[:10]} is kept"
        return replace(_of_state(part, state, outcome), line=one_line(kept))

    def _update(self, part: PartLink, publication: Publication, state: LinkState | None) -> Fetched:
        if state is not None and not (state.etag or state.last_modified) and self._same_length(part, publication, state):
            return _of_state(part, state, "unchanged")
        headers = _conditions(asdict(state)) if state is not None else {}
        with self.store.spool() as spool:
            for tries in (1, 2):
                exchange = self.client.fetch(
                    part.url,
                    publication.scope,
                    spool,
                    headers=headers,
                    same=lambda h: state is not None and _same_validators(asdict(state), h),
                )
                if exchange.unchanged:
                    if state is None:
                        raise FetchProblem("failed", "status 304 to a request without conditions")
                    return _of_state(part, state, "unchanged")
                spool.finish()
                media_type = sniff(spool.path)
                problem = self.wrong(part, spool, media_type)
                if problem is None:
                    break
                if not problem.retry or tries == 2:
                    raise problem
            return self.keep(part, publication, state, exchange, spool, media_type)

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
        length = head.headers.get("content-length")
        return length is None or (length.isdigit() and int(length) == (state.content_length or state.size))

    @staticmethod
    def wrong(part: PartLink, spool: Spool, media_type: MediaType) -> FetchProblem | None:
        """Why a received body is not the document that the link promises."""
        if media_type.refusal is not None:
            return FetchProblem("refused", media_type.refusal)
        if media_type is HTML and not part.is_page:
            title = html_title(spool.path)
            return FetchProblem(
                "failed", f"a web page instead of a document{f' (“{title}”)' if title else ''}, although the status is 200"
            )
        if part.is_page and media_type is not HTML:
            return FetchProblem("failed", f"{media_type.name} where a web page was expected")
        damage = defect(spool.path, media_type)
        return FetchProblem("failed", damage, retry=True) if damage else None

    def keep(
        self,
        part: PartLink,
        publication: Publication,
        state: LinkState | None,
        exchange: Exchange,
        spool: Spool,
        media_type: MediaType,
    ) -> Fetched:
        refused: list[tuple[str, str]] = []
        whole = Document(spool.finish(), media_type.name, Store.document_path(spool.finish(), media_type), spool.size)
        documents = [whole]
        provenance = _provenance(part, publication, exchange)
        if media_type is ZIP:
            documents = self._unpack(spool, provenance, "", refused, 1)
            if not documents:
                reasons = "; ".join(f"{name}: {line}" for name, line in refused[:3])
                raise FetchProblem("refused", f"the zip holds no document ({reasons or 'it is empty'})")
        kept = self.store.keep(spool, media_type)
        self._sidecar(kept, provenance)
        new = LinkState(
            part.url,
            kept.sha256,
            kept.media_type,
            kept.path,
            kept.size,
            exchange.at.isoformat(),
            exchange.headers.get("etag"),
            exchange.headers.get("last-modified"),
            _length(exchange.headers),
            tuple(documents),
            tuple(refused),
            _history(state, kept.sha256, exchange.at.isoformat()),
        )
        self.store.write_json(f"links/{link_key(part.url)[:2]}/{link_key(part.url)}.json", asdict(new))
        outcome: Outcome = (
            "unchanged" if state is not None and state.sha256 == kept.sha256 else "downloaded" if kept.new else "known"
        )
        return _of_state(part, new, outcome)

    def _unpack(
        self, spool: Spool, provenance: dict[str, Any], prefix: str, refused: list[tuple[str, str]], depth: int
    ) -> list[Document]:
        """The documents of a package, each in the store under its own hash; what is refused is named with its reason."""
        documents: list[Document] = []
        package = Package(spool.path, self.packages)
        try:
            for member in package.members():
                name = one_line(prefix + member.name)
                try:
                    with self.store.spool() as inner:
                        package.extract(member, inner)
                        inner.finish()
                        media_type = sniff(inner.path)
                        if media_type is ZIP:
                            if depth >= self.packages.depth:
                                raise FetchProblem("refused", "zips packed too deep")
                            documents += self._unpack(inner, provenance, f"{name}!", refused, depth + 1)
                            continue
                        problem = self.wrong(PartLink("", "", is_page=media_type is HTML), inner, media_type)
                        if problem is not None:
                            raise problem
                        kept = self.store.keep(inner, media_type)
                        self._sidecar(kept, {**provenance, "member": name})
                        documents.append(Document(kept.sha256, kept.media_type, kept.path, kept.size, name))
                except FetchProblem as problem:
                    refused.append((name, one_line(problem.line)))
        finally:
            package.close()
        return documents

    def _sidecar(self, kept: Kept, provenance: dict[str, Any]) -> None:
        place = provenance["url"] + ("!" + provenance["member"] if "member" in provenance else "")
        stem = f"documents/{kept.sha256[:2]}/{kept.sha256}.{link_key(place)[:16]}.json"
        if not self.store.has(stem):
            self.store.write_json(
                stem, {**provenance, "sha256": kept.sha256, "media_type": kept.media_type, "path": kept.path, "size": kept.size}
            )


def _provenance(part: PartLink, publication: Publication, exchange: Exchange) -> dict[str, Any]:
    return {
        "url": part.url,
        "final_url": exchange.final_url,
        "redirects": list(exchange.redirects),
        "status": exchange.status,
        "headers": {k: v for k, v in exchange.headers.items() if k in _HEADERS},
        "asked_at": exchange.at.isoformat(),
        "seconds": round(exchange.seconds, 3),
        "link_title": part.title,
        "title": publication.title,
        "page_url": publication.page_url,
        "publisher": publication.publisher,
        "fiscal_year": publication.fiscal_year,
        "found_by": publication.found_by,
        "published": publication.published.isoformat() if publication.published else None,
    }


def _of_state(part: PartLink, state: LinkState, outcome: Outcome) -> Fetched:
    previous = tuple(sha for sha, _ in state.history if sha != state.sha256)
    return Fetched(part.url, part.title, outcome, "", state.documents, previous, state.fetched_at, state.refused_members)


def _history(state: LinkState | None, sha256: str, at: str) -> tuple[tuple[str, str], ...]:
    before = state.history if state is not None else ()
    return before if before and before[-1][0] == sha256 else (*before, (sha256, at))


def _conditions(record: Mapping[str, Any]) -> dict[str, str]:
    conditions = {"if-none-match": record.get("etag"), "if-modified-since": record.get("last_modified")}
    return {k: v for k, v in conditions.items() if v}


def _same_validators(record: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    """A server may ignore conditions and send 200: the same ETag, or the same date and length, still is the same body."""
    if record.get("etag"):
        return bool(headers.get("etag") == record["etag"])
    length = _length(headers)
    return (
        bool(record.get("last_modified"))
        and headers.get("last-modified") == record["last_modified"]
        and length is not None
        and length == record.get("content_length")
    )


def _length(headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length", "")
    return int(text) if text.isdigit() else None
