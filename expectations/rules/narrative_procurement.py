"""Purchases of the narrative: kinds, contracts of small firms, what was reserved for them, each part against its whole.

What belongs here: relations within the section on procurement.  What may not: shares (``narrative_rates``), the forms (``narrative_forms``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from expectations.rules.base import Rule
from expectations.rules.narrative_sums import parts_of
from expectations.rules.narrative_view import find, lone, relation, rule
from expectations.rules.shapes import Instances
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Expression, Product, Sum
from pipeline.model.figures import Figure
from pipeline.model.numbers import ZERO, Interval


def small_firms(rule: Rule, contents: ReportContents) -> Instances:
    """Contracts of small and medium firms = Σ kind of procurement × its share to them."""
    awarded = find(contents, "procurement", "to_sme")
    pairs = []
    for kind in ("goods", "works", "services"):
        amount, part = find(contents, "procurement", kind), find(contents, "procurement", f"{kind}_to_sme", "share_pct")
        if amount is not None and amount.value:
            pairs.append((amount, part))
    if awarded is None or not pairs or any(part is None for _, part in pairs):
        return
    products = [Product(Sum.of(a), Sum.of(p), Decimal("0.01")) for a, p in pairs if p is not None]
    yield relation(rule, contents, "情况说明 政府采购 / 授予中小企业合同金额", lone(awarded), _Total(tuple(products)))


@dataclass(frozen=True, slots=True)
class _Total(Expression):
    """The sum of expressions."""

    parts: tuple[Expression, ...]

    def point(self) -> Fraction:
        return sum((p.point() for p in self.parts), Fraction(0))

    def interval(self) -> Interval:
        return sum((p.interval() for p in self.parts), ZERO)

    def figures(self) -> Iterator[Figure]:
        for p in self.parts:
            yield from p.figures()


def procurement_order(rule: Rule, contents: ReportContents) -> Instances:
    """Contracts to micro firms ≤ contracts to small and medium firms ≤ procurement."""
    chain = ("procurement_total", "to_sme", "to_micro")
    found = [find(contents, "procurement", q) for q in chain]
    for greater, less in pairwise(found):
        if greater is not None and less is not None:
            place = f"情况说明 政府采购 / {greater.label} ≥ {less.label}"
            yield relation(rule, contents, place, lone(greater), lone(less), ">=")


def reserved(rule: Rule, contents: ReportContents) -> Instances:
    """What is reserved for small firms and the rest make up all purchases; what small firms won of the reserved and of the other purchases
    (Shanghai) makes up their contracts, or where those are not stated is no more than all purchases."""
    total, firms = (find(contents, "procurement", q) for q in ("procurement_total", "to_sme"))
    own, rest, won, others = (find(contents, "procurement", q) for q in ("reserved", "not_reserved", "won_elsewhere", "to_others"))
    whole = firms or total
    if total is not None and own is not None and rest is not None:
        yield relation(rule, contents, f"情况说明 政府采购 / {total.label}：预留与非预留", lone(total), Sum.of(own, rest))
    if whole is not None and own is not None and won is not None:
        place = f"情况说明 政府采购 / {whole.label}：预留项目与其他项目"
        yield relation(rule, contents, place, lone(whole), Sum.of(own, won), "=" if firms is not None else ">=")
    if total is not None and firms is not None and others is not None:
        yield relation(rule, contents, f"情况说明 政府采购 / {total.label}：中小企业与其他企业", lone(total), Sum.of(firms, others))


#: What is within what: of micro firms within that of small and medium ones, contracts within the budget reserved for them.
_WITHIN = (("reserved_budget", "reserved_micro_budget"), ("reserved_budget", "reserved"), ("reserved_micro_budget", "reserved_micro"))


def reserved_within(rule: Rule, contents: ReportContents) -> Instances:
    """Contracts are within the budget that was reserved for them, and the budget for micro firms within that for small and medium ones."""
    for greater, less in ((find(contents, "procurement", a), find(contents, "procurement", b)) for a, b in _WITHIN):
        if greater is not None and less is not None:
            yield relation(rule, contents, f"情况说明 政府采购 / {greater.label} ≥ {less.label}", lone(greater), lone(less), ">=")


PROCUREMENT_RULES: tuple[Rule, ...] = (
    rule(
        "narrative_procurement",
        "Procurement is goods, works and services",
        "政府采购支出总额等于货物、工程、服务之和",
        "total = goods + works + services",
        parts_of("procurement", "procurement_total", "goods", "works", "services"),
    ),
    rule(
        "narrative_procurement_order",
        "Contracts to micro firms ≤ to small and medium firms ≤ procurement",
        "授予小微企业、中小企业合同金额不超过上级数",
        "total ≥ to_sme ≥ to_micro",
        procurement_order,
        "warning",
    ),
    rule(
        "narrative_procurement_small_firms",
        "Contracts to small and medium firms are those of the three kinds together",
        "授予中小企业合同金额等于各类采购授予额之和",
        "to_sme = Σ kind × share",
        small_firms,
        "warning",
    ),
    rule(
        "narrative_procurement_reserved",
        "What is reserved for small firms and the rest make up the whole",
        "预留与非预留（中小企业与其他企业）金额之和等于总额",
        "to_sme = reserved + rest, else total ≥ reserved + rest; total = to_sme + to others",
        reserved,
        "warning",
    ),
    rule(
        "narrative_procurement_reserved_within",
        "Contracts are within the budget reserved for them",
        "面向中小（小微）企业的采购金额不超过预留的预算金额，小微不超过中小",
        "reserved budget ≥ contracts; budget for small and medium ≥ for micro",
        reserved_within,
        "warning",
    ),
)
