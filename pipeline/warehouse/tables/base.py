"""What a table of the warehouse is: columns with types, units and comments in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

#: DuckDB type → Arrow type.  Money and every other printed number is DECIMAL: exact, never a float.
ColumnType = Literal["VARCHAR", "INTEGER", "BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP", "DECIMAL(28,10)"]

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
    """One column: name, DuckDB type, English and Chinese comment, whether a row may leave it NULL, allowed values."""

    name: str
    type: ColumnType
    comment: str
    comment_zh: str
    nullable: bool = True
    domain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table: schema, name, comments, columns, and the columns that together are unique (``key``)."""

    schema: str
    name: str
    comment: str
    comment_zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    def arrow_schema(self) -> pa.Schema:
        """The Parquet schema of the table's files."""
        return pa.schema([pa.field(c.name, _ARROW[c.type], nullable=c.nullable) for c in self.columns])
