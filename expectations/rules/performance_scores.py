"""An indicator's score and completion rate against its own target and actual.

Source: the note that the forms themselves print (注 3): 量化指标若为正向指标（即指标值为≥*），得分 = 全年实际值（B）/年度指标值（A）×该指标
分值；反向指标（≤*）为 A/B×分值; 得分最高不能超过该指标分值上限.  The note allows judgement only for indicators in words.

What belongs here: the builds of these rules, for amounts, percentages, counts, times and dates.  What may not: guesses
about indicators in words: they are not evaluated, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from expectations.rules.base import Rule
from expectations.rules.performance_forms import HUNDRED, Instances
from expectations.rules.performance_view import Item, computed, exact, fine, forms, judged
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Expression, Least, Product, Quotient, Sum
from pipeline.model.figures import Figure
from pipeline.recognition.annexes.targets import Quantity

_UPWARD, _DOWNWARD = (">=", ">"), ("<=", "<")
#: Words that say that an indicator is lower-is-better where its target has no operator.
_COSTS = ("成本", "时效")
_NOTHING_SAID = ("", "无", "-", "—", "/")
_BIG_DEVIATION = Decimal("0.3")


@dataclass(frozen=True)
class Measured:
    """A quantitative indicator: whether its target was met, and the share of its weight that the formula gives.

    ``share`` is ``None`` where the formula has no value (a date, an actual or target of zero): then only ``met`` is known.
    """

    item: Item
    met: bool
    share: Expression | None
    figures: tuple[Figure, ...]
    deviation: Decimal | None


def measure(item: Item, fiscal_year: int) -> Measured | str:
    """The indicator as a quantity, or why it is none."""
    target, actual = item.target, item.actual
    if "blank" in (target.kind, actual.kind) or item.row.get("target") == "无" or item.row.get("actual") == "无":
        return "no target or no actual is printed"
    if target.kind == "date" and actual.kind == "date":
        due, done = target.on(fiscal_year), actual.on(fiscal_year)
        if due is None or done is None:
            return "the date names no day"
        return Measured(item, done <= due, None, (), None)
    if target.kind != "number" or actual.kind != "number" or target.number is None or actual.number is None:
        return "the target or the actual is in words"
    if not _same_unit(target, actual):
        return f"target in {target.unit or 'no unit'}, actual in {actual.unit or 'no unit'}"
    figures = tuple(f for m in ("target", "actual") if (f := item.get(m)) is not None)
    if len(figures) < 2:
        return "the target or the actual is no figure"
    wanted, got = (exact(f) for f in figures)
    return _numbers(item, target, actual, replace(wanted, resolution=Decimal(0)), got)


def _same_unit(target: Quantity, actual: Quantity) -> bool:
    if target.unit == "%" and actual.unit == "" and actual.number is not None and target.number is not None:
        return not (0 < actual.number <= 1 < target.number)  # 0.95 may be 95 %
    return not target.unit or not actual.unit or target.unit.lower() == actual.unit.lower()


def _numbers(item: Item, target: Quantity, actual: Quantity, wanted: Figure, got: Figure) -> Measured | str:
    if target.number is None or actual.number is None:
        return "the target or the actual is in words"
    scale = _unprinted_scale(target, actual)
    if scale is None:
        return f"the actual {actual.text} may be in the target's unit or not"
    a, t = actual.number * scale, target.number
    deviation = abs(a / t - 1) if t else None
    downward = target.operator in _DOWNWARD
    if target.operator not in (*_UPWARD, *_DOWNWARD):
        if a != t and any(word in item.level(1) + item.level(2) + item.level(3) for word in _COSTS) and target.unit != "%":
            return "the target has no operator, and less may be better"
        if t == 0:
            downward = True  # 0起 is a ceiling
    met = a <= t if downward else a >= t
    bound = actual.operator
    if (bound in _UPWARD and (downward or not met)) or (bound in _DOWNWARD and (not downward or not met)):
        return f"the actual is itself a bound ({item.row.get('actual')})"
    if bound in (*_UPWARD, *_DOWNWARD):
        return Measured(item, met, None, (wanted, got), None)
    target_sum, actual_sum = Sum.of(wanted), Sum.of((scale, got))
    top, below = (target_sum, actual_sum) if downward else (actual_sum, target_sum)
    share = Quotient(top, below) if below.point() else None
    return Measured(item, met, share, (wanted, got), deviation)


def _unprinted_scale(target: Quantity, actual: Quantity) -> Decimal | None:
    """What an actual without a unit is multiplied with where its target has a scale (``≤1000元`` against ``1000``): the target's own,
    if that brings it near the target and nothing else does; ``None`` where both readings are possible."""
    if actual.unit or actual.factor != 1 or target.factor == 1 or not actual.number or not target.number:
        return Decimal(1)
    near = [s for s in (Decimal(1), target.factor) if Decimal("0.1") <= actual.number * s / target.number <= 10]
    return near[0] if len(near) == 1 else None


def _quantitative(contents: ReportContents) -> list[tuple[Item, Measured | str]]:
    year = contents.report.fiscal_year
    return contents.once(("performance", "measured"), lambda: [(item, measure(item, year)) for form in forms(contents) for item in form.items])


def missed_with_full_score(rule: Rule, contents: ReportContents) -> Instances:
    """A target that was missed has less than the full score."""
    for item, found in _quantitative(contents):
        weight, score = item.weight, item.get("score")
        place = f"{item.place} / 得分"
        if isinstance(found, str) or weight is None or score is None:
            yield judged(rule, contents, place, None, found if isinstance(found, str) else "no weight or no score is printed", row=item.row)
        elif found.met or (score.value or 0) < (weight.value or 0):
            yield judged(rule, contents, place, True, figures=(score, weight), row=item.row)
        elif found.share is not None:
            yield computed(rule, contents, place, score, _due(found, weight))
        else:
            shown, due = str(item.row.get("actual") or ""), str(item.row.get("target") or "")
            why = f"{item.place}：指标值 {due}，实际完成值 {shown}，未完成却得满分 {score.printed}"
            yield judged(rule, contents, place, False, why, score.printed, "低于满分", (score, weight), item.row)


def score_by_formula(rule: Rule, contents: ReportContents) -> Instances:
    """得分 = min(1, B/A) × 分值 (A/B where less is better), wherever a target was met, or missed with less than the full score."""
    for item, found in _quantitative(contents):
        weight, score = item.weight, item.get("score")
        if isinstance(found, str) or weight is None or score is None:
            continue  # counted by the rule above
        if (score.value or 0) > (weight.value or 0) or (not found.met and (found.share is None or score.value == weight.value)):
            continue  # found by the rules above
        yield computed(rule, contents, f"{item.place} / 得分", score, _due(found, weight))


def _due(found: Measured, weight: Figure) -> Expression:
    full = Sum.of(weight)
    return full if found.share is None else Least((full, Product(found.share, full)))


def completion_rate(rule: Rule, contents: ReportContents) -> Instances:
    """完成率 = B / A as the heading says, or capped at 100 % where the target was met, or A / B where less is better."""
    for item, found in _quantitative(contents):
        rate = item.get("rate")
        if rate is None:
            continue
        place = f"{item.place} / 完成率"
        if isinstance(found, str):
            same = item.row.get("target") == item.row.get("actual") and item.row.get("target")
            if same:
                yield computed(rule, contents, place, rate, Sum((), HUNDRED))
            else:
                yield judged(rule, contents, place, None, found, figures=(rate,), row=item.row)
            continue
        options = _rates(found)
        holds = [o for o in options if _meets(*fine(rate), o)]
        yield computed(rule, contents, place, rate, (holds or options)[0])


def _rates(found: Measured) -> list[Expression]:
    """What a completion rate may be, the likeliest first."""
    full = Sum((), HUNDRED)
    if found.share is None:
        return [full] if found.met else [Sum(())]
    scaled = Product(found.share, full)
    options: list[Expression] = [Least((full, scaled)), scaled]
    if isinstance(found.share, Quotient) and found.figures[0].value:
        wanted, got = (Sum.of(f) for f in found.figures)
        options.append(Quotient(got, wanted, HUNDRED))
    return options


def _meets(left: Figure, tolerance: Decimal, option: Expression) -> bool:
    apart = left.interval() - option.interval()
    return apart.low <= tolerance and -apart.high <= tolerance


def deviation_explained(rule: Rule, contents: ReportContents) -> Instances:
    """An actual that is 30 % or more off its target has a reason in the last column."""
    if not any(str(i.row.get("deviation_reason") or "") not in _NOTHING_SAID for f in forms(contents) for i in f.items):
        return
    for item, found in _quantitative(contents):
        if isinstance(found, str) or found.deviation is None:
            continue
        reason = str(item.row.get("deviation_reason") or "")
        place = f"{item.place} / 偏差原因"
        holds = found.deviation < _BIG_DEVIATION or reason not in _NOTHING_SAID
        why = f"{item.place}：指标值 {item.row.get('target')}，实际完成值 {item.row.get('actual')}，偏离 {found.deviation * 100:.0f}%，未说明原因"
        yield judged(rule, contents, place, holds, why, reason or None, "偏差原因", (), item.row)
