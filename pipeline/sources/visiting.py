"""Visiting a publisher's list pages and endpoints: pages, rows, and one line about everything that goes wrong.

What belongs here: going from page to page.  What may not: judging titles (``discovery``).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pipeline.sources.exchange import FetchProblem
from pipeline.sources.guard import Scope
from pipeline.sources.publications import Found, Problem, Rejected
from pipeline.sources.registry import JsonSite, ListSite, Publisher
from pipeline.sources.titles import normal
from pipeline.sources.webpage import Link, PageText, WebPage, absolute, date_in, is_document_address

#: Brings a page of text: address, scope, forced charset, method, form.
PageReader = Callable[[str, Scope, str | None, str, Mapping[str, str] | None], PageText]

MAX_LINKS_A_PAGE = 12_000
MAX_REFRESHES = 3
#: What the link to the next page says.
NEXT_WORDS = frozenset(("下一页", "下页", "后一页", "后页", "下一頁", "Next", "next", "NEXT"))
_JSONP = re.compile(r"^\s*[\w.$]+\s*\((.*)\)\s*;?\s*$", re.S)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list: where it leads, its title and date."""

    url: str
    title: str
    date: dt.date | None
    page_url: str
    document: bool


class Visit:
    """One publisher, one year: its pages, and the lines about them, which go into ``found``."""

    def __init__(self, read: PageReader, publisher: Publisher, fiscal_year: int, found: Found) -> None:
        self.read, self.publisher, self.year, self.found = read, publisher, fiscal_year, found

    # -- reporting ----------------------------------------------------------------------------------------------------

    def problem(self, url: str, kind: str, line: str, title: str = "") -> None:
        self.found.problems.append(Problem(self.publisher.name, self.year, url, kind, line, title))

    def reject(self, url: str, title: str, page_url: str, reason: str) -> None:
        self.found.rejected.append(Rejected(self.publisher.name, self.year, url, title, page_url, reason))

    def page(self, url: str, scope: Scope, charset: str | None, title: str = "") -> WebPage | None:
        """A page, after any meta refreshes; a failure is reported and gives ``None``."""
        asked = url
        for _ in range(MAX_REFRESHES + 1):
            try:
                got = self.read(url, scope, charset, "GET", None)
            except FetchProblem as failure:
                self.problem(asked, failure.kind, failure.line, title)
                return None
            page = WebPage(got.url, got.text, got.charset)
            if page.refresh is None or page.refresh == url or len(page.text.strip()) > 400:
                return page
            url = page.refresh
        self.problem(asked, "refused", f"pages that send the reader on and on, the last to {url[:200]}", title)
        return None

    # -- lists --------------------------------------------------------------------------------------------------------

    def list_rows(self, site: ListSite, scope: Scope) -> Iterator[Entry]:
        """Rows of a list page and the pages after it, until the rows are older than any report of the year can be."""
        url, seen = site.url, set[str]()
        for number in range(site.max_pages):
            if url in seen:
                return
            seen.add(url)
            page = self.page(url, scope, site.charset)
            if page is None:
                return
            links, left_out = page.links(MAX_LINKS_A_PAGE, site.rows)
            if left_out:
                self.problem(url, "limit", f"{left_out} links beyond the first {MAX_LINKS_A_PAGE} of the page were not looked at")
            for link in links:
                yield Entry(link.url, link.title, link.date, page.url, link.document)
            dates = [link.date for link in links if link.date]
            if dates and max(dates) <= dt.date(self.year, 12, 31):
                return  # accounts are published after their year has ended
            following = self._following(site, page, links, number)
            if following is None:
                return
            url = following
        self.problem(
            site.url,
            "limit",
            f"the list has more than {site.max_pages} pages; raise max_pages if the report may stand further back",
        )

    @staticmethod
    def _following(site: ListSite, page: WebPage, links: list[Link], number: int) -> str | None:
        if site.page_template is not None:
            return absolute(page.base, site.page_template.replace("{page}", str(site.first_page + number))) if links else None
        node = page.tree.css_first("a[rel=next]")
        if node is not None and node.attributes.get("href"):
            return absolute(page.base, node.attributes.get("href") or "")
        if site.next_link is None:
            return None
        wanted = {normal(site.next_link), *(NEXT_WORDS if site.next_link in NEXT_WORDS else ())}
        for link in links:
            if normal(link.title).rstrip(">»›") in wanted and link.url != page.url:
                return link.url
        numbered = next((x.url for x in links if x.title == str(number + 2) and _bare(x.url) == _bare(site.url)), None)
        return page.drawn_next or numbered

    def json_rows(self, site: JsonSite, scope: Scope) -> Iterator[Entry]:
        """Items of an endpoint, page by page until one is empty, repeats itself, or is short of a date in reach."""
        paged = "{page}" in site.url or any("{page}" in v for v in site.form.values())
        last: list[str] = []
        for number in range(site.max_pages if paged else 1):
            fill = {"{year}": str(self.year), "{page}": str(site.first_page + number)}
            url = absolute(site.url, _filled(site.url, fill)) or site.url
            form = {k: _filled(v, fill) for k, v in site.form.items()}
            try:
                answer = self.read(url, scope, site.charset, site.method, form if site.method == "POST" else None)
            except FetchProblem as failure:
                self.problem(url, failure.kind, failure.line)
                return
            try:
                wrapped = _JSONP.match(answer.text)
                items = _at(json.loads(wrapped.group(1) if wrapped else answer.text.lstrip("\ufeff")), site.items)
            except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
                self.problem(
                    url,
                    "failed",
                    f"the endpoint's answer has no list at {site.items!r} ({type(error).__name__}: {str(error)[:80]})",
                )
                return
            if not isinstance(items, list):
                self.problem(url, "failed", f"what stands at {site.items!r} is no list")
                return
            rows = [r for r in (self._json_row(site, item, answer.url) for item in items[:MAX_LINKS_A_PAGE]) if r is not None]
            if not rows or [r.url for r in rows] == last:
                return
            last = [r.url for r in rows]
            yield from rows
            dates = [r.date for r in rows if r.date]
            if dates and max(dates) <= dt.date(self.year, 12, 31):
                return

    def _json_row(self, site: JsonSite, item: Any, base: str) -> Entry | None:
        try:
            title, link = re.sub(r"<[^>]*>", "", str(_at(item, site.title))), str(_at(item, site.link))
        except (KeyError, TypeError, IndexError):
            return None
        url = absolute(base, site.link_template.replace("{link}", link) if site.link_template else link)
        if url is None:
            return None
        date: dt.date | None = None
        if site.date is not None:
            try:
                raw = _at(item, site.date)
            except (KeyError, TypeError, IndexError):
                raw = None
            if isinstance(raw, int | float) and raw > 10**8:
                seconds = raw / 1000 if raw > 10**11 else raw
                date = (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds, hours=8)).date()  # noqa: DTZ001 - Chinese time
            elif raw is not None:
                date = date_in(str(raw))
        return Entry(url, title, date, base, is_document_address(url))


def _bare(url: str) -> str:
    """An address without what differs between the pages of one list: ``/gk/index_1.html`` and ``/gk/``, ``/gk/list?page=2`` and ``/gk/list``."""
    parts = urlsplit(url)
    return parts.netloc + re.sub(r"(?:index|list|default)?(?:[_-]?\d+)?(?:\.\w+)?$", "", parts.path)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def _at(data: Any, path: str) -> Any:
    """The value at a dotted path: ``data.results``, ``hits.0.items``; an empty path is the whole."""
    for step in path.split(".") if path else ():
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data
