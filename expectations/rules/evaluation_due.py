"""Scores of evaluation reports held to their printed scoring rule, where the reasons say what was achieved.

``得分=预算执行率×分值`` with 执行率为92%; ``每延期1天扣0.5分`` with 延期4天; ``≥90%得满分；80%-90%得20分；80%以下不得分`` with 满意度为85%.
What belongs here: what a rule gives for one number, and that number's unit.  What may not: points within the rule itself
(``evaluation_reasons``), wordings (``scoring_rules.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from expectations.rules.base import Rule
from expectations.rules.evaluation_reasons import Indicator, found_in, indicators
from expectations.rules.performance_forms import Instances
from expectations.rules.performance_indicators import unit_kind
from expectations.rules.performance_view import forms, judged
from pipeline.lexicon import any_of
from pipeline.lexicon.annexes import words
from pipeline.model.chinese_numerals import value_of_numeral
from pipeline.model.contents import ReportContents
from pipeline.model.equations import EXACT
from pipeline.recognition.annexes.targets import Quantity

_HUNDRED = Decimal(100)
_ROUNDING = Decimal("0.01")


def due_scores(rule: Rule, contents: ReportContents) -> Instances:
    """The score is what the printed rule gives for the number that the reasons print."""
    for item in indicators(contents):
        if item.weight is None or item.score is None or not item.any_rule or not item.basis or found_in("discretion", item.any_rule):
            continue
        for achieved, options in (_by_formula(item), _by_cases(item), _by_steps(item)):
            if not options:
                continue
            fits = any(abs(due - item.score.amount) <= _ROUNDING for due in options)
            due = f"{options[0].normalize():f}"
            why = f"{item.place}：{achieved}，按评分标准应得{due}分，得分栏为{item.score.printed}"
            yield judged(rule, contents, f"{item.place} / 按评分标准", fits, why, item.score.printed, due, (item.score, item.weight))
            break


Due = tuple[str, list[Decimal]]
_NOTHING: Due = ("", [])


def _within(points: Decimal, weight: Decimal) -> Decimal:
    return max(Decimal(0), min(points, weight))


# ---------------------------------------------------------------- a rate times the weight


def _by_formula(item: Indicator) -> Due:
    """``得分=某率×分值``: the weight times the rate that the reasons print of that name."""
    formulas = found_in("proportional", item.any_rule)
    if len(formulas) != 1 or found_in("conditions", item.any_rule) or item.weight is None:
        return _NOTHING
    said = re.findall(rf"{formulas[0]['rate']}(?:为|是|达到?|=|:)?(\d+(?:\.\d+)?)%", item.basis)
    if len(set(said)) != 1:
        return _NOTHING
    rate, weight = Decimal(said[0]) / _HUNDRED, item.weight.amount
    places = Decimal(1).scaleb(-len(item.score.printed.rstrip("分").partition(".")[2])) if item.score is not None else Decimal(1)
    exact = _within(rate * weight, weight)
    return f"{formulas[0]['rate']}{said[0]}%", [
        EXACT.quantize(exact, _ROUNDING),
        EXACT.quantize(exact, places),
        exact.quantize(places, ROUND_FLOOR, EXACT),
    ]


# ---------------------------------------------------------------- so much a case


def _by_steps(item: Indicator) -> Due:
    """``每…N处扣M分``: the weight less M for every N of the number with the same unit that the reasons print, or that a target lacks."""
    rules = found_in("per", item.any_rule)
    if len(rules) != 1 or len(found_in("takes", item.any_rule)) != 1 or item.weight is None:
        return _NOTHING
    unit, per = rules[0]["unit"], _count(rules[0]["per"])
    points = Decimal(rules[0]["points"]) if rules[0]["points"] else item.weight.amount * Decimal(rules[0]["part"]) / _HUNDRED
    if not per or not points:
        return _NOTHING
    unit = "%" if unit in ("个百分点", "%") else unit
    counted = _missing(item, unit) if found_in("shortfall", rules[0][0]) else _cases(item.basis, unit)
    if counted is None:
        return _NOTHING
    steps = counted / per
    taken = [steps.to_integral_value(way) * points for way in (ROUND_FLOOR, ROUND_CEILING)] + [steps * points]
    return f"{rules[0][0]}，实为{counted.normalize():f}{unit}", list(
        dict.fromkeys(_within(item.weight.amount - t, item.weight.amount) for t in taken)
    )


def _count(text: str | None) -> Decimal:
    if not text:
        return Decimal(1)
    return Decimal(text) if text.isascii() else Decimal(value_of_numeral(text) or 0)


def _cases(basis: str, unit: str) -> Decimal | None:
    """How many cases the reasons count, where they count once."""
    counts = [_count(m["count"]) for m in found_in("cases", basis) if m["unit"] == unit]
    return counts[0] if len(counts) == 1 else None


def _missing(item: Indicator, unit: str) -> Decimal | None:
    """What the number that the reasons print lacks of the target in the rule."""
    targets = {Decimal(m["number"]) for m in found_in("target", item.any_rule) if m["unit"] == unit}
    actuals = {Decimal(m["number"]) for m in found_in("reached", item.basis) if m["unit"] == unit}
    if len(targets) != 1 or len(actuals) != 1:
        return None
    return max(targets.pop() - actuals.pop(), Decimal(0))


# ---------------------------------------------------------------- thresholds


@dataclass(frozen=True)
class _Case:
    """From where to where a rule gives so many points; both ends count as within (a boundary is rarely told exactly)."""

    low: Decimal
    high: Decimal
    points: Decimal

    def holds(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


def _by_cases(item: Indicator) -> Due:
    """``≥90%得满分；80%-90%得20分；80%以下不得分``: the points of the case that the reasons' number falls into."""
    if item.weight is None:
        return _NOTHING
    cases = list(_parsed(item.any_rule, item.weight.amount))
    units = {m["unit"] for m in found_in("bound", item.any_rule) if m["unit"]} & {"%", "个", "天"}
    if len(cases) < 2 or None in cases or len(units) != 1:
        return _NOTHING
    unit = units.pop()
    actuals = {Decimal(m["number"]) for m in found_in("reached", item.basis) if m["unit"] == unit}
    if len(actuals) != 1:
        return _NOTHING
    value = actuals.pop()
    options = [case.points for case in cases if case is not None and case.holds(value)]
    return f"实际{value}{unit}", options


def _parsed(text: str, weight: Decimal) -> Iterator[_Case | None]:
    """Every clause of a rule that gives points as a case; ``None`` for one that is not understood."""
    lowest: Decimal | None = None
    for clause in any_of("scoring_rules", "next_case").sub("\n", text).split("\n"):
        given = found_in("gives", clause)
        if not clause.strip():
            continue
        if len(given) != 1:
            yield None
            continue
        points = _points(given[0], weight)
        condition = clause[: given[0].start()]
        bounds = _bounds(condition) if points is not None else None
        if lowest is not None and found_in("otherwise", condition):
            bounds = Decimal(0), lowest
        if points is None or bounds is None:
            yield None
            continue
        lowest = bounds[0] if lowest is None else min(lowest, bounds[0])
        yield _Case(*bounds, points)


def _points(given: re.Match[str], weight: Decimal) -> Decimal | None:
    if given["full"]:
        return weight
    if given["none"]:
        return Decimal(0)
    if given["part"]:
        return weight * Decimal(given["part"]) / _HUNDRED
    return Decimal(given["points"])


def _bounds(condition: str) -> tuple[Decimal, Decimal] | None:
    """The two ends of a condition over one number or a range."""
    bounds = found_in("bound", condition)
    top = Decimal(10) ** 12
    if len(bounds) != 1:
        return None
    bound = bounds[0]
    if bound["to"]:
        low, high = sorted((Decimal(bound["number"]), Decimal(bound["to"])))
        return low, high
    number = Decimal(bound["number"])
    if found_in("at_least", bound[0]):
        return number, top
    return (Decimal(0), number) if found_in("at_most", bound[0]) else None


# ---------------------------------------------------------------- units


def units(rule: Rule, contents: ReportContents) -> Instances:
    """A number that the reasons repeat from the indicator's target has the target's unit (≥1000tps, and no 1000户)."""
    targets = _targets(contents)
    for item in indicators(contents):
        target = targets.get(item.row.deepest)
        if target is None or target.number is None or not target.unit or not item.basis:
            continue
        for match in _COUNTED.finditer(item.basis):
            if Decimal(match["number"]) != target.number or unit_kind(match["unit"]) == "":
                continue
            same = _unit_kind(match["unit"]) == _unit_kind(target.unit)
            shown, due = f"{match['number']}{match['unit']}", f"{target.number.normalize():f}{target.unit}"
            why = f"{item.place}：评分依据为{shown}，指标值的单位为{target.unit}"
            yield judged(rule, contents, f"{item.place} / 计量单位", same, why, shown, due, row=item.row.row)


#: A number with a unit, dates left out.
_COUNTED = re.compile(r"(?<![\d.])(?P<number>\d+(?:\.\d+)?)(?P<unit>(?![年月日号时分])[\u4e00-\u9fff%])")


def _targets(contents: ReportContents) -> dict[str, Quantity]:
    """The target of each indicator that the self-evaluation forms agree on, by the indicator's name."""
    found: dict[str, set[Quantity]] = {}
    for form in forms(contents):
        for own in form.items:
            if own.target.kind == "number":
                found.setdefault(words(own.level(3)), set()).add(own.target)
    return {name: targets.pop() for name, targets in found.items() if len(targets) == 1}


def _unit_kind(unit: str) -> str:
    """What a unit counts; one in letters is its own kind."""
    return unit if unit.isascii() and unit != "%" else unit_kind(unit)
