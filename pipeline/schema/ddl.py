"""Tables as metadata → SQL: schemas, tables, comments.

What belongs here: statements that follow from :data:`~pipeline.schema.TABLES`.  What may not: rows, files, marts.
Keys and foreign keys are asserted by :mod:`pipeline.warehouse.publish`, not declared: declared ones make loading six
times slower.  NOT NULL is declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.schema import Column, Table

#: What each schema holds, in both languages (DuckDB 2.0 takes no comment on a schema: the data dictionary shows it).
SCHEMAS: dict[str, tuple[str, str]] = {
    "sources": ("What was found on publishers' sites, and who has published", "来源检索与公开情况"),
    "core": ("What is printed", "报告所印内容"),
    "checks": ("What must hold, and what does not", "勾稽规则与发现的问题"),
    "reconciled": ("One value a quantity, with the figures behind it", "每个指标一个取值及其来源"),
    "marts": ("Wide tables for analysis", "面向分析的宽表"),
}


def identifier(name: str) -> str:
    """``name`` quoted as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``text`` quoted as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def qualified(table: Table) -> str:
    """Schema and table, quoted."""
    return f"{identifier(table.schema)}.{identifier(table.name)}"


def comment(thing: Table | Column) -> str:
    """The comment in both languages, as the warehouse carries it; a column's allowed values follow."""
    text = f"{thing.comment} | {thing.comment_zh}"
    if isinstance(thing, Column) and thing.domain:
        text += f" [{', '.join(thing.domain)}]"
    return text


def create_schemas(tables: Iterable[Table]) -> Iterator[str]:
    """One statement a schema, in the order of first use."""
    for schema in dict.fromkeys(t.schema for t in tables):
        yield f"CREATE SCHEMA IF NOT EXISTS {identifier(schema)}"


def create_table(table: Table, decimals: Mapping[str, int] | None = None) -> Iterator[str]:
    """The table, then its comment and its columns'; ``decimals`` says how many a decimal column has room for (ten, where it does not)."""
    places = decimals or {}
    types = {c.name: f"DECIMAL(28,{places[c.name]})" if c.name in places else c.type for c in table.columns}
    columns = ", ".join(f"{identifier(c.name)} {types[c.name]}{'' if c.nullable else ' NOT NULL'}" for c in table.columns)
    yield f"CREATE TABLE {qualified(table)} ({columns})"
    yield f"COMMENT ON TABLE {qualified(table)} IS {literal(comment(table))}"
    for c in table.columns:
        yield f"COMMENT ON COLUMN {qualified(table)}.{identifier(c.name)} IS {literal(comment(c))}"
