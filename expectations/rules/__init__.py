"""Every rule as data, one module a family; :data:`RULES` has them all by id."""

from __future__ import annotations

from expectations.rules.base import Judgement, Rule

RULES: dict[str, Rule] = {}

__all__ = ["RULES", "Judgement", "Rule"]
