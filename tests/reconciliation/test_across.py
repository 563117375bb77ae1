"""Two years of one publisher, and a department with its units."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from golden import contents, report, table
from reconciliation.small import fig, relate, total
from reconciliation.years import year

from expectations.confront import confront
from pipeline.model.equations import Quotient, Sum, evaluate
from pipeline.reconciliation.across import RULES, _subject, base_equations, holding, opening_equations, unit_equations
from pipeline.reconciliation.beside import (
    Beside,
    Families,
    Names,
    Pairing,
    held_against_rows,
    names_of,
)
from pipeline.reconciliation.substitution import substitute
from pipeline.reconciliation.year import Judged, reconcile
from pipeline.sources.registry import load_registry

LAST = year(2023, "100.00", "10.00", "90.00", "20.00")


def verdicts(equations):
    return {e.place: evaluate(e).verdict for e in equations}


def test_the_opening_is_last_years_closing():
    assert set(verdicts(opening_equations(year(2024, "120.00", "20.00", "130.00", "10.00").contents, LAST.contents)).values()) == {"exact"}
    assert set(verdicts(opening_equations(year(2024, "120.00", "25.00", "130.00", "15.00").contents, LAST.contents)).values()) == {"violated"}


def test_without_last_years_report_nothing_is_judged_and_the_report_is_named():
    (equation,) = opening_equations(year(2024, "120.00", "20.00", "130.00", "10.00").contents, None)
    outcome = evaluate(equation)
    assert outcome.verdict == "not_evaluated"
    assert outcome.reason == "not found: the report of 某市大数据局 for 2023"


@pytest.mark.parametrize(("change", "verdict"), [("20.00", "exact"), ("20.01", "rounding"), ("15.00", "violated")])
def test_the_stated_change_leads_back_to_what_was_published(change, verdict):
    this = year(2024, "120.00", "20.00", "130.00", "10.00", change)
    (equation,) = base_equations(this.contents, this.equations, LAST.contents, LAST.equations)
    assert evaluate(equation).verdict == verdict


def test_a_change_of_an_amount_that_last_year_did_not_publish_is_not_judged():
    this = year(2024, "120.00", "20.00", "130.00", "10.00", "20.00")
    bare = replace(LAST.contents, figures=())
    (equation,) = base_equations(this.contents, this.equations, bare)
    assert "the same amount in the report for 2023" in evaluate(equation).reason


def test_a_planted_opening_and_a_restated_base_are_two_cases_that_name_them():
    this = year(2024, "120.00", "25.00", "130.00", "10.00", "15.00")
    # the opening alone is misprinted: the grand total is still that of the right one
    wrong = tuple(f if f.label != "总计" else replace(f, value=Decimal("140.00"), printed="140.00") for f in this.contents.figures)
    by_id = {f.figure_id: f for f in wrong}
    this = Judged(replace(this.contents, figures=wrong), tuple(substitute(e, by_id) for e in this.equations))
    beside = Beside(LAST.contents, LAST.equations)
    across = tuple(e for r in RULES.values() for e in r.build(this.contents, this.equations, beside))
    found = reconcile(replace(this, across=across, beside=beside), today=dt.date(2025, 1, 1))
    opening, base = sorted(found.localisation.cases, key=lambda c: c.best.figure_ids)
    (suspect,) = opening.best.suspects
    assert (suspect.figure.label, suspect.suggested) == ("年初结转和结余", Decimal("20.00"))
    assert opening.unique
    assert {s.figure.measure for s in base.best.suspects} == {"change"}
    assert base.best.suspects[0].suggested == Decimal("20.00")


def test_a_renamed_publisher_is_followed():
    renamed = year(2024, "120.00", "20.00", "130.00", "10.00", publisher="某市数据局")
    assert Pairing([LAST.contents.report], Names({})).year_before(renamed.contents.report) is None
    names = Names.of([("某市数据局", ["某市大数据局"])])
    assert Pairing([LAST.contents.report], names).year_before(renamed.contents.report) == LAST.contents.report
    unit = replace(renamed.contents.report, publisher_kind="unit")
    assert Pairing([LAST.contents.report], names).year_before(unit) is None, "a unit's year before is a unit's report"


def test_a_name_of_two_publishers_is_refused():
    with pytest.raises(ValueError, match="“旧局” is a name of both 甲局 and 乙局"):
        Names.of([("甲局", ["旧局"]), ("乙局", ["旧局"])])


def units(*amounts):
    reports = {}
    for n, amount in enumerate(amounts):
        about = report(f"单位{n}", 2024)
        reports[f"单位{n}"] = contents(about, table(about, "expenditure", [f"201|一般公共服务支出|{amount}"], ["basic"]))
    return reports


def test_a_department_is_the_sum_of_its_units():
    about = report("某局", 2024)
    department = contents(about, table(about, "expenditure", ["201|一般公共服务支出|50.00"], ["basic"]))
    names = ["单位0", "单位1"]
    assert set(verdicts(unit_equations(department, units("30.00", "20.00"), names)).values()) == {"exact"}
    assert set(verdicts(unit_equations(department, units("30.00", "25.00"), names)).values()) == {"violated"}
    (absent,) = unit_equations(department, units("30.00"), names)
    assert evaluate(absent).reason == "not found: the report of 单位1 for 2024"
    assert list(unit_equations(department, units("30.00"), [])) == []


REGISTRY = """
publishers:
  - {name: 某市数据局, kind: department, division: "990100", level: city, aliases: [市数据局],
     former_names: [{name: 某市大数据局, until: 2023}], sites: [{kind: list, url: "http://www.example.org/a/"}]}
  - {name: 某市数据中心, kind: unit, division: "990100", level: city, parent: 某市数据局,
     sites: [{kind: list, url: "http://www.example.org/b/"}]}
"""


def test_the_registry_knows_former_names_and_the_units_of_a_department(tmp_path):
    (tmp_path / "publishers.yaml").write_text(REGISTRY, encoding="utf-8")
    registry = load_registry(tmp_path / "publishers.yaml")
    assert names_of(registry).same("某市大数据局", "市数据局")
    assert not names_of(registry).same("某市大数据局", "某市数据中心")
    families = Families(registry, names_of(registry))
    assert families.units_of(report("某市数据局", 2024)) == ("某市数据中心",)
    assert families.units_of(report("某市大数据局", 2023)) == ("某市数据中心",), "under its former name"
    assert families.units_of(replace(report("某市数据局", 2024), publisher_kind="unit")) == ()
    assert families.units_of(report("某市财政局", 2024)) == ()


def test_reports_are_paired_under_former_names():
    pairing = Pairing([LAST.contents.report], Names.of([("某市数据局", ["某市大数据局"])]))
    assert pairing.year_before(report("某市数据局", 2024)) == LAST.contents.report
    assert pairing.year_before(report("某市数据局", 2025)) is None
    assert pairing.unit("某市数据局", 2023) == LAST.contents.report, "a unit under its former name"
    assert pairing.unit("某市统计局", 2023) is None


def test_a_violated_equation_over_two_years_is_a_finding_with_its_rule_terms_and_place():
    this = year(2024, "120.00", "25.00", "130.00", "15.00")
    found = confront(this.contents, {}, Beside(LAST.contents, LAST.equations))
    (finding,) = found.findings
    assert (finding["rule_id"], finding["kind"], finding["severity"]) == ("opening_equals_last_closing", "cross_year", "error")
    assert (finding["printed"], finding["expected"], finding["difference"]) == ("25.00", "20.00", Decimal("5.00"))
    assert f"[{LAST.contents.report.report_id}]" in finding["explanation"], "says of which report the other figure is"
    terms = {t["figure_id"].split("/")[0]: t["coefficient"] for t in found.terms if t["equation_id"] == finding["finding_id"]}
    assert terms == {this.contents.report.report_id: 1, LAST.contents.report.report_id: -1}


def test_what_holds_of_last_years_by_its_digits_alone_acquits_nothing():
    part, whole, cut = fig("1", "96.88"), fig("2", "100.00"), fig("3", "96.8", resolution=Decimal("0.1"))
    share = relate(Sum.of(cut), Quotient(Sum.of(part), Sum.of(whole), Decimal(100)), "a share that is cut off")
    held = total(whole, fig("4", "100.00"))
    assert (evaluate(share).verdict, evaluate(share).shortened) == ("rounding", True)
    assert holding([share, held]) == [held]


def test_a_report_alone_asks_for_the_year_before_and_one_that_nobody_asked_does_not():
    this = year(2024, "120.00", "20.00", "130.00", "10.00")
    (row,) = confront(this.contents, {}, Beside()).equations
    assert (row["verdict"], row["reason"]) == ("not_evaluated", "not found: the report of 某市大数据局 for 2023")
    assert confront(this.contents, {}).equations == ()


def test_what_a_report_was_held_against_is_kept():
    this = year(2024, "120.00", "20.00", "130.00", "10.00").contents.report
    alone, together = (list(held_against_rows(this, b)) for b in (Beside(), Beside(LAST.contents)))
    assert [(r["relation"], r["expected"], r["other_report_id"]) for r in alone] == [("year_before", "某市大数据局", None)]
    assert [(r["other_report_id"], r["other_sha256"]) for r in together] == [(LAST.contents.report.report_id, LAST.contents.report.document_sha256)]
    absent = list(held_against_rows(this, Beside(expected=("单位0", "单位1"), units=units("30.00"))))
    assert [(r["expected"], r["other_publisher"]) for r in absent if r["relation"] == "unit"] == [
        ("单位0", "单位0"),
        ("单位1", None),
    ]


def test_an_amount_that_is_stated_is_known_by_part_subject_and_code():
    assert _subject({"part": "income", "quantity": "total", "subject": "收入", "code": "201"}) == ("said of income: total", "201")
    assert _subject({"part": None, "quantity": None, "subject": "收入", "code": None}) == ("said of : 收入", "")
