"""Printed numbers: from the text of a cell or a phrase to an exact value that remembers its digits.

What belongs here: parsing and interval arithmetic over printed decimals.  Nothing here knows what
a number means; units and addresses belong to :mod:`pipeline.model.figures`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％（）－＋：", "0123456789.,%()-+:")
_MINUS = str.maketrans("−–‐‑﹣", "-----")
#: Separators where they belong, or anywhere before a point: a digit left out (``12,48.33``) leaves them in the wrong place.
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+(?:,\d+)+(?=\.\d)|\d+)(?:\.\d+)?")
_WHOLE = re.compile(rf"(?P<sign>[-+]?)\(?(?P<number>{_NUMBER.pattern})\)?(?P<percent>%{{0,2}})")
_TWO_NUMBERS = re.compile(r"\d[ \t\u3000\xa0]+\d")  # "100 200" must never become 100200; a line break inside is a wrap
_DASHES = re.compile(r"[-—–－_/\\]+")


#: Digits before the point of the largest number that is read: 10¹⁶ yuan is many times what the whole country earns in a year.
MOST_DIGITS = 16


def half_width(text: str) -> str:
    """``text`` with digits, brackets, signs and separators in their half-width forms."""
    return text.translate(_FULL_WIDTH).translate(_MINUS)


def squeeze(text: str | None) -> str:
    """``text`` without any white space (printed labels carry inner blanks: ``合 计``); ``None`` gives ``""``."""
    return re.sub(r"\s+", "", text or "")


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as printed: its exact value, how many decimals it shows, whether a per cent sign follows."""

    value: Decimal
    decimals: int
    percent: bool = False


def parse_number(text: str | None) -> PrintedNumber | None:
    """The one number that ``text`` consists of, or ``None`` (blank, a dash, words, or more than a number).

    Accepts thousands separators in half or full width, brackets for a negative, a line break inside the
    number (cells wrap), one or two per cent signs (some reports print ``100%%``).  More digits before the point than
    any amount has (:data:`MOST_DIGITS`) are an account or a phone number, or rubbish, and no number.
    """
    wide = half_width(text or "")
    compact = squeeze(wide)
    if not compact or _DASHES.fullmatch(compact) or _TWO_NUMBERS.search(wide):
        return None
    if compact.startswith("¥") or compact.startswith("￥"):
        compact = compact[1:]
    if compact[:1] in ("△", "▲"):  # accountants' sign of a negative
        compact = "-" + compact[1:]
    match = _WHOLE.fullmatch(compact)
    if match is None:
        return None
    digits = match["number"].replace(",", "")
    if len(digits.partition(".")[0].lstrip("0")) > MOST_DIGITS:
        return None
    value = Decimal(digits)
    bracketed = compact.startswith("(") and compact.rstrip("%").endswith(")")
    if ("(" in compact and not bracketed) or (")" in compact and not bracketed):
        return None
    if match["sign"] == "-" or bracketed:
        value = value.copy_negate()  # unary minus would round to the context's precision
    decimals = len(digits.partition(".")[2])
    return PrintedNumber(value, decimals, bool(match["percent"]))


def is_blank(text: str | None) -> bool:
    """Whether a cell prints nothing: empty, white space only, or a dash that stands for nothing."""
    compact = squeeze(half_width(text or ""))
    return not compact or bool(_DASHES.fullmatch(compact))


def decimals_in(text: str) -> list[str]:
    """Every number with a decimal point in ``text``, separators removed: what completeness is counted on."""
    return [m.replace(",", "") for m in re.findall(r"(?<![\d.])(?:\d{1,3}(?:,\d{3})+|\d+)\.\d++(?![\d.]*\.\d)", half_width(text))]


@dataclass(frozen=True, slots=True)
class Interval:
    """All true values that a printed figure can stand for: ``low <= true <= high``, both exact."""

    low: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"an interval must not be empty: {self.low} > {self.high}")

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def scaled(self, factor: Decimal | int) -> Interval:
        """Every value times ``factor`` (a negative one turns the interval round)."""
        ends = (self.low * factor, self.high * factor)
        return Interval(min(ends), max(ends))

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        """Raises ``ZeroDivisionError`` when the divisor may be zero."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("the divisor's interval holds zero")
        ends = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        return self.low <= other.high and other.low <= self.high

    @property
    def width(self) -> Decimal:
        return self.high - self.low

    @classmethod
    def around(cls, value: Decimal, half: Decimal) -> Interval:
        return cls(value - half, value + half)


ZERO = Interval(Decimal(0), Decimal(0))
