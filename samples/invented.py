"""Invented figures that keep every identity of the forms: reports that no reader has seen.

What belongs here: a seeded, consistent set of nine forms over the codes of the classification.  What may not: layout.
Amounts are drawn as whole numbers of the smallest printed unit, so that all sums are exact.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from samples.figures import CARRIED, MEASURES, Line, ReportFigures

CODES = Path(__file__).parents[1] / "pipeline" / "model" / "classification.csv"
_DIGITS = "一二三四五六七八九十"
NUMERALS = (*_DIGITS, *(f"十{d}" for d in _DIGITS[:9]), "二十", *(f"二十{d}" for d in _DIGITS[:6]))
PUBLISHERS = (
    "示例市水利局",
    "样本县档案馆",
    "虚构区市场监督管理局",
    "示例市城乡建设服务中心",
    "样本市中级人民法院",
    "虚构县第一中学",
)
INCOME_KINDS = (
    ("一般公共预算财政拨款收入", "general"),
    ("政府性基金预算财政拨款收入", "fund"),
    ("国有资本经营预算财政拨款收入", "state"),
    ("上级补助收入", "superior_subsidy"),
    ("事业收入", "institutional"),
    ("经营收入", "business"),
    ("附属单位上缴收入", "affiliated_remittance"),
    ("其他收入", "other"),
)
BUDGETS = ("general", "fund", "state", "own")
SOURCES = ("superior_subsidy", "institutional", "business", "affiliated_remittance", "other")
NOT_BUDGET = {"212": "fund", "229": "fund", "223": "state"}  # classes paid from the other two budgets here


@dataclass
class Item:
    """One functional item: what came in by source, what went out, in the smallest unit."""

    code: str
    budget: str  # general | fund | state
    basic: int
    project: int
    fiscal: int
    sources: dict[str, int] = field(default_factory=dict)

    @property
    def spent(self) -> int:
        return self.basic + self.project

    @property
    def own(self) -> int:
        return sum(self.sources.values())


def names_of(kind: str) -> dict[str, str]:
    with CODES.open(encoding="utf-8", newline="") as file:
        found: dict[str, str] = {}
        for row in csv.DictReader(file):
            if row["kind"] == kind:
                found.setdefault(row["code"], row["name"])
        return found


def invented(rng: random.Random, unit: str = "万元") -> ReportFigures:
    """A whole report's forms; amounts have two decimals in ``unit``."""
    return Inventor(rng, Decimal("0.01") if unit == "万元" else Decimal("0.000001")).report()


class Inventor:
    """Draws the items, then derives every form from them."""

    def __init__(self, rng: random.Random, smallest: Decimal, opening: Mapping[str, int] | None = None) -> None:
        self.rng, self.smallest = rng, smallest
        self.names = names_of("functional")
        self.zero_printed = rng.random() < 0.3
        self.items = self._items()
        drawn = {b: self.draw() if rng.random() < 0.5 else 0 for b in BUDGETS}
        self.opening = dict(opening) if opening is not None else drawn

    @property
    def closing(self) -> dict[str, int]:
        """What each budget carries over to the next year; other money is spent as it comes."""
        left = {b: sum(i.fiscal - i.spent for i in self.items if i.budget == b) for b in BUDGETS}
        return {b: self.opening[b] + left[b] for b in BUDGETS}

    def amount(self, whole: int) -> Decimal | None:
        if whole == 0 and not self.zero_printed:
            return None
        return whole * self.smallest

    def draw(self) -> int:
        size = 10 ** self.rng.uniform(0.5, 5.2)
        return max(1, int(size * float(Decimal(1) / self.smallest) / 10))

    def _items(self) -> list[Item]:
        codes = [c for c in self.names if len(c) == 7 and c[:5] in self.names and c[:3] in self.names]
        classes = sorted({c[:3] for c in codes})
        chosen = sorted(self.rng.sample(classes, min(len(classes), self.rng.randint(2, 7))))
        items = []
        for code in sorted(codes):
            if code[:3] not in chosen or self.rng.random() < 0.35:
                continue
            budget = NOT_BUDGET.get(code[:3], "general")
            basic = self.draw() if budget == "general" and self.rng.random() < 0.6 else 0
            project = self.draw() if basic == 0 or self.rng.random() < 0.4 else 0
            item = Item(code, budget, basic, project, basic + project)
            if self.rng.random() < 0.2:
                item.sources[self.rng.choice(SOURCES)] = self.draw()
            if self.rng.random() < 0.2:
                item.fiscal += self.draw()  # carried over to the next year
            items.append(item)
        if not any(i.budget == "general" and i.basic for i in items):
            code = next(c for c in codes if c not in {i.code for i in items})
            items.append(Item(code, "general", self.draw(), 0, 0))
            items[-1].fiscal = items[-1].basic
            items.sort(key=lambda i: i.code)
        return items

    def tree(self, items: Iterable[Item], values: Callable[[list[Item]], dict[str, int]]) -> tuple[Line, ...]:
        """合计, then every class, section and item with what ``values`` gives for the items under it."""
        listed = list(items)
        lines = [self.line("", "合计", values(listed))]
        codes = sorted({prefix for i in listed for prefix in (i.code[:3], i.code[:5], i.code)})
        for code in codes:
            lines.append(self.line(code, self.names[code], values([i for i in listed if i.code.startswith(code)])))
        return tuple(lines)

    def line(self, code: str, label: str, values: dict[str, int], side: str = "") -> Line:
        return Line(side, code, label, {m: self.amount(v) for m, v in values.items()})

    def report(self) -> ReportFigures:
        rng, opening = self.rng, self.opening
        forms = {
            "income": self.tree(self.items, self._income),
            "expenditure": self.tree(self.items, self._expenditure),
            "general_budget_expenditure": self.tree((i for i in self.items if i.budget == "general"), self._split),
        }
        forms["income_expenditure_summary"] = self._summary(opening)
        forms["fiscal_appropriation_summary"] = self._fiscal_summary(opening)
        forms["basic_expenditure_by_economic_class"] = self._economic()
        for form, budget in (("government_fund", "fund"), ("state_capital", "state")):
            items = [i for i in self.items if i.budget == budget]
            forms[form] = self._carried(items, opening[budget])
        basic = {x.code: x.values["amount"] or Decimal(0) for x in forms["basic_expenditure_by_economic_class"]}
        forms["three_public"] = (self._three_public(basic),)
        publisher = rng.choice(PUBLISHERS)
        kind = "单位" if publisher[-1] in "馆心院学" else "部门"
        return ReportFigures(publisher, kind, rng.randint(2019, 2025), {form: forms[form] for form in MEASURES})

    @staticmethod
    def _income(items: list[Item]) -> dict[str, int]:
        fiscal = sum(i.fiscal for i in items)
        sources = {s: sum(i.sources.get(s, 0) for i in items) for s in SOURCES}
        total = fiscal + sum(sources.values())
        return {m: {"total": total, "fiscal": fiscal, **sources}[m] for m in MEASURES["income"]}

    @staticmethod
    def _expenditure(items: list[Item]) -> dict[str, int]:
        own = sum(i.own for i in items)  # other money is spent on projects
        basic, project = sum(i.basic for i in items), sum(i.project for i in items) + own
        return {
            "total": basic + project,
            "basic": basic,
            "project": project,
            "to_superior": 0,
            "business": 0,
            "affiliated_subsidy": 0,
        }

    @staticmethod
    def _split(items: list[Item]) -> dict[str, int]:
        basic, project = sum(i.basic for i in items), sum(i.project for i in items)
        return {"total": basic + project, "basic": basic, "project": project}

    def _classes(self) -> list[str]:
        used = sorted({i.code[:3] for i in self.items})
        everything = sorted(c for c in self.names if len(c) == 3)
        return used if self.rng.random() < 0.3 else sorted({*everything[:26], *used})

    def _two_sides(self, form: str, left: list[Line], left_end: list[Line], right: list[Line], right_end: list[Line]) -> tuple[Line, ...]:
        """Both sides with blank rows so that the sums stand at the same height."""
        rows, ends = max(len(left), len(right)), max(len(left_end), len(right_end))
        measures = ("amount",) if form == "income_expenditure_summary" else MEASURES[form]

        def filled(lines: list[Line], end: list[Line], side: str, columns: tuple[str, ...]) -> list[Line]:
            blank = Line(side, "", "", dict.fromkeys(columns))
            return [*lines, *[blank] * (rows - len(lines)), *end[:-1], *[blank] * (ends - len(end)), end[-1]]

        return (*filled(left, left_end, "income", ("amount",)), *filled(right, right_end, "expenditure", measures))

    def _summary(self, opening: dict[str, int]) -> tuple[Line, ...]:
        def left(label: str, value: int) -> Line:
            return self.line("", label, {"amount": value}, "income")

        def right(label: str, value: int) -> Line:
            return self.line("", label, {"amount": value}, "expenditure")

        got = {b: sum(i.fiscal for i in self.items if i.budget == b) for b in ("general", "fund", "state")}
        got |= {s: sum(i.sources.get(s, 0) for i in self.items) for s in SOURCES}
        kinds = [left(f"{NUMERALS[n]}、{name}", got[key]) for n, (name, key) in enumerate(INCOME_KINDS)]
        spent = {c: sum(i.spent + i.own for i in self.items if i.code[:3] == c) for c in self._classes()}
        uses = [right(f"{NUMERALS[n % 26]}、{self.names[c]}", v) for n, (c, v) in enumerate(spent.items())]
        income, expenditure, start = sum(got.values()), sum(spent.values()), sum(opening.values())
        close = income + start - expenditure
        left_end = [left("本年收入合计", income), left("使用非财政拨款结余（含专用结余）", 0), left("年初结转和结余", start)]
        right_end = [right("本年支出合计", expenditure), right("结余分配", 0), right("年末结转和结余", close)]
        if self.rng.random() < 0.3:
            left_end.append(left("其中：项目支出结转和结余", start // 3))
            right_end.append(right("其中：项目支出结转和结余", close // 3))
        left_end.append(left("总计", income + start))
        right_end.append(right("总计", income + start))
        return self._two_sides("income_expenditure_summary", kinds, left_end, uses, right_end)

    def _fiscal_summary(self, opening: dict[str, int]) -> tuple[Line, ...]:
        form, budgets = "fiscal_appropriation_summary", ("general", "fund", "state")
        columns = MEASURES[form]

        def left(label: str, value: int) -> Line:
            return self.line("", label, {"amount": value}, "income")

        def right(label: str, values: dict[str, int]) -> Line:
            parts = [values[b] for b in budgets]
            return self.line("", label, dict(zip(columns, (sum(parts), *parts), strict=True)), "expenditure")

        got = {b: sum(i.fiscal for i in self.items if i.budget == b) for b in budgets}
        names = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
        kinds = [left(f"{NUMERALS[n]}、{name}", got[b]) for n, (name, b) in enumerate(zip(names, budgets, strict=True))]
        uses, spent = [], dict.fromkeys(budgets, 0)
        for n, code in enumerate(self._classes()):
            row = {b: sum(i.spent for i in self.items if i.code[:3] == code and i.budget == b) for b in budgets}
            spent = {b: spent[b] + row[b] for b in budgets}
            uses.append(right(f"{NUMERALS[n % 26]}、{self.names[code]}", row))
        close = {b: got[b] + opening[b] - spent[b] for b in budgets}
        total = {b: got[b] + opening[b] for b in budgets}
        start = [left(name, opening[b]) for name, b in zip(names, budgets, strict=True)]
        left_end = [
            left("本年收入合计", sum(got.values())),
            left("年初财政拨款结转和结余", sum(opening[b] for b in budgets)),
            *start,
        ]
        right_end = [right("本年支出合计", spent), right("年末财政拨款结转和结余", close)]
        left_end.append(left("总计", sum(total.values())))
        right_end.append(right("总计", total))
        return self._two_sides(form, kinds, left_end, uses, right_end)

    def _economic(self) -> tuple[Line, ...]:
        names = names_of("economic")
        basic = sum(i.basic for i in self.items if i.budget == "general")
        public = basic // self.rng.randint(4, 12)
        lines: list[Line] = []
        for side, total, classes in (
            ("personnel", basic - public, ("301", "303")),
            ("public", public, ("302", "307", "310", "312", "399")),
        ):
            codes = [c for c in sorted(names) if len(c) == 5 and c[:3] in classes]
            filled = self.rng.sample(codes, self.rng.randint(4, min(20, len(codes))))
            shares = self._parts(total, len(filled))
            amounts = dict.fromkeys(codes, 0) | dict(zip(filled, shares, strict=True))
            for code in classes:
                own = {c: v for c, v in amounts.items() if c[:3] == code}
                if code in names and own:
                    lines.append(self.line(code, names[code], {"amount": sum(own.values())}, side))
                    lines += [self.line(c, names[c], {"amount": v}, side) for c, v in own.items()]
            label = "人员经费合计" if side == "personnel" else "公用经费合计"
            lines.append(self.line("", label, {"amount": total}, side))
        return tuple(lines)

    def _parts(self, total: int, n: int) -> list[int]:
        cuts = sorted(self.rng.randint(0, total) for _ in range(n - 1))
        return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]

    def _carried(self, items: list[Item], opening: int) -> tuple[Line, ...]:
        if not items:
            return (Line("", "", "合计", dict.fromkeys(CARRIED)),)
        first = items[0]

        def values(under: list[Item]) -> dict[str, int]:
            start = opening if first in under else 0
            came, basic, project = sum(i.fiscal for i in under), sum(i.basic for i in under), sum(i.project for i in under)
            spent = basic + project
            return dict(zip(CARRIED, (start, came, spent, basic, project, start + came - spent), strict=True))

        return self.tree(items, values)

    def _three_public(self, basic: Mapping[str, Decimal]) -> Line:
        """``basic``: basic expenditure by economic code, which the final amounts hold beside project money."""
        values: dict[str, Decimal | None] = {}
        for kind in ("budget", "final"):
            drawn = (self.draw() // 50 if self.rng.random() < 0.6 else 0 for _ in range(4))
            held = (int(basic.get(c, Decimal(0)) / self.smallest) for c in ("30212", "31013", "30231", "30217"))
            abroad, purchase, operation, reception = (d + h for d, h in zip(drawn, held, strict=True))
            vehicle = purchase + operation
            parts = (abroad + vehicle + reception, abroad, vehicle, purchase, operation, reception)
            names = ("total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception")
            values |= {f"{kind}_{n}": self.amount(v) for n, v in zip(names, parts, strict=True)}
        return Line("", "", "", {m: values[m] for m in MEASURES["three_public"]})
