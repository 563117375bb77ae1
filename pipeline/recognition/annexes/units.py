"""The unit of an annex's amounts: what its headings or its unit line print, looked up in the one table of units.

What belongs here: finding a unit in a text.  What may not: a unit (``lexicon/units.toml``), or an amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipeline.lexicon import Lexicon, lexicon
from pipeline.lexicon.annexes import words
from pipeline.lexicon.units import factor

#: Amounts of a project in 万元 are not this large (10¹⁰ yuan), and an amount in yuan is rarely smaller than one in 万元 can be.
_TOO_LARGE = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of money: its word, how many 万元 one of it is, and whether the table prints it."""

    word: str = "万元"
    factor: Decimal = Decimal(1)
    printed: bool = False

    def doubtful(self, amounts: Iterable[Decimal]) -> bool:
        """Whether amounts contradict a unit that is printed nowhere."""
        return not self.printed and max((abs(a) for a in amounts), default=Decimal(0)) >= _TOO_LARGE


USUAL = Unit()


def unit_in(text: str) -> Unit | None:
    """The unit that a heading (``费用（元）``) or a unit line (``金额单位：千元``) prints; labels with other words in them
    (``单位：800万元``) count too.  ``None`` where it prints none."""
    pattern, factors = _units(lexicon())
    match = pattern.search(words(text))
    return Unit(match["unit"], factors[match["unit"]], True) if match is not None else None


def is_unit_line(text: str) -> bool:
    """Whether a line prints the unit of the table below it: ``单位：万元``, ``（千元）``; the rest of a broken line (``元``) does not."""
    plain = words(text)
    return ("单位" in plain or plain[:1] in "([") and unit_in(plain) is not None


def money(text: str) -> Unit | None:
    """The unit that the whole text is (``万元``), or ``None``."""
    value = factor(text)
    return Unit(words(text), value, True) if value is not None else None


@lru_cache(maxsize=4)
def _units(entries: Lexicon) -> tuple[re.Pattern[str], dict[str, Decimal]]:
    factors = {words(w): Decimal(e.values["factor"]) for e in entries.entries("units") for w in e.words}
    listed = "|".join(sorted((re.escape(w) for w in factors), key=len, reverse=True))
    return re.compile(rf"(?:单位[:]?|\(|^|:|,)(?:金额|单位|[:])*[\d.]*(?P<unit>{listed})(?:\)|$|,|;|/|人民币)"), factors
