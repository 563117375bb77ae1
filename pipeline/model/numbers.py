"""Printed numbers: from the text of a cell or a phrase to an exact value that remembers its digits.

One grammar for whatever prints a number: separators, signs, brackets, currency, per cent, a unit's word, marks of a footnote.
What belongs here: parsing, and interval arithmetic over printed decimals.  Nothing here knows what a number means: what a unit's
word is worth stands in the lexicon; addresses belong to :mod:`pipeline.model.figures`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，％﹪（）－＋：；￥＊−–‐‑﹣", "0123456789.,%%()-+:;¥*-----")
#: White space, and what has no width at all (zero-width blanks, byte order marks, soft hyphens): never part of a word or a number.
_BLANKS = re.compile("[\\s\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_LINE_BREAKS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_DASHES = re.compile(r"[-—–―─_/\\]+")

#: Unit words that may follow a number in its cell; a test holds them against the lexicon, which knows what they are worth.
_UNIT = r"(?:人民币)?(?:百万元?|[万千亿]元?|元|圆)(?:人民币)?|分"
_NOTE = r"(?:[①-⓿❶-➓⁰¹²³⁴-⁹*※†‡]|注[0-9①-⓿]|\[注?[0-9①-⓿]\])*"
#: Separators where they belong, or anywhere before a point: a digit left out (``12,48.33``) leaves them in the wrong place.
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:,[0-9]+)+(?=\.[0-9])|[0-9]+)(?:\.[0-9]+)?"
_PRINTED = re.compile(
    rf"[*※]*(?:人民币)?¥?(?P<sign>[-+—―△▲]?)¥?(?P<open>\(?)"
    rf"(?P<number>{_DIGITS}|\.[0-9]+|[1-9][0-9]{{0,2}}(?: [0-9]{{3}})+\.[0-9]+)"
    rf"(?P<trail>-?){_NOTE}(?P<inside>\)?){_NOTE}(?:(?P<percent>%{{1,2}})|(?P<unit>{_UNIT}|\((?:{_UNIT})\)))?(?P<close>\)?){_NOTE}"
)
#: Blanks that part nothing: not between digits, and not beside a sign that may be a dash of its own.
_IDLE_BLANKS = re.compile(r"(?<! ) +(?![-+—―0-9 ])|(?<![-+—―0-9 ]) +(?! )")
_DECIMALS = re.compile(r"(?<![\d.])(?:\d{1,3}(?:,\d{3})+|\d+)\.\d++(?![\d.]*\.\d)")
_LEADING_ZERO = re.compile(r"0[0-9]")
#: Lines of one cell that are tried as numbers; more are a text.
_MOST_LINES = 64

#: Digits before the point of the largest number that is read: 10¹⁶ yuan is many times what the whole country earns in a year.
MOST_DIGITS = 16
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_SHOWN = Context(prec=34)


def half_width(text: str) -> str:
    """``text`` with digits, brackets, signs and separators in their half-width forms."""
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def half_width_digits(text: str) -> str:
    """``text`` with its digits in half width, and all else as it is."""
    return text.translate(_WIDE_DIGITS)


def squeeze(text: str | None) -> str:
    """``text`` without any white space (printed labels carry inner blanks: ``合 计``); ``None`` gives ``""``."""
    return _BLANKS.sub("", text or "")


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number as printed: its exact value, how many decimals it shows, whether a per cent sign follows, and the word of its unit.

    ``value`` is what the digits say, whatever the ``unit`` (``740.00万元`` and ``740.00（万元）`` are 740.00 with the unit 万元; ``""``:
    none is printed).
    """

    value: Decimal
    decimals: int
    percent: bool = False
    unit: str = ""


def parse_number(text: str | None, *, blanks: bool = False) -> PrintedNumber | None:
    """The one number that ``text`` consists of, or ``None`` (blank, a dash, words, more than a number, or what may be two).

    Signs are ``-5.00``, ``5.00-``, ``(5.00)``, ``△5.00``, ``▲5.00`` and ``+5.00`` in every width, one of them at most.  Separators are
    commas of either width, or blanks that part groups of three before a point (``19 044.27``); with ``blanks`` (the text is one cell whose
    borders the document draws, so that nothing else can stand in it) a single blank anywhere before the point.  Marks of a
    footnote (``240.00①``, ``240.00注1``, ``240.00[1]``) are no part of the number; a per cent sign may be doubled; a unit's
    word is kept.  A line break joins only what cannot be two numbers: ``1,234.⏎56`` is one, ``523⏎714561.50`` are two.
    More digits before the point than any amount has (:data:`MOST_DIGITS`) are an account or a phone number, or rubbish, and no number.
    """
    lines = _lines(text)
    return _number(lines, blanks) if lines else None


def _lines(text: str | None) -> list[str]:
    """The lines of a cell that are not blank, in half width, without the blanks that part nothing."""
    lines = (_BLANKS.sub(lambda run: " " * len(run[0]), line).strip() for line in _LINE_BREAKS.split(half_width(text or "")))
    return [_IDLE_BLANKS.sub("", line) for line in lines if line]


def _number(lines: list[str], blanks: bool) -> PrintedNumber | None:
    whole = "".join(lines)
    if len(lines) > _MOST_LINES or _DASHES.fullmatch(whole):
        return None
    if any(_could_part("".join(lines[:i]), "".join(lines[i:])) for i in range(1, len(lines))):
        return None
    if blanks and re.search(r"[0-9] [0-9 ]*\.", whole):
        whole = re.sub(r"(?<=[0-9]) (?=[0-9])", "", whole)
    match = _PRINTED.fullmatch(whole)
    return _value(match) if match is not None else None


def _could_part(before: str, after: str) -> bool:
    """Whether a line break may part two entries: each of them is a number, or a dash that stands for nothing (``.56`` is an end)."""
    return not after.startswith(".") and all(_PRINTED.fullmatch(p) or _DASHES.fullmatch(p) for p in (before, after))


def _value(match: re.Match[str]) -> PrintedNumber | None:
    bracketed = bool(match["open"])
    if bracketed != bool(match["inside"] or match["close"]) or (match["inside"] and match["close"]):
        return None
    if bool(match["sign"]) + bool(match["trail"]) + bracketed > 1:
        return None
    digits = re.sub("[, ]", "", match["number"])
    if not may_be_a_number(digits):
        return None
    value = Decimal(digits)
    if bracketed or match["trail"] or match["sign"] not in ("", "+"):
        value = value.copy_negate()  # unary minus would round to the context's precision
    return PrintedNumber(value, len(digits.partition(".")[2]), bool(match["percent"]), (match["unit"] or "").strip("()"))


def may_be_a_number(digits: str) -> bool:
    """Whether digits and a point are no more before the point than any number has (:data:`MOST_DIGITS`)."""
    return len(digits.lstrip("-0").partition(".")[0]) <= MOST_DIGITS


def is_blank(text: str | None) -> bool:
    """Whether a cell prints nothing: empty, white space only, or a dash that stands for nothing."""
    compact = squeeze(half_width(text or ""))
    return not compact or bool(_DASHES.fullmatch(compact))


def decimals_in(text: str) -> list[str]:
    """Every number with a decimal point in ``text``, separators removed: what completeness is counted on."""
    return [m.replace(",", "") for m in _DECIMALS.findall(half_width(text))] if "." in text or "．" in text else []


@dataclass(frozen=True, slots=True)
class Interval:
    """All true values that a printed figure can stand for: ``low <= true <= high``.

    Ends are rational numbers, so that sums, products and quotients are those of all true values, exactly: nothing is rounded.
    """

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"an interval must not be empty: {self.low} > {self.high}")

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def scaled(self, factor: Decimal | Fraction | int) -> Interval:
        """Every value times ``factor`` (a negative one turns the interval round)."""
        by = Fraction(factor)
        ends = (self.low * by, self.high * by)
        return Interval(*ends) if by >= 0 else Interval(ends[1], ends[0])

    def __mul__(self, other: Interval) -> Interval:
        if self.low >= 0 and other.low >= 0:  # as most are: the ends are known
            return Interval(self.low * other.low, self.high * other.high)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        """Raises ``ZeroDivisionError`` when the divisor may be zero."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("the divisor's interval holds zero")
        if self.low >= 0 and other.low > 0:
            return Interval(self.low / other.high, self.high / other.low)
        ends = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        return self.low <= other.high and other.low <= self.high

    @property
    def width(self) -> Fraction:
        return self.high - self.low

    @classmethod
    def around(cls, value: Decimal | Fraction, half: Decimal | Fraction) -> Interval:
        middle, reach = Fraction(value), Fraction(half)
        return cls(middle - reach, middle + reach)


ZERO = Interval(Fraction(0), Fraction(0))


def decimal_of(value: Fraction | Decimal) -> Decimal:
    """A rational number as a decimal of at most 34 digits, to be shown or stored; what is decided is decided before."""
    if isinstance(value, Fraction):
        return _SHOWN.divide(Decimal(value.numerator), Decimal(value.denominator))
    short = _SHOWN.normalize(value) if value else Decimal(0)
    return short if short.as_tuple().exponent <= 0 else _SHOWN.quantize(short, Decimal(1))  # type: ignore[operator]
