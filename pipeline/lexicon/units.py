"""Units of money as documents print them: one table (``units.toml``) for forms, annexes and sentences.

What belongs here: which unit a text declares, and what one of it is in 万元.  What may not: which table a declaration is for.
"""

from __future__ import annotations

import re
from decimal import Decimal

from pipeline.lexicon import lexicon
from pipeline.model.numbers import half_width

_DECLARED = re.compile(
    r"\(?(?:(?:金\s{0,4}额|货\s{0,4}币|计\s{0,4}量)\s{0,4})?单\s{0,6}位\s{0,6}[:：][\s(]{0,20}(?:[\d,.]{1,20}\s{0,4})?(?P<unit>(?:人民币\s{0,4})?(?:亿|百\s{0,4}万|万|千)?\s{0,4}元(?:人民币)?|万|圆)"
    r"(?=$|[\s,;.。()\]、]|(公开|编制|填报)?(部\s*门|单\s*位))\)?"
)


def factor(word: str) -> Decimal | None:
    """How many 万元 one of a unit is (``千元`` → 0.1); ``None`` for a word that is no unit of money."""
    entry = lexicon().find("units", word)
    return Decimal(str(entry.values["factor"])) if entry is not None else None


def unit_of(text: str) -> tuple[str, tuple[int, int]] | None:
    """The money unit that a text declares (``单位：万元``, ``金额单位:元``, even ``单位：800万元``), and how many 万元 one of it is
    as (numerator, denominator); ``None`` where it declares none."""
    match = _DECLARED.search(half_width(text))
    if match is None:
        return None
    word = re.sub(r"\s|人民币", "", match["unit"])
    worth = factor(word)
    if worth is None:
        return None
    return ("万元" if word == "万" else word), worth.as_integer_ratio()


def is_unit(name: str) -> bool:
    """Whether what stands behind a label is a unit of money or a number, and nobody's name."""
    return unit_of(f"单位:{name}") is not None or re.fullmatch(r"[\d,.()]*", name) is not None


def without_unit(text: str) -> str:
    """A line in half width with blanks in the place of the unit of money that it declares."""
    return _DECLARED.sub("  ", text)
