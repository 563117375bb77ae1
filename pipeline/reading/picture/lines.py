"""Where lines of print stand: in a cell, and on the page outside of tables.

What belongs here: boxes of lines in pixels of a straightened page.  What may not: what they say (``recognise``).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[Any]
Box = tuple[int, int, int, int]  # x0, y0, x1, y1

#: Print that is smaller than this both ways is dirt; a point belongs to a line that has more.
_DIRT = 4
#: Height of a line of print where the page does not tell it (pixels at 200 dots to the inch; 10.5 points).
_USUAL = 26
#: Strokes one above the other that are no higher together than so many heights of a line are one line's.
_ONE_LINE = 1.15
#: Heights of a line: a stroke that is thinner than the one and longer than the other is no print (a dash of two characters is shorter).
_THIN, _LONG = 0.3, 2.5
#: Blanks of so many heights of a line part its words; such as are longer part pieces that are read on their own.
_PART = 1.1


def height_of_print(ink: Mask) -> int:
    """The height of most characters of a page, ideographs rather than digits."""
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 15), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    heights = [int(h) for _, _, w, h, _ in stats[1:] if 12 <= h <= 60 and w >= 1.5 * h]
    return round(float(np.percentile(heights, 60))) if len(heights) >= 3 else _USUAL


def lines_in(ink: Mask, box: Box, height: int) -> list[Box]:
    """Lines of a cell from top to bottom: the ink of ``box`` cut where rows of pixels are blank.  ``height``: of a line of the page."""
    x0, y0, x1, y1 = box
    cell = ink[y0:y1, x0:x1]
    clean = _without_dirt(cell)
    rows = np.any(clean, axis=1)
    runs = _whole(_runs(rows), height)
    lines: list[Box] = []
    for top, bottom in [piece for run in runs for piece in _apart(clean, run, height)]:
        columns = np.flatnonzero(clean[top:bottom].any(axis=0))
        if len(columns):
            lines.append((x0 + int(columns[0]), y0 + top, x0 + int(columns[-1]) + 1, y0 + bottom))
    return lines


def _without_dirt(cell: Mask) -> Mask:
    """The ink without specks; a cell that has only specks has none.  Points stay where print is beside them."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(cell)
    width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    large = (np.maximum(width, height) > 2 * _DIRT) & (area > 12)
    large[0] = False
    if not large.any():
        return np.zeros_like(cell)
    rows = np.zeros(cell.shape[0] + 1, bool)
    for i in np.flatnonzero(large).tolist():
        top = int(stats[i, cv2.CC_STAT_TOP])
        rows[max(0, top - 2) : top + int(height[i]) + 4] = True
    kept = large | ((area >= 3) & rows[stats[:, cv2.CC_STAT_TOP] + height // 2])
    kept[0] = False
    clean: Mask = (kept[labels] * np.uint8(255)).astype(np.uint8)
    return clean


def _without_strokes(ink: Mask, height: int) -> Mask:
    """The ink without long thin strokes, which are no print: a fold, what is left of a sheet's edge, a line drawn by hand."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    x, y, width, tall = (stats[:, i] for i in (cv2.CC_STAT_LEFT, cv2.CC_STAT_TOP, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    long, hem = np.maximum(width, tall), height // 2
    at_the_edge = (x + width <= hem) | (y + tall <= hem) | (x >= ink.shape[1] - hem) | (y >= ink.shape[0] - hem)
    stroke = (np.minimum(width, tall) < _THIN * height) & ((long > _LONG * height) | (at_the_edge & (long > height)))
    stroke[0] = True
    clean: Mask = (~stroke[labels] * np.uint8(255)).astype(np.uint8)
    return clean


def _runs(filled: Any) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _whole(runs: Sequence[tuple[int, int]], height: int) -> list[tuple[int, int]]:
    """Runs of rows put together where they are the strokes of one line (二, 三, a colon)."""
    whole: list[tuple[int, int]] = []
    for top, bottom in runs:
        if whole and bottom - whole[-1][0] <= _ONE_LINE * height and min(bottom - top, whole[-1][1] - whole[-1][0]) < 0.6 * height:
            whole[-1] = (whole[-1][0], bottom)
        else:
            whole.append((top, bottom))
    return whole


def _apart(clean: Mask, run: tuple[int, int], height: int) -> list[tuple[int, int]]:
    """A run that is as high as several lines, cut where there is least ink: tight lines touch."""
    top, bottom = run
    count = round((bottom - top) / (1.2 * height))
    if count < 2 or bottom - top < 1.9 * height:
        return [run]
    weight = clean[top:bottom].sum(axis=1, dtype=np.int64)
    cuts = [top]
    for i in range(1, count):
        middle = round((bottom - top) * i / count)
        reach = height // 3
        low = max(1, middle - reach)
        cuts.append(top + low + int(weight[low : middle + reach].argmin()))
    cuts.append(bottom)
    return [(a, b) for a, b in pairwise(cuts) if b - a > 3]


def pieces_outside(ink: Mask, taken: Sequence[Box], height: int) -> list[Box]:
    """Pieces of lines on a page outside the boxes ``taken``: print without wide blanks in it."""
    free = ink.copy()
    for x0, y0, x1, y1 in taken:
        free[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = 0
    clean = _without_strokes(_without_dirt(free), height)
    joined = cv2.morphologyEx(clean, cv2.MORPH_CLOSE, np.ones((1, round(_PART * height) | 1), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes = [(int(x), int(y), int(x + w), int(y + h)) for x, y, w, h, _ in stats[1:] if w > _DIRT]
    merged = _merged(boxes, height)
    while len(merged) < len(boxes):  # a low mark joins what stands before it only once it has joined what stands behind it
        boxes, merged = merged, _merged(merged, height)
    return [b for b in merged if b[3] - b[1] >= 0.3 * height or (b[2] - b[0] >= 0.5 * height and b[3] - b[1] > 2)]


def _merged(boxes: Sequence[Box], height: int) -> list[Box]:
    """Pieces that overlap both ways, or lie on one another's line without a blank between, are one."""
    merged: list[Box] = []
    for box in sorted(boxes, key=lambda b: (b[0], b[1])):
        for i, other in enumerate(merged):
            if _on_one_line(box, other, height):
                merged[i] = (min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3]))
                break
        else:
            merged.append(box)
    return merged


def _on_one_line(box: Box, other: Box, height: int) -> bool:
    """Whether a piece goes on where another one ends, or is a part of the same character (the upper stroke of 元)."""
    if min(box[2], other[2]) > max(box[0], other[0]) and max(box[3], other[3]) - min(box[1], other[1]) <= _ONE_LINE * height:
        return True
    overlap = min(box[3], other[3]) - max(box[1], other[1])
    joined = max(box[3], other[3]) - min(box[1], other[1])
    flat = overlap > 0.4 * min(box[3] - box[1], other[3] - other[1]) and joined <= 1.6 * max(height, other[3] - other[1])
    return flat and box[0] - other[2] <= _PART * height
