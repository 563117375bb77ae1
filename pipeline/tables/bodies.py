"""Rules that nobody drew in the body of a table whose columns are ruled: below a gridded heading, between rows of one tall cell.

What belongs here: columns that drawn rules tell, rows that only the places of words tell.  What may not: columns told by words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.reading.document import Line, Page, Word
from pipeline.tables.areas import pieces_of, stands_between
from pipeline.tables.columns import numeric
from pipeline.tables.dashes import Rule
from pipeline.tables.grid import table_boxes
from pipeline.tables.pieces import not_spanned
from pipeline.tables.rows import Piece, aligned
from pipeline.tables.rules import SHORTEST, SNAP, Box, Rules, positions
from pipeline.tables.whole_words import is_broken

#: A body's first line stands no farther below its heading than this, its lines no farther from each other (points).
_BELOW, _FARTHEST = 16.0, 40.0
#: Numbers that stand under each other in one cell from which it is several rows.
_SEVERAL = 2
#: A page of more vertical lines than this is no table whose rows they tell.
_MOST_RULES = 120


@dataclass(frozen=True)
class _Grid:
    """The columns and heights of a table that rules enclose."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    boxes: tuple[Box, ...]


def with_bodies(rules: Rules, page: Page, carried: Sequence[float] = ()) -> tuple[Rules, list[float]]:
    """The rules with those that are missing in bodies, and the edges of the columns of a body that ends with its page.

    ``carried``: such edges of the page before.
    """
    lines = [line for line in page.lines if line.words]
    rules = Rules((*rules.flat, *_at_ends(rules)), rules.upright)
    grids = [_grid(boxes) for boxes in table_boxes(rules)]
    upright = _upright(grids, lines, page, carried)
    whole = rules
    if upright:
        ends = [Rule(max(r.end for r in own), min(r.at for r in own), max(r.at for r in own)) for own in upright]
        rules = Rules((*rules.flat, *ends), rules.upright)
        whole = Rules(rules.flat, (*rules.upright, *(r for own in upright for r in own)))
        grids = [_grid(boxes) for boxes in table_boxes(whole)]
    flat = [*rules.flat, *(rule for grid in grids if len(grid.xs) > 2 for rule in _between_rows(grid, lines))]
    parted = [rule for own in upright for rule in _in_rows(own, flat, page)]
    own = upright[-1] if upright else []
    reaches = bool(own) and not any((line.place.top or 0.0) > own[0].end for line in lines[:-1])
    return Rules(tuple(flat), (*rules.upright, *parted)), [r.at for r in own] if reaches else []


def _in_rows(upright: Sequence[Rule], flat: Sequence[Rule], page: Page) -> list[Rule]:
    """Vertical rules that nobody drew, row by row: none where a word lies over several columns."""
    top, bottom = upright[0].start, upright[0].end
    heights = positions([top, *(r.at for r in flat if top < r.at < bottom), bottom])
    words = [w for line in page.lines for w in line.words if top < (w.top + w.bottom) / 2 < bottom]
    glyphs = page.drawn.glyphs if page.drawn is not None else ()
    edges = [r.at for r in upright]
    return [
        Rule(x, above, below)
        for above, below in pairwise(heights)
        for x in not_spanned(edges, [w for w in words if above < (w.top + w.bottom) / 2 < below], glyphs)
    ]


def _at_ends(rules: Rules) -> list[Rule]:
    """Horizontal rules where vertical ones begin or end between two others that go on there or end there too: cells do.

    Only below the horizontal rules that are drawn within the table: where there are such, they part the cells.
    """
    lines = _joined(rules.upright)
    heights = positions(r.at for r in rules.flat if r.end - r.start > SHORTEST)
    drawn = heights[-2] if len(heights) > 2 else float("-inf")
    found = []
    for n, (_, _, ends) in enumerate(lines):
        for y in (y for y in ends if y > drawn + SNAP) if len(lines) <= _MOST_RULES else ():
            left = next((i for i in range(n - 1, -1, -1) if _reaches(lines[i], y)), None)
            right = next((i for i in range(n + 1, len(lines)) if _reaches(lines[i], y)), None)
            if left is not None and right is not None and _inside_of(lines[n], y):
                found.append(Rule(y, lines[left][0], lines[right][0]))
            elif right is not None and any(abs(y - other) < 1 for other in lines[right][2]):
                found.append(Rule(y, lines[n][0], lines[right][0]))
    return found


_Line = tuple[float, list[tuple[float, float]], list[float]]
"""One vertical line: where it is, from where to where it is drawn, and where its pieces end."""


def _joined(upright: Sequence[Rule]) -> list[_Line]:
    """Vertical rules as lines, pieces that touch joined."""
    lines: list[_Line] = []
    for rule in sorted((r for r in upright if r.end - r.start > 2 * SNAP), key=lambda r: (round(r.at), r.start)):
        if not lines or abs(lines[-1][0] - rule.at) > SNAP:
            lines.append((rule.at, [], []))
        _, spans, ends = lines[-1]
        if spans and rule.start <= spans[-1][1] + SNAP:
            spans[-1] = (spans[-1][0], max(spans[-1][1], rule.end))
        else:
            spans.append((rule.start, rule.end))
        ends.extend(y for y in (rule.start, rule.end) if not ends or all(abs(y - known) > 1 for known in ends))
    return lines


def _reaches(line: _Line, y: float) -> bool:
    return any(a - SNAP <= y <= b + SNAP for a, b in line[1])


def _inside_of(line: _Line, y: float) -> bool:
    """Whether a line begins or ends for good at a height."""
    return any(abs(y - end) <= 1 for span in line[1] for end in span)


def _grid(boxes: Sequence[Box]) -> _Grid:
    xs, ys = positions(x for b in boxes for x in (b[0], b[2])), positions(y for b in boxes for y in (b[1], b[3]))
    return _Grid(tuple(xs), tuple(ys), tuple(boxes))


def _upright(grids: Sequence[_Grid], lines: Sequence[Line], page: Page, carried: Sequence[float]) -> list[list[Rule]]:
    """The vertical rules of bodies below gridded headings, and of one that goes on from the page before."""
    found = []
    if carried and not grids and (body := _body(lines, float("-inf"), carried, page)):
        top, bottom = (body[0].place.top or 0.0) - 2, (body[-1].place.bottom or 0.0) + 2
        found.append([Rule(x, top, bottom) for x in carried])
    for n, grid in enumerate(grids):
        edges, until = grid.xs, grids[n + 1].ys[0] if n + 1 < len(grids) else float("inf")
        below = [line for line in lines if (line.place.bottom or 0.0) < until]
        if len(edges) > 2 and _is_heading(grid, lines) and (body := _body(below, grid.ys[-1], edges, page)):
            found.append([Rule(x, grid.ys[-1], (body[-1].place.bottom or 0.0) + 2) for x in edges])
    return found


def _is_heading(grid: _Grid, lines: Sequence[Line]) -> bool:
    """Whether a grid holds words and no amounts."""
    words = [w for line in lines for w in line.words if _inside(w, grid.xs[0], grid.xs[-1], grid.ys[0], grid.ys[-1])]
    return len(words) > 2 and not any("." in w.text and numeric(w) for w in words)


def _inside(w: Word, left: float, right: float, top: float, bottom: float) -> bool:
    return left - SNAP <= (w.x0 + w.x1) / 2 <= right + SNAP and top <= (w.top + w.bottom) / 2 <= bottom


def _body(lines: Sequence[Line], top: float, edges: Sequence[float], page: Page) -> list[Line]:
    """The lines of rows that follow below a height within the columns; none where what follows is no row."""
    body: list[Line] = []
    reach = top
    for line in lines:
        at = line.place.top or 0.0
        if at < top - SNAP:
            continue
        near = at - reach < (_FARTHEST if body else _BELOW) or reach == float("-inf")
        within = edges[0] - 6 <= line.words[0].x0 and line.words[-1].x1 <= edges[-1] + 6
        if not near or not within or stands_between(line, page.width or 595.0, framed=True):
            break
        body.append(line)
        reach = line.place.bottom or at
    rows = [line for line in body if len(pieces_of(line.words)) > 1 or any(numeric(w) for w in line.words)]
    return body if rows else []


def _between_rows(grid: _Grid, lines: Sequence[Line]) -> list[Rule]:
    """Horizontal rules between the rows that stand in one row of cells."""
    words = [w for line in lines for w in line.words]
    found: list[Rule] = []
    for top, bottom in pairwise(grid.ys):
        cells = [b for b in grid.boxes if b[1] <= top + SNAP and b[3] >= bottom - SNAP]
        own = [w for w in words if _inside(w, grid.xs[0], grid.xs[-1], top, bottom)]
        if len(cells) > 1 and _several(cells, own):
            found += _rules(aligned(own, positions(x for b in cells for x in (b[0], b[2]))).pieces, cells)
    return found


def _several(cells: Sequence[Box], words: Sequence[Word]) -> bool:
    """Whether cells hold numbers under each other: not one broken over two lines, which no number ends."""
    pairs = 0
    for x0, _, x1, _ in cells:
        own = sorted((w for w in words if x0 < (w.x0 + w.x1) / 2 < x1 and numeric(w)), key=lambda w: w.top)
        pairs += sum(b.top > a.bottom - 2 and _are_two(a, b) for a, b in pairwise(own))
    return pairs >= _SEVERAL


def _are_two(above: Word, below: Word) -> bool:
    """Whether numbers under each other are two: rows counted 1, 2, or numbers long enough not to be pieces of one."""
    counted = above.text.isdigit() and below.text.isdigit() and int(below.text) == int(above.text) + 1
    return counted or (len(above.text) + len(below.text) > 3 and not is_broken(above, below))


def _rules(pieces: Sequence[Piece], cells: Sequence[Box]) -> list[Rule]:
    """The rules between rows, column by column: none through a cell that stands for several rows."""
    rows = max((p.row + p.rows for p in pieces), default=0)
    plain = [[p for p in pieces if p.row == row and p.rows == 1] for row in range(rows)]
    found = []
    for n, (above, below) in enumerate(pairwise(plain)):
        if not above or not below:
            continue
        at = (max(p.bottom for p in above) + min(p.top for p in below)) / 2
        through = {p.column for p in pieces if p.row <= n < p.row + p.rows - 1}
        found += [Rule(at, b[0], b[2]) for column, b in enumerate(sorted(cells)) if column not in through]
    return found
