"""One clause: from the words before a number to what they state of whom.

A clause is understood when all its words are known and stand in an order of this grammar: leads and a subject, then a predicate (a
change, a share, a completion, a budget, a final amount), then links.  Anything else has a ``problem``, and its number is unread.
What belongs here: the grammar of one clause.  What may not: words (``pipeline.lexicon``), what a sentence carries over (``sentences``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.model.chinese_numerals import value_of_numeral
from pipeline.narrative.text import marks
from pipeline.narrative.words import Stretch, Vocabulary, Word

#: What a subject may have before it, within it, and behind it; a budget only as what is compared with.
_REST = re.compile(r"^[smnoyjlufecpiz]*(?:[cj][ypsnfolu]*b[lumz]*[smnoyjlufecpiz]*)?$")
BUDGETS = ("initial_budget", "budget")
#: What another year's amount or budget is, that never stands for this year's.
OF_ANOTHER_YEAR = {"amount": "prior_amount", "budget": "prior_budget", "initial_budget": "prior_budget"}
#: What is stated of money alone: a number in another unit is none of them, and the change of a count is not the count.
_OF_MONEY = frozenset({"initial_budget", "budget", "executed", "change"})
_YEAR = re.compile(r"(20\d\d)年度?$")


@dataclass(frozen=True, slots=True)
class Clause:
    """What the words before a number state; ``problem`` says why they are not understood (then nothing else counts).

    ``basis``: the whole of a share in its words, the kind of budget of a completion; ``compared``: what the clause compares with
    (``last_year``, a kind of budget, ``""``); ``several``: of how many subjects a share is; ``each``: whether every subject has its own value;
    ``year``: the year that an amount or a budget is of, where the clause names one (``last``: the year before); ``final``: whether an amount is
    said to be the final account's.
    """

    measure: str = ""
    subject: str = ""
    sign: int = 1
    basis: str = ""
    compared: str = ""
    several: int = 0
    each: bool = False
    year: str = ""
    final: bool = False
    problem: str = ""


def understood(words: Vocabulary, text: str, part: str, kind: str) -> Clause:
    """The clause that the words ``text`` before a number of a kind (``amount``, ``percent``, ``count``, ``score``) make."""
    stretch = words.cut(text, part)
    if stretch.unknown:
        return Clause(problem="words not known: " + ", ".join(stretch.unknown))
    last = len(stretch.roles.rstrip("luz"))
    clause = _percent(stretch, last) if kind == "percent" else _number(stretch, last)
    if clause is not None and kind in ("count", "score") and clause.measure in _OF_MONEY:
        return Clause(problem=f"no unit of money behind: {text}")
    return clause or Clause(problem=f"not understood: {text}")


def compared(stretch: Stretch) -> str:
    """What a stretch compares with: ``last_year``, a kind of budget, or ``""``."""
    roles = stretch.roles
    if match := re.search(r"[cj][ypsnfolu]*b", roles):
        entry = stretch.words[match.end() - 1].entry
        return entry.concept if entry else "budget"
    return "last_year" if "p" in roles or re.search(r"[cj]y|yc", roles) else ""


def _number(stretch: Stretch, last: int) -> Clause | None:
    """An amount or a count: a change, a budget, or what a subject has."""
    roles = stretch.roles[:last]
    if match := re.search(r"vs?$", roles):
        return _change(stretch, match.start(), "change")
    if match := re.search(r"(?:[kh][ysfolu]*)?b$", roles):  # 完成年初预算12万元的83%: the budget of a completion
        entry = stretch.words[last - 1].entry
        clause = _of(stretch, match.start(), entry.concept if entry else "budget")
        return replace(clause, compared=compared(stretch), year=_year(stretch, last)) if clause is not None else None
    clause = _of(stretch, last, "executed" if roles.endswith("e") else "amount")
    return replace(clause, year=_year(stretch, last), final=bool(set(roles) & {"f", "e"})) if clause is not None else None


def _year(stretch: Stretch, last: int) -> str:
    """The year that the words before an amount name last, ``last`` for 上年; a comparison that is closed (与2022年相比) names none."""
    year = ""
    for i, word in enumerate(stretch.words[:last]):
        text = _text(stretch, word)
        if i + 1 < len(stretch.words) and marks("carried_over").match(_text(stretch, stretch.words[i + 1])):
            continue
        if word.role == "y":
            year = named[1] if (named := _YEAR.search(text)) else ""
        elif word.role == "p" and marks("last_year").match(text):
            year = "last"
        elif word.role == "c" and marks("closed_comparison").match(text):
            year = ""
    return year


def _percent(stretch: Stretch, last: int) -> Clause | None:
    """A rate: a completion, a share, a change."""
    roles = stretch.roles[:last]
    if match := re.search(r"(?:k[ysfolu]*|h[ysfol]*|l[yl]*)(b)[ur]*$", roles):
        entry = stretch.words[match.start(1)].entry
        return _of(stretch, match.start(), "completion_pct", basis=entry.concept if entry else "budget")
    if match := re.search(r"(?:k[ysfolu]*)?(b?)q[ur]*$", roles):
        entry = stretch.words[match.start(1)].entry if match[1] else None
        return _of(stretch, match.start(), "completion_pct", basis=entry.concept if entry else "budget")
    if match := re.search(r"(i?)(l*)h([smnoybfuljip]*?)u?r*$", roles):
        return _share(stretch, match)
    if match := re.search(r"vs?$", roles):
        return _change(stretch, match.start(), "change_pct")
    return None


def _share(stretch: Stretch, match: re.Match[str]) -> Clause | None:
    clause = _of(stretch, match.start(), "share_pct", basis=stretch.between(match.start(3), match.end(3)))
    if clause is None or not match[1]:
        return clause
    several = stretch.words[match.start(1)]
    counted = next((n for c in stretch.text[several.start : several.end] if (n := value_of_numeral(c))), 2)
    return Clause("share_pct", clause.subject, basis=clause.basis, several=counted)


def _change(stretch: Stretch, at: int, measure: str) -> Clause | None:
    entry = stretch.words[at].entry
    return _of(stretch, at, measure, sign=int(entry.values["sign"]) if entry else 1)


def _of(stretch: Stretch, end: int, measure: str, sign: int = 1, basis: str = "") -> Clause | None:
    """A predicate of the subject that the words before ``end`` name; ``None`` where they are no subject."""
    rest = stretch.roles[:end]
    if not _REST.match(rest):
        return None
    before = Stretch(stretch.text, stretch.words[:end])
    each = any(marks("each").match(_text(stretch, w)) for w in stretch.words[max(end - 2, 0) :] if w.role == "l")
    return Clause(measure, _subject(before), sign, basis, compared(before), each=each)


def _text(stretch: Stretch, word: Word) -> str:
    return stretch.text[word.start : word.end]


def _subject(before: Stretch) -> str:
    """The subject in the words before a predicate; ``""`` where they name none, or only the final account."""
    roles = re.sub(r"[cj][ypfolu]*b|[cj]?[yp][sf]*c(?![ypb])|[cj][yp]f*|p", lambda m: "z" * len(m[0]), before.roles)
    run = re.search(r"[snfe](?:[snfeujylizp]*[snfe])?(?=[lujyizmoc]*$)", roles)
    if run is None:
        return ""
    text = before.between(run.start(), run.end())
    text = re.sub("[“”]", "", text) if marks("item").search(text) else text
    text = marks("year_within").sub("", text)
    if marks("final_alone").match(text):
        return text if marks("side").match(text) else ""
    return marks("spent").sub("", marks("final_behind").sub("", text))


def named_in(stretch: Stretch) -> str:
    """The subject that a stretch without a predicate names; ``""`` for none, or where it has other words."""
    return _subject(stretch) if _REST.match(stretch.roles) else ""
