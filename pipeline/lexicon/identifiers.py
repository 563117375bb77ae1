"""Numbers that name something and count nothing: a year, a date, a code, the number of a heading, a page, a table, a document …

What belongs here: finding of which kind a number of a text is, by the entries of ``identifiers.toml`` alone.  What may not: what a
number states (``pipeline.narrative``, ``pipeline.recognition``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.lexicon import Lexicon, lexicon
from pipeline.model.numbers import half_width

#: Characters on either side of a number that may say what it is: a telephone number is the longest wording.
_AROUND = 48


def identifier_kind(text: str, start: int, end: int) -> str | None:
    """The kind of the number that stands at ``text[start:end]`` (as :func:`pipeline.model.parts.numbers_in` gives it), or ``None``.

    ``None`` is a number that may state something.  Only the number's surroundings are looked at, so that a long line costs no more.
    """
    first, last = max(start - _AROUND, 1), end + _AROUND
    plain = half_width(text[first - 1 : last]) + ("\0" if last < len(text) else "")  # the line begins and ends where it does
    at, after, begin = start - first + 1, end - first + 1, 1 if first > 1 else 0
    return _kind(lexicon(), plain, begin, at, after)


@lru_cache(maxsize=4096)  # a document's numbers are looked at by several readers
def _kind(words: Lexicon, plain: str, begin: int, at: int, after: int) -> str | None:
    """The kind of the number at ``plain[at:after]``, nothing before ``begin`` looked at."""
    for kind, pattern in _patterns(words):
        for match in pattern.finditer(plain, begin):
            if match.start() > at:
                break
            if match.end() >= after:
                return kind
    return None


@lru_cache(maxsize=4)
def _patterns(words: Lexicon) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Kinds and their patterns, over text in half width."""
    return tuple((entry.concept, re.compile(entry.pattern)) for entry in words.entries("identifiers"))
