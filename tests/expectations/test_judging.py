"""One report judged and kept: once for as long as nothing that decides it changes, and alone where the code fails on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from hashlib import sha256

import pytest

from expectations import judging
from expectations.judging import JUDGEMENTS, REPORT_JUDGED, Stores
from expectations.judging_year import JudgingYear
from expectations.rules import RULES
from pipeline.batches import Inline
from pipeline.sources.registry import Registry
from pipeline.store.home import Home
from pipeline.store.kept import Kept
from pipeline.store.readings import Limits, Outcome, Readings
from pipeline.store.rows import report_row
from tests.fake_readers import read

TODAY = dt.date(2026, 1, 1)
TEXT = "publisher: {}\nyear: 2024\ntotal: 13.00\nfiscal: 12.50"


@pytest.fixture
def year(home: Home) -> JudgingYear:
    stores = Stores(home.readings, Kept(home.judgements, "j1"))
    return JudgingYear(2024, stores, Registry(publishers=()), TODAY)


def kept(home: Home, publisher: str, text: str = TEXT) -> dict:
    """A report read and kept; its row of core.reports."""
    data = text.format(publisher).encode()
    contents = read(data, "file:///a.txt", None)
    Readings(home.readings, "r1").keep(Outcome(sha256(data).hexdigest(), "read", contents.report.report_id, 2024, "text/plain"), contents)
    return report_row(contents.report) | {"code_version": "r1"}


def test_a_report_is_judged_once_until_it_or_a_decision_on_it_changes(home: Home, year: JudgingYear, tmp_path, monkeypatch) -> None:
    one, other = kept(home, "某市统计局"), kept(home, "某市财政局")
    rows, done = year.judged([one, other], Inline(), Limits())
    assert ([r["state"] for r in rows], done) == (["judged", "judged"], 2)
    assert year.judged([one, other], Inline(), Limits()) == (rows, 0)
    findings = year.stores.judgements.table(rows[0]["judgement"], "checks.findings").to_pylist()
    assert ("income_row_total", "open", True) in {(f["rule_id"], f["status"], bool(f["case_id"])) for f in findings}
    changed = kept(home, "某市统计局", TEXT.replace("12.50", "13.00"))
    assert year.judged([changed, other], Inline(), Limits())[1] == 1, "the report that changed"
    folder = tmp_path / "decisions"
    folder.mkdir()
    (folder / "a.toml").write_text(
        f'[[decision]]\nreport = "{other["report_id"]}"\nfinding = "x"\nverdict = "not_an_error"\nreason = "r"\nauthor = "a"\ndate = 2026-01-01\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("FINAL_ACCOUNTS_ADJUDICATIONS", str(folder))
    assert year.judged([one, other], Inline(), Limits())[1] == 1, "the report that was decided on"
    newer = replace(year, stores=replace(year.stores, judgements=Kept(home.judgements, "j2")))
    assert newer.judged([one, other], Inline(), Limits())[1] == 2, "another version of the code"


def test_a_report_that_the_code_fails_on_costs_itself_and_says_where(home: Home, year: JudgingYear, monkeypatch) -> None:
    def broken(this, **more):
        if this.contents.report.publisher == "某市财政局":
            raise IndexError("nothing there")
        return real(this, **more)

    real = judging.reconcile
    monkeypatch.setattr(judging, "reconcile", broken)
    good, bad = year.judged([kept(home, "某市统计局"), kept(home, "某市财政局")], Inline(), Limits())[0]
    assert (good["state"], bad["state"]) == ("judged", "failed")
    assert "IndexError: nothing there" in bad["problem"]
    assert "test_judging.py:" in bad["problem"], "the place in the code"
    tables = year.stores.judgements.tables(bad["judgement"])
    [finding] = tables["checks.findings"].to_pylist()
    assert (finding["rule_id"], finding["kind"], finding["severity"]) == (REPORT_JUDGED.rule_id, "extraction_doubt", "error")
    assert set(tables) == {"checks.equations", "checks.findings"}, "nothing is said of its figures"
    assert JUDGEMENTS == "checks.judgements"


def test_a_rule_that_fails_on_a_report_costs_that_rule_on_that_report(home: Home, year: JudgingYear, monkeypatch) -> None:
    def fails(rule, contents):
        raise KeyError("公开99表")

    monkeypatch.setitem(RULES, "income_row_total", replace(RULES["income_row_total"], build=fails))
    [row], _ = year.judged([kept(home, "某市统计局")], Inline(), Limits())
    assert row["state"] == "judged"
    findings = year.stores.judgements.table(row["judgement"], "checks.findings").to_pylist()
    told = {(f["rule_id"], f["place"]) for f in findings}
    assert (REPORT_JUDGED.rule_id, "income_row_total") in told
    assert "income_row_total" not in {rule for rule, _ in told}
