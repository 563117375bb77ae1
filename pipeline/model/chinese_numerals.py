"""Chinese numerals: what 二十一 counts, how 21 is written, and years in Chinese digits.

What belongs here: numerals that count headings, labels and things.  What may not: amounts (``pipeline.model.numbers``).
"""

from __future__ import annotations

import re

#: The number of a list before a label: 一、
NUMBERED = re.compile(r"([一二三四五六七八九十]+)、")
#: Numbers of lists before a label; a numeral alone is none (三公经费合计).
_NUMBERING = re.compile(r"^(?>其中:?|\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十]+[、.)]|\d+[、.)]?|[①-⑳])+(?=[一-鿿])")
_DIGITS = "零一二三四五六七八九"
_YEAR = re.compile(r"[二2][〇○零OoО0][〇○零OoО一二三四五六七八九\d]{2}(?=年)")
_YEAR_DIGITS = str.maketrans("〇○零OoО一二三四五六七八九", "000000123456789")


def value_of_numeral(text: str) -> int | None:
    """The number below 100 that a numeral counts, 两 for two included; ``None`` for other texts: ``二十一`` gives 21."""
    tens, ten, ones = text.replace("两", "二").rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or not (ten or ones) or not set(tens + ones) <= set(_DIGITS[1:]):
        return None
    return (_DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + (_DIGITS.index(ones) if ones else 0)


def without_numbering(label: str) -> str:
    """A canonical label without the numbers of lists before it: ``（1）公务用车购置费`` → ``公务用车购置费``."""
    return _NUMBERING.sub("", label)


def numeral(number: int) -> str:
    """A number as headings write it: 十二, 二十, 一百零三; beyond 999 in digits."""
    if not 0 < number < 1000:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    out = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        out += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        out += "零"
    return out + (_DIGITS[ones] if ones else "")


def with_plain_years(text: str) -> str:
    """A text with its years in Chinese digits (二〇二二年) as numbers."""
    return _YEAR.sub(lambda m: m[0].translate(_YEAR_DIGITS), text)
