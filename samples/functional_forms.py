"""Forms with one row a functional item (income, expenditure, general budget, fund, state capital) as rows of cells.

What belongs here: their headers, code columns and total row in all dialects.  What may not: the other forms, or drawing.
"""

from __future__ import annotations

from collections.abc import Sequence

from samples.figures import MEASURES, Line, ReportFigures
from samples.grids import Cell, amount_cell, spaced, words
from samples.layout import Layout

HEADINGS = {
    "income": ("本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"),
    "expenditure": ("本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出"),
}
CARRIED_HEADINGS = {
    "opening": "年初结转和结余",
    "income": "本年收入",
    "total": "小计",
    "basic": "基本支出",
    "project": "项目支出",
    "closing": "年末结转和结余",
}

Built = tuple[tuple[float, ...], tuple[tuple[Cell, ...], ...], int, int]
"""Column widths, rows, how many of them are header, and how many of those a continued page repeats."""


def measures_of(form: str, lines: Sequence[Line], layout: Layout) -> tuple[str, ...]:
    """The amount columns that a functional form prints."""
    if form not in ("government_fund", "state_capital"):
        return MEASURES[form]
    carried = MEASURES[form] if form == "government_fund" or layout.carry_over_columns else MEASURES[form][2:5]
    if form == "government_fund" and not layout.carry_over_columns:
        carried = MEASURES[form][2:5]
    has_carried = all("opening" in line.values for line in lines)
    return carried if has_carried else MEASURES[form][2:5]


def code_cells(code: str, columns: int, layout: Layout, economic_form: bool = False) -> list[Cell]:
    """The code of a row: in one cell, over all code columns, or 类, 款 and 项 apart."""
    if columns == 1:
        return [Cell(code, 0)]
    if layout.code_style == "merged" and not economic_form:
        return [Cell(code, 0, colspan=columns)]
    parts = [code[:3], code[3:5], code[5:7]][:columns]
    return [Cell(part, i) for i, part in enumerate(parts)]


def indented(label: str, code: str, layout: Layout) -> str:
    depth = max(0, (len(code) - 3) // 2)
    return {"none": "", "full": "　", "half": "  "}[layout.indent] * depth + words(label, layout)


def heading_rows(form: str, measures: Sequence[str], layout: Layout) -> list[list[Cell]]:
    """The heading of a functional form, without the row of 类, 款, 项 or of 栏次 under it."""
    k = layout.code_columns
    depth = (1 if layout.project_heading else 0) + (2 if k == 3 else 1)
    span_all = depth - 1 if k == 3 and (layout.column_numbers or layout.total_row == "header") else depth
    top, under = amount_headings(form, measures, layout, span_all)
    code_heading = "支出功能分类科目编码" if k == 3 else "功能分类科目编码" if layout.amount_word == "决算数" else "科目编码"
    name_span = 1 if k == 1 or span_all < depth else 2
    names = [Cell(code_heading, 0, colspan=k), Cell("科目名称", k, rowspan=name_span)]
    if layout.project_heading:
        return [[Cell(spaced("项目", layout), 0, colspan=k + 1), *top], [*names, *under]]
    return [[*names, *top]]


def amount_headings(form: str, measures: Sequence[str], layout: Layout, span: int) -> tuple[list[Cell], list[Cell]]:
    """Headings of the amount columns, ``span`` rows high, and those that stand under 本年支出."""
    headings = HEADINGS.get(form) or tuple(CARRIED_HEADINGS[m] for m in measures)
    grouped = form not in HEADINGS and layout.project_heading
    if not grouped and form not in HEADINGS:
        headings = tuple("本年支出合计" if m == "total" else h for m, h in zip(measures, headings, strict=True))
    top: list[Cell] = []
    under: list[Cell] = []
    for i, (measure, heading) in enumerate(zip(measures, headings, strict=True), start=layout.code_columns + 1):
        inner = grouped and measure in ("total", "basic", "project")
        if inner and measure == "total":
            top.append(Cell("本年支出", i, colspan=3))
        if inner:
            under.append(Cell(spaced(heading, layout), i, rowspan=span - 1))
        else:
            top.append(Cell(heading, i, rowspan=span))
    return top, under


def functional(form: str, figures: ReportFigures, layout: Layout) -> Built:
    """Forms with one row a functional item: income, expenditure, general budget, fund, state capital."""
    lines = figures.forms[form]
    k = layout.code_columns
    measures = measures_of(form, lines, layout)
    first = k + 1
    header = heading_rows(form, measures, layout)
    total = next((line for line in lines if line.is_total), Line("", "", "合计", dict.fromkeys(measures)))
    body = [line for line in lines if not line.is_total]

    def total_cells(leading: list[Cell]) -> list[Cell]:
        return [*leading, *(amount_cell(layout, form, "total", total, m, first + i) for i, m in enumerate(measures))]

    repeatable = len(header)
    if k == 3:
        classes = [Cell(text, i) for i, text in enumerate("类款项")]
        if layout.total_row == "header":
            header.append(total_cells([*classes, Cell(spaced("合计", layout), k)]))
        elif layout.column_numbers:
            numbers = [Cell(str(i + 1), first + i) for i in range(len(measures))]
            header.append([*classes, Cell(spaced("栏次", layout), k), *numbers])
            repeatable += 1
        else:
            header.append(classes)
            repeatable += 1
    elif layout.column_numbers:
        header.append([Cell(spaced("栏次", layout), 0, colspan=2), *(Cell(str(i + 1), 2 + i) for i in range(len(measures)))])
        repeatable += 1
    rows = [tuple(row) for row in header]
    merged_total = total_cells([Cell(spaced("合计", layout), 0, colspan=k + 1)])
    if layout.total_row == "first":
        rows.append(tuple(merged_total))
    for n, line in enumerate(body, start=1):
        label = Cell(indented(line.label, line.code, layout), k, align="left")
        amounts = [amount_cell(layout, form, n, line, m, first + i) for i, m in enumerate(measures)]
        rows.append((*code_cells(line.code, k, layout), label, *amounts))
    if layout.total_row == "last" or (layout.total_row == "header" and k == 1):
        rows.append(tuple(merged_total))
    codes = (1.7,) if k == 1 else (0.75, 0.6, 0.6)
    return (*codes, 4.2 * layout.label_width, *(2.0,) * len(measures)), tuple(rows), len(header), repeatable
