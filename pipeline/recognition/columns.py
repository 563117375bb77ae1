"""The columns of a form's table: which address a row, which measure it, for which stage or year, and where the data begin.

What belongs here: reading headings.  What may not: rows and values (``rows``), titles (``forms``), the three-public form, whose kinds
may stand in rows or in columns (``three_public``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.lexicon import concepts, words_of
from pipeline.lexicon.forms import FormSpec, addresses, is_total, phase_of
from pipeline.model.chinese_numerals import NUMBERED
from pipeline.model.numbers import is_blank, parse_number
from pipeline.model.text import canonical
from pipeline.reading.document import Table
from pipeline.recognition.headings import DECIMAL, MAX_HEADING_ROWS, Path, heading_paths, heading_text, is_column_numbers, row_texts
from pipeline.recognition.read import prints_number

_MONEY = re.compile(r"-?[\d,]*\d\.\d+|-?\d{1,3}(,\d{3})+")
_CODE = re.compile(r"\d{3}(\d\d){0,2}")
_CODE_AND_NAME = re.compile(r"\d{3}(\d\d){0,2}[一-鿿]")


@dataclass(frozen=True)
class Group:
    """One set of columns side by side: a side of a two-sided form, or the whole of a one-sided one.

    ``values`` maps a column to its measure; ``code`` lists code columns from class to item (one, or split in three); ``doubts`` says
    of which columns the measure is not sure, and why.
    """

    side: str | None
    code: tuple[int, ...] = ()
    label: int | None = None
    row_no: int | None = None
    values: Mapping[int, str] = field(default_factory=dict)
    doubts: Mapping[int, str] = field(default_factory=dict)

    @property
    def measures(self) -> set[str]:
        return set(self.values.values())


@dataclass(frozen=True)
class Layout:
    """Where a form's columns are in one table, the first row of data, and the rows of the heading as texts.

    ``mixed``: the first row of data is the heading's last as well (a total beside 基本支出, 项目支出): its words are headings.
    """

    groups: tuple[Group, ...]
    data_row: int
    n_cols: int
    heading: frozenset[tuple[str, ...]] = frozenset()
    mixed: bool = False

    @property
    def measures(self) -> set[str]:
        return {m for g in self.groups for m in g.measures}


def fit(spec: FormSpec, table: Table, year: int | None) -> Layout | str:
    """The form's columns in a table with a heading, or why the table cannot be this form."""
    data_row = first_data_row(spec, table)
    if data_row == 0:
        return "it has no heading"
    mixed = data_row < table.n_rows and _heads_columns(spec, row_texts(table, data_row))
    paths = heading_paths(table, data_row + mixed)
    if mixed:  # the total's own label is no heading
        paths = [path[:-1] if len(path) > 1 and _addresses(path[:-1]) else path for path in paths]
    grouped = _GROUPERS[spec.kind](_Columns(spec, table, paths, data_row, year))
    if not grouped:
        return f"its heading names none of the columns of {spec.zh}"
    heading_rows = frozenset(heading_text(row_texts(table, r)) for r in range(data_row)) - {()}
    layout = Layout(tuple(grouped), data_row, table.n_cols, heading_rows, mixed)
    lacking = [m for m in spec.required if m not in layout.measures]
    if lacking:
        names = "、".join(m.zh for key in lacking if (m := spec.measure(key)) is not None)
        return f"its heading does not name the columns {names} of {spec.zh}"
    return layout


def first_data_row(spec: FormSpec, table: Table) -> int:
    """The first row below the heading of a table of the form."""
    heading = min(table.n_rows, MAX_HEADING_ROWS)
    return next((r for r in range(heading) if _starts_data(spec, row_texts(table, r))), heading)


def _starts_data(spec: FormSpec, texts: Sequence[str]) -> bool:
    """Whether a row is the first of the data: money, a code, a numbered label, or a total before the value columns."""
    filled = [canonical(t) for t in texts]
    if is_column_numbers(texts):
        return False
    if any(_is_amount(t) for t in filled if t):
        return True
    if spec.kind == "two_sided":
        return any(NUMBERED.match(t) and not _says("numbered_side", t) for t in filled if t)
    if any(_CODE.fullmatch(t) or _CODE_AND_NAME.match(t) for t in filled if t):
        return True
    return _is_total_of_numbers(filled) or (spec.kind == "functional" and _is_total_row(spec, filled))


def _is_amount(text: str) -> bool:
    if _MONEY.fullmatch(text):
        return True
    return text.startswith("=") or (bool(DECIMAL.search(text)) and parse_number(text, blanks=True) is not None)


def _is_total_of_numbers(filled: Sequence[str]) -> bool:
    """A total beside nothing but numbers, some of them with no decimals (reports in 元), and dashes."""
    beside = [t for t in filled if not is_blank(t) and not is_total(t)]
    return any(is_total(t) for t in filled[:4]) and bool(beside) and all(prints_number(t) for t in beside)


def _is_total_row(spec: FormSpec, filled: Sequence[str]) -> bool:
    """A total without any amount (a dash is none): a row of few words, none of them a heading."""
    if sum(not is_blank(t) for t in filled) > 4 or not any(is_total(t) for t in filled[:4]):
        return False
    return not any(re.search(m.pattern, t) for m in spec.measures if m.key not in ("total", "amount") for t in filled if t)


def _heads_columns(spec: FormSpec, texts: Sequence[str]) -> bool:
    """Whether the first row of data holds headings as well: two measures' names beside the label of a total."""
    filled = [canonical(t) for t in texts]
    if spec.kind != "functional" or not any(is_total(t) for t in filled[:4]):
        return False
    named = {m.key for t in filled for m in spec.measures if t and m.key != "total" and re.search(m.pattern, t)}
    return len(named) >= 2


# ---------------------------------------------------------------- columns of one table


@dataclass
class _Columns:
    """What the columns of one table are told from: headings and, where these say nothing, the data below them."""

    spec: FormSpec
    table: Table
    paths: Sequence[Path]
    data_row: int
    year: int | None

    def stage(self, column: int) -> str | None:
        """The stage or year that a column's headings name; the lowest that names one."""
        return next((p for s in reversed(self.paths[column]) if (p := phase_of(s, self.year)) is not None), None)

    def without_stage(self, path: Path) -> Path:
        return tuple(s for s in path if phase_of(s, self.year) is None)

    def holds(self, column: int) -> str:
        """What the data of a column mostly are: ``money``, ``code``, ``words``, or ``blank``."""
        texts = [canonical(self.table.text(r, column)) for r in range(self.data_row, self.table.n_rows)]
        filled = [t for t in texts if t]
        if not filled:
            return "blank"
        if sum(_is_amount(t) for t in filled) * 2 >= len(filled):
            return "money"
        if sum(bool(_CODE.fullmatch(t) or t.isdecimal()) for t in filled) * 2 > len(filled):
            return "code"
        return "words"

    def lists_lines(self, column: int) -> bool:
        """Whether a column's data begin with the numbered labels of a summary's lines (一、… 二、…), whatever its heading is called."""
        filled = [t for r in range(self.data_row, self.table.n_rows) if (t := canonical(self.table.text(r, column)))]
        return len(filled) > 2 and all(NUMBERED.match(t) for t in filled[:2])


def measure_of(spec: FormSpec, path: Sequence[str], taken: Collection[str]) -> str | None:
    """The measure that a column's headings name: the lowest heading decides, then those above it, then wrapped ones joined."""
    if any(_says("breaks_down", segment) for segment in path):
        return None
    joined = ("".join(path[-n:]) for n in range(2, len(path) + 1))
    for segment in (*reversed(path), *joined):
        for measure in spec.measures:
            if measure.key not in taken and re.search(measure.pattern, segment):
                return measure.key
    return None


def _says(concept: str, text: str) -> bool:
    """Whether a heading says what is of a concept of the words of headings."""
    return concept in concepts("heading_words", text)


def extra(path: Sequence[str], column: int) -> str:
    """A measure for a column that the form's entry does not know: nothing printed is dropped."""
    return "column:" + ("·".join(path).replace("/", "·") or str(column + 1))


_BLOCKS = ("opening", "income", "closing")


def _of_block(spec: FormSpec, path: Path, column: int, taken: Collection[str]) -> str | None:
    """The measure of a column under a heading that has a 合计 and a 基本支出 of its own (年初结转和结余); ``None`` for others."""
    if len(path) < 2 or not concepts("headings", path[-1], "government_fund") & {"total", "basic", "project"}:
        return None
    key = next((key for key in _BLOCKS if any(key in concepts("headings", s, "government_fund") for s in path[:-1])), None)
    if key is None:
        return None
    total = "total" in concepts("headings", path[-1], "government_fund") and spec.measure(key) is not None and key not in taken
    return key if total else extra(path, column)


_STAGES = {"prior": "prior_", "initial": "initial_"}


def staged(measure: str, stage: str | None, path: Path, column: int) -> str:
    """A measure at its stage: the year's final accounts bear the bare key, others never stand for them."""
    if stage in (None, "final"):
        return measure
    return f"{_STAGES[stage]}{measure}" if stage in _STAGES else extra(path, column)


# ---------------------------------------------------------------- forms with functional codes


def _functional(columns: _Columns) -> list[Group]:
    spec, paths = columns.spec, columns.paths
    values: dict[int, str] = {}
    unknown: list[int] = []
    code: list[int] = []
    label = row_no = None
    for c, path in enumerate(paths):
        last = path[-1] if path else ""
        measure = _value_column(columns, c, values.values())
        if measure is not None:
            values[c] = measure
        elif "row_no" in addresses(last) and not values:
            row_no = c
        elif _addresses(path) and not values:
            if "label" in addresses(last) and "code" not in addresses(last):
                label = c
            else:
                code.append(c)
        elif path and (values or columns.holds(c) == "money"):
            values[c] = extra(path, c)
            if not _breaks_down(path):
                unknown.append(c)
        elif path and columns.holds(c) != "blank":
            code, label = ([*code, c], label) if columns.holds(c) == "code" else (code, c)
    known = {c: m for c, m in values.items() if c not in unknown}
    if not known:
        return []
    told = _by_elimination(spec, known, unknown)
    doubts = {c: "column_unknown" for c in unknown if c not in told} | dict.fromkeys(told, "column_by_elimination")
    values |= told
    return [Group(None, *_addressing(columns, min(values), code, label, row_no), row_no, values, doubts)]


def _value_column(columns: _Columns, c: int, taken: Collection[str]) -> str | None:
    """The measure of a column by its headings, at its stage; ``None`` where they name none."""
    path = columns.paths[c]
    if not path or any("code" in addresses(s) for s in path[-2:]):
        return None
    if _addresses(path) and columns.holds(c) == "words":  # the heading of amounts beside it may be drawn over names
        return None
    block = _of_block(columns.spec, path, c, taken)
    if block is not None:
        return block
    stage = columns.stage(c)
    own = columns.without_stage(path) or path
    held = set() if stage in _STAGES else set(taken)
    measure = measure_of(columns.spec, own, held)
    if measure is None:
        return None
    found = staged(measure, stage, path, c)
    return found if found not in taken else extra(path, c)


def _addresses(path: Path) -> bool:
    """Whether a column's heading names what a row is: a code, a name."""
    return bool(path and addresses(path[-1]) & {"code", "label"})


def _breaks_down(path: Path) -> bool:
    """Whether an unknown heading only breaks down the one above it (其中：…, 人员经费 below 基本支出)."""
    return len(path) > 1 or _says("breaks_down", path[0])


def _addressing(columns: _Columns, first_value: int, code: list[int], label: int | None, row_no: int | None) -> tuple[tuple[int, ...], int | None]:
    """Code columns and label column; a heading may stand over code and name together."""
    if label is None:
        free = [c for c in range(first_value) if c not in code and c != row_no]
        label = free[-1] if free else (code.pop() if len(code) > 1 else None)
    if not code:
        code = [c for c in range(first_value) if c not in (label, row_no)]
    return tuple(code), label


def _by_elimination(spec: FormSpec, known: Mapping[int, str], unknown: Sequence[int]) -> dict[int, str]:
    """Columns whose heading is not known, between columns whose headings are: the template's order leaves one measure for each.

    Nothing where the known columns are not in the template's order, or where there are more or fewer columns than measures left.
    """
    order = [m.key for m in spec.measures]
    at = {c: order.index(m) for c, m in known.items() if m in order}
    if [at[c] for c in sorted(at)] != sorted(at.values()):
        return {}
    told: dict[int, str] = {}
    for run in _runs(unknown, known):
        before = max((at[c] for c in at if c < run[0]), default=-1)
        after = min((at[c] for c in at if c > run[-1]), default=len(order))
        left = [key for key in order[before + 1 : after] if key not in known.values()]
        if len(left) == len(run):
            told.update(zip(run, left, strict=True))
    return told


def _runs(unknown: Sequence[int], known: Mapping[int, str]) -> list[list[int]]:
    """Unknown columns that no known one parts."""
    runs: list[list[int]] = []
    for c in sorted(unknown):
        if runs and not any(runs[-1][-1] < k < c for k in known):
            runs[-1].append(c)
        else:
            runs.append([c])
    return runs


# ---------------------------------------------------------------- two-sided summaries


def _two_sided(columns: _Columns) -> list[Group]:
    paths = columns.paths
    starts: list[int] = []
    for c, path in enumerate(paths):
        if path and _names_lines(path[-1]) and not (starts and c - starts[-1] == 1) and columns.holds(c) != "money":
            starts.append(c)
    starts = starts if len(starts) > 1 else [c for c in range(len(paths)) if columns.lists_lines(c)]
    if len(starts) < 2:
        return []
    groups = []
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(paths)
        groups.append(_side(columns, _side_name(n, paths[start][0]), start, end))
    return groups


def _names_lines(heading: str) -> bool:
    return "label" in addresses(heading) or _says("lines_of_a_side", heading)


def _side_name(n: int, top: str) -> str:
    if n == 0 and _says("expenditure_side", top):
        return "expenditure"
    return ("income", "expenditure")[n] if n < 2 else f"expenditure_{n}"


def _side(columns: _Columns, side: str, start: int, end: int) -> Group:
    values: dict[int, str] = {}
    unknown: dict[int, str] = {}
    row_no = None
    several = len({columns.stage(c) for c in range(start + 1, end)} - {None}) > 1
    for c in range(start + 1, end):
        path = columns.paths[c]
        if path and "row_no" in addresses(path[-1]):
            row_no = c
            continue
        own = path[1:] if len(path) > 1 and (_says("income_side", path[0]) or _says("expenditure_side", path[0])) else path
        measure = _amount_column(columns, c, own, side, several)
        if measure is None and not own and columns.holds(c) != "money":
            continue
        if measure is None or measure in values.values():
            measure = extra(own, c)
            unknown[c] = "column_unknown"
        values[c] = measure
    return Group(side, (), start, row_no, values, _without_stages(unknown, columns))


def _without_stages(unknown: Mapping[int, str], columns: _Columns) -> dict[int, str]:
    """Budgets and comparisons are known, if no measure of the form."""
    return {c: doubt for c, doubt in unknown.items() if columns.stage(c) in (None, "final")}


def _amount_column(columns: _Columns, c: int, own: Path, side: str, several: bool) -> str | None:
    """The measure of a column of a summary's side; the only amount of an income side is ``amount``."""
    spec, stage = columns.spec, columns.stage(c)
    named = columns.without_stage(own)
    measure = measure_of(spec, named, ()) if named else ("amount" if stage is not None else measure_of(spec, own, ()))
    if measure is None and stage is None:
        return None
    if stage == "budget" and not several:
        return None
    measure = measure or "amount"
    if spec.total is not None:
        measure = {("income", spec.total): "amount"}.get((side, measure), spec.total if side != "income" and measure == "amount" else measure)
    return staged(measure, stage, own, c)


# ---------------------------------------------------------------- economic classes, several groups side by side


def _economic(columns: _Columns) -> list[Group]:
    groups: list[Group] = []
    open_group = _OpenGroup()
    for c, path in enumerate(columns.paths):
        last = path[-1] if path else ""
        if _addresses(path):
            if open_group.values:
                open_group.close(groups)
            if "label" in addresses(last) and "code" not in addresses(last):
                open_group.label = c
            else:
                open_group.code.append(c)
        elif last and (open_group.code or open_group.label is not None):
            open_group.add(columns, c)
    open_group.close(groups)
    return [_with_label(columns, g) for g in groups]


@dataclass
class _OpenGroup:
    """One set of columns while headings go by."""

    code: list[int] = field(default_factory=list)
    label: int | None = None
    values: dict[int, str] = field(default_factory=dict)

    def add(self, columns: _Columns, c: int) -> None:
        path, stage = columns.paths[c], columns.stage(c)
        named = columns.without_stage(path)[-1:]
        measure = measure_of(columns.spec, named, ()) if named else None
        if measure is None and stage is not None:
            measure = "amount"
        found = staged(measure, stage, path, c) if measure is not None else extra(path[-1:], c)
        self.values[c] = found if found not in self.values.values() else extra(path, c)

    def close(self, groups: list[Group]) -> None:
        if self.values and (self.code or self.label is not None):
            groups.append(Group(None, tuple(self.code), self.label, None, dict(self.values)))
        self.code, self.label, self.values = [], None, {}


def _with_label(columns: _Columns, group: Group) -> Group:
    """A heading over code and name together leaves no label column."""
    if group.label is not None or len(group.code) < 2 or columns.paths[group.code[-1]][-1] in words_of("heading_words", "code_part"):
        return group
    return Group(None, group.code[:-1], group.code[-1], None, group.values)


_GROUPERS = {"functional": _functional, "two_sided": _two_sided, "economic": _economic}
