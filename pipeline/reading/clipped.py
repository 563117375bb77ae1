"""Words that a page holds and that are no part of what it says: outside the clip they are drawn in, or a watermark.

Spreadsheets cut a long label off at its cell, word processors the last lines of a heading that is repeated in a row too low for
it; the text layer still holds them, over the numbers of the next cell.  Watermarks and seals run aslant, or pale, or large, over everything.
What belongs here: which glyphs these are.  What may not: how lines and cells are made of the others.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable, Sequence

import pypdfium2.raw as raw

from pipeline.reading.paths import Box, TextObject, through

#: Points that a glyph's box may be beyond the clip: boxes are larger than the ink.
_SLACK = 1.0
#: A clip in which nothing is shown: that of a watermark.
_NOTHING: Box = (1.0, 1.0, 0.0, 0.0)
#: Of a text's lengths along and across the page, the smaller share from which it runs aslant.
_ASLANT = 0.05
#: How light a text is drawn that is a watermark (white is not: it stands on a dark ground), and the largest share of a page's texts.
_PALE, _WHITE, _MINORITY = 0.68, 0.97, 0.6
#: How many texts a stamp lies over at least; a page of more large texts than this is set large.
_LIES_OVER, _MOST_LARGE = 3, 60


def watermarks(objects: Sequence[TextObject]) -> dict[int, Box]:
    """Of text objects, those that run aslant, that are pale where most others are not, or that lie large over others, by address."""
    aslant = {text.address: _NOTHING for text in objects if _runs_aslant(text)}
    pale = {text.address: _NOTHING for text in objects if _PALE < _shown_lightness(text.one) < _WHITE}
    return {**aslant, **(pale if len(pale) < _MINORITY * len(objects) else {}), **_overlaid(objects)}


def _runs_aslant(text: TextObject) -> bool:
    along, across = (abs(v) for v in text.matrix[:2])
    return min(along, across) > _ASLANT * max(along, across)


def _shown_lightness(text: ctypes._Pointer) -> float:  # type: ignore[type-arg]
    red, green, blue, opaque = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetFillColor(text, red, green, blue, opaque):
        return 0.0
    return 1 - (1 - (red.value + green.value + blue.value) / 765) * opaque.value / 255


def _overlaid(objects: Sequence[TextObject]) -> dict[int, Box]:
    """Texts twice as high as most others that lie over several of them: a stamp or a mark, whatever its colour."""
    bounds = {text.address: box for text in objects if (box := text.bounds) is not None}
    sizes = {address: min(b[2] - b[0], b[3] - b[1]) for address, b in bounds.items()}  # a line's height, whichever way it runs
    most = 2 * sorted(sizes.values())[len(sizes) // 2] if sizes else 0.0
    large = [address for address, size in sizes.items() if size > most]
    small = [bounds[address] for address, size in sizes.items() if size <= most]
    found: dict[int, Box] = {}
    for address in large if len(large) <= _MOST_LARGE else ():
        left, bottom, right, top = bounds[address]
        if sum(a < right and c > left and b < top and d > bottom for a, b, c, d in small) >= _LIES_OVER:
            found[address] = _NOTHING
    return found


def sideways_texts(objects: Iterable[TextObject], way: int) -> dict[int, int]:
    """Of text objects, those written upwards (90) or downwards (270) on a page that is shown turned by ``way``, by address."""
    found: dict[int, int] = {}
    for text in objects:
        along, across, *_ = text.matrix
        angle = round(math.degrees(math.atan2(across, along)) - way) % 360
        if angle in (90, 270):
            found[text.address] = angle
    return found


def clipped_texts(objects: Iterable[TextObject]) -> dict[int, Box]:
    """Of text objects, those that their clip cuts, by address, with the clip's box."""
    found: dict[int, Box] = {}
    for text in objects:
        clip = raw.FPDFPageObj_GetClipPath(text.one)
        paths = raw.FPDFClipPath_CountPaths(clip) if clip else 0
        if paths <= 0:
            continue
        own, bounds = _box_of(clip, paths), text.bounds
        if own is None or bounds is None:
            continue
        inner = through(text.forms, own)
        left, bottom, right, top = bounds
        if left < inner[0] - _SLACK or right > inner[2] + _SLACK or bottom < inner[1] - _SLACK or top > inner[3] + _SLACK:
            found[text.address] = inner
    return found


def _box_of(clip: ctypes._Pointer, paths: int) -> Box | None:  # type: ignore[type-arg]
    """The box that all the clip's paths have in common; ``None`` for a clip that is no path."""
    x, y = ctypes.c_float(), ctypes.c_float()
    left, bottom, right, top = float("-inf"), float("-inf"), float("inf"), float("inf")
    for path in range(paths):
        xs, ys = [], []
        for segment in range(raw.FPDFClipPath_CountPathSegments(clip, path)):
            if raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(clip, path, segment), x, y):
                xs.append(x.value)
                ys.append(y.value)
        if not xs:
            return None
        left, right, bottom, top = max(left, min(xs)), min(right, max(xs)), max(bottom, min(ys)), min(top, max(ys))
    return left, bottom, right, top


def is_hidden(clip: Box | None, x: float, y: float) -> bool:
    """Whether a character is cut off by its text object's clip; ``x``, ``y``: the middle of its box, as the page has it."""
    return clip is not None and not (clip[0] <= x <= clip[2] and clip[1] <= y <= clip[3])
