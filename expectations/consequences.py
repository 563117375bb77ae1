"""Findings that follow from others: one cause is told once, where it is.

A block of amounts that stands one line too high or low in one form breaks equations of other forms too, whose own figures nobody doubts:
they are to be looked at together with the block, and are no errors of their own.
What belongs here: which findings follow from which cause.  What may not: finding the cause (``pipeline.reconciliation``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.lexicon.places import place_of
from pipeline.messages import chinese
from pipeline.model.equations import Equation
from pipeline.model.figures import Figure
from pipeline.model.text import canonical
from pipeline.narrative.project_names import one_name
from pipeline.reconciliation.layout import table_of
from pipeline.reconciliation.localise import shifted_blocks

Row = dict[str, Any]


def with_causes(findings: Sequence[Row], equations: Iterable[Equation]) -> list[Row]:
    """The findings; those that follow from a shifted block of another form are warnings that say so first, those that repeat one remarks.

    ``equations`` are those that must hold for the report.
    """
    findings = _said_once(findings)
    by_id = {e.equation_id: e for e in equations}
    broken = [f for f in findings if f["finding_id"] in by_id and f["severity"] == "error"]
    if len(broken) < 2:
        return list(findings)
    said: dict[str, str] = {}
    for block, explained in shifted_blocks(list(by_id.values())):
        said |= _followers(block, [e for e in explained if any(e.equation_id == f["finding_id"] for f in broken)])
    return [_following(f, said.get(str(f["finding_id"]))) for f in findings]


#: A rule, and the one that says the same of the same printed figure or name, with more: then it is a remark.
_SAME = (
    ("narrative_completion", "narrative_project_rate_vs_form"),
    ("code_known_name", "code_one_name"),
    ("narrative_project_form", "self_evaluation_for_every_project"),
)


def _said_once(findings: Sequence[Row]) -> list[Row]:
    """The findings; one that another rule tells of the same place with the same printed words is a remark that says so."""
    fuller = dict(_SAME)
    by_rule = {rule: [f for f in findings if f.get("rule_id") == rule] for rule in fuller.values()}
    made = []
    for finding in findings:
        others = by_rule.get(fuller.get(str(finding.get("rule_id")), ""), [])
        first = next((f for f in others if _same(finding, f)), None)
        made.append(finding if first is None else _repeats(finding, first))
    return made


def _same(finding: Row, other: Row) -> bool:
    """Whether another rule's finding is of the same printed words at the same place, or lacks what is printed under a name of it."""
    there = other["printed"] == finding["printed"] and str(other["place"]).startswith(str(finding["place"]))
    return there or one_name(canonical(str(finding["printed"])), canonical(str(other.get("expected"))))


def _repeats(finding: Row, same: Row) -> Row:
    told = f"It says the same as the finding at {same['place']}. {finding['explanation']}"
    own = finding["explanation_zh"]
    return {**finding, "severity": "info", "explanation": told, "explanation_zh": f"与“{same['place']}”处的问题相同。{own}"}


def _followers(block: Mapping[str, Figure], explained: Sequence[Equation]) -> dict[str, str]:
    """Why the equations follow that hold figures of other forms; nothing where none is of the block's form alone."""
    tables = {table_of(f)[:3] for f in block.values()}
    own = {e.equation_id for e in explained if {table_of(f)[:3] for f in e.figures()} <= tables}
    first = min(block.values(), key=lambda f: f.figure_id)
    why = f"it follows from amounts that stand on wrong lines, from {place_of(first)} on"
    return {e.equation_id: why for e in explained if e.equation_id not in own} if own else {}


def _following(finding: Row, why: str | None) -> Row:
    if why is None:
        return finding
    told = f"{why[0].upper()}{why[1:]}. {finding['explanation']}"
    own = finding["explanation_zh"]
    return {**finding, "severity": "warning", "explanation": told, "explanation_zh": f"{chinese(why)}。{own}"}
