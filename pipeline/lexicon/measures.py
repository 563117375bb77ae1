"""The measures of statements: their keys and Chinese names.

What belongs here: names only.  What may not: how a measure is recognised (``pipeline.narrative``).
"""

from __future__ import annotations

MEASURES: dict[str, str] = {
    "amount": "决算数",
    "change": "增减额",
    "change_pct": "增减率",
    "share_pct": "占比",
    "initial_budget": "年初预算数",
    "budget": "全年预算数",
    "executed": "执行数",
    "completion_pct": "完成预算比例",
    "indicator_pct": "指标值",
    "count": "数量",
    "prior_amount": "上年数",
    "prior_budget": "上年预算数",
    "prior_count": "上年数量",
    "score": "得分",
    "grade": "等级",
    "mentioned": "所述数字",
}
