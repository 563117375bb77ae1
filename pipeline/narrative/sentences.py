"""The sections that the template fixes: amounts, changes, shares, budgets, rates and counts of a subject.

What belongs here: the reader that carries the subject from one number to the next, and says of a number whose clause is not understood
that it is unread.  What may not: the grammar of a clause (``clauses``), wordings (``pipeline.lexicon``), the lists of economic items
(``item_lists``), the performance section (``projects``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pipeline.lexicon import concepts, lexicon
from pipeline.narrative.breakdowns import Breakdown
from pipeline.narrative.clauses import BUDGETS, OF_ANOTHER_YEAR, Clause, compared, named_in, understood
from pipeline.narrative.free_text import mentions, span_at
from pipeline.narrative.item_lists import ItemList, named_items
from pipeline.narrative.phrases import Phrase, direction_sign, phrases
from pipeline.narrative.spoken import Remark, Said, Spoken, Unread
from pipeline.narrative.stretches import free_stretches, side_by_side
from pipeline.narrative.text import Paragraph, marks
from pipeline.narrative.tokens import Token, template_tokens
from pipeline.narrative.words import Stretch, Vocabulary

#: The unit of money where none stands behind a number: of nothing, and of what is said in words.
_MONEY = "万元"
#: Parts in which counts are stated (elsewhere a count belongs to a reason).
_COUNTED = frozenset({"three_public", "assets", "procurement", "other", "ordinary_spending"})
_WITH_ITEMS = frozenset({"general_budget", "fund", "state_capital"})
_WITHOUT = frozenset({"fund", "state_capital", "three_public", "operating_costs"})
#: A functional item: names of class, section and item, the first two where they are printed.
_ITEM = re.compile(
    r"(?:(?P<klass>[^，。；：]{1,30}?)（\d{0,3}类\d{0,3}）)?(?:支出)?[-—]?(?:(?P<section>[^，。；：]{1,40}?)（\d{0,5}款\d{0,5}）)?(?:支出)?[-—]?"
    r"(?P<item>[^，。；：]{1,40}?)（\d{0,7}项\d{0,7}）"
)
_NUMBERED = re.compile(r"^(?:（?\d{1,2}[、.）]|[①-⑳]|（[一二三四五六七八九十]{1,2}）|其中：|；|\d{3,7}(?!\d))+")
#: A sentence that only names what the next ones are about: 1.因公出国（境）费用。
_NAME_ALONE = re.compile(r"^[^，；：\d]*(?:\d{1,2}[、.])?[^，；：\d]{2,25}。$")
#: A sub-section that is a class: （一）一般公共服务支出（类）.
_CLASS_HEADING = re.compile(r"(?:^|[）、])(?P<klass>[^（）、]{2,30})（类）[^（）]*$")
#: A breakdown in brackets, behind which the sentence returns to its subject.
_BREAKDOWN = re.compile(r"（其中[^）（]{0,200}(?:（[^）（]{0,40}）[^）（]{0,100}){0,5}）")
#: Characters that a subject has which no quantity is known of; 金额, 支出, 总费用 are those of the subject before.
_TELLING = 4
#: The name at the head of a numbered sentence, before its colon.
_NAMED_FIRST = re.compile(r"^(?:\d{1,2}[、.]|（\d{1,2}）)(?P<name>[^，。；：\d]{2,60})：")
_SENTENCE = re.compile(r"[^。]+。?")
_LONGEST = 400


class SentenceReader:
    """Reads the paragraphs of one part in order; the subject lasts until another is named."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self._begin("")

    def _begin(self, part: str) -> None:
        self.part = part
        self.topic = ""
        self.lost = ""  # why the topic is not known
        self.comparison = ""
        self.budgeted = False  # whether the topic's budget has been stated
        self.year: str | None = None  # the year that the topic's amount or budget was said to be of, where one was stated
        self.parts = Breakdown()
        self.moved = ""  # whether the number that a reason would explain is an increase or a decrease
        self.klass = self.section = ""
        self.reception = "国内接待"
        self.aside = ""  # the topic to which the next sentence returns, where guests of a kind were counted
        self.amounts: list[str] = []  # subjects of the amounts of this sentence
        self.beside: list[str] = []  # subjects that had a value each

    def read(self, paragraph: Paragraph) -> Iterator[Said]:
        """Everything that the paragraph states, in printed order, and the numbers that it does not state in known words."""
        if paragraph.part != self.part:
            self._begin(paragraph.part)
        if self.part in _WITH_ITEMS and (named := _CLASS_HEADING.search(paragraph.section)):
            self.klass = f"{named['klass']}（类）"
        for match in _SENTENCE.finditer(paragraph.text):
            yield from self._sentence(match.group(), match.start())

    def _sentence(self, text: str, base: int) -> Iterator[Said]:
        self.amounts, self.comparison, self.loose, self.remarked = [], "", False, ""
        self.text, self.base = text[:_LONGEST], base
        self.topic, self.aside = self.aside or self.topic, ""
        self.parts.begin(text)
        said = list(phrases(text))
        tokens = template_tokens(text)
        lists = named_items(text) if self.part == "basic" else []
        opened = free_stretches(self.words, self.part, text, said, tokens)
        opened = [s for s in opened if not any(s[0] < i.span[1] and i.span[0] < s[2] for i in lists)]
        self.silent = sorted([*(item.span for item in lists), *((begin, end) for begin, _, end in opened)])
        free = [(words, end) for _, words, end in opened]
        if _NAME_ALONE.match(text) or not tokens:
            self._heading(text)
        elif (named := _NAMED_FIRST.match(text)) and not (self.part in _WITH_ITEMS and _ITEM.search(named["name"])):
            if self.words.cut(named["name"], self.part).unknown:
                self.lost = f"the subject is in words that were not understood: {named['name']}"
        found: list[tuple[int, str, Any]] = [(t.start, "token", n) for n, t in enumerate(tokens) if not self._within(t.start)]
        if self.part in _WITH_ITEMS:
            found += [(m.end("item"), "item", m) for m in _ITEM.finditer(text)]
        found += [(p.at, p.kind, p) for p in said if p.kind not in ("reason", "purpose") and not self._within(p.at)]
        found += [(item.span[0], "list", item) for item in lists]
        kinds = {p.start: p.kind for p in said}
        found += [(begin, "why", (kinds.get(begin, "reason"), begin, words, end)) for begin, words, end in opened]
        told = [*self._events(text, tokens, sorted(found, key=lambda f: (f[0], f[1]))), *mentions(text, free, base)]
        yield from sorted(told, key=lambda s: s.offset)

    def _events(self, text: str, tokens: list[Token], found: Sequence[tuple[int, str, Any]]) -> Iterator[Said]:
        after, done = 0, -1
        brackets = [m.span() for m in _BREAKDOWN.finditer(text)]
        outside: tuple[int, tuple[str, str, bool, str]] | None = None  # end of the bracket, and what to return to
        for at, _, what in found:
            if outside is not None and at >= outside[0]:
                (self.topic, self.lost, self.budgeted, self.reception), outside = outside[1], None
            if outside is None and (span := span_at(brackets, at)):
                outside = span[1], (self.topic, self.lost, self.budgeted, self.reception)
            if isinstance(what, ItemList):
                yield from self._list(what, text)
            elif isinstance(what, int):
                if what > done:
                    beside = side_by_side(text, tokens, what)
                    done = what + len(beside) - 1
                    yield from self._tokens(beside, text, after)
                    after = beside[-1].end + len(self.remarked)
            elif isinstance(what, re.Match):
                self._item(what)
                after = what.end()
            else:
                yield from self._phrase(what, text, after) if isinstance(what, Phrase) else self._why(text, *what)
        if outside is not None:
            self.topic, self.lost, self.budgeted, self.reception = outside[1]

    # -- stretches -----------------------------------------------------------------------------

    def _within(self, at: int) -> bool:
        return span_at(self.silent, at) is not None

    def _pieces(self, text: str, start: int, end: int) -> list[str]:
        """The clauses between two offsets, without the stretches of free text; the last is the one that a number ends."""
        left, at = "", start
        for first, last in self.silent[max(bisect_right(self.silent, (start, end)) - 1, 0) :]:
            if first >= end:
                break
            if at < last:
                left += text[at : max(first, at)] + "，"
                at = max(at, min(last, end))
        left = (left + text[at:end]).rstrip("：")
        return re.split("[，。；：]", left)

    # -- subjects ------------------------------------------------------------------------------

    def _quantity(self, subject: str) -> str:
        entry = self.words.entry("subjects", subject, self.part)
        return entry.concept if entry is not None else ""

    def _subject(self, subject: str) -> str:
        """A clause's subject as the section names it; ``""`` where the one before is carried on."""
        if subject in ("支出", "收入") and self.part in ("fund", "state_capital") and "（项）" not in self.topic:
            return f"本年{subject}"
        if subject == "支出" and self.part != "totals":
            return ""
        # the money of the purchases that the words before name (由中小企业供应商中标的，采购金额5万元)
        if self.part == "procurement" and "amount" in concepts("procurement_words", subject):
            return ""
        if "、" in subject and not self._quantity(subject):
            return subject.rpartition("、")[2]
        return subject

    def _name(self, subject: str) -> str:
        """``subject`` made the topic, or the topic where no subject is named."""
        if subject:
            if subject != self.topic or self.lost:
                self.topic, self.budgeted, self.year, self.moved, self.aside = subject, False, None, "", ""
                if (kind := self.words.entry("count_names", subject, "topic")) is not None:
                    self.reception = str(kind.values["of"])
            self.lost = ""
        return self.topic

    def _item(self, match: re.Match[str]) -> None:
        klass, section = match["klass"], match["section"]
        if klass:
            self.klass, self.section = _NUMBERED.sub("", klass) + "（类）", ""
        if section:
            self.section = _NUMBERED.sub("", section) + "（款）"
        self._name(f"{self.klass}{self.section}{_NUMBERED.sub('', match['item'])}（项）".replace("“", "").replace("”", ""))
        self.budgeted, self.year, self.moved = False, None, ""

    def _heading(self, text: str) -> None:
        """A sentence without a number may name what the next ones are about; a numbered one that is not known hides it."""
        stretch = self.words.cut(text.rstrip("。"), self.part)
        subject = "" if stretch.unknown else named_in(stretch)
        if subject and (self._quantity(subject) or "（" in subject) and _NAME_ALONE.match(text):
            self._name(subject)
        elif re.match(r"\d{1,2}[、.]|（\d{1,2}）", text) and not subject and not (self.part in _WITH_ITEMS and _ITEM.search(text)):
            self.lost = f"the subject is in words that were not understood: {text[:40]}"

    # -- statements ----------------------------------------------------------------------------

    def _tokens(self, tokens: list[Token], text: str, after: int) -> Iterator[Said]:
        """One number with the words before it, or several side by side that share a predicate."""
        token = tokens[-1]
        pieces = self._pieces(text, after, tokens[0].start)
        self._before(pieces[:-1])
        assumed = token.kind == "bare" and (not token.value or token.decimals == 2) and self._is_of_money(pieces[-1])
        if assumed:
            token = replace(token, kind="amount", unit=_MONEY)
            tokens = [*tokens[:-1], token]
        kind = "percent" if token.kind == "bare" else token.kind
        clause = understood(self.words, pieces[-1], self.part, kind)
        if clause.measure == "executed":  # here the final account in other words
            clause = replace(clause, measure="amount")
        if clause.measure in OF_ANOTHER_YEAR and self._of_another_year(clause):
            clause = replace(clause, measure=OF_ANOTHER_YEAR[clause.measure])
        if self.parts.money in BUDGETS and kind == "percent" and pieces == ["的"]:  # 完成年初预算12万元的83%
            clause, self.parts.money = Clause("completion_pct", basis=self.parts.money), "amount"
        elif token.kind == "amount":
            of_an_item = bool(self.lost or (self.topic and not self._quantity(self.topic)))
            clause = self.parts.meant(clause, text[after : tokens[0].start], self.topic, of_an_item)
        if problem := self._problem(tokens, text, clause):
            self.lost = self.lost or f"the subject is in a clause that was not read: {pieces[-1]}"
            yield from (self._unread(t, problem) for t in tokens)
            return
        self.comparison = clause.compared or self.comparison
        if len(tokens) > 1:
            yield from self._each(clause, tokens)
        elif token.kind == "count":
            yield self._count(token, text, pieces[-1], clause)
        else:
            yield self._stated(clause, token, "unit_assumed" if assumed and token.value else None)  # nothing is nothing in any unit

    def _is_of_money(self, words: str) -> bool:
        """Whether the words before a number without a unit are those of a budget or a final account, and not of a rate or a count."""
        if not understood(self.words, words, self.part, "percent").problem:
            return False
        clause = understood(self.words, words, self.part, "amount")
        return not clause.problem and (clause.measure in BUDGETS or clause.final or marks("money_spent").search(words) is not None)

    def _before(self, pieces: Sequence[str]) -> None:
        """What the clauses without a number that stand before one name, and what they compare with."""
        for piece in pieces:
            stretch = self.words.cut(piece, self.part)
            self.comparison = compared(stretch) or self.comparison
            self.loose = self.loose or bool(stretch.unknown)
            if of := _not_understood(stretch):
                self.lost = f"what is compared is in words that were not understood: {of}"
            named = "" if stretch.unknown else named_in(stretch)
            if self._quantity(named) or (compared(stretch) and len(self._subject(named)) >= _TELLING):  # 收入支出总体与上年相比，增加58万元
                self._name(named)

    def _of_another_year(self, clause: Clause) -> bool:
        """Whether a clause speaks of a year before the accounts' own; a year that is the sentence's only one, before any amount of its
        subject is stated, may as well be a slip for the own."""
        if clause.year in ("", "last") or self.words.year is None:
            return clause.year == "last"
        carried = not clause.subject or self._subject(clause.subject) in ("", self.topic)
        told = str(self.words.year) in self.text or (carried and self.year not in (None, clause.year))
        return int(clause.year) < self.words.year and told

    def _problem(self, tokens: list[Token], text: str, clause: Clause) -> str:
        """Why numbers with the words before and behind them are not understood; ``""`` where they are."""
        token = tokens[-1]
        tail = re.split(r"[\d，。；：、]", text[token.end : token.end + _LONGEST])[0]
        if re.match(r"[-—–~～至到]+\d", text[token.end : token.end + 3]):
            return "a range of numbers"
        if token.kind == "bare":
            known = not clause.problem and clause.measure in ("share_pct", "change_pct", "completion_pct")
            return "" if known and not tail else f"no unit is known: {text[token.start : token.end]}{tail[:10]}"
        if clause.problem:
            return clause.problem
        ended = token.end + len(tail) == len(text) or not text[token.end + len(tail)].isdigit()
        self.remarked = ""
        if ended and (unknown := self.words.cut(tail, self.part).unknown):
            self.remarked = tail if re.fullmatch("（[^（）]*）", tail) else ""  # a remark in brackets leaves the number what it is
            return "" if self.remarked else f"words not known behind it: {', '.join(unknown)}"
        return self._not_each(clause, tokens) if len(tokens) > 1 else ""

    def _stated(self, clause: Clause, token: Token, doubt: str | None = None) -> Said:
        subject = self._subject(clause.subject)
        several = clause.several and clause.several <= len(self.amounts)
        if not subject and self.lost and not several:
            return self._unread(token, self.lost)
        carried = not subject
        subject = self._name(subject)
        if several:
            subject = "、".join(self.amounts[-clause.several :])
        if clause.measure == "amount":
            self.amounts.append(subject)
        if clause.measure in BUDGETS:
            self.budgeted = True
        if clause.measure in OF_ANOTHER_YEAR:
            self.year = clause.year
        basis = clause.basis
        if clause.measure in ("change", "change_pct"):
            basis = self.comparison or "last_year"
        if token.kind == "bare":
            doubt = "unit_assumed"
        elif doubt is None:
            doubt = "clause_loose" if self.remarked or (self.loose and (carried or basis)) else _about(token)
        return self._spoken(token, clause.measure, subject, clause.sign, basis, doubt)

    def _spoken(self, token: Token, measure: str, subject: str, sign: int = 1, basis: str = "", doubt: str | None = None) -> Spoken:
        value = token.printed.lstrip("-") if sign < 0 else token.printed
        number = -abs(token.value) if sign < 0 else token.value
        if sign < 0 and number != 0:
            value = f"-{value}"
        if measure in ("change", "change_pct"):
            self._explains(number)
        return Spoken(
            subject,
            self.parts.quantity(self._quantity(subject)),
            measure,
            value,
            number,
            token.unit or "%",
            token.decimals,
            basis,
            self.text,
            self.base + token.start,
            doubt,
            token.about,
        )

    def _unread(self, token: Token, reason: str) -> Unread:
        return Unread(self.base + token.start, reason, self.text)

    # -- several values side by side -------------------------------------------------------------

    def _owners(self, clause: Clause) -> list[tuple[str, str]]:
        """Subjects and quantities that have a value each: of a joint subject, of an enumeration, or those of the pair before."""
        subject = self._subject(clause.subject) if self._quantity(clause.subject) else clause.subject
        if not subject:
            return [(name, self._quantity(name)) for name in self.beside]
        entry = self.words.entry("subjects", subject, self.part)
        if entry is not None and "each" in entry.values:
            return list(zip(entry.values["names"], entry.values["each"], strict=True))
        return [(name, self._quantity(name)) for name in re.split("[、和与及]", subject) if name]

    def _not_each(self, clause: Clause, tokens: list[Token]) -> str:
        owners = self._owners(clause)
        same = len({t.kind for t in tokens[-1:]} | {t.kind for t in tokens if t.kind != "bare"}) == 1
        return "" if same and len(owners) == len(tokens) else f"{len(tokens)} values of {len(owners)} subjects"

    def _each(self, clause: Clause, tokens: list[Token]) -> Iterator[Said]:
        owners = self._owners(clause)
        self.beside = [name for name, _ in owners]
        unit, kind = tokens[-1].unit, tokens[-1].kind
        basis = (self.comparison or "last_year") if clause.measure in ("change", "change_pct") else clause.basis
        for (name, quantity), token in zip(owners, tokens, strict=True):
            whole = Token(token.start, token.end, token.printed, token.value, token.unit or unit, kind, token.about)
            yield replace(self._spoken(whole, clause.measure, self._name(name), clause.sign, basis), quantity=quantity)

    # -- counts ----------------------------------------------------------------------------------

    def _count(self, token: Token, text: str, piece: str, clause: Clause) -> Said:
        if self.part not in _COUNTED:
            return self._unread(token, "a count is not expected in this section")
        measure = {"amount": "count", "prior_amount": "prior_count"}.get(clause.measure)
        subject = clause.subject if measure else ""
        if self.part in ("three_public", "ordinary_spending"):
            self._guests(subject)
            subject = self._travel_or_reception(token, piece, subject)
            if not subject and self.lost and self.words.entry("count_names", token.unit, "unit"):
                return self._unread(token, self.lost)
        if not subject:
            subject = re.split(r"[\d，。；：、（）]", text[token.end : token.end + 40])[0]
        if not subject:
            return self._unread(token, f"whose count it is, is not said: {piece}")
        if self.part == "assets":
            self._name(subject)
        entry = self.words.entry("subjects", subject, self.part) or self.words.entry("subjects", piece, self.part)
        return self._spoken(token, measure or "count", entry.zh if entry is not None and entry.zh else subject, doubt=_about(token))

    def _guests(self, subject: str) -> None:
        """Guests of a kind that are counted are what the money behind them in the sentence is for (国内公务接待3批次，20人次，支出0.3万元)."""
        kind, before = self._quantity(subject) if subject else "", self._quantity(self.topic)
        if kind in ("reception_domestic", "reception_foreign") and before.startswith("reception") and before != kind:
            self.topic, self.aside = subject, self.aside or self.topic

    def _travel_or_reception(self, token: Token, words: str, subject: str) -> str:
        """The counts of travel and reception by their fixed names; another count's own subject."""
        if (entry := self.words.entry("count_names", words, "groups")) is not None:
            self.reception = str(entry.values["of"])
            return f"{self.reception}批次" if self.reception == "国内接待" else f"{self.reception}团组"
        unit = self.words.entry("count_names", token.unit, "unit")
        if unit is None:  # 国内公务接待批次3978个，接待人次28598人
            if (kind := self.words.entry("count_names", subject, "batches") or self.words.entry("count_names", subject, "topic")) is not None:
                self.reception = str(kind.values["of"])
            return subject
        named = self.words.entry("count_names", words, unit.concept) or self.words.entry("count_names", words, "batches")
        if unit.concept == "batches":
            named = named or self.words.entry("count_names", self.topic, "batches")
            self.reception = str(named.values["of"]) if named is not None else "国内接待"
            return f"{self.reception}批次"
        if named is not None:
            if not named.values["of"]:
                return subject
            self.reception = str(named.values["of"])
        elif self.lost:
            return ""
        return f"{self.reception}人次"

    # -- wordings without a number ---------------------------------------------------------------

    def _phrase(self, phrase: Phrase, text: str, after: int) -> Iterator[Said]:
        if phrase.kind == "no_budget":
            yield from self._no_budget(phrase)
            return
        if phrase.kind == "none":
            if self.part in _WITHOUT and not any(p in phrase.words for p in ("预算数", "预算安排")):
                yield self._remark("none", phrase.words, "", phrase.at, phrase.words)
            return
        start = min(after, phrase.start)
        stretch = self.words.cut(self._pieces(text, start, phrase.start if phrase.base is not None else phrase.at)[-1], self.part)
        subject = self._subject(named_in(stretch))
        if stretch.unknown or (not subject and self.lost):
            return
        against = compared(self.words.cut(f"比{phrase.base}", self.part)) if phrase.base else ""
        if phrase.kind == "direction" or against in BUDGETS:
            if self._quantity(subject):  # what follows is of it: 公务接待费决算比预算持平，比去年增加0.5万元
                self._name(subject)
            self._explains(Decimal(direction_sign(phrase.words) or 0))
            yield self._remark("direction", phrase.words, phrase.base or "", phrase.at, subject)
        elif against == "last_year" or (phrase.base is None and self._compares(text[: phrase.at])):
            name = self._name(subject)
            if name:
                key = self._quantity(name)
                where = self.base + phrase.at
                doubt = "clause_loose" if self.loose and not subject else None
                yield Spoken(name, key, "change", phrase.words, Decimal(0), _MONEY, 2, "last_year", self.text, where, doubt)

    def _explains(self, number: Decimal) -> None:
        """A reason that follows is given for this change."""
        self.moved = "increase" if number > 0 else "decrease" if number < 0 else ""

    def _why(self, text: str, kind: str, marker: int, begin: int, end: int) -> Iterator[Remark]:
        """The reason or the purpose that a stretch gives of the topic, and the head of a reason that names the way of a change."""
        words = text[begin:end].strip("，。；：")
        before = re.split("[，。；：（）]", text[:marker])[-1]
        if kind == "reason":
            self._another_explained(before)
        if not words or not self.topic or self.lost:
            return
        if kind == "reason" and self.moved and (head := _reason_head(before + text[marker:begin])):
            yield self._remark("reason_head", head.rstrip("：:"), self.moved, begin, "")
        yield self._remark(kind, words, self.moved if kind == "reason" else "", begin, "")

    def _another_explained(self, head: str) -> None:
        """What is before a reason may name another subject than the last, and the way it went (公务用车运行费支出减少的主要原因是)."""
        clause = understood(self.words, head, self.part, "amount") if head else Clause(problem="nothing")
        subject = self._subject(clause.subject) if clause.measure == "change" else ""
        if subject and subject != self.topic and self._quantity(subject):
            self._name(subject)
            self._explains(Decimal(clause.sign))

    def _compares(self, text: str) -> bool:
        """Whether the last comparison of a text is with last year."""
        last = [c for piece in re.split("[，。；：]", text[-_LONGEST:]) if (c := compared(self.words.cut(piece, self.part)))]
        return bool(last) and last[-1] == "last_year"

    def _remark(self, kind: str, words: str, against: str, at: int, subject: str) -> Remark:
        name = subject or self.topic
        return Remark(name, self._quantity(name), kind, words, against, self.text, self.base + at)

    def _no_budget(self, phrase: Phrase) -> Iterator[Spoken]:
        named = phrase.entry.values.get("subject") if phrase.entry is not None else None
        if named:
            self._name(named)
        elif self.budgeted or self.lost:
            return
        self.budgeted = True
        key = self._quantity(self.topic)
        yield Spoken(self.topic, key, "initial_budget", "无", None, _MONEY, 0, "", self.text, self.base + phrase.at)

    def _list(self, items: ItemList, text: str) -> Iterator[Said]:
        for entry in items.entries:
            if entry.token is not None:
                known = entry.known or not entry.name
                yield (
                    self._spoken(entry.token, "amount", entry.name)
                    if known
                    else self._unread(entry.token, f"an item that is not known: {entry.name}")
                )
        names = "、".join(entry.name for entry in items.entries)
        if names:
            yield self._remark("named", names, "open" if items.open_ended else "", items.span[0], "")


def _about(token: Token) -> str | None:
    return "approximate" if token.about else None


def _not_understood(stretch: Stretch) -> str:
    """The first unknown word before what a clause compares with: it may be the subject; ``""`` for none."""
    against = min((w.start for w in stretch.words if w.role in "cjp"), default=0)
    return next((u for u in stretch.unknown if stretch.text.find(u) < against), "")


def _reason_head(words: str) -> str:
    """The words that name the way of a change before its reason; ``""`` for none."""
    head = marks("reason_head").search(words)
    verb = lexicon().find("verbs", head["verb"]) if head is not None else None
    return head[0] if head is not None and verb is not None and verb.concept in ("increase", "decrease") else ""
