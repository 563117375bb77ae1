"""From a publisher's sites and a fiscal year to the reports published there.

What belongs here: judging rows, reading detail pages, and putting attachments together into reports.  What may not:
keeping documents, or choosing between reports that both fit.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from dataclasses import replace

from pipeline.model.failures import told
from pipeline.sources.exchange import Limits
from pipeline.sources.guard import Forbidden, Scope
from pipeline.sources.publications import Found, PartLink, Publication, without_twins
from pipeline.sources.registry import DetailSite, DirectSite, JsonSite, ListSite, Publisher, Registry, Site
from pipeline.sources.titles import Verdict, judge, normal, says_accounts
from pipeline.sources.visiting import MAX_LINKS_A_PAGE, Entry, PageReader, SiteSpent, Visit
from pipeline.sources.webpage import Link, WebPage, absolute, is_picture_address, name_in_address

MAX_DETAIL_PAGES = 60  # a site and year: more titles that all fit are not a publisher's list of its own reports
MAX_PARTS = 80
MAX_DEPTH = 2  # lists within lists
#: Of documents that differ in format only, the first of these is taken.
FORMAT_ORDER = (".pdf", ".docx", ".doc", ".wps", ".rtf", ".ofd", ".xlsx", ".xls", ".et", ".zip", ".rar", ".7z", ".tif", ".tiff")
_FORMS_OF_A_REPORT = 4


class Discovery:
    """Finds what one publisher has published for one fiscal year.

    Args:
        registry: for the names of the other publishers.
        read: brings a page (see :data:`PageReader`); raises :class:`FetchProblem`.
        site_seconds: how long one site may take to show what it publishes.
    """

    def __init__(self, registry: Registry, read: PageReader, site_seconds: float = Limits.site_seconds) -> None:
        self.site_seconds = site_seconds
        self.registry, self.read = registry, read
        self._names = sorted({normal(p.name) for p in registry.publishers}, key=lambda n: (-len(n), n))

    def other_names(self, publisher: Publisher) -> tuple[str, ...]:
        """Names of all other publishers, the longest first."""
        own = normal(publisher.name)
        return tuple(n for n in self._names if n != own)

    def find(self, publisher: Publisher, fiscal_year: int) -> Found:
        """Ask every site of a publisher; what one site refuses, or what goes wrong with it, never hides what another publishes."""
        found = Found(publisher.name, fiscal_year)
        walk = _Walk(self, publisher, fiscal_year, found)
        for site in publisher.sites:
            if not site.serves(fiscal_year):
                continue
            try:
                walk.site(site, self.site_seconds)
            except SiteSpent:
                walk.problem(site.url, "limit", f"the site took more than {self.site_seconds:.0f} s; the rest of it was not looked at")
            except Exception as error:  # the wall between sites: one that is not understood costs itself
                walk.problem(site.url, "failed", f"not understood, a fault of ours: {told(error)}")
        found.publications = without_twins(found.publications)
        return found


class _Walk(Visit):
    """One publisher, one year: rows judged, reports put together; what is visited once is not visited again."""

    def __init__(self, discovery: Discovery, publisher: Publisher, fiscal_year: int, found: Found) -> None:
        super().__init__(discovery.read, publisher, fiscal_year, found)
        self.others = discovery.other_names(publisher)
        self.visited: set[str] = set()
        self.details = 0

    def site(self, site: Site, seconds: float) -> None:
        """One site from its first page on.  Raises :class:`SiteSpent`."""
        self.until = time.monotonic() + seconds
        scope = Scope.of(site.url, site.hosts, site.redirects_to)
        if isinstance(site, ListSite):
            self.entries(self.list_rows(site, scope), site, scope, "list")
        elif isinstance(site, JsonSite):
            self.entries(self.json_rows(site, scope), site, scope, "json")
        elif site.fiscal_year == self.year:
            if isinstance(site, DetailSite):
                self.detail(Entry(site.url, "", None, site.url, False), None, scope, site.charset, "detail", 0, site.shared)
            else:
                self.direct(site, scope)

    def entries(self, rows: Iterator[Entry], site: ListSite | JsonSite, scope: Scope, found_by: str, depth: int = 0) -> None:
        """Judge rows and follow those that fit."""
        for row in rows:
            verdict = self._judge(row.title, row.date, site.shared)
            if verdict.fit == "no":
                if says_accounts(row.title):
                    self.reject(row.url, row.title, row.page_url, verdict.reason)
                continue
            if row.url in self.visited:
                continue
            self.visited.add(row.url)
            try:
                scope.check(row.url)
            except Forbidden as reason:
                self.problem(row.url, "refused", str(reason), row.title)
                continue
            if row.document:
                if verdict.fit == "column":
                    self.reject(row.url, row.title, row.page_url, verdict.reason)
                else:
                    self.publish(row, verdict, (PartLink(row.url, row.title),), found_by, scope)
                continue
            self.details += 1
            if self.details > MAX_DETAIL_PAGES:
                self.problem(
                    row.page_url,
                    "limit",
                    f"more than {MAX_DETAIL_PAGES} links fit; narrow the entry with 'rows' or a detail page",
                )
                return
            if verdict.fit == "column":
                self.column(row, site, scope, found_by, depth)
            else:
                self.detail(row, verdict, scope, site.charset, found_by, depth, site.shared)

    def _judge(self, title: str, date: dt.date | None, shared: bool, attachment: bool = False) -> Verdict:
        return judge(title, self.publisher, self.year, date, shared=shared, others=self.others, attachment=attachment)

    # -- one report ---------------------------------------------------------------------------------------------------

    def direct(self, site: DirectSite, scope: Scope) -> None:
        """A known address: taken at its word."""
        title = site.title or name_in_address(site.url)
        url = absolute(site.url, site.url) or site.url
        self.found.publications.append(Publication(self.publisher.name, self.year, title, site.url, (PartLink(url, title),), "direct", scope))

    def publish(self, row: Entry, verdict: Verdict, parts: tuple[PartLink, ...], found_by: str, scope: Scope) -> None:
        doubt = None
        if verdict.year_basis in ("published", "published_later"):
            doubt = f"the fiscal year follows from the date of publication ({row.date}), not from the title"
        elif verdict.year_basis == "none" and verdict.fiscal_year is None:
            doubt = "neither title nor date tells the fiscal year"
        self.found.publications.append(
            Publication(
                self.publisher.name,
                self.year,
                row.title,
                row.page_url if row.document else row.url,
                parts,
                found_by,
                scope,
                row.date,
                verdict.year_basis,
                verdict.correction,
                verdict.kind,
                doubt,
            )
        )

    def detail(self, row: Entry, verdict: Verdict | None, scope: Scope, charset: str | None, found_by: str, depth: int, shared: bool) -> None:
        """Read a detail page: its attachments, or the report in the page itself, or a further list."""
        page = self.page(row.url, scope, charset, row.title)
        if page is None:
            return
        if verdict is None:  # a detail page named in the registry: the entry itself says whose and which year it is
            row = replace(row, title=page.title or self.publisher.name, date=page.published)
            own = self._judge(row.title, row.date, shared)
            verdict = replace(own, fit="report", fiscal_year=self.year) if own.fit == "no" else own
        elif row.date is None and page.published is not None:
            row = replace(row, date=page.published)
            again = self._judge(row.title, row.date, shared)
            if again.fit == "no":
                self.reject(row.url, row.title, row.page_url, again.reason)
                return
            verdict = again
        links, _ = page.links(MAX_LINKS_A_PAGE)
        parts, full = self._parts(page, links, scope, row)
        in_page = page.forms_printed >= _FORMS_OF_A_REPORT
        if in_page and not full:
            parts.insert(0, PartLink(row.url, row.title, is_page=True))
        if len(parts) > MAX_PARTS:
            self.problem(row.url, "limit", f"{len(parts)} attachments: more than one report's; none is taken", row.title)
            return
        if parts:
            self.publish(replace(row, document=False), verdict, tuple(parts), found_by, scope)
            return
        inner = [Entry(x.url, x.title, x.date, page.url, x.document) for x in links if says_accounts(x.title) and x.url != row.url]
        before = len(self.found.publications)
        if inner and depth < MAX_DEPTH:
            listing = ListSite(kind="list", url=row.url, shared=shared, charset=charset)
            self.entries(iter(inner), listing, scope, found_by, depth + 1)
        if len(self.found.publications) == before:
            self.pictured(page, row, verdict, scope, found_by)

    def pictured(self, page: WebPage, row: Entry, verdict: Verdict, scope: Scope, found_by: str) -> None:
        """A page whose forms are pictures: it and they are the report."""
        pictures = [PartLink(x.url, x.title) for x in page.pictures if self._within(x, scope)]
        if 0 < len(pictures) <= MAX_PARTS:
            whole = (PartLink(row.url, row.title, is_page=True), *pictures)
            self.publish(replace(row, document=False), verdict, whole, found_by, scope)
        else:
            what = f"{len(pictures)} pictures: more than one report's" if pictures else "neither attachments nor the forms of a report"
            self.problem(row.url, "failed", f"the page holds {what}", row.title)

    def column(self, row: Entry, site: ListSite | JsonSite, scope: Scope, found_by: str, depth: int) -> None:
        """A page of links to reports (公开目录): its rows are judged like those of the list."""
        if depth >= MAX_DEPTH:
            self.reject(row.url, row.title, row.page_url, "a list of links in a list of links in a list of links")
            return
        listing = ListSite(kind="list", url=row.url, shared=site.shared, charset=site.charset)
        self.entries(self.list_rows(listing, scope), listing, scope, found_by, depth + 1)

    def _parts(self, page: WebPage, links: list[Link], scope: Scope, row: Entry) -> tuple[list[PartLink], bool]:
        """The attachments that belong to the report, and whether one of them is a whole report by its title."""
        parts: list[PartLink] = []
        full = False
        for link in links:
            title = link.title
            if not link.document and not (link.in_main and says_accounts(title) and is_picture_address(link.url)):
                continue
            verdict = self._judge(title, row.date, False, attachment=True)
            if verdict.fit == "neutral" and normal(title) != normal(name_in_address(link.url)):
                # "点击下载": the name in the address may say more, and may say that it is something else.
                named = self._judge(name_in_address(link.url), row.date, False, attachment=True)
                verdict = named if says_accounts(name_in_address(link.url)) or named.fit == "part" else verdict
            if verdict.fit == "no" or (verdict.fit == "neutral" and not link.in_main):
                self.reject(link.url, title, page.url, verdict.reason if verdict.fit == "no" else "outside the page's main part")
                continue
            if not self._within(link, scope):
                continue
            full = full or verdict.fit == "report"
            parts.append(PartLink(link.url, title))
        return self._one_format(parts, page), full

    def _within(self, link: Link, scope: Scope) -> bool:
        """Whether a link leads to where its registry entry allows; one that does not is reported."""
        try:
            scope.check(link.url)
        except Forbidden as reason:
            self.problem(link.url, "refused", str(reason), link.title)
            return False
        return True

    def _one_format(self, parts: list[PartLink], page: WebPage) -> list[PartLink]:
        """Of attachments whose titles differ in the ending only, the best format."""
        best: dict[str, PartLink] = {}
        for part in parts:
            stem = re.sub(r"[.(]?(?:pdf|docx?|rtf|xlsx?|wps|et|ofd|tiff?|zip|rar|7z)(?:版|格式)?[)]?$", "", normal(part.title), flags=re.I)
            old = best.get(stem)
            if old is None or not stem or re.fullmatch(r"附件\d*|点击下载|下载", stem) or _rank(part) == _rank(old):
                best[stem if old is None else f"{stem}\0{part.url}"] = part
                continue
            kept, other = (part, old) if _rank(part) < _rank(old) else (old, part)
            best[stem] = kept
            self.reject(other.url, other.title, page.url, f"the same document in another format; {kept.title} is taken")
        return list(best.values())


def _rank(part: PartLink) -> int:
    names = (normal(part.title).lower(), name_in_address(part.url).lower(), part.url.lower())
    return next((i for i, ending in enumerate(FORMAT_ORDER) if any(n.endswith(ending) for n in names)), len(FORMAT_ORDER))
