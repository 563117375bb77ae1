"""Self-evaluation forms (项目支出绩效自评表) in text layers without cells → tables.

A form is heads with their values, the amounts by source of funds, the year's goal, and the indicators (``text_layer_indicators``); the
table has one row for each of them.
What belongs here: cutting the stream of pieces into these rows.  What may not: what a row means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from pipeline.lexicon import any_of, name_of
from pipeline.lexicon.annexes import columns_in, concept
from pipeline.model.numbers import parse_number
from pipeline.reading.document import Line, Table
from pipeline.tables.text_layer_cells import Grid
from pipeline.tables.text_layer_indicators import IndicatorBlock
from pipeline.tables.text_layer_pieces import Piece, join, joins, pieces, values

_AMOUNTS = ("initial", "adjusted", "executed")
_COLUMNS = (*_AMOUNTS, "weight", "rate", "score")


def evaluation_table(lines: Sequence[Line]) -> tuple[list[Line], Table] | None:
    """The table of a form, with the lines that it stands for; ``None`` where the lines are none that can be cut into rows.

    ``lines``: those below the title, up to the next.
    """
    run = pieces(lines)
    funds = _fund_labels(run)
    header = _find(run, "indicators")
    first = _first_head(run)
    if header is None or "total" not in funds or first is None or first > header[0]:
        return None
    if any(not name for name, _ in columns_in(header[2], "indicator")):
        return None  # a column that is not known may be any of those whose numbers anchor the rows
    block = IndicatorBlock(run[header[1] :], header[2])
    if not block.rows or not block.credible(_score(run, funds["total"])):
        return None
    grid = Grid()
    last_fund = max(end + len(values(run, end)) for _, end in funds.values())
    goal = _find(run[last_fund : header[0]], "goal")
    begin = last_fund + goal[0] if goal is not None else last_fund
    caption = _find(run[: funds["total"][0]], "execution")
    _heads(grid, run[first : caption[0] if caption else funds["total"][0]])
    _budget(grid, run[:begin], funds, caption)
    _goal(grid, run[begin : header[0]])
    end = block.put(grid)
    start_line = run[first].line
    end_line = block.last_line if end is None else end
    kept = list(lines[start_line : end_line + 1])
    for column, piece in enumerate((p for p in block.tail if p.number), start=grid.n_cols):
        grid.put(grid.n_rows - 1, column, piece.text, piece.place)  # a total whose label is not known: nothing tells what it is
    return kept, grid.table(kept[0].place)


def _find(run: Sequence[Piece], mark: str) -> tuple[int, int, str] | None:
    """``(first piece, piece after the last, text)`` of the first place where a mark of the form is printed."""
    texts = [p.words for p in run]
    match = any_of("annexes_marks", mark).search("".join(texts))
    if match is None:
        return None
    position, first = 0, 0
    for i, text in enumerate(texts):
        if position <= match.start() < position + len(text):
            first = i
        position += len(text)
        if position >= match.end():
            return first, i + 1, match.group()
    return None


def _score(run: Sequence[Piece], total: tuple[int, int]) -> Decimal:
    """The score of the execution: the last number of the row of the whole amount."""
    numbers = [n for p in values(run, total[1]) if (n := parse_number(p.text)) is not None]
    return numbers[-1].value if numbers else Decimal(0)


# ---------------------------------------------------------------- heads


def _head_at(run: Sequence[Piece], i: int) -> tuple[int, str] | None:
    """``(piece after it, words)`` of a head that begins at a piece: 项目名称, 主管部门, 联系人/ 联系电话."""
    return next(((end, text) for end, text in joins(run, i, 3) if all(map(_is_head, re.split("[/及]", text.strip("/及"))))), None)


def _is_head(text: str) -> bool:
    return concept("annexes_headings", text, "head") is not None


def _first_head(run: Sequence[Piece]) -> int | None:
    return next((i for i in range(len(run)) if _head_at(run, i)), None)


def _heads(grid: Grid, run: Sequence[Piece]) -> None:
    """A row a head, with its value beside it."""
    i = 0
    while i < len(run):
        head = _head_at(run, i)
        start = i
        i = head[0] if head else i
        label = run[start:i]
        value: list[Piece] = []
        while i < len(run) and not _head_at(run, i):
            value.append(run[i])
            i += 1
        row = grid.n_rows
        for column, cell in ((0, label), (1, value)):
            if cell:
                grid.put(row, column, join(cell), cell[0].place)


# ---------------------------------------------------------------- budget


def _fund_labels(run: Sequence[Piece]) -> dict[str, tuple[int, int]]:
    """Fund → (first piece, piece after the last) of its row's label."""
    found: dict[str, tuple[int, int]] = {}
    for i in range(len(run)):
        label = _fund_at(run, i)
        if label is not None and label[0] not in found and (label[0] == "total" or "total" in found):
            found[label[0]] = (i, label[1])
    return found


def _fund_at(run: Sequence[Piece], i: int) -> tuple[str, int] | None:
    words = next((k for k in range(i, min(i + 4, len(run))) if run[k].value), i + 4) - i
    for end, text in joins(run, i, words):
        fund = concept("annexes_rows", text, "fund")
        if fund is not None and end < len(run) and run[end].value and len(text) > 2:
            return fund, end
    return None


def _budget(grid: Grid, run: Sequence[Piece], funds: dict[str, tuple[int, int]], caption: tuple[int, int, str] | None) -> None:
    """The headings of the amounts, and a row for each source of funds."""
    first = funds["total"][0]
    heading = run[caption[1] : first] if caption is not None else run[:first]
    columns = _columns("".join(p.words for p in heading))
    declared = any_of("annexes_marks", "weight").search(caption[2]) if caption is not None else None
    at = run[caption[0]].place if caption is not None else run[first].place
    row = grid.n_rows
    if caption is not None:
        grid.put(row, 0, caption[2], at)
    for c, words in enumerate(columns.values(), start=2):
        grid.put(row, c, words, at)
    names = list(columns)
    for (fund, (start, end)), following in zip(funds.items(), [*(start for start, _ in funds.values()), len(run)][1:], strict=True):
        row = grid.n_rows
        found = values(run, end)
        grid.put(row, 1, join(run[start:end]), run[start].place)
        if not {*names} <= {*_COLUMNS} and len(found) < len(names):
            for c, piece in enumerate(found, start=len(names) + 2):  # blanks are lost, and one of the columns is not known
                grid.put(row, c, piece.text, piece.place)
            _unnamed(grid, run[end + len(found) : following])
            continue
        placed, chosen = _amounts(fund, found, names, declared[1] if declared else "10")
        for name, piece in placed.items():
            grid.put(row, names.index(name) + 2, piece.text, piece.place, "identity" if chosen and name in _AMOUNTS else "printed")
        _unnamed(grid, run[end + len(found) : following])


def _unnamed(grid: Grid, rest: Sequence[Piece]) -> None:
    """A row for each label that is not known, with its numbers: nothing tells what they are."""
    while label := next((i for i, p in enumerate(rest) if p.value), 0):
        row, found = grid.n_rows, values(rest, label)
        grid.put(row, 1, join(rest[:label]), rest[0].place)
        for column, piece in enumerate(found, start=2):
            grid.put(row, column, piece.text, piece.place)
        rest = rest[label + len(found) :]


def _columns(heading: str) -> dict[str, str]:
    """Concept → words of the columns of a budget; those that are not known are numbered.  The template's where it names none."""
    found = columns_in(heading, "budget")
    named = {name: words for name, words in reversed(found) if name}
    if len({*named} & {*_AMOUNTS}) < 2 and all(name for name, _ in found):
        return {c: named.get(c) or name_of("annexes_headings", c, "budget") for c in _COLUMNS}
    if all(name for name, _ in found):
        return {c: named[c] for c in _COLUMNS if c in named}
    return {name or f"?{n}": words for n, (name, words) in enumerate(found)}


def _amounts(fund: str, found: Sequence[Piece], columns: Sequence[str], weight: str) -> tuple[dict[str, Piece], bool]:
    """The values of a budget row by column, and whether columns were chosen: where blank cells have vanished, the weight tells the
    amounts from what follows it; amounts then fill the row from the left."""
    if len(found) >= len(columns):
        return dict(zip(columns, found, strict=False)), False
    names = [c for c in columns if c in _AMOUNTS]
    amounts, rest = list(found), list[Piece]()
    if fund == "total":
        last = range(min(len(names), len(found) - 1), -1, -1)
        at = next((i for i in last if found[i].words == weight and len(found) - i <= 3), None)
        if at is not None:
            amounts, rest = list(found[:at]), list(found[at:])
    else:
        while amounts and not amounts[-1].number:
            rest.insert(0, amounts.pop())
        amounts, rest = amounts[: len(names)], [*amounts[len(names) :], *rest]
    tail = [c for c in columns if c not in _AMOUNTS]
    if len(rest) < len(tail) and "rate" in tail:
        tail.remove("rate")
    placed = dict(zip(names, amounts, strict=False)) | dict(zip(tail, rest, strict=False))
    return placed, len(amounts) != len(names)


# ---------------------------------------------------------------- goal


def _goal(grid: Grid, run: Sequence[Piece]) -> None:
    """The year's goal, as it is printed: one row."""
    caption = _find(run, "goal")
    start = caption[1] if caption is not None else 0
    row = grid.n_rows
    if caption is not None:
        grid.put(row, 0, caption[2], run[caption[0]].place)
    if run[start:]:
        grid.put(row, 1, "\n".join(p.text for p in run[start:]), run[start].place)
