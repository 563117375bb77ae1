"""Decisions: the format, its errors, and when an entry applies."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from reconciliation.small import REPORT, flat, grid

from pipeline.model.figures import Report
from pipeline.reconciliation.adjudications import apply, decided_findings, entry_for, load, loose_rows
from pipeline.reconciliation.cases import case_files
from pipeline.reconciliation.localise import localise

TODAY = dt.date(2026, 1, 15)
ENTRY = """
[[decision]]
report = "2024-test"
case = "abc"
verdict = "use_value"
reason = "the parts add up to 40"
author = "审核员"
date = 2025-12-01

[[decision.figure]]
id = "2024-test/form/income//2/c1"
printed = "4.00"
value = "40.00"
"""


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def at_hand():
    """A table with one wrong cell: its figures, equations and cases."""
    cells, equations = grid([["100.00", "60.00", "40.00"], ["30.00", "20.00", "10.00"], ["70.00", "4.00", "30.00"]])
    report = Report("某局", 2024, "unit", "", "", "", 1, "")
    found = localise(flat(cells), equations)
    return flat(cells), case_files(found, {REPORT: report}, flat(cells))


def test_a_whole_entry_is_read(folder):
    (decision,) = load(folder(a=ENTRY)).decisions
    assert (decision.subject, decision.on_case, decision.verdict) == ("abc", True, "use_value")
    assert decision.date == dt.date(2025, 12, 1)
    assert str(decision.figures[0].value) == "40.00"


def test_an_absent_folder_holds_no_decisions(tmp_path):
    assert load(tmp_path / "none").decisions == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("use_value", "use_it"), "verdict “use_it” is none of keep_printed, use_value, misread, not_an_error"),
        (('case = "abc"', ""), "name either “case” or “finding”"),
        (('case = "abc"', 'case = "abc"\nfinding = "x"'), "only one of them"),
        (('report = "2024-test"', ""), "“report” is missing or empty"),
        (("date = 2025", 'findings = "x"\ndate = 2025'), "“findings” must be a list of finding ids"),
        (('author = "审核员"', 'author = " "'), "“author” is missing or empty"),
        (('author = "审核员"', 'autor = "审核员"'), "unknown key “autor”"),
        (("date = 2025-12-01", 'date = "2025-12-01"'), "“date” must be a date such as 2025-09-30, without quotes"),
        (("date = 2025-12-01", "date = 2025-12-01\nexpires = 2025-01-01"), "expires (2025-01-01) before it was decided"),
        (('value = "40.00"', ""), "“use_value” needs the value to use"),
        (('value = "40.00"', 'value = "about 40"'), "value “about 40” is not a number"),
        (('printed = "4.00"', "printed = 4.00"), "“printed” must be the printed text in quotes"),
        (("use_value", "keep_printed"), "leaves the figure as printed, so it takes no value"),
        (("[[decision]]", "[decision]"), "write [[decision]], with two brackets"),
        (('reason = "', "reason = "), "not a TOML file"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_entry(folder, change, problem):
    found = load(folder(y2024=ENTRY.replace(*change)))
    assert found.decisions == ()
    assert any(problem in p and p.startswith("y2024.toml") for p in found.problems), found.problems


def test_contradicting_entries_are_both_left_out_and_named(folder):
    other = ENTRY.replace("use_value", "not_an_error").replace('value = "40.00"', "")
    found = load(folder(a=ENTRY, b=other))
    assert (found.decisions, found.problems) == ((), ())
    assert {d.entry: why for d, why in found.contradictions} == {
        "b.toml entry 1": "(not_an_error) contradicts a.toml entry 1 (use_value) on abc; keep one of them",
        "a.toml entry 1": "(use_value) contradicts b.toml entry 1 (not_an_error) on abc; keep one of them",
    }
    rows = loose_rows(found, 2024, [REPORT])
    assert [(r["entry"], r["state"], r["verdict"]) for r in rows] == [
        ("b.toml entry 1", "contradictory", "not_an_error"),
        ("a.toml entry 1", "contradictory", "use_value"),
    ]
    assert loose_rows(found, 2023, []) == [], "they are about a report of another year"


def test_two_values_for_one_figure_contradict(folder):
    found = load(folder(a=ENTRY, b=ENTRY.replace("abc", "def").replace("40.00", "41.00")))
    assert found.decisions == ()
    told = {d.entry: why for d, why in found.contradictions}
    assert "gives 2024-test/form/income//2/c1 the value 41.00, but a.toml entry 1 gives it the value 40.00" in told["b.toml entry 1"]
    assert set(told) == {"a.toml entry 1", "b.toml entry 1"}


def test_a_case_and_one_of_its_findings_decided_differently_contradict(folder):
    whole = ENTRY.replace('case = "abc"', 'case = "abc"\nfindings = ["one", "two"]')
    part = whole.replace('case = "abc"\nfindings = ["one", "two"]', 'finding = "two"')
    differing = part.replace("use_value", "not_an_error").partition("[[decision.figure]]")[0]
    assert load(folder(a=whole, b=differing.replace("two", "three"))).contradictions == (), "another finding, no contradiction"
    found = load(folder(a=whole, b=differing))
    assert found.decisions == ()
    assert {d.entry for d, _ in found.contradictions} == {"a.toml entry 1", "b.toml entry 1"}


def test_an_entry_that_says_the_same_again_leaves_the_first_in_force(folder):
    found = load(folder(a=ENTRY, b=ENTRY))
    assert [d.entry for d in found.decisions] == ["a.toml entry 1"]
    assert found.problems == ("b.toml entry 1: says the same as a.toml entry 1 (use_value) on abc; keep one of them",)


def test_a_bad_entry_does_not_take_the_good_ones_with_it(folder):
    found = load(folder(a=ENTRY, b=ENTRY.replace("abc", "def").replace("use_value", "nonsense")))
    assert [d.subject for d in found.decisions] == ["abc"]


def test_a_decided_case_decides_its_findings_and_corrects_its_figure(folder, at_hand):
    figures, files = at_hand
    (case,) = files
    found = apply(load(folder(a=ENTRY.replace("abc", case.case_id))), REPORT, files, figures, TODAY)
    assert set(found.cases) == {case.case_id}
    assert set(found.findings) == set(case.finding_ids)
    assert str(found.corrections["2024-test/form/income//2/c1"][0]) == "40.00"
    assert found.idle == ()


def test_a_finding_that_joins_a_decided_case_later_is_open(folder, at_hand):
    figures, files = at_hand
    (case,) = files
    listed = ENTRY.replace('case = "abc"', f'case = "{case.case_id}"\nfindings = ["{case.finding_ids[0]}"]')
    found = apply(load(folder(a=listed)), REPORT, files, figures, TODAY)
    assert set(found.findings) == {case.finding_ids[0]}
    assert found.cases == {}


def test_an_entry_outlives_the_id_of_its_case_while_its_findings_occur(folder, at_hand):
    figures, files = at_hand
    listed = ENTRY.replace('case = "abc"', f'case = "an older id"\nfindings = ["{files[0].finding_ids[0]}", "{files[0].finding_ids[1]}"]')
    found = apply(load(folder(a=listed)), REPORT, files, figures, TODAY)
    assert set(found.cases) == {files[0].case_id}


def test_checks_learn_of_decided_findings_without_solving(folder, at_hand):
    figures, _ = at_hand
    by_id = {f.figure_id: f for f in figures}
    listed = load(folder(a=ENTRY.replace('case = "abc"', 'case = "abc"\nfindings = ["one", "two"]')))
    assert set(decided_findings(listed, REPORT, by_id, TODAY)) == {"one", "two"}
    assert decided_findings(listed, "2024-other", by_id, TODAY) == {}
    assert decided_findings(listed, REPORT, {}, TODAY) == {}
    expired = load(folder(a=ENTRY.replace("date = 2025-12-01", 'findings = ["one"]\ndate = 2025-12-01\nexpires = 2025-12-31')))
    assert decided_findings(expired, REPORT, by_id, TODAY) == {}


def test_deciding_every_finding_of_a_case_decides_it(folder, at_hand):
    figures, files = at_hand
    entry = '[[decision]]\nreport = "2024-test"\nfinding = "{}"\nverdict = "not_an_error"\nreason = "r"\nauthor = "a"\ndate = 2025-12-01\n'
    one = apply(load(folder(a=entry.format(files[0].finding_ids[0]))), REPORT, files, figures, TODAY)
    assert (set(one.findings), one.cases) == ({files[0].finding_ids[0]}, {})
    every = apply(load(folder(a="\n".join(entry.format(k) for k in files[0].finding_ids))), REPORT, files, figures, TODAY)
    assert set(every.cases) == {files[0].case_id}


@pytest.mark.parametrize(
    ("change", "state", "why"),
    [
        (("", ""), "stale", "no such case occurs: abc"),
        (('printed = "4.00"', 'printed = "5.00"'), "stale", "printed “5.00” when it was decided and prints “4.00” now"),
        (("//2/c1", "//9/c1"), "stale", "is no longer there"),
        (("date = 2025-12-01", "date = 2025-12-01\nexpires = 2025-12-31"), "expired", "it held until 2025-12-31"),
    ],
)
def test_an_entry_that_no_longer_fits_is_listed_and_not_applied(folder, at_hand, change, state, why):
    figures, files = at_hand
    text = ENTRY.replace(*change) if change[0] else ENTRY
    if "no such case" not in why:
        text = text.replace("abc", files[0].case_id)
    found = apply(load(folder(a=text)), REPORT, files, figures, TODAY)
    assert found.cases == {}
    ((_, got, told),) = found.idle
    assert got == state
    assert why in told


def test_entries_about_other_reports_are_left_aside(folder, at_hand):
    figures, files = at_hand
    other = load(folder(a=ENTRY.replace("2024-test", "2024-other")))
    assert apply(other, REPORT, files, figures, TODAY).idle == ()
    (row,) = loose_rows(other, 2024, [REPORT])
    assert (row["state"], row["why"]) == ("stale", "no report 2024-other was read")
    assert loose_rows(other, 2023, []) == []


def test_what_could_not_be_read_is_listed_in_every_year(folder):
    (row,) = loose_rows(load(folder(a=ENTRY.replace("use_value", "nonsense"))), 2024, [])
    assert (row["entry"], row["state"]) == ("a.toml entry 1", "invalid")


def test_the_entry_to_paste_applies_once_it_is_signed(folder, at_hand):
    figures, files = at_hand
    pasted = entry_for(files[0], ["row 2", "column 1"])
    assert 'verdict = "use_value"' in pasted
    assert 'printed = "4.00"\nvalue = "40.00"' in pasted
    (best, *_), (suspect, *_) = files[0].case.explanations, files[0].suspects
    unknown = replace(files[0].case, explanations=(replace(best, suspects=(replace(suspect, suggested=None),)),))
    assert 'verdict = "keep_printed"' in entry_for(replace(files[0], case=unknown), []), "no value is proposed where none is known"
    assert load(folder(a=pasted)).decisions == ()  # unsigned
    signed = pasted.replace('reason = ""', 'reason = "r"').replace('author = ""', 'author = "a"').replace('"YYYY-MM-DD"', "2025-12-01")
    found = apply(load(folder(a=signed)), files[0].report.report_id, files, figures, TODAY)
    assert set(found.cases) == {files[0].case_id}
