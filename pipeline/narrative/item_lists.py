"""Lists of economic items in the basic expenditure section: ``人员经费…，主要包括：基本工资163.46万元、津贴补贴…``.

What belongs here: splitting such a list into names with or without amounts.  What may not: comparing it with the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from pipeline.lexicon import any_of, lexicon
from pipeline.narrative.economic import codes_of
from pipeline.narrative.tokens import Token, digits_of
from pipeline.narrative.words import plain_text

_AFTER_TOTAL = re.compile(r"(?:人员|公用)(?:经费|支出)[^。；]{0,40}$")
_LEAD = re.compile(r"^(?:其中|：)+")
_ENTRY = re.compile(
    r"^(?P<name>.*?)(?:(?<![\d,])(?P<number>\d{1,3}(?:,\d{3}){1,5}(?:\.\d+)?|\d{1,16}(?:\.\d+)?))?(?P<unit>万元|元|万)?(?:，?占[^，]*)?$"
)
#: Before a list's marker no more than so many characters are looked at.
_BEFORE = 80


@dataclass(frozen=True, slots=True)
class Entry:
    """One named item, with the amount printed behind it if there is one; ``known`` says whether any code bears the name."""

    name: str
    token: Token | None
    known: bool = True


@dataclass(frozen=True, slots=True)
class ItemList:
    """One list: its entries, where it stands in the sentence, and whether ``等`` or a name that is not known leaves it open."""

    entries: tuple[Entry, ...]
    span: tuple[int, int]
    open_ended: bool


def named_items(text: str) -> list[ItemList]:
    """The lists that follow the personnel or the public total in a sentence."""
    lists: list[ItemList] = []
    for begin, start in _markers(text):
        if (lists and begin < lists[-1].span[1]) or not _AFTER_TOTAL.search(text[max(begin - _BEFORE, 0) : begin]):
            continue
        end = start + len(re.split(r"[。；]|公用(?:经费|支出)(?=\d)", text[start:])[0])
        entries, open_ended = _entries(text, start, end)
        lists.append(ItemList(tuple(entries), (start, end), open_ended or any(not e.known for e in entries)))
    return lists


def _markers(text: str) -> Iterator[tuple[int, int]]:
    """Where a list may begin: offsets of the words before it."""
    plain, at = plain_text(text)
    for match in any_of("clause_words", "list").finditer(plain):
        yield at[match.start()], at[match.end() - 1] + 1


def _entries(text: str, start: int, end: int) -> tuple[list[Entry], bool]:
    closing = sorted((w for e in lexicon().entries("clause_words") if e.concept == "list_end" for w in e.words), key=len, reverse=True)
    entries: list[Entry] = []
    offset, open_ended = start, False
    for piece in re.split(r"[、，]", text[start:end]):
        ending = next((w for w in closing if piece.endswith(w)), "")
        open_ended = open_ended or bool(ending)
        entry = _entry(piece.removesuffix(ending) if ending else piece, offset)
        if entry is not None:
            if not entry.name and entry.token and entries:
                entries[-1] = Entry(entries[-1].name, entry.token, entries[-1].known)
            elif entry.name:
                entries.append(entry)
        offset += len(piece) + 1
    return entries, open_ended


def _entry(piece: str, offset: int) -> Entry | None:
    bare = _LEAD.sub("", piece)
    match = _ENTRY.match(bare)
    if match is None or not piece:
        return None
    shift = offset + len(piece) - len(bare)
    token = None
    if match["number"]:
        printed = digits_of(match["number"])
        unit = "元" if match["unit"] == "元" else "万元"
        token = Token(shift + match.start("number"), shift + match.end(), printed, Decimal(printed), unit, "amount")
    name = match["name"].strip("（）： ")
    return Entry(name, token, bool(codes_of(name)) or not name) if match["name"] or token else None
