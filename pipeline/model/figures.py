"""The figure: one printed number with its address, its exact value, its resolution and its place.

What belongs here: the value types that every part of the pipeline speaks in.  What may not: how a
document is read (``pipeline.reading``) or what a number must satisfy (``pipeline.model.equations``).
Amounts are in 万元 (ten thousand yuan) whatever unit the document prints; a blank cell is a figure
whose value is ``None`` and never zero.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from pipeline.model.numbers import ZERO, Interval


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands: page (1-based) and box in points from the page's top left, or the line of a text."""

    page: int | None = None
    x0: float | None = None
    top: float | None = None
    x1: float | None = None
    bottom: float | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One published document of one publisher for one fiscal year.

    ``report_id`` names publisher, kind and year, not the file: a corrected revision keeps the id, so that
    findings and decisions taken on them stay comparable.
    """

    publisher: str
    fiscal_year: int
    publisher_kind: str  # "department" | "unit"
    title: str
    document_sha256: str
    media_type: str
    page_count: int
    reader: str
    source_url: str | None = None
    retrieved_at: str | None = None
    code_version: str | None = None
    numbers_printed: int | None = None
    numbers_accounted: int | None = None
    parts_unread: int | None = None
    evidence: str | None = None

    @property
    def report_id(self) -> str:
        return report_id(self.publisher, self.publisher_kind, self.fiscal_year)


@lru_cache(maxsize=1024)
def report_id(publisher: str, publisher_kind: str, fiscal_year: int) -> str:
    """The stable name of a report: the year and twelve hexadecimal digits of its publisher and kind."""
    digest = hashlib.sha256(f"{publisher}|{publisher_kind}".encode()).hexdigest()[:12]
    return f"{fiscal_year}-{digest}"


def accounts_of(publisher: str, fiscal_year: int) -> str:
    """What documents of one report name alike, whether or not they say what kind of body it is of."""
    return f"{publisher} {fiscal_year}"


#: Why the reading of a figure is not sure (in Chinese: ``pipeline.messages``): what a finding says first, before it says anything of the publisher.
DOUBTS: dict[str, str] = {
    "readers_differ": "two readers read its cell differently",
    "column_by_identity": "its column was chosen by the form's identities",
    "column_unknown": "the heading of its column is not known",
    "row_unknown": "the words of its row are not known",
    "column_by_elimination": "its column's heading is not known; the column was told by what is left",
    "row_shifted": "its row stands shifted against its headings",
    "group_assumed": "the name of its group is printed on another page or row",
    "form_by_heading": "the table's title is not known; the form was told by its headings",
    "unit_assumed": "its unit is printed nowhere",
    "clause_loose": "its clause was not understood as a whole",
    "sentence_incomplete": "another number of its sentence was not read",
    "sum_incomplete": "a number beside it in its section was not read, so that a sum may lack it",
    "approximate": "the text gives it as approximate",
    "recognised": "it was recognised from a picture",
    "damaged": "its document is damaged",
}


#: Units of what is assigned, and never measured or rounded: 40 of 40 points are exactly 40.
ASSIGNED = ("分",)

_NOTHING = Decimal(0)

#: Of a figure that is recognised from a picture, the confidence below which it is no figure: the number is unread.
LEAST_CONFIDENCE = 0.6


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed number.

    ``value`` is exact, in 万元 for amounts (``unit`` says which unit the value is in: 万元, %, 分, 个 …);
    ``None`` is a blank cell.  ``resolution`` is the value of the last printed digit in the same unit; the
    figure stands for every true value within half of it (a weight or a score, in 分, for itself alone).  ``printed`` is the text as printed (after
    removal of white space).  ``agreement`` says what the readers made of the cell:
    ``agreed`` (two readers, same text), ``single`` (only one reader for this format), ``differs`` (``other_reading``
    holds the second text).  ``placement`` is ``printed``, or ``identity`` where the document left two cells
    possible and the form's identities chose.  ``concept`` is what the row is (``opening_balance``, ``total`` …), told by the
    lexicon; ``row_order`` its order in the printed table, ``printing`` which printing of the table it is of (0 the first).
    ``doubt`` names why the reading is not sure (:data:`DOUBTS`), ``None`` where it is; ``confidence`` is that of a recognised picture.
    """

    figure_id: str
    report_id: str
    section: str  # form | narrative | self_evaluation | self_evaluation_summary | evaluation
    statement: str
    side: str | None
    row_no: str | None
    code: str | None
    label: str | None
    measure: str
    value: Decimal | None
    unit: str
    resolution: Decimal
    printed: str
    place: Place = field(default_factory=Place)
    reader: str = ""
    agreement: str = "single"
    other_reading: str | None = None
    placement: str = "printed"
    concept: str = ""
    row_order: int = 0
    printing: int = 0
    confidence: float | None = None
    doubt: str | None = None

    @property
    def row(self) -> str:
        """The order of its row in the printed table; a further printing counts anew (``2.17``)."""
        order = str(self.row_order) if self.row_order else self.row_no or "0"
        return order if not self.printing else f"{self.printing + 1}.{order}"

    @property
    def amount(self) -> Decimal:
        """The value as an operand: a blank counts as nothing."""
        return self.value if self.value is not None else _NOTHING

    @property
    def half_width(self) -> Decimal:
        """Half of the last printed digit; a blank has none, nor has what is assigned (a weight, a score)."""
        return _NOTHING if self.value is None or self.unit in ASSIGNED else self.resolution / 2

    @property
    def rounding(self) -> Decimal:
        """Half of the last printed digit, whatever the figure is: how far a computed value may be from the digits that are printed of it."""
        return self.resolution / 2 if self.value is not None else _NOTHING

    def interval(self) -> Interval:
        """Every true value that this printed figure can stand for."""
        return ZERO if self.value is None else Interval.around(self.value, self.half_width)


def figure_id(report: str, section: str, statement: str, side: str | None, row: int | str, measure: str) -> str:
    """A readable, unique and stable name: ``2024-ab12…/form/income//17/fiscal`` (``row``: order of the row in its form)."""
    return f"{report}/{section}/{statement}/{side or ''}/{row}/{measure}"
