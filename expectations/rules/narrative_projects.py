"""The performance section held against itself and the expenditure form: counts of projects, grades, funds covered.

What belongs here: what needs no annex.  What may not: the reviews against the self-evaluation forms (``narrative_annexes``).
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from expectations.rules import views
from expectations.rules import vocabulary as words
from expectations.rules.base import Build, Rule, Severity
from expectations.rules.narrative_view import Said, find, judge, lone, relation, remarks, rule, said
from expectations.rules.shapes import Instances
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Quotient, Sum
from pipeline.model.figures import Figure

PERFORMANCE = "performance"
CITATION = "《项目支出绩效评价管理办法》（财预〔2020〕10号）；部门决算公开模板 第三部分 预算绩效情况说明"
_FULL = Decimal(100)
_GRADES = (
    (Decimal(90), ("优", "优秀")),
    (Decimal(80), ("良", "良好")),
    (Decimal(60), ("中", "合格")),
    (Decimal(0), ("差", "不合格")),
)


def performance_rule(rule_id: str, title: str, title_zh: str, formula: str, build: Build, severity: Severity, kind: str = "narrative") -> Rule:
    return rule(rule_id, title, title_zh, formula, build, severity, kind, CITATION, "narrative_performance")


def reviews_of(contents: ReportContents) -> list[Said]:
    return [s for s in said(contents, PERFORMANCE) if s.quantity == "review"]


def counts(contents: ReportContents, quantity: str) -> list[tuple[Said, Figure]]:
    return [(s, s.figures["count"]) for s in said(contents, PERFORMANCE) if s.quantity == quantity and "count" in s.figures]


# ---------------------------------------------------------------- the section in itself


def counted_once(rule: Rule, contents: ReportContents) -> Instances:
    """However often the number of reviewed projects is stated, it is the same."""
    stated = counts(contents, "projects_reviewed")
    for s, figure in stated[1:]:
        yield relation(rule, contents, s.place("count"), lone(figure), lone(stated[0][1]))


def reviews_shown(rule: Rule, contents: ReportContents) -> Instances:
    """The projects whose forms are said to be shown are those that are reviewed one by one."""
    reviews = reviews_of(contents)
    for s, figure in counts(contents, "projects_shown")[:1]:
        if reviews:
            yield relation(rule, contents, s.place("count"), lone(figure), Sum((), Decimal(len(reviews))))


def graded(rule: Rule, contents: ReportContents) -> Instances:
    """The projects of each grade are together no more than the projects reviewed."""
    reviewed = counts(contents, "projects_reviewed")
    grades = [f for q in ("excellent", "good", "fair", "poor") for _, f in counts(contents, f"graded_{q}")[:1]]
    if reviewed and grades:
        s, figure = reviewed[0]
        yield relation(rule, contents, s.place("count"), lone(figure), Sum.of(*grades), ">=")


def excellent(rule: Rule, contents: ReportContents) -> Instances:
    """Where every reviewed project is reviewed one by one, the scores of 90 and more are as many as are graded 优."""
    reviews = [s for s in reviews_of(contents) if s.get("score") is not None]
    reviewed, graded_so = counts(contents, "projects_reviewed"), counts(contents, "graded_excellent")
    if reviewed and graded_so and reviewed[0][1].value == len(reviews):
        s, figure = graded_so[0]
        high = sum(1 for r in reviews if r.figures["score"].amount >= 90)
        yield relation(rule, contents, s.place("count"), lone(figure), Sum((), Decimal(high)))


def grade(rule: Rule, contents: ReportContents) -> Instances:
    """A grade stated with a score is the grade of that score."""
    every = said(contents, PERFORMANCE, "evaluation")
    for before, s in pairwise(every):
        score = before.get("score")
        if "grade" not in s.rows or score is None or before.quantity != "evaluation" or before.section != s.section:
            continue
        right = next(names for least, names in _GRADES if score.amount >= least)
        printed = str(s.rows["grade"]["value"])
        told = f"a score of {score.printed} is {right[0]}, not {printed}"
        yield judge(rule, contents, s.place("grade"), printed in right, printed, right[0], told, s.rows["grade"], (score,))


def score_range(rule: Rule, contents: ReportContents) -> Instances:
    """A score lies between 0 and 100."""
    for s in said(contents, PERFORMANCE):
        if (score := s.get("score")) is not None and score.value is not None:
            holds = 0 <= score.value <= _FULL
            yield judge(
                rule,
                contents,
                s.place("score"),
                holds,
                score.printed,
                "0–100",
                f"{score.printed} of 100",
                s.rows["score"],
                (score,),
            )


def funds_of_reviews(rule: Rule, contents: ReportContents) -> Instances:
    """Where every reviewed project is reviewed one by one, their budgets are the funds covered."""
    reviews, reviewed = reviews_of(contents), counts(contents, "projects_reviewed")
    covered = find(contents, PERFORMANCE, "funds_covered")
    budgets = [s.figures["budget"] for s in reviews if "budget" in s.figures]
    if covered is not None and reviewed and reviewed[0][1].value == len(reviews) == len(budgets) and budgets:
        yield relation(rule, contents, "情况说明 预算绩效 / 涉及预算资金", lone(covered), Sum.of(*budgets))


def funds_share(rule: Rule, contents: ReportContents) -> Instances:
    """The share of project expenditure that is said to be covered is not more than the funds covered are of it.

    The funds are budgets, which may exceed what was spent: only a share that they do not reach is a breach.  Where they are what the
    projects spent, and not their budgets, the share is exactly that of the expenditure.
    """
    total = views.code_form(contents, words.EXPENDITURE).total
    spent = total.get("project") if total is not None else None
    for s in said(contents, PERFORMANCE):
        share, covered = s.get("share_pct"), s.get("amount")
        if share is None or s.quantity != "funds_covered" or "项目支出" not in s.basis("share_pct"):
            continue
        covered = covered or find(contents, PERFORMANCE, "funds_covered")
        if covered is None or spent is None:
            yield relation(rule, contents, s.place("share_pct"), lone(share), Sum(()), missing=("公开03表 项目支出",))
        else:
            reached = Quotient(Sum.of(covered), Sum.of(spent), Decimal(100))
            if _are_spent(contents, covered):
                yield relation(rule, contents, s.place("share_pct"), lone(share), reached)
            else:
                yield relation(rule, contents, s.place("share_pct"), reached, lone(share), ">=", bounded=True)


def _are_spent(contents: ReportContents, covered: Figure) -> bool:
    """Whether the funds covered are what the reviewed projects executed, and not their budgets."""
    reviews, reviewed = reviews_of(contents), counts(contents, "projects_reviewed")
    sums = [[f for s in reviews if (f := s.get(m)) is not None] for m in ("executed", "budget")]
    if not reviewed or any(len(found) != reviewed[0][1].value for found in sums):
        return False
    executed, budgets = (Sum.of(*found).interval().meets(covered.interval()) for found in sums)
    return executed and not budgets


def not_done(rule: Rule, contents: ReportContents) -> Instances:
    """A report that says that performance management was not carried out counts no reviewed projects."""
    counted = counts(contents, "projects_reviewed")
    for remark in remarks(contents, "not_done"):
        number = next((f for _, f in counted if f.value), None)
        expected = f"{number.printed}个项目开展绩效自评" if number is not None else "无自评项目"
        told = f"the text says {remark['words']}, and elsewhere that {expected}"
        place = f"情况说明 {remark['section']} / {remark['words']}"
        figures = (number,) if number is not None else ()
        yield judge(rule, contents, place, number is None, str(remark["words"]), expected, told, remark, figures)


PROJECT_RULES: tuple[Rule, ...] = (
    performance_rule("narrative_score_range", "A score lies between 0 and 100", "得分在0至100分之间", "0 ≤ score ≤ 100", score_range, "error"),
    performance_rule(
        "narrative_projects_counted",
        "The number of projects reviewed is the same wherever it is stated",
        "各处所述绩效自评项目数一致",
        "count = count",
        counted_once,
        "error",
    ),
    performance_rule(
        "narrative_projects_shown",
        "As many projects are reviewed one by one as are said to be shown",
        "反映自评表的项目数与逐项综述数一致",
        "count = number of reviews",
        reviews_shown,
        "warning",
    ),
    performance_rule(
        "narrative_projects_graded",
        "Projects by grade are no more than the projects reviewed",
        "各等级项目数之和不超过自评项目数",
        "reviewed ≥ Σ by grade",
        graded,
        "error",
    ),
    performance_rule(
        "narrative_projects_excellent",
        "As many projects are graded 优 as have 90 points or more",
        "等级为优的项目数与90分及以上的项目数一致",
        "count = number of scores ≥ 90",
        excellent,
        "warning",
    ),
    performance_rule(
        "narrative_grade",
        "A grade stated with a score follows from it",
        "评价等级与得分一致",
        "≥ 90 优, ≥ 80 良, ≥ 60 中, else 差",
        grade,
        "error",
    ),
    performance_rule(
        "narrative_funds_covered",
        "The funds covered are the budgets of the projects reviewed",
        "涉及预算资金等于各项目全年预算数之和",
        "funds = Σ budgets",
        funds_of_reviews,
        "warning",
    ),
    performance_rule(
        "narrative_funds_share",
        "The funds covered reach the stated share of project expenditure",
        "涉及预算资金占项目支出总额的比例与决算表一致",
        "100 × funds / project expenditure ≥ share; = where the funds are what was executed",
        funds_share,
        "warning",
        "narrative_vs_form",
    ),
    performance_rule(
        "narrative_not_done",
        "Performance management that was not carried out reviews no projects",
        "未开展绩效管理与绩效自评项目数一致",
        "not done ⇒ no project",
        not_done,
        "warning",
        "narrative_vs_form",
    ),
)
