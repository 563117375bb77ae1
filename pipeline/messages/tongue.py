"""The language that the user reads, and saying a message in it.

What belongs here: which language, and the two accessors.  What may not: any message (they are data), and where it is shown.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any, Literal

from pipeline.messages.catalogue import JOIN, Message, catalogue

Language = Literal["zh", "en"]
VARIABLE = "FINAL_ACCOUNTS_LANG"
#: The locale as POSIX asks for it: the first that is set counts.
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
#: How deep a sentence within a sentence is looked for, and how long one may be.
_DEEPEST, _LONGEST = 4, 20_000
#: What sentences are put together with, in English and in Chinese, and how often it is looked for (-1: everywhere).
_JOINS = ((JOIN, "；", -1), (": ", "：", 1), (", ", "，", -1))


def language() -> Language:
    """``zh`` or ``en``: what ``FINAL_ACCOUNTS_LANG`` says, else Chinese where the locale is Chinese."""
    named = os.environ.get(VARIABLE) or next((os.environ[name] for name in _LOCALE if os.environ.get(name)), "")
    return "zh" if named.lower().startswith("zh") else "en"


def told(english: str, /, into: Any = None, **values: Any) -> str:
    """The message of that English form with ``values`` filled in, in the user's language (or ``into`` a :data:`Language`).

    A value that is itself a message (a reason within a sentence) is said in the same language.  A form that the catalogue does not
    hold is said in English; a test holds every form of the code against the catalogue.
    """
    if (into or language()) == "en":
        return english.format(**values) if values else english
    message = catalogue().messages.get(english)
    return _filled(message or Message(english, english), values, 0)


def chinese(sentence: str) -> str:
    """The Chinese of a sentence that is kept in English, or the sentence where no message has its form (it is a document's own, say)."""
    return _chinese(sentence, 0)


def shown(sentence: object) -> str:
    """A sentence that is kept in English, in the user's language."""
    text = "" if sentence is None else str(sentence)
    return text if language() == "en" else chinese(text)


def _filled(message: Message, values: dict[str, object] | dict[str, str], depth: int) -> str:
    said = {name: _chinese(value, depth + 1) if isinstance(value, str) else value for name, value in values.items()}
    return message.chinese.format(**said) if said else message.chinese


@lru_cache(maxsize=50_000)
def _chinese(sentence: str, depth: int) -> str:
    if depth > _DEEPEST or len(sentence) > _LONGEST:
        return sentence
    if "\n" in sentence:
        return "\n".join(_chinese(one, depth) for one in sentence.split("\n"))
    whole = catalogue().found(sentence, within=depth > 0)
    if whole is None:
        for english, mark, splits in _JOINS:
            pieces = sentence.split(english, splits)
            said = [_chinese(piece, depth + 1) for piece in pieces] if len(pieces) > 1 else pieces
            if said != pieces:
                return mark.join(said)
        whole = catalogue().found(sentence, within=depth > 0, loosely=True)
    return _filled(whole[0], dict(whole[1]), depth) if whole else sentence
