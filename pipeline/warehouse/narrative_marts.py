"""Marts over the narrative, as SQL over ``core``: beside those of :mod:`pipeline.warehouse.marts`.

What belongs here: how a mart of the narrative is computed.  What may not: its names, types and comments (``tables/marts.py``).
"""

from __future__ import annotations

#: The functional items that the narrative explains: budget, final amount, rate, and the reason given in the same section.
BUDGET_EXECUTION_BY_ITEM = """
WITH stated AS (
    SELECT s.report_id, s.part, s.section, s.subject, s.row_no, s.page, s.line, s.measure, f.code, f.value, f.printed
    FROM core.statements s JOIN core.figures f ON f.figure_id = s.figure_id
    WHERE s.part IN ('general_budget', 'fund', 'state_capital') AND s.aspect IS DISTINCT FROM 'structure'
      AND (contains(s.subject, '（项）') OR f.code IS NOT NULL)
),
items AS (
    SELECT report_id, part, section, subject, min(row_no) AS row_order, any_value(code) AS code,
           arg_min(value, row_no) FILTER (WHERE measure = 'initial_budget') AS initial_budget,
           coalesce(bool_or(measure = 'initial_budget' AND value IS NULL), false) AS no_initial_budget,
           arg_min(value, row_no) FILTER (WHERE measure = 'budget') AS adjusted_budget,
           arg_min(value, row_no) FILTER (WHERE measure = 'amount') AS final,
           arg_min(value, row_no) FILTER (WHERE measure = 'completion_pct') AS completion_printed,
           min(page) AS page, min(line) AS line
    FROM stated GROUP BY report_id, part, section, subject
),
words AS (
    SELECT report_id, part, section, subject, arg_min(words, row_no) AS direction,
           nullif(regexp_extract(arg_min(sentence, row_no), '原因(?:是|为|：)*[：:]?([^。]*)', 1), '') AS reason
    FROM core.remarks WHERE kind = 'direction' GROUP BY report_id, part, section, subject
),
forms AS (
    SELECT report_id, code, CASE statement WHEN 'general_budget_expenditure' THEN 'general_budget' WHEN 'government_fund' THEN 'fund'
               ELSE statement END AS part,
           arg_min(label, figure_id) AS name, arg_min(value, figure_id) AS amount
    FROM core.figures
    WHERE section = 'form' AND measure = 'total' AND code IS NOT NULL
      AND statement IN ('general_budget_expenditure', 'government_fund', 'state_capital')
    GROUP BY ALL
)
SELECT r.report_id, r.publisher, r.publisher_kind, r.fiscal_year, i.part AS budget_kind, i.row_order, i.subject AS item, i.code, f.name,
       i.initial_budget, i.no_initial_budget, i.adjusted_budget, i.final, f.amount AS form_amount, i.completion_printed,
       round(100 * i.final / nullif(coalesce(i.initial_budget, i.adjusted_budget), 0), 2) AS completion,
       w.direction, w.reason, i.page, i.line
FROM items i JOIN core.reports r USING (report_id)
LEFT JOIN words w ON w.report_id = i.report_id AND w.part = i.part AND w.section = i.section AND w.subject = i.subject
LEFT JOIN forms f ON f.report_id = i.report_id AND f.part = i.part AND f.code = i.code
ORDER BY r.fiscal_year, r.publisher, r.report_id, i.row_order
"""
