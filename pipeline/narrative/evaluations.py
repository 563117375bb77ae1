"""The running text of annexed evaluation reports (绩效评价报告): what was budgeted, counted, scored and graded; every other number a mention.

What belongs here: the sections of such a report that describe a project of the narrative or conclude on it.  What may
not: its scoring tables and the reasoning about single indicators (``pipeline.recognition.annexes``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.lexicon import lexicon
from pipeline.lexicon.units import factor
from pipeline.narrative.free_text import mentions, sentence_at
from pipeline.narrative.phrases import first
from pipeline.narrative.projects import ProjectReader
from pipeline.narrative.spoken import Said, Spoken
from pipeline.narrative.text import Paragraph
from pipeline.narrative.tokens import free_tokens, template_tokens
from pipeline.narrative.words import Vocabulary

_COUNTED = re.compile(r"系统|目标|完成")
_GRADED = re.compile(r"等级|级别|评级")


class EvaluationReader(ProjectReader):
    """Reads evaluation reports' paragraphs in order; ``known`` are the projects that the narrative names."""

    def __init__(self, words: Vocabulary, known: set[str], names: list[str]) -> None:
        super().__init__(words)
        self.known, self.names = known, names
        self.report = ""

    def read(self, paragraph: Paragraph) -> Iterator[Said]:
        """What the paragraph states of a known project, the conclusion of the whole, and mentions."""
        text = paragraph.text
        if title := first(text[:120], "evaluation_name"):
            self.report = title["name"]
        self.project = self.report
        said: list[Spoken] = []
        if first(paragraph.section, "evaluation_conducted") and first(text, "evaluation_object"):
            said += [c for c in self._counts(text) if c.quantity == "projects_evaluated"]
        if first(paragraph.section, "evaluation_concluded") and first(text, "final_score"):
            said += self._concluded(text)
        if first(paragraph.section, "evaluation_described") and (named := first(text[:80], "evaluation_project")):
            if self._is_known(named["name"]):
                self.project = named["name"]
                said += self._described(text)
        stated = {s.offset for s in said}
        others = (_meant(m, paragraph.section) for m in mentions(text, [(0, len(text))]) if m.offset not in stated)
        yield from sorted([*said, *others], key=lambda s: s.offset)

    def _concluded(self, text: str) -> list[Spoken]:
        """Final scores with their grade, the unit's own left out: where as many scores as projects are printed all of them, else the first."""
        said = [s for s in self._general(text) if isinstance(s, Spoken) and _GRADED.search(sentence_at(text, s.offset))]
        scores = [s for s in said if s.measure == "score" and not first(_clause(text, s.offset), "self_review")]
        return scores[: len(self.names) or 1] + [s for s in said if s.measure == "grade"][:1]

    def _is_known(self, name: str) -> bool:
        return any(name.removesuffix("项目") == known.removesuffix("项目") for known in self.known)

    def _described(self, text: str) -> Iterator[Spoken]:
        for token in template_tokens(text):
            words = re.split(r"[，。；：]", text[max(token.start - 120, 0) : token.start])[-1]
            if token.kind == "amount" and first(words, "evaluation_budget"):
                yield self._spoken(token, "initial_budget", "evaluation", self.project, text)
        for token in free_tokens(text):
            words = re.split(r"[，。；：]", text[max(token.start - 120, 0) : token.start])[-1]
            if token.kind == "count" and _COUNTED.search(words[-10:]):
                yield self._spoken(token, "count", "achievement", f"{self.project}/{words}", text)


def _clause(text: str, at: int) -> str:
    """The words before a number, back to the comma."""
    return re.split("[，。；：]", text[max(at - 40, 0) : at])[-1]


#: The kinds of numbers whose words the lexicon knows, by their units.
_KINDS = {"%": "percent", "分": "score"}


def _meant(mention: Spoken, section: str) -> Spoken:
    """A mention as what the words before it say that it is: money allotted, received, spent, their rates, the score of the unit's own
    evaluation; a mention where they say nothing of the kind."""
    kind = _KINDS.get(mention.unit) or ("amount" if factor(mention.unit) is not None else "")
    entry = lexicon().find("evaluation_words", mention.subject, kind) if kind else None
    own = kind != "score" or lexicon().find("evaluation_words", section, "section") is not None or first(mention.subject, "self_review")
    if entry is None or mention.about or not own:
        return mention
    return replace(mention, measure=entry.concept, quantity="evaluation_funds" if kind != "score" else "own_evaluation")
