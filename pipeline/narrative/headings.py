"""The numbered headings, the references to tables and the names of annexes of an evaluation report, as remarks.

Their numbers count and name; what they should be is for the rules.  What belongs here: finding them in the lines of a report.  What may not:
judging their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.lexicon import any_of
from pipeline.narrative.regions import Printed
from pipeline.narrative.spoken import Remark
from pipeline.narrative.text import Paragraph, Source, join_lines

_HAN = "一二三四五六七八九十"
#: The marks of headings by level, in canonical spelling.
_MARKS = tuple(
    re.compile(mark) for mark in (rf"([{_HAN}]{{1,3}})、", rf"（([{_HAN}]{{1,3}})）", r"(\d{1,2})[.、．](?!\d)", r"（(\d{1,2})）", r"([①-⑳])")
)
_LONGEST = 40
#: A sentence, or a line of contents with its page, is no heading.
_NO_HEADING = re.compile(r"[。；，：]\S|[…·]{2}|\.{3}|\d$")
_ITEM = re.compile(r"^[-—]?(\d{1,2})[.、．](?!\d)(.{4,60})$")


def heading_remarks(lines: Sequence[Printed]) -> Iterator[tuple[Paragraph, Remark]]:
    """Every such remark of an evaluation report's lines, each with a paragraph that says where it stands.

    ``heading``: words are the mark's number, basis its level from 1; ``reference``: words are the table's number; ``annex_listed`` and
    ``annex``: words are the number, basis the title.
    """
    listing = 0  # the annex that is listed last
    for n, line in enumerate(lines):
        text = line.text
        if (listed := any_of("report_references", "list").match(text)) is not None:
            listing = 1
            if listed[1]:
                yield _remark(line, "annex_listed", "1", listed[2])
                listing = 2
            continue
        item = _ITEM.match(text) if listing else None
        if item is not None and int(item[1]) == listing:
            yield _remark(line, "annex_listed", item[1], item[2])
            listing += 1
            continue
        listing = 0
        if (annex := any_of("report_references", "annex").match(text)) is not None:
            title = annex[2] or (lines[n + 1].text if n + 1 < len(lines) and len(lines[n + 1].text) <= 2 * _LONGEST else "")
            yield _remark(line, "annex", annex[1], title)
            continue
        yield from _headings(line)
        yield from (_remark(line, "reference", found[1], "") for found in any_of("report_references", "table").finditer(text))


def _headings(line: Printed) -> Iterator[tuple[Paragraph, Remark]]:
    for level, mark in enumerate(_MARKS, start=1):
        found = mark.match(line.text)
        rest = line.text[found.end() :].rstrip("。：") if found is not None else ""
        if found is not None and 1 < len(rest) <= _LONGEST and not _NO_HEADING.search(rest):
            yield _remark(line, "heading", found[1], str(level))


def _remark(line: Printed, kind: str, words: str, basis: str) -> tuple[Paragraph, Remark]:
    paragraph = join_lines([Source(line.text, line.place, line.block)], "", "evaluation", "")
    return paragraph, Remark(line.text[: 2 * _LONGEST], "", kind, words, basis, line.text[: 2 * _LONGEST], 0)
