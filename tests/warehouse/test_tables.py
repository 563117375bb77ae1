"""The tables as metadata, and what is written from it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.schema import TABLES, Column, Table, dictionary
from pipeline.schema.ddl import SCHEMAS, comment, create_schemas, create_table

# The contract that downstream readers rely on; more columns are welcome.
CONTRACT = {
    "core.reports": "report_id, publisher, fiscal_year, publisher_kind, title, document_sha256, source_url, media_type, page_count, reader, retrieved_at",
    "core.figures": "figure_id, report_id, publisher, fiscal_year, section, statement, side, row_no, code, label, measure, value, unit, resolution, printed, "
    "page, x0, top, x1, bottom, reader, agreement",
    "core.self_evaluations": "report_id, form_no, project, competent_department, implementing_unit, initial_budget, adjusted_budget, executed, weight, "
    "rate_printed, score, total_score, current_year_initial, current_year_adjusted, current_year_executed, carried_over_initial, carried_over_adjusted, "
    "carried_over_executed, other_initial, other_adjusted, other_executed",
    "core.indicators": "report_id, form_no, row_no, level1, level1_declared_weight, level2, level3, level3_declared_weight, target, actual, target_operator, "
    "target_number, target_unit, actual_number, completion_rate_printed, weight, score, deviation_reason",
    "core.self_evaluation_summaries": "report_id, row_no, project, unit, initial_budget, adjusted_budget, executed, rate_printed, score, grade",
    "core.evaluation_scores": "report_id, evaluation, table_no, row_no, level1, level2, level3, weight, score, rate_printed, is_total",
    "core.statements": "report_id, row_no, section, subject, measure, value, unit, sentence",
    "checks.rules": "rule_id, suite, title, title_zh, kind, severity, formula, citation, since_year, until_year",
    "checks.equations": "equation_id, rule_id, report_id, publisher, fiscal_year, place, printed, expected, difference, slack, verdict",
    "checks.equation_terms": "equation_id, figure_id, coefficient",
    "checks.findings": "finding_id, rule_id, kind, severity, report_id, publisher, fiscal_year, place, printed, expected, difference, explanation, page, status, "
    "explanation_zh, title_zh, case_id",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_the_contracts_columns_are_there(name: str) -> None:
    assert set(CONTRACT[name].split(", ")) <= {c.name for c in TABLES[name].columns}


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_table_is_whole(table: Table) -> None:
    names = [c.name for c in table.columns]
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert table.key
    assert not [k for k in table.key if table.column(k).nullable]
    assert table.schema in SCHEMAS
    for thing in (table, *table.columns):
        assert thing.comment
        assert re.search(r"[\u4e00-\u9fff]", thing.comment_zh), thing.name
    assert not [c.name for c in table.columns if c.rounded and not c.type.startswith("DECIMAL")]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match=r"core\.reports has no column colour"):
        TABLES["core.reports"].column("colour")


def test_quotes_in_names_and_comments_do_no_harm() -> None:
    table = Table("a b", 'say "x"', "it's", "它'", (Column("o'c", "VARCHAR", "don't", "不'", nullable=False, domain=("x",)),), ("o'c",))
    with duckdb.connect() as connection:
        for statement in (*create_schemas([table]), *create_table(table)):
            connection.execute(statement)
        assert connection.execute("SELECT comment FROM duckdb_columns() WHERE column_name = 'o''c'").fetchall() == [("don't | 不' [x]",)]
        with pytest.raises(duckdb.ConstraintException):
            connection.execute('INSERT INTO "a b"."say ""x""" VALUES (NULL)')
    assert comment(table) == "it's | 它'"


def test_the_committed_dictionary_is_current() -> None:
    assert dictionary.PATH.read_text(encoding="utf-8") == dictionary.markdown(), "run `make dictionary`"


def test_the_dictionary_names_every_table_and_column() -> None:
    text = dictionary.markdown()
    for table in TABLES.values():
        _, _, section = text.partition(f"### {table.full_name}\n")
        section = section.partition("\n### ")[0]
        assert table.comment_zh in section
        for column in table.columns:
            assert f"| `{column.name}`" in section


def test_a_stale_dictionary_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(dictionary, "PATH", tmp_path / "docs" / "data-dictionary.md")
    monkeypatch.setattr(dictionary, "_PROJECT", tmp_path)
    assert dictionary.main(["--check"]) == 1
    assert "make dictionary" in capsys.readouterr().err
    assert dictionary.main([]) == 0
    assert dictionary.main(["--check"]) == 0
    dictionary.PATH.write_text("old", encoding="utf-8")
    assert dictionary.main(["--check"]) == 1
