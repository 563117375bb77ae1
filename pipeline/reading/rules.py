"""The rules of a PDF page and the cells that they enclose.

What belongs here: which drawn shapes are rules, and pdfplumber's search for cells.  What may not: words (``ruled``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pdfplumber.page import Page as PlumberPage

from pipeline.reading.dashes import without_dashes

Box = tuple[float, float, float, float]  # x0, top, x1, bottom

#: Rules closer than this are one rule (points): thin filled rectangles have two edges.
SNAP = 3.0
#: A filled shape thicker than this both ways is a background, not a rule (Word 2007 draws white boxes behind text).
_BACKGROUND = 2.5
#: A dark background larger than this both ways, under this many light ones or more, is a table's rules.
_TILED, _FEWEST_TILES = 12.0, 6

#: A page whose rules may cross more often than this holds no table: finding cells takes the square of the crossings.
_CROSSINGS_OF_A_DRAWING = 6_000
_SETTINGS: dict[str, Any] = {
    "vertical_strategy": "lines",
    "horizontal_strategy": "lines",
    "snap_tolerance": SNAP,
    "join_tolerance": SNAP,
    "edge_min_length": 4,
    "intersection_tolerance": 3,
}


def _is_rule(obj: dict[str, Any]) -> bool:
    """False for filled shapes that are backgrounds; a background's edges would become phantom cells."""
    if obj["object_type"] != "rect":
        return True
    if not obj.get("fill") or obj.get("stroke"):
        return True
    return bool(min(obj["width"], obj["height"]) <= _BACKGROUND) and not _is_white(obj.get("non_stroking_color"))


def _is_white(color: Any) -> bool:
    """Whether a fill is white: behind a blank or a bracket even a background is as narrow as a rule."""
    parts = color if isinstance(color, (tuple, list)) else (color,)
    if not all(isinstance(p, (int, float)) for p in parts):
        return False
    return all(p == 0 for p in parts) if len(parts) == 4 else all(p >= 0.99 for p in parts)


def _with_rules_only(page: PlumberPage) -> PlumberPage:
    """The page without filled shapes that are no rules."""
    backgrounds = [r for r in page.rects if not _is_rule(r)]
    if not backgrounds:
        return page
    tiles = _tiles(backgrounds)
    return page.filter(lambda o: _is_rule(o) or id(o) in tiles)


def _tiles(filled: Sequence[dict[str, Any]]) -> set[int]:
    """Light backgrounds that lie on a dark one as its cells: what shows of it between them are the rules (by ``id``)."""
    dark = [r for r in filled if min(r["width"], r["height"]) > _TILED and _lightness(r.get("non_stroking_color")) < 0.5]
    tiles = {
        id(r)
        for r in filled
        for d in dark
        if r is not d
        and d["x0"] - SNAP <= r["x0"]
        and r["x1"] <= d["x1"] + SNAP
        and d["top"] - SNAP <= r["top"]
        and r["bottom"] <= d["bottom"] + SNAP
        and _lightness(r.get("non_stroking_color")) > 0.5
    }
    return tiles if len(tiles) >= _FEWEST_TILES else set()


def _lightness(color: Any) -> float:
    """How light a fill is, from 0 to 1; a fill without a plain colour counts as light."""
    parts = color if isinstance(color, (tuple, list)) else (color,)
    if not parts or not all(isinstance(p, (int, float)) for p in parts):
        return 1.0
    return 1 - sum(parts[:3]) / 3 - parts[3] if len(parts) == 4 else sum(parts) / len(parts)


def table_boxes(page: PlumberPage) -> list[list[Box]]:
    """For each ruled table of the page, the boxes of its cells, tables from top to bottom; none for a drawing."""
    ruled, flat, upright = without_dashes(_with_rules_only(page))
    edges = [*ruled.edges, *flat, *upright]
    if is_drawing(edges):
        return []
    explicit = {
        "explicit_horizontal_lines": [*flat, *open_ends(edges, float(page.height))],
        "explicit_vertical_lines": upright,
    }
    tables = ruled.find_tables({**_SETTINGS, **explicit})
    found = [list(t.cells) for t in tables if t.cells]
    return sorted(found, key=lambda cells: min(c[1] for c in cells))


def is_drawing(edges: Sequence[dict[str, Any]]) -> bool:
    """Whether the rules cross too often for a table that people read: a chart's grid, a map, a pattern."""
    columns = positions(e["x0"] for e in edges if e["orientation"] == "v")
    rows = positions(e["top"] for e in edges if e["orientation"] == "h")
    return len(columns) * len(rows) > _CROSSINGS_OF_A_DRAWING


def open_ends(edges: Sequence[dict[str, Any]], height: float) -> list[dict[str, Any]]:
    """A top and bottom rule for columns of vertical rules that end without one.

    A table continued from the page before often has no rule above its first row; without one, that row is lost.
    """
    vertical = [e for e in edges if e["orientation"] == "v" and e["bottom"] - e["top"] > 4]
    horizontal = [e for e in edges if e["orientation"] == "h"]
    groups: list[list[dict[str, Any]]] = []
    reach = float("-inf")  # how far down the last group goes; no later edge begins above it and below an earlier group
    for edge in sorted(vertical, key=lambda e: e["top"]):
        if edge["top"] > reach + SNAP:
            groups.append([])
        groups[-1].append(edge)
        reach = max(reach, edge["bottom"])
    ends = []
    for group in groups:
        if len(group) < 2:
            continue
        x0, x1 = min(e["x0"] for e in group), max(e["x1"] for e in group)
        for y in (min(e["top"] for e in group), max(e["bottom"] for e in group)):
            drawn = _covered(((h["x0"], h["x1"]) for h in horizontal if abs(h["top"] - y) <= SNAP), x0, x1)
            if drawn < 0.95 * (x1 - x0):  # a cell merged over the page break has no rule there, its neighbours have
                ends.append(
                    {
                        "object_type": "line",
                        "orientation": "h",
                        "x0": x0,
                        "x1": x1,
                        "top": y,
                        "bottom": y,
                        "doctop": y,
                        "width": x1 - x0,
                        "height": 0,
                        "y0": height - y,
                        "y1": height - y,
                    }
                )
    return ends


def _covered(pieces: Iterable[tuple[float, float]], x0: float, x1: float) -> float:
    """How much of ``x0 … x1`` the pieces cover; both edges of a thin rectangle count once, its ends are no rule."""
    reach, length = x0, 0.0
    for left, right in sorted(p for p in pieces if p[1] - p[0] > SNAP):
        if right > max(left, reach):
            length += min(right, x1) - max(left, reach)
            reach = right
    return length


def horizontal_rules(page: PlumberPage) -> tuple[tuple[float, float, float], ...]:
    """Horizontal rules of a page as (y, x0, x1), pieces on one height joined."""
    kept: list[list[float]] = []
    ruled, flat, _ = without_dashes(_with_rules_only(page))
    edges = (e for e in ruled.edges if e["orientation"] == "h" and e["x1"] - e["x0"] > 4)
    for edge in sorted([*edges, *flat], key=lambda e: e["top"]):
        if kept and edge["top"] - kept[-1][0] <= SNAP:
            kept[-1][1] = min(kept[-1][1], edge["x0"])
            kept[-1][2] = max(kept[-1][2], edge["x1"])
        else:
            kept.append([edge["top"], edge["x0"], edge["x1"]])
    return tuple((round(y, 1), round(x0, 1), round(x1, 1)) for y, x0, x1 in kept)


def positions(values: Iterable[float]) -> list[float]:
    """Distinct positions, those within the snap distance taken as one."""
    kept: list[float] = []
    for v in sorted(values):
        if not kept or v - kept[-1] > SNAP:
            kept.append(v)
    return kept
