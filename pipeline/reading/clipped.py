"""Words that a page holds and that are no part of what it says: outside the clip they are drawn in, or a watermark.

Spreadsheets cut a long label off at its cell, word processors the last lines of a heading that is repeated in a row too low for
it; the text layer still holds them, over the numbers of the next cell.  Watermarks run aslant, or pale, over everything.
What belongs here: which glyphs these are.  What may not: how lines and cells are made of the others.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipeline.reading.glyphs import Glyph

Clip = tuple[float, float, float, float]  # left, bottom, right, top, as the page has them
#: Points that a glyph's box may be beyond the clip: boxes are larger than the ink.
_SLACK = 1.0
#: A clip in which nothing is shown: that of a watermark.
_NOTHING: Clip = (1.0, 1.0, 0.0, 0.0)
#: Of a text's lengths along and across the page, the smaller share from which it runs aslant.
_ASLANT = 0.05
#: How light a text is drawn that is a watermark (white is not: it stands on a dark ground), and the largest share of a page's texts.
_PALE, _WHITE, _MINORITY = 0.68, 0.97, 0.6


def watermarks(objects: Sequence[ctypes._Pointer]) -> dict[int, Clip]:  # type: ignore[type-arg]
    """Of text objects, those that run aslant, or pale where most others do not, by address."""
    matrix = raw.FS_MATRIX()
    colour = [ctypes.c_uint() for _ in range(4)]
    pale: dict[int, Clip] = {}
    aslant: dict[int, Clip] = {}
    for text in objects:
        if raw.FPDFPageObj_GetMatrix(text, matrix):
            along, across = abs(matrix.a), abs(matrix.b)
            if min(along, across) > _ASLANT * max(along, across):
                aslant[ctypes.addressof(text.contents)] = _NOTHING
        if raw.FPDFPageObj_GetFillColor(text, *colour):
            red, green, blue, opaque = (c.value / 255 for c in colour)
            if _PALE < 1 - (1 - (red + green + blue) / 3) * opaque < _WHITE:
                pale[ctypes.addressof(text.contents)] = _NOTHING
    return {**aslant, **(pale if len(pale) < _MINORITY * len(objects) else {})}


def runs_aslant(matrix: Sequence[float]) -> bool:
    """Whether a character runs aslant, from its matrix."""
    along, across = abs(matrix[0]), abs(matrix[1])
    return min(along, across) > _ASLANT * max(along, across)


def clipped_texts(objects: Iterable[ctypes._Pointer]) -> dict[int, Clip]:  # type: ignore[type-arg]
    """Of text objects, those that their clip cuts, by address, with the clip's box."""
    found: dict[int, Clip] = {}
    box = [ctypes.c_float() for _ in range(4)]
    for text in objects:
        clip = raw.FPDFPageObj_GetClipPath(text)
        paths = raw.FPDFClipPath_CountPaths(clip) if clip else 0
        if paths <= 0:
            continue
        inner = _box_of(clip, paths)
        if inner is None or not raw.FPDFPageObj_GetBounds(text, *box):
            continue
        left, bottom, right, top = (v.value for v in box)
        if left < inner[0] - _SLACK or right > inner[2] + _SLACK or bottom < inner[1] - _SLACK or top > inner[3] + _SLACK:
            found[ctypes.addressof(text.contents)] = inner
    return found


def _box_of(clip: ctypes._Pointer, paths: int) -> Clip | None:  # type: ignore[type-arg]
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


def is_hidden(text: pdfium.PdfTextPage, index: int, clips: Mapping[int, Clip], middle: tuple[float, float]) -> bool:
    """Whether a character is cut off; ``middle``: of its box, as the page has it."""
    owner = raw.FPDFText_GetTextObject(text, index)
    clip = clips.get(ctypes.addressof(owner.contents)) if owner else None
    return clip is not None and not (clip[0] <= middle[0] <= clip[2] and clip[1] <= middle[1] <= clip[3])


def shown(glyphs: Iterable[Glyph], hidden: Iterable[Glyph]) -> list[Glyph]:
    """Another reader's glyphs without the hidden ones (its boxes are a little higher or lower)."""
    by_text: dict[str, list[Glyph]] = {}
    for h in hidden:
        by_text.setdefault(h.text, []).append(h)
    if not by_text:
        return list(glyphs)
    return [
        g
        for g in glyphs
        if not any(
            abs(h.x0 - g.x0) < 1.5 and abs(h.top + h.bottom - g.top - g.bottom) < 0.6 * (g.bottom - g.top)
            for h in by_text.get(g.text, ())
        )
    ]
