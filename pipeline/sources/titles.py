"""Is this title a report of this publisher for this year?  (决算公开标题)

What belongs here: the judgement of one title.  What may not: its words (``link_titles.toml``), pages, requests, or the choice
between two titles that both fit.  Every refusal carries its reason, so that a list of links can be audited.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from pipeline.lexicon import Wordings, any_of, lexicon
from pipeline.lexicon.titles import core_title, title_entry
from pipeline.model.chinese_numerals import with_plain_years
from pipeline.model.text import canonical
from pipeline.sources.registry import Publisher

Fit = Literal["report", "part", "neutral", "column", "no"]
YearBasis = Literal["title", "published_later", "published", "none"]

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年|度|\D|$)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d\d)年度")
_FILE = re.compile(r"\.(?:pdf|docx?|rtf|xlsx?|wps|et|ofd|tiff?|png|jpe?g|zip|rar|7z|html?|txt)$", re.I)


def _words(concept: str) -> Wordings:
    """What titles of links say of one concept."""
    return any_of("link_titles", concept)


def says_accounts(title: str) -> bool:
    """Whether a title speaks of final accounts at all."""
    return _words("accounts").search(title) is not None


def normal(text: str) -> str:
    """A title without white space, control and format characters, in half width, with brackets of one kind."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))
    return text.replace("〔", "(").replace("〕", ")").replace("[", "(").replace("]", ")").replace("【", "(").replace("】", ")")


def years_in(title: str) -> list[tuple[int, int]]:
    """Years that a normal title names, each with its position; Chinese digits and ``24年度`` included."""
    title = with_plain_years(title)
    found = [(m.start(), int(m.group(1))) for m in _YEAR.finditer(title)]
    found += [(m.start(), 2000 + int(m.group(1))) for m in _SHORT_YEAR.finditer(title)]
    return [(y, at) for at, y in sorted(found) if 2000 <= y <= 2099]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a title is for one publisher and year: ``fit``, why, the fiscal year with its basis, correction or not.

    ``fit``: the ``report``, a ``part`` of one, a link without words of its own (``neutral``), a ``column`` of links that may lead to it, or ``no``.
    """

    fit: Fit
    reason: str
    fiscal_year: int | None = None
    year_basis: YearBasis = "none"
    kind: str | None = None  # department | unit, where the title says so
    correction: bool = False


def fiscal_year_of(title: str, published: dt.date | None) -> tuple[int | None, YearBasis]:
    """The year of the accounts: the last year named before 决算, else the first after it, else the year before publication.

    Accounts cannot be published before their year ends: a title whose only year is the year of publication
    (2025年部门决算公开, published August 2025) speaks of the year before.
    """
    years = years_in(title)
    accounts = _words("accounts").search(title)
    if years:
        before = [y for y, at in years if accounts and at < accounts.start()]
        year = before[-1] if before else years[0][0]
        if published is not None and year == published.year:
            return year - 1, "published_later"
        return year, "title"
    if published is not None:
        return published.year - 1, "published"
    return None, "none"


def _same_body(candidate: str, name: str) -> bool:
    """``市大数据局`` and ``大数据局`` stand for ``烟台市大数据局``; ``烟台市大数据中心`` does not."""
    return candidate == name or (len(candidate) >= 3 and name.endswith(candidate))


def _excluded(text: str, stem: str, named: str | None, others: tuple[str, ...]) -> str | None:
    """Why a title is no report of this publisher whatever else it says: it names another one, or is of a kind that is none."""
    for other in others:
        if other in text and not (named and other in named):
            return f"another publisher's: {other}"
    return next((str(e.values["reason"]) for e in lexicon().entries("link_titles") if e.concept == "excluded" and any(e.found_in(stem))), None)


def _without_accounts(stem: str, fiscal_year: int, named: str | None) -> Verdict:
    """An attachment to an accepted page whose title does not say 决算."""
    if _words("budget").search(stem):
        return Verdict("no", "a budget (预算)")
    years = [y for y, _ in years_in(stem)]
    if _words("part").search(stem):
        if years and fiscal_year not in years and fiscal_year + 1 not in years:
            return Verdict("no", f"of another year ({years[0]})")
        return Verdict("part", "part of a report (附件)", fiscal_year, "none")
    if not stem or _words("neutral").match(stem) or re.fullmatch(r"[\W\da-zA-Z_]*", stem):
        return Verdict("neutral", "a link without words of its own", fiscal_year, "none")
    if named:
        return Verdict("neutral", "names the publisher only", fiscal_year, "none")
    return Verdict("no", "neither accounts nor a part of them")


def _of_budget(stem: str, accounts: re.Match[str]) -> bool:
    """Whether a title speaks of a budget besides the accounts; the three budgets' names (公共预算 …) are none."""
    rest = stem[: accounts.start()] + stem[accounts.end() :]
    return _words("budget").search(rest) is not None and _words("budget_name").search(stem) is None


def _names_another(rest: str, own: list[str], named: str | None) -> str | None:
    """Whether what is left of a title is another body's name, in words; ``own`` are the names of the publisher."""
    if named:
        known = len(rest) < 3 or any(rest in n or rest in _words("filler").sub("", n) for n in own)
        return None if known else f"names a body besides the publisher: {rest}"
    known = not rest or any(_same_body(rest, n) or _same_body(rest, _words("filler").sub("", n)) for n in own)
    return None if known else f"another body's: {rest}"


def judge(
    title: str,
    publisher: Publisher,
    fiscal_year: int,
    published: dt.date | None,
    *,
    shared: bool = False,
    others: tuple[str, ...] = (),
    attachment: bool = False,
) -> Verdict:
    """Judge one title for one publisher and fiscal year.

    Args:
        shared: the page is a platform of many publishers: a title that names none is nobody's.
        others: names of other publishers, in normal form and the longest first: a title that holds one is theirs.
        attachment: the title is of an attachment to an accepted page: a part or a silent link counts too.
    """
    text = normal(title)
    correction = _words("correction").search(text) is not None
    accounts = _words("accounts").search(text)
    own = [normal(n) for n in publisher.names_in(fiscal_year)]
    named = next((n for n in sorted(own, key=len, reverse=True) if n in text), None)
    stem = _FILE.sub("", text)
    excluded = _excluded(text, stem, named, others)
    if excluded is not None:
        return Verdict("no", excluded)
    if attachment and _is_form(stem, named, fiscal_year):
        return Verdict("part", "a table of a report", fiscal_year, "none")
    if accounts is None:
        return _without_accounts(stem, fiscal_year, named) if attachment else Verdict("no", "no accounts (决算) in the title")
    if _of_budget(stem, accounts):
        return Verdict("no", "a budget (预算), or both in one")
    year, basis = fiscal_year_of(stem, published)
    if year is not None and year != fiscal_year:
        return Verdict("no", f"of another year ({year})", year, basis)
    kind = next((kind for kind in ("department", "unit") if _words(kind).match(accounts.group())), None)
    column = _words("column").search(stem) is not None
    if column and attachment:
        return Verdict("no", "a list of links", year, basis)
    undated = with_plain_years(_words("in_column").sub("", stem) if column else stem)
    rest = _words("filler").sub("", _words("self").sub("", undated.replace(named, "", 1) if named else undated))
    foreign = _names_another(rest, own, named)
    if foreign is not None:
        return Verdict("no", foreign, year, basis, kind)
    if shared and not column and not (named or rest):
        return Verdict("no", "names no publisher on a platform of many", year, basis, kind)
    if column:
        return Verdict("column", "a list of links", year, basis, kind)
    fit: Fit = "part" if attachment and _words("part").search(stem) else "report"
    return Verdict(fit, "accounts of the publisher for the year", year, basis, kind, correction)


def _is_form(stem: str, named: str | None, fiscal_year: int) -> bool:
    """Whether a title is that of a table of reports (收入决算表), with nothing before it but numbers, the year and the publisher's own name."""
    own = re.sub(r"^\d{1,2}(?!\d)", "", stem.replace(named, "", 1) if named else stem)
    core = core_title(own)
    if title_entry(core) is None:
        return False
    before = canonical(own).partition(core)[0]
    return not _words("filler").sub("", before) and {y for y, _ in years_in(own)} <= {fiscal_year}
