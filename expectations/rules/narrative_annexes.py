"""The narrative's reviews of projects held against the annexes: forms of self-evaluation and their summary.

What belongs here: the same project in the narrative and in an annex.  What may not: rules within the annexes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Build, Judgement, Rule
from expectations.rules.narrative_projects import counts, performance_rule, reviews_of
from expectations.rules.narrative_view import Said, judge, lone, relation, remarks, said, unevaluated
from expectations.rules.shapes import Instances
from pipeline.model.contents import ReportContents, Row
from pipeline.model.equations import Sum
from pipeline.model.figures import Figure
from pipeline.narrative.project_names import Project, matched, one_name, slip


def _matches(contents: ReportContents) -> list[tuple[Said, Mapping[str, Any]]]:
    """Every review with the self-evaluation form of the same project."""
    forms = contents.rows_of("core.self_evaluations")
    reviews = reviews_of(contents)

    def amounts(s: Said) -> tuple[Decimal | None, ...]:
        return tuple(_value(s.get(m)) for m in ("budget", "executed"))

    told = [Project(s.subject, amounts(s)) for s in reviews]
    printed = [Project(str(r["project"]), (r["adjusted_budget_number"], r["executed_number"])) for r in forms]
    return [(reviews[a], forms[b]) for a, b in matched(told, printed)]


def _value(figure: Figure | None) -> Decimal | None:
    return figure.value if figure is not None else None


def _form_row(contents: ReportContents, form_no: int, side: str) -> Row | None:
    return next(iter(contents.rows(f"form{form_no}", side, "self_evaluation")), None)


def project_vs_form(measures: Mapping[str, tuple[str, str]]) -> Build:
    """Each measure of a project's review = the cell of its form: measure → (side, column)."""

    def build(rule: Rule, contents: ReportContents) -> Instances:
        for s, form in _matches(contents):
            for measure, (side, column) in measures.items():
                row = _form_row(contents, int(form["form_no"]), side)
                figure = row.get(column) if row is not None else None
                if measure in s.figures and figure is not None:
                    place = f"{s.place(measure)} ↔ 自评表{form['form_no']} {form['project']}"
                    yield relation(rule, contents, place, lone(s.figures[measure]), lone(figure))

    return build


def without_form(rule: Rule, contents: ReportContents) -> Instances:
    """Every project that is reviewed has its form."""
    if not contents.rows_of("core.self_evaluations"):
        return
    found = {s.order for s, _ in _matches(contents)}
    for s in reviews_of(contents):
        told = f"the narrative reviews {s.subject}; no self-evaluation form of that name or those amounts is printed"
        row = next(iter(s.rows.values()))
        yield judge(
            rule,
            contents,
            f"情况说明 {s.section} / {s.subject}",
            s.order in found,
            s.subject,
            "自评表",
            told,
            row,
        )


def project_names(rule: Rule, contents: ReportContents) -> Instances:
    """A review names its project as the project's form does, but for quotes, brackets and words left out."""
    for s, form, forms in _named(contents):
        if forms > 1:
            continue  # the name of a fund, told by the rule below
        name = str(form["project"])
        why = f"they differ by a slip ({found})" if (found := slip(s.subject, name)) else "budget and executed amount are the same"
        told = f"the narrative calls {s.subject} what self-evaluation form {form['form_no']} calls {name}: {why}"
        yield _one_name(rule, contents, s, form, told)


def projects_of_fund(rule: Rule, contents: ReportContents) -> Instances:
    """A name that the forms of several projects print is that of the fund which pays them: the form does not name its project."""
    for s, form, forms in _named(contents):
        if forms > 1:
            name, number = form["project"], form["form_no"]
            told = f"{forms} self-evaluation forms bear the name {name}; the narrative names the project of form {number} {s.subject}"
            yield _one_name(rule, contents, s, form, told)


def _named(contents: ReportContents) -> Iterator[tuple[Said, Mapping[str, Any], int]]:
    """Every review with its form, and how many different forms bear the name of that."""
    different = {(str(r["project"] or ""), r["adjusted_budget_number"], r["executed_number"]) for r in contents.rows_of("core.self_evaluations")}
    shared = Counter(name for name, _, _ in different)
    yield from ((s, form, shared[str(form["project"] or "")]) for s, form in _matches(contents))


def _one_name(rule: Rule, contents: ReportContents, s: Said, form: Mapping[str, Any], told: str) -> Judgement:
    name = str(form["project"] or "")
    same = one_name(s.subject, name) or views.uncertain(contents)
    place = f"情况说明 {s.section} / {s.subject} / 项目名称 ↔ 自评表{form['form_no']}"
    return judge(rule, contents, place, same, s.subject, name, told, next(iter(s.rows.values())))


def all_shown(rule: Rule, contents: ReportContents) -> Instances:
    """Where the results of all reviewed projects are said to be shown, the summary lists as many projects."""
    listed = {r.row for r in contents.rows("summary", section="self_evaluation_summary") if r.side != "sum"}
    reviewed = counts(contents, "projects_reviewed")
    for remark in remarks(contents, "all_shown"):
        if reviewed and listed:
            place = f"情况说明 {remark['section']} / {remark['words']} ↔ 自评情况汇总表"
            yield relation(rule, contents, place, lone(reviewed[0][1]), Sum((), Decimal(len(listed))))


def forms_shown(rule: Rule, contents: ReportContents) -> Instances:
    """As many self-evaluation forms are printed as are said to be shown (that one is printed twice is a finding of its own)."""
    printed = contents.rows_of("core.self_evaluations")
    for s, figure in counts(contents, "projects_shown")[:1]:
        if printed:
            yield relation(rule, contents, f"{s.place('count')} ↔ 自评表张数", lone(figure), Sum((), Decimal(len(printed))))


def score_vs_summary(rule: Rule, contents: ReportContents) -> Instances:
    """The score of a review = the score of the project in the summary table, as far as that is rounded."""
    rows = [r for r in contents.rows("summary", section="self_evaluation_summary") if r.side != "sum"]
    reviews = [s for s in reviews_of(contents) if "score" in s.figures]
    told = [Project(s.subject, (s.figures["score"].value,)) for s in reviews]
    for a, b in matched(told, [Project(r.label or "", (_value(r.get("score")),)) for r in rows]):
        figure = rows[b].get("score")
        if figure is not None:
            place = f"{reviews[a].place('score')} ↔ 自评情况汇总表 {rows[b].label}"
            yield relation(rule, contents, place, lone(reviews[a].figures["score"]), lone(figure))


def evaluation_scores(rule: Rule, contents: ReportContents) -> Instances:
    """The score of an evaluation in the narrative = the score that the annexed report concludes with."""
    stated = [s for s in said(contents, "performance") if s.quantity == "evaluation" and "score" in s.figures]
    concluded = [s for s in said(contents, "evaluation") if s.quantity == "evaluation" and "score" in s.figures]
    for a, b in matched([Project(s.subject) for s in stated], [Project(s.subject) for s in concluded]):
        place = f"{stated[a].place('score')} ↔ 绩效评价报告"
        yield relation(rule, contents, place, lone(stated[a].figures["score"]), lone(concluded[b].figures["score"]))


def initial_of_projects(rule: Rule, contents: ReportContents) -> Instances:
    """Where one item bears all project expenditure of the general budget, its initial budget is that of the projects' forms."""
    form = views.code_form(contents, words.GENERAL)
    bearing = [r for r in form.rows if len(r.code or "") == 7 and (f := r.get("project")) is not None and f.value]
    forms = contents.rows_of("core.self_evaluations")
    if len(bearing) != 1 or not forms:
        return
    item = next((s for s in said(contents, "general_budget") if s.code == bearing[0].code and "initial_budget" in s.figures), None)
    basic = bearing[0].get("basic")
    reviewed = counts(contents, "projects_reviewed")
    if item is None or (basic is not None and basic.value) or (reviewed and reviewed[0][1].value != len(forms)):
        return
    initial = []
    for row in forms:
        cells = _form_row(contents, int(row["form_no"]), "current_year")
        figure = cells.get("initial") if cells is not None else None
        if figure is None or figure.value is None:
            yield unevaluated(rule, contents, item.place("initial_budget"), f"not found: 自评表{row['form_no']} 当年财政拨款 年初预算数")
            return
        initial.append(figure)
    place = f"{item.place('initial_budget')} ↔ 自评表 当年财政拨款 年初预算数"
    yield relation(rule, contents, place, lone(item.figures["initial_budget"]), Sum.of(*initial))


def below_expectation(rule: Rule, contents: ReportContents) -> Instances:
    """A narrative that deplores outputs below expectation has a form in which an output missed its points."""
    outputs = [r for r in contents.rows_of("core.indicators") if "产出" in str(r["level1"] or "")]
    rated = list(_achieved(outputs))
    for remark in remarks(contents, "below_expectation"):
        place = f"情况说明 {remark['section']} / {remark['words']}"
        if not rated:
            yield unevaluated(rule, contents, place, "not found: output indicators with weight and score, or with a completion rate")
            continue
        told = "every output indicator of the self-evaluation forms reaches its target and full score"
        yield judge(rule, contents, place, not all(rated), str(remark["words"]), "100%（各自评表产出指标均完成）", told, remark)


def _achieved(outputs: list[Mapping[str, Any]]) -> Iterator[bool]:
    """For every output indicator that tells: whether it reached its target (by its rate, else by full score)."""
    for row in outputs:
        rate, score = row["completion_rate_printed_number"], row["score_number"]
        weight = row["weight_number"] if row["weight_number"] is not None else row["level3_declared_weight_number"]
        if rate is not None:
            yield rate >= 100 or (score is not None and weight is not None and score >= weight)
        elif score is not None and weight is not None:
            yield score >= weight


ANNEX_RULES: tuple[Rule, ...] = (
    performance_rule(
        "narrative_evaluation_score",
        "The score of an evaluation is that of the annexed report",
        "部门评价得分与所附绩效评价报告一致",
        "stated = concluded",
        evaluation_scores,
        "error",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_project_vs_form",
        "Budget, execution and score of a review are those of the project's form",
        "项目综述的预算数、执行数、得分与自评表一致",
        "stated = cell",
        project_vs_form({"budget": ("total", "adjusted"), "executed": ("total", "executed"), "score": ("sum", "score")}),
        "error",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_project_rate_vs_form",
        "The completion rate of a review is the execution rate of the project's form",
        "项目综述的预算完成比例与自评表执行率一致",
        "stated = cell",
        project_vs_form({"completion_pct": ("total", "rate")}),
        "error",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_project_form",
        "Every project reviewed has its self-evaluation form",
        "综述的项目均有自评表",
        "review ⇒ form",
        without_form,
        "warning",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_project_name",
        "A review names its project as the form does",
        "综述的项目名称与自评表一致",
        "name = name",
        project_names,
        "warning",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_project_of_fund",
        "A self-evaluation form names its project, not the fund that pays several",
        "自评表写明具体项目名称（非多个项目共用的资金名称）",
        "forms of a name = 1",
        projects_of_fund,
        "info",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_all_shown",
        "Where all results are said to be shown, the summary lists all projects",
        "表述为反映全部项目自评结果的，汇总表所列项目数等于自评项目数",
        "all shown ⇒ projects reviewed = rows of the summary",
        all_shown,
        "warning",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_forms_shown",
        "As many self-evaluation forms are printed as are said to be shown",
        "所附自评表张数与所述反映的项目数一致",
        "count = number of forms",
        forms_shown,
        "warning",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_score_vs_summary",
        "The score of a review is that of the summary",
        "项目综述得分与自评情况汇总表一致",
        "stated = cell",
        score_vs_summary,
        "error",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_project_initial",
        "The initial budget of the item that bears all projects is that of their forms",
        "项目所在科目年初预算数与自评表年初预算数之和一致",
        "initial of the item = Σ initial of the forms",
        initial_of_projects,
        "warning",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_below_expectation",
        "Outputs said to be below expectation are so in a form",
        "产出指标低于预期的表述与自评表一致",
        "below ⇒ some output indicator missed its target",
        below_expectation,
        "info",
        "narrative_vs_form",
    ),
)
