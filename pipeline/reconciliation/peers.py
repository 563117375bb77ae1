"""What the same row of a report's other forms prints: the usual weight of a kind of indicator.

A report's self-evaluations follow one template: satisfaction weighs 10 in all but one of them.  That is no rule, and it ranks
explanations only.

What belongs here: figures' peers and what they print.  What may not: rules, scores.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal

from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure
from pipeline.reconciliation.layout import row_of

#: So many forms beside its own must print a row of the kind before one value of them counts as usual.
LEAST = 3


def usual_weights(contents: ReportContents) -> dict[str, Decimal]:
    """Figure id → the weight that most rows of its kind (first- and second-level indicator) print in the report's other forms."""
    kinds: Mapping[tuple[str, str], tuple[str, str]] = {
        (f"form{r['form_no']}", str(r["row_no"])): (str(r["level1"] or ""), str(r["level2"] or "")) for r in contents.rows_of("core.indicators")
    }
    peers: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for f in contents.figures:
        kind = kinds.get((f.statement, row_of(f)))
        if kind and all(kind) and f.section == "self_evaluation" and f.side == "indicator" and f.measure == "weight" and f.value is not None:
            peers[kind].append(f)
    found: dict[str, Decimal] = {}
    for rows in peers.values():
        for f in rows:
            others = [p.amount for p in rows if p.statement != f.statement]
            value, count = Counter(others).most_common(1)[0] if others else (Decimal(0), 0)
            if len(others) >= LEAST and 2 * count > len(others):
                found[f.figure_id] = value
    return found
