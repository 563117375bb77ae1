"""Rules that a program drew piece by piece (dotted, dashed): the pieces joined to the rules that people see.

What belongs here: geometry of short pieces in a row.  What may not: cells (``ruled``).
A browser draws every dot and dash as a shape of its own; a dot has no direction, only its neighbours tell one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from pdfplumber.page import Page as PlumberPage

#: A piece is no longer than this, and no thicker than a rule (points).
LONGEST, THICKEST = 6.5, 2.6
#: Pieces of one rule are no farther apart than this, and not moved aside by more than that.
_GAP, _ASIDE = 4.0, 0.6
#: Fewer pieces in a row are marks, not a rule; fewer on a page are not worth the search.
_PIECES_OF_A_RULE, _PIECES_OF_A_PAGE = 3, 24

Piece = tuple[float, float, float]  # middle across the rule, from, to along the rule


def without_dashes(page: PlumberPage) -> tuple[PlumberPage, list[dict[str, Any]], list[dict[str, Any]]]:
    """The page without the pieces of dotted and dashed rules, and these rules as horizontal and vertical edges."""
    pieces = [o for o in (*page.rects, *page.curves, *page.lines) if _is_piece(o)]
    if len(pieces) < _PIECES_OF_A_PAGE:
        return page, [], []
    flat = rules_of(((o["top"] + o["bottom"]) / 2, o["x0"], o["x1"]) for o in pieces if o["width"] >= o["height"] - _ASIDE)
    upright = rules_of(((o["x0"] + o["x1"]) / 2, o["top"], o["bottom"]) for o in pieces if o["height"] >= o["width"] - _ASIDE)
    if not flat and not upright:
        return page, [], []
    rest = page.filter(lambda o: o["object_type"] not in ("rect", "curve", "line") or not _is_piece(o))
    return (
        rest,
        [edge_of(float(page.height), "h", a, b, y, y) for y, a, b in flat],
        [edge_of(float(page.height), "v", x, x, a, b) for x, a, b in upright],
    )


def _is_piece(obj: dict[str, Any]) -> bool:
    return bool(max(obj["width"], obj["height"]) <= LONGEST and min(obj["width"], obj["height"]) <= THICKEST)


def rules_of(pieces: Iterable[Piece]) -> list[Piece]:
    """Runs of pieces on one line: the line's place, where the run begins and ends."""
    on_line: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        on_line[round(piece[0] / _ASIDE)].append(piece)
    found: list[Piece] = []
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


def _runs(pieces: Sequence[Piece]) -> list[Piece]:
    runs: list[list[float]] = []  # middle, from, to, pieces
    for middle, start, end in sorted(pieces, key=lambda p: p[1]):
        if runs and start - runs[-1][2] <= _GAP:
            runs[-1][2] = max(runs[-1][2], end)
            runs[-1][3] += 1
        else:
            runs.append([middle, start, end, 1])
    return [(m, a, b) for m, a, b, n in runs if n >= _PIECES_OF_A_RULE and b - a > LONGEST]


def edge_of(height: float, way: str, x0: float, x1: float, top: float, bottom: float) -> dict[str, Any]:
    return {
        "object_type": "line",
        "orientation": way,
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "doctop": top,
        "width": x1 - x0,
        "height": bottom - top,
        "y0": height - bottom,
        "y1": height - top,
    }
