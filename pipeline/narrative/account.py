"""The account of the running text: every number that its lines print, and what became of it.

What belongs here: from the lines of a section and what was read of them to a part (:class:`pipeline.model.parts.Part`).  What may not:
reading, and tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.lexicon.identifiers import identifier_kind
from pipeline.model.parts import Account, Part, PartState, Printed, numbers_in
from pipeline.narrative.free_text import sentence_at
from pipeline.narrative.regions import Printed as PrintedLine
from pipeline.narrative.regions import is_furniture
from pipeline.narrative.sections import Section
from pipeline.narrative.spoken import Remark, Said, Spoken, Unread
from pipeline.narrative.text import Paragraph, digits_before

_DIGITS = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
#: A lone number of so many digits is the page's; a longer one, or one with decimals, stands beside a chart.
_PAGE = re.compile(r"\d{1,4}")
_NO_UNIT = "no unit behind it, and nothing that says what it names"

#: (block, digits before) of a number's first digit → what became of it: its account, its kind, its sentence.
_Marks = dict[tuple[int, int], tuple[Account, str, str]]


def part_of(section: Section, said: Iterable[tuple[Paragraph, Said]], reason: str = "") -> Part:
    """The part that a section is: its blocks, every number of its lines, and its state (``reason``: why the whole of it is not read)."""
    marks = _marks(said)
    where = {key: (paragraph, at) for paragraph in section.paragraphs for key, at in paragraph.digits.items()}
    free = section.kind != "narrative" or section.concept in ("overview", "glossary")
    numbers = [n for line in section.lines for n in _numbers(line, marks, where, reason, free)]
    unread = sum(n.account == "unread" for n in numbers)
    nothing = bool(unread) and not any(n.account == "statement" for n in numbers)
    state: PartState = "unread" if nothing or reason else "read" if section.paragraphs else "empty"
    pages = [line.place.page for line in section.lines if line.place.page is not None]
    return Part(
        kind=section.kind,
        concept=section.concept or "other",
        title=section.title,
        state=state,
        reason=reason or next((n.kind for n in numbers if n.account == "unread"), ""),
        place=section.lines[0].place,
        last_page=max(pages, default=None),
        blocks={line.block for line in section.lines},
        numbers=numbers,
    )


def _marks(said: Iterable[tuple[Paragraph, Said]]) -> _Marks:
    marks: _Marks = {}
    for paragraph, what in said:
        match = None if isinstance(what, Remark) else _DIGITS.match(paragraph.text, what.offset)
        if match is None:
            continue
        told: tuple[Account, str, str] = ("statement", what.measure, what.sentence) if isinstance(what, Spoken) else _unread(what)
        for at in range(match.start(), match.end()):
            if at in paragraph.digit_at:
                marks.setdefault(paragraph.digit_at[at], told)
    return marks


def _unread(what: Unread | Remark) -> tuple[Account, str, str]:
    return "unread", what.reason if isinstance(what, Unread) else what.words, what.sentence


def _numbers(line: PrintedLine, marks: _Marks, where: dict[tuple[int, int], tuple[Paragraph, int]], reason: str, free: bool) -> Iterable[Printed]:
    at = before = 0
    for start, end, digits in numbers_in(line.raw):
        before, at = before + digits_before(line.raw[at:start], start - at), start
        key = (line.block, before)
        if told := marks.get(key):
            account, kind, sentence = told
            yield Printed(account, kind, digits, line.place, sentence)
            continue
        name = _kind(line, start, end, where.get(key), free)
        if name is None and is_furniture(line.text):
            name = "page" if _PAGE.fullmatch(digits) and digits == line.text.strip("-—–_·|/") else None
        if name is not None:
            yield Printed("identifier", name, digits, line.place, line.raw.strip())
        else:
            alone = "alone on its line: a label of a chart" if is_furniture(line.text) else _NO_UNIT
            yield Printed("unread", reason or alone, digits, line.place, _sentence(where.get(key), line))


def _kind(line: PrintedLine, start: int, end: int, at: tuple[Paragraph, int] | None, free: bool) -> str | None:
    """The kind of a number, by the words around it in its paragraph (12月31⏎日), or in its line where it is in none.

    In free text the line counts as well: the items of a list there need not end in a stop.  In a section of the template a line may
    begin with a number that belongs to the line before.
    """
    if at is None:
        return identifier_kind(line.raw, start, end)
    paragraph, offset = at
    return identifier_kind(paragraph.text, offset, offset + end - start) or (identifier_kind(line.raw, start, end) if free else None)


def _sentence(at: tuple[Paragraph, int] | None, line: PrintedLine) -> str:
    if at is None:
        return line.raw.strip()
    paragraph, offset = at
    return sentence_at(paragraph.text, offset)
