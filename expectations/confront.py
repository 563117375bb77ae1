"""Hold a report against the rules: outcomes, and the rows of ``checks.*`` that they give.

What belongs here: running rules and putting outcomes into words.  What may not: any rule (``expectations.rules``).
A rule that fails to build or to evaluate does not stop the run: it leaves one ``not_evaluated`` instance whose reason
begins with :data:`ENGINE_ERROR`, which the checks show as a broken promise of our own.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from expectations.consequences import with_causes
from expectations.rules import RULES
from expectations.rules.base import Judgement, Rule
from pipeline.lexicon import places
from pipeline.messages import chinese
from pipeline.model.contents import ReportContents
from pipeline.model.equations import EXACT, Equation, Expression, Outcome, Sum, evaluate
from pipeline.model.figures import DOUBTS, Figure, Report
from pipeline.model.numbers import parse_number
from pipeline.reconciliation.across import RULES as ACROSS
from pipeline.reconciliation.across import AcrossRule
from pipeline.reconciliation.beside import Beside
from pipeline.reconciliation.year import Judged

ENGINE_ERROR = "engine error: "
_SIXTH = Decimal("0.000001")
_COMPUTED = Decimal("0.01")
_CHINESE = re.compile("[一-鿿]")
_SHOWN = 12  # operands written out in an explanation; a class total may have thirty

Row = dict[str, Any]


@dataclass(frozen=True)
class Confrontation:
    """What came of one report: every outcome, and the rows for ``checks.equations``, ``equation_terms`` and ``findings``.

    ``outcomes`` are of the report's own rules, ``across`` of those over several reports; the rows are of both.  ``must_hold`` are the
    equations of the report's own rules of severity ``error``.
    """

    outcomes: tuple[Outcome | Judgement, ...]
    equations: tuple[Row, ...]
    terms: tuple[Row, ...]
    findings: tuple[Row, ...]
    across: tuple[Outcome | Judgement, ...] = ()
    must_hold: tuple[Equation, ...] = ()


def rule_rows(rules: Iterable[Rule | AcrossRule] = (*RULES.values(), *ACROSS.values())) -> list[Row]:
    """The rows of ``checks.rules``."""
    fields = ("rule_id", "suite", "title", "title_zh", "kind", "severity", "formula", "citation", "since_year", "until_year")
    return [{name: getattr(rule, name) for name in fields} for rule in rules]


# ---------------------------------------------------------------- running the rules


def _failed(rule_id: str, contents: ReportContents, error: Exception) -> Judgement:
    reason = f"{ENGINE_ERROR}{type(error).__name__}: {error}"
    return Judgement(rule_id, contents.report.report_id, "rule", "not_evaluated", explanation=reason)


def _distinct(instances: Iterable[Equation | Judgement]) -> Iterator[Equation | Judgement]:
    """Instances with places unique within the rule: a place that comes again (a row printed twice) is counted."""
    seen: dict[str, int] = {}
    for instance in instances:
        seen[instance.place] = count = seen.get(instance.place, 0) + 1
        yield instance if count == 1 else replace(instance, place=f"{instance.place} ({count})")


def outcomes_of(rule: Rule, contents: ReportContents) -> list[Outcome | Judgement]:
    """The outcomes of one rule for one report."""
    try:
        return [i if isinstance(i, Judgement) else _decided(i) for i in _distinct(rule.instances(contents))]
    except Exception as error:  # whatever is wrong in one rule, the others must be heard
        return [_failed(rule.rule_id, contents, error)]


def _decided(equation: Equation) -> Outcome:
    """The outcome; a sum of the text that does not hold and may lack a number that was not read is not evaluated."""
    outcome = evaluate(equation)
    if outcome.verdict == "violated" and _may_lack(equation):
        return evaluate(replace(equation, missing=("a number of its section that was not read",)))
    return outcome


def _may_lack(equation: Equation) -> bool:
    """Whether quantities of the text are added up of which one may be a number that was not read; one stated twice is no sum."""
    if not (isinstance(equation.left, Sum) and isinstance(equation.right, Sum)):
        return False
    doubtful = [f for f in equation.figures() if f.section == "narrative" and f.doubt in ("sum_incomplete", "sentence_incomplete")]
    return len({f.concept or f.label for f in doubtful}) > 1


def _outcomes_across(rule: AcrossRule, contents: ReportContents, equations: Sequence[Equation], beside: Beside) -> list[Outcome | Judgement]:
    try:
        return [evaluate(e) for e in _distinct(rule.build(contents, equations, beside)) if isinstance(e, Equation)]
    except Exception as error:
        return [_failed(rule.rule_id, contents, error)]


def equations_of(contents: ReportContents) -> tuple[Equation, ...]:
    """The equations that must hold for a report (of rules of severity ``error``), undecided; none of a rule that fails to build."""
    found: list[Equation] = []
    for rule in RULES.values():
        if rule.severity == "error":
            with contextlib.suppress(Exception):  # the report's own confrontation tells of it
                found += [i for i in _distinct(rule.instances(contents)) if isinstance(i, Equation)]
    return tuple(found)


def confront(contents: ReportContents, rules: Mapping[str, Rule] = RULES, beside: Beside | None = None) -> Confrontation:
    """Hold one report against the rules of its year, and with ``beside`` against the reports that are there beside it."""
    rows = _Rows(contents.report)
    own = [(rule, o) for rule in rules.values() for o in outcomes_of(rule, contents)]
    across: list[tuple[Rule | AcrossRule, Outcome | Judgement]] = []
    must = _must_hold(o for _, o in own)
    if beside is not None:
        across = [(r, o) for r in ACROSS.values() for o in _outcomes_across(r, contents, must, beside)]
    for rule, outcome in (*own, *across):
        rows.add(rule, outcome)
    findings = with_causes(rows.findings, must)
    return Confrontation(tuple(o for _, o in own), tuple(rows.equations), tuple(rows.terms), tuple(findings), tuple(o for _, o in across), must)


def judged(contents: ReportContents, beside: Beside | None = None, found: Confrontation | None = None) -> Judged:
    """A report with the equations that must hold for it (rules of severity ``error``, and all over several reports), and its findings.

    ``found`` is what :func:`confront` gave for the two, where that is known.
    """
    found = found or confront(contents, beside=beside)
    across = tuple(o.equation for o in found.across if isinstance(o, Outcome))
    return Judged(contents, found.must_hold, found.findings, across, beside or Beside(), _holding(found.outcomes), _TITLES)


#: What each rule says should hold, in Chinese.
_TITLES = {k: r.title_zh for k, r in RULES.items()} | {k: r.title_zh for k, r in ACROSS.items()}


def _holding(outcomes: Iterable[Outcome | Judgement]) -> tuple[Equation, ...]:
    """The equations of weaker rules that hold: what they say of a figure is evidence for it, though a breach would be none against it."""
    held = (o.equation for o in outcomes if isinstance(o, Outcome) and o.verdict in ("exact", "rounding"))
    return tuple(e for e in held if e.rule_id in RULES and RULES[e.rule_id].severity == "warning")


def _must_hold(outcomes: Iterable[Outcome | Judgement]) -> tuple[Equation, ...]:
    equations = (o.equation for o in outcomes if isinstance(o, Outcome))
    return tuple(e for e in equations if e.rule_id in RULES and RULES[e.rule_id].severity == "error")


class _Rows:
    """The rows of one report's outcomes."""

    def __init__(self, report: Report) -> None:
        self._about = {"report_id": report.report_id, "publisher": report.publisher, "fiscal_year": report.fiscal_year}
        self.equations: list[Row] = []
        self.terms: list[Row] = []
        self.findings: list[Row] = []

    def add(self, rule: Rule | AcrossRule, outcome: Outcome | Judgement) -> None:
        instance = outcome.equation if isinstance(outcome, Outcome) else outcome
        key = instance.equation_id
        self.equations.append({"equation_id": key, "rule_id": rule.rule_id, **self._about, "place": instance.place, **_measured(outcome)})
        coefficients = instance.terms() if isinstance(instance, Equation) else {f.figure_id: None for f in instance.figures}
        self.terms += [{"equation_id": key, "figure_id": f, "coefficient": c} for f, c in coefficients.items()]
        shortened = isinstance(outcome, Outcome) and outcome.shortened
        if outcome.verdict == "violated" or shortened:
            head = {"rule_id": rule.rule_id, **self._about, "place": instance.place}
            weight = {"title_zh": rule.title_zh, "kind": rule.kind, "severity": "info" if shortened else _severity(rule, instance)}
            self.findings.append({"finding_id": key, **head, **weight, **_found(rule, outcome), "case_id": None, "status": "open"})


def _severity(rule: Rule | AcrossRule, instance: Equation | Judgement) -> str:
    """The rule's; a breach by figures whose reading is not sure is to be looked at, not to be corrected."""
    figures = _told_by(instance) if isinstance(instance, Equation) else instance.figures
    return "warning" if rule.severity == "error" and any(in_doubt(f) for f in figures) else rule.severity


def _told_by(equation: Equation) -> list[Figure]:
    """The figures whose doubts concern an equation that was evaluated: what a sum of the text may lack is no matter where there is none."""
    return [f for f in equation.figures() if f.doubt != "sum_incomplete" or f.section != "narrative"]


def in_doubt(figure: Figure) -> bool:
    """Whether a figure's reading is not sure: then nothing that it breaches is the publisher's error."""
    return bool(figure.doubt) or figure.agreement == "differs" or (figure.placement == "identity" and figure.section == "form")


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


def _found(rule: Rule | AcrossRule, outcome: Outcome | Judgement) -> Row:
    """The columns of ``checks.findings`` that depend on the outcome."""
    if isinstance(outcome, Judgement):
        return {
            "printed": outcome.printed,
            "expected": outcome.expected,
            "difference": None,
            "explanation": _in_english(rule, outcome),
            "explanation_zh": chinese(outcome.explanation),
            "page": outcome.page,
            "line": outcome.line,
        }
    equation = outcome.equation
    exponent = _exponent(equation)
    here = next(itertools.chain(equation.shown[0].figures(), equation.figures()), None)
    printed, expected = _sides(outcome)
    explanation = explain(outcome)
    return {
        "printed": _as_printed(equation.shown[0]) or _text(printed, exponent),
        "expected": _as_printed(equation.shown[1]) or _text(expected, _last_digit(outcome) or exponent),
        "difference": _difference(outcome.difference, exponent),
        "explanation": explanation,
        "explanation_zh": chinese(explanation),
        "page": here.place.page if here else None,
        "line": here.place.line if here else None,
    }


def _last_digit(outcome: Outcome) -> Decimal | None:
    """The resolution of a printed figure that is one off in its last digit: what it should be is told in its own digits (90 for 89.36 is 89)."""
    figures = [f for f in outcome.equation.shown[0].figures() if f.value is not None]
    if len(figures) != 1 or outcome.difference is None or outcome.expected is None or outcome.equation.relation != "=":
        return None
    own = figures[0].resolution
    if own < _COMPUTED or abs(outcome.difference) >= own * Decimal("1.5") or own != Decimal(1).scaleb(own.adjusted()):
        return None
    return None if EXACT.quantize(outcome.expected, own) == figures[0].value else own


def _sides(outcome: Outcome) -> tuple[Decimal | None, Decimal | None]:
    """The values of the side that is shown as printed, and of the other."""
    return (outcome.expected, outcome.printed) if outcome.equation.bounded else (outcome.printed, outcome.expected)


def _as_printed(side: Expression) -> str | None:
    """A side as its one figure prints it; ``None`` for several, for a blank, and for a figure in another unit than it prints."""
    figures = list(side.figures())
    number = parse_number(figures[0].printed) if len(figures) == 1 and isinstance(side, Sum) else None
    if number is None or number.value != figures[0].value or side.point() != number.value:
        return None
    return f"{number.value:.{number.decimals}f}"


# ---------------------------------------------------------------- in words


def _exponent(equation: Equation) -> Decimal:
    """The digits to show a finding in: those of the printed side, or where that is blank of the other.

    A plain sum on the other side may be finer (898.225 against 609.73): then its digits, or it would be shown rounded; what is computed
    has two decimals at least.
    """
    shown, against = equation.shown
    left = [f.resolution for f in shown.figures() if f.value is not None]
    right = [f.resolution for f in against.figures() if f.value is not None]
    further = right if against.linear() is not None else [_COMPUTED]
    digits = [*left, *further] if left else right
    return min(digits, default=Decimal(1)).normalize()  # a stored 0.0100000000 is a printed 0.01


def _text(value: Decimal | None, exponent: Decimal) -> str | None:
    if value is None:
        return None
    # a resolution that is no power of ten (amounts printed in another unit) shows every digit of the value
    return f"{EXACT.quantize(value, exponent) if exponent == Decimal(1).scaleb(exponent.adjusted()) else value:f}"


def _difference(value: Decimal | None, exponent: Decimal) -> Decimal | None:
    """That of sums to its last digit (of yuan in 万元 the sixth); that of quotients, which have none, to two digits more than are shown."""
    if value is None or value == EXACT.quantize(value, _SIXTH):
        return value
    return Decimal(_beyond(value, max(exponent, Decimal("0.01"))))


def _beyond(value: Decimal, exponent: Decimal) -> str:
    """By how much, to two digits more than the printed ones: a quotient has no end; what is less keeps its first digit."""
    finest = min(exponent / 100, Decimal(1).scaleb(value.adjusted())) if value else exponent
    return f"{EXACT.normalize(EXACT.quantize(value, Decimal(1).scaleb(finest.adjusted()))):f}"


def _operands(side: Expression, exponent: Decimal, own: str) -> str:
    """A side in words: its figures with their places, blanks said to be blank, the rest of a long sum counted.

    A figure of another report than ``own`` is told with its report.
    """
    figures = list(side.figures())
    if not figures:
        counted = side.linear()
        return (counted and counted[1] and _text(counted[1], exponent)) or "nothing printed"
    told = [f for f in figures if f.amount != 0] or figures[:1]
    parts = [
        f"{'' if f.report_id == own else f'[{f.report_id}] '}{places.place_of(f)} = {_text(f.value, exponent) or 'blank'}" for f in told[:_SHOWN]
    ]
    if len(told) > _SHOWN:
        parts.append(f"{len(told) - _SHOWN} more")
    silent = len(figures) - len(told)
    return "; ".join(parts) + (f" (and {silent} of zero or blank)" if silent and len(figures) > 1 else "")


def _doubts(figures: Iterable[Figure]) -> Iterator[str]:
    for f in dict.fromkeys(figures):
        if f.agreement == "differs":
            yield f"the readers disagree on {places.place_of(f)}: “{f.printed}” or “{f.other_reading or ''}”"
        if f.doubt and f.doubt != "readers_differ":
            yield f"{places.place_of(f)} ({f.printed or 'blank'}): {DOUBTS[f.doubt]}"
        elif f.placement == "identity":
            yield f"the column of {places.place_of(f)} ({f.printed}) was chosen by the form's identities"


def _in_english(rule: Rule | AcrossRule, judgement: Judgement) -> str:
    """What a rule says of words that do not hold; where it says it in Chinese alone, what is printed, what is due, and what should hold."""
    why = judgement.explanation
    if not _CHINESE.search(why) or chinese(why) != why:
        return why
    due = f", “{judgement.expected}” is due" if judgement.expected else ""
    return f"{judgement.place}: {f'“{judgement.printed}”' if judgement.printed else 'nothing'} is printed{due}. What should hold: {rule.title}."


def explain(outcome: Outcome) -> str:
    """A breach in words: both sides with their figures, by how much it exceeds rounding, and any doubt about the reading."""
    equation = outcome.equation
    exponent = _exponent(equation)
    wants = "should equal" if equation.relation == "=" else "should be at most" if equation.bounded else "should be at least"
    if outcome.shortened:
        wants = "prints fewer digits, and not the nearest or not all, of"
    printed, expected = (_text(v, exponent) or "blank" for v in _sides(outcome))
    shown, against = equation.shown
    beyond = -(outcome.slack or Decimal(0))
    text = (
        f"{equation.place}: {printed} {wants} {expected}; difference {_text(outcome.difference, exponent)}, "
        f"{_beyond(beyond, exponent)} beyond rounding. Printed side: {_operands(shown, exponent, equation.report_id)}. "
        f"Expected side: {_operands(against, exponent, equation.report_id)}."
    )
    doubts = [*itertools.islice(_doubts(_told_by(equation)), _SHOWN)]
    return f"Doubt about the reading: {'; '.join(doubts)}. {text}" if doubts else text
