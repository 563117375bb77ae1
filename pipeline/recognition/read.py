"""What was read of a form before it becomes figures: rows with the texts of their cells."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.lexicon.forms import FormSpec
from pipeline.model.figures import Place
from pipeline.reading.document import Found


@dataclass(frozen=True, slots=True)
class CellRead:
    """A value cell: its text, its place, the second reader's text, how its column and how its cell were known."""

    text: str
    place: Place
    second: str | None = None
    placement: str = "printed"
    found: Found = "ruled"


@dataclass
class RowRead:
    """One row under construction: its address as printed and its cells by measure."""

    side: str | None
    code: str
    label: str
    row_no: str
    cells: dict[str, CellRead]
    place: Place = field(default_factory=Place)

    @property
    def empty(self) -> bool:
        return not any(c.text.strip() for c in self.cells.values())


@dataclass
class FormRead:
    """One printing of a form: title, unit (word and how many 万元 one of it is), rows, and what found no home."""

    spec: FormSpec
    title: str
    place: Place
    unit: str = "万元"
    ratio: tuple[int, int] = (1, 1)
    unit_declared: bool = False
    unit_printed: str | None = None  # where the figures say that the label is wrong
    rows: list[RowRead] = field(default_factory=list)
    stray: list[tuple[str, Place]] = field(default_factory=list)
    no_data_note: bool = False
    problem: str | None = None
    pages: set[int] = field(default_factory=set)
