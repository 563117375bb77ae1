"""Labels that are numbered in Chinese (一、二、 … 二十六、): what stands before and after tells whether a stroke was overlooked.

What belongs here: the order of such numbers.  What may not: what is so numbered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.model.chinese_numerals import value_of_numeral

_ORDINAL = re.compile(r"([一二三四五六七八九十]{1,3})、")


def ordinal(text: str) -> int | None:
    """The number that a label begins with, or ``None``: ``二十一、…`` gives 21."""
    found = _ORDINAL.match(text)
    return value_of_numeral(found[1]) if found else None


def out_of_order(labels: Sequence[str]) -> list[int]:
    """Indices of numbered labels of a column whose number does not follow from the one above although the next one would."""
    numbered = [(i, n) for i, n in ((i, ordinal(label)) for i, label in enumerate(labels)) if n is not None]
    return [
        i
        for (_, before), (i, own), (_, after) in zip(numbered, numbered[1:], numbered[2:], strict=False)
        if own != before + 1 and after == before + 2
    ]
