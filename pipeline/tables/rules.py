"""The rules of a page: which of its shapes people see as lines of a table.

What belongs here: backgrounds, white lines, cells drawn as tiles, dots and dashes.  What may not: cells (``grid``), words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.reading.layer import PlainPage
from pipeline.reading.paths import Shape
from pipeline.tables.dashes import Rule, is_piece, joined, without_meshes

Box = tuple[float, float, float, float]  # x0, top, x1, bottom

#: Rules closer than this are one rule (points): thin filled rectangles have two edges.
SNAP = 3.0
#: A rule shorter than this is a mark.
SHORTEST = 4.0
#: A filled shape thicker than this both ways is a background, not a rule (Word 2007 draws white boxes behind text).
_BACKGROUND = 2.5
#: From this light on, a stroke or a fill is not seen on paper.
_WHITE = 0.99
#: A dark background larger than this both ways, under this many light ones or more, is a table's rules.
_TILED, _FEWEST_TILES = 12.0, 6
#: A page whose rules may cross more often than this holds no table: finding cells takes the square of the crossings.
_CROSSINGS_OF_A_DRAWING = 6_000
#: From so many pieces on, borders of blank rows may lie on each other.
_MANY_PIECES = 4_000
#: Of the paths of a page with very many, the share that must be dots for them to be rules.
_MOSTLY_DOTS = 0.7


@dataclass(frozen=True)
class Rules:
    """Horizontal rules (at a height, from left to right) and vertical ones (at a place, from top to bottom), as drawn."""

    flat: tuple[Rule, ...] = ()
    upright: tuple[Rule, ...] = ()


def rules_of(page: PlainPage) -> Rules:
    """The rules of a page; none for a drawing (a chart's grid, a map, a pattern)."""
    if page.boxes:
        shapes = [Shape(*box, 0.0, None) for box in page.boxes]
        if sum(map(is_piece, shapes)) <= _MOSTLY_DOTS * len(shapes):
            return Rules()
    else:
        shapes = _seen(page.shapes)
    pieces = [s for s in shapes if is_piece(s)]
    dotted = joined(pieces)
    flat, upright = _edges(shapes if dotted is None else (s for s in shapes if not is_piece(s)))
    if dotted is not None:
        flat, upright = flat + dotted[0], upright + dotted[1]
    if len(pieces) > _MANY_PIECES:
        flat, upright = without_meshes(flat, upright)
    return Rules() if is_drawing(flat, upright) else Rules(tuple(flat), tuple(upright))


def _seen(shapes: Sequence[Shape]) -> list[Shape]:
    """The shapes whose edges are rules: no letters, no backgrounds (their edges would become phantom cells), nothing white."""
    shapes = [s for s in shapes if s.fill is not None or s.stroke is not None]
    backgrounds = [s for s in shapes if _is_background(s)]
    tiles = _tiles(backgrounds)
    return [s for s in shapes if not _is_background(s) and not _is_white(s)] + tiles


def _is_background(shape: Shape) -> bool:
    if shape.stroke is not None or shape.fill is None:
        return False
    return min(shape.width, shape.height) > _BACKGROUND or shape.fill >= _WHITE


def _is_white(shape: Shape) -> bool:
    """Whether a stroke is drawn in white: a line that covers another, or one that nobody is meant to see."""
    return shape.stroke is not None and shape.stroke >= _WHITE and (shape.fill is None or shape.fill >= _WHITE)


def _tiles(filled: Sequence[Shape]) -> list[Shape]:
    """Light backgrounds that lie on a dark one as its cells: what shows of it between them are the rules."""
    dark = [s for s in filled if min(s.width, s.height) > _TILED and (s.fill or 0.0) < 0.5]
    if not dark:
        return []
    tiles = [s for s in filled if (s.fill or 0.0) > 0.5 and any(_within(s, d) for d in dark)]
    return tiles if len(tiles) >= _FEWEST_TILES else []


def _within(inner: Shape, outer: Shape) -> bool:
    across = outer.x0 - SNAP <= inner.x0 and inner.x1 <= outer.x1 + SNAP
    return across and outer.top - SNAP <= inner.top and inner.bottom <= outer.bottom + SNAP


def _edges(shapes: Iterable[Shape]) -> tuple[list[Rule], list[Rule]]:
    """The horizontal and the vertical edges of shapes; a thin box is one rule."""
    flat: list[Rule] = []
    upright: list[Rule] = []
    for s in shapes:
        if s.height <= _BACKGROUND:
            flat.append(Rule((s.top + s.bottom) / 2, s.x0, s.x1))
        if s.width <= _BACKGROUND:
            upright.append(Rule((s.x0 + s.x1) / 2, s.top, s.bottom))
        if s.height > _BACKGROUND and s.width > _BACKGROUND:
            flat += [Rule(s.top, s.x0, s.x1), Rule(s.bottom, s.x0, s.x1)]
            upright += [Rule(s.x0, s.top, s.bottom), Rule(s.x1, s.top, s.bottom)]
    return [r for r in flat if r.end > r.start], [r for r in upright if r.end > r.start]


def is_drawing(flat: Sequence[Rule], upright: Sequence[Rule]) -> bool:
    """Whether rules cross too often for a table that people read."""
    return len(positions(r.at for r in upright)) * len(positions(r.at for r in flat)) > _CROSSINGS_OF_A_DRAWING


def positions(values: Iterable[float]) -> list[float]:
    """Distinct positions, those within the snap distance taken as one."""
    kept: list[float] = []
    for v in sorted(values):
        if not kept or v - kept[-1] > SNAP:
            kept.append(v)
    return kept
