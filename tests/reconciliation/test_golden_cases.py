"""The hand-checked reports: no case where nothing is wrong, exactly the nine cells of three cases where they are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from golden import GOLDEN, TYPESET, load

from expectations.confront import confront
from pipeline.model.equations import Outcome
from pipeline.reconciliation.adjudications import Adjudications, DecidedFigure, Decision
from pipeline.reconciliation.year import Judged, reconcile

TODAY = dt.date(2026, 1, 15)
#: Form, row (code or words of the label), column → (printed, admitted value).
NINE = {
    ("income", "合计", "fiscal"): ("4888.91", "4888.79"),
    ("income", "215", "fiscal"): ("4839.43", "4839.31"),
    ("income", "21505", "fiscal"): ("4839.43", "4839.31"),
    ("income", "215", "other"): ("", "0.12"),
    ("income", "21505", "other"): ("", "0.12"),
    ("income_expenditure_summary", "附属单位上缴收入", "amount"): ("0.12", "0"),
    ("income_expenditure_summary", "其他收入", "amount"): ("", "0.12"),
    ("general_budget_expenditure", "2150510", "project"): ("2943.40", "2944.00"),
    ("basic_expenditure_by_economic_class", "310", "amount"): ("", "15.06"),
}


def judged(folder):
    contents = load(folder)
    found = confront(contents)
    equations = tuple(o.equation for o in found.outcomes if isinstance(o, Outcome))
    return Judged(contents, equations, found.findings)


def where(figure):
    return figure.statement, figure.code or figure.label.rpartition("、")[2], figure.measure


@pytest.mark.parametrize("name", ["qingdao-big-data-administration-2024", "rongcheng-big-data-centre-2024"])
def test_a_clean_report_has_no_case_and_balances(name):
    found = reconcile(judged(GOLDEN / name), today=TODAY)
    assert found.localisation.cases == ()
    assert {r["verdict"] for r in found.rows["reconciled.balances"]} <= {"exact", "rounding", "not_evaluated"}
    assert {r["status"] for r in found.rows["reconciled.amounts"]} <= {"single", "agreed", "rounding"}


@pytest.mark.parametrize("folder", [GOLDEN / "yantai-big-data-bureau-2019", TYPESET / "yantai2019-F2-s41"])
def test_exactly_the_nine_wrong_cells_in_three_cases(folder):
    found = reconcile(judged(folder), today=TODAY)
    cases = found.localisation.cases
    assert sorted(c.size for c in cases) == [1, 1, 7]
    assert all(c.unique for c in cases)
    blamed = {where(s.figure): (s.figure.printed, s) for c in cases for s in c.best.suspects}
    assert set(blamed) == set(NINE)
    for key, (printed, value) in NINE.items():
        assert blamed[key][0] == printed
        suspect = blamed[key][1]
        assert suspect.suggested == Decimal(value)
        assert suspect.low <= Decimal(value) <= suspect.high
        assert suspect.high - suspect.low <= Decimal("0.02")
    assert {f.doubt for f in found.files if f.case} == {"publisher"}


def test_every_identity_that_does_not_balance_after_reconciliation_names_its_case():
    found = reconcile(judged(GOLDEN / "yantai-big-data-bureau-2019"), today=TODAY)
    off = [r for r in found.rows["reconciled.balances"] if r["verdict"] == "violated"]
    assert off
    assert {r["case_id"] for r in off} <= {c.case_id for c in found.localisation.cases}


def test_a_value_is_taken_from_the_copy_that_nobody_suspects():
    found = reconcile(judged(GOLDEN / "yantai-big-data-bureau-2019"), today=TODAY)
    amounts = {(r["quantity"], r["code"]): r for r in found.rows["reconciled.amounts"]}
    fiscal = amounts[("income_fiscal", "total")]
    assert (fiscal["value"], fiscal["status"], fiscal["rule"]) == (Decimal("4888.79"), "conflict", "unsuspected source")
    alone = amounts[("income_fiscal", "215")]
    assert (alone["value"], alone["status"]) == (Decimal("4839.43"), "conflict")  # nobody decided yet, so the print stays


def test_decisions_on_all_cases_balance_every_identity_and_leave_the_printed_figures():
    this = judged(GOLDEN / "yantai-big-data-bureau-2019")
    before = reconcile(this, today=TODAY)
    decisions = tuple(
        Decision(
            f"y.toml entry {n}", f.report.report_id, f.case_id, True, "use_value", "checked", "审核员", TODAY, None,
            tuple(DecidedFigure(s.figure.figure_id, s.figure.printed, s.suggested) for s in f.suspects),
        )
        for n, f in enumerate(before.files)
        if f.case
    )  # fmt: skip
    found = reconcile(this, adjudications=Adjudications(decisions), today=TODAY)
    assert {r["verdict"] for r in found.rows["reconciled.balances"]} <= {"exact", "rounding", "not_evaluated"}
    assert len(found.applied.findings) == sum(len(c.equations) for c in before.localisation.cases)
    assert {r["status"] for r in found.rows["checks.cases"] if r["method"] != "in words"} == {"decided"}
    assert all(r["case_id"] not in found.applied.cases for r in found.rows["marts.triage"])
    amounts = {(r["quantity"], r["code"]): r for r in found.rows["reconciled.amounts"]}
    assert (amounts[("income_fiscal", "215")]["value"], amounts[("income_fiscal", "215")]["rule"]) == (
        Decimal("4839.31"),
        "decided",
    )
    row = next(r for r in found.rows["reconciled.income_by_function"] if r["code"] == "215")
    assert (row["fiscal"], row["changed"]) == (Decimal("4839.31"), "fiscal, other")
    assert {f.figure_id: f.value for f in this.contents.figures} == {f.figure_id: f.value for f in load(GOLDEN / "yantai-big-data-bureau-2019")}


def test_triage_shows_pages_both_readings_and_an_entry():
    found = reconcile(judged(GOLDEN / "yantai-big-data-bureau-2019"), today=TODAY)
    row = next(r for r in found.rows["marts.triage"] if "2943.40" in r["suspects"])
    assert "2943.40 → 2944.00" in row["suspects"]
    assert row["unique"]
    assert row["line"] is not None
    assert f'case = "{row["case_id"]}"' in row["entry"]
