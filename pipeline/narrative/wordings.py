"""Wordings that a careful reader stumbles over, whatever the numbers are: residue of the template, slips of the pen, year words.

What belongs here: where in a paragraph or a heading they stand.  What may not: the wordings (``residue.toml``, ``year_words.toml``), and
whether a year is the right one (``expectations``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.lexicon import Entry, lexicon
from pipeline.narrative.free_text import sentence_at
from pipeline.narrative.sections import Section
from pipeline.narrative.spoken import Remark
from pipeline.narrative.text import Paragraph, Source, join_lines
from pipeline.narrative.words import plain_text

#: Sections of free text: what the template fixes elsewhere is not looked for in them.
_FREE = frozenset({"performance", "overview", "glossary", "evaluation", "text", "other", ""})
#: Residue that is a template's wherever it stands; slips of the pen are looked for in the narrative alone.
_OF_TEMPLATE = frozenset({"placeholder", "alternative", "broken_field", "instruction"})
#: A heading is no longer than this.
_HEADING = 45
_NUMBERING = re.compile(r"(?:^|[，。；：、（(])[^（）()，。；：、]{0,2}[\d一二三四五六七八九十a-zA-Z]{1,3}$")
_SHOWN = 16


def wordings(section: Section, paragraph: Paragraph) -> Iterator[Remark]:
    """The wordings of one paragraph of the narrative, and what is left of a template in an evaluation report; none of the glossary, whose
    sentences are the template's own."""
    if section.kind == "evaluation":
        marked_up = paragraph.text.count("**") % 2 == 0  # a text layer's bold type, no placeholder
        left = (r for r in _residue(paragraph.text, {"evaluation"}) if r.basis in _OF_TEMPLATE)
        yield from (r for r in left if not (marked_up and "**" in r.words))
    if section.kind != "narrative" or section.concept in ("overview", "glossary"):
        return
    scopes = {paragraph.part} | (set() if paragraph.part in _FREE else {"template"})
    yield from _residue(paragraph.text, scopes)
    yield from _brackets(paragraph.text)
    yield from _years(paragraph.text, scopes)


def heading_years(section: Section) -> Iterator[tuple[Paragraph, Remark]]:
    """The years in the headings among a section's lines, each as a paragraph of its own."""
    for line in section.lines:
        if section.kind == "narrative" and len(line.text) <= _HEADING and not line.running:
            for remark in _years(line.text, {"heading"}):
                yield join_lines([Source(line.text, line.place, line.block)], section.title, section.concept, ""), remark


def _residue(text: str, scopes: set[str]) -> Iterator[Remark]:
    taken: list[tuple[int, int]] = []
    for entry, start, end, _ in _found(text, "residue", scopes):
        if not any(start < b and a < end for a, b in taken):
            taken.append((start, end))
            yield Remark("", "residue", "residue", text[start:end], entry.concept, sentence_at(text, start), start)


def _years(text: str, scopes: set[str]) -> Iterator[Remark]:
    sentences = [(m.start(), m.group()) for m in re.finditer(r"[^。；]+[。；]?", text)]
    for base, sentence in sentences:
        for entry, start, end, year in _found(sentence, "year_words", scopes):
            yield Remark("", entry.concept, "year", sentence[start:end], year, sentence[:400], base + start)


def _brackets(text: str) -> Iterator[Remark]:
    """Brackets that are not closed, and closing ones that nothing opened; a number of a list (1）) is none."""
    opened: list[int] = []
    stray: list[int] = []
    for at, character in enumerate(text):
        if character == "（":
            opened.append(at)
        elif character == "）":
            if opened:
                opened.pop()
            elif not _NUMBERING.search(text[max(at - 6, 0) : at]):
                stray.append(at)
    for at in sorted((*opened, *stray)):
        first = max(at - _SHOWN, 0) if text[at] == "）" else at
        shown = text[first : at + 1] if text[at] == "）" else text[at : at + _SHOWN]
        yield Remark("", "residue", "residue", shown, "unclosed_bracket", sentence_at(text, at), at)


def _found(text: str, kind: str, scopes: set[str]) -> Iterator[tuple[Entry, int, int, str]]:
    """Every place of the entries of a kind, in the order of the entries: entry, offsets in ``text``, and the year that it names."""
    plain, at = plain_text(text)
    for entry in lexicon().entries(kind):
        if entry.scope and not scopes & set(entry.scope):
            continue
        for match in entry.found_in(plain):
            if match.end() == match.start() or (entry.unless and re.search(entry.unless, match.group())):
                continue
            year = next((v for v in match.groupdict().values() if v), "")
            yield entry, at[match.start()], at[match.end() - 1] + 1, year
