"""Scoring tables of evaluation reports (评价得分表): any table with levels and a score column.

What belongs here: finding them, joining their pieces over pages, reading their rows.  What may not: scores in
sentences (``scoring_text``), self-evaluation forms, and sums (rules).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.reading.document import Document, Line
from pipeline.recognition.annexes.evaluations import Evaluation, with_evaluations
from pipeline.recognition.annexes.grid import Fits, GridRow, best_shift, headings, numeric
from pipeline.recognition.annexes.levels import strip_weight
from pipeline.recognition.annexes.model import NOTHING, Printed, ScoringRow, ScoringTable
from pipeline.recognition.annexes.vocabulary import INDICATOR_COLUMNS, LEVEL1, SCORING_COLUMNS, SUBTOTAL_ROW, TOTAL_ROW, words

_LEVELS = ("level1", "level2", "level3", "level4")
_VALUES = ("weight", "score", "subtotal", "rate", "share")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(%{1,2}|分)?|[-—–/]+")
_FITS: Fits = dict.fromkeys(_VALUES, (_NUMBER, 5, 1))
_FITS_PERCENT: Fits = {**_FITS, "rate": (re.compile(r"[-+]?\d+(\.\d+)?%{1,2}|[-—–/]+"), 5, 1)}
_TITLE = re.compile(r"表|得分|评分|等级")
_LOOSE_WEIGHT = re.compile(r"[（(]\s*(\d+(?:\.\d+)?)\s*分?\s*[)）]\s*$")
#: What a level 1 may be called that stands alone in its row, with its sums.
_GROUP_NAME = re.compile(rf"(项目)?({LEVEL1.pattern}|决策|过程|管理|绩效|效果|产出|效益|成本|满意度)(\(.*\))?")
#: Lines of text between two pieces of one table (page numbers, running titles).
_GAP = 3
#: Lines of text between a title and its table.
_REACH = 5


@dataclass
class _Open:
    """A table while it is read."""

    evaluation: Evaluation
    title: str
    columns: dict[str, int]
    width: int
    sequence: int
    rows: list[ScoringRow] = field(default_factory=list)
    levels: list[str] = field(default_factory=lambda: ["", "", ""])
    weights: list[str] = field(default_factory=lambda: ["", ""])
    done: bool = False
    percent: bool = False  # its rates print a per cent sign

    @property
    def depth(self) -> list[str]:
        return [name for name in _LEVELS if name in self.columns]


def read_scoring_tables(document: Document) -> list[ScoringTable]:
    """Every scoring table of every evaluation report, in printed order."""
    found: list[tuple[_Open, Evaluation]] = []
    table: _Open | None = None
    title, gap, age = "", 0, 0
    waiting: list[GridRow] = []  # rows of a table that may be a scoring table on its side
    for evaluation, block in with_evaluations(document):
        if isinstance(block, Line):
            text = words(block.text)
            gap += 1
            age += 1
            if len(text) < 60 and _TITLE.search(text) and not re.search(r"[。；]", text):
                title, age = text, 0
                if table is not None and re.match(r"(附?表|附件)\s*\d", text):
                    table.done = True
            continue
        if evaluation is None:
            table = None
            continue
        if age > _REACH:
            title = ""
        waiting = _sideways(waiting, block)
        if len(waiting) >= 3 and words(waiting[-1].texts[0]) == "得分率":
            made = _turned(waiting, evaluation, title)
            found.append((made, evaluation))
            waiting, table = [], None
            continue
        if waiting:
            continue
        columns = _columns(block)
        if columns is not None:
            again = (
                gap <= _REACH
                and table is not None
                and not table.done
                and table.columns.keys() == columns.keys()
                and table.evaluation is evaluation
            )
            if again and table is not None:
                table.columns, table.width, table.sequence = columns, block.table.n_cols, block.sequence
            else:
                table = _Open(evaluation, title, columns, block.table.n_cols, block.sequence)
                found.append((table, evaluation))
            gap = 0
            continue
        if table is None or table.done:
            continue
        if block.sequence != table.sequence:
            if (
                gap > _GAP
                or block.table.n_cols != table.width
                or headings(block, INDICATOR_COLUMNS).keys() & {"target", "actual"}
            ):
                table = None
                continue
            table.sequence = block.sequence
        gap = 0
        _row(table, block)
    kept = [(t, e) for t, e in found if any(r.score for r in t.rows)]
    return [ScoringTable(e.name or f"绩效评价报告（{e.number}）", e.number, t.title, "table", tuple(t.rows)) for t, e in kept]


def _columns(row: GridRow) -> dict[str, int] | None:
    found = headings(row, SCORING_COLUMNS)
    if "score" not in found or ("level1" not in found and "level2" not in found):
        return None
    other = headings(row, INDICATOR_COLUMNS)
    if "target" in other or ("actual" in other and row.text(found["score"]) != "完成情况"):
        return None
    if row.text(found["score"]) == "完成情况" and "target" in other:
        return None
    if min(found[v] for v in _VALUES if v in found) < max(found[name] for name in _LEVELS if name in found):
        return None  # a table laid out otherwise
    return found


def _row(table: _Open, row: GridRow) -> None:
    columns = table.columns
    values = [v for v in _VALUES if v in columns]
    start = min(values, key=lambda v: columns[v])
    fits = _FITS_PERCENT if table.percent else _FITS
    shift = best_shift(row, {v: columns[v] for v in values}, fits, start, (0, -1, -2, 1, 2), 0) if row.filled() else 0

    def at(name: str) -> Printed | None:
        if name not in columns:
            return None
        printed = row.at(columns[name] + shift)
        return printed if _NUMBER.fullmatch(words(printed.text)) else NOTHING

    edge = columns[start] + shift
    texts = [(c, row.at(c)) for c, text in row.filled() if c < edge and not numeric(text)]
    weight, score, rate, group = at("weight"), at("score") or NOTHING, at("rate"), at("subtotal")
    if not texts:
        return
    table.percent = table.percent or (rate is not None and rate.text.endswith("%"))
    label = next(
        (words(p.text) for _, p in texts if TOTAL_ROW.fullmatch(words(p.text)) or SUBTOTAL_ROW.fullmatch(words(p.text))), ""
    )
    if label:
        kind = "subtotal" if SUBTOTAL_ROW.fullmatch(label) else "total"
        name = table.levels[0] if kind == "subtotal" else ""
        if score or weight:
            table.rows.append(
                ScoringRow(kind, (name, "", ""), weight, score, rate, table.weights[0] if kind == "subtotal" else "")
            )
        table.done = kind == "total"
        return
    if not score and not weight:
        if table.rows and row.first and texts:
            _append(table, texts)
        return
    fragment = [(c, p) for c, p in texts if re.fullmatch(r"\(\d+(\.\d+)?分?\)", words(p.text))]
    texts = [t for t in texts if t not in fragment]
    names = _names(table, texts, shift)
    level_weights = ["", "", ""]
    for i, printed in enumerate(names):
        if printed:
            name, declared = _named(printed, loose=i < len(names) - 1)
            table.levels[i:] = [name, *[""] * (2 - i)]
            table.weights[i:] = [declared, *[""] * (1 - i)] if i < 2 else table.weights[2:]
            level_weights[i] = declared
    if fragment:
        owner = min(len(table.depth) - 2, 1)
        if owner >= 0:
            table.weights[owner] = re.sub(r"[^\d.]", "", words(fragment[0][1].text))
            table.rows[-1:] = [_with_weight(r, owner, table.weights[owner]) for r in table.rows[-1:]]
    deepest = len(table.depth) - 1
    if deepest > 0 and names[0] and not any(names[1:]):
        table.rows.append(ScoringRow("subtotal", (table.levels[0], "", ""), weight, score, rate, table.weights[0]))
        return
    if weight is None and level_weights[deepest]:
        weight = replace(names[deepest], text=level_weights[deepest], second=None)
    table.rows.append(
        ScoringRow(
            "item", (table.levels[0], table.levels[1], table.levels[2]), weight, score, rate, table.weights[0], table.weights[1],
            group if group else None, group is not None,
        )
    )  # fmt: skip


def _with_weight(row: ScoringRow, owner: int, weight: str) -> ScoringRow:
    return replace(row, level1_weight=weight) if owner == 0 else replace(row, level2_weight=weight)


def _named(printed: Printed, loose: bool) -> tuple[str, str]:
    """A level's name and its weight in brackets; group names also print it without 分: ``决策 (14)``."""
    name, weight = strip_weight(printed)
    if not weight and loose:
        match = _LOOSE_WEIGHT.search(name)
        if match is not None:
            return name[: match.start()].strip(), match[1]
    return name, weight.text


def _names(table: _Open, texts: Sequence[tuple[int, Printed]], shift: int) -> list[Printed]:
    """The row's texts by level: by column where the row stands under its headings, from the right where it was shifted."""
    depth = table.depth
    names = [NOTHING] * len(depth)
    if shift == 0:
        for column, printed in texts:
            level = next((i for i in range(len(depth) - 1, -1, -1) if table.columns[depth[i]] <= column), None)
            if level is not None and not names[level]:
                names[level] = printed
        if len(depth) >= 3 and names[0] and names[2] and not names[1]:
            names[0], names[1] = NOTHING, names[0]  # a new level 1 would begin with a new level 2
        if len(depth) >= 2 and names[0] and not any(names[1:]) and not _GROUP_NAME.fullmatch(words(names[0].text)):
            names[0], names[-1] = NOTHING, names[0]  # an indicator whose row lost its leading cells
    else:
        for i, (_, printed) in enumerate(reversed(texts)):
            if i < len(names):
                names[len(names) - 1 - i] = printed
    return names[:3]


def _append(table: _Open, texts: Sequence[tuple[int, Printed]]) -> None:
    """The rest of names that a page has cut."""
    levels = list(table.rows[-1].levels)
    depth = table.depth[:3]
    for column, printed in texts:
        level = next((i for i, name in enumerate(depth) if table.columns[name] == column), None)
        if level is not None and levels[level]:
            levels[level] += printed.text
            table.levels[level] = levels[level]
    table.rows[-1] = replace(table.rows[-1], levels=(levels[0], levels[1], levels[2]))


# ---------------------------------------------------------------- tables on their side

_SIDE = ("指标", "分值", "得分", "得分率")


def _sideways(rows: Sequence[GridRow], row: GridRow) -> list[GridRow]:
    """The rows so far of a table whose rows are 指标 / 分值 / 得分 / 得分率."""
    first = words(row.texts[0]) if row.texts else ""
    if first in ("指标", "一级指标") and len(row.filled()) >= 4 and "score" not in _side_columns(row):
        return [row]
    if rows and len(rows) < len(_SIDE) and first == _SIDE[len(rows)] and row.table.n_cols == rows[0].table.n_cols:
        return [*rows, row]
    return []


def _side_columns(row: GridRow) -> Mapping[str, int]:
    found = headings(row, SCORING_COLUMNS)
    return found if len(found) >= 3 else {}


def _turned(rows: Sequence[GridRow], evaluation: Evaluation, title: str) -> _Open:
    table = _Open(evaluation, title, {"level1": 0, "weight": 1, "score": 2, "rate": 3}, rows[0].table.n_cols, rows[-1].sequence)
    for column in range(1, rows[0].table.n_cols):
        name = rows[0].at(column)
        total = words(name.text) in ("得分", "合计", "总分", "总计", "综合得分")
        if not name and not rows[1].at(column):
            continue
        table.rows.append(
            ScoringRow(
                "total" if total else "item",
                ("" if total else name.text, "", ""),
                rows[1].at(column),
                rows[2].at(column),
                rows[3].at(column),
            )
        )
    table.done = True
    return table
