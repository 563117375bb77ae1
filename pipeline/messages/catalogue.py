"""The catalogue itself: its files, their validation, and finding a message by a sentence that was made of it.

What belongs here: messages as data.  What may not: which language is spoken (``tongue``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from string import Formatter

#: What is filled in under these names is a count: nothing else is taken for one.
_COUNTS, _COUNT = ("n", "m"), r"[\d.,]*\d"
#: What is only told, never kept in a table: such a sentence is not looked for by its form.
_TOLD_ONLY = ("command.toml", "help.toml")
#: Fewer letters of a form than these say too little: such a sentence is looked for within another one only.
_FEW = 8
#: How a form holds another sentence behind its own.
_BEHIND = ". {"
_FOLDER = Path(__file__).parent
#: What stands between sentences that were put together.
JOIN = "; "
_FIRST_WORD = re.compile(r"[^\s{]+(?=\s)")


class CatalogueError(ValueError):
    """A message that cannot be taken: which file, which message, what is wrong."""


@dataclass(frozen=True)
class Message:
    """One message: its English form, its Chinese one, both with the same ``{names}``; ``kept``: a table may hold a sentence made of it."""

    english: str
    chinese: str
    kept: bool = True

    @cached_property
    def names(self) -> frozenset[str]:
        """What is filled in."""
        return frozenset(names_in(self.english))

    @cached_property
    def form(self) -> re.Pattern[str]:
        """What a sentence that was made of it looks like; one that has no semicolon itself, and no sentence behind it, ends where the next
        sentence begins."""
        return self._form(r".+?" if JOIN in self.english or _BEHIND in self.english else rf"(?:(?!{JOIN}).)+?")

    @cached_property
    def loose_form(self) -> re.Pattern[str]:
        """The same for what was filled in with semicolons in it."""
        return self._form(r".+?")

    def _form(self, anything: str) -> re.Pattern[str]:
        seen: set[str] = set()
        pattern = ""
        for literal, name, _, _ in Formatter().parse(self.english):
            pattern += re.escape(literal)
            if name is not None:
                pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{_COUNT if name in _COUNTS else anything})"
                seen.add(name)
        return re.compile(pattern, re.DOTALL)

    @cached_property
    def beginning(self) -> str:
        """What every sentence that was made of it begins with."""
        return next(literal for literal, *_ in Formatter().parse(self.english))

    @cached_property
    def weight(self) -> int:
        """How much of it is said by itself: of two forms that a sentence has, the one that says more is meant."""
        return sum(len(literal) for literal, *_ in Formatter().parse(self.english))


def names_in(form: str) -> list[str]:
    """The ``{names}`` of a form, in order, each as often as it stands there."""
    return [name for _, name, _, _ in Formatter().parse(form) if name is not None]


class Catalogue:
    """All messages by their English form."""

    def __init__(self, messages: Mapping[str, Message]) -> None:
        self.messages = messages
        self._by_first_word: dict[str, list[Message]] = {}
        for message in sorted((m for m in messages.values() if m.names and m.kept), key=lambda m: (-m.weight, m.english)):
            first = _FIRST_WORD.match(message.english)
            self._by_first_word.setdefault(first[0] if first else "", []).append(message)

    def found(self, sentence: str, *, within: bool = False, loosely: bool = False) -> tuple[Message, dict[str, str]] | None:
        """The message of which a sentence was made, with what was filled in.

        ``within`` another sentence a form may say little by itself; ``loosely`` there may be semicolons in what was filled in.
        """
        if sentence in self.messages:
            return self.messages[sentence], {}
        first = _FIRST_WORD.match(sentence)
        for message in (*(self._by_first_word.get(first[0], ()) if first else ()), *self._by_first_word.get("", ())):
            match = sentence.startswith(message.beginning) and (message.loose_form if loosely else message.form).fullmatch(sentence)
            if match and (within or message.weight >= _FEW):
                return message, match.groupdict()
        return None


@cache
def catalogue() -> Catalogue:
    """The catalogue of the project.  Raises :class:`CatalogueError`."""
    messages: dict[str, Message] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for english, chinese in _lines(path):
            if english in messages and messages[english].chinese != chinese:
                raise CatalogueError(f"{path.name}: {english!r} is said twice, in two ways")
            messages[english] = _checked(path, Message(english, chinese, path.name not in _TOLD_ONLY))
    return Catalogue(messages)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    try:
        yield from tomllib.loads(path.read_text(encoding="utf-8")).items()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from None


def _checked(path: Path, message: Message) -> Message:
    if not isinstance(message.chinese, str) or not message.chinese.strip():
        raise CatalogueError(f"{path.name}: {message.english!r} has no Chinese")
    if message.names != set(names_in(message.chinese)):
        raise CatalogueError(f"{path.name}: {message.english!r} fills in {sorted(message.names)}, its Chinese {names_in(message.chinese)}")
    return message
