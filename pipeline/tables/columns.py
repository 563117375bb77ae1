"""Columns that only alignment tells: the bands that the words of the data leave apart, matched to the lowest headings.

What belongs here: columns as geometry.  What may not: headings above headings (``headings``), rows (``aligned``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.lexicon import name_of, words_of
from pipeline.lexicon.forms import FORMS, addresses
from pipeline.model.numbers import is_blank, parse_number
from pipeline.model.text import canonical
from pipeline.reading.document import Word

#: Bands that overlap by less than this are two columns (points): glyph boxes are a little wider than the ink.
_OVERLAP = 1.2
#: What a column without a heading of its own costs in the matching, in points.
_UNMATCHED = 400.0
#: What it costs that labels stand under another heading than one for labels, or numbers under one of these.
_STRANGE = 60.0
#: Headings that no labels stand under.
_MEASURES = {m.zh.rpartition("·")[2] for form in FORMS for m in form.measures}
#: Bands of labels no farther apart than this may be one column.
_NEAR = 8.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the band of its data, the extent of its heading, and whether its data are mostly labels."""

    data: tuple[float, float] | None
    head: tuple[float, float] | None
    label: bool = False
    doubtful: bool = False  # labels stand under the heading of a measure: the matching has slipped

    @property
    def extent(self) -> tuple[float, float]:
        ends = [e for e in (self.data, self.head) if e is not None]
        return min(e[0] for e in ends), max(e[1] for e in ends)


def numeric(word: Word) -> bool:
    """Whether a word is a number or a dash that stands for none."""
    return parse_number(word.text) is not None or is_blank(word.text)


def bands_of(words: Iterable[Word]) -> list[tuple[float, float]]:
    """Vertical bands that words occupy; those that overlap are one."""
    bands: list[list[float]] = []
    for w in sorted(words, key=lambda w: w.x0):
        if bands and bands[-1][1] - w.x0 > _OVERLAP:
            bands[-1][1] = max(bands[-1][1], w.x1)
        else:
            bands.append([w.x0, w.x1])
    return [(a, b) for a, b in bands]


def covers(word: Word, extent: tuple[float, float]) -> bool:
    slack = min(_OVERLAP, (word.x1 - word.x0) / 3)
    return word.x0 < extent[1] - slack and word.x1 > extent[0] + slack


def _columns_bands(lines: Sequence[Sequence[Word]]) -> list[tuple[float, float]]:
    """The bands of the data; neighbours of labels only that never stand on one line are one column: its indented and other lines."""
    bands = bands_of(w for line in lines for w in line)
    kept: list[tuple[float, float]] = []
    for band in bands:
        above = kept[-1] if kept else None
        if above is not None and band[0] - above[1] < _NEAR and _one_label_column(above, band, lines):
            kept[-1] = (above[0], band[1])
        else:
            kept.append(band)
    return kept


def _one_label_column(left: tuple[float, float], right: tuple[float, float], lines: Sequence[Sequence[Word]]) -> bool:
    def within(band: tuple[float, float], line: Sequence[Word]) -> list[Word]:
        return [w for w in line if band[0] - 0.1 <= w.x0 and w.x1 <= band[1] + 0.1]

    both = [(within(left, line), within(right, line)) for line in lines]
    return not any((a and b) or any(numeric(w) for w in (*a, *b)) for a, b in both)


def columns_of(lowest: Sequence[Word], lines: Sequence[Sequence[Word]], numbered: Sequence[Word] = ()) -> list[Column]:
    """Bands of data and the lowest headings matched in order, so that the distances between them are least.

    ``lines``: the words of the data, line by line; ``numbered``: the column numbers 1, 2, 3 …, where they are printed.
    """
    data = [w for line in lines for w in line]
    bands = _columns_bands(lines)
    labels = [_is_label(band, data) for band in bands]
    lowest = _whole_codes(lowest, data)
    heads = [(w.x0, w.x1) for w in lowest]
    for_labels = ["label" in addresses(w.text) for w in lowest]

    cells = _numbered_cells([b for b, label in zip(bands, labels, strict=True) if not label], numbered)
    first = len(heads) - len(numbered)
    told = bool(cells) and first == sum(for_labels)

    def apart(i: int, j: int) -> float:
        band, head = bands[i], heads[j]
        if told and not labels[i] and cells[band] != j - first:
            return _UNMATCHED
        strange = _STRANGE if labels[i] != for_labels[j] else 0.0  # labels begin at the left of a column as wide as you please
        return max(band[0] - head[1], head[0] - band[1], 0.0) + 0.01 * abs(sum(band) - sum(head)) + strange

    best = _matched(len(bands), len(heads), apart)
    columns: list[Column] = []
    at: tuple[int, int] = (len(bands), len(heads))
    while at != (0, 0):
        before = best[at][1]
        assert before is not None
        band = bands[before[0]] if at[0] > before[0] else None
        head = heads[before[1]] if at[1] > before[1] else None
        label = _is_label(band, data)
        slipped = head is not None and band is not None and label and canonical(lowest[before[1]].text) in _MEASURES
        columns.append(Column(band, head, label, slipped and band is not None and _many(band, data)))
        at = before
    return sorted(columns, key=lambda c: (c.data or c.extent)[0])


_Matching = dict[tuple[int, int], tuple[float, tuple[int, int] | None]]


def _matched(bands: int, heads: int, apart: Callable[[int, int], float]) -> _Matching:
    """The cheapest matchings of the first bands and heads: match two, leave a head (a blank column), or leave a band."""
    best: _Matching = {(0, 0): (0.0, None)}
    for i in range(bands + 1):
        for j in range(heads + 1):
            cost = best[i, j][0]
            steps = [((i, j + 1), cost + 3.0)] if j < heads else []
            if i < bands:
                steps.append(((i + 1, j), cost + _UNMATCHED))
            if i < bands and j < heads:
                steps.insert(0, ((i + 1, j + 1), cost + apart(i, j)))
            for key, value in steps:
                if key not in best or value < best[key][0]:
                    best[key] = (value, (i, j))
    return best


def _numbered_cells(bands: Sequence[tuple[float, float]], numbered: Sequence[Word]) -> dict[tuple[float, float], int]:
    """Which column number each band of numbers stands under, where these begin columns; nothing where a band lies across one.

    Numbers are printed to the right of their cells: column numbers at the left or in the middle of theirs part them, others do not.
    """
    starts = [w.x0 - _OVERLAP for w in numbered]
    cells = {band: bisect_right(starts, band[0]) - 1 for band in bands}
    across = any(at < 0 or (at + 1 < len(starts) and band[1] > starts[at + 1] + 2 * _OVERLAP) for band, at in cells.items())
    return {} if across or len(set(cells.values())) < len(cells) else cells


def _whole_codes(lowest: Sequence[Word], data: Sequence[Word]) -> list[Word]:
    """The lowest headings with 类|款|项 as one where the data print whole codes over the three columns."""
    parts = [w for w in lowest if w.text in words_of("heading_words", "code_part")]
    if len(parts) < 2 or not any(w.text.isdigit() and len(w.text) > 4 and w.x0 < parts[-1].x1 for w in data):
        return list(lowest)
    whole = Word(name_of("addresses", "code"), parts[0].x0, parts[0].top, parts[-1].x1, parts[-1].bottom)
    return sorted([*(w for w in lowest if w not in parts), whole], key=lambda w: w.x0)


def _many(band: tuple[float, float], data: Sequence[Word]) -> bool:
    return sum(band[0] - 0.1 <= w.x0 and w.x1 <= band[1] + 0.1 for w in data) > 2


def _is_label(band: tuple[float, float] | None, data: Sequence[Word]) -> bool:
    if band is None:
        return False
    own = [w for w in data if band[0] - 0.1 <= w.x0 and w.x1 <= band[1] + 0.1]
    return sum(not numeric(w) for w in own) * 2 > len(own)


def halves_of(columns: Sequence[Column]) -> list[range]:
    """The two halves of a two-sided form: the second begins at its second column of labels."""
    labels = [i for i, c in enumerate(columns) if c.label]
    if len(labels) < 2:
        return [range(len(columns))]
    return [range(0, labels[1]), range(labels[1], len(columns))]


def column_of(word: Word, columns: Sequence[Column]) -> int:
    """The column whose data band a word of the data lies in, or the nearest."""

    def distance(i: int) -> tuple[float, float]:
        x0, x1 = columns[i].data or columns[i].extent
        return max(x0 - word.x1, word.x0 - x1, 0.0), -(min(word.x1, x1) - max(word.x0, x0))

    return min((i for i, c in enumerate(columns) if c.data is not None), key=distance, default=0)
