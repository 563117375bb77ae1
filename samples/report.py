"""A whole report as a document: title page, contents, the five parts, and the truth of what was printed.

What belongs here: the order of things in a report, and the words around the forms.  What may not: geometry (``samples.pages``)
or the cells of a form (``samples.forms``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from samples.figures import MEASURES, ReportFigures, TruthCell
from samples.forms import TITLES, form_grid, form_order, title_of
from samples.grids import Cell, Grid
from samples.layout import Layout
from samples.pages import MARGIN, Pages, TableOnPages
from samples.prose import Statement, sections
from samples.typeface import width_of

NUMERALS = "一二三四五六七八九十"
TERMS = (
    "财政拨款收入：单位当年从本级财政取得的各类预算拨款。",
    "其他收入：除财政拨款、事业收入、经营收入等以外取得的收入。",
    "年初结转和结余：以前年度没有用完、本年按规定继续使用的资金。",
    "年末结转和结余：本年或以前年度安排、需要延到以后年度使用的资金。",
    "基本支出：保障机构运转、完成日常工作所发生的人员经费和公用经费。",
    "项目支出：基本支出之外，为完成特定任务和事业发展目标而发生的支出。",
    "“三公”经费：用财政拨款安排的因公出国（境）费、公务用车购置及运行维护费和公务接待费。",
)


@dataclass(frozen=True)
class ReportText:
    """The parts of a report that are not forms."""

    duties: tuple[str, ...] = ("负责本领域规划、管理和服务的日常工作。",)
    units: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    annexes: tuple[Grid, ...] = ()
    title_page: bool = True


@dataclass(frozen=True)
class Printed:
    """A report as printed: the document, and the cells of its forms as this layout shows them."""

    pdf: bytes
    cells: tuple[TruthCell, ...] = field(repr=False)


def printed_forms(figures: ReportFigures, layout: Layout, seed: int = 0) -> list[Grid]:
    """The grids of the forms that the report prints, in its order."""
    order = form_order(layout, seed)
    return [form_grid(form, figures, layout, order.index(form) + 1) for form in order if form in figures.forms]


def typeset(figures: ReportFigures, layout: Layout, text: ReportText | None = None, seed: int = 0, embed: bool = True) -> Printed:
    """``figures`` printed under ``layout``."""
    text = text or ReportText()
    grids = printed_forms(figures, layout, seed)
    name = f"{figures.publisher}{figures.year}年度{figures.kind}决算"
    pages = Pages(layout, name, embed)
    cover(pages, figures)
    contents(pages, figures, layout, seed)
    part(pages, "第一部分", f"{figures.kind}概况")
    pages.new_page()
    pages.line(f"一、{figures.kind}职责", 14)
    for duty in text.duties:
        pages.paragraph(duty)
    if text.units:
        pages.line("二、机构设置", 14)
        pages.paragraph(f"纳入{figures.publisher} {figures.year} 年度{figures.kind}决算编制范围的单位包括：{'、'.join(text.units)}。")
    part(pages, "第二部分", f"{figures.year}年度{figures.kind}决算表")
    for i, grid in enumerate(grids):
        print_form(pages, grid, layout, first=i == 0)
        if layout.overflow_page and grid.key == "fiscal_appropriation_summary":
            empty_page(pages, grid)
    part(pages, "第三部分", f"{figures.year}年度{figures.kind}决算情况说明")
    pages.new_page()
    for heading, paragraphs in sections(text.statements, figures.year):
        pages.line(heading, 14, space=2.0)
        for paragraph in paragraphs:
            pages.paragraph(paragraph)
    part(pages, "第四部分", "名词解释")
    pages.new_page()
    for i, term in enumerate(TERMS):
        pages.paragraph(f"{NUMERALS[i]}、{term}")
    if text.annexes:
        part(pages, "第五部分", "附件")
        for grid in text.annexes:
            print_annex(pages, grid)
    cells = [cell for grid in grids for cell in grid.truth()]
    return Printed(pages.finish(), tuple(cells))


def cover(pages: Pages, figures: ReportFigures) -> None:
    pages.new_page()
    pages.y = pages.height * 0.7
    pages.line(f"{figures.year} 年度", 26, "center")
    pages.line(figures.publisher, 26, "center", 1.8)
    pages.line(f"{figures.kind}决算", 26, "center", 1.8)


def contents(pages: Pages, figures: ReportFigures, layout: Layout, seed: int) -> None:
    """The table of contents; it lists forms that the report may fail to print."""
    pages.new_page()
    pages.line("目  录", 18, "center", 2.0)
    pages.line(f"第一部分 {figures.kind}概况")
    pages.line(f"一、{figures.kind}职责")
    pages.line("二、机构设置")
    pages.line(f"第二部分 {figures.year} 年度{figures.kind}决算表")
    listed = figures.listed or tuple(figures.forms)
    forms = [f for f in form_order(layout, seed) if f in listed and f in MEASURES]
    for numeral, form in zip(NUMERALS, forms, strict=False):
        plain = title_of(form, figures, layout) if form in figures.forms else TITLES[form]
        pages.line(f"{numeral}、{plain}")
    pages.line(f"第三部分 {figures.year} 年度{figures.kind}决算情况说明")
    pages.line("第四部分 名词解释")
    pages.line("第五部分 附件")


def part(pages: Pages, name: str, title: str) -> None:
    pages.new_page()
    pages.y = pages.height * 0.62
    pages.line(name, 22, "center")
    pages.line(title, 22, "center", 2.0)


def print_form(pages: Pages, grid: Grid, layout: Layout, first: bool) -> None:
    """A form with its title lines and notes; on a page of its own, or after the form before it."""
    same_way = pages.is_landscape == grid.landscape
    if layout.own_page or first or not same_way or pages.y - pages.bottom < 190:
        pages.new_page(grid.landscape)
    else:
        pages.y -= 22
    unit = f"{layout.unit_line}{grid.unit}"
    publisher = f"{layout.publisher_line}{grid.publisher}" if layout.publisher_line and grid.publisher else ""
    if layout.title_place == "above":
        pages.line(grid.title, 15, "center", 1.5)
    if grid.number:
        pages.line(grid.number, 9, "right", 1.5)
    if publisher and not layout.glued_lines:
        pages.line(publisher, 9, "left", 1.5)
        pages.line(unit, 9, "right", 1.5)
    else:
        pages.line(unit, 9, "right", 1.5)
        if publisher:
            pages.text_at(MARGIN, pages.y, publisher, 9)
    pages.y -= 4
    pages.table(grid)
    for note in grid.notes:
        pages.line(note, 8.5, space=1.7)


def empty_page(pages: Pages, grid: Grid) -> None:
    """A page on which only one row without any words is left over, as word processors make them."""
    pages.new_page(grid.landscape)
    cells = tuple(Cell("", i) for i in range(len(grid.widths)))
    TableOnPages(pages, Grid(grid.key, "", "", grid.widths, (cells,), 0, 0), titled=False).draw()


def print_annex(pages: Pages, grid: Grid) -> None:
    pages.new_page(grid.landscape)
    if pages.layout.title_place == "above":
        pages.line(grid.title, 15, "center", 1.6)
    if grid.publisher:
        pages.line(grid.publisher, 9, "left", 1.5)
    if grid.unit:
        text = f"单位：{grid.unit}"
        pages.text_at(pages.width - MARGIN - width_of(text, 9), pages.y, text, 9)
    pages.y -= 5
    pages.table(grid)
    for note in grid.notes:
        pages.paragraph(note, 8.5)
