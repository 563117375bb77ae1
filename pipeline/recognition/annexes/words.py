"""What the printed words of an annex mean, asked of the lexicon (``lexicon/annexes_*.toml``).

What belongs here: taking off what stands beside a word (a bracket, a letter, a number of a list), and looking the rest up.  What may
not: a word.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from pipeline.lexicon import Lexicon, lexicon
from pipeline.model.text import canonical

_LONGEST_TITLE = 80
_BRACKET = re.compile(r"\([^()]*\)?$")
_LETTERS = re.compile(r"(?<=[\u4e00-\u9fff)])(?:[A-Z][A-Z0-9/÷×*%=]*|%)$")
_ORDER = re.compile(r"^(?:其中:|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、](?!\d)|[①-⑳])+")


@lru_cache(maxsize=65536)
def words(text: str | None) -> str:
    """``text`` as the lexicon sees it: no white space and no quotes, half-width brackets and digits."""
    return canonical(text)


def bare(text: str) -> str:
    """Canonical ``text`` without the brackets and letters behind it and the number of a list before it: ``执行率(B/A)`` → ``执行率``."""
    text = _ORDER.sub("", text.rstrip(":"))
    while True:
        shorter = _LETTERS.sub("", _BRACKET.sub("", text)).rstrip(":")
        if shorter == text or not shorter:
            return text
        text = shorter


def heading(text: str, scope: str) -> str | None:
    """The concept of a column's heading in one kind of table (``head``, ``budget``, ``indicator``, ``summary``, ``scoring``, ``other``)."""
    return _heading(lexicon(), text, scope)


@lru_cache(maxsize=65536)
def _heading(entries: Lexicon, text: str, scope: str) -> str | None:
    plain = words(text)
    for form in dict.fromkeys((plain, bare(plain))):
        if form and (found := entries.find("annexes_headings", form, scope)) is not None:
            return found.concept
    return None


def label(text: str, scope: str) -> str | None:
    """The concept of a row's label: a ``fund`` of the budget block, or of any ``row`` (sum, subtotal, block, goal, remark …)."""
    return _label(lexicon(), text, scope)


@lru_cache(maxsize=65536)
def _label(entries: Lexicon, text: str, scope: str) -> str | None:
    plain = words(text)
    for form in dict.fromkeys((plain, bare(plain))):
        if form and (found := entries.find("annexes_rows", form, scope)) is not None:
            return found.concept
    return None


def is_row(text: str, *concepts: str) -> bool:
    """Whether a text is a label of one of these concepts of rows."""
    return bool(_concepts_of_row(lexicon(), text) & frozenset(concepts))


@lru_cache(maxsize=65536)
def _concepts_of_row(entries: Lexicon, text: str) -> frozenset[str]:
    plain = words(text)
    rows = [e for e in entries.entries("annexes_rows") if "row" in e.scope]
    return frozenset(e.concept for e in rows if e.matches(plain) or e.matches(bare(plain)))


def title(text: str) -> str | None:
    """What a line says that the table below it is (``self_evaluation``, ``summary``, ``goal``, ``evaluation``, ``contents``, ``section``,
    ``table``), or ``None``: a sentence is no title."""
    plain = words(text)
    if not 1 < len(plain) <= _LONGEST_TITLE or re.search(r"[。;，,]|详见", plain):
        return None
    found = lexicon().find("annexes_titles", plain, "title")
    return found.concept if found is not None else None


def levels(name: str) -> frozenset[int]:
    """The levels (1, 2) that a name, without its weight, can be of; empty for the name of an indicator."""
    return _levels(lexicon(), name)[0]


def only_level2(name: str) -> bool:
    """Whether a name is that of a level 2 wherever it stands."""
    return _levels(lexicon(), name)[1]


@lru_cache(maxsize=65536)
def _levels(entries: Lexicon, name: str) -> tuple[frozenset[int], bool]:
    found = [e for e in entries.entries("annexes_levels") if e.matches(name)]
    return frozenset(int(e.concept[-1]) for e in found), any(e.values.get("only") for e in found)


def grades() -> tuple[tuple[str, Decimal], ...]:
    """Grades with the score from which on each is due, best first."""
    return tuple((e.concept, Decimal(e.values["from"])) for e in lexicon().entries("annexes_grades"))


def grade(text: str) -> str | None:
    """The grade that a word means (优秀 → 优), or ``None``."""
    found = lexicon().find("annexes_grades", text)
    return found.concept if found is not None else None
