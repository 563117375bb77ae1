"""Sentences of evaluation reports: parts of an amount, what is left of a budget, questionnaires, and totals that a table prints too.

What belongs here: numbers of one sentence held to each other and to the tables.  What may not: rates of money paragraph by paragraph
(``evaluation_text``), written calculations (``evaluation_calculations``), scores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from expectations.rules.base import Rule
from expectations.rules.evaluation_tables import Grid, grids
from expectations.rules.evaluation_text import names, one_fitting
from expectations.rules.performance_forms import HUNDRED, Instances
from expectations.rules.performance_view import computed, judged, relation, total
from pipeline.lexicon import any_of, lexicon
from pipeline.lexicon.annexes import is_row
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Quotient, Relation, Sum, evaluate
from pipeline.model.figures import Figure
from pipeline.model.parts import numbers_in

_CLAUSE = re.compile("[，。；：、（(]")
_LONGEST_NAME = 24
_LEAST_SHARES = 2
#: Three parts that make so much of a whole are meant to be all of it.
_NEARLY = Decimal("0.95")


@dataclass(frozen=True)
class Number:
    """One number of a sentence: its figure, its offsets, and the words before it in its clause."""

    figure: Figure
    start: int
    end: int
    words: str

    def says(self, scope: str) -> str:
        """What its words say that it is (``evaluation_words.toml``); ``""`` where they say nothing known."""
        entry = lexicon().find("evaluation_words", self.words, scope)
        return entry.concept if entry is not None else ""

    @property
    def is_money(self) -> bool:
        return self.figure.unit == "万元"


@dataclass(frozen=True)
class Sentence:
    """One sentence of an evaluation report with its numbers in printed order."""

    evaluation: str
    text: str
    row: Mapping[str, object]
    numbers: tuple[Number, ...] = field(default_factory=tuple)

    def place(self, title: str, number: Number) -> str:
        return f"{title} / {self.row['section']} / {number.words[-_LONGEST_NAME:]}"


def sentences(contents: ReportContents) -> list[Sentence]:
    """The sentences with numbers of every evaluation report."""
    return contents.once(("evaluation", "sentences"), lambda: list(_sentences(contents)))


def _sentences(contents: ReportContents) -> Iterator[Sentence]:
    figures = contents.by_id()
    grouped: dict[tuple[object, ...], list[Mapping[str, object]]] = {}
    for row in contents.rows_of("core.statements"):
        if row["aspect"] and row["figure_id"] in figures and row["part"] == "evaluation":
            grouped.setdefault((row["aspect"], row["page"], row["line"], row["sentence"]), []).append(row)
    for rows in grouped.values():
        text = str(rows[0]["sentence"])
        numbers = tuple(_numbers(text, [(str(r["value"]).lstrip("-"), figures[str(r["figure_id"])]) for r in rows]))
        if len(numbers) == len(rows):
            yield Sentence(str(rows[0]["aspect"]), text, rows[0], numbers)


def _numbers(text: str, values: Sequence[tuple[str, Figure]]) -> Iterator[Number]:
    """The values where they stand in the text, in its order."""
    left = list(values)
    for start, end, digits in numbers_in(text):
        if left and digits.replace(",", "") == left[0][0]:
            yield Number(left.pop(0)[1], start, end, _CLAUSE.split(text[:start])[-1])


def _exact(figure: Figure) -> Figure:
    """A count is exact."""
    return replace(figure, resolution=Decimal(0))


# ---------------------------------------------------------------- parts of an amount


def parts_of_amount(rule: Rule, contents: ReportContents) -> Instances:
    """``A万元，其中：甲B万元，乙C万元``: the parts are no more than the whole; by source, by year or by nature they make it up."""
    titles = names(contents)
    for sentence in sentences(contents):
        for whole, parts, closed in _broken_down(sentence):
            place = f"{sentence.place(titles.get(sentence.evaluation, sentence.evaluation), whole)} 其中"
            sign: Relation = "=" if closed else ">="
            rounded = whole.is_money or "." in whole.figure.printed
            operands = [whole.figure, *(p.figure for p in parts)]
            first, *others = operands if rounded else [_exact(f) for f in operands]
            yield relation(rule, contents, place, Sum.of(first), total(others), relation=sign)


def _broken_down(sentence: Sentence) -> Iterator[tuple[Number, list[Number], bool]]:
    """Each whole with its parts, and whether these are all there are."""
    for match in any_of("evaluation_words", "broken_down").finditer(sentence.text):
        until = re.search("[；;。]", sentence.text[match.end() :])
        end = match.end() + until.start() if until is not None else len(sentence.text)
        if sentence.text[: match.start()].endswith(("（", "(")):
            end = min(end, next((i for i in range(match.end(), end) if sentence.text[i] in "）)"), end))
        before = [n for n in sentence.numbers if n.end <= match.start()]
        if not before or match.start() - before[-1].end > _LONGEST_NAME or _is_vague(before[-1]):
            continue
        whole = before[-1]
        parts = [n for n in sentence.numbers if match.end() <= n.start < end and n.figure.unit == whole.figure.unit]
        if whole.figure.unit == "分":
            yield from [(whole, parts, True)] if _scores_of(whole, parts) else []
            continue
        if len(parts) < 2 or (whole.is_money and any(n.says("amount") for n in parts)):
            continue
        known = {n.says("part") for n in parts}
        open_ended = any_of("evaluation_words", "open_ended").search(sentence.text[match.end() : end])
        nearly = len(parts) > 2 and sum(n.figure.amount for n in parts) > _NEARLY * whole.figure.amount
        yield whole, parts, open_ended is None and (nearly or ("" not in known and len(known) == 1))


def _scores_of(whole: Number, parts: Sequence[Number]) -> bool:
    """Whether scores are the parts of a score: so many, and so near to it, that nothing else is meant."""
    away = abs(sum((n.figure.amount for n in parts), -whole.figure.amount))
    return len(parts) > 2 and away <= (1 - _NEARLY) * whole.figure.amount


def _is_vague(number: Number) -> bool:
    """Whether a number is no whole that parts may be held to: a rate, an approximate one (近1740余台)."""
    told_so = any_of("evaluation_words", "vague").search(number.words)
    return number.figure.unit == "%" or number.figure.doubt == "approximate" or told_so is not None


def left_over(rule: Rule, contents: ReportContents) -> Instances:
    """What a sentence says is left of the money is the budget, or what was received, less what was spent."""
    titles = names(contents)
    far: dict[str, dict[str, list[Number]]] = {}  # what the paragraphs before name, by report
    for sentence, every in _paragraphs(contents):
        before = far.setdefault(sentence.evaluation, {})
        for i, number in enumerate(every):
            concept = number.says("amount") if number.is_money else ""
            before.setdefault(concept, []).append(number)
            if not number.is_money or number.says("rest") != "left":
                continue
            said = {n.says("amount"): n for n in every[:i] if n.is_money}
            alone = {c: own[0] for c, own in before.items() if c in _BUDGETS and len({n.figure.value for n in own}) == 1}
            said = said if _BUDGETS & said.keys() else alone | said
            wholes = [said[c].figure for c in ("received", "allotted", "contracted") if c in said]
            place = sentence.place(titles.get(sentence.evaluation, sentence.evaluation), number)
            options = [
                relation(rule, contents, place, Sum.of(number.figure), Sum.of(w, (-1, said["spent"].figure))) for w in wholes if "spent" in said
            ]
            yield from one_fitting(options)


_BUDGETS = {"received", "allotted", "contracted"}


def _paragraphs(contents: ReportContents) -> Iterator[tuple[Sentence, list[Number]]]:
    """The first sentence of each paragraph with the numbers of all its sentences."""
    found: dict[tuple[object, ...], tuple[Sentence, list[Number]]] = {}
    for s in sentences(contents):
        found.setdefault((s.evaluation, s.row["page"], s.row["line"]), (s, []))[1].extend(s.numbers)
    yield from found.values()


# ---------------------------------------------------------------- questionnaires


def questionnaires(rule: Rule, contents: ReportContents) -> Instances:
    """回收率 = returned / issued, 有效率 = valid / returned (or issued), 完成率 = done / planned, of the counts that stand before it."""
    titles = names(contents)
    for sentence, every in _paragraphs(contents):
        said: dict[str, Number] = {}
        for number in every:
            concept = number.says("percent") if number.figure.unit == "%" else number.says("count")
            top, below = _RETURNED.get(concept, ("", ()))
            if top in said:
                place = sentence.place(titles.get(sentence.evaluation, sentence.evaluation), number)
                counts = [(Sum.of(_exact(said[top].figure)), Sum.of(_exact(said[w].figure))) for w in below if _counted_by(said[top], said.get(w))]
                yield from one_fitting([computed(rule, contents, place, number.figure, Quotient(t, w, HUNDRED)) for t, w in counts])
            elif concept:
                said[concept] = number


def _counted_by(part: Number, whole: Number | None) -> bool:
    return whole is not None and bool(whole.figure.value) and whole.figure.unit == part.figure.unit


_RETURNED = {
    "return_rate": ("returned", ("issued",)),
    "valid_rate": ("valid", ("returned", "issued")),
    "done_rate": ("done", ("planned",)),
}


def shares(rule: Rule, contents: ReportContents) -> Instances:
    """``满意40份，占36.36%``: each share of a sentence is its count by the same whole, which a count before gives, or their sum."""
    titles = names(contents)
    for sentence, pairs, wholes in _shared(contents):
        fits = [[w for w in wholes if _share_holds(rule, contents, count, share, w)] for count, share in pairs]
        best = max(wholes, key=lambda w: sum(w in own for own in fits))
        holding = [best in own for own in fits]
        if sum(holding) < max(_LEAST_SHARES, len(pairs) // 2 + 1):
            continue
        for count, share in pairs:
            place = sentence.place(titles.get(sentence.evaluation, sentence.evaluation), count)
            yield computed(rule, contents, f"{place} 占比", share.figure, _share(count, best))


def _share(count: Number, whole: Decimal) -> Quotient:
    return Quotient(Sum.of(_exact(count.figure)), Sum((), whole), HUNDRED)


def _share_holds(rule: Rule, contents: ReportContents, count: Number, share: Number, whole: Decimal) -> bool:
    return evaluate(computed(rule, contents, "", share.figure, _share(count, whole))).verdict in ("exact", "rounding")


def _shared(contents: ReportContents) -> Iterator[tuple[Sentence, list[tuple[Number, Number]], list[Decimal]]]:
    """Sentences with counts and their shares in pairs, and what these may be shares of."""
    for sentence in sentences(contents):
        pairs = [
            (a, b)
            for a, b in zip(sentence.numbers, sentence.numbers[1:], strict=False)
            if b.figure.unit == "%" and a.figure.unit not in ("%", "万元", "分") and b.says("share") and b.start - a.end <= _LONGEST_NAME
        ]
        unit = {a.figure.unit for a, _ in pairs}
        if len(pairs) < _LEAST_SHARES or len(unit) != 1:
            continue
        own = sum((a.figure.amount for a, _ in pairs), Decimal(0))
        before = [n for s, every in _paragraphs(contents) if s.evaluation == sentence.evaluation for n in every if n.figure.unit in unit]
        yield sentence, pairs, [own, *dict.fromkeys(n.figure.amount for n in before if n.figure.value)]


# ---------------------------------------------------------------- totals that a table prints too


def contracts(rule: Rule, contents: ReportContents) -> Instances:
    """The sum of the contracts in the text is that of the one table of contracts, and there are as many as it lists."""
    titles = names(contents)
    tables = _contract_tables(contents)
    for sentence in sentences(contents):
        if len(own := tables.get(sentence.evaluation, [])) != 1:
            continue
        grid, column = own[0]
        title = titles.get(sentence.evaluation, sentence.evaluation)
        items = [r for r in grid.rows if not is_row(r.label or "", "sum", "subtotal") and r.get(column) is not None]
        whole = next((f for r in grid.rows if is_row(r.label or "", "sum") and (f := r.get(column)) is not None), None)
        for number in sentence.numbers:
            concept = number.says("contract")
            place = f"{sentence.place(title, number)} ↔ {grid.title}"
            if concept == "contracts_total" and number.is_money and whole is not None:
                yield relation(rule, contents, place, Sum.of(number.figure), Sum.of(whole))
            elif concept == "contracts_count" and number.figure.unit in ("份", "个", "项"):
                said = number.figure.amount
                why = f"{place}：文中称{said}份合同，表中{len(items)}份"
                yield judged(rule, contents, place, said == len(items), why, number.figure.printed, f"{len(items)}", (number.figure,))


def _contract_tables(contents: ReportContents) -> dict[str, list[tuple[Grid, str]]]:
    """The tables of each evaluation report that have one column of contract amounts."""
    found: dict[str, list[tuple[Grid, str]]] = {}
    for grid in grids(contents):
        columns = [c for c in grid.columns if any(f.concept == "contract" for r in grid.rows if (f := r.get(c)) is not None)]
        if len(columns) == 1:
            found.setdefault(grid.statement.partition("/")[0], []).append((grid, columns[0]))
    return found
