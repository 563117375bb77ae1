"""Which columns a row's numbers stand in, when the text kept the numbers and lost the blank cells.

Blanks survive at best as spaces.  Where the spaces account for every column, they decide alone.  Else a row with fewer
numbers than columns has several order-preserving placements; the form's own identities (total = Σ parts in a row, parent =
Σ children in a column) choose among them, the spaces decide where the identities leave a tie.
What belongs here: the choice.  What may not: tokens and labels (``stream``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from pipeline.model.numbers import parse_number

#: More placements than this are not searched; the spaces decide alone.
_MAX_PLACEMENTS = 1000
#: No form has as many rows as this; of what has, the spaces decide alone too.
_MAX_ROWS = 2000
_ROUNDS = 8
#: So few placements are all kept, also those in which the row does not add up.
_FEW = 64


@dataclass
class Slots:
    """One row to be placed: its number texts in order, the text between and after them, where it hangs in the tree,
    how many blanks stand before the first number (``None``: not known), and whether cells of the label may be among them."""

    numbers: list[str]
    raw: str = ""
    parent: int | None = None
    lead: int | None = None
    wide_label: bool = False
    chosen: tuple[int, ...] = ()
    certain: bool = True
    candidates: list[tuple[int, ...]] = field(default_factory=list)
    cost: dict[tuple[int, ...], int] = field(default_factory=dict)
    values: list[Decimal] = field(init=False)

    def __post_init__(self) -> None:
        self.values = [n.value if (n := parse_number(t)) is not None else Decimal(0) for t in self.numbers]


_Tree = Mapping[int, list[int]]


class _Grid:
    """Every row's values by column, and the sums of every family, kept up to date: a family may have thousands of rows."""

    def __init__(self, rows: Sequence[Slots], columns: int, children: _Tree) -> None:
        self.columns = columns
        self._parents = [row.parent for row in rows]
        self.rows = [self.spread(row, row.chosen) for row in rows]
        self.sums = {i: [sum((self.rows[k][c] for k in own), Decimal(0)) for c in range(columns)] for i, own in children.items()}

    def spread(self, row: Slots, chosen: Sequence[int]) -> list[Decimal]:
        spread = [Decimal(0)] * self.columns
        for c, v in zip(chosen, row.values, strict=False):
            spread[c] = v
        return spread

    def put(self, i: int, values: list[Decimal]) -> list[Decimal]:
        """Give row ``i`` other values; returns those it had."""
        before, self.rows[i] = self.rows[i], values
        parent = self._parents[i]
        if parent is not None:
            sums = self.sums[parent]
            for c, (old, new) in enumerate(zip(before, values, strict=True)):
                sums[c] += new - old
        return before


def blanks_from_spaces(raw: str, numbers: int, columns: int, lead: int | None = None) -> tuple[int, ...] | None:
    """Columns that the spaces before, between and after the numbers suggest, or ``None`` where they fit no regular spacing."""
    gaps = _gaps(raw, numbers)
    if gaps is None:
        return None
    trailing = len(raw) - len(raw.rstrip(" \t\xa0"))
    for step in (1, 2):  # a blank cell leaves one space, or a padded pair
        for position in _positions(gaps, step, lead):
            left = columns - 1 - position[-1]
            if left >= 0 and (trailing == 0 or trailing in (left * step, left * step + 1, left * step + step, left * step - 1)):
                return position
    return None


def _gaps(raw: str, numbers: int) -> list[int] | None:
    gaps = [len(g) for g in re.findall(r"(?<=[\d.\-—])[ \t\xa0]+(?=[-\d—])", raw)]
    return gaps if numbers and len(gaps) == numbers - 1 else None


def _positions(gaps: Sequence[int], step: int, lead: int | None, wide_label: bool = False) -> list[tuple[int, ...]]:
    """Columns of the numbers where every blank cell between them leaves ``step`` spaces; the likelier start first.

    ``wide_label``: blank cells before the first number may be cells of the label, as beside a total that stands under 类.
    """
    blanks = [divmod(gap - step, step) for gap in gaps]
    if any(rest or n < 0 for n, rest in blanks):
        return []
    starts = [0]
    if lead is not None and lead > step and (lead - step) % step == 0:
        first = (lead - step) // step
        starts = list(range(first, -1, -1)) if wide_label else [first, 0]
    return [tuple(start + i + sum(n for n, _ in blanks[:i]) for i in range(len(gaps) + 1)) for start in starts]


def placements_left(
    raw: str, numbers: int, columns: int, lead: int | None, wide_label: bool = False
) -> list[tuple[int, ...]]:
    """The placements that spaces leave possible in a line that keeps a space or two for every cell, up to its last column.

    None where the line does not: it ends at its last number (blanks behind it may be lost), or no spacing accounts for all columns.
    """
    gaps = _gaps(raw, numbers)
    trailing = len(raw) - len(raw.rstrip(" \t\xa0"))
    if gaps is None or not trailing:
        return []
    found: dict[tuple[int, ...], None] = {}
    for step in (1, 2):
        for position in _positions(gaps, step, lead, wide_label):
            left = columns - 1 - position[-1]
            # its own space or two stand behind the last number, and one or two for every blank cell; padding may differ from the gaps'
            if left >= 0 and any(trailing - left * each in (1, 2) for each in (1, 2)):
                found[position] = None
    return list(found)


def place(
    rows: Sequence[Slots], columns: int, total: int | None, parts: Sequence[int], fixed_zero: Decimal = Decimal("0.06")
) -> None:
    """Choose every row's columns in place.

    ``total``/``parts``: column positions of the row identity; ``rows[i].parent``: index of the row that a row adds up to;
    ``fixed_zero``: differences up to this are rounding.
    """
    children: dict[int, list[int]] = {}
    for i, row in enumerate(rows):
        _candidates(row, columns, total, parts, fixed_zero)
        if row.parent is not None:
            children.setdefault(row.parent, []).append(i)
    if all(row.certain for row in rows) or len(rows) > _MAX_ROWS:
        return
    grid = _Grid(rows, columns, children)
    for _ in range(_ROUNDS):
        changed = False
        for i, row in enumerate(rows):
            if row.certain:
                continue
            best = min(
                row.candidates,
                key=lambda c: (_violations(i, c, rows, grid, children, columns, total, parts, fixed_zero), row.cost[c], c),
            )
            if best != row.chosen and _better(i, best, rows, grid, children, columns, total, parts, fixed_zero):
                row.chosen = best
                grid.put(i, grid.spread(row, best))
                changed = True
        changed |= _move_subtrees(rows, grid, children, columns, total, parts, fixed_zero)
        if not changed:
            break


def _candidates(row: Slots, columns: int, total: int | None, parts: Sequence[int], tolerance: Decimal) -> None:
    """The placements that the line's layout leaves possible; of several, those in which the row adds up.

    A layout that leaves one possible is not overridden by any identity: a wrong figure would be repaired by being moved.
    """
    k = len(row.numbers)
    if k >= columns:
        row.chosen, row.candidates, row.certain = tuple(range(columns)), [tuple(range(columns))], True
        row.cost = {row.chosen: 0}
        return
    hinted = blanks_from_spaces(row.raw, k, columns, row.lead)
    every = placements_left(row.raw, k, columns, row.lead, row.wide_label)
    row.certain = k == 0 or len(every) == 1
    if not every:
        every = list(combinations(range(columns), k))
        if len(every) > _MAX_PLACEMENTS:
            every = [hinted or tuple(range(k))]
        if total is not None and parts:  # what is printed under a part is printed under the total
            every = [c for c in every if total in c or not any(p in c for p in parts)] or every
    near = hinted or every[0]
    row.cost = {c: sum(abs(a - b) for a, b in zip(c, near, strict=True)) * (2 if hinted else 1) for c in every}
    holding = {c for c in every if _row_holds(c, row.values, total, parts, tolerance)}
    # a wrong figure's row does not add up where it is printed: with few placements all are kept, and the columns have a say
    kept = every if len(every) <= _FEW or not holding else holding
    row.candidates = sorted(kept, key=lambda c: (c not in holding, row.cost[c], c))
    row.chosen = row.candidates[0]


def _row_holds(
    columns: Sequence[int], values: Sequence[Decimal], total: int | None, parts: Sequence[int], tolerance: Decimal
) -> bool:
    if total is None or not parts:
        return True
    at = dict(zip(columns, values, strict=True))
    return abs(at.get(total, Decimal(0)) - sum((at.get(p, Decimal(0)) for p in parts), Decimal(0))) <= tolerance


def _violations(
    i: int,
    chosen: tuple[int, ...],
    rows: Sequence[Slots],
    grid: _Grid,
    children: _Tree,
    columns: int,
    total: int | None,
    parts: Sequence[int],
    tolerance: Decimal,
) -> int:
    """How many identities that hold row ``i`` fail when its numbers stand in ``chosen``."""
    kept = grid.put(i, grid.spread(rows[i], chosen))
    count = 0 if _row_holds(chosen, rows[i].values, total, parts, tolerance) else 1
    parent = rows[i].parent
    for family in ([i] if i in children else []) + ([parent] if parent is not None else []):
        bound = tolerance + Decimal("0.01") * len(children[family])
        for c in range(columns):
            count += abs(grid.rows[family][c] - grid.sums[family][c]) > bound
    grid.put(i, kept)
    return count


def _better(
    i: int,
    candidate: tuple[int, ...],
    rows: Sequence[Slots],
    grid: _Grid,
    children: _Tree,
    columns: int,
    total: int | None,
    parts: Sequence[int],
    tolerance: Decimal,
) -> bool:
    args = (rows, grid, children, columns, total, parts, tolerance)
    new, old = _violations(i, candidate, *args), _violations(i, rows[i].chosen, *args)
    return (new, rows[i].cost[candidate]) < (old, rows[i].cost[rows[i].chosen])


def _move_subtrees(
    rows: Sequence[Slots],
    grid: _Grid,
    children: _Tree,
    columns: int,
    total: int | None,
    parts: Sequence[int],
    tolerance: Decimal,
) -> bool:
    """A whole family may stand in the wrong column and agree with itself: try moving it together."""
    changed = False
    for i, row in enumerate(rows):
        if row.certain or i not in children:
            continue
        family = [i, *_descendants(i, children)]
        if any(rows[k].certain and rows[k].numbers for k in family) or any(
            len(rows[k].numbers) != len(row.numbers) for k in family
        ):
            continue
        before = [rows[k].chosen for k in family]
        options = [c for c in row.candidates if all(c in rows[k].candidates for k in family)]
        scores = []
        for option in [None, *options]:
            for k, old in zip(family, before, strict=True):
                rows[k].chosen = old if option is None else option
                grid.put(k, grid.spread(rows[k], rows[k].chosen))
            bad = sum(_violations(k, rows[k].chosen, rows, grid, children, columns, total, parts, tolerance) for k in family)
            scores.append((bad, sum(rows[k].cost[rows[k].chosen] for k in family), option is not None, option))
        best = min(scores, key=lambda s: s[:3])[3]
        for k, old in zip(family, before, strict=True):
            rows[k].chosen = old if best is None else best
            grid.put(k, grid.spread(rows[k], rows[k].chosen))
        changed |= best is not None and any(old != best for old in before)
    return changed


def _descendants(i: int, children: _Tree) -> list[int]:
    found = list(children.get(i, []))
    for k in found:
        found.extend(children.get(k, []))
    return found
