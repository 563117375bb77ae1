"""What tables promise, whatever is printed: their columns, their keys, their domains, and that everything was read.

What belongs here: expectations that follow from the tables' own metadata, and the completeness of reading.  What may not: what
publishers' figures must satisfy (``expectations.suites.rules``).

A breach of a key, a column, a domain, or a report without figures or forms is ours and stops the year.  A lost decimal
is ours too, and is an error; but it concerns one page of one report, and holds no other report back.
"""

from __future__ import annotations

from expectations.rules.base import Severity
from expectations.suites.base import Expectation, Statement, Suite, no_rows
from pipeline.schema import TABLES, Table
from pipeline.schema.ddl import identifier, literal, qualified

_SOURCE = "pipeline/schema: the warehouse's contract"
_MOST = 200  # failing rows of a table that are told
_FILE = "#page="
#: Where to look: the address with the page; of a file only its name, which no browser would open (``core.reports`` has its place).
LINK = (
    "CASE WHEN r.source_url LIKE 'file:%' THEN url_decode(split_part(r.source_url, '/', -1)) ELSE r.source_url END"
    f" || CASE WHEN page IS NULL THEN '' ELSE '{_FILE}' || page END AS link"
)


def where(place: str) -> str:
    """Whose it is (of a table ``e``), and where in the document (of ``place``), in one column: a pane is only so wide."""
    return f"e.publisher || coalesce(' · p.' || {place}.page, ' · l.' || {place}.line, '') AS \"where\""


def contract(name: str, *tables: str, more: tuple[Statement, ...] = ()) -> Suite:
    """The suite of some tables, by full name, that one step of the graph writes; ``more`` are statements of another kind about them."""
    own = tuple(TABLES[t] for t in tables)
    statements = (*(s for t in own for s in (_keeps_its_promises(t), *_READING.get(t.full_name, ()))), *more)
    counts = " UNION ALL ".join(
        f"SELECT {literal(s.rule_id)} AS rule_id, count(*) AS rows_checked FROM {qualified(TABLES[s.table])}" for s in statements
    )
    reads = dict.fromkeys((*tables, *(("core.reports",) if any(map(_of_a_report, own)) else ())))
    return Suite(name, f"What the tables of {name.replace('_', ' ')} promise", statements, tuple(reads), counts)


def _keeps_its_promises(table: Table) -> Statement:
    """Columns, required values, key, whose row it is, domains: what breaks one of them is a failing row that names it."""
    promises = [_columns(table), _required(table), _key(table)]
    formula = [f"the declared {len(table.columns)} columns", "required values are not NULL", f"({', '.join(table.key)}) is unique"]
    if _of_a_report(table):
        promises.append(_belongs(table))
        formula.append("report_id ∈ core.reports.report_id")
    domains = {c.name: list(c.domain) for c in table.columns if c.domain}
    formula += [f"{c} ∈ {{{', '.join(d)}}}" for c, d in domains.items()]
    sql = f"SELECT promise, example, rows FROM ({' UNION ALL '.join(promises)}) WHERE rows > 0 ORDER BY ALL LIMIT {_MOST}"
    of_values = (Expectation("ExpectColumnDistinctValuesToBeInSet", {"column": c, "value_set": d}) for c, d in domains.items())
    title, title_zh = "Every promise of the table holds: columns, required values, key, domains", "列、必填项、主键与取值范围均符合约定"
    name = f"{table.full_name}.keeps_its_promises"
    return Statement(name, table.full_name, title, title_zh, "; ".join(formula), _SOURCE, "error", (no_rows(sql), *of_values), promise=True)


def _columns(table: Table) -> str:
    declared = ", ".join(f"({literal(c.name)}, {literal(c.type)})" for c in table.columns)
    return f"""SELECT 'column ' || d.name || ' is ' || d.type AS promise, coalesce(c.column_type, 'absent') AS example, 1 AS rows
               FROM (VALUES {declared}) d(name, type) LEFT JOIN (DESCRIBE {qualified(table)}) c ON c.column_name = d.name
               WHERE c.column_type IS DISTINCT FROM d.type"""


def _required(table: Table) -> str:
    """The required columns that rows lack, together where a row lacks several, and how many rows do."""
    required = [c.name for c in table.columns if not c.nullable]
    lacking = [f"{identifier(c)} IS NULL" for c in required]
    named = ", ".join(f"CASE WHEN {is_null} THEN {literal(c)} END" for c, is_null in zip(required, lacking, strict=True))
    return f"""SELECT concat_ws(', ', {named}) || ' is required' AS promise, min({_named(table)}) AS example, count(*) AS rows
               FROM {qualified(table)} WHERE {" OR ".join(lacking) or "false"} GROUP BY 1"""


def _key(table: Table) -> str:
    keys = ", ".join(map(identifier, table.key))
    return f"""SELECT 'the key is unique' AS promise, any_value({_named(table)}) AS example, count(*) AS rows
               FROM {qualified(table)} GROUP BY {keys} HAVING count(*) > 1"""


def _belongs(table: Table) -> str:
    return f"""SELECT 'rows belong to a report of the year' AS promise, report_id AS example, count(*) AS rows FROM {qualified(table)}
               WHERE report_id NOT IN (SELECT report_id FROM core.reports) GROUP BY ALL"""


def _named(table: Table) -> str:
    """A row's key as a text."""
    return f"concat_ws(' / ', {', '.join(map(identifier, table.key))})"


def _of_a_report(table: Table) -> bool:
    """Whether its rows belong to reports, which must be there first."""
    return {"report_id", "fiscal_year"} <= {c.name for c in table.columns} and table.full_name not in ("core.reports", "core.documents")


def _reading(table: str, name: str, title: str, title_zh: str, formula: str, sql: str, *, severity: Severity = "error",
             promise: bool = False) -> Statement:  # fmt: skip
    source = "completeness of reading: what a page prints is in a cell or in declared text"
    return Statement(f"{table}.{name}", table, title, title_zh, formula, source, severity, (no_rows(sql),), promise=promise)


_READING: dict[str, tuple[Statement, ...]] = {
    "core.documents": (
        _reading(
            "core.documents", "every_document_could_be_processed", "Every document offered could be processed", "每个文件均已处理",
            "status ∉ {not_a_report, failed}",
            "SELECT source_url AS link, status, problem, remedy FROM core.documents WHERE status IN ('not_a_report', 'failed') ORDER BY 1",
            severity="warning",
        ),
    ),
    "core.reports": (
        _reading(
            "core.reports", "every_report_has_figures_and_forms", "Every report has figures and forms", "每份报告均读得数字与公开表",
            "each report_id ∈ core.figures and ∈ core.forms",
            """SELECT publisher, report_id AS place, source_url AS link,
                      (SELECT count(*) FROM core.figures f WHERE f.report_id = r.report_id) AS figures,
                      (SELECT count(*) FROM core.forms f WHERE f.report_id = r.report_id) AS forms
               FROM core.reports r WHERE least(figures, forms) = 0 ORDER BY ALL""",
            promise=True,
        ),
    ),
    "core.pages": (
        _reading(
            "core.pages", "no_printed_decimal_is_lost", "Every decimal that a page prints was read", "页面小数无遗漏", "decimals_lost = 0",
            f"""SELECT p.publisher, p.page AS place, p.decimals_printed AS expected, p.decimals_printed - p.decimals_lost AS printed,
                       p.decimals_lost AS difference, p.lost, p.page, {LINK}
                FROM core.pages p LEFT JOIN core.reports r USING (report_id) WHERE p.decimals_lost <> 0 ORDER BY ALL""",
        ),
        _reading(
            "core.pages", "no_number_of_a_form_is_stray", "Every number in a form's table became a figure", "表内数字均已入库", "stray is empty",
            f"""SELECT p.publisher, p.page AS place, p.stray AS printed, p.page, {LINK}
                FROM core.pages p LEFT JOIN core.reports r USING (report_id) WHERE coalesce(p.stray, '') <> '' ORDER BY ALL""",
        ),
    ),
}  # fmt: skip
