"""What a publisher's site publishes for a year: links, the reports they make up, and which of several is the report.

What belongs here: the values that discovery returns, and the choice between publications where the facts decide it.
What may not: a choice where they do not: then every candidate is reported and none is taken.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.sources.guard import Scope
from pipeline.sources.titles import YearBasis, normal

State = Literal["current", "superseded", "duplicate", "ambiguous", "incomplete"]


@dataclass(frozen=True, slots=True)
class PartLink:
    """One document to fetch: an attachment, or the page itself."""

    url: str
    title: str
    is_page: bool = False


@dataclass(frozen=True)
class Publication:
    """One report as a site publishes it: its title, dates and parts, and how it was found."""

    publisher: str
    fiscal_year: int
    title: str
    page_url: str
    parts: tuple[PartLink, ...]
    found_by: str  # list | detail | json | direct | inbox
    scope: Scope
    published: dt.date | None = None
    year_basis: YearBasis = "title"
    correction: bool = False
    kind: str | None = None
    doubt: str | None = None  # why a person should look, although nothing else fits better


@dataclass(frozen=True, slots=True)
class Rejected:
    """A link that was looked at and is not the report, with the reason."""

    publisher: str
    fiscal_year: int
    url: str
    title: str
    page_url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One clear line about one link."""

    publisher: str
    fiscal_year: int
    url: str
    kind: str  # dead | refused | failed | ambiguous | limit
    line: str
    title: str = ""


@dataclass
class Found:
    """All that discovery says of one publisher and year."""

    publisher: str
    fiscal_year: int
    publications: list[Publication] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Resolved:
    """A publication, what its parts turned out to be (sha256 a part, ``None`` where it could not be had), and its state."""

    publication: Publication
    hashes: tuple[str | None, ...]
    state: State
    reason: str = ""

    @property
    def complete(self) -> bool:
        return all(self.hashes) and bool(self.hashes)


def resolve(publications: list[tuple[Publication, tuple[str | None, ...]]], kind: str) -> list[Resolved]:
    """Decide which publication is the report, where the facts decide it.

    1. Publications of the same bytes are one; the first stands.
    2. A report whose title speaks of the publisher's own kind goes before one of the other kind (部门决算 before 单位决算).
    3. A correction (更正), or the same title published again on a later day, supersedes what came before it.
    4. What is still more than one is ambiguous.
    """
    done: list[Resolved] = []
    kept: list[tuple[Publication, tuple[str | None, ...]]] = []
    seen: dict[tuple[str | None, ...], Publication] = {}
    for publication, hashes in publications:
        if not hashes or not all(hashes):
            done.append(Resolved(publication, hashes, "incomplete", "a part of it could not be had"))
        elif tuple(sorted(h or "" for h in hashes)) in seen:
            first = seen[tuple(sorted(h or "" for h in hashes))]
            done.append(Resolved(publication, hashes, "duplicate", f"the same bytes as {first.page_url}"))
        else:
            seen[tuple(sorted(h or "" for h in hashes))] = publication
            kept.append((publication, hashes))
    own = [(o, h) for o, h in kept if o.kind in (None, kind)]
    if own and len(own) < len(kept):
        done += [Resolved(o, h, "superseded", "speaks of the other kind (部门决算 / 单位决算)") for o, h in kept if o.kind not in (None, kind)]
        kept = own
    if len(kept) == 1:
        done.append(Resolved(*kept[0], "current", kept[0][0].doubt or ""))
    elif kept:
        done += _choose(kept)
    order = {id(publication): i for i, (publication, _) in enumerate(publications)}
    return sorted(done, key=lambda r: order[id(r.publication)])


def _choose(kept: list[tuple[Publication, tuple[str | None, ...]]]) -> list[Resolved]:
    corrections = [k for k in kept if k[0].correction]
    plain = [k for k in kept if not k[0].correction]
    dated = all(o.published for o, _ in kept)
    latest: tuple[Publication, tuple[str | None, ...]] | None = None
    if corrections and len(plain) <= 1:
        days = {o.published for o, _ in corrections}
        if len(corrections) == 1:
            latest = corrections[0]
        elif None not in days and len(days) == len(corrections):
            latest = max(corrections, key=lambda k: k[0].published or dt.date.min)
    elif not corrections and dated and len({normal(o.title) for o, _ in kept}) == 1 and len({o.published for o, _ in kept}) == len(kept):
        latest = max(kept, key=lambda k: k[0].published or dt.date.min)
    if latest is None:
        titles = "; ".join(f"{o.title} <{o.page_url}>" for o, _ in kept)
        return [Resolved(o, h, "ambiguous", f"{len(kept)} candidates that differ: {titles}") for o, h in kept]
    return [
        Resolved(o, h, "current", o.doubt or "") if o is latest[0] else Resolved(o, h, "superseded", f"corrected by {latest[0].page_url}")
        for o, h in kept
    ]


def without_twins(publications: list[Publication]) -> list[Publication]:
    """Each set of addresses once: the same report linked twice (置顶, two columns) is one publication; the fuller title stays."""
    best: dict[tuple[str, ...], Publication] = {}
    for publication in publications:
        key = tuple(sorted(p.url for p in publication.parts))
        old = best.get(key)
        if old is None:
            best[key] = publication
        else:
            best[key] = replace(
                old,
                published=old.published or publication.published,
                correction=old.correction or publication.correction,
                title=max(old.title, publication.title, key=len),
            )
    return list(best.values())
