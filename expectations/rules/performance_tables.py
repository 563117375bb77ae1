"""The scoring tables of evaluation reports as the rules look at them.

What belongs here: look-ups over ``core.evaluation_scores`` joined with its figures.  What may not: what must hold
(``performance_evaluations``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from expectations.rules.performance_view import Cells, printed
from pipeline.lexicon.annexes import words
from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure


@dataclass(frozen=True)
class Scored:
    """One row of a scoring table."""

    row: Mapping[str, Any]
    cells: Cells

    def get(self, measure: str) -> Figure | None:
        return printed(self.cells.get(measure))

    @property
    def kind(self) -> str:
        return str(self.row["row_kind"])

    @property
    def level1(self) -> str:
        return str(self.row.get("level1") or "")

    @property
    def group(self) -> str:
        """The highest level that the table prints for the row: level 1, or level 2 in a table that begins there."""
        return self.level1 or str(self.row.get("level2") or "")

    @property
    def group_weight(self) -> Figure | None:
        """The weight that the group's name prints."""
        return self.get("level1_weight" if self.level1 else "level2_weight")

    @property
    def deepest(self) -> str:
        """The name of the indicator itself, without blanks and quotes."""
        return words(next((x for n in (3, 2, 1) if (x := str(self.row.get(f"level{n}") or ""))), ""))

    @property
    def level2(self) -> str:
        return str(self.row.get("level2") or "")

    @property
    def level3(self) -> str:
        return str(self.row.get("level3") or "")

    @property
    def level2_weight(self) -> Figure | None:
        """The weight that the name of level 2 prints, on the first row of its group."""
        return self.get("level2_weight")

    @property
    def name(self) -> str:
        levels = [str(self.row.get(f"level{n}") or "") for n in (1, 2, 3)]
        return " ".join(x for x in levels if x) or {"total": "合计", "subtotal": "小计"}.get(self.kind, "")


@dataclass(frozen=True)
class ScoreTable:
    """One scoring table, or one breakdown in the text."""

    evaluation: str
    evaluation_no: int
    number: int
    title: str
    source: str
    rows: tuple[Scored, ...] = field(default_factory=tuple)

    @property
    def place(self) -> str:
        return f"{self.evaluation} / {self.title or '得分表'}（{self.number}）"

    @property
    def items(self) -> list[Scored]:
        return [r for r in self.rows if r.kind == "item"]

    @property
    def total(self) -> Scored | None:
        return next((r for r in self.rows if r.kind == "total"), None)

    def by_level1(self) -> dict[str, list[Scored]]:
        found: dict[str, list[Scored]] = {}
        for row in self.items:
            found.setdefault(row.level1, []).append(row)
        return found

    def by_group(self) -> dict[str, list[Scored]]:
        """The items by the highest level that the table prints."""
        found: dict[str, list[Scored]] = {}
        for row in self.items:
            found.setdefault(row.group, []).append(row)
        return found


def score_tables(contents: ReportContents) -> list[ScoreTable]:
    """Every scoring table of every evaluation report."""
    return contents.once(("performance", "scores"), lambda: _score_tables(contents))


def _score_tables(contents: ReportContents) -> list[ScoreTable]:
    cells: dict[tuple[str, str, str], Cells] = {}
    for statement in {f"evaluation{r['evaluation_no']}" for r in contents.rows_of("core.evaluation_scores")}:
        for r in contents.rows(statement, section="evaluation"):
            cells[statement, r.side or "", r.row] = r.cells
    grouped: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    for row in contents.rows_of("core.evaluation_scores"):
        grouped.setdefault((int(row["evaluation_no"]), int(row["table_no"])), []).append(row)
    found = []
    for (evaluation, table), rows in sorted(grouped.items()):
        first = rows[0]
        side = f"{first['source']}{table}"
        scored = tuple(
            Scored(r, cells.get((f"evaluation{evaluation}", side, str(r["row_no"])), {})) for r in sorted(rows, key=lambda r: int(r["row_no"]))
        )
        found.append(ScoreTable(str(first["evaluation"]), evaluation, table, str(first["title"] or ""), str(first["source"]), scored))
    return found


def stated_scores(contents: ReportContents) -> dict[int, list[Figure]]:
    """The results stated in words, by evaluation; a figure's label is the grade in the same sentence."""
    found: dict[int, list[Figure]] = {}
    for f in contents.figures:
        if f.section == "evaluation" and f.side == "stated":
            found.setdefault(int(f.statement.removeprefix("evaluation")), []).append(f)
    return found
