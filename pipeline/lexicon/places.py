"""Where a figure stands, in the documents' own words: 收入决算表 / 208 社会保障和就业支出 / 财政拨款收入.

What belongs here: names of statements, sides and measures for people.  What may not: how they are recognised (``pipeline.recognition``,
``pipeline.narrative``, ``pipeline.recognition.annexes``).
"""

from __future__ import annotations

import re

from pipeline.lexicon.forms import FORM_BY_KEY
from pipeline.lexicon.measures import MEASURES
from pipeline.model.figures import Figure

#: Measures of the performance annexes.
_PERFORMANCE: dict[str, str] = {
    "initial": "年初预算数",
    "adjusted": "全年预算数",
    "executed": "全年执行数",
    "rate": "执行率",
    "weight": "分值",
    "score": "得分",
    "declared_weight": "名称中的分值",
    "target": "年度指标值",
    "actual": "实际完成值",
    "group_score": "小计得分",
    "level1_weight": "一级指标分值",
    "level2_weight": "二级指标分值",
    "share": "分值占比",
    "initial_budget": "年初预算数",
    "adjusted_budget": "全年预算数",
}
_FUNDS: dict[str, str] = {"total": "年度资金总额", "current_year": "当年财政拨款", "carried_over": "上年结转资金", "other": "其他资金",
                           "central": "中央资金", "local": "地方资金", "government_fund": "政府性基金", "sum": "合计"}  # fmt: skip
#: Statements of the annexes, numbered as they are printed.
_ANNEXES = (("form", "自评表"), ("evaluation", "评价报告"), ("summary", "自评情况汇总表"), ("annex", "附件"), ("other", "其他表"))
#: Parts of an evaluation report.
_PARTS = (("table", "评分表"), ("sentence", "逐句得分"), ("text", "文字得分"), ("stated", "结论"))


def title(statement: str) -> str:
    """The form's Chinese title; the key itself for one that is not statutory."""
    spec = FORM_BY_KEY.get(statement)
    return spec.zh if spec else statement


def column(statement: str, measure: str) -> str:
    """The Chinese heading of a column; its key for one that the form's template does not have."""
    spec = FORM_BY_KEY.get(statement)
    known = spec.measure(measure) if spec else None
    return known.zh if known else measure


def row_name(code: str | None, label: str | None, row: str = "") -> str:
    """How a row is named in a place: code and label, or whichever is printed."""
    return " ".join(part for part in (code, label) if part) or (f"第{row}行" if row else "")


def place_of(figure: Figure) -> str:
    """Where a figure stands, in words."""
    return " / ".join(part for part in _parts(figure) if part)


def _parts(figure: Figure) -> tuple[str, ...]:
    if figure.section == "narrative":
        return "情况说明", figure.label or "", MEASURES.get(figure.measure, figure.measure)
    if figure.section == "form":
        return title(figure.statement), row_name(figure.code, figure.label), column(figure.statement, figure.measure)
    side = figure.side or ""
    measure = "得分率" if figure.section == "evaluation" and figure.measure == "rate" else _PERFORMANCE.get(figure.measure, figure.measure)
    label = "总分" if figure.label == "total" else figure.label or ""
    statement = " / ".join(_named(key, _ANNEXES) for key in figure.statement.split("/"))
    return statement, _named(side, _PARTS) if figure.section == "evaluation" else _FUNDS.get(side, ""), label, measure


def _named(key: str, names: tuple[tuple[str, str], ...]) -> str:
    """``form3`` → 自评表3."""
    for known, words in names:
        if found := re.fullmatch(rf"{known}(\d*)", key):
            return words + found[1]
    return key
