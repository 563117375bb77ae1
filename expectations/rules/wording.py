"""Words that are wrong whatever the numbers are: residue of the template, another year, another body's name, an empty form without a note.

What belongs here: rules over ``core.remarks`` and the titles of ``core.parts``.  What may not: finding the words
(``pipeline.narrative.wordings``, ``pipeline.recognition.captions``), and the words themselves (``residue.toml``, ``year_words.toml``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Judgement, Rule, Severity
from expectations.rules.narrative_view import remarks
from expectations.rules.performance_names import one_body
from expectations.rules.shapes import Instances, unjudged
from pipeline.lexicon import any_of, places
from pipeline.messages import chinese
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Verdict

SUITE = "wording"
CITATION = "地方预决算公开操作规程（财预〔2016〕143号）：公开的内容应当真实、完整、规范"

#: Residue by its concept in ``residue.toml``: what it is.
_TEMPLATE = {
    "placeholder": "a placeholder that nobody filled",
    "alternative": "both alternatives of the template",
    "broken_field": "a field that lost its target",
    "instruction": "an instruction of how to fill the template",
}
_SLIPS = {
    "ellipsis": "an open end",
    "doubled_mark": "two punctuation marks in a row",
    "doubled_word": "a word twice",
    "unclosed_bracket": "a bracket without its other half",
    "unit_of_money": "万 for 万元",
    "no_unit": "an amount without a unit",
    "name_and_amount_parted": "a pause between a name and its amount",
    "no_percent_sign": "a percentage without %",
    "unit_label": "an amount in the label of the unit",
}


_FORMS = ("form", "self_evaluation", "self_evaluation_summary")


def _judge(rule: Rule, contents: ReportContents, place: str, holds: bool, shown: str, wanted: str, why: str, at: Mapping[str, Any]) -> Judgement:
    page, line = at.get("page", at.get("first_page")), at.get("line", at.get("first_line"))
    if not holds and views.uncertain(contents):
        return unjudged(rule, contents, place, "its words are recognised from a picture, or of a damaged file")
    verdict: Verdict = "exact" if holds else "violated"
    return Judgement(rule.rule_id, contents.report.report_id, place, verdict, shown, wanted, "" if holds else why, (), page, line)


def residue(meant: Mapping[str, str]) -> Callable[[Rule, ReportContents], Instances]:
    """No section of the narrative has residue of some kinds; a section without any holds."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        found = [r for r in remarks(contents, "residue") if r["basis"] in meant]
        for remark in found:
            what = meant[str(remark["basis"])]
            shown, of = str(remark["words"]), "评价报告 " if remark["part"] == "evaluation" else "情况说明 "
            place = f"{of if remark['part'] not in _FORMS else ''}{remark['section']} / {shown}"
            yield _judge(rule, contents, place, False, shown, chinese(what), f"{what}: “{shown}” ({remark['sentence'] or remark['section']})", remark)
        spoiled = {str(r["section"]) for r in found}
        for part in contents.rows_of("core.parts"):
            if part["kind"] == "narrative" and part["state"] == "read" and part["concept"] not in ("overview", "glossary"):
                title = str(part["title"] or part["concept"])
                if not any(section.startswith(title) for section in spoiled):
                    yield _judge(rule, contents, f"情况说明 {title}", True, "", "", "", part)

    return build


def year_words(rule: Rule, contents: ReportContents) -> Instances:
    """Where the report names its own year it is the year of the accounts, and where it compares it is the year before."""
    year = contents.report.fiscal_year
    seen: set[tuple[str, str]] = set()
    for remark in remarks(contents, "year"):
        due = year - (remark["quantity"] == "before")
        shown, section = str(remark["words"]), str(remark["section"])
        if (section, shown) in seen and remark["part"] not in _FORMS:
            continue
        seen.add((section, shown))
        of = section if remark["part"] in _FORMS else f"情况说明 {section}"
        of = f"{of} / {remark['quantity']}" if remark["part"] in _FORMS else of
        yield _year(rule, contents, f"{of} / {shown}", shown, str(remark["basis"]), due, remark)
    for part in contents.rows_of("core.parts"):
        if part["kind"] in ("form", "self_evaluation", "self_evaluation_summary") and part["state"] in ("read", "empty"):
            title = str(part["title"] or "")
            if (named := any_of("year_words", "title").search(title)) is not None:
                yield _year(rule, contents, f"{title} / {part['concept']}", title, named[1], year, part)


def _year(rule: Rule, contents: ReportContents, place: str, shown: str, named: str, due: int, at: Mapping[str, Any]) -> Judgement:
    wanted = shown.replace(named, str(due))
    why = f"“{shown}” in the accounts of {contents.report.fiscal_year}: it should be “{wanted}”"
    return _judge(rule, contents, place, named == str(due), shown, wanted, why, at)


def owners(rule: Rule, contents: ReportContents) -> Instances:
    """Every form names the publisher, as most of them do; where the forms are of several bodies nothing is said."""
    publisher = contents.report.publisher
    named = remarks(contents, "owner")
    strange = [r for r in named if not one_body(str(r["words"]), publisher)]
    if Counter(str(r["words"]) for r in named).most_common(1) and 2 * len(strange) >= len(named):
        reason = f"the forms name {named[0]['words']}, the report is {publisher}'s"
        yield Judgement(rule.rule_id, contents.report.report_id, "forms", "not_evaluated", explanation=reason)
        return
    for remark in named:
        shown = str(remark["words"])
        why = f"{remark['subject']} is headed “{shown}”, not “{publisher}”"
        place = f"{remark['subject']} / 编制单位"
        yield _judge(rule, contents, place, remark not in strange, shown, publisher, why, remark)


# ---------------------------------------------------------------- empty forms

#: Forms that a body with income fills; the economic classes only where it has basic expenditure.
_NEVER_EMPTY = (words.SUMMARY, words.INCOME, words.EXPENDITURE, words.FISCAL, words.GENERAL)


def _empty(contents: ReportContents) -> Iterator[Mapping[str, Any]]:
    yield from (f for f in contents.rows_of("core.forms") if f["state"] == "empty")


def _has_money(contents: ReportContents, statement: str) -> str:
    """What shows that a form cannot be empty: an amount of another form that it has as well; ``""`` where nothing does."""
    column = "general" if statement == words.GENERAL else "basic"
    if statement in (words.GENERAL, words.ECONOMIC):
        own = words.FISCAL if statement == words.GENERAL else words.GENERAL
        total = views.side_of(contents, own, "expenditure").frame.get("year_total") if own == words.FISCAL else views.code_form(contents, own).total
        figure = total.get(column) if total is not None else None
        return f"{places.place_of(figure)} {figure.printed}" if figure is not None and figure.amount else ""
    if statement == words.FISCAL:
        total = views.code_form(contents, words.GENERAL).total
        figure = total.get("total") if total is not None else None
        return f"{places.place_of(figure)} {figure.printed}" if figure is not None and figure.amount else ""
    for other in (words.SUMMARY, words.INCOME, words.EXPENDITURE, words.FISCAL, words.GENERAL):
        for row in views.rows_of(contents, other) if other != statement else ():
            figure = next((f for f in row.cells.values() if f.amount), None)
            if figure is not None:
                return f"{places.place_of(figure)} {figure.printed}"
    return ""


def empty_with_money(rule: Rule, contents: ReportContents) -> Instances:
    """Forms 01 to 06 of a body that has the money are not empty."""
    for form in contents.rows_of("core.forms"):
        statement = str(form["statement"])
        if statement not in (*_NEVER_EMPTY, words.ECONOMIC) or form["state"] not in ("read", "repeated", "empty"):
            continue
        unread = sum(int(p["numbers_unread"] or 0) for p in contents.rows_of("core.parts") if p["kind"] == "form" and p["concept"] == statement)
        shown = _has_money(contents, statement) if form["state"] == "empty" and not unread else ""
        title = places.title(statement)
        why = f"{title} is empty, though {shown} is printed"
        yield _judge(rule, contents, title, not shown, "空表" if shown else "有数", "有数", why, form)


def empty_without_note(rule: Rule, contents: ReportContents) -> Instances:
    """An empty form says that it is empty."""
    noted = {str(r["quantity"]): r for r in remarks(contents, "empty_note")}
    for form in _empty(contents):
        statement = str(form["statement"])
        title, note = places.title(statement), noted.get(statement)
        why = f"{title} is empty and does not say so (as “本表无数据”)"
        yield _judge(rule, contents, f"{title} / 空表说明", note is not None, str(note["words"]) if note else "", "本表无数据", why, form)


# ---------------------------------------------------------------- line numbers


def line_numbers(rule: Rule, contents: ReportContents) -> Instances:
    """The numbers of the lines (行次) of a two-sided summary follow one another."""
    columns = Counter[str]()
    for remark in (r for r in remarks(contents, "line_numbers") if r["quantity"] in (words.SUMMARY, words.FISCAL)):
        numbers = [int(n) for n in str(remark["words"]).split()]
        columns[str(remark["section"])] += 1
        name = f"{remark['section']} / {'收入' if columns[str(remark['section'])] == 1 else '支出'} / 行次"
        gaps = [(a, b) for a, b in pairwise(numbers) if b > a + 1]
        if not gaps:
            yield _judge(rule, contents, name, True, f"{numbers[0]}–{numbers[-1]}", "", "", remark)
        for before, after in gaps:
            missing = "、".join(map(str, range(before + 1, after)))
            why = f"{name}: {after} follows {before}, without {missing}"
            yield _judge(rule, contents, f"{name} / {before}→{after}", False, f"{before}→{after}", missing, why, remark)


def headings_again(rule: Rule, contents: ReportContents) -> Instances:
    """A form that goes on on another page names its columns as on its first page."""
    for form in contents.rows_of("core.forms"):
        if form["state"] not in ("read", "repeated", "empty"):
            continue
        title = places.title(str(form["statement"]))
        otherwise = [r for r in remarks(contents, "heading_again") if r["quantity"] == form["statement"]]
        for remark in otherwise:
            shown, wanted = str(remark["words"]), str(remark["basis"])
            why = f"a later page of {title} heads a column “{shown}” that the first page heads “{wanted}”"
            yield _judge(rule, contents, f"{title} / 续表表头 / {shown}", False, shown, wanted, why, remark)
        if not otherwise:
            yield _judge(rule, contents, f"{title} / 续表表头", True, "", "", "", form)


def _rule(
    rule_id: str, title: str, title_zh: str, formula: str, build: Callable[[Rule, ReportContents], Instances],
    severity: Severity = "warning", kind: str = "wording",
) -> Rule:  # fmt: skip
    return Rule(rule_id, SUITE, title, title_zh, kind, severity, formula, CITATION, build)


WORDING_RULES: tuple[Rule, ...] = (
    _rule(
        "wording_template",
        "The narrative has no residue of the template",
        "情况说明无模板残留",
        "no placeholder, alternative, broken field, instruction",
        residue(_TEMPLATE),
    ),
    _rule(
        "wording_slips",
        "The narrative has no slips of punctuation, words and units",
        "情况说明标点、文字、单位无误",
        "no doubled mark or word, brackets in pairs, 万元 and % printed",
        residue(_SLIPS),
        "info",
    ),
    _rule(
        "wording_year",
        "The report names its own year, and compares with the year before",
        "年度表述与决算年度一致",
        "year named = fiscal year (− 1)",
        year_words,
    ),
    _rule(
        "wording_owner",
        "Every form is headed with the publisher's name",
        "各表表头单位与公开单位一致",
        "owner of a form = publisher",
        owners,
    ),
    _rule(
        "form_empty_with_money",
        "Forms of money that the body has are not empty",
        "有收支的部门，01–06表不应为空表",
        "money > 0 ⇒ form has figures",
        empty_with_money,
        "error",
        "missing_form",
    ),
    _rule("form_empty_note", "An empty form says that it is empty", "空表应注明本表无数据", "empty ⇒ note", empty_without_note, "info"),
    _rule(
        "form_line_numbers",
        "The line numbers of a summary follow one another",
        "总表行次连续",
        "line number = line number above + 1",
        line_numbers,
        "info",
        "label",
    ),
    _rule(
        "form_headings_again",
        "A form that goes on on another page repeats the headings of its first page",
        "续表表头与首页表头一致",
        "columns named on a later page = columns named on the first",
        headings_again,
        "warning",
        "label",
    ),
)
