"""A year's tables in memory: each step has a database of its own in the one of the run."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.warehouse import year
from pipeline.warehouse.year import select, year_tables
from tests.warehouse import rows

COUNT = "SELECT count(*) AS figures, min(fiscal_year) AS year FROM core.figures"


def of(fiscal_year: int) -> list[dict[str, int]]:
    return [{"figures": len(list(rows.figures(fiscal_year))), "year": fiscal_year}]


def test_steps_of_one_run_meet_no_table_of_each_other() -> None:
    rows.write(2019)
    rows.write(2024)
    with duckdb.connect(":memory:run"), duckdb.connect(":memory:run") as one, duckdb.connect(":memory:run") as other:
        with year_tables(one, 2019, ["core.figures"]) as first, year_tables(other, 2024, ["core.figures"]) as second:
            assert (select(first, COUNT), select(second, COUNT)) == (of(2019), of(2024))
        assert one.execute("SELECT count(*) FROM duckdb_databases() WHERE NOT internal").fetchall() == [(1,)], "what a step has loaded is let go of"


def test_a_step_that_fails_leaves_nothing_to_the_next() -> None:
    rows.write(2024)
    with duckdb.connect(":memory:run") as connection:
        for fails in ("SELECT error('no')", "SELECT nothing", "COMMIT"):
            with pytest.raises(duckdb.Error), year_tables(connection, 2024, ["core.figures"]) as database:
                select(database, fails)
        with year_tables(connection, 2024, ["core.figures"]) as database:
            assert select(database, COUNT) == of(2024)
        assert connection.execute("SELECT current_database()").fetchall() == [("memory",)]


#: A text that is made in memory alone.
LONG = "SELECT length(string_agg(repeat(CAST(range AS VARCHAR), 40), '')) AS letters FROM range(300_000)"


def test_what_cannot_go_by_way_of_the_disk_gets_more_memory_than_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    with duckdb.connect(config={"memory_limit": "40MB"}) as narrow:
        with pytest.raises(duckdb.OutOfMemoryException):
            narrow.execute(LONG)
        [row] = select(narrow, LONG)
        assert row["letters"] > 40_000_000
    monkeypatch.setattr(year, "_MORE", "50MB")
    with duckdb.connect(config={"memory_limit": "40MB"}) as narrow, pytest.raises(duckdb.OutOfMemoryException):
        select(narrow, LONG)
