"""One spelling for the narrative's characters, and paragraphs that know where each character stands.

It is full width and keeps quotes, because sentences and subjects are shown as printed; words are looked up in the lexicon's spelling
(:func:`pipeline.model.text.canonical`, :func:`pipeline.narrative.words.plain_text`).  What belongs here: canonical text and the
paragraph type.  What may not: what a heading or a sentence means (``sections``, ``sentences``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from pipeline.lexicon import Wordings, any_of
from pipeline.model.figures import Place

_TO_WIDE = str.maketrans("():;?!", "（）：；？！")
_TO_PLAIN = str.maketrans("０１２３４５６７８９．％﹪／﹣－−＋〇", "0123456789.%%/---+0")
#: Digits that separators part: what stands behind a point is no group (855.00,855.00 are two numbers).
_THOUSANDS = re.compile(r"(?<![\d.])\d+(?:[,，]\d{3}(?!\d)){1,5}|(?<![\d.])\d+(?:[,，]\d+){1,5}(?=\.\d)")
#: A thousands separator that a line break parted from its digits: inside a line they are told apart already.
_CUT_SEPARATOR = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")
_DECIMALS = re.compile(r"\.\d+$")
#: A quote that slipped before the mark of a number: 11“.灾害防治支出”.
_SLIPPED_QUOTE = re.compile(r"(?<![\d.])(\d{1,2})“([.、])")
_THREE_PUBLIC = re.compile(r"[“”\"'‘’「『＂﹁]*三公[“”\"'‘’」』＂﹂]*")


def marks(concept: str) -> Wordings:
    """What marks a part, a heading, a clause's subject or year in the narrative's text."""
    return any_of("narrative_marks", concept)


def canonical(text: str) -> str:
    """``text`` with half-width digits, full-width punctuation, and no white space except between two digits.

    A comma between digits stays a thousands separator where three digits follow; every other comma is a
    pause.  White space between digits stays as one blank: ``100 200`` are two numbers.
    """
    plain = text.replace("\x00", "").translate(_TO_PLAIN).translate(_TO_WIDE).replace("%%", "%")
    plain = _THOUSANDS.sub(lambda m: re.sub("[,，]", "\x00", m[0]), plain)
    plain = plain.replace(",", "，").replace("\x00", ",")
    plain = re.sub(r"(?<=\d)[ \t\u3000\xa0]+(?=\d)", "\x00", plain)
    plain = re.sub(r"\s+", "", plain).replace("\x00", " ")
    return _THREE_PUBLIC.sub("“三公”", _SLIPPED_QUOTE.sub(r"\1\2“", plain))


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of one printed line: its text in canonical spelling, place, the line's position among the document's blocks, and how many
    digits the line prints before the piece."""

    text: str
    place: Place
    block: int = -1
    digits: int = 0


@dataclass(frozen=True)
class Paragraph:
    """Running text under its headings.

    ``section`` is the printed headings joined, ``part`` the key of what the section is about, ``aspect`` the key of
    its sub-section (``""`` where it has none); ``starts`` and ``sources`` say which line each offset came from.
    """

    text: str
    section: str
    part: str
    aspect: str
    starts: tuple[int, ...]
    sources: tuple[Source, ...]

    def place_at(self, offset: int) -> Place:
        """Where the character at ``offset`` is printed."""
        return self.sources[max(bisect_right(self.starts, offset) - 1, 0)].place

    @cached_property
    def digits(self) -> dict[tuple[int, int], int]:
        """Where the digits stand: (block, how many digits its line prints before) → offset in the paragraph."""
        found = {}
        for start, source in zip(self.starts, self.sources, strict=True):
            count = source.digits
            for n in range(start, start + len(source.text)):
                if self.text[n].isdecimal():
                    found[source.block, count] = n
                    count += 1
        return found

    @cached_property
    def digit_at(self) -> dict[int, tuple[int, int]]:
        """The same the other way round."""
        return {at: key for key, at in self.digits.items()}


def digits_before(text: str, offset: int) -> int:
    """How many digits ``text`` prints before an offset (〇 is one: canonical text has 0 for it)."""
    return sum(c.isdecimal() or c == "〇" for c in text[:offset])


def join_lines(lines: list[Source], section: str, part: str, aspect: str) -> Paragraph:
    """One paragraph from the canonical texts of its physical lines, nothing between them."""
    starts, text = [], ""
    for line in lines:
        starts.append(len(text))
        text += line.text
    for at in starts[1:]:  # a line may end or begin with the separator of a number that it cuts
        for cut in range(max(at - 3, 0), at + 1):
            if _CUT_SEPARATOR.match(text, cut) and not _DECIMALS.search(text, max(cut - 20, 0), cut):
                text = f"{text[:cut]},{text[cut + 1 :]}"
    return Paragraph(text, section, part, aspect, tuple(starts), tuple(lines))
