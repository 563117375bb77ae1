"""How fast a host is asked, and what its robots.txt allows.

What belongs here: turns by host (rate, concurrency, pauses that a server asks for) and robots rules.
What may not: making requests; the client passes in what it received.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from protego import Protego

from pipeline.sources.registry import HostLimits

#: A host that fails this often in a row, without one answer between, is left alone for the rest of the run.
FAILURES_UNTIL_GIVEN_UP = 5
ROBOTS_LIMIT = 512 * 1024  # RFC 9309 asks for at least 500 KiB
MAX_CRAWL_DELAY = 60.0


def authority(url: str) -> str:
    """What is one server for the purposes of politeness: the host, with its port where that is not the usual one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


class HostGate:
    """Gives turns to one host: never more than its concurrency at once, never sooner than its interval after the last."""

    def __init__(self, limits: HostLimits, sleep: Callable[[float], None] = time.sleep) -> None:
        self.interval = 1.0 / limits.requests_per_second
        self._turns = threading.BoundedSemaphore(limits.concurrency)
        self._lock = threading.Lock()
        self._next = 0.0
        self._sleep = sleep
        self._failures = 0
        self.closed: str | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it while the exchange lasts."""
        with self._turns:
            while True:
                with self._lock:
                    now = time.monotonic()
                    if now >= self._next:
                        self._next = now + self.interval
                        break
                    wait = self._next - now
                self._sleep(wait)
            yield

    def pause(self, seconds: float) -> None:
        """Nobody asks this host for so long (Retry-After)."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

    def slow_down(self, crawl_delay: float | None) -> None:
        """Obey a crawl delay of robots.txt, up to a minute."""
        if crawl_delay:
            self.interval = max(self.interval, min(float(crawl_delay), MAX_CRAWL_DELAY))

    def close(self, reason: str) -> None:
        self.closed = self.closed or reason

    def answered(self) -> None:
        self._failures = 0

    def failed(self, reason: str) -> None:
        """One link failed without any answer; after several in a row the host is given up for this run."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_UNTIL_GIVEN_UP:
                self.closed = self.closed or f"given up for this run after {self._failures} failures in a row, the last: {reason}"


class Gates:
    """The gate of every host."""

    def __init__(self, default: HostLimits, hosts: Mapping[str, HostLimits]) -> None:
        self._default, self._hosts = default, dict(hosts)
        self._gates: dict[str, HostGate] = {}
        self._lock = threading.Lock()

    def limits(self, key: str) -> HostLimits:
        return self._hosts.get(key) or self._hosts.get(key.partition(":")[0]) or self._default

    def of(self, url: str) -> HostGate:
        key = authority(url)
        with self._lock:
            if key not in self._gates:
                self._gates[key] = HostGate(self.limits(key))
            return self._gates[key]


class Robots:
    """The robots rules of one server.  ``unreachable`` (5xx or no answer) forbids everything, as RFC 9309 says."""

    def __init__(self, text: str | None, unreachable: str | None = None) -> None:
        self._rules = Protego.parse(text) if text is not None else None
        self.unreachable = unreachable

    def allows(self, url: str, agent: str) -> bool:
        if self.unreachable is not None:
            return False
        return self._rules is None or bool(self._rules.can_fetch(url, agent))

    def crawl_delay(self, agent: str) -> float | None:
        return self._rules.crawl_delay(agent) if self._rules is not None else None
