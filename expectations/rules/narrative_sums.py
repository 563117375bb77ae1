"""Parts and wholes of the narrative: every stated total held against the parts that the narrative names.

What belongs here: sums and orders of figures that the narrative itself prints.  What may not: rates (``narrative_rates``),
the forms (``narrative_forms``), the annexes (``narrative_projects``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from expectations.rules.base import Build, Rule
from expectations.rules.narrative_view import GENERAL_TOTALS, Said, find, judge, lone, relation, remarks, rule, said
from expectations.rules.shapes import Instances
from pipeline.model.classification import functional_class
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Relation, Sum
from pipeline.model.figures import Figure


def parts_of(part: str, whole: str, *parts: str, needs: int = 2, measure: str = "amount") -> Build:
    """Within a section of ``part``: the stated whole = Σ the stated parts, where at least ``needs`` parts are stated."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        for own in _by_section(said(contents, part)):
            total = next((s for s in own if s.quantity == whole and measure in s.figures), None)
            if total is None:
                continue
            found = [next((s.figures[measure] for s in own if s.quantity == p and measure in s.figures), None) for p in parts]
            figures = [f for f in found if f is not None]
            if len(figures) >= needs:
                yield relation(rule, contents, total.place(measure), lone(total.figures[measure]), Sum.of(*figures))

    return build


def _by_section(every: Iterable[Said]) -> Iterator[list[Said]]:
    sections: dict[str, list[Said]] = {}
    for s in every:
        sections.setdefault(s.section, []).append(s)
    yield from sections.values()


_INCOME_KINDS = frozenset({"fiscal", "superior_subsidy", "institutional", "business", "affiliated_remittance", "other"})
#: What fiscal appropriation is broken down into, named beside it or instead of it.
_BUDGETS = frozenset({"general_budget_income", "fund_income", "state_capital_income"})
_SPENDING_KINDS = frozenset({"basic", "project", "to_superior", "business", "affiliated_subsidy"})


def structure(whole: str, part: str, kinds: frozenset[str]) -> Build:
    """The whole of a structure paragraph = Σ the kinds that it names."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        for own in _by_section(said(contents, part)):
            total = next((s for s in own if s.quantity == whole and "amount" in s.figures), None)
            wanted = kinds if any(s.quantity == "fiscal" for s in own) else kinds | _BUDGETS
            named = [s.figures["amount"] for s in own if s.quantity in wanted and "amount" in s.figures]
            if total is not None and named and total.aspect != "detail":
                yield relation(rule, contents, total.place("amount"), lone(total.figures["amount"]), Sum.of(*named))

    return build


def _is_class(s: Said) -> bool:
    """Whether a subject is a class (类) of the functional classification, by its mark, its code or its name."""
    if "（项）" in s.subject or "（款）" in s.subject:
        return False
    return "（类）" in s.subject or s.code is not None or functional_class(s.subject) is not None


def classes(rule: Rule, contents: ReportContents) -> Instances:
    """General budget expenditure = Σ the classes (类) of its structure paragraph."""
    for own in _by_section(said(contents, "general_budget")):
        total = next((s for s in own if s.quantity in GENERAL_TOTALS and "amount" in s.figures), None)
        named = [s for s in own if not s.quantity and "amount" in s.figures and _is_class(s)]
        if total is not None and total.aspect != "detail" and named:
            parts = Sum.of(*(s.figures["amount"] for s in named))
            yield relation(rule, contents, total.place("amount"), lone(total.figures["amount"]), parts)


def items(measure: str, sign: Relation) -> Build:
    """General budget: final (or initial budget) in total against Σ that of the items (项).

    An item with a budget and no final amount need not be named, so that the initial budget may exceed the sum.
    """

    def build(rule: Rule, contents: ReportContents) -> Instances:
        for own in _by_section(said(contents, "general_budget")):
            total = next((s for s in own if s.quantity in GENERAL_TOTALS and measure in s.figures), None)
            named = [s for s in own if "（项）" in s.subject]
            if total is None or not named or total.figures[measure].value is None:
                continue
            missing = tuple(s.place(measure) for s in named if measure not in s.figures or s.figures[measure].value is None)
            parts = Sum.of(*(s.figures[measure] for s in named if measure in s.figures))
            yield relation(rule, contents, total.place(measure), lone(total.figures[measure]), parts, sign, missing)

    return build


def items_left_out(rule: Rule, contents: ReportContents) -> Instances:
    """Where the final amounts of the items add up to the total, the list is whole, and the initial budgets are not less than theirs.

    What is missing is the budget of an item without a final amount that is left out of the list, or a wrong number.
    """
    for own in _by_section(said(contents, "general_budget")):
        total = next((s for s in own if s.quantity in GENERAL_TOTALS and s.get("initial_budget") is not None), None)
        named = [s for s in own if "（项）" in s.subject]
        budgets = [f for s in named if (f := s.get("initial_budget")) is not None]
        if total is None or not named or len(budgets) != len(named) or not _whole_list(total, named):
            continue
        whole = total.figures["initial_budget"]
        if whole.amount > sum(f.amount for f in budgets):  # less is a breach of the rule above
            yield relation(rule, contents, total.place("initial_budget"), lone(whole), Sum.of(*budgets))


def _whole_list(total: Said, named: list[Said]) -> bool:
    """Whether the items named are all there are: their final amounts add up to the total."""
    finals = [f for s in named if (f := s.get("amount")) is not None and f.value is not None]
    whole = total.get("amount")
    return whole is not None and len(finals) == len(named) and Sum.of(*finals).interval().meets(Sum.of(whole).interval())


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


def vehicles(rule: Rule, contents: ReportContents) -> Instances:
    """Vehicles = Σ the kinds of vehicles."""
    for own in _by_section(said(contents, "assets")):
        total = next((s for s in own if s.quantity == "vehicles" and "count" in s.figures), None)
        kinds = [s.figures["count"] for s in own if s.quantity == "vehicles_of_kind" and "count" in s.figures]
        if total is not None and kinds:
            yield relation(rule, contents, total.place("count"), lone(total.figures["count"]), Sum.of(*kinds))


#: Money of a kind ↔ the count that goes with it: the money cannot be spent on none, and none costs nothing (but for vehicles that are kept).
_MONEY_AND_COUNT = (
    ("abroad", "abroad_persons"),
    ("reception_domestic", "domestic_batches"),
    ("reception_domestic", "domestic_persons"),
    ("reception_foreign", "foreign_batches"),
    ("vehicle_purchase", "vehicles_bought"),
    ("vehicle_operation", "vehicles_kept"),
)


def money_and_count(rule: Rule, contents: ReportContents) -> Instances:
    """Money was spent where, and only where, groups, persons or vehicles are counted; there are no persons without groups."""
    for kind, counted in _MONEY_AND_COUNT:
        money, number = _spent(contents, kind), find(contents, "three_public", counted, "count")
        if money is not None and number is not None and (money.amount or kind != "vehicle_operation"):
            yield from _both_or_none(rule, contents, money, number)
    for group, person in _PERSONS:
        groups, people = find(contents, "three_public", group, "count"), find(contents, "three_public", person, "count")
        if groups is not None and people is not None and groups.value == 0:
            yield from _both_or_none(rule, contents, groups, people)


def _spent(contents: ReportContents, kind: str) -> Figure | None:
    """The money of a kind; all of reception for domestic guests, where it is not parted."""
    found = find(contents, "three_public", kind)
    if found is None and kind == "reception_domestic" and find(contents, "three_public", "reception_foreign") is None:
        return find(contents, "three_public", "reception")
    return found


def _both_or_none(rule: Rule, contents: ReportContents, one: Figure, number: Figure) -> Instances:
    if one.value is None or number.value is None:
        return
    told = f"{one.label} {one.printed}{one.unit or ''}, {number.label} {number.printed}"
    expected = "0" if number.value == 0 else "大于0"
    at = {"page": one.place.page, "line": one.place.line}
    place = f"情况说明 “三公”经费 / {one.label} ↔ {number.label}"
    yield judge(rule, contents, place, (one.value > 0) == (number.value > 0), one.printed, expected, told, at, (one, number))


#: Groups or batches ↔ their persons: each has one person at least.
_PERSONS = (("abroad_groups", "abroad_persons"), ("domestic_batches", "domestic_persons"), ("foreign_batches", "foreign_persons"))


def persons(rule: Rule, contents: ReportContents) -> Instances:
    """There are at least as many persons as groups or batches."""
    for group, person in _PERSONS:
        fewer, more = find(contents, "three_public", group, "count"), find(contents, "three_public", person, "count")
        if fewer is not None and more is not None:
            yield relation(rule, contents, f"情况说明 “三公”经费 / {more.label} ≥ {fewer.label}", lone(more), lone(fewer), ">=")


#: Parts and measures in which a quantity stated again must be the same.
_REPEATED_PARTS = ("totals", "income", "expenditure", "fiscal_totals", "general_budget", "three_public", "operating_costs")


def repeated(rule: Rule, contents: ReportContents) -> Instances:
    """An amount or a budget that is stated again is the one stated before."""
    first: dict[tuple[str, str, str], Figure] = {}
    for s in said(contents, *_REPEATED_PARTS):
        for measure in ("amount", "initial_budget", "budget"):
            figure = s.get(measure)
            if not s.quantity or figure is None or figure.value is None:
                continue
            before = first.setdefault((s.part, s.quantity, measure), figure)
            if before is not figure:
                yield relation(rule, contents, s.place(measure), lone(figure), lone(before))


def vehicles_kept(rule: Rule, contents: ReportContents) -> Instances:
    """The vehicles that fiscal money runs are among the vehicles that the unit has."""
    kept, owned = find(contents, "three_public", "vehicles_kept", "count"), find(contents, "assets", "vehicles", "count")
    if kept is not None and owned is not None:
        yield relation(rule, contents, "情况说明 国有资产 / 车辆 ↔ 公务用车保有量", lone(owned), lone(kept), ">=")


SUM_RULES: tuple[Rule, ...] = (
    rule("narrative_repeated", "An amount stated again is the same", "同一金额各处表述一致", "stated = stated before", repeated),
    rule(
        "narrative_persons",
        "Persons are at least as many as groups or batches",
        "人次不少于团组数、批次数",
        "persons ≥ groups, batches",
        persons,
        "warning",
    ),
    rule(
        "narrative_income_structure",
        "Income is the sum of the kinds named",
        "本年收入合计等于所列各项收入之和",
        "income = Σ kinds",
        structure("income_total", "income", _INCOME_KINDS),
    ),
    rule(
        "narrative_expenditure_structure",
        "Expenditure is the sum of the kinds named",
        "本年支出合计等于所列各项支出之和",
        "expenditure = Σ kinds",
        structure("expenditure_total", "expenditure", _SPENDING_KINDS),
    ),
    rule(
        "narrative_classes",
        "General budget expenditure is the sum of the classes named",
        "一般公共预算财政拨款支出等于所列各类之和",
        "general = Σ classes",
        classes,
    ),
    rule(
        "narrative_items_final",
        "General budget expenditure is the sum of the items named",
        "一般公共预算财政拨款支出决算数等于各项之和",
        "general = Σ items",
        items("amount", "="),
        "warning",
    ),
    rule(
        "narrative_items_initial",
        "The initial budget is at least the sum of the items' initial budgets",
        "年初预算数不小于各项年初预算数之和",
        "initial ≥ Σ items",
        items("initial_budget", ">="),
        "warning",
    ),
    rule(
        "narrative_items_left_out",
        "Where the items' final amounts are the whole, no initial budget is missing from their list",
        "各项决算数之和等于总数的，各项年初预算数之和亦等于总数（未漏列）",
        "Σ final of items = final ⇒ initial = Σ initial of items",
        items_left_out,
        "info",
    ),
    rule(
        "narrative_basic",
        "Basic expenditure is personnel and public funds",
        "基本支出等于人员经费与公用经费之和",
        "basic = personnel + public",
        parts_of("basic", "basic", "personnel", "public"),
    ),
    rule(
        "narrative_lists",
        "Personnel (public) funds are the sum of the items listed with amounts",
        "人员（公用）经费等于所列各项之和",
        "funds = Σ items",
        lists,
    ),
    rule(
        "narrative_three_public",
        "The three public expenses are their three kinds",
        "“三公”经费等于三项之和",
        "total = abroad + vehicle + reception",
        parts_of("three_public", "total", "abroad", "vehicle", "reception", needs=3),
    ),
    rule(
        "narrative_vehicle_expense",
        "Vehicle expenses are purchase and operation",
        "公务用车购置及运行维护费等于购置费与运行维护费之和",
        "vehicle = purchase + operation",
        parts_of("three_public", "vehicle", "vehicle_purchase", "vehicle_operation"),
    ),
    rule(
        "narrative_reception",
        "Reception is domestic and foreign reception",
        "公务接待费等于国内与国（境）外接待费之和",
        "reception = domestic + foreign",
        parts_of("three_public", "reception", "reception_domestic", "reception_foreign"),
    ),
    rule(
        "narrative_money_and_count",
        "Three-public money goes with groups, persons or vehicles",
        "“三公”经费有金额即有批次、人次或车辆",
        "money > 0 ⇔ count > 0",
        money_and_count,
        "warning",
    ),
    rule("narrative_vehicles", "Vehicles are the sum of their kinds", "车辆总数等于各类用车之和", "vehicles = Σ kinds", vehicles),
    rule(
        "narrative_vehicles_kept",
        "Vehicles run with fiscal money are among those held",
        "公务用车保有量不超过车辆总数",
        "vehicles ≥ vehicles kept",
        vehicles_kept,
        "warning",
    ),
    rule(
        "narrative_fund_balance",
        "A fund's closing balance follows from opening, income and expenditure",
        "政府性基金年末结转等于年初结转加收入减支出",
        "closing = opening + income − total",
        fund_balance,
    ),
)
