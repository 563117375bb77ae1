"""The marts of the performance annexes as SQL (see :mod:`pipeline.warehouse.marts`).

What belongs here: how the two marts are computed.  What may not: names, types and comments (``tables/marts.py``).

Amounts, rates and scores are taken from the figures, so that they are in 万元, % and 分 whatever the form prints.
"""

from __future__ import annotations

_REPORT = "r.report_id, r.publisher, r.publisher_kind, r.fiscal_year"

#: Figures of the self-evaluation forms, with the number of their form.
_FIGURES = """
    SELECT f.*, TRY_CAST(replace(f.statement, 'form', '') AS INTEGER) AS form_no, f.row_order AS ordinal
    FROM core.figures f WHERE f.section = 'self_evaluation'
"""


def _texts(table: str, *names: str) -> str:
    """Text columns, nothing printed as NULL."""
    return ", ".join(f"nullif({table}.{name}, '') AS {name}" for name in names)


def _budget(name: str, measure: str, side: str = "total") -> str:
    return f"max(f.value) FILTER (WHERE f.side = '{side}' AND f.measure = '{measure}') AS {name}"


PROJECT_PERFORMANCE = f"""
WITH figures AS ({_FIGURES}),
budget AS (
    SELECT f.report_id, f.form_no, {_budget("initial_budget", "initial")}, {_budget("adjusted_budget", "adjusted")},
           {_budget("executed", "executed")}, {_budget("execution_rate_printed", "rate")}, {_budget("execution_weight", "weight")},
           {_budget("execution_score", "score")}, {_budget("total_score", "score", "sum")},
           {_budget("fiscal_executed", "executed", "current_year")},
           sum(f.value) FILTER (WHERE f.side = 'indicator' AND f.measure = 'score') AS indicator_score
    FROM figures f GROUP BY ALL
),
items AS (
    SELECT i.report_id, i.form_no, count(*) AS indicators,
           count(*) FILTER (WHERE i.target_number IS NOT NULL AND i.actual_number IS NOT NULL) AS indicators_quantitative,
           count(*) FILTER (WHERE i.score_number < coalesce(i.weight_number, i.level3_declared_weight_number)) AS indicators_below_weight
    FROM core.indicators i GROUP BY ALL
),
findings AS (
    SELECT f.report_id, TRY_CAST(regexp_extract(f.place, '自评表(\\d+)', 1) AS INTEGER) AS form_no, count(*) AS findings
    FROM checks.findings f WHERE f.severity <> 'info' GROUP BY ALL
)
SELECT {_REPORT}, e.form_no, {_texts("e", "project", "competent_department", "implementing_unit")},
       b.initial_budget, b.adjusted_budget, b.executed, b.fiscal_executed, b.execution_rate_printed,
       round(100 * b.executed / nullif(coalesce(b.adjusted_budget, b.initial_budget), 0), 2) AS execution_rate,
       b.execution_weight, b.execution_score, b.indicator_score, b.total_score,
       CASE WHEN b.total_score >= 90 THEN '优' WHEN b.total_score >= 80 THEN '良' WHEN b.total_score >= 60 THEN '中'
            WHEN b.total_score IS NOT NULL THEN '差' END AS grade_due,
       coalesce(i.indicators, 0) AS indicators, coalesce(i.indicators_quantitative, 0) AS indicators_quantitative,
       coalesce(i.indicators_below_weight, 0) AS indicators_below_weight, coalesce(n.findings, 0) AS findings, e.page, e.line
FROM core.self_evaluations e JOIN core.reports r USING (report_id)
LEFT JOIN budget b ON b.report_id = e.report_id AND b.form_no = e.form_no
LEFT JOIN items i ON i.report_id = e.report_id AND i.form_no = e.form_no
LEFT JOIN findings n ON n.report_id = e.report_id AND n.form_no = e.form_no
ORDER BY r.fiscal_year, r.publisher, r.report_id, e.form_no
"""

INDICATOR_PERFORMANCE = f"""
WITH figures AS ({_FIGURES}),
cells AS (
    SELECT f.report_id, f.form_no, f.ordinal AS row_no,
           coalesce(max(f.value) FILTER (WHERE f.measure = 'weight'), max(f.value) FILTER (WHERE f.measure = 'declared_weight')) AS weight,
           max(f.value) FILTER (WHERE f.measure = 'score') AS score,
           max(f.value) FILTER (WHERE f.measure = 'rate') AS completion_printed
    FROM figures f WHERE f.side = 'indicator' GROUP BY ALL
)
SELECT {_REPORT}, i.form_no, i.row_no, {_texts("e", "project")},
       {_texts("i", "level1", "level2", "level3", "target", "actual", "target_operator", "target_unit")}, i.target_number, i.actual_number,
       c.completion_printed, c.weight, c.score, round(100 * c.score / nullif(c.weight, 0), 2) AS score_rate,
       nullif(nullif(i.deviation_reason, ''), '无') AS deviation_reason, i.page, i.line
FROM core.indicators i JOIN core.reports r USING (report_id)
LEFT JOIN core.self_evaluations e ON e.report_id = i.report_id AND e.form_no = i.form_no
LEFT JOIN cells c ON c.report_id = i.report_id AND c.form_no = i.form_no AND c.row_no = i.row_no
ORDER BY r.fiscal_year, r.publisher, r.report_id, i.form_no, i.row_no
"""
