"""The running text of annexed evaluation reports (绩效评价报告): what was budgeted, counted, scored and graded.

What belongs here: the sections of such a report that describe a project of the narrative or conclude on it.  What may
not: its scoring tables and the reasoning about single indicators (``pipeline.recognition.annexes``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.narrative.projects import ProjectReader, sentence_at
from pipeline.narrative.spoken import Remark, Spoken
from pipeline.narrative.text import Paragraph
from pipeline.narrative.tokens import free_tokens, template_tokens

_NUMBERED = r"^[一二三四五六七八九十]+、"
_DESCRIBED = re.compile(_NUMBERED + r"[^（]{0,12}(?:基本情况|概况|结论)")
_CONDUCTED = re.compile(_NUMBERED + r"[^（]{0,12}工作开展")
_CONCLUDED = re.compile(_NUMBERED + r"[^（]{0,12}结论")
_FINAL_SCORE = re.compile(r"评价(?:综合|最终|总)?(?:得分|评分|分值)")
_GRADED = re.compile(r"等级|级别|评级")
_TITLE = re.compile(
    r"^(?:[一二三四五六七八九十]+、)?(?:附件\d*：?)?(?:\d{4}年度?)?(?P<name>[^，。；：]{4,60}?)(?:项目)?(?:支出)?绩效评价(?:情况)?报告$"
)
_OBJECT = re.compile(r"评价对象[^，。；]{0,30}?(?=[两二三四五六七八九十\d]+个项目)")
_PROJECT = re.compile(r"^(?P<name>[^，。；：]{6,60}?)：")
_BUDGET = re.compile(r"(?:总预算|采购预算|预算总额|项目预算)(?:为|是|共)?$")
_COUNTED = re.compile(r"系统|目标|完成")


class EvaluationReader(ProjectReader):
    """Reads evaluation reports' paragraphs in order; ``known`` are the projects that the narrative names."""

    def __init__(self, known: set[str], names: list[str]) -> None:
        super().__init__()
        self.known, self.names = known, names
        self.report = ""

    def read(self, paragraph: Paragraph) -> Iterator[Spoken | Remark]:
        """What the paragraph states of a known project, and the conclusion of the whole."""
        text = paragraph.text
        if title := _TITLE.match(text):
            self.report = title["name"]
        self.project = self.report
        found: list[Spoken] = []
        if _CONDUCTED.match(paragraph.section) and _OBJECT.search(text):
            found += [c for c in self._counts(text) if c.quantity == "projects_evaluated"]
        if _CONCLUDED.match(paragraph.section) and _FINAL_SCORE.search(text):
            found += self._concluded(text)
        if _DESCRIBED.match(paragraph.section) and (named := _PROJECT.match(text)) and self._is_known(named["name"]):
            self.project = named["name"]
            found += self._described(text)
        yield from sorted(found, key=lambda s: s.offset)

    def _concluded(self, text: str) -> list[Spoken]:
        """Final scores with their grade: where as many scores as projects are printed all of them, else the first."""
        said = [s for s in self._general(text) if isinstance(s, Spoken) and _GRADED.search(sentence_at(text, s.offset))]
        scores = [s for s in said if s.measure == "score"]
        return scores[: len(self.names) or 1] + [s for s in said if s.measure == "grade"][:1]

    def _is_known(self, name: str) -> bool:
        return any(name.removesuffix("项目") == known.removesuffix("项目") for known in self.known)

    def _described(self, text: str) -> Iterator[Spoken]:
        for token in template_tokens(text):
            words = re.split(r"[，。；：]", text[: token.start])[-1]
            if token.kind == "amount" and _BUDGET.search(words):
                yield self._spoken(token, "initial_budget", "evaluation", self.project, text)
        for token in free_tokens(text):
            words = re.split(r"[，。；：]", text[: token.start])[-1]
            if token.kind == "count" and _COUNTED.search(words[-10:]):
                yield self._spoken(token, "count", "achievement", f"{self.project}/{words}", text)
