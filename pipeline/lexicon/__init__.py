"""The words of the documents as data: every title, heading, label, unit, verb and subject, each mapped to its concept.

One TOML file a kind of words beside this module; an entry says what it means (``concept``), how it is printed (``words`` or a
``pattern`` over canonical text), since and until which fiscal year, where it was seen, and an example line that the tests read back.
A folder named by ``FINAL_ACCOUNTS_LEXICON`` adds entries of the same form without any code.

What belongs here: loading and looking up.  What may not: reading a document.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator

from pipeline.model.text import canonical

__all__ = ["VARIABLE", "Entry", "Lexicon", "LexiconError", "Wordings", "any_of", "concepts", "lexicon", "name_of", "wordings", "words_of"]

#: Names a folder with more entries (``titles.toml`` …).
VARIABLE = "FINAL_ACCOUNTS_LEXICON"
_FOLDER = Path(__file__).parent
#: Said to an entry of the project's own.
_OWN = {"own": True}
_GROUP = re.compile(r"\(\?P<(\w+)>")


class LexiconError(ValueError):
    """An entry that cannot be taken: which file, which entry, what is wrong."""


class Entry(BaseModel):
    """One entry: what words mean.

    ``words`` match a whole text, ``pattern`` is searched in it, ``unless`` excludes; all over canonical text
    (:func:`~pipeline.model.text.canonical`).  ``scope`` limits the entry to a form, a section, a table kind.  ``values`` holds what the
    kind needs besides (a verb's sign, a unit's factor).  ``example`` is a text that the entry matches: of an added entry it is tried when
    the entry is loaded, of the project's own by the tests (half a second of compiling patterns in every process that reads).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    concept: str
    words: tuple[str, ...] = ()
    pattern: str = ""
    unless: str = ""
    scope: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    seen: str
    example: str
    zh: str = ""
    values: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _matches_its_example(self, told: ValidationInfo) -> Entry:
        if bool(self.words) == bool(self.pattern):
            raise ValueError("an entry has either words or a pattern")
        if told.context == _OWN:
            return self
        try:
            matches = self.matches(self.example)
        except re.error as error:
            raise ValueError(f"its pattern is no regular expression: {error}") from None
        if not matches:
            raise ValueError(f"it does not match its own example {self.example!r}")
        return self

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(canonical(word) for word in self.words)

    @cached_property
    def _searched(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _excluded(self) -> re.Pattern[str]:
        return re.compile(self.unless)

    def matches(self, text: str) -> bool:
        """Whether a text, in any spelling, is meant."""
        return self.means(canonical(text))

    def means(self, plain: str) -> bool:
        """The same of a canonical text."""
        found = plain in self._whole if self.words else self._searched.search(plain) is not None
        return found and not (self.unless and self._excluded.search(plain))

    @property
    def expression(self) -> str:
        """The pattern that a canonical text is searched for: whole words as one that is anchored on both sides."""
        return self.pattern or f"^(?:{'|'.join(map(re.escape, map(canonical, self.words)))})$"

    def found_in(self, plain: str) -> Iterator[re.Match[str]]:
        """Every place of a canonical text where the pattern is found, in order."""
        return self._searched.finditer(plain)

    def holds(self, scope: str | None, year: int | None) -> bool:
        """Whether the entry is one of this scope and year; ``None`` asks for none in particular."""
        in_scope = scope is None or not self.scope or scope in self.scope
        return in_scope and (year is None or (self.since or 0) <= year <= (self.until or 9999))


class Lexicon:
    """All entries by kind; entries of the added folder come first, so that they can say more than the built-in ones."""

    def __init__(self, *folders: Path) -> None:
        self._kinds: dict[str, list[Entry]] = {}
        self._sources = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
        for path in self._sources:
            self._kinds.setdefault(path.stem, []).extend(_entries(path))
        self._found: dict[tuple[str, str, str | None, int | None], Entry | None] = {}
        self._concepts: dict[tuple[str, str, str | None], frozenset[str]] = {}

    @classmethod
    def built_in(cls) -> Lexicon:
        """The entries of the project alone."""
        return _loaded("")

    def entries(self, kind: str) -> tuple[Entry, ...]:
        """The entries of one kind (``titles``, ``headings``, ``labels`` …) in the order in which they are tried."""
        return tuple(self._kinds.get(kind, ()))

    def find(self, kind: str, text: str, scope: str | None = None, year: int | None = None) -> Entry | None:
        """The first entry of a kind that a text matches, or ``None``: what is not known is for the caller to say."""
        key = (kind, text, scope, year)
        if key not in self._found:
            if len(self._found) > 100_000:
                self._found.clear()
            plain = canonical(text)
            fitting = (e for e in self._kinds.get(kind, ()) if e.holds(scope, year) and e.means(plain))
            self._found[key] = next(fitting, None)
        return self._found[key]

    def concepts(self, kind: str, text: str, scope: str | None = None) -> frozenset[str]:
        """Every concept of a kind that a text has, in any spelling."""
        key = (kind, text, scope)
        if key not in self._concepts:
            if len(self._concepts) > 100_000:
                self._concepts.clear()
            plain = canonical(text)
            self._concepts[key] = frozenset(e.concept for e in self._kinds.get(kind, ()) if e.holds(scope, None) and e.means(plain))
        return self._concepts[key]

    def kinds(self) -> Iterator[tuple[str, Entry]]:
        """Every entry with its kind."""
        return ((kind, entry) for kind, entries in self._kinds.items() for entry in entries)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of every entry: a reading depends on it."""
        return hashlib.sha256(b"\0".join(path.read_bytes() for path in self._sources)).hexdigest()[:16]


def _entries(path: Path) -> list[Entry]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise LexiconError(f"{path}: {error}") from None
    found = []
    for number, entry in enumerate(raw.get("entry", ()), start=1):
        try:
            found.append(Entry.model_validate(entry, context=_OWN if path.parent == _FOLDER else None))
        except (ValidationError, TypeError) as error:
            raise LexiconError(f"{path}: entry {number} ({entry.get('concept', 'without a concept')}): {error}") from None
    return found


@cache
def lexicon() -> Lexicon:
    """The lexicon of this process: the built-in entries, and those of the folder that the environment named when it was asked for first."""
    return _loaded(os.environ.get(VARIABLE, ""))


def concepts(kind: str, text: str, scope: str | None = None) -> frozenset[str]:
    """Every concept of a kind that a text has, by the lexicon of this process."""
    return lexicon().concepts(kind, text, scope)


def wordings(kind: str, concept: str, plain: str) -> list[re.Match[str]]:
    """Every place of a canonical text where a pattern of a concept is found, entry by entry."""
    return [match for entry in lexicon().entries(kind) if entry.concept == concept for match in entry.found_in(plain)]


def words_of(kind: str, concept: str) -> tuple[str, ...]:
    """The whole words of a concept, canonical, in the order of the entries."""
    return _words_of(lexicon(), kind, concept)


@cache
def _words_of(words: Lexicon, kind: str, concept: str) -> tuple[str, ...]:
    return tuple(canonical(w) for e in words.entries(kind) if e.concept == concept for w in e.words)


def name_of(kind: str, concept: str, scope: str | None = None) -> str:
    """What the template calls a concept: the project's own entry's ``zh``, or its example."""
    own = (e for e in Lexicon.built_in().entries(kind) if e.concept == concept and e.holds(scope, None))
    return next((e.zh or e.example for e in own), concept)


class Wordings:
    """The entries of a concept as one expression: found where any of them is, the first of those that begin at one place.

    Whole words stand for themselves, as an entry's do.  Entries may name the same groups.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        found = [(e.expression, e.unless) for e in entries]
        names = [name for pattern, _ in found for name in _GROUP.findall(pattern)]
        if found and len(names) == len(set(names)) and not any(unless for _, unless in found):
            found = [("|".join(pattern for pattern, _ in found), "")]
        self._all = [(re.compile(pattern), re.compile(unless) if unless else None) for pattern, unless in found]

    def _patterns(self, plain: str) -> Iterator[re.Pattern[str]]:
        """Those that a text does not exclude."""
        return (pattern for pattern, unless in self._all if unless is None or not unless.search(plain))

    def search(self, plain: str, start: int = 0) -> re.Match[str] | None:
        """The first place in a canonical text where one of them is."""
        return min((m for p in self._patterns(plain) if (m := p.search(plain, start))), key=lambda m: m.start(), default=None)

    def match(self, plain: str) -> re.Match[str] | None:
        """The same at the beginning of a text."""
        return next((m for p in self._patterns(plain) if (m := p.match(plain))), None)

    def fullmatch(self, plain: str) -> re.Match[str] | None:
        """The same of a whole text."""
        return next((m for p in self._patterns(plain) if (m := p.fullmatch(plain))), None)

    def finditer(self, plain: str) -> Iterator[re.Match[str]]:
        """Every place, in order, none within another."""
        found = self.search(plain)
        while found is not None:
            yield found
            found = self.search(plain, max(found.end(), found.start() + 1))

    def sub(self, by: str, plain: str) -> str:
        """A text with ``by`` in the place of each."""
        for pattern in self._patterns(plain):
            plain = pattern.sub(by, plain)
        return plain


def any_of(kind: str, concept: str, scope: str | None = None) -> Wordings:
    """The entries of a concept as one, by the lexicon of this process."""
    return _any_of(lexicon(), kind, concept, scope)


@cache
def _any_of(words: Lexicon, kind: str, concept: str, scope: str | None) -> Wordings:
    return Wordings(e for e in words.entries(kind) if e.concept == concept and e.holds(scope, None))


@cache
def _loaded(added: str) -> Lexicon:
    if not added:
        return Lexicon(_FOLDER)
    folder = Path(added).expanduser()
    if not folder.is_dir():
        raise LexiconError(f"{VARIABLE} names {added}, which is no folder")
    return Lexicon(folder, _FOLDER)
