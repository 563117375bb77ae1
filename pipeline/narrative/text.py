"""One spelling for the narrative's characters, and paragraphs that know where each character stands.

What belongs here: canonical text and the paragraph type.  What may not: what a heading or a sentence
means (``sections``, ``sentences``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipeline.model.figures import Place

_TO_WIDE = str.maketrans("():;?!", "（）：；？！")
_TO_PLAIN = str.maketrans("０１２３４５６７８９．％﹪／﹣－−＋〇", "0123456789.%%/---+0")
#: A thousands separator that a line break parted from its digits: inside a line they are told apart already.
_CUT_SEPARATOR = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_THREE_PUBLIC = re.compile(r"[“”\"'‘’「『＂﹁]*三公[“”\"'‘’」』＂﹂]*")


def canonical(text: str) -> str:
    """``text`` with half-width digits, full-width punctuation, and no white space except between two digits.

    A comma between digits stays a thousands separator where three digits follow; every other comma is a
    pause.  White space between digits stays as one blank: ``100 200`` are two numbers.
    """
    plain = text.replace("\x00", "").translate(_TO_PLAIN).translate(_TO_WIDE).replace("%%", "%")
    plain = re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "\x00", plain)
    plain = plain.replace(",", "，").replace("\x00", ",")
    plain = re.sub(r"(?<=\d)[ \t\u3000\xa0]+(?=\d)", "\x00", plain)
    plain = re.sub(r"\s+", "", plain).replace("\x00", " ")
    return _THREE_PUBLIC.sub("“三公”", plain)


@dataclass(frozen=True)
class Paragraph:
    """Running text under its headings.

    ``section`` is the printed headings joined, ``part`` the key of what the section is about, ``aspect`` the key of
    its sub-section (``""`` where it has none); ``starts`` and ``places`` say which line each offset came from.
    """

    text: str
    section: str
    part: str
    aspect: str
    starts: tuple[int, ...]
    places: tuple[Place, ...]

    def place_at(self, offset: int) -> Place:
        """Where the character at ``offset`` is printed."""
        return self.places[max(bisect_right(self.starts, offset) - 1, 0)]


def join_lines(lines: list[tuple[str, Place]], section: str, part: str, aspect: str) -> Paragraph:
    """One paragraph from the canonical texts of its physical lines, nothing between them."""
    starts, places, text = [], [], ""
    for line, place in lines:
        starts.append(len(text))
        places.append(place)
        text += line
    text = _CUT_SEPARATOR.sub(",", text)
    return Paragraph(text, section, part, aspect, tuple(starts), tuple(places))
