"""A page as a picture → the same page upright, straight and evenly lit.

What belongs here: colour, light, turn, skew and perspective.  What may not: what is on the page.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.picture.recognise import Gray, recognise

Matrix = NDArray[np.float64]

#: Degrees: how far a page may lie askew, and the steps in which that is sought.
_FARTHEST, _COARSE, _FINE = 8.0, 0.5, 0.05
#: Side of the picture in which skew is sought, and in which light is measured.
_SMALL = 800
#: A red stroke is at least so much redder than green or blue, and belongs to a seal where its shape is so large both ways (pixels at 200 dpi).
_REDDER, _SEAL = 40, 90
#: Lines of print that are read to tell how a page is turned, and how sure their characters are on average where it stands upright.
_ASKED, _UPRIGHT = 6, 0.85


@dataclass(frozen=True)
class Straight:
    """A straightened page: grey values (print dark, ground 255) and the matrix that took the picture's pixels there."""

    gray: Gray
    matrix: Matrix


def straightened(picture: NDArray[np.uint8]) -> Straight:
    """``picture``: height × width × 3 (RGB) or height × width (grey), about 200 dots to the inch."""
    gray = evenly_lit(without_seals(picture))
    matrix: Matrix = np.eye(3)
    gray, matrix = _apply(gray, matrix, _sheet(gray))
    gray, matrix = _upright(gray, matrix)
    gray, matrix = _apply(gray, matrix, _keystone(gray))
    return Straight(gray, matrix)


def without_seals(picture: NDArray[np.uint8]) -> Gray:
    """Grey values in which the strokes of red seals are as light as the paper; smaller red print stays dark."""
    if picture.ndim == 2:
        return picture
    red, green, blue = (picture[..., i].astype(np.int16) for i in range(3))
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    redness = red - np.maximum(green, blue)
    mask = (redness > _REDDER).astype(np.uint8)
    if not mask.any():
        return gray
    joined = cv2.dilate(mask, np.ones((9, 9), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    seals = (stats[:, cv2.CC_STAT_WIDTH] > _SEAL) & (stats[:, cv2.CC_STAT_HEIGHT] > _SEAL)
    seals[0] = False
    area = cv2.dilate((seals[labels] & (redness > _REDDER // 2)).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    lighter = np.maximum(gray, picture[..., 0])
    return np.where(area, lighter, gray)


def evenly_lit(gray: Gray) -> Gray:
    """The picture divided by its ground: shadows and grey paper become white."""
    height, width = gray.shape
    scale = max(height, width) / _SMALL
    small = cv2.resize(gray, (max(1, round(width / scale)), max(1, round(height / scale))), interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21)
    wide = np.maximum(cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR), 40)
    lit: Gray = cv2.divide(gray, wide, scale=255)
    return lit


def ink_of(gray: Gray) -> NDArray[np.uint8]:
    """255 where there is print."""
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return ((gray < min(max(threshold, 120.0), 200.0)) * np.uint8(255)).astype(np.uint8)


def _apply(gray: Gray, matrix: Matrix, step: Matrix | None, size: tuple[int, int] | None = None) -> tuple[Gray, Matrix]:
    if step is None:
        return gray, matrix
    height, width = gray.shape
    moved: Gray = cv2.warpPerspective(gray, step, size or (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return moved, step @ matrix


def _sheet(gray: Gray) -> Matrix | None:
    """Nothing yet."""
    return None


def skew_of(gray: Gray) -> float:
    """Degrees by which lines and rules fall to the right; found where their projection is the sharpest."""
    scale = _SMALL / max(gray.shape)
    small = 255 - cv2.resize(gray, None, fx=min(scale, 1.0), fy=min(scale, 1.0), interpolation=cv2.INTER_AREA)
    small = (small > 60).astype(np.float32)
    best = 0.0
    for reach, step in ((_FARTHEST, _COARSE), (_COARSE, _FINE)):
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(max(angles, key=lambda a: _sharpness(small, float(a))))
    return best


def _sharpness(small: NDArray[np.float32], angle: float) -> float:
    height, width = small.shape
    turned = cv2.warpAffine(small, cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), (width, height))
    rows = turned.sum(axis=1)
    return float(np.square(np.diff(rows)).sum())


def _turn(angle: float, width: int, height: int) -> tuple[Matrix, tuple[int, int]]:
    """The rotation by ``angle`` degrees (counter-clockwise) about the middle, and the size that holds the whole page if it is a right angle."""
    matrix = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), [0, 0, 1]])
    across = round(angle / 90) % 2 == 1
    size = (height, width) if across else (width, height)
    shift = np.array([[1, 0, (size[0] - width) / 2], [0, 1, (size[1] - height) / 2], [0, 0, 1]], dtype=float)
    return shift @ matrix, size


def _upright(gray: Gray, matrix: Matrix) -> tuple[Gray, Matrix]:
    """The page as it is read, without skew: lines run across, and of the two turns left the recogniser is surer of one."""
    best: tuple[float, Gray, Matrix] | None = None
    for quarter in (90, 270) if _runs_down(gray) else (0, 180):
        level, total = _level(gray, matrix, quarter)
        sure = _sureness(level)
        if sure is None or sure >= _UPRIGHT:
            return level, total
        if best is None or sure > best[0]:
            best = sure, level, total
    assert best is not None
    return best[1], best[2]


def _level(gray: Gray, matrix: Matrix, quarter: int) -> tuple[Gray, Matrix]:
    """The page turned by right angles, then by its skew."""
    if quarter:
        step, size = _turn(quarter, gray.shape[1], gray.shape[0])
        gray, matrix = _apply(gray, matrix, step, size)
    skew = skew_of(gray)
    step, size = _turn(skew, gray.shape[1], gray.shape[0])
    return _apply(gray, matrix, step if abs(skew) >= _FINE else None)


def _words(gray: Gray) -> list[tuple[int, int, int, int]]:
    """Boxes (x0, y0, x1, y1) of pieces of print that are as high as a line and longer than that, the longest for its height first."""
    ink = ink_of(gray)
    rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, 60), np.uint8)) | cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((60, 1), np.uint8))
    text = cv2.subtract(ink, cv2.dilate(rules, np.ones((5, 5), np.uint8)))
    joined = cv2.morphologyEx(text, cv2.MORPH_CLOSE, np.ones((1, 19), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes = [(int(x) - 4, int(y) - 4, int(x + w) + 4, int(y + h) + 4) for x, y, w, h, _ in stats[1:] if 10 <= h <= 80 and w >= 2.2 * h]
    return sorted((b for b in boxes if min(b[:2]) >= 0), key=lambda b: (b[0] - b[2]) / (b[3] - b[1]))


def _runs_down(gray: Gray) -> bool:
    """Whether lines of print run down or up the page: pieces of print are longer that way."""
    across, down = (sum(x1 - x0 for x0, y0, x1, y1 in _words(g) if x1 - x0 >= 4 * (y1 - y0)) for g in (gray, np.ascontiguousarray(gray.T)))
    return down > across


def _sureness(gray: Gray) -> float | None:
    """How sure the recogniser is of some lines of the page; ``None`` for a page without lines."""
    boxes = [b for b in _words(gray) if b[2] - b[0] <= 16 * (b[3] - b[1])]
    half = boxes[: max(_ASKED, len(boxes) // 2)]
    samples = half[:: max(1, len(half) // _ASKED)][:_ASKED]
    if not samples:
        return None
    readings = [recognise(gray[y0:y1, x0:x1]) for x0, y0, x1, y1 in samples]
    sure = [c for reading in readings for c in reading.sure]
    characters = sum(len(r.text) for r in readings)
    expected = sum((x1 - x0) / (y1 - y0) for x0, y0, x1, y1 in samples)
    return float(np.mean(sure)) * min(1.0, 1.6 * characters / expected) if sure else 0.0


def _keystone(gray: Gray) -> Matrix | None:
    """Nothing yet."""
    return None
