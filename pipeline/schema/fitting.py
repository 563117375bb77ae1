"""Rows → Arrow, exactly: every value fits its column, or the row is refused with its key, its column, and what was expected.

What belongs here: the correspondence of Python values with column types.  What may not: where tables are kept (``pipeline.store.tables``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Context, Decimal
from operator import itemgetter
from typing import Any

import pyarrow as pa

from pipeline.messages import chinese
from pipeline.schema import Column, Table

Row = Mapping[str, Any]

_ACCEPTED: dict[str, tuple[type, ...]] = {
    "VARCHAR": (str,),
    "INTEGER": (int,),
    "BIGINT": (int,),
    "DOUBLE": (int, float),
    "BOOLEAN": (bool,),
    "TIMESTAMP": (datetime, str),  # a text must be ISO 8601
    "DECIMAL(28,10)": (Decimal, int),  # never a float
}
_LAST_DECIMAL = Decimal("1E-10")
_ENOUGH = Context(prec=100)


class RowDoesNotFit(ValueError):
    """A row that its table cannot hold: which table, row and column, what was found and what is expected."""


def fitted(table: Table, year: int, rows: Sequence[Row], first: int = 0) -> pa.Table:
    """Rows of one year as an Arrow table in the schema of ``table``; ``first`` is the number of the first row, for messages.

    Raises :class:`RowDoesNotFit` for an unknown column, a value of another type, a decimal that is not exact in its column,
    NULL where one is required, or another year's row.
    """
    columns = columns_of(table, rows, first)
    if "fiscal_year" in columns and not table.shared:
        for i, value in enumerate(columns["fiscal_year"]):
            if value != year:
                raise RowDoesNotFit(f"{_at(table, 'fiscal_year', rows, i, first)}: {value!r} in the file of {year}")
    schema = table.arrow_schema()
    arrays = [_array(table, c, schema.field(c.name).type, columns[c.name], rows, first) for c in table.columns]
    return pa.Table.from_arrays(arrays, schema=schema)


def columns_of(table: Table, rows: Sequence[Row], first: int = 0) -> dict[str, Sequence[Any]]:
    """The values of every column of a table, with the Chinese of each sentence that it keeps in both languages.

    Raises :class:`RowDoesNotFit` for a column that the table does not have.
    """
    names = {c.name for c in table.columns}
    given = set[str]().union(*rows)
    if unknown := given - names:
        i, row = next((i, row) for i, row in enumerate(rows) if not unknown.isdisjoint(row))
        raise RowDoesNotFit(f"{table.full_name}, row {first + i}: the table has no column {', '.join(sorted(row.keys() - names))}")
    columns = {**dict.fromkeys(names - given, (None,) * len(rows)), **_columns(sorted(given), rows)}
    for c in table.columns:
        if c.chinese_of:
            both = zip(columns[c.name], columns[c.chinese_of], strict=True)
            columns[c.name] = [chinese(said) if own is None and isinstance(said, str) else own for own, said in both]
    return columns


def _columns(names: Sequence[str], rows: Sequence[Row]) -> dict[str, Sequence[Any]]:
    """The values of each column that rows give, NULL where one does not."""
    if len(names) > 1 and set(map(len, rows)) == {len(names)}:  # no row lacks any
        return dict(zip(names, zip(*map(itemgetter(*names), rows), strict=True), strict=True))
    return {name: [row.get(name) for row in rows] for name in names}


def _array(table: Table, column: Column, kind: pa.DataType, values: Sequence[Any], rows: Sequence[Row], first: int) -> pa.Array:
    accepted = _ACCEPTED[column.type]
    wrong = {t for t in set(map(type, values)) if not issubclass(t, (*accepted, type(None))) or (t is bool and bool not in accepted)}
    if wrong:
        i = next(i for i, v in enumerate(values) if type(v) in wrong)
        raise RowDoesNotFit(
            f"{_at(table, column.name, rows, i, first)}: {values[i]!r} is of type {type(values[i]).__name__}; "
            f"{column.type} takes {' or '.join(t.__name__ for t in accepted)}"
        )
    if not column.nullable and None in values:
        raise RowDoesNotFit(f"{_at(table, column.name, rows, values.index(None), first)}: a value is required")
    try:
        return _converted(column, values, kind)
    except (pa.ArrowException, ValueError, OverflowError):
        for i, value in enumerate(values):
            try:
                _converted(column, [value], kind)
            except (pa.ArrowException, ValueError, OverflowError) as why:
                raise RowDoesNotFit(f"{_at(table, column.name, rows, i, first)}: {value!r} does not fit {column.type}: {why}") from None
        raise


def _converted(column: Column, values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if column.type == "TIMESTAMP":
        return pa.array([_utc(v) for v in values], kind)
    if column.rounded:
        try:
            return pa.array(values, kind)
        except pa.ArrowInvalid:  # some have more decimals
            return pa.array([_rounded(v) if isinstance(v, Decimal) else v for v in values], kind)
    return pa.array(values, kind)


def _utc(value: datetime | str | None) -> datetime | None:
    """The moment in UTC without a zone, as the column keeps it."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC).replace(tzinfo=None) if moment is not None and moment.tzinfo is not None else moment


def _rounded(value: Decimal) -> Decimal:
    if not value.is_finite():
        return value  # Arrow refuses it, with its own words
    return value.quantize(_LAST_DECIMAL, context=_ENOUGH)


def _at(table: Table, column: str, rows: Sequence[Row], i: int, first: int) -> str:
    key = ", ".join(f"{k}={rows[i].get(k)!r}" for k in table.key)
    return f"{table.full_name}, row {first + i} ({key}), column {column}"
