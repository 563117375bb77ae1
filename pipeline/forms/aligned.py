"""Tables that only alignment tells: lines of words with positions → a table with cells.

For forms printed without column rules (or with horizontal ones only).  Columns are the vertical bands that the
words of the data leave apart, matched in order to the lowest headings; a heading above others reaches over the columns
that it is centred on; a wrapped label belongs to the numbers nearest to it.
What belongs here: geometry of words.  What may not: what a column means.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.figures import Place
from pipeline.forms.blocks import LabelLine, blocks_of
from pipeline.forms.catalogue import NOTE, TOTAL_LABEL, canonical, form_of_title, unit_of
from pipeline.forms.tokens import is_furniture
from pipeline.numbers import parse_number
from pipeline.reading.document import Cell, Line, Table, Word

Rules = Sequence[tuple[float, float, float]]

#: Bands that overlap by less than this are two columns (points): glyph boxes are a little wider than the ink.
_OVERLAP = 1.2
#: Lines of one wrapped text follow each other within this share of their height; rows stand farther apart.
_WRAP_GAP = 0.45
#: What a column without a heading of its own costs in the matching, in points.
_UNMATCHED = 400.0
_ROW_START = re.compile(r"^([一二三四五六七八九十]+、|本年(收入|支出)合计|总计|合计|年初|年末|使用|用事业|结余分配|其中)")
_CODE_PARTS = ("类", "款", "项")
_SUM = re.compile(r"(合计|总计)$")
_DATA_START = re.compile(r"^([一二三四五六七八九十]+、|本年(收入|支出)合计)")
#: Headings that are often printed with their letters apart (合 计).
_SPACED = ("合计", "项目", "小计", "行次", "金额", "总计", "收入", "支出", "决算数", "预算数")
_HEADER_ONLY = re.compile(r"^(公开\d*表|附?表\d+|(公开|编制|填报)?(部门|单位)(名称)?:)")
_RUNNING_HEAD = re.compile(r"20\d\d年度?(部门|单位)?决算(公开)?(报告)?$")


@dataclass(frozen=True, slots=True)
class _Column:
    """One column: the band of its data, the extent of its heading, and whether its data are mostly numbers."""

    data: tuple[float, float] | None
    head: tuple[float, float] | None
    label: bool = False

    @property
    def extent(self) -> tuple[float, float]:
        ends = [e for e in (self.data, self.head) if e is not None]
        return min(e[0] for e in ends), max(e[1] for e in ends)


@dataclass
class _Row:
    """One line of the page, or several once wrapped labels have joined it."""

    words: list[Word]
    page: int | None
    parts: list[list[Word]] = field(default_factory=list)

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
    def text(self) -> str:
        return canonical("".join(w.text for w in self.words))

    @property
    def label(self) -> str:
        """What is no number."""
        return canonical("".join(w.text for w in self.words if not _numeric(w)))

    @property
    def anchored(self) -> bool:
        """Whether the line says where a row is: it holds a number, a code or a dash, or is a total."""
        return bool(TOTAL_LABEL.match(self.text)) or any(_numeric(w) for w in self.words)


def _numeric(word: Word) -> bool:
    return parse_number(word.text) is not None or bool(re.fullmatch(r"[-—–]+", word.text))


def table_from_lines(lines: Sequence[Line], rules: Mapping[int | None, Rules], two_sided: bool) -> Table | None:
    """The table that lines with word positions make, or ``None`` where they align to fewer than two columns.

    ``rules``: horizontal rules by page, where there are any; ``two_sided``: both halves have labels and rows of their own.
    """
    rows = [_Row(list(line.words), line.place.page) for line in _without_page_numbers(lines) if line.words and _tabular(line)]

    def starts(r: _Row) -> bool:
        return r.anchored or (two_sided and any(_DATA_START.match(canonical(w.text)) for w in r.words))

    first = next((i for i, r in enumerate(rows) if starts(r) and not _column_numbers(r)), None)
    if first is None:
        return None
    while first and not two_sided and _wraps_into(rows[first - 1], rows[first]):
        first -= 1
    first += _keep_parts_of_codes(rows, first)
    heading = [w for r in rows[:first] for w in r.words]
    body = _without_repeated_heading(rows[first:], {canonical(w.text) for w in heading})
    stacks = _stacks(heading)
    columns = _columns(stacks, _column_makers([r for r in body if not _column_numbers(r)]))
    if len(columns) < 2:
        return None
    cells: list[Cell] = []
    n = _heading_cells(stacks, columns, rows[0].page, cells)
    for row in _joined_rows(body, columns, rules, two_sided):
        _row_cells(row, n, columns, cells)
        n += 1
    place = Place(
        rows[first].page,
        round(columns[0].extent[0], 1),
        lines[0].place.top,
        round(columns[-1].extent[1], 1),
        lines[-1].place.bottom,
    )
    return Table(tuple(cells), n, len(columns), place, "alignment")


def _without_page_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines without a lone number that ends or begins its page."""
    kept: list[Line] = []
    for page in dict.fromkeys(line.place.page for line in lines):
        own = [line for line in lines if line.place.page == page]
        while own and own[-1].text.strip().isdigit():
            own.pop()
        while own and own[0].text.strip().isdigit():
            own.pop(0)
        kept.extend(own)
    return kept


def _tabular(line: Line) -> bool:
    text = canonical(line.text)
    if is_furniture(line.text) or NOTE.match(text) or form_of_title(line.text) is not None or _RUNNING_HEAD.search(text):
        return False
    if _HEADER_ONLY.match(text) or (unit_of(line.text) and len(text) < 40):
        return False
    return not (len(line.words) == 1 and len(text) > 40)


def _column_numbers(row: _Row) -> bool:
    """Whether a line is the row of column numbers (栏次 1 2 3 …)."""
    numbers = [w.text for w in row.words if w.text.isdigit()]
    if re.search("栏.{0,2}次", "".join(w.text for w in row.words)):
        return all(len(t) <= 2 for t in numbers) and not any(re.search(r"\d\.\d", w.text) for w in row.words)
    return len(numbers) > 3 and len(numbers) == len(row.words) and all(len(t) <= 2 for t in numbers)


def _without_repeated_heading(body: Sequence[_Row], heading: set[str]) -> list[_Row]:
    """The data without headings repeated on later pages: lines at the head of a page that only say what the heading said."""
    kept: list[_Row] = []
    page, at_head = (body[0].page if body else None), False
    for r in body:
        if r.page != page:
            page, at_head = r.page, True
        if at_head and (_column_numbers(r) or all(canonical(w.text) in heading for w in r.words)):
            continue
        at_head = False
        kept.append(r)
    return kept


def _keep_parts_of_codes(rows: list[_Row], first: int) -> int:
    """Part 类 款 项 from the total that some print on the same line: they are the heading's last; how many lines it gained."""
    parts = [w for w in rows[first].words if w.text in _CODE_PARTS]
    if len(parts) >= 2 and len(parts) < len(rows[first].words):
        rest = [w for w in rows[first].words if w not in parts]
        rows[first : first + 1] = [_Row(parts, rows[first].page), _Row(rest, rows[first].page)]
        return 1
    return 0


def _column_makers(body: Sequence[_Row]) -> list[Word]:
    """The words that show where columns are: all but a total's label, which stands in the middle of several columns.

    Where only totals have labels (a form without data), these show it.
    """
    words = [w for r in body for w in r.words]
    kept = [w for r in body for w in r.words if _numeric(w) or not _SUM.search(r.label)]
    return kept if any(not _numeric(w) for w in kept) else words


def _bands(words: Iterable[Word]) -> list[tuple[float, float]]:
    """Vertical bands that words occupy; those that overlap are one."""
    bands: list[list[float]] = []
    for w in sorted(words, key=lambda w: w.x0):
        if bands and bands[-1][1] - w.x0 > _OVERLAP:
            bands[-1][1] = max(bands[-1][1], w.x1)
        else:
            bands.append([w.x0, w.x1])
    return [(a, b) for a, b in bands]


def _covers(word: Word, extent: tuple[float, float]) -> bool:
    slack = min(_OVERLAP, (word.x1 - word.x0) / 3)
    return word.x0 < extent[1] - slack and word.x1 > extent[0] + slack


def _over(word: Word, extents: Sequence[tuple[float, float]]) -> list[int]:
    return [i for i, extent in enumerate(extents) if _covers(word, extent)]


def _stacks(heading: Sequence[Word]) -> list[Word]:
    """Headings: words that follow closely below each other are one heading; column numbers are none."""
    stacks: list[list[Word]] = []
    for w in heading:
        if w.text.isdigit() or re.fullmatch(r"栏|次|栏次", w.text):
            continue
        height = w.bottom - w.top
        above = next(
            (
                s
                for s in reversed(stacks)
                if -0.4 * height <= w.top - s[-1].bottom < _WRAP_GAP * height
                and abs((s[-1].x0 + s[-1].x1) / 2 - (w.x0 + w.x1) / 2) < max(w.x1 - w.x0, s[-1].x1 - s[-1].x0) * 0.5 + 2
                and _covers(w, (s[-1].x0, s[-1].x1))
            ),
            None,
        )
        beside = next(
            (
                s
                for s in reversed(stacks)
                if abs(s[-1].top - w.top) < 0.3 * height
                and -1 < w.x0 - s[-1].x1 < 2.2 * height
                and any(word.startswith(s[-1].text + w.text) for word in _SPACED)
            ),
            None,
        )
        if above is not None:
            above.append(w)
        elif beside is not None:
            beside[-1] = Word(beside[-1].text + w.text, beside[-1].x0, beside[-1].top, w.x1, max(w.bottom, beside[-1].bottom))
        else:
            stacks.append([w])
    return [Word("".join(w.text for w in s), min(w.x0 for w in s), s[0].top, max(w.x1 for w in s), s[-1].bottom) for s in stacks]


def _leaves(stacks: Sequence[Word]) -> list[Word]:
    """The lowest headings: nothing stands below them, neither under them nor on both sides of them."""
    leaves = []
    for w in stacks:
        below = [v for v in stacks if v.top > w.bottom - 1]
        if any(_covers(v, (w.x0, w.x1)) or _covers(w, (v.x0, v.x1)) for v in below):
            continue
        middle = (w.x0 + w.x1) / 2
        left = max((v for v in below if v.x1 <= middle), key=lambda v: v.x1, default=None)
        right = min((v for v in below if v.x0 >= middle), key=lambda v: v.x0, default=None)
        level = [v for v in stacks if v is not w and v not in below and v.bottom > w.top - 1]
        between = [
            v
            for v in level
            if (left and left.x1 <= v.x0 and v.x1 <= w.x0 + 1) or (right and w.x1 - 1 <= v.x0 and v.x1 <= right.x0)
        ]
        if left and right and not between:
            continue
        leaves.append(w)
    return sorted(leaves, key=lambda w: w.x0)


def _columns(stacks: Sequence[Word], data: Sequence[Word]) -> list[_Column]:
    """Bands of data and lowest headings matched in order, so that the distances between them are least."""
    bands = _bands(data)
    heads = [(w.x0, w.x1) for w in _leaves(stacks)]

    def apart(band: tuple[float, float], head: tuple[float, float]) -> float:
        return max(band[0] - head[1], head[0] - band[1], 0.0) + 0.01 * abs(sum(band) - sum(head))

    # dynamic programme over (bands used, heads used): match, leave a head (a blank column), or leave a band
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {(0, 0): (0.0, None)}
    for i in range(len(bands) + 1):
        for j in range(len(heads) + 1):
            if (i, j) not in best:
                continue
            cost = best[i, j][0]
            steps = []
            if i < len(bands) and j < len(heads):
                steps.append(((i + 1, j + 1), cost + apart(bands[i], heads[j])))
            if j < len(heads):
                steps.append(((i, j + 1), cost + 3.0))
            if i < len(bands):
                steps.append(((i + 1, j), cost + _UNMATCHED))
            for key, value in steps:
                if key not in best or value < best[key][0]:
                    best[key] = (value, (i, j))
    columns: list[_Column] = []
    at: tuple[int, int] = (len(bands), len(heads))
    while at != (0, 0):
        before = best[at][1]
        assert before is not None
        band = bands[before[0]] if at[0] > before[0] else None
        head = heads[before[1]] if at[1] > before[1] else None
        columns.append(_Column(band, head, _is_label(band, data)))
        at = before
    return sorted(columns, key=lambda c: (c.data or c.extent)[0])


def _is_label(band: tuple[float, float] | None, data: Sequence[Word]) -> bool:
    if band is None:
        return False
    own = [w for w in data if band[0] - 0.1 <= w.x0 and w.x1 <= band[1] + 0.1]
    return sum(not _numeric(w) for w in own) * 2 > len(own)


def _least_reach(word: Word, extents: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """The columns that a heading stands over at least: those it covers, or the two beside it."""
    over = _over(word, extents)
    if over:
        return over[0], over[-1]
    middle = (word.x0 + word.x1) / 2
    high = next((i for i, (x0, _) in enumerate(extents) if x0 > middle), len(extents) - 1)
    return max(high - 1, 0), high


def _reach(
    word: Word, extents: Sequence[tuple[float, float]], edges: Sequence[tuple[float, float]], taken: set[int]
) -> tuple[int, int]:
    """First and last column that a heading stands over: the most columns around it whose common middle is its own."""
    middle = (word.x0 + word.x1) / 2
    low, high = _least_reach(word, extents)

    def off(a: int, b: int) -> float:
        return abs((edges[a][0] + edges[b][1]) / 2 - middle)

    best, error = (low, high), off(low, high)
    for a in range(low, -1, -1):
        if a in taken:
            break
        for b in range(high, len(extents)):
            if b in taken:
                break
            nearer = off(a, b) < error - 6
            as_near = off(a, b) < max(error, 7) + 1 and b - a > best[1] - best[0]
            if nearer or as_near:
                best, error = (a, b), off(a, b)
    return best


def _edges(columns: Sequence[_Column]) -> list[tuple[float, float]]:
    """Left and right edge of every column: half way to the words of its neighbours."""
    extents = [c.extent for c in columns]
    inner = [(a[1] + b[0]) / 2 for a, b in itertools.pairwise(extents)]
    first, last = extents[0][0] - 3, extents[-1][1] + 3
    if inner and columns[0].head is not None:  # a heading stands in the middle of its column
        first = min(first, sum(columns[0].head) - inner[0])
    if inner and columns[-1].head is not None:
        last = max(last, sum(columns[-1].head) - inner[-1])
    return list(zip([first, *inner], [*inner, last], strict=True))


def _nearest_column(word: Word, extents: Sequence[tuple[float, float]]) -> int:
    return min(range(len(extents)), key=lambda i: abs(extents[i][0] - word.x0) + abs(extents[i][1] - word.x1))


def _heading_cells(stacks: Sequence[Word], columns: Sequence[_Column], page: int | None, cells: list[Cell]) -> int:
    """Cells of the heading, one row a level; the lowest stand over one column, the others reach."""
    leaves = set(_leaves(stacks))
    extents = [c.head or c.extent for c in columns]
    edges = _edges(columns)
    over = {i: w for w in leaves for i in [_nearest_column(w, extents)]}
    base = max((w.bottom for w in leaves), default=0.0) + 2
    levels: list[float] = []
    for t in sorted((w.top + w.bottom) / 2 for w in stacks):
        if not levels or t - levels[-1] > 4:
            levels.append(t)
    for w in stacks:
        level = max((i for i, t in enumerate(levels) if t <= (w.top + w.bottom) / 2 + 1), default=0)
        if w in leaves:
            low = high = _nearest_column(w, extents)
        else:
            mates = [v for v in stacks if v is not w and abs((v.top + v.bottom) / 2 - (w.top + w.bottom) / 2) <= 4]
            ends = [_least_reach(v, extents) for v in mates]
            taken = {i for a, b in ends for i in range(a, b + 1)} - set(range(*_least_reach(w, extents)))
            # a lowest heading in the middle of its cell tells where the cell begins: one that begins above is not under this one
            beside = {i for i, v in over.items() if v.top + v.bottom - base < (w.top + w.bottom) / 2}
            low, high = _reach(w, extents, edges, taken | beside)
        place = Place(page, round(w.x0, 1), round(w.top, 1), round(w.x1, 1), round(w.bottom, 1))
        cells.append(Cell(level, low, w.text, 1, high - low + 1, place))
    return len(levels)


def _wraps_into(row: _Row, data: _Row) -> bool:
    """Whether a line just above the first data is the upper part of its wrapped label."""
    height = row.bottom - row.top
    return len(row.words) == 1 and data.top - row.bottom < 0.3 * height and data.middle - row.middle < 1.5 * height


def _joined_rows(
    body: Sequence[_Row], columns: Sequence[_Column], rules: Mapping[int | None, Rules], two_sided: bool
) -> list[_Row]:
    """Lines put together to rows: between two rules where there are rules, else wrapped labels to their numbers."""
    result: list[_Row] = []
    for page in dict.fromkeys(r.page for r in body):
        own = [r for r in body if r.page == page]
        ys = [y for y, *_ in rules.get(page, ()) if own[0].top - 4 < y < own[-1].bottom + 4]
        if len(ys) > len(own) / 4 and len(ys) > 2:
            by_band: dict[int, list[_Row]] = {}
            for r in own:
                by_band.setdefault(sum(y <= r.middle for y in ys), []).append(r)
            result.extend(_Row([w for r in band for w in r.words], page, [r.words for r in band]) for band in by_band.values())
            continue
        halves = _halves(columns) if two_sided else [range(len(columns))]
        for half in halves:
            result.extend(_joined_by_nearness(own, columns, half))
    return result


def _halves(columns: Sequence[_Column]) -> list[range]:
    """The two halves of a two-sided form: the second begins at its second column of labels."""
    labels = [i for i, c in enumerate(columns) if c.label]
    if len(labels) < 2:
        return [range(len(columns))]
    return [range(0, labels[1]), range(labels[1], len(columns))]


def _joined_by_nearness(own: Sequence[_Row], columns: Sequence[_Column], half: range) -> list[_Row]:
    """Rows of one half of a page: lines of label texts put to the lines of numbers that they stand around."""
    labels: list[list[Word]] = []
    numbers: list[list[Word]] = []
    for r in own:
        mine = [w for w in r.words if _column_of(w, columns) in half]
        words = [w for w in mine if columns[_column_of(w, columns)].label and not _numeric(w)]
        values = [w for w in mine if w not in words]
        if values and numbers and _one_line(numbers[-1], values, columns):
            numbers[-1].extend(values)
        elif values:
            numbers.append(values)
        if words:
            labels.append(words)
    lines = [
        LabelLine(
            min(w.top for w in words),
            max(w.bottom for w in words),
            bool(_ROW_START.match(canonical("".join(w.text for w in words)))),
        )
        for words in labels
    ]
    middles = [(min(w.top for w in values) + max(w.bottom for w in values)) / 2 for values in numbers]
    rows: list[_Row] = []
    for start, end, k in blocks_of(lines, middles):
        words = [w for line in labels[start:end] for w in line]
        values = numbers[k] if k is not None else []
        rows.append(_Row([*words, *values], own[0].page, [part for part in (words, values) if part]))
    return sorted(rows, key=lambda r: r.middle)


def _one_line(above: Sequence[Word], below: Sequence[Word], columns: Sequence[_Column]) -> bool:
    """Whether numbers stand on one line but for their baselines (codes in one face, amounts in another)."""
    overlap = max(w.bottom for w in above) - min(w.top for w in below)
    height = min(w.bottom - w.top for w in [*above, *below])
    apart = {_column_of(w, columns) for w in above}.isdisjoint(_column_of(w, columns) for w in below)
    return apart and overlap > 0.5 * height


def _column_of(word: Word, columns: Sequence[_Column]) -> int:
    """The column whose data band a word of the data lies in, or the nearest."""

    def distance(i: int) -> tuple[float, float]:
        x0, x1 = columns[i].data or columns[i].extent
        return max(x0 - word.x1, word.x0 - x1, 0.0), -(min(word.x1, x1) - max(word.x0, x0))

    return min((i for i, c in enumerate(columns) if c.data is not None), key=distance, default=0)


def _row_cells(row: _Row, n: int, columns: Sequence[_Column], cells: list[Cell]) -> None:
    by_column: dict[int, list[Word]] = {}
    for w in (w for part in (row.parts or [row.words]) for w in part):
        by_column.setdefault(_column_of(w, columns), []).append(w)
    for column, words in sorted(by_column.items()):
        lines: list[list[Word]] = []
        for w in words:
            if lines and abs((lines[-1][0].top + lines[-1][0].bottom) / 2 - (w.top + w.bottom) / 2) < 0.5 * (w.bottom - w.top):
                lines[-1].append(w)
            else:
                lines.append([w])
        text = "\n".join(" ".join(w.text for w in line) for line in lines)
        place = Place(
            row.page,
            round(min(w.x0 for w in words), 1),
            round(min(w.top for w in words), 1),
            round(max(w.x1 for w in words), 1),
            round(max(w.bottom for w in words), 1),
        )
        cells.append(Cell(n, column, text, 1, 1, place))
