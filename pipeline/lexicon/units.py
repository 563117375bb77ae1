"""What a unit of money is worth: its words stand in ``units.toml``.

What belongs here: from a unit's word to 万元.  What may not: where a table declares its unit.
"""

from __future__ import annotations

from decimal import Decimal

from pipeline.lexicon import lexicon


def factor(word: str) -> Decimal | None:
    """How many 万元 one of a unit is (``元``: 0.0001), ``None`` where the word is no unit of money."""
    entry = lexicon().find("units", word)
    return Decimal(entry.values["factor"]) if entry is not None else None
