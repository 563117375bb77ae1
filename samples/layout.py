"""The ways in which departments lay out the same forms, as one set of options that can be combined.

What belongs here: the options, the words that vary, and a seeded choice among them.  What may not: drawing.
Every combination must stay readable without doubt by a person: an option that makes a page ambiguous does not belong here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Layout:
    """One department's way to print its forms."""

    unit: str = "万元"  # 万元 | 元
    thousands: bool = True
    blanks: str = "blank"  # blank | zero | dash
    code_columns: int = 1  # 1 | 3 (类|款|项)
    code_style: str = "split"  # split (201|06|01) | merged (2010601 over the three columns); with three columns only
    total_row: str = "first"  # first | last | header (in the last header row; with three columns only)
    repeat_header: bool = True
    row_numbers: bool = True  # 行次
    column_numbers: bool = True  # 栏次
    rules: str = "lines"  # lines | thin_rects | cell_rects | white_boxes | frame | horizontal | none, and those of ``ASKED_FOR``
    title_place: str = "above"  # above | in_table
    title_year: bool = False  # 2019年度收入决算表
    form_number: str = "公开{:02d}表"
    form_order: str = "new"  # new (fund 07) | old (three-public 07) | shuffled
    publisher_line: str = "部门："  # may be empty
    unit_line: str = "单位："
    glued_lines: bool = False  # publisher and unit on one line
    three_public: str = "sequence"  # sequence | pairs | vertical
    carry_over_columns: bool = True
    economic_groups: int = 3  # 2 | 3
    economic_total: str = "last"  # last | top
    economic_heading: bool = True  # 人员经费 | 公用经费 above
    label_width: float = 1.0
    indent: str = "none"  # none | full | half
    spaced_labels: bool = True  # 合 计
    brackets: str = "full"  # full | half
    font_size: float = 8.5
    page_fill: float = 1.0
    cut_rows: bool = False
    furniture: str = "— {} —"
    running_head: bool = False
    orientation: str = "mixed"  # mixed | portrait | landscape
    number_shift: float = 0.0  # points that numbers stand below their label's baseline
    number_align: str = "right"  # right | center
    number_font: str = "Helvetica"
    draw_order: str = "rows"  # rows | columns | numbers_last
    own_page: bool = True  # each form begins a page
    open_break: bool = False  # no rule where the page breaks a table
    overflow_page: bool = False  # a page with one empty row after the summary
    drop_empty_rows: bool = False
    project_heading: bool = True  # 项目 above code and name
    shade_header: bool = False
    amount_word: str = "金额"  # 金额 | 决算数
    notes: bool = True
    row_padding: float = 2.4  # points above and below the words of a row; not drawn at random


CHOICES: dict[str, tuple[Any, ...]] = {
    "unit": ("万元", "万元", "元"),
    "thousands": (True, True, False),
    "blanks": ("blank", "zero", "dash"),
    "code_columns": (1, 1, 3),
    "code_style": ("split", "merged"),
    "total_row": ("first", "first", "last", "header"),
    "repeat_header": (True, False),
    "row_numbers": (True, False),
    "column_numbers": (True, False),
    "rules": ("lines", "lines", "thin_rects", "cell_rects", "white_boxes", "frame", "horizontal", "none"),
    "title_place": ("above", "above", "in_table"),
    "title_year": (False, True),
    "form_number": ("公开{:02d}表", "公开 {:02d} 表", "公开{}表", "表{}", "附表{}", ""),
    "form_order": ("new", "old", "shuffled"),
    "publisher_line": ("部门：", "单位：", "编制单位：", "公开部门：", "单位名称：", ""),
    "unit_line": ("单位：", "金额单位："),
    "glued_lines": (False, True),
    "three_public": ("sequence", "sequence", "pairs", "pairs", "vertical"),
    "carry_over_columns": (True, False),
    "economic_groups": (2, 3),
    "economic_total": ("last", "last", "top"),
    "economic_heading": (True, True, False),
    "label_width": (0.3, 0.5, 0.8, 1.0, 1.4),
    "indent": ("none", "full", "half"),
    "spaced_labels": (True, False),
    "brackets": ("full", "half"),
    "font_size": (7.0, 8.0, 9.0, 10.5),
    "page_fill": (1.0, 0.85, 0.6),
    "cut_rows": (False, False, True),
    "furniture": ("— {} —", "- {} -", "第 {} 页", "{}", ""),
    "running_head": (False, True),
    "orientation": ("mixed", "mixed", "portrait", "landscape"),
    "number_shift": (0.0, 0.0, 1.6, -1.6),
    "number_align": ("right", "right", "center"),
    "number_font": ("Helvetica", "Times-Roman", "Courier"),
    "draw_order": ("rows", "rows", "columns", "numbers_last"),
    "own_page": (True, True, False),
    "open_break": (False, False, True),
    "overflow_page": (False, False, True),
    "drop_empty_rows": (False, True),
    "project_heading": (True, True, False),
    "shade_header": (False, False, True),
    "amount_word": ("金额", "决算数"),
    "notes": (True, True, False),
}
"""What each option can be; a value given twice is chosen twice as often."""


def random_layout(rng: random.Random) -> Layout:
    """A layout with every option drawn on its own, then made possible."""
    return possible(Layout(**{f.name: rng.choice(CHOICES[f.name]) for f in fields(Layout) if f.name in CHOICES}))


#: Drawn only where asked for (``--set rules=gridded``): a choice more would change every seeded document.
ASKED_FOR: dict[str, tuple[Any, ...]] = {"rules": ("gridded", "gridded_horizontal", "gridded_vertical", "vertical", "three")}


def possible(layout: Layout) -> Layout:
    """``layout`` without combinations that no person could read or that cannot be printed."""
    changes: dict[str, Any] = {}
    if layout.code_columns == 1:
        changes |= {"code_style": "split"}
        if layout.total_row == "header":
            changes |= {"total_row": "first"}
    if layout.code_columns == 3:
        # 类|款|项 are only printed under a heading, and a total in the header takes the place of 栏次
        changes |= {"project_heading": True}
        if layout.total_row == "header":
            changes |= {"column_numbers": False}
    if layout.rules in ASKED_FOR["rules"]:
        changes |= {"cut_rows": False, "open_break": False, "shade_header": False}
    if layout.rules == "none":
        # without any rule only alignment tells the columns apart
        changes |= {"number_align": "right", "cut_rows": False, "economic_groups": 2}
    return Layout(**{f.name: changes.get(f.name, getattr(layout, f.name)) for f in fields(Layout)})


def as_options(layout: Layout) -> dict[str, Any]:
    """The options that differ from the plain layout, for messages."""
    plain = Layout()
    return {f.name: getattr(layout, f.name) for f in fields(Layout) if getattr(layout, f.name) != getattr(plain, f.name)}
