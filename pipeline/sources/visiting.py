"""Visiting a publisher's list pages and endpoints: pages, rows, and one line about everything that goes wrong.

What belongs here: going from page to page.  What may not: judging titles (``discovery``).
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.lexicon import words_of
from pipeline.model import harmless
from pipeline.sources.exchange import FetchProblem
from pipeline.sources.guard import Scope
from pipeline.sources.publications import Found, Problem, Rejected
from pipeline.sources.registry import JsonSite, ListSite, Publisher
from pipeline.sources.titles import normal
from pipeline.sources.webpage import Link, PageText, WebPage, absolute, is_document_address
from pipeline.sources.wire import bounded_markup, day_of, parsed_json, split_address, value_at

#: Brings a page of text: address, scope, forced charset, method, form.
PageReader = Callable[[str, Scope, str | None, str, Mapping[str, str] | None], PageText]

MAX_LINKS_A_PAGE = 12_000
MAX_REFRESHES = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list: where it leads, its title and date."""

    url: str
    title: str
    date: dt.date | None
    page_url: str
    document: bool


class SiteSpent(Exception):
    """A site has taken the time that it may take."""


class Visit:
    """One publisher, one year: its pages, and the lines about them, which go into ``found``.

    ``until`` is the moment (:func:`time.monotonic`) at which no further page of the present site is asked for.
    """

    until = float("inf")

    def __init__(self, read: PageReader, publisher: Publisher, fiscal_year: int, found: Found) -> None:
        self._read, self.publisher, self.year, self.found = read, publisher, fiscal_year, found

    def read(self, url: str, scope: Scope, charset: str | None, method: str, form: Mapping[str, str] | None) -> PageText:
        """A page's text.  Raises :class:`FetchProblem`, and :class:`SiteSpent` where the site's time is up."""
        if time.monotonic() > self.until:
            raise SiteSpent
        return self._read(url, scope, charset, method, form)

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
                text = bounded_markup(got.text)
            except FetchProblem as failure:
                self.problem(asked, failure.kind, failure.line, title)
                return None
            page = WebPage(got.url, text, got.charset)
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
        usual = words_of("link_titles", "next_page")
        wanted = {normal(site.next_link), *(usual if site.next_link in usual else ())}
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
                items = value_at(parsed_json(answer.text), site.items)
                if not isinstance(items, list):
                    what = "is no list" if items is not None else "is not there"
                    raise FetchProblem("failed", f"what should stand at {site.items!r} in the endpoint's answer {what}")
            except FetchProblem as failure:
                self.problem(url, failure.kind, failure.line)
                return
            rows = [r for r in (self._json_row(site, item, answer.url) for item in items[:MAX_LINKS_A_PAGE]) if r is not None]
            if not rows or [r.url for r in rows] == last:
                return
            last = [r.url for r in rows]
            yield from rows
            dates = [r.date for r in rows if r.date]
            if dates and max(dates) <= dt.date(self.year, 12, 31):
                return

    @staticmethod
    def _json_row(site: JsonSite, item: Any, base: str) -> Entry | None:
        title, link = value_at(item, site.title), value_at(item, site.link)
        if title is None or link is None:
            return None
        words = harmless.line(re.sub(r"<[^>]*>", "", str(title)), 500)
        url = absolute(base, site.link_template.replace("{link}", str(link)) if site.link_template else str(link))
        date = day_of(value_at(item, site.date)) if site.date is not None else None
        return Entry(url, words, date, base, is_document_address(url)) if url is not None else None


def _bare(url: str) -> str:
    """An address without what differs between the pages of one list: ``/gk/index_1.html`` and ``/gk/``, ``/gk/list?page=2`` and ``/gk/list``."""
    parts = split_address(url)
    if parts is None:
        return url
    return parts.netloc + re.sub(r"(?:index|list|default)?(?:[_-]?\d+)?(?:\.\w+)?$", "", parts.path)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text
