"""A real HTTP server on loopback that plays many hosts (127.0.0.x), each with its own habits, and logs every request.

What belongs here: serving and logging.  What may not: what is served (``habits`` and ``misbehaviour``).
"""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

#: 2025-09-01 00:00 UTC: when everything on the site was put there, unless said otherwise.
PUT_AT = 1756684800.0


@dataclass
class Hit:
    """One request as the server saw it; times are monotonic seconds of the server's process."""

    host: str
    method: str
    path: str
    agent: str
    start: float
    end: float = 0.0
    status: int = 0
    sent: int = 0


@dataclass(frozen=True)
class Resource:
    """A body with its headers.  ``validators``: any of ``etag`` and ``modified`` that the server gives and honours."""

    body: bytes
    content_type: str
    validators: tuple[str, ...] = ("etag", "modified")
    put_at: float = PUT_AT
    headers: tuple[tuple[str, str], ...] = ()
    head: bool = True

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()[:16]}"'


Custom = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server
    disable_nagle_algorithm = True
    timeout = 20

    def log_message(self, *_: object) -> None:
        """The log is a list, not a stream."""

    def _serve(self) -> None:
        site, host = self.server.site, str(self.server.server_address[0])
        self.hit = Hit(host, self.command, self.path, self.headers.get("user-agent", ""), time.monotonic())
        site.add(self.hit)
        length = self.headers.get("content-length", "0")
        self.form = self.rfile.read(int(length)).decode() if length.isdigit() and int(length) else ""
        try:
            resource = site.resource(host, self.path)
            if isinstance(resource, Resource):
                self.give(resource)
            elif resource is not None:
                resource(self)
            else:
                self.answer(404, "<html><title>404 未找到</title></html>".encode())
        except OSError:
            self.close_connection = True
        finally:
            self.hit.end = time.monotonic()

    do_GET = do_HEAD = do_POST = _serve

    def give(self, resource: Resource) -> None:
        """A resource, or 304 where the request's conditions say that it is known."""
        if self.command == "HEAD" and not resource.head:
            return self.answer(405, b"")
        headers: list[tuple[str, str]] = list(resource.headers)
        unchanged = False
        if "modified" in resource.validators:
            modified = formatdate(resource.put_at, usegmt=True)
            headers.append(("Last-Modified", modified))
            unchanged = self.headers.get("if-modified-since") == modified
        if "etag" in resource.validators:
            headers.append(("ETag", resource.etag))
            if self.headers.get("if-none-match") is not None:
                unchanged = self.headers["if-none-match"] == resource.etag
        if unchanged:
            return self.answer(304, b"", headers)
        return self.answer(200, resource.body, [("Content-Type", resource.content_type), *headers])

    def answer(self, status: int, body: bytes, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.hit.status = status
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value.encode("utf-8").decode("latin-1"))
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)
            self.hit.sent += len(body)

    def raw(self, data: bytes) -> None:
        """Bytes straight onto the wire; the connection is closed afterwards."""
        self.close_connection = True
        self.wfile.write(data)
        self.wfile.flush()
        self.hit.sent += len(data)

    @property
    def client_there(self) -> bool:
        """Whether the client still holds the connection."""
        self.connection.setblocking(False)
        try:
            return self.connection.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            self.connection.setblocking(True)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is part of the play."""


class Site:
    """Many hosts on one port.  Use as a context manager; ``url`` gives addresses, ``hits`` the log."""

    def __init__(self, port: int = 0, log: Path | None = None) -> None:
        self.port = port
        self._resources: dict[tuple[str, str], Resource | Custom] = {}
        self._servers: list[Server] = []
        self._hits: list[Hit] = []
        self._lock = threading.Lock()
        self.log = log

    def put(self, host: str, path: str, body: bytes | str, content_type: str = "text/html; charset=utf-8", **more: object) -> None:
        """Publish a body (a text in UTF-8) under a path with its query."""
        data = body.encode() if isinstance(body, str) else body
        self._resources[host, path] = Resource(data, content_type, **more)  # type: ignore[arg-type]

    def play(self, host: str, path: str, custom: Custom) -> None:
        """Let a function answer a path."""
        self._resources[host, path] = custom

    def drop(self, host: str, path: str) -> None:
        del self._resources[host, path]

    def resource(self, host: str, path: str) -> Resource | Custom | None:
        return self._resources.get((host, path))

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}{path}"

    def add(self, hit: Hit) -> None:
        with self._lock:
            self._hits.append(hit)

    @property
    def hits(self) -> list[Hit]:
        with self._lock:
            return list(self._hits)

    def forget(self) -> None:
        """An empty log."""
        with self._lock:
            self._hits.clear()

    def __enter__(self) -> Site:
        hosts = sorted({host for host, _ in self._resources})
        for host in hosts:
            server = Server((host, self.port), Handler)
            server.site = self
            self.port = server.server_address[1]
            self._servers.append(server)
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        stopping = [threading.Thread(target=server.shutdown) for server in self._servers]
        for thread in stopping:
            thread.start()
        for thread, server in zip(stopping, self._servers, strict=True):
            thread.join()
            server.server_close()
        self._servers.clear()
        if self.log is not None:
            self.log.write_text("\n".join(json.dumps(asdict(h), ensure_ascii=False) for h in self.hits), encoding="utf-8")


def most_at_once(hits: Iterable[Hit]) -> int:
    """The greatest number of requests that were under way at one moment."""
    events = sorted([(h.start, 1) for h in hits] + [(h.end or h.start, -1) for h in hits])
    now = most = 0
    for _, step in events:
        now += step
        most = max(most, now)
    return most
