"""A plain text layer cut into tokens: numbers, codes and words with the line they stand on.

What belongs here: cutting lines.  What may not: which table they make.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.model.figures import Place
from pipeline.model.numbers import half_width, parse_number
from pipeline.model.text import canonical
from pipeline.reading.document import Line
from pipeline.reading.furniture import is_furniture

_DASH = re.compile(r"[-—–]{1,2}")
_STUCK = re.compile(r"^(\d{3}(?:\d\d){0,2})(?=[一-鿿(（])")
#: Thousands parted by a blank, where the pieces can be nothing else: 19 044.27, 1 208 340.10.
_PARTED = re.compile(r"(?<![\d.,])(\d{1,3})((?:[  \u2009]\d{3})*[  \u2009]0\d\d\.\d+)(?!\d)")
_PARTED_ANY = re.compile(r"(?<![\d.,])(\d{1,3})((?:[  \u2009]\d{3})*[  \u2009]\d{3}\.\d+)(?!\d)")
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


def whole_thousands(texts: Sequence[str], numbered_rows: bool) -> list[str]:
    """The texts with amounts whole whose thousands are parted by blanks (``19 044.27``).

    Two numbers side by side look the same.  Pieces that begin with a nought are parts of one; others are where the texts show that
    blanks part thousands, no amount has them otherwise, and no line numbers (行次) stand before amounts.
    """
    parts = any(_PARTED.search(t) for t in texts) and not any(_WHOLE_THOUSANDS.search(t) for t in texts)
    pattern = _PARTED_ANY if parts and not numbered_rows else _PARTED
    return [pattern.sub(lambda m: re.sub(r"\s", "", m[0]), t) for t in texts]


def tokens_of(lines: Iterable[Line]) -> Iterator[list[Token]]:
    """Each line's tokens; page furniture is passed over."""
    kept = list(lines)
    texts = [half_width(line.text) for line in kept]
    numbered = any("行次" in canonical(t) or canonical(t) == "行" for t in texts)
    for index, (line, text) in enumerate(zip(kept, whole_thousands(texts, numbered), strict=True)):
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
