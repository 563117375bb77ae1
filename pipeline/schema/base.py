"""What a table of the warehouse is: columns with types, units and comments in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pyarrow as pa

#: DuckDB type → Arrow type.  Money and every other printed number is DECIMAL: exact, never a float.
ColumnType = Literal["VARCHAR", "INTEGER", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP", "DECIMAL(28,10)"]

#: The one type of every printed or computed number.
DECIMAL: ColumnType = "DECIMAL(28,10)"

_ARROW: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"),
    "DECIMAL(28,10)": pa.decimal128(28, 10),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: name, DuckDB type, English and Chinese comment, whether a row may leave it NULL, allowed values.

    A ``rounded`` DECIMAL holds a computed number (a quotient has no last digit): it is kept to the column's ten
    decimals.  Every other DECIMAL is kept exactly, or refused.  One that is the ``chinese_of`` another holds what the catalogue of
    messages says for its sentence; rows need not give it.
    """

    name: str
    type: ColumnType
    comment: str
    comment_zh: str
    nullable: bool = True
    domain: tuple[str, ...] = ()
    rounded: bool = False
    chinese_of: str = ""


def in_both(name: str, comment: str, comment_zh: str, *, nullable: bool = True) -> tuple[Column, Column]:
    """A column of sentences in English, and the one beside it, ``<name>_zh``, that has the same in Chinese."""
    return (
        Column(name, "VARCHAR", comment, f"{comment_zh}（英文）", nullable),
        Column(f"{name}_zh", "VARCHAR", f"{comment}, in Chinese", comment_zh, nullable, chinese_of=name),
    )


#: Whose row it is, and where what it says is printed.
ITS_REPORT = (
    Column("report_id", "VARCHAR", "Its report", "报告标识", nullable=False),
    Column("publisher", "VARCHAR", "Publisher", "公开单位", nullable=False),
    Column("fiscal_year", "INTEGER", "Year of the accounts", "决算年度", nullable=False),
)
ON_PAGE = (
    Column("page", "INTEGER", "Page, from 1; NULL in a text without pages", "页"),
    Column("line", "INTEGER", "Line of a text document", "行"),
)


@dataclass(frozen=True)
class Table:
    """One table: schema, name, comments, columns, and the columns that together are unique (``key``).

    A ``shared`` table may have the same row in the files of several years (a rule, a document that belongs to no
    year): the warehouse keeps the one of the latest year.  Of an ``empty_text`` table the warehouse publishes text that is
    NULL as the empty text: what is printed there is compared as text, and readers that go through pandas take a NULL
    among texts for the number NaN.
    """

    schema: str
    name: str
    comment: str
    comment_zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    shared: bool = False
    empty_text: bool = False

    def column(self, name: str) -> Column:
        """The column of that name.  Raises ``KeyError``."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.full_name} has no column {name}")

    @cached_property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    def arrow_schema(self) -> pa.Schema:
        """The Parquet schema of the table's files."""
        return self._arrow_schema

    @cached_property
    def _arrow_schema(self) -> pa.Schema:
        return pa.schema([pa.field(c.name, _ARROW[c.type], nullable=c.nullable) for c in self.columns])
