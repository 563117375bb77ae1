"""A block of amounts that stands one line too high or too low: one slip, and not as many as the block has lines.

Whoever leaves out or repeats an amount while filling in a column shifts all amounts below it; every sum they stand in breaks.  The
line at the end from which the block came away has lost its own amount, which the sums give back.
What belongs here: finding such blocks and their explanation.  What may not: wrong figures one by one (``search``, ``programme``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

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
    def likeness(self) -> tuple[int, int]:
        """Blocks of the same likeness explain as much, and leave as little unexplained."""
        return -self.explained, self.vanishing + self.invented

    @property
    def order(self) -> tuple[tuple[int, int], int, tuple[int, ...]]:
        return self.likeness, self.changed, self.cells


def best_shifts(system: System, violated: Sequence[int]) -> list[Shift]:
    """The blocks that explain the most violated rows and leave the fewest amounts without a line, the shortest first; several where
    they explain them equally well: of amounts that stand in the same sums nothing tells where the block begins."""
    lines = [r for r in violated if r < len(system.lines)]
    if len(lines) < _LEAST_ROWS:
        return []
    blocks = sorted((b for cells in _columns(system, lines) for b in _blocks(system, frozenset(lines), cells)), key=lambda b: b.order)
    found: list[Shift] = []
    best: tuple[int, int] | None = None
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
    rows = sorted({r for c in cells for r in system.touching[c] if r < len(system.lines)})
    at = {r: i for i, r in enumerate(rows)}
    whole = np.zeros((len(rows), len(cells)))
    for j, c in enumerate(cells):
        for r in system.touching[c]:
            if r in at:
                whole[at[r], j] = system.lines[r].terms[c]
    widest = max(system.half[c] for c in cells)  # a blank line has no rounding of its own; the amount that belongs there has
    width = np.array([system.lines[r].width for r in rows], dtype=np.float64) + widest + _ROUGH
    low = np.array([-np.inf if (x := system.lines[r].low) is None else x for r in rows]) - width
    high = np.array([np.inf if (x := system.lines[r].high) is None else x for r in rows]) + width
    wrong = np.array([r in violated for r in rows])
    for too_high in (True, False):
        order = cells if too_high else cells[::-1]
        factors = whole if too_high else np.ascontiguousarray(whole[:, ::-1])
        printed = np.array([system.printed[c] for c in order], dtype=np.float64)
        change = np.concatenate(([0.0], printed[:-1] - printed[1:]))
        moved, touching, unlike = np.cumsum(factors * change, axis=1), np.cumsum(factors != 0, axis=1), np.cumsum(change != 0)
        told = touching[wrong]
        explicable = (touching[:, [-1]] > np.pad(touching, ((0, 0), (1, 0)))[:, :-1])[wrong].sum(axis=0)  # by a block from each line to the end
        for lost in range(len(order) - LEAST_LINES):
            if explicable[lost] < _LEAST_ROWS or unlike[-1] - unlike[lost] < LEAST_LINES:
                break  # nor by one that begins below
            explained = (told[:, lost + LEAST_LINES :] > (told[:, [lost - 1]] if lost else 0)).sum(axis=0)
            lines = unlike[lost + LEAST_LINES :] - unlike[lost]
            ends = lost + LEAST_LINES + np.nonzero((explained >= _LEAST_ROWS) & (lines >= LEAST_LINES))[0]
            free = factors[:, lost]
            asked = free != 0
            with np.errstate(invalid="ignore"):
                sums = moved[np.ix_(asked, ends)] - moved[asked, lost, None]
                limits = [(bound[asked, None] - sums) / free[asked, None] for bound in (low, high)]
            floor = system.floors[order[lost]]
            least = np.minimum(*limits).max(axis=0, initial=-np.inf if floor is None else float(floor))
            most = np.maximum(*limits).min(axis=0, initial=np.inf)
            for at in np.nonzero(least <= most)[0]:
                end = int(ends[at])
                held = ~asked & (touching[:, end] > (touching[:, lost - 1] if lost else 0))
                sums_of_held = moved[held, end] - moved[held, lost]
                if ((sums_of_held < low[held]) | (sums_of_held > high[held])).any():
                    continue
                vanishing = bool(printed[end]) and printed[end] != printed[end - 1]
                invented = not any(least[at] <= x <= most[at] for x in (0.0, -printed[lost]))
                block, limits_of_lost = tuple(order[lost : end + 1]), (float(least[at]), float(most[at]))
                explains = int(explained[end - lost - LEAST_LINES])
                yield _Block(block, explains, vanishing, invented, int(unlike[end] - unlike[lost]), *limits_of_lost, too_high)


def _tried(system: System, violated: frozenset[int], block: _Block) -> Shift | None:
    """The block as figures, if all equations that it touches hold then."""
    if not np.isfinite(block.low) or not np.isfinite(block.high):
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
