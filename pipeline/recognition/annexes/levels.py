"""The merged level columns of an indicator table: which level-1 and level-2 name holds for each row.

What belongs here: telling a level name, its printed weight, and following a merged cell that a page has cut (its name
then stands on one of the pieces only, which may be the later one).  What may not: the other columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.lexicon.annexes import is_row, levels, only_level2, words
from pipeline.model.numbers import parse_number
from pipeline.recognition.annexes.grid import GridRow
from pipeline.recognition.annexes.model import NOTHING, Printed, tidy

#: A weight behind a name: in brackets, or, behind the name of a level, without them.
_NAMED = re.compile(r"[（(]\s*(?P<weight>\d+(?:\.\d+)?)\s*分\s*[)）]\s*$")
_LOOSE = re.compile(r"\(?(?P<weight>\d+(?:\.\d+)?)(分|%)?\)?$")


def named(printed: Printed) -> tuple[str, Printed]:
    """``产出指标（40分）`` → its name and its declared weight (nothing where none is printed)."""
    compact = words(printed.text)
    if levels(compact):
        return compact, NOTHING
    match = _LOOSE.search(compact)
    if match is not None and levels(compact[: match.start()]):
        return compact[: match.start()], _weight(printed, match["weight"])
    return strip_weight(printed)


def strip_weight(printed: Printed) -> tuple[str, Printed]:
    """``智慧社区验收（10分）`` → ``智慧社区验收`` and ``10``."""
    text = tidy(printed.text)
    match = _NAMED.search(text)
    return (text, NOTHING) if match is None else (text[: match.start()].strip(), _weight(printed, match["weight"]))


def _weight(printed: Printed, digits: str) -> Printed:
    return replace(printed, text=digits, second=None if printed.second is None else digits)


def is_level(printed: Printed) -> bool:
    """Whether a text is the name of a level 1 or 2."""
    return bool(levels(words(named(printed)[0])))


def level_texts(row: GridRow, level3: int, columns: dict[str, int]) -> tuple[Printed, Printed]:
    """What a row prints as level 1 and level 2 to the left of its level-3 column, wherever the cells were shifted to."""
    left = [(c, row.at(c)) for c, text in row.filled() if c < level3 and not is_row(text, "block")]
    if len(left) >= 2:
        return left[-2][1], left[-1][1]
    if not left:
        return NOTHING, NOTHING
    column, printed = left[0]
    name = words(named(printed)[0])
    if only_level2(name):
        return NOTHING, printed
    if levels(name) == {1}:
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
        if self._column is None or not _keeps_spans(row) or row.first or self._last is None:
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


def _keeps_spans(row: GridRow) -> bool:
    """Whether a blank cell of its own says that a group begins: only where rules are drawn; elsewhere every blank cell is printed."""
    table = row.table
    return table is not None and table.reader.startswith("pdf") and bool(table.cells) and table.cells[0].found == "ruled"


Named = tuple[str, Printed]


def parted(names: Sequence[Named], weights: Sequence[Decimal | None]) -> list[Named]:
    """The names of a level row after row, where need be parted by the weights that they print.

    A merged cell's name may be printed in the middle of its rows.  Where the rows below each name do not have the weight that it prints,
    and the rows can be parted in the names' order so that all do, they are; where not, they stay as printed.
    """
    groups = [n for i, n in enumerate(names) if n[0] and (i == 0 or names[i - 1][0] != n[0])]
    declared = [_decimal(weight) for _, weight in groups]
    if len(groups) < 2 or None in declared or None in weights or len({n for n, _ in groups}) != len(groups):
        return list(names)
    own: list[Named] = []
    left = list(declared)
    for weight in weights:
        while left and left[0] == 0 and weight:
            left.pop(0)
        if not left or weight is None or left[0] is None or weight > left[0]:
            return list(names)
        left[0] -= weight
        own.append(groups[len(groups) - len(left)])
    return own if len(left) == 1 and left[0] == 0 else list(names)


def _decimal(printed: Printed) -> Decimal | None:
    number = parse_number(printed.text)
    return number.value if number is not None else None
