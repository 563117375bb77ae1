"""Parts of an amount: what a part that says nothing of itself is (预算100万元，其中：公务接待费3万元), and whether of the section's whole.

What belongs here: the amounts of one sentence in order, and what they are broken down into.  What may not: subjects and their quantities
(``sentences``), words (``narrative_marks``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.narrative.clauses import OF_ANOTHER_YEAR, Clause
from pipeline.narrative.text import marks

#: Quantities that any whole has as parts: those of an item say nothing of the section's.
_OF_ANYTHING = frozenset({"basic", "project", "personnel", "public"})


@dataclass(frozen=True, slots=True)
class _Whole:
    """A budget, or an amount of another year, whose parts are being told: whose and which, whether in brackets, and whether a final
    account has been told among them."""

    subject: str
    measure: str
    bracketed: bool
    accounts: bool = False


class Breakdown:
    """The amounts of one sentence after the other.

    ``money`` is what the last of them was: a measure of this year's accounts, of a budget or of another year, or ``""``.
    """

    def __init__(self) -> None:
        self.money = ""
        self._of_an_item = False
        self._whole: _Whole | None = None

    def begin(self, sentence: str) -> None:
        """Another sentence; one that begins with 其中 goes on with the amount before."""
        self._whole, self._of_an_item = None, False
        if not marks("of_which").match(sentence):
            self.money = ""

    def quantity(self, quantity: str) -> str:
        """What a part's quantity is within this breakdown: none where it is a part of an item."""
        return "" if self._of_an_item and quantity in _OF_ANYTHING else quantity

    def meant(self, clause: Clause, before: str, topic: str, of_an_item: bool) -> Clause:
        """The clause of an amount as its place in a breakdown says; ``before``: the words since the last number, ``topic``: the subject so far,
        ``of_an_item``: whether that is none of the section's wholes."""
        whole = None if self._whole is not None and self._whole.bracketed and "）" in before else self._whole
        opened = marks("of_which").search(before)
        if opened is not None:
            self._of_an_item = of_an_item
            bracketed = before[: opened.start()].endswith("（")
            whole = _Whole(topic, self.money, bracketed) if self.money not in ("", "amount") else None
        if clause.measure == "amount" and whole is not None:
            clause, whole = _as_part(clause, whole, "；" in before)
        if clause.measure in OF_ANOTHER_YEAR.values() or (clause.measure in OF_ANOTHER_YEAR and not clause.compared):
            self.money = clause.measure
        self._whole = whole
        return clause


def _as_part(clause: Clause, whole: _Whole, anew: bool) -> tuple[Clause, _Whole]:
    """An amount among the parts of a whole that is no final account; ``anew``: behind a semicolon."""
    if clause.final and not clause.subject and anew and not whole.accounts:  # …；支出决算90万元: of the whole again
        return replace(clause, subject=whole.subject), whole
    if clause.final:
        return clause, replace(whole, accounts=True)
    if not whole.accounts:
        return replace(clause, measure=whole.measure), whole
    problem = "whether it is the budget or the final account, is not said"
    return (replace(clause, problem=problem) if clause.subject else clause), whole
