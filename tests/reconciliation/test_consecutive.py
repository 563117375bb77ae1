"""A typeset pair of consecutive years with an opening that is not last year's closing and a restated base: both found and named."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from expectations.confront import confront, equations_of, judged
from pipeline.reconciliation.adjudications import load
from pipeline.reconciliation.beside import Beside, Names, Pairing
from pipeline.reconciliation.year import reconcile
from pipeline.reports.read import read_report
from samples.consecutive import planted_pair, printed_pair

TODAY = dt.date(2026, 1, 15)
OPENING, BASE = "opening_equals_last_closing", "stated_change_gives_last_year"


@pytest.fixture(scope="module")
def pair():
    """What was planted, and both reports as read."""
    planted = planted_pair()
    return planted, *(read_report(pdf) for pdf in printed_pair(planted))


@pytest.fixture(scope="module")
def beside(pair):
    _, earlier, later = pair
    assert Pairing([earlier.report], Names({})).year_before(later.report) == earlier.report
    return Beside(earlier, equations_of(earlier))


def test_both_are_findings_with_their_amounts_and_pages(pair, beside):
    planted, _, later = pair
    found = [f for f in confront(later, beside=beside).findings if f["kind"] == "cross_year"]
    openings = [f for f in found if f["rule_id"] == OPENING]
    shift = planted.opening - planted.closing
    assert {f["difference"] for f in openings} == {shift}
    assert (f"{planted.opening}", f"{planted.closing}") in {(f["printed"], f["expected"]) for f in openings}
    (base,) = [f for f in found if f["rule_id"] == BASE]
    assert (base["printed"], base["expected"]) == (f"{planted.implied_total}", f"{planted.published_total}")
    assert all(f["page"] for f in found)
    assert {f["rule_id"]: f["severity"] for f in found} == {OPENING: "error", BASE: "warning"}


def test_an_opening_that_its_own_report_agrees_with_is_one_case_that_names_every_opening(pair, beside):
    planted, _, later = pair
    found = reconcile(judged(later, beside), today=TODAY)
    opening, base = sorted(found.localisation.cases, key=lambda c: c.equations[0].rule_id)
    assert (opening.method, opening.ties, base.method, base.ties) == ("between reports", 2, "between reports", 3)
    first, second = opening.explanations
    assert all("年初" in s.figure.label or s.figure.measure == "amount" for s in first.suspects)
    assert {s.figure.report_id for s in first.suspects} == {later.report.report_id}, "the report in hand before the accepted one"
    named = {s.figure.amount: s.suggested for s in first.suspects}
    assert named[planted.opening] == planted.closing
    assert {s.suggested for s in second.suspects} >= {planted.opening}
    (change,) = base.best.suspects
    assert change.figure.measure == "change"
    assert abs(change.suggested - change.figure.amount) == planted.implied_total - planted.published_total
    places = [r["suspects"] for r in found.rows["marts.triage"] if r["suspects"]]
    assert any(f"{planted.opening:,} → {planted.closing}" in p for p in places), places


def test_a_case_between_reports_is_decided_by_its_entry_and_every_sum_still_holds(pair, beside, tmp_path):
    planted, _, later = pair
    this = judged(later, beside)
    rows = reconcile(this, today=TODAY).rows["marts.triage"]
    [entry] = [r["entry"] for r in rows if "年初结转和结余" in r["suspects"]]
    assert f"(the other report: {planted.closing})" in entry
    signed = entry.replace('reason = ""', 'reason = "restated"').replace('author = ""', 'author = "审核员"')
    (tmp_path / "a.toml").write_text(signed.replace('"YYYY-MM-DD"', "2026-01-10"), encoding="utf-8")
    decisions = load(tmp_path)
    assert (decisions.problems, decisions.contradictions) == ((), ())
    found = reconcile(this, adjudications=decisions, today=TODAY)
    assert {f["rule_id"] for f in this.findings if f["finding_id"] in found.applied.findings} == {OPENING}
    assert "年初结转和结余" not in "".join(r["suspects"] for r in found.rows["marts.triage"])
    assert {r["verdict"] for r in found.rows["reconciled.balances"]} <= {"exact", "rounding", "not_evaluated"}
    assert found.applied.corrections == {}


def test_an_opening_that_its_own_report_contradicts_is_the_one_wrong_figure(pair, beside):
    planted, earlier, _ = pair
    sound = planted_pair(opening_error=0, restatement=0)
    later = read_report(printed_pair(sound)[1])
    aside = replace(beside, last=earlier)
    assert [f for f in confront(later, beside=aside).findings if f["kind"] == "cross_year"] == [], "nothing planted, nothing found"
    slip = Decimal("100.00")
    wrong = tuple(
        replace(f, value=f.amount + slip, printed=f"{f.amount + slip:,}")
        if (f.statement, f.label, f.side) == ("income_expenditure_summary", "年初结转和结余", "income")
        else f
        for f in later.figures
    )
    found = reconcile(judged(replace(later, figures=wrong), aside), today=TODAY)
    (case,) = found.localisation.cases
    (suspect,) = case.best.suspects
    assert (case.method, case.unique) == ("one figure", True)
    assert (suspect.figure.label, suspect.suggested) == ("年初结转和结余", sound.closing)
    assert planted.closing == sound.closing
