"""A block of amounts that stands one line too high or too low: one slip, and not as many as the block has lines.

Whoever leaves out or repeats an amount while filling in a column shifts all amounts below it; every sum they stand in breaks.  The
line at the end from which the block came away has lost its own amount, which the sums give back.
What belongs here: finding such blocks and their explanation.  What may not: wrong figures one by one (``search``, ``programme``).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.model.equations import evaluate
from pipeline.model.figures import Figure
from pipeline.reconciliation.layout import Neighbours, row_of, row_order, table_of
from pipeline.reconciliation.ranking import Ranked, Suspect
from pipeline.reconciliation.repairs import middle_value
from pipeline.reconciliation.substitution import substitute
from pipeline.reconciliation.system import System

#: Fewer amounts on wrong lines are repairs like any other.
LEAST_LINES = 3
#: Violated rows that a block must explain: one alone is explained by anything.
_LEAST_ROWS = 2
#: Blocks that are tried exactly, the likeliest first.
_MOST_TRIED = 60
_ROUGH = 1e-6


@dataclass(frozen=True)
class Shift:
    """One block: the figures as they should be printed, by column of the system; the violated rows that it explains.

    ``lost`` is the column of the line whose own amount stands nowhere; ``low`` and ``high`` what the sums admit for it, as changes.
    ``odd`` where the block leaves an amount without a line, or the lost one is another than any that is printed.
    """

    right: Mapping[int, Figure]
    rows: frozenset[int]
    lost: int
    low: float
    high: float
    too_high: bool
    lines: int
    odd: bool

    def ranked(self, system: System, score: float) -> Ranked:
        """The block as an explanation: every figure on a wrong line, with the amount that belongs there."""
        lines = f"a block of {self.lines} lines stands one line too {'high' if self.too_high else 'low'}"
        suspects = []
        for column in sorted(self.right):
            figure, right = system.figures[column], self.right[column]
            if column == self.lost:
                low, high = (system.value(round(end) + system.printed[column]) for end in (self.low, self.high))
                suspects.append(Suspect(figure, low, high, right.amount, (lines, "its own amount is lost; the equations give it back")))
            else:
                suspects.append(Suspect(figure, right.amount, right.amount, right.amount, (lines,)))
        return Ranked(tuple(suspects), score)


@dataclass(frozen=True, slots=True)
class _Block:
    """A block before it is tried exactly: cells from the lost one on."""

    cells: tuple[int, ...]
    explained: int
    vanishing: bool  # whether the amount of the line that is left over is printed nowhere else
    invented: bool  # whether the lost amount is another than what the line prints, and not nothing
    changed: int
    low: float
    high: float
    too_high: bool

    @property
    def likeness(self) -> tuple[int, bool]:
        """Blocks of the same likeness explain as much, and leave as little unexplained."""
        return -self.explained, self.vanishing or self.invented

    @property
    def order(self) -> tuple[tuple[int, bool], int, tuple[int, ...]]:
        return self.likeness, self.changed, self.cells


def best_shifts(system: System, violated: Sequence[int]) -> list[Shift]:
    """The blocks that explain the most violated rows and leave the fewest amounts without a line, the shortest first; several where
    they explain them equally well: of amounts that stand in the same sums nothing tells where the block begins."""
    lines = [r for r in violated if r < len(system.lines)]
    if len(lines) < _LEAST_ROWS:
        return []
    blocks = sorted((b for cells in _columns(system, lines) for b in _blocks(system, frozenset(lines), cells)), key=lambda b: b.order)
    found: list[Shift] = []
    best: tuple[int, bool] | None = None
    for block in blocks[:_MOST_TRIED]:
        if best is not None and block.likeness != best:
            break
        shift = _tried(system, frozenset(violated), block)
        if shift is not None and all(shift.right != s.right for s in found):
            found.append(shift)
            best = block.likeness
    return found


def exchanged(system: System, rows: frozenset[int]) -> bool:
    """Whether two amounts that changed places with their neighbour explain these rows and break none: two slips less than a block has."""
    neighbours = Neighbours(system.figures)
    for c in sorted({c for r in rows for c in system.columns[r]}):
        here = system.figures[c]
        for there in neighbours.of(here):
            other = system.index[there.figure_id]
            if here.amount == there.amount or not rows <= (touched := {*system.touching[c], *system.touching[other]}):
                continue
            right = {f.figure_id: f for f in (_as(here, there), _as(there, here))}
            if all(evaluate(substitute(e, right)).verdict != "violated" for e in system.equations_of(sorted(touched))):
                return True
    return False


def _columns(system: System, violated: Sequence[int]) -> Iterator[list[int]]:
    """The amounts of each printed column that as many violated rows touch as a block must explain, from top to bottom."""
    columns: dict[tuple[object, ...], list[int]] = {}
    for c, figure in enumerate(system.figures):
        if figure.section == "form":
            columns.setdefault((*table_of(figure), figure.measure), []).append(c)
    for cells in columns.values():
        touched = sum(not system.columns[r].isdisjoint(cells) for r in violated)
        if len(cells) > LEAST_LINES and touched >= _LEAST_ROWS:
            yield sorted(cells, key=lambda c: row_order(row_of(system.figures[c])))


def _blocks(system: System, violated: frozenset[int], cells: Sequence[int]) -> Iterator[_Block]:
    """Blocks of one column that may explain at least two violated rows and leave no row of theirs violated, roughly."""
    for too_high in (True, False):
        column = _Column(system, violated, cells if too_high else cells[::-1], too_high)
        for lost in range(len(cells) - LEAST_LINES):
            if not column.may_begin(lost):
                break  # nor by one that begins below
            yield from column.blocks(lost)


class _Column:
    """One printed column in the order in which blocks of it are tried, and what each of its lines does to the rows that it stands in."""

    def __init__(self, system: System, violated: frozenset[int], order: Sequence[int], too_high: bool) -> None:
        self.system, self.violated, self.order, self.too_high = system, violated, order, too_high
        self.printed = [float(system.printed[c]) for c in order]
        self.changes = [0.0, *(above - own for above, own in zip(self.printed, self.printed[1:], strict=False))]
        self.unlike = list(itertools.accumulate(change != 0 for change in self.changes))
        self.factors = [{r: float(system.lines[r].terms[c]) for r in system.touching[c] if r < len(system.lines)} for c in order]
        self.last = {r: place for place, own in enumerate(self.factors) for r in own}  # where each row stands in the column last
        widest = max(system.half[c] for c in order)  # a blank line has no rounding of its own; the amount that belongs there has
        self.limits = {r: _limits(system, r, widest) for r in self.last}

    def may_begin(self, lost: int) -> bool:
        """Whether a block from a line to the end could explain enough."""
        explicable = sum(place >= lost and r in self.violated for r, place in self.last.items())
        return explicable >= _LEAST_ROWS and self.unlike[-1] - self.unlike[lost] >= LEAST_LINES

    def blocks(self, lost: int) -> Iterator[_Block]:
        """The blocks that begin at a line, the shortest first, until one breaks a row for good: nothing below stands in that row."""
        free, sums = self.factors[lost], dict.fromkeys(self.factors[lost], 0.0)
        broken: set[int] = set()
        for end in range(lost + 1, len(self.order)):
            for r, factor in self.factors[end].items():
                sums[r] = at = sums.get(r, 0.0) + factor * self.changes[end]
                low, high = self.limits[r]
                if r in free or low <= at <= high:
                    broken.discard(r)
                elif self.last[r] == end:
                    return
                else:
                    broken.add(r)
            if end >= lost + LEAST_LINES and not broken and (block := self._block(lost, end, sums)) is not None:
                yield block

    def _block(self, lost: int, end: int, sums: Mapping[int, float]) -> _Block | None:
        """The block of these lines, where it is one and some amount on its lost line satisfies all."""
        explained, lines = sum(r in self.violated for r in sums), self.unlike[end] - self.unlike[lost]
        if explained < _LEAST_ROWS or lines < LEAST_LINES:
            return None
        floor = self.system.floors[self.order[lost]]
        least, most = -math.inf if floor is None else float(floor), math.inf
        for r, factor in self.factors[lost].items():
            one, other = ((bound - sums[r]) / factor for bound in self.limits[r])
            least, most = max(least, min(one, other)), min(most, max(one, other))
        if least > most:
            return None
        printed = self.printed
        vanishing = bool(printed[end]) and printed[end] != printed[end - 1]
        invented = not any(least <= x <= most for x in (0.0, -printed[lost]))
        return _Block(tuple(self.order[lost : end + 1]), explained, vanishing, invented, lines, least, most, self.too_high)


def _limits(system: System, row: int, widest: int) -> tuple[float, float]:
    """The least and the greatest that changes may add up to in a row, roughly."""
    line = system.lines[row]
    width = line.width + widest + _ROUGH
    return -math.inf if line.low is None else line.low - width, math.inf if line.high is None else line.high + width


def _tried(system: System, violated: frozenset[int], block: _Block) -> Shift | None:
    """The block as figures, if all equations that it touches hold then."""
    if not math.isfinite(block.low) or not math.isfinite(block.high):
        return None
    lost = block.cells[0]
    right = {c: _as(system.figures[c], system.figures[above]) for above, c in zip(block.cells, block.cells[1:], strict=False)}
    right[lost] = _found_again(system, block)
    rows = frozenset(r for c in block.cells for r in system.touching[c])
    by_id = {f.figure_id: f for f in right.values()}
    if any(evaluate(substitute(e, by_id)).verdict == "violated" for e in system.equations_of(sorted(rows))):
        return None
    changed = {c: f for c, f in right.items() if f.amount != system.figures[c].amount}
    return Shift(changed, rows & violated, lost, block.low, block.high, block.too_high, len(block.cells) - 1, block.vanishing or block.invented)


def _found_again(system: System, block: _Block) -> Figure:
    """The line whose own amount is lost, with what the sums admit: what it prints, nothing, or the middle."""
    figure, printed = system.figures[block.cells[0]], system.printed[block.cells[0]]
    if block.low <= 0 <= block.high:
        return figure
    if block.low <= -printed <= block.high:
        return replace(figure, value=None, printed="")
    low, high = (system.value(round(end) + printed) for end in (block.low, block.high))
    value = middle_value(figure, low, high)
    return replace(figure, value=value, printed=f"{value}")


def _as(figure: Figure, printed: Figure) -> Figure:
    """The figure with the amount that another prints."""
    return replace(figure, value=printed.value, resolution=printed.resolution, printed=printed.printed)
