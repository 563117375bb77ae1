"""A suite's verdicts and how Dagster shows them: failures, passes, and engine errors, which are neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import dagster as dg
import duckdb
import numpy as np
import pytest
from dagster_duckdb import DuckDBResource

from expectations.bridge import ENGINE_ERROR, _album, asset_checks, plain, result, table
from expectations.bridge import decide_year as decide_with
from expectations.confront import ENGINE_ERROR as BROKEN_RULE
from expectations.confront import rule_rows
from expectations.rules import RULES
from expectations.suites import SUITES, Expectation, Statement, Suite, no_rows
from expectations.suites.base import Verdict
from expectations.suites.contract import contract
from expectations.suites.engine import SHOWN
from expectations.suites.engine import decide as decide_for
from expectations.suites.triage import TRIAGE_SUITE
from pipeline.exports.pictures import Picture
from pipeline.orchestration.partitions import FISCAL_YEARS
from pipeline.schema import CORE_TABLES
from pipeline.store import tables as storage
from pipeline.store.home import Home
from pipeline.store.rows import tables_of
from pipeline.warehouse.year import bounded
from tests.fake_readers import read

DUCKDB = DuckDBResource(database=":memory:", connection_config=bounded())
ABOUT = {"report_id": "2024-x", "publisher": "某市大数据局", "fiscal_year": 2024}


def decide(trial: Suite, database: duckdb.DuckDBPyConnection) -> list[Verdict]:
    return decide_for(trial, database, 2024)


def decide_year(trial: Suite, year: int) -> list[Verdict]:
    return decide_with(trial, year, DUCKDB)


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two columns of a table, one value of which is no key and one no number."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA core")
        connection.execute(
            "CREATE TABLE core.reports AS SELECT * FROM (VALUES ('a', 'unit', 1.10::DECIMAL(28,10)), ('b', 'office', 2), ('b', NULL, 3)) "
            "t(report_id, publisher_kind, amount)"
        )
        yield connection


def suite(*expectations: Expectation, **more: Any) -> Suite:
    statements = tuple(
        Statement(f"s.{i}", "core.reports", "It holds", "成立", "a = b", "a test", "error", (e,), **more) for i, e in enumerate(expectations)
    )
    return Suite("trial", "Trial", statements, ("core.reports",))


BROKEN = no_rows("SELECT nothing FROM nowhere")
FAILING = no_rows("SELECT report_id AS place, amount AS printed FROM core.reports WHERE amount < 3 ORDER BY 1")
HOLDING = no_rows("SELECT 1 FROM core.reports WHERE amount > 3")


def test_a_query_gives_its_rows_with_exact_decimals(database: duckdb.DuckDBPyConnection) -> None:
    failing, holding = decide(suite(FAILING, HOLDING), database)
    assert not failing.holds
    assert [dict(r) for r in failing.failing] == [
        {"place": "a", "printed": "1.1"},
        {"place": "b", "printed": "2"},
    ]
    assert holding.holds


def test_built_in_expectations_give_the_values_that_fail(database: duckdb.DuckDBPyConnection) -> None:
    domain, pattern, between = decide(
        suite(
            Expectation("ExpectColumnValuesToBeInSet", {"column": "publisher_kind", "value_set": ["unit"]}),
            Expectation("ExpectColumnValuesToMatchRegex", {"column": "report_id", "regex": "^a$"}),
            Expectation("ExpectColumnValuesToBeBetween", {"column": "amount", "max_value": 3}),
        ),
        database,
    )
    assert [r["example"] for r in domain.failing] == ["office"]
    assert [r["example"] for r in pattern.failing] == ["b"], "each value once"
    assert between.holds


def test_suites_and_results_are_kept_for_whoever_knows_the_library(home: Home, database: duckdb.DuckDBPyConnection) -> None:
    import great_expectations as gx

    storage.write_table("core.reports", 2024, [])
    failing = no_rows("SELECT report_id FROM core.reports")
    assert not decide(suite(failing), database)[0].holds
    kept = gx.get_context(mode="file", project_root_dir=str(home.root / "great_expectations"))
    [checkpoint] = kept.checkpoints.all()
    [validation] = checkpoint.validation_definitions
    assert (checkpoint.name, validation.suite.name, len(validation.suite.expectations)) == ("trial", "trial", 1)
    assert list((home.root / "great_expectations").rglob("uncommitted/validations/trial/**/*.json")), "the result is there to be opened"
    assert checkpoint.run(batch_parameters={"year": 2024}).success, "run again, it looks at the year's stored tables"


@pytest.mark.parametrize("left", [b"", b"null", b'{"name": "tr'])
@pytest.mark.parametrize("file", ["great_expectations.yml", *(f"{s}/trial.json" for s in ("checkpoints", "expectations", "validation_definitions"))])
def test_what_a_full_disk_cut_short_of_the_kept_suites_is_made_anew(
    home: Home, database: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, file: str, left: bytes
) -> None:
    from expectations.suites import context

    assert decide(suite(HOLDING), database)[0].holds
    (home.root / "great_expectations" / "gx" / file).write_bytes(left)
    monkeypatch.setattr(context, "_context", context._context.__wrapped__)  # as another process opens it
    assert decide(suite(HOLDING), database)[0].holds
    assert decide(suite(HOLDING), database)[0].holds, "and it is kept"


def test_an_engine_error_is_no_failure_of_the_accounts(database: duckdb.DuckDBPyConnection) -> None:
    broken, holding = decide(suite(BROKEN, HOLDING), database)
    assert holding.holds
    assert broken.failures == 0
    assert "nowhere" in broken.engine_error
    shown = result(broken, 2024, suite(BROKEN))
    assert not shown.passed
    assert shown.severity == dg.AssetCheckSeverity.ERROR
    assert str(shown.description).startswith(ENGINE_ERROR)
    assert "do not hold" not in str(shown.description)


def test_an_exception_of_the_expectation_itself_is_an_engine_error_too(database: duckdb.DuckDBPyConnection) -> None:
    no_such_column = Expectation("ExpectColumnValuesToNotBeNull", {"column": "title"})
    no_such_pattern = Expectation("ExpectColumnValuesToMatchRegex", {"column": "report_id", "regex": "("})
    for broken in (no_such_column, no_such_pattern):
        [verdict] = decide(suite(broken), database)
        assert verdict.engine_error
        assert verdict.failures == 0


@pytest.mark.parametrize(
    "information",
    [
        {"raised_exception": True, "exception_message": "boom\nmore", "exception_traceback": "…"},
        {"('metric', 'id')": {"raised_exception": True, "exception_message": "boom", "exception_traceback": "…"}},
    ],
)
def test_both_shapes_of_an_exception_are_understood(information: dict[str, Any]) -> None:
    from types import SimpleNamespace

    from expectations.suites.engine import _engine_error

    assert _engine_error(SimpleNamespace(exception_info=information)) == "boom"
    none = {"raised_exception": False, "exception_message": None, "exception_traceback": None}
    assert _engine_error(SimpleNamespace(exception_info=none)) == ""


def run_checks(trial: Suite, year: str) -> dg.ExecuteInProcessResult:
    """The suite's checks behind an asset, with one asset that they may stop."""

    @dg.asset(key=["core", "reports"], partitions_def=FISCAL_YEARS)
    def reports() -> None:
        storage.write_table("core.reports", int(year), [])

    @dg.asset(deps=[reports], partitions_def=FISCAL_YEARS)
    def downstream() -> None: ...

    definitions = dg.Definitions([reports, downstream], asset_checks=asset_checks([trial]), jobs=[dg.define_asset_job("trial_job")],
                                 resources={"duckdb": DUCKDB})  # fmt: skip
    return definitions.resolve_job_def("trial_job").execute_in_process(partition_key=year, raise_on_error=False)


def test_an_engine_error_stops_what_is_downstream_and_a_failure_does_not() -> None:
    fails = no_rows("SELECT '某市' AS publisher, 'form' AS place, 1.50::DECIMAL(9,2) AS printed")
    failed = run_checks(suite(fails), "2023")
    assert failed.success
    assert [e.passed for e in failed.get_asset_check_evaluations()] == [False, True]
    broken = run_checks(suite(BROKEN, fails), "2023")
    assert not broken.success
    assert dg.AssetKey("downstream") not in {m.asset_key for m in broken.get_asset_materialization_events()}
    by_name = {e.check_name: e for e in broken.get_asset_check_evaluations()}
    assert str(by_name["s_0"].description).startswith(ENGINE_ERROR)
    assert by_name["s_1"].description == "2023: 1 do not hold"
    assert not by_name["trial_was_decided"].passed
    promise = run_checks(suite(fails, promise=True), "2023")
    assert not promise.success


def test_a_rule_that_breaks_on_a_report_is_an_engine_error_of_its_check_and_stops_no_year() -> None:
    rule = next(iter(RULES.values()))
    [own] = [s for s in SUITES if s.name == rule.suite]
    reason = f"{BROKEN_RULE}KeyError: 'x'"
    row = {"equation_id": "1", "rule_id": rule.rule_id, **ABOUT, "place": "rule", "verdict": "not_evaluated", "reason": reason}
    storage.write_table("checks.equations", 2024, [row])
    verdicts = {v.statement.rule_id: v for v in decide_year(own, 2024)}
    broken = verdicts[rule.rule_id]
    assert "KeyError" in broken.broken[0]
    assert not broken.holds
    assert not broken.engine_error, "the suite was decided"
    assert [v for v in verdicts.values() if v.broken] == [broken]
    shown = result(broken, 2024, own)
    assert (shown.passed, shown.severity, ENGINE_ERROR in str(shown.description)) == (False, dg.AssetCheckSeverity.ERROR, True)


def test_the_contract_holds_for_a_sound_year_and_names_what_breaks_it() -> None:
    contents = read("publisher: 某市大数据局\nyear: 2024\ntotal: 1.00\nfiscal: 1.00".encode(), "file:///a.txt", None)
    for name, rows in tables_of(contents).items():
        storage.write_table(name, 2024, rows)
    storage.write_table("checks.rules", 2024, rule_rows())
    assert all(v.holds for v in decide_year(contract("core_tables", *CORE_TABLES), 2024))
    figures = tables_of(contents)["core.figures"].to_pylist()
    storage.write_table("core.figures", 2024, [figures[0], figures[0], figures[1] | {"report_id": "2024-other", "agreement": "perhaps"}])
    pages = tables_of(contents)["core.pages"].to_pylist()
    storage.write_table("core.pages", 2024, [pages[0] | {"decimals_lost": 1, "lost": "3.14"}])
    broken = {v.statement.rule_id: v for v in decide_year(contract("core_tables", *CORE_TABLES), 2024) if not v.holds}
    assert set(broken) == {"core.figures.keeps_its_promises", "core.pages.no_printed_decimal_is_lost"}
    told = [r["promise"] for r in broken["core.figures.keeps_its_promises"].failing]
    assert told == ["rows belong to a report of the year", "the key is unique", "agreement is one of its values"]
    assert broken["core.pages.no_printed_decimal_is_lost"].failing[0]["lost"] == "3.14"
    assert not broken["core.pages.no_printed_decimal_is_lost"].statement.promise
    assert broken["core.figures.keeps_its_promises"].statement.promise


def test_a_missing_value_and_a_key_that_stands_twice_are_named(database: duckdb.DuckDBPyConnection) -> None:
    table_ = "checks.equation_terms"
    whole = contract("trial", "checks.equation_terms")
    described = storage.TABLES[table_]
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {described.schema}")
    database.execute(f"CREATE TABLE {table_} ({', '.join(f'{c.name} {c.type}' for c in described.columns)})")
    database.executemany(
        f"INSERT INTO {table_} (equation_id, figure_id, coefficient) VALUES (?, ?, ?)", [("e", "f", 1), ("e", "f", 2), (None, "g", 1)]
    )
    [verdict] = decide(whole, database)
    told = {r["promise"]: (r["example"], r["rows"]) for r in verdict.failing}
    assert told == {"equation_id is required": ("g", 1), "the key is unique": ("e / f", 2)}


def test_a_report_without_figures_breaks_a_promise() -> None:
    contents = read("publisher: 某市大数据局\nyear: 2024".encode(), "file:///a.txt", None)
    for name, rows in tables_of(contents).items():
        storage.write_table(name, 2024, rows)
    [broken] = [v for v in decide_year(contract("core_tables", *CORE_TABLES), 2024) if not v.holds]
    assert broken.statement.rule_id == "core.reports.every_report_has_figures_and_forms"
    assert broken.statement.promise
    assert (broken.failing[0]["figures"], broken.failing[0]["forms"]) == (0, 1)


def test_one_statement_a_rule_and_one_check_a_statement() -> None:
    of_rules = [s.rule_id for suite in SUITES for s in suite.statements if s.table == "checks.equations" and s.rule_id in RULES]
    assert sorted(of_rules) == sorted(RULES)
    names = [(s.table, s.name) for suite in SUITES for s in suite.statements]
    assert len(names) == len(set(names))


def test_every_rule_gives_findings_of_a_kind_that_their_table_knows() -> None:
    known = set(storage.TABLES["checks.findings"].column("kind").domain)
    assert {rule["kind"] for rule in rule_rows()} <= known
    assert {rule["severity"] for rule in rule_rows()} <= set(storage.TABLES["checks.findings"].column("severity").domain)


def test_failing_rows_are_cut_to_what_can_be_shown_and_counted_in_full(database: duckdb.DuckDBPyConnection) -> None:
    [verdict] = decide(suite(no_rows(f"SELECT * FROM range({SHOWN + 50})")), database)
    assert (len(verdict.failing), verdict.failures) == (SHOWN, SHOWN + 50)


def test_metadata_takes_any_scalar() -> None:
    values = [np.int64(3), np.float64(0.5), Decimal("12.3400000000"), Decimal("100"), None, True, float("nan"), np.str_("合计")]
    assert [plain(v) for v in values] == [3, 0.5, "12.34", "100", "", True, "nan", "合计"]
    shown = table([{"a": np.int64(1)}, {"b": Decimal("1.50")}])
    assert [r.data for r in shown.records] == [{"a": 1, "b": ""}, {"a": "", "b": "1.5"}]


def test_an_entry_to_paste_is_shown_line_by_line_and_not_in_the_table(database: duckdb.DuckDBPyConnection) -> None:
    [verdict] = decide(suite(no_rows("""SELECT '某局' AS publisher, '[[decision]]' || chr(10) || 'case = "x"' AS "entry to paste" """)), database)
    metadata = result(verdict, 2024, suite()).metadata
    assert list(metadata["failing rows (table)"].records[0].data) == ["publisher"]  # type: ignore[union-attr]
    assert metadata["entries to paste"].value == '```toml\n[[decision]]\ncase = "x"\n```'


def test_no_word_of_a_document_becomes_markup_beside_a_picture() -> None:
    hostile = "<img src=x onerror=alert(1)> [here](javascript:alert(1)) ![](http://example.invalid/x.png)"
    row = {"where": f"某局{hostile} · p.1", "suspects": hostile, "case_id": "c0ffee01", "report_id": "2024-x"}
    shown = _album({"c0ffee01": row}, {"c0ffee01": Picture("data:image/png;base64,AAAA")})
    assert "<img" not in shown
    assert re.findall(r"(?<!\\\\)\]\(([^)]*)\)", shown) == ["data:image/png;base64,AAAA"], "one picture, and no link"


def test_every_case_that_waits_is_a_failing_row_of_its_severity() -> None:
    row = {"case_id": "c", **ABOUT, "state": "open", "doubt": "publisher", "findings": 1, "places": "收入决算表 / 合计", "suspects": "收入决算表 / 合计 / 财政拨款收入: 2 → 3",
           "readings": "2 (one reader)", "rules": "合计 = 各项之和", "figures": "f", "unique": True, "ties": 1, "page": 7, "entry": "[[decision]]"}  # fmt: skip
    storage.write_table("marts.triage", 2024, [row | {"severity": "error"}])
    error, warning = decide_year(TRIAGE_SUITE, 2024)
    assert (error.failures, warning.failures) == (1, 0)
    assert (error.failing[0]["suspects"], error.failing[0]["where"], error.failing[0]["entry to paste"]) == (
        row["suspects"],
        f"{ABOUT['publisher']} · p.7",
        "[[decision]]",
    )
    assert not error.statement.promise, "a case that waits holds nothing back"
    storage.write_table("marts.triage", 2024, [])
    assert all(v.holds for v in decide_year(TRIAGE_SUITE, 2024))


@pytest.mark.parametrize(("severities", "shown"), [(("warning", "error"), "ERROR"), (("warning",), "WARN"), ((None,), "ERROR")])
def test_a_check_weighs_as_much_as_its_heaviest_row(database: duckdb.DuckDBPyConnection, severities: tuple[str | None, ...], shown: str) -> None:
    rows = ", ".join(f"('{s}')" if s else "(NULL)" for s in severities)
    [verdict] = decide(suite(no_rows(f"SELECT * FROM (VALUES {rows}) t(severity)")), database)
    assert result(verdict, 2024, suite()).severity.name == shown
