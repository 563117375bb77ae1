"""Rates of the narrative held against their operands, and words against numbers.

What belongs here: changes, shares, completion rates, the word for final against budget; all within the narrative.  What
may not: sums of parts (``narrative_sums``), the forms (``narrative_forms``), the annexes (``narrative_projects``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Build, Rule
from expectations.rules.narrative_view import GENERAL_TOTALS, Said, find, judge, lone, relation, remarks, rule, said
from expectations.rules.shapes import Instances
from pipeline.lexicon import concepts, lexicon
from pipeline.lexicon.measures import MEASURES
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation, Expression, Quotient, Sum, evaluate
from pipeline.model.figures import Figure
from pipeline.narrative.phrases import direction_sign

_HUNDRED = Decimal(100)


# ---------------------------------------------------------------- changes


#: Totals stated apart, for a change that is stated of both together.
_TOGETHER = {"totals": "income_grand_total", "fiscal_totals": "fiscal_income_total"}


def _base(contents: ReportContents, s: Said, measure: str) -> tuple[Expression, str] | None:
    """What a change is a rate of: a stated budget, last year's amount as stated, or the base that amount and change imply."""
    amount, change, prior = s.get("amount"), s.get("change"), s.get("prior_amount")
    if amount is None and s.quantity:
        amount = find(contents, s.part, s.quantity) or find(contents, s.part, _TOGETHER.get(s.quantity, s.quantity))
    against = s.basis(measure)
    if against in ("initial_budget", "budget") and (stated := s.get(against)) is not None and stated.value is not None:
        return Sum.of(stated), "budget"
    if prior is not None and prior.value is not None:
        return Sum.of(prior), "prior"
    if amount is None or change is None:
        return None
    return Sum.of(amount, (-1, change)), "implied"


def change_rate(rule: Rule, contents: ReportContents) -> Instances:
    """``change_pct = 100 × change / (amount − change)`` for every subject with all three; last year's amount, where it is stated, is the base."""
    for s in said(contents):
        rate, change = s.get("change_pct"), _changed(s)
        if rate is None or change is None:
            continue
        base = _base(contents, s, "change_pct")
        if base is None:
            yield relation(rule, contents, s.place("change_pct"), lone(rate), Sum(()), missing=(s.place("amount"),))
        else:
            yield relation(rule, contents, s.place("change_pct"), lone(rate), Quotient(change, base[0], _HUNDRED))


def _changed(s: Said) -> Sum | None:
    """The change as it is stated, or as the amounts of both years make it."""
    if (change := s.get("change")) is not None:
        return Sum.of(change)
    amount, prior = s.get("amount"), s.get("prior_amount")
    return Sum.of(amount, (-1, prior)) if amount is not None and prior is not None and s.basis("change_pct") == "last_year" else None


def change_of_last_year(rule: Rule, contents: ReportContents) -> Instances:
    """A change on last year, whose amount is stated too, is the difference of the two."""
    for s in said(contents):
        change, amount, prior = s.get("change"), s.get("amount"), s.get("prior_amount")
        if change is not None and amount is not None and prior is not None and s.basis("change") == "last_year":
            yield relation(rule, contents, f"{s.place('change')}（上年数）", lone(change), Sum.of(amount, (-1, prior)))


def change_of_budget(rule: Rule, contents: ReportContents) -> Instances:
    """A change against a budget that is stated too is the difference of the two."""
    for s in said(contents):
        change, amount = s.get("change"), s.get("amount")
        budget = s.get(s.basis("change")) if s.basis("change") in ("initial_budget", "budget") else None
        if change is not None and amount is not None and budget is not None and budget.value is not None:
            yield relation(rule, contents, s.place("change"), lone(change), Sum.of(amount, (-1, budget)))


# ---------------------------------------------------------------- shares


def _near(contents: ReportContents, s: Said, part: str, *quantities: str) -> Figure | None:
    """The amount of a whole: as the share's own section states it, else as its part does first."""
    here = (o for o in said(contents, part) if o.section == s.section and o.quantity in quantities and "amount" in o.figures)
    return next((o.figures["amount"] for o in here), None) or next((f for q in quantities if (f := find(contents, part, q))), None)


def _whole(contents: ReportContents, s: Said) -> tuple[Figure | None, str]:
    """The figure that a share is a share of, told from the sentence's words or else from the section."""
    basis = s.basis("share_pct")
    if s.part == "procurement":
        named = lexicon().find("subjects", basis, "procurement") if basis else None
        if named is None and "part_of_purchases" in concepts("procurement_words", basis):
            return None, basis
        return _near(contents, s, "procurement", named.concept if named else "procurement_total"), basis or "政府采购支出总额"
    if s.part == "three_public":
        return _near(contents, s, "three_public", "total"), "“三公”经费"
    if s.part == "income":
        return _near(contents, s, "income", "income_total"), "本年收入合计"
    if s.part == "expenditure" or "支出合计" in basis:
        return _near(contents, s, "expenditure", "expenditure_total"), "本年支出合计"
    if s.part == "general_budget":
        if s.quantity in GENERAL_TOTALS:
            return _near(contents, s, "expenditure", "expenditure_total"), "本年支出合计"
        return _near(contents, s, "general_budget", *GENERAL_TOTALS), "一般公共预算财政拨款支出"
    if s.part == "basic":
        return _near(contents, s, "basic", "basic"), "基本支出"
    return None, basis


def _owners(s: Said, before: list[Said]) -> list[Figure]:
    """The amounts that a share is of: the subject's own, or those of the several subjects that it names."""
    if (own := s.get("amount")) is not None:
        return [own]
    names = s.subject.split("、")
    near = [b for b in before if b.part == s.part and b.section == s.section]
    found = [next((b.figures["amount"] for b in reversed(near) if b.subject == n and "amount" in b.figures), None) for n in names]
    return [f for f in found if f is not None] if all(f is not None for f in found) else []


def _is_adjusted(instance: Equation, printed: Figure) -> bool:
    """Whether a share is off by one in its last digit only: publishers adjust one so that shares add up to 100."""
    outcome = evaluate(instance)
    return outcome.verdict == "violated" and abs(outcome.difference or Decimal(0)) < printed.resolution * Decimal("1.5")


def shares(adjusted: bool) -> Build:
    """``share_pct = 100 × amount / whole``; those off by one in the last digit are a rule of their own."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        yield from _shares(rule, contents, adjusted)

    return build


def _shares(rule: Rule, contents: ReportContents, adjusted: bool) -> Instances:
    every = contents.once(("shares",), lambda: list(_every_share(rule, contents)))
    for instance, is_adjusted in every:
        if is_adjusted == adjusted:
            yield instance if instance.rule_id == rule.rule_id else replace(instance, rule_id=rule.rule_id)


def _every_share(rule: Rule, contents: ReportContents) -> Iterator[tuple[Equation, bool]]:
    """Every stated share as an equation, and whether it is off by one in its last digit only."""
    before: list[Said] = []
    for s in said(contents, "income", "expenditure", "general_budget", "basic", "three_public", "procurement"):
        printed = s.get("share_pct")
        if printed is not None and (s.quantity not in ("goods_to_sme", "works_to_sme", "services_to_sme") or s.get("amount") is not None):
            owners, (whole, name) = _owners(s, before), _whole(contents, s)
            missing = (*(() if owners else (s.place("amount"),)), *(() if whole is not None else (name,)))
            right: Expression = Sum(())
            if whole is not None:
                right = Quotient(Sum.of(*owners), Sum.of(whole), _HUNDRED)
            instance = relation(rule, contents, s.place("share_pct"), lone(printed), right, missing=missing)
            yield instance, _is_adjusted(instance, printed)
        before.append(s)


# ---------------------------------------------------------------- budgets


def _form_budget(contents: ReportContents, s: Said) -> Figure | None:
    """The budget that the three-public form prints, for reports whose text gives the rate alone."""
    if s.part != "three_public":
        return None
    cells = (row.get(f"budget_{s.quantity}") for row in views.rows_of(contents, words.THREE_PUBLIC))
    return next((f for f in cells if f is not None), None)


def completion(rule: Rule, contents: ReportContents) -> Instances:
    """``completion_pct = 100 × final / budget``; for a project ``100 × executed / budget``."""
    for s in said(contents):
        printed = s.get("completion_pct")
        if printed is None:
            continue
        final = s.get("amount") or s.get("executed")
        budget = s.get(s.basis("completion_pct") or "budget") or (s.budget[1] if s.budget else _form_budget(contents, s))
        place = s.place("completion_pct")
        if final is None or budget is None:
            missing = tuple(s.place(m) for m, f in (("amount", final), ("budget", budget)) if f is None)
            yield relation(rule, contents, place, lone(printed), Sum(()), missing=missing)
        else:
            yield relation(rule, contents, place, lone(printed), Quotient(Sum.of(final), Sum.of(budget), _HUNDRED))


def named_budget(rule: Rule, contents: ReportContents) -> Instances:
    """A completion rate that names the initial budget is not of the year's budget, where that alone is stated and it fits."""
    for s in said(contents):
        printed, final, year = s.get("completion_pct"), s.get("amount"), s.get("budget")
        if printed is None or s.basis("completion_pct") != "initial_budget" or final is None or year is None or not year.value:
            continue
        fits = evaluate(relation(rule, contents, "", lone(printed), Quotient(Sum.of(final), Sum.of(year), _HUNDRED))).verdict != "violated"
        initial = s.get("initial_budget")
        told = f"{s.subject}: {printed.printed} % is called a completion of the initial budget; it is that of the year's budget {year.printed}"
        holds = not fits or (initial is not None and initial.value == year.value)
        yield judge(
            rule, contents, f"{s.place('completion_pct')} / 所称预算", holds, "年初预算", "年初预算" if holds else "全年预算", told,
            s.rows["completion_pct"], (printed, final, year),
        )  # fmt: skip


#: A difference up to this share of the budget may be called 基本持平.
_NEARLY = Decimal("0.05")


def _against_budget(s: Said) -> tuple[Decimal, Decimal, Decimal, tuple[Figure, ...]] | None:
    """Final − budget, its slack, the budget, and the figures; from the completion rate (as final − 100) where no budget is stated."""
    final, budget, rate = s.get("amount"), s.budget[1] if s.budget else None, s.get("completion_pct")
    if final is not None and budget is not None and final.value is not None and budget.value is not None:
        return final.value - budget.value, final.half_width + budget.half_width, abs(budget.value), (final, budget)
    if rate is not None and rate.value is not None and budget is None:
        return rate.value - _HUNDRED, rate.half_width, _HUNDRED, (rate,)
    return None


def direction(nearly: bool) -> Build:
    """The word (大于, 小于, 等于, 持平) is that of final − budget, as far as the printed digits tell; ``nearly`` for what is called level
    or the same 基本, which leaves a margin."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        yield from _directions(rule, contents, [r for r in remarks(contents, "direction") if str(r["words"]).startswith("基本") == nearly])

    return build


def _directions(rule: Rule, contents: ReportContents, told_of: list[Mapping[str, Any]]) -> Instances:
    every = said(contents)
    for remark in told_of:
        said_so = str(remark["words"])
        wanted = direction_sign(said_so)
        about = [s for s in every if s.part == remark["part"] and s.section == remark["section"] and s.subject == remark["subject"]]
        compared = next(((s, c) for s in about if (c := _against_budget(s)) is not None), None)
        if wanted is None or compared is None:
            continue
        s, (difference, slack, budget, figures) = compared
        if wanted == 0:
            holds = abs(difference) <= (max(slack, _NEARLY * budget) if said_so.startswith("基本") else slack)
        else:
            holds = difference * wanted > 0 or abs(difference) < slack
        expected = "大于" if difference > 0 else "小于" if difference < 0 else "等于"
        numbers = ", ".join(f"{MEASURES.get(f.measure, f.measure)} {f.printed}" for f in figures)
        told = f"{s.subject}: {numbers}; the text says {said_so}"
        place = f"{s.place('amount')} 与预算数：{said_so}"
        yield judge(rule, contents, place, holds, f"{said_so}预算数", f"{expected}预算数", told, remark, figures)


RATE_RULES: tuple[Rule, ...] = (
    rule(
        "narrative_change_rate",
        "A rate of change is the change by the base that amount and change imply",
        "增减率与增减额、决算数一致",
        "change_pct = 100 × change / (amount − change)",
        change_rate,
    ),
    rule(
        "narrative_change_of_budget",
        "A change against the budget is final less budget",
        "与预算相比的增减额等于决算数减预算数",
        "change = amount − budget",
        change_of_budget,
    ),
    rule(
        "narrative_change_of_last_year",
        "A change on last year is this year's amount less last year's, both as stated",
        "与上年相比的增减额等于本年数减所述上年数",
        "change = amount − prior amount",
        change_of_last_year,
    ),
    rule(
        "narrative_share",
        "A share is its amount by the whole, both as stated",
        "占比与金额、合计一致",
        "share_pct = 100 × amount / whole",
        shares(False),
    ),
    rule(
        "narrative_share_adjusted",
        "A share is not one off in its last digit",
        "占比末位与金额、合计一致（未为凑足100%而调整）",
        "share_pct = 100 × amount / whole",
        shares(True),
        "warning",
    ),
    rule(
        "narrative_completion",
        "A completion rate is final (executed) by budget",
        "完成预算比例与决算数、预算数一致",
        "completion_pct = 100 × final / budget",
        completion,
    ),
    rule(
        "narrative_named_budget",
        "A completion rate is of the budget that it names",
        "完成预算比例与所称预算（年初预算、全年预算）一致",
        "rate of the initial budget ≠ 100 × final / year's budget",
        named_budget,
        "warning",
    ),
    rule(
        "narrative_direction",
        "The word for final against budget is that of the numbers",
        "决算数大于、小于、持平于预算数的表述与数字一致",
        "sign(word) = sign(final − budget)",
        direction(False),
    ),
    rule(
        "narrative_nearly_level",
        "What is called nearly level with the budget is so",
        "表述为与预算数基本持平、基本一致的，相差不大",
        "|final − budget| ≤ 5 % of the budget",
        direction(True),
        "warning",
    ),
)
