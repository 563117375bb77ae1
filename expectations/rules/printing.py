"""Whether the nine forms are printed, once and readably: rules over ``core.forms`` and over the two readers' agreement.

What belongs here: rules in words about the printing and the reading of forms.  What may not: amounts.
A doubt about the reading (``extraction_doubt``) is ours, not the publisher's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Judgement, Rule, Severity
from expectations.rules.shapes import Instances, unjudged
from pipeline.lexicon import lexicon, places
from pipeline.model.classification import same_name
from pipeline.model.contents import ReportContents, Row
from pipeline.model.figures import Figure

Form = Mapping[str, Any]
_CITATION = "政府信息公开条例；地方预决算公开操作规程（财预〔2016〕143号）：部门决算公开的表格应完整、细化"


def _name(form: Form) -> str:
    return places.title(str(form["statement"]))


def _judge(rule: Rule, contents: ReportContents, form: Form, breach: str, printed: str, expected: str) -> Judgement:
    return Judgement(
        rule.rule_id,
        contents.report.report_id,
        _name(form),
        "violated" if breach else "exact",
        printed=printed,
        expected=expected,
        explanation=breach,
        page=form.get("first_page"),
        line=form.get("first_line"),
    )


def _every_form(
    judge: Callable[[Rule, ReportContents, Form], Judgement | None],
) -> Callable[[Rule, ReportContents], Instances]:
    """One instance a row of ``core.forms``; where that has none, one that says so."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        forms = contents.rows_of("core.forms")
        if not forms:
            reason = "not found: the list of the report's forms (core.forms)"
            yield Judgement(rule.rule_id, contents.report.report_id, "core.forms", "not_evaluated", explanation=reason)
        for form in forms:
            if (judgement := judge(rule, contents, form)) is not None:
                yield judgement

    return build


#: Forms that every body prints, whatever money it has.
_OF_EVERY_BODY = (words.SUMMARY, words.INCOME, words.EXPENDITURE, words.FISCAL, words.GENERAL, words.ECONOMIC, words.THREE_PUBLIC)


def _required(contents: ReportContents, form: Form) -> bool:
    """Whether a form must be printed: every body's, one that the contents list, one whose money the fiscal summary shows."""
    statement = str(form["statement"])
    if form.get("listed") or statement in _OF_EVERY_BODY:
        return True
    row = views.side_of(contents, words.FISCAL, "expenditure").frame.get("year_total")
    figure = row.get(statement) if row is not None else None
    return figure is not None and bool(figure.amount)


def _about_one_form(contents: ReportContents) -> str:
    """The only form that is printed, where the document's own title says that it is about nothing else (“三公”经费决算); else ``""``."""
    forms = contents.rows_of("core.forms")
    found = [str(f["statement"]) for f in forms if f["state"] in ("read", "empty", "unread")]
    named = lexicon().find("sections", contents.report.title, "section")
    return found[0] if len(found) == 1 and named is not None and named.concept == found[0] and not any(f.get("listed") for f in forms) else ""


def _printed(must: bool) -> Callable[[Rule, ReportContents, Form], Judgement | None]:
    """``must``: of the forms that the body must print, else of the others."""

    def judge(rule: Rule, contents: ReportContents, form: Form) -> Judgement | None:
        if form["state"] == "not_required" or _required(contents, form) != must:
            return None
        if form["state"] == "unread":
            return unjudged(rule, contents, _name(form), f"not read: {form.get('problem') or 'reason unknown'}")
        if form["state"] == "missing" and (only := _about_one_form(contents)):
            return unjudged(rule, contents, _name(form), f"the document is about one form only: {places.title(only)}")
        breach = ""
        if form["state"] == "missing":
            breach = f"{_name(form)} is not printed, though {'the contents list it' if form.get('listed') else 'the template asks for it'}"
        return _judge(rule, contents, form, breach, "" if breach else str(form.get("printed_title") or _name(form)), _name(form))

    return judge


def _once(rule: Rule, contents: ReportContents, form: Form) -> Judgement | None:
    times = int(form.get("printings") or 0)
    if times == 0:
        return None
    breach = f"{_name(form)} is printed {times} times" if times > 1 else ""
    return _judge(rule, contents, form, breach, str(times), "1")


def _cells(rows: Iterable[Row]) -> dict[tuple[str, str, str], Figure]:
    """The figures of a printing by side, code or label, and column."""
    return {(r.side or "", r.code or same_name(r.label or ""), m): f for r in rows for m, f in r.cells.items()}


def _printings_agree(rule: Rule, contents: ReportContents, form: Form) -> Judgement | None:
    """Held against the figures of both printings, or where only the first was kept against what ``problem`` says of the others."""
    if int(form.get("printings") or 0) < 2:
        return None
    here, *others = map(_cells, views.printings(contents, str(form["statement"])).values() or [[]])
    if not others and form.get("problem") is None:
        reason = "not found: the figures of the other printings"
        return Judgement(rule.rule_id, contents.report.report_id, _name(form), "not_evaluated", explanation=reason)
    differing = [
        (here.get(key), there.get(key))
        for there in others
        for key in sorted(here.keys() | there.keys())
        if _amount(here.get(key)) != _amount(there.get(key))
    ]
    shown = [
        f"{places.place_of(f)}: {a.printed if a else 'not printed'} / {b.printed if b else 'not printed'}"
        for a, b in differing[:5]
        if (f := a or b) is not None
    ]
    told = [f"{len(differing)} cells differ: {'; '.join(shown)}"] if differing else [form["problem"]] if form.get("problem") else []
    breach = f"{_name(form)} is printed {form['printings']} times; {told[0]}" if told else ""
    return _judge(rule, contents, form, breach, "各次公开数字不一致" if breach else "各次公开数字一致", "各次公开数字一致")


def _amount(figure: Figure | None) -> Decimal | None:
    return figure.value if figure is not None else None


def _parts_read(rule: Rule, contents: ReportContents) -> Instances:
    """One instance a part that the report prints: whether it was understood."""
    for part in contents.rows_of("core.parts"):
        if part["state"] in ("listed", "missing"):
            continue
        name = str(part["title"] or part["concept"])
        place = f"{name}（第{part['first_page']}页）" if part["first_page"] else name
        unread = part["state"] == "unread"
        yield Judgement(
            rule.rule_id,
            contents.report.report_id,
            place,
            "violated" if unread else "exact",
            printed=str(part["state"]),
            expected="read",
            explanation=f"{place} is printed and was not read: {part['reason'] or 'reason unknown'}" if unread else "",
            page=part["first_page"],
            line=part["first_line"],
        )


def _numbers_read(rule: Rule, contents: ReportContents) -> Instances:
    """One instance a part that was read: whether each of its numbers became something."""
    for part in contents.rows_of("core.parts"):
        if part["state"] in ("read", "empty") and part["numbers"]:
            n = int(part["numbers_unread"])
            place = str(part["title"] or part["concept"])
            yield Judgement(
                rule.rule_id,
                contents.report.report_id,
                place,
                "violated" if n else "exact",
                printed=str(n),
                expected="0",
                explanation=f"{n} of the {part['numbers']} numbers of {place} were not read (core.unread_numbers lists them)" if n else "",
                page=part["first_page"],
                line=part["first_line"],
            )


def _unit_right(rule: Rule, contents: ReportContents, form: Form) -> Judgement | None:
    if form["state"] not in ("read", "repeated") or not form.get("unit_read"):
        return None
    breach = ""
    if form["unit_printed"] != form["unit_read"]:
        breach = f"{_name(form)} says 单位：{form['unit_printed']}, and prints the numbers that forms in {form['unit_read']} print"
    return _judge(rule, contents, form, breach, str(form["unit_printed"]), str(form["unit_read"]))


def _readers_agree(rule: Rule, contents: ReportContents) -> Instances:
    """One instance a figure on which the two readers differ, and one a form whose figures they agree on."""
    by_form: dict[str, list[Figure]] = {}
    for figure in contents.figures:
        if figure.section == "form" and figure.agreement != "single":
            by_form.setdefault(figure.statement, []).append(figure)
    for statement, figures in by_form.items():
        doubts = [f for f in figures if f.agreement == "differs"]
        if not doubts:
            place = places.title(statement)
            yield Judgement(rule.rule_id, contents.report.report_id, place, "exact", printed=str(len(figures)))
        for figure in doubts:
            place = places.place_of(figure)
            yield Judgement(
                rule.rule_id,
                contents.report.report_id,
                place,
                "violated",
                printed=figure.printed,
                expected=figure.other_reading,
                explanation=f"{place}: one reader reads “{figure.printed}”, the other “{figure.other_reading or ''}”",
                figures=(figure,),
                page=figure.place.page,
                line=figure.place.line,
            )


def _rule(
    rule_id: str,
    title: str,
    title_zh: str,
    formula: str,
    kind: str,
    severity: Severity,
    build: Callable[[Rule, ReportContents], Instances],
) -> Rule:
    return Rule(rule_id, "forms_printed", title, title_zh, kind, severity, formula, _CITATION, build)


PRINTING_RULES: tuple[Rule, ...] = (
    _rule(
        "form_printed",
        "Every statutory form is printed",
        "法定公开表均已公开",
        "printings ≥ 1",
        "missing_form",
        "error",
        _every_form(_printed(must=True)),
    ),
    _rule(
        "form_printed_once",
        "No form is printed twice",
        "同一张表未重复公开",
        "printings = 1",
        "duplicate_form",
        "warning",
        _every_form(_once),
    ),
    _rule(
        "form_printings_agree",
        "A form that is printed twice prints the same figures",
        "重复公开的表数字一致",
        "every printing of a form has the same figures",
        "duplicate_form",
        "error",
        _every_form(_printings_agree),
    ),
    _rule(
        "form_printed_without_money",
        "A form for money that the body does not have is printed as well, empty",
        "无此类收支的公开表亦应公开空表并说明",
        "printings ≥ 1",
        "missing_form",
        "info",
        _every_form(_printed(must=False)),
    ),
    _rule(
        "part_read",
        "Every part of the report was read",
        "报告各部分均已读取",
        "state ∈ {read, empty, other}",
        "unread_part",
        "warning",
        _parts_read,
    ),
    _rule(
        "numbers_read",
        "Every number of a part that was read became a figure, a statement or an identifier",
        "已读部分的数字均有去向",
        "unread numbers = 0",
        "unread_part",
        "info",
        _numbers_read,
    ),
    _rule(
        "form_unit",
        "A form is in the unit that it declares",
        "金额单位与表内数字一致",
        "unit printed = unit of the same figures elsewhere",
        "label",
        "warning",
        _every_form(_unit_right),
    ),
    _rule(
        "readers_agree",
        "The two independent readers of a cell read the same text",
        "两次独立读取结果一致",
        "first reading = second reading",
        "extraction_doubt",
        "warning",
        _readers_agree,
    ),
)
