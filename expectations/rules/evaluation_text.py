"""The running text and the overview of evaluation reports: money, rates, and the score of the unit's own evaluation.

What belongs here: what one report says of its project's money held to itself, to the project's self-evaluation and to the narrative.  What
may not: tables with headings (``evaluation_tables``), scores of indicators (``performance_evaluations``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from expectations.rules.base import Rule
from expectations.rules.narrative_projects import counts, reviews_of
from expectations.rules.narrative_view import said
from expectations.rules.performance_forms import HUNDRED, Instances
from expectations.rules.performance_names import one_body
from expectations.rules.performance_summary import grade_due
from expectations.rules.performance_tables import score_tables
from expectations.rules.performance_view import FormView, computed, forms, judged, printed, relation
from pipeline.lexicon.annexes import grade, words
from pipeline.model.contents import ReportContents, Row
from pipeline.model.equations import Equation, Quotient, Sum, evaluate
from pipeline.model.figures import Figure

_TITLE = re.compile(r"(?:项目)?(?:支出)?绩效(?:评价|评估)(?:情况)?报告$")
_YEAR = re.compile(r"^20\d\d(?:[-—]20\d\d)?年度?")
_ANY_YEAR = re.compile(r"(20\d\d)(?=年)")
_SHORTEST_NAME = 6
_OWN_GRADE = re.compile(r"自评(?:结果|等级|结论)?(?:为|:|“)?(优|良|中|差)")
_SOURCES = {"current_year": "当年财政拨款", "carried_over": "上年结转"}


@dataclass(frozen=True)
class Stated:
    """One number of an evaluation report's text: what it is, its figure, its paragraph."""

    concept: str
    figure: Figure
    row: Mapping[str, object]

    @property
    def paragraph(self) -> tuple[object, object]:
        return self.row["page"], self.row["line"]

    def place(self, name: str) -> str:
        return f"{name} / {self.row['section']} / {self.row['subject']}"


def stated(contents: ReportContents) -> dict[str, list[Stated]]:
    """What the text of each evaluation report (``evaluation3``) says of its money and its own score, in printed order."""
    return contents.once(("evaluation", "stated"), lambda: _stated(contents))


def _stated(contents: ReportContents) -> dict[str, list[Stated]]:
    by_id = contents.by_id()
    found: dict[str, list[Stated]] = {}
    for row in contents.rows_of("core.statements"):
        figure = by_id.get(str(row["figure_id"]))
        if row["quantity"] in ("evaluation_funds", "own_evaluation") and figure is not None and row["aspect"]:
            found.setdefault(str(row["aspect"]), []).append(Stated(str(row["measure"]), figure, row))
    return found


def names(contents: ReportContents) -> dict[str, str]:
    """The title of each evaluation report."""
    return {f"evaluation{r['evaluation_no']}": str(r["evaluation"]) for r in contents.rows_of("core.evaluation_scores")}


# ---------------------------------------------------------------- rates


#: A rate → what it is of, and what it is measured by.
_RATES = {"received_rate": ("received", ("allotted", "contracted")), "spent_rate": ("spent", ("received", "allotted", "contracted"))}


def rates(rule: Rule, contents: ReportContents) -> Instances:
    """资金到位率 = 到位资金 / 预算资金 and 预算执行率 = 支出 / 到位资金 (or the budget), of the amounts that stand before it in its paragraph;
    what it is measured by may stand in a paragraph before."""
    titles = names(contents)
    for evaluation, every in stated(contents).items():
        for i, rate in enumerate(every):
            if rate.concept not in _RATES:
                continue
            top, below = _RATES[rate.concept]
            own = [s for s in every[:i] if s.paragraph == rate.paragraph]
            part = next((s.figure for s in reversed(own) if s.concept == top), None)
            near = [s.figure for s in reversed(own) if s.concept in below and s.figure.value]
            far = [s.figure for s in reversed(every[:i]) if s.concept in below and s.figure.value]
            place = rate.place(titles.get(evaluation, evaluation))
            if part is None or not far:
                lacking = "支出或到位资金" if part is None else "预算资金"
                yield relation(rule, contents, place, Sum(()), Sum(()), missing=(f"{lacking}（{place}）",))
                continue
            wholes = [*(near or far), *_amounts_beside(contents, rate)]
            yield from one_fitting([computed(rule, contents, place, rate.figure, Quotient(Sum.of(part), Sum.of(w), HUNDRED)) for w in wholes])


def _amounts_beside(contents: ReportContents, rate: Stated) -> Iterator[Figure]:
    """The other amounts of a rate's paragraph: it may be measured by one that no word names (an adjusted budget, a contract)."""
    by_id = contents.by_id()
    for row in contents.rows_of("core.statements"):
        figure = by_id.get(str(row["figure_id"]))
        beside = row["aspect"] == rate.row["aspect"] and (row["page"], row["line"]) == rate.paragraph
        if beside and figure is not None and figure.value and figure.unit == "万元":
            yield figure


# ---------------------------------------------------------------- the overview


@dataclass(frozen=True)
class Overview:
    """What an overview (绩效评价总览表) says of the project's money: the budget and what was spent, each in all and by source."""

    title: str
    budget: Figure | None
    spent: Figure | None
    rate: Figure | None
    sources: Mapping[str, Figure]


def overviews(contents: ReportContents) -> dict[str, Overview]:
    """The overview of each evaluation report that prints one."""
    found: dict[str, Overview] = {}
    for statement in dict.fromkeys(f.statement for f in contents.figures if f.section == "evaluation" and "/other" in f.statement):
        rows = [r for r in contents.rows(statement, section="evaluation") if any(m.startswith("value") for m in r.cells)]
        evaluation = statement.partition("/")[0]
        if rows and evaluation not in found and (overview := _overview(evaluation, rows)) is not None:
            found[evaluation] = overview
    return found


def _overview(evaluation: str, rows: Sequence[Row]) -> Overview | None:
    cells = [f for row in rows for f in row.cells.values() if f.value is not None]
    budget = next((f for f in cells if "预算" in (f.label or "") and "安排" in (f.label or "") and f.unit == "万元"), None)
    if budget is None:
        return None
    after = cells[cells.index(budget) + 1 :]
    spent = next((f for f in after if f.concept == "executed" and f.unit == "万元"), None)
    until = after[: after.index(spent)] if spent is not None else after
    sources = {key: f for key, name in _SOURCES.items() if (f := next((f for f in until if (f.label or "").startswith(name)), None))}
    rate = next((f for f in after if f.unit == "%" and "执行率" in (f.label or "")), None)
    return Overview(f"评价报告{evaluation.removeprefix('evaluation')} 总览表", budget, spent, rate, sources)


def overview_rate(rule: Rule, contents: ReportContents) -> Instances:
    """The execution rate of an overview is what was spent by the budget that it prints."""
    for overview in overviews(contents).values():
        if overview.rate is not None and overview.spent is not None and overview.budget is not None:
            due = Quotient(Sum.of(overview.spent), Sum.of(overview.budget), HUNDRED)
            yield computed(rule, contents, f"{overview.title} / 预算执行率", overview.rate, due)


def overview_vs_form(rule: Rule, contents: ReportContents) -> Instances:
    """The budget of an overview, in all and by source, is that of the project's self-evaluation form."""
    titles = names(contents)
    for evaluation, overview in overviews(contents).items():
        form = _form_of(contents, titles.get(evaluation, ""))
        if form is None or overview.budget is None:
            continue
        pairs = [("预算安排", overview.budget, printed(form.fund("total").get("adjusted")))]
        own = [(_SOURCES[s], f, form.fund(s).get("adjusted")) for s, f in overview.sources.items()]
        pairs += sorted(own, key=lambda pair: printed(pair[2]) is None)  # what is printed on both sides says more than a blank
        for name, figure, other in pairs:
            if other is None:
                continue
            instance = relation(rule, contents, f"{overview.title} / {name} ↔ {form.place}", Sum.of(figure), Sum.of(other))
            yield instance
            if evaluate(instance).verdict == "violated":
                break  # what one source has too much another lacks


# ---------------------------------------------------------------- the narrative and the form


def funds_evaluated(rule: Rule, contents: ReportContents) -> Instances:
    """The money that the narrative says the one evaluated project takes is a budget that its evaluation report names."""
    covered = [s for s in said(contents, "performance") if s.quantity == "funds_evaluated" and "amount" in s.figures]
    reports = stated(contents)
    if len(reports) != 1 or [f.value for _, f in counts(contents, "projects_evaluated")[:1]] != [1]:
        return
    for s in covered[:1]:
        budgets = [b.figure for every in reports.values() for b in every if b.concept == "allotted"]
        budgets += [o.budget for o in overviews(contents).values() if o.budget is not None]
        place = f"{s.place('amount')} ↔ 绩效评价报告"
        yield from one_fitting([relation(rule, contents, place, Sum.of(s.figures["amount"]), Sum.of(b)) for b in budgets])


#: What the text says → which amounts of the project's form it may be.
_OF_FORM = {"allotted": ("initial", "adjusted"), "spent": ("executed",)}


def text_vs_form(rule: Rule, contents: ReportContents) -> Instances:
    """What the text says of the money of the accounts' own year is what the project's self-evaluation form prints of it."""
    titles, year = names(contents), str(contents.report.fiscal_year)
    for evaluation, every in stated(contents).items():
        form = _form_of(contents, titles.get(evaluation, ""))
        for s in every if form is not None else ():
            if s.concept not in _OF_FORM or set(_ANY_YEAR.findall(words(str(s.row["sentence"])))) != {year}:
                continue
            own = [f for m in _OF_FORM[s.concept] if form is not None and (f := printed(form.fund("total").get(m))) is not None]
            place = s.place(titles.get(evaluation, evaluation))
            yield from one_fitting([relation(rule, contents, f"{place} ↔ 自评表", Sum.of(s.figure), Sum.of(f)) for f in own])


def one_fitting(options: Sequence[Equation]) -> Iterator[Equation]:
    """One of several ways to see a number: one that holds, else the first."""
    holding = [o for o in options if evaluate(o).verdict in ("exact", "rounding")]
    yield from (holding or list(options))[:1]


# ---------------------------------------------------------------- whose report it is


def project_of(title: str) -> str:
    """The project that an evaluation report's title names, without the words of the report and the year."""
    return _YEAR.sub("", _TITLE.sub("", words(title)))


def _form_of(contents: ReportContents, title: str) -> FormView | None:
    """The one self-evaluation form of the evaluated project, by its name."""
    name = project_of(title).removesuffix("项目")
    own = [form for form in forms(contents) if words(form.project).removesuffix("项目") == name]
    return own[0] if name and len(own) == 1 else None


def own_score(rule: Rule, contents: ReportContents) -> Instances:
    """The score of the unit's own evaluation that an evaluation report quotes is that of the narrative's review of the project, and the total of
    the unit's own scores in a table."""
    titles = names(contents)
    tables = [(t, f) for t in score_tables(contents) if t.total is not None and (f := t.total.get("own_score")) is not None]
    reviews = [(words(s.subject).removesuffix("项目"), s) for s in reviews_of(contents) if "score" in s.figures]
    for evaluation, every in stated(contents).items():
        name = project_of(titles.get(evaluation, ""))
        fitting = [s for other, s in reviews if len(other) >= _SHORTEST_NAME and one_body(other, name)]
        for quoted in (s for s in every if s.concept == "self_score"):
            place = quoted.place(titles.get(evaluation, evaluation))
            for table, figure in ((t, f) for t, f in tables if f"evaluation{t.evaluation_no}" == evaluation):
                yield relation(rule, contents, f"{place} ↔ {table.place}", Sum.of(quoted.figure), Sum.of(figure))
            if len(fitting) == 1:
                yield relation(rule, contents, f"{place} ↔ {fitting[0].subject}", Sum.of(quoted.figure), Sum.of(fitting[0].figures["score"]))


def own_grade(rule: Rule, contents: ReportContents) -> Instances:
    """The grade of the unit's own evaluation that is quoted is the one due for the score beside it."""
    titles = names(contents)
    for evaluation, every in stated(contents).items():
        for quoted in (s for s in every if s.concept == "self_score"):
            match = _OWN_GRADE.search(words(str(quoted.row["sentence"])))
            known = grade(match[1]) if match is not None else None
            if known is not None:
                due = grade_due(quoted.figure)
                place = f"{quoted.place(titles.get(evaluation, evaluation))} / 自评等级"
                yield judged(rule, contents, place, known == due, f"{place}：{quoted.figure.printed}分应为{due}", known, due, (quoted.figure,))
