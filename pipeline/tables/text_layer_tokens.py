"""A plain text layer cut into tokens: numbers, codes and words with the line they stand on.

What belongs here: cutting lines.  What may not: which table they make.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.model.figures import Place
from pipeline.model.numbers import half_width, parse_number
from pipeline.model.text import canonical
from pipeline.reading.document import Line
from pipeline.reading.furniture import is_furniture

_DASH = re.compile(r"[-—–]{1,2}")
_STUCK = re.compile(r"^(\d{3}(?:\d\d){0,2})(?=[一-鿿(（])")
#: Thousands parted by a blank: 19 044.27, 1 208 340.10.
_PARTED = re.compile(r"(?<![\d.,])(\d{1,3})((?:[ \xa0\u2009]\d{3})*[ \xa0\u2009]\d{3}\.\d+)(?!\d)")
#: Amounts that show that a text does not part its thousands by blanks.
_WHOLE_THOUSANDS = re.compile(r"\d{4,}\.\d|\d,\d{3}")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line without white space; ``raw`` is the piece with the blanks that follow it."""

    text: str
    raw: str
    place: Place
    line: int
    lead: int = 1  # blanks between the word before and this one, as if a blank stood at the line's head
    x: int = 0  # its first character's place on the line

    @property
    def number(self) -> bool:
        """Whether it is an amount, a count or a code, or a dash that stands for nothing."""
        return parse_number(self.text) is not None or bool(_DASH.fullmatch(self.text))

    @property
    def integer(self) -> int | None:
        return int(self.text) if self.text.isdecimal() and len(self.text) <= 4 else None


def joined(own: Sequence[Token]) -> str:
    """The words of tokens in one spelling."""
    return canonical("".join(t.text for t in own))


def parts_thousands(texts: Iterable[str]) -> bool:
    """Whether a table may part thousands by blanks: none of its amounts has four digits before the point, or a comma."""
    return not any(_WHOLE_THOUSANDS.search(t) for t in texts)


def whole_thousands(text: str) -> str:
    """A line whose columns stand farther apart than one blank, with amounts whole whose thousands one blank parts; nothing moves."""
    return _PARTED.sub(lambda m: re.sub(r"\s", "", m[0]).rjust(len(m[0])), text)


def with_whole_thousands(numbers: Sequence[Token]) -> list[Token]:
    """The numbers of a row with those whole that blanks part: an integer before three digits and a point.

    Where amounts print decimals, an integer among them is none; ``numbers`` are without line numbers (行次).
    """
    found: list[Token] = []
    begun: list[Token] = []
    for token in numbers:
        piece = bool(re.fullmatch(r"\d{3}(\.\d+)?", token.text))
        if begun and (not piece or begun[-1].line != token.line or len(begun[-1].raw) - len(begun[-1].text) != 1):
            found, begun = found + begun, []
        begun.append(token)
        if "." in token.text or not token.text.isdigit() or len(token.text) > 3:
            text = "".join(t.text for t in begun)
            found.append(replace(begun[0], text=text, raw=text + token.raw[len(token.text) :]) if len(begun) > 1 else token)
            begun = []
    return found + begun


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
                own.append(Token(stuck[1], stuck[1] + " ", line.place, index, lead, match.start()))
                word = word[stuck.end() :]
            own.append(Token(word, word + gap, line.place, index, lead, match.end(1) - len(word)))
            lead = len(gap)
        yield own
