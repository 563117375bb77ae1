"""Lines that are no part of what a page says: heads and feet that a printing program adds by itself, and page numbers.

What belongs here: telling them.  What may not: running heads that an author wrote.
"""

from __future__ import annotations

import re
import unicodedata

from pipeline.reading.document import Line

#: The share of the page's height, from above and from below, in which they stand.
_MARGIN = 0.08
_HEAD = re.compile(r"^\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},?\s*([上下]午\s*)?\d{1,2}:\d\d(:\d\d)?(\s*[AP]M)?(?=\D|$)")
_FOOT = re.compile(r"^(file|https?)://\S+(\s+\d+\s*/\s*\d+)?$|^about:blank(\s+\d+\s*/\s*\d+)?$")
#: A dash that is recognised may look like 一.
_PAGE_NUMBER = re.compile(r"^\s*([-—–]+\s*\d+\s*[-—–一]+|第\s*\d+\s*页((\s*[,，/])?\s*共\s*\d+\s*页)?|\d+\s*/\s*\d+)\s*$")


def is_furniture(text: str) -> bool:
    """Whether a line is a page number and nothing else (``— 13 —``, ``第 9 页``)."""
    return bool(_PAGE_NUMBER.match(text))


def is_printers(line: Line, height: float) -> bool:
    """Whether a line is the browser's own: ``2025/8/20 09:31  某局2024年度部门决算`` or ``https://… 3/25`` at a page's edge."""
    text = unicodedata.normalize("NFKC", line.text)  # the letters fi of an address may be one
    top, bottom = line.place.top or 0.0, line.place.bottom or 0.0
    if bottom <= height * _MARGIN:
        return bool(_HEAD.match(text)) or bool(_FOOT.match(text))
    return top >= height * (1 - _MARGIN) and bool(_FOOT.match(text) or _HEAD.match(text))
