"""The performance section: counts, funds covered, grades, and the review (绩效自评综述) of every project.

What belongs here: which statements such a section makes, and whose they are.  What may not: wordings (``performance.toml`` and
``project_counts.toml`` of the lexicon), the annex's forms (``pipeline.recognition.annexes``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from pipeline.lexicon import Entry, lexicon
from pipeline.model.numbers import may_be_a_number
from pipeline.narrative.clauses import understood
from pipeline.narrative.free_text import mentions, sentence_at, span_at
from pipeline.narrative.phrases import Found, first, found
from pipeline.narrative.spoken import Remark, Said, Spoken, Unread
from pipeline.narrative.text import Paragraph, marks
from pipeline.narrative.tokens import Token, digits_of, free_tokens, template_tokens
from pipeline.narrative.words import Vocabulary, plain_text

_HAN = "两二三四五六七八九十"


class ProjectReader:
    """Reads the paragraphs of the performance section in order."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.project = ""
        self.section = ""
        self.reviewing = False
        self.names: list[str] = []
        self.known: set[str] = set()

    def read(self, paragraph: Paragraph) -> Iterator[Said]:
        """Everything that the paragraph states, in printed order, and the numbers that it does not state in known words."""
        text = paragraph.text
        if paragraph.section != self.section:
            self.section, self.project, self.reviewing = paragraph.section, "", False
        review = first(text[:200], "review")
        if review is not None:
            begin, end = review.spans["name"]
            self.project, self.reviewing = text[begin - (text[begin - 1 : begin] == "“") : end], True  # a quote that opens it is its own
            self.known.add(self.project)
            said, free = list(self._review(text, review.end)), self._achieved(text, review.end)
        elif self.reviewing and first(text[:40], "carries_on"):
            said, free = list(self._review(text, 0)), self._achieved(text, 0)
        else:
            said = list(self._general(text))
            free = list(_named(text))  # a number in a project's name states nothing
        yield from sorted([*said, *_rest(text, said, free)], key=lambda s: s.offset)

    # -- the review of one project ----------------------------------------------------------------

    def _achieved(self, text: str, start: int) -> list[tuple[int, int]]:
        """The free text of a review: from what was achieved to its end."""
        achieved = first(text[start:], "achieved")
        problems = first(text[start:], "problems")
        begins = [start + f.end for f in (achieved, problems) if f is not None]
        return [(min(begins), len(text))] if begins else []

    def _review(self, text: str, start: int) -> Iterator[Said]:
        achieved = first(text[start:], "achieved")
        end = start + achieved.start if achieved else len(text)
        for token in template_tokens(text[:end]):
            if token.start < start or token.kind == "bare":
                continue
            piece = re.split(r"[，。；：]", text[max(start, token.start - 120) : token.start])[-1]
            if token.kind == "score":
                if first(piece, "score_word"):
                    yield self._spoken(token, "score", "review", self.project, text)
                continue
            clause = understood(self.words, piece, "performance", token.kind)
            if not clause.problem and clause.measure in ("executed", "initial_budget", "budget", "completion_pct"):
                yield self._spoken(token, clause.measure, "review", self.project, text, clause.basis)
        if achieved:
            stop = first(text[start + achieved.end :], "problems")
            begin = start + achieved.end
            yield from self.achievements(text, begin, begin + stop.start if stop else len(text))

    def achievements(self, text: str, start: int, end: int) -> Iterator[Spoken]:
        """The quantities of free text between two offsets, as counts, rates and amounts of the current project."""
        after = start
        for token in free_tokens(text[:end]):
            if token.start < start or token.kind == "score":
                continue
            words = re.split(r"[，。；：、]", text[after : token.start])[-1]
            following = re.split(r"[\d，。；：、（]", text[token.end : token.end + 60])[0]
            measure = {"percent": "indicator_pct", "amount": "amount"}.get(token.kind, "count")
            yield self._spoken(token, measure, "achievement", f"{self.project}/{_achievement(words, following)}", text)
            after = token.end

    # -- everything else ----------------------------------------------------------------------------

    def _general(self, text: str) -> Iterator[Said]:
        for first_at, last_at in _named(text):
            self.names = [marks("lead").sub("", n).strip("，；：（）“”") for n in _enumerated(text[first_at:last_at])]
            self.known.update(self.names)
        if lead := marks("lead_project").match(text):
            self.project = lead["name"]
        elif evaluated := first(text, "evaluated"):
            self.project = "" if first(evaluated["name"], "several") else evaluated["name"]
        for match in found(text, "scores"):
            yield from self._scores(match, text)
        yield from self._grades(text)
        covered = (*found(text, "covered"), *found(text, "covered_fund"))
        yield from (self._covered(match, text) for match in covered if may_be_a_number(digits_of(match["number"])))
        yield from self._shares(text)
        yield from self._counts(text)
        for kind in ("not_done", "below_expectation", "all_shown"):
            yield from (Remark("", kind, kind, text[m.start : m.end], "", text[:400], m.start) for m in found(text, kind))

    def _grades(self, text: str) -> Iterator[Spoken]:
        for match in found(text, "grade"):
            if first(text[max(match.start - 12, 0) : match.start], "counted_grade"):
                continue
            everyone = marks("everyone").search(text[match.start : match.end]) or not self.project
            subject = _of_the_whole(text, match.start) or ("全部项目" if everyone else self.project)
            at = match.spans["grade"][0]
            yield Spoken(subject, "grade", "grade", match["grade"], None, "", 0, "", sentence_at(text, at), at)

    def _shares(self, text: str) -> Iterator[Spoken]:
        for token in template_tokens(text):
            piece = re.split(r"[，。；：]", text[max(token.start - 80, 0) : token.start])[-1]
            if token.kind == "percent" and marks("share").match(piece) and len(piece) < 40:
                whole = marks("around_share").sub("", piece)
                yield self._spoken(token, "share_pct", "funds_covered", "绩效自评涉及预算资金", text, whole)

    def _counts(self, text: str) -> Iterator[Spoken]:
        for token in free_tokens(text):
            if token.kind != "count" or token.unit not in ("个", "项"):
                continue
            words = re.split(r"[，。；：]", text[max(token.start - 80, 0) : token.start])[-1]
            following = text[token.end : token.end + 40]
            if marks("example_project").match(following) or (token.printed in _HAN and not following.startswith("项目")):
                continue
            entry = _count_of(words, following)
            if entry is not None:
                yield self._spoken(token, "count", entry.concept, entry.zh, text)

    def _scores(self, match: Found, text: str) -> Iterator[Spoken]:
        begin, _ = match.spans["list"]
        printed = list(re.finditer(r"\d+(?:\.\d+)?", match["list"]))
        own = _of_the_whole(text, begin) or self.project or "项目"
        names = self.names if len(self.names) == len(printed) else [own] * len(printed)
        average = bool(first(text[max(match.start - 4, 0) : match.start], "average"))
        for name, number in zip(names, printed, strict=True):
            subject, quantity = ("全部项目平均得分", "average_score") if average else (name, "evaluation")
            token = Token(begin + number.start(), begin + number.end(), number.group(), Decimal(number.group()), "分", "score")
            yield self._spoken(token, "score", quantity, subject, text)

    def _covered(self, match: Found, text: str) -> Spoken:
        sentence = text[max(match.start - 400, 0) : match.start].rpartition("。")[2].rpartition("；")[2]
        quantity, subject = "funds_covered", "绩效自评涉及预算资金"
        if first(sentence, "evaluation_funds") and "自评" not in sentence:
            quantity, subject = "funds_evaluated", "部门评价涉及预算资金"
        if first(sentence, "goal_funds"):
            quantity, subject = "funds_with_goals", "编报绩效目标涉及预算资金"
        elif first(sentence, "tracked_funds"):
            quantity, subject = "funds_tracked", "绩效跟踪涉及预算资金"
        if "fund" in match.spans:  # of one fund only: no rule takes it for the whole
            quantity, subject = "", f"{subject}：{match['fund']}支出"
        number = digits_of(match["number"])
        token = Token(match.spans["number"][0], match.end, number, Decimal(number), match["unit"], "amount")
        return self._spoken(token, "amount", quantity, subject, text)

    def _spoken(self, token: Token, measure: str, quantity: str, subject: str, text: str, against: str = "") -> Spoken:
        sentence = sentence_at(text, token.start)
        return Spoken(
            subject,
            quantity,
            measure,
            token.printed,
            token.value,
            token.unit,
            token.decimals,
            against,
            sentence,
            token.start,
            None,
            token.about,
        )


def _rest(text: str, said: Iterable[Said], free: list[tuple[int, int]]) -> Iterator[Said]:
    """The numbers that nothing else states: mentions in free text, else unread."""
    stated = {s.offset for s in said if not isinstance(s, Remark)}
    for mention in mentions(text, free):
        if mention.offset not in stated:
            yield mention
    for token in template_tokens(text):
        if token.start not in stated and span_at(free, token.start) is None:
            yield Unread(token.start, f"not understood: {text[max(token.start - 20, 0) : token.end]}", sentence_at(text, token.start))


def _of_the_whole(text: str, at: int) -> str:
    """The department as a whole, where the sentence up to ``at`` speaks of its whole expenditure; else ``""``."""
    return "部门整体支出" if first(text[max(at - 60, 0) : at].rpartition("。")[2], "whole") else ""


def _named(text: str) -> Iterator[tuple[int, int]]:
    """Where projects are enumerated before their number (甲、乙等8个项目): offsets of the names."""
    after = 0
    for counted in found(text, "names"):
        begin = max(after, counted.start - 800)
        begin += max(text.rfind(mark, begin, counted.start) - begin + 1 for mark in "。；：，")
        if "、" in text[begin : counted.start]:
            yield begin, counted.start
        after = counted.end


def _count_of(words: str, following: str) -> Entry | None:
    """What a number of projects is, by the words around it."""
    behind = re.split(rf"\d|[{_HAN}]个", following)[0]  # another number's words are not this one's
    around = plain_text(re.sub(r"\d+[个项]?", "", words))[0] + "#" + plain_text(behind)[0]
    return next((e for e in lexicon().entries("project_counts") if e.matches(around)), None)


def _achievement(words: str, following: str) -> str:
    """A name for a quantity of free text: the words before it, or those behind it where the sentence puts the number first."""
    before = marks("action").sub("", words).strip("，；：（）“”、")
    if len(before) < 3 or marks("no_name_end").search(before):
        return re.sub(r"^以上|(?:和|及|等)$", "", following.strip("，；：（）“”、")) or before
    return before


def _enumerated(names: str) -> list[str]:
    """``1、甲、乙`` as its names; an item number in front is none."""
    return re.sub(r"^\d{1,2}、", "", names).split("、")
