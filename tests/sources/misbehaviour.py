"""Servers that are slow, silent, endless or lying, each on a host of its own; what the one line about each must say.

What belongs here: everything bad that a link may lead to.  What may not: well-meaning oddities (``habits``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.sources.bodies import (
    PNG,
    RAR,
    docx_file,
    encrypted_zip,
    gzip_bomb,
    linked_zip,
    lying_zip_bomb,
    pdf,
    zip_bomb,
    zip_file,
)
from tests.sources.site import Handler, Site

GOOD = pdf("平安的报告")
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n"


@dataclass(frozen=True)
class Case:
    """One link: its name, its path, what answers, what the line about it says; ``None`` where it must succeed."""

    name: str
    says: str | None
    kind: str = "failed"  # of the problem
    play: Callable[[Handler], None] | None = None
    robots: Callable[[Handler], None] | None = None
    path: str = "/r.pdf"
    body: bytes = GOOD  # what must be in the store where it succeeds


def _until_gone(handler: Handler, piece: bytes, pause: float, most: float = 8.0) -> None:
    """Send a piece again and again until the client hangs up; bounded for the test's sake."""
    until = time.monotonic() + most
    while time.monotonic() < until and handler.client_there:
        handler.raw(piece)
        time.sleep(pause)


def _silent(handler: Handler) -> None:
    until = time.monotonic() + 8
    handler.close_connection = True
    while time.monotonic() < until and handler.client_there:
        time.sleep(0.05)


def _slow(handler: Handler) -> None:
    handler.raw(OK + b"Content-Length: 100000\r\n\r\n%PDF-1.4")
    _until_gone(handler, b"x", 0.2)


def _slow_headers(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nX-A: ")
    _until_gone(handler, b"a", 0.2)


def _endless(handler: Handler) -> None:
    handler.raw(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    _until_gone(handler, b"10000\r\n" + b"x" * 65536 + b"\r\n", 0)


def _endless_headers(handler: Handler) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\n")
    _until_gone(handler, b"X-Filler: " + b"a" * 8000 + b"\r\n", 0)


def _truncated(handler: Handler) -> None:
    handler.raw(OK + f"Content-Length: {len(GOOD)}\r\n\r\n".encode() + GOOD[:200])


def _truncated_unannounced(handler: Handler) -> None:
    handler.raw(OK + b"Connection: close\r\n\r\n" + GOOD[:400])


def _error_page(handler: Handler) -> None:
    handler.answer(200, "<html><title>系统繁忙</title><body>请稍后再试</body></html>".encode(), [("Content-Type", "application/pdf")])


def _announces_two_gigabytes(handler: Handler) -> None:
    handler.raw(OK + b"Content-Length: 2147483648\r\n\r\n%PDF-1.4")
    _until_gone(handler, b"x" * 65536, 0)


def _gzip_bomb(handler: Handler) -> None:
    handler.answer(200, BOMB, [("Content-Type", "application/pdf"), ("Content-Encoding", "gzip")])


def _unknown_encoding(handler: Handler) -> None:
    handler.answer(200, GOOD, [("Content-Encoding", "br")])


def _redirect(target: str) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(302, b"", [("Location", target)])


def _chain(handler: Handler) -> None:
    number = int(handler.path.rpartition("=")[2] or 0)
    handler.answer(302, b"", [("Location", f"/chain?n={number + 1}")])


def _garbage(handler: Handler) -> None:
    handler.raw(b"\x00\x01\x02 hello this is not http\r\n\r\n")


def _reset(handler: Handler) -> None:
    handler.close_connection = True


def _busy(times: int, status: int, wait: str) -> Callable[[Handler], None]:
    """Refuses so many times with Retry-After, then gives the document."""
    refused: list[float] = []

    def play(handler: Handler) -> None:
        if len(refused) < times:
            refused.append(time.monotonic())
            handler.answer(status, b"busy", [("Retry-After", wait)])
        else:
            handler.answer(200, GOOD, [("Content-Type", "application/pdf")])

    return play


def _static(body: bytes, content_type: str = "application/pdf") -> Callable[[Handler], None]:
    return lambda handler: handler.answer(200, body, [("Content-Type", content_type)])


def _status(status: int) -> Callable[[Handler], None]:
    return lambda handler: handler.answer(status, b"no")


BOMB = gzip_bomb(8)
_TRICKS = zip_file({
    "../../../../etc/决算.pdf": pdf("一"), "/绝对/路径.pdf": pdf("二"), "C:\\Windows\\system32\\x.pdf": pdf("三"),
    "名\n字\u202e<>:\"|?*.pdf": pdf("四"), "a/" * 200 + "deep.pdf": pdf("五"),
})  # fmt: skip

CASES = (
    Case("silent", "no answer in time", play=_silent),
    Case("slow", "too slow|too long", play=_slow),
    Case("slow headers", "too long", play=_slow_headers),
    Case("endless", "more than the limit of 2,097,152 bytes", "refused", play=_endless),
    Case("endless headers", "not sound HTTP|connection broke", play=_endless_headers),
    Case("truncated", "cut off", play=_truncated),
    Case("truncated, length not announced", "no end mark", play=_truncated_unannounced),
    Case("error page as PDF", "web page instead of a document (“系统繁忙”)", play=_error_page),
    Case("2 GB announced", "2,147,483,648 bytes announced", "refused", play=_announces_two_gigabytes),
    Case("gzip bomb", "more than the limit", "refused", play=_gzip_bomb),
    Case("encoding nobody asked for", "was not asked for", "refused", play=_unknown_encoding),
    Case("zip bomb", "zip bomb|would expand", "refused", play=_static(zip_bomb(8))),
    Case("lying zip bomb", "zip bomb|cannot be unpacked", "refused", play=_static(lying_zip_bomb(8))),
    Case("encrypted zip", "encrypted", "refused", play=_static(encrypted_zip("a.pdf", GOOD))),
    Case("zips within zips", "packed too deep", "refused", play=_static(zip_file({"a.zip": zip_file({"b.zip": zip_file({"c.pdf": GOOD})})}))),
    Case("zip of very many files", "holds 400 files, more than 300", "refused", play=_static(zip_file({f"{n}.pdf": b"x" for n in range(400)}))),
    Case("link in a zip", "a link or a device", "refused", play=_static(linked_zip("决算.pdf", "/etc/passwd"))),
    Case("rar of nothing", "the rar holds no files|libarchive", "refused", play=_static(RAR)),
    Case("image", None, play=_static(PNG), body=PNG),
    Case("program", "a program", "refused", play=_static(b"MZ" + b"\x00" * 90)),
    Case("empty", "an empty file", "refused", play=_static(b"")),
    Case("unknown bytes", "no known document type", "refused", play=_static(b"\x00\x01\x02\x03" * 20)),
    Case("truncated Word", "container cannot be opened", play=_static(docx_file("x" * 3000)[:-100])),
    Case("redirect loop", "redirects in a circle", "refused", play=_redirect("/r.pdf")),
    Case("endless redirects", "more than 5 redirects", "refused", play=_chain, path="/chain?n=0"),
    Case("redirect to a private address", "host 10.0.0.1 is not in the registry entry", "refused", play=_redirect("http://10.0.0.1/x.pdf")),
    Case("redirect to metadata", "host 169.254.169.254 is not", "refused", play=_redirect("http://169.254.169.254/latest/meta-data/")),
    Case("redirect to a file", "file is not http", "refused", play=_redirect("file:///etc/passwd")),
    Case("redirect to another port", "port 22 of", "refused", play=lambda h: h.answer(302, b"", [("Location", f"http://{h.hit.host}:22/")])),
    Case("redirect without a target", "without a target", play=lambda h: h.answer(302, b"")),
    Case("not HTTP", "not sound HTTP", play=_garbage),
    Case("connection closed", "not sound HTTP|connection broke", play=_reset),
    Case("gone", "status 404", "dead", play=_status(404)),
    Case("gone for good", "status 410", "dead", play=_status(410)),
    Case("forbidden", "status 403", "refused", play=_status(403)),
    Case("unchanged since never", "304 to a request without conditions", play=_status(304)),
    Case("a part of the document", "status 206", play=_status(206)),
    Case("server error", "status 500", play=_status(500)),
    Case("asks for an hour", "asks to wait 3600 s", play=_busy(99, 503, "3600")),
    Case("busy once, 429", None, play=_busy(1, 429, "1")),
    Case("busy once, 503 without a word", None, play=_busy(1, 503, "")),
    Case("robots forbids", "robots.txt of the site does not allow", "refused", robots=_static(b"User-agent: *\nDisallow: /", "text/plain")),
    Case("robots cannot be had", "robots.txt of", robots=_status(503)),
    Case("robots allows others", None, robots=_static(b"User-agent: final-accounts-pipeline\nAllow: /\n\nUser-agent: *\nDisallow: /", "text/plain")),
    Case("calls itself a picture", None, play=_static(GOOD, "image/png")),
)  # fmt: skip


def host(number: int) -> str:
    return f"127.0.1.{number + 1}"


def build(site: Site) -> None:
    """Put every case up on its own host."""
    for number, case in enumerate(CASES):
        site.play(host(number), case.path, case.play or _static(GOOD))
        if case.path.startswith("/chain"):
            for n in range(1, 12):
                site.play(host(number), f"/chain?n={n}", _chain)
        if case.robots is not None:
            site.play(host(number), "/robots.txt", case.robots)


def registry_text(site: Site) -> str:
    """A registry with one direct link a case."""
    lines = ["defaults: {requests_per_second: 500, concurrency: 4}", "publishers:"]
    for number, case in enumerate(CASES):
        url = site.url(host(number), case.path)
        lines.append(
            f'  - {{name: "案例{number:02d} {case.name}", kind: unit, division: "990000", level: city, '
            f'sites: [{{kind: direct, url: "{url}", fiscal_year: 2024, allow_private: true}}]}}'
        )
    return "\n".join(lines)


TRICKS = _TRICKS
