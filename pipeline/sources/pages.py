"""List and detail pages, asked for with their validators and taken from the store while they are unchanged.

What belongs here: bringing a page's text.  What may not: what is on it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pipeline.sources.client import Client
from pipeline.sources.exchange import Exchange, FetchProblem, Memory
from pipeline.sources.guard import Scope
from pipeline.sources.linkstate import DISK_FULL, conditions, same_validators
from pipeline.sources.store import Store, link_key
from pipeline.sources.webpage import PageText, decode_named


class Pages:
    """Reads pages.

    Args:
        client: asks politely.
        store: an opened store, or ``None`` to keep nothing.
    """

    def __init__(self, client: Client, store: Store | None) -> None:
        self.client, self.store = client, store

    def read(self, url: str, scope: Scope, charset: str | None, method: str, form: Mapping[str, str] | None) -> PageText:
        """A page's text.  Raises :class:`FetchProblem`."""
        record, kept = self._kept(url) if method == "GET" else ({}, None)
        headers = conditions(record) if kept is not None else {}
        sink = Memory()
        exchange = self.client.fetch(
            url, scope, sink, page=True, method=method, form=form, headers=headers,
            same=lambda answer: kept is not None and same_validators(record, answer),
        )  # fmt: skip
        if exchange.unchanged:
            if kept is None:
                raise FetchProblem("failed", "status 304 to a request without conditions")
            return PageText(str(record["final_url"]), *decode_named(kept, record.get("charset"), charset))
        body = bytes(sink.data)
        if body.startswith(b"%PDF-") or b"\x00\x00\x00" in body[:512]:
            raise FetchProblem("failed", "a document where a page was expected")
        declared = exchange.headers.get("content-type", "").lower()
        named = declared.partition("charset=")[2].split(";")[0].strip(" \"'") or None
        if method == "GET" and self.store is not None:
            self._keep(self.store, url, exchange, named, body)
        return PageText(exchange.final_url, *decode_named(body, named, charset))

    def _kept(self, url: str) -> tuple[dict[str, Any], bytes | None]:
        if self.store is None:
            return {}, None
        record = self.store.read_json(_path(url, "json")) or {}
        body = self.store.read_bytes(_path(url, "body")) if conditions(record) else None
        # The two are written one after the other: a kill between them leaves a pair that does not match.
        sound = body is not None and hashlib.sha256(body).hexdigest() == record.get("body")
        return (record, body) if sound else ({}, None)

    @staticmethod
    def _keep(store: Store, url: str, exchange: Exchange, charset: str | None, body: bytes) -> None:
        record = {
            "url": url, "final_url": exchange.final_url, "charset": charset, "body": hashlib.sha256(body).hexdigest(),
            "at": exchange.at.isoformat(), "etag": exchange.headers.get("etag"), "last_modified": exchange.headers.get("last-modified"),
            "content_length": len(body),
        }  # fmt: skip
        if not conditions(record):
            return  # without a validator the copy would never be used
        try:
            store.write_bytes(_path(url, "body"), body)
            store.write_json(_path(url, "json"), record)
        except OSError as error:
            # A page that cannot be kept is asked for in full next time; that is no reason to stop.
            if error.errno not in DISK_FULL:
                raise


def _path(url: str, ending: str) -> str:
    key = link_key(url)
    return f"pages/{key[:2]}/{key}.{ending}"
