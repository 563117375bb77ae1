"""The performance annex (绩效自评): the summary table and one self-evaluation form a project, as grids.

What belongs here: the cells of the annex tables, from rows as people transcribe them (``self_evaluations.csv``,
``indicators.csv``, ``self_evaluation_summary.csv``).  What may not: contact names and telephone numbers, which forms print
and this project does not keep.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

from samples.grids import Cell, Grid

Row = Mapping[str, str]
GOAL = "按照年度工作安排推进项目实施，按时完成建设和服务任务，达到合同约定的质量要求。"
DONE = "项目已按计划实施，年度任务基本完成，资金按规定使用。"


def read_rows(path: Path) -> list[Row]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def annex_grids(folder: Path, publisher: str, year: int) -> tuple[Grid, ...]:
    """The annex tables of one sample's input folder; none where it has no performance rows."""
    summary = read_rows(folder / "self_evaluation_summary.csv")
    forms = read_rows(folder / "self_evaluations.csv")
    indicators = read_rows(folder / "indicators.csv")
    grids = [summary_grid(summary, publisher, year)] if summary else []
    for form in forms:
        grids.append(evaluation_grid(form, [r for r in indicators if r["form_no"] == form["form_no"]], year))
    return tuple(grids)


def summary_grid(rows: Sequence[Row], publisher: str, year: int) -> Grid:
    """自评情况汇总表: number, project, unit, score, grade."""
    header = tuple(Cell(t, i) for i, t in enumerate(("序号", "项目名称", "资金使用单位", "自评得分", "自评等级")))
    body = [
        (Cell(str(n), 0), Cell(r["project"], 1, align="left"), Cell(r["unit"], 2), Cell(r["score"], 3), Cell(r["grade"], 4))
        for n, r in enumerate(rows, start=1)
    ]
    title = f"{year} 年度预算项目绩效自评情况汇总表"
    return Grid("summary", title, "", (0.8, 5.0, 3.0, 1.4, 1.4), (header, *body), 1, 1, unit="", publisher=f"单位：{publisher}")


FUNDS = (("当年财政拨款", "current_year"), ("上年结转资金", "carried_over"), ("其他资金", "other"))


def evaluation_grid(form: Row, indicators: Sequence[Row], year: int) -> Grid:
    """项目支出绩效自评表 of one project, nine columns wide."""
    has_rate = any(r["completion_rate_printed"] for r in indicators)
    has_weight = any(r["weight"] for r in indicators)
    declared = not has_weight or any(r["level3_declared_weight"] for r in indicators)
    rows: list[tuple[Cell, ...]] = [
        (Cell("项目名称", 0, colspan=2), Cell(form["project"], 2, colspan=7)),
        (
            Cell("主管部门", 0, colspan=2),
            Cell(form["competent_department"], 2, colspan=3),
            Cell("实施单位", 5),
            Cell(form["implementing_unit"], 6, colspan=3),
        ),
        (
            Cell("项目预算执行情况", 0, rowspan=5),
            Cell("", 1, colspan=2),
            Cell("年初预算数", 3),
            Cell("全年预算数（A）", 4),
            Cell("全年执行数（B）", 5),
            Cell("分值", 6),
            Cell("执行率（B/A）", 7),
            Cell("得分", 8),
        ),
        (
            Cell("年度资金总额", 1, colspan=2),
            Cell(form["initial_budget"], 3),
            Cell(form["adjusted_budget"], 4),
            Cell(form["executed"], 5),
            Cell(form["weight"], 6),
            Cell(form["rate_printed"], 7),
            Cell(form["score"], 8),
        ),
    ]
    for i, (label, key) in enumerate(FUNDS):
        name = f"其中：{label}" if i == 0 else label
        amounts = [Cell(form[f"{key}_{kind}"], 3 + j) for j, kind in enumerate(("initial", "adjusted", "executed"))]
        rows.append((Cell(name, 1, colspan=2, align="left"), *amounts, Cell("—", 6), Cell("", 7), Cell("—", 8)))
    rows.append((Cell("年度总体目标", 0, rowspan=2), Cell("年初预期目标", 1, colspan=4), Cell("目标实际完成情况", 5, colspan=4)))
    rows.append((Cell(GOAL, 1, colspan=4, align="left"), Cell(DONE, 5, colspan=4, align="left")))
    last = ("完成率（B/A）", "得分") if has_rate and not has_weight else ("分值", "得分")
    heads = (
        "一级指标",
        "二级指标",
        "三级指标（分值）" if declared and not has_weight else "三级指标",
        "年度指标值",
        "实际完成值",
        *last,
        "偏差原因分析及改进措施",
    )
    rows.append((Cell("年度绩效指标", 0, rowspan=len(indicators) + 1), *(Cell(h, 1 + i) for i, h in enumerate(heads))))
    rows += indicator_rows(indicators, has_rate and not has_weight)
    rows.append((Cell("总分", 0, colspan=7), Cell(form["total_score"], 7), Cell("", 8)))
    title = f"{year}年度项目支出绩效自评表"
    return Grid("evaluation", title, "", (0.9, 1.5, 1.6, 3.0, 1.7, 1.7, 1.2, 1.2, 2.6), tuple(rows), 0, 0, publisher=f"（{year}年度）")


def indicator_rows(indicators: Sequence[Row], rate_column: bool) -> list[tuple[Cell, ...]]:
    """Rows of the third level, the first and second level spanning the rows that they cover."""
    out: list[tuple[Cell, ...]] = []
    for (level1, weight1), members in itertools.groupby(indicators, key=lambda r: (r["level1"], r["level1_declared_weight"])):
        block = list(members)
        seconds = [(name, len(list(group))) for name, group in itertools.groupby(block, key=lambda r: r["level2"])]
        starts = {sum(n for _, n in seconds[:i]): (name, n) for i, (name, n) in enumerate(seconds)}
        for i, r in enumerate(block):
            cells: list[Cell] = []
            if i == 0:
                cells.append(Cell(f"{level1}（{weight1}分）" if weight1 else level1, 1, rowspan=len(block)))
            if i in starts:
                cells.append(Cell(starts[i][0], 2, rowspan=starts[i][1]))
            name = f"{r['level3']}（{r['level3_declared_weight']}分）" if r["level3_declared_weight"] else r["level3"]
            middle = r["completion_rate_printed"] if rate_column else r["weight"]
            cells += [
                Cell(name, 3, align="left"),
                Cell(r["target"], 4),
                Cell(r["actual"], 5),
                Cell(middle, 6),
                Cell(r["score"], 7),
                Cell(r["deviation_reason"], 8, align="left"),
            ]
            out.append(tuple(cells))
    return out
