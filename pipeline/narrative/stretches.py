"""Stretches of a sentence: reasons and purposes, which are free text, and values that stand side by side behind one predicate.

What belongs here: where they begin and end.  What may not: what a clause states (``clauses``), whose it is (``sentences``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from pipeline.narrative.clauses import compared, named_in
from pipeline.narrative.phrases import Phrase
from pipeline.narrative.tokens import Token
from pipeline.narrative.words import Vocabulary

_STOP, _PAUSE = re.compile("[，；。：]"), re.compile("[；，]")
#: What may stand between values behind one predicate (各是A、B万元), and how many of them there may be.
_BESIDE = ("，", "、", "和", "及", "与", "；")
_MOST = 12
_LONGEST = 400


def free_stretches(words: Vocabulary, part: str, text: str, said: Sequence[Phrase], tokens: Sequence[Token]) -> list[tuple[int, int, int]]:
    """Stretches that give reasons or purposes (where they begin, where their marker ends, where they end): their numbers are
    not statements of the section's subjects."""
    spans: list[tuple[int, int, int]] = []
    for phrase in sorted(said, key=lambda p: p.start):
        if phrase.kind not in ("purpose", "reason") or (spans and phrase.start < spans[-1][2]):
            continue
        if phrase.kind == "purpose":
            stop = _STOP.search(text, phrase.end + 1)  # a colon may follow the marker itself
            spans.append((phrase.start, phrase.end, stop.start() if stop else len(text)))
        else:
            spans.append((phrase.start, phrase.end, _reason_ends(words, part, text, phrase.end, tokens, said)))
    return spans


def _reason_ends(words: Vocabulary, part: str, text: str, begin: int, tokens: Sequence[Token], said: Sequence[Phrase]) -> int:
    """Where a reason ends: before a clause that compares anew, or one behind a semicolon that has an amount or a rate, or says of a subject
    that it is as it was."""
    money = [t.start for t in tokens if t.kind in ("amount", "percent")]
    for stop in _PAUSE.finditer(text, begin):
        at = stop.end()
        clause = re.split("[，；。]", text[at : at + _LONGEST])[0]
        anew = words.cut(re.split(r"\d[.\d,]*(?:万|元|%)", clause)[0], part)
        if not anew.unknown and anew.roles[:1] in ("j", "c") and compared(anew) == "last_year":
            return stop.start()
        stated = bisect_left(money, at) < bisect_left(money, at + len(clause))
        if stop.group() == "；" and stated and not re.match("[一二三四五六七八九十]是", clause):
            return stop.start()
        flat = [p.start for p in said if p.kind in ("flat", "direction") and at < p.start < at + len(clause)]
        if stop.group() == "；" and any(_names(words, part, text[at:begins]) for begins in flat):
            return stop.start()
    return len(text)


def _names(words: Vocabulary, part: str, text: str) -> bool:
    """Whether words are a subject of the section and nothing else."""
    stretch = words.cut(text, part)
    return not stretch.unknown and words.entry("subjects", named_in(stretch), part) is not None


def side_by_side(text: str, tokens: list[Token], first: int) -> list[Token]:
    """The numbers from one on that share the words before it: each but the last without a unit, or all with nothing between."""
    found = [tokens[first]]
    for token in tokens[first + 1 : first + _MOST]:
        if text[found[-1].end : token.start] not in _BESIDE or (found[-1].kind != "bare" and not _shared(text, found, token)):
            break
        found.append(token)
    return found if found[-1].kind != "bare" or len(found) == 1 else found[:1]


def _shared(text: str, found: list[Token], token: Token) -> bool:
    """Whether a number with its unit goes on with the values before it (各为A万元、B万元)."""
    before = text[max(found[0].start - 6, 0) : found[0].start]
    return token.kind == found[-1].kind and bool(re.search("各|分别", before))
