"""Self-evaluation forms (项目支出绩效自评表) in documents whose tables have cells.

What belongs here: where a form begins and ends, and reading its three blocks (heads, budget execution, indicators).
What may not: text layers without cells (``stream_forms``) and rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.reading.document import Document, Line
from pipeline.recognition.annexes.grid import Fits, GridRow, best_shift, headings, numeric, walk
from pipeline.recognition.annexes.levels import LevelColumn, is_level, level_texts, strip_weight
from pipeline.recognition.annexes.model import NOTHING, Form, Indicator, Printed
from pipeline.recognition.annexes.vocabulary import (
    BUDGET_COLUMNS,
    BUDGET_HEADING,
    FORM_TITLE,
    FUNDS,
    GOAL_HEADING,
    GOAL_TITLE,
    INDICATOR_COLUMNS,
    KEYS,
    ONLY_LEVEL2,
    PLACEHOLDER,
    SUBTOTAL_ROW,
    SUMMARY_TITLE,
    TOTAL_ROW,
    words,
)

#: So many lines of text after a form's last row end a form that was cut off.
_PATIENCE = 25
_OTHER_PART = re.compile(r"评价报告|^第.部分|绩效评价")
_NUMBER_OR_DASH = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%{0,2}|[-—–/]+|无")
_FITS: Fits = {
    "level3": (re.compile(rf"(?![≥≤<>=]|\d+(\.\d+)?%?$|({ONLY_LEVEL2.pattern})$).+"), 5, 3),
    "target": (None, 0, 2),
    "actual": (None, 0, 1),
    "rate": (_NUMBER_OR_DASH, 4, 1),
    "weight": (_NUMBER_OR_DASH, 5, 2),
    "score": (_NUMBER_OR_DASH, 5, 3),
    "deviation": (re.compile(r"(?!\d+(\.\d+)?$).+"), 2, 0),
}
_REMARK = re.compile(r"总分在?\d+分以下|(注|备注|说明)\d?[:.]|填(报|表)(人|说明|日期)")


def read_grid_forms(document: Document) -> list[Form]:
    """Every self-evaluation form of a document with cells, in printed order."""
    forms = []
    for title, unit, rows in _candidates(document):
        form = _read(title, unit, rows)
        if form is not None:
            forms.append(form)
    return forms


def _candidates(document: Document) -> Iterator[tuple[str, str, list[GridRow]]]:
    """``(title, unit, rows)`` of everything that begins with a row 项目名称."""
    rows: list[GridRow] = []
    title = unit = next_title = next_unit = ""
    closed, silence = False, 0
    for block in walk(document):
        if isinstance(block, Line):
            text = words(block.text)
            silence += 1
            if len(text) < 80 and (FORM_TITLE.search(text) or GOAL_TITLE.search(text) or SUMMARY_TITLE.search(text)):
                next_title, next_unit, closed = text, "", True
            elif len(text) < 60 and _OTHER_PART.search(text):
                next_title, closed = text, True
            if re.match(r"\(?(金额)?单位:", text):
                next_unit = text
            if silence > _PATIENCE:
                closed = True
            continue
        begins = "项目名称" in {t.rstrip(":") for t in block.texts} and not any(t == "序号" for t in block.texts)
        if begins:
            if rows:
                yield title, unit, rows
            rows, title, unit, closed, silence = [block], next_title, next_unit, False, 0
            next_title = next_unit = ""
        elif rows and not closed:
            if _total_row(rows[-1]) and rows[-1].sequence != block.sequence and not _total_row(block):
                closed = True
                continue
            rows.append(block)
            silence = 0
    if rows:
        yield title, unit, rows


def _read(title: str, unit: str, rows: Sequence[GridRow]) -> Form | None:
    """The form that ``rows`` print; ``None`` where they are no self-evaluation (a goal table, a cover sheet)."""
    if GOAL_TITLE.search(title) and not FORM_TITLE.search(title):
        return None
    heads: dict[str, Printed] = {}
    budget_columns: dict[str, int] = {}
    columns: dict[str, int] = {}
    budget_rows: list[GridRow] = []
    indicator_rows: list[GridRow] = []
    execution_weight = NOTHING
    for row in rows:
        found = headings(row, INDICATOR_COLUMNS)
        if "level3" in found and ("target" in found or "actual" in found):
            columns = found
            continue
        if columns:
            indicator_rows.append(row)
            continue
        if not budget_columns:
            found = headings(row, BUDGET_COLUMNS)
            if len({"initial", "adjusted", "executed"} & found.keys()) >= 2:
                budget_columns = found
                if any("(元)" in row.text(c) for c in found.values()):
                    unit = "单位:元"
                execution_weight = _declared(row)
                continue
            _heads(row, heads)
        else:
            execution_weight = execution_weight or _declared(row)
            if not any(GOAL_HEADING.fullmatch(t) for t in row.texts):
                budget_rows.append(row)
    if not columns or not ("actual" in columns or "score" in columns):
        return None
    if not budget_columns and not FORM_TITLE.search(title):
        return None
    budget = _budget(budget_rows, budget_columns)
    if not budget and "score" not in columns:
        return None
    indicators, subtotals, total_weight, total_score = _indicators(indicator_rows, columns)
    first = rows[0]
    place = next((p.place for p in first.printed if p), first.table.place)
    return Form(heads, budget, execution_weight, indicators, subtotals, total_weight, total_score, unit, place)


def _heads(row: GridRow, heads: dict[str, Printed]) -> None:
    key: str | None = None
    waiting = False
    for column, text in row.filled():
        match = next(((name, p) for name, p in KEYS if p.fullmatch(text)), None)
        if match is not None:
            key, waiting = match[0], True
            if key is not None:
                heads.setdefault(key, NOTHING)
        elif waiting:
            if key is not None and not heads[key]:
                heads[key] = row.at(column)
            waiting = False


def _declared(row: GridRow) -> Printed:
    """The weight that the heading of the budget block prints: ``项目预算执行情况（10分）``."""
    for column, text in row.filled():
        match = BUDGET_HEADING.fullmatch(text)
        if match is not None and match["weight"]:
            printed = row.at(column)
            return replace(printed, text=match["weight"], second=None if printed.second is None else match["weight"])
    return NOTHING


def _budget(rows: Sequence[GridRow], columns: Mapping[str, int]) -> dict[str, dict[str, Printed]]:
    budget: dict[str, dict[str, Printed]] = {}
    for row in rows:
        label = next(((c, fund) for c, t in row.filled() for fund, p in FUNDS if p.fullmatch(t)), None)
        if label is None or label[1] in budget:
            continue
        budget[label[1]] = _amounts(row, label[0], columns)
    return budget


def _amounts(row: GridRow, label: int, columns: Mapping[str, int]) -> dict[str, Printed]:
    """The six values of a budget row: by its headings' columns, shifted, or in order, whichever leaves no value over."""
    names = [name for name, _ in BUDGET_COLUMNS if name in columns]
    values = {c for c, _ in row.filled() if c > label}
    in_order = {name: label + 1 + i for i, name in enumerate(names)}
    for shift in (0, 1, -1, 2, -2):
        shifted = {name: columns[name] + shift for name in names}
        if min(shifted.values()) > label and values <= set(shifted.values()):
            return {name: row.at(c) for name, c in shifted.items()}
    if not values <= set(in_order.values()):
        in_order = dict(zip(names, sorted(values), strict=False))
    return {name: row.at(in_order[name]) if name in in_order else NOTHING for name in names}


def _total_row(row: GridRow) -> bool:
    return any(TOTAL_ROW.fullmatch(t) for _, t in row.filled()[:2])


def _indicators(
    rows: Sequence[GridRow], columns: Mapping[str, int]
) -> tuple[tuple[Indicator, ...], tuple[tuple[Printed, Printed], ...], Printed, Printed]:
    level1, level2 = LevelColumn(columns.get("level1")), LevelColumn(columns.get("level2"))
    items: list[Indicator] = []
    subtotals: list[tuple[Printed, Printed]] = []
    total_weight = total_score = NOTHING
    before = -1  # the table of the row before
    for row in rows:
        filled = row.filled()
        over_page, before = row.sequence != before, row.sequence
        if not filled or all(PLACEHOLDER.fullmatch(t) for _, t in filled) or _REMARK.match(filled[0][1]):
            continue
        if _total_row(row) or any(SUBTOTAL_ROW.fullmatch(t) for _, t in filled[:2]):
            numbers = [row.at(c) for c, t in filled if numeric(t)]
            weight = numbers[0] if len(numbers) > 1 else NOTHING
            score = numbers[-1] if numbers else NOTHING
            if not _total_row(row):
                subtotals.append((weight, score))
            elif not total_score:
                total_weight, total_score = weight, score
            continue
        shift = best_shift(row, columns, _FITS, "level3", range(2, -4, -1))
        item = _item(row, columns, shift)
        if items and over_page and not (item.target or item.actual or item.score or (item.weight and item.weight.text)):
            items[-1] = _joined(items[-1], item)  # the rest of a row that the page has cut
            continue
        if not item.level3 and not item.target and not item.score:
            continue  # a remark across the table
        first, second = level_texts(row, columns["level3"] + shift, dict(columns))
        stray = first or second
        if not item.level3 and bool(first) != bool(second) and not is_level(stray):
            name, declared = strip_weight(stray)  # the name stands apart from the cells that were shifted with it
            item = replace(item, level3=replace(stray, text=name), level3_weight=declared)
            first = second = NOTHING
        fresh = level1.feed(row, first)
        level2.feed(row, second, fresh and not second)
        items.append(item)
    named = [
        replace(item, level1=one[0], level1_weight=one[1], level2=two[0])
        for item, one, two in zip(items, level1.names(), level2.names(), strict=True)
    ]
    return tuple(named), tuple(subtotals), total_weight, total_score


def _item(row: GridRow, columns: Mapping[str, int], shift: int) -> Indicator:
    def at(name: str) -> Printed:
        return row.at(columns[name] + shift) if name in columns else NOTHING

    label, declared = strip_weight(at("level3"))
    return Indicator(
        level1="",
        level1_weight=NOTHING,
        level2="",
        level3=replace(at("level3"), text=label),
        level3_weight=declared,
        target=at("target"),
        actual=at("actual"),
        rate=at("rate") if "rate" in columns else None,
        weight=at("weight") if "weight" in columns else None,
        score=at("score"),
        deviation=at("deviation"),
    )


def _joined(item: Indicator, rest: Indicator) -> Indicator:
    def join(a: Printed, b: Printed) -> Printed:
        return replace(a, text=a.text + b.text) if b.text else a

    return replace(item, level3=join(item.level3, rest.level3), deviation=join(item.deviation, rest.deviation))
