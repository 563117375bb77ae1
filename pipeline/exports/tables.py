"""Findings, open cases and forms as tables for accountants: Chinese titles from the schema, numbers with the digits that are printed.

What belongs here: which columns, in which order, and a cell's value.  What may not: file formats (``files``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from pipeline.lexicon import places
from pipeline.schema import TABLES

Cell = str | int | bool | Decimal | None
Row = Mapping[str, Any]
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its name, its Chinese name, the ``(table, column)`` of each of its columns, and the query that gives them by name."""

    name: str
    title: str
    columns: tuple[tuple[str, str], ...]
    query: str
    shown: Mapping[str, Callable[[Row], Cell]]

    @property
    def titles(self) -> list[str]:
        """The columns' Chinese titles."""
        return [TABLES[table].column(column).comment_zh for table, column in self.columns]

    def rows(self, warehouse: duckdb.DuckDBPyConnection, year: int | None = None) -> Iterator[list[Cell]]:
        """Its rows, of one fiscal year or of all."""
        found = warehouse.execute(self.query, {"year": year})
        names = [d[0] for d in found.description or ()]
        while batch := found.fetchmany(_BATCH):
            for values in batch:
                row = dict(zip(names, values, strict=True))
                yield [self.shown[c](row) if c in self.shown else row[c] for _, c in self.columns]


def with_digits(value: Decimal | None, least: int) -> Decimal | None:
    """The same number with as many decimals as it needs, and at least so many."""
    if value is None:
        return None
    needed = -int(value.normalize().as_tuple().exponent)
    return value.quantize(Decimal(1).scaleb(-max(least, needed, 0)))


def decimals(printed: str | None) -> int:
    """How many decimals a printed number has."""
    found = re.search(r"\.(\d+)", printed or "")
    return len(found[1]) if found else 0


def _difference(row: Row) -> Cell:
    return with_digits(row["difference"], max(decimals(row["printed"]), decimals(row["expected"])))


def _value(row: Row) -> Cell:
    return with_digits(row["value"], decimals(f"{row['resolution'].normalize():f}"))


#: The heaviest first.
_WEIGHT = "list_position(['error', 'warning', 'info'], x.severity)"
_YEAR = "($year IS NULL OR x.fiscal_year = $year)"


def _of(table: str, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((table, name) for name in names)


FINDINGS = Sheet(
    "findings", "问题",
    (
        *_of("checks.findings", "publisher", "fiscal_year", "severity", "status", "kind", "title_zh"), ("checks.rules", "formula"),
        *_of("checks.findings", "place", "printed", "expected", "difference", "explanation_zh", "page", "line"),
        *_of("checks.findings", "case_id", "finding_id", "rule_id", "report_id"),
    ),
    f"""SELECT x.*, r.title, r.formula FROM checks.findings x LEFT JOIN checks.rules r USING (rule_id)
        WHERE {_YEAR} ORDER BY x.fiscal_year, x.publisher, {_WEIGHT}, x.page, x.finding_id""",
    {"difference": _difference},
)  # fmt: skip

TRIAGE = Sheet(
    "triage", "待裁定",
    _of("marts.triage", "publisher", "fiscal_year", "severity", "doubt", "findings", "rules", "places", "suspects", "readings", "unique", "ties",
        "page", "line", "case_id", "report_id"),
    f"SELECT x.* FROM marts.triage x WHERE {_YEAR} ORDER BY x.fiscal_year, x.publisher, {_WEIGHT}, x.case_id",
    {},
)  # fmt: skip

FORMS = Sheet(
    "forms", "决算表",
    _of("core.figures", "publisher", "fiscal_year", "statement", "side", "row_no", "code", "label", "measure", "value", "unit", "printed",
        "page", "line", "figure_id", "report_id"),
    f"""SELECT x.* FROM core.figures x WHERE x.section = 'form' AND {_YEAR}
        ORDER BY x.fiscal_year, x.publisher, x.report_id, x.statement, x.printing, x.row_order, x.figure_id""",
    {
        "statement": lambda row: places.title(row["statement"]),
        "measure": lambda row: places.column(row["statement"], row["measure"]),
        "value": _value,
    },
)  # fmt: skip

SHEETS: Sequence[Sheet] = (FINDINGS, TRIAGE, FORMS)
