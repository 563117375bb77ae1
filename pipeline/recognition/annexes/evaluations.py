"""Where the evaluation reports (绩效评价报告) of an annex begin, and what each is called.

What belongs here: the titles.  What may not: their tables (``scoring_tables``) and sentences (``scoring_text``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.reading.document import Document, Line
from pipeline.recognition.annexes.grid import GridRow, walk
from pipeline.recognition.annexes.model import tidy
from pipeline.recognition.annexes.vocabulary import FORM_TITLE, SUMMARY_TITLE, words

_TITLE = re.compile(r"评(价|估)报告(\(.{1,12}\))?$")
_NO_TITLE = re.compile(r"[。，；:]|详见|撰写|见附|提交|形成")
_GENERIC = re.compile(
    r"绩效|评价|评估|报告|项目|支出|市级|省级|区级|县级|部门|单位|财政|重点|本级|\d{4}年?度?|年度|\(.*?\)|事后|专项|资金"
)


@dataclass
class Evaluation:
    """One evaluation report: its order and, once a title names its project, its name."""

    number: int
    name: str = ""


def with_evaluations(document: Document) -> Iterator[tuple[Evaluation | None, Line | GridRow]]:
    """A document's lines and table rows, each with the evaluation report that it stands in (``None`` before the first).

    A cover prints the bare word 绩效评价报告, the first page the full title: both begin the same report.
    """
    current: Evaluation | None = None
    previous: Line | None = None
    for block in walk(document):
        if isinstance(block, Line):
            title = _title(block, previous)
            if title is not None:
                current = _next(current, title)
            elif current is not None and _self_evaluation(words(block.text)):
                current = None
            previous = block
        yield current, block


def _title(line: Line, previous: Line | None) -> str | None:
    text = words(line.text)
    if len(text) > 70 or not _TITLE.search(text) or _NO_TITLE.search(text):
        return None
    if _bare(text) and previous is not None:
        before = words(previous.text)
        above, here = previous.place, line.place
        near = above.page == here.page and (above.line is None or here.line is None or here.line - above.line <= 2)
        if near and len(before) < 60 and re.search(r"项目|资金|经费", before) and not _NO_TITLE.search(before):
            return tidy(previous.text + line.text)
    return tidy(line.text)


def _self_evaluation(text: str) -> bool:
    """Whether a line is the title of a self-evaluation form or summary: the evaluation report before it has ended."""
    title = len(text) < 60 and bool(FORM_TITLE.search(text) or SUMMARY_TITLE.search(text))
    return title and not re.search(r"得分|[。，；]|^表|附", text)


def _bare(title: str) -> bool:
    return len(_GENERIC.sub("", words(title))) < 3


def _bare_name(title: str) -> str:
    return re.sub(r"绩效|评价|评估|报告|项目|支出", "", words(title))


def _next(current: Evaluation | None, title: str) -> Evaluation:
    name = re.sub(r"\s", "", title)
    if current is None:
        return Evaluation(1, "" if _bare(title) else name)
    if _bare(title):
        return current if not current.name else Evaluation(current.number + 1)
    if not current.name:
        current.name = name
        return current
    return current if _bare_name(current.name) == _bare_name(name) else Evaluation(current.number + 1, name)
