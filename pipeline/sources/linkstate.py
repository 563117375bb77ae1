"""What is known of a link between two runs: the document it last gave, how to ask for a change, its history.

What belongs here: the record kept under ``links/`` and the comparison with what a server says.  What may not: requests.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.sources.store import link_key
from pipeline.sources.wire import header, whole_number

DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Document:
    """One document in the store: a fetched file, or a member of a fetched package."""

    sha256: str
    media_type: str
    path: str  # below the store's root
    size: int
    name: str = ""  # of a package's member


@dataclass(frozen=True)
class LinkState:
    """A link's record: the body it last gave and, of a package, the documents in it; validators; every earlier body."""

    url: str
    sha256: str
    media_type: str
    path: str  # "" for a body that was refused and not kept
    size: int
    fetched_at: str
    etag: str | None = None
    last_modified: str | None = None
    content_length: int | None = None
    documents: tuple[Document, ...] = ()
    refused_members: tuple[tuple[str, str], ...] = ()
    history: tuple[tuple[str, str], ...] = ()  # (sha256, first fetched), oldest first
    refusal: str = ""  # why the body is no document; it need not be fetched again to be refused again

    @staticmethod
    def path_of(url: str) -> str:
        """Where a link's record is, below the store's root."""
        key = link_key(url)
        return f"links/{key[:2]}/{key}.json"

    @classmethod
    def load(cls, record: Mapping[str, Any] | None) -> LinkState | None:
        """A record as it was written; ``None`` for one of another layout, whose link is then fetched again."""
        if record is None:
            return None
        try:
            return cls(**{
                **record, "documents": tuple(Document(**d) for d in record["documents"]),
                "refused_members": tuple((a, b) for a, b in record["refused_members"]),
                "history": tuple((a, b) for a, b in record["history"]),
            })  # fmt: skip
        except (TypeError, KeyError, ValueError):
            return None

    def history_with(self, sha256: str, at: str) -> tuple[tuple[str, str], ...]:
        """The history after another body."""
        return self.history if self.history and self.history[-1][0] == sha256 else (*self.history, (sha256, at))


def conditions(record: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a conditional request."""
    wanted = {"if-none-match": header(record.get("etag")), "if-modified-since": header(record.get("last_modified"))}
    return {k: v for k, v in wanted.items() if v}


def same_validators(record: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    """A server may ignore conditions and send 200: the same ETag, or the same date and length, still is the same body."""
    if record.get("etag"):
        return bool(headers.get("etag") == record["etag"])
    length = length_of(headers)
    same_date = bool(record.get("last_modified")) and headers.get("last-modified") == record["last_modified"]
    return same_date and length is not None and length == record.get("content_length")


def length_of(headers: Mapping[str, str]) -> int | None:
    """The announced length, if there is one."""
    return whole_number(headers.get("content-length"))
