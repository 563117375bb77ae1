"""The summary table against the forms: the same projects, once each, with the same amounts, rate, score and grade.

What belongs here: the builds of the rules over both.  What may not: the narrative's
word on the same projects (``narrative_projects``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from expectations.rules.base import Judgement, Rule
from expectations.rules.narrative_view import remarks
from expectations.rules.performance_forms import Instances
from expectations.rules.performance_names import one_body, same_project
from expectations.rules.performance_tables import stated_scores
from expectations.rules.performance_view import (
    FormView,
    Listed,
    alike,
    computed,
    fine,
    forms,
    judged,
    listed,
    printed,
    relation,
)
from expectations.rules.views import uncertain
from pipeline.lexicon.annexes import grade as grade_meant
from pipeline.lexicon.annexes import grades
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Sum
from pipeline.model.figures import Figure
from pipeline.model.text import canonical

_RANK = ("the same name", "the same name but for brackets", "the same name but for 项目", "one name holds", "one name but for a slip")
_SLIP = _RANK[-1]
_AMOUNTS = "the same amounts under another name"


@dataclass(frozen=True)
class Matches:
    """Which form belongs to which listed project, why, and what is left over."""

    pairs: tuple[tuple[Listed, FormView, str], ...]
    without_form: tuple[Listed, ...]
    unlisted: tuple[FormView, ...]
    repeats: tuple[tuple[FormView, FormView], ...]  # (first printing, its repetition)


def matches(contents: ReportContents) -> Matches:
    return contents.once(("performance", "matches"), lambda: _matches(contents))


def _matches(contents: ReportContents) -> Matches:
    first: dict[object, FormView] = {}
    repeats: list[tuple[FormView, FormView]] = []
    for form in forms(contents):
        if form.fingerprint() in first:
            repeats.append((first[form.fingerprint()], form))
        else:
            first[form.fingerprint()] = form
    own = list(first.values())
    rows = listed(contents)
    candidates = []
    for i, row in enumerate(rows):
        for j, form in enumerate(own):
            why = same_project(row.project, form.project)
            if why is not None and (not why.startswith(_SLIP) or _apart(row, form) == 0):
                rank = next(k for k, start in enumerate(_RANK) if why.startswith(start))
                candidates.append((rank, _apart(row, form), abs(i - j), i, j, why))
    pairs: dict[int, tuple[int, str]] = {}
    taken: set[int] = set()
    for _, _, _, i, j, why in sorted(candidates):
        if i not in pairs and j not in taken:
            pairs[i] = (j, why)
            taken.add(j)
    for i, j in _by_amounts(rows, own, set(range(len(rows))) - pairs.keys(), set(range(len(own))) - taken):
        pairs[i] = (j, _AMOUNTS)
        taken.add(j)
    return Matches(
        tuple((rows[i], own[j], why) for i, (j, why) in sorted(pairs.items())),
        tuple(r for i, r in enumerate(rows) if i not in pairs),
        tuple(f for j, f in enumerate(own) if j not in taken),
        tuple(repeats),
    )


def _by_amounts(rows: list[Listed], own: list[FormView], left: set[int], forms_left: set[int]) -> Iterator[tuple[int, int]]:
    """Rows and forms that no name pairs and that print the same amounts, two at least, and no other does."""

    def agree(i: int, j: int) -> bool:
        both = [(a, b) for a, b in _shared(rows[i], own[j]) if a is not None and b is not None and a.value and b.value]
        return len(both) > 1 and _apart(rows[i], own[j]) == 0 and any(a.unit == "万元" for a, _ in both)

    found = {i: [j for j in forms_left if agree(i, j)] for i in left}
    for i, candidates in sorted(found.items()):
        if len(candidates) == 1 and sum(candidates[0] in other for other in found.values()) == 1:
            yield i, candidates[0]


def _apart(row: Listed, form: FormView) -> int:
    """How many of the numbers that both print differ: what tells projects of one name apart."""
    differ = 0
    for shown, own in _shared(row, form):
        if shown is not None and own is not None and shown.value is not None and own.value is not None:
            differ += abs(shown.value - own.value) > (shown.resolution + own.resolution) / 2
    return differ


def _shared(row: Listed, form: FormView) -> Iterator[tuple[Figure | None, Figure | None]]:
    for measure, own in (
        ("initial_budget", "initial"),
        ("adjusted_budget", "adjusted"),
        ("executed", "executed"),
        ("rate", "rate"),
    ):
        yield row.get(measure), form.fund("total").get(own)
    yield row.get("score"), form.at("sum", "0", "score")


# ---------------------------------------------------------------- completeness


def listed_has_form(rule: Rule, contents: ReportContents) -> Instances:
    """Every project of the summary has a self-evaluation form."""
    if not listed(contents):
        return
    found = matches(contents)
    for row, form, why in found.pairs:
        yield judged(rule, contents, row.place, True, why, figures=(), row=form.row)
    why_not = _not_all_read(contents)
    for row in found.without_form:
        if why_not:
            yield judged(rule, contents, row.place, None, why_not, row=row.row)
        else:
            yield judged(rule, contents, row.place, False, f"{row.place}：没有对应的自评表", "未附自评表", row.project, (), row.row)


def _not_all_read(contents: ReportContents) -> str:
    """Why a form that is not found may be printed all the same; ``""`` where every one was read."""
    if not forms(contents):
        return "the report prints no self-evaluation form"
    unread = [p for p in contents.rows_of("core.parts") if p["kind"] in ("self_evaluation", "other") and _may_hold_a_form(p)]
    if unread:
        return f"perhaps it is in what could not be read: {unread[0]['title'] or unread[0]['concept']}"
    return "" if all(form.project for form in forms(contents)) else "a self-evaluation form names no project that could be read"


#: So many numbers that are not read may be a table's.
_NUMBERS_OF_A_TABLE = 10


def _may_hold_a_form(part: Mapping[str, Any]) -> bool:
    return bool(part["state"] == "unread" or (part.get("numbers_unread") or 0) >= _NUMBERS_OF_A_TABLE)


def form_is_listed(rule: Rule, contents: ReportContents) -> Instances:
    """Every self-evaluation form is of a project that the summary lists."""
    rows = listed(contents)
    if not rows:
        return
    found = matches(contents)
    for form in found.unlisted:
        yield judged(rule, contents, form.place, False, f"{form.place}：自评情况汇总表未列该项目", form.project, "列入汇总表", (), form.row)
    for _, form, _ in found.pairs:
        yield judged(rule, contents, form.place, True, row=form.row)


def form_printed_once(rule: Rule, contents: ReportContents) -> Instances:
    """No self-evaluation form is printed twice."""
    repeated = {form.number: first for first, form in matches(contents).repeats}
    for form in forms(contents):
        first = repeated.get(form.number)
        why = f"{form.place}：与自评表{first.number}内容完全相同" if first is not None else ""
        yield judged(
            rule,
            contents,
            form.place,
            first is None,
            why,
            "重复印出" if first else None,
            "印出一次" if first else None,
            (),
            form.row,
        )


# ---------------------------------------------------------------- names


def summary_name(rule: Rule, contents: ReportContents) -> Instances:
    """The summary names a project as its form does."""
    for row, form, why in matches(contents).pairs:
        differs = why == _AMOUNTS or why.startswith(_SLIP)
        differs = differs and not uncertain(contents)
        told = f"{row.place}: the form names the project {form.project} ({why})"
        yield judged(rule, contents, f"{row.place} / 项目名称", not differs, told, row.project, form.project, (), row.row)


def summary_unit(rule: Rule, contents: ReportContents) -> Instances:
    """The unit that the summary gives a project is one that its form names: the implementing unit, or the competent department."""
    for row, form, _ in matches(contents).pairs:
        unit = canonical(str(row.row.get("unit") or ""))
        named = [canonical(str(form.row.get(c) or "")) for c in ("implementing_unit", "competent_department")]
        if not unit or not named[0]:
            continue
        same = uncertain(contents) or any(name and one_body(unit, name) for name in named)
        told = f"{row.place}: the summary names {unit} as the unit, the form {named[0]}"
        yield judged(rule, contents, f"{row.place} / 项目实施单位", same, told, unit, named[0], (), row.row)


# ---------------------------------------------------------------- amounts, rate, score, grade


def summary_score(rule: Rule, contents: ReportContents) -> Instances:
    """The summary's score = the form's 总分, within the rounding that the summary prints."""
    for row, form, _ in matches(contents).pairs:
        shown, own = printed(row.get("score")), form.at("sum", "0", "score")
        if row.get("score") is None:
            continue
        missing = tuple(w for w, f in ((f"{row.place} 得分", shown), (f"{form.place} 总分", own)) if f is None)
        if shown is None or own is None:
            yield relation(rule, contents, f"{row.place} / 自评得分", Sum(()), Sum(()), missing=missing)
            continue
        yield relation(rule, contents, f"{row.place} / 自评得分", Sum.of(shown), Sum.of(own))


def summary_amounts(rule: Rule, contents: ReportContents) -> Instances:
    """The summary's budgets and executed amount = the form's."""
    names = (
        ("initial_budget", "initial", "年初预算数"),
        ("adjusted_budget", "adjusted", "全年预算数"),
        ("executed", "executed", "执行数"),
    )
    for row, form, _ in matches(contents).pairs:
        for measure, own, name in names:
            shown, figure = printed(row.get(measure)), form.fund("total").get(own)
            if shown is not None and figure is not None:
                one, other = alike(shown, figure) if figure.value is not None else (shown, figure)
                yield relation(rule, contents, f"{row.place} / {name}", Sum.of(one), Sum.of(other))


def summary_rate(rule: Rule, contents: ReportContents) -> Instances:
    """The summary's execution rate = the form's."""
    for row, form, _ in matches(contents).pairs:
        shown, own = printed(row.get("rate")), printed(form.fund("total").get("rate"))
        if shown is not None and own is not None:
            if shown.resolution == own.resolution and shown.resolution < 1:
                one, other = alike(shown, own)
                yield relation(rule, contents, f"{row.place} / 执行率", Sum.of(one), Sum.of(other))
                continue
            right, more = fine(own)
            yield computed(rule, contents, f"{row.place} / 执行率", shown, Sum.of(right), more=more)


def grade_due(score: Figure) -> str:
    return next(g for g, least in grades() if (score.value or 0) >= least)


def grade_of_score(rule: Rule, contents: ReportContents) -> Instances:
    """Every grade, of the summary or stated by an evaluation report, is the one due for its score."""
    for row in listed(contents):
        score, grade = printed(row.get("score")), str(row.row.get("grade") or "")
        if grade:
            yield _graded(rule, contents, f"{row.place} / 自评等级", score, grade)
    for number, figures in stated_scores(contents).items():
        for order, figure in enumerate(figures, start=1):
            if figure.label:
                yield _graded(rule, contents, f"评价报告{number} 结论{order} / 等级", printed(figure), figure.label)

    for remark in remarks(contents, "graded"):
        name, _, shown = str(remark["words"]).rpartition(":")
        due = next(g for g, least in grades() if Decimal(str(remark["basis"])) >= least)
        place = f"{remark['subject']} / {name} / 等级"
        why = f"{place}：得分 {remark['basis']}，应为{due}"
        yield judged(rule, contents, place, grade_meant(shown) == due, why, shown, due, row=remark)


def _graded(rule: Rule, contents: ReportContents, place: str, score: Figure | None, grade: str) -> Judgement:
    known = grade_meant(grade)
    if score is None or known is None:
        return judged(rule, contents, place, None, "no score is printed" if score is None else f"the grade {grade} is none of the four")
    due = grade_due(score)
    return judged(rule, contents, place, known == due, f"{place}：得分 {score.printed}，应为{due}", grade, due, (score,))


# ---------------------------------------------------------------- the projects together

#: Units of the summary that stand for lower levels of government: their money is a transfer (对下转移支付), not the publisher's expenditure.
_LOWER_LEVELS = re.compile(r"相关|各(区|县|市)|区市|区县|县区|县市|镇街|乡镇")


def executed_within_form(rule: Rule, contents: ReportContents) -> Instances:
    """Σ 当年财政拨款 executed of the self-evaluated projects ≤ project expenditure of the general public budget; transfers to lower levels
    of government are left out."""
    transfers = [row.project for row in listed(contents) if _LOWER_LEVELS.search(str(row.row.get("unit") or ""))]
    own = [form for form in forms(contents) if not any(same_project(name, form.project) for name in transfers)]
    figures = [f for form in own if (f := printed(form.fund("current_year").get("executed"))) is not None]
    rows = contents.rows("general_budget_expenditure")
    whole = next((f for r in rows if (r.label or "").startswith(("合计", "总计")) and (f := printed(r.get("project"))) is not None), None)
    if figures and whole is not None:
        place = "自评表 / 当年财政拨款全年执行数合计"
        yield relation(rule, contents, place, Sum.of(whole), Sum.of(*figures), relation=">=", bounded=True)
