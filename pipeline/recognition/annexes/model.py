"""What was read of a report's performance annexes, before it becomes rows and figures.

What belongs here: the value types that the readers of the layouts share.  What may not: reading, or judging.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.figures import Figure, Place
from pipeline.reading.document import Cell


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece of text as printed, with its place, what a second reader made of it, and how its column was known."""

    text: str = ""
    place: Place = field(default_factory=Place)
    second: str | None = None
    placement: str = "printed"

    def __bool__(self) -> bool:
        return bool(self.text)

    @classmethod
    def of(cls, cell: Cell | None) -> Printed:
        return NOTHING if cell is None else cls(tidy(cell.text), cell.place, None if cell.second is None else tidy(cell.second))


NOTHING = Printed()


def tidy(text: str | None) -> str:
    """A cell's text on one line: markup of the text layer and line breaks taken out, runs of blanks made one."""
    bare = re.sub(r"</?[a-zA-Z][^<>]*>|~~", "", text or "")
    return re.sub(r"\s+", " ", "".join(line.strip() for line in re.split(r"[\r\n]+", bare))).strip()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One level-3 indicator.  ``weight`` and ``rate`` are ``None`` where the form has no such column."""

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


@dataclass(frozen=True, slots=True)
class Form:
    """One 项目支出绩效自评表.

    ``heads``: project, competent_department, implementing_unit.  ``budget``: row (total, current_year, carried_over, other) → column
    (initial, adjusted, executed, weight, rate, score) → text.  ``unit_factor``: what an amount is multiplied with to give 万元.
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

    ``kind``: ``item``, ``subtotal`` (of its level 1) or ``total``.  ``level1_weight``/``level2_weight`` are what the level names print in brackets;
    ``group_score`` is a 小计 printed beside the first row of a group, ``group_rate`` the rate that belongs to it.
    """

    kind: str
    levels: tuple[str, str, str]
    weight: Printed | None
    score: Printed
    rate: Printed | None
    level1_weight: str = ""
    level2_weight: str = ""
    group_score: Printed | None = None
    group_rate: bool = False


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
    """The performance annexes of one report: rows by full table name, and their figures."""

    tables: Mapping[str, tuple[Mapping[str, Any], ...]]
    figures: tuple[Figure, ...]
