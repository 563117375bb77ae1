"""One polite HTTP exchange: turns, robots, redirects hop by hop, limits of size, time and headers, retries.

What belongs here: everything between an address and bytes in a sink.  What may not: what the bytes mean, or where
they are kept.  Every failure is a :class:`FetchProblem` with one line for people.
"""

from __future__ import annotations

import datetime as dt
import random
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlsplit

import httpx
import stamina

from pipeline.sources.exchange import Exchange, FetchProblem, Limits, Memory, Sink, Traffic, network_line
from pipeline.sources.guard import AddressPolicy, Deadline, Forbidden, GuardedTransport, Scope
from pipeline.sources.politeness import ROBOTS_LIMIT, Gates, HostGate, Robots, authority
from pipeline.sources.registry import Registry
from pipeline.sources.wire import inflated, joined, wait_asked, whole_number

# Every failure is one line of ours at the end; stamina would log each attempt as well.
stamina.instrumentation.set_on_retry_hooks([])

ROBOT_NAME = "final-accounts-pipeline"
USER_AGENT = f"{ROBOT_NAME}/0.1 (collects published final accounts once a year; obeys robots.txt)"


class _NoCookies(CookieJar):
    """Cookies of one publisher's site mean nothing to the next request: they are neither kept nor parsed."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Nothing is taken."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, wherever redirects lead (see :meth:`Client.fetch`)."""

    sink: Sink
    page: bool = False
    method: str = "GET"
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    same: Callable[[httpx.Headers], bool] | None = None


class Client:
    """Asks the hosts of a registry, politely.

    Args:
        registry: its hosts' limits and exceptions.
        limits: bounds of one exchange.
        policy: the address policy; by default the system's resolver with the registry's exceptions.
        contact: added to the User-Agent, so that a site's operator can write to somebody.
    """

    def __init__(
        self,
        registry: Registry,
        limits: Limits | None = None,
        policy: AddressPolicy | None = None,
        contact: str = "",
        connections: int = 32,
    ) -> None:
        self.limits = limits or Limits()
        self.gates = Gates(registry.defaults, registry.hosts, self.limits.host_waits)
        self.traffic = Traffic()
        self._deadline = Deadline()
        self._robots: dict[str, Robots] = {}
        self._robots_locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        agent = f"{USER_AGENT[:-1]}; {contact})" if contact else USER_AGENT
        timeout = httpx.Timeout(self.limits.read, connect=self.limits.connect, pool=None)
        transport = GuardedTransport(policy or AddressPolicy(registry.private_hosts()), self._deadline, connections)
        self._http = httpx.Client(
            transport=transport,
            timeout=timeout,
            trust_env=False,
            headers={"user-agent": agent, "accept": "*/*"},
            cookies=_NoCookies(),
        )
        self._http.headers["accept-encoding"] = "gzip, deflate"
        self._http.headers.pop("accept-language", None)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def fetch(
        self,
        url: str,
        scope: Scope,
        sink: Sink,
        *,
        page: bool = False,
        method: str = "GET",
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        same: Callable[[httpx.Headers], bool] | None = None,
    ) -> Exchange:
        """Ask for an address and write the body into the sink.

        Args:
            page: a page, not a document: smaller limits, compression welcome.
            same: told the headers of a 200; if it says that this is what is already kept, the body is not read.

        Raises:
            FetchProblem: with the one line to report.
        """
        for attempt in stamina.retry_context(
            on=self._wait_before_retry,
            attempts=self.limits.attempts,
            timeout=None,
            wait_initial=self.limits.wait_initial,
            wait_max=self.limits.wait_max,
            wait_jitter=self.limits.wait_initial,
        ):
            with attempt:
                sink.reset()
                return self._follow(url, scope, _Asked(sink, page, method, form, headers or {}, same))
        raise AssertionError("retry_context ends by returning or raising")

    def _wait_before_retry(self, error: Exception) -> bool | float:
        if not isinstance(error, FetchProblem) or not error.retry:
            return False
        if error.retry_after is not None:
            if error.retry_after > self.limits.wait_max:
                return False
            return error.retry_after + random.uniform(0, self.limits.wait_initial)
        return True

    def _follow(self, url: str, scope: Scope, asked: _Asked) -> Exchange:
        redirects: list[str] = []
        first, started, at = url, time.monotonic(), dt.datetime.now(dt.UTC)
        seconds = self.limits.page_seconds if asked.page else self.limits.document_seconds
        while True:
            self._permit(url, scope, bool(redirects))
            gate = self.gates.of(url)
            if gate.closed:
                raise FetchProblem("failed", f"{authority(url)} is {gate.closed}")
            with gate.turn():
                outcome = self._once(url, gate, asked, seconds - (time.monotonic() - started))
            if isinstance(outcome, str):
                target = joined(url, outcome)
                if target is None:
                    raise FetchProblem("refused", f"redirects to no valid address: {outcome[:200]!r}")
                if target in (first, *redirects) or target == url:
                    raise FetchProblem("refused", f"redirects in a circle by way of {target[:200]}")
                redirects.append(target)
                if len(redirects) > self.limits.redirects:
                    raise FetchProblem("refused", f"more than {self.limits.redirects} redirects, the last to {target[:200]}")
                url, asked = target, replace(asked, method="GET" if asked.method == "POST" else asked.method, form=None)
                continue
            status, response_headers, size, unchanged = outcome
            return Exchange(first, url, tuple(redirects), status, response_headers, at, time.monotonic() - started, size, unchanged)

    def _permit(self, url: str, scope: Scope, redirected: bool) -> None:
        try:
            scope.check(url, redirected)
        except Forbidden as reason:
            raise FetchProblem("refused", f"redirected to {url[:200]}: {reason}" if redirected else str(reason)) from reason
        robots = self.robots(url)
        if robots.unreachable:
            raise FetchProblem("failed", f"robots.txt of {authority(url)} cannot be had ({robots.unreachable}), so nothing is asked there")
        if not robots.allows(url, ROBOT_NAME):
            raise FetchProblem("refused", "robots.txt of the site does not allow it")

    def _once(self, url: str, gate: HostGate, asked: _Asked, seconds: float) -> str | tuple[int, dict[str, str], int, bool]:
        """One request: the target of a redirect, or status, headers, size and whether the kept copy is still right."""
        sent = {**asked.headers, **({} if asked.page else {"accept-encoding": "identity"})}
        body = dict(asked.form) if asked.form else None
        self.traffic.count(requests=1)
        try:
            with self._deadline.within(seconds), self._http.stream(asked.method, url, headers=sent, data=body) as response:
                return self._answer(response, gate, asked)
        except FetchProblem:
            raise
        except Forbidden as reason:
            raise FetchProblem("refused", str(reason)) from reason
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:  # a host that is no name raises the last
            raise FetchProblem("refused", f"not a valid address ({error})") from error
        except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError, ssl.SSLError) as error:
            line = network_line(error)
            if isinstance(error, (httpx.TimeoutException, httpx.NetworkError)):
                gate.failed(line)
            raise FetchProblem("failed", line, retry=True, silent=True) from error
        except httpx.HTTPError as error:
            raise FetchProblem("failed", f"{type(error).__name__}: {error}") from error

    def _answer(self, response: httpx.Response, gate: HostGate, asked: _Asked) -> str | tuple[int, dict[str, str], int, bool]:
        """What a response says, its body read into the sink where it is asked for."""
        if response.is_redirect and response.status_code != 304:
            gate.answered()
            location = str(response.headers.get("location", ""))
            if not location:
                raise FetchProblem("failed", f"status {response.status_code} without a target")
            return location
        kept = {k: v[:500] for k, v in response.headers.items() if k != "set-cookie"}
        if response.status_code == 304:
            gate.answered()
            return 304, kept, 0, True
        self._check_status(response, gate)
        known = asked.same is not None and asked.same(response.headers)
        if known or asked.method == "HEAD":
            gate.answered()
            return response.status_code, kept, 0, known
        size = self._body(response, asked.sink, self.limits.page_bytes if asked.page else self.limits.document_bytes, gate)
        gate.answered()  # not before: one that sends its headers and then nothing has not answered
        self.traffic.count(bodies=0 if asked.page else 1, size=size)
        return response.status_code, kept, size, False

    def _check_status(self, response: httpx.Response, gate: HostGate) -> None:
        status = response.status_code
        if 200 <= status < 300 and status not in (204, 205, 206):
            return
        gate.answered()
        if status in (404, 410):
            raise FetchProblem("dead", f"status {status}: the document is not there")
        if status in (408, 425, 429) or status >= 500:
            wait = wait_asked(response.headers.get("retry-after"))
            if wait is not None and wait > self.limits.wait_max:
                # The page is left for another run; the host's other pages wait as long as is allowed, and are asked then.
                gate.pause(self.limits.wait_max)
                raise FetchProblem("failed", f"status {status}, the server asks to wait {wait:.0f} s: run again later")
            if wait is not None:
                gate.pause(wait)
            raise FetchProblem("failed", f"status {status}", retry=True, retry_after=wait)
        if status in (401, 403, 405, 407, 412, 451):
            raise FetchProblem("refused", f"status {status}: the server does not hand it to programs")
        raise FetchProblem("failed", f"status {status}")

    def _body(self, response: httpx.Response, sink: Sink, limit: int, gate: HostGate) -> int:
        announced = whole_number(response.headers.get("content-length"))
        if announced is not None and announced > limit:
            raise FetchProblem("refused", f"{announced:,} bytes announced, more than the limit of {limit:,}")
        size, started = 0, time.monotonic()
        for piece in inflated(response.iter_raw(), response.headers.get("content-encoding", "")):
            size += len(piece)
            if size > limit:
                raise FetchProblem("refused", f"more than the limit of {limit:,} bytes")
            sink.write(piece)
            elapsed = time.monotonic() - started
            if elapsed > self.limits.slow_after and size < elapsed * self.limits.slow_bytes_per_second:
                gate.failed("too slow")
                raise FetchProblem("failed", f"too slow: {size:,} bytes in {elapsed:.0f} s")
        return size

    def robots(self, url: str) -> Robots:
        """The robots rules of the server of an address that is in scope, asked once a run."""
        parts = urlsplit(url)
        key = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._robots_locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._robots:
                self._robots[key] = self._ask_robots(key)
                self.gates.of(url).slow_down(self._robots[key].crawl_delay(ROBOT_NAME))
            return self._robots[key]

    def _ask_robots(self, origin: str) -> Robots:
        url, sink = f"{origin}/robots.txt", Memory()
        gate, scope = self.gates.of(url), Scope.of(url)
        for tries in range(1, self.limits.attempts + 1):
            sink.reset()
            try:
                target = url
                for _ in range(self.limits.redirects + 1):
                    scope.check(target)
                    with gate.turn():
                        outcome = self._once(target, gate, _Asked(sink, page=True), self.limits.page_seconds)
                    if not isinstance(outcome, str):
                        return Robots(bytes(sink.data[:ROBOTS_LIMIT]).decode("utf-8", errors="replace"))
                    target = joined(target, outcome) or ""
                return Robots(None)  # RFC 9309: too many redirects count as no robots.txt
            except Forbidden:
                return Robots(None)
            except FetchProblem as problem:
                if problem.kind != "failed":
                    return Robots(None)  # any 4xx: no rules
                wait = self._wait_before_retry(problem)
                if wait is False or tries == self.limits.attempts:
                    return Robots(None, unreachable=problem.line)
                time.sleep(
                    wait if isinstance(wait, float) and wait is not True else min(self.limits.wait_initial * 2 ** (tries - 1), self.limits.wait_max)
                )
        return Robots(None)
