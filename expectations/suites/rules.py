"""The rules' suites: one statement a rule, that no instance of it is violated beyond rounding; one expectation a suite decides them all.

What belongs here: the queries over ``checks.*`` that every rule shares.  What may not: rules (``expectations.rules``).

Equations are decided once, exactly, by interval arithmetic (``pipeline.model.equations``); the expectation asserts their verdicts, by rule.
"""

from __future__ import annotations

from collections.abc import Iterable

from expectations.rules.base import Rule
from expectations.suites.base import RULES_HOLD, SHOWN, Expectation, Statement, Suite
from expectations.suites.contract import LINK, where
from pipeline.exports.pictures import TABLES as PICTURED
from pipeline.reconciliation.across import AcrossRule
from pipeline.schema.ddl import literal

SUITE_READS = ("core.reports", "checks.equations", "checks.findings")
_PICTURES = 2  # of each rule that fails: a run keeps them all

# What a person needs to find the place and to look the case up; the explanation, which is long, is in checks.findings.
_FAILING = f"""
SELECT e.rule_id, {where("f")}, e.place,
       coalesce(nullif(f.printed, ''), CAST(e.printed AS VARCHAR), 'blank') AS printed,
       coalesce(nullif(f.expected, ''), CAST(e.expected AS VARCHAR), 'blank') AS expected, {LINK},
       e.equation_id AS finding_id, f.case_id, e.report_id, f.severity, count(*) OVER (PARTITION BY e.rule_id) AS failures
FROM checks.equations e LEFT JOIN checks.findings f ON f.finding_id = e.equation_id
LEFT JOIN core.reports r ON r.report_id = e.report_id
WHERE e.verdict = 'violated' AND coalesce(f.status, 'open') = 'open' AND e.rule_id IN ({{rules}})
QUALIFY row_number() OVER (PARTITION BY e.rule_id ORDER BY f.severity = 'error' DESC, e.publisher, e.place, e.equation_id) <= {SHOWN}
ORDER BY e.rule_id, f.severity = 'error' DESC, e.publisher, e.place, e.equation_id
"""

_TALLY = """
SELECT e.rule_id, count(*) FILTER (WHERE verdict <> 'not_evaluated') AS evaluated,
       count(*) FILTER (WHERE verdict = 'exact') AS held, count(*) FILTER (WHERE verdict = 'rounding') AS held_by_rounding,
       count(*) FILTER (WHERE verdict = 'violated') AS violated, count(*) FILTER (WHERE f.status = 'decided') AS violated_but_decided,
       count(*) FILTER (WHERE verdict = 'not_evaluated') AS not_evaluated, count(DISTINCT e.report_id) AS reports
FROM checks.equations e LEFT JOIN checks.findings f ON f.finding_id = e.equation_id
WHERE e.rule_id IN ({rules}) GROUP BY e.rule_id
"""

_REASONS = """
SELECT rule_id, coalesce(reason, 'no reason given') AS reason, count(*) AS instances, min(place) AS for_example
FROM checks.equations WHERE verdict = 'not_evaluated' AND rule_id IN ({rules}) GROUP BY ALL ORDER BY rule_id, instances DESC, reason
"""


def suite_asset(name: str) -> tuple[str, ...]:
    """The asset that carries the checks of a suite of rules."""
    return "suites", name


def rule_suites(rules: Iterable[Rule | AcrossRule]) -> tuple[Suite, ...]:
    """One suite for each name in ``Rule.suite``, in order of first use."""
    by_suite: dict[str, list[Rule | AcrossRule]] = {}
    for rule in rules:
        by_suite.setdefault(rule.suite, []).append(rule)
    return tuple(_suite(name, own) for name, own in by_suite.items())


def _suite(name: str, rules: list[Rule | AcrossRule]) -> Suite:
    listed = ", ".join(literal(r.rule_id) for r in rules)
    failing, tally, reasons = (sql.format(rules=listed) for sql in (_FAILING, _TALLY, _REASONS))
    hold = Expectation(RULES_HOLD, {"sql": failing, "rules": [r.rule_id for r in rules]})
    statements = tuple(_statement(r, hold) for r in rules)
    reads = tuple(dict.fromkeys((*SUITE_READS, *PICTURED)))
    return Suite(name, f"Rules of the suite {name}", statements, reads, tally, reasons, suite_asset(name), pictures=_PICTURES, step="rules")


def _statement(rule: Rule | AcrossRule, hold: Expectation) -> Statement:
    return Statement(
        rule.rule_id, "checks.equations", rule.title, rule.title_zh, rule.formula, rule.citation, rule.severity, (hold,),
        since_year=rule.since_year, until_year=rule.until_year,
    )  # fmt: skip
