"""Targets and actual values of indicators: operator, number, unit, date — where the text has any.

What belongs here: the parsing of one printed target or actual (``≥85分``, ``<2秒``, ``2024年12月1日前``, ``明显提高``,
``1.2万个``).  What may not: whether a target was met (``expectations``).  The text itself is always kept
by the caller; what cannot be parsed is words, and words are not guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

from pipeline.lexicon import Lexicon, lexicon
from pipeline.lexicon.annexes import around
from pipeline.model.numbers import half_width, may_be_a_number, squeeze

Kind = Literal["number", "date", "words", "blank"]

_NUMBER = re.compile(r"(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?P<scale>万亿|亿|万|千)?(?P<unit>[^\d]*)")
_BLANK = re.compile(r"[-—–－_/\\.…]*")
#: 万元 is a unit of its own in these reports; in every other unit 万 and 亿 are scales.
_SCALE = {None: Decimal(1), "千": Decimal(1000), "万": Decimal(10) ** 4, "亿": Decimal(10) ** 8, "万亿": Decimal(10) ** 12}
_MONEY = {"元": Decimal(1), "万元": Decimal(10) ** 4, "亿元": Decimal(10) ** 8}
_DATE = re.compile(r"(?:(?P<year>20\d\d)年)?(?:(?P<month>\d{1,2})月)(?:(?P<day>\d{1,2})[日号]|(?P<end>底))?(?P<before>之?前|以?前)?")
_YEAR_END = re.compile(r"(?P<year>20\d\d)年(年?底|末)(?P<before>之?前|以?前)?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A printed target or actual.

    ``operator`` is one of ``>= <= > < =`` or ``""`` where none is printed; ``number`` is the value in ``unit`` (scales such as 万
    are multiplied out by ``factor``; money is in 万元); ``decimals`` counts the printed decimals in that unit (it may be
    negative: ``1.2万`` stands in thousands); ``year`` is ``None`` in a date that names none.
    """

    kind: Kind
    text: str
    operator: str = ""
    number: Decimal | None = None
    unit: str = ""
    decimals: int = 0
    year: int | None = None
    month: int | None = None
    day: int | None = None
    factor: Decimal = Decimal(1)

    @property
    def resolution(self) -> Decimal:
        return Decimal(1).scaleb(-self.decimals)

    def on(self, default_year: int) -> date | None:
        """The date it names (the month's last day where only a month is named); ``None`` for anything else."""
        if self.kind != "date" or self.month is None:
            return None
        year = self.year or default_year
        try:
            if self.day is not None:
                return date(year, self.month, self.day)
            following = date(year + self.month // 12, self.month % 12 + 1, 1)
        except ValueError:
            return None
        return date.fromordinal(following.toordinal() - 1)


def parse_quantity(text: str | None) -> Quantity:
    """The one quantity that ``text`` states; ``words`` where it states none, or more than one."""
    compact = squeeze(half_width(text or ""))
    kept = squeeze(text)
    if not compact or _BLANK.fullmatch(compact):
        return Quantity("blank", kept)
    compact = around("kind_of_target").sub("", compact)
    dated = _dated(compact, kept)
    if dated is not None:
        return dated
    operator = ""
    printed = next((word for word in _operators(lexicon()) if compact.startswith(word)), None)
    if printed is not None:
        operator, compact = _operators(lexicon())[printed], compact.removeprefix(printed)
    found = _NUMBER.fullmatch(compact)
    digits = found["number"].replace(",", "") if found is not None else ""
    if found is None or not may_be_a_number(digits):
        return Quantity("words", kept)
    decimals = len(digits.partition(".")[2])
    number, scale, unit = Decimal(digits), found["scale"], found["unit"]
    if (scale or "") + unit in _MONEY or unit in _MONEY:
        factor = _SCALE[scale] * _MONEY[unit] / _MONEY["万元"] if unit in _MONEY else Decimal(1)
        unit = "万元"
    else:
        factor = _SCALE[scale]
    if unit in ("%", "%%"):
        unit = "%"  # some reports print 100%%
    elif not re.fullmatch(r"[^,，;；。、:：]*", unit) or len(unit) > 12 or unit.startswith("%") or (unit.startswith("年") and 1900 < number < 2100):
        return Quantity("words", kept)  # a sentence that begins with a number, or a year
    return Quantity("number", kept, operator, number * factor, unit, decimals - factor.adjusted(), factor=factor)


@cache
def _operators(words: Lexicon) -> dict[str, str]:
    """Signs and words that say of which side of a number a target is, the longest first."""
    listed = {w: e.concept for e in words.entries("operators") for w in e.words}
    return dict(sorted(listed.items(), key=lambda item: -len(item[0])))


def _dated(compact: str, kept: str) -> Quantity | None:
    bare = around("behind_date").sub("", around("before_date").sub("", compact))
    match = _YEAR_END.fullmatch(bare)
    if match is not None:
        return Quantity("date", kept, "<=" if match["before"] else "", year=int(match["year"]), month=12, day=31)
    match = _DATE.fullmatch(bare)
    if match is None or (match["day"] is None and match["end"] is None and match["before"] is None and match["year"] is None):
        return None  # "3月" alone may be a duration
    month = int(match["month"])
    if not 1 <= month <= 12:
        return None
    year = int(match["year"]) if match["year"] else None
    day = int(match["day"]) if match["day"] else None
    return Quantity("date", kept, "<=" if match["before"] else "", year=year, month=month, day=day)
