"""A web page's bytes → text, links with their words and dates, and what its main part holds.

What belongs here: decoding (GB18030, UTF-8, wrong declarations) and parsing.  What may not: requests, and any
judgement of titles.
"""

from __future__ import annotations

import codecs
import contextlib
import datetime as dt
import html
import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.lexicon import words_of
from pipeline.model import harmless
from pipeline.sources.wire import date_in, first_date, joined, split_address, whole_number

#: Endings of documents; the type itself is told from the bytes later.
DOCUMENT_ENDINGS = ("pdf", "doc", "docx", "rtf", "xls", "xlsx", "wps", "et", "ofd", "odt", "ods", "tif", "tiff", "zip", "rar", "7z")
#: Endings of pictures that may be a page of a report; icons are drawn in other formats.
_PICTURE = re.compile(r"\.(?:png|jpe?g|bmp)\Z", re.I)
#: A picture that says to be smaller than this (pixels) is an icon, a seal or a code to be scanned.
_PAGE_WIDTH, _PAGE_HEIGHT = 300, 200
_ENDING = re.compile(r"\.(" + "|".join(DOCUMENT_ENDINGS) + r")(?![a-z0-9])", re.I)
_ENDS = re.compile(_ENDING.pattern + r"\Z", re.I)
_DOWNLOAD = re.compile(r"download|downfile|filedown|getfile|showfile|openfile|attach|fileid|filename=|/fj/|xiazai", re.I)
#: Scripts that draw the links between the pages of a list: how many pages, which one this is, counted from 0 or from 1, and the
#: name and ending of their files (``index.html``, ``index_1.html`` …).
_FILES = r"""["'](?P<name>[^"']+)["']\s*,\s*["'](?P<ending>\w+)["']"""
PAGING_SCRIPTS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"createPageHTML\(\s*(?P<total>\d+)\s*,\s*(?P<at>\d+)\s*,\s*" + _FILES), 0),
    (re.compile(r"""createPageHTML\(\s*["'][^"']*["']\s*,\s*(?P<total>\d+)\s*,\s*(?P<at>\d+)\s*,\s*""" + _FILES), 1),
)
_QUOTED = re.compile(r"""["']([^"'<>\s]+)["']""")
_META_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.I)
_REFRESH = re.compile(r"""url\s*=\s*["']?([^"'\s;]+)""", re.I)
#: Where such sites keep an article's body, in the order of trust.
MAIN_PARTS = (
    "#zoom",
    ".TRS_Editor",
    ".TRS_UEDITOR",
    "ucapcontent",
    "#UCAP-CONTENT",
    ".article-content",
    ".pages_content",
    "#content",
    ".content",
    "#article",
    "article",
    ".article",
    ".wzcon",
    ".con_text",
    ".xxgk_content",
    "main",
)


#: Codecs of Python that no page is written in: they read escapes, or names of hosts.
_NO_CHARSETS = frozenset({"unicode-escape", "raw-unicode-escape", "punycode", "idna", "undefined", "utf-7"})


def decode(data: bytes, declared: str | None = None, forced: str | None = None) -> str:
    """Text of a page, whatever it declares (see :func:`decode_named`)."""
    return decode_named(data, declared, forced)[0]


def decode_named(data: bytes, declared: str | None = None, forced: str | None = None) -> tuple[str, str]:
    """Text of a page, whatever it declares, and the charset that it is in.

    UTF-8 that decodes strictly is UTF-8, for no GB18030 text of any length is valid UTF-8 by chance; then GB18030, which
    contains GB2312 and GBK; then the declaration; a few broken bytes are replaced.
    """
    if forced:  # by the registry, which knows it to be a charset
        return data.decode(forced, errors="replace"), forced
    for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(bom):
            return data.decode(name, errors="replace"), "utf-8"
    meta = _META_CHARSET.search(data[:4096])
    names = [n for n in (declared, meta.group(1).decode("ascii") if meta else None) if n]
    for name in ("utf-8", "gb18030", *names):
        with contextlib.suppress(ValueError, LookupError):  # a charset that is none, or one that means no text
            if codecs.lookup(name).name not in _NO_CHARSETS:
                return data.decode(name), name
    # A few bytes are broken: the reading with the fewest losses.
    return min(((data.decode(n, errors="replace"), n) for n in ("utf-8", "gb18030")), key=lambda t: t[0].count("\ufffd"))


def absolute(base: str, href: str, charset: str = "utf-8") -> str | None:
    """A link as a browser would ask for it: resolved, path in UTF-8, no fragment; ``None`` if it is not http(s)."""
    parts = split_address(joined(base, html.unescape(href).strip().replace("\\", "/")) or "")
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    try:
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        path = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", path)
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?", encoding=charset, errors="replace")
    except (ValueError, LookupError):
        return None
    return urlunsplit((parts.scheme, host.lower(), path, query, ""))


def is_document_address(url: str) -> bool:
    """Whether an address looks like a document's: by an ending in its path or in a query value."""
    parts = split_address(url)
    if parts is None:
        return False
    if _ENDS.search(unquote(parts.path).partition(";")[0]):
        return True
    return any(_ENDS.search(value) for _, value in parse_qsl(parts.query, keep_blank_values=True))


def is_picture_address(url: str) -> bool:
    """Whether an address is a picture's by the ending of its path."""
    parts = split_address(url)
    return parts is not None and bool(_PICTURE.search(unquote(parts.path)))


def _is_small(node: LexborNode) -> bool:
    told = [whole_number((node.attributes.get(name) or "").strip().removesuffix("px")) for name in ("width", "height")]
    return any(size is not None and size < least for size, least in zip(told, (_PAGE_WIDTH, _PAGE_HEIGHT), strict=True))


def name_in_address(url: str) -> str:
    """The last name of an address, decoded from UTF-8 or GB18030."""
    parts = split_address(url)
    return decode(unquote_to_bytes(parts.path.rsplit("/", 1)[-1].encode("utf-8", "replace"))) if parts is not None else ""


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as it was brought: its address after redirects, its text, and the charset that it was in."""

    url: str
    text: str
    charset: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Link:
    """One link: absolute address, its fullest words, the date beside it, whether it stands in the page's main part."""

    url: str
    title: str
    date: dt.date | None = None
    document: bool = False
    in_main: bool = False


class WebPage:
    """A parsed page.

    Args:
        url: its address after redirects, the base of its links.
        text: its decoded text.
        charset: what it was decoded from: browsers write the queries of a page's links in it.
    """

    def __init__(self, url: str, text: str, charset: str = "utf-8") -> None:
        self.url, self.charset, self.source = url, charset, text
        # Some systems ship list rows as XML records with CDATA: the rows inside are HTML like any other.
        # Text that stands for no characters (half of a surrogate pair) cannot be parsed, nor kept.
        text = text.encode("utf-8", errors="replace").decode("utf-8")
        self.tree = LexborHTMLParser(text.replace("<![CDATA[", "").replace("]]>", ""))
        base = self.tree.css_first("base[href]")
        named = base.attributes.get("href") if base is not None else None
        self.base = joined(url, named or "") or url
        self._many: dict[int, bool] = {}

    @cached_property
    def title(self) -> str:
        """The article's title: a meta tag made for it, else the first heading, else the page's title."""
        for css, attribute in (
            ("meta[name=ArticleTitle]", "content"),
            ("h1", None),
            ("h2", None),
            (".title", None),
            ("title", None),
        ):
            node = self.tree.css_first(css)
            if node is not None:
                text = (node.attributes.get(attribute) or "") if attribute else node.text(separator=" ")
                if len(text.strip()) >= 4:
                    return " ".join(text.split())
        return ""

    @cached_property
    def published(self) -> dt.date | None:
        """The date of publication by its meta tag, else the first date in the text."""
        for css in ("meta[name=PubDate]", "meta[name=pubdate]", "meta[name=publishdate]"):
            node = self.tree.css_first(css)
            if node is not None and (found := date_in(node.attributes.get("content") or "")):
                return found
        return first_date(self.text)

    @cached_property
    def text(self) -> str:
        body = self.tree.body
        return body.text(separator=" ") if body is not None else ""

    @cached_property
    def main(self) -> LexborNode | None:
        """The article's body, if the page marks one."""
        for css in MAIN_PARTS:
            node = self.tree.css_first(css)
            if node is not None:
                return node
        return None

    @cached_property
    def refresh(self) -> str | None:
        """Where a meta refresh or a bare script sends the reader."""
        for node in self.tree.css("meta[http-equiv]"):
            if (node.attributes.get("http-equiv") or "").lower() == "refresh":
                found = _REFRESH.search(node.attributes.get("content") or "")
                if found:
                    return absolute(self.base, found.group(1), self.charset)
        return None

    @cached_property
    def drawn_next(self) -> str | None:
        """The next page of a list whose page links a script draws (``createPageHTML(20, 0, "index", "html")``: index_1.html)."""
        for pattern, first in PAGING_SCRIPTS:
            found = pattern.search(self.source)
            if found is not None:
                at, total = whole_number(found["at"]), whole_number(found["total"])
                if at is None or total is None or at + 1 - first >= total:
                    return None
                return absolute(self.base, f"{found['name']}_{at + 1}.{found['ending']}", self.charset)
        return None

    @cached_property
    def forms_printed(self) -> int:
        """How many of the statutory forms' titles the page prints beside tables of its own: a report in the page itself."""
        if len(self.tree.css("table")) < 3:
            return 0
        squeezed = re.sub(r"\s+", "", self.text)
        return sum(title in squeezed for title in words_of("link_titles", "form"))

    @cached_property
    def pictures(self) -> list[Link]:
        """Pictures of the main part that may be pages of a report, shown or linked, in reading order, each once."""
        found: dict[str, Link] = {}
        for node in self.main.css("img, a") if self.main is not None else ():
            href = (node.attributes.get("src") or node.attributes.get("href") or "").strip()
            url = absolute(self.base, href, self.charset) if href and not href.lower().startswith("data:") else None
            if url is not None and is_picture_address(url) and not _is_small(node):
                found.setdefault(url, Link(url, harmless.line(name_in_address(url), 500), in_main=True))
        return list(found.values())

    def links(self, limit: int, rows: str | None = None) -> tuple[list[Link], int]:
        """Links in reading order, each address once with its fullest words, and how many were left out beyond the limit."""
        found: dict[str, Link] = {}
        left_out = 0
        main_ids = {n.mem_id for n in self.main.css("a, iframe, embed, object")} if self.main is not None else set()
        scope = [a for row in self.tree.css(rows) for a in row.css("a")] if rows else self.tree.css("a, iframe, embed, object, area")
        for node in scope:
            for href in self._addresses(node):
                url = absolute(self.base, href, self.charset)
                if url is None:
                    continue
                if url not in found and len(found) >= limit:
                    left_out += 1
                    continue
                title = self._words(node, url)
                document = (
                    is_document_address(url)
                    or bool(node.attributes.get("download") is not None and "download" in node.attributes)
                    or bool(_DOWNLOAD.search(url))
                )
                link = Link(url, title, self._date_beside(node), document, node.mem_id in main_ids)
                old = found.get(url)
                found[url] = link if old is None or len(link.title) > len(old.title) else old
        return list(found.values()), left_out

    def _addresses(self, node: LexborNode) -> list[str]:
        attributes = node.attributes
        href = (attributes.get("href") or attributes.get("src") or attributes.get("data") or "").strip()
        if node.tag in ("iframe", "embed", "object"):
            parts = split_address(href)
            query = dict(parse_qsl(parts.query)) if parts is not None else {}
            viewer = query.get("file") or query.get("url") or href  # pdf.js: viewer.html?file=…
            return [viewer] if is_document_address(joined(self.base, viewer) or "") else []
        if href and not href.lower().startswith(("javascript:", "#", "mailto:", "tel:", "data:")):
            return [href]
        scripted = (
            href + " " + (attributes.get("onclick") or "") + " " + " ".join(f"'{v}'" for k, v in attributes.items() if v and k.startswith("data-"))
        )
        return [q for q in _QUOTED.findall(scripted) if "/" in q or _ENDING.search(q)][:3]

    @staticmethod
    def _words(node: LexborNode, url: str) -> str:
        text = " ".join(node.text(separator="").split())
        title = " ".join((node.attributes.get("title") or "").split())
        # A list cuts long titles off; the title attribute then has the whole.
        words = title if len(title) > len(text) or (text.endswith(("...", "…")) and title) else text
        return harmless.line(words, 500) or harmless.line(name_in_address(url), 500)

    def _of_many_links(self, node: LexborNode) -> bool:
        """Whether an element holds more links than a row; asked once of each, for a list's element is that of all its links."""
        if node.mem_id not in self._many:
            self._many[node.mem_id] = len(node.css("a")) > 3
        return self._many[node.mem_id]

    def _date_beside(self, node: LexborNode) -> dt.date | None:
        own = date_in(node.text(separator=" "))
        if own:
            return own
        parent = node.parent
        for _ in range(3):
            if parent is None or parent.tag in ("body", "ul", "ol", "table", "tbody", "html"):
                return None
            if self._of_many_links(parent):
                return None
            if found := date_in(parent.text(separator=" ")):
                return found
            parent = parent.parent
        return None
