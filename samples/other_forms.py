"""The two-sided summaries, basic expenditure by economic class, and the three-public form as rows of cells.

What belongs here: their headers and rows in all dialects.  What may not: forms by functional item, or drawing.
"""

from __future__ import annotations

from collections.abc import Sequence

from samples.figures import MEASURES, Line, ReportFigures
from samples.functional_forms import Built, code_cells, indented
from samples.grids import Cell, amount_cell, spaced, squeezed, words
from samples.layout import Layout

PUBLIC_HEADINGS = ("合计", "因公出国（境）费", "小计", "公务用车购置费", "公务用车运行维护费", "公务接待费")


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
    pairs = [(left[i] if i < len(left) else blank, right[i] if i < len(right) else blank) for i in range(max(len(left), len(right)))]
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
    header = economic_header(len(columns), k, layout)
    total_row = []
    for side, at, end in (("personnel", 0, size), ("public", size, width)):
        line = totals.get(side)
        if line is not None:
            total_row += [Cell(line.label, at, colspan=end - at - 1), amount_cell(layout, form, "total", line, "amount", end - 1)]
    rows = [tuple(row) for row in header]
    if total_row and layout.economic_total == "top":
        rows.append(tuple(total_row))
    for i in range(max(map(len, columns))):
        lines = [column[i] if i < len(column) else Line("", "", "", {}) for column in columns]
        rows.append(economic_row(form, i + 1, lines, k, layout))
    if total_row and layout.economic_total == "last":
        rows.append(tuple(total_row))
    codes = (1.4,) if k == 1 else (0.8, 0.7)
    return (*codes, 3.6 * min(layout.label_width, 1.0), 1.7) * len(columns), tuple(rows), len(header), len(header)


def economic_header(groups: int, k: int, layout: Layout) -> list[list[Cell]]:
    """The heading rows over groups of ``k`` code columns, a name and an amount."""
    size = k + 2
    header: list[list[Cell]] = []
    if layout.economic_heading:
        header.append([Cell("人员经费", 0, colspan=size), Cell("公用经费", size, colspan=size * groups - size)])
    names: list[Cell] = []
    classes: list[Cell] = []
    for at in range(0, size * groups, size):
        names += [
            Cell("经济分类科目编码" if k == 2 else "科目编码", at, colspan=k),
            Cell("科目名称", at + k, rowspan=k),
            Cell(layout.amount_word, at + k + 1, rowspan=k),
        ]
        classes += [Cell(text, at + i) for i, text in enumerate("类款"[:k])]
    return [*header, names, classes] if k == 2 else [*header, names]


def economic_row(form: str, number: int, lines: Sequence[Line], k: int, layout: Layout) -> tuple[Cell, ...]:
    """The lines that stand side by side in one row, one a group."""
    cells: list[Cell] = []
    for g, line in enumerate(lines):
        at = g * (k + 2)
        for cell in code_cells(line.code, k, layout, economic_form=True):
            cells.append(Cell(cell.text, at + cell.col, colspan=cell.colspan))
        amount = amount_cell(layout, form, number, line, "amount", at + k + 1)
        cells += [Cell(indented(line.label, line.code, layout), at + k, align="left"), amount]
    return tuple(cells)


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
