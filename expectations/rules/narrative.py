"""All rules of the narrative (suites ``narrative_consistency`` and ``narrative_performance``), gathered from their families."""

from __future__ import annotations

from expectations.rules.base import Rule
from expectations.rules.narrative_annexes import ANNEX_RULES
from expectations.rules.narrative_changes import CHANGE_RULES
from expectations.rules.narrative_forms import AGAINST_FORM_RULES
from expectations.rules.narrative_names import NAME_RULES
from expectations.rules.narrative_procurement import PROCUREMENT_RULES
from expectations.rules.narrative_projects import PROJECT_RULES
from expectations.rules.narrative_rates import RATE_RULES
from expectations.rules.narrative_reasons import REASON_RULES
from expectations.rules.narrative_sums import SUM_RULES

NARRATIVE_RULES: tuple[Rule, ...] = (
    *RATE_RULES,
    *CHANGE_RULES,
    *REASON_RULES,
    *SUM_RULES,
    *PROCUREMENT_RULES,
    *AGAINST_FORM_RULES,
    *NAME_RULES,
    *PROJECT_RULES,
    *ANNEX_RULES,
)
