"""The two shapes that match rows of one form with rows of another: by class name, and by code.

What belongs here: how rows of different forms are paired.  What may not: any particular identity (``cross_form``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from expectations.rules import views
from expectations.rules.base import Build, Rule
from expectations.rules.shapes import Instances, absent, absent_forms, add, equation, unjudged
from expectations.rules.vocabulary import EXPENDITURE, FISCAL, FUND, GENERAL, STATE
from pipeline.lexicon import places
from pipeline.model.contents import ReportContents, Row
from pipeline.model.equations import NotEvaluable, Sum
from pipeline.model.figures import Figure

# ---------------------------------------------------------------- classes of a summary ↔ class rows of a form


def summary_classes(summary: str, column: str, form: str, form_column: str = "total") -> Build:
    """Every class of a summary's expenditure side = the class in a form with codes, and none there that the summary lacks."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, summary, form)) is not None:
            yield gone
            return
        view = views.code_form(contents, form)
        lines = [r for r in views.side_of(contents, summary, "expenditure").items if r.label]
        if not any(column in r.cells for r in lines):
            yield absent(rule, contents, places.title(summary), f"lines with column {places.column(summary, column)}")
            return
        named_codes: set[str] = set()
        for line in lines:
            place = f"{places.title(summary)} / {line.label} / {places.column(summary, column)} ↔ {places.title(form)}"
            number = views.class_code(contents, line.label or "")
            named_codes.add(number or "")
            there = view.of_code(number, form_column) if number else None
            if number is None or there is None:
                what = f"{number} in {places.title(form)}" if number else f"code of class {line.label}"
                yield absent(rule, contents, place, what)
                continue
            yield equation(rule, contents, place, add([line.get(column)]), add(there), missing=() if column in line.cells else (place,))
        nameless = [line.label or "" for line in lines if views.class_code(contents, line.label or "") is None and _amount(line, column)]
        for number in dict.fromkeys((r.code or "")[:3] for r in view.rows):
            if number in named_codes:
                continue
            figures = view.of_code(number, form_column) or ()
            name = places.row_name(number, view.label_of(number))
            place = f"{places.title(form)} / {name} / {places.column(form, form_column)} ↔ {places.title(summary)}"
            unread = () if views.whole(contents, summary) else (f"every line of {places.title(summary)}",)
            missing = (f"meaning of line {nameless[0]}",) if nameless else unread
            yield equation(rule, contents, place, add(figures), Sum(()), missing=missing)

    return build


def _amount(line: Row, column: str) -> Decimal:
    figure = line.get(column)
    return figure.amount if figure is not None else Decimal(0)


# ---------------------------------------------------------------- expenditure ↔ the three budgets, by code and column

_COLUMNS = ("total", "basic", "project")
_BUDGET_FORMS = (GENERAL, FUND, STATE)


def all_fiscal(contents: ReportContents) -> bool:
    """Whether all money is fiscal: the expenditure form's total equals the fiscal summary's within rounding."""
    spent = views.code_form(contents, EXPENDITURE).total
    fiscal = views.side_of(contents, FISCAL, "expenditure").frame.get("year_total")
    a, b = (row.get("total") if row else None for row in (spent, fiscal))
    return a is not None and b is not None and a.value is not None and b.value is not None and a.interval().meets(b.interval())


def _by_code(contents: ReportContents, number: str | None, column: str) -> tuple[list[Figure], list[Figure]]:
    """The figures of one code (``None``: of 合计) in the expenditure form, and in the three budgets' forms."""
    sides: list[list[Figure]] = []
    for forms in ((EXPENDITURE,), _BUDGET_FORMS):
        figures: list[Figure] = []
        for statement in forms:
            form = views.code_form(contents, statement)
            if number is not None:
                found = form.of_code(number, column)
                if found is None:
                    raise NotEvaluable(f"not found: {number} in {places.title(statement)} / {places.column(statement, column)}")
                figures.extend(found)
            else:
                figures.extend(_of_total(form, statement, column))
        sides.append(figures)
    return sides[0], sides[1]


def _of_total(form: views.CodeForm, statement: str, column: str) -> list[Figure]:
    """The total's figure in a column; none where the form has no such column or no amount.  Raises where no total is to be found."""
    figure = form.total.get(column) if form.total is not None else None
    spends = any(f.amount for row in form.rows for f in row.cells.values())
    if figure is None and column in form.measures and (form.total is not None or spends):
        raise NotEvaluable(f"not found: 合计 in {places.title(statement)} / {places.column(statement, column)}")
    return [figure] if figure is not None else []


def against_budgets(equal: bool) -> Build:
    """Expenditure ≥ the three budgets' expenditure, by code and column; with ``equal`` the equality that holds for all-fiscal money.

    A report is held to one of the two: where the equality applies, it says all that the inequality would.
    """
    relation = "=" if equal else "≥"

    def build(rule: Rule, contents: ReportContents) -> Instances:
        if (gone := absent_forms(rule, contents, EXPENDITURE, FISCAL, GENERAL)) is not None:
            yield gone
            return
        if all_fiscal(contents) != equal:
            other = "not all money is fiscal" if equal else "all money is fiscal, so that the equality is asked for"
            yield unjudged(rule, contents, places.title(EXPENDITURE), f"does not apply: {other}")
            return
        # a fund or state capital form that cannot be read leaves the sum of the budgets unknown
        unknown = [s for s in (FUND, STATE) if not views.printed(contents, s) and _spends(contents, s)]
        if unknown and equal:
            yield absent(rule, contents, places.title(EXPENDITURE), *(places.title(s) for s in unknown))
            return
        forms = [views.code_form(contents, s) for s in (EXPENDITURE, *_BUDGET_FORMS)]
        rows = _total_and_codes(forms)
        for column in _COLUMNS:
            if not all(column in f.measures for f in forms[:2]):
                yield absent(rule, contents, f"{places.title(EXPENDITURE)} / {column}", f"column {places.column(GENERAL, column)}")
                continue
            for number, name in rows:
                place = f"{places.title(EXPENDITURE)} / {name} / {places.column(EXPENDITURE, column)} {relation} 三本预算支出"
                try:
                    spent, budgets = _by_code(contents, number, column)
                except NotEvaluable as why:
                    yield unjudged(rule, contents, place, str(why))
                    continue
                yield equation(rule, contents, place, add(spent), add(budgets), "=" if equal else ">=")

    return build


def _total_and_codes(forms: Sequence[views.CodeForm]) -> list[tuple[str | None, str]]:
    """合计 and every code of the forms once, in their order, each with its row's name."""
    named: dict[str, str] = {}
    for form in forms:
        for row in form.rows:
            if row.code:
                named.setdefault(row.code, places.row_name(row.code, row.label))
    return [(None, "合计"), *named.items()]


def _spends(contents: ReportContents, budget: str) -> bool:
    """Whether the fiscal summary shows expenditure of a budget; where it prints none, whether the budget's form is printed and not read."""
    row = views.side_of(contents, FISCAL, "expenditure").frame.get("year_total")
    figure = row.get(budget) if row else None
    return figure.amount != Decimal(0) if figure is not None else views.state(contents, budget) == "unread"
