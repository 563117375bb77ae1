"""Codes and names of the classifications, held against each other and against the list of known codes.

What belongs here: rules in words about rows' codes and labels.  What may not: amounts.
Names are compared without white space, numbering, brackets and punctuation, and with 与/及 read as 和
(:func:`pipeline.model.classification.same_name`): what is left differing is a different name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Judgement, Rule, Severity
from expectations.rules.shapes import Instances
from pipeline.lexicon import places
from pipeline.model import classification
from pipeline.model.contents import ReportContents, Row
from pipeline.model.figures import Place

_CITATION = "政府收支分类科目（财政部，逐年修订）"


@dataclass(frozen=True, slots=True)
class _Named:
    """One printed name of a code."""

    kind: str
    code: str
    name: str
    statement: str
    place: Place


def _place(row: Row) -> Place:
    return next((f.place for f in row.cells.values()), Place())


def _names(contents: ReportContents) -> list[_Named]:
    """Every code with its name, in the functional and economic forms and (by name) on the summaries' expenditure sides."""
    return contents.once(("named codes",), lambda: list(_every_name(contents)))


def _every_name(contents: ReportContents) -> Iterator[_Named]:
    for statement in (*words.FUNCTIONAL_FORMS, words.ECONOMIC):
        kind = "economic" if statement == words.ECONOMIC else "functional"
        for row in views.code_form(contents, statement).rows:
            if row.code and row.label:
                yield _Named(kind, row.code, row.label, statement, _place(row))
    for statement in (words.SUMMARY, words.FISCAL):
        for row in views.side_of(contents, statement, "expenditure").items:
            if row.label and (code := views.class_code(contents, row.label)):
                yield _Named("functional", code, row.label, statement, _place(row))


def _by_code(contents: ReportContents) -> Mapping[tuple[str, str], list[_Named]]:
    def make() -> dict[tuple[str, str], list[_Named]]:
        found: dict[tuple[str, str], list[_Named]] = {}
        for named in _names(contents):
            found.setdefault((named.kind, named.code), []).append(named)
        return found

    return contents.once(("names by code",), make)


def _forms(named: Iterable[_Named]) -> str:
    return "、".join(dict.fromkeys(places.title(n.statement) for n in named))


def _judge(rule: Rule, contents: ReportContents, place: str, breach: str, where: Place, printed: str, expected: str | None = None) -> Judgement:
    return Judgement(
        rule.rule_id,
        contents.report.report_id,
        place,
        "violated" if breach else "exact",
        printed=printed,
        expected=expected,
        explanation=breach,
        page=where.page,
        line=where.line,
    )


def _one_name(rule: Rule, contents: ReportContents) -> Instances:
    """The same code bears the same name wherever the report prints it."""
    for (kind, code), printed in _by_code(contents).items():
        if len(printed) < 2:
            continue
        names: dict[str, list[_Named]] = {}
        for named in printed:
            names.setdefault(classification.same_name(named.name), []).append(named)
        official = {classification.same_name(c.name) for c in classification.known(kind, code, contents.report.fiscal_year)}
        ranked = sorted(names, key=lambda n: (-len({p.statement for p in names[n]}), n not in official))
        usual = names[ranked[0]]
        if len(names) == 1:
            yield _judge(rule, contents, f"{code} {usual[0].name}", "", usual[0].place, usual[0].name)
        for other in ranked[1:]:
            odd = names[other]
            breach = f"{_forms(odd)} prints code {code} as {odd[0].name}, {_forms(usual)} prints it as {usual[0].name}: one code, two names"
            yield _judge(rule, contents, f"{code} {odd[0].name} / {_forms(odd)}", breach, odd[0].place, odd[0].name, usual[0].name)


def _known_name(rule: Rule, contents: ReportContents) -> Instances:
    """The name of a code is the one that the classification gives it in that year."""
    year = contents.report.fiscal_year
    for (kind, code), printed in _by_code(contents).items():
        listed = classification.known(kind, code, year)
        if not listed:
            continue
        accepted = {classification.same_name(n) for c in listed for n in c.names}
        groups: dict[str, list[_Named]] = {}
        for named in printed:
            groups.setdefault(classification.same_name(named.name), []).append(named)
        for name, where in groups.items():
            breach = ""
            if name not in accepted:
                others = {classification.same_name(n) for c in classification.known(kind, code) for n in c.names}
                when = f" (the name of other years than {year})" if name in others else ""
                breach = f"{_forms(where)} prints code {code} as {where[0].name}{when}; in {year} it is known as {listed[0].name}"
            yield _judge(rule, contents, f"{code} {where[0].name}", breach, where[0].place, where[0].name, listed[0].name)


def _known_code(judged: Callable[[str, str, int], bool]) -> Callable[[Rule, ReportContents], Instances]:
    """A code is in the list of its year; ``judged`` says for which codes (kind, code, year) this rule answers."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        year = contents.report.fiscal_year
        for (kind, code), printed in _by_code(contents).items():
            if not judged(kind, code, year):
                continue
            breach = ""
            if not classification.known(kind, code, year):
                elsewhere = classification.known(kind, code)
                names = "、".join(dict.fromkeys(c.name for c in elsewhere))
                known = f"known in other years only ({names})" if elsewhere else "not in the list of known codes"
                breach = f"{_forms(printed)} prints code {code} {printed[0].name}: for {year} it is {known}"
            name = places.row_name(code, printed[0].name)
            yield _judge(rule, contents, f"{kind} {name}", breach, printed[0].place, name)

    return build


def _telling(kind: str, code: str, year: int) -> bool:
    """An unknown code means something: the list is complete at its level, or knows the code from other years."""
    return classification.complete(kind, code) or bool(classification.known(kind, code))


def _printed_once(rule: Rule, contents: ReportContents) -> Instances:
    """A form prints a code in one row."""
    for statement in (*words.FUNCTIONAL_FORMS, words.ECONOMIC):
        rows = views.code_form(contents, statement).rows
        counts = Counter(r.code for r in rows)
        for row in rows:
            if row.code and (count := counts.pop(row.code, 0)):
                name = places.row_name(row.code, row.label)
                breach = f"{places.title(statement)} prints code {name} in {count} rows" if count > 1 else ""
                yield _judge(rule, contents, f"{places.title(statement)} / {name}", breach, _place(row), f"{count}", "1")


def _parents_printed(rule: Rule, contents: ReportContents) -> Instances:
    """Every item stands below its section and its class, where the form prints rows of that level at all."""
    names = {n.code: n.name for n in _names(contents) if n.kind == "functional"}
    for statement in words.FUNCTIONAL_FORMS:
        form = views.code_form(contents, statement)
        codes = {r.code for r in form.rows if r.code}
        for level in (3, 5):
            if not any(len(code) == level for code in codes):
                continue
            for parent in sorted({code[:level] for code in codes if len(code) > level}):
                children = form.nearest(parent)
                name = places.row_name(parent, next(_known_names(parent, contents), names.get(parent, "")))
                where = f"{places.title(statement)} / {name}"
                printed = parent in codes
                expected = sum((f.amount for r in children if (f := r.cells.get("total")) is not None), Decimal(0))
                breach = f"{where} is not printed; its rows below add up to {expected:f}" if not printed else ""
                yield _judge(rule, contents, where, breach, _place(children[0]), name if printed else "", name if printed else f"{expected:f}")


def _known_names(code: str, contents: ReportContents) -> Iterator[str]:
    return (c.name for c in classification.known("functional", code, contents.report.fiscal_year))


def _rule(
    rule_id: str,
    title: str,
    title_zh: str,
    formula: str,
    build: Callable[[Rule, ReportContents], Instances],
    severity: Severity = "warning",
) -> Rule:
    return Rule(rule_id, "classification", title, title_zh, "label", severity, formula, _CITATION, build)


CODE_RULES: tuple[Rule, ...] = (
    _rule(
        "code_one_name",
        "A code bears one name throughout a report",
        "同一科目编码在各表中名称一致",
        "names of one code are equal",
        _one_name,
    ),
    _rule(
        "code_known_name",
        "A code bears the name that the classification of its year gives it",
        "科目名称与当年政府收支分类科目一致",
        "name = name in the classification of the year",
        _known_name,
    ),
    _rule(
        "code_known",
        "A class or economic code is in the classification of its year",
        "科目编码在当年政府收支分类科目中存在",
        "code ∈ classification of the year",
        _known_code(_telling),
    ),
    _rule(
        "code_listed",
        "A functional section or item is among those seen in published reports",
        "功能分类款、项在已知科目清单中",
        "code ∈ sections and items seen so far",
        _known_code(lambda kind, code, year: not _telling(kind, code, year)),
        "info",  # the list of sections and items is what was seen so far: one outside it proves nothing
    ),
    _rule(
        "code_printed_once",
        "A form prints a code in one row",
        "同一张表中科目编码不重复",
        "rows of one code = 1",
        _printed_once,
    ),
    _rule(
        "code_parents_printed",
        "Every section and class of a form's items has its row",
        "项级科目之上的类、款行均已列示",
        "section and class of each printed code are printed",
        _parents_printed,
    ),
)
