"""Whether a table that was put together from lost cells is one: its amounts are all there, and most of them add up.

A viewer may copy a page column by column, or cell by cell in an order of its own: rows are then made of what never stood beside each
other.  A few sums fail where a report errs; where most fail it is the reading that errs, and the lines stay lines.  Where lines are
cells and not rows, one sum that fails or one label without an amount is enough: nothing else tells whose an amount is.
What belongs here: that judgement.  What may not: rules of forms (``expectations``), choosing columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    across = list(_row_sums(right, draft.equations, len(draft.columns)))
    down = [*_column_sums(left, 1), *_column_sums(right, len(draft.columns))]
    over = [row for row in draft.rows if len(row.numbers) > (1 if row.side == "income" else len(draft.columns))]
    if not _in_rows(body):
        return not (over or any(across) or any(down) or any(not row.numbers for row in draft.rows))
    for row in over:
        row.slots.undecided = frozenset(range(len(draft.columns)))
    return _share(across) <= _ROWS and _share(down) <= _SUMS


def _in_rows(body: Sequence[Sequence[Token]]) -> bool:
    """Whether a line is a row, or at least no single cell of one: most amounts have something beside them."""
    own = [len(line) > 1 for line in body if any(_amount(t) for t in line)]
    return sum(own) * 2 > len(own) or not own


def _amount(token: Token) -> bool:
    return token.number and "." in token.text


def _share(broken: Iterable[bool]) -> Decimal:
    """The share of what is broken; nothing is told by fewer than two."""
    found = list(broken)
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


def _row_sums(rows: Sequence[TextRow], equations: Sequence[Equation], columns: int) -> Iterable[bool]:
    for row in rows:
        vector = _vector(row, columns)
        for e in equations:
            left, right = sum((vector[c] for c in e.left), _ZERO), sum((vector[c] for c in e.right), _ZERO)
            if left or right:
                yield abs(left - right) > ROUNDING


def _column_sums(rows: Sequence[TextRow], columns: int) -> Iterable[bool]:
    children: dict[int, list[list[Decimal]]] = {}
    for row in rows:
        if row.slots.parent is not None:
            children.setdefault(row.slots.parent, []).append(_vector(row, columns))
    for i, row in enumerate(rows):
        below = children.get(i)
        if not below:
            continue
        for own, *others in zip(_vector(row, columns), *below, strict=True):
            if own or any(others):
                yield abs(own - sum(others, _ZERO)) > max(ROUNDING + Decimal("0.01") * len(others), _NEARLY * abs(own))
