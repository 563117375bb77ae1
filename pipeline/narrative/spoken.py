"""What reading a sentence gives, before it has a place in a report: spoken statements, remarks, and numbers that were not read.

What belongs here: the value types.  What may not: how they are found.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Spoken:
    """A number that a sentence states of a subject.

    ``value`` is the number as printed without separators (signed where the words say so), or the words that stand
    for it (``无``, ``持平``, ``优``); ``number`` its exact value in ``unit``, ``None`` where words are no number.
    ``basis`` says what a change, a share or a rate is against (``last_year``, ``initial_budget``, ``budget``, or the whole's words).
    ``offset`` is where the number stands in its paragraph.  ``doubt`` is ``None`` where its clause was read whole, else a key of
    :data:`pipeline.model.figures.DOUBTS`.  ``about``: the text has the number for a lower bound (700余个).
    """

    subject: str
    quantity: str
    measure: str
    value: str
    number: Decimal | None
    unit: str
    decimals: int
    basis: str
    sentence: str
    offset: int
    doubt: str | None = None
    about: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Words that state something checkable without a number.

    ``kind``: ``direction`` (final amount against budget), ``none`` (there is no such money), ``named`` (a list of items),
    ``not_done`` (no performance management), ``below_expectation`` (outputs below expectation), ``all_shown`` (every result is published),
    ``reason`` (of a change or a difference; ``basis`` says whether of an ``increase`` or a ``decrease``), ``purpose`` (what money is
    for), ``residue`` (of the template, a slip of the pen; ``basis`` says which), ``year`` (``basis``, that the report is about or,
    ``quantity`` ``before``, that it compares with).
    """

    subject: str
    quantity: str
    kind: str
    words: str
    basis: str
    sentence: str
    offset: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A number that no understood clause states: where it stands in its paragraph, and why it was not read."""

    offset: int
    reason: str
    sentence: str


Said = Spoken | Remark | Unread
