"""Where the evaluation reports (绩效评价报告) of an annex begin, and what each is called.

What belongs here: the titles.  What may not: their tables (``scoring``, ``others``) and sentences (``scoring_text``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.lexicon import annexes as meaning
from pipeline.lexicon.annexes import words
from pipeline.reading.document import Document
from pipeline.recognition.annexes.grid import GridRow, TextLine, walk
from pipeline.recognition.annexes.model import tidy


@dataclass
class Evaluation:
    """One evaluation report: its order and, once a title names its project, its name."""

    number: int
    name: str = ""

    @property
    def shown(self) -> str:
        return self.name or f"绩效评价报告（{self.number}）"


@dataclass
class EvaluationTitles:
    """Which evaluation report each line stands in.  A cover prints the bare word 绩效评价报告, the first page the full title: both
    begin the same report."""

    current: Evaluation | None = None
    _number: int = 0
    _previous: TextLine | None = field(default=None)
    _ended: bool = False  # its last chapters have been printed: the title that follows begins another report

    def feed(self, line: TextLine) -> Evaluation | None:
        """The report that a line stands in, ``None`` before the first and after a self-evaluation's title."""
        title = self._title(line)
        if title is not None:
            current = self._next(title)
            self._ended = self._ended and current is self.current
            self.current, self._number = current, current.number
        elif self.current is not None and _self_evaluation(line.words):
            self.current = None
        self._ended = self._ended or bool(meaning.around("late_chapter").match(line.words))
        self._previous = line
        return self.current

    def _title(self, line: TextLine) -> str | None:
        if meaning.title(line.line.text) != "evaluation":
            return None
        previous = self._previous
        if _bare(line.words) and previous is not None:
            before = previous.words
            above, here = previous.line.place, line.line.place
            near = above.page == here.page and (above.line is None or here.line is None or here.line - above.line <= 2)
            if near and len(before) < 60 and meaning.around("project_word").search(before) and not meaning.around("no_title").search(before):
                return tidy(previous.line.text + line.line.text)
        return tidy(line.line.text)

    def _next(self, title: str) -> Evaluation:
        name, current = re.sub(r"\s", "", title), self.current
        if current is None:
            return Evaluation(self._number + 1, "" if _bare(title) else name)
        if _bare(title):
            return current if not current.name else Evaluation(current.number + 1)
        if not current.name and not self._ended:
            current.name = name
            return current
        return current if _bare_name(current.name) == _bare_name(name) else Evaluation(current.number + 1, name)


def with_evaluations(document: Document) -> Iterator[tuple[Evaluation | None, TextLine | GridRow]]:
    """A document's lines and table rows, each with the evaluation report that it stands in (``None`` before the first)."""
    titles = EvaluationTitles()
    for block in walk(document):
        if isinstance(block, TextLine):
            titles.feed(block)
        yield titles.current, block


def evaluation_of_blocks(document: Document) -> dict[int, int]:
    """The number of the evaluation report that each block stands in, by the block's position in :meth:`Document.blocks`."""
    return {block.sequence: about.number for about, block in with_evaluations(document) if about is not None}


def _self_evaluation(text: str) -> bool:
    """Whether a line is the title of a self-evaluation form or summary: the evaluation report before it has ended."""
    title = len(text) < 60 and meaning.title(text) in ("self_evaluation", "summary")
    return title and meaning.around("of_report").search(text) is None


def _bare(title: str) -> bool:
    return len(meaning.around("generic").sub("", words(title))) < 3


def _bare_name(title: str) -> str:
    return meaning.around("report_word").sub("", words(title))
