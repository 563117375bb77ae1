"""The performance section: counts, funds covered, grades, and the review (绩效自评综述) of every project.

What belongs here: wordings of performance management.  What may not: the annex's forms (``pipeline.recognition.annexes``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.narrative import wording
from pipeline.narrative.sentences import budget_kind
from pipeline.narrative.spoken import Remark, Spoken
from pipeline.narrative.subjects import clean
from pipeline.narrative.text import Paragraph
from pipeline.narrative.tokens import Token, free_tokens, template_tokens

_REVIEW = re.compile(
    r"^(?:（?\d{1,2}[、.）]{1,2}|[①-⑳]|（[一二三四五六七八九十]{1,3}）)?(?P<name>[^。；]{2,80}?)(?:的)?(?:绩效)?自评综述[：:，]?"
)
_CARRIES_ON = re.compile(r"^(?:全年|年初|调整)预算|^执行数|^(?:项目)?(?:自评)?得分|^(?:项目)?(?:绩效)?目标完成情况")
_EVALUATED = re.compile(r"对(?:我(?:部门|单位|局|委|厅))?(?P<name>[^，。；]{4,60}?)项目开展了?[^，。；]{0,8}评价")
_ACHIEVED = re.compile(r"(?:绩效目标|目标|绩效)?完成情况[：:]|主要产出和效果[：:]")
_PROBLEMS = re.compile(r"(?:发现的?|存在的?)(?:主要)?问题|下一步(?:改进)?|改进措施")
_GRADES = "优秀|良好|优|良|中|差|合格|不合格"
_GRADE = re.compile(
    rf"(?:等级|级别|结果|评级|结论)(?:均|全部|都|综合)?(?:评定)?(?:为|是|：)[“\"‘]?(?P<grade>{_GRADES})(?![”\"’]?的(?:项目|\d))"
)
_COUNTED_GRADE = re.compile(r"个项目(?:的?(?:绩效)?自评|评价)?$")
_SCORES = re.compile(r"(?:得分|评分|分值|分数)(?:分别)?(?:为|是|：)?(?P<list>\d+(?:\.\d+)?分?(?:[、，和]\d+(?:\.\d+)?分?)*)")
_NAMES = re.compile(r"(?P<names>[^。；：，]*、[^。；：，]*?)[两二三四五六七八九十\d]+个项目")
_COVERED = re.compile(
    r"涉及(?:财政)?(?:预算)?(?:资金|金额)(?:共计|总额|共|为)?(?P<number>[\d,]{1,21}(?:\.\d+)?)(?P<unit>亿元|万元|元)"
)
_NOT_DONE = re.compile(r"未(?:组织)?开展(?P<what>[^，。；]*绩效(?:管理|自评|评价)[^，。；]*)")
_BELOW = re.compile(r"部分项目[^，。；、]*?(?:产出|绩效)指标[^，。；、]*?(?:低于|未达到?)(?:预期|目标)")

#: What a counted number of projects is, by the words around it (left, right, subject, quantity).
_COUNTS: tuple[tuple[str, str, str, str], ...] = (
    (r"", r"^(?:项目)?(?:绩效)?(?:自评)?(?:等级|评级|级别)(?:均)?为[“\"]?优", "自评等级为优的项目", "graded_excellent"),
    (r"(?:等级|评级)为[“\"]?优[”\"]?的项目$", r"", "自评等级为优的项目", "graded_excellent"),
    (r"(?:等级|评级)为[“\"]?良[”\"]?的项目$", r"", "自评等级为良的项目", "graded_good"),
    (r"(?:等级|评级)为[“\"]?(?:中|合格)[”\"]?的项目$", r"", "自评等级为中的项目", "graded_fair"),
    (r"(?:等级|评级)为[“\"]?(?:差|不合格)[”\"]?的项目$", r"", "自评等级为差的项目", "graded_poor"),
    (r"", r"^项目(?:等级|评级|自评等级)(?:均)?为[“\"]?良", "自评等级为良的项目", "graded_good"),
    (r"等$", r"^项目的?(?:支出)?绩效自评", "反映绩效自评表的项目", "projects_shown"),
    (r"", r"^项目.{0,12}(?:部门|重点|财政)(?:重点)?(?:绩效)?评价", "部门评价项目", "projects_evaluated"),
    (r"", r"^项目开展了?[^，。；]{0,6}事前(?:绩效)?评估", "事前绩效评估项目", "projects_appraised"),
    (r"", r"^项目(?:编制|编报|设定|填报)了?[^，。；]{0,6}绩效目标", "编报绩效目标的项目", "projects_with_goals"),
    (r"", r"^项目(?:开展|实施|进行)了?[^，。；]{0,6}(?:监控|跟踪)", "绩效跟踪项目", "projects_tracked"),
    (r"", r"^项目(?:开展|实施|进行)了?[^，。；]{0,6}自评", "绩效自评项目", "projects_reviewed"),
    (r"评价对象", r"^项目", "评价对象项目", "projects_evaluated"),
    (r"(?:涵盖|涉及|共有?|自评)(?:的)?(?:项目)?$", r"", "绩效自评项目", "projects_reviewed"),
    (r"自评的?(?:\d{4}年(?:度|的)*)?(?:项目)?$", r"", "绩效自评项目", "projects_reviewed"),
    (r"绩效目标的?.{0,8}项目$", r"", "编报绩效目标的项目", "projects_with_goals"),
    (r"跟踪.{0,12}项目$", r"", "绩效跟踪项目", "projects_tracked"),
)
_NAME_WORDS = ("的", "了", "有", "等", "对", "到", "达", "为", "在", "过", "于", "余", "共", "超", "和", "及")


class ProjectReader:
    """Reads the paragraphs of the performance section in order."""

    def __init__(self) -> None:
        self.project = ""
        self.section = ""
        self.reviewing = False
        self.names: list[str] = []
        self.known: set[str] = set()

    def read(self, paragraph: Paragraph) -> Iterator[Spoken | Remark]:
        """Everything that the paragraph states, in printed order."""
        text = paragraph.text
        if paragraph.section != self.section:
            self.section, self.project, self.reviewing = paragraph.section, "", False
        review = _REVIEW.match(text)
        if review:
            self.project, self.reviewing = review["name"], True
            self.known.add(self.project)
            yield from self._review(text, review.end())
        elif self.reviewing and _CARRIES_ON.match(text):
            yield from self._review(text, 0)
        else:
            yield from self._general(text)

    # -- the review of one project ----------------------------------------------------------------

    def _review(self, text: str, start: int) -> Iterator[Spoken]:
        achieved = _ACHIEVED.search(text, start)
        end = achieved.start() if achieved else len(text)
        for token in template_tokens(text):
            if not start <= token.start < end:
                continue
            left = text[start : token.start]
            words = re.split(r"[，。；：]", left)[-1]
            if token.kind == "score":
                yield self._spoken(token, "score", "review", self.project, text)
            elif token.kind == "percent" and (done := wording.COMPLETION.search(words)):
                yield self._spoken(token, "completion_pct", "review", self.project, text, budget_kind(done["what"] or ""))
            elif token.kind == "amount" and wording.EXECUTED.search(words):
                yield self._spoken(token, "executed", "review", self.project, text)
            elif token.kind == "amount" and (budget := wording.BUDGET.search(words)):
                kind = "initial_budget" if "年初" in (budget["what"] or "") else "budget"
                yield self._spoken(token, kind, "review", self.project, text)
        if achieved:
            stop = _PROBLEMS.search(text, achieved.end())
            yield from self.achievements(text, achieved.end(), stop.start() if stop else len(text))

    def achievements(self, text: str, start: int, end: int) -> Iterator[Spoken]:
        """The quantities of free text between two offsets, as counts, rates and amounts of the current project."""
        after = start
        for token in free_tokens(text):
            if not start <= token.start < end or token.kind == "score":
                continue
            words = re.split(r"[，。；：、]", text[after : token.start])[-1]
            following = re.split(r"[\d，。；：、（]", text[token.end :])[0]
            measure = {"percent": "indicator_pct", "amount": "amount"}.get(token.kind, "count")
            yield self._spoken(token, measure, "achievement", f"{self.project}/{_achievement(words, following)}", text)
            after = token.end

    # -- everything else ----------------------------------------------------------------------------

    def _general(self, text: str) -> Iterator[Spoken | Remark]:
        found: list[tuple[int, Spoken | Remark]] = []
        scored = list(_SCORES.finditer(text))
        for named in _NAMES.finditer(text):
            self.names = [clean(re.sub(r"^\d{1,2}、|^.{0,12}(?:结果|以|对)(?=.{6})", "", n)) for n in _enumerated(named["names"])]
            self.known.update(self.names)
        if lead := re.match(r"(?P<name>[^，。；]{4,60}?)项目，(?=[^。]*得分)", text) or _EVALUATED.search(text):
            self.project = clean(lead["name"])
        for match in scored:
            found += [(match.start(), s) for s in self._scores(match, text)]
        for match in _GRADE.finditer(text):
            if _COUNTED_GRADE.search(text[: match.start()]):
                continue
            subject = "全部项目" if re.search(r"全部|均|都", match.group()) or not self.project else self.project
            found.append((match.start(), self._words("grade", match["grade"], subject, "grade", text, match.start("grade"))))
        for match in _COVERED.finditer(text):
            found.append((match.start(), self._covered(match, text)))
        for token in template_tokens(text):
            left = text[: token.start]
            words = re.split(r"[，。；：]", left)[-1]
            if token.kind == "percent" and (share := wording.SHARE.search(words)):
                found.append(
                    (token.start, self._spoken(token, "share_pct", "funds_covered", "绩效自评涉及预算资金", text, share["whole"]))
                )
        found += [(s.offset, s) for s in self._counts(text)]
        for kind, pattern in (("not_done", _NOT_DONE), ("below_expectation", _BELOW)):
            found += [(m.start(), Remark("", kind, kind, m.group(), "", text[:400], m.start())) for m in pattern.finditer(text)]
        yield from (what for _, what in sorted(found, key=lambda f: f[0]))

    def _counts(self, text: str) -> Iterator[Spoken]:
        for token in free_tokens(text):
            if token.kind != "count" or token.unit not in ("个", "项"):
                continue
            words = re.split(r"[，。；：]", text[: token.start])[-1]
            following = text[token.end : token.end + 40]
            if following.startswith("项目为例") or (token.printed in "两二三四五六七八九十" and not following.startswith("项目")):
                continue
            for left, right, subject, quantity in _COUNTS:
                if re.search(left, words) and re.match(right or ".?", following):
                    if quantity == "projects_reviewed" and re.search(r"评价", words[-8:]):
                        continue
                    yield self._spoken(token, "count", quantity, subject, text)
                    break
            else:
                if "项目" in words[-12:] + following[:2] or "问题" in words:
                    yield self._spoken(token, "count", "projects", clean(words) or "项目", text)

    def _scores(self, match: re.Match[str], text: str) -> Iterator[Spoken]:
        printed = re.findall(r"\d+(?:\.\d+)?", match["list"])
        names = self.names if len(self.names) == len(printed) else [self.project or "项目"] * len(printed)
        average = "平均" in text[max(match.start() - 4, 0) : match.start()]
        for name, number in zip(names, printed, strict=True):
            subject, quantity = ("全部项目平均得分", "average_score") if average else (name, "evaluation")
            token = Token(match.start("list"), match.end("list"), number, Decimal(number), "分", "score")
            yield self._spoken(token, "score", quantity, subject, text)

    def _covered(self, match: re.Match[str], text: str) -> Spoken:
        sentence = text[: match.start()].rpartition("。")[2].rpartition("；")[2]
        evaluated = re.search(r"评价(?!.*自评)", sentence) and "自评" not in sentence
        goals, tracked = "绩效目标" in sentence, "跟踪" in sentence
        quantity, subject = (
            ("funds_evaluated", "部门评价涉及预算资金") if evaluated else ("funds_covered", "绩效自评涉及预算资金")
        )
        if goals:
            quantity, subject = "funds_with_goals", "编报绩效目标涉及预算资金"
        elif tracked:
            quantity, subject = "funds_tracked", "绩效跟踪涉及预算资金"
        number = match["number"].replace(",", "")
        token = Token(match.start("number"), match.end(), number, Decimal(number), match["unit"], "amount")
        return self._spoken(token, "amount", quantity, subject, text)

    def _spoken(self, token: Token, measure: str, quantity: str, subject: str, text: str, against: str = "") -> Spoken:
        sentence = sentence_at(text, token.start)
        return Spoken(
            subject, quantity, measure, token.printed, token.value, token.unit, token.decimals, against, sentence, token.start
        )

    def _words(self, measure: str, words: str, subject: str, quantity: str, text: str, offset: int) -> Spoken:
        return Spoken(subject, quantity, measure, words, None, "", 0, "", sentence_at(text, offset), offset)


def _achievement(words: str, following: str) -> str:
    """A name for a quantity of free text: the words before it, or those behind it where the sentence puts the number first."""
    before = clean(re.sub(r"(?:达到|实际完成值|提升|提高|超过|完成|实现|不少于|大于|小于|超)+$", "", words))
    if len(before) < 3 or before.endswith(_NAME_WORDS):
        return re.sub(r"^以上|(?:和|及|等)$", "", clean(following)) or before
    return before


def _enumerated(names: str) -> list[str]:
    """``1、甲、乙`` as its names; an item number in front is none."""
    return re.sub(r"^\d{1,2}、", "", names).split("、")


def sentence_at(text: str, offset: int) -> str:
    """The sentence of ``text`` that the offset falls into."""
    start = text.rfind("。", 0, offset) + 1
    end = text.find("。", offset)
    return text[start : end + 1 if end >= 0 else len(text)][:400]
