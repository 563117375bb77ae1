"""The performance annexes as the rules look at them: forms, their indicators, summary rows; and the making of instances.

What belongs here: look-ups over figures and rows of one report, and what a printed figure stands for in a sum.
What may not: what must hold (``performance_forms``, ``performance_scores``, ``performance_summary``, ``performance_evaluations``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from expectations.rules.base import Judgement, Rule
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation, Expression, Relation, Sum, Verdict
from pipeline.model.figures import Figure
from pipeline.recognition.annexes.targets import Quantity, parse_quantity

Cells = Mapping[str, Figure]
CENT = Decimal("0.01")
FUNDS = {"total": "年度资金总额", "current_year": "当年财政拨款", "carried_over": "上年结转资金", "other": "其他资金"}
AMOUNTS = {"initial": "年初预算数", "adjusted": "全年预算数", "executed": "全年执行数"}


# ---------------------------------------------------------------- what a printed figure stands for


def printed(figure: Figure | None) -> Figure | None:
    """The figure where it prints a number."""
    return figure if figure is not None and figure.value is not None else None


def exact(figure: Figure) -> Figure:
    """A target, an actual or a count as an operand: whole ones are meant exactly, decimals may be rounded."""
    return replace(figure, resolution=Decimal(0)) if figure.resolution >= 1 else figure


def alike(left: Figure, right: Figure) -> tuple[Figure, Figure]:
    """Two prints of one quantity: with the same last digit they are the same number, or one of them is wrong."""
    if left.resolution != right.resolution:
        return left, right
    return replace(left, resolution=Decimal(0)), replace(right, resolution=Decimal(0))


def total(figures: Sequence[Figure]) -> Sum:
    return Sum.of(*figures)


def fine(figure: Figure) -> tuple[Figure, Decimal]:
    """A figure that is compared with a computed value: shown to two decimals at least, with the rounding that its print
    implies as a tolerance.  A last printed ``0`` may be padding: ``90.60%`` is also what 90.637 % gives, rounded to one decimal
    and printed with two."""
    padded = figure.printed.rstrip("%分").endswith("0") and "." in figure.printed
    shown = replace(figure, resolution=min(figure.resolution, CENT))
    return shown, max(figure.rounding * (10 if padded else 1) - shown.half_width, Decimal(0))


# ---------------------------------------------------------------- self-evaluation forms


@dataclass(frozen=True)
class Item:
    """One indicator: its row of ``core.indicators`` and its figures."""

    row: Mapping[str, Any]
    cells: Cells
    place: str

    def get(self, measure: str) -> Figure | None:
        return printed(self.cells.get(measure))

    @property
    def weight(self) -> Figure | None:
        """The weight that holds for it: of its own column, else of its name."""
        return self.get("weight") or (self.get("declared_weight") if "weight" not in self.cells else None)

    @cached_property
    def target(self) -> Quantity:
        return parse_quantity(str(self.row.get("target") or ""))

    @cached_property
    def actual(self) -> Quantity:
        return parse_quantity(str(self.row.get("actual") or ""))

    def level(self, number: int) -> str:
        return str(self.row.get(f"level{number}") or "")


@dataclass(frozen=True)
class FormView:
    """One self-evaluation form."""

    number: int
    row: Mapping[str, Any]
    cells: Mapping[tuple[str, str], Cells]  # (side, row) → measure → figure
    items: tuple[Item, ...]

    @property
    def project(self) -> str:
        return str(self.row.get("project") or "")

    @property
    def place(self) -> str:
        return f"自评表{self.number} {self.project}".strip()

    def fund(self, fund: str) -> Cells:
        return self.cells.get((fund, "0"), {})

    @property
    def sources(self) -> tuple[str, ...]:
        """The funds that make up the whole: 当年财政拨款 stands for those of its kinds, which are printed one by one where it is not."""
        own = ("current_year",) if self.fund("current_year") else ("central", "local", "government_fund", "state_capital")
        return (*own, "carried_over", "other")

    def at(self, side: str, row: str, measure: str) -> Figure | None:
        return printed(self.cells.get((side, row), {}).get(measure))

    @property
    def headings(self) -> dict[str, Figure]:
        """Declared weights of the level-1 headings, by name."""
        found = {c["weight"].label or "": c["weight"] for (side, row), c in self.cells.items() if side == "heading" and row != "0"}
        return {name: f for name, f in found.items() if f.value is not None}

    @property
    def execution_weight(self) -> Figure | None:
        return printed(self.fund("total").get("weight")) or self.at("heading", "0", "weight")

    @property
    def groups(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.items:
            found.setdefault(item.level(1), []).append(item)
        return found

    def fingerprint(self) -> tuple[Any, ...]:
        """What two printings of one form have in common: everything but their place."""
        head = tuple(sorted((k, str(v)) for k, v in self.row.items() if k not in ("form_no", "page", "line")))
        items = tuple((i.row.get("level3"), i.row.get("target"), i.row.get("actual"), i.row.get("weight"), i.row.get("score")) for i in self.items)
        return head, items


def forms(contents: ReportContents) -> list[FormView]:
    """Every self-evaluation form of the report, in printed order."""
    return contents.once(("performance", "forms"), lambda: list(_forms(contents)))


def _forms(contents: ReportContents) -> list[FormView]:
    indicators: dict[int, list[Mapping[str, Any]]] = {}
    for row in contents.rows_of("core.indicators"):
        indicators.setdefault(int(row["form_no"]), []).append(row)
    found = []
    for head in sorted(contents.rows_of("core.self_evaluations"), key=lambda r: int(r["form_no"])):
        number = int(head["form_no"])
        cells = {(r.side or "", r.row): r.cells for r in contents.rows(f"form{number}", section="self_evaluation")}
        about = f"自评表{number} {head.get('project') or ''}".strip()
        items = tuple(
            Item(row, cells.get(("indicator", str(row["row_no"])), {}), f"{about} / 指标{row['row_no']} {row.get('level3') or ''}")
            for row in sorted(indicators.get(number, []), key=lambda r: int(r["row_no"]))
        )
        found.append(FormView(number, head, cells, items))
    return found


# ---------------------------------------------------------------- summaries


@dataclass(frozen=True)
class Listed:
    """One project of the summary table."""

    row: Mapping[str, Any]
    cells: Cells

    @property
    def project(self) -> str:
        return str(self.row.get("project") or "")

    @property
    def place(self) -> str:
        return f"自评情况汇总表 第{self.row['row_no']}项 {self.project}"

    def get(self, measure: str) -> Figure | None:
        return self.cells.get(measure)


def listed(contents: ReportContents) -> list[Listed]:
    """Every project of the summary tables."""

    def make() -> list[Listed]:
        cells = {r.row: r.cells for r in contents.rows("summary", "", section="self_evaluation_summary")}
        rows = sorted(contents.rows_of("core.self_evaluation_summaries"), key=lambda r: int(r["row_no"]))
        return [Listed(row, cells.get(str(row["row_no"]), {})) for row in rows]

    return contents.once(("performance", "summary"), make)


# ---------------------------------------------------------------- instances


def relation(
    rule: Rule, contents: ReportContents, place: str, left: Expression, right: Expression, *,
    relation: Relation = "=", missing: tuple[str, ...] = (), tolerance: Decimal = Decimal(0), bounded: bool = False,
) -> Equation:  # fmt: skip
    return Equation(rule.rule_id, contents.report.report_id, place, left, right, relation, missing, tolerance, bounded)


def computed(
    rule: Rule, contents: ReportContents, place: str, figure: Figure, due: Expression, missing: tuple[str, ...] = (), more: Decimal = Decimal(0)
) -> Equation:  # fmt: skip
    """A figure = the value that is computed of others, to the digits that it prints; ``more`` is what the other side may be off by."""
    shown, tolerance = fine(figure)
    return relation(rule, contents, place, Sum.of(shown), due, missing=missing, tolerance=tolerance + more)


def judged(
    rule: Rule, contents: ReportContents, place: str, holds: bool | None, why: str = "", shown: str | None = None, expected: str | None = None,
    figures: tuple[Figure, ...] = (), row: Mapping[str, Any] | None = None,
) -> Judgement:  # fmt: skip
    """A statement in words: it holds, it does not, or (``None``) it cannot be decided, which ``why`` explains."""
    verdict: Verdict = "not_evaluated" if holds is None else "exact" if holds else "violated"
    page, line = (row.get("page"), row.get("line")) if row is not None else (None, None)
    if row is None and figures:
        page, line = figures[0].place.page, figures[0].place.line
    return Judgement(rule.rule_id, contents.report.report_id, place, verdict, shown, expected, "" if holds else why, figures, page, line)
