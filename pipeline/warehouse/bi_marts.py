"""Marts for tools that want one long or one wide table: spending with its phases as rows, findings with rule, address and case.

What belongs here: how these are computed.  What may not: their names, types and comments (``schema/marts.py``).
"""

from __future__ import annotations

from pipeline.model.classification import cofog
from pipeline.schema.ddl import literal
from pipeline.warehouse.mart_parts import FORM_FIGURES, REGISTERED, REGISTRY, REPORT
from pipeline.warehouse.narrative_marts import BUDGET_EXECUTION_BY_ITEM

_DIVISIONS = ", ".join(f"({literal(c)}, {literal(division)}, {literal(label)})" for c, (division, label) in cofog().items())
_ECONOMIC = "basic_expenditure_by_economic_class"
_NATURES = "('basic', 'project', 'to_superior', 'business', 'affiliated_subsidy')"
_FIRST = "(f.ordinal, f.figure_id)"

# Leaves only, told within each form: in the order of codes what begins with a code follows it at once.  A row that prints
# kinds of expenditure stands with those; one that prints a total alone, with that.
SPENDING = f"""
WITH figures AS ({FORM_FIGURES}),
printed AS (
    SELECT f.report_id, f.statement, f.code, f.measure, arg_min(f.item, {_FIRST}) AS name, arg_min(f.value, {_FIRST}) AS amount,
           arg_min(f.figure_id, {_FIRST}) AS figure_id, arg_min(f.page, {_FIRST}) AS page, arg_min(f.line, {_FIRST}) AS line
    FROM figures f
    WHERE f.code IS NOT NULL AND f.statement IN ('expenditure', 'general_budget_expenditure', 'government_fund', 'state_capital', '{_ECONOMIC}')
      AND (f.measure IN ('total', 'amount') OR f.measure IN {_NATURES})
    GROUP BY ALL
),
narrative AS (
    SELECT report_id, CASE budget_kind WHEN 'fund' THEN 'government_fund' ELSE budget_kind END AS fund, code, arg_min(item, row_order) AS name,
           arg_min(initial_budget, row_order) AS budget, arg_min(adjusted_budget, row_order) AS adjusted, min(page) AS page, min(line) AS line
    FROM ({BUDGET_EXECUTION_BY_ITEM}) GROUP BY report_id, budget_kind, code, CASE WHEN code IS NULL THEN row_order END
),
codes AS (
    SELECT DISTINCT report_id, statement, code FROM printed
    UNION SELECT report_id, 'narrative ' || fund, code FROM narrative WHERE code IS NOT NULL
),
leaves AS (
    SELECT * FROM codes
    QUALIFY NOT coalesce(starts_with(lead(code) OVER (PARTITION BY report_id, statement ORDER BY code), code), false)
),
executed AS (
    SELECT p.* FROM printed p JOIN leaves l USING (report_id, statement, code) WHERE p.amount IS NOT NULL
    QUALIFY p.measure <> 'total' OR count(*) FILTER (WHERE p.measure <> 'total') OVER (PARTITION BY p.report_id, p.statement, p.code) = 0
),
spent AS (
    SELECT report_id, 'functional' AS classification, 'executed' AS phase,
           CASE statement WHEN 'expenditure' THEN 'all' WHEN 'general_budget_expenditure' THEN 'general_budget' ELSE statement END AS fund,
           nullif(measure, 'total') AS nature, code AS function_code, name AS function_name, NULL AS economic_code, NULL AS economic_name,
           amount, figure_id, page, line
    FROM executed WHERE statement <> '{_ECONOMIC}'
    UNION ALL
    SELECT report_id, 'economic', 'executed', 'general_budget', 'basic', NULL, NULL, code, name, amount, figure_id, page, line
    FROM executed WHERE statement = '{_ECONOMIC}'
    UNION ALL
    SELECT n.report_id, 'functional', phase.name, n.fund, NULL, n.code, n.name, NULL, NULL, phase.amount, NULL, n.page, n.line
    FROM narrative n LEFT JOIN leaves l ON l.report_id = n.report_id AND l.statement = 'narrative ' || n.fund AND l.code = n.code,
         LATERAL (VALUES ('budget', n.budget), ('adjusted', n.adjusted)) AS phase(name, amount)
    WHERE phase.amount IS NOT NULL AND (n.code IS NULL OR l.code IS NOT NULL)
    UNION ALL
    SELECT f.report_id, 'three_public', CASE WHEN starts_with(f.measure, 'budget_') THEN 'budget' ELSE 'executed' END, 'general_budget',
           NULL, NULL, NULL, kind.code, kind.name, arg_min(f.value, {_FIRST}), arg_min(f.figure_id, {_FIRST}), min(f.page), min(f.line)
    FROM figures f JOIN (VALUES ('abroad', '30212', '因公出国（境）费用'), ('vehicle_purchase', '31013', '公务用车购置'),
                                ('vehicle_operation', '30231', '公务用车运行维护费'),
                                ('reception', '30217', '公务接待费')) AS kind(measure, code, name)
         ON f.measure IN ('budget_' || kind.measure, 'final_' || kind.measure)
    WHERE f.statement = 'three_public' AND f.value IS NOT NULL GROUP BY f.report_id, f.measure, kind.code, kind.name
)
SELECT {REPORT}, {REGISTERED}, s.* EXCLUDE (report_id), left(s.function_code, 3) AS function_class, c.division AS cofog, c.label AS cofog_label,
       row_number() OVER (PARTITION BY s.report_id
           ORDER BY s.classification, s.fund, s.phase, s.function_code, s.economic_code, s.nature, s.function_name) AS row_order
FROM spent s JOIN core.reports r USING (report_id)
{REGISTRY}
LEFT JOIN (VALUES {_DIVISIONS}) AS c(class, division, label) ON c.class = left(s.function_code, 3)
ORDER BY r.fiscal_year, r.publisher, r.report_id, row_order
"""

# The printed figure of an equation is the one on its left side: that which prints what the finding shows.
FINDINGS = f"""
WITH printed AS (
    SELECT finding_id, arg_max(figure_id, (f.value IS NOT DISTINCT FROM t.printed, t.coefficient, figure_id)) AS figure_id
    FROM (SELECT equation_id AS finding_id, figure_id, coalesce(t.coefficient, 0) AS coefficient, e.printed
          FROM checks.equations e JOIN checks.equation_terms t USING (equation_id) WHERE e.verdict = 'violated') t
    JOIN core.figures f USING (figure_id) GROUP BY finding_id
),
suspected AS (
    SELECT case_id, string_agg(figure_id, chr(10) ORDER BY figure_id) AS suspects, string_agg(place, chr(10) ORDER BY figure_id) AS suspect_places
    FROM (SELECT DISTINCT case_id, figure_id, place FROM checks.suspects WHERE rank = 1) GROUP BY case_id
)
SELECT {REPORT}, {REGISTERED}, x.finding_id, x.severity, x.status, x.kind, x.rule_id, u.title AS rule_title, x.title_zh AS rule_title_zh, u.formula,
       x.place, x.printed, x.expected, x.difference, x.explanation, x.explanation_zh,
       f.figure_id, f.statement, f.side, f.code, f.label, f.measure, coalesce(x.page, f.page) AS page, coalesce(x.line, f.line) AS line,
       f.x0, f.top, f.x1, f.bottom, x.case_id, k.doubt, s.suspects, s.suspect_places, c.decision
FROM checks.findings x JOIN core.reports r USING (report_id)
{REGISTRY}
LEFT JOIN checks.rules u USING (rule_id) LEFT JOIN printed i USING (finding_id) LEFT JOIN core.figures f ON f.figure_id = i.figure_id
LEFT JOIN checks.case_findings c ON c.finding_id = x.finding_id AND c.case_id = x.case_id
LEFT JOIN checks.cases k ON k.case_id = x.case_id LEFT JOIN suspected s ON s.case_id = x.case_id
ORDER BY r.fiscal_year, r.publisher, r.report_id, x.finding_id
"""
