"""Answers of servers that mean harm or know no better, drawn by chance: for the benchmark of the same name, and for tests.

What belongs here: what is sent.  What may not: what must become of it.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import zipfile
import zlib
from collections.abc import Callable

from tests.sources.bodies import docx_file, gzip_bomb, ole_file, pdf, xlsx_file, zip_file

TITLE = "2024年度部门决算"
#: Texts of which every parser of a stranger's words should be afraid.
WORDS = (
    "http://[", "http://[::1", "http://a:99999/x.pdf", "http://a:b/", "//[x/", "http://\x00/", "http://é[/", "?" * 3000, "%zz%", "\ud800", "²", "٣",
    "9" * 5000, "-1", "NaN", "1e400", "9999-12-31", "2025-99-99", "0001-01-01", "\u202e决算", "${jndi:ldap://x}", "=cmd|' /C calc'!A0", "<script>alert(1)</script>",
    "../../../../etc/passwd", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "http://169.254.169.254/", "\x1b[2J", "", " ", "http:///", "http://?",
    "/" * 2000, "a" * 70_000, "http://xn--a-ecp.example/", "http://" + "a." * 200 + "b/", "http://127.1/", "http://0x7f000001/", "//", "http://%5b/",
)  # fmt: skip
STATUSES = (*[200] * 40, 301, 302, 307, 308, 204, 206, 304, 400, 403, 404, 410, 418, 429, 500, 503, 599, 999)
_BOMB = gzip_bomb(3)
_CROWDED, _BLANKS = f"<p {' '.join(f'a{n}=1' for n in range(5000))}>", f"f(){' ' * 100_000}x"
CHARSETS = ("utf-8", "gb2312", "utf-16", "utf-7", "punycode", "idna", "unicode_escape", "hex", "undefined", "utf-8\x00", "²", "x" * 300, "mbcs")


def _word(rng: random.Random) -> str:
    return rng.choice(WORDS)


def _noise(rng: random.Random, most: int = 400) -> bytes:
    return rng.randbytes(rng.randint(0, most))


def _flipped(rng: random.Random, data: bytes) -> bytes:
    """Bytes with some of them changed, left out or cut off."""
    if not data:
        return data
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed[: rng.randint(0, len(changed))] if rng.random() < 0.3 else changed)


def list_page(rng: random.Random) -> bytes:
    """A list of links that fit by their titles and lead anywhere."""
    rows = "".join(
        f'<li><a href="{rng.choice((_word(rng), "d.html", "d.html", "r.pdf", "x", "下一页"))}" title="{rng.choice(("", _word(rng)))}">{rng.choice((TITLE, _word(rng)))}</a>'
        f"<span>{rng.choice(('2025-08-01', _word(rng)))}</span></li>"
        for _ in range(rng.randint(1, 6))
    )
    odd = rng.choice((
        "", f"<base href='{_word(rng)}'>", f"<iframe src='{_word(rng)}'></iframe>", f"<iframe src='viewer.html?file={_word(rng)}'></iframe>",
        f"<script>createPageHTML({rng.choice(('9' * 5000, '²', '3'))}, {rng.choice(('9' * 5000, '0'))}, 'index', 'html')</script>",
        f"<meta http-equiv=refresh content='0; url={_word(rng)}'>", f"<meta charset='{rng.choice(CHARSETS)}'>", "<div>" * 3000, "<div>" * 20_000, _CROWDED,
        f"<a rel=next href='{_word(rng)}'>下一页</a>", f"<meta name=PubDate content='{_word(rng)}'>",
    ))  # fmt: skip
    return f"<html><body>{odd}<ul>{rows}</ul>{odd}</body></html>".encode("utf-8", errors="surrogatepass")


def endpoint(rng: random.Random) -> bytes:
    """What a search endpoint may say: JSON with odd values, or none."""

    def value() -> object:
        return rng.choice((
            TITLE, "/r.pdf", 1e18, -1e18, float("inf"), float("nan"), 10**15, 1722470400000, True, None, [], {}, ["/r.pdf"], {"a": 1}, "\ud800", _word(rng), 10**300,
        ))  # fmt: skip

    items = rng.choice((
        [{"t": rng.choice((TITLE, value())), "l": rng.choice(("r.pdf", value())), "d": value()} for _ in range(rng.randint(0, 5))],
        [value()], value(), {"t": TITLE}, [[TITLE, "/r.pdf"]], [{"t": [TITLE], "l": "/r.pdf"}],
    ))  # fmt: skip
    text = json.dumps({"data": {"list": items}})
    return rng.choice(
        (text, f"cb({text});", text[: len(text) // 2], "[" * 50_000, _BLANKS, "9" * 5000, f'{{"data": {"9" * 5000}}}', "", "null", "\ufeff" + text)
    ).encode()


def robots(rng: random.Random) -> bytes:
    """Rules that nobody can obey."""
    return _noise(rng) + rng.choice((b"\nCrawl-delay: nan", b"\nCrawl-delay: 1e400", b"\nDisallow: [", b"\nUser-agent: *\nAllow: /%zz*$$"))


def _zip_by(rng: random.Random, method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("决算.pdf", pdf("x") * 3)
    return _flipped(rng, out.getvalue())


def document(rng: random.Random) -> bytes:
    """A document of any kind, mostly damaged."""
    whole: bytes = rng.choice((
        pdf("报告"), docx_file("x"), xlsx_file("x"), ole_file("WordDocument", "x"), ole_file("Workbook", "x"), zip_file({"决算.pdf": pdf("y")}),
        zip_file({"a.zip": zip_file({"b.pdf": b"x"})}), zip_file({"../../x.pdf": pdf("z"), "\x1b[2J.pdf": pdf("z")}), b"", b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "<html><title>系统繁忙</title>".encode(), _noise(rng, 3000),
    ))  # fmt: skip
    method = rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2))
    return rng.choice((whole, _flipped(rng, whole), _zip_by(rng, method)))


def _packed(rng: random.Random, body: bytes) -> tuple[str, bytes]:
    """A content encoding and a body that is in it, more or less."""
    raw = zlib.compressobj(wbits=-15)
    made: tuple[str, bytes] = rng.choice((
        ("gzip", gzip.compress(body)), ("deflate", zlib.compress(body)), ("deflate", raw.compress(body) + raw.flush()), ("x-gzip", gzip.compress(body)),
        ("br", body), ("gzip", body), ("deflate", body), ("gzip, gzip", gzip.compress(body)), ("gzip", _BOMB), ("gzip", lzma.compress(body)),
        ("deflate", bz2.compress(body)), (_word(rng)[:50], body),
    ))  # fmt: skip
    return made[0], made[1] if rng.random() < 0.5 else _flipped(rng, made[1])


def answer(rng: random.Random, make: Callable[[random.Random], bytes]) -> bytes:
    """A whole HTTP answer, to be put on the wire as it is."""
    if rng.random() < 0.03:
        return _noise(rng)
    body, headers, status = make(rng), list[str](), rng.choice(STATUSES)
    if rng.random() < 0.25:
        encoding, body = _packed(rng, body)
        headers.append(f"Content-Encoding: {encoding}")
    if status >= 300 and status < 400 and rng.random() < 0.9:
        headers.append(f"Location: {rng.choice((_word(rng), '/d.html', '/r.pdf', 'http://[', 'http://a:b/'))}")
    if status in (429, 503, 500) or rng.random() < 0.05:
        headers.append(
            "Retry-After: "
            + rng.choice(("²", "9" * 400, "99999999999", "0", "1", "-5", "Fri, 31 Dec 9999 23:59:59 GMT", "soon", "1e9", "Wed, 32 Foo 2020"))
        )
    if rng.random() < 0.4:
        headers.append(
            "Content-Type: " + rng.choice((f"text/html; charset={rng.choice(CHARSETS)}", "application/pdf", "text/html; charset=", _word(rng)[:80]))
        )
    if rng.random() < 0.3:
        headers.append("ETag: " + rng.choice(('"x"', "é", 'W/"²"', "\x01", "x" * 3000)))
    if rng.random() < 0.3:
        headers.append("Last-Modified: " + rng.choice(("Fri, 31 Dec 9999 23:59:59 GMT", "²", _word(rng)[:60])))
    if rng.random() < 0.2:
        headers.append("Set-Cookie: " + rng.choice(("a=b; expires=Fri, 31 Dec 9999 23:59:59 GMT", "²=²; Max-Age=" + "9" * 400, "a=" + "x" * 5000)))
    length = rng.choice((*[len(body)] * 15, len(body) + 7, max(0, len(body) - 3)))
    headers.append(
        rng.choice(
            (f"Content-Length: {length}",) * 20
            + ("Content-Length: ²", "Content-Length: " + "9" * 30, "Content-Length: -1", "Transfer-Encoding: chunked")
        )
    )
    head = "\r\n".join([f"HTTP/1.1 {status} X", *(h.replace("\r", "").replace("\n", "") for h in headers), "Connection: close"])
    return head.encode("utf-8", errors="replace") + b"\r\n\r\n" + body
