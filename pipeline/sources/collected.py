"""What one year's collection came to: links, documents, changes, and how every publisher stands.

What belongs here: the values.  What may not: how they came about (``yearly``, ``settling``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.sources.publications import Problem

Standing = Literal["found", "kept", "ambiguous", "missing"]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One row of the table of links: what was found, what it was taken for, and what became of it."""

    publisher: str
    fiscal_year: int
    url: str
    title: str
    page_url: str
    found_by: str
    published: dt.date | None
    year_basis: str
    state: str  # current | superseded | duplicate | ambiguous | incomplete | rejected | dead | refused | failed | limit
    outcome: str | None  # downloaded | unchanged | known | dead | refused | failed; None where nothing was fetched
    sha256: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document that stands for a publisher's year, or a part of one; ``publisher`` is empty where only the document can tell."""

    publisher: str
    fiscal_year: int
    title: str
    source_url: str
    page_url: str
    sha256: str
    media_type: str
    path: str  # below the store's root
    size: int
    part: int
    parts: int
    retrieved_at: str
    revision: int
    found_by: str  # list | detail | json | direct | inbox
    member: str = ""  # its name in a package


@dataclass(frozen=True, slots=True)
class Change:
    """A publisher's report that is not the one that was kept before."""

    publisher: str
    fiscal_year: int
    title: str
    page_url: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublisherYear:
    """How a publisher stands: its report found, kept from before, ambiguous, or missing; and whether it is overdue."""

    publisher: str
    fiscal_year: int
    standing: Standing
    overdue: bool
    line: str
    expected_by: dt.date
    title: str = ""
    page_url: str = ""
    documents: int = 0
    revision: int = 0  # how often the report was published, each time with other bytes
    replaced: tuple[str, ...] = ()  # hashes of the revision before


@dataclass
class Collected:
    """All of one year."""

    fiscal_year: int
    links: list[LinkRow] = field(default_factory=list)
    documents: list[DocumentRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    publishers: list[PublisherYear] = field(default_factory=list)
    by_hand: list[Path] = field(default_factory=list)  # files of the inbox that are documents themselves
    downloads: int = 0
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0

    @property
    def missing(self) -> list[PublisherYear]:
        return [p for p in self.publishers if p.standing in ("missing", "ambiguous")]

    @property
    def every_site_failed(self) -> bool:
        """Whether sites were asked and each was asked in vain, so that nothing can be told of who has published."""
        in_vain = ("dead", "refused", "failed")
        failed = {p.publisher for p in self.problems if p.kind in in_vain}
        answered = {x.publisher for x in self.links if x.page_url and x.found_by != "inbox" and x.outcome not in in_vain}
        return bool(self.publishers) and all(p.publisher in failed - answered for p in self.publishers)

    @property
    def dead(self) -> list[Problem]:
        return [p for p in self.problems if p.kind == "dead"]
