"""How fast a host is asked, and what its robots.txt allows.

What belongs here: turns by host (rate, concurrency, pauses that a server asks for) and robots rules.
What may not: making requests; the client passes in what it received.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from protego import Protego

from pipeline.model.failures import told
from pipeline.sources.registry import HostLimits
from pipeline.sources.wire import split_address

#: A host that fails this often in a row, without one answer between, is left alone for the rest of the run.
FAILURES_UNTIL_GIVEN_UP = 5
ROBOTS_LIMIT = 512 * 1024  # RFC 9309 asks for at least 500 KiB
MAX_CRAWL_DELAY = 60.0


def authority(url: str) -> str:
    """What is one server for the purposes of politeness: the host, with its port where that is not the usual one."""
    parts = split_address(url)
    if parts is None:
        return ""
    host = (parts.hostname or "").lower()
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


class HostGate:
    """Gives turns to one host: never more than its concurrency at once, never sooner than its interval after the last."""

    def __init__(
        self,
        limits: HostLimits,
        waits: float = float("inf"),
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._waits = waits
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
                    now = self._clock()
                    if now >= self._next:
                        self._next = now + self.interval
                        break
                    wait = self._next - now
                self._sleep(wait)
            yield

    def pause(self, seconds: float) -> None:
        """Nobody asks this host for so long (Retry-After); a host that asks for more waits than are allowed in all is given up."""
        with self._lock:
            now = self._clock()
            until = max(self._next, now + seconds)
            self._waits -= until - max(self._next, now)
            self._next = until
            if self._waits < 0:
                self.closed = self.closed or "given up for this run: it asks to wait again and again"

    def slow_down(self, crawl_delay: float | None) -> None:
        """Obey a crawl delay of robots.txt, up to a minute."""
        if crawl_delay:
            self.interval = max(self.interval, min(float(crawl_delay), MAX_CRAWL_DELAY))

    def answered(self) -> None:
        self._failures = 0

    def failed(self, reason: str) -> None:
        """One link failed without a whole answer; after several in a row the host is given up for this run."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_UNTIL_GIVEN_UP:
                self.closed = self.closed or f"given up for this run after {self._failures} failures in a row, the last: {reason}"


class Gates:
    """The gate of every host."""

    def __init__(self, default: HostLimits, hosts: Mapping[str, HostLimits], waits: float = float("inf")) -> None:
        self._default, self._hosts, self._waits = default, dict(hosts), waits
        self._gates: dict[str, HostGate] = {}
        self._lock = threading.Lock()

    def limits(self, key: str) -> HostLimits:
        return self._hosts.get(key) or self._hosts.get(key.partition(":")[0]) or self._default

    def of(self, url: str) -> HostGate:
        key = authority(url)
        with self._lock:
            if key not in self._gates:
                self._gates[key] = HostGate(self.limits(key), self._waits)
            return self._gates[key]


class Robots:
    """The robots rules of one server.  ``unreachable`` (5xx or no answer) forbids everything, as RFC 9309 says."""

    def __init__(self, text: str | None, unreachable: str | None = None) -> None:
        self.unreachable = unreachable
        self._rules: Protego | None = None
        try:
            self._rules = Protego.parse(text) if text is not None else None
        except Exception as error:  # a parser's own fault: rules that are not understood forbid everything
            self.unreachable = f"its rules are not understood, {told(error)}"

    def allows(self, url: str, agent: str) -> bool:
        if self.unreachable is not None:
            return False
        try:
            return self._rules is None or bool(self._rules.can_fetch(url, agent))
        except Exception:  # as above
            return False

    def crawl_delay(self, agent: str) -> float | None:
        asked = self._rules.crawl_delay(agent) if self._rules is not None else None
        return float(asked) if asked is not None and math.isfinite(asked) else None
