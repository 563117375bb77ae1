"""Titles: what a line says of the table below it.

What belongs here: the core of a title, and its entry in ``titles.toml``.  What may not: the table.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.lexicon import Entry, Lexicon, lexicon
from pipeline.model.text import canonical

_TITLE_NOISE = re.compile(r"[.…·。_\-—\s]*\d*$")
#: What may follow a title: (续表), (公开02表), (单位：万元); and numbers before it.
_TITLE_BRACKETS = re.compile(r"(?:(?<=表)\((?!(?:按|分)(?:预算|功能)?(?:单位|科目))[^()]{1,24}\)|\((?:20\d\d年?度?|续表?)\))+$|公开\d+表$")
_NUMERAL = r"(?:\d+(?:[-.]\d+)*|[一二三四五六七八九十]+(?!般))"
#: 1. · （一） · 2.1 · 表1-1： · 附件（二） · 财决公开01表
_NUMBERED = re.compile(
    rf"^[\-•●*]?(?:\(?{_NUMERAL}\)?[、.:\-]+|\({_NUMERAL}\)|\d+(?:[-.]\d+)+"
    rf"|(?:(?:部门|单位)?决算(?:公开)?报?表)?\(?[附图]?[件表]\(?{_NUMERAL}\)?\)?[、.:\-]*|(?:财决)?(?:公开|Z)\d+表?[、.:\-]*)"
)
_SENTENCE = re.compile(r"[,;。!?]|说明$|情况(?!.{0,24}表$)|(详|参|可)见")
_YEAR_BEFORE = re.compile(r"^.*20\d\d年度?(部门|单位)?")
#: The publisher's name before a title; it may hold the words that tell other tables (采购中心, 非税收入管理局).
_OWNER = re.compile(
    r"^.{2,30}?(局|中心|委员会|办公室|委|厅|部|院|校|学|所|站|馆|处|队|会|团|政府|公司)(\([^()]{1,8}\))?(部门|单位)?"
    r"(?=(收入|收支|支出|财政拨款|一般公共|公共预算|政府性基金|国有资本|三公))"
)
_LONGEST = 70


def core_title(text: str) -> str:
    """What a title line says of the form: without year, publisher, numbers before it and remarks behind it."""
    title = canonical(text)
    title = _TITLE_NOISE.sub("", title) if not title.endswith("表") else title
    title = _TITLE_BRACKETS.sub("", title)
    title = _NUMBERED.sub("", title)
    return _OWNER.sub("", _YEAR_BEFORE.sub("", title))


#: So many words side by side, without 表 at the end, are the heading of columns.
_WORDS_OF_A_HEADING = 4


def title_entry(text: str) -> Entry | None:
    """What a line titles (or lists in the contents): its entry in the lexicon, or ``None``.

    Takes any line of text; long lines and sentences are never titles.  A title without 表 is one only where a table follows it,
    which is for the caller to see.
    """
    return _title_entry(lexicon(), text)


@lru_cache(maxsize=65536)
def _title_entry(words: Lexicon, text: str) -> Entry | None:
    if len(text) > 200 or len(canonical(text)) > _LONGEST:
        return None
    title = core_title(text)
    if sum(len(word) > 1 for word in text.split()) >= _WORDS_OF_A_HEADING and not title.endswith("表"):
        return None
    if len(title) < 4 or _SENTENCE.search(_listing_allowed(title)) or re.search(r"[。;!?]", canonical(text)):
        return None
    entry = words.find("titles", title)
    bare = entry is not None and not title.endswith(("表", "情况")) and "决算" not in title
    return None if bare else entry  # the words 收入 支出 alone head columns


def _listing_allowed(title: str) -> str:
    """The title without the pauses that a list inside it makes (“三公”经费、会议费,培训费支出决算表)."""
    return re.sub(r",(?=[^,]{2,12}费)", "、", title)


def names_a_table(title: str) -> bool:
    """Whether words end as the title of a table does (…表)."""
    return title.endswith("表") and lexicon().find("no_titles", title) is None


def looks_like_title(text: str) -> bool:
    """Whether a short line has the form of a table's title (…表), known or not."""
    title = core_title(text)
    return 4 <= len(title) <= 40 and names_a_table(title) and not re.search(r"[,;。!?:]|(详|参|可)见", title)
