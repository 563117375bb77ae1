"""What tells a heading from a body in tables of words, asked of the lexicon (``lexicon/annexes_*.toml``).

What belongs here: looking up.  What may not: a word, a column.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.lexicon import Lexicon, lexicon
from pipeline.model.text import canonical

_BEHIND = re.compile(r"(\([^()]*\)|(?<=[一-鿿])[A-Z]|:)$")
_BEFORE = re.compile(r"^(其中:|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\))")
_WEIGHT = re.compile(r"\(?\d+(\.\d+)?(分|%)?\)?$")
#: What stands behind a heading in brackets: how it is counted, its unit.
_UNIT = re.compile(r"\([^()]*\)")
_LONGEST_TITLE = 60


def title(text: str) -> str | None:
    """What a line says that the table below it is (``self_evaluation``, ``summary`` …); a sentence is no title."""
    plain = canonical(text)
    if not 1 < len(plain) <= _LONGEST_TITLE or re.search(r"[。;，,:、]|详见", plain):
        return None
    found = lexicon().find("annexes_titles", plain, "title")
    return found.concept if found is not None else None


def concept(kind: str, text: str, scope: str) -> str | None:
    """What a whole heading or label means in a kind of table, with or without what stands in brackets behind it."""
    return _concept(lexicon(), kind, text, scope)


@lru_cache(maxsize=65536)
def _concept(entries: Lexicon, kind: str, text: str, scope: str) -> str | None:
    plain = canonical(text)
    while plain:
        if (found := entries.find(kind, plain, scope)) is not None:
            return found.concept
        shorter = _BEFORE.sub("", _BEHIND.sub("", plain))
        if shorter == plain:
            return None
        plain = shorter
    return None


def headings_in(text: str, scope: str) -> list[tuple[str, str]]:
    """``(concept, words)`` of the headings that the joined words of a heading row are made of, in order; each heading once."""
    return list(_headings_in(lexicon(), canonical(text), scope))


@lru_cache(maxsize=4096)
def _headings_in(entries: Lexicon, text: str, scope: str) -> tuple[tuple[str, str], ...]:
    words = {canonical(w): e.concept for e in reversed(entries.entries("annexes_headings")) if scope in e.scope for w in e.words}
    longest = re.compile("|".join(map(re.escape, sorted(words, key=lambda w: -len(w)))))
    return tuple(dict.fromkeys((words[match.group()], match.group()) for match in longest.finditer(text)))


def columns_in(text: str, scope: str) -> list[tuple[str, str]]:
    """``(concept, words)`` of every column that the joined words of a heading row name, in order; ``""`` for words that are not known."""
    plain = canonical(text)
    found: list[tuple[str, str]] = []
    for concept_of, words in headings_in(plain, scope):
        before, _, plain = plain.partition(words)
        found += [*_unknown(before, scope), (concept_of, words)]
    return [*found, *_unknown(plain, scope)]


def _unknown(text: str, scope: str) -> list[tuple[str, str]]:
    words = _UNIT.sub("", text)
    return [(concept("annexes_headings", words, scope) or "", words)] if len(re.findall("[一-鿿]", words)) > 1 else []


@lru_cache(maxsize=65536)
def levels(text: str) -> frozenset[int]:
    """The levels (1, 2) that a name of indicators can be of, its weight in brackets behind it or not."""
    plain = canonical(text)
    names = (plain, _WEIGHT.sub("", plain))
    return frozenset(int(e.concept[-1]) for e in lexicon().entries("annexes_levels") if any(e.matches(n) for n in names))


@lru_cache(maxsize=65536)
def only_level2(text: str) -> bool:
    """Whether a name is that of a level 2 wherever it stands."""
    plain = _WEIGHT.sub("", canonical(text))
    return any(e.values.get("only") and e.matches(plain) for e in lexicon().entries("annexes_levels"))


def weighted(text: str) -> bool:
    """Whether a weight stands behind a name: ``产出指标（40分）``."""
    return bool(re.search(r"\d+(\.\d+)?(分|%)?\)?$", canonical(text)))


def is_grade(text: str) -> bool:
    return lexicon().find("annexes_grades", text) is not None
