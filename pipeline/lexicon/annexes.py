"""What the printed words of an annex mean: the ``annexes_*.toml`` of the lexicon, asked by readers of cells and of text layers alike.

What belongs here: taking off what stands beside a word (a bracket, a letter, a number of a list, a weight), and looking the rest up.
What may not: a word, a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from pipeline.lexicon import Lexicon, Wordings, any_of, lexicon
from pipeline.model.text import canonical

_LONGEST_TITLE = 80
_BRACKET = re.compile(r"\([^()]*\)?$")
_LETTERS = re.compile(r"(?<=[\u4e00-\u9fff)])(?:[A-Z][A-Z0-9/÷×*%=]*|%)$")
_ORDER = re.compile(r"^(?:其中:|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、](?!\d)|[①-⑳])+")
_WEIGHT = re.compile(r"\(?\d+(\.\d+)?(分|%)?\)?$")
#: What stands behind a heading in brackets: how it is counted, its unit.
_UNIT = re.compile(r"\([^()]*\)")


@lru_cache(maxsize=65536)
def words(text: str | None) -> str:
    """``text`` as the lexicon sees it: no white space and no quotes, half-width brackets and digits."""
    return canonical(text)


def _spellings(plain: str) -> Iterator[str]:
    """A canonical text, and what is left of it as the brackets and letters behind it and the number of a list before it are taken off."""
    while plain:
        yield plain
        shorter = _LETTERS.sub("", _BRACKET.sub("", _ORDER.sub("", plain.rstrip(":")))).rstrip(":")
        if shorter == plain:
            return
        plain = shorter


def bare(text: str) -> str:
    """A canonical text without all that: ``执行率(B/A)`` → ``执行率``."""
    *_, shortest = ("", *_spellings(text))
    return shortest


def concept(kind: str, text: str, scope: str) -> str | None:
    """What a whole heading or label means in a kind of table, with or without what stands before and behind it."""
    return _concept(lexicon(), kind, text, scope)


@lru_cache(maxsize=65536)
def _concept(entries: Lexicon, kind: str, text: str, scope: str) -> str | None:
    found = (entries.find(kind, spelling, scope) for spelling in _spellings(words(text)))
    return next((entry.concept for entry in found if entry is not None), None)


def heading(text: str, scope: str) -> str | None:
    """The concept of a column's heading in one kind of table (``head``, ``budget``, ``indicator``, ``summary``, ``scoring``, ``other``)."""
    return concept("annexes_headings", text, scope)


def label(text: str, scope: str) -> str | None:
    """The concept of a row's label: a ``fund`` of the budget block, or of any ``row`` (sum, subtotal, block, goal, remark …)."""
    return concept("annexes_rows", text, scope)


def is_row(text: str, *concepts: str) -> bool:
    """Whether a text is a label of one of these concepts of rows."""
    own, plain = lexicon(), words(text)
    return bool((own.concepts("annexes_rows", plain, "row") | own.concepts("annexes_rows", bare(plain), "row")) & frozenset(concepts))


def headings_in(text: str, scope: str) -> list[tuple[str, str]]:
    """``(concept, words)`` of the headings that the joined words of a heading row are made of, in order; each heading once."""
    return list(_headings_in(lexicon(), words(text), scope))


@lru_cache(maxsize=4096)
def _headings_in(entries: Lexicon, text: str, scope: str) -> tuple[tuple[str, str], ...]:
    known = {canonical(w): e.concept for e in reversed(entries.entries("annexes_headings")) if scope in e.scope for w in e.words}
    longest = re.compile("|".join(map(re.escape, sorted(known, key=lambda w: -len(w)))))
    return tuple(dict.fromkeys((known[match.group()], match.group()) for match in longest.finditer(text)))


def columns_in(text: str, scope: str) -> list[tuple[str, str]]:
    """``(concept, words)`` of every column that the joined words of a heading row name, in order; ``""`` for words that are not known."""
    plain = words(text)
    found: list[tuple[str, str]] = []
    for concept_of, printed in headings_in(plain, scope):
        before, _, plain = plain.partition(printed)
        found += [*_unknown(before, scope), (concept_of, printed)]
    return [*found, *_unknown(plain, scope)]


def _unknown(text: str, scope: str) -> list[tuple[str, str]]:
    rest = _UNIT.sub("", text)
    return [(heading(rest, scope) or "", rest)] if len(re.findall("[一-鿿]", rest)) > 1 else []


def around(concept_of: str) -> Wordings:
    """What stands around tables and within titles of annexes: a note, a number, a sentence that goes on …"""
    return any_of("annexes_around", concept_of)


def title(text: str) -> str | None:
    """What a line says that the table below it is (``self_evaluation``, ``summary``, ``goal``, ``evaluation``, ``contents``, ``section``,
    ``table``), or ``None``: a sentence is no title."""
    plain = words(text)
    if not 1 < len(plain) <= _LONGEST_TITLE or re.search(r"[。;，,]|详见", plain):
        return None
    found = lexicon().find("annexes_titles", plain, "title")
    return found.concept if found is not None else None


def levels(name: str) -> frozenset[int]:
    """The levels (1, 2) that a name of indicators, without its weight, can be of; empty for the name of an indicator."""
    return _levels(lexicon(), name)[0]


def only_level2(name: str) -> bool:
    """Whether a name is that of a level 2 wherever it stands."""
    return _levels(lexicon(), name)[1]


@lru_cache(maxsize=65536)
def _levels(entries: Lexicon, name: str) -> tuple[frozenset[int], bool]:
    plain = words(name)
    found = [e for e in entries.entries("annexes_levels") if e.matches(plain)]
    return frozenset(int(e.concept[-1]) for e in found), any(e.values.get("only") for e in found)


def without_weight(name: str) -> str:
    """A name without the weight that stands behind it: ``产出指标（40分）``."""
    return _WEIGHT.sub("", words(name))


def grades() -> tuple[tuple[str, Decimal], ...]:
    """Grades with the score from which on each is due, best first."""
    return tuple((e.concept, Decimal(e.values["from"])) for e in lexicon().entries("annexes_grades"))


def grade(text: str) -> str | None:
    """The grade that a word means (优秀 → 优), or ``None``."""
    found = lexicon().find("annexes_grades", text)
    return found.concept if found is not None else None
