"""One line of print as a picture → its text, with the place and the sureness of every character.

What belongs here: scaling a crop for the recogniser and decoding its answer.  What may not: where lines stand (``lines``,
``cells``), and what is made of an unsure reading (``amounts``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.picture.models import RECOGNISER, model

Gray = NDArray[Any]

#: The recogniser's input: lines of this height; one step of its answer is so many pixels wide.
_HEIGHT, _STEP = 48, 8
_NARROWEST, _WIDEST = 32, 2400
#: Characters of other orthographies that differ by one drop from those that reports are written in: 決 决, 況 况, 減 减, 準 准, 淨 净.
_WRITTEN = {0x6C7A: 0x51B3, 0x6CC1: 0x51B5, 0x6E1B: 0x51CF, 0x6E96: 0x51C6, 0x6DE8: 0x51C0}
_HALF, _FULL = "(),:;%-+=!?", "（），：；％－＋＝！？"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was recognised: characters, how sure each is (0 to 1), and where its middle stands (0 left edge, 1 right edge)."""

    text: str = ""
    sure: tuple[float, ...] = ()
    middles: tuple[float, ...] = ()

    @property
    def confidence(self) -> float:
        """That of the least sure digit, or character where there is no digit; 1.0 for nothing."""
        digits = [s for c, s in zip(self.text, self.sure, strict=True) if c.isdigit() or c in ".,"]
        return min(digits if any(c.isdigit() for c in self.text) else self.sure, default=1.0)


def recognise(crop: Gray, stretch: float = 1.0) -> Reading:
    """The text of a crop (grey, print darker than the ground, one line).

    ``stretch`` widens the crop before it is read: neighbours that the recogniser takes for one character come apart.
    """
    height, width = crop.shape
    if not height or not width:
        return Reading()
    wide = int(np.clip(round(width * _HEIGHT / height * stretch), _NARROWEST, _WIDEST))
    scaled = cv2.resize(crop, (wide, _HEIGHT), interpolation=cv2.INTER_CUBIC if height < _HEIGHT else cv2.INTER_AREA)
    plane = scaled.astype(np.float32) / 127.5 - 1.0
    answer = model(RECOGNISER)(np.repeat(plane[None, None], 3, axis=1))[0]
    return _decoded(answer, wide)


def _decoded(answer: NDArray[Any], width: int) -> Reading:
    """Connectionist decoding: equal neighbours are one character, the first class is none."""
    best = answer.argmax(axis=1)
    sure = answer.max(axis=1)
    alphabet = _alphabet()
    for mine, other in _twins().items():  # a bracket is a bracket, however wide
        at = np.flatnonzero(best == mine)
        sure[at] += answer[at, other]
    texts: list[str] = []
    confidences: list[float] = []
    middles: list[float] = []
    start = 0
    for i in range(1, len(best) + 1):
        if i < len(best) and best[i] == best[start]:
            continue
        if best[start]:
            texts.append(alphabet[best[start]])
            confidences.append(float(sure[start:i].max()))
            middles.append(min(1.0, (start + i) / 2 * _STEP / width))
        start = i
    return Reading("".join(texts), tuple(confidences), tuple(middles))


@cache
def _twins() -> dict[int, int]:
    """Classes of characters that mean the same in half and in full width, both ways."""
    classes = {c: i for i, c in enumerate(_alphabet())}
    pairs = [(classes[a], classes[b]) for a, b in zip(_HALF, _FULL, strict=True) if a in classes and b in classes]
    return dict(pairs) | {b: a for a, b in pairs}


@cache
def _alphabet() -> list[str]:
    return ["", *model(RECOGNISER).metadata("character").translate(_WRITTEN).splitlines(), " "]
