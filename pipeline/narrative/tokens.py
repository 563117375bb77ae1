"""The numbers of running text: each with its unit, its exact value and its offsets.

What belongs here: finding numbers that may state a quantity, and leaving those that name something (years, thresholds, numbers of
documents).  What may not: what a number is the measure of (``clauses``, ``projects``), units as words (``pipeline.lexicon``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from pipeline.lexicon import Lexicon, lexicon
from pipeline.lexicon.identifiers import identifier_kind
from pipeline.model.chinese_numerals import value_of_numeral
from pipeline.model.numbers import MOST_DIGITS, half_width, may_be_a_number, squeeze

_SEPARATED = r"\d{1,3}(?:,\d{3}){1,5}|\d{1,9}(?:,\d{1,9}){1,5}(?=\.\d)"  # the second: separators in the wrong places (12,48.33)
_NUMBER = rf"(?<![\d.,A-Za-z])(?P<number>(?:(?<=[为长加减少降是：额率达，])-)?(?:{_SEPARATED}|\d{{1,{MOST_DIGITS}}})(?:\.\d+)?)"
_NOT_A_MARK = r"分(?![别析类布期配局厅级散钟公支])"
_HAN = re.compile(r"(?<![一二三四五六七八九十第百千万几\d])(?P<number>[两二三四五六七八九十])(?P<count>个|家|项)(?!人|月|季|年|星)")
_YEARS = re.compile(r"(?:超过|达到|满|不少于|不低于|大于|≥)(?P<number>\d{1,2})(?P<count>年)(?!\d|度|底|末|初)")
_BARE = re.compile(_NUMBER)
#: A money unit shortened to its magnitude, where no name follows: 163.46万、
_SHORT = ("万", "亿")


@dataclass(frozen=True, slots=True)
class Token:
    """One number: offsets of number with unit, the printed digits, the exact value, and the unit as printed.

    ``kind`` is ``amount``, ``percent``, ``score``, ``count`` or ``bare`` (no unit follows); the value of an amount is in its printed
    unit; ``about`` says that the text has it for a lower bound (700余个).
    """

    start: int
    end: int
    printed: str
    value: Decimal
    unit: str
    kind: str
    about: bool = False

    @property
    def decimals(self) -> int:
        return len(self.printed.partition(".")[2])


def template_tokens(text: str) -> list[Token]:
    """Amounts, rates, scores, counts and numbers without a unit, in the wording that the template fixes; no identifiers."""
    found = [_token(m) for m in _pattern(lexicon(), "template").finditer(text)]
    bare = [_bare(m) for m in _BARE.finditer(text)]
    return _stating(text, [*found, *bare])


def free_tokens(text: str) -> list[Token]:
    """Every quantity of free text (what a project achieved): more units, numbers in characters, bare decimals; no identifiers."""
    found = [_token(m) for pattern in (_pattern(lexicon(), "free"), _HAN, _YEARS) for m in pattern.finditer(text)]
    bare = (_bare(m) for m in _achieved(lexicon()).finditer(text))
    return _stating(text, [*found, *(replace(token, kind="count") for token in bare)])


def _stating(text: str, tokens: Iterable[Token]) -> list[Token]:
    """Those that name nothing, in order, none within another; one with a unit before one without."""
    kept: list[Token] = []
    for token in sorted(tokens, key=lambda t: (t.start, t.kind == "bare")):
        if (kept and token.start < kept[-1].end) or not may_be_a_number(token.printed):
            continue
        digits = token.start + token.printed.startswith("-")
        if token.printed.isascii() and identifier_kind(text, digits, token.start + _length(text, token)):
            continue
        kept.append(token)
    return kept


def _length(text: str, token: Token) -> int:
    """How many characters the digits take, separators included."""
    match = _BARE.match(text, token.start)
    return match.end() - match.start() if match else len(token.printed)


def digits_of(printed: str) -> str:
    """A number's digits and point, without what parts its thousands."""
    return half_width(squeeze(printed)).replace(",", "")


def _token(match: re.Match[str]) -> Token:
    groups = match.groupdict()
    kind = next(k for k in ("amount", "percent", "score", "count") if groups.get(k))
    printed = digits_of(groups["number"])
    counted = value_of_numeral(printed)
    value = Decimal(printed) if counted is None else Decimal(counted)
    unit = re.sub(r"(?<=.)[余多]|^[余多](?=.)", "", groups[kind])
    about = bool(groups.get("about") or groups.get("more") or unit != groups[kind])
    return Token(match.start("number"), match.end(), printed, value, f"{unit}元" if unit in _SHORT else unit, kind, about)


def _bare(match: re.Match[str]) -> Token:
    printed = digits_of(match["number"])
    return Token(match.start("number"), match.end("number"), printed, Decimal(printed), "", "bare")


def _any_of(units: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, units), key=len, reverse=True))


@lru_cache(maxsize=8)
def _pattern(words: Lexicon, scope: str) -> re.Pattern[str]:
    """A number with its unit: money, a percentage, a mark, or one of the counts of a scope."""
    money = {word for entry in words.entries("units") for word in entry.words if word.endswith("元")}
    listed = [entry for entry in words.entries("count_units") if entry.holds(scope, None)]
    percent = _any_of(w for e in listed if e.concept == "percent" for w in e.words)
    counts = [e for e in listed if e.concept == "count"]
    count = "|".join([_any_of(w for e in counts for w in e.words), *(e.pattern for e in counts if e.pattern)])
    magnitude = "(?:万|亿|千)?" if scope == "free" else ""
    behind = "[、，。；（）]|$" + ("|预算|资金|经费" if scope == "free" else "")
    return re.compile(
        _NUMBER + r"(?P<about>余|多)?(?:"
        rf"(?P<amount>{_any_of(money)}|[{''.join(_SHORT)}](?={behind}))|(?P<percent>{percent})|(?P<score>{_NOT_A_MARK})"
        rf"|(?P<count>{magnitude}(?:余|多)?(?:{count})))(?P<more>余)?"
    )


@lru_cache(maxsize=8)
def _achieved(words: Lexicon) -> re.Pattern[str]:
    verbs = _any_of(w for e in words.entries("verbs") if "sign" in e.values for w in e.words if len(w) > 1)
    return re.compile(rf"(?:{verbs}|降至|达到|提升|为|得分)(?P<number>\d{{1,{MOST_DIGITS}}}\.\d+)(?=[，。；、])")
