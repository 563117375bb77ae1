"""The rules of a straightened page and the cells that they enclose.

What belongs here: morphology.  A cell is a patch of ground that rules close in, so that rules may bend a little and need not meet
exactly; an open side of a table is closed along its outermost rules.  What may not: print.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.picture.recognise import Gray

Mask = NDArray[Any]

#: Pixels at 200 dots to the inch.  The shortest rule across (longer than a stroke of print in a heading) and down (a low row).
_ACROSS, _DOWN = 40, 18
#: A rule that is shorter than this must end on rules that cross it: the strokes of print do not (two of them side by side: 十一).
_SURELY_DOWN, _SURELY_ACROSS = 90, 150
_THICKEST = 14
#: What sticks out beyond the last rule that it crosses and is shorter than this is a stroke of print, no rule of an open row.
_STROKE = 31
#: Gaps in a rule that are closed, and how near a rule must come to another to meet it.
_GAP, _MEETS = 9, 7
#: The smallest cell both ways; the smallest table.
_LEAST, _LEAST_TABLE = 11, (150, 18)
#: Of a cell's box, the share that is its own ground; a strip between a rule and the table's frame that runs round a corner has less.
_FULL = 0.5
#: Edges nearer than this are one line of the grid.
_SNAP = 9


@dataclass(frozen=True)
class Grid:
    """One table: its box, the lines of its grid and its cells as (row, column, rows, columns) with their inner boxes."""

    box: tuple[int, int, int, int]
    xs: tuple[int, ...]
    ys: tuple[int, ...]
    cells: tuple[tuple[tuple[int, int, int, int], tuple[int, int, int, int]], ...]


@dataclass(frozen=True)
class Ruled:
    """The page's tables, rules across that belong to none (y, x0, x1), and the mask of all that is a rule."""

    grids: tuple[Grid, ...]
    loose: tuple[tuple[int, int, int], ...]
    mask: Mask


def ruled(gray: Gray) -> Ruled:
    """Tables and rules of a straightened page."""
    across, down = rules(gray)
    mask: Mask = cv2.bitwise_or(across, down)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((_MEETS, _MEETS), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    grids: list[Grid] = []
    loose: list[tuple[int, int, int]] = []
    kept = np.zeros(count, bool)
    for i in range(1, count):
        x, y, w, h, _area = (int(v) for v in stats[i])
        if w < _LEAST_TABLE[0]:
            continue  # a stroke of large print
        own = (joined[y : y + h, x : x + w] * (labels[y : y + h, x : x + w] == i)).astype(np.uint8)
        grid = _grid(own, x, y) if h >= _LEAST_TABLE[1] else None
        if grid is not None:
            grids.append(grid)
        elif h <= 2 * _THICKEST:
            loose.append((y + h // 2, x, x + w))
        kept[i] = grid is not None or h <= 2 * _THICKEST
    mask = (mask * kept[labels]).astype(np.uint8)
    return Ruled(tuple(sorted(grids, key=lambda g: (g.box[1], g.box[0]))), tuple(sorted(loose)), mask)


def rules(gray: Gray) -> tuple[Mask, Mask]:
    """Masks of the rules across and of those down."""
    dark = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 18)
    across = _long(dark, _ACROSS)
    down = _turned(_long(_turned(dark), _DOWN))
    down = _meeting(down, across, _SURELY_DOWN)
    return _turned(_meeting(_turned(across), _turned(down), _SURELY_ACROSS)), down


def _turned(mask: Mask) -> Mask:
    return np.ascontiguousarray(mask.T)


def _long(dark: Mask, length: int) -> Mask:
    """What runs across for ``length`` pixels and is thin."""
    opened = cv2.morphologyEx(cv2.dilate(dark, np.ones((2, 1), np.uint8)), cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    thick = cv2.morphologyEx(opened, cv2.MORPH_OPEN, np.ones((_THICKEST, 1), np.uint8))
    thin: Mask = cv2.morphologyEx(cv2.subtract(opened, thick), cv2.MORPH_CLOSE, np.ones((1, _GAP), np.uint8))
    return thin


def _meeting(down: Mask, across: Mask, surely: int) -> Mask:
    """Rules down that are as long as ``surely``, or that end on rules across above and below; without strokes that continue them."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(down)
    left = np.zeros_like(down)
    for i in range(1, count):
        x, y, w, h, _area = (int(v) for v in stats[i])
        if w > max(2 * _THICKEST, h // 20):
            continue
        met = np.flatnonzero(across[y : y + h, x : x + w].any(axis=1))
        over, under = (int(met[0]), h - 1 - int(met[-1])) if len(met) else (h, h)
        if h < surely and max(over, under) > 1:  # a stroke of print in a tight row ends a pixel before the rule
            continue
        own = labels[y : y + h, x : x + w] == i
        own[: over if over < _STROKE else 0] = False
        own[h - (under if under < _STROKE else 0) :] = False
        left[y : y + h, x : x + w][own] = 255
    return left


def _hems(own: Mask) -> tuple[int, int]:
    """Rows above the first and below the last rule across into which only strokes of print reach, and not the table's rules."""
    crossed = np.flatnonzero((own > 0).mean(axis=1) > 0.5)
    if not len(crossed):
        return 0, 0
    columns = (np.diff(own.astype(np.int8), axis=1, prepend=0) != 0).sum(axis=1) // 2
    top, bottom = int(crossed[0]), int(crossed[-1])
    inside = columns[top : bottom + 1][(own[top : bottom + 1] > 0).mean(axis=1) <= 0.5]
    usual = float(np.median(inside)) if len(inside) else 0.0
    above, below = columns[:top], columns[bottom + 1 :]
    return (
        top if len(above) and np.median(above) < 0.6 * usual else 0,
        len(below) if len(below) and np.median(below) < 0.6 * usual else 0,
    )


def _grid(own: Mask, left: int, top: int) -> Grid | None:
    """The table whose rules ``own`` holds; ``None`` where they enclose fewer than two cells."""
    above, below = _hems(own)
    own, top = own[above : own.shape[0] - below], top + above
    height, width = own.shape
    framed = cv2.copyMakeBorder(own, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    cv2.rectangle(framed, (1, 1), (width + 2, height + 2), 255, 3)  # an open side is closed
    count, _, stats, _ = cv2.connectedComponentsWithStats(255 - framed, connectivity=4)
    boxes = [(int(x), int(y), int(x + w), int(y + h)) for x, y, w, h, area in stats[1:count] if min(w, h) >= _LEAST and area >= _FULL * w * h]
    if len(boxes) < 2:
        return None
    xs = _lines([v for b in boxes for v in (b[0], b[2])])
    ys = _lines([v for b in boxes for v in (b[1], b[3])])
    if len(xs) < 3:
        return None
    cells: dict[tuple[int, int], tuple[tuple[int, int, int, int], tuple[int, int, int, int]]] = {}
    for x0, y0, x1, y1 in sorted(boxes, key=lambda b: (b[2] - b[0]) * (b[3] - b[1])):
        row, col = _nearest(ys, y0), _nearest(xs, x0)
        rows, cols = _nearest(ys, y1) - row, _nearest(xs, x1) - col
        if rows > 0 and cols > 0:
            inner = (x0 + left - 2, y0 + top - 2, x1 + left - 2, y1 + top - 2)
            cells.setdefault((row, col), ((row, col, rows, cols), inner))
    box = (left, top, left + width, top + height)
    return Grid(box, tuple(x + left - 2 for x in xs), tuple(y + top - 2 for y in ys), tuple(cells[k] for k in sorted(cells)))


def _lines(edges: Sequence[int]) -> list[int]:
    """Middles of groups of edges: the right edge of a cell and the left one of its neighbour lie on both sides of one rule."""
    groups: list[list[int]] = []
    for edge in sorted(edges):
        if groups and edge - groups[-1][-1] <= _SNAP:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    return [round(sum(g) / len(g)) for g in groups]


def _nearest(lines: Sequence[int], edge: int) -> int:
    return min(range(len(lines)), key=lambda i: abs(lines[i] - edge))
