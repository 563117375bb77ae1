"""The words of a block whose columns are known → cells: rows by rules where there are rules, else by what stands on one height.

A cell's words may wrap over several lines, and a cell may stand for several rows (a level of indicators); it is centred on them.
What belongs here: heights.  What may not: columns.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from pipeline.lexicon import words_of
from pipeline.reading.document import Word
from pipeline.tables.blocks import LabelLine, begins_row
from pipeline.tables.blocks import blocks_of as labels_at_numbers
from pipeline.tables.columns import numeric
from pipeline.tables.dashes import Rule
from pipeline.tables.grid import covered
from pipeline.tables.sections import Block, heights_of, lines_of

#: Cells whose middles (or tops, or bottoms) differ by less than this share of a line's height stand in one row.
_LEVEL = 0.45
#: The share of a word's width by which it may hang over its column.
_OVERHANG = 0.3
#: Blanks that differ by less than this, in heights of a line, are one leading.
_JUMP = 0.15
#: A rule goes through a word where so much of a line's height is on both sides of it; lines of one cell are no farther apart than the other.
_CUT, _CLOSE = 0.12, 0.45
#: What it costs, in heights of a line, that a row of a column of levels has no cell.
_UNCOVERED = 0.6


@dataclass
class Piece:
    """A cell before its place is known: its words, its column, and the rows it stands in."""

    words: list[Word]
    column: int
    span: int = 1  # columns
    row: int = 0
    rows: int = 1

    @property
    def top(self) -> float:
        return min(w.top for w in self.words)

    @property
    def bottom(self) -> float:
        return max(w.bottom for w in self.words)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def numeric(self) -> bool:
        return len(self.words) == 1 and numeric(self.words[0])

    @property
    def is_total(self) -> bool:
        """Whether it is the label of a total, whose row is of no level."""
        return "".join(w.text for w in self.words) in words_of("heading_words", "total_apart")


@dataclass
class Rows:
    """The cells of a block: their rows count from 0."""

    pieces: list[Piece] = field(default_factory=list)
    count: int = 0

    def add(self, more: Rows) -> None:
        for piece in more.pieces:
            piece.row += self.count
        self.pieces.extend(more.pieces)
        self.count += more.count


def rows_of(block: Block, rules: Sequence[Rule]) -> Rows:
    """The cells of a block."""
    found = Rows()
    extents: list[tuple[float, float]] = []  # of the rows that rules part
    for ruled, words, top, bottom in _parts(block):
        if ruled:
            own = [r for r in rules if top - 3 <= r.at <= bottom + 3]
            found.add(_ruled(words, block.edges, own))
            extents.extend(pairwise(y for y, _ in heights_of(own)))
        else:
            found.add(aligned(words, block.edges))
    if len(extents) == found.count:
        _share_out(found, block, extents)
    return found


def _parts(block: Block) -> list[tuple[bool, list[Word], float, float]]:
    """The block's sections, those next to each other that no rule parts as one."""
    parts: list[tuple[bool, list[Word], float, float]] = []
    for s in block.sections:
        if parts and not s.ruled and not parts[-1][0]:
            _, words, top, _ = parts[-1]
            parts[-1] = (False, words + s.words, top, s.bottom)
        else:
            parts.append((s.ruled, list(s.words), s.top, s.bottom))
    return parts


def _column(word: Word, edges: Sequence[float]) -> tuple[int, int]:
    """The first column that a word stands in, and how many; what hangs a little over an edge does not stand behind it."""
    inner = edges[1:-1]
    slack = max(1.5, min(_OVERHANG * (word.x1 - word.x0), word.bottom - word.top))
    first, last = bisect_right(inner, word.x0 + slack), bisect_right(inner, word.x1 - slack)
    return first, max(last - first, 0) + 1


def _by_column(words: Sequence[Word], edges: Sequence[float]) -> dict[tuple[int, int], list[Word]]:
    """Words by the columns that they stand in; what stands across several takes the words of these on its lines with it."""
    found: dict[tuple[int, int], list[Word]] = {}
    for w in words:
        found.setdefault(_column(w, edges), []).append(w)
    return found


# ---------------------------------------------------------------- between rules


def _ruled(words: Sequence[Word], edges: Sequence[float], rules: Sequence[Rule]) -> Rows:
    """Rows between rules; a rule that a column lacks parts no cells in it."""
    heights = heights_of(rules)
    ys = [y for y, _ in heights]
    pieces: list[Piece] = []
    for (column, span), own in sorted(_by_column(words, edges).items()):
        left, right = edges[column], edges[column + span]
        bounds = [i for i, (_, drawn) in enumerate(heights) if covered(((r.start, r.end) for r in drawn), left, right) > 0.5 * (right - left)]
        for first, last in pairwise(sorted({0, *bounds, len(ys) - 1})):
            inside = [w for w in own if ys[first] <= (w.top + w.bottom) / 2 < ys[last]]
            if inside:
                pieces.append(Piece(inside, column, span, first, last - first))
    return Rows(_joined(pieces), max(len(ys) - 1, 1))


def _share_out(found: Rows, block: Block, rows: Sequence[tuple[float, float]]) -> None:
    """Where rules are drawn through cells that stand for several rows: each such column's cells get the rows that they are centred on."""
    height = median(w.bottom - w.top for w in block.words)
    if not any(_is_cut(w, y, height) for p in found.pieces for w in p.words for y in (rows[p.row][0], rows[p.row + p.rows - 1][1])):
        return
    counts = Counter(p.column for p in found.pieces)
    for column in range(max(counts, key=lambda c: (counts[c], -c))):
        own = [p for p in found.pieces if p.column == column and p.span == 1 and not p.is_total]
        if not own or len(own) >= len(rows) or all(p.numeric for p in own):
            continue
        whole: list[Piece] = []
        for line in lines_of([w for p in own for w in p.words]):
            if whole and _goes_through(whole[-1].words, line, rows, height):
                whole[-1].words.extend(line)
            else:
                whole.append(Piece(list(line), column))
        _centred(whole, rows, height, {p.row for p in found.pieces if p.is_total})
        found.pieces = [p for p in found.pieces if p not in own] + whole


def _is_cut(word: Word, y: float, height: float) -> bool:
    """Whether a rule goes through a word."""
    return word.top + _CUT * height < y < word.bottom - _CUT * height


def _goes_through(above: Sequence[Word], line: Sequence[Word], rows: Sequence[tuple[float, float]], height: float) -> bool:
    """Whether a line goes on those above it in one cell: close below them, every rule between them going through one of them, or one of
    them standing off the middle of the rows that it would have to itself."""
    lines = [*lines_of(above), list(line)]
    last, gaps = lines[-2], [_gap(a, b, height) for a, b in pairwise(lines)]
    top, bottom = _middle(last), _middle(line)
    cut = all(any(_is_cut(w, y, height) for w in (*last, *line)) for y in (y for y, _ in rows if top < y < bottom))
    even = len(gaps) > 1 and abs(gaps[-1] - gaps[-2]) < _JUMP * height
    return gaps[-1] < _CLOSE * height and (cut or _is_off(above, rows, height) or (even and _is_off(line, rows, height)))


def _middle(words: Sequence[Word]) -> float:
    return (min(w.top for w in words) + max(w.bottom for w in words)) / 2


def _is_off(words: Sequence[Word], rows: Sequence[tuple[float, float]], height: float) -> bool:
    """Whether words stand off the middle of the rows that they stand in."""
    own = [(a, b) for a, b in rows if any(a < (w.top + w.bottom) / 2 <= b for w in words)]
    return bool(own) and abs(_middle(words) - (own[0][0] + own[-1][1]) / 2) > 2 * _CUT * height


# ---------------------------------------------------------------- without rules


def aligned(words: Sequence[Word], edges: Sequence[float]) -> Rows:
    """Rows where no rule tells them: what stands on one height is a row."""
    columns = {key: lines_of(own) for key, own in sorted(_by_column(words, edges).items())}
    height = median(w.bottom - w.top for w in words)
    pieces = _stacked(columns, _room(columns, height), height)
    middles = min((_levels(pieces, at, height) for at in _ANCHORS), key=len)
    if not middles:
        return Rows(pieces, 1)
    levels, anchor = middles, min(_ANCHORS, key=lambda at: len(_levels(pieces, at, height)))
    for piece in pieces:
        piece.row = _nearest(anchor(piece), levels)
    _spread(pieces, levels, anchor, height)
    return Rows(_joined(pieces), len(levels))


_ANCHORS: tuple[Callable[[Piece], float], ...] = (lambda p: p.middle, lambda p: p.top, lambda p: p.bottom)


def _room(columns: dict[tuple[int, int], list[list[Word]]], height: float) -> float:
    """The widest blank between two lines of one cell; below nothing where blanks do not tell.

    Lines of a cell follow each other in one leading; the next wider blank parts two cells, as does that between two numbers.
    """
    between: list[float] = []
    within: list[float] = []
    for lines in columns.values():
        for a, b in pairwise(lines):
            gap = _gap(a, b, height)
            (between if (_is_number(a) and _is_number(b)) or _begins(b) else within).append(gap)
    rows, base = min(between, default=0.8 * height), _leading(within, height)
    if rows <= base + _JUMP * height:  # nothing wraps, or all stands too close to tell
        return 0.0 if base > 2 * _JUMP * height else -1.0
    wider = min((gap for gap in [*within, rows] if gap > base + _JUMP * height), default=rows)
    return min((base + wider) / 2, 0.8 * height)


def _gap(above: Sequence[Word], below: Sequence[Word], height: float) -> float:
    """The blank between two lines by their middles: boxes of one face are higher than those of another."""
    first, second = (sum(w.top + w.bottom for w in line) / 2 / len(line) for line in (above, below))
    return second - first - height


def _leading(gaps: Sequence[float], height: float) -> float:
    """The smallest blank between lines that is there several times."""
    ordered = sorted(gaps)
    often = (g for i, g in enumerate(ordered) if sum(h - g < 0.1 * height for h in ordered[i:]) >= min(3, len(ordered)))
    return next(often, 0.0)


def _begins(line: Sequence[Word]) -> bool:
    """Whether a line begins a label that goes on no other."""
    return begins_row("".join(w.text for w in line))


def _is_number(line: Sequence[Word]) -> bool:
    return all(numeric(w) for w in line)


def _stacked(columns: dict[tuple[int, int], list[list[Word]]], room: float, height: float) -> list[Piece]:
    """Lines put together to cells: those of one column that only a small blank parts; where no blank tells, labels to numbers."""
    pieces: list[Piece] = []
    numbers = sorted({round((line[0].top + line[0].bottom) / 2, 1) for lines in columns.values() for line in lines if _is_number(line)})
    rows = [y for i, y in enumerate(numbers) if not i or y - numbers[i - 1] > _LEVEL * height]
    for (column, span), lines in columns.items():
        groups: list[list[Word]] = []
        if room < 0 and rows:
            labels = [LabelLine(min(w.top for w in line), max(w.bottom for w in line), _begins(line)) for line in lines]
            groups = [[w for line in lines[a:b] for w in line] for a, b, _ in labels_at_numbers(labels, rows) if b > a]
        else:
            for line in lines:
                gap = _gap(lines_of(groups[-1])[-1], line, height) if groups else 0.0
                if groups and gap <= room and not (_is_number(line) and numeric(groups[-1][-1])) and not _begins(line):
                    groups[-1].extend(line)
                else:
                    groups.append(list(line))
        pieces.extend(Piece(words, column, span) for words in groups)
    return pieces


def _levels(pieces: Sequence[Piece], at: Callable[[Piece], float], height: float) -> list[float]:
    """The heights of rows: where a number stands, and where cells stand that no row reaches beside."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=at):
        if groups and at(piece) - at(groups[-1][0]) <= _LEVEL * height:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    kept: list[list[Piece]] = []
    extents: list[tuple[float, float]] = []
    for group in sorted(groups, key=lambda g: (-sum(p.numeric for p in g), -len(g))):
        top, bottom = min(p.top for p in group), max(p.bottom for p in group)
        if any(p.numeric for p in group) or not any(a < bottom and top < b for a, b in extents):
            kept.append(group)
            extents.append((top, bottom))
    return sorted(sum(map(at, g)) / len(g) for g in kept)


def _nearest(y: float, levels: Sequence[float]) -> int:
    return min(range(len(levels)), key=lambda i: abs(levels[i] - y))


def _spread(pieces: Sequence[Piece], levels: Sequence[float], at: Callable[[Piece], float], height: float) -> None:
    """Let the cells of a column left of the fullest stand for all the rows that they are centred on."""
    counts: dict[int, int] = {}
    for piece in pieces:
        counts[piece.column] = counts.get(piece.column, 0) + 1
    fullest = max(counts, key=lambda c: (counts[c], -c))
    for column in (c for c in counts if c < fullest and counts[c] < len(levels)):
        own = sorted((p for p in pieces if p.column == column and p.span == 1 and not p.is_total), key=at)
        if not all(p.numeric for p in own):
            _centred(own, _extents(pieces, levels, at, height), height, {p.row for p in pieces if p.is_total})


def _extents(pieces: Sequence[Piece], levels: Sequence[float], at: Callable[[Piece], float], height: float) -> list[tuple[float, float]]:
    """From where to where the rows reach by the cells that stand in them alone."""
    own = [[p for p in pieces if p.row == row and abs(at(p) - level) <= _LEVEL * height] for row, level in enumerate(levels)]
    return [(min(p.top for p in row), max(p.bottom for p in row)) if row else (y, y) for row, y in zip(own, levels, strict=True)]


def _centred(pieces: Sequence[Piece], rows: Sequence[tuple[float, float]], height: float, totals: Collection[int] = ()) -> None:
    """Rows shared out to cells in order, so that each is in the middle of its own; rows may be left out, and ``totals`` are."""
    n = len(rows)
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {(0, 0): (0.0, None)}
    for k in range(len(pieces) + 1):
        for r in range(n + 1):
            if (k, r) not in best:
                continue
            cost = best[k, r][0]
            steps = [((k, r + 1), cost + (0.0 if r in totals else _UNCOVERED * height))] if r < n else []
            if k < len(pieces):
                until = min((t for t in totals if t >= r), default=n)
                steps += [((k + 1, e), cost + abs((rows[r][0] + rows[e - 1][1]) / 2 - pieces[k].middle)) for e in range(r + 1, until + 1)]
            for key, value in steps:
                if key not in best or value < best[key][0]:
                    best[key] = (value, (k, r))
    if (len(pieces), n) not in best:
        return
    at = (len(pieces), n)
    while (before := best[at][1]) is not None:
        if before[0] < at[0]:
            pieces[before[0]].row, pieces[before[0]].rows = before[1], at[1] - before[1]
        at = before


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """The cells, those of one row and column as one."""
    found: dict[tuple[int, int], Piece] = {}
    for piece in sorted(pieces, key=lambda p: (p.row, p.column, p.top)):
        same = found.get((piece.row, piece.column))
        if same is None:
            found[piece.row, piece.column] = piece
        else:
            same.words.extend(piece.words)
            same.rows, same.span = max(same.rows, piece.rows), max(same.span, piece.span)
    return list(found.values())
