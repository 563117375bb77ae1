"""The columns of a form's table: which address a row, which measure it, and where the data begin.

What belongs here: reading headings.  What may not: rows and values (``grid``), titles (``recognition``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.lexicon.forms import (
    CODE_HEADING,
    COLUMN_NUMBERS_LABEL,
    FORM_BY_KEY,
    LABEL_HEADING,
    ROW_NO_HEADING,
    TOTAL_LABEL,
    FormSpec,
)
from pipeline.model.numbers import parse_number
from pipeline.model.text import canonical
from pipeline.reading.document import Table

#: Headings take at most this many rows.
_MAX_HEADING_ROWS = 9
_MONEY = re.compile(r"-?[\d,]*\d\.\d+")
_DECIMAL = re.compile(r"\d\.\d")
_CODE = re.compile(r"\d{3}(\d\d){0,2}")
_NUMBERED_LABEL = re.compile(r"^[一二三四五六七八九十]+、")
#: Numbers before a label; a numeral alone is one (三公经费合计).
_LISTED = re.compile(r"^(?>其中:?|\([一二三四五六七八九十\d]+\)|[一二三四五六七八九十]+[、.)]|\d+[、.)]?)+(?=[一-鿿])")
_THREE_PUBLIC_KINDS = [
    (m.key.removeprefix("final_"), re.compile(m.pattern))
    for m in FORM_BY_KEY["three_public"].measures
    if m.key.startswith("final_")
]
_HEADING_WORD = re.compile(r"^[^:;。]{0,24}(合计|小计|(预|决)算(数|安排)?|费)$")
_CODE_PART = {"类": 0, "款": 1, "项": 2}


@dataclass(frozen=True)
class Group:
    """One set of columns side by side: a side of a two-sided form, or the whole of a one-sided one.

    ``values`` maps a column to its measure; ``code`` lists code columns from class to item (one, or split in three).
    """

    side: str | None
    code: tuple[int, ...] = ()
    label: int | None = None
    row_no: int | None = None
    values: Mapping[int, str] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return min([*self.code, *([self.label] if self.label is not None else []), *self.values])

    @property
    def measures(self) -> set[str]:
        return set(self.values.values())


@dataclass(frozen=True)
class Layout:
    """Where a form's columns are in one table, the first row of data, and the rows of the heading as texts."""

    groups: tuple[Group, ...]
    data_row: int
    n_cols: int
    heading: frozenset[tuple[str, ...]] = frozenset()

    @property
    def measures(self) -> set[str]:
        return {m for g in self.groups for m in g.measures}


def is_column_numbers(texts: Sequence[str]) -> bool:
    """Whether a row is that of the column numbers: 栏次, or nothing but 1 2 3 … in order."""
    filled = [canonical(t) for t in texts if t.strip()]
    if not filled:
        return False
    if any(COLUMN_NUMBERS_LABEL.match(t) for t in filled):
        return not any(_DECIMAL.search(t) for t in filled)
    numbers = [t for t in filled if t.isdecimal() and len(t) <= 3]
    return (
        len(numbers) >= 3
        and len(numbers) == len(filled)
        and [int(n) for n in numbers] == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))
    )


def _is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text))


def _starts_data(spec: FormSpec, texts: Sequence[str]) -> bool:
    """Whether a row is the first of the data: money, a code, a numbered label, or a total before the value columns."""
    filled = [canonical(t) for t in texts]
    if is_column_numbers(texts):
        return False
    if any(_MONEY.fullmatch(t) for t in filled if t):
        return True
    if spec.kind in ("functional", "economic"):
        if any(_is_code(t) for t in filled if t) or any(re.match(r"\d{3}(\d\d){0,2}[一-鿿]", t) for t in filled):
            return True
        return (
            spec.kind == "functional"
            and sum(bool(t) for t in filled) <= 4
            and any(TOTAL_LABEL.match(t) for t in filled[:4])
            and not any(spec_measure.search(t) for t in filled for spec_measure in _header_only(spec))
        )
    return any(_NUMBERED_LABEL.match(t) and not t.endswith(("、收入", "、支出")) for t in filled if t)


def _header_only(spec: FormSpec) -> list[re.Pattern[str]]:
    return [re.compile(m.pattern) for m in spec.measures if m.key not in ("total", "amount")]


def heading_paths(table: Table, rows: int) -> list[tuple[str, ...]]:
    """For each column the texts of its headings from top to bottom, canonical, without repeats.

    Where a table keeps no spans (text), a heading covers the blanks to its right as far as the heading above it reaches.
    """
    spans = any(c.colspan > 1 or c.rowspan > 1 for c in table.cells if c.row < rows)
    owner: list[list[tuple[int, str]]] = []  # per row, per column: (column of the heading, text)
    for r in range(rows):
        line: list[tuple[int, str]] = []
        if all(is_blank_or_number(table.text(r, c)) for c in range(table.n_cols)):
            continue
        for c in range(table.n_cols):
            cell = table.at(r, c)
            text = canonical(cell.text) if cell is not None else ""
            if is_blank_or_number(text):
                text = ""
            if text or spans:
                line.append((cell.col if cell is not None else c, text))
            elif (
                c
                and line[c - 1][1]
                and not table.text(r, c).strip()
                and (not owner or (owner[-1][c][0] == owner[-1][c - 1][0] and owner[-1][c][1]))
            ):
                line.append(line[c - 1])
            else:
                line.append((c, ""))
        owner.append(line)
    paths = []
    for c in range(table.n_cols):
        path: list[str] = []
        for line in owner:
            if line[c][1] and (not path or path[-1] != line[c][1]):
                path.append(line[c][1])
        paths.append(tuple(path))
    return paths


def is_blank_or_number(text: str) -> bool:
    """Whether a heading cell says nothing: blank, a column number, or the word 栏次."""
    compact = canonical(text)
    return not compact or parse_number(compact) is not None or bool(COLUMN_NUMBERS_LABEL.match(compact))


def three_public_kind(text: str) -> str | None:
    """The kind of three-public expenditure that a heading or a row label names (``abroad``, ``vehicle`` …)."""
    plain = _LISTED.sub("", canonical(text))
    return next((key for key, pattern in _THREE_PUBLIC_KINDS if pattern.search(plain)), None)


def layout_of(spec: FormSpec, table: Table) -> Layout | None:
    """The form's columns in a table with a heading, or ``None`` where the table cannot be this form."""
    heading = min(table.n_rows, _MAX_HEADING_ROWS)
    if spec.kind == "three_public":  # its one row of data may be blank: what follows the last heading
        upright = _vertical_three_public(table) or _three_public_by_rows(table)
        if upright is not None:
            return upright
        worded = [r for r in range(heading) if any(_HEADING_WORD.search(canonical(t)) for t in _row_texts(table, r))]
        data_row = worded[-1] + 1 if worded else 0
    else:
        data_row = next((r for r in range(heading) if _starts_data(spec, _row_texts(table, r))), heading)
    if data_row == 0:
        return None
    paths = heading_paths(table, data_row)
    groups = _GROUPERS[spec.kind](spec, paths)
    if not groups:
        return None
    heading_rows = frozenset(heading_text(_row_texts(table, r)) for r in range(data_row)) - {()}
    layout = Layout(tuple(groups), data_row, table.n_cols, heading_rows)
    if not set(spec.required) <= layout.measures:
        return None
    return layout


def heading_text(texts: Sequence[str]) -> tuple[str, ...]:
    """What a row says, for telling a repeated heading: its texts that are not blank."""
    return tuple(canonical(t) for t in texts if t.strip())


def _row_texts(table: Table, row: int) -> list[str]:
    return [table.text(row, c) for c in range(table.n_cols)]


def _measure(spec: FormSpec, path: Sequence[str], taken: set[str]) -> str | None:
    """The measure that a column's headings name: the lowest heading decides, then those above it."""
    if any(segment.startswith("其中") for segment in path):
        return None
    for segment in reversed(path):
        for measure in spec.measures:
            if measure.key not in taken and re.search(measure.pattern, segment):
                return measure.key
    for n in range(2, len(path) + 1):  # a heading that wraps over lines without a rule between is several segments
        joined = "".join(path[-n:])
        for measure in spec.measures:
            if measure.key not in taken and re.search(measure.pattern, joined):
                return measure.key
    return None


def _named(path: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(segment) for segment in path[-2:])


def _extra(path: Sequence[str], column: int) -> str:
    """A measure for a column that the form's entry does not know: nothing printed is dropped."""
    return "column:" + ("·".join(path).replace("/", "·") or str(column + 1))  # a figure's id is divided by slashes


_OF_BLOCK = re.compile(r"^(合计|小计|基本支出|项目支出)")


def _of_block(spec: FormSpec, path: Sequence[str], column: int, taken: Collection[str]) -> str | None:
    """The measure of a column under a heading that has a 合计 and a 基本支出 of its own (年初结转和结余); ``None`` for others."""
    for pattern, key in spec.blocks:
        if len(path) > 1 and _OF_BLOCK.match(path[-1]) and any(re.search(pattern, segment) for segment in path[:-1]):
            total = path[-1] in ("合计", "小计") and spec.measure(key) is not None and key not in taken
            return key if total else _extra(path, column)
    return None


def _functional(spec: FormSpec, paths: Sequence[tuple[str, ...]]) -> list[Group]:
    values: dict[int, str] = {}
    code: list[int] = []
    label = row_no = None
    for c, path in enumerate(paths):
        last = path[-1] if path else ""
        block = _of_block(spec, path, c, values.values())
        if block is not None:
            values[c] = block
            continue
        measure = _measure(spec, path, set(values.values())) if not (last in _CODE_PART or _named(path, CODE_HEADING)) else None
        if measure is not None:
            values[c] = measure
        elif values:
            if path:
                values[c] = _extra(path, c)
        elif ROW_NO_HEADING.match(last):
            row_no = c
        elif last in _CODE_PART or CODE_HEADING.search(last):
            code.append(c)
        elif LABEL_HEADING.search(last) and label is None:
            label = c
        elif last:
            label = c
    if not values:
        return []
    first_value = min(values)
    if label is None:  # the heading may stand over code and name together
        free = [c for c in range(first_value) if c not in code and c != row_no]
        label = free[-1] if free else (code.pop() if len(code) > 1 else None)
    if not code:
        code = [c for c in range(first_value) if c not in (label, row_no)]
    return [Group(None, tuple(code), label, row_no, values)]


_INCOME = re.compile(r"^(本年)?收入")
_EXPENDITURE = re.compile(r"^(本年)?支出")
#: Columns of the budget beside those of the final accounts.
_BUDGET = re.compile(r"^(\d{4}年度?)?(年初|全年|本年|调整后?)?预算(数|金额)?$")


def _two_sided(spec: FormSpec, paths: Sequence[tuple[str, ...]]) -> list[Group]:
    starts: list[int] = []
    for c, path in enumerate(paths):
        if path and (
            LABEL_HEADING.search(path[-1]) or path[-1].startswith("项目") or path[-1] in ("收入", "支出", "收入项目", "支出项目")
        ):
            if not starts or c - starts[-1] > 1:
                starts.append(c)
    if len(starts) < 2:
        return []
    groups = []
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(paths)
        top = paths[start][0]
        side = ("income", "expenditure")[n] if n < 2 else f"expenditure_{n}"
        if n < 2 and _EXPENDITURE.match(top) and not _INCOME.match(top):
            side = "expenditure"
        row_no = None
        values: dict[int, str] = {}
        budget_or_final = [c for c in range(start + 1, end) if any("决算" in s for s in paths[c])]
        budgets = {c for c in range(start + 1, end) if any(_BUDGET.search(s) for s in paths[c])} if budget_or_final else set()
        for c in range(start + 1, end):
            path = paths[c]
            if path and ROW_NO_HEADING.match(path[-1]):
                row_no = c
                continue
            own = path[1:] if path and (_INCOME.match(path[0]) or _EXPENDITURE.match(path[0])) and len(path) > 1 else path
            measure = _measure(spec, own, set(values.values())) if c not in budgets else None
            if measure == "amount" and len(budget_or_final) == 1 and c not in budget_or_final:
                measure = None  # 年初预算数 beside 决算数
            if measure == "amount" and side != "income" and spec.total:
                measure = spec.total
            if side == "income" and spec.total and measure == spec.total:
                measure = "amount"
            if measure in values.values():
                measure = None
            if measure is None and not own:
                continue
            values[c] = measure or _extra(own, c)
        groups.append(Group(side, (), start, row_no, values))
    return groups


def _economic(spec: FormSpec, paths: Sequence[tuple[str, ...]]) -> list[Group]:
    groups: list[Group] = []
    code: list[int] = []
    label: int | None = None
    values: dict[int, str] = {}

    def close() -> None:
        nonlocal label
        if values and (code or label is not None):
            groups.append(Group(None, tuple(code), label, None, dict(values)))
        code.clear()
        values.clear()
        label = None

    for c, path in enumerate(paths):
        last = path[-1] if path else ""
        is_code = last in _CODE_PART or bool(CODE_HEADING.search(last))
        if is_code or LABEL_HEADING.search(last):
            if values:
                close()
            if is_code:
                code.append(c)
            else:
                label = c
            continue
        measure = _measure(spec, (last,), set(values.values())) if last else None
        if measure:
            values[c] = measure
        elif last and (code or label is not None):
            values[c] = _extra(path, c)
    close()
    for n, group in enumerate(groups):  # a heading over code and name together leaves no label column
        if group.label is None and len(group.code) > 1 and all(p not in _CODE_PART for p in paths[group.code[-1]][-1:]):
            groups[n] = Group(None, group.code[:-1], group.code[-1], None, group.values)
    return groups


def _three_public(spec: FormSpec, paths: Sequence[tuple[str, ...]]) -> list[Group]:
    values: dict[int, str] = {}
    any_budget = any("预算" in s and "财政拨款" not in s for path in paths for s in path)
    headings = sorted({s for path in paths for s in path if re.search(r"预算(数|安排)?$", s) and "财政拨款" not in s})
    for c, path in enumerate(paths):
        when = next(
            (
                _when_of_column(s, headings) or "final"
                for s in reversed(path)
                if re.search(r"(预|决)算(数|安排)?$", s) and "财政拨款" not in s
            ),
            None,
        )
        if when is None:
            when = "final" if not any_budget else None
        own = [s for s in path if not re.search(r"^(\d{4}年度?)?(年初|全年|本年|调整)?(预|决)算(数|安排)?$", s)]
        # the lowest heading decides; one that wraps over lines without a rule between is several segments
        words = (w for j in reversed(range(len(own))) for w in ("".join(own[j:]), own[j]))
        kind = next((k for w in words if (k := three_public_kind(w)) is not None), None)
        if when is None or kind is None:
            continue
        key = f"{when}_{kind}"
        if key not in values.values():
            values[c] = key
    return [Group(None, (), None, None, values)] if len(values) >= 4 else []


def _vertical_three_public(table: Table) -> Layout | None:
    """The layout of a three-public form that lists its kinds as rows: 项目 | 预算数 | 决算数."""
    for r in range(min(table.n_rows, 5)):
        texts = [canonical(t) for t in _row_texts(table, r)]
        label = next((c for c, t in enumerate(texts) if LABEL_HEADING.search(t) or t.startswith("项目")), None)
        values: dict[int, str] = {}
        for c, t in enumerate(texts):
            when = _when_of_column(t, texts)
            if when is not None and when not in values.values():
                values[c] = when
        if label is None or not values:
            continue
        kinds = {kind for k in range(r + 1, table.n_rows) if (kind := three_public_kind(table.text(k, label)))}
        if len(kinds) > 1:  # on a page of its own, a part of the list
            return Layout((Group(None, (), label, None, values),), r + 1, table.n_cols)
    return None


_WHEN = re.compile(r"^(\d{4}年度?)?((年初|全年|本年)?预算|决算)数?$")
#: The side of a three-public form whose rows are the budget and the final accounts: its columns name kinds only.
ROWS_ARE_WHEN = "rows"


def _when_of_column(heading: str, headings: Sequence[str]) -> str | None:
    """``budget``, ``final``, or ``initial`` for 年初预算数 beside the year's budget."""
    if "预算" in heading:
        others = [t for t in headings if "预算" in t and t != heading]
        return "initial" if "年初" in heading and others else "budget"
    if "决算" in heading or heading == "金额":
        return "final"
    return "final" if heading == "统计数" and not any("决算" in t for t in headings) else None


def when_of(label: str) -> str | None:
    """``budget`` or ``final`` where a row's label says so."""
    text = canonical(label)
    return ("budget" if "预算" in text else "final") if _WHEN.match(text) else None


def _three_public_by_rows(table: Table) -> Layout | None:
    """The layout of a three-public form whose rows are 预算数 and 决算数, and whose columns are the kinds."""
    for column in range(min(2, table.n_cols)):
        rows = [r for r in range(table.n_rows) if when_of(table.text(r, column))]
        beside = [table.text(r, c) for r in rows for c in range(column + 1, table.n_cols)]
        if len(rows) < 2 or not rows[0] or any(re.search(r"[一-鿿]", t) for t in beside):
            continue
        values: dict[int, str] = {}
        for c, path in enumerate(heading_paths(table, rows[0])):
            kind = next((k for segment in reversed(path) if (k := _kind_of_column(segment, path)) is not None), None)
            if c > column and kind is not None and kind not in values.values():
                values[c] = kind
        if {"total", "reception"} <= set(values.values()):
            return Layout((Group(ROWS_ARE_WHEN, (), column, None, values),), rows[0], table.n_cols)
    return None


def _kind_of_column(segment: str, path: Sequence[str]) -> str | None:
    """小计 is that of vehicles where it stands below them, else of all."""
    kind = three_public_kind(segment)
    return "total" if segment == "小计" and not any("公务用车" in s for s in path) else kind


_GROUPERS = {"functional": _functional, "two_sided": _two_sided, "economic": _economic, "three_public": _three_public}
