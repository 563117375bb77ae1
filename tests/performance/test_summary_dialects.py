"""Summary tables of invented dialects: words and order of columns, units, layouts and page breaks drawn at random."""

from __future__ import annotations

import random
from decimal import Decimal

import golden
import pytest
from performance.dialects import Row, _table, word

from pipeline.model.figures import Place
from pipeline.model.parts import tally
from pipeline.reading.document import Document, Found, Line, Page
from pipeline.recognition.annexes import read_performance

LAYOUTS: tuple[Found, ...] = ("ruled", "aligned", "text", "sheet", "markup")
_UNITS = {"万元": Decimal(1), "千元": Decimal("0.1"), "元": Decimal("0.0001")}
_AMOUNTS = ("initial_budget", "adjusted_budget", "executed")
Facts = list[dict[str, str]]


def facts(rng: random.Random) -> Facts:
    made = []
    for n in range(rng.randrange(2, 9)):
        score = rng.randrange(5500, 10001) / 100
        row = {
            "project": f"第{n + 1}号{rng.choice(['运维', '建设', '培训'])}项目",
            "unit": rng.choice(["某市数据局", "某市信息中心"]),
            "no": str(n + 1),
        }
        row |= {name: str(Decimal(rng.randrange(100, 90000)) / 100) for name in _AMOUNTS}
        row |= {"rate_printed": f"{rng.randrange(5000, 10000) / 100}%", "score": f"{score:.2f}"}
        made.append(row | {"grade": "优" if score >= 90 else "良" if score >= 80 else "中" if score >= 60 else "差"})
    return made


def columns(rng: random.Random) -> list[str]:
    values = rng.sample(_AMOUNTS, rng.randrange(0, 4)) + rng.choice([[], ["rate_printed"]])
    tail = rng.choice([["score", "grade"], ["score"], ["grade", "score"], ["score", "grade", "remark"]])
    names = rng.choice([["project", "unit"], ["unit", "project"], ["project"]])
    return [*rng.choice([["no"], []]), *names, *values, *tail] if len(names) + len(values) + len(tail) > 2 else ["no", *names, *tail, "unit"]


def printed(made: Facts, order: list[str], rng: random.Random, unit: str, in_heading: bool) -> list[Row]:
    mark = f"（{unit}）" if in_heading else ""
    heads: Row = [(word(rng, n, "summary") + (mark if n in _AMOUNTS else "") if n != "remark" else "存在问题", 1, 1) for n in order]
    heads = [("项目名称", 1, 1) if n == "project" else h for n, h in zip(order, heads, strict=True)]

    def shown(row: dict[str, str], name: str) -> str:
        return str((Decimal(row[name]) / _UNITS[unit]).normalize() + 0) if name in _AMOUNTS else row.get(name, "无")

    rows: list[Row] = [[(shown(row, n), 1, 1) for n in order] for row in made]
    sums = {n: str(sum((Decimal(r[n]) for r in made), Decimal(0)) / _UNITS[unit]) for n in _AMOUNTS}
    label = next(n for n in order if n in ("no", "unit", "project"))
    return [heads, *rows, [("合计" if n == label else sums.get(n, ""), 1, 1) for n in order]]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("seed", range(30))
def test_a_summary_in_any_words_order_and_layout(seed: int, layout: Found) -> None:
    rng = random.Random(seed)
    made, order, unit, in_heading = facts(rng), columns(rng), rng.choice(list(_UNITS)), rng.random() < 0.5
    grid = printed(made, order, rng, unit, in_heading)
    cut = rng.randrange(2, len(grid)) if seed % 2 and layout != "sheet" else len(grid)
    lines = (
        Line("2024年度项目支出绩效自评情况汇总表", Place(1, top=5)),
        *(() if in_heading else (Line(f"单位：{unit}", Place(1, top=8)),)),
    )
    pieces = [piece for piece in (grid[:cut], grid[cut:]) if piece]
    pages = tuple(Page(n, 595, 842, (*(lines if n == 1 else ()), _table(p, n, layout, layout == "ruled"))) for n, p in enumerate(pieces, start=1))
    part = read_performance(Document("0" * 64, "application/pdf", f"{layout}/1", "grid", pages), golden.report())
    rows = part.tables["core.self_evaluation_summaries"]
    assert [r["project"] for r in rows] == [m["project"] for m in made]
    figures = {(f.side, f.row_order, f.measure): f.value for f in part.figures}
    for row, own in zip(rows, made, strict=True):
        assert [row[n] for n in ("unit", "score", "grade") if n in order] == [own[n] for n in ("unit", "score", "grade") if n in order]
        for name in _AMOUNTS:
            assert figures.get(("", row["row_no"], name)) == (Decimal(own[name]) if name in order else None)
    unread = [n for p in part.parts for n in p.numbers if n.account == "unread"]
    assert unread == []
    assert tally(part.parts)["figure"] >= len(made)
