"""A page as a picture → the same page upright, straight and evenly lit.

What belongs here: colour, light, turn, skew and perspective.  What may not: what is on the page.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.reading.picture.recognise import Gray, recognise
from pipeline.reading.picture.rules import rules

Matrix = NDArray[Any]

#: Degrees: how far a page may lie askew, and the steps in which that is sought.
_FARTHEST, _COARSE, _FINE = 8.0, 0.5, 0.05
#: Side of the picture in which skew is sought, and in which light is measured.
_SMALL = 800
#: A red stroke is at least so much redder than green or blue, and belongs to a seal where its shape is so large both ways (pixels at 200 dpi).
_REDDER, _SEAL = 40, 90
#: Share of the picture's edge that is dark where a sheet lies on a darker ground, and the least share of the picture that is the sheet.
_GROUND, _SHEET = 0.03, 0.4
#: Pixels: how thick a dark area is that is no print; how often rules are straightened.
_THICK_EDGE, _PASSES = 7, 2
#: Share of a sheet's half that is left away along its edge: the edge itself is dark.
_HEM = 0.006
#: How much of a sheet's outline its four corners must explain.
_FITS = 0.96
#: Outlines of a sheet at several thresholds are alike where they differ by less than this.
_ALIKE = 0.9
#: Pixels: the shortest rule whose slope counts, and the drift over the page below which rules are straight.  Pages (from -1 to 1) over
#: which rules must be spread before it is asked how their slope changes.
_LONG_RULE, _CROOKED, _SPREAD = 200, 2.5, 0.25
#: Of the box of a piece of print, the share that is ink once its characters are joined; a slanting rule fills less.
_DENSE = 0.3
#: Long pieces of print from which they tell which way lines run; a stroke of a cover's large letters is as long as a word.
_TELLING = 3
#: Lines of print that are read to tell how a page is turned, and how sure their characters are on average where it stands upright.
_ASKED, _UPRIGHT = 6, 0.85


def straightened(picture: NDArray[Any]) -> Gray:
    """``picture``: height × width × 3 (RGB) or height × width (grey), about 200 dots to the inch."""
    gray = on_its_ground(without_seals(picture))
    gray = _upright(without_edges(evenly_lit(gray)))
    for _ in range(_PASSES):
        step = keystone(gray)
        if step is None:
            break
        gray = _warped(gray, step)
    return gray


def without_seals(picture: NDArray[Any]) -> Gray:
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
    if not area.any():
        return gray
    ink = float(np.median(red[area & (redness > _REDDER)]))
    lighter = np.clip(red * (1.05 * 255 / ink), 0, 255).astype(np.uint8)  # seen through red glass: its ink as light as the paper
    return np.where(area, np.maximum(gray, lighter), gray)


def evenly_lit(gray: Gray) -> Gray:
    """The picture divided by its ground: shadows and grey paper become white."""
    height, width = gray.shape
    scale = max(height, width) / _SMALL
    small = cv2.resize(gray, (max(1, round(width / scale)), max(1, round(height / scale))), interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21)
    wide = np.maximum(cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR), 40)
    lit: Gray = cv2.divide(gray, wide, scale=255)
    return lit


def without_edges(gray: Gray) -> Gray:
    """The page without dark areas that reach in from the picture's edge: the lid of a scanner, the ground beside a sheet."""
    dark = cv2.morphologyEx((gray < 150).astype(np.uint8), cv2.MORPH_OPEN, np.ones((_THICK_EDGE, _THICK_EDGE), np.uint8))
    _, labels = cv2.connectedComponents(cv2.copyMakeBorder(dark, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1))
    outside = ((labels == labels[0, 0])[1:-1, 1:-1]).astype(np.uint8)
    reach = cv2.dilate(outside, np.ones((2 * _THICK_EDGE, 2 * _THICK_EDGE), np.uint8)).astype(bool)
    return np.where(reach, np.uint8(255), gray)


def ink_of(gray: Gray) -> NDArray[Any]:
    """255 where there is print."""
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return ((gray < min(max(threshold, 120.0), 200.0)) * np.uint8(255)).astype(np.uint8)


def _warped(gray: Gray, step: Matrix, size: tuple[int, int] | None = None) -> Gray:
    """The picture moved by a matrix; what was outside of it is white."""
    moved: Gray = cv2.warpPerspective(gray, step, size or gray.shape[::-1], flags=cv2.INTER_CUBIC, borderValue=255)
    return moved


def on_its_ground(gray: Gray) -> Gray:
    """The sheet of paper that lies on something darker: as a rectangle, or with the ground beside it white where it is not seen whole.

    A picture that is all paper stays what it was.
    """
    scale = _SMALL / max(gray.shape)
    small = cv2.medianBlur(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), 9)
    middle, _ = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    outlines = [_outline(small > middle * share) for share in (1.0, 0.85, 0.7, 0.55)]  # a shadow is dark, too
    found = [f for f in (_corners(outline) for outline in outlines if outline is not None) if f is not None]
    if found:
        # A shadow's edge is straight, too, and makes a sheet smaller: of outlines that are about as large as the largest, the straightest counts.
        areas = [cv2.contourArea(corners.astype(np.float32)) for _, corners in found]
        whole = [f for f, area in zip(found, areas, strict=True) if area > _ALIKE * max(areas)]
        corners = _clockwise(max(whole, key=lambda f: f[0])[1] / scale)
        corners += (corners.mean(axis=0) - corners) * _HEM
        width, height = (round(float(max(np.linalg.norm(corners[a] - corners[b]), np.linalg.norm(corners[c] - corners[d]))))
                         for a, b, c, d in ((0, 1, 3, 2), (0, 3, 1, 2)))  # fmt: skip
        rectangle = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        return _warped(gray, cv2.getPerspectiveTransform(corners.astype(np.float32), rectangle), (width, height))
    largest = max((o for o in outlines if o is not None), key=cv2.contourArea, default=None)
    if largest is None:
        return gray
    hull = cv2.convexHull(largest).reshape(-1, 2) / scale
    hull += (hull.mean(axis=0) - hull) * _HEM
    paper = cv2.fillConvexPoly(np.zeros_like(gray), hull.astype(np.int32), 255)
    return np.where(paper > 0, gray, np.uint8(255))


def _outline(light: NDArray[Any]) -> NDArray[Any] | None:
    """The outline of what is light; ``None`` where that is no sheet on a darker ground."""
    edge = np.concatenate([light[:4].ravel(), light[-4:].ravel(), light[:, :4].ravel(), light[:, -4:].ravel()])
    if edge.mean() > 1 - _GROUND:
        return None
    filled = cv2.morphologyEx(light.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    contours, _ = cv2.findContours(filled, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    outline = max(contours, key=cv2.contourArea, default=None)
    return outline if outline is not None and cv2.contourArea(outline) >= _SHEET * light.size else None


def _corners(outline: NDArray[Any]) -> tuple[float, NDArray[Any]] | None:
    """The four corners of an outline, and how well they describe it; ``None`` where it has others."""
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True).reshape(-1, 2)
    if len(corners) != 4:
        return None
    fits = min(cv2.contourArea(outline), cv2.contourArea(corners)) / max(cv2.contourArea(hull), cv2.contourArea(corners))
    return (fits, corners.astype(float)) if fits > _FITS else None


def _clockwise(corners: NDArray[Any]) -> NDArray[Any]:
    """Four corners from the top left on."""
    total, difference = corners.sum(axis=1), np.diff(corners, axis=1).ravel()
    return corners[[int(total.argmin()), int(difference.argmin()), int(total.argmax()), int(difference.argmax())]]


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


def _sharpness(small: NDArray[Any], angle: float) -> float:
    height, width = small.shape
    turned = cv2.warpAffine(small, cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), (width, height))
    rows = turned.sum(axis=1)
    return float(np.square(np.diff(rows)).sum())


def _upright(gray: Gray) -> Gray:
    """The page as it is read, without skew: lines run across, and of the turns left the recogniser is surer of one."""
    best: tuple[float, Gray] | None = None
    for quarter in _turns(gray):
        level = _level(gray, quarter)
        sure = _sureness(level)
        if sure >= _UPRIGHT:
            return level
        if best is None or sure > best[0]:
            best = sure, level
    assert best is not None
    return best[1]


def _level(gray: Gray, quarter: int) -> Gray:
    """The page turned by right angles, then by its skew."""
    turned = np.ascontiguousarray(np.rot90(gray, quarter // 90))
    skew = skew_of(turned)
    height, width = turned.shape
    return _warped(turned, np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0), [0, 0, 1]])) if abs(skew) >= _FINE else turned


def _words(gray: Gray) -> list[tuple[int, int, int, int]]:
    """Boxes (x0, y0, x1, y1) of pieces of print that are as high as a line and longer than that, the longest for its height first.

    A page with hardly any is looked at from farther away as well: a cover's letters are large.
    """
    boxes = _pieces(gray)
    if len(boxes) < _TELLING:
        small = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        boxes += [(2 * a, 2 * b, 2 * c, 2 * d) for a, b, c, d in _pieces(small)]
    return sorted((b for b in boxes if min(b[:2]) >= 0), key=lambda b: (b[0] - b[2]) / (b[3] - b[1]))


def _pieces(gray: Gray) -> list[tuple[int, int, int, int]]:
    ink = ink_of(gray)
    long = [cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8)) for shape in ((1, 60), (60, 1))]
    text = cv2.subtract(ink, cv2.dilate(cv2.bitwise_or(*long), np.ones((5, 5), np.uint8)))
    joined = cv2.morphologyEx(text, cv2.MORPH_CLOSE, np.ones((1, 9), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    return [
        (int(x) - 4, int(y) - 4, int(x + w) + 4, int(y + h) + 4)
        for x, y, w, h, area in stats[1:]
        if 10 <= h <= 80 and w >= 2.2 * h and area > _DENSE * w * h
    ]


def _turns(gray: Gray) -> tuple[int, ...]:
    """The turns under which lines of print may run across: long pieces of print tell two of the four, where a page has several of them."""
    words = [_words(g) for g in (gray, np.ascontiguousarray(gray.T))]
    if not any(words):
        return (0,)
    across, down = ([x1 - x0 for x0, y0, x1, y1 in own if x1 - x0 >= 4 * (y1 - y0)] for own in words)
    likely, others = ((90, 270), (0, 180)) if sum(down) > sum(across) else ((0, 180), (90, 270))
    return likely if max(len(across), len(down)) >= _TELLING else (*likely, *others)


def _sureness(gray: Gray) -> float:
    """How sure the recogniser is of some lines of the page; not at all for a page without lines."""
    boxes = [b for b in _words(gray) if b[2] - b[0] <= 16 * (b[3] - b[1])]
    half = boxes[: max(_ASKED, len(boxes) // 2)]
    samples = half[:: max(1, len(half) // _ASKED)][:_ASKED]
    if not samples:
        return 0.0
    readings = [recognise(gray[y0:y1, x0:x1]) for x0, y0, x1, y1 in samples]
    sure = [c for reading in readings for c in reading.sure]
    characters = sum(len(r.text) for r in readings)
    expected = sum((x1 - x0) / (y1 - y0) for x0, y0, x1, y1 in samples)
    return float(np.mean(sure)) * min(1.0, 1.6 * characters / expected) if sure else 0.0


def keystone(gray: Gray) -> Matrix | None:
    """What makes rules that run together parallel again; ``None`` where they are, or where there are too few to tell.

    The slope of rules changes evenly over the page; the corners of the page are moved so that it is none everywhere.
    """
    height, width = gray.shape
    across, down = rules(gray)
    lean_across = _slopes(across, height)
    lean_down = _slopes(np.ascontiguousarray(down.T), width)
    if lean_across is None and lean_down is None:
        return None
    (a0, a1), (d0, d1) = lean_across or (0.0, 0.0), lean_down or (0.0, 0.0)
    if max(abs(a0) + abs(a1), abs(d0) + abs(d1)) * max(height, width) < _CROOKED:
        return None

    def corner(side: int, end: int) -> list[float]:
        """Where the line across through one end of the page meets the line down through one side; slopes at -1 … 1 from the middle."""
        across_slope, down_slope = a0 + a1 * end, d0 + d1 * side
        x, y = side * width / 2, end * height / 2
        return [width / 2 + x + down_slope * y, height / 2 + y + across_slope * x]

    seen = np.array([corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)], np.float32)
    straight = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix: Matrix = cv2.getPerspectiveTransform(seen, straight)
    return matrix


def _slopes(across: NDArray[Any], height: int) -> tuple[float, float] | None:
    """The slope of rules across in the middle of the page, and by how much more they slope at its end; ``None`` for fewer than three."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(across)
    places, slopes, weights = [], [], []
    for i in range(1, count):
        x, y, w, h, _area = (int(v) for v in stats[i])
        if w < _LONG_RULE:
            continue
        ys, xs = np.nonzero(labels[y : y + h, x : x + w] == i)
        slope, start = np.polyfit(xs, ys, 1)
        places.append(2 * (y + start + slope * w / 2) / height - 1)
        slopes.append(float(slope))
        weights.append(float(w))
    if len(places) < 3:
        return None
    kept = np.abs(np.array(slopes) - np.median(slopes)) < 0.05
    p, s, w8 = np.array(places)[kept], np.array(slopes)[kept], np.array(weights)[kept]
    if np.ptp(p) < _SPREAD:
        return float(np.average(s, weights=w8)), 0.0
    more, middle = np.polyfit(p, s, 1, w=np.sqrt(w8))
    return float(middle), float(more)
