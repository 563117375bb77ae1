"""The words of one HTTP exchange: its bounds, what was asked and answered, where a body goes, and how it fails.

What belongs here: values.  What may not: parsing what a server says (``wire``), making requests (``client``).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import httpx

ProblemKind = Literal["dead", "refused", "failed"]


class FetchProblem(Exception):
    """Why a link gave no document: ``dead`` (it is gone), ``refused`` (by a rule), ``failed`` (may work another day)."""

    def __init__(self, kind: ProblemKind, line: str, *, retry: bool = False, retry_after: float | None = None, silent: bool = False) -> None:
        super().__init__(line)
        self.kind, self.line, self.retry, self.retry_after, self.silent = kind, line, retry, retry_after, silent


class Sink(Protocol):
    """Where a body goes; ``reset`` empties it before another attempt."""

    def write(self, data: bytes) -> object: ...

    def reset(self) -> None: ...


class Memory:
    """A sink for pages."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        self.data += data

    def reset(self) -> None:
        self.data.clear()


@dataclass(frozen=True)
class Limits:
    """Bounds of one exchange.  Sizes in bytes after decompression, times in seconds."""

    document_bytes: int = 200 * 1024 * 1024
    page_bytes: int = 8 * 1024 * 1024
    connect: float = 10.0
    read: float = 20.0
    page_seconds: float = 60.0
    document_seconds: float = 900.0
    slow_after: float = 30.0  # from then on a body must have come at this rate or faster
    slow_bytes_per_second: float = 1000.0
    redirects: int = 5
    attempts: int = 4
    wait_initial: float = 1.0
    wait_max: float = 60.0  # a page whose server asks for a longer wait is left for another run
    host_waits: float = 600.0  # waits that one host may ask for in a run, in all
    site_seconds: float = 3600.0  # for finding what one site publishes
    publisher_seconds: float = 7200.0  # for fetching what one publisher publishes for a year
    publisher_bytes: int = 8 * 1024 * 1024 * 1024  # of its documents, unpacked ones included


@dataclass(frozen=True)
class Exchange:
    """What was asked and answered: final address, redirects on the way, status, headers of the last answer."""

    url: str
    final_url: str
    redirects: tuple[str, ...]
    status: int
    headers: Mapping[str, str]
    at: dt.datetime
    seconds: float
    size: int
    unchanged: bool = False


@dataclass
class Traffic:
    """What went over the wire, for the second-run comparison."""

    requests: int = 0
    bodies: int = 0
    bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def count(self, requests: int = 0, bodies: int = 0, size: int = 0) -> None:
        with self._lock:
            self.requests += requests
            self.bodies += bodies
            self.bytes += size


def network_line(error: Exception) -> str:
    """One line about a network failure, in plain words."""
    words = {
        httpx.ConnectTimeout: "no connection in time",
        httpx.ReadTimeout: "no answer in time",
        httpx.WriteTimeout: "the request could not be sent in time",
        httpx.ConnectError: "no connection",
        httpx.ReadError: "the connection broke",
        httpx.RemoteProtocolError: "the answer is not sound HTTP, or cut off",
    }
    text = next((w for t, w in words.items() if isinstance(error, t)), type(error).__name__)
    detail = " ".join(str(error).split())[:200]
    return f"{text} ({detail})" if detail else text
