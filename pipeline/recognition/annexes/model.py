"""What was read of a report's performance annexes, before it becomes rows and figures.

What belongs here: the value types that the readers share.  What may not: reading, or judging.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.figures import Figure, Place
from pipeline.model.parts import Part
from pipeline.model.text import remembered
from pipeline.reading.document import Cell

#: Where a text stands: its block in :meth:`pipeline.reading.document.Document.blocks`, and the row and column of its cell (-1 for a line).
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece of text as printed, with its place, what a second reader made of it, and how its column was known.

    ``doubt`` is one of :data:`pipeline.model.figures.DOUBTS`; ``key`` is where it stands in the document.
    """

    text: str = ""
    place: Place = field(default_factory=Place)
    second: str | None = None
    placement: str = "printed"
    key: Key | None = None
    doubt: str | None = None
    confidence: float | None = None

    def __bool__(self) -> bool:
        return bool(self.text)

    @classmethod
    def of(cls, cell: Cell | None, position: int = 0) -> Printed:
        if cell is None:
            return NOTHING
        second = None if cell.second is None else tidy(cell.second)
        key = (position, cell.row, cell.col)
        return cls(tidy(cell.text), cell.place, second, cell.placement, key, None, cell.confidence)


NOTHING = Printed()


_MARKUP, _BREAKS, _BLANKS = re.compile(r"</?[a-zA-Z][^<>]*>|~~"), re.compile(r"[\r\n]+"), re.compile(r"\s+")


@remembered  # most cells are asked for by several readers
def tidy(text: str) -> str:
    """A cell's text on one line: markup of the text layer and line breaks taken out, runs of blanks made one."""
    return _BLANKS.sub(" ", "".join(line.strip() for line in _BREAKS.split(_MARKUP.sub("", text)))).strip()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One level-3 indicator.  ``weight`` and ``rate`` are ``None`` where the form has no such column; ``unit`` is that of a column of units."""

    level1: str
    level1_weight: Printed
    level2: str
    level3: Printed
    level3_weight: Printed
    target: Printed
    actual: Printed
    rate: Printed | None
    weight: Printed | None
    score: Printed
    deviation: Printed
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One self-evaluation form (项目支出绩效自评表 …).

    ``heads``: project, competent_department, implementing_unit.  ``budget``: fund (total, current_year, carried_over, other …) → column
    (initial, adjusted, executed, weight, rate, score) → text.  ``unit``: what it prints of its amounts' unit.
    """

    heads: Mapping[str, Printed]
    budget: Mapping[str, Mapping[str, Printed]]
    execution_weight: Printed
    indicators: tuple[Indicator, ...]
    subtotals: tuple[tuple[Printed, Printed], ...]
    total_weight: Printed
    total_score: Printed
    unit: str
    place: Place


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One row of a summary table, by column; ``title`` is the table's own, ``unit`` what it prints of its amounts."""

    cells: Mapping[str, Printed]
    title: str
    note: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ScoringRow:
    """One row of a scoring table or of a breakdown in the text.

    ``kind``: ``item``, ``subtotal`` (of its level 1) or ``total``.  ``level1_weight``/``level2_weight`` are what the level names print in brackets
    or in a column of their own; ``group_score`` is a 小计 printed beside the first row of a group, ``group_rate`` the rate that belongs to it;
    ``rule`` is how points are given (评分标准), ``basis`` why so many were (评分依据).
    """

    kind: str
    levels: tuple[str, str, str]
    weight: Printed | None
    score: Printed
    rate: Printed | None
    level1_weight: Printed = NOTHING
    level2_weight: Printed = NOTHING
    group_score: Printed | None = None
    group_rate: bool = False
    extra: tuple[tuple[str, Printed], ...] = ()  # further numbers by concept (share)
    rule: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class ScoringTable:
    """One scoring table of an evaluation report (continued pieces joined), or one breakdown in sentences (``source`` = text)."""

    evaluation: str
    evaluation_no: int
    title: str
    source: str
    rows: tuple[ScoringRow, ...]


@dataclass(frozen=True, slots=True)
class EvaluationStatement:
    """A score or grade that an evaluation report states in words (``绩效评价得分为 92.89 分，评价等级为“优”``)."""

    evaluation: str
    evaluation_no: int
    score: Printed
    grade: str


@dataclass(frozen=True)
class PerformancePart:
    """The performance annexes of one report: rows by full table name, their figures, and the parts that they stand in."""

    tables: Mapping[str, tuple[Mapping[str, Any], ...]]
    figures: tuple[Figure, ...]
    parts: tuple[Part, ...] = ()
