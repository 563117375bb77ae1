"""The few shapes that the forms' identities take: each function returns the ``build`` of a rule.

What belongs here: how a rule becomes equations.  What may not: any particular identity (``forms``, ``cross_form``).
Conventions: left is the printed total, right the sum that it should equal; a summand that is not printed is absent,
a blank one counts as nothing; an operand that must be there and is not makes the instance ``not_evaluated``; a
whole form that is missing gives one instance a rule, naming the form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Build, Judgement, Rule
from pipeline.lexicon import places
from pipeline.model.contents import ReportContents, Row
from pipeline.model.equations import Equation, Relation, Sum
from pipeline.model.figures import Figure

Instances = Iterator[Equation | Judgement]
NOTHING = Sum(())


def equation(
    rule: Rule,
    contents: ReportContents,
    place: str,
    left: Sum,
    right: Sum,
    relation: Relation = "=",
    missing: tuple[str, ...] = (),
) -> Equation:
    return Equation(rule.rule_id, contents.report.report_id, place, left, right, relation, missing)


def absent(rule: Rule, contents: ReportContents, place: str, *what: str) -> Equation:
    """An instance that cannot be evaluated, naming what was not found."""
    return equation(rule, contents, place, NOTHING, NOTHING, missing=what)


def unjudged(rule: Rule, contents: ReportContents, place: str, why: str) -> Judgement:
    """An instance to which the rule does not apply, or that cannot be told, and why."""
    return Judgement(rule.rule_id, contents.report.report_id, place, "not_evaluated", explanation=why)


def absent_forms(rule: Rule, contents: ReportContents, *statements: str) -> Equation | None:
    """One instance naming the forms that were not found; ``None`` where all are there."""
    gone = [places.title(s) for s in statements if not views.printed(contents, s)]
    return absent(rule, contents, " + ".join(gone), *gone) if gone else None


def add(figures: Sequence[Figure | None]) -> Sum:
    return Sum.of(*(f for f in figures if f is not None))


def _unread(statement: str, cells: Iterable[tuple[Row, str]]) -> tuple[str, ...]:
    """The cells without a figure: their column is printed, so something stands there that is no number, and a sum without it is no sum."""
    return tuple(_place(statement, row, measure) for row, measure in cells if measure not in row.cells)


def _unknown_columns(row: Row) -> tuple[str, ...]:
    """Columns whose heading is not known and in which the row has an amount: it may be one of the parts."""
    return tuple(f"meaning of {m}" for m, f in row.cells.items() if f.doubt == "column_unknown" and f.amount)


def _place(statement: str, row: Row, measure: str) -> str:
    return f"{places.title(statement)} / {places.row_name(row.code, row.label, row.row)} / {places.column(statement, measure)}"


# ---------------------------------------------------------------- forms with codes


def row_sum(statement: str, left: str, terms: Sequence[tuple[int, str]], needs: Sequence[str] = ()) -> Build:
    """In every row: ``left`` = the signed sum of other columns.  ``needs`` are columns without which the rule says nothing."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, statement)) is not None:
            yield gone
            return
        form = views.code_form(contents, statement)
        rows = (form.total, *form.rows) if form.total else form.rows
        lacking = [m for m in (left, *needs) if m not in form.measures]
        if not any(m in form.measures for _, m in terms):
            lacking += [m for _, m in terms]
        if rows and lacking:
            yield absent(rule, contents, places.title(statement), *(f"column {places.column(statement, m)}" for m in lacking))
            return
        for row in rows:
            right = Sum(tuple((Decimal(sign), f) for sign, m in terms if (f := row.get(m)) is not None))
            missing = (*_unread(statement, [(row, m) for m in (left, *(m for _, m in terms)) if m in form.measures]), *_unknown_columns(row))
            yield equation(rule, contents, _place(statement, row, left), add([row.get(left)]), right, missing=missing)

    return build


def _columns(form: views.CodeForm, measures: Sequence[str]) -> list[str]:
    """Those of ``measures`` that the form prints, and its further columns of amounts."""
    return _printed_columns((*form.rows, *([form.total] if form.total else [])), measures)


def _printed_columns(rows: Iterable[Row], measures: Sequence[str]) -> list[str]:
    printed = {m for r in rows for m in r.cells}
    return [*(m for m in measures if m in printed), *sorted(m for m in printed if words.ADDITIVE_COLUMN.match(m))]


def column_total(statement: str, measures: Sequence[str]) -> Build:
    """In every column: 合计 = Σ the rows that have no printed ancestor."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, statement)) is not None:
            yield gone
            return
        form = views.code_form(contents, statement)
        if form.total is None:
            if form.rows:
                yield absent(rule, contents, f"{places.title(statement)} / 合计", "row 合计")
            return
        for measure in _columns(form, measures):
            parts = add([r.get(measure) for r in form.top])
            missing = _unread(statement, [(r, measure) for r in (form.total, *form.top)])
            place = _place(statement, form.total, measure)
            yield equation(rule, contents, place, add([form.total.get(measure)]), parts, missing=missing)

    return build


def subtotals(statement: str, measures: Sequence[str]) -> Build:
    """In every column: a class or section = Σ its nearest printed descendants."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, statement)) is not None:
            yield gone
            return
        form = views.code_form(contents, statement)
        columns = _columns(form, measures)
        for row in form.rows:
            children = form.children.get(row.code or "")
            if not children:
                continue
            for measure in columns:
                parts = add([r.get(measure) for r in children])
                missing = _unread(statement, [(r, measure) for r in (row, *children)])
                yield equation(rule, contents, _place(statement, row, measure), add([row.get(measure)]), parts, missing=missing)

    return build


# ---------------------------------------------------------------- relations between named operands


class Unclear(Exception):
    """An operand may be printed under words that are not known: the text says which."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One named figure (or sum of figures) of a report.

    ``find`` returns the figures, or ``None`` where the report does not print the operand; ``name`` says in words
    what was not found.  A required operand that is not found makes the instance ``not_evaluated``.
    """

    name: str
    statement: str
    find: Callable[[ReportContents], Sequence[Figure] | None]
    required: bool = True


def _cell(row: Row | None, measure: str) -> tuple[Figure, ...] | None:
    figure = row.get(measure) if row is not None else None
    return None if figure is None else (figure,)


def frame(statement: str, side: str, role: str, measure: str = "amount", required: bool = True) -> Operand:
    """A dividing or closing line of a summary, told by its role."""
    name = f"{places.title(statement)} / {words.line_title(role, side)} / {places.column(statement, measure)}"
    return Operand(name, statement, lambda c: _cell(views.side_of(c, statement, side).frame.get(role), measure), required)


def kind(statement: str, kind_of_money: str, required: bool = True) -> Operand:
    """A kind of income, on the income side of a summary; not found where an item of that side has no known name."""
    name = f"{places.title(statement)} / {words.line_title(kind_of_money)} / 金额"

    def find(contents: ReportContents) -> Sequence[Figure] | None:
        side = views.side_of(contents, statement, "income")
        found = _cell(side.kinds.get(kind_of_money), "amount")
        if found is None and side.nameless:
            raise Unclear(f"meaning of line {side.nameless[0].label}")
        return found

    return Operand(name, statement, find, required)


def part(statement: str, budget: str, required: bool = True) -> Operand:
    """One budget's part of the opening balance."""
    name = f"{places.title(statement)} / 年初 {words.line_title(budget)} / 金额"
    return Operand(name, statement, lambda c: _cell(views.side_of(c, statement, "income").parts.get(budget), "amount"), required)


def total(statement: str, measure: str, required: bool = True) -> Operand:
    """A column of the total row (合计); nothing, where the form says that it has no data."""
    name = f"{places.title(statement)} / 合计 / {places.column(statement, measure)}"

    def find(contents: ReportContents) -> Sequence[Figure] | None:
        form = views.code_form(contents, statement)
        if form.total is None and not form.rows and views.printed(contents, statement):
            return ()
        return _cell(form.total, measure)

    return Operand(name, statement, find, required)


def code(statement: str, number: str, measure: str) -> Operand:
    """A code's figure, or its nearest printed descendants'; nothing where the form prints none of them."""
    name = f"{places.title(statement)} / {number} / {places.column(statement, measure)}"
    return Operand(name, statement, lambda c: views.code_form(c, statement).of_code(number, measure))


def class_(statement: str, number: str, measure: str) -> Operand:
    """A class's figure where it is to stand for a total; a blank one above amounts says nothing of it."""
    plain = code(statement, number, measure)

    def find(contents: ReportContents) -> Sequence[Figure] | None:
        found = plain.find(contents)
        form = views.code_form(contents, statement)
        below = (row.get(measure) for row in form.rows if (row.code or "").startswith(number))
        if found and all(f.value is None for f in found) and any(f is not None and f.amount for f in below):
            raise Unclear(f"amount of {number}, blank above amounts")
        return found

    return Operand(plain.name, statement, find)


def named(statement: str, concept: str, label: str, measure: str = "amount", required: bool = True) -> Operand:
    """A row told by its concept (人员经费合计)."""

    def find(contents: ReportContents) -> Sequence[Figure] | None:
        row = views.concept_row(contents, statement, concept)
        return _cell(row, measure) or _cell(row, f"column:{label}")

    return Operand(f"{places.title(statement)} / {label} / {places.column(statement, measure)}", statement, find, required)


def cell(statement: str, measure: str, required: bool = True) -> Operand:
    """The figure of a form of one row (三公), whatever row it stands in."""
    name = f"{places.title(statement)} / {places.column(statement, measure)}"
    return Operand(name, statement, lambda c: next((x for r in views.rows_of(c, statement) if (x := _cell(r, measure))), None), required)


def either(first: Operand, *others: Operand) -> Operand:
    """The first operand, or where it is not printed the sum of the others."""

    def find(contents: ReportContents) -> Sequence[Figure] | None:
        if (found := first.find(contents)) is not None:
            return found
        rest = [o.find(contents) for o in others]
        return None if any(r is None for r in rest) or not rest else [f for r in rest if r for f in r]

    return Operand(first.name, first.statement, find, first.required)


@dataclass(frozen=True, slots=True)
class Relate:
    """``left relation Σ right`` at a place; ``optional`` relations are left out where the report prints none of their operands."""

    place: str
    left: tuple[Operand, ...]
    right: tuple[Operand, ...]
    relation: Relation = "="
    optional: bool = False


def relations(*wanted: Relate) -> Build:
    """Relations between named operands, one instance each."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        needed = dict.fromkeys(o.statement for r in wanted for o in (*r.left, *r.right) if o.required)
        if (gone := absent_forms(rule, contents, *needed)) is not None:
            yield gone
            return
        for relate in wanted:
            try:
                found = [(o, o.find(contents)) for o in (*relate.left, *relate.right)]
            except Unclear as why:
                yield absent(rule, contents, relate.place, str(why))
                continue
            if relate.optional and all(not figures for _, figures in found):
                continue
            missing = tuple(o.name for o, figures in found if figures is None and o.required)
            sides = [[f for _, figures in half for f in figures or ()] for half in (found[: len(relate.left)], found[len(relate.left) :])]
            yield equation(rule, contents, relate.place, add(sides[0]), add(sides[1]), relate.relation, missing)

    return build


# ---------------------------------------------------------------- two-sided summaries


def side_items(statement: str, side: str, measures: Sequence[str]) -> Build:
    """本年收入合计 or 本年支出合计 = Σ the lines above it, in every column."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, statement)) is not None:
            yield gone
            return
        view = views.side_of(contents, statement, side)
        row = view.frame.get("year_total")
        name = words.line_title("year_total", side)
        if row is None:
            yield absent(rule, contents, f"{places.title(statement)} / {name}", f"line {name}")
            return
        for measure in _printed_columns((row, *view.items), measures):
            parts = add([i.get(measure) for i in view.items])
            missing = _unread(statement, [(r, measure) for r in (row, *view.items)])
            yield equation(rule, contents, _place(statement, row, measure), add([row.get(measure)]), parts, missing=missing)

    return build


def side_grand_total(statement: str, side: str, measures: Sequence[str], roles: Sequence[str]) -> Build:
    """总计 of a side = the year's total and the closing lines named by ``roles``, in every column."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, statement)) is not None:
            yield gone
            return
        view = views.side_of(contents, statement, side)
        row = view.frame.get("grand_total")
        name = f"{places.title(statement)} / 总计"
        lacking = [words.line_title(r, side) for r in ("grand_total", "year_total") if r not in view.frame]
        if row is None or lacking:
            yield absent(rule, contents, f"{name} ({side})", *(f"line {t}" for t in lacking))
            return
        for measure in _printed_columns(view.frame.values(), measures):
            strange = [r for r in view.unknown if (f := r.get(measure)) is not None and f.value is not None]
            parts = [view.frame[r] for r in ("year_total", *roles) if r in view.frame]
            missing = (*_unread(statement, [(r, measure) for r in (row, *parts)]), *(f"meaning of line {r.label}" for r in strange))
            place = f"{_place(statement, row, measure)} ({side})"
            yield equation(rule, contents, place, add([row.get(measure)]), add([r.get(measure) for r in parts]), missing=missing)

    return build


def line_sum(statement: str, side: str, left: str, parts: Sequence[str]) -> Build:
    """In every line of a summary's side: ``left`` = Σ other columns."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, statement)) is not None:
            yield gone
            return
        rows = views.rows_of(contents, statement, side)
        columns = {m for row in rows for m in row.cells}
        for row in rows:
            figure = row.get(left)
            figures = [f for m in parts if (f := row.get(m)) is not None]
            if not row.label and all(f.value is None for f in (figure, *figures) if f is not None):
                continue  # a line that the template leaves free
            place = _place(statement, row, left)
            missing = (*_unread(statement, [(row, m) for m in (left, *parts) if m in columns]), *_unknown_columns(row))
            if left not in columns or not figures:
                missing = (place, *missing)
            yield equation(rule, contents, place, add([figure]), add(figures), missing=missing)

    return build
