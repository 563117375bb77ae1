"""The narrative as the rules look at it: what is said of each subject, and the remarks.

What belongs here: look-ups over ``core.statements`` and ``core.remarks`` joined with their figures.  What may not:
what must hold (``narrative_rates``, ``narrative_sums``, ``narrative_forms``, ``narrative_names``, ``narrative_projects``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from expectations.rules.base import Build, Judgement, Rule, Severity
from pipeline.lexicon.measures import MEASURES
from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation, Expression, Relation, Sum
from pipeline.model.figures import Figure

SUITE = "narrative_consistency"
CITATION = "部门决算公开模板 第三部分 决算情况说明"
#: Quantities of the general budget section's whole: named as such, or as 财政拨款支出 only.
GENERAL_TOTALS = ("general_budget_total", "appropriation_total")
STATEMENTS, REMARKS = "core.statements", "core.remarks"
#: Quantities of which a section has many subjects: there the subject tells one from another.
_MANY = frozenset({"", "vehicles_of_kind", "equipment", "review", "achievement", "evaluation", "projects"})


@dataclass(frozen=True)
class Said:
    """What one stretch of the narrative says of one subject: rows of ``core.statements`` by measure, and their figures."""

    part: str
    aspect: str
    section: str
    subject: str
    quantity: str
    code: str | None
    rows: Mapping[str, Mapping[str, Any]]
    figures: Mapping[str, Figure]
    order: int

    def get(self, measure: str) -> Figure | None:
        return self.figures.get(measure)

    def basis(self, measure: str) -> str:
        """What the measure is against; ``""`` where the sentence does not say."""
        return str(self.rows[measure]["basis"] or "") if measure in self.rows else ""

    def place(self, measure: str) -> str:
        return f"情况说明 {self.section} / {self.subject} / {MEASURES.get(measure, measure)}"

    @property
    def budget(self) -> tuple[str, Figure] | None:
        """The budget stated of the subject, the initial one first."""
        return next(((m, self.figures[m]) for m in ("initial_budget", "budget") if m in self.figures), None)


def said(contents: ReportContents, *parts: str) -> list[Said]:
    """Everything said in some parts of the narrative (in all without any named), in printed order."""
    every = contents.once(("said",), lambda: list(_said(contents)))
    return [s for s in every if not parts or s.part in parts]


_Key = tuple[str, str, str, str]
_Rows = dict[str, Mapping[str, Any]]


def _said(contents: ReportContents) -> Iterator[Said]:
    """Rows of one subject together, one a measure; a breakdown by budget in between does not part them."""
    figures = contents.by_id()
    groups: list[tuple[_Key, _Rows]] = []
    for row in sorted(contents.rows_of(STATEMENTS), key=lambda r: int(r["row_no"])):
        quantity, measure = str(row.get("quantity") or ""), str(row["measure"])
        if measure == "mentioned":  # no rule uses a number of free text
            continue
        key = (str(row["part"]), str(row["section"]), quantity, str(row["subject"]) if quantity in _MANY else "")
        rows = _open(groups, key)
        if rows is not None and measure in rows and _again(rows[measure], row):
            continue
        if rows is None or measure in rows:
            rows = {}
            groups.append((key, rows))
        rows[measure] = row
    yield from (_group(rows, figures) for _, rows in groups)


def _again(before: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Whether an item's amount is said a second time: 行政运行（项）400万元 …支出决算为400万元 is one amount."""
    return "（项）" in str(row["subject"]) and before["value_number"] == row["value_number"]


def _open(groups: list[tuple[_Key, _Rows]], key: _Key) -> _Rows | None:
    """The group that a row of ``key`` may go on with: the last one, or for a known quantity the one before nameless ones."""
    for other, rows in reversed(groups):
        if other == key:
            return rows
        if other[:2] != key[:2] or other[2] or not key[2]:
            return None
    return None


def _group(rows: Mapping[str, Mapping[str, Any]], figures: Mapping[str, Figure]) -> Said:
    first = next(iter(rows.values()))
    return Said(
        part=str(first["part"] or ""),
        aspect=str(first["aspect"] or ""),
        section=str(first["section"] or ""),
        subject=str(first["subject"] or ""),
        quantity=str(first["quantity"] or ""),
        code=first["code"],
        rows=dict(rows),
        figures={m: figures[r["figure_id"]] for m, r in rows.items() if r["figure_id"] in figures},
        order=int(first["row_no"]),
    )


def find(contents: ReportContents, parts: str | Iterable[str], quantity: str, measure: str = "amount") -> Figure | None:
    """The first figure stated of a quantity in any of some parts."""
    wanted = (parts,) if isinstance(parts, str) else tuple(parts)
    return next((s.figures[measure] for s in said(contents, *wanted) if s.quantity == quantity and measure in s.figures), None)


def remarks(contents: ReportContents, kind: str) -> list[Mapping[str, Any]]:
    """The remarks of one kind, in printed order."""
    return [r for r in contents.rows_of(REMARKS) if r["kind"] == kind]


# ---------------------------------------------------------------- rules and instances


def rule(
    rule_id: str,
    title: str,
    title_zh: str,
    formula: str,
    build: Build,
    severity: Severity = "error",
    kind: str = "narrative",
    citation: str = CITATION,
    suite: str = SUITE,
) -> Rule:
    """A rule of the narrative's suite, or of another one of the narrative."""
    return Rule(rule_id, suite, title, title_zh, kind, severity, formula, citation, build)


def relation(
    rule: Rule,
    contents: ReportContents,
    place: str,
    left: Expression,
    right: Expression,
    sign: Relation = "=",
    missing: tuple[str, ...] = (),
    bounded: bool = False,
) -> Equation:
    return Equation(rule.rule_id, contents.report.report_id, place, left, right, sign, missing, bounded=bounded)


def lone(figure: Figure | None) -> Sum:
    """A side of one figure, or of none."""
    return Sum(()) if figure is None else Sum.of(figure)


def judge(
    rule: Rule,
    contents: ReportContents,
    place: str,
    holds: bool,
    printed: str,
    expected: str,
    explanation: str = "",
    at: Mapping[str, Any] | None = None,
    figures: tuple[Figure, ...] = (),
) -> Judgement:
    """One instance in words; ``at`` is the row whose place it has."""
    where = at or {}
    return Judgement(
        rule.rule_id,
        contents.report.report_id,
        place,
        "exact" if holds else "violated",
        printed,
        expected,
        explanation if not holds else "",
        figures,
        where.get("page"),
        where.get("line"),
    )


def unevaluated(rule: Rule, contents: ReportContents, place: str, why: str) -> Judgement:
    return Judgement(rule.rule_id, contents.report.report_id, place, "not_evaluated", explanation=why)
