"""What a PDF page draws beside its words: lines, boxes and pictures, in points from the top left of the page as it is shown.

What belongs here: drawing operators → shapes, whatever matrices turn them.  What may not: which shapes are rules (``pipeline.tables``).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]

#: A page with more drawn paths than this is a drawing: only the places of its paths are taken, up to the most.
PATHS_OF_A_DRAWING, MOST_PATHS = 20_000, 120_000
#: A page of more objects is looked at no further: it is no page of a report, and drawing it takes minutes.
_MOST_OBJECTS = 400_000
#: Forms within forms deeper than this hold no table.
_DEEPEST = 6
#: A path of more segments than this is an outline (a letter, a seal), not rules.
_SEGMENTS_OF_AN_OUTLINE = 400
#: One of at least so many segments within so many points is a letter (producers that do not know a bold face draw its edge).
_SEGMENTS_OF_A_LETTER, _SIZE_OF_A_LETTER = 20, 40.0
#: What is lower or narrower is a piece of a dotted rule.
_FLAT = 3.0
#: Points by which the ends of a straight stroke may differ across it: a matrix turns with floating noise.
_NOISE = 0.6
#: A bent path larger than this is no dot of a dotted rule.
_LARGEST_DOT = 8.0
AS_IT_IS: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Shape(NamedTuple):
    """A straight stroke (no width or no height) or a box.  ``fill`` and ``stroke``: how light, 0 black to 1 white; ``None``: not so drawn.

    Neither: the box of a letter that is drawn as an outline, which is print and rules nothing.
    """

    x0: float
    top: float
    x1: float
    bottom: float
    fill: float | None
    stroke: float | None

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class Frame:
    """How a page's own coordinates become places on the page as it is shown: its box and by how much it is turned (degrees clockwise)."""

    left: float
    bottom: float
    right: float
    top: float
    turned: int = 0

    @property
    def size(self) -> tuple[float, float]:
        wide, high = self.right - self.left, self.top - self.bottom
        return (high, wide) if self.turned in (90, 270) else (wide, high)

    def at(self, x: float, y: float) -> Point:
        if self.turned == 0:
            return x - self.left, self.top - y
        if self.turned == 90:
            return y - self.bottom, x - self.left
        if self.turned == 180:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """``x0, top, x1, bottom`` of a box of the page."""
        (a, b), (c, d) = self.at(left, bottom), self.at(right, top)
        return min(a, c), min(b, d), max(a, c), max(b, d)


class TextObject(NamedTuple):
    """A text object, and the matrix of the forms that it stands in."""

    one: ctypes._Pointer  # type: ignore[type-arg]
    forms: Matrix

    @property
    def address(self) -> int:
        return ctypes.addressof(self.one.contents)

    @property
    def matrix(self) -> Matrix:
        """From its own coordinates to the page's."""
        return _times(_matrix(self.one), self.forms)

    @property
    def bounds(self) -> Box | None:
        """Left, bottom, right, top on the page."""
        box = _bounds(self.one)
        return box and through(self.forms, box)


@dataclass
class Drawn:
    """The objects of one page: text objects as they are, the others as shapes, pictures and a number of paths."""

    texts: list[TextObject] = field(default_factory=list)
    paths: list[tuple[ctypes._Pointer, Matrix]] = field(default_factory=list)  # type: ignore[type-arg]
    images: list[Box] = field(default_factory=list)
    objects: int = 0

    @property
    def too_many(self) -> bool:
        return self.objects > _MOST_OBJECTS


def objects_of(page: pdfium.PdfPage, frame: Frame) -> Drawn:
    """The page's objects, those of its forms too (some producers wrap every table in one)."""
    drawn = Drawn()
    count = raw.FPDFPage_CountObjects(page)
    _collect((raw.FPDFPage_GetObject(page, i) for i in range(count)), AS_IT_IS, frame, drawn, 0)
    return drawn


def _collect(objects: Iterator[ctypes._Pointer], matrix: Matrix, frame: Frame, drawn: Drawn, depth: int) -> None:  # type: ignore[type-arg]
    for one in objects:
        drawn.objects += 1
        if drawn.too_many:
            return
        kind = raw.FPDFPageObj_GetType(one)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            if len(drawn.paths) <= MOST_PATHS:
                drawn.paths.append((one, matrix))
        elif kind == raw.FPDF_PAGEOBJ_TEXT:
            drawn.texts.append(TextObject(one, matrix))
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            drawn.images.append(_box_of(one, matrix, frame))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            inner = (raw.FPDFFormObj_GetObject(one, i) for i in range(raw.FPDFFormObj_CountObjects(one)))
            _collect(inner, _times(_matrix(one), matrix), frame, drawn, depth + 1)


def _matrix(one: ctypes._Pointer) -> Matrix:  # type: ignore[type-arg]
    own = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(one, own):
        return AS_IT_IS
    return own.a, own.b, own.c, own.d, own.e, own.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _bounds(one: ctypes._Pointer) -> Box | None:  # type: ignore[type-arg]
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    found = raw.FPDFPageObj_GetBounds(one, left, bottom, right, top)
    return (left.value, bottom.value, right.value, top.value) if found else None


def through(matrix: Matrix, box: Box) -> Box:
    """The box around what a matrix makes of a box."""
    if matrix == AS_IT_IS:
        return box
    a, b, c, d, e, f = matrix
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in box[::2] for y in box[1::2]]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _box_of(one: ctypes._Pointer, matrix: Matrix, frame: Frame) -> Box:  # type: ignore[type-arg]
    """``x0, top, x1, bottom`` of an object on the page as it is shown."""
    box = _bounds(one)
    return frame.box(*through(matrix, box)) if box is not None else (0.0, 0.0, 0.0, 0.0)


def path_boxes(drawn: Drawn, frame: Frame) -> list[Box]:
    """Where the page's paths are, and nothing more."""
    return [_box_of(path, matrix, frame) for path, matrix in drawn.paths]


def shapes_of(drawn: Drawn, frame: Frame) -> list[Shape]:
    """The straight strokes and the boxes of a page's paths; curves only as far as they are small (dots)."""
    found: list[Shape] = []
    for path, matrix in drawn.paths:
        found.extend(_shapes(path, matrix, frame))
    return found


def _shapes(path: ctypes._Pointer, matrix: Matrix, frame: Frame) -> Iterator[Shape]:  # type: ignore[type-arg]
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    count = raw.FPDFPath_CountSegments(path)
    if count > _SEGMENTS_OF_AN_OUTLINE or not raw.FPDFPath_GetDrawMode(path, filled, stroked):
        return
    fill = _lightness(path, raw.FPDFPageObj_GetFillColor) if filled.value else None
    stroke = _lightness(path, raw.FPDFPageObj_GetStrokeColor) if stroked.value else None
    if fill is None and stroke is None:
        return
    outlines = list(_outlines(path, count, _times(_matrix(path), matrix), frame))
    if count >= _SEGMENTS_OF_A_LETTER and (letter := _letter(outlines)) is not None:
        yield letter
        return
    for points, curved in outlines:
        yield from _straight(points, curved, fill, stroke)


def _letter(outlines: Sequence[tuple[list[Point], bool]]) -> Shape | None:
    """The box of an outline that bends or slants within the size of a letter; ``None`` for all others."""
    xs, ys = [x for points, _ in outlines for x, _ in points], [y for points, _ in outlines for _, y in points]
    shape = Shape(min(xs), min(ys), max(xs), max(ys), None, None)
    if max(shape.width, shape.height) > _SIZE_OF_A_LETTER or min(shape.width, shape.height) < _FLAT:
        return None
    strokes = (ends for points, _ in outlines for ends in pairwise(points))
    bends = any(curved for _, curved in outlines) or any(min(abs(a - c), abs(b - d)) > _NOISE for (a, b), (c, d) in strokes)
    return shape if bends else None


def _lightness(path: ctypes._Pointer, colour_of: object) -> float | None:  # type: ignore[type-arg]
    """How light a colour shows on white paper; ``None`` for one that shows nothing."""
    red, green, blue, opaque = (ctypes.c_uint() for _ in range(4))
    if not colour_of(path, red, green, blue, opaque):  # type: ignore[operator]
        return 0.0
    share = opaque.value / 255
    return None if share == 0 else 1 - (1 - (red.value + green.value + blue.value) / 765) * share


def _outlines(path: ctypes._Pointer, count: int, matrix: Matrix, frame: Frame) -> Iterator[tuple[list[Point], bool]]:  # type: ignore[type-arg]
    """The path's parts: their points in order (closed ones end where they began), and whether one bends."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    curved = False
    for i in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, i)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO and points:
            yield points, curved
            points, curved = [], False
        points.append(frame.at(x.value * a + y.value * c + e, x.value * b + y.value * d + f))
        curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points, curved


def _straight(points: list[Point], curved: bool, fill: float | None, stroke: float | None) -> Iterator[Shape]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    x0, x1, top, bottom = min(xs), max(xs), min(ys), max(ys)
    if curved or (fill is not None and stroke is None) or _is_box(points, x0, x1, top, bottom):
        if not curved or max(x1 - x0, bottom - top) < _LARGEST_DOT:
            yield Shape(x0, top, x1, bottom, fill, stroke)
        return
    for (ax, ay), (bx, by) in pairwise(points):
        if abs(ay - by) <= _NOISE < abs(ax - bx):
            yield Shape(min(ax, bx), (ay + by) / 2, max(ax, bx), (ay + by) / 2, None, stroke)
        elif abs(ax - bx) <= _NOISE < abs(ay - by):
            yield Shape((ax + bx) / 2, min(ay, by), (ax + bx) / 2, max(ay, by), None, stroke)


def _is_box(points: list[Point], x0: float, x1: float, top: float, bottom: float) -> bool:
    """Whether a part is a rectangle that lies straight on the page."""
    corners = {(x - x0 < x1 - x, y - top < bottom - y) for x, y in points}
    on_corners = all(min(abs(x - x0), abs(x - x1)) <= _NOISE and min(abs(y - top), abs(y - bottom)) <= _NOISE for x, y in points)
    return len(corners) == 4 and on_corners and len(points) >= 4
