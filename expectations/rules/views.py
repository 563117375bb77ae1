"""A report's forms as the rules look at them: trees of codes, and the lines of the two-sided summaries.

What belongs here: look-ups over :class:`~pipeline.model.contents.ReportContents`, kept with the contents they are made
from.  What may not: wordings (``vocabulary``) and what must hold (``forms``, ``cross_form``).

A parent is compared with its *nearest printed descendants*, and 合计 with the rows that have no printed ancestor:
some reports print items without their section or class (烟台市大数据局 2019, form 05).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from expectations.rules import vocabulary as words
from pipeline.model.classification import bare_name, functional_class
from pipeline.model.contents import ReportContents, Row
from pipeline.model.figures import Figure

# ---------------------------------------------------------------- forms


def state(contents: ReportContents, statement: str) -> str | None:
    """What ``core.forms`` says of a form; ``None`` where it says nothing."""
    states: dict[str, str] = contents.once(("states",), lambda: {str(r["statement"]): str(r["state"]) for r in contents.rows_of("core.forms")})
    return states.get(statement)


def printed(contents: ReportContents, statement: str) -> bool:
    """Whether a form can be held against rules: it was read, or it is printed and says that it has no data."""
    return contents.has(statement) or state(contents, statement) == "empty"


def printings(contents: ReportContents, statement: str) -> dict[int, list[Row]]:
    """The rows of a form by printing."""
    found: dict[int, list[Row]] = {}
    for row in contents.rows(statement):
        found.setdefault(row.printing, []).append(row)
    return found


def rows_of(contents: ReportContents, statement: str, side: str | None = None) -> list[Row]:
    """The rows of a form's first printing (that the printings agree is a rule of its own), or of one side of it."""

    def make() -> list[Row]:
        every = printings(contents, statement)
        return every[min(every)] if every else []

    rows = contents.once(("rows", statement), make)
    return rows if side is None else [r for r in rows if r.side == side]


def uncertain(contents: ReportContents) -> bool:
    """Whether the report's letters are not sure, recognised from pictures or of a damaged file: its words accuse nobody."""
    return contents.once(("uncertain",), lambda: any(f.doubt in ("recognised", "damaged") for f in contents.figures))


# ---------------------------------------------------------------- forms with codes


def whole(contents: ReportContents, statement: str) -> bool:
    """Whether every amount of a form was read and has its row: what a form lacks that is not is not known to be nothing."""

    def make() -> frozenset[str]:
        return frozenset(f.statement for f in contents.figures if f.section == "form" and f.doubt in ("sum_incomplete", "row_unknown"))

    return statement not in contents.once(("not whole",), make)


@dataclass(frozen=True)
class CodeForm:
    """The rows of a form that carry classification codes, as a tree, and its total row (合计)."""

    statement: str
    rows: tuple[Row, ...]
    total: Row | None
    side: str | None = None
    whole: bool = True

    @cached_property
    def _codes(self) -> frozenset[str]:
        return frozenset(r.code for r in self.rows if r.code)

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return {}

    def _parent(self, code: str) -> str | None:
        """The nearest printed ancestor's code."""
        if code not in self._parents:
            self._parents[code] = next((code[:n] for n in range(len(code) - 1, 2, -1) if code[:n] in self._codes), None)
        return self._parents[code]

    @cached_property
    def children(self) -> dict[str, tuple[Row, ...]]:
        """The nearest printed descendants of each code that has any, in printed order."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            if row.code and (parent := self._parent(row.code)):
                found.setdefault(parent, []).append(row)
        return {code: tuple(rows) for code, rows in found.items()}

    @cached_property
    def top(self) -> tuple[Row, ...]:
        """The rows without a printed ancestor: what 合计 adds up."""
        return tuple(r for r in self.rows if r.code and self._parent(r.code) is None)

    @cached_property
    def measures(self) -> frozenset[str]:
        """The columns that the form prints."""
        rows = (*self.rows, self.total) if self.total else self.rows
        return frozenset(m for r in rows for m in r.cells)

    def of_code(self, code: str, measure: str) -> tuple[Figure, ...] | None:
        """The figures that stand for a code: its own, else those of its nearest printed descendants, else none.

        ``None`` where the form cannot tell: it prints an ancestor of the code and nothing below it, it is not read whole, or a row of the
        code has a cell with no figure that could be read.
        """
        rows = [r for r in self.rows if r.code == code] or self.nearest(code)
        if not rows and not self.whole:
            return None
        if not rows and (above := self._parent(code)) and above not in self.children:
            return None
        figures = [r.get(measure) for r in rows]
        return None if None in figures else tuple(f for f in figures if f is not None)

    def nearest(self, code: str) -> list[Row]:
        """The nearest printed descendants of a code, printed itself or not."""
        below = [r for r in self.rows if r.code and r.code != code and r.code.startswith(code)]
        return [r for r in below if len(self._parent(r.code or "") or "") <= len(code)]

    def label_of(self, code: str) -> str | None:
        return next((r.label for r in self.rows if r.code == code), None)


def _code_form(contents: ReportContents, statement: str, side: str | None) -> CodeForm:
    rows = rows_of(contents, statement, side)
    coded = tuple(r for r in rows if r.code and r.code.isdigit())
    total = next((r for r in rows if not (r.code and r.code.isdigit()) and r.concept == "total"), None)
    return CodeForm(statement, coded, total, side, whole(contents, statement))


def code_form(contents: ReportContents, statement: str, side: str | None = None) -> CodeForm:
    """The view of a form with codes; empty where the form was not read."""
    return contents.once(("codes", statement, side or ""), lambda: _code_form(contents, statement, side))


def concept_row(contents: ReportContents, statement: str, concept: str) -> Row | None:
    """The row without a code of a concept; one with an amount before a heading without any."""
    rows = [r for r in rows_of(contents, statement) if not (r.code and r.code.isdigit()) and r.concept == concept]
    return next((r for r in rows if any(f.value is not None for f in r.cells.values())), rows[0] if rows else None)


# ---------------------------------------------------------------- two-sided summaries


@dataclass(frozen=True)
class Side:
    """One side of a summary: its items, the lines that close it, and what no wording was known for.

    ``items`` are the lines above 本年…合计, details (其中：…) left out; ``kinds`` those of an income side by kind;
    ``frame`` the dividing and closing lines by role; ``parts`` the three budgets' shares of the opening balance;
    ``unknown`` the lines below 本年…合计 that no wording recognises, ``nameless`` the items above it with an amount and no known name.
    """

    statement: str
    side: str
    items: tuple[Row, ...] = ()
    kinds: dict[str, Row] = field(default_factory=dict)
    frame: dict[str, Row] = field(default_factory=dict)
    parts: dict[str, Row] = field(default_factory=dict)
    unknown: tuple[Row, ...] = ()
    nameless: tuple[Row, ...] = ()


def _known_item(row: Row) -> bool:
    return row.concept in words.KINDS or functional_class(row.label or "") is not None


def _items(rows: list[Row]) -> list[Row]:
    """The lines that add up: 其中 lines and the unnumbered ones after them belong to the line above."""
    labels = [r.label or "" for r in rows]
    numbers = any(words.numbered(label) for label in labels)
    kept, details = [], False
    for row, label in zip(rows, labels, strict=True):
        if words.of_which(label):
            details = True
            continue
        if words.numbered(label):
            details = False
        elif numbers and label and (details or not _known_item(row)):
            continue
        kept.append(row)
    return kept


def _side(contents: ReportContents, statement: str, side: str) -> Side:
    rows = rows_of(contents, statement, side)
    roles = [words.FRAME_LINES[side].get(r.concept) for r in rows]
    divide = next((i for i, role in enumerate(roles) if role == "year_total"), None)
    if divide is None:
        divide = next((i for i, role in enumerate(roles) if role is not None), len(rows))
    above = _items(rows[:divide])
    kinds: dict[str, Row] = {}
    if side == "income":
        for row in above:
            if row.concept in words.KINDS:
                kinds.setdefault(words.KINDS[row.concept], row)
    closing = _Closing()
    for row, role in zip(rows[divide:], roles[divide:], strict=True):
        closing.add(row, role)
    nameless = tuple(r for r in above if r.label and not _known_item(r) and any(f.amount for f in r.cells.values()))
    return Side(statement, side, tuple(above), kinds, closing.frame, closing.parts, tuple(closing.unknown), nameless)


@dataclass
class _Closing:
    """The lines from 本年…合计 on: those with a role, the three budgets' parts of the opening balance, and unknown ones."""

    frame: dict[str, Row] = field(default_factory=dict)
    parts: dict[str, Row] = field(default_factory=dict)
    unknown: list[Row] = field(default_factory=list)
    last: str = ""
    details: bool = False

    def add(self, row: Row, role: str | None) -> None:
        label = row.label or ""
        detail = words.of_which(label)
        self.details = self.details or detail
        budget = words.KINDS.get(row.concept)
        if role is not None and not detail:
            self.frame.setdefault(role, row)
            self.last, self.details = role, False
        elif budget in words.BUDGETS and self.last in ("opening", "closing"):
            if self.last == "opening" and budget is not None:
                self.parts.setdefault(budget, row)
        elif label and not self.details and not words.DETAIL_LINE.match(bare_name(label)):
            self.unknown.append(row)


def side_of(contents: ReportContents, statement: str, side: str) -> Side:
    """One side of a summary; empty where the form was not read."""
    return contents.once(("side", statement, side), lambda: _side(contents, statement, side))


def class_codes(contents: ReportContents) -> dict[str, str]:
    """The names of the classes (类) that the report's own forms print, to their codes."""

    def make() -> dict[str, str]:
        forms = (code_form(contents, s) for s in words.FUNCTIONAL_FORMS)
        return {bare_name(r.label): r.code for f in forms for r in f.rows if r.code and len(r.code) == 3 and r.label}

    return contents.once(("class codes",), make)


def class_code(contents: ReportContents, name: str) -> str | None:
    """The code of the class that a summary's line names: as the report's own forms name it, else as the classification does."""
    return class_codes(contents).get(bare_name(name)) or functional_class(name)
