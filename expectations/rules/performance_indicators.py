"""An indicator of a self-evaluation form held against what its own name says, and against the money of its form.

What belongs here: the unit that a name asks for, the unit of the actual beside that of the target, rates of payment against what was
paid, money by source against the forms, an indicator printed twice.  What may not: scores (``performance_scores``), words
(``indicator_names.toml``, ``indicator_units.toml``).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Judgement, Rule, RulesOf
from expectations.rules.narrative_view import remarks
from expectations.rules.performance_view import FormView, Item, forms, printed, relation
from expectations.rules.shapes import Instances, unjudged
from pipeline.lexicon import lexicon, places
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Quotient, Sum
from pipeline.model.text import canonical
from pipeline.recognition.annexes.targets import Quantity

CITATION = "中央部门项目支出核心绩效目标和指标设置及取值指引（财预〔2021〕101号）：指标名称、计量单位应与指标值一致"
_UPWARD, _DOWNWARD = (">=", ">", "=", ""), ("<=", "<")


def named(item: Item) -> str:
    """What the name of an indicator says that it measures (``indicator_names.toml``); ``""`` where it says nothing known."""
    entry = lexicon().find("indicator_names", item.level(3))
    return entry.concept if entry is not None else ""


def unit_kind(unit: str) -> str:
    """What a unit counts (``indicator_units.toml``): ``time``, ``count``, ``percent``, ``interval``; ``""`` where it is not known."""
    entry = lexicon().find("indicator_units", unit) if unit else None
    return entry.concept if entry is not None else ""


def _items(contents: ReportContents) -> Iterator[tuple[FormView, Item]]:
    for form in forms(contents):
        yield from ((form, item) for item in form.items)


def _text(item: Item, column: str) -> str:
    return canonical(str(item.row.get(column) or ""))


def _told(rule: Rule, contents: ReportContents, item: Item, place: str, shown: str, wanted: str, why: str | None) -> Judgement:
    """One instance in words; ``why`` where it is a breach."""
    figures = tuple(f for m in ("target", "actual") if (f := item.cells.get(m)) is not None)
    if why and views.uncertain(contents):
        return unjudged(rule, contents, place, "its words are recognised from a picture, or of a damaged file")
    return Judgement(
        rule.rule_id, contents.report.report_id, place, "violated" if why else "exact", shown, wanted, why or "", figures,
        item.row.get("page"), item.row.get("line"),
    )  # fmt: skip


# ---------------------------------------------------------------- name and unit


def _unit_of_rate(item: Item, target: Quantity) -> tuple[str, str] | None:
    """What is expected of a rate, and why its unit is none; ``None`` where it is one."""
    if unit_kind(target.unit) in ("time", "count"):
        return "百分比（%）", f"it is called a rate and is measured in {target.unit}"
    if not target.unit and (target.number or 0) > 1 and not item.actual.unit and (item.actual.number or 0) > 1:
        return "百分比（%）", "it is called a rate and prints numbers without %"
    return None


def _unit_of_satisfaction(item: Item, target: Quantity) -> tuple[str, str] | None:
    if target.operator in _DOWNWARD:
        return "≥指标值（或改为不满意率、投诉率）", "more satisfaction is better, and the target is an upper bound"
    return _unit_of_rate(item, target)


def _unit_of_number(item: Item, target: Quantity) -> tuple[str, str] | None:
    if unit_kind(target.unit) == "percent":
        return "数量（个、次等）", "it is called a number and is measured in per cent"
    return _unit_of_times(item, target)


def _unit_of_times(item: Item, target: Quantity) -> tuple[str, str] | None:
    """``≥1天/次`` of a number of times: days a time are no times a day."""
    if unit_kind(target.unit) != "interval" or target.operator not in _UPWARD or not canonical(item.level(3)).endswith(("次数", "频次")):
        return None
    wanted = _text(item, "target").replace(target.unit, "/".join(reversed(target.unit.split("/"))))
    return wanted, f"a number of times is printed in {target.unit}"


_BY_NAME = {
    "rate": _unit_of_rate,
    "payment_rate": _unit_of_rate,
    "payment_in_time": _unit_of_rate,
    "satisfaction": _unit_of_satisfaction,
    "number_of": _unit_of_number,
    "times": _unit_of_times,
}


def unit_of_name(rule: Rule, contents: ReportContents) -> Instances:
    """A rate is a percentage, a satisfaction has a lower bound, a number is no percentage, times are times a day."""
    for _, item in _items(contents):
        target = item.target
        judge = _BY_NAME.get(named(item))
        if judge is None or target.kind != "number" or target.number is None:
            continue
        found = judge(item, target)
        shown = _text(item, "target")
        why = None if found is None else f"{item.place}: {found[1]} (target {shown}, actual {_text(item, 'actual')})"
        yield _told(rule, contents, item, f"{item.place} / 指标值", shown, found[0] if found else shown, why)


def unit_of_actual(rule: Rule, contents: ReportContents) -> Instances:
    """An actual that prints a unit prints its target's (``605/人/天`` against ``1000元/人/天`` does not)."""
    for _, item in _items(contents):
        target, actual = item.target, item.actual
        if target.kind != "number" or actual.kind != "number" or "/" not in target.unit or not actual.unit:
            continue
        rest = target.unit[target.unit.index("/") :]
        lost = actual.unit == rest
        shown = _text(item, "actual")
        wanted = shown.replace(rest, target.unit) if lost else shown
        why = f"{item.place}: the actual {shown} lacks the unit of its target {_text(item, 'target')}"
        yield _told(rule, contents, item, f"{item.place} / 实际完成值", shown, wanted, why if lost else None)


def percent_of_actual(rule: Rule, contents: ReportContents) -> Instances:
    """The actual of a target in per cent prints its sign, where no column of units prints it for both."""
    for _, item in _items(contents):
        target, actual = item.target, item.actual
        if target.kind != "number" or target.unit != "%" or actual.kind != "number" or actual.number is None or actual.number == 0:
            continue
        own = item.get("actual")
        bare = not actual.unit and actual.number > 1 and not (own is not None and own.unit)
        doubled = _text(item, "actual").endswith("%%")
        shown = _text(item, "actual")
        wanted = f"{shown.rstrip('%')}%"
        why = f"{item.place}: the actual {shown} has {'no' if bare else 'two'} %" if bare or doubled else None
        yield _told(rule, contents, item, f"{item.place} / 实际完成值", shown, wanted, why)


def reached_in_goal(rule: Rule, contents: ReportContents) -> Instances:
    """A rate that the goal of a form says was reached is the actual of the indicator of that name."""
    for form in forms(contents):
        stated = [r for r in remarks(contents, "reached") if r["quantity"] == f"form{form.number}"]
        for remark in stated:
            number, same = Decimal(str(remark["basis"])), [i for i in form.items if _shares_name(i.level(3), str(remark["words"]))]
            again = [r for r in stated if r is not remark and _shares_name(str(r["words"]), str(remark["words"]))]
            if len(same) != 1 or again or (actual := same[0].get("actual")) is None or same[0].actual.unit != "%":
                continue
            item, shown = same[0], _text(same[0], "actual")
            if number == item.target.number:
                continue  # the goal repeats the target
            fits = abs((actual.value or 0) - number) <= actual.half_width
            why = f"{item.place}: the actual is {shown}, the form's goal says {remark['words']} {number} %"
            yield _told(rule, contents, item, f"{item.place} / 实际完成值与目标完成情况", shown, f"{number}%", None if fits else why)


def _shares_name(name: str, stated: str) -> bool:
    """Whether an indicator's name holds the last words of a stated rate, five characters at least (…需求满足率)."""
    return len(stated) >= _ENOUGH and stated[-_ENOUGH:] in canonical(name)


_ENOUGH = 5


# ---------------------------------------------------------------- name and money


def paid_in_time(rule: Rule, contents: ReportContents) -> Instances:
    """Money that was not paid at all was not paid in time."""
    for form, item in _items(contents):
        budget = printed(form.fund("total").get("adjusted")) or printed(form.fund("total").get("initial"))
        executed = form.fund("total").get("executed")
        rate = printed(form.fund("total").get("rate"))
        if named(item) not in ("payment_in_time", "payment_rate") or budget is None or item.actual.unit != "%":
            continue
        nothing = (executed is None or not executed.amount) and rate is not None and rate.value == 0
        shown, actual = _text(item, "actual"), item.actual.number or Decimal(0)
        why = None
        if nothing and actual > 0:
            why = f"{item.place}: {shown} paid in time, though nothing was paid of the budget {budget.printed}"
        yield _told(rule, contents, item, f"{item.place} / 实际完成值", shown, "0%" if why else shown, why)


def paid_rate(rule: Rule, contents: ReportContents) -> Instances:
    """A rate of payment (预算执行率) is what was executed by the budget."""
    for form, item in _items(contents):
        budget = printed(form.fund("total").get("adjusted")) or printed(form.fund("total").get("initial"))
        executed, actual = printed(form.fund("total").get("executed")), item.get("actual")
        own = item.actual
        if named(item) != "payment_rate" or own.unit != "%" or own.operator not in ("", "=") or actual is None:
            continue
        missing = tuple(f"{form.place} {n}" for n, f in (("全年预算数", budget), ("全年执行数", executed)) if f is None)
        right = Quotient(Sum.of(executed), Sum.of(budget), Decimal(100)) if executed is not None and budget is not None else Sum(())
        yield relation(rule, contents, f"{item.place} / 实际完成值与预算执行率", Sum.of(actual), right, missing=missing)


def source_blank(rule: Rule, contents: ReportContents) -> Instances:
    """A source that bears the whole budget bears the whole of what was executed: its cell is not blank where the total's is not."""
    for form in forms(contents):
        total = form.fund("total")
        executed = printed(total.get("executed"))
        budgets = [(m, f) for m in ("initial", "adjusted") if (f := printed(total.get(m))) is not None and f.value]
        if executed is None or not executed.value or not budgets:
            continue
        bearing = [s for s in form.sources if all((own := form.fund(s).get(m)) is not None and own.value == f.value for m, f in budgets)]
        cells = [f for s in form.sources if (f := form.fund(s).get("executed")) is not None]
        if len(bearing) != 1 or any(f.placement != "printed" for f in cells) or (own := form.fund(bearing[0]).get("executed")) is None:
            continue
        blank = own.value is None and not any(f.value for f in cells)
        place = f"{form.place} / {_SOURCES.get(bearing[0], bearing[0])} 全年执行数"
        told = f"{place}: blank, though this source bears the whole budget and {executed.printed} was executed in all"
        yield Judgement(
            rule.rule_id, contents.report.report_id, place, "violated" if blank else "exact", "" if blank else own.printed, executed.printed,
            told if blank else "", (own, executed), form.row.get("page"), form.row.get("line"),
        )  # fmt: skip


_SOURCES = {"current_year": "当年财政拨款", "carried_over": "上年结转资金", "other": "其他资金"}


def carried_over(rule: Rule, contents: ReportContents) -> Instances:
    """What the projects carried over from last year is within the opening balance of the fiscal summary."""
    row = views.side_of(contents, words.FISCAL, "income").frame.get("opening")
    opening = row.get("amount") if row is not None else None
    seen: dict[object, FormView] = {}
    for form in forms(contents):
        seen.setdefault(form.fingerprint(), form)
    cells = [f for form in seen.values() if (f := printed(form.fund("carried_over").get("initial"))) is not None and f.value]
    if opening is not None and cells:
        place = f"自评表 / 上年结转资金年初预算数合计 ↔ {places.title(words.FISCAL)} / 年初财政拨款结转和结余"
        yield relation(rule, contents, place, Sum.of(opening), Sum.of(*cells), relation=">=", bounded=True)


# ---------------------------------------------------------------- twice


def printed_once(rule: Rule, contents: ReportContents) -> Instances:
    """A form has an indicator once: the same name, target and actual under one heading are one indicator."""
    for form in forms(contents):
        seen: set[tuple[str, ...]] = set()
        for item in form.items:
            key = tuple(_text(item, c) for c in ("level2", "level3", "target", "actual"))
            again = bool(key[1]) and key in seen
            seen.add(key)
            why = f"{item.place}: the same indicator stands above"
            yield _told(rule, contents, item, item.place, item.level(3), "列示一次", why if again else None)


_rule = RulesOf("indicator_consistency", CITATION, "warning")

INDICATOR_RULES: tuple[Rule, ...] = (
    _rule(
        "indicator_unit_of_name",
        "label",
        "An indicator has the unit that its name asks for",
        "指标值的计量单位和方向与指标名称相符",
        "率 ⇒ %; 满意度 ⇒ ≥; 数量 ⇏ %; 次数 ⇒ 次/时间",
        unit_of_name,
    ),
    _rule(
        "indicator_unit_of_actual",
        "label",
        "An actual prints the whole unit of its target",
        "实际完成值的计量单位与指标值一致",
        "unit of the actual = unit of the target",
        unit_of_actual,
    ),
    _rule(
        "indicator_percent_sign",
        "wording",
        "An actual in per cent prints one %",
        "以百分比计的完成值印有“%”",
        "target in % ⇒ actual in %",
        percent_of_actual,
        "info",
    ),
    _rule(
        "indicator_reached_in_goal",
        "narrative_vs_form",
        "A rate that the goal says was reached is the indicator's actual",
        "年度目标完成情况所述比率与指标完成值一致",
        "actual = rate in the goal",
        reached_in_goal,
    ),
    _rule(
        "indicator_paid_in_time",
        "score_formula",
        "Nothing was paid in time where nothing was paid",
        "未支付资金的项目，资金支付率、支付及时率不应有完成值",
        "executed = 0 ⇒ paid in time = 0",
        paid_in_time,
    ),
    _rule(
        "indicator_paid_rate",
        "execution_rate",
        "A rate of payment is executed by budget",
        "预算执行率、资金支付率指标的完成值与执行数、预算数一致",
        "actual = 100 × executed / budget",
        paid_rate,
    ),
    _rule(
        "self_evaluation_source_blank",
        "form_identity",
        "The only source of a project's money bears what was executed",
        "唯一资金来源的全年执行数已填列",
        "source bears the budget, total executed > 0 ⇒ source executed is printed",
        source_blank,
    ),
    _rule(
        "self_evaluation_carried_over",
        "cross_form",
        "Money that projects carried over is within the opening balance",
        "自评项目上年结转资金合计不超过年初财政拨款结转和结余",
        "opening balance ≥ Σ carried over",
        carried_over,
    ),
    _rule(
        "indicator_printed_once",
        "label",
        "An indicator stands once in a form",
        "同一指标在自评表中不重复",
        "indicators of a form differ",
        printed_once,
        "info",
    ),
)
