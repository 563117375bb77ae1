"""Ruled tables of a PDF page: cells from the rules, glyphs into cells, and the second reader's text beside them.

What belongs here: geometry.  pdfplumber finds the cells, camelot reads the same page independently.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pdfplumber.page import Page as PlumberPage

from pipeline.figures import Place
from pipeline.reading.dashes import without_dashes
from pipeline.reading.document import Cell, Table
from pipeline.reading.glyphs import Glyph, line_text, number_tokens, visual_lines

Box = tuple[float, float, float, float]  # x0, top, x1, bottom

#: Rules closer than this are one rule (points): thin filled rectangles have two edges.
SNAP = 3.0
#: A filled shape thicker than this both ways is a background, not a rule (Word 2007 draws white boxes behind text).
_BACKGROUND = 2.5

#: A page whose rules may cross more often than this holds no table: finding cells takes the square of the crossings.
_CROSSINGS_OF_A_DRAWING = 6_000

_NUMBERS = re.compile(r"(?<![\d.,])-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d+(?![\d.])")
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


def table_boxes(page: PlumberPage) -> list[list[Box]]:
    """For each ruled table of the page, the boxes of its cells, tables from top to bottom; none for a drawing."""
    ruled = page.filter(_is_rule) if any(not _is_rule(r) for r in page.rects) else page
    ruled, flat, upright = without_dashes(ruled)
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
    columns = _positions(e["x0"] for e in edges if e["orientation"] == "v")
    rows = _positions(e["top"] for e in edges if e["orientation"] == "h")
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
    ruled, flat, _ = without_dashes(page.filter(_is_rule) if any(not _is_rule(r) for r in page.rects) else page)
    edges = (e for e in ruled.edges if e["orientation"] == "h" and e["x1"] - e["x0"] > 4)
    for edge in sorted([*edges, *flat], key=lambda e: e["top"]):
        if kept and edge["top"] - kept[-1][0] <= SNAP:
            kept[-1][1] = min(kept[-1][1], edge["x0"])
            kept[-1][2] = max(kept[-1][2], edge["x1"])
        else:
            kept.append([edge["top"], edge["x0"], edge["x1"]])
    return tuple((round(y, 1), round(x0, 1), round(x1, 1)) for y, x0, x1 in kept)


def _positions(values: Iterable[float]) -> list[float]:
    """Distinct positions, those within the snap distance taken as one."""
    kept: list[float] = []
    for v in sorted(values):
        if not kept or v - kept[-1] > SNAP:
            kept.append(v)
    return kept


def _nearest(positions: Sequence[float], value: float) -> int:
    i = bisect.bisect_left(positions, value)
    if i == len(positions) or (i > 0 and value - positions[i - 1] <= positions[i] - value):
        return i - 1
    return i


class RuledTable:
    """One table while it is filled: grid positions, cell boxes and the glyphs that fall into them."""

    def __init__(self, boxes: Sequence[Box], page_number: int) -> None:
        self.xs = _positions([x for b in boxes for x in (b[0], b[2])])
        self.ys = _positions([y for b in boxes for y in (b[1], b[3])])
        self.page = page_number
        self.spans: list[tuple[int, int, int, int]] = []  # row, col, rowspan, colspan
        self.boxes: list[Box] = []
        self._at: dict[tuple[int, int], int] = {}
        for box in boxes:
            r0, r1 = _nearest(self.ys, box[1]), _nearest(self.ys, box[3])
            c0, c1 = _nearest(self.xs, box[0]), _nearest(self.xs, box[2])
            if r1 <= r0 or c1 <= c0 or (r0, c0) in self._at:
                continue
            index = len(self.spans)
            self.spans.append((r0, c0, r1 - r0, c1 - c0))
            self.boxes.append(box)
            for r in range(r0, r1):
                for c in range(c0, c1):
                    self._at.setdefault((r, c), index)
        self.glyphs: list[list[Glyph]] = [[] for _ in self.spans]
        self.second: list[str] | None = None

    @property
    def box(self) -> Box:
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cell_at(self, x: float, y: float) -> int | None:
        """The index of the cell that covers a point of the page, or ``None``."""
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        return self._at.get((bisect.bisect_right(self.ys, y) - 1, bisect.bisect_right(self.xs, x) - 1))

    def take(self, line: Sequence[Glyph]) -> list[Glyph]:
        """Put a line's glyphs into cells, numbers as a whole by their middle; what falls into no cell is returned."""
        rest: list[Glyph] = []
        for token in self._apart(number_tokens(line)):
            x = (token[0].x0 + token[-1].x1) / 2
            y = (min(g.top for g in token) + max(g.bottom for g in token)) / 2
            index = self.cell_at(x, y)
            if index is None and len(token) > 1:  # a number may hang over the table's edge: its first or last digit decides
                index = self.cell_at(token[0].x1, y)
            if index is None:
                rest.extend(token)
            else:
                self.glyphs[index].extend(token)
        return rest

    def _apart(self, tokens: Iterable[list[Glyph]]) -> Iterator[list[Glyph]]:
        """The tokens; two numbers that touch at a rule (no room in either cell) are two, if both are whole."""
        for token in tokens:
            if len(token) < 8 or sum(g.text == "." for g in token) < 2:
                yield token
                continue
            pieces: list[list[Glyph]] = []
            last = -1
            for g in token:
                column = bisect.bisect_right(self.xs, (g.x0 + g.x1) / 2)
                if column != last:
                    pieces.append([])
                pieces[-1].append(g)
                last = column
            whole = all(_NUMBERS.fullmatch("".join(g.text for g in piece)) for piece in pieces)
            yield from pieces if whole else [token]

    def fused(self) -> bool:
        """Whether the rules do not separate the columns: there is only one, or many rows hold several numbers in one cell."""
        if len(self.xs) <= 2:
            return True
        rows: dict[int, bool] = {}
        for (row, *_), glyphs in zip(self.spans, self.glyphs, strict=True):
            if glyphs:
                several = any(len(_NUMBERS.findall(line_text(line))) > 1 for line in visual_lines(glyphs))
                rows[row] = rows.get(row, False) or several
        return sum(rows.values()) * 3 > len(rows)

    def table(self, reader: str, second_reader: str) -> Table:
        cells = tuple(
            Cell(
                row,
                col,
                "\n".join(line_text(line) for line in visual_lines(self.glyphs[i])),
                rowspan,
                colspan,
                Place(self.page, round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)),
                None if self.second is None else self.second[i],
            )
            for i, ((row, col, rowspan, colspan), box) in enumerate(zip(self.spans, self.boxes, strict=True))
        )
        x0, top, x1, bottom = (round(v, 1) for v in self.box)
        place = Place(self.page, x0, top, x1, bottom)
        return Table(cells, len(self.ys) - 1, len(self.xs) - 1, place, reader, None if self.second is None else second_reader)

    def compare(self, others: Sequence[tuple[Box, str]]) -> None:
        """Keep the second reader's texts, cell by cell.  ``others``: its cells' boxes and texts on this page.

        A merged cell may be several cells to the second reader; their texts are joined in reading order.  When
        the second reader saw no table here, nothing is kept: silence of one reader is not a doubt.
        """
        x0, top, x1, bottom = self.box
        inside = [
            (b, t)
            for b, t in others
            if x0 - SNAP <= (b[0] + b[2]) / 2 <= x1 + SNAP and top - SNAP <= (b[1] + b[3]) / 2 <= bottom + SNAP
        ]
        if not inside:
            return
        texts: list[list[tuple[float, float, str]]] = [[] for _ in self.spans]
        for (bx0, btop, bx1, bbottom), text in inside:
            if text.strip():
                index = self.cell_at((bx0 + bx1) / 2, (btop + bbottom) / 2)
                if index is not None:
                    texts[index].append((round(btop), bx0, text.strip()))
        self.second = ["\n".join(t for _, _, t in sorted(parts)) for parts in texts]
