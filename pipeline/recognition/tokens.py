"""A plain text layer cut into tokens: numbers, codes and words with the line they stand on.

What belongs here: cutting lines.  What may not: which form they make (``stream``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.model.figures import Place
from pipeline.model.numbers import half_width
from pipeline.reading.document import Line

_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+(?:,\d+)+(?=\.\d)|\d+)(?:\.\d+)?%?|\(\d[\d,]*\.\d+\)")
_DASH = re.compile(r"[-—–]{1,2}")
_FURNITURE = re.compile(r"^\s*([-—–]+\s*\d+\s*[-—–]+|第\s*\d+\s*页((\s*[,，/])?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+)\s*$")
_STUCK = re.compile(r"^(\d{3}(?:\d\d){0,2})(?=[一-鿿(（])")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line without white space; ``raw`` is the piece with the blanks that follow it."""

    text: str
    raw: str
    place: Place
    line: int
    lead: int = 1  # blanks between the word before and this one, as if a blank stood at the line's head

    @property
    def number(self) -> bool:
        return bool(_NUMBER.fullmatch(self.text)) or bool(_DASH.fullmatch(self.text))

    @property
    def integer(self) -> int | None:
        return int(self.text) if self.text.isdecimal() and len(self.text) <= 4 else None


def is_furniture(text: str) -> bool:
    """Whether a line is a page number and nothing else (``— 13 —``, ``第 9 页``)."""
    return bool(_FURNITURE.match(text))


def tokens_of(lines: Iterable[Line]) -> Iterator[list[Token]]:
    """Each line's tokens; page furniture is passed over."""
    for index, line in enumerate(lines):
        text = half_width(line.text)
        if is_furniture(text) or not text.strip():
            continue
        own: list[Token] = []
        lead = len(text) - len(text.lstrip(" \t\xa0")) + 1
        for match in re.finditer(r"(\S+)(\s*)", text):
            word, gap = match[1], match[2]
            stuck = _STUCK.match(word)
            if stuck:  # code and name without a blank between
                own.append(Token(stuck[1], stuck[1] + " ", line.place, index, lead))
                word = word[stuck.end() :]
            own.append(Token(word, word + gap, line.place, index, lead))
            lead = len(gap)
        yield own
