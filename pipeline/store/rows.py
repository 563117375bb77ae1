"""Values ↔ rows of the warehouse: a report's contents as Arrow tables, and back, without loss.

What belongs here: the correspondence of the core types with ``core.*`` columns.  What may not: what a column means
(``pipeline.schema``) or where a table is kept (``pipeline.store.tables``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any

import pyarrow as pa

from pipeline.model.contents import ReportContents
from pipeline.model.figures import Figure, Place, Report
from pipeline.schema import TABLES
from pipeline.schema.fitting import columns_of

REPORTS, FIGURES = "core.reports", "core.figures"
_STEP = Decimal("1e-10")  # what DECIMAL(28,10) keeps; a rate printed with more digits is rounded here and nowhere else
_PLACE = ("page", "x0", "top", "x1", "bottom", "line")
_ADDRESS = ("figure_id", "report_id", "section", "statement", "side", "row_no", "code", "label", "measure", "value", "unit",
            "resolution", "printed", "reader", "agreement", "other_reading", "placement",
            "concept", "row_order", "printing", "confidence", "doubt")  # fmt: skip


#: The columns of a figure in the order of its fields, those of its place in the place of it; and where some of them stand.
_FIELDS = [name for f in fields(Figure) for name in (_PLACE if f.name == "place" else (f.name,))]
_REPORT, _VALUE, _RESOLUTION, _BEHIND = _FIELDS.index("report_id"), _FIELDS.index("value"), _FIELDS.index("resolution"), _FIELDS.index(_PLACE[0])
_of_figure = itemgetter(*_FIELDS)


def report_row(report: Report) -> dict[str, Any]:
    """One row of ``core.reports``."""
    return {
        "report_id": report.report_id,
        "publisher": report.publisher,
        "fiscal_year": report.fiscal_year,
        "publisher_kind": report.publisher_kind,
        "title": report.title,
        "document_sha256": report.document_sha256,
        "source_url": report.source_url,
        "media_type": report.media_type,
        "page_count": report.page_count,
        "reader": report.reader,
        "retrieved_at": timestamp(report.retrieved_at),
        **{name: getattr(report, name) for name in ("code_version", "numbers_printed", "numbers_accounted", "parts_unread", "evidence")},
    }


def report_of(row: Mapping[str, Any]) -> Report:
    """The report that a row of ``core.reports`` describes."""
    kept = {k: v for k, v in row.items() if k in Report.__dataclass_fields__}
    found: datetime | None = kept["retrieved_at"]
    return Report(**{**kept, "retrieved_at": found.replace(tzinfo=UTC).isoformat() if found else None})


def figure_row(figure: Figure, report: Report) -> dict[str, Any]:
    """One row of ``core.figures``."""
    row = {name: getattr(figure, name) for name in _ADDRESS}
    row |= {name: getattr(figure.place, name) for name in _PLACE}
    return row | {"publisher": report.publisher, "fiscal_year": report.fiscal_year}


def figure_of(row: Mapping[str, Any]) -> Figure:
    """The figure that a row of ``core.figures`` describes; its value shows as many decimals as its resolution has."""
    return _figure(_of_figure(row))


def _figure(values: Sequence[Any]) -> Figure:
    """The figure of its fields' values, in their order, those of its place among them."""
    value, resolution = values[_VALUE], _plain(values[_RESOLUTION])
    if value is not None:
        shown = value.quantize(resolution) if resolution else _plain(value)
        value = shown if shown == value else _plain(value)
    behind = _BEHIND + len(_PLACE)
    whole = (*values[:_VALUE], value, *values[_VALUE + 1 : _RESOLUTION], resolution, *values[_RESOLUTION + 1 : _BEHIND],
             Place(*values[_BEHIND:behind]), *values[behind:])  # fmt: skip
    return Figure(*whole)


@lru_cache(maxsize=4096)
def _plain(value: Decimal) -> Decimal:
    """Without the column's trailing zeros, never in exponent form."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def timestamp(text: str | datetime | None) -> datetime | None:
    """A moment as the warehouse keeps it: UTC, without a zone of its own."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text) if isinstance(text, str) else text
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def arrow_table(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows of the table ``name`` (``core.figures``) in its schema; raises for an unknown column, and when a value does not fit its column."""
    columns = columns_of(TABLES[name], list(rows))
    return pa.Table.from_pydict({k: list(map(_fitting, values)) for k, values in columns.items()}, schema=TABLES[name].arrow_schema())


def _fitting(value: Any) -> Any:
    if isinstance(value, Decimal) and -value.as_tuple().exponent > 10:  # type: ignore[operator]
        return value.quantize(_STEP, ROUND_HALF_EVEN)
    return value


def tables_of(contents: ReportContents) -> dict[str, pa.Table]:
    """Every table of one report, by full name, ``core.reports`` and ``core.figures`` among them."""
    named: dict[str, Iterable[Mapping[str, Any]]] = {
        REPORTS: [report_row(contents.report)],
        FIGURES: [figure_row(f, contents.report) for f in contents.figures],
        **contents.tables,
    }
    return {name: arrow_table(name, rows) for name, rows in named.items()}


def contents_of(tables: Mapping[str, pa.Table]) -> Iterator[ReportContents]:
    """The reports that tables hold, in order of ``core.reports``."""
    own: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, table in tables.items():
        for row in table.to_pylist() if name not in (REPORTS, FIGURES) else ():
            own.setdefault(row["report_id"], {}).setdefault(name, []).append(row)
    figures: dict[str, list[Figure]] = {}
    if FIGURES in tables:
        for values in zip(*(tables[FIGURES].column(name).to_pylist() for name in _FIELDS), strict=True):
            figures.setdefault(values[_REPORT], []).append(_figure(values))
    for row in tables[REPORTS].to_pylist():
        report = report_of(row)
        rows = {name: tuple(found) for name, found in own.get(report.report_id, {}).items()}
        yield ReportContents(report, tuple(figures.get(report.report_id, ())), rows)
