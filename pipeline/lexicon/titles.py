"""Titles: what a line says of the table below it.

What belongs here: the core of a title, and its entry in ``titles.toml``.  What may not: the table.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.lexicon import Entry, Lexicon, any_of, lexicon
from pipeline.model.text import canonical, remembered

_TITLE_NOISE = re.compile(r"[.…·。_\-—\s]*\d*$")
_LONGEST = 70


def core_title(text: str) -> str:
    """What a title line says of the form: without year, publisher, numbers before it and remarks behind it."""
    return _core(canonical(text), lexicon())


@remembered  # every line of a report is asked for several times
def _core(title: str, _: Lexicon) -> str:
    title = _TITLE_NOISE.sub("", title) if not title.endswith("表") else title
    for part in ("behind", "number", "year", "owner"):
        title = any_of("title_parts", part).sub("", title)
    return title


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
    if (
        len(title) < 4
        or any_of("title_parts", "sentence").search(any_of("title_parts", "listing").sub("、", title))
        or re.search(r"[。;!?]", canonical(text))
    ):
        return None
    entry = words.find("titles", title)
    return entry if any_of("title_parts", "whole").search(title) else None


def names_a_table(title: str) -> bool:
    """Whether words end as the title of a table does (…表)."""
    return title.endswith("表") and lexicon().find("no_titles", title) is None


def looks_like_title(text: str) -> bool:
    """Whether a short line has the form of a table's title (…表), known or not."""
    title = core_title(text)
    return 4 <= len(title) <= 40 and names_a_table(title) and any_of("title_parts", "reference").search(title) is None
