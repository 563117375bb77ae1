"""Whether the text of a PDF page can be used, or the page has to be recognised as a picture.

What belongs here: the signs that a text layer is absent, meaningless, or somebody else's recognition.  What may not: recognising.
"""

from __future__ import annotations

import re

from pipeline.reading.layer import PlainPage

#: A page with fewer characters than this has no text layer to speak of; one with a picture on it is that picture.
CHARACTERS_OF_A_TEXT_LAYER = 8
#: Of a page's glyphs, the share without a meaning from which its text is of no use.
_MEANINGLESS = 0.05
#: The share of letters in which no report is written from which the other letters of the page cannot be trusted: where ÿ stands for 国,
#: a 1 may stand for a point.
_STRANGE = 0.01
#: The share of a page that pictures cover where the page is a picture.
_COVERED = 0.5
#: So many shapes on a page without text are its print, drawn as outlines.
_SHAPES_OF_PRINT = 250
#: What reports are written in: Chinese, digits, punctuation, signs of calculation.  A font whose glyphs are named wrongly gives other letters.
_WRITTEN = re.compile(
    "[\\s!-~\xa0\xa5\xa7\xa9\xad\xae\xb0\xb1\xb7\xd7\xf7\u2000-\u27bf\u2e80-\u9fff\ue000-\ufaff\ufe10-\ufe6f\uff00-\uffef\U00020000-\U0003ffff]"
)


def problem_of(page: PlainPage) -> str | None:
    """Why a page's text is of no use, or ``None``: it is broken, a picture, outlines, or its glyphs have no meaning."""
    if page.problem:
        return page.problem
    glyphs = len(page.glyphs)
    foreign = _foreign(page)
    if page.unmapped + foreign > _MEANINGLESS * glyphs or foreign > _STRANGE * glyphs:
        return "its font does not say which characters its glyphs are"
    if glyphs < CHARACTERS_OF_A_TEXT_LAYER and covered(page) > _COVERED:
        return "the page is a picture without text"
    if glyphs < CHARACTERS_OF_A_TEXT_LAYER and len(page.shapes) + len(page.boxes) > _SHAPES_OF_PRINT:
        return "its print is drawn as outlines"
    return "its text is somebody else's recognition of a picture" if is_hidden_layer(page) else None


def is_hidden_layer(page: PlainPage) -> bool:
    """Whether the page is a picture with text laid invisibly over it: a recognition that somebody else made."""
    return page.unseen * 2 > len(page.glyphs) >= CHARACTERS_OF_A_TEXT_LAYER and covered(page) > _COVERED


def _foreign(page: PlainPage) -> int:
    """Glyphs that are read as letters in which no report is written."""
    return sum(_WRITTEN.match(g.text) is None for g in page.glyphs if g.text not in ("", "\ufffd"))


def covered(page: PlainPage) -> float:
    """How much of the page its pictures cover (a scan may be cut into strips)."""
    return sum(share(image, page) for image in page.images)


def share(image: tuple[float, float, float, float], page: PlainPage) -> float:
    """How much of the page a picture covers."""
    wide = min(image[2], page.width) - max(image[0], 0.0)
    high = min(image[3], page.height) - max(image[1], 0.0)
    return max(wide, 0.0) * max(high, 0.0) / max(page.width * page.height, 1.0)
