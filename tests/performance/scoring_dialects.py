"""Scoring tables, indicator systems and summaries of invented dialects, printed in several layouts.

What belongs here: making and printing.  What may not: reading.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from performance.dialects import Row, _table, word

from pipeline.model.figures import Place
from pipeline.reading.document import Document, Found, Line, Page

LAYOUTS: tuple[Found, ...] = ("ruled", "aligned", "markup", "sheet")


@dataclass(frozen=True)
class Scored:
    levels: tuple[str, ...]
    weight: int
    score: str


@dataclass
class ScoringStyle:
    """One way to print a scoring table."""

    rng: random.Random
    first: int = 1  # the level that it begins at
    depth: int = 3
    values: list[str] = field(default_factory=list)
    weighted: str = "no"  # weights of the groups: no | names | columns | two (名称 | 分值 under each level)
    subtotals: bool = False
    ordinals: bool = False
    basis: bool = False
    merged: bool = True

    @classmethod
    def drawn(cls, rng: random.Random) -> ScoringStyle:
        style = cls(rng)
        style.first = rng.choice([1, 1, 2])
        style.depth = rng.choice([2, 3, 3]) if style.first == 1 else 3
        style.values = rng.choice([["weight", "score", "rate"], ["weight", "score"], ["score", "rate"], ["weight"], ["score", "weight"]])
        style.weighted = rng.choice(["no", "names", "columns", "two"])
        if style.weighted == "two" and style.values[0] != "weight":
            style.weighted = "names"
        style.subtotals = rng.random() < 0.3 and style.first == 1
        style.ordinals = rng.random() < 0.2
        style.basis = rng.random() < 0.4
        style.merged = rng.random() < 0.6
        return style

    @property
    def named(self) -> list[str]:
        return [f"level{n}" for n in range(self.first, self.depth + 1)]


_GROUPS = {
    "决策": {"项目立项": ("立项依据充分性", "立项程序规范性"), "绩效目标": ("目标合理性", "指标明确性")},
    "过程": {"资金管理": ("资金到位程度", "资金使用合规性"), "组织实施": ("制度健全性",)},
    "产出": {"产出数量": ("系统建设完成情况",), "产出质量": ("系统验收合格情况", "平台稳定情况")},
    "效益": {"社会效益": ("公共数据应用情况",), "满意度": ("使用者满意情况",)},
}


def items(rng: random.Random, style: ScoringStyle) -> list[Scored]:
    found = []
    groups = list(_GROUPS) if style.first == 1 else [rng.choice(list(_GROUPS))]
    for one in groups:
        for two, names in _GROUPS[one].items():
            for three in names if style.depth == 3 else ("",):
                weight = rng.randrange(2, 15)
                score = rng.choice([str(weight), f"{weight - 1}.5", str(weight - 1)])
                found.append(Scored((one if style.first == 1 else "", two, three), weight, score))
    return found


def grid(rows: list[Scored], style: ScoringStyle) -> list[Row]:
    """The table with its headings."""
    rng, names = style.rng, style.named
    heads = {n: {"level1": "一级指标", "level2": "二级指标", "level3": "三级指标"}[n] for n in names}
    values = {v: word(rng, v, "scoring") if v != "score" else rng.choice(["得分", "评价得分", "实际得分", "综合得分"]) for v in style.values}
    top: Row = [("序号", 1, 1)] if style.ordinals else []
    low: Row = [None] if style.ordinals else []
    for n in names:
        last = n == names[-1]
        if style.weighted == "two":
            top += [(heads[n], 1, 2), None]
            low += [("名称", 1, 1), ("分值", 1, 1)]
        else:
            top += [(heads[n], 1, 1), *([("权重（%）", 1, 1)] if style.weighted == "columns" and not last else [])]
    rest = [v for v in style.values if not (style.weighted == "two" and v == "weight")]
    top += [(values[v], 1, 1) for v in rest]
    low += [None] * len(rest)
    if style.basis:
        top.append(("评分依据", 1, 1))
        low.append(None)
    made = [top, low] if style.weighted == "two" else [top]
    done: set[tuple[str, ...]] = set()
    for order, item in enumerate(rows, start=1):
        made.append(_row(rows, item, order, style, rest, done))
        following = rows[order].levels[0] if order < len(rows) else None
        if style.subtotals and following != item.levels[0]:
            own = [i for i in rows if i.levels[0] == item.levels[0]]
            made.append(_sum("小计", own, style, rest))
    made.append(_sum("合计", rows, style, rest))
    return made


def _row(rows: list[Scored], item: Scored, order: int, style: ScoringStyle, rest: list[str], done: set[tuple[str, ...]]) -> Row:
    row: Row = [(str(order), 1, 1)] if style.ordinals else []
    for n in style.named:
        level = int(n[-1])
        key = item.levels[:level]
        own = [i for i in rows if i.levels[:level] == key]
        weight, last = sum(i.weight for i in own), n == style.named[-1]
        first = key not in done
        done.add(key)
        span = (len(own), 1) if style.merged and not style.subtotals else (1, 1)
        named = f"{item.levels[level - 1]}（{weight}分）" if style.weighted == "names" and not last else item.levels[level - 1]
        cells = [named]
        if style.weighted == "two" or (style.weighted == "columns" and not last):
            cells.append(str(weight))
        row += [(text, *span) if first else (None if span[0] > 1 else ("", 1, 1)) for text in cells]
    values = {"weight": str(item.weight), "score": item.score, "rate": f"{100 * float(item.score) / item.weight:.2f}%"}
    row += [(values[v], 1, 1) for v in rest]
    if style.basis:
        row.append((f"按规定扣{order}分，依据第{order}号通知。", 1, 1))
    return row


def _sum(label: str, rows: list[Scored], style: ScoringStyle, rest: list[str]) -> Row:
    values = {"weight": str(sum(i.weight for i in rows)), "score": f"{sum(float(i.score) for i in rows):g}", "rate": ""}
    width = len(style.named) * (2 if style.weighted == "two" else 1) + (len(style.named) - 1 if style.weighted == "columns" else 0) + style.ordinals
    row: Row = [(label, 1, 1), *[("", 1, 1)] * (width - 1)]
    if style.weighted == "two":
        row[-1] = (values["weight"], 1, 1)
    return [*row, *[(values[v], 1, 1) for v in rest], *([("", 1, 1)] if style.basis else [])]


def document(made: list[Row], layout: Found, title: str, cut: int | None = None, evaluation: str = "某市智慧监测项目绩效评价报告") -> Document:
    """The table below its title in an evaluation report."""
    pieces = [made] if cut is None else [made[:cut], made[cut:]]
    lines = (Line(evaluation, Place(1, top=5)), Line(title, Place(1, top=10)))
    reader = "pdf/1" if layout in ("ruled", "aligned") else f"{layout}/1"
    pages = tuple(
        Page(n, 595, 842, (*(lines if n == 1 else ()), _table(piece, n, layout, layout == "ruled")))
        for n, piece in enumerate(pieces, start=1)
        if piece
    )
    return Document("0" * 64, "application/pdf", reader, "grid", pages)
