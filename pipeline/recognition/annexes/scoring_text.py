"""Scores in the sentences of evaluation reports: breakdowns, rates, and the result that the report states.

What belongs here: patterns over sentences (``（一）项目决策20分，具体得分情况如下：项目目标（7分）…``, ``满分 14 分，得分 11 分，得分率
78.57%``, ``绩效评价得分为 92.89 分，评价等级为“优”``).  What may not: tables, and the narrative before the annexes (``pipeline.narrative``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.model.numbers import half_width
from pipeline.reading.document import Document
from pipeline.recognition.annexes.evaluations import Evaluation, with_evaluations
from pipeline.recognition.annexes.grid import TextLine
from pipeline.recognition.annexes.model import EvaluationStatement, Printed, ScoringRow, ScoringTable, tidy

_N = r"(\d+(?:\.\d+)?)"
_GROUP = re.compile(rf"(?:^|\))\s*(?:项目)?([\u4e00-\u9fff]{{2,10}}?)\s*{_N}\s*分\s*[,，]?\s*具体(?:的)?得分(?:情况)?如下\s*:?")
_PART = re.compile(rf"([\u4e00-\u9fff]{{2,10}})\s*\(\s*{_N}\s*分\s*\)")
_TOTAL = re.compile(rf"总得分\s*(?:为|是)?\s*:?\s*{_N}\s*分")
_RATED = re.compile(
    rf"([^,，。;；\s]{{0,16}}?)(?:指标)?(?:总分|满分|分值)\s*(?:为)?\s*{_N}\s*分\s*[,，]\s*(?:评价)?(?:实际)?得分\s*(?:为)?\s*{_N}\s*分"
    rf"(?:\s*[,，]\s*得分率\s*(?:为)?\s*({_N[1:-1]}%))?"
)
_HEADING = re.compile(r"^\s*(?:\(?[一二三四五六七八九十\d]+[)）.．、])\s*(?:项目)?([\u4e00-\u9fff]{2,6}?)(?:绩效)?(?:指标)?(?:绩效)?(?:分析|情况)")
_STATED = re.compile(rf"(?:绩效评价|综合评价|评价|综合|总)得分\s*(?:为)?\s*:?\s*{_N}\s*分")
_STATED_GRADE = re.compile(
    r"(?:评价)?(?:结果|等级|结论|等次)(?:等级)?\s*(?:为|是|属于)?\s*:?\s*[“\"'‘]?\s*(优秀|良好|中等|较差|不合格|合格|优|良|中|差)"
)
#: A line of results is a sentence about the whole project, not about one indicator.
_ONE_INDICATOR = re.compile(r"指标满分|满分|分值|(该|此)项(?!目)")


@dataclass(frozen=True)
class _Text:
    evaluation: Evaluation
    text: str
    source: Printed
    cell: bool = False

    def said(self, digits: str) -> Printed:
        """A number of the text, at its place."""
        return Printed(digits, self.source.place, key=self.source.key)


def _lines(document: Document) -> Iterator[_Text]:
    for evaluation, block in with_evaluations(document):
        if evaluation is None:
            continue
        if isinstance(block, TextLine):
            source = Printed(block.line.text, block.line.place, key=(block.sequence, -1, -1))
            yield _Text(evaluation, tidy(half_width(block.line.text)), source)
        else:
            for printed in block.printed:
                if "得分" in printed.text and len(printed.text) < 200:
                    yield _Text(evaluation, tidy(half_width(printed.text)), printed, True)


def read_text_breakdowns(document: Document) -> list[ScoringTable]:
    """Breakdowns in sentences, one table an evaluation: groups as subtotals, their parts as items, 总得分 as the total;
    and one table of the rated sentences (满分, 得分, 得分率)."""
    read = _Sentences()
    for piece in _lines(document):
        if not piece.cell:  # a table of contents
            read.take(piece)
    made = []
    for (number, kind), (evaluation, rows) in sorted(read.tables.items(), key=lambda t: t[0]):
        if kind == "breakdown" and number in read.totals:
            rows.append(ScoringRow("total", ("", "", ""), None, read.totals[number], None))
        title, source = ("得分情况", "text") if kind == "breakdown" else ("指标得分", "sentence")
        made.append(ScoringTable(evaluation.shown, number, title, source, tuple(rows)))
    return made


#: Lines below a group in which its parts are looked for.
_PATIENCE = 3


@dataclass
class _Sentences:
    """The scores of evaluation reports' sentences, line after line: rows by evaluation and kind, and the totals that are stated."""

    tables: dict[tuple[int, str], tuple[Evaluation, list[ScoringRow]]] = field(default_factory=dict)
    totals: dict[int, Printed] = field(default_factory=dict)
    _group: str = ""
    _heading: str = ""
    _patience: int = 0

    def take(self, piece: _Text) -> None:
        found = _HEADING.match(piece.text)
        if found is not None and len(piece.text) < 30:
            self._heading = found[1]
        for stated in _TOTAL.finditer(piece.text):
            self.totals.setdefault(piece.evaluation.number, piece.said(stated[1]))
        self._breakdown(piece)
        for rated in _RATED.finditer(piece.text):
            subject = _subject(rated[1].strip("()（）:：、 ") or self._heading, self._heading)
            rate = piece.said(rated[4]) if rated[4] else None
            row = ScoringRow("item", (subject, "", ""), piece.said(rated[2]), piece.said(rated[3]), rate)
            self._rows(piece, "sentences").append(row)

    def _rows(self, piece: _Text, kind: str) -> list[ScoringRow]:
        return self.tables.setdefault((piece.evaluation.number, kind), (piece.evaluation, []))[1]

    def _breakdown(self, piece: _Text) -> None:
        rest, match = piece.text, _GROUP.search(piece.text)
        if match is not None:
            self._group, self._patience = match[1], _PATIENCE
            self._rows(piece, "breakdown").append(ScoringRow("subtotal", (match[1], "", ""), None, piece.said(match[2]), None))
            rest = piece.text[match.end() :]
        if not self._patience or (piece.evaluation.number, "breakdown") not in self.tables:
            return
        parts = _PART.findall(rest)
        if parts and not _PART.sub("", rest).strip(" ,，、;；。"):
            self._rows(piece, "breakdown").extend(ScoringRow("item", (self._group, name, ""), None, piece.said(score), None) for name, score in parts)
        elif match is None:
            self._patience -= 1


def _subject(subject: str, heading: str) -> str:
    """Whose score a sentence gives; ``该项指标`` points back to the heading."""
    bare = re.sub(r"^(该项?|此项|本项)?(指标)?(共)?", "", subject)
    bare = re.sub(r"^(项目)(?=\S{2})|(指标)$", "", bare)
    return bare or heading


def read_stated_scores(document: Document) -> list[EvaluationStatement]:
    """The results that evaluation reports state for their project, with the grade where the sentence has it."""
    found: list[EvaluationStatement] = []
    seen: set[tuple[int, str]] = set()
    for piece in _lines(document):
        for sentence in _sentences(piece.text):
            match = _STATED.search(sentence)
            if match is None or _ONE_INDICATOR.search(sentence[: match.start()]) or len(_STATED.findall(sentence)) > 1:
                continue
            grade = _STATED_GRADE.search(sentence, match.end())
            if grade is None and not re.match(r"绩效|综合|总", match.group()):
                continue  # of one indicator
            key = (piece.evaluation.number, match[1] + (grade[1] if grade else ""))
            if key in seen:
                continue
            seen.add(key)
            score = piece.said(match[1])
            found.append(EvaluationStatement(piece.evaluation.shown, piece.evaluation.number, score, grade[1] if grade else ""))
    return found


def _sentences(text: str) -> Sequence[str]:
    return re.split(r"[。;；]", text)
