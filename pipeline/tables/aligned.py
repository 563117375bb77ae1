"""Tables that only alignment tells: lines of words with positions → a table with cells.

For forms printed without column rules (or with horizontal ones only).  Columns are the vertical bands that the
words of the data leave apart, matched in order to the lowest headings; a heading above others reaches over the columns
that it is centred on; a wrapped label belongs to the numbers nearest to it.
What belongs here: geometry of words.  What may not: what a column means.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.lexicon import any_of, concepts, words_of
from pipeline.lexicon.forms import addresses, is_total
from pipeline.model.chinese_numerals import NUMBERED
from pipeline.model.figures import Place
from pipeline.model.text import canonical
from pipeline.reading.document import Cell, Line, Table, Word
from pipeline.tables.areas import pieces_of
from pipeline.tables.blocks import LabelLine, begins_row, blocks_of
from pipeline.tables.columns import Column, bands_of, column_of, columns_of, halves_of, numeric
from pipeline.tables.headings import heading_cells, known_headings, leaves_of, parted_headings, stacked
from pipeline.tables.whole_words import on_one_page, with_whole_numbers

READER = "pdf/aligned"
_CODE = re.compile(r"[1-5]\d{2}(\d\d){0,2}")
Rules = Sequence[tuple[float, float, float]]

#: Lines in which a form's headings are looked for, and how many of them tell one.
_LINES_OF_A_HEADING, _FEWEST_HEADINGS = 8, 2


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
        return canonical("".join(w.text for w in self.words if not numeric(w)))

    @property
    def anchored(self) -> bool:
        """Whether the line says where a row is: it holds a number, a code or a dash, or is a total."""
        return is_total(self.text) or any(numeric(w) for w in self.words)


def is_form(lines: Sequence[Line]) -> bool:
    """Whether an area is laid out as a form: under headings of codes, labels, row numbers or amounts, one row a line of amounts."""
    heads = [canonical(w.text) for line in lines[:_LINES_OF_A_HEADING] for w in line.words if not numeric(w)]
    known = {h for h in heads if h in known_headings() or addresses(h) & {"code", "label", "column_numbers"}}
    return len(known) >= _FEWEST_HEADINGS and not any("annex" in concepts("form_heads", h) for h in heads)


def is_two_sided(lines: Sequence[Line]) -> bool:
    """Whether both halves of a form have labels and rows of their own: 收入 beside 支出, and no codes."""
    heads = [canonical("".join(w.text for w in piece)) for line in lines[:_LINES_OF_A_HEADING] for piece in pieces_of(line.words)]
    letters = "".join(canonical(w.text) for line in lines[:3] for w in line.words if len(w.text) == 1)
    said = frozenset[str]().union(*(concepts("heading_words", h) for h in heads))
    sides = {"income", "expenditure"} <= said or "two_sides" in concepts("heading_words", letters)
    return sides and not any(len(h) > 1 and "code" in addresses(h) for h in heads)


def table_from_lines(lines: Sequence[Line], rules: Mapping[int | None, Rules], two_sided: bool) -> Table | None:
    """The table that lines with word positions make, or ``None`` where they align to fewer than two columns, or to none for certain.

    ``rules``: horizontal rules by page, where there are any; ``two_sided``: both halves have labels and rows of their own.
    """
    rows = [_Row(words, page) for page, words in with_whole_numbers((w.place.page, w.words) for w in lines)]

    def starts(r: _Row) -> bool:
        return r.anchored or (two_sided and any(_begins_data(w.text) for w in r.words))

    first = next((i for i, r in enumerate(rows) if starts(r) and not _column_numbers(r)), None)
    if first is None:
        return None
    while first and not two_sided and _wraps_into(rows[first - 1], rows[first]):
        first -= 1
    first += _keep_parts_of_codes(rows, first)
    heading = parted_headings(on_one_page([(r.page, r.words) for r in rows[:first]]))
    body = _without_repeated_heading(rows[first:], {canonical(w.text) for w in (*heading, *stacked(heading))})
    stacks = stacked(heading)
    makers = _column_makers([r for r in body if not _column_numbers(r)])
    columns = columns_of(leaves_of(stacks), makers, [] if two_sided else _numbering(rows))
    if len(columns) < 2 or any(c.doubtful for c in columns):
        return None
    cells: list[Cell] = []
    n = heading_cells(stacks, columns, body[0].page if body else rows[0].page, cells)
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
    return Table(tuple(cells), n, len(columns), place, READER)


def _begins_data(text: str) -> bool:
    """Whether a label begins the lines of a two-sided form: numbered, or the total of a side."""
    return bool(NUMBERED.match(canonical(text))) or bool(concepts("labels", text) & {"income_total", "expenditure_total"})


def _column_numbers(row: _Row) -> bool:
    """Whether a line is the row of column numbers (栏次 1 2 3 …)."""
    numbers = [w.text for w in row.words if w.text.isdigit()]
    if any_of("heading_words", "column_numbers_apart").search("".join(w.text for w in row.words)):
        return all(len(t) <= 2 for t in numbers) and not any(re.search(r"\d\.\d", w.text) for w in row.words)
    return len(numbers) > 3 and len(numbers) == len(row.words) and all(len(t) <= 2 for t in numbers)


def _numbering(rows: Sequence[_Row]) -> list[Word]:
    """The column numbers 1, 2, 3 … of the first line that prints them all; none where it does not."""
    numbers = next(([w for w in r.words if w.text.isdigit()] for r in rows if _column_numbers(r)), [])
    return numbers if [w.text for w in numbers] == [str(i) for i in range(1, len(numbers) + 1)] else []


def _without_repeated_heading(body: Sequence[_Row], heading: set[str]) -> list[_Row]:
    """The data without headings repeated on later pages: lines at the head of a page that only say what the heading said.

    It may wrap otherwise than before: then one line of several headings tells that the lines around it are its pieces.
    """
    kept: list[_Row] = []
    first = body[0].page if body else None
    said = "".join(heading)
    for page, own in itertools.groupby(body, key=lambda r: r.page):
        rows = list(own)
        head = list(itertools.takewhile(lambda r: _column_numbers(r) or not r.anchored, rows)) if page != first else []
        known = [[canonical(w.text) in heading for w in r.words] for r in head]
        whole = any(len(words) > 1 and sum(words) * 2 > len(words) for words in known)
        again = 0
        for r, words in zip(head, known, strict=True):
            if _column_numbers(r) or all(words) or (whole and all(canonical(w.text) in said for w in r.words)):
                again += 1
            else:
                break
        kept.extend(rows[again:])
    return kept


def _keep_parts_of_codes(rows: list[_Row], first: int) -> int:
    """Part 类 款 项 from the total that some print on the same line: they are the heading's last; how many lines it gained."""
    parts = [w for w in rows[first].words if w.text in words_of("heading_words", "code_part")]
    if len(parts) >= 2 and len(parts) < len(rows[first].words):
        rest = [w for w in rows[first].words if w not in parts]
        rows[first : first + 1] = [_Row(parts, rows[first].page), _Row(rest, rows[first].page)]
        return 1
    return 0


def _column_makers(body: Sequence[_Row]) -> list[list[Word]]:
    """The words that show where columns are, by line: all but a total's label, which stands in the middle of several columns.

    Where only totals have labels (a form or a half of it without other rows), these show it.
    """
    kept = [[w for w in r.words if numeric(w) or "sum" not in concepts("label_parts", r.label)] for r in body]
    if not any(not numeric(w) for line in kept for w in line):
        return [r.words for r in body]
    numbers = bands_of(w for line in kept for w in line if numeric(w))
    labels = bands_of(w for line in kept for w in line if not numeric(w))

    def alone(w: Word) -> bool:
        """Whether no label stands between the same numbers as this one."""
        left = max((b for _, b in numbers if b < w.x0 + 1), default=float("-inf"))
        right = min((a for a, _ in numbers if a > w.x1 - 1), default=float("inf"))
        return not any(a < right and b > left for a, b in labels) and not any(a < w.x1 - 1 and b > w.x0 + 1 for a, b in numbers)

    return [[w for w in r.words if w in line or alone(w)] for r, line in zip(body, kept, strict=True)]


def _wraps_into(row: _Row, data: _Row) -> bool:
    """Whether a line just above the first data is the upper part of its wrapped label."""
    height = row.bottom - row.top
    if data.top - row.bottom >= 0.3 * height or data.middle - row.middle >= 1.5 * height:
        return False
    if len(row.words) > 1:  # of several labels, each behind its code
        return not any(addresses(w.text) for w in row.words) and all(_behind_code(w, data) for w in row.words)
    amounts = [w.x0 for w in data.words if re.search(r"\d\.\d", w.text)]
    return not amounts or row.words[0].x0 < amounts[0]  # else the last line of a heading over the amounts


def _behind_code(word: Word, data: _Row) -> bool:
    """Whether what stands next to a word's place on the line of the data, on its left, is a code."""
    before = max((w for w in data.words if w.x1 <= word.x0), key=lambda w: w.x1, default=None)
    return before is not None and bool(_CODE.fullmatch(before.text))


def _joined_rows(body: Sequence[_Row], columns: Sequence[Column], rules: Mapping[int | None, Rules], two_sided: bool) -> list[_Row]:
    """Lines put together to rows: between two rules where there are rules, else wrapped labels to their numbers."""
    result: list[_Row] = []
    last: dict[int, _Row] = {}  # the last row of each half on the pages before
    pages = {page: [r for r in body if r.page == page] for page in dict.fromkeys(r.page for r in body)}
    heights = {p: [y for y, *_ in rules.get(p, ()) if own[0].top - 4 < y < own[-1].bottom + 4] for p, own in pages.items()}
    drawn = sum(map(len, heights.values()))
    by_rules = drawn > len(body) / 4 and drawn > 2
    for page, own in pages.items():
        ys = heights[page]
        if by_rules and ys:
            by_band: dict[int, list[_Row]] = {}
            for r in own:
                by_band.setdefault(sum(y <= r.middle for y in ys), []).append(r)
            groups = [[_Row([w for r in band for w in r.words], page, [r.words for r in band]) for band in by_band.values()]]
        else:
            halves = halves_of(columns) if two_sided else [range(len(columns))]
            groups = [_joined_by_nearness(own, columns, half) for half in halves]
        for half, rows in enumerate(groups):
            while rows and half in last and _is_rest(rows[0], columns):
                last[half].words.extend(rows[0].words)
                last[half].parts.extend(rows[0].parts or [rows[0].words])
                rows = rows[1:]
            result.extend(rows)
            if rows:
                last[half] = rows[-1]
    return result


def _is_rest(row: _Row, columns: Sequence[Column]) -> bool:
    """Whether the first row of a page is the rest of a label that the page break cut: words where labels stand, and no more."""
    if row.anchored or begins_row(row.text):
        return False
    homes = [(w, columns[column_of(w, columns)]) for w in row.words]
    return all(home.label and home.data is not None and home.data[0] - 3 <= w.x0 for w, home in homes)


def _joined_by_nearness(own: Sequence[_Row], columns: Sequence[Column], half: range) -> list[_Row]:
    """Rows of one half of a page: lines of label texts put to the lines of numbers that they stand around."""
    labels: list[list[Word]] = []
    numbers: list[list[Word]] = []
    for r in own:
        mine = [w for w in r.words if column_of(w, columns) in half]
        words = [w for w in mine if columns[column_of(w, columns)].label and not numeric(w)]
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
            begins_row("".join(w.text for w in words)),
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


def _one_line(above: Sequence[Word], below: Sequence[Word], columns: Sequence[Column]) -> bool:
    """Whether numbers stand on one line but for their baselines (codes in one face, amounts in another)."""
    overlap = max(w.bottom for w in above) - min(w.top for w in below)
    height = min(w.bottom - w.top for w in [*above, *below])
    apart = {column_of(w, columns) for w in above}.isdisjoint(column_of(w, columns) for w in below)
    return apart and overlap > 0.5 * height


def _row_cells(row: _Row, n: int, columns: Sequence[Column], cells: list[Cell]) -> None:
    by_column: dict[int, list[Word]] = {}
    for w in (w for part in (row.parts or [row.words]) for w in part):
        by_column.setdefault(column_of(w, columns), []).append(w)
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
        cells.append(Cell(n, column, text, 1, 1, place, found="aligned"))
