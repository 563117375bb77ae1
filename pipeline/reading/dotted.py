"""Tables of a page whose rules are tens of thousands of dots: cells from the places of its paths alone.

A browser draws each dot of a dotted border as a path; parsing all of them takes longer than the rest of the report, and
only their places are wanted.  What belongs here: paths as boxes → cells.  What may not: words.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells, merge_edges

from pipeline.reading.dashes import LONGEST, THICKEST, edge_of, rules_of
from pipeline.reading.rules import SNAP, Box, is_drawing, open_ends

#: From this many paths on, a page whose paths are mostly dots is read by their places; beyond the most it is a picture.
MANY_PATHS, MOST_PATHS = 5_000, 120_000
_MOSTLY = 0.7
#: Lines of dots closer than this, so many of them, are no rules of rows.
_MESH, _LINES_OF_A_MESH = 2.0, 5

Rule = tuple[float, float, float]  # middle across the rule, from, to along the rule


def path_boxes(page: pdfium.PdfPage, count: int) -> list[Box]:
    """Where the page's ``count`` paths are, from its top left; none where they are not many, or not mostly dots."""
    if not MANY_PATHS <= count <= MOST_PATHS:
        return []
    height = page.get_height()
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    boxes = []
    for i in range(raw.FPDFPage_CountObjects(page)):
        path = raw.FPDFPage_GetObject(page, i)
        if raw.FPDFPageObj_GetType(path) == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPageObj_GetBounds(path, left, bottom, right, top):
            boxes.append((left.value, height - top.value, right.value, height - bottom.value))
    dots = sum(_is_dot(box) for box in boxes)
    return boxes if dots > _MOSTLY * len(boxes) else []


def _is_dot(box: Box) -> bool:
    wide, high = box[2] - box[0], box[3] - box[1]
    return max(wide, high) <= LONGEST and min(wide, high) <= THICKEST


def _without_meshes(flat: list[Rule], upright: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The rules without those that fill an area with dots line by line (the borders of blank rows lie on each other)."""
    blocks: list[list[float]] = []
    for y in sorted({round(y, 1) for y, *_ in flat}):
        if blocks and y - blocks[-1][-1] < _MESH:
            blocks[-1].append(y)
        else:
            blocks.append([y])
    meshes = [(block[0], block[-1]) for block in blocks if len(block) >= _LINES_OF_A_MESH]
    kept = [rule for rule in flat if not any(a + 0.1 < rule[0] < b - 0.1 for a, b in meshes)]
    return kept, [rule for rule in upright if not any(a - 2 <= rule[1] and rule[2] <= b + 2 for a, b in meshes)]


def tables_of_paths(paths: Iterable[Box], height: float) -> list[list[Box]]:
    """For each table that rules and rows of dots make, the boxes of its cells, tables from top to bottom."""
    flat: list[Rule] = []
    upright: list[Rule] = []
    dots: list[Box] = []
    for x0, top, x1, bottom in paths:
        wide, high = x1 - x0, bottom - top
        if _is_dot((x0, top, x1, bottom)):
            dots.append((x0, top, x1, bottom))
        elif high <= THICKEST:
            flat.append(((top + bottom) / 2, x0, x1))
        elif wide <= THICKEST:
            upright.append(((x0 + x1) / 2, top, bottom))
    flat += rules_of(((top + bottom) / 2, x0, x1) for x0, top, x1, bottom in dots)
    upright += rules_of(((x0 + x1) / 2, top, bottom) for x0, top, x1, bottom in dots)
    flat, upright = _without_meshes(flat, upright)
    edges: list[dict[str, Any]] = [edge_of(height, "h", a, b, y, y) for y, a, b in flat]
    edges += [edge_of(height, "v", x, x, a, b) for x, a, b in upright]
    if not flat or not upright or is_drawing(edges):
        return []
    edges += open_ends(edges, height)
    merged = merge_edges(edges, SNAP, SNAP, SNAP, SNAP)
    cells = intersections_to_cells(edges_to_intersections(merged, SNAP, SNAP))
    tables: list[list[Box]] = [list(table) for table in cells_to_tables(cells)]
    return sorted(tables, key=lambda table: min(cell[1] for cell in table))
