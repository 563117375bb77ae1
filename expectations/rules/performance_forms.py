"""Within one self-evaluation form: weights, sums, budget execution, money by source.

What belongs here: the builds of rules whose operands one form prints.  What may not: scores of single indicators
against their targets (``performance_scores``) and other tables (``performance_summary``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from expectations.rules.base import Judgement, Rule
from expectations.rules.performance_view import (
    AMOUNTS,
    FUNDS,
    FormView,
    Item,
    alike,
    computed,
    exact,
    forms,
    printed,
    relation,
    total,
)
from pipeline.lexicon import concepts
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation, Least, Product, Quotient, Sum, evaluate
from pipeline.model.figures import Figure

Instances = Iterator[Equation | Judgement]
HUNDRED = Decimal(100)


def _weights(items: Sequence[Item]) -> tuple[list[Figure], tuple[str, ...]]:
    found = [i.weight for i in items]
    return [f for f in found if f is not None], tuple(f"{i.place} 分值" for i, f in zip(items, found, strict=True) if f is None)


# ---------------------------------------------------------------- weights


def weights_of_form(rule: Rule, contents: ReportContents) -> Instances:
    """Execution weight + Σ indicator weights = 100; and with the weights of the level-1 headings in their place."""
    for form in forms(contents):
        weights, missing = _weights(form.items)
        execution = form.execution_weight
        missing = missing if execution is not None else (*missing, f"{form.place} 预算执行 分值")
        parts = [*weights, *([execution] if execution is not None else [])]
        if not missing or not form.headings:
            yield relation(rule, contents, f"{form.place} / 分值合计", total(parts), Sum((), HUNDRED), missing=missing)
        if form.headings:
            lacking = tuple(f"{form.place} {name} 分值" for name in form.groups if name not in form.headings)
            lacking = lacking if execution is not None else (*lacking, f"{form.place} 预算执行 分值")
            parts = [*form.headings.values(), *([execution] if execution is not None else [])]
            yield relation(rule, contents, f"{form.place} / 一级指标分值合计", total(parts), Sum((), HUNDRED), missing=lacking)


def weights_of_heading(rule: Rule, contents: ReportContents) -> Instances:
    """A weight printed in a level-1 heading = Σ the weights of its indicators."""
    for form in forms(contents):
        for name, items in form.groups.items():
            heading = form.headings.get(name)
            if heading is None:
                continue
            weights, missing = _weights(items)
            yield relation(rule, contents, f"{form.place} / {name} 分值", total(weights), total([heading]), missing=missing)


def weight_in_name(rule: Rule, contents: ReportContents) -> Instances:
    """A weight printed in an indicator's name, and the one in the heading of budget execution, = the weight in its column."""
    for form in forms(contents):
        heading, column = form.at("heading", "0", "weight"), printed(form.fund("total").get("weight"))
        if heading is not None and column is not None:
            yield relation(rule, contents, f"{form.place} / 预算执行 分值", total([heading]), total([column]))
        for item in form.items:
            named, own = item.get("declared_weight"), item.get("weight")
            if named is not None and own is not None:
                yield relation(rule, contents, f"{item.place} / 分值", total([named]), total([own]))


# ---------------------------------------------------------------- scores


def score_within_weight(rule: Rule, contents: ReportContents) -> Instances:
    """No score is above its weight; where single weights are not printed, no level-1 group's above its heading's."""
    for form in forms(contents):
        for fund in FUNDS:
            weight, score = printed(form.fund(fund).get("weight")), printed(form.fund(fund).get("score"))
            if weight is not None and score is not None:
                yield relation(rule, contents, f"{form.place} / {FUNDS[fund]} 得分", total([weight]), total([score]), relation=">=", bounded=True)
        for item in form.items:
            if item.weight is not None and (score := item.get("score")) is not None:
                yield relation(rule, contents, f"{item.place} / 得分", total([item.weight]), total([score]), relation=">=", bounded=True)
        for name, items in form.groups.items():
            scores = [f for i in items if (f := i.get("score")) is not None]
            if name in form.headings and scores and any(i.weight is None for i in items):
                yield relation(
                    rule, contents, f"{form.place} / {name} 得分", total([form.headings[name]]), total(scores), relation=">=", bounded=True
                )


def score_not_negative(rule: Rule, contents: ReportContents) -> Instances:
    for form in forms(contents):
        for item in form.items:
            if (score := item.get("score")) is not None:
                yield relation(rule, contents, f"{item.place} / 得分", Sum.of(score), Sum(()), relation=">=")


def scores_of_form(rule: Rule, contents: ReportContents) -> Instances:
    """总分 = score of budget execution + Σ scores of the indicators."""
    for form in forms(contents):
        stated = form.at("sum", "0", "score")
        execution = printed(form.fund("total").get("score"))
        scores = [i.get("score") for i in form.items]
        missing = [f"{i.place} 得分" for i, f in zip(form.items, scores, strict=True) if f is None]
        missing += [] if execution is not None else [f"{form.place} 预算执行 得分"]
        missing += [] if stated is not None else [f"{form.place} 总分"]
        parts = [f for f in (execution, *(i.get("score") for i in form.items)) if f is not None]
        left = total([stated]) if stated is not None else Sum(())
        yield relation(rule, contents, f"{form.place} / 总分", left, total(parts), missing=tuple(missing))


def subtotals_of_form(rule: Rule, contents: ReportContents) -> Instances:
    """小计 = Σ the indicators' weights, or scores, above it; 总分 likewise for weights."""
    for form in forms(contents):
        rows = [row for side, row in form.cells if side == "subtotal"]
        for measure, name in (("weight", "分值"), ("score", "得分")):
            figures = [i.weight if measure == "weight" else i.get("score") for i in form.items]
            missing = tuple(f"{i.place} {name}" for i, f in zip(form.items, figures, strict=True) if f is None)
            parts = [f for f in figures if f is not None]
            if len(rows) == 1 and (sub := form.at("subtotal", rows[0], measure)) is not None:
                yield relation(rule, contents, f"{form.place} / 小计 {name}", total([sub]), total(parts), missing=missing)
        whole, execution = form.at("sum", "0", "weight"), form.execution_weight
        if whole is not None and execution is not None:
            weights, missing = _weights(form.items)
            yield relation(rule, contents, f"{form.place} / 总分 分值", total([whole]), total([*weights, execution]), missing=missing)


# ---------------------------------------------------------------- budget execution


def _operands(form: FormView, fund: str) -> tuple[Figure | None, Figure | None]:
    """Executed and the budget that the rate is of: the adjusted one, or where that is not printed the initial one."""
    cells = form.fund(fund)
    return cells.get("executed"), printed(cells.get("adjusted")) or printed(cells.get("initial"))


def execution_rate(rule: Rule, contents: ReportContents) -> Instances:
    """执行率 = B / A for every source of money that prints one."""
    for form in forms(contents):
        for fund, name in FUNDS.items():
            rate = printed(form.fund(fund).get("rate"))
            executed, budget = _operands(form, fund)
            place = f"{form.place} / {name} 执行率"
            if rate is None or executed is None or budget is None:
                if fund == "total":
                    lacking = [w for w, f in (("执行率", rate), ("全年执行数", executed), ("全年预算数", budget)) if f is None]
                    yield relation(rule, contents, place, Sum(()), Sum(()), missing=tuple(f"{form.place} {w}" for w in lacking))
                continue
            yield computed(rule, contents, place, rate, Quotient(Sum.of(executed), Sum.of(budget), HUNDRED))


def execution_score(rule: Rule, contents: ReportContents) -> Instances:
    """得分 = 执行率 × 分值, the rate taken from its operands and capped at 1."""
    for form in forms(contents):
        for fund, name in FUNDS.items():
            score, weight = printed(form.fund(fund).get("score")), printed(form.fund(fund).get("weight"))
            weight = weight or (form.execution_weight if fund == "total" else None)
            executed, budget = _operands(form, fund)
            place = f"{form.place} / {name} 得分"
            if score is None or weight is None or executed is None or budget is None:
                if fund == "total":
                    lacking = [w for w, f in (("得分", score), ("分值", weight), ("全年执行数", executed), ("全年预算数", budget)) if f is None]
                    yield relation(rule, contents, place, Sum(()), Sum(()), missing=tuple(f"{form.place} {w}" for w in lacking))
                continue
            full = total([weight])
            due = Least((full, Product(Quotient(Sum.of(executed), Sum.of(budget)), full)))
            yield computed(rule, contents, place, score, due)


def money_by_source(rule: Rule, contents: ReportContents) -> Instances:
    """年度资金总额 = 当年财政拨款 + 上年结转资金 + 其他资金, for each of the three amounts."""
    for form in forms(contents):
        for measure, name in AMOUNTS.items():
            whole = form.fund("total").get(measure)
            parts = [f for fund in form.sources if (f := form.fund(fund).get(measure)) is not None]
            place = f"{form.place} / 年度资金总额 {name}"
            if whole is None:
                continue
            lost = [f for f in parts if f.placement != "printed" and f.value is None]
            missing = () if any(printed(f) for f in parts) else (f"{form.place} {name}按资金来源",)
            if lost and not missing and sum(f.amount for f in parts) != whole.amount:
                missing = (f"{form.place} {name}：资金来源所在列",)
            filled = [f for f in parts if f.value is not None]
            if len(filled) == 1:  # the same money printed twice
                whole, filled[0] = alike(whole, filled[0])
            yield relation(rule, contents, place, Sum.of(whole), Sum.of(*(filled or parts)), missing=missing)


def cost_against_executed(rule: Rule, contents: ReportContents) -> Instances:
    """A cost indicator whose target is the project's whole budget gives the executed amount as its actual; so do several
    cost indicators together whose targets add up to it."""
    for form in forms(contents):
        executed = printed(form.fund("total").get("executed"))
        budgets = [f.value for m in ("initial", "adjusted") if (f := printed(form.fund("total").get(m))) is not None]
        costs = [i for i in form.items if "成本" in i.level(1) + i.level(2) and i.target.kind == "number" and i.target.unit in ("万元", "")]
        if executed is None or not costs:
            continue
        single = [i for i in costs if i.target.number in budgets]
        for item in single:
            yield from _cost(rule, contents, form, [item], executed, item.place)
        amounts = [i.target.number for i in costs if i.target.number is not None and i not in single]
        if len(amounts) > 1 and len(amounts) == len(costs) and sum(amounts) in budgets:
            yield from _cost(rule, contents, form, costs, executed, f"{form.place} / 成本指标合计")


def _cost(rule: Rule, contents: ReportContents, form: FormView, items: Sequence[Item], executed: Figure, place: str) -> Instances:
    actuals = [i.get("actual") for i in items]
    bounded = [i for i in items if i.actual.kind != "number" or i.actual.operator not in ("", "=") or i.actual.unit not in ("万元", "")]
    missing = tuple(f"{i.place} 实际完成值" for i in bounded)
    yield relation(
        rule, contents, f"{place} / 实际完成值与全年执行数", total([exact(f) for f in actuals if f is not None]), Sum.of(executed), missing=missing
    )  # fmt: skip


def _is_money(item: Item, measure: str) -> bool:
    quantity = item.target if measure == "target" else item.actual
    return quantity.kind == "number" and quantity.unit in ("万元", "") and quantity.number is not None and item.get(measure) is not None


def cost_parts(rule: Rule, contents: ReportContents) -> Instances:
    """The parts of a cost are together no more than the whole cost (总成本) that the form prints, as actuals and as targets; where it prints
    none, a cost whose target is within the budget is within what was executed."""
    for form in forms(contents):
        costs = [i for i in form.items if "成本" in i.level(1) + i.level(2) and "no_cost_part" not in concepts("performance", i.level(3))]
        wholes = [i for i in costs if i.level(3).strip().endswith("总成本")]
        if not wholes:
            yield from _within_executed(rule, contents, form, costs)
        elif len(wholes) == 1:
            yield from _within_whole(rule, contents, wholes[0], [i for i in costs if i is not wholes[0] and _is_money(i, "target")])


def _within_whole(rule: Rule, contents: ReportContents, whole: Item, costs: Sequence[Item]) -> Instances:
    for measure, name in (("actual", "实际完成值"), ("target", "年度指标值")):
        parts = [exact(f) for i in costs if _is_money(i, measure) and (f := i.get(measure)) is not None]
        cost = whole.get(measure)
        if not parts or cost is None or not _is_money(whole, measure):
            continue
        instance = relation(rule, contents, f"{whole.place} / {name}不小于各分项", total([cost]), total(parts), relation=">=")
        yield instance
        if evaluate(instance).verdict == "violated":
            return  # a target that is copied to the actual is one slip


def _within_executed(rule: Rule, contents: ReportContents, form: FormView, costs: Sequence[Item]) -> Instances:
    executed, budget = (printed(form.fund("total").get(m)) for m in ("executed", "adjusted"))
    for item in costs:
        actual, target = item.get("actual"), item.target.number
        if executed is None or budget is None or actual is None or not (_is_money(item, "target") and _is_money(item, "actual")):
            continue
        if target is not None and target < budget.amount and item.actual.operator in ("", "="):  # the whole budget is a rule of its own
            place = f"{item.place} / 实际完成值不超过全年执行数"
            yield relation(rule, contents, place, Sum.of(executed), total([exact(actual)]), relation=">=")
