"""Lists of economic items in the basic expenditure section: ``人员经费…，主要包括：基本工资163.46万元、津贴补贴…``.

What belongs here: splitting such a list into names with or without amounts.  What may not: comparing it with the form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.narrative.tokens import Token

_LIST = re.compile(r"(?:主要)?(?:包括|包含|用于|为)：|主要包括|主要用于|其中：(?!人员|公用)")
_AFTER_TOTAL = re.compile(r"(?:人员|公用)(?:经费|支出)[^。；]{0,40}$")
_LEAD = re.compile(r"^(?:其中|：)+")
_ENTRY = re.compile(
    r"^(?P<name>.*?)(?:(?<![\d,])(?P<number>\d{1,3}(?:,\d{3}){1,5}(?:\.\d+)?|\d{1,16}(?:\.\d+)?))?(?P<unit>万元|元|万)?(?:，?占[^，]*)?$"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One named item, with the amount printed behind it if there is one."""

    name: str
    token: Token | None


@dataclass(frozen=True, slots=True)
class ItemList:
    """One list: its entries, where it stands in the sentence, and whether ``等`` leaves it open."""

    entries: tuple[Entry, ...]
    span: tuple[int, int]
    open_ended: bool


def named_items(text: str) -> list[ItemList]:
    """The lists that follow the personnel or the public total in a sentence."""
    lists = []
    for match in _LIST.finditer(text):
        if not _AFTER_TOTAL.search(text[: match.start()]):
            continue
        start = match.end()
        end = start + len(re.split(r"[。；]|公用(?:经费|支出)(?=\d)", text[start:])[0])
        entries: list[Entry] = []
        offset, open_ended = start, False
        for piece in re.split(r"[、，]", text[start:end]):
            if piece.endswith("等") or re.search(r"等(?:支出|费用|方面)?$", piece):
                open_ended = True
            entry = _entry(re.sub(r"等(?:支出|费用|方面)?$", "", piece), offset)
            if entry is not None:
                if not entry.name and entry.token and entries:
                    entries[-1] = Entry(entries[-1].name, entry.token)
                elif entry.name:
                    entries.append(entry)
            offset += len(piece) + 1
        lists.append(ItemList(tuple(entries), (start, end), open_ended))
    return lists


def _entry(piece: str, offset: int) -> Entry | None:
    bare = _LEAD.sub("", piece)
    match = _ENTRY.match(bare)
    if match is None or not piece:
        return None
    shift = offset + len(piece) - len(bare)
    token = None
    if match["number"]:
        printed = match["number"].replace(",", "")
        unit = "元" if match["unit"] == "元" else "万元"
        token = Token(shift + match.start("number"), shift + match.end(), printed, Decimal(printed), unit, "amount")
    return Entry(match["name"].strip("（）： "), token) if match["name"] or token else None
