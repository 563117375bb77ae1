"""Changes of the narrative: their bases, and the sections that state them.

What belongs here: a base of nothing, changes that differ where the totals agree, what this year's changes imply for last year's
accounts.  What may not: a rate against its own change (``narrative_rates``), words (``narrative_reasons``), another report
(``pipeline.reconciliation.across``).
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from expectations.rules.base import Rule
from expectations.rules.narrative_view import Said, judge, lone, relation, rule, said
from expectations.rules.shapes import Instances
from pipeline.lexicon.measures import MEASURES
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Sum
from pipeline.model.figures import Figure

# ---------------------------------------------------------------- bases


def base_of_nothing(rule: Rule, contents: ReportContents) -> Instances:
    """No rate is of nothing: no completion of a budget of nothing, no growth on a base of nothing."""
    for s in said(contents):
        for measure, base in (("completion_pct", _budget(s)), ("change_pct", _base(s))):
            rate = s.get(measure)
            if rate is None or base is None or not rate.value or _nothing_at_all(s, rate):
                continue
            figures, value = base
            named = "预算数" if measure == "completion_pct" else "比较基数"
            told = f"{s.subject}: {MEASURES[measure]} {rate.printed} % of {named} 0"
            yield judge(rule, contents, s.place(measure), value != 0, f"{rate.printed}%", "无（基数为零）", told, s.rows[measure], (rate, *figures))


def _nothing_at_all(s: Said, rate: Figure) -> bool:
    """Whether nothing was budgeted and nothing spent: many call that completed by 100 %."""
    final = s.get("amount") or s.get("executed")
    return rate.measure == "completion_pct" and rate.value == 100 and final is not None and not final.amount


def _budget(s: Said) -> tuple[tuple[Figure, ...], Decimal] | None:
    """The budget that a completion rate names, or the one that is stated: nothing, where the text says that there is none."""
    named = s.basis("completion_pct")
    found = (named, s.figures[named]) if named in s.figures else s.budget
    return None if found is None else ((found[1],), found[1].amount)


def _base(s: Said) -> tuple[tuple[Figure, ...], Decimal] | None:
    amount, change, prior = s.get("amount"), s.get("change"), s.get("prior_amount")
    if prior is not None and prior.value is not None and s.basis("change_pct") == "last_year":
        return (prior,), prior.value
    if amount is None or change is None or amount.value is None or change.value is None or s.basis("change_pct") != "last_year":
        return None
    return (amount, change), amount.value - change.value


# ---------------------------------------------------------------- changes of several sections

#: Totals that are often the same amount, by part and quantity.
_TOTALS = (
    ("totals", "totals"), ("income", "income_total"), ("income", "fiscal"), ("expenditure", "expenditure_total"),
    ("fiscal_totals", "fiscal_totals"), ("general_budget", "general_budget_total"), ("general_budget", "appropriation_total"),
)  # fmt: skip


def _changed(contents: ReportContents, parts: Iterable[tuple[str, str]]) -> list[Said]:
    """What is said of some quantities with an amount and a change on last year, the first time that it is said."""
    found: dict[tuple[str, str], Said] = {}
    for s in said(contents):
        if (s.part, s.quantity) in parts and "amount" in s.figures and "change" in s.figures and s.basis("change") == "last_year":
            found.setdefault((s.part, s.quantity), s)
    return list(found.values())


def changes_agree(rule: Rule, contents: ReportContents) -> Instances:
    """Sections that state the same total state the same change of it, unless last year's totals differed."""
    groups: list[list[Said]] = []
    for s in _changed(contents, _TOTALS):
        same = next((g for g in groups if g[0].figures["amount"].value == s.figures["amount"].value), None)
        groups.append([s]) if same is None else same.append(s)
    for group in groups:
        known: list[Figure] = []
        for s in group:
            change = s.figures["change"]
            if known and not any(abs(change.amount - k.amount) <= change.half_width + k.half_width for k in known):
                yield relation(rule, contents, f"{s.place('change')} ↔ {group[0].section} {group[0].subject}", lone(change), lone(known[0]))
            elif known:
                yield relation(rule, contents, s.place("change"), lone(change), lone(next(k for k in known if _near(change, k))))
            known.append(change)


def _near(a: Figure, b: Figure) -> bool:
    return abs(a.amount - b.amount) <= a.half_width + b.half_width


_CENTS = Decimal("0.1")
_SPENDING = tuple(("expenditure", q) for q in ("basic", "project", "to_superior", "business", "affiliated_subsidy"))
_INCOME = tuple(("income", q) for q in ("fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other"))
_THREE_PUBLIC = tuple(("three_public", q) for q in ("abroad", "vehicle", "reception"))
#: A whole of last year and the parts whose bases may not exceed it (``>=``) or must make it up (``=``).
_LAST_YEAR = (
    (("totals", "totals"), ">=", _INCOME),
    (("totals", "totals"), ">=", _SPENDING),
    (("income", "income_total"), "=", _INCOME),
    (("expenditure", "expenditure_total"), "=", _SPENDING),
    (("totals", "totals"), ">=", (("fiscal_totals", "fiscal_totals"),)),
    (("fiscal_totals", "fiscal_totals"), ">=", (("income", "fiscal"),)),
    (("fiscal_totals", "fiscal_totals"), ">=", (("general_budget", "general_budget_total"),)),
    (("three_public", "total"), "=", _THREE_PUBLIC),
)


def implied_bases(rule: Rule, contents: ReportContents) -> Instances:
    """What amounts and changes imply for last year satisfies last year's identities: the parts are within the whole."""
    for whole, sign, parts in _LAST_YEAR:
        total = next(iter(_changed(contents, [whole])), None)
        found = _changed(contents, parts)
        stated = {(s.part, s.quantity) for s in said(contents) if (s.part, s.quantity) in parts and s.get("amount") is not None}
        complete = stated == {(s.part, s.quantity) for s in found}
        if total is None or not found or (sign == "=" and not complete):
            continue
        if sum(s.figures["amount"].amount for s in found) > total.figures["amount"].amount + _CENTS:
            continue  # this year's amounts do not fit already, which is a finding of its own
        place = f"{total.place('change')} / 上年数 {'≥' if sign == '>=' else '='} {'、'.join(s.subject for s in found)}"
        yield relation(rule, contents, place, _last_year([total]), _last_year(found), ">=" if sign == ">=" else "=")


def _last_year(every: Iterable[Said]) -> Sum:
    return Sum.of(*(item for s in every for item in (s.figures["amount"], (-1, s.figures["change"]))))


def base_not_negative(rule: Rule, contents: ReportContents) -> Instances:
    """Nothing grew by more than it is: the base that an amount and its change imply is not negative."""
    for s in said(contents):
        amount, change = s.get("amount"), s.get("change")
        if amount is not None and change is not None and "change_pct" in s.rows and _base(s) is not None and amount.amount >= 0:
            yield relation(rule, contents, s.place("change"), lone(amount), lone(change), ">=")


CHANGE_RULES: tuple[Rule, ...] = (
    rule(
        "narrative_base_of_nothing",
        "No rate is of a budget or a base of nothing",
        "预算数或比较基数为零的，不存在完成比例、增减率",
        "base = 0 ⇒ no rate",
        base_of_nothing,
        "warning",
    ),
    rule(
        "narrative_changes_agree",
        "Sections that state the same total state the same change",
        "总计相同的各节，所述增减额一致",
        "total = total ⇒ change = change",
        changes_agree,
        "info",
    ),
    rule(
        "narrative_implied_bases",
        "What the changes imply for last year satisfies last year's identities",
        "由本年增减额倒推的上年数符合上年勾稽关系",
        "(whole − change) ≥ Σ (part − change)",
        implied_bases,
        "warning",
    ),
    rule(
        "narrative_base_not_negative",
        "Nothing grew by more than it is",
        "增加额不超过决算数",
        "amount ≥ change",
        base_not_negative,
        "warning",
    ),
)
