"""The words of a clause: a stretch of text cut into words of the lexicon, so that nothing of it is overlooked.

Every word has a role in the clause's grammar, one letter each (:data:`ROLES`); what no entry knows is ``unknown``, and a clause with
an unknown word is not understood.  What belongs here: cutting a text into known words.  What may not: what a clause of such
words states (``clauses``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.lexicon import Entry, Lexicon, lexicon
from pipeline.lexicon.identifiers import identifier_kind
from pipeline.model.classification import categories
from pipeline.model.parts import numbers_in
from pipeline.model.text import canonical

#: Kind and concept of an entry → its role: b budget, c comparison, d direction, e executed, f final, g none, h share, i several,
#: j joint, k completion, l link, m lead, n name, o own name, p last year, q rate of completion, r rate, s word of a subject, t flat,
#: u of, v change, y year, z mark.
ROLES: dict[tuple[str, str], str] = {
    ("verbs", "increase"): "v",
    ("verbs", "decrease"): "v",
    ("verbs", "above"): "d",
    ("verbs", "below"): "d",
    ("verbs", "equal"): "d",
    ("verbs", "flat"): "t",
    ("budget_words", "initial_budget"): "b",
    ("budget_words", "budget"): "b",
    ("budget_words", "final"): "f",
    ("budget_words", "executed"): "e",
    ("budget_words", "completion"): "k",
    ("budget_words", "completion_rate"): "q",
    ("budget_words", "share"): "h",
    ("budget_words", "rate"): "r",
    ("clause_words", "link"): "l",
    ("clause_words", "joint"): "j",
    ("clause_words", "of"): "u",
    ("clause_words", "comparison"): "c",
    ("clause_words", "last_year"): "p",
    ("clause_words", "year"): "y",
    ("clause_words", "this_year"): "y",
    ("clause_words", "list_mark"): "m",
    ("clause_words", "lead"): "m",
    ("clause_words", "ordinal"): "y",
    ("clause_words", "several"): "i",
    ("clause_words", "own"): "o",
    ("clause_words", "none"): "g",
    ("subject_words", "subject"): "s",
    ("title_words", "title"): "z",
    ("title_words", "decoration"): "z",
}
#: The section that titles are cut in: its words are those of all sections, and the title words.
TITLE = "title"
#: A word of the open classes (a body's name, a name with its mark) costs more the longer it is, so that listed words come first.
_LISTED, _OPEN, _UNKNOWN = 1.0, 0.5, 1000.0
_LONGEST = 400
_MARKED = re.compile(r"(?:[^,;:。()0-9、]|\([^()]{1,16}\)|、(?=[^,;:。()]{1,20}\()){1,40}?\((?:类|款|项)\)")
_OPENING, _CLOSING = frozenset("“‘「『《"), frozenset("”’」』》")
_PUNCTUATION = frozenset(",;:。、()[]!?-—…·/%>+~")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a stretch: its offsets, its role, and the entry that knows it (``None`` for a name)."""

    start: int
    end: int
    role: str
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of text as words, and the runs of it that no entry knows."""

    text: str
    words: tuple[Word, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def roles(self) -> str:
        return "".join(word.role for word in self.words)

    def between(self, first: int, last: int) -> str:
        """The text from word ``first`` up to, not including, word ``last``."""
        return self.text[self.words[first].start : self.words[last - 1].end] if first < last else ""


class Vocabulary:
    """The words of one report: the lexicon's, its publisher's name, and the names that its own forms print."""

    def __init__(self, year: int | None = None, publisher: str = "", names: Iterable[str] = ()) -> None:
        self.lexicon = lexicon()
        self.year = year
        self._own = {canonical(publisher)[i:] for i in range(max(len(canonical(publisher)) - 2, 0))}
        self._names = frozenset(canonical(name) for name in names if len(canonical(name)) > 1)
        self._cut: dict[tuple[str, str], Stretch] = {}

    def cut(self, text: str, part: str) -> Stretch:
        """``text`` as words, in the section ``part``."""
        key = (text, part)
        if key not in self._cut:
            if len(self._cut) > 20_000:
                self._cut.clear()
            self._cut[key] = self._segment(text, part) if len(text) <= _LONGEST else Stretch(text, (), (f"{text[:30]}…",))
        return self._cut[key]

    def entry(self, kind: str, text: str, scope: str | None = None) -> Entry | None:
        """The entry of a kind that the whole text is."""
        return self.lexicon.find(kind, text, scope, self.year)

    # -- cutting ---------------------------------------------------------------------------------

    def _segment(self, text: str, part: str) -> Stretch:
        plain, at = plain_text(text)
        idle = _identifiers(plain)
        end = len(plain)
        cost = [0.0] * (end + 1)
        step: list[tuple[int, str, Entry | None]] = [(end, "", None)] * (end + 1)
        for i in range(end - 1, -1, -1):
            cost[i], step[i] = cost[i + 1] + _UNKNOWN, (i + 1, "?", None)
            for length, role, entry, price in self._starting(plain, i, part, idle):
                if price + cost[i + length] < cost[i]:
                    cost[i], step[i] = price + cost[i + length], (i + length, role, entry)
        return _stretch(text, at, step)

    def _starting(self, plain: str, i: int, part: str, idle: dict[int, int]) -> Iterator[tuple[int, str, Entry | None, float]]:
        """The words that begin at ``i``: length, role, entry, price."""
        if i in idle:
            yield idle[i] - i, "y", None, _LISTED
        if plain[i] in _PUNCTUATION:
            yield 1, "j" if plain[i] == "、" else "z", None, _LISTED
        for word, role, entry in _listed(self.lexicon, part, self.year).get(plain[i], ()):
            if plain.startswith(word, i):
                yield len(word), role, entry, _LISTED
        for pattern, role, entry in _patterns(self.lexicon, self.year):
            if (match := pattern.match(plain, i)) and match.end() > i:
                length = match.end() - i
                yield length, role, entry, _LISTED + (_OPEN * length if role == "o" else 0)
        yield from self._named(plain, i, part)

    def _named(self, plain: str, i: int, part: str) -> Iterator[tuple[int, str, Entry | None, float]]:
        if match := _MARKED.match(plain, i):
            yield match.end() - i, "n", None, _LISTED + _OPEN * (match.end() - i)
        for length in range(2, min(len(plain) - i, 40) + 1):
            piece = plain[i : i + length]
            if piece in self._names or piece in _classified(part):
                yield length, "n", None, _LISTED
            elif length > 2 and piece in self._own:
                yield length, "o", None, _LISTED


@lru_cache(maxsize=1024)
def plain_text(text: str) -> tuple[str, list[int]]:
    """``text`` as the lexicon compares it, and where each of its characters stands in ``text`` (its length at the end)."""
    plain, at = [], []
    for n, character in enumerate(text):
        if one := _plain(character):
            plain.append(one)
            at.append(n)
    at.append(len(text))
    return "".join(plain), at


@lru_cache(maxsize=32768)
def _plain(character: str) -> str:
    return canonical(character)


def _identifiers(plain: str) -> dict[int, int]:
    """Numbers within a stretch that name something (第1项, 2130301): start → end."""
    return {start: end for start, end, _ in numbers_in(plain) if identifier_kind(plain, start, end)}


def _stretch(text: str, at: list[int], step: list[tuple[int, str, Entry | None]]) -> Stretch:
    words: list[Word] = []
    unknown: list[str] = []
    i, run = 0, ""
    while i < len(at) - 1:
        after, role, entry = step[i]
        if role == "?":
            run += text[at[i]]
        else:
            if run:
                unknown.append(run)
                run = ""
            start = at[i] - 1 if at[i] and text[at[i] - 1] in _OPENING else at[i]
            closed = at[after - 1] + 1 < len(text) and text[at[after - 1] + 1] in _CLOSING
            words.append(Word(start, at[after - 1] + 1 + closed, role, entry))
        i = after
    return Stretch(text, tuple(words), (*unknown, run) if run else tuple(unknown))


_Listed = dict[str, tuple[tuple[str, str, Entry], ...]]


@lru_cache(maxsize=256)
def _listed(words: Lexicon, part: str, year: int | None) -> _Listed:
    """The listed words of a section by their first character."""
    found: dict[str, list[tuple[str, str, Entry]]] = {}
    scope = None if part in (TITLE, "other") else part  # a section of other matters may speak of anything
    for kind in ("clause_words", "verbs", "budget_words", "subject_words", *(("title_words",) if part == TITLE else ())):
        for entry in words.entries(kind):
            role = ROLES.get((kind, entry.concept))
            if role and entry.holds(scope, year):
                for word in map(canonical, entry.words):
                    found.setdefault(word[0], []).append((word, role, entry))
    return {first: tuple(entries) for first, entries in found.items()}


@lru_cache(maxsize=64)
def _patterns(words: Lexicon, year: int | None) -> tuple[tuple[re.Pattern[str], str, Entry], ...]:
    """Words that are patterns: years, budgets, bodies."""
    return tuple(
        (re.compile(entry.pattern), role, entry)
        for kind in ("clause_words", "budget_words", "title_words")
        for entry in words.entries(kind)
        if entry.pattern and entry.holds(None, year) and (role := ROLES.get((kind, entry.concept)))
    )


#: Sections whose subjects are items of a classification.
_CLASSIFIED = {
    **dict.fromkeys(("basic", "operating_costs", "ordinary_spending"), "economic"),
    **dict.fromkeys(("general_budget", "fund", "state_capital"), "functional"),
}


@lru_cache(maxsize=16)
def _classified(part: str) -> frozenset[str]:
    """The names of the classification that a section speaks of."""
    wanted = _CLASSIFIED.get(part)
    listed = (c for (kind, _), found in categories().items() if kind == wanted for c in found)
    return frozenset(canonical(name) for c in listed for name in c.names)
