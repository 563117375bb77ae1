"""Whether a table that was put together from lost cells is one: its amounts are all there, and most of them add up.

A viewer may copy a page column by column, or cell by cell in an order of its own: rows are then made of what never stood beside each
other.  A few sums fail where a report errs; where most fail it is the reading that errs, and the lines stay lines.  Where lines are
cells and not rows, one sum that fails or one label without an amount is enough: nothing else tells whose an amount is.
What belongs here: that judgement.  What may not: rules of forms (``expectations``), choosing columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.chinese_numerals import NUMBERED
from pipeline.model.text import canonical
from pipeline.tables.text_layer_cells import Draft, TextRow
from pipeline.tables.text_layer_placement import ROUNDING, Equation
from pipeline.tables.text_layer_tokens import Token

#: The shares of sums in rows, of sums over rows, and of odd rows from which a table is none.
_ROWS, _SUMS, _ODD = Decimal("0.3"), Decimal("0.5"), Decimal("0.2")
#: Amounts out of place miss a sum by far; one missed by so little has its own amounts, and a slip or another rounding among them.
_NEARLY = Decimal("0.01")
_ZERO = Decimal(0)
#: So many rows may have a slip each in a table whose other rows add up.
_MOST_SLIPS = 2


@dataclass(frozen=True, slots=True)
class _Sum:
    """What should add up, in a row or over rows: whether it does not, and the rows that it is of."""

    broken: bool
    rows: frozenset[int]


def credible(draft: Draft, body: Sequence[Sequence[Token]]) -> bool:
    """Whether a draft whose numbers are placed holds every amount of its lines, and most of what should add up does.

    Leaves the columns open of a row that prints more numbers than there are columns.
    """
    printed = sum(_amount(t) for own in body for t in own)
    if printed != sum(_amount(t) for row in draft.rows for t in row.numbers):
        return False
    left = [row for row in draft.rows if row.side == "income"]
    right = [row for row in draft.rows if row.side != "income"]
    named = draft.spec.kind != "three_public"
    if named and _share(_odd(row) for row in draft.rows if row.numbers) > _ODD:
        return False
    over = [row for row in draft.rows if len(row.numbers) > (1 if row.side == "income" else len(draft.columns))]
    across = list(_row_sums(right, draft.equations, len(draft.columns)))
    down = [*_column_sums(left, 1), *_column_sums(right, len(draft.columns))]
    if _in_rows(body) and not over and (_slips(across, down) or _one_row_in_order(right, draft)):
        return True
    if not _in_rows(body):
        broken = any(s.broken for s in (*across, *down))
        return not (over or broken or any(not row.numbers for row in draft.rows))
    for row in over:
        row.slots.undecided = frozenset(range(len(draft.columns)))
    return _share(s.broken for s in across) <= _ROWS and _share(s.broken for s in down) <= _SUMS


def _in_rows(body: Sequence[Sequence[Token]]) -> bool:
    """Whether a line is a row, or at least no single cell of one: most amounts have something beside them."""
    own = [len(line) > 1 for line in body if any(_amount(t) for t in line)]
    return sum(own) * 2 > len(own) or not own


def _amount(token: Token) -> bool:
    return token.number and "." in token.text


def _slips(across: Sequence[_Sum], down: Sequence[_Sum]) -> bool:
    """Whether all that does not add up is of a row or two whose own amounts do not: they have slips in them, and the others stand right."""
    odd = {row for s in across if s.broken for row in s.rows}
    held = {row for s in across for row in s.rows}
    return len(odd) <= _MOST_SLIPS and len(odd) * 2 <= len(held) and all(odd & s.rows for s in down if s.broken)


def _one_row_in_order(rows: Sequence[TextRow], draft: Draft) -> bool:
    """Whether the only row, on one line that tells the column of each amount, adds up no better with its columns paired otherwise."""
    columns = len(draft.columns)
    if len(rows) != 1 or columns % 2 or not rows[0].slots.certain or len({t.line for t in rows[0].numbers}) > 1:
        return False
    half = columns // 2
    orders = (range(2 * half), [n // 2 + n % 2 * half for n in range(2 * half)], [n % half * 2 + n // half for n in range(2 * half)])
    broken = [sum(_broken(_vector(rows[0], columns), e, order) is True for e in draft.equations) for order in orders]
    least = min(broken[1:])
    return broken[0] < len(draft.equations) and (broken[0] <= least or (least > 0 and broken[0] * 2 <= len(draft.equations)))


def _share(sums: Iterable[bool]) -> Decimal:
    """The share of what is broken; nothing is told by fewer than two."""
    found = list(sums)
    return Decimal(sum(found)) / len(found) if sum(found) > 1 else _ZERO


def _odd(row: TextRow) -> bool:
    """Whether a row has amounts that nothing names or two labels do, or a code among its amounts."""
    amounts = any(_amount(t) for t in row.numbers)
    codes = any(t.text.isdigit() and len(t.text) >= 3 for t in row.numbers)
    return amounts and (codes or not (row.label or row.code) or len(NUMBERED.findall(canonical(row.label))) > 1)


def _vector(row: TextRow, columns: int) -> list[Decimal]:
    vector = [_ZERO] * columns
    for c, value in zip(row.slots.chosen, row.slots.values, strict=False):
        if c < columns:
            vector[c] = value
    return vector


def _broken(vector: Sequence[Decimal], equation: Equation, order: Sequence[int]) -> bool | None:
    """Whether amounts do not add up, their columns taken in an order; ``None`` where there are none."""
    left, right = (sum((vector[order[c]] for c in side), _ZERO) for side in (equation.left, equation.right))
    return abs(left - right) > ROUNDING if left or right else None


def _row_sums(rows: Sequence[TextRow], equations: Sequence[Equation], columns: int) -> Iterable[_Sum]:
    for i, row in enumerate(rows):
        for e in equations:
            if (broken := _broken(_vector(row, columns), e, range(columns))) is not None:
                yield _Sum(broken, frozenset({i}))


def _column_sums(rows: Sequence[TextRow], columns: int) -> Iterable[_Sum]:
    children: dict[int, list[int]] = {}
    for i, row in enumerate(rows):
        if row.slots.parent is not None:
            children.setdefault(row.slots.parent, []).append(i)
    for i, below in children.items():
        vectors = [_vector(rows[child], columns) for child in below]
        for own, *others in zip(_vector(rows[i], columns), *vectors, strict=True):
            if own or any(others):
                most = max(ROUNDING + Decimal("0.01") * len(others), _NEARLY * abs(own))
                yield _Sum(abs(own - sum(others, _ZERO)) > most, frozenset({i, *below}))
