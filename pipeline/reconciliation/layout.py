"""Where figures stand to each other in their tables: rows in order, and the cells beside a cell.

What belongs here: positions told from the order of rows.  What may not: reading a document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache

from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure

TableKey = tuple[str, str, str, str]
#: The rows of a table in printed order, each with its figures by measure.
Rows = list[tuple[str, dict[str, Figure]]]


def table_of(figure: Figure) -> TableKey:
    """The table that a figure stands in: report, section, statement, side."""
    return figure.report_id, figure.section, figure.statement, figure.side or ""


def row_of(figure: Figure) -> str:
    """The row's order in its table."""
    return figure.row


@lru_cache(maxsize=10_000)
def row_order(row: str) -> tuple[tuple[int, str], ...]:
    """Sorts ``2`` before ``10`` and ``1.2`` before ``1.10``."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in row.split("."))


def tables(figures: Iterable[Figure]) -> Mapping[TableKey, Rows]:
    """The figures by table and row, rows in printed order, measures in the order in which they come."""
    grouped: dict[TableKey, dict[str, dict[str, Figure]]] = defaultdict(dict)
    for f in figures:
        grouped[table_of(f)].setdefault(row_of(f), {})[f.measure] = f
    return {key: sorted(rows.items(), key=lambda item: row_order(item[0])) for key, rows in grouped.items()}


def tables_of(contents: ReportContents) -> Mapping[TableKey, Rows]:
    """The :func:`tables` of a report, told once."""
    return contents.once(("tables",), lambda: tables(contents.figures))


class Neighbours:
    """The cells left, right, above and below of each cell; the tables are told when the first is asked for."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = figures

    @cached_property
    def _tables(self) -> Mapping[TableKey, Rows]:
        return tables(self._figures)

    @cached_property
    def _position(self) -> Mapping[TableKey, Mapping[str, int]]:
        return {key: {row: i for i, (row, _) in enumerate(rows)} for key, rows in self._tables.items()}

    def of(self, figure: Figure) -> list[Figure]:
        key, row = table_of(figure), row_of(figure)
        rows = self._tables.get(key, [])
        place = self._position.get(key, {}).get(row)
        if place is None:
            return []
        cells = rows[place][1]
        measures = list(cells)
        column = measures.index(figure.measure)
        found = [cells[measures[i]] for i in (column - 1, column + 1) if 0 <= i < len(measures)]
        for i in (place - 1, place + 1):
            if 0 <= i < len(rows) and figure.measure in rows[i][1]:
                found.append(rows[i][1][figure.measure])
        return found
