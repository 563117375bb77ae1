"""Hold a report against the rules: outcomes, and the rows of ``checks.*`` that they give.

What belongs here: running rules and putting outcomes into words.  What may not: any rule (``expectations.rules``).
A rule that fails to build or to evaluate does not stop the run: it leaves one ``not_evaluated`` instance whose reason
begins with :data:`ENGINE_ERROR`, which the checks show as a broken promise of our own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from expectations.rules import RULES, vocabulary
from expectations.rules.base import Judgement, Rule
from pipeline.contents import ReportContents
from pipeline.equations import Equation, Expression, Outcome, evaluate
from pipeline.figures import Figure

ENGINE_ERROR = "engine error: "
_SHOWN = 12  # operands written out in an explanation; a class total may have thirty

Row = dict[str, Any]


@dataclass(frozen=True)
class Confrontation:
    """What came of one report: every outcome, and the rows for ``checks.equations``, ``equation_terms`` and ``findings``."""

    outcomes: tuple[Outcome | Judgement, ...]
    equations: tuple[Row, ...]
    terms: tuple[Row, ...]
    findings: tuple[Row, ...]


def rule_rows(rules: Mapping[str, Rule] = RULES) -> list[Row]:
    """The rows of ``checks.rules``."""
    fields = ("rule_id", "suite", "title", "title_zh", "kind", "severity", "formula", "citation", "since_year", "until_year")
    return [{name: getattr(rule, name) for name in fields} for rule in rules.values()]


# ---------------------------------------------------------------- running the rules


def _failed(rule: Rule, contents: ReportContents, error: Exception) -> Judgement:
    reason = f"{ENGINE_ERROR}{type(error).__name__}: {error}"
    return Judgement(rule.rule_id, contents.report.report_id, "rule", "not_evaluated", explanation=reason)


def _distinct(instances: Iterable[Equation | Judgement]) -> Iterator[Equation | Judgement]:
    """Instances with places unique within the rule: a place that comes again (a row printed twice) is counted."""
    seen: dict[str, int] = {}
    for instance in instances:
        seen[instance.place] = count = seen.get(instance.place, 0) + 1
        yield instance if count == 1 else replace(instance, place=f"{instance.place} ({count})")


def outcomes_of(rule: Rule, contents: ReportContents) -> list[Outcome | Judgement]:
    """The outcomes of one rule for one report."""
    try:
        return [i if isinstance(i, Judgement) else evaluate(i) for i in _distinct(rule.instances(contents))]
    except Exception as error:  # whatever is wrong in one rule, the others must be heard
        return [_failed(rule, contents, error)]


def confront(contents: ReportContents, rules: Mapping[str, Rule] = RULES) -> Confrontation:
    """Hold one report against the rules of its year."""
    report = contents.report
    about = {"report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year}
    outcomes: list[Outcome | Judgement] = []
    equations: list[Row] = []
    terms: list[Row] = []
    findings: list[Row] = []
    for rule in rules.values():
        for outcome in outcomes_of(rule, contents):
            outcomes.append(outcome)
            instance = outcome.equation if isinstance(outcome, Outcome) else outcome
            key = instance.equation_id
            head = {"rule_id": rule.rule_id, **about, "place": instance.place}
            equations.append({"equation_id": key, **head, **_measured(outcome)})
            coefficients = instance.terms() if isinstance(instance, Equation) else {f.figure_id: None for f in instance.figures}
            terms.extend({"equation_id": key, "figure_id": f, "coefficient": c} for f, c in coefficients.items())
            if outcome.verdict == "violated":
                weight = {"kind": rule.kind, "severity": rule.severity}
                findings.append({"finding_id": key, **head, **weight, **_found(outcome), "status": "open"})
    return Confrontation(tuple(outcomes), tuple(equations), tuple(terms), tuple(findings))


def _measured(outcome: Outcome | Judgement) -> Row:
    """The columns of ``checks.equations`` that depend on the outcome."""
    if isinstance(outcome, Judgement):
        reason = outcome.explanation if outcome.verdict == "not_evaluated" else None
        nothing: Row = dict.fromkeys(("printed", "expected", "difference", "slack"))
        return {**nothing, "verdict": outcome.verdict, "reason": reason}
    return {
        "printed": outcome.printed,
        "expected": outcome.expected,
        "difference": outcome.difference,
        "slack": outcome.slack,
        "verdict": outcome.verdict,
        "reason": outcome.reason or None,
    }


def _found(outcome: Outcome | Judgement) -> Row:
    """The columns of ``checks.findings`` that depend on the outcome."""
    if isinstance(outcome, Judgement):
        return {
            "printed": outcome.printed,
            "expected": outcome.expected,
            "difference": None,
            "explanation": outcome.explanation,
            "page": outcome.page,
            "line": outcome.line,
        }
    equation = outcome.equation
    exponent = _exponent(equation)
    here = next(equation.figures(), None)
    return {
        "printed": _text(outcome.printed, exponent),
        "expected": _text(outcome.expected, exponent),
        "difference": outcome.difference,
        "explanation": explain(outcome),
        "page": here.place.page if here else None,
        "line": here.place.line if here else None,
    }


# ---------------------------------------------------------------- in words


def _exponent(equation: Equation) -> Decimal:
    """The digits to show a finding in: those of the printed side, or where that is blank of the other.

    A plain sum on the other side may be finer (898.225 against 609.73): then its digits, or it would be shown rounded.
    """
    left = [f.resolution for f in equation.left.figures() if f.value is not None]
    right = [f.resolution for f in equation.right.figures() if f.value is not None]
    shown = [*left, *(right if equation.right.linear() is not None else [])] if left else right
    return min(shown, default=Decimal(1)).normalize()  # a stored 0.0100000000 is a printed 0.01


def _text(value: Decimal | None, exponent: Decimal) -> str | None:
    if value is None:
        return None
    # a resolution that is no power of ten (amounts printed in another unit) shows every digit of the value
    return f"{value.quantize(exponent) if exponent == Decimal(1).scaleb(exponent.adjusted()) else value:f}"


def _operands(side: Expression, exponent: Decimal) -> str:
    """A side in words: its figures with their places, blanks said to be blank, the rest of a long sum counted."""
    figures = list(side.figures())
    if not figures:
        return "nothing printed"
    told = [f for f in figures if f.amount != 0] or figures[:1]
    parts = [f"{vocabulary.place_of(f)} = {_text(f.value, exponent) or 'blank'}" for f in told[:_SHOWN]]
    if len(told) > _SHOWN:
        parts.append(f"{len(told) - _SHOWN} more")
    silent = len(figures) - len(told)
    return "; ".join(parts) + (f" (and {silent} of zero or blank)" if silent and len(figures) > 1 else "")


def _doubts(figures: Iterable[Figure]) -> Iterator[str]:
    for f in dict.fromkeys(figures):
        if f.agreement == "differs":
            yield f"the readers disagree on {vocabulary.place_of(f)}: “{f.printed}” or “{f.other_reading or ''}”"
        if f.placement == "identity":
            yield f"the column of {vocabulary.place_of(f)} ({f.printed}) was chosen by the form's identities"


def explain(outcome: Outcome) -> str:
    """A breach in words: both sides with their figures, by how much it exceeds rounding, and any doubt about the reading."""
    equation = outcome.equation
    exponent = _exponent(equation)
    wants = "should equal" if equation.relation == "=" else "should be at least"
    printed, expected = (_text(v, exponent) or "blank" for v in (outcome.printed, outcome.expected))
    beyond = -(outcome.slack or Decimal(0))
    text = (
        f"{equation.place}: {printed} {wants} {expected}; difference {_text(outcome.difference, exponent)}, "
        f"{beyond.normalize():f} beyond rounding. Printed side: {_operands(equation.left, exponent)}. "
        f"Expected side: {_operands(equation.right, exponent)}."
    )
    doubts = "; ".join(_doubts(equation.figures()))
    return f"{text} Extraction doubt: {doubts}." if doubts else text
