"""Sheets on a darker ground, and the cells that rules enclose: by drawn shapes, without the recogniser."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.picture.rules import ruled
from pipeline.reading.picture.straighten import on_its_ground

Pixels = NDArray[Any]


def sheet() -> Pixels:
    """A white sheet, a little askew, on a dark ground."""
    picture = np.full((1400, 1000), 90, np.uint8)
    cv2.fillConvexPoly(picture, np.array([[40, 30], [960, 50], [950, 1370], [30, 1350]], np.int32), 240)
    return picture


def test_a_sheet_is_set_straight_by_its_corners() -> None:
    height, width = on_its_ground(sheet()).shape
    assert abs(width - 920) < 25
    assert abs(height - 1320) < 25


def test_the_edge_of_a_shadow_is_not_the_edge_of_the_sheet() -> None:
    picture = sheet()
    cv2.fillConvexPoly(picture, np.array([[40, 30], [80, 31], [38, 80]], np.int32), 90)  # a dog-ear: what is lit has straighter edges
    shadow = np.zeros_like(picture)
    cv2.fillConvexPoly(shadow, np.array([[0, 0], [1000, 0], [1000, 260], [0, 520]], np.int32), 1)
    picture[shadow > 0] = (picture[shadow > 0] * 0.6).astype(np.uint8)
    height, width = on_its_ground(picture).shape
    assert abs(width - 920) < 25
    assert abs(height - 1320) < 25


def lined(*more: tuple[tuple[int, int], tuple[int, int]]) -> Pixels:
    """A table of three columns and four rows, with further rules."""
    page = np.full((500, 900), 255, np.uint8)
    for x in (100, 300, 500, 700):
        cv2.line(page, (x, 100), (x, 340), 0, 2)
    for y in range(100, 341, 60):
        cv2.line(page, (100, y), (700, y), 0, 2)
    for start, end in more:
        cv2.line(page, start, end, 0, 2)
    return page


def test_every_cell_of_a_table_is_one_patch_of_ground() -> None:
    (grid,) = ruled(lined()).grids
    assert [place for place, _ in grid.cells] == [(r, c, 1, 1) for r in range(4) for c in range(3)]


def test_a_strip_of_ground_around_a_corner_of_a_table_is_no_cell_of_it() -> None:
    beyond = [((40, 100), (100, 100)), *(((x, 340), (x, 420)) for x in (300, 500, 700))]  # the ground runs round a corner
    (grid,) = ruled(lined(*beyond)).grids
    boxes = [inner for _, inner in grid.cells]
    assert len(boxes) == 14
    for x0, y0, x1, y1 in boxes:
        middles = [((a + c) / 2, (b + d) / 2) for a, b, c, d in boxes if (a, b, c, d) != (x0, y0, x1, y1)]
        assert not [m for m in middles if x0 <= m[0] <= x1 and y0 <= m[1] <= y1]
