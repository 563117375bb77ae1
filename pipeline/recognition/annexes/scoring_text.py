"""Scores in the sentences of evaluation reports: breakdowns, rates, and the result that the report states.

What belongs here: patterns over sentences (``（一）项目决策20分，具体得分情况如下：项目目标（7分）…``, ``满分 14 分，得分 11 分，得分率
78.57%``, ``绩效评价得分为 92.89 分，评价等级为“优”``).  What may not: tables, and the narrative before the annexes (``pipeline.narrative``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.lexicon import Wordings, any_of
from pipeline.lexicon.annexes import levels as levels_of
from pipeline.model.numbers import half_width
from pipeline.reading.document import Document
from pipeline.recognition.annexes.evaluations import Evaluation, with_evaluations
from pipeline.recognition.annexes.grid import TextLine
from pipeline.recognition.annexes.model import EvaluationStatement, Printed, ScoringRow, ScoringTable, tidy


def _said(concept: str) -> Wordings:
    return any_of("scoring_sentences", concept)


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
    _indicator: str = ""  # the indicator that the last line was of
    _patience: int = 0

    def take(self, piece: _Text) -> None:
        found = _said("heading").match(piece.text)
        if found is not None and len(piece.text) < 30:
            self._heading, self._indicator = found[1], ""
        elif (named := _said("indicator").match(piece.text)) is not None:
            self._indicator = tidy(next(filter(None, named.groups())))
        for stated in _said("total").finditer(piece.text):
            self.totals.setdefault(piece.evaluation.number, piece.said(stated[1]))
        self._breakdown(piece)
        for rated in _said("rated").finditer(piece.text):
            subject = _subject(rated[1].strip("()（）:：、 "), "" if self._indicator else self._heading)
            rate = piece.said(rated[4]) if rated[4] else None
            levels = (subject, "", "") if subject else ("", "", self._indicator)
            self._rows(piece, "sentences").append(ScoringRow("item", levels, piece.said(rated[2]), piece.said(rated[3]), rate))
        for scored in _said("level_scored").finditer(piece.text):
            if 1 in levels_of(scored[1]):
                self._rows(piece, "sentences").append(ScoringRow("item", (scored[1], "", ""), None, piece.said(scored[2]), None))
        for given in _said("concluded").finditer(piece.text) if self._indicator else ():
            taken, score, rate = (piece.said(digits) if digits else None for digits in given.groups())
            if score is not None:
                extra = (("deduction", taken),) if taken is not None else ()
                self._rows(piece, "sentences").append(ScoringRow("item", ("", "", self._indicator), None, score, rate, extra=extra))

    def _rows(self, piece: _Text, kind: str) -> list[ScoringRow]:
        return self.tables.setdefault((piece.evaluation.number, kind), (piece.evaluation, []))[1]

    def _breakdown(self, piece: _Text) -> None:
        rest, match = piece.text, _said("group").search(piece.text)
        if match is not None:
            self._group, self._patience = match[1], _PATIENCE
            self._rows(piece, "breakdown").append(ScoringRow("subtotal", (match[1], "", ""), None, piece.said(match[2]), None))
            rest = piece.text[match.end() :]
        if not self._patience or (piece.evaluation.number, "breakdown") not in self.tables:
            return
        parts = [m.groups() for m in _said("part").finditer(rest)]
        if parts and not _said("part").sub("", rest).strip(" ,，、;；。"):
            self._rows(piece, "breakdown").extend(ScoringRow("item", (self._group, name, ""), None, piece.said(score), None) for name, score in parts)
        elif match is None:
            self._patience -= 1


def _subject(subject: str, heading: str) -> str:
    """Whose score a sentence gives; ``该项指标`` points back to the heading, or to the indicator below it."""
    bare = re.sub(r"^(该项?|此项|本项)?(指标)?(共)?", "", subject)
    bare = re.sub(r"^(项目)(?=\S{2})|(指标)$", "", bare)
    return bare or heading


def read_stated_scores(document: Document) -> list[EvaluationStatement]:
    """The results that evaluation reports state for their project, with the grade where the sentence has it."""
    found: list[EvaluationStatement] = []
    seen: set[tuple[int, str]] = set()
    for piece in _lines(document):
        for sentence in _sentences(piece.text):
            match = _said("stated").search(sentence)
            if match is None or _said("of_one_indicator").search(sentence[: match.start()]) or len(list(_said("stated").finditer(sentence))) > 1:
                continue
            grade = _said("grade").search(sentence, match.end())
            if grade is None and not _said("of_the_project").match(match.group()):
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
