"""What a rule is: a statement that should hold for every report, with where it comes from and how it is instantiated.

A rule's ``build`` takes a report's contents and yields its instances: an :class:`~pipeline.model.equations.Equation`
for a relation over figures, or a :class:`Judgement` for a statement in words (a form that is missing, a code with
two names).  Rules are kept apart from the code that confronts reports with them (``expectations.confront``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.model.contents import ReportContents
from pipeline.model.equations import Equation, Verdict
from pipeline.model.figures import Figure

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One instance of a rule in words: its verdict (``exact`` or ``violated``, or ``not_evaluated`` with a reason) and what shows it.

    Its explanation has a message in ``pipeline.messages``, as an auditor would say it in Chinese.
    """

    rule_id: str
    report_id: str
    place: str
    verdict: Verdict
    printed: str | None = None
    expected: str | None = None
    explanation: str = ""
    figures: tuple[Figure, ...] = ()
    page: int | None = None
    line: int | None = None

    @property
    def equation_id(self) -> str:
        return hashlib.sha256(f"{self.rule_id}|{self.report_id}|{self.place}".encode()).hexdigest()[:16]


Build = Callable[["Rule", ReportContents], Iterable["Equation | Judgement"]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as data.

    ``kind`` is the kind of finding that a breach gives (``form_identity``, ``cross_form`` …, see ``checks.findings``);
    ``severity`` ``error`` for a breach that the publisher should correct, ``warning`` for one to look at, ``info`` for a remark;
    ``citation`` says where the rule comes from (a form's note, the template, a statute).
    """

    rule_id: str
    suite: str
    title: str
    title_zh: str
    kind: str
    severity: Severity
    formula: str
    citation: str
    build: Build
    since_year: int | None = None
    until_year: int | None = None

    def applies_to(self, fiscal_year: int) -> bool:
        return (self.since_year or 0) <= fiscal_year <= (self.until_year or 9999)

    def instances(self, contents: ReportContents) -> Iterable[Equation | Judgement]:
        """The rule's instances for a report; none outside its years."""
        if self.applies_to(contents.report.fiscal_year):
            yield from self.build(self, contents)


@dataclass(frozen=True, slots=True)
class RulesOf:
    """Makes the rules of one suite: what most of them have in common is told once."""

    suite: str
    citation: str
    severity: Severity = "error"

    def __call__(
        self, rule_id: str, kind: str, title: str, title_zh: str, formula: str, build: Build,
        severity: Severity | None = None, citation: str | None = None,
    ) -> Rule:  # fmt: skip
        return Rule(rule_id, self.suite, title, title_zh, kind, severity or self.severity, formula, citation or self.citation, build)
