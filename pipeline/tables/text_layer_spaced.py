"""Text layers whose columns are kept by spaces (``pdftotext -layout``): a character's place on its line is its place on the page.

Such lines are lines of words with positions, and are lowered like a page without column rules; what this module adds is telling such
a text, its words, and the way back from positions to line numbers.
What belongs here: that.  What may not: columns (``aligned``), texts whose columns are lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from unicodedata import east_asian_width

from pipeline.lexicon.around import is_note
from pipeline.model.figures import Place
from pipeline.model.numbers import half_width, is_blank, parse_number
from pipeline.model.parts import numbers_in
from pipeline.model.text import canonical
from pipeline.reading.document import Cell, Line, Table, Word
from pipeline.tables.aligned import table_from_lines
from pipeline.tables.text_layer_cells import READER
from pipeline.tables.text_layer_headings import begins_heading
from pipeline.tables.text_layer_tokens import Token, parts_thousands, tokens_of, whole_thousands

#: How wide a character and how high a line are taken to be, in points: what geometry expects of print.
_WIDE, _HIGH, _INK = 6.0, 14.0, 10.0
#: Lines of two or more numbers that show whether these stand below each other.
_FEWEST = 3
#: So many lines under one heading are no page's.
_MOST_LINES = 400
_PIECE = re.compile(r"\S+")
_NUMBER = re.compile(r"[-+△▲(]?\d[\d,]*(\.\d+)?\)?-?%?")


def keeps_columns(lines: Sequence[Line], wide: str) -> bool | None:
    """Whether the numbers of a table's lines stand in columns; ``None`` where too few lines have more than one.

    ``wide``: the kinds of characters that take two places (:func:`wide_characters`).
    """
    rows = [row for row in _number_ends(lines, wide) if len(row) > 1]
    if len(rows) < _FEWEST:
        return None
    if not any(re.search(r"\S {3,}\S", line.text) for line in lines):
        return False
    bands: list[list[float]] = []
    for x0, x1 in sorted(end for row in rows for end in row):
        if bands and x0 < bands[-1][1]:
            bands[-1][1] = max(bands[-1][1], x1)
        else:
            bands.append([x0, x1])
    crossed = sum(len({_band(x0, bands) for x0, _ in row}) < len(row) for row in rows)
    return crossed * 10 <= len(rows)


def _number_ends(lines: Sequence[Line], wide: str) -> list[list[tuple[float, float]]]:
    """Where the numbers of every line begin and end."""
    return [[(w.x0, w.x1) for w in _words(text, 0.0, wide) if _NUMBER.fullmatch(w.text)] for text in _texts(lines)]


#: The kinds of characters (of Unicode's East Asian width) that may take two places: none, Chinese ones, those that are wide in a Chinese face too.
_TWO_PLACES = ("", "WF", "WFA")


def wide_characters(tables: Sequence[Sequence[Line]]) -> list[str]:
    """Of the lines of each table of a text, the kinds of characters that take two places, as in an editor.

    More numbers then begin or end below each other; a table that shows no difference is as most of the others are.
    """
    aligned = [[_aligned(_number_ends(lines, wide)) for wide in _TWO_PLACES] for lines in tables]
    best = [[wide for wide, n in zip(_TWO_PLACES, found, strict=True) if n == max(found)] for found in aligned]
    told = Counter(wide for own in best for wide in own)
    usual = max(reversed(_TWO_PLACES), key=lambda wide: told[wide])
    return [usual if usual in own else own[-1] for own in best]


def _aligned(rows: Sequence[Sequence[tuple[float, float]]]) -> int:
    begun, ended = (Counter(row[i] for numbers in rows for row in numbers) for i in (0, 1))
    return sum(max(begun[x0], ended[x1]) for numbers in rows for x0, x1 in numbers)


def _band(x: float, bands: Sequence[Sequence[float]]) -> int:
    return next(i for i, (x0, x1) in enumerate(bands) if x0 <= x < x1)


def tables_of(lines: Sequence[Line], two_sided: bool, wide: str) -> list[tuple[list[Line], Table]] | None:
    """The tables that the lines make, one for every heading, each with the lines that it stands for.

    ``None`` where some number has no column for certain: nothing of it is lowered then.
    """
    found: list[tuple[list[Line], Table]] = []
    for own in _under_each_heading(lines):
        if len(own) > _MOST_LINES:
            return None
        table = table_from_lines(list(_positioned(own, wide)), {}, two_sided)
        if table is None or _numbers(c.text for c in table.cells) != _numbers(_plain(own)) or not _headed(table):
            return None
        found.append((own, _as_text(table, own, wide)))
    return found


def _headed(table: Table) -> bool:
    """Whether every column of numbers stands below its own heading: its lowest heading reaches over some of them."""
    amounts = [c for c in table.cells if "." in c.text and parse_number(c.text) is not None]
    first = min((c.row for c in amounts), default=0)
    for column in {c.col for c in amounts}:
        own = [_extent(c) for c in amounts if c.col == column]
        heads = [_extent(c) for c in table.cells if c.row < first and c.col == column and c.colspan == 1]
        x0, x1 = min(a for a, _ in own), max(b for _, b in own)
        if heads and not any(a < x1 and b > x0 for a, b in heads):
            return False
    return all(_of_one_kind(c.text) for c in table.cells)


def _extent(cell: Cell) -> tuple[float, float]:
    return cell.place.x0 or 0.0, cell.place.x1 or 0.0


def _of_one_kind(text: str) -> bool:
    """Whether a cell is words, an amount or a code, and not two of them: columns have run into each other otherwise."""
    pieces = text.split()
    numbers = sum(bool(re.fullmatch(r"-?[\d,]*\d\.\d+|\d{3,7}", p)) for p in pieces)
    return numbers == 0 or len(pieces) == 1


def _plain(lines: Sequence[Line]) -> list[str]:
    return [text for line, text in zip(lines, _texts(lines), strict=True) if not is_note(line.text)]


def _texts(lines: Sequence[Line]) -> list[str]:
    texts = [line.text for line in lines]
    return [whole_thousands(t) for t in half] if parts_thousands(half := [half_width(t) for t in texts]) else texts


def _numbers(texts: Iterable[str]) -> Counter[str]:
    """Numbers that are amounts or codes: column numbers of a heading are not among a table's cells."""
    return Counter(n for text in texts for *_, n in numbers_in(text) if "." in n or len(n) > 2)


def _under_each_heading(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines parted where a heading is printed again after data."""
    texts = [canonical(line.text) for line in lines]
    amounts = [any(t.number and "." in t.text for tokens in tokens_of([line]) for t in tokens) for line in lines]
    first = amounts.index(True) if True in amounts else len(lines)
    begun = 0
    for i in range(first, len(lines)):
        if any(amounts[begun:i]) and not amounts[i] and begins_heading(texts[i]) and _printed_again(texts[:first], texts[i : i + 2]):
            yield list(lines[begun:i])
            begun = i
    yield list(lines[begun:])


def _printed_again(heading: Sequence[str], found: Sequence[str]) -> bool:
    """Whether a line and the next repeat two of the heading: the ends of wrapped labels (收入 支出) may be the words of one of its lines."""
    lines = [text for text in heading if text]
    if found[0] not in lines[:-1]:
        return True
    return list(found) in [lines[i : i + 2] for i, text in enumerate(lines) if text == found[0]]


def _positioned(lines: Sequence[Line], wide: str) -> Iterator[Line]:
    """The lines with words that have positions; empty lines between all lines are no distance."""
    numbers = [line.place.line or 0 for line in lines]
    steps = Counter(b - a for a, b in pairwise(numbers))
    single = max(1, steps.most_common(1)[0][0]) if steps else 1
    for line, text in zip(lines, _texts(lines), strict=True):
        top = _HIGH * (line.place.line or 0) / single
        page = line.place.page or 1
        if words := _words(text, top, wide):
            yield Line(half_width(text), Place(page=page, line=line.place.line, top=top, bottom=top + _INK), tuple(words))


def _words(text: str, top: float, wide: str) -> list[Word]:
    """The words of a line; single letters that a blank parts are one word (合 计), numbers and other words are not.

    ``wide``: the kinds of characters that take two places, as an ideographic blank always does.
    """
    ends = [0, *accumulate(2 if c == "\u3000" or east_asian_width(c) in wide else 1 for c in text)]
    found: list[Word] = []
    for match in _PIECE.finditer(text):
        piece, x0, x1 = half_width(match[0]), ends[match.start()] * _WIDE, ends[match.end()] * _WIDE
        last = found[-1] if found else None
        letters = last is not None and min(len(last.text), len(piece)) == 1 and not _numeric(last.text) and not _numeric(piece)
        if last is not None and letters and x0 - last.x1 <= _WIDE:
            found[-1] = Word(last.text + piece, last.x0, top, x1, top + _INK)
        else:
            found.append(Word(piece, x0, top, x1, top + _INK))
    return found


def _numeric(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) or is_blank(text)


def _as_text(table: Table, lines: Sequence[Line], wide: str) -> Table:
    """The table with lines of the text for places."""
    numbers = [line.place.line or 0 for line in lines]
    tops = {round(line.place.top or 0.0, 1): line.place.line for line in _positioned(lines, wide)}

    def place(top: float | None) -> Place:
        at = tops.get(round(top, 1)) if top is not None else None
        return Place(page=lines[0].place.page, line=at if at is not None else numbers[0])

    cells = tuple(replace(c, place=place(c.place.top)) for c in table.cells)
    return Table(cells, table.n_rows, table.n_cols, lines[0].place, READER)


def cells_as_tokens(table: Table) -> list[list[Token]]:
    """The rows of a table as lines of tokens: headings that wrap are whole in it."""
    rows: list[list[Token]] = [[] for _ in range(table.n_rows)]
    for cell in sorted(table.cells, key=lambda c: c.col):
        if cell.text.strip():
            rows[cell.row].append(Token(canonical(cell.text), canonical(cell.text) + " ", cell.place, cell.row))
    return [own for own in rows if own]
