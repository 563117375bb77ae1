"""The numbers of running text: each with its unit, its exact value and its offsets.

What belongs here: finding numbers that state a quantity, and leaving those that do not (dates, thresholds,
numbers of documents).  What may not: what a number is the measure of (``sentences``, ``achievements``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_SEPARATED = r"\d{1,3}(?:,\d{3}){1,5}|\d{1,9}(?:,\d{1,9}){1,5}(?=\.\d)"  # the second: separators in the wrong places (12,48.33)
_NUMBER = rf"(?<![\d.,A-Za-z])(?P<number>(?:(?<=[为长加减少降是：额率达，])-)?(?:{_SEPARATED}|\d{{1,16}})(?:\.\d+)?)"
_HAN_DIGITS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
#: Factor of an amount's printed unit to 万元.
AMOUNT_UNITS: dict[str, Decimal] = {
    "亿元": Decimal(10000),
    "百万元": Decimal(100),
    "万元": Decimal(1),
    "万": Decimal(1),
    "千元": Decimal("0.1"),
    "元": Decimal("0.0001"),
}
#: Units of counts in the sections that the template fixes.
COUNT_UNITS = ("人次", "批次", "台（套）", "台/套", "台套", "批", "个", "辆", "台", "套", "人", "家", "次", "项", "件")
#: Units of the achievements that project reviews report, beside those above.
ACHIEVEMENT_UNITS = (
    *COUNT_UNITS,
    *("个百分点", "小时", "分钟", "平方米", "平方公里", "公里", "千米", "公顷", "亩", "米", "吨"),
    *(
        "条",
        "路",
        "场",
        "篇",
        "处",
        "期",
        "类",
        "户",
        "座",
        "所",
        "份",
        "种",
        "张",
        "幅",
        "块",
        "只",
        "门",
        "支",
        "组",
        "部",
        "款",
    ),
    *("例", "起", "间", "名", "天", "秒", "本", "宗", "株", "GB", "TB", "PB", "G", "M", "T"),
)
_AMOUNT = "|".join(sorted((u for u in AMOUNT_UNITS if u != "万"), key=len, reverse=True))
_NOT_A_MARK = r"分(?![别析类布期配局厅级散钟公支])"


def _units(names: tuple[str, ...]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


def _pattern(counts: tuple[str, ...], magnitude: str) -> re.Pattern[str]:
    return re.compile(
        _NUMBER + r"(?P<about>余|多)?(?:"
        rf"(?P<amount>{_AMOUNT}|万(?=[、，。；（）]|$))|(?P<percent>%|个百分点)|(?P<score>{_NOT_A_MARK})"
        rf"|(?P<count>{magnitude}(?:余|多)?(?:{_units(counts)})))(?P<more>余)?"
    )


_TEMPLATE = _pattern(COUNT_UNITS, "")
_FREE = _pattern(ACHIEVEMENT_UNITS, "(?:万|亿|千)?")
_HAN = re.compile(
    r"(?<![一二三四五六七八九十第百千万几\d])(?P<number>[两二三四五六七八九十])(?P<count>个|家|项)(?!人|月|季|年|星)"
)
_YEARS = re.compile(r"(?:超过|达到|满|不少于|不低于|大于|≥)(?P<number>\d{1,2})(?P<count>年)(?!\d|度|底|末|初)")
_BARE = re.compile(r"(?:下降|提高|降至|降低|达到|提升|增加|减少|为)(?P<number>\d{1,16}\.\d+)(?=[，。；、])")
#: A threshold inside a name: 单价100万元（含）以上设备.
_THRESHOLD = re.compile(r"(?<![\d,.])\d[\d,.]{0,20}(?:万元|亿元|元)(?:（含）|及)?(?:以上|以下|以内)")


@dataclass(frozen=True, slots=True)
class Token:
    """One stated number: offsets of number with unit, the printed digits, the exact value, and the unit as printed.

    ``kind`` is ``amount``, ``percent``, ``score`` or ``count``; the value of an amount is in its printed unit.
    """

    start: int
    end: int
    printed: str
    value: Decimal
    unit: str
    kind: str

    @property
    def decimals(self) -> int:
        return len(self.printed.partition(".")[2])


def _token(match: re.Match[str]) -> Token:
    groups = match.groupdict()
    kind = next(k for k in ("amount", "percent", "score", "count") if groups.get(k))
    printed = groups["number"].replace(",", "")
    value = Decimal(_HAN_DIGITS[printed]) if printed in _HAN_DIGITS else Decimal(printed)
    unit = re.sub(r"(?<=.)[余多]|^[余多](?=.)", "", groups[kind])
    return Token(match.start("number"), match.end(), printed, value, "万元" if unit == "万" else unit, kind)


def _without_overlaps(tokens: list[Token], masked: list[tuple[int, int]]) -> list[Token]:
    kept: list[Token] = []
    for token in sorted(tokens, key=lambda t: t.start):
        if any(a <= token.start < b for a, b in masked) or (kept and token.start < kept[-1].end):
            continue
        kept.append(token)
    return kept


def template_tokens(text: str) -> list[Token]:
    """Amounts, rates, scores and counts in the wording that the template fixes."""
    masked = [m.span() for m in _THRESHOLD.finditer(text)]
    return _without_overlaps([_token(m) for m in _TEMPLATE.finditer(text)], masked)


def free_tokens(text: str) -> list[Token]:
    """Every quantity of free text (what a project achieved): more units, numbers in characters, bare decimals."""
    found = [_token(m) for pattern in (_FREE, _HAN, _YEARS) for m in pattern.finditer(text)]
    found += [Token(m.start("number"), m.end(), m["number"], Decimal(m["number"]), "", "count") for m in _BARE.finditer(text)]
    return _without_overlaps(found, [])
