"""The indicator block of a self-evaluation form in text layers without cells → rows of cells.

Numbers anchor everything: the weight and score of a row are the last of a run of numbers; what lies between two
anchors is the first row's reason for a deviation, then the next row's levels, name, target and actual.
What belongs here: cutting the stream of pieces into rows.  What may not: the form around them (``text_layer_evaluation``), what a row means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.lexicon import any_of, concepts, name_of
from pipeline.lexicon.annexes import columns_in, concept, levels, only_level2, without_weight
from pipeline.model.figures import Place
from pipeline.model.numbers import parse_number
from pipeline.model.text import canonical
from pipeline.tables.text_layer_cells import Grid
from pipeline.tables.text_layer_pieces import Piece, column_width, join, joins, values, width, wrap_cost

_STARTS_VALUE = re.compile(r"[≥≤≧≦<>＜＞=＝]?\d")
_NAME = re.compile(r"[^≥≤<>=（(0-9]|[0-9].{4}")
_COLUMNS = ("level1", "level2", "level3", "target", "actual", "rate", "weight", "score", "deviation")
_DOTS = re.compile(r"[.…·]")


@dataclass
class _Row:
    """One indicator while it is cut out: the pieces between its anchor and the one before, and the anchor."""

    between: list[Piece]
    anchor: list[Piece]
    after: int  # line of the anchor before
    level1: list[Piece] | None = None
    level2: list[Piece] | None = None
    before_levels: list[Piece] | None = None  # pieces before the levels, where levels stand between
    rest: list[Piece] | None = None  # name (and, without levels, the reason before it)
    target: list[Piece] | None = None
    actual: list[Piece] | None = None


@dataclass
class _Sum:
    """A subtotal or the total: how many indicators stand above it, its label and its numbers."""

    after: int
    label: list[Piece]
    numbers: list[Piece]


class IndicatorBlock:
    """The indicator block of one form.  ``header``: the joined words of its headings."""

    def __init__(self, run: Sequence[Piece], header: str) -> None:
        named = {name for name, _ in columns_in(header, "indicator")}
        self._shown = [c for c in _COLUMNS if c in named or c not in ("rate", "weight")]
        self._rows: list[_Row] = []
        self._sums: list[_Sum] = []
        self._tail: list[Piece] = []
        self._end: int | None = None
        self._cut([p for p in run if not (concept("annexes_rows", p.text, "row") == "placeholder" and _DOTS.search(p.words))])
        for row in self._rows:
            self._levels(row)
            _values_of(row)

    @property
    def rows(self) -> int:
        """How many indicators there are."""
        return len(self._rows)

    @property
    def last_line(self) -> int:
        """The order of the line of the last piece that stands in a row."""
        used = [p.line for row in self._rows for p in row.anchor] + [p.line for p in self._tail]
        return max(used, default=0)

    @property
    def tail(self) -> Sequence[Piece]:
        """What stands behind the last row and is no sum."""
        return self._tail

    def credible(self, execution: Decimal) -> bool:
        """Whether rows are cut as they should: each has a name and a value, or weights or scores make a whole.

        ``execution``: the score of the budget's execution, which the total holds as well.
        """
        if all(row.target and _NAME.match(join(row.rest or [])) for row in self._rows):
            return True
        total = next((s.numbers[-1] for s in reversed(self._sums) if concept("annexes_rows", s.label[0].text, "row") == "sum"), None)
        if total is None:
            return False
        scores = sum((_value(row.anchor[-1].text) for row in self._rows), Decimal(0))
        named = [m[1] for row in self._rows for p in [join(row.rest or [])] if (m := any_of("annexes_marks", "weight").search(canonical(p)))]
        weights = [row.anchor[-2].text for row in self._rows] if "weight" in self._shown else named
        whole = sum(map(_value, weights), Decimal(0)) in (80, 90, 100)
        return whole or abs(scores + execution - _value(total.text)) < 1 or abs(scores - _value(total.text)) < 1

    # -------- rows

    def _cut(self, run: Sequence[Piece]) -> None:
        """Part the block into rows at the runs of numbers."""
        pending: list[Piece] = []
        last_line = -1
        i = 0
        while i < len(run):
            numbers = values(run, i + 1)
            if concept("annexes_rows", run[i].text, "row") in ("subtotal", "sum") and numbers:
                self._sums.append(_Sum(len(self._rows), [run[i]], numbers))
                if concept("annexes_rows", run[i].text, "row") == "sum":
                    self._end = numbers[-1].line
                    break
                i += 1 + len(numbers)
            elif run[i].number:
                end = next((k for k in range(i, len(run)) if not run[k].number), len(run))
                if self._anchored(pending, run[i:end], last_line):
                    pending, last_line = [], run[end - 1].line
                else:
                    pending += run[i:end]
                i = end
            else:
                pending.append(run[i])
                i += 1
        self._tail = pending

    def _anchored(self, pending: Sequence[Piece], numbers: Sequence[Piece], last_line: int) -> bool:
        """Take a run of numbers as the end of a row, where it is one."""
        size = sum(column in self._shown for column in ("rate", "weight", "score"))
        if len(numbers) < size or not (pending or len(numbers) > size):
            return False
        between = [*pending, *numbers[: len(numbers) - size]]
        self._rows.append(_Row(between, list(numbers[len(numbers) - size :]), last_line))
        return True

    # -------- levels

    def _levels(self, row: _Row) -> None:
        """Find the level names among a row's pieces; what stands before them belongs to the row above.

        Where a target stands before names, a row has lost its scores: it stays, as text, with the row above.
        """
        run = row.between
        lost = max((i for i, p in enumerate(run[:-3]) if i and "target" in _marks(p)), default=0)
        named_later = any(_level1_at(run, i) for i in range(lost, len(run))) if lost else False
        for i in range(lost if named_later else 0, len(run)):
            first = _level1_at(run, i)
            after = first if first is not None else i
            second = next((e for e, text in joins(run, after, 6) if 2 in _levels_of(text) and _tells(text) and (e < len(run) or first is None)), None)
            if first is None and (second is None or second >= len(run)):
                continue  # nothing, or the name of the indicator itself
            row.level1 = list(run[i:first]) if first is not None else None
            row.level2 = list(run[after:second]) if second is not None else None
            row.before_levels, row.rest = list(run[:i]), list(run[second if second is not None else after :])
            return
        row.rest = list(run)

    # -------- cells

    def put(self, grid: Grid) -> int | None:
        """Put headings and rows into the grid; returns the order of the line of the total, if there is one."""
        headings = ["绩效指标", *(name_of("annexes_headings", column, "indicator") for column in self._shown)]
        at = self._rows[0].between[0].place if self._rows and self._rows[0].between else Place()
        row = grid.n_rows
        for column, heading in enumerate(headings):
            grid.put(row, column, heading, at)
        names, reasons = self._names()
        for order, (own, name, reason) in enumerate(zip(self._rows, names, reasons, strict=True)):
            self._put_sums(grid, order, len(headings))
            cells = [own.level1, own.level2, name, own.target, own.actual, *([p] for p in own.anchor), reason]
            row = grid.n_rows
            for column, cell in enumerate(cells, start=1):
                if cell:
                    grid.put(row, column, join(cell), cell[0].place)
        self._put_sums(grid, len(self._rows), len(headings))
        return self._end

    def _put_sums(self, grid: Grid, order: int, width: int) -> None:
        """A sum above the row of this order: its weight and its score under theirs."""
        for own in (s for s in self._sums if s.after == order):
            row = grid.n_rows
            grid.put(row, 0, join(own.label), own.label[0].place)
            for column, piece in zip((width - 2, width - 3, width - 4), reversed(own.numbers), strict=False):
                grid.put(row, column, piece.text, piece.place)

    # -------- names and reasons: told apart by the widths of their columns

    def _names(self) -> tuple[list[list[Piece]], list[list[Piece]]]:
        name_width = column_width(r.rest or [] for r in self._rows if r.before_levels is not None)
        sure = [reason for reason in (*(r.before_levels for r in self._rows), self._tail) if reason]
        reason_width = column_width(reason for reason in sure if len(reason) > 1 or "nothing" not in _marks(reason[0]))
        names: list[list[Piece]] = []
        reasons: list[list[Piece]] = []
        for i, row in enumerate(self._rows):
            rest = row.rest or []
            if row.before_levels is not None:
                reason, name = list(row.before_levels), rest
            elif i == 0:
                reason, name = [], rest
            else:
                reason, name = _part(rest, row.after, name_width, reason_width)
            if i:
                reasons.append(reason)
            names.append(name)
        reasons.append(self._tail)
        return names, reasons[: len(names)]


def _marks(piece: Piece) -> frozenset[str]:
    """What begins at a piece: a target, a date; whether it is one quantity and nothing else."""
    return concepts("annexes_marks", piece.text)


def _value(text: str) -> Decimal:
    number = parse_number(text)
    return number.value if number is not None else Decimal(0)


def _tells(text: str) -> bool:
    """Whether a level-2 name is unmistakable: a bare 数量 may end the wrapped name of an indicator."""
    return "indicator_end" in concepts("annexes_marks", text) or len(text) >= 4


def _level1_at(run: Sequence[Piece], i: int) -> int | None:
    """The piece after the name of a level 1 that begins at a piece: one with its weight, or one before the name of a level 2; a name that
    is not known with both."""
    for end, text in joins(run, i):
        known = 1 in _levels_of(text)
        if end >= len(run) or not (
            known or ("group" in concepts("annexes_marks", text) and not run[i].value and not any(1 in _levels_of(t) for t in _tails(run, i, end)))
        ):
            continue
        follows = any(2 in _levels_of(below) for _, below in joins(run, end, 6))
        if (known and without_weight(text) != text) or (follows and not only_level2(without_weight(text))):
            return end
    return None


def _levels_of(text: str) -> frozenset[int]:
    """The levels that a name can be of, its weight behind it or not."""
    return levels(without_weight(text))


def _tails(run: Sequence[Piece], start: int, end: int) -> Iterator[str]:
    """The words of the pieces up to ``end``, from each piece on but the first."""
    return ("".join(p.words for p in run[i:end]) for i in range(start + 1, end))


# ---------------------------------------------------------------- target and actual


def _values_of(row: _Row) -> None:
    """Part target and actual from the name before them."""
    rest = row.rest or []
    beside = [p for p in rest if p.line == row.anchor[0].line]
    start = _target_at(rest, len(beside))
    tail = rest[start:]
    row.rest = rest[:start]
    split = _actual_at(tail, row.anchor[0].line, len(beside))
    row.target, row.actual = tail[:split], tail[split:]


def _target_at(rest: Sequence[Piece], beside: int) -> int:
    """Where the target begins: at its operator, at two pieces beside the numbers, at a date, or at the last quantities."""
    start = next((i for i, p in enumerate(rest) if i and "target" in _marks(p)), None)
    if start is None and beside >= 2:
        return len(rest) - 2
    if start is None:
        start = next((i for i, p in enumerate(rest) if i and "date" in _marks(p)), None)
    if start is not None:
        return start
    quantities = {i for i, p in enumerate(rest) if "quantity" in _marks(p)}
    if len(rest) > 2 and {len(rest) - 2, len(rest) - 1} <= quantities:
        return len(rest) - 2
    return max(1, len(rest) - 1 - (len(rest) > 2))


def _actual_at(tail: Sequence[Piece], anchor: int, beside: int) -> int:
    """Where the actual value begins behind the target: at its number, or where both read best as wrapped cells."""

    def best() -> int:
        def cost(i: int) -> tuple[float, int]:
            return wrap_cost([p.text for p in tail[:i]]) + wrap_cost([p.text for p in tail[i:]]), -i

        return min(range(1, len(tail)), key=cost)

    on_line = any(p.line == anchor for p in tail[1:])
    split = next((i for i, p in enumerate(tail) if i and _STARTS_VALUE.match(p.words)), None)
    if split is None or ("target" not in _marks(tail[0]) and beside >= 2):
        if len(tail) > 2 and not any(p.line == anchor for p in tail):
            return best()
        return max(1, len(tail) - 1)
    if "described" in _marks(tail[0]):
        return len(tail) - 1 if on_line else best()
    return split


def _part(run: Sequence[Piece], after: int, name_width: float | None, reason_width: float | None) -> tuple[list[Piece], list[Piece]]:
    """Cut ``run`` into the reason of the row above and the name of this one."""
    if run and "nothing" in _marks(run[0]):
        return list(run[:1]), list(run[1:])
    least = sum(1 for p in run[:-1] if p.line == after)  # what stands beside the scores above is a reason
    found: list[tuple[float, list[Piece], list[Piece]]] = []
    for cut in range(least, len(run)):
        reason, name = list(run[:cut]), list(run[cut:])
        found.append((_cost(reason, name, name_width, reason_width), reason, name))
        piece = run[cut]
        if cut and name_width is not None and width(piece.text) > name_width + 0.5 and cut + 1 < len(run):
            head, tail = _split_at(piece.text, name_width)
            reason, name = [*run[:cut], replace(piece, text=head)], [replace(piece, text=tail), *run[cut + 1 :]]
            found.append((1.0 + _cost(reason, name, name_width, reason_width), reason, name))
    return min(found, key=lambda f: f[0])[1:] if found else ([], list(run))


def _cost(reason: Sequence[Piece], name: Sequence[Piece], name_width: float | None, reason_width: float | None) -> float:
    cost = wrap_cost([p.text for p in name], name_width) + 0.5 * max(0, len(name) - 3)
    cost += sum(len(re.findall("[，；。]", p.text)) for p in name)  # names are no sentences
    if reason:
        cost += 3.0 + wrap_cost([p.text for p in reason], reason_width)
        if re.search(r"[。；;]$", reason[-1].text):
            cost -= 1.0
    return cost


def _split_at(text: str, tail_width: float) -> tuple[str, str]:
    """``text`` cut so that its tail is ``tail_width`` wide."""
    for i in range(len(text) - 1, 0, -1):
        if width(text[i:]) >= tail_width:
            return text[:i], text[i:]
    return "", text
