"""Rules → the cells that they enclose, by pdfplumber's finder.

What belongs here: edges, crossings, cells.  What may not: which shapes are rules (``rules``), words (``ruled``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from pipeline.tables.dashes import Rule
from pipeline.tables.rules import SHORTEST, SNAP, Box, Rules


@lru_cache(maxsize=2)  # a page without a body that lacks rules asks twice for the same
def table_boxes(rules: Rules) -> Sequence[Sequence[Box]]:
    """For each table that rules make, the boxes of its cells, tables from top to bottom."""
    flat = [*rules.flat, *open_ends(rules)]
    edges = [_edge("h", r.start, r.end, r.at, r.at) for r in flat]
    edges += [_edge("v", r.at, r.at, r.start, r.end) for r in rules.upright]
    if not flat or not rules.upright:
        return ()
    merged = merge_edges(edges, SNAP, SNAP, SNAP, SNAP)
    long = [e for e in merged if max(e["x1"] - e["x0"], e["bottom"] - e["top"]) >= SHORTEST]
    cells = intersections_to_cells(edges_to_intersections(long, SNAP, SNAP))
    tables: list[tuple[Box, ...]] = [tuple(table) for table in cells_to_tables(cells)]
    return tuple(sorted(tables, key=lambda table: min(cell[1] for cell in table)))


def open_ends(rules: Rules) -> list[Rule]:
    """A top and bottom rule for columns of vertical rules that end without one.

    A table continued from the page before often has no rule above its first row; without one, that row is lost.
    """
    groups: list[list[Rule]] = []
    reach = float("-inf")  # how far down the last group goes; no later rule begins above it and below an earlier group
    for rule in sorted((r for r in rules.upright if r.end - r.start > SHORTEST), key=lambda r: r.start):
        if rule.start > reach + SNAP:
            groups.append([])
        groups[-1].append(rule)
        reach = max(reach, rule.end)
    ends = []
    for group in groups:
        if len(group) < 2:
            continue
        x0, x1 = min(r.at for r in group), max(r.at for r in group)
        for y in (min(r.start for r in group), max(r.end for r in group)):
            drawn = covered(((r.start, r.end) for r in rules.flat if abs(r.at - y) <= SNAP), x0, x1)
            if drawn < 0.95 * (x1 - x0):  # a cell merged over the page break has no rule there, its neighbours have
                ends.append(Rule(y, x0, x1))
    return ends


def covered(pieces: Iterable[tuple[float, float]], x0: float, x1: float) -> float:
    """How much of ``x0 … x1`` the pieces cover; both edges of a thin rectangle count once, its ends are no rule."""
    reach, length = x0, 0.0
    for left, right in sorted(p for p in pieces if p[1] - p[0] > SNAP):
        if right > max(left, reach):
            length += max(min(right, x1) - max(left, reach), 0.0)
            reach = right
    return length


def heights(rules: Sequence[Rule]) -> list[tuple[float, float, float]]:
    """Horizontal rules as (y, x0, x1), pieces on one height joined."""
    kept: list[list[float]] = []
    for rule in sorted((r for r in rules if r.end - r.start > SHORTEST), key=lambda r: r.at):
        if kept and rule.at - kept[-1][0] <= SNAP:
            kept[-1][1] = min(kept[-1][1], rule.start)
            kept[-1][2] = max(kept[-1][2], rule.end)
        else:
            kept.append([rule.at, rule.start, rule.end])
    return [(round(y, 1), round(x0, 1), round(x1, 1)) for y, x0, x1 in kept]


def _edge(way: str, x0: float, x1: float, top: float, bottom: float) -> dict[str, Any]:
    """A rule as pdfplumber's functions take it."""
    return {"object_type": "line", "orientation": way, "x0": x0, "x1": x1, "top": top, "bottom": bottom,
            "doctop": top, "width": x1 - x0, "height": bottom - top, "y0": -bottom, "y1": -top}  # fmt: skip
