"""What ought to be checked of a report: the catalogue holds every rule, its length is the denominator, and each state has its example."""

from __future__ import annotations

from typing import Any

import golden
import pytest

from expectations.obligations import catalogue, obligation_rows, tally
from expectations.rules import RULES
from pipeline.model.contents import ReportContents
from pipeline.reconciliation.across import RULES as ACROSS

ABOUT = golden.report()


def contents(**tables: tuple[dict[str, Any], ...]) -> ReportContents:
    return ReportContents(ABOUT, (), {f"core.{name}": rows for name, rows in tables.items()})


def instance(rule_id: str, place: str, verdict: str, reason: str | None = None) -> dict[str, Any]:
    return {"rule_id": rule_id, "place": place, "verdict": verdict, "reason": reason}


def state(key: str, whole: ReportContents, *instances: dict[str, Any]) -> tuple[str, str | None]:
    row = next(r for r in obligation_rows(whole, instances) if r["obligation"] == key)
    return row["state"], row["reason"]


@pytest.mark.parametrize("rule_id", [*RULES, *ACROSS])
def test_every_rule_is_of_an_obligation(rule_id: str) -> None:
    assert any(o.has(rule_id) for o in catalogue().obligations)


def test_every_obligation_has_its_rules_and_both_languages() -> None:
    for obligation in catalogue().obligations:
        assert obligation.english
        assert obligation.chinese
        assert any(obligation.has(rule_id) for rule_id in (*RULES, *ACROSS)), obligation.key


@pytest.mark.parametrize("kind", ["department", "unit"])
def test_the_denominator_is_that_of_kind_and_year_whatever_is_printed(kind: str) -> None:
    wanted = len(catalogue().of(ABOUT.publisher_kind, ABOUT.fiscal_year))
    assert len(obligation_rows(contents(), [])) == wanted
    assert sum(n for _, n in tally(obligation_rows(contents(), [instance("income_row_total", "收入决算表 / 合计", "exact")]))) == wanted
    assert {o.key for o in catalogue().of(kind, 2024)} >= {"income.rows", "general_budget.shares", "evaluation.rules"}
    assert ("beside.units" in {o.key for o in catalogue().of(kind, 2024)}) == (kind == "department")


def test_what_holds_and_what_does_not() -> None:
    held = instance("income_row_total", "收入决算表 / 合计 / 本年收入合计", "rounding")
    broken = instance("income_row_total", "收入决算表 / 201 / 本年收入合计", "violated")
    assert state("income.rows", contents(), held) == ("held", None)
    assert state("income.rows", contents(), held, broken) == ("violated", None)
    assert state("expenditure.rows", contents(), held)[0] == "not_evaluated", "an instance is of the form that its place names"


def test_a_remark_violates_nothing() -> None:
    remark = instance("self_evaluation_deviation_explained", "自评表1 甲 / 指标1 / 偏差原因", "violated")
    assert state("self_evaluation.indicators", contents(), remark) == ("held", "1 remarks")


def test_what_was_not_evaluated_says_what_is_missing() -> None:
    lacking = instance("general_basic_vs_economic", "一般公共预算财政拨款支出决算表 / 合计", "not_evaluated", "not found: 公开06表")
    assert state("cross.basic", contents(), lacking) == ("not_evaluated", "not found: 公开06表")
    assert state("beside.last_year", contents()) == ("not_evaluated", "not found: the other reports that it ought to be held against")


def test_what_does_not_apply_has_its_ground() -> None:
    empty = contents(forms=({"statement": "government_fund", "state": "empty"},))
    assert state("government_fund.totals", empty) == ("not_applicable", "the form says that it has no data")
    assert state("fund.amounts", empty) == ("not_applicable", "the form says that it has no data")
    printed = contents(forms=({"statement": "state_capital", "state": "read"},))
    lacking = instance(
        "state_capital_closing", "国有资本经营预算财政拨款支出决算表 / 合计", "not_evaluated", "not found: column 年末结转和结余; column 本年收入"
    )
    assert state("state_capital.balance", printed, lacking) == ("not_applicable", "the form is read, and has no such columns")
    missing = {**lacking, "reason": "not found: column 本年收入; 收入决算表"}
    assert state("state_capital.balance", printed, missing)[0] == "not_evaluated"
    assert state("evaluation.weights", contents()) == ("not_applicable", "no such annex is printed")


def test_what_was_not_read_is_unread_and_never_violated() -> None:
    unread = contents(forms=({"statement": "income", "state": "unread", "problem": "its heading names none of the columns"},))
    assert state("income.rows", unread) == ("unread", "its heading names none of the columns")
    annex = contents(parts=({"kind": "evaluation", "concept": "evaluation1/other1", "state": "unread", "reason": "no rows"},))
    assert state("evaluation.weights", annex) == ("unread", "no rows")
    assert state("document.read", contents(), instance("part_read", "附件", "violated"))[0] == "unread"


def test_an_instance_in_the_text_is_of_the_section_that_it_stands_in() -> None:
    whole = contents(statements=({"part": "income", "section": "二、收入决算情况说明"}, {"part": "expenditure", "section": "三、支出决算情况说明"}))
    share = instance("narrative_share", "情况说明 三、支出决算情况说明 / 基本支出 / 占比", "exact")
    assert state("expenditure.shares", whole, share)[0] == "held"
    assert state("income.shares", whole, share)[0] == "not_evaluated"
