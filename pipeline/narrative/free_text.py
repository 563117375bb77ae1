"""Free text: reasons, purposes, descriptions of projects, evaluation reports.  A number with a unit in it is a mention.

A mention has its subject (the words before it), its unit and its sentence, so that it can be found; no rule uses it.  What belongs here:
mentions.  What may not: the sections that the template fixes, where a number is understood or unread (``sentences``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from pipeline.narrative.spoken import Spoken
from pipeline.narrative.tokens import Token, free_tokens

_LONGEST, _SUBJECT = 400, 40
_BOUNDARY = re.compile(r"[，。；：、（）]")


def mentions(text: str, spans: Iterable[tuple[int, int]], base: int = 0) -> Iterator[Spoken]:
    """The numbers with a unit within some stretches of a text, as statements of the measure ``mentioned``."""
    wanted = sorted(spans)
    if not wanted:
        return
    for token in free_tokens(text):
        span = span_at(wanted, token.start)
        if token.printed.isascii() and span is not None:
            yield mention(text, token, base, span[0])


def span_at(spans: Sequence[tuple[int, int]], at: int) -> tuple[int, int] | None:
    """The stretch that an offset falls into, of stretches in order that do not overlap."""
    n = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return spans[n] if n >= 0 and at < spans[n][1] else None


def mention(text: str, token: Token, base: int = 0, begin: int = 0) -> Spoken:
    """One number of free text: its subject is the words before it, or those behind it where the sentence puts the number first."""
    before = re.split(r"\d", _BOUNDARY.split(text[max(token.start - 2 * _SUBJECT, begin) : token.start])[-1])[-1][-_SUBJECT:]
    behind = re.split(r"\d", _BOUNDARY.split(text[token.end : token.end + _SUBJECT])[0])[0]
    subject, sentence = before if len(before) > 1 else behind or before, sentence_at(text, token.start)
    where = base + token.start
    return Spoken(subject, "", "mentioned", token.printed, token.value, token.unit, token.decimals, "", sentence, where, None, token.about)


def sentence_at(text: str, offset: int) -> str:
    """The sentence of ``text`` that the offset falls into."""
    start = text.rfind("。", max(offset - _LONGEST, 0), offset) + 1 or max(offset - _LONGEST, 0)
    end = text.find("。", offset, offset + _LONGEST)
    return text[start : end + 1 if end >= 0 else len(text)][:_LONGEST]
