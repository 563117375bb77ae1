"""What a workbook's cell shows: its value under its number format.

A value that is shown with two decimals *is* that value for whoever reads the sheet: the digits behind them are printed nowhere.
What belongs here: number formats (ECMA-376 §18.8.31) → text.  What may not: workbooks, and what the text means.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None

#: Built-in formats of Chinese editions; files name them by number only.
CHINESE_DATES = {
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<room>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/通用格式)'
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<exponent>E[+-]0+)|(?P<scale>,+)|(?P<percent>%)"
    r"|(?P<noon>AM/PM|A/P|上午/下午)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|a{3,4}|e+)|(?P<text>@)|(?P<other>.)",
    re.I | re.S,
)
_CONDITION = re.compile(r"([<>=]{1,2})(-?\d+(?:\.\d+)?)")
_ELAPSED = re.compile(r"h+|m+|s+", re.I)
_CURRENCY = re.compile(r"\$([^-]*)(?:-.*)?")
_WEEKDAYS = "一二三四五六日"
#: Digits of a value that a workbook keeps; what a sum of binary fractions leaves beyond is noise.
_KEPT, _GENERAL_DECIMALS = 15, 6

Token = tuple[str, str]
Section = tuple[Token, ...]


def shown(value: Value, code: str = "General") -> str:
    """The text that a cell with this value and number format shows; a blank cell shows ``""``.

    A format that is not understood shows the value as it is kept.  Values and texts are never scaled beyond what the format says.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    sections = _sections(code)
    if isinstance(value, str):
        return _text(value, sections)
    if isinstance(value, dt.timedelta):
        return _elapsed(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return _date(value, sections[0])
    return _number(value, sections)


@cache
def _sections(code: str) -> tuple[Section, ...]:
    parts: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code or "General"):
        kind, text = str(match.lastgroup), match[match.lastgroup or 0]
        if kind == "other" and text == ";":
            parts.append([])
        else:
            parts[-1].append((kind, text))
    return tuple(tuple(part) for part in parts)


def is_date(code: str) -> bool:
    """Whether a format shows its number as a date or a time."""
    first = _sections(code)[0]
    return any(kind == "date" for kind, _ in first) or any(kind == "bracket" and _ELAPSED.fullmatch(text) for kind, text in first)


def _text(value: str, sections: tuple[Section, ...]) -> str:
    """A text under the section for texts: the fourth, or the last one that has an ``@``; else as it is."""
    last = sections[-1]
    if len(sections) < 4 and not any(kind == "text" for kind, _ in last):
        return value
    return "".join(value if kind == "text" else _literal(kind, text) for kind, text in last).strip()


def _number(value: float, sections: tuple[Section, ...]) -> str:
    exact = Decimal(f"{value:.{_KEPT}g}") if isinstance(value, float) else Decimal(value)
    if not exact.is_finite():
        return str(value)
    section, signed = _chosen(exact, sections)
    kinds = {kind for kind, _ in section}
    if "date" in kinds:
        return general(exact)
    if "text" in kinds or "general" in kinds:
        return _general_section(exact, section, signed)
    if "digits" in kinds and ("other", "/") in section:  # a fraction
        return general(exact)
    text = _fixed(abs(exact), section)
    negative = exact < 0 and signed and re.search(r"[1-9]", text)
    return f"-{text}" if negative else text


def _chosen(value: Decimal, sections: tuple[Section, ...]) -> tuple[Section, bool]:
    """The section that a value falls into, and whether its sign is still to be printed."""
    conditions = [_condition(section) for section in sections[:3]]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=False):
            if condition is not None and _holds(value, *condition):
                return section, True
        rest = [section for section, condition in zip(sections, conditions, strict=False) if condition is None]
        return (rest[0] if rest else sections[0]), True
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], True
    return sections[0], True


def _condition(section: Section) -> tuple[str, Decimal] | None:
    for kind, text in section:
        if kind == "bracket" and (match := _CONDITION.fullmatch(text)):
            return match[1], Decimal(match[2])
    return None


def _holds(value: Decimal, operator: str, limit: Decimal) -> bool:
    return {
        "<": value < limit, ">": value > limit, "=": value == limit, "<=": value <= limit, ">=": value >= limit, "<>": value != limit,
    }.get(operator, False)  # fmt: skip


def _literal(kind: str, text: str) -> str:
    if kind in ("quoted", "escaped", "other"):
        return text
    if kind == "room":
        return " "
    if kind == "bracket" and (currency := _CURRENCY.fullmatch(text)):
        return currency[1]
    return ""


def general(value: Decimal) -> str:
    """A number without a format: no noise of binary fractions, no trailing zeros."""
    if value == 0:
        return "0"
    return f"{round(value, _GENERAL_DECIMALS).normalize():f}"


def _general_section(value: Decimal, section: Section, signed: bool) -> str:
    parts = [general(value if signed else abs(value)) if kind in ("general", "text") else _literal(kind, text) for kind, text in section]
    return "".join(parts).strip()


def _fixed(value: Decimal, section: Section) -> str:
    """A value (without its sign) under a section of digits: decimals, thousands, per cent, powers, and the literals around."""
    digits = next((i for i, (kind, _) in enumerate(section) if kind == "digits"), None)
    if digits is None:
        return "".join("%" if kind == "percent" else _literal(kind, text) for kind, text in section).strip()
    picture = section[digits][1]
    whole, _, places = picture.partition(".")
    for kind, text in section:
        value *= 100 if kind == "percent" else 1
        value /= 1000 ** len(text) if kind == "scale" else 1
    if not places and whole.endswith(","):
        value /= 1000 ** (len(whole) - len(whole.rstrip(",")))
        whole = whole.rstrip(",")
    power = next((text for kind, text in section if kind == "exponent"), None)
    number = _scientific(value, len(places), power) if power else _decimal(value, whole, places)
    out = []
    for i, (kind, text) in enumerate(section):
        out.append(number if i == digits else "%" if kind == "percent" else "" if kind == "digits" else _literal(kind, text))
    return "".join(out).strip()


def _decimal(value: Decimal, whole: str, places: str) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP) if value.adjusted() < 20 else value
    integer, _, fraction = f"{rounded:f}".partition(".")
    while fraction and len(fraction) <= len(places) and places[len(fraction) - 1] != "0" and fraction[-1] == "0":
        fraction = fraction[:-1]
    integer = integer.lstrip("0").rjust(whole.replace(",", "").count("0"), "0")
    if "," in whole and integer:
        integer = f"{int(integer):,}"
    if fraction:
        return f"{integer or 0}.{fraction}"
    return integer


def _scientific(value: Decimal, places: int, power: str) -> str:
    mantissa, _, exponent = f"{value:.{places}E}".partition("E")
    return f"{mantissa}E{'+' if int(exponent) >= 0 and '+' in power else '-' if int(exponent) < 0 else ''}{abs(int(exponent)):0{len(power) - 2}d}"


def _elapsed(value: dt.timedelta) -> str:
    seconds = int(value.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _date(value: dt.datetime | dt.date | dt.time, section: Section) -> str:
    """A date under its format; where the format tells none, as people write it."""
    dates = [i for i, (kind, _) in enumerate(section) if kind == "date"]
    if not dates:
        return value.isoformat(" ") if isinstance(value, dt.datetime) else value.isoformat()
    noon = any(kind == "noon" for kind, _ in section)
    out = []
    for i, (kind, text) in enumerate(section):
        if kind == "date":
            before = next((section[d][1].lower() for d in reversed(dates) if d < i), "")
            after = next((section[d][1].lower() for d in dates if d > i), "")
            minutes = text.lower() in ("m", "mm") and (before.startswith("h") or after.startswith("s"))
            out.append(_date_part(value, text.lower(), minutes, noon))
        elif kind == "noon":
            out.append(("AM", "PM")[getattr(value, "hour", 0) >= 12])
        else:
            out.append(_literal(kind, text))
    return "".join(out).strip()


def _date_part(value: dt.datetime | dt.date | dt.time, part: str, minutes: bool, noon: bool) -> str:
    hour = getattr(value, "hour", 0)
    number = {
        "y": getattr(value, "year", 1900),
        "e": getattr(value, "year", 1900),
        "d": getattr(value, "day", 0),
        "h": (hour % 12 or 12) if noon else hour,
        "s": getattr(value, "second", 0),
        "m": getattr(value, "minute", 0) if minutes else getattr(value, "month", 1),
    }.get(part[0])
    if number is None or (part[0] == "d" and len(part) > 2):  # a day of the week
        day = _WEEKDAYS[value.weekday()] if isinstance(value, dt.date) else ""
        return f"星期{day}" if len(part) == 4 and day else day
    if part[0] in "ye":
        return f"{number % 100:02d}" if len(part) == 2 else f"{number}"
    return f"{number:02d}" if len(part) > 1 else f"{number}"
