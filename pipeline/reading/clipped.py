"""Words that a page holds and does not show: what lies outside the clip it is drawn in.

Spreadsheets cut a long label off at its cell, word processors the last lines of a heading that is repeated in a row too low for
it; the text layer still holds them, over the numbers of the next cell.
What belongs here: which glyphs are cut off.  What may not: how lines and cells are made of the others.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from pipeline.reading.glyphs import Glyph

Clip = tuple[float, float, float, float]  # left, bottom, right, top, as the page has them
#: Points that a glyph's box may be beyond the clip: boxes are larger than the ink.
_SLACK = 1.0


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
