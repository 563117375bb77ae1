"""The same project under two printed names.

What belongs here: deciding which of two lists of names mean the same projects, by steps that can each be said in
words: the same name; one name within the other; the same but for a slip of a character; the same amounts.  What may not: likeness
that cannot be said in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from pipeline.model.numbers import half_width, squeeze

_QUOTES = re.compile(r"[“”\"'‘’「」『』《》〈〉、，,。.·\-—–_]")
_TAIL = re.compile(r"(?:项目)?(?:支出)?(?:资金|经费)?(?:项目)?$")
_LEAST = 6  # characters that a name within another must have


@dataclass(frozen=True, slots=True)
class Project:
    """A project as one list prints it: its name, and amounts (or a score) to tell namesakes apart."""

    name: str
    amounts: tuple[Decimal | None, ...] = ()


def project_name(name: str) -> str:
    """A name as it is compared: half width, without white space, quotes, pauses, and a closing 项目."""
    text = _QUOTES.sub("", squeeze(half_width(name)).replace("（", "(").replace("）", ")"))
    return re.sub(r"(?:项目)+$", "", text) or text


def _core(name: str) -> str:
    return _TAIL.sub("", project_name(name)) or project_name(name)


def _same_amounts(a: Project, b: Project) -> bool:
    return any(x is not None and x != 0 for x in a.amounts) and a.amounts == b.amounts


def _within(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) >= _LEAST and short in long


#: Characters that tell projects apart (一期, 二期; 2022年, 2023年): a name that differs in one of them is another project's.
_TELLING = re.compile(r"[\d一二三四五六七八九十甲乙丙丁东西南北上下A-Za-z]")
_SLIP, _LONG = 2, 8


def slip(a: str, b: str) -> str | None:
    """How two names differ that are one name but for a character replaced, or one or two left out or put in; else ``None``."""
    one, other = _core(a), _core(b)
    if one == other or min(len(one), len(other)) < _LONG:
        return None
    changes = [(one[i1:i2], other[j1:j2]) for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, other, False).get_opcodes() if tag != "equal"]
    if len(changes) != 1 or max(map(len, changes[0])) > (1 if all(changes[0]) else _SLIP) or any(map(_TELLING.search, changes[0])):
        return None
    return " / ".join(c or "—" for c in changes[0])


#: Steps from the surest on; a pair found by one is settled before the next is tried.
_STEPS: tuple[Callable[[Project, Project], bool], ...] = (
    lambda a, b: project_name(a.name) == project_name(b.name) and _same_amounts(a, b),
    lambda a, b: project_name(a.name) == project_name(b.name),
    lambda a, b: _core(a.name) == _core(b.name),
    lambda a, b: _within(_core(a.name), _core(b.name)),
    lambda a, b: slip(a.name, b.name) is not None and (_same_amounts(a, b) or not (a.amounts and b.amounts)),
    lambda a, b: len(a.amounts) > 1 and _same_amounts(a, b),
)


def one_name(a: str, b: str) -> bool:
    """Whether two names are one, but for quotes, brackets, a closing 项目 or 资金, or words that one of them leaves out."""
    return _core(a) == _core(b) or _within(_core(a), _core(b))


def matched(left: Sequence[Project], right: Sequence[Project]) -> list[tuple[int, int]]:
    """Pairs of positions that mean the same project, each position in one pair at most.

    Namesakes are paired by amounts, then in printed order; the looser steps pair only what is the one candidate on
    both sides.
    """
    pairs: dict[int, int] = {}
    for n, step in enumerate(_STEPS):
        free_left = [i for i in range(len(left)) if i not in pairs]
        free_right = [j for j in range(len(right)) if j not in pairs.values()]
        candidates = {i: [j for j in free_right if step(left[i], right[j])] for i in free_left}
        for i, found in candidates.items():
            open_right = [j for j in found if j not in pairs.values()]
            rivals = [k for k in free_left if k not in pairs and any(j in candidates[k] for j in open_right)]
            if open_right and (n < 2 or (len(open_right) == 1 and rivals == [i])):
                pairs[i] = open_right[0]
    return sorted(pairs.items())
