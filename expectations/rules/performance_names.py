"""Whether two printed names are one project's, or one body's, with the reason: a similarity that can be explained, never a guess.

What belongs here: names.  What may not: amounts.
"""

from __future__ import annotations

import re

from pipeline.lexicon.annexes import words
from pipeline.narrative.project_names import slip

_MARKS = re.compile(r"[“”‘’\"'「」『』《》()\[\]【】,，、.。:：·—\-_/]")
_SHORT = 6


def same_project(a: str, b: str) -> str | None:
    """Why two names are one project's, or ``None``: the same; but for marks; for 项目 at the end; one within the other; but for a slip."""
    if words(a) == words(b):
        return "the same name"
    plain = [_MARKS.sub("", words(n)) for n in (a, b)]
    if not all(plain):
        return None
    if plain[0] == plain[1]:
        return "the same name but for brackets, quotes and blanks"
    stems = [p.removesuffix("项目") for p in plain]
    if stems[0] == stems[1]:
        return "the same name but for 项目 at its end"
    short, long = sorted(stems, key=len)
    if len(short) >= _SHORT and short in long:
        return f"one name holds the other ({short})"
    if (differing := slip(*stems)) is not None:
        return f"one name but for a slip ({differing})"
    return None


def one_body(a: str, b: str) -> bool:
    """Whether two names are one body's: one stands in the other, or leaves characters of it out (市大数据局, 青岛市大数据发展管理局)."""
    short, long = sorted((_MARKS.sub("", words(a)), _MARKS.sub("", words(b))), key=len)
    rest = iter(long)
    return bool(short) and (short in long or all(c in rest for c in short))
