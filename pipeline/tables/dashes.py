"""Rules that a program drew piece by piece (dotted, dashed): the pieces joined to the rules that people see.

What belongs here: geometry of short pieces in a row.  What may not: cells (``grid``).
A browser draws every dot and dash as a shape of its own; a dot has no direction, only its neighbours tell one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.reading.paths import Shape

#: A piece is no longer than this, and no thicker than a rule (points).
LONGEST, THICKEST = 6.5, 2.6
#: Pieces of one rule are no farther apart than this, and not moved aside by more than that.
_GAP, _ASIDE = 4.0, 0.6
#: Fewer pieces in a row are marks, not a rule; fewer on a page are not worth the search.
_PIECES_OF_A_RULE, _PIECES_OF_A_PAGE = 3, 24
#: Lines of dots closer than this, so many of them, are no rules of rows.
_MESH, _LINES_OF_A_MESH = 2.0, 5


class Rule(NamedTuple):
    """A straight rule: where it is across its direction, where it begins and where it ends (points)."""

    at: float
    start: float
    end: float


def is_piece(shape: Shape) -> bool:
    return max(shape.width, shape.height) <= LONGEST and min(shape.width, shape.height) <= THICKEST


def joined(pieces: Sequence[Shape]) -> tuple[list[Rule], list[Rule]] | None:
    """The horizontal and the vertical rules that pieces make; ``None`` where they make none."""
    if len(pieces) < _PIECES_OF_A_PAGE:
        return None
    flat = _rules(Rule((s.top + s.bottom) / 2, s.x0, s.x1) for s in pieces if s.width >= s.height - _ASIDE)
    upright = _rules(Rule((s.x0 + s.x1) / 2, s.top, s.bottom) for s in pieces if s.height >= s.width - _ASIDE)
    return (flat, upright) if flat or upright else None


def _rules(pieces: Iterable[Rule]) -> list[Rule]:
    """Runs of pieces on one line."""
    on_line: dict[int, list[Rule]] = defaultdict(list)
    for piece in pieces:
        on_line[round(piece.at / _ASIDE)].append(piece)
    found: list[Rule] = []
    seen: set[int] = set()
    for key in sorted(on_line):
        if key in seen:
            continue
        together = list(on_line[key])
        if key + 1 in on_line:  # the same line may fall on both sides of a rounding
            seen.add(key + 1)
            together += on_line[key + 1]
        found.extend(_runs(together))
    return found


def _runs(pieces: Sequence[Rule]) -> list[Rule]:
    runs: list[list[float]] = []  # middle, from, to, pieces
    for at, start, end in sorted(pieces, key=lambda p: p.start):
        if runs and start - runs[-1][2] <= _GAP:
            runs[-1][2] = max(runs[-1][2], end)
            runs[-1][3] += 1
        else:
            runs.append([at, start, end, 1])
    return [Rule(m, a, b) for m, a, b, n in runs if n >= _PIECES_OF_A_RULE and b - a > LONGEST]


def without_meshes(flat: Sequence[Rule], upright: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The rules without those that fill an area with dots line by line (the borders of blank rows lie on each other)."""
    blocks: list[list[float]] = []
    for y in sorted({round(rule.at, 1) for rule in flat}):
        if blocks and y - blocks[-1][-1] < _MESH:
            blocks[-1].append(y)
        else:
            blocks.append([y])
    meshes = [(block[0], block[-1]) for block in blocks if len(block) >= _LINES_OF_A_MESH]
    kept = [rule for rule in flat if not any(a + 0.1 < rule.at < b - 0.1 for a, b in meshes)]
    return kept, [rule for rule in upright if not any(a - 2 <= rule.start and rule.end <= b + 2 for a, b in meshes)]
