"""The indicator block of a self-evaluation form: its columns by their headings, its levels, its sums.

What belongs here: one row after another, shifted or cut by pages.  What may not: the form around them (``forms``), what a target means
(``targets``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipeline.lexicon import annexes as meaning
from pipeline.lexicon.annexes import words
from pipeline.recognition.annexes.emit import exact, text_of
from pipeline.recognition.annexes.grid import Fits, GridRow, best_shift, headings, numeric, with_unknown
from pipeline.recognition.annexes.levels import LevelColumn, is_level, level_texts, named, parted, strip_weight
from pipeline.recognition.annexes.model import NOTHING, Indicator, Printed

_NUMBER_OR_DASH = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%{0,2}分?|[-—–/]+|无")
_NO_NAME = re.compile(r"[≥≤<>=].*|\d+(\.\d+)?%?")


class _Name:
    """What may be the name of an indicator: no target, no number, no level 2."""

    @staticmethod
    def fullmatch(text: str, /) -> bool:
        return not _NO_NAME.fullmatch(text) and not meaning.only_level2(text)


_FITS: Fits = {
    "level3": (_Name(), 5, 3),
    "target": (None, 0, 2),
    "actual": (None, 0, 1),
    "rate": (_NUMBER_OR_DASH, 4, 1),
    "weight": (_NUMBER_OR_DASH, 5, 2),
    "score": (_NUMBER_OR_DASH, 5, 3),
    "deviation": (re.compile(r"(?!\d+(\.\d+)?$).+"), 2, 0),
}
#: Columns that a shifted row must fill to leave no doubt about them.
_TELLING = ("level3", "target", "actual", "weight", "score")


def indicator_columns(row: GridRow, above: GridRow | None = None) -> dict[str, int] | None:
    """Concept → column where a row is the headings of an indicator block, or their second row below ``above``; else ``None``."""
    found = headings(row, "indicator")
    if "level3" not in found:
        return None
    over = headings(above, "indicator") if above is not None else {}
    if len(over) >= 2 and "level3" not in over and not over.keys() <= found.keys():
        taken = set(found.values())
        found |= {name: c for name, c in over.items() if name not in found and c not in taken}
    measured = "target" in found or "actual" in found
    return with_unknown(row, found, found["level3"]) if measured and len(found) >= 3 else None


@dataclass
class IndicatorBlock:
    """The block while it is read: feed its headings and rows, then take ``indicators``, ``subtotals`` and the sum."""

    columns: dict[str, int] = field(default_factory=dict)
    subtotals: list[tuple[Printed, Printed]] = field(default_factory=list)
    total_weight: Printed = NOTHING
    total_score: Printed = NOTHING
    _items: list[Indicator] = field(default_factory=list)
    _level1: LevelColumn = field(default_factory=lambda: LevelColumn(None))
    _level2: LevelColumn = field(default_factory=lambda: LevelColumn(None))
    _before: int = -1  # the table of the row before
    _group: dict[int, Printed] = field(default_factory=dict)  # levels that stand in rows of their own

    def begin(self, columns: dict[str, int]) -> None:
        """The block's headings, once more on each page."""
        if not self.columns:
            self._level1, self._level2 = LevelColumn(columns.get("level1")), LevelColumn(columns.get("level2"))
        self.columns = columns

    def feed(self, row: GridRow) -> None:
        filled = row.filled()
        over_page, self._before = row.sequence != self._before, row.sequence
        if not filled or all(meaning.is_row(t, "placeholder") for _, t in filled) or meaning.is_row(filled[0][1], "remark"):
            return
        if self.sum(row) or self._level_alone(row):
            return
        shift = best_shift(row, self.columns, _FITS, "level3", range(2, -4, -1))
        item = self._item(row, shift)
        if self._items and over_page and not (item.target or item.actual or item.score or (item.weight and item.weight.text)):
            self._items[-1] = _joined(self._items[-1], item)  # the rest of a row that the page has cut
            return
        if not item.level3 and not item.target and not item.actual:
            return  # a remark across the table, or a sum under another name
        self._add(row, item, shift)

    def sum(self, row: GridRow) -> bool:
        """Take a row of sums (总分, 小计); returns whether it is one."""
        head = [t for _, t in row.filled()[:2]]
        if not any(meaning.is_row(t, "sum", "subtotal") for t in head):
            return False
        numbers = [(c, row.at(c)) for c, t in row.filled() if numeric(t.removesuffix("分"))]
        weight = numbers[0][1] if len(numbers) > 1 else NOTHING
        score = numbers[-1][1] if numbers else NOTHING
        if len(numbers) == 1 and self._is_weight(row, *numbers[0]):
            weight, score = score, NOTHING
        if not any(meaning.is_row(t, "sum") for t in head):
            self.subtotals.append((weight, score))
        elif not self.total_score:
            self.total_weight, self.total_score = weight, score
        return True

    def _is_weight(self, row: GridRow, column: int, printed: Printed) -> bool:
        """Whether the only number of a sum stands under the weights and is their whole, with a column of scores beside it."""
        at = self.columns.get("weight")
        return at == column and "score" in self.columns and row.sequence == self._before and words(printed.text) in ("100", "90")

    def _level_alone(self, row: GridRow) -> bool:
        """Take a row that prints the name of a level and nothing else: it holds for the rows below."""
        filled = [(c, t) for c, t in row.filled() if not meaning.is_row(t, "block")]
        if len(filled) != 1 or row.cover(filled[0][0]) is None or not is_level(row.at(filled[0][0])):
            return False
        printed = row.at(filled[0][0])
        level = 2 if meaning.only_level2(words(named(printed)[0])) else 1
        self._group = {**{k: v for k, v in self._group.items() if k < level}, level: printed}
        return True

    def _add(self, row: GridRow, item: Indicator, shift: int) -> None:
        first, second = level_texts(row, self.columns["level3"] + shift, self.columns)
        stray = first or second
        if not item.level3 and bool(first) != bool(second) and not is_level(stray):
            name, declared = strip_weight(stray)  # the name stands apart from the cells that were shifted with it
            item = replace(item, level3=replace(stray, text=name), level3_weight=declared)
            first = second = NOTHING
        first, second = first or self._group.pop(1, NOTHING), second or self._group.pop(2, NOTHING)
        fresh = self._level1.feed(row, first)
        self._level2.feed(row, second, fresh and not second)
        self._items.append(item)

    def _item(self, row: GridRow, shift: int) -> Indicator:
        doubt = "row_shifted" if shift and not all(row.text(self.columns[n] + shift) for n in _TELLING if n in self.columns) else None

        def at(name: str) -> Printed:
            return replace(row.at(self.columns[name] + shift), doubt=doubt) if name in self.columns else NOTHING

        label, declared = strip_weight(at("level3"))
        return Indicator(
            level1="",
            level1_weight=NOTHING,
            level2="",
            level3=replace(at("level3"), text=label),
            level3_weight=declared,
            target=_target(at("target_operator"), at("target"), at("target_unit")),
            actual=at("actual"),
            rate=at("rate") if "rate" in self.columns else None,
            weight=at("weight") if "weight" in self.columns else None,
            score=at("score"),
            deviation=at("deviation"),
            unit=at("target_unit").text,
        )

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        weights = [exact(text_of(item.weight) or item.level3_weight.text)[0] for item in self._items]
        level1 = parted(self._level1.names(), weights)
        return tuple(
            replace(item, level1=one[0], level1_weight=one[1], level2=two[0])
            for item, one, two in zip(self._items, level1, self._level2.names(), strict=True)
        )


def _target(operator: Printed, value: Printed, unit: Printed) -> Printed:
    """A target whose operator and unit stand in columns of their own, as one text: ``≥`` ``95`` ``%`` → ``≥95%``."""
    sign = operator.text if re.fullmatch(r"[≥≤<>=＝＞＜]{1,2}|不?(低|少|高|多|大|小|等)于(等于)?", words(operator.text)) else ""
    return replace(value, text=f"{sign}{value.text}{unit.text}") if value and (sign or unit) else value


def _joined(item: Indicator, rest: Indicator) -> Indicator:
    def join(a: Printed, b: Printed) -> Printed:
        return replace(a, text=a.text + b.text) if b.text else a

    return replace(item, level3=join(item.level3, rest.level3), deviation=join(item.deviation, rest.deviation))
