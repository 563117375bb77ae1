"""What the queries of several marts share: a report's own columns, what the registry says of its publisher, figures of the forms.

What belongs here: pieces of SQL.  What may not: a mart.
"""

from __future__ import annotations

#: Columns of the report ``r``.
REPORT = "r.report_id, r.publisher, r.publisher_kind, r.fiscal_year"

#: Columns of the registry, and the join that gives them: empty where the report is of nobody in it.
REGISTERED = "p.division, p.level, p.parent"
REGISTRY = "LEFT JOIN sources.publishers p ON p.publisher = r.publisher AND p.fiscal_year = r.fiscal_year"

#: Figures of the nine forms with the order of their rows, and their labels without numbering (一、 二、 … 其中：).
FORM_FIGURES = """
    SELECT f.*, CASE WHEN coalesce(f.printing, 0) = 0 THEN coalesce(f.row_order, 1000000) ELSE 1000000 END AS ordinal,
           regexp_replace(f.label, '^(其中[:：])?([一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十]+[)）])?', '') AS item,
           f.code IS NULL AND f.concept = 'total' AS is_total
    FROM core.figures f WHERE f.section = 'form'
"""
