"""What is made of a recognised number: kept, read again, repaired where the print admits one reading, or left in doubt.

What belongs here: digits, points and what is seen of them.  What may not: what an amount means, and the sums that it must satisfy.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
from numpy.typing import NDArray

from pipeline.reading.picture.recognise import Reading

#: A character that is less sure than this makes a number doubtful; it is then read again at other widths.
SURE = 0.95
#: What digits are worth that most looks agree on although none is sure.
_AGREED = 0.9
#: What a doubtful number's confidence is set to where the strokes seen contradict it.
CONTRADICTED = 0.4
_NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|-?\d+(?:\.\d+)?%?")
_NUMERIC = re.compile(r"[-0-9.,，．。·:：;%％OoIl|\s]+")
_POINTS = re.compile(r"^(-?\d{1,3}(?:[.,]\d{3})+)(\.\d\d)$")
_LOOKS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "，": ",", "．": ".", "。": ".", "·": ".", "％": "%"})
#: Of the numbers of a column, the share that must show the same decimals before a number is measured by them.
_COMMON = 0.8


Shape = tuple[int, int, int, int]  # x, y, width, height


@dataclass(frozen=True, slots=True)
class Strokes:
    """What is seen of a number without reading it: how many tall shapes, how many small ones at the foot; ``None`` where shapes touch."""

    tall: int | None
    low: int | None


def is_numeric(text: str) -> bool:
    """Whether a text consists of digits and what is taken for them or stands between them; a round letter alone is a zero."""
    return bool(_NUMERIC.fullmatch(text)) and (any(c.isdigit() for c in text) or text in ("O", "o"))


def strokes_of(ink: NDArray[Any]) -> Strokes:
    """Shapes in the ink of one line."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    shapes = _whole([(int(x), int(y), int(w), int(h)) for x, y, w, h, area in stats[1:] if area >= 3])
    if not shapes:
        return Strokes(None, None)
    highest = max(h for *_, h in shapes)
    foot = max(y + h for _, y, _, h in shapes if h >= 0.7 * highest)
    tall = [s for s in shapes if s[3] >= 0.7 * highest]
    low = [s for s in shapes if s[3] < 0.55 * highest and s[1] + s[3] / 2 > foot - 0.35 * highest]
    width = min((w for _, _, w, _ in tall if w >= 0.4 * highest), default=0.6 * highest)  # a 1 may be narrower
    if any(w > min(1.45 * width, 0.95 * highest) for _, _, w, _ in tall) or len(tall) + len(low) != len(shapes):
        return Strokes(None, None)
    return Strokes(len(tall), len(low))


def _whole(shapes: Sequence[Shape]) -> list[Shape]:
    """Shapes without the breaks of thin print: what stands under a shape is its foot, and two that touch and are one digit wide are one."""
    widest = max((w for _, _, w, _ in shapes), default=0)
    whole: list[Shape] = []
    for x, y, w, h in sorted(shapes):
        if whole:
            left, top, wide, high = whole[-1]
            end, bottom = max(left + wide, x + w), max(top + high, y + h)
            under = min(left + wide, x + w) - x > 0.5 * min(wide, w)
            if under or (x - left - wide <= 1 and end - left <= widest and min(high, h) >= 0.7 * max(high, h)):
                whole[-1] = left, min(top, y), end - left, bottom - min(top, y)
                continue
        whole.append((x, y, w, h))
    return whole


def agrees(text: str, seen: Strokes) -> bool:
    """Whether a number has as many digits as tall shapes are seen, and no fewer points than small ones."""
    digits, points = sum(c.isdigit() for c in text), sum(c in ".," for c in text)
    return seen.tall is None or (digits + text.count("%") == seen.tall and points == (seen.low or 0)) or "-" in text or "%" in text


def well_formed(text: str) -> bool:
    """Whether a text is a number in print: separators at thousands, one point."""
    return bool(_NUMBER.fullmatch(text))


def common_decimals(texts: Iterable[str]) -> int | None:
    """The decimals that (nearly) all numbers of a column show; ``None`` where they differ or are few."""
    counts = Counter(len(t.partition(".")[2]) for t in texts if well_formed(t) and "%" not in t)
    total = sum(counts.values())
    if total < 4:
        return None
    decimals, most = counts.most_common(1)[0]
    return decimals if decimals and most >= _COMMON * total else None


def settled(readings: Iterable[Reading], seen: Strokes) -> Reading:
    """One reading of several looks at the same number: that which looks agree on and the shapes admit, else the first one in doubt."""
    looks = [_plain(r) for r in readings]
    votes = Counter(r.text for r in looks if well_formed(r.text) and agrees(r.text, seen))
    text, count = votes.most_common(1)[0] if votes else ("", 0)
    if count * 2 <= len(looks):
        return _as_sure(looks[0], min(looks[0].confidence, CONTRADICTED))
    best = max((r for r in looks if r.text == text), key=lambda r: r.confidence)
    return best if best.confidence >= SURE and seen.tall is not None else _as_sure(best, _AGREED)


def _as_sure(reading: Reading, confidence: float) -> Reading:
    return replace(reading, sure=(confidence,) * len(reading.text))


def agreed(first: Reading, again: Sequence[Reading]) -> Reading:
    """A reading of words and numbers whose digits are not sure: sure where most further looks see the same ones, else as it was."""
    looks = [first, *again]
    votes = Counter(_digits(r.text) for r in looks)
    digits, count = votes.most_common(1)[0]
    if count * 2 <= len(looks):
        return first
    best = max((r for r in looks if _digits(r.text) == digits), key=lambda r: r.confidence)
    return replace(best, sure=tuple(max(s, _AGREED) if c.isdigit() or c in ".," else s for c, s in zip(best.text, best.sure, strict=True)))


def _digits(text: str) -> str:
    return re.sub(r"[^\d.,]", "", text)


def repaired(text: str, decimals: int | None) -> str | None:
    """A malformed number in its column's form, where only one is possible; ``None`` where it is not.

    ``7.871.13`` and ``871,13`` among amounts of two decimals can only be 7871.13 and 871.13: thousands have three digits.
    """
    if well_formed(text):
        return text
    if decimals is None or not re.fullmatch(r"-?[\d.,]+", text):
        return None
    head, last, tail = re.fullmatch(r"(.*?)([.,]?)(\d*)", text, re.S).groups()  # type: ignore[union-attr]
    if not last or len(tail) != decimals:
        return None
    groups = re.split(r"[.,]", head.lstrip("-"))
    if not all(g.isdigit() for g in groups) or any(len(g) != 3 for g in groups[1:]) or (len(groups) > 1 and not 1 <= len(groups[0]) <= 3):
        return None
    return f"{'-' if head.startswith('-') else ''}{','.join(groups)}.{tail}"


def _plain(reading: Reading) -> Reading:
    """A number without blanks, letters that look like digits taken for them, and points at thousands for commas: a number has one point."""
    kept = [i for i, c in enumerate(reading.text) if not c.isspace()]
    text = "".join(reading.text[i] for i in kept).translate(_LOOKS)
    text = _POINTS.sub(lambda m: m[1].replace(".", ",") + m[2], text)
    return Reading(text, tuple(reading.sure[i] for i in kept), tuple(reading.middles[i] for i in kept))
