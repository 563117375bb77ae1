"""The marts as SQL over ``core`` and ``checks``: one query a table of :data:`pipeline.schema.marts.MARTS`.

What belongs here: how a mart is computed.  What may not: its names, types and comments (``tables/marts.py``), and any
figure that a document prints under a label of its own: labels are met by their meaning (``合计``, ``年初…结转``), never by line number.

A query gives the mart's columns by name, in any order.  A form that is printed twice gives each cell once (its first printing).
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from pipeline.schema import TABLES, Table
from pipeline.schema.ddl import identifier, literal
from pipeline.warehouse.bi_marts import FINDINGS, SPENDING
from pipeline.warehouse.mart_parts import FORM_FIGURES, REGISTERED, REGISTRY, REPORT
from pipeline.warehouse.narrative_marts import BUDGET_EXECUTION_BY_ITEM
from pipeline.warehouse.performance_marts import INDICATOR_PERFORMANCE, PROJECT_PERFORMANCE
from pipeline.warehouse.year import with_room


def _cell(name: str, statement: str, measure: str, condition: str) -> str:
    """The first printed value that meets a condition, as a column."""
    where = f"f.statement = '{statement}' AND f.measure = '{measure}' AND {condition}"
    return f"arg_min(f.value, (f.ordinal, f.figure_id)) FILTER (WHERE {where}) AS {name}"


_ECONOMIC = "basic_expenditure_by_economic_class"
_PERSONNEL = "f.concept = 'personnel_total'"
_PUBLIC = "f.concept = 'public_total'"

_SUMMARY_TOTALS = ",\n           ".join(
    _cell(name, "income_expenditure_summary", "amount", f"f.side = '{side}' AND f.concept = '{concept}'")
    for name, side, concept in (
        ("income_year", "income", "income_total"),
        ("income_grand_total", "income", "grand_total"),
        ("opening_balance", "income", "opening_balance"),
        ("expenditure_year", "expenditure", "expenditure_total"),
        ("expenditure_grand_total", "expenditure", "grand_total"),
        ("closing_balance", "expenditure", "closing_balance"),
    )
)

_FORM_TOTALS = ",\n           ".join(
    _cell(name, statement, measure, condition)
    for name, statement, measure, condition in (
        ("income_fiscal", "income", "fiscal", "f.is_total"),
        ("expenditure_basic", "expenditure", "basic", "f.is_total"),
        ("expenditure_project", "expenditure", "project", "f.is_total"),
        ("general_budget_expenditure", "general_budget_expenditure", "total", "f.is_total"),
        ("government_fund_expenditure", "government_fund", "total", "f.is_total"),
        ("state_capital_expenditure", "state_capital", "total", "f.is_total"),
        ("personnel_expenditure", _ECONOMIC, "amount", _PERSONNEL),
        ("public_expenditure", _ECONOMIC, "amount", _PUBLIC),
        ("three_public_budget", "three_public", "budget_total", "true"),
        ("three_public_final", "three_public", "final_total", "true"),
    )
)

_COUNTS = ", ".join(
    f"coalesce({c.name}, 0) AS {c.name}"
    for c in TABLES["marts.report_overview"].columns
    if c.name.startswith(("forms_", "figures", "decimals_", "equations", "findings_", "cases_", "obligations"))
    if not c.rounded
)

_REPORT_OVERVIEW = f"""
WITH figures AS ({FORM_FIGURES}),
totals AS (
    SELECT report_id,
           {_SUMMARY_TOTALS},
           {_FORM_TOTALS}
    FROM figures f GROUP BY report_id
),
counts AS (
    SELECT report_id, count(*) AS figures, count(*) FILTER (WHERE value IS NULL) AS figures_blank,
           count(*) FILTER (WHERE agreement = 'differs') AS figures_doubtful,
           count(*) FILTER (WHERE placement = 'identity') AS figures_placed_by_identity
    FROM core.figures GROUP BY report_id
),
forms AS (
    SELECT report_id, count(*) FILTER (WHERE state IN ('read', 'repeated')) AS forms_read,
           count(*) FILTER (WHERE state = 'empty') AS forms_empty,
           count(*) FILTER (WHERE state = 'missing') AS forms_missing,
           count(*) FILTER (WHERE state = 'unread') AS forms_unread
    FROM core.forms GROUP BY report_id
),
pages AS (SELECT report_id, sum(decimals_lost) AS decimals_lost FROM core.pages GROUP BY report_id),
equations AS (
    SELECT report_id, count(*) AS equations, count(*) FILTER (WHERE verdict = 'exact') AS equations_exact,
           count(*) FILTER (WHERE verdict = 'rounding') AS equations_rounding,
           count(*) FILTER (WHERE verdict = 'violated') AS equations_violated,
           count(*) FILTER (WHERE verdict = 'not_evaluated') AS equations_not_evaluated
    FROM checks.equations GROUP BY report_id
),
findings AS (
    SELECT report_id, count(*) FILTER (WHERE severity = 'error') AS findings_error,
           count(*) FILTER (WHERE severity = 'warning') AS findings_warning,
           count(*) FILTER (WHERE severity = 'info') AS findings_info,
           count(*) FILTER (WHERE status = 'open') AS findings_open, count(*) FILTER (WHERE status = 'decided') AS findings_decided
    FROM checks.findings GROUP BY report_id
),
cases AS (
    SELECT report_id, count(*) FILTER (WHERE state = 'open') AS cases_open, count(*) FILTER (WHERE state = 'reviewing') AS cases_reviewing,
           count(*) FILTER (WHERE state = 'stale') AS cases_stale, count(*) FILTER (WHERE state = 'decided') AS cases_decided
    FROM checks.cases GROUP BY report_id
),
signed AS (
    SELECT report_id, string_agg(DISTINCT signed_by, '、' ORDER BY signed_by) FILTER (WHERE state = 'valid') AS signed_off_by
    FROM checks.sign_offs GROUP BY report_id
),
obligations AS (
    SELECT report_id, count(*) AS obligations, count(*) FILTER (WHERE state = 'held') AS obligations_held,
           count(*) FILTER (WHERE state = 'violated') AS obligations_violated,
           count(*) FILTER (WHERE state = 'not_applicable') AS obligations_not_applicable,
           count(*) FILTER (WHERE state = 'not_evaluated') AS obligations_not_evaluated,
           count(*) FILTER (WHERE state = 'unread') AS obligations_unread
    FROM checks.obligations GROUP BY report_id
)
SELECT {REPORT}, {REGISTERED}, r.title, r.media_type, r.page_count, r.source_url, r.numbers_printed, r.numbers_accounted, r.parts_unread,
       round(100.0 * r.numbers_accounted / nullif(r.numbers_printed, 0), 2) AS numbers_accounted_pct,
       {_COUNTS}, signed_off_by,
       round(100.0 * (obligations_held + obligations_violated) / nullif(obligations, 0), 2) AS obligations_checked_pct,
       totals.* EXCLUDE (report_id)
FROM core.reports r
LEFT JOIN forms USING (report_id) LEFT JOIN counts USING (report_id) LEFT JOIN pages USING (report_id)
LEFT JOIN equations USING (report_id) LEFT JOIN findings USING (report_id) LEFT JOIN totals USING (report_id)
LEFT JOIN cases USING (report_id) LEFT JOIN signed USING (report_id) LEFT JOIN obligations USING (report_id)
{REGISTRY}
ORDER BY r.fiscal_year, r.publisher, r.report_id
"""

_FUNCTION_COLUMNS = ",\n           ".join(
    f"arg_min(f.value, (f.ordinal, f.figure_id)) FILTER (WHERE f.statement = '{statement}' AND f.measure = '{measure}') AS {name}"
    for name, statement, measure in (
        *((m, "expenditure", m) for m in ("total", "basic", "project", "to_superior", "business", "affiliated_subsidy")),
        *((f"general_{m}", "general_budget_expenditure", m) for m in ("total", "basic", "project")),
        *((f"fund_{m}", "government_fund", m) for m in ("total", "basic", "project")),
        *((f"state_capital_{m}", "state_capital", m) for m in ("total", "basic", "project")),
    )
)

_PLACE = "min(f.page) AS page, min(f.line) AS line"
_LEAF = "NOT EXISTS (SELECT 1 FROM items l WHERE l.report_id = i.report_id AND l.code <> i.code AND starts_with(l.code, i.code))"

_EXPENDITURE_BY_FUNCTION = f"""
WITH figures AS ({FORM_FIGURES}),
items AS (
    SELECT f.report_id, f.code, arg_min(f.item, (f.statement <> 'expenditure', f.ordinal)) AS name,
           {_FUNCTION_COLUMNS},
           {_PLACE}
    FROM figures f
    WHERE f.code IS NOT NULL AND f.statement IN ('expenditure', 'general_budget_expenditure', 'government_fund', 'state_capital')
    GROUP BY f.report_id, f.code
)
SELECT {REPORT}, i.* EXCLUDE (report_id),
       CASE length(i.code) WHEN 3 THEN 'class' WHEN 5 THEN 'section' WHEN 7 THEN 'item' END AS level,
       {_LEAF} AS is_leaf,
       left(i.code, 3) AS class_code, c.name AS class_name,
       CASE WHEN length(i.code) >= 5 THEN left(i.code, 5) END AS section_code, s.name AS section_name
FROM items i JOIN core.reports r USING (report_id)
LEFT JOIN items c ON c.report_id = i.report_id AND c.code = left(i.code, 3)
LEFT JOIN items s ON s.report_id = i.report_id AND length(i.code) >= 5 AND s.code = left(i.code, 5)
ORDER BY r.fiscal_year, r.publisher, r.report_id, i.code
"""

_EXPENDITURE_BY_ECONOMIC_CLASS = f"""
WITH figures AS ({FORM_FIGURES} AND f.statement = '{_ECONOMIC}' AND f.measure = 'amount'),
items AS (
    SELECT f.report_id, f.code, arg_min(f.item, f.ordinal) AS name, arg_min(f.side, f.ordinal) AS side,
           arg_min(f.value, (f.ordinal, f.figure_id)) AS amount, {_PLACE}
    FROM figures f WHERE f.code IS NOT NULL GROUP BY f.report_id, f.code
),
classes AS (SELECT report_id, sum(amount) AS total FROM items WHERE length(code) = 3 GROUP BY report_id),
parts AS (
    SELECT report_id, {_cell("personnel", _ECONOMIC, "amount", _PERSONNEL)}, {_cell("public", _ECONOMIC, "amount", _PUBLIC)}
    FROM figures f GROUP BY report_id
),
basic AS (SELECT report_id, coalesce(p.personnel + p.public, c.total) AS total FROM parts p LEFT JOIN classes c USING (report_id))
SELECT {REPORT}, i.* EXCLUDE (report_id),
       CASE length(i.code) WHEN 3 THEN 'class' WHEN 5 THEN 'item' END AS level,
       {_LEAF} AS is_leaf,
       left(i.code, 3) AS class_code, c.name AS class_name,
       round(100 * i.amount / nullif(b.total, 0), 2) AS share_of_basic
FROM items i JOIN core.reports r USING (report_id) LEFT JOIN basic b USING (report_id)
LEFT JOIN items c ON c.report_id = i.report_id AND c.code = left(i.code, 3)
ORDER BY r.fiscal_year, r.publisher, r.report_id, i.code
"""

# What joins a line of the summary to the same line of the fiscal appropriation summary.  The latter repeats its three
# kinds below the opening balance (its parts): the first printing of a name is the year's.
_LINE_KIND = """CASE WHEN f.concept = 'grand_total' THEN 'grand_total'
                     WHEN f.concept IN ('income_total', 'expenditure_total') THEN 'year_total'
                     WHEN starts_with(f.label, '其中') THEN 'of_which'
                     WHEN f.concept IN ('opening_balance', 'closing_balance', 'surplus_used', 'surplus_distributed') THEN 'balance'
                     ELSE 'item' END"""
_LINE_KEY = """CASE WHEN coalesce(f.concept, '') <> '' THEN f.concept ELSE regexp_replace(f.item, '收入$', '') END"""

_INCOME_AND_EXPENDITURE = f"""
WITH figures AS ({FORM_FIGURES} AND coalesce(f.label, '') <> ''),
lines AS (
    SELECT f.*, {_LINE_KIND} AS row_kind, {_LINE_KEY} AS line_key,
           row_number() OVER (PARTITION BY f.report_id, f.side ORDER BY f.ordinal, f.figure_id) AS line_order
    FROM figures f WHERE f.statement = 'income_expenditure_summary' AND f.measure = 'amount'
),
fiscal AS (
    SELECT f.report_id, f.side, {_LINE_KEY} AS line_key,
           arg_min(f.value, (f.ordinal, f.figure_id)) FILTER (WHERE f.measure IN ('amount', 'total')) AS fiscal_amount,
           arg_min(f.value, (f.ordinal, f.figure_id)) FILTER (WHERE f.measure = 'general') AS fiscal_general,
           arg_min(f.value, (f.ordinal, f.figure_id)) FILTER (WHERE f.measure = 'government_fund') AS fiscal_government_fund,
           arg_min(f.value, (f.ordinal, f.figure_id)) FILTER (WHERE f.measure = 'state_capital') AS fiscal_state_capital
    FROM figures f WHERE f.statement = 'fiscal_appropriation_summary' GROUP BY ALL
),
classes AS (
    SELECT f.report_id, f.item, min(f.code) AS class_code
    FROM figures f WHERE f.statement IN ('income', 'expenditure', 'general_budget_expenditure') AND length(f.code) = 3
    GROUP BY ALL HAVING count(DISTINCT f.code) = 1
),
year_totals AS (
    SELECT report_id, side, arg_min(value, line_order) AS year_total FROM lines WHERE row_kind = 'year_total' GROUP BY ALL
)
SELECT {REPORT}, l.side, l.line_order AS row_order, l.row_kind, l.item, c.class_code, l.value AS amount,
       CASE WHEN l.row_kind IN ('item', 'of_which', 'year_total') THEN round(100 * l.value / nullif(y.year_total, 0), 2) END AS share_of_year,
       f.fiscal_amount, f.fiscal_general, f.fiscal_government_fund, f.fiscal_state_capital, l.figure_id, l.page, l.line
FROM lines l JOIN core.reports r USING (report_id)
LEFT JOIN fiscal f ON f.report_id = l.report_id AND f.side = l.side AND f.line_key = l.line_key
LEFT JOIN classes c ON c.report_id = l.report_id AND l.side = 'expenditure' AND c.item = l.item
LEFT JOIN year_totals y ON y.report_id = l.report_id AND y.side = l.side
WHERE l.side IN ('income', 'expenditure')
ORDER BY r.fiscal_year, r.publisher, r.report_id, l.side DESC, l.line_order
"""

_THREE_PUBLIC_CELLS = ",\n           ".join(
    f"arg_min(f.value, (f.ordinal, f.figure_id)) FILTER (WHERE f.measure = '{m}') AS {m}"
    for m in (
        f"{side}_{kind}"
        for side in ("budget", "final")
        for kind in ("total", "abroad", "vehicle", "vehicle_purchase", "vehicle_operation", "reception")
    )
)

_THREE_PUBLIC = f"""
WITH figures AS ({FORM_FIGURES} AND f.statement = 'three_public'),
cells AS (
    SELECT f.report_id,
           {_THREE_PUBLIC_CELLS},
           {_PLACE}
    FROM figures f GROUP BY f.report_id
)
SELECT {REPORT}, c.* EXCLUDE (report_id), c.final_total - c.budget_total AS final_minus_budget,
       round(100 * c.final_total / nullif(c.budget_total, 0), 2) AS completion
FROM cells c JOIN core.reports r USING (report_id)
ORDER BY r.fiscal_year, r.publisher, r.report_id
"""

#: Full table name → query.
QUERIES: dict[str, str] = {
    "marts.report_overview": _REPORT_OVERVIEW,
    "marts.expenditure_by_function": _EXPENDITURE_BY_FUNCTION,
    "marts.expenditure_by_economic_class": _EXPENDITURE_BY_ECONOMIC_CLASS,
    "marts.income_and_expenditure": _INCOME_AND_EXPENDITURE,
    "marts.three_public": _THREE_PUBLIC,
    "marts.budget_execution_by_item": BUDGET_EXECUTION_BY_ITEM,
    "marts.project_performance": PROJECT_PERFORMANCE,
    "marts.indicator_performance": INDICATOR_PERFORMANCE,
    "marts.spending": SPENDING,
    "marts.findings": FINDINGS,
}


def selected(table: Table) -> str:
    """The query of one mart, in the columns and types of its table."""
    columns = ", ".join(f"CAST({identifier(c.name)} AS {c.type}) AS {identifier(c.name)}" for c in table.columns)
    return f"SELECT {columns} FROM ({QUERIES[table.full_name]})"


def sources(name: str) -> list[str]:
    """The tables that a mart's query names."""
    return [t for t in TABLES if t != name and re.search(rf"\b{re.escape(t)}\b", QUERIES[name])]


def build(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Compute one mart of the year that a database holds into a Parquet file, out of core."""
    copy = f"COPY ({selected(TABLES[name])}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    with_room(connection, lambda: connection.execute(copy))
