"""Self-evaluation forms of invented dialects: words, orders of columns and blocks, levels, units and layouts drawn at random.

A form is made from one set of facts (:func:`facts`) and printed in one way of many (:class:`Style`), so that a test can hold what was read
against the facts.  What belongs here: making and printing.  What may not: reading.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html import escape

from pipeline.lexicon import lexicon
from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Document, Found, Line, Page, Table
from pipeline.recognition.annexes import PerformancePart

#: A cell as it is printed: its text and over how many rows and columns it goes.
Printed = tuple[str, int, int]
Row = list[Printed | None]
LAYOUTS = ("tabs", "markup", "ruled", "aligned", "text", "sheet")


def word(rng: random.Random, concept: str, scope: str) -> str:
    """One of the words that the lexicon gives a heading."""
    listed = [w for e in lexicon().entries("annexes_headings") if e.concept == concept and scope in e.scope for w in e.words]
    return rng.choice(listed)


@dataclass(frozen=True)
class Item:
    level1: str
    level2: str
    name: str
    target: tuple[str, str, str]  # operator, value, unit
    actual: str
    weight: int
    score: str


@dataclass(frozen=True)
class Facts:
    """What a form says: amounts by fund (initial, adjusted, executed), the score of execution, indicators."""

    project: str
    department: str
    unit: str
    amounts: dict[str, tuple[str, str, str]]
    rate: str
    execution: str
    items: tuple[Item, ...]

    @property
    def score(self) -> str:
        return str(sum((Decimal(i.score) for i in self.items), Decimal(self.execution)))


_LEVELS = {
    "产出指标": ("数量指标", "质量指标", "时效指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
_NAMES = (
    "巡检次数",
    "系统建设数量",
    "培训完成情况",
    "验收合格程度",
    "响应速度",
    "办事成本降低程度",
    "覆盖范围",
    "群众反映情况",
    "平台可用程度",
    "报告编写篇数",
)
_UNITS = ("个", "%", "次", "万元", "天", "项")


def facts(rng: random.Random) -> Facts:
    """A form's facts; every number of it is told apart from every other as far as it can be."""
    total = [Decimal(rng.randrange(2000, 90000)) / 100 for _ in range(3)]
    carried = [Decimal(rng.randrange(1, 1900)) / 100 for _ in range(3)]
    amounts = {
        "total": tuple(map(str, total)),
        "current_year": tuple(str(t - c) for t, c in zip(total, carried, strict=True)),
        "carried_over": tuple(map(str, carried)),
        "other": ("0", "0", "0"),
    }
    items, names = [], rng.sample(_NAMES, len(_NAMES))
    for level1 in rng.sample(list(_LEVELS), rng.randrange(1, 4)):
        for level2 in rng.sample(_LEVELS[level1], rng.randrange(1, len(_LEVELS[level1]) + 1)):
            for _ in range(rng.randrange(1, 3)):
                if names:
                    weight = rng.randrange(2, 30)
                    target = (rng.choice("≥≤="), str(rng.randrange(1, 120)), rng.choice(_UNITS))
                    items.append(
                        Item(
                            level1,
                            level2,
                            names.pop(),
                            target,
                            f"{rng.randrange(1, 120)}{target[2]}",
                            weight,
                            str(weight - rng.randrange(0, 2)),
                        )
                    )
    rate = f"{rng.randrange(5000, 10000) / 100}%"
    return Facts(
        f"智慧监测{rng.randrange(10, 99)}期项目",
        "某市数据局",
        "某市信息中心",
        amounts,
        rate,
        str(Decimal(rng.randrange(50, 100)) / 10),
        tuple(items),
    )  # type: ignore[arg-type]


@dataclass
class Style:
    """One way to print a form."""

    rng: random.Random
    budget: list[str] = field(default_factory=list)
    indicators: list[str] = field(default_factory=list)
    levels: str = "merged"  # merged | repeated | first
    weights: str = "column"  # column | names
    heads: str = "beside"  # beside | below | together
    turned: bool = False
    split_target: bool = False
    unit: tuple[str, Decimal, str] = ("万元", Decimal(1), "line")  # word, how many 万元, where: line | heading
    goal: bool = True
    order: tuple[str, ...] = ("heads", "budget", "indicators")
    caption: bool = False

    @classmethod
    def drawn(cls, rng: random.Random) -> Style:
        style = cls(rng)
        style.budget = _shuffled(rng, ["initial", "adjusted", "executed"]) + rng.choice(
            [["weight", "rate", "score"], ["rate", "weight", "score"], ["rate", "score"]]
        )
        values = _shuffled(rng, ["target", "actual"]) if rng.random() < 0.3 else ["target", "actual"]
        style.weights = rng.choice(["column", "column", "names"])
        tail = rng.choice([["weight", "score"], ["score"], ["weight", "score", "deviation"], ["rate", "weight", "score", "deviation"]])
        if style.weights == "column" and "weight" not in tail:
            tail = ["weight", *tail]
        if style.weights == "names":
            tail = [t for t in tail if t != "weight"]
        if rng.random() < 0.3 and "weight" in tail:
            tail.remove("weight")
            values = ["weight", *values]
        style.levels = rng.choice(["merged", "repeated", "first"])
        style.split_target = rng.random() < 0.2
        if style.split_target:
            i = values.index("target")
            values[i : i + 1] = ["target_operator", "target", "target_unit"]
        style.indicators = ["level1", "level2", "level3", *values, *tail]
        style.heads = rng.choice(["beside", "beside", "below", "together"])
        style.turned = rng.random() < 0.25
        style.unit = rng.choice(
            [
                ("万元", Decimal(1), "line"),
                ("元", Decimal("0.0001"), "line"),
                ("千元", Decimal("0.1"), "line"),
                ("元", Decimal("0.0001"), "heading"),
                ("千元", Decimal("0.1"), "heading"),
            ]
        )
        style.goal = rng.random() < 0.7
        style.order = rng.choice([("heads", "budget", "indicators"), ("heads", "indicators", "budget"), ("heads", "budget", "indicators")])
        style.caption = rng.random() < 0.3
        return style


def _shuffled(rng: random.Random, items: list[str]) -> list[str]:
    return rng.sample(items, len(items))


def rows(what: Facts, style: Style) -> list[Row]:
    """The form as a grid, merged cells with their spans."""
    blocks = {"heads": _heads(what, style), "budget": _budget(what, style), "indicators": _indicators(what, style)}
    width = max(len(r) for block in blocks.values() for r in block)
    made: list[Row] = []
    for name in style.order:
        made += blocks[name]
        if name == "budget" and style.goal:
            made.append([("年度总体目标", 1, 1), ("2024年12月1日前建成站点25个，准确率达到95%。", 1, 1)])
    made.append([("总分", 1, 1), *[("", 1, 1)] * (width - 2), (what.score, 1, 1)])
    return [[*r, *[("", 1, 1)] * (width - len(r))] for r in made]


def _heads(what: Facts, style: Style) -> list[Row]:
    rng = style.rng
    named = [
        ("项目名称", what.project),
        (word(rng, "competent_department", "head"), what.department),
        (word(rng, "implementing_unit", "head"), what.unit),
    ]
    if style.heads == "below":
        return [[(k, 1, 1) for k, _ in named], [(v, 1, 1) for _, v in named]]
    if style.heads == "together":
        return [[(f"{k}：{v}", 1, 1)] for k, v in named]
    return [[(named[0][0], 1, 1), (named[0][1], 1, 1)], [(t, 1, 1) for pair in named[1:] for t in pair]]


_FUNDS = {"total": "年度资金总额", "current_year": "其中：当年财政拨款", "carried_over": "上年结转资金", "other": "其他资金"}


def _budget(what: Facts, style: Style) -> list[Row]:
    def shown(amount: str) -> str:
        return str((Decimal(amount) / style.unit[1]).normalize() + 0) if Decimal(amount) else "0"

    mark = f"（{style.unit[0]}）" if style.unit[2] == "heading" else ""
    amounts = dict(zip(("initial", "adjusted", "executed"), range(3), strict=True))
    heads = {name: word(style.rng, name, "budget") + (mark if name in amounts else "") for name in style.budget}
    table: list[list[str]] = [["项目预算执行情况（10分）", *(heads[n] for n in style.budget)]]
    for fund, cells in what.amounts.items():
        values = {n: shown(cells[i]) for n, i in amounts.items()}
        if fund == "total":
            values |= {"weight": "10", "rate": what.rate, "score": what.execution}
        table.append([_FUNDS[fund], *(values.get(n, "") for n in style.budget)])
    if style.turned:
        table = [list(column) for column in zip(*table, strict=True)]
    return [[(t, 1, 1) for t in r] for r in table]


def _indicators(what: Facts, style: Style) -> list[Row]:
    heads = {n: word(style.rng, n, "indicator") if n != "deviation" else "偏差原因分析及改进措施" for n in style.indicators}
    made: list[Row] = [[(heads[n], 1, 1) for n in style.indicators]]
    weights = {level: sum(i.weight for i in what.items if i.level1 == level) for level in dict.fromkeys(i.level1 for i in what.items)}
    done: set[tuple[str, ...]] = set()
    for item in what.items:
        values = {
            "level3": item.name + (f"（{item.weight}分）" if style.weights == "names" else ""), "target": "".join(item.target), "actual": item.actual,
            "weight": str(item.weight), "score": item.score, "rate": "100%", "deviation": "无",
        }  # fmt: skip
        if style.split_target:
            values |= dict(zip(("target_operator", "target", "target_unit"), item.target, strict=True))
        row: Row = []
        for n in style.indicators:
            if n not in ("level1", "level2"):
                row.append((values[n], 1, 1))
                continue
            key = (item.level1,) if n == "level1" else (item.level1, item.level2)
            text = f"{item.level1}（{weights[item.level1]}分）" if n == "level1" else item.level2
            span = sum(i.level1 == item.level1 and (n == "level1" or i.level2 == item.level2) for i in what.items)
            if style.levels == "repeated":
                row.append((text, 1, 1))
            elif key in done:
                row.append(None if style.levels == "merged" else ("", 1, 1))
            else:
                row.append((text, span if style.levels == "merged" else 1, 1))
            done.add(key)
        made.append(row)
    return made


# ---------------------------------------------------------------- layouts


def document(what: Facts, style: Style, layout: str, cut: int | None = None) -> Document | bytes:
    """The printed form: bytes to be read (``tabs``, ``markup``) or a document of tables as each way of lowering makes them.

    ``cut``: the row at which a page ends.
    """
    title = f"2024年度{style.rng.choice(['项目支出绩效自评表', '部门项目绩效自评报告表', '部门整体支出绩效自评表', '专项资金绩效自评价表'])}"
    grid = rows(what, style)
    note = f"金额单位：{style.unit[0]}" if style.unit[2] == "line" else ""
    if layout == "tabs":
        return _tabs(title, note, grid)
    if layout == "markup":
        return _markup(title, note, grid)
    found: dict[str, Found] = {"ruled": "ruled", "aligned": "aligned", "text": "text", "sheet": "sheet"}
    lines = (Line(title, Place(1, top=10)), *((Line(note, Place(1, top=20)),) if note else ()))
    if style.caption and layout == "sheet":  # a sheet of a workbook: title and unit are cells of it
        grid = [[(title, 1, len(grid[0]))], *([[(note, 1, len(grid[0]))]] if note else []), *grid]
        lines = ()
    pieces = [grid] if cut is None or layout == "sheet" else [grid[:cut], grid[cut:]]
    pages = tuple(
        Page(n, 595, 842, (*(lines if n == 1 else ()), _table(piece, n, found[layout], layout == "ruled")))
        for n, piece in enumerate(pieces, start=1)
        if piece
    )
    return Document("0" * 64, "application/pdf", "pdf/1" if layout != "sheet" else "sheet/1", "grid", pages)


def _filled(grid: Sequence[Row], r: int, c: int) -> str:
    cell = grid[r][c] if c < len(grid[r]) else None
    return cell[0] if cell is not None else ""


def _tabs(title: str, note: str, grid: Sequence[Row]) -> bytes:
    lines = ["\t".join(_filled(grid, r, c) for c in range(len(grid[r]))) for r in range(len(grid))]
    return "\n".join(["某局2024年度部门决算", "", title, "", note, "", *lines, "", "第五部分 其他"]).encode()


def _markup(title: str, note: str, grid: Sequence[Row]) -> bytes:
    cells = "".join(
        "<tr>" + "".join(f'<td rowspan="{c[1]}" colspan="{c[2]}">{escape(c[0])}</td>' for c in row if c is not None) + "</tr>" for row in grid
    )
    return f"<html><body><p>{title}</p><p>{note}</p><table>{cells}</table></body></html>".encode()


def _table(grid: Sequence[Row], page: int, found: Found, spans: bool) -> Table:
    """A table of a page; without spans every row has cells of its own, with the rest of a merged cell blank.  A merged cell that the page
    cuts is two cells, of which only the first prints its text."""
    cells = []
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            text, down, right = cell if cell is not None else ("", 1, 1)
            if cell is None and (spans and r and not _cut(grid, r, c)):
                continue
            down = min(down, len(grid) - r) if spans else 1
            cells.append(Cell(r, c, text, down, right, Place(page, 10.0 * c, 10.0 * r + 50, 10.0 * c + 9, 10.0 * r + 59), found=found))
    return Table(
        tuple(cells),
        len(grid),
        max(len(r) for r in grid),
        Place(page, 0, 50, 500, 800),
        "pdf/1" if found != "sheet" else "sheet/1",
    )


def _cut(grid: Sequence[Row], r: int, c: int) -> bool:
    """Whether nothing above on this page begins the merged cell that goes over this place."""
    return not any(above is not None and above[1] > r - k for k, above in ((k, grid[k][c]) for k in range(r)))


# ---------------------------------------------------------------- changed words


def with_one_word_changed(whole: Document, what: Facts, rng: random.Random) -> Document:
    """The document with one of its headings, labels or names of levels changed into a word that nobody knows."""
    own = {what.project, what.department, what.unit, *(i.name for i in what.items), *(i.actual for i in what.items)}
    tables = [b for p in whole.pages for b in p.blocks if isinstance(b, Table)]
    words = [c for t in tables for c in t.cells if c.text and len(c.text) < 14 and c.text not in own and not any(ch.isdigit() for ch in c.text)]
    cell, new = rng.choice(words), "某某事" + rng.choice(["栏", "值", "数", ""])

    def changed(block: Line | Table) -> Line | Table:
        return replace(block, cells=tuple(replace(c, text=new) if c is cell else c for c in block.cells)) if isinstance(block, Table) else block

    return replace(whole, pages=tuple(replace(p, blocks=tuple(map(changed, p.blocks))) for p in whole.pages))


def compared(part: PerformancePart, what: Facts, style: Style) -> tuple[bool, list[str]]:
    """Whether anything of the form was not read, and what was read as something else."""
    figures = {(f.side, f.row_order, f.measure): f for f in part.figures}
    rows = part.tables["core.indicators"]
    lost, wrong = len(rows) != len(what.items), []
    for fund, amounts in what.amounts.items():
        for name, amount in zip(("initial", "adjusted", "executed"), amounts, strict=True):
            figure = figures.get((fund, 0, name))
            if figure is None or figure.value is None:
                lost = lost or fund == "total"
            elif figure.value != Decimal(amount):
                wrong.append(f"{fund} {name}: {figure.value} for {amount}")
    for row, item in zip(rows, what.items, strict=False) if len(rows) == len(what.items) else ():
        for column, own in (("level3", item.name), ("score", item.score), ("weight", str(item.weight)), ("actual", item.actual)):
            if row[column] and row[column] != own:
                wrong.append(f"{column}: {row[column]} for {own}")
        lost = lost or not (row["score"] and row["actual"] and (row["weight"] or style.weights == "names"))
    return lost, wrong
