"""Every rule as data, one module a family; :data:`RULES` has them all by id.

``forms`` and ``cross_form`` hold the identities, ``codes`` and ``printing`` the rules in words, ``narrative`` those of
the text, ``performance`` those of the annexes; ``shapes`` makes equations, ``views`` and ``vocabulary`` say where a report's figures are found.
"""

from __future__ import annotations

from expectations.rules.base import Judgement, Rule
from expectations.rules.codes import CODE_RULES
from expectations.rules.cross_form import CROSS_FORM_RULES
from expectations.rules.forms import FORM_RULES
from expectations.rules.narrative import NARRATIVE_RULES
from expectations.rules.performance import PERFORMANCE_RULES
from expectations.rules.performance_indicators import INDICATOR_RULES
from expectations.rules.printing import PRINTING_RULES
from expectations.rules.wording import WORDING_RULES

_ALL = (*FORM_RULES, *CROSS_FORM_RULES, *CODE_RULES, *PRINTING_RULES, *NARRATIVE_RULES, *PERFORMANCE_RULES, *INDICATOR_RULES, *WORDING_RULES)
RULES: dict[str, Rule] = {r.rule_id: r for r in _ALL}
if len(RULES) != len(_ALL):
    raise ValueError("two rules bear the same id")

__all__ = ["RULES", "Judgement", "Rule"]
