"""An annex under construction, and what became of a title that found no table.

What belongs here: the rows and lines of one annex; titles that only a list or a sentence names.  What may not: where an annex begins
(``outline``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipeline.lexicon.annexes import around
from pipeline.recognition.annexes.evaluations import Evaluation
from pipeline.recognition.annexes.grid import GridRow, TextLine

Kind = Literal["self_evaluation", "goal", "summary", "scoring", "other", "contents"]

#: Lines below a title that may be those of its table.
_LONGEST = 150
_PAGE_BEHIND = re.compile(r"(\.{3,}|…|·{3,}|\s)\s*\d{1,3}\s*$")


@dataclass
class Annex:
    """One annex table under construction: what it is by its title and headings, its rows over all pages, and its lines.

    ``named``: its title says what it is.  An annex without rows was announced by its title and not found.
    """

    kind: Kind
    title: str = ""
    unit: str = ""
    evaluation: Evaluation | None = None
    named: bool = False
    rows: list[GridRow] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)
    note: str = ""
    done: bool = False
    listed: bool = False  # a title without a table: named in a list of what follows
    reason: str = ""  # of a title without a table that is in no list


def settle(annexes: Sequence[Annex], lines: Mapping[int, TextLine], stops: Sequence[int], pictures: Mapping[int | None, str]) -> list[Annex]:
    """The annexes without titles that are none.

    A title without a table that a later annex of its kind repeats, or that stands in a list, is listed; any other is unread, with the
    lines below it up to the next of ``stops`` and, where its page holds a picture, what that is.
    """
    kept = [a for a in annexes if a.rows or not _in_sentence(a.lines[0].sequence, lines)]
    begun = [(a.kind, a.lines[0].sequence) for a in kept if a.rows and a.lines]
    titles = [a.lines[0].sequence for a in kept if not a.rows]
    for annex in kept:
        if annex.rows:
            continue
        at = annex.lines[0].sequence
        end = min((s for s in stops if s > at), default=at + _LONGEST)
        below = [line for s, line in lines.items() if at < s < min(end, at + _LONGEST)]
        numbered = bool(_PAGE_BEHIND.search(annex.lines[0].line.text))
        in_list = any(0 < abs(other - at) <= 2 for other in titles)
        later = any(kind == annex.kind for kind, _ in begun) and all(at < s for kind, s in begun if kind == annex.kind)
        annex.listed = numbered or in_list or (len(below) <= 2 and later)
        if not annex.listed:
            annex.lines += below
            problem = pictures.get(annex.lines[0].page)
            annex.reason = f"its table is a picture: {problem}" if problem else "its title stands without a table that could be read"
    return kept


def _in_sentence(at: int, lines: Mapping[int, TextLine]) -> bool:
    """Whether a line is the middle of a sentence that is wrapped: what stands before or behind it goes on."""
    before, behind = (lines[s].words if s in lines else "" for s in (at - 1, at + 1))
    return bool(around("goes_on").search(before) or around("gone_on").match(behind))
