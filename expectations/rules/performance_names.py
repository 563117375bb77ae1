"""Whether two printed names are one project's, with the reason: a similarity that can be explained, never a guess.

What belongs here: names of projects.  What may not: their amounts.
"""

from __future__ import annotations

import re

from pipeline.recognition.annexes.words import words

_MARKS = re.compile(r"[“”‘’\"'「」『』《》()\[\]【】,，、.。:：·—\-_/]")
_SHORT = 6


def same_project(a: str, b: str) -> str | None:
    """Why two names are one project's, or ``None``: the same; the same but for marks; for 项目 at the end; one within the other."""
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
    return None
