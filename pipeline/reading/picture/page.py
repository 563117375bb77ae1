"""A straightened page → lines and tables with texts, places in points and confidence.

What belongs here: which piece of print is read as what, in which order.  What may not: how any of it is done.
Places and sizes are those of the straightened, upright page: ``crop`` straightens again before it cuts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.model.figures import Place
from pipeline.reading.document import Cell, Line, Page, Table, Word
from pipeline.reading.picture import amounts
from pipeline.reading.picture.lines import Box, height_of_print, lines_in, pieces_outside
from pipeline.reading.picture.ordinals import ordinal, out_of_order
from pipeline.reading.picture.recognise import Gray, Reading, recognise
from pipeline.reading.picture.rules import Grid, ruled
from pipeline.reading.picture.straighten import ink_of, straightened

READER = "picture/1"
#: Blank around a line that the recogniser is given, in heights of a line: it is surest so.
_MARGIN = 0.25
#: Widths at which a doubtful number is looked at again.
_AGAIN = (1.25, 0.8, 1.5)
#: Words that are less sure than this are looked at again.
_WORDS_SURE = 0.9
#: What ends a sentence or parts it.
_MARKS = ".,。，、；;：:"
#: A digit of running text that is less sure than this is not told.
_TOLD = 0.8


#: Lines and cells of a page from which it is a pattern, a map, noise: reading it would take minutes.
_MOST_LINES, _MOST_CELLS = 600, 4000


#: Of a table's cells that hold something, the share that must be read surely for the table to be one.
_SURELY_READ = 0.5


class NoPrint(Exception):
    """A picture that is no page of print: it holds too many pieces, or what it holds is not recognised."""


@dataclass(frozen=True)
class _Print:
    """The print of a page without its rules: grey values, ink, the height of a line, and points a pixel."""

    gray: Gray
    ink: NDArray[Any]
    height: int
    scale: float

    def place(self, box: Box, page: int) -> Place:
        x0, y0, x1, y1 = (round(v * self.scale, 1) for v in box)
        return Place(page, x0, y0, x1, y1)


def read_page(picture: NDArray[Any], number: int, scale: float) -> Page:
    """The page that a picture shows.  ``scale``: points a pixel; ``number``: of the page, from 1."""
    gray = straightened(picture)
    found = ruled(gray)
    bare = gray.copy()
    bare[cv2.dilate(found.mask, np.ones((3, 3), np.uint8)) > 0] = 255
    ink = ink_of(bare)
    page = _Print(bare, ink, height_of_print(ink), scale)
    pieces = pieces_outside(ink, [g.box for g in found.grids], page.height)
    cells = sum(len(g.cells) for g in found.grids)
    if len(pieces) > _MOST_LINES or cells > _MOST_CELLS:
        raise NoPrint(f"it is a picture with more on it than a page of a report ({len(pieces):,} lines, {cells:,} cells)")
    tables = [table for table in (_table(page, grid, number) for grid in found.grids) if any(c.text for c in table.cells)]
    filled = [c.confidence or 0.0 for table in tables for c in table.cells if c.text]
    if sum(c >= amounts.SURE for c in filled) < _SURELY_READ * len(filled):
        raise NoPrint("it is a picture whose print is not recognised with confidence")
    lines = [line for line in (_line(page, row, number) for row in _rows(pieces)) if line is not None]
    found_here: list[Line | Table] = [*lines, *tables]
    blocks = sorted(found_here, key=lambda b: (b.place.top or 0.0, b.place.x0 or 0.0))
    loose = tuple((round(y * scale, 1), round(x0 * scale, 1), round(x1 * scale, 1)) for y, x0, x1 in found.loose)
    height, width = gray.shape
    return Page(number, round(width * scale, 1), round(height * scale, 1), tuple(blocks), rules=loose, recognised=True)


def _crop(page: _Print, line: Box, within: Box | None = None) -> Gray:
    """The picture of one line with white around it; what stands outside of ``within`` is not shown."""
    x0, y0, x1, y1 = line
    height = max(y1 - y0, round(0.9 * page.height))
    margin = round(_MARGIN * height)
    top, bottom = (y0 + y1 - height) // 2 - margin, (y0 + y1 + height) // 2 + margin
    left, right = x0 - margin, x1 + margin
    bounds = within or (left, y0 - 3, right, y1 + 3)
    a0, a1 = max(top, bounds[1], 0), min(bottom, bounds[3], page.gray.shape[0])
    b0, b1 = max(left, bounds[0], 0), min(right, bounds[2], page.gray.shape[1])
    shown = page.gray[a0:a1, b0:b1]
    crop: Gray = cv2.copyMakeBorder(shown, a0 - top, max(0, bottom - a1), b0 - left, max(0, right - b1), cv2.BORDER_CONSTANT, value=255)
    return crop


def _read(page: _Print, line: Box, within: Box | None = None) -> Reading:
    """A line's reading; a number that is doubtful is looked at again, and measured by the shapes that are seen."""
    crop = _crop(page, line, within)
    first = recognise(crop)
    if not amounts.is_numeric(first.text) or (within is None and _is_of_a_sentence(first.text)):
        return first if first.confidence >= _WORDS_SURE else _looked_again(first, crop)
    x0, y0, x1, y1 = line
    seen = amounts.strokes_of(page.ink[y0:y1, x0:x1])
    if first.confidence >= amounts.SURE and amounts.well_formed(first.text) and amounts.agrees(first.text, seen):
        return first
    return amounts.settled([first, *(recognise(crop, stretch) for stretch in _AGAIN)], seen)


def _is_of_a_sentence(text: str) -> bool:
    """Whether digits outside of tables are words of running text (the last of a sentence) or the number of a page between dashes."""
    return not text[:1].isdigit() or text[-1] in _MARKS


def _looked_again(first: Reading, crop: Gray) -> Reading:
    """Words, perhaps with numbers, that are not sure: what most looks make of their digits, or the surest look where there are none."""
    looks = [recognise(crop, stretch) for stretch in _AGAIN]
    if any(c.isdigit() for c in first.text):
        return amounts.agreed(first, looks)
    return max([first, *looks], key=lambda r: r.confidence)


def _table(page: _Print, grid: Grid, number: int) -> Table:
    boxes = [lines_in(page.ink, inner, page.height) for _, inner in grid.cells]
    cells = []
    for ((row, col, rows, cols), inner), lines in zip(grid.cells, boxes, strict=True):
        text, confidence = _joined([_read(page, line, inner) for line in lines])
        cells.append(Cell(row, col, text, rows, cols, page.place(inner, number), found="picture", confidence=confidence))
    _look_again(page, cells, [(inner, lines) for (_, inner), lines in zip(grid.cells, boxes, strict=True)])
    return Table(tuple(_in_form(cells)), len(grid.ys) - 1, len(grid.xs) - 1, page.place(grid.box, number), READER)


def moved(table: Table, right: float, down: float, scale: float = 1.0) -> Table:
    """A table of a part of a page, or of a picture that is shown at another scale, where it stands on the page (points)."""

    def there(place: Place) -> Place:
        x0, x1 = (round((x or 0.0) * scale + right, 1) for x in (place.x0, place.x1))
        top, bottom = (round((y or 0.0) * scale + down, 1) for y in (place.top, place.bottom))
        return Place(place.page, x0, top, x1, bottom)

    return replace(table, cells=tuple(replace(c, place=there(c.place)) for c in table.cells), place=there(table.place))


def _joined(readings: Sequence[Reading]) -> tuple[str, float]:
    """The text of a cell's lines, and how sure its least sure character is."""
    text = "\n".join(r.text.strip() for r in readings if r.text.strip())
    return text, round(min((r.confidence for r in readings), default=1.0), 3)


def _look_again(page: _Print, cells: list[Cell], seen: Sequence[tuple[Box, Sequence[Box]]]) -> None:
    """Numbered labels whose number does not follow are read at other widths; the reading that follows replaces the first."""
    for col in {c.col for c in cells}:
        column = sorted((i for i, c in enumerate(cells) if c.col == col), key=lambda i: cells[i].row)
        labels = [cells[i].text for i in column]
        for at in out_of_order(labels):
            i = column[at]
            inner, lines = seen[i]
            for stretch in _AGAIN:
                text, confidence = _joined([recognise(_crop(page, line, inner), stretch) for line in lines])
                if ordinal(text) is not None and not out_of_order([*labels[:at], text, *labels[at + 1 :]]):
                    cells[i] = replace(cells[i], text=text, confidence=confidence)
                    break


def _in_form(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with numbers in their column's form: repaired where that is one, in doubt where they have another."""
    columns: dict[int, list[Cell]] = defaultdict(list)
    for cell in cells:
        if amounts.is_numeric(cell.text):
            columns[cell.col].append(cell)
    decimals = {col: amounts.common_decimals(c.text for c in column) for col, column in columns.items()}
    formed = []
    for cell in cells:
        if amounts.is_numeric(cell.text) and not amounts.well_formed(cell.text):
            text = amounts.repaired(cell.text, decimals[cell.col])
            confidence = min(cell.confidence or 0.0, amounts.CONTRADICTED) if text is None else amounts.SURE
            cell = replace(cell, text=text or cell.text, confidence=confidence)
        formed.append(cell)
    return formed


def _rows(pieces: Sequence[Box]) -> list[list[Box]]:
    """Pieces that stand on one line, lines from top to bottom."""
    rows: list[list[Box]] = []
    for piece in sorted(pieces, key=lambda b: (b[1] + b[3], b[0])):
        for row in rows[-3:]:
            top, bottom = min(b[1] for b in row), max(b[3] for b in row)
            if min(bottom, piece[3]) - max(top, piece[1]) > 0.5 * min(bottom - top, piece[3] - piece[1]):
                row.append(piece)
                break
        else:
            rows.append([piece])
    return [sorted(row) for row in rows]


def _line(page: _Print, row: Sequence[Box], number: int) -> Line | None:
    words = [word for piece in row for word in _words(page, piece, _read(page, piece))]
    if not words:
        return None
    box = (min(b[0] for b in row), min(b[1] for b in row), max(b[2] for b in row), max(b[3] for b in row))
    return Line(" ".join(w.text for w in words), page.place(box, number), tuple(words))


def _words(page: _Print, box: Box, reading: Reading) -> list[Word]:
    """A piece's words: parted where the recogniser saw a blank; a digit that is not told is none."""
    x0, y0, x1, y1 = box
    margin = _MARGIN * max(y1 - y0, 0.9 * page.height)
    width = x1 - x0 + 2 * margin
    middles = [x0 - margin + m * width for m in reading.middles]
    told = "".join(c if not c.isdigit() or s >= _TOLD else "\ufffd" for c, s in zip(reading.text, reading.sure, strict=True))
    words: list[Word] = []
    start = 0
    for i in range(len(reading.text) + 1):
        if i < len(reading.text) and not reading.text[i].isspace():
            continue
        if i > start:
            left = x0 if start == 0 or start >= len(middles) else (middles[start - 1] + middles[start]) / 2
            right = x1 if i >= len(middles) else (middles[i - 1] + middles[i]) / 2
            words.append(Word(told[start:i], *(round(v * page.scale, 1) for v in (left, y0, right, y1))))
        start = i + 1
    return words
