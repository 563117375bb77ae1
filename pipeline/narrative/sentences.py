"""The template's sections, sentence by sentence: amounts, changes, shares, budgets, rates and counts of a subject.

What belongs here: the reader that carries the subject from one number to the next.  What may not: wordings
(``wording``), names (``subjects``), the lists of economic items (``item_lists``), the performance section (``projects``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.narrative import wording
from pipeline.narrative.item_lists import ItemList, named_items
from pipeline.narrative.spoken import Remark, Spoken
from pipeline.narrative.subjects import clean, quantity_of
from pipeline.narrative.text import Paragraph
from pipeline.narrative.tokens import Token, template_tokens

#: Parts in which counts are stated (elsewhere a count belongs to a reason).
_COUNTED = frozenset({"three_public", "assets", "procurement", "other"})
_WITH_ITEMS = frozenset({"general_budget", "fund", "state_capital"})
_WITHOUT = frozenset({"fund", "state_capital", "three_public", "operating_costs"})
#: Names of counts that the sentence only hints at.
_COUNT_NAMES = {
    "abroad_groups": "因公出国（境）团组",
    "abroad_persons": "因公出国（境）人次",
    "vehicles_bought": "购置公务用车",
    "vehicles_kept": "公务用车保有量",
}
#: A sentence that only names what the next ones are about: 1.因公出国（境）费用。
_NAME_ALONE = re.compile(r"^[^，；：\d]*(?:\d{1,2}[、.])?[^，；：\d]{2,25}。$")
#: A sub-section that is a class: （一）一般公共服务支出（类）.
_CLASS_HEADING = re.compile(r"(?:^|[）、])(?P<klass>[^（）、]{2,30})（类）[^（）]*$")
#: A breakdown in brackets, behind which the sentence returns to its subject.
_BREAKDOWN = re.compile(r"（其中[^）（]{0,200}(?:（[^）（]{0,40}）[^）（]{0,100}){0,5}）")
_SENTENCE = re.compile(r"[^。]+。?")
_LONGEST = 400


class SentenceReader:
    """Reads the paragraphs of one part in order; the subject lasts until another is named."""

    def __init__(self) -> None:
        self.part = ""
        self.topic = ""
        self.comparison = ""
        self.budgeted = False  # whether the topic's budget has been stated
        self.klass = self.section = ""
        self.reception = "国内接待"
        self.amounts: list[str] = []  # subjects of the amounts of this sentence

    def read(self, paragraph: Paragraph) -> Iterator[Spoken | Remark]:
        """Everything that the paragraph states, in printed order."""
        if paragraph.part != self.part:
            self.__init__()  # type: ignore[misc]
            self.part = paragraph.part
        if self.part in _WITH_ITEMS and (named := _CLASS_HEADING.search(paragraph.section)):
            self.klass = f"{named['klass']}（类）"
        for match in _SENTENCE.finditer(paragraph.text):
            yield from self._sentence(match.group(), match.start())

    def _sentence(self, text: str, base: int) -> Iterator[Spoken | Remark]:
        self.amounts = []
        self.comparison = ""
        if _NAME_ALONE.match(text) and quantity_of(self.part, clean(text)):
            self._name(clean(text))
        lists = named_items(text) if self.part == "basic" else []
        silent = [item.span for item in lists] + self._reasons(text)
        found: list[tuple[int, str, object]] = [(t.start, "token", t) for t in template_tokens(text)]
        if self.part in _WITH_ITEMS:
            found += [(m.end("item"), "item", m) for m in wording.ITEM.finditer(text)]
        found += [(m.start(), "no_budget", m) for m in wording.NO_BUDGET.finditer(text)]
        found += [(m.start("word"), "flat", m) for m in wording.FLAT.finditer(text)]
        found += [(m.start("word"), "direction", m) for m in wording.DIRECTION.finditer(text)]
        if self.part in _WITHOUT:
            found += [(m.start(), "none", m) for m in wording.NONE.finditer(text)]
        found += [(item.span[0], "list", item) for item in lists]
        after = 0
        brackets = [m.span() for m in _BREAKDOWN.finditer(text)]
        outside: tuple[int, str, bool] | None = None  # end of the bracket, and the topic to return to
        for at, kind, what in sorted(found, key=lambda f: (f[0], f[1])):
            if outside is not None and at >= outside[0]:
                self.topic, self.budgeted, outside = outside[1], outside[2], None
            if outside is None and (span := next((b for b in brackets if b[0] <= at < b[1]), None)):
                outside = (span[1], self.topic, self.budgeted)
            if kind != "list" and any(a <= at < b for a, b in silent):
                continue
            if isinstance(what, ItemList):
                yield from self._list(what, text, base)
            elif isinstance(what, Token):
                yield from self._token(what, text, after, base)
                after = what.end
            elif isinstance(what, re.Match):
                if kind == "item":
                    self._item(what)
                    after = what.end()
                elif kind == "no_budget":
                    yield from self._no_budget(what, text, base)
                elif kind == "flat":
                    yield from self._flat(what, text, after, base)
                elif kind == "direction":
                    yield self._remark(
                        "direction", what["word"], what["base"] or "", text, base + at, self._before(text[after:at])
                    )
                elif not wording.NO_COMPARISON.search(what.group()):
                    yield self._remark("none", what.group(), "", text, base + at, clean(what["what"]))
        if outside is not None:
            self.topic, self.budgeted = outside[1], outside[2]

    # -- subjects ------------------------------------------------------------------------------

    def _before(self, left: str) -> str:
        """The subject that the words before a number or a sign word name, ``""`` for none."""
        words = _clause(left)
        subject = clean(words)
        if subject in ("支出", "收入") and self.part in ("fund", "state_capital") and "（项）" not in self.topic:
            return f"本年{subject}"
        if re.fullmatch(r"(?:支出|收入)?决算(?:数|书|支出)?|实际支出|支出", subject) and self.part not in ("totals",):
            return ""
        subject = re.sub(r"(?<=费)支出$", "", re.sub(r"(?<=.)决算(?:数|书)?$", "", subject))
        if "、" in subject and not quantity_of(self.part, subject):
            subject = subject.rpartition("、")[2]
        return subject

    def _name(self, subject: str) -> str:
        """``subject`` made the topic, or the topic where no subject is named."""
        if subject and subject != self.topic:
            self.topic, self.budgeted = subject, False
        return self.topic

    def _item(self, match: re.Match[str]) -> None:
        klass, section = match["klass"], match["section"]
        if klass:
            self.klass, self.section = wording.NUMBERED.sub("", klass) + "（类）", ""
        if section:
            self.section = wording.NUMBERED.sub("", section) + "（款）"
        item = wording.NUMBERED.sub("", match["item"])
        self._name(f"{self.klass}{self.section}{item}（项）")
        self.budgeted = False

    def _reasons(self, text: str) -> list[tuple[int, int]]:
        """Stretches that give reasons: their numbers are not statements of the section's subjects."""
        spans = []
        for match in wording.REASON.finditer(text):
            end = len(text)
            for stop in re.finditer("[；，]", text[match.end() :]):
                clause = text[match.end() + stop.end() :]
                head = re.split(r"[\d，。；]", clause)[0]
                new = quantity_of(self.part, clean(head)) or re.match(r"[^，；]*(?:年初预算|决算)", clause)
                if (stop.group() == "；" and new) or wording.COMPARED_AGAIN.match(clause):
                    end = match.end() + stop.start()
                    break
            spans.append((match.end(), end))
        return spans

    # -- statements ----------------------------------------------------------------------------

    def _spoken(self, token: Token, measure: str, subject: str, text: str, base: int, sign: int = 1, against: str = "") -> Spoken:
        value = token.printed.lstrip("-") if sign < 0 else token.printed
        number = -abs(token.value) if sign < 0 else token.value
        if sign < 0 and number != 0:
            value = f"-{value}"
        return Spoken(
            subject,
            quantity_of(self.part, subject),
            measure,
            value,
            number,
            token.unit,
            token.decimals,
            against,
            text[:_LONGEST],
            base + token.start,
        )

    def _remark(self, kind: str, words: str, against: str, text: str, offset: int, subject: str) -> Remark:
        name = subject or self.topic
        return Remark(name, quantity_of(self.part, name), kind, words, against, text[:_LONGEST], offset)

    def _token(self, token: Token, text: str, after: int, base: int) -> Iterator[Spoken]:
        left = text[after : token.start]
        if compared := _comparison(left):
            self.comparison = compared
        if token.kind == "amount":
            yield self._amount(token, left, text, base)
        elif token.kind == "percent":
            yield from self._percent(token, left, text, base)
        elif token.kind == "count" and self.part in _COUNTED:
            yield self._count(token, left, text, base)

    def _amount(self, token: Token, left: str, text: str, base: int) -> Spoken:
        words = _clause(left)
        if change := wording.CHANGE.search(words):
            subject = self._name(self._before(words[: change.start()]))
            return self._spoken(
                token, "change", subject, text, base, wording.CHANGE_WORDS[change["word"]], self.comparison or "last_year"
            )
        if budget := wording.BUDGET.search(words):
            subject = self._name(self._before(words[: budget.start()]))
            self.budgeted = True
            return self._spoken(token, budget_kind(budget["what"] or ""), subject, text, base)
        subject = self._name(self._before(words))
        self.amounts.append(subject)
        return self._spoken(token, "amount", subject, text, base)

    def _percent(self, token: Token, left: str, text: str, base: int) -> Iterator[Spoken]:
        words = _clause(left)
        if done := wording.COMPLETION.search(words):
            yield self._spoken(token, "completion_pct", self.topic, text, base, against=budget_kind(done["what"] or ""))
        elif share := wording.SHARE.search(words):
            before = self._before(words[: share.start()])
            subject = self._name(before) if before else self.topic
            if share["several"]:
                several = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5}[share["several"][0]]
                subject = "、".join(self.amounts[-several:])
            yield self._spoken(token, "share_pct", subject, text, base, against=share["whole"])
        elif change := wording.CHANGE.search(words):
            before = self._before(words[: change.start()])
            subject = self._name(before) if before else self.topic
            yield self._spoken(
                token, "change_pct", subject, text, base, wording.CHANGE_WORDS[change["word"]], self.comparison or "last_year"
            )

    def _count(self, token: Token, left: str, text: str, base: int) -> Spoken:
        words = _clause(left)
        subject = self._before(words)
        if self.part == "three_public":
            subject = self._travel_or_reception(token, words, subject)
        if not subject:
            subject = re.split(r"[\d，。；：、（）]", text[token.end :])[0]
        if self.part == "assets":
            self._name(subject)
        quantity = quantity_of(self.part, subject)
        return self._spoken(token, "count", _COUNT_NAMES.get(quantity, subject), text, base)

    def _travel_or_reception(self, token: Token, words: str, subject: str) -> str:
        if "团组" in words and re.search(r"接待|来访", words):
            self.reception = "国内接待"
            return "国内接待批次"
        if "团组" in words:
            self.reception = "因公出国（境）"
            return _COUNT_NAMES["abroad_groups"]
        if token.unit in ("批次", "批", "次"):
            abroad = "国（境）外" in self.topic + words or "境外" in words
            self.reception = "外事接待" if "外事" in words else "国（境）外接待" if abroad else "国内接待"
            return f"{self.reception}批次"
        if token.unit in ("人次", "人") and not re.search(r"会议|培训", words):
            if re.search(r"出国|出访", words):
                self.reception = "因公出国（境）"
            return f"{self.reception}人次"
        return subject

    def _no_budget(self, match: re.Match[str], text: str, base: int) -> Iterator[Spoken]:
        if match["what"]:
            self._name(match["what"])
        elif self.budgeted:
            return
        self.budgeted = True
        key = quantity_of(self.part, self.topic)
        yield Spoken(self.topic, key, "initial_budget", "无", None, "万元", 0, "", text[:_LONGEST], base + match.start())

    def _flat(self, match: re.Match[str], text: str, after: int, base: int) -> Iterator[Spoken | Remark]:
        against, word, at = match["base"] or "", match["word"], match.start("word")
        left = text[min(after, match.start()) : match.start() if match["base"] is not None else at]
        subject = self._before(left)
        if "预算" in against:
            yield self._remark("direction", word, against, text, base + at, subject)
        elif re.search(r"\d{4}年|上年|去年|上一年", against) or (not against and _comparison(text[:at]) == "last_year"):
            name = self._name(subject)
            key = quantity_of(self.part, name)
            if name:
                yield Spoken(name, key, "change", word, Decimal(0), "万元", 2, "last_year", text[:_LONGEST], base + at)

    def _list(self, items: ItemList, text: str, base: int) -> Iterator[Spoken | Remark]:
        for entry in items.entries:
            if entry.token is not None:
                yield self._spoken(entry.token, "amount", entry.name, text, base)
        names = "、".join(entry.name for entry in items.entries)
        if names:
            yield self._remark("named", names, "open" if items.open_ended else "", text, base + items.span[0], "")


def _clause(left: str) -> str:
    """The last clause of the words before a number; a colon just before it parts nothing (收入总计：100万元)."""
    return re.split(r"[，。；：]", left.rstrip("："))[-1]


def budget_kind(words: str) -> str:
    """Which budget ``words`` name: ``initial_budget``, ``budget`` (the year's adjusted one, or one that is not specified)."""
    return next((kind for pattern, kind in wording.BUDGET_KINDS if pattern.search(words)), "budget")


def _comparison(text: str) -> str:
    """What the last comparison in ``text`` is with: ``last_year``, a kind of budget, or ``""``."""
    found = [(m.start(), "last_year") for m in wording.LAST_YEAR.finditer(text)]
    found += [(m.start(), budget_kind(m["what"])) for m in wording.AGAINST_BUDGET.finditer(text)]
    return max(found)[1] if found else ""
