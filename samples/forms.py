"""The nine forms as grids: which cells each has under a layout.

What belongs here: the headers, rows and notes of the statutory forms in their dialects.  What may not: drawing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from samples.figures import MEASURES, Line, ReportFigures
from samples.grids import Cell, Grid, amount_cell, spaced, squeezed, words
from samples.layout import Layout

TITLES = {
    "income_expenditure_summary": "收入支出决算总表",
    "income": "收入决算表",
    "expenditure": "支出决算表",
    "fiscal_appropriation_summary": "财政拨款收入支出决算总表",
    "general_budget_expenditure": "一般公共预算财政拨款支出决算表",
    "basic_expenditure_by_economic_class": "一般公共预算财政拨款基本支出决算明细表",
    "government_fund": "政府性基金预算财政拨款收入支出决算表",
    "state_capital": "国有资本经营预算财政拨款支出决算表",
    "three_public": "财政拨款“三公”经费支出决算表",
}
NOTES = {
    "income_expenditure_summary": "本表反映{kind}本年度的总收支和年末结转结余情况。",
    "income": "本表反映{kind}本年度取得的各项收入情况。",
    "expenditure": "本表反映{kind}本年度各项支出情况。",
    "fiscal_appropriation_summary": "本表反映{kind}本年度财政拨款的总收支和年末结转结余情况。",
    "general_budget_expenditure": "本表反映{kind}本年度一般公共预算财政拨款支出情况。",
    "basic_expenditure_by_economic_class": "本表反映{kind}本年度一般公共预算财政拨款基本支出明细情况。",
    "government_fund": "本表反映{kind}本年度政府性基金预算财政拨款收入、支出及结转和结余情况。",
    "state_capital": "本表反映{kind}本年度国有资本经营预算财政拨款支出情况。",
    "three_public": "本表反映{kind}本年度“三公”经费支出预决算情况。",
}
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
PUBLIC_HEADINGS = ("合计", "因公出国（境）费", "小计", "公务用车购置费", "公务用车运行维护费", "公务接待费")
WIDE = {"income", "expenditure", "fiscal_appropriation_summary", "three_public"}
ORDERS = {
    "new": tuple(MEASURES),
    "old": (*tuple(MEASURES)[:6], "three_public", "government_fund", "state_capital"),
}


def form_order(layout: Layout, seed: int = 0) -> tuple[str, ...]:
    """The forms in this layout's order."""
    if layout.form_order != "shuffled":
        return ORDERS[layout.form_order]
    order = list(MEASURES)
    random.Random(seed).shuffle(order)
    return tuple(order)


def measures_of(form: str, lines: Sequence[Line], layout: Layout) -> tuple[str, ...]:
    """The amount columns that a functional form prints."""
    if form not in ("government_fund", "state_capital"):
        return MEASURES[form]
    carried = MEASURES[form] if form == "government_fund" or layout.carry_over_columns else MEASURES[form][2:5]
    if form == "government_fund" and not layout.carry_over_columns:
        carried = MEASURES[form][2:5]
    has_carried = all("opening" in line.values for line in lines)
    return carried if has_carried else MEASURES[form][2:5]


def title_of(form: str, figures: ReportFigures, layout: Layout) -> str:
    title = TITLES[form]
    if form == "government_fund" and "opening" not in measures_of(form, figures.forms[form], layout):
        title = title.replace("收入支出", "支出")
    if form == "state_capital" and "opening" in measures_of(form, figures.forms[form], layout):
        title = title.replace("支出决算表", "收入支出决算表")
    if form == "basic_expenditure_by_economic_class" and layout.economic_groups == 2:
        title = title.replace("明细表", "表")
    return f"{figures.year}年度{title}" if layout.title_year else title


def form_grid(form: str, figures: ReportFigures, layout: Layout, number: int) -> Grid:
    """One form of ``figures`` as a grid."""
    build = {
        "income_expenditure_summary": summary,
        "fiscal_appropriation_summary": summary,
        "basic_expenditure_by_economic_class": economic,
        "three_public": three_public,
    }.get(form, functional)
    widths, rows, header, repeatable = build(form, figures, layout)
    empty = form not in ("three_public",) and not any(v is not None for line in figures.forms[form] for v in line.values.values())
    notes = [f"注：{NOTES[form].format(kind=figures.kind)}"] if layout.notes else []
    if empty:
        kind = {"government_fund": "政府性基金预算财政拨款", "state_capital": "国有资本经营预算财政拨款"}.get(form, TITLES[form])
        notes = [f"注：本{figures.kind}本年度没有{kind}收支，故本表无数据。"]
    landscape = layout.orientation == "landscape" or (layout.orientation == "mixed" and form in WIDE)
    label = layout.form_number.format(number) if layout.form_number else ""
    title = title_of(form, figures, layout)
    return Grid(
        form,
        title,
        label,
        widths,
        rows,
        header,
        repeatable,
        tuple(words(n, layout) for n in notes),
        landscape,
        layout.unit,
        figures.publisher,
    )


Built = tuple[tuple[float, ...], tuple[tuple[Cell, ...], ...], int, int]


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


def functional(form: str, figures: ReportFigures, layout: Layout) -> Built:
    """Forms with one row a functional item: income, expenditure, general budget, fund, state capital."""
    lines = figures.forms[form]
    k = layout.code_columns
    measures = measures_of(form, lines, layout)
    headings = HEADINGS.get(form) or tuple(CARRIED_HEADINGS[m] for m in measures)
    grouped = form not in HEADINGS and layout.project_heading
    if not grouped and form not in HEADINGS:
        headings = tuple("本年支出合计" if m == "total" else h for m, h in zip(measures, headings, strict=True))
    first = k + 1
    top: list[Cell] = []
    under: list[Cell] = []
    depth = (1 if layout.project_heading else 0) + (2 if k == 3 else 1)
    span_all = depth - 1 if k == 3 and (layout.column_numbers or layout.total_row == "header") else depth
    for i, (measure, heading) in enumerate(zip(measures, headings, strict=True)):
        inner = grouped and measure in ("total", "basic", "project")
        if inner and measure == "total":
            top.append(Cell("本年支出", first + i, colspan=3))
        if inner:
            under.append(Cell(spaced(heading, layout), first + i, rowspan=span_all - 1))
        else:
            top.append(Cell(heading, first + i, rowspan=span_all))
    code_heading = "支出功能分类科目编码" if k == 3 else "功能分类科目编码" if layout.amount_word == "决算数" else "科目编码"
    header: list[list[Cell]] = []
    name_span = 1 if k == 1 or span_all < depth else 2
    names = [Cell(code_heading, 0, colspan=k), Cell("科目名称", k, rowspan=name_span)]
    if layout.project_heading:
        header.append([Cell(spaced("项目", layout), 0, colspan=k + 1), *top])
        header.append([*names, *under])
    else:
        header.append([*names, *top])
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


def summary(form: str, figures: ReportFigures, layout: Layout) -> Built:
    """The two-sided forms: income on the left, expenditure by functional class on the right."""
    left, right = figures.side(form, "income"), figures.side(form, "expenditure")
    right_measures = ("amount",) if form == "income_expenditure_summary" else tuple(right[0].values)
    word = spaced(layout.amount_word, layout) if layout.amount_word == "金额" else layout.amount_word
    n = 1 if layout.row_numbers else 0
    at = 2 + n  # first column of the right side
    width = at + 1 + n + len(right_measures)
    columns = {
        "amount": word,
        "total": spaced("合计", layout),
        "general": "一般公共预算财政拨款",
        "government_fund": "政府性基金预算财政拨款",
        "state_capital": "国有资本经营预算财政拨款",
    }
    row_no = [Cell("行次", 1)] if n else []
    row_no_right = [Cell("行次", at + 1)] if n else []
    header = [
        [Cell(spaced("收入", layout), 0, colspan=at), Cell(spaced("支出", layout), at, colspan=width - at)],
        [
            Cell(spaced("项目", layout), 0),
            *row_no,
            Cell(word, 1 + n),
            Cell(spaced("项目", layout), at),
            *row_no_right,
            *(Cell(columns[m], at + 1 + n + i) for i, m in enumerate(right_measures)),
        ],
    ]
    if layout.column_numbers:
        header.append(
            [
                Cell(spaced("栏次", layout), 0),
                *([Cell("", 1)] if n else []),
                Cell("1", 1 + n),
                Cell(spaced("栏次", layout), at),
                *([Cell("", at + 1)] if n else []),
                *(Cell(str(i + 2), at + 1 + n + i) for i in range(len(right_measures))),
            ]
        )
    blank = Line("", "", "", {})
    pairs = [
        (left[i] if i < len(left) else blank, right[i] if i < len(right) else blank) for i in range(max(len(left), len(right)))
    ]
    if layout.drop_empty_rows:
        pairs = [(a, b) for a, b in pairs if a.label or b.label]
    rows = [tuple(row) for row in header]
    for i, (a, b) in enumerate(pairs):
        numbers = [Cell(str(i + 1), 1)] if n else []
        numbers_right = [Cell(str(len(pairs) + i + 1), at + 1)] if n else []
        rows.append(
            (
                Cell(side_label(a.label, layout), 0, align=side_align(a.label)),
                *numbers,
                amount_cell(layout, form, i + 1, a, "amount", 1 + n),
                Cell(side_label(b.label, layout), at, align=side_align(b.label)),
                *numbers_right,
                *(amount_cell(layout, form, len(pairs) + i + 1, b, m, at + 1 + n + j) for j, m in enumerate(right_measures)),
            )
        )
    label = 4.6 * layout.label_width
    side = (0.75,) * n
    return (label, *side, 2.0, label, *side, *(2.0,) * len(right_measures)), tuple(rows), len(header), len(header)


def side_label(label: str, layout: Layout) -> str:
    return spaced(squeezed(label), layout) if squeezed(label) == "总计" else words(label, layout)


def side_align(label: str) -> str:
    return "center" if squeezed(label) in ("总计", "本年收入合计", "本年支出合计") else "left"


def economic(form: str, figures: ReportFigures, layout: Layout) -> Built:
    """Basic expenditure by economic class, two or three column groups side by side."""
    k = 2 if layout.code_columns == 3 else 1
    size = k + 2
    people = [x for x in figures.side(form, "personnel") if x.code]
    public = [x for x in figures.side(form, "public") if x.code]
    totals = {x.side: x for x in figures.forms[form] if not x.code}
    columns = [people, public]
    if layout.economic_groups == 3:
        cut = next((i for i, x in enumerate(public) if x.code > "303" and x.code[:3] != "302" and len(x.code) == 3), len(public))
        columns = [people, public[:cut], public[cut:]]
    width = size * len(columns)
    header: list[list[Cell]] = []
    if layout.economic_heading:
        header.append([Cell("人员经费", 0, colspan=size), Cell("公用经费", size, colspan=width - size)])
    word = layout.amount_word
    names: list[Cell] = []
    classes: list[Cell] = []
    for g in range(len(columns)):
        at = g * size
        names += [
            Cell("经济分类科目编码" if k == 2 else "科目编码", at, colspan=k),
            Cell("科目名称", at + k, rowspan=k),
            Cell(word, at + k + 1, rowspan=k),
        ]
        classes += [Cell(text, at + i) for i, text in enumerate("类款"[:k])]
    header.append(names)
    if k == 2:
        header.append(classes)
    total_row = []
    for side, at, end in (("personnel", 0, size), ("public", size, width)):
        line = totals.get(side)
        if line is not None:
            total_row += [Cell(line.label, at, colspan=end - at - 1), amount_cell(layout, form, "total", line, "amount", end - 1)]
    rows = [tuple(row) for row in header]
    if total_row and layout.economic_total == "top":
        rows.append(tuple(total_row))
    for i in range(max(map(len, columns))):
        cells: list[Cell] = []
        for g, lines in enumerate(columns):
            line = lines[i] if i < len(lines) else Line("", "", "", {})
            at = g * size
            for cell in code_cells(line.code, k, layout, economic_form=True):
                cells.append(Cell(cell.text, at + cell.col, colspan=cell.colspan))
            amount = amount_cell(layout, form, i + 1, line, "amount", at + k + 1)
            cells += [Cell(indented(line.label, line.code, layout), at + k, align="left"), amount]
        rows.append(tuple(cells))
    if total_row and layout.economic_total == "last":
        rows.append(tuple(total_row))
    codes = (1.4,) if k == 1 else (0.8, 0.7)
    return (*codes, 3.6 * min(layout.label_width, 1.0), 1.7) * len(columns), tuple(rows), len(header), len(header)


def three_public(form: str, figures: ReportFigures, layout: Layout) -> Built:
    """The three-public form: budget then final, budget beside final under each heading, or headings down the side."""
    blank = Line("", "", "", dict.fromkeys(MEASURES[form]))
    line = next(iter(figures.forms[form]), blank)
    kinds = ("budget", "final")
    parts = tuple(m.partition("_")[2] for m in MEASURES[form][:6])
    heads = [words(h, layout) for h in PUBLIC_HEADINGS]
    vehicles = words("公务用车购置及运行维护费", layout)

    def amount(kind: str, part: str, col: int) -> Cell:
        return amount_cell(layout, form, 1, line, f"{kind}_{part}", col, "")

    if layout.three_public == "vertical":
        labels = (
            "合计",
            "1.因公出国（境）费",
            "2.公务用车购置及运行维护费",
            "（1）公务用车购置费",
            "（2）公务用车运行维护费",
            "3.公务接待费",
        )
        head = [(Cell(spaced("项目", layout), 0), Cell("预算数", 1), Cell("决算数", 2))]
        body = [
            (Cell(words(label, layout), 0, align="left"), amount("budget", part, 1), amount("final", part, 2))
            for label, part in zip(labels, parts, strict=True)
        ]
        return (4.0, 2.0, 2.0), (*head, *body), 1, 1
    if layout.three_public == "pairs":
        columns = [(kind, part) for part in parts for kind in kinds]
        rows = [
            (
                Cell(heads[0], 0, colspan=2, rowspan=2),
                Cell(heads[1], 2, colspan=2, rowspan=2),
                Cell(vehicles, 4, colspan=6),
                Cell(heads[5], 10, colspan=2, rowspan=2),
            ),
            tuple(Cell(heads[2 + i], 4 + 2 * i, colspan=2) for i in range(3)),
            tuple(Cell("预算数" if i % 2 == 0 else "决算数", i) for i in range(12)),
        ]
    else:
        columns = [(kind, part) for kind in kinds for part in parts]
        top = [Cell("预算数", 0, colspan=6), Cell("决算数", 6, colspan=6)]
        second: list[Cell] = []
        third: list[Cell] = []
        for at in (0, 6):
            second += [
                Cell(heads[0], at, rowspan=2),
                Cell(heads[1], at + 1, rowspan=2),
                Cell(vehicles, at + 2, colspan=3),
                Cell(heads[5], at + 5, rowspan=2),
            ]
            third += [Cell(heads[2 + i], at + 2 + i) for i in range(3)]
        rows = [tuple(top), tuple(second), tuple(third)]
    if layout.column_numbers:
        rows.append(tuple(Cell(str(i + 1), i) for i in range(12)))
    depth = len(rows)
    rows.append(tuple(amount(kind, part, i) for i, (kind, part) in enumerate(columns)))
    return (1.0,) * 12, tuple(rows), depth, depth
