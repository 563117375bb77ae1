"""How points are given in evaluation reports, and why so many were: the printed scoring rules and reasons as far as they are arithmetic.

``①…得1分，否则不得分；②…`` are parts that make up the weight; ``得分=执行率×2`` repeats it; ``每出现一次扣0.5分`` takes off steps of a size; what the
reasons take off is what the score lacks.
What belongs here: rules over the texts ``rule`` and ``basis`` of ``core.evaluation_scores``.  What may not: sums of weights and scores
(``performance_evaluations``), and the wordings themselves (``scoring_rules.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from expectations.rules.base import Rule
from expectations.rules.performance_forms import Instances
from expectations.rules.performance_tables import Scored, ScoreTable, score_tables
from expectations.rules.performance_view import judged
from pipeline.lexicon import wordings
from pipeline.lexicon.annexes import words
from pipeline.model.chinese_numerals import value_of_numeral
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure

_ENUMERATED = re.compile(r"[①-⑳]|(?<![\d.])\d{1,2}[.、](?!\d)|\(\d{1,2}\)")
_DATE = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")


def found_in(concept: str, text: str) -> list[re.Match[str]]:
    """Every wording of a concept (``scoring_rules.toml``) in a canonical text."""
    return wordings("scoring_rules", concept, text)


def numbers_of(concept: str, text: str) -> list[Decimal]:
    """The points of every such wording."""
    return [Decimal(next(filter(None, m.groups()))) for m in found_in(concept, text)]


@dataclass(frozen=True)
class Indicator:
    """One indicator of an evaluation report, with what its tables print of it."""

    place: str
    table: ScoreTable
    row: Scored
    weight: Figure | None
    score: Figure | None
    shared: tuple[Figure, ...] = ()  # the weights of the rows below that share its rule
    rule_elsewhere: str = ""  # the one rule that the other tables print of it

    @property
    def rule(self) -> str:
        """How points are given; some reports print it under the heading of reasons (评分依据)."""
        text = words(str(self.row.row.get("rule") or ""))
        return text or (self._reasons if found_in("rule", self._reasons) else "")

    @property
    def any_rule(self) -> str:
        """How points are given, by this table or by another one of the report."""
        return self.rule or self.rule_elsewhere

    @property
    def basis(self) -> str:
        return "" if found_in("rule", self._reasons) else self._reasons

    @property
    def _reasons(self) -> str:
        return words(str(self.row.row.get("basis") or ""))


def indicators(contents: ReportContents) -> list[Indicator]:
    """Every item of a scoring table that prints its rule or its reasons; a weight or score that it lacks is that of the same indicator in
    another table of the report."""
    return contents.once(("evaluation", "indicators"), lambda: list(_indicators(contents)))


def _indicators(contents: ReportContents) -> Iterator[Indicator]:
    for table in (t for t in score_tables(contents) if t.source == "table"):
        for i, item in enumerate(table.items):
            if not (item.row.get("rule") or item.row.get("basis")):
                continue
            weight, score = (item.get(m) or _elsewhere(contents, table, item, m) for m in ("weight", "score"))
            rules = {words(str(r.row["rule"])) for _, r in _same(contents, table, item) if r.row.get("rule")}
            shared = tuple(_sharing(table.items[i + 1 :]))
            yield Indicator(f"{table.place} / {item.name}", table, item, weight, score, shared, rules.pop() if len(rules) == 1 else "")


def _elsewhere(contents: ReportContents, own: ScoreTable, item: Scored, measure: str) -> Figure | None:
    """The weight or score of the same indicator in the other tables, where they agree on it."""
    figures = [f for t, r in _same(contents, own, item) if t is not own and (f := r.get(measure)) is not None]
    return figures[0] if figures and len({f.value for f in figures}) == 1 else None


def _same(contents: ReportContents, table: ScoreTable, item: Scored) -> list[tuple[ScoreTable, Scored]]:
    """The rows of all tables of the report that are of the same indicator."""
    return contents.once(("evaluation", "by indicator"), lambda: _by_indicator(contents)).get((table.evaluation_no, item.deepest), [])


def _by_indicator(contents: ReportContents) -> dict[tuple[int, str], list[tuple[ScoreTable, Scored]]]:
    found: dict[tuple[int, str], list[tuple[ScoreTable, Scored]]] = {}
    for table in score_tables(contents):
        for row in table.items if table.source == "table" else ():
            found.setdefault((table.evaluation_no, row.deepest), []).append((table, row))
    return found


def _sharing(below: Sequence[Scored]) -> Iterator[Figure]:
    for row in below:
        if row.row.get("rule") or row.row.get("basis"):
            return
        if (weight := row.get("weight")) is not None:
            yield weight


# ---------------------------------------------------------------- the rule against the weight


def parts_of_rule(rule: Rule, contents: ReportContents) -> Instances:
    """The points that a scoring rule gives are the weight: the sum of its parts or the most of its steps, and the factor of its formula."""
    told: set[tuple[object, ...]] = set()
    for item in indicators(contents):
        if item.weight is None or not item.rule:
            continue
        every = [item.weight, *item.shared]
        fitting = {*(f.amount for f in every), sum((f.amount for f in every), Decimal(0))}
        for what, points in _points(item.rule):
            key = (item.table.evaluation_no, item.row.deepest, points)
            if key not in told and (not points & fitting or (what, points) == _last(item.rule)):
                told.add(key)  # what is copied from table to table is one
                shown = "或".join(f"{p}" for p in sorted(points))
                why = f"{item.place}：评分标准{what} {shown} 分，分值 {item.weight.printed}"
                holds = bool(points & fitting)
                yield judged(rule, contents, f"{item.place} / 评分标准", holds, why, shown, item.weight.printed, (item.weight,))
                break


def _last(text: str) -> tuple[str, frozenset[Decimal]]:
    return list(_points(text))[-1]


def _points(text: str) -> Iterator[tuple[str, frozenset[Decimal]]]:
    """What a rule gives in all, in as many ways as it says so; where it may be meant in two, both."""
    for formula in found_in("formula", text):
        yield "公式所乘", frozenset({Decimal(formula["weight"])})
    if found_in("by_piece", text):
        return
    clauses = _clauses(text)
    parts = [points for clause in clauses if (points := numbers_of("part", clause))]
    if len(clauses) > 1 and len(parts) == len(clauses) and all(len(p) == 1 for p in parts):
        yield "各项合计", frozenset({sum((points for (points,) in parts), Decimal(0))})
    elif not parts and not found_in("full_score", text) and (awarded := numbers_of("awarded", text)):
        yield "最高", frozenset({max(awarded), *([sum(awarded, Decimal(0))] if len(clauses) > 1 else [])})


def _clauses(text: str) -> list[str]:
    """What stands behind each enumerator."""
    return [clause for clause in _ENUMERATED.split(text)[1:] if clause]


def shares_of_rule(rule: Rule, contents: ReportContents) -> Instances:
    """Parts that share a weight out among them (``以上三项各占1/3权重``) make up the whole of it."""
    for item in indicators(contents):
        for match in found_in("shared_out", item.rule):
            count = int(match["count"]) if match["count"].isdigit() else value_of_numeral(match["count"]) or 0
            share = Fraction(match["percent"]) / 100 if match["percent"] else Fraction(int(match["part"]), int(match["parts"]))
            holds = abs(count * share - 1) <= Fraction(1, 50)
            why = f"{item.place}：评分标准称{match[0]}，合计不为100%"
            yield judged(rule, contents, f"{item.place} / 评分标准", holds, why, match[0], "合计100%", row=item.row.row)


def formula_of_rule(rule: Rule, contents: ReportContents) -> Instances:
    """The rate by which a rule gives points is the indicator's own, not that of another indicator of the table."""
    for item in indicators(contents):
        names = {r.deepest for r in item.table.items}
        for match in found_in("formula", item.rule):
            other = match["rate"] in names and match["rate"] != item.row.deepest
            why = f"{item.place}：得分公式用的是另一指标“{match['rate']}”"
            yield judged(rule, contents, f"{item.place} / 得分公式", not other, why, match["rate"], item.row.deepest, row=item.row.row)


# ---------------------------------------------------------------- the reasons against the score


def deductions(rule: Rule, contents: ReportContents) -> Instances:
    """What the reasons take off is what the score lacks of the weight."""
    for item in indicators(contents):
        taken = numbers_of("taken", item.basis)
        if not taken:
            continue
        if item.weight is None or item.score is None:
            yield judged(rule, contents, f"{item.place} / 扣分", None, "no weight or no score is printed", row=item.row.row)
            continue
        lost = item.weight.amount - item.score.amount
        in_short = taken + numbers_of("taken_in_short", item.basis)  # the word for it left out at one of several
        why = f"{item.place}：评分依据扣 {sum(taken)} 分，分值 {item.weight.printed}，得分 {item.score.printed}"
        place = f"{item.place} / 扣分"
        yield judged(rule, contents, place, lost in (sum(taken), sum(in_short)), why, f"扣{sum(taken)}分", f"扣{lost}分", (item.score, item.weight))


def scores_given(rule: Rule, contents: ReportContents) -> Instances:
    """The score that the reasons conclude with is the one in its column."""
    for item in indicators(contents):
        given = numbers_of("given", item.basis)
        own = item.row.get("score")
        if len(given) == 1 and own is not None:
            why = f"{item.place}：评分依据得分 {given[0]}，得分栏 {own.printed}"
            yield judged(rule, contents, f"{item.place} / 评分依据得分", given[0] == own.value, why, f"{given[0]}", own.printed, (own,))


def steps(rule: Rule, contents: ReportContents) -> Instances:
    """Where a rule takes off so much a case and nothing else, the score lacks a whole number of such steps."""
    for item in indicators(contents):
        sizes = numbers_of("step", item.rule)
        if len(sizes) != 1 or len(found_in("taken", item.rule)) != 1 or found_in("discretion", item.rule) or item.weight is None:
            continue
        score = item.score or _elsewhere(contents, item.table, item.row, "score")
        if score is None or not sizes[0]:
            continue
        lost = item.weight.amount - score.amount
        holds = not score.amount or lost % sizes[0] == 0
        why = f"{item.place}：评分标准每次扣 {sizes[0]} 分，得分 {score.printed}，扣了 {lost} 分"
        yield judged(rule, contents, f"{item.place} / 每次扣分", holds, why, score.printed, f"{sizes[0]}分的整数倍", (score, item.weight))


def in_time(rule: Rule, contents: ReportContents) -> Instances:
    """What was done after the date that its reasons name as due has not the full score."""
    for item in indicators(contents):
        due, done = _due_and_done(item.basis)
        if due is None or done is None or item.weight is None or item.score is None:
            continue
        holds = done <= due or item.score.amount < item.weight.amount
        sizes = numbers_of("step", item.any_rule)
        most = f"不超过{item.weight.amount - sizes[0]}" if len(sizes) == 1 else f"低于{item.weight.printed}"
        why = f"{item.place}：应于 {due} 完成，实际 {done}，仍得满分 {item.score.printed}"
        yield judged(rule, contents, f"{item.place} / 完成时间", holds, why, item.score.printed, most, (item.score, item.weight))


def _due_and_done(text: str) -> tuple[date | None, date | None]:
    due = done = None
    for match in _DATE.finditer(text):
        before = re.split(r"[,。;；]", text[: match.start()])[-1]
        try:
            day = date(*map(int, match.groups()))
        except ValueError:
            continue
        if found_in("due", before):
            due = due or day
        elif found_in("done", before):
            done = day
    return due, done


def amounts_named(rule: Rule, contents: ReportContents) -> Instances:
    """An amount of the project is the same in the reasons for every indicator of a table."""
    for table in score_tables(contents):
        said: dict[str, tuple[str, Indicator]] = {}
        for item in (i for i in indicators(contents) if i.table is table):
            for name, amount in (m.group("name", "amount") for m in found_in("amount", item.basis)):
                first, where = said.setdefault(name, (amount, item))
                if where is not item:
                    same = Decimal(first.replace(",", "")) == Decimal(amount.replace(",", ""))
                    why = f"{item.place}：{name} {amount} 万元，“{where.row.deepest}”为 {first} 万元"
                    yield judged(rule, contents, f"{item.place} / {name}", same, why, amount, first, row=item.row.row)
