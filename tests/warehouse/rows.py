"""Small hand-made rows of every layer, enough for a warehouse of two years."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from pipeline.lexicon.forms import label_concept
from pipeline.model.figures import figure_id, report_id
from pipeline.schema import TABLES
from pipeline.store import tables as storage
from pipeline.warehouse import marts
from pipeline.warehouse.year import open_year

PUBLISHER = "某市某局"

#: The marts that a written year has.
MARTS = tuple(marts.QUERIES)
#: (statement, side, code, label, {measure: printed}) of a small, consistent report; an empty text is a blank cell.
FORMS: tuple[tuple[str, str | None, str | None, str | None, dict[str, str]], ...] = (
    ("income_expenditure_summary", "income", None, "一、一般公共预算财政拨款收入", {"amount": "90.00"}),
    ("income_expenditure_summary", "income", None, "八、其他收入", {"amount": "10.00"}),
    ("income_expenditure_summary", "income", None, "", {"amount": ""}),
    ("income_expenditure_summary", "income", None, "本年收入合计", {"amount": "100.00"}),
    ("income_expenditure_summary", "income", None, "年初结转和结余", {"amount": "20.00"}),
    ("income_expenditure_summary", "income", None, "总计", {"amount": "120.00"}),
    ("income_expenditure_summary", "expenditure", None, "一、一般公共服务支出", {"amount": "75.00"}),
    ("income_expenditure_summary", "expenditure", None, "二、外交支出", {"amount": ""}),
    ("income_expenditure_summary", "expenditure", None, "本年支出合计", {"amount": "75.00"}),
    ("income_expenditure_summary", "expenditure", None, "年末结转和结余", {"amount": "45.00"}),
    ("income_expenditure_summary", "expenditure", None, "总计", {"amount": "120.00"}),
    ("income", None, None, "合计", {"total": "100.00", "fiscal": "90.00", "other": "10.00"}),
    ("expenditure", None, None, "合计", {"total": "75.00", "basic": "60.00", "project": "15.00"}),
    ("expenditure", None, "201", "一般公共服务支出", {"total": "75.00", "basic": "60.00", "project": "15.00"}),
    ("expenditure", None, "20103", "政府办公厅（室）及相关机构事务", {"total": "75.00", "basic": "60.00", "project": "15.00"}),
    ("expenditure", None, "2010301", "行政运行", {"total": "60.00", "basic": "60.00", "project": ""}),
    ("expenditure", None, "2010399", "其他支出", {"total": "15.00", "basic": "", "project": "15.00"}),
    ("fiscal_appropriation_summary", "income", None, "一、一般公共预算财政拨款", {"amount": "90.00"}),
    ("fiscal_appropriation_summary", "income", None, "本年收入合计", {"amount": "90.00"}),
    ("fiscal_appropriation_summary", "income", None, "年初财政拨款结转和结余", {"amount": "8.00"}),
    ("fiscal_appropriation_summary", "income", None, "一般公共预算财政拨款", {"amount": "8.00"}),
    ("fiscal_appropriation_summary", "expenditure", None, "一、一般公共服务支出", {"total": "70.00", "general": "70.00", "government_fund": "0.00"}),
    ("general_budget_expenditure", None, None, "合计", {"total": "70.00", "basic": "60.00", "project": "10.00"}),
    ("general_budget_expenditure", None, "201", "一般公共服务支出", {"total": "70.00", "basic": "60.00", "project": "10.00"}),
    ("government_fund", None, None, "合计", {"total": "0.00"}),
    ("basic_expenditure_by_economic_class", "personnel", None, "人员经费合计", {"amount": "50.00"}),
    ("basic_expenditure_by_economic_class", "public", None, "公用经费合计", {"amount": "10.00"}),
    ("basic_expenditure_by_economic_class", "personnel", "301", "工资福利支出", {"amount": "50.00"}),
    ("basic_expenditure_by_economic_class", "personnel", "30101", "基本工资", {"amount": "50.00"}),
    ("basic_expenditure_by_economic_class", "public", "302", "商品和服务支出", {"amount": "10.00"}),
    ("three_public", None, None, None, {"budget_total": "4.00", "final_total": "1.00", "final_reception": "1.00", "budget_abroad": "0.00", "final_abroad": ""}),
)  # fmt: skip


def mart(name: str, year: int, root: str | None = None) -> pa.Table:
    """One mart of one year, from that year's tables in storage."""
    with open_year(year, marts.sources(name), root=root) as connection:
        return connection.sql(marts.selected(TABLES[name])).to_arrow_table().cast(TABLES[name].arrow_schema())


def about(year: int) -> dict[str, Any]:
    return {"report_id": report_id(PUBLISHER, "unit", year), "publisher": PUBLISHER, "fiscal_year": year}


def report(year: int, **changes: Any) -> dict[str, Any]:
    return {
        **about(year), "publisher_kind": "unit", "title": f"{year}年度{PUBLISHER}决算", "document_sha256": "ab", "media_type": "application/pdf",
        "page_count": 30, "reader": "pdf/1", **changes,
    }  # fmt: skip


def figures(year: int) -> Iterator[dict[str, Any]]:
    for row, (statement, side, code, label, cells) in enumerate(FORMS, start=1):
        for measure, printed in cells.items():
            yield {
                **about(year),
                "figure_id": figure_id(report_id(PUBLISHER, "unit", year), "form", statement, side, row, measure),
                "section": "form", "statement": statement, "side": side, "row_no": str(row), "code": code, "label": label, "measure": measure,
                "value": Decimal(printed) if printed else None, "unit": "万元", "resolution": Decimal("0.01"), "printed": printed,
                "page": 6, "reader": "pdf/1", "agreement": "agreed", "placement": "printed",
                "concept": "" if code else label_concept(label or "", "economic" if statement.startswith("basic") else side or "functional"),
                "row_order": row, "printing": 0,
            }  # fmt: skip
    yield narrative(year)[0]


def narrative(year: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """One item's final amount as the narrative states it: its figure, its statement, and the remark beside it."""
    key = figure_id(report_id(PUBLISHER, "unit", year), "narrative", "general_budget", None, 1, "amount")
    said = {
        **about(year), "row_no": 1, "section": "五、（三）", "part": "general_budget", "aspect": "detail", "quantity": "", "basis": "",
        "subject": "一般公共服务支出（类）", "sentence": "决算数小于年初预算数，主要原因是压减开支。", "page": 20,
    }  # fmt: skip
    figure = {
        **about(year), "figure_id": key, "section": "narrative", "statement": "general_budget", "row_no": "1", "code": "201",
        "label": said["subject"], "measure": "amount", "value": Decimal("70.00"), "unit": "万元", "resolution": Decimal("0.01"), "printed": "70.00",
        "page": 20, "reader": "narrative/1", "agreement": "single", "placement": "printed",
    }  # fmt: skip
    statement = {**said, "measure": "amount", "value": "70.00", "value_number": Decimal("70.00"), "unit": "万元", "code": "201", "figure_id": key}
    return figure, statement, {**said, "kind": "direction", "words": "小于"}


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "rule_id": "income.total", "suite": "forms", "title": "Total = parts", "title_zh": "合计＝各项之和", "kind": "form_identity",
        "severity": "error", "formula": "a = b", "citation": "公开02表", **changes,
    }  # fmt: skip


def equation(year: int, place: str, verdict: str) -> dict[str, Any]:
    return {**about(year), "equation_id": f"{year}-{place}", "rule_id": "income.total", "place": place, "verdict": verdict}


def finding(year: int, place: str, severity: str) -> dict[str, Any]:
    return {
        **about(year), "finding_id": f"{year}-{place}", "rule_id": "income.total", "title_zh": "合计＝各项之和", "kind": "form_identity", "severity": severity,
        "place": place,
        "printed": "4,888.91", "explanation": "e", "status": "open",
    }  # fmt: skip


def form(year: int, statement: str, state: str) -> dict[str, Any]:
    return {**about(year), "statement": statement, "listed": True, "printings": 1, "state": state, "rows": 1, "figures": 1}


def write_printed(year: int, root: str | None = None) -> None:
    """A year of one report into storage, without its marts."""
    tables: dict[str, list[dict[str, Any]]] = {
        "core.reports": [report(year)],
        "core.figures": list(figures(year)),
        "core.statements": [narrative(year)[1]],
        "core.remarks": [narrative(year)[2]],
        "core.self_evaluations": [{**about(year), "form_no": 1, "project": "某项目", "page": 21}],
        "core.indicators": [{**about(year), "form_no": 1, "row_no": 1, "level1": "产出指标", "level3": "数量", "page": 21}],
        "core.forms": [form(year, "income", "read"), form(year, "expenditure", "repeated"), form(year, "state_capital", "empty"), form(year, "three_public", "missing")],
        "core.pages": [{**about(year), "page": 6, "decimals_printed": 9, "decimals_lost": 2}],
        "checks.rules": [rule()],
        "checks.equations": [equation(year, "a", "exact"), equation(year, "b", "rounding"), equation(year, "c", "violated"), equation(year, "d", "exact")],
        "checks.findings": [finding(year, "c", "error"), finding(year, "x", "warning")],
    }  # fmt: skip
    for name, rows in tables.items():
        storage.write_table(name, year, rows, root=root)


def write(year: int, root: str | None = None) -> None:
    """A whole year of one report into storage; its marts are made once a process, of what :func:`write_printed` writes."""
    write_printed(year, root)
    for name, made in _made(year, MARTS).items():
        storage.write_table(name, year, made, root=root)


@cache
def _made(year: int, names: tuple[str, ...]) -> dict[str, pa.Table]:
    with TemporaryDirectory() as root:
        write_printed(year, root)
        return {name: mart(name, year, root) for name in names}
