"""The parts of a document, and the account of every number that is printed in them.

A part is anything that has a title or should have one: a statutory form, an annex table, a section of the narrative, a table of
some other kind.  Every number of a document belongs to one part and ends there as exactly one of: figure, statement, identifier
(with its kind), or unread (with why).  Source: ``core.parts``, ``core.unread_numbers``.

What belongs here: these values, and finding numbers in a text.  What may not: how a part is recognised.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from pipeline.model.figures import Place
from pipeline.model.numbers import half_width

Account = Literal["figure", "statement", "identifier", "unread"]
PartKind = Literal["form", "self_evaluation", "self_evaluation_summary", "evaluation", "narrative", "other"]
#: ``read``: every figure of it has its address; ``empty``: its body was read and is blank; ``unread``: found and not understood;
#: ``other``: known not to be of interest; ``listed``: named in the contents only; ``missing``: a statutory form that stands nowhere.
PartState = Literal["read", "empty", "unread", "other", "listed", "missing"]

#: A printed number: digits with the separators and points inside; its sign and unit are not part of it.
_NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed number: what became of it, its kind (of an identifier: year, code …; of an unread one: why), text and place.

    ``sentence`` is the text that it stands in: a sentence, a cell, a line.
    """

    account: Account
    kind: str
    text: str
    place: Place = field(default_factory=Place)
    sentence: str = ""


@dataclass
class Part:
    """One part of a document.

    ``concept``: of a form, its key; of an annex its statement (``form3``); else what it is about.  ``blocks``: positions of its lines
    and tables in :meth:`pipeline.reading.document.Document.blocks`.  ``numbers``: every number printed in those blocks.
    """

    kind: PartKind
    concept: str
    title: str
    state: PartState
    reason: str = ""
    place: Place = field(default_factory=Place)
    last_page: int | None = None
    blocks: set[int] = field(default_factory=set)
    numbers: list[Printed] = field(default_factory=list)

    def count(self, account: Account) -> int:
        """How many of its numbers ended so."""
        return sum(n.account == account for n in self.numbers)


def numbers_in(text: str) -> Iterator[tuple[int, int, str]]:
    """``(start, end, digits)`` of every number printed in a text, in order; a list number or a year is one as well."""
    for match in _NUMBER.finditer(half_width(text)):
        yield match.start(), match.end(), match.group()


def tally(parts: Iterable[Part]) -> dict[Account, int]:
    """How the numbers of all parts ended."""
    counts = Counter(n.account for part in parts for n in part.numbers)
    accounts: tuple[Account, ...] = ("figure", "statement", "identifier", "unread")
    return {account: counts[account] for account in accounts}
