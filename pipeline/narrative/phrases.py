"""Wordings that state something without a number, or open a stretch of free text, compiled from the lexicon.

What belongs here: where in a sentence they stand.  What may not: whose they are (``sentences``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.lexicon import Entry, Lexicon, lexicon
from pipeline.narrative.words import plain_text

#: Within a clause of plain text: a comma between digits parts thousands.
_INNER = r"(?:[^,。;]|(?<=\d),(?=\d{3}))"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording: its kind, its words, what it compares with, and its offsets in the sentence.

    ``kind``: ``flat``, ``direction``, ``no_budget``, ``none``, ``reason``, ``purpose``; ``at`` is where its words begin, ``start`` where the
    comparison before them does; ``base`` is ``None`` where nothing is compared with.
    """

    kind: str
    words: str
    base: str | None
    start: int
    at: int
    end: int
    entry: Entry | None = None


def phrases(text: str) -> Iterator[Phrase]:
    """Every such wording of a sentence."""
    plain, at = plain_text(text)
    found = _compiled(lexicon())
    for kind, pattern, entry in found:
        for m in pattern.finditer(plain):
            groups = m.groupdict()
            first, last = m.span("word") if "word" in groups else m.span()
            if first == last or (kind == "none" and _lacking(plain[first:last])):
                continue
            end = at[last - 1] + 1
            yield Phrase(kind, text[at[first] : end], groups.get("base") or None, at[m.start()], at[first], end, entry)


def direction_sign(word: str) -> int | None:
    """The sign of final less budget that a word (大于, 小于, 持平 …) says, ``None`` for another word."""
    entry = lexicon().find("verbs", word)
    return int(entry.values["sign"]) if entry is not None and entry.concept in ("above", "below", "equal", "flat") else None


def _lacking(words: str) -> bool:
    """Whether the words say that a budget or last year's number is lacking: no statement about the money itself."""
    return any(e.matches(words) for e in lexicon().entries("absences") if e.concept == "no_comparison")


def _words(words: Lexicon, kind: str, *concepts: str, most: int = 99) -> str:
    listed = {w for e in words.entries(kind) if e.concept in concepts for w in e.words if len(w) <= most}
    return "|".join(sorted(map(re.escape, listed), key=len, reverse=True))


@lru_cache(maxsize=8)
def _compiled(words: Lexicon) -> tuple[tuple[str, re.Pattern[str], Entry | None], ...]:
    compare = f"(?!同比)(?:{_words(words, 'clause_words', 'comparison', most=1)}|与|和)(?<!相比)(?<!对比)(?<!同比)"
    budgets = "|".join(e.pattern for e in words.entries("budget_words") if e.pattern)
    flat = _words(words, "verbs", "flat")
    above = _words(words, "verbs", "above", "below", "equal")
    own: list[tuple[str, re.Pattern[str], Entry | None]] = [
        ("flat", re.compile(rf"(?:{compare}(?P<base>(?:(?!{compare}){_INNER}){{0,18}}?))?(?P<word>{flat})"), None),
        ("direction", re.compile(rf"(?P<word>{above})(?P<base>{budgets})"), None),
    ]
    for kind, concepts in (("absences", ("no_budget", "none")), ("clause_words", ("reason", "purpose"))):
        own += [(e.concept, re.compile(e.pattern), e) for e in words.entries(kind) if e.concept in concepts and e.pattern]
    return tuple(own)


@dataclass(frozen=True, slots=True)
class Found:
    """Where an entry's pattern was found in a text: offsets of the whole, and of its named groups."""

    text: str
    start: int
    end: int
    spans: dict[str, tuple[int, int]]

    def __getitem__(self, group: str) -> str:
        first, last = self.spans[group]
        return self.text[first:last]


def found(text: str, concept: str, kind: str = "performance") -> Iterator[Found]:
    """Every place of a text where the pattern of a concept is found, in order."""
    plain, at = plain_text(text)
    for entry in lexicon().entries(kind):
        if entry.concept == concept:
            for m in entry.found_in(plain):
                if m.end() > m.start():
                    spans = {g: (at[m.start(g)], at[m.end(g) - 1] + 1) for g, v in m.groupdict().items() if v}
                    yield Found(text, at[m.start()], at[m.end() - 1] + 1, spans)


def first(text: str, concept: str, kind: str = "performance") -> Found | None:
    """The first such place, or ``None``."""
    return next(found(text, concept, kind), None)
