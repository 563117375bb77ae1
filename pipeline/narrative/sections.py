"""Where the narrative stands in a document, and its headings: from lines to paragraphs.

What belongs here: titles of parts and sections as data, page furniture, the joining of lines that a page or a
line break has split.  What may not: the reading of sentences.
Source: the template's third part 部门决算情况说明 and its regional titles; some text layers lose the part's
title, so that its first section heading has to do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.model.figures import Place
from pipeline.narrative.text import Paragraph, canonical, join_lines
from pipeline.reading.document import Document

_PART = re.compile(r"^第[一二三四五六七八]部分")
_PART_TITLE = re.compile(r"决算.{0,6}(?:情况|说明|分析)|情况的?说明|决算分析|重要事项")
_FIRST_SECTION = re.compile(r"^一[、.].{0,12}收.{0,4}支.{0,16}情况")
_GLOSSARY = re.compile(r"^(?:第.部分)?名词解释$")
_STATED = re.compile(r"\d(?:万元|亿元|元|%|分|个|辆|批次|人次)")

#: What a section is about, by its title; the first that fits wins.
SECTIONS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (key, re.compile(pattern))
    for key, pattern in (
        ("basic", r"基本支出"),
        ("three_public", r"三公"),
        ("fund", r"政府性基金"),
        ("state_capital", r"国有资本"),
        ("operating_costs", r"机关运行|运行经费"),
        ("procurement", r"政府采购|采购支出"),
        ("assets", r"国有资产|资产占"),
        ("performance", r"绩效"),
        ("general_budget", r"一般公共(?:预算|决算)|财政拨款支出"),
        ("fiscal_totals", r"财政拨款收"),
        ("totals", r"收入支出.{0,6}(?:总|情况)|收支.{0,6}总|收、支"),
        ("income", r"收入"),
        ("expenditure", r"支出决算|支出情况"),
        ("other", r"重要事项|其他"),
    )
)
#: What a sub-section of a section is about.
ASPECTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (key, re.compile(pattern))
    for key, pattern in (
        ("overall", r"总体"),
        ("structure", r"结构"),
        ("detail", r"具体"),
        ("self_evaluation", r"自评"),
        ("evaluation", r"评价"),
    )
)
_LEVEL1 = re.compile(r"^[一二三四五六七八九十]{1,3}[、.]")
_LEVEL2 = re.compile(r"^（[一二三四五六七八九十]{1,3}）[、.]?")
_ITEM = re.compile(r"^(?:\d{1,2}[、.](?!\d)|\d{1,2}[.](?=\d{4}年)|（\d{1,2}）|[①-⑳])")
_HEADING_END = re.compile(r"(?:情况的?说明|情况|结果|原因|说明|结构|分析)(?:（[一二三四五六七八九十\d]{1,3}）)?$")
_FURNITURE = re.compile(r"^[-—–_·|/]*\d[\d.,]*[-—–_·|/]*$|^第\d+页(?:，?共\d+页)?$|^\d+/\d+$|^图\d+.{0,40}$|^（?单位：.{1,6}）?$")
_SENTENCE_END = tuple("。；！？")
_UNFINISHED = re.compile(r"(?:为|是|支出|收入|资金|增加|减少|增长|下降|占|的|和|共|各)$")
_HEADING_LENGTH = 45
#: A line among the first or last so many of this many pages is a running header or footer.
_EDGE, _RUNNING = 2, 4


@dataclass(frozen=True, slots=True)
class _Printed:
    text: str
    place: Place


def _key(table: Iterable[tuple[str, re.Pattern[str]]], title: str) -> str:
    return next((key for key, pattern in table if pattern.search(title)), "")


def is_furniture(text: str) -> bool:
    """Whether a canonical line is a page number, a label of a chart, or a unit note rather than text."""
    return bool(_FURNITURE.match(text))


def _printed(document: Document) -> list[_Printed]:
    """The lines in canonical text, without those that stand at the edge of page after page."""
    pages = [[p for line in page.lines if (p := _Printed(canonical(line.text), line.place)).text] for page in document.pages]
    edges = Counter(text for page in pages for text in {p.text for p in (*page[:_EDGE], *page[-_EDGE:])})
    running = {text for text, n in edges.items() if n >= _RUNNING and not _STATED.search(text) and not _PART.match(text)}
    kept = []
    for page in pages:
        last = len(page) - _EDGE
        kept += [p for i, p in enumerate(page) if not (p.text in running and (i < _EDGE or i >= last))]
    return kept


def _region(lines: list[_Printed], begins: Sequence[int] = ()) -> tuple[int, int]:
    """First and one past last line of the narrative: of all candidates the one that states most figures, with the
    parts after it that explain as well (some provinces give 其他重要事项情况说明 a part of its own).

    ``begins``: pages at which another document begins, where no narrative runs on."""
    others = _first_lines(lines, begins)
    ends = [i for i, p in enumerate(lines) if (_PART.match(p.text) and len(p.text) <= _HEADING_LENGTH) or _GLOSSARY.match(p.text)]
    ends += others
    starts = [i for i, p in enumerate(lines) if _FIRST_SECTION.match(p.text)]
    titled = {
        i for i in ends if _PART_TITLE.search("".join(p.text for p in lines[i : i + 2])) and not _GLOSSARY.match(lines[i].text)
    }
    titled -= {i for i in others if "决算" not in lines[i].text}  # 绩效自评情况说明 in a document of its own
    starts += titled
    stated = [len(_STATED.findall(p.text)) for p in lines]
    best, span = 0, (0, 0)
    for start in sorted(starts):
        end = min((e for e in ends if e > start), default=len(lines))
        count = sum(stated[start:end])
        if count > best:
            best, span = count, (start, end)
    while span[1] in titled:
        span = span[0], min((e for e in ends if e > span[1]), default=len(lines))
    return span


def _first_lines(lines: list[_Printed], begins: Sequence[int]) -> list[int]:
    """The first line of each document of a report that is spread over several."""
    found = (next((i for i, p in enumerate(lines) if (p.place.page or 0) >= begin), None) for begin in begins[1:])
    return [i for i in found if i is not None]


def narrative_paragraphs(document: Document) -> list[Paragraph]:
    """The paragraphs of 决算情况说明 in printed order; empty where the document has none."""
    lines = _printed(document)
    start, end = _region(lines, document.begins)
    return [p for p in _paragraphs(lines[start:end]) if p.section]  # what stands above the first heading is the part's title


def annex_paragraphs(document: Document) -> list[Paragraph]:
    """The running text of evaluation reports (绩效评价报告) behind the narrative, outside tables."""
    lines = _printed(document)
    end = _region(lines, document.begins)[1]
    first = next((i for i in range(end, len(lines)) if _EVALUATION_TITLE.match(lines[i].text)), None)
    return [] if first is None else list(_paragraphs(lines[first:], part="evaluation"))


_EVALUATION_TITLE = re.compile(r"^(?!.*[，。；])(?!.*详见).{4,50}绩效评价(?:情况)?报告$")


def _joins(buffer: str, text: str) -> bool:
    """Whether ``text`` carries on the paragraph ``buffer``: an open sentence, and no new item."""
    return not buffer.endswith(_SENTENCE_END) and not _ITEM.match(text)


def _paragraphs(lines: list[_Printed], part: str | None = None) -> Iterator[Paragraph]:
    level1 = level2 = ""
    key, level1_key, aspect = part or "", part or "", ""
    buffer: list[tuple[str, Place]] = []

    def flush() -> Iterator[Paragraph]:
        if buffer:
            yield join_lines(buffer, level1 + level2, key, aspect)
            buffer.clear()

    for n, printed in enumerate(lines):
        text, place = printed.text, printed.place
        so_far = "".join(t for t, _ in buffer)
        if is_furniture(text) and not _broken_number(so_far, text, lines[n + 1].text if n + 1 < len(lines) else ""):
            continue
        if _LEVEL1.match(text) or _LEVEL2.match(text):
            yield from flush()
            title, rest = _split_heading(text)
            if _LEVEL1.match(text):
                level1, level2, aspect = title, "", ""
                key = level1_key = part or _key(SECTIONS, title)
            else:
                level2, aspect = title, _key(ASPECTS, title)
                if (part is None and key in ("", "other")) or (part is None and level1.count("重要事项")):
                    key = _key(SECTIONS, title) or key
                elif (
                    part is None and level1_key == "totals" and "总计" not in title
                ):  # income and expenditure are explained under the totals
                    own = _key(SECTIONS, title)
                    key = own if own in ("income", "expenditure") else level1_key
            if rest:
                buffer.append((rest, place))
        elif buffer and _joins(so_far, text) and not _is_title(so_far):
            buffer.append((text, place))
        else:
            yield from flush()
            buffer.append((text, place))
    yield from flush()


def _broken_number(so_far: str, text: str, following: str) -> bool:
    """Whether a lone number is the wrapped end of a sentence: a verb before it, its unit after it."""
    return bool(_UNFINISHED.search(so_far)) and bool(re.match(r"(?:万元|亿元|元|%|个|辆|人次|批次|台)", following))


def _is_title(text: str) -> bool:
    """Whether a numbered line is a whole heading (not one that the line's end has cut)."""
    numbered = _LEVEL1.match(text) or _LEVEL2.match(text)
    plain = len(text) <= _HEADING_LENGTH and not re.search(r"[，。；：]|\d(?:万|元|%)", text)
    return bool(numbered and plain and _HEADING_END.search(text))


def _split_heading(text: str) -> tuple[str, str]:
    """A heading's title and the running text that some reports put on its line (``（一）…情况。根据…``)."""
    head, stop, rest = text.partition("。")
    if stop and len(head) <= _HEADING_LENGTH and _HEADING_END.search(head):
        return head, rest
    if _is_title(text):
        return text, ""
    return text[:_HEADING_LENGTH].partition("。")[0].partition("，")[0], text
