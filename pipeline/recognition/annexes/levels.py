"""The merged level columns of an indicator table: which level-1 and level-2 name holds for each row.

What belongs here: telling a level name, its printed weight, and following a merged cell that a page has cut (its name
then stands on one of the pieces only, which may be the later one).  What may not: the other columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.recognition.annexes.grid import GridRow
from pipeline.recognition.annexes.model import NOTHING, Printed, tidy
from pipeline.recognition.annexes.vocabulary import BLOCK_LABEL, LEVEL1, LEVEL2, NAMED_WEIGHT, ONLY_LEVEL2, words


def named(printed: Printed) -> tuple[str, Printed]:
    """``产出指标（40分）`` → its name and its declared weight (nothing where none is printed)."""
    compact = words(printed.text)
    match = LEVEL1.fullmatch(compact) or LEVEL2.fullmatch(compact)
    if match is not None:
        weight = match["weight"] or ""
        return match["name"], Printed(
            weight, printed.place, weight if printed.second is not None else None
        ) if weight else NOTHING
    return strip_weight(printed)


def strip_weight(printed: Printed) -> tuple[str, Printed]:
    """``智慧社区验收（10分）`` → ``智慧社区验收`` and ``10``."""
    text = tidy(printed.text)
    match = NAMED_WEIGHT.search(text)
    if match is None:
        return text, NOTHING
    return text[: match.start()].strip(), Printed(
        match["weight"], printed.place, match["weight"] if printed.second is not None else None
    )


def is_level(printed: Printed) -> bool:
    """Whether a text is the name of a level 1 or 2."""
    compact = words(printed.text)
    return bool(LEVEL1.fullmatch(compact) or LEVEL2.fullmatch(compact) or ONLY_LEVEL2.fullmatch(compact))


def level_texts(row: GridRow, level3: int, columns: dict[str, int]) -> tuple[Printed, Printed]:
    """What a row prints as level 1 and level 2 to the left of its level-3 column, wherever the cells were shifted to."""
    left = [(c, row.at(c)) for c, text in row.filled() if c < level3 and not BLOCK_LABEL.fullmatch(text)]
    if len(left) >= 2:
        return left[-2][1], left[-1][1]
    if not left:
        return NOTHING, NOTHING
    column, printed = left[0]
    compact = words(printed.text)
    if ONLY_LEVEL2.fullmatch(compact):
        return NOTHING, printed
    if LEVEL1.fullmatch(compact) and not LEVEL2.fullmatch(compact):
        return printed, NOTHING
    first, second = columns.get("level1", -1), columns.get("level2", -1)
    return (NOTHING, printed) if abs(column - second) < abs(column - first) else (printed, NOTHING)


@dataclass
class _Group:
    name: str
    weight: Printed


class LevelColumn:
    """The names of one level, row after row.  Feed every row, then ask :meth:`name` for each."""

    def __init__(self, column: int | None) -> None:
        self._column = column
        self._groups: list[_Group] = []
        self._of_row: list[int] = []
        self._last: GridRow | None = None

    def feed(self, row: GridRow, printed: Printed, fresh: bool = False) -> bool:
        """Take a row and what it prints at this level; returns whether a new group began.  ``fresh``: the level above changed."""
        name, weight = named(printed)
        begins = False
        if name:
            current = self._groups[-1] if self._groups else None
            over_page = self._last is not None and self._last.table is not row.table
            cut = over_page and current is not None and (not current.name or current.name == name)
            if cut and current is not None and not fresh:
                current.name = name
                current.weight = current.weight or weight
            else:
                self._groups.append(_Group(name, weight))
                begins = True
        elif not self._groups or self._unnamed_cell(row) or fresh:
            self._groups.append(_Group("", NOTHING))
            begins = bool(self._of_row)
        self._of_row.append(len(self._groups) - 1)
        self._last = row
        return begins

    def _unnamed_cell(self, row: GridRow) -> bool:
        """Whether a blank cell of its own begins here: a group whose name the page break has put elsewhere.

        Text layers print every blank cell, so there a blank says nothing; and a blank at the top of a page continues what stood above.
        """
        if self._column is None or not row.table.reader.startswith("pdf") or row.first or self._last is None:
            return False
        if self._last.table is not row.table:
            return False
        cover, above = row.cover(self._column), self._last.cover(self._column)
        return cover is not above and not (cover is not None and cover.rowspan == 1 and above is not None and above.rowspan == 1)

    def names(self) -> Sequence[tuple[str, Printed]]:
        """Name and declared weight for each row fed; a group that no piece names takes the one above (none where there is none)."""
        known: list[tuple[str, Printed]] = []
        for group in self._groups:
            if not group.name and known:
                known.append(known[-1])
            else:
                known.append((group.name, group.weight))
        return [known[g] for g in self._of_row]
