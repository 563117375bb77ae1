"""The sections of running text: from lines to paragraphs under their headings.

What belongs here: headings, and the joining of lines that a page or a line break has split.  What may not: where a part of the report
begins (``regions``), the reading of sentences.  What a section is about, its title says: ``sections.toml`` of the lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.lexicon import lexicon
from pipeline.model.parts import PartKind
from pipeline.narrative.regions import HEADING_LENGTH, Printed, Regions, is_furniture, is_title
from pipeline.narrative.text import Paragraph, Source, digits_before, join_lines, marks
from pipeline.narrative.words import TITLE, Vocabulary

_LEVEL1 = re.compile(r"^[一二三四五六七八九十]{1,3}[、.]")
_LEVEL2 = re.compile(r"^（[一二三四五六七八九十]{1,3}）[、.]?")
_ITEM = re.compile(r"^(?:\d{1,2}[、.](?!\d)|\d{1,2}[.](?=\d{4}年)|（\d{1,2}）|[①-⑳])")
#: A known title that ends otherwise is no longer than this.
_SHORT = 25
_SENTENCE_END = tuple("。；！？")


@dataclass
class Section:
    """One section: what it is about, its title as printed, its lines and its paragraphs.

    ``kind`` is ``narrative`` or ``evaluation``; ``concept`` the key of what it is about, ``""`` where the title is not known.
    """

    kind: PartKind
    concept: str
    title: str
    lines: list[Printed] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)


def sections_of(found: Regions) -> list[Section]:
    """Every section of a report's running text, in the order of its parts."""
    made: list[Section] = []
    if found.overview:
        made.append(_whole("narrative", "overview", found.overview))
    made += _Outline().sections(found.narrative)
    if found.glossary:
        made.append(_whole("narrative", "glossary", found.glossary))
    made += [_whole("evaluation", "evaluation", lines) for lines in _reports(found.evaluations)]
    return made


def _whole(kind: PartKind, concept: str, lines: Sequence[Printed]) -> Section:
    """A part that is one section, whatever headings it has."""
    inner = _Outline(concept).sections(lines)
    return Section(kind, concept, lines[0].text, list(lines), [p for s in inner for p in s.paragraphs])


def _reports(lines: Sequence[Printed]) -> Iterator[Sequence[Printed]]:
    """The lines of each evaluation report; a title that is printed again at once begins no other."""
    starts = [i for i, p in enumerate(lines) if is_title(p.text, "evaluation_title")]
    starts = [i for n, i in enumerate(starts) if n == 0 or i - starts[n - 1] > 20]
    for start, end in pairwise([*starts, len(lines)]):
        yield lines[start:end]


def key_of(title: str, scope: str = "section") -> str:
    """What a section (``section``) or sub-section (``aspect``) is about, by its title; ``""`` where the title is not known."""
    entry = next((e for e in lexicon().entries("sections") if scope in e.scope and e.matches(title)), None)
    return entry.concept if entry is not None else ""


def known_title(words: Vocabulary, title: str) -> bool:
    """Whether a title consists of known words: another one may say what nobody here knows."""
    return not words.cut(title, TITLE).unknown


class _Outline:
    """Reads lines in order, with the headings that are open; ``part``: a concept that every heading keeps."""

    def __init__(self, part: str | None = None) -> None:
        self.part = part
        self.level1 = self.level2 = self.aspect = ""
        self.key = self.level1_key = self.level2_key = part or ""
        self.buffer: list[Source] = []
        self.tail = ""
        self.made: list[Section] = [Section("narrative", part or "", "")]

    def sections(self, lines: Sequence[Printed]) -> list[Section]:
        """The sections of the lines; lines above the first heading belong to the first section."""
        for n, printed in enumerate(lines):
            self._line(printed, lines[n + 1].text if n + 1 < len(lines) else "")
        self._flush()
        made: list[Section] = []
        heading: list[Printed] = []  # lines of a heading that has no text of its own
        for n, section in enumerate(self.made):
            title = n == 0 and not section.title  # the part's own title
            if n + 1 < len(self.made) and (title or not section.paragraphs):
                heading += section.lines
            else:
                section.lines[:0] = heading
                heading = []
                made.append(section)
        return made if lines else []

    def _line(self, printed: Printed, following: str) -> None:
        text, so_far = printed.text, self.tail
        heading = bool(_LEVEL1.match(text) or _LEVEL2.match(text))
        if printed.running or (is_furniture(text) and not _broken_number(so_far, text, following)):
            self.made[-1].lines.append(printed)
        elif heading:
            self._flush()
            title, rest = _split_heading(text)
            self._open(text, title)
            self.made[-1].lines.append(printed)
            if rest:
                self._keep(printed, len(text) - len(rest))
        else:
            if not (self.buffer and _joins(so_far, text) and not _is_title(so_far)):
                self._flush()
                heading = self._third(text)
            self.made[-1].lines.append(printed)
            if not heading:
                self._keep(printed, 0)

    def _keep(self, printed: Printed, begin: int) -> None:
        before = digits_before(printed.text, begin)
        self.tail = (self.tail + printed.text[begin:])[-2 * HEADING_LENGTH :]  # no more is asked of what stands before
        self.buffer.append(Source(printed.text[begin:], printed.place, printed.block, before))

    def _flush(self) -> None:
        if self.buffer:
            self.made[-1].paragraphs.append(join_lines(self.buffer, self.level1 + self.level2, self.key, self.aspect))
            self.buffer, self.tail = [], ""

    # -- headings --------------------------------------------------------------------------------

    def _open(self, text: str, title: str) -> None:
        """A heading of the first or second level opens a section where it changes what the text is about."""
        if _LEVEL1.match(text):
            self.level1, self.level2, self.aspect = title, "", ""
            self.key = self.level1_key = self.level2_key = self.part or key_of(title)
            self._begin(title)
            return
        self.level2, self.aspect = title, key_of(title, "aspect")
        before = self.key
        self.key = self._second(title)
        self.level2_key = self.key
        if self.key != before:
            self._begin(self.level1 + title)

    def _second(self, title: str) -> str:
        if self.part is not None:
            return self.part
        own = key_of(title)
        if self.level1_key in ("", "other"):
            return own or self.level1_key
        if self.level1_key == "totals" and "总计" not in title:  # income and expenditure are explained under the totals
            return own if own in ("income", "expenditure") else self.level1_key
        return self.level1_key

    def _third(self, text: str) -> bool:
        """A heading of the third level that says what the text is about, where the second does not (2.收入情况 under the totals,
        1.机关运行经费支出情况 under other matters); whether the whole line is that heading."""
        match = marks("third_heading").match(text)
        if self.part is not None or match is None or self.level2_key not in ("totals", "other"):
            return False
        own = key_of(match["title"])
        wanted = own if self.level2_key == "other" or own in ("income", "expenditure") else self.level2_key
        if wanted and wanted != self.key:
            self.key = wanted
            self._begin(self.level1 + self.level2 + match["title"])
        return match.end() == len(text) and bool(own)

    def _begin(self, title: str) -> None:
        if self.part is None:
            self.made.append(Section("narrative", self.key, title))


def _joins(buffer: str, text: str) -> bool:
    """Whether ``text`` carries on the paragraph ``buffer``: an open sentence, and no new item."""
    return not buffer.endswith(_SENTENCE_END) and not _ITEM.match(text)


def _broken_number(so_far: str, text: str, following: str) -> bool:
    """Whether a lone number is the wrapped end of a sentence: a verb before it, its unit after it."""
    return bool(marks("unfinished").search(so_far[-8:]) and marks("unit").match(following))


def _is_title(text: str) -> bool:
    """Whether a numbered line is a whole heading (not one that the line's end has cut)."""
    numbered = _LEVEL1.match(text) or _LEVEL2.match(text)
    plain = len(text) <= HEADING_LENGTH and not re.search(r"[，。；：]|\d(?:万|元|%)", text)
    return bool(numbered and plain and (marks("heading_end").search(text) or (len(text) <= _SHORT and key_of(text))))


def _split_heading(text: str) -> tuple[str, str]:
    """A heading's title and the running text that some reports put on its line (``（一）…情况。根据…``)."""
    head, stop, rest = text.partition("。")
    if stop and len(head) <= HEADING_LENGTH and marks("heading_end").search(head):
        return head, rest
    if _is_title(text):
        return text, ""
    return text[:HEADING_LENGTH].partition("。")[0].partition("，")[0], text
