"""The narrative held against itself: rates against their operands, parts against wholes, words against numbers.

What belongs here: relations whose figures the narrative itself prints.  What may not: its relation to the forms
(``narrative_forms``) and to the performance annexes (``narrative_projects``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from expectations.rules.base import Build, Judgement, Rule, Severity
from expectations.rules.narrative_view import Said, find, judge, lone, relation, remarks, said
from expectations.rules.shapes import Instances
from pipeline.contents import ReportContents
from pipeline.equations import Equation, Expression, Product, Quotient, Relation, Sum
from pipeline.figures import Figure
from pipeline.narrative.wording import DIRECTION_WORDS

_HUNDRED = Decimal(100)
SUITE = "narrative_consistency"
CITATION = "部门决算公开模板 第三部分 决算情况说明"


def rule(
    rule_id: str, title: str, title_zh: str, formula: str, build: Build, severity: Severity = "error", kind: str = "narrative",
    citation: str = CITATION,
) -> Rule:  # fmt: skip
    """A rule of the narrative's suite."""
    return Rule(rule_id, SUITE, title, title_zh, kind, severity, formula, citation, build)


# ---------------------------------------------------------------- changes


def _base(s: Said, measure: str) -> tuple[Expression, str] | None:
    """What a change is a rate of: a stated budget, or the base that amount and change imply."""
    amount, change = s.get("amount"), s.get("change")
    against = s.basis(measure)
    if against in ("initial_budget", "budget") and (stated := s.get(against)) is not None and stated.value is not None:
        return Sum.of(stated), "budget"
    if amount is None or change is None:
        return None
    return Sum.of(amount, (-1, change)), "implied"


def change_rate(rule: Rule, contents: ReportContents) -> Instances:
    """``change_pct = 100 × change / (amount − change)`` for every subject with all three."""
    for s in said(contents):
        rate, change = s.get("change_pct"), s.get("change")
        if rate is None or change is None:
            continue
        base = _base(s, "change_pct")
        if base is None:
            yield relation(rule, contents, s.place("change_pct"), lone(rate), Sum(()), missing=(s.place("amount"),))
        else:
            yield relation(rule, contents, s.place("change_pct"), lone(rate), Quotient(Sum.of(change), base[0], _HUNDRED))


def change_of_budget(rule: Rule, contents: ReportContents) -> Instances:
    """A change against a budget that is stated too is the difference of the two."""
    for s in said(contents):
        change, amount = s.get("change"), s.get("amount")
        budget = s.get(s.basis("change")) if s.basis("change") in ("initial_budget", "budget") else None
        if change is not None and amount is not None and budget is not None and budget.value is not None:
            yield relation(rule, contents, s.place("change"), lone(change), Sum.of(amount, (-1, budget)))


# ---------------------------------------------------------------- shares


def _whole(contents: ReportContents, s: Said) -> tuple[Figure | None, str]:
    """The figure that a share is a share of, told from the sentence's words or else from the section."""
    words = s.basis("share_pct")
    if s.part == "procurement":
        if "中小企业" in words:
            return find(contents, "procurement", "to_sme"), "授予中小企业合同金额"
        return find(contents, "procurement", "procurement_total"), "政府采购支出总额"
    if s.part == "three_public":
        return find(contents, "three_public", "total"), "“三公”经费"
    if s.part == "income":
        return find(contents, "income", "income_total"), "本年收入合计"
    if s.part == "expenditure" or "支出合计" in words:
        return find(contents, "expenditure", "expenditure_total"), "本年支出合计"
    if s.part == "general_budget":
        if s.quantity == "general_budget_total":
            return find(contents, "expenditure", "expenditure_total"), "本年支出合计"
        return find(contents, "general_budget", "general_budget_total"), "一般公共预算财政拨款支出"
    return None, words


def _owners(s: Said, before: list[Said]) -> list[Figure]:
    """The amounts that a share is of: the subject's own, or those of the several subjects that it names."""
    if (own := s.get("amount")) is not None:
        return [own]
    names = s.subject.split("、")
    near = [b for b in before if b.part == s.part and b.section == s.section]
    found = [next((b.figures["amount"] for b in reversed(near) if b.subject == n and "amount" in b.figures), None) for n in names]
    return [f for f in found if f is not None] if all(f is not None for f in found) else []


def share(rule: Rule, contents: ReportContents) -> Instances:
    """``share_pct = 100 × amount / whole``, as far as both are printed."""
    before: list[Said] = []
    for s in said(contents, "income", "expenditure", "general_budget", "three_public", "procurement"):
        printed = s.get("share_pct")
        if printed is not None and s.quantity not in ("goods_to_sme", "works_to_sme", "services_to_sme"):
            owners, (whole, name) = _owners(s, before), _whole(contents, s)
            missing = (*(() if owners else (s.place("amount"),)), *(() if whole is not None else (name,)))
            right: Expression = Sum(())
            if whole is not None:
                right = Quotient(Sum.of(*owners), Sum.of(whole), _HUNDRED)
            yield relation(rule, contents, s.place("share_pct"), lone(printed), right, missing=missing)
        before.append(s)


# ---------------------------------------------------------------- budgets


def completion(rule: Rule, contents: ReportContents) -> Instances:
    """``completion_pct = 100 × final / budget``; for a project ``100 × executed / budget``."""
    for s in said(contents):
        printed = s.get("completion_pct")
        if printed is None:
            continue
        final = s.get("amount") or s.get("executed")
        budget = s.get(s.basis("completion_pct") or "budget") or (s.budget[1] if s.budget else None)
        place = s.place("completion_pct")
        if final is None or budget is None:
            missing = tuple(s.place(m) for m, f in (("amount", final), ("budget", budget)) if f is None)
            yield relation(rule, contents, place, lone(printed), Sum(()), missing=missing)
        else:
            yield relation(rule, contents, place, lone(printed), Quotient(Sum.of(final), Sum.of(budget), _HUNDRED))


#: A difference up to this share of the budget may be called 基本持平.
_NEARLY = Decimal("0.05")


def direction(rule: Rule, contents: ReportContents) -> Instances:
    """The word (大于, 小于, 等于, 持平) is that of final − budget, as far as the printed digits tell."""
    every = said(contents)
    for remark in remarks(contents, "direction"):
        words = str(remark["words"])
        wanted = DIRECTION_WORDS.get(words.removeprefix("基本"))
        about = [s for s in every if s.part == remark["part"] and s.section == remark["section"] and s.subject == remark["subject"]]
        about = [s for s in about if s.get("amount") is not None and s.budget is not None]
        if wanted is None or not about:
            continue
        s = about[0]
        final, budget = s.figures["amount"], s.budget[1] if s.budget else None
        if budget is None or budget.value is None or final.value is None:
            continue
        difference = final.value - budget.value
        slack = final.half_width + budget.half_width
        if wanted == 0:
            holds = abs(difference) <= (max(slack, _NEARLY * abs(budget.value)) if words.startswith("基本") else slack)
        else:
            holds = difference * wanted > 0 or abs(difference) < slack
        expected = "大于" if difference > 0 else "小于" if difference < 0 else "等于"
        told = f"{s.subject}: 决算数 {final.printed}, 预算数 {budget.printed}; the text says {words}"
        place = f"{s.place('amount')} {words}预算数"
        yield judge(rule, contents, place, holds, f"{words}预算数", f"{expected}预算数", told, remark, (final, budget))


# ---------------------------------------------------------------- parts and wholes


def parts_of(part: str, whole: str, *parts: str, relation_sign: Relation = "=", needs: int = 2, measure: str = "amount") -> Build:
    """Within a section of ``part``: the stated whole = Σ the stated parts, where at least ``needs`` parts are stated."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        for own in _by_section(said(contents, part)):
            total = next((s for s in own if s.quantity == whole and measure in s.figures), None)
            if total is None:
                continue
            found = [next((s.figures[measure] for s in own if s.quantity == p and measure in s.figures), None) for p in parts]
            figures = [f for f in found if f is not None]
            if len(figures) >= needs:
                yield relation(rule, contents, total.place(measure), lone(total.figures[measure]), Sum.of(*figures), relation_sign)

    return build


def _by_section(every: Iterable[Said]) -> Iterator[list[Said]]:
    sections: dict[str, list[Said]] = {}
    for s in every:
        sections.setdefault(s.section, []).append(s)
    yield from sections.values()


def _structure(contents: ReportContents, whole: str, part: str, quantities: Callable[[Said], bool]) -> Iterator[tuple[Said, list[Figure]]]:
    """Sections that break a whole down into parts with shares or amounts: the whole and the parts' amounts."""
    for own in _by_section(said(contents, part)):
        if any(s.aspect == "detail" for s in own):
            continue
        total = next((s for s in own if s.quantity == whole and "amount" in s.figures), None)
        figures = [s.figures["amount"] for s in own if "amount" in s.figures and quantities(s)]
        if total is not None and figures:
            yield total, figures


_INCOME_KINDS = frozenset({"fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other"})
_INCOME_PARTS = frozenset({"general_budget_income", "fund_income", "state_capital_income"})
_SPENDING_KINDS = frozenset({"basic", "project", "to_superior", "business", "affiliated_subsidy"})


def structure(whole: str, part: str, kinds: frozenset[str]) -> Build:
    """The whole of a structure paragraph = Σ the kinds that it names."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        for total, figures in _structure(contents, whole, part, lambda s: s.quantity in kinds):
            yield relation(rule, contents, total.place("amount"), lone(total.figures["amount"]), Sum.of(*figures))

    return build


def classes(rule: Rule, contents: ReportContents) -> Instances:
    """General budget expenditure = Σ the classes (类) of its structure paragraph."""
    for own in _by_section(said(contents, "general_budget")):
        total = next((s for s in own if s.quantity == "general_budget_total" and "amount" in s.figures), None)
        named = [s for s in own if not s.quantity and "amount" in s.figures and "（项）" not in s.subject and "（款）" not in s.subject]
        if total is not None and total.aspect != "detail" and named:
            parts = Sum.of(*(s.figures["amount"] for s in named))
            yield relation(rule, contents, total.place("amount"), lone(total.figures["amount"]), parts)


def items(measure: str) -> Build:
    """General budget: final (or initial budget) in total = Σ that of the items (项)."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        for own in _by_section(said(contents, "general_budget")):
            total = next((s for s in own if s.quantity == "general_budget_total" and measure in s.figures), None)
            named = [s for s in own if "（项）" in s.subject]
            if total is None or not named or total.figures[measure].value is None:
                continue
            missing = tuple(s.place(measure) for s in named if measure not in s.figures or s.figures[measure].value is None)
            parts = Sum.of(*(s.figures[measure] for s in named if measure in s.figures))
            yield relation(rule, contents, total.place(measure), lone(total.figures[measure]), parts, missing=missing)

    return build


def lists(rule: Rule, contents: ReportContents) -> Instances:
    """Personnel (public) funds = Σ the items listed behind them, where every item has its amount."""
    named = {r["quantity"]: r for r in remarks(contents, "named")}
    stated = said(contents, "basic")
    for quantity in ("personnel", "public"):
        total = next((s for s in stated if s.quantity == quantity and "amount" in s.figures), None)
        if total is None or quantity not in named or named[quantity]["basis"] == "open":
            continue
        names = str(named[quantity]["words"]).split("、")
        after = [s for s in stated if s.order > total.order and s.section == total.section]
        figures = [next((s.figures["amount"] for s in after if s.subject == n and "amount" in s.figures), None) for n in names]
        present = [f for f in figures if f is not None]
        if len(present) == len(names):
            yield relation(rule, contents, total.place("amount"), lone(total.figures["amount"]), Sum.of(*present))


def fund_balance(rule: Rule, contents: ReportContents) -> Instances:
    """Fund: closing = opening + income − expenditure."""
    terms = {q: find(contents, "fund", q) for q in ("opening", "income", "total", "closing")}
    if any(f is None for f in terms.values()):
        return
    opening, income, total, closing = (f for f in terms.values() if f is not None)
    yield relation(rule, contents, "情况说明 政府性基金 / 年末结转和结余", lone(closing), Sum.of(opening, income, (-1, total)))


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


class _Total(Expression):
    """The sum of expressions."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[Expression, ...]) -> None:
        self.parts = parts

    def point(self) -> Decimal:
        return sum((p.point() for p in self.parts), Decimal(0))

    def interval(self):  # type: ignore[no-untyped-def]
        first, *rest = (p.interval() for p in self.parts)
        for other in rest:
            first = first + other
        return first

    def figures(self) -> Iterator[Figure]:
        for p in self.parts:
            yield from p.figures()


def vehicles(rule: Rule, contents: ReportContents) -> Instances:
    """Vehicles = Σ the kinds of vehicles."""
    for own in _by_section(said(contents, "assets")):
        total = next((s for s in own if s.quantity == "vehicles" and "count" in s.figures), None)
        kinds = [s.figures["count"] for s in own if s.quantity == "vehicles_of_kind" and "count" in s.figures]
        if total is not None and kinds:
            yield relation(rule, contents, total.place("count"), lone(total.figures["count"]), Sum.of(*kinds))


#: Money of a kind ↔ the count that goes with it: the money cannot be spent on none, and none costs nothing.
_MONEY_AND_COUNT = (
    ("abroad", "abroad_persons"),
    ("reception_domestic", "domestic_batches"),
    ("reception_domestic", "domestic_persons"),
    ("reception_foreign", "foreign_batches"),
    ("vehicle_purchase", "vehicles_bought"),
)


def money_and_count(rule: Rule, contents: ReportContents) -> Instances:
    """Money was spent where, and only where, groups, persons or vehicles are counted."""
    for kind, counted in _MONEY_AND_COUNT:
        money, number = find(contents, "three_public", kind), find(contents, "three_public", counted, "count")
        if money is None or number is None or money.value is None or number.value is None:
            continue
        holds = (money.value > 0) == (number.value > 0)
        place = f"情况说明 “三公”经费 / {money.label} ↔ {number.label}"
        told = f"{money.label} {money.printed} 万元, {number.label} {number.printed}"
        expected = "0" if number.value == 0 else "more than 0"
        at = {"page": money.place.page, "line": money.place.line}
        yield judge(rule, contents, place, holds, money.printed, expected, told, at, (money, number))


def vehicles_kept(rule: Rule, contents: ReportContents) -> Instances:
    """The vehicles that fiscal money runs are among the vehicles that the unit has."""
    kept, owned = find(contents, "three_public", "vehicles_kept", "count"), find(contents, "assets", "vehicles", "count")
    if kept is not None and owned is not None:
        yield relation(rule, contents, "情况说明 国有资产 / 车辆 ↔ 公务用车保有量", lone(owned), lone(kept), ">=")


def sums_to(rule: Rule, contents: ReportContents) -> Iterator[Equation | Judgement]:
    """Contracts to micro firms ≤ contracts to small and medium firms ≤ procurement."""
    chain = ("procurement_total", "to_sme", "to_micro")
    found = [find(contents, "procurement", q) for q in chain]
    for greater, less in zip(found, found[1:], strict=False):
        if greater is not None and less is not None:
            place = f"情况说明 政府采购 / {greater.label} ≥ {less.label}"
            yield relation(rule, contents, place, lone(greater), lone(less), ">=")


OWN_RULES: tuple[Rule, ...] = (
    rule("narrative_change_rate", "A rate of change is the change by the base that amount and change imply", "增减率与增减额、决算数一致",
         "change_pct = 100 × change / (amount − change)", change_rate),
    rule("narrative_change_of_budget", "A change against the budget is final less budget", "与预算相比的增减额等于决算数减预算数",
         "change = amount − budget", change_of_budget),
    rule("narrative_share", "A share is its amount by the whole, both as stated", "占比与金额、合计一致", "share_pct = 100 × amount / whole", share),
    rule("narrative_completion", "A completion rate is final (executed) by budget", "完成预算比例与决算数、预算数一致",
         "completion_pct = 100 × final / budget", completion),
    rule("narrative_direction", "The word for final against budget is that of the numbers", "决算数大于、小于、持平于预算数的表述与数字一致",
         "sign(word) = sign(final − budget)", direction),
    rule("narrative_income_structure", "Income is the sum of the kinds named", "本年收入合计等于所列各项收入之和", "income = Σ kinds",
         structure("income_total", "income", _INCOME_KINDS)),
    rule("narrative_expenditure_structure", "Expenditure is the sum of the kinds named", "本年支出合计等于所列各项支出之和", "expenditure = Σ kinds",
         structure("expenditure_total", "expenditure", _SPENDING_KINDS)),
    rule("narrative_classes", "General budget expenditure is the sum of the classes named", "一般公共预算财政拨款支出等于所列各类之和",
         "general = Σ classes", classes),
    rule("narrative_items_final", "General budget expenditure is the sum of the items named", "一般公共预算财政拨款支出决算数等于各项之和",
         "general = Σ items", items("amount"), "warning"),
    rule("narrative_items_initial", "The initial budget is the sum of the items' initial budgets", "年初预算数等于各项年初预算数之和",
         "initial = Σ items", items("initial_budget"), "warning"),
    rule("narrative_basic", "Basic expenditure is personnel and public funds", "基本支出等于人员经费与公用经费之和", "basic = personnel + public",
         parts_of("basic", "basic", "personnel", "public")),
    rule("narrative_lists", "Personnel (public) funds are the sum of the items listed with amounts", "人员（公用）经费等于所列各项之和",
         "funds = Σ items", lists),
    rule("narrative_three_public", "The three public expenses are their three kinds", "“三公”经费等于三项之和", "total = abroad + vehicle + reception",
         parts_of("three_public", "total", "abroad", "vehicle", "reception", needs=3)),
    rule("narrative_vehicle_expense", "Vehicle expenses are purchase and operation", "公务用车购置及运行维护费等于购置费与运行维护费之和",
         "vehicle = purchase + operation", parts_of("three_public", "vehicle", "vehicle_purchase", "vehicle_operation")),
    rule("narrative_reception", "Reception is domestic and foreign reception", "公务接待费等于国内与国（境）外接待费之和",
         "reception = domestic + foreign", parts_of("three_public", "reception", "reception_domestic", "reception_foreign")),
    rule("narrative_money_and_count", "Three-public money goes with groups, persons or vehicles", "“三公”经费有金额即有批次、人次或车辆",
         "money > 0 ⇔ count > 0", money_and_count, "warning"),
    rule("narrative_vehicles", "Vehicles are the sum of their kinds", "车辆总数等于各类用车之和", "vehicles = Σ kinds", vehicles),
    rule("narrative_vehicles_kept", "Vehicles run with fiscal money are among those held", "公务用车保有量不超过车辆总数",
         "vehicles ≥ vehicles kept", vehicles_kept, "warning"),
    rule("narrative_fund_balance", "A fund's closing balance follows from opening, income and expenditure", "政府性基金年末结转等于年初结转加收入减支出",
         "closing = opening + income − total", fund_balance),
    rule("narrative_procurement", "Procurement is goods, works and services", "政府采购支出总额等于货物、工程、服务之和",
         "total = goods + works + services", parts_of("procurement", "procurement_total", "goods", "works", "services")),
    rule("narrative_procurement_order", "Contracts to micro firms ≤ to small and medium firms ≤ procurement", "授予小微企业、中小企业合同金额不超过上级数",
         "total ≥ to_sme ≥ to_micro", sums_to, "warning"),
    rule("narrative_procurement_small_firms", "Contracts to small and medium firms are those of the three kinds together", "授予中小企业合同金额等于各类采购授予额之和",
         "to_sme = Σ kind × share", small_firms, "warning"),
)  # fmt: skip
