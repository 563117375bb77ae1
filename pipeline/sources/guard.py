"""Where requests may go: schemes, hosts, ports, and the addresses behind the names, checked at the moment of connecting.

What belongs here: the policy and the network backend that enforces it, with the deadline of a whole exchange.
What may not: HTTP.  The name is resolved once, every address is checked, and the connection goes to a checked
address: a name that changes its address between check and connection gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

Resolver = Callable[[str], list[str]]


class Forbidden(Exception):
    """A request that must not be made, with the reason in one line."""


def system_resolver(host: str) -> list[str]:
    """Every address of a name by the system's resolver."""
    return sorted({str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})


def is_public(address: str) -> bool:
    """Whether an address is on the public internet, also when it is wrapped in IPv6."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None:
            return is_public(str(ip.sixtofour))
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.teredo is not None:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def host_matches(host: str, pattern: str) -> bool:
    """``*.name`` stands for every host below a name, without the name itself."""
    pattern = pattern.lower()
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


@dataclass(frozen=True)
class Scope:
    """The hosts that one site's links and redirects may lead to, with the ports that it names."""

    links: tuple[str, ...]
    redirects: tuple[str, ...] = ()
    ports: frozenset[int] = frozenset((80, 443))

    @classmethod
    def of(cls, url: str, hosts: Iterable[str] = (), redirects_to: Iterable[str] = ()) -> Scope:
        """The scope of a registry entry's site; hosts may be written with a port."""
        own = urlsplit(url)
        ports = {80, 443} | ({own.port} if own.port else set())
        names: list[list[str]] = [[own.hostname or ""], []]
        for group, entries in zip(names, (hosts, redirects_to), strict=True):
            for entry in entries:
                name, _, port = entry.partition(":")
                group.append(name.lower())
                if port.isdigit():
                    ports.add(int(port))
        return cls(tuple(names[0]), tuple(names[1]), frozenset(ports))

    def check(self, url: str, redirected: bool = False) -> None:
        """Raise :class:`Forbidden` unless the address is one that the site may lead to."""
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            raise Forbidden(f"not a valid address: {url[:200]!r}") from None
        if parts.scheme not in ("http", "https"):
            raise Forbidden(f"{parts.scheme or 'no scheme'} is not http or https")
        if parts.username or parts.password:
            raise Forbidden("the address carries a user name or password")
        host = (parts.hostname or "").lower()
        allowed = self.links + (self.redirects if redirected else ())
        if not any(host_matches(host, pattern) for pattern in allowed):
            where = "redirects_to" if redirected else "hosts"
            raise Forbidden(f"host {host} is not in the registry entry; add it under '{where}' if it is the publisher's")
        if port not in self.ports:
            raise Forbidden(f"port {port} of {host} is not named in the registry entry")


@dataclass(frozen=True)
class AddressPolicy:
    """Resolves names and refuses private, loopback and other special addresses, unless the host's entry allows them."""

    private_hosts: frozenset[str] = frozenset()
    resolve: Resolver = system_resolver

    def addresses(self, host: str) -> list[str]:
        """The addresses to connect to; one forbidden address forbids the name."""
        try:
            ipaddress.ip_address(host)
            found = [host]
        except ValueError:
            try:
                found = self.resolve(host)
            except (OSError, UnicodeError) as error:
                raise httpcore.ConnectError(f"the name {host} cannot be resolved ({error})") from error
        if not found:
            raise httpcore.ConnectError(f"the name {host} has no address")
        if not any(host_matches(host, p.partition(":")[0]) for p in self.private_hosts):
            for address in found:
                if not is_public(address):
                    raise Forbidden(f"{host} has the private or special address {address}; set allow_private only for a network of your own")
        return found


@dataclass
class Deadline(threading.local):
    """The moment at which the exchange of the present thread must have ended."""

    at: float | None = field(default=None)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        self.at = time.monotonic() + seconds
        try:
            yield
        finally:
            self.at = None

    def left(self, timeout: float | None) -> float | None:
        if self.at is None:
            return timeout
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole exchange took too long")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A network stream whose every wait also ends at the deadline: a server that sends one byte at a time is not endless."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._inner.read(max_bytes, self._deadline.left(timeout))
        except httpcore.ReadTimeout:
            self._deadline.left(None)  # says so where it was the deadline of the whole
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, policy: AddressPolicy, deadline: Deadline) -> None:
        self._policy, self._deadline, self._inner = policy, deadline, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        error: Exception | None = None
        for address in self._policy.addresses(host)[:4]:
            try:
                stream = self._inner.connect_tcp(address, port, self._deadline.left(timeout), local_address, socket_options)
                return _Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
        assert error is not None
        raise error


class GuardedTransport(httpx.HTTPTransport):
    """httpx over the guarded backend.  httpx offers no argument for a backend, so its pool is replaced by one with ours."""

    def __init__(self, policy: AddressPolicy, deadline: Deadline, max_connections: int) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=max_connections,
            max_keepalive_connections=max_connections,
            keepalive_expiry=30.0,
            network_backend=GuardedBackend(policy, deadline),
        )
