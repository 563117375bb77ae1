"""Rows go to Parquet and come back the same, or are refused by name."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.schema import TABLES
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.files import Files
from pipeline.store.home import Home
from pipeline.store.tables import RowDoesNotFit, TableNotWritten

TERM = {"equation_id": "e1", "figure_id": "f1", "coefficient": Decimal("-1")}

FIGURE: dict[str, Any] = {
    "figure_id": "2024-ab/form/income//1/total", "report_id": "2024-ab", "publisher": "某市某局", "fiscal_year": 2024, "section": "form",
    "statement": "income", "label": "合计", "measure": "total", "value": Decimal("4888.79"), "unit": "万元", "resolution": Decimal("0.01"),
    "printed": "4,888.79", "page": 7, "x0": 12.5, "reader": "pdf/1", "agreement": "agreed", "placement": "printed",
}  # fmt: skip

REPORT: dict[str, Any] = {
    "report_id": "2024-ab", "publisher": "某市某局", "fiscal_year": 2024, "publisher_kind": "unit", "title": "t", "document_sha256": "0",
    "media_type": "application/pdf", "page_count": 30, "reader": "pdf/1",
}  # fmt: skip


def test_what_is_written_is_read_back() -> None:
    assert storage.write_table("core.figures", 2024, [FIGURE]) == 1
    [row] = storage.read_table("core.figures", 2024)
    assert {k: v for k, v in row.items() if v is not None} == FIGURE
    assert set(row) == {c.name for c in TABLES["core.figures"].columns}


exact = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=10) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=2
)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "value": st.none() | exact,
                "printed": text,
                "label": st.none() | text,
                "page": st.none() | st.integers(1, 5000),
                "x0": st.none() | st.floats(allow_nan=False),
            }
        ),
        max_size=8,
    )
)
def test_any_row_comes_back_equal(tmp_path_factory: pytest.TempPathFactory, drawn: list[dict[str, Any]]) -> None:
    root = str(tmp_path_factory.mktemp("tables"))
    rows = [{**FIGURE, "figure_id": str(i), **d} for i, d in enumerate(drawn)]
    storage.write_table("core.figures", 2024, rows, root=root)
    back = storage.read_table("core.figures", 2024, root=root)
    assert [{k: r[k] for k in FIGURE | {"label": 0}} for r in back] == rows


def test_decimals_come_back_without_trailing_zeros_or_exponent() -> None:
    storage.write_table(
        "checks.equation_terms", 2024, [{**TERM, "figure_id": t, "coefficient": Decimal(t)} for t in ("100", "1E+3", "4888.790", "0.00")]
    )
    assert [str(r["coefficient"]) for r in storage.read_table("checks.equation_terms", 2024)] == ["100", "1000", "4888.79", "0"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 4888.79}, ["column value", "float", "Decimal"]),
        ({"value": Decimal("0.12345678901")}, ["column value", "0.12345678901"]),
        ({"value": Decimal("1E+19")}, ["column value", "DECIMAL(28,10)"]),
        ({"value": Decimal("NaN")}, ["column value", "NaN"]),
        ({"value": "4888.79"}, ["column value", "str"]),
        ({"page": 3.0}, ["column page", "float"]),
        ({"page": True}, ["column page", "bool"]),
        ({"page": 2**40}, ["column page", "INTEGER"]),
        ({"label": b"\xe5"}, ["column label", "bytes"]),
        ({"printed": None}, ["column printed", "required"]),
        ({"colour": "red"}, ["no column colour"]),
        ({"fiscal_year": 2023}, ["column fiscal_year", "2023", "file of 2024"]),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_the_old_file_stays(change: dict[str, Any], words: list[str], home: Home) -> None:
    storage.write_table("core.figures", 2024, [FIGURE])
    with pytest.raises(RowDoesNotFit) as caught:
        storage.write_table("core.figures", 2024, [{**FIGURE, "figure_id": "x"}, {**FIGURE, **change}])
    for word in ["core.figures", "row 1", *words]:
        assert word in str(caught.value)
    assert len(storage.read_table("core.figures", 2024)) == 1
    assert os.listdir(f"{home.tables}/core/figures") == ["2024.parquet"]


def test_the_row_is_named_by_its_place_beyond_the_first_batch() -> None:
    rows = ({**TERM, "figure_id": str(i), "coefficient": "one" if i == storage.BATCH + 3 else 1} for i in range(storage.BATCH + 5))
    with pytest.raises(RowDoesNotFit, match=f"row {storage.BATCH + 3} "):
        storage.write_table("checks.equation_terms", 2024, rows)
    assert storage.years("checks.equation_terms") == []


def test_rows_may_come_from_a_generator_longer_than_a_batch() -> None:
    n = 2 * storage.BATCH + 1
    assert storage.write_table("checks.equation_terms", 2024, ({**TERM, "figure_id": str(i)} for i in range(n))) == n
    scan = storage.scan("checks.equation_terms", 2024)
    assert scan.rows == n
    assert sum(batch.num_rows for batch in scan.batches) == n


def test_a_computed_number_is_kept_to_ten_decimals() -> None:
    equation = {
        "equation_id": "e", "rule_id": "r", "report_id": "2024-ab", "publisher": "p", "fiscal_year": 2024, "place": "x",
        "expected": Decimal(100) / Decimal(3), "verdict": "exact",
    }  # fmt: skip
    storage.write_table("checks.equations", 2024, [equation])
    assert storage.read_table("checks.equations", 2024)[0]["expected"] == Decimal("33.3333333333")


def test_a_moment_is_kept_in_utc() -> None:
    moments = [datetime(2024, 9, 1, 8, tzinfo=timezone(timedelta(hours=8))), "2024-09-01T00:00:00+00:00", datetime(2024, 9, 1)]  # noqa: DTZ001
    storage.write_table("core.reports", 2024, [{**REPORT, "report_id": str(i), "retrieved_at": m} for i, m in enumerate(moments)])
    assert {r["retrieved_at"] for r in storage.read_table("core.reports", 2024)} == {datetime(2024, 9, 1, tzinfo=UTC).replace(tzinfo=None)}
    with pytest.raises(RowDoesNotFit, match="retrieved_at"):
        storage.write_table("core.reports", 2024, [{**REPORT, "retrieved_at": "yesterday"}])


def test_years_are_files_of_their_own() -> None:
    assert storage.years("core.reports") == []
    for year in (2024, 2019):
        storage.write_table("core.reports", year, [{**REPORT, "fiscal_year": year}])
    storage.write_table("core.reports", 2024, [])
    assert storage.years("core.reports") == [2019, 2024]
    assert [len(storage.read_table("core.reports", y)) for y in (2019, 2024)] == [1, 0]


def test_a_year_never_written_is_said_so() -> None:
    with pytest.raises(TableNotWritten, match=r"core\.reports of 2020"):
        storage.read_table("core.reports", 2020)
    assert storage.read_table("core.reports", 2020, missing_ok=True) == []
    with pytest.raises(KeyError, match=r"core\.repots"):
        storage.read_table("core.repots", 2020)


def test_an_arrow_table_may_be_written() -> None:
    storage.write_table("checks.equation_terms", 2023, [TERM])
    storage.write_table("checks.equation_terms", 2024, storage.read_arrow("checks.equation_terms", 2023))
    assert storage.read_table("checks.equation_terms", 2024) == [TERM]


def test_a_file_of_an_older_version_reads_as_null_or_is_refused(home: Home) -> None:
    folder = Path(home.tables) / "checks" / "equation_terms"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"figure_id": ["f"], "equation_id": ["e"], "gone": [1]}), folder / "2018.parquet")
    assert storage.read_table("checks.equation_terms", 2018) == [{"equation_id": "e", "figure_id": "f", "coefficient": None}]
    pq.write_table(pa.table({"figure_id": ["f"]}), folder / "2017.parquet")
    with pytest.raises(RowDoesNotFit, match=r"2017 .*equation_id.*again"):
        storage.read_table("checks.equation_terms", 2017)


def test_the_file_of_a_stream_may_be_replaced_meanwhile() -> None:
    storage.write_table("checks.equation_terms", 2024, [TERM])
    scan = storage.scan("checks.equation_terms", 2024)
    storage.write_table("checks.equation_terms", 2024, [])
    assert scan.batches.read_all().num_rows == scan.rows == 1


def test_rows_that_come_in_report_by_report_are_taken_as_one_file() -> None:
    schema = TABLES["checks.equation_terms"].arrow_schema()
    with storage.Spool(["checks.equation_terms", "checks.findings"]) as spool:
        for i in range(3):
            spool.add("checks.equation_terms", pa.Table.from_pylist([{**TERM, "figure_id": str(i)}], schema=schema))
        assert storage.write_table("checks.equation_terms", 2024, spool.done("checks.equation_terms")) == 3
        assert storage.write_table("checks.findings", 2024, spool.done("checks.findings")) == 0
    assert [r["figure_id"] for r in storage.read_table("checks.equation_terms", 2024)] == ["0", "1", "2"]


def test_rows_of_another_year_and_missing_values_are_refused_from_arrow_too() -> None:
    schema = TABLES["core.figures"].arrow_schema()
    for change in ({"fiscal_year": 2023}, {"printed": None}):
        loose = pa.schema([f.with_nullable(True) for f in schema])
        with pytest.raises((RowDoesNotFit, ValueError), match=r"printed|2023"):
            storage.write_table("core.figures", 2024, pa.Table.from_pylist([{**FIGURE, **change}], schema=loose))
    with pytest.raises(RowDoesNotFit, match="2023"):
        storage.write_table("core.figures", 2024, pa.Table.from_pylist([{**FIGURE, "fiscal_year": 2023}], schema=schema))


def test_what_is_read_can_be_watched() -> None:
    storage.write_table("checks.equation_terms", 2024, [TERM])
    with storage.watched() as names:
        storage.read_table("checks.equation_terms", 2024)
        storage.files("checks.findings")
    storage.read_table("checks.rules", 2024, missing_ok=True)
    assert names == {"checks.equation_terms", "checks.findings"}


def test_a_killed_write_leaves_the_old_file_and_is_cleaned_up_later(home: Home) -> None:
    storage.write_table("checks.equation_terms", 2024, [TERM])
    folder = Path(home.tables) / "checks" / "equation_terms"
    left = folder / ".2024.dead.tmp"
    left.write_bytes(b"half")
    assert storage.years("checks.equation_terms") == [2024]
    storage.write_table("checks.equation_terms", 2024, [TERM])
    assert left.exists()  # young: it may be another run's
    old = time.time() - 86400
    os.utime(left, (old, old))
    storage.write_table("checks.equation_terms", 2024, [TERM])
    assert os.listdir(folder) == ["2024.parquet"]


def test_an_object_store_serves_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    root = "memory://accounts/tables"
    assert storage.years("core.reports", root=root) == []
    storage.write_table("core.reports", 2024, [REPORT], root=root)
    assert storage.files("core.reports", root=root) == {2024: "memory:///accounts/tables/core/reports/2024.parquet"}
    assert storage.read_table("core.reports", 2024, root=root)[0]["title"] == "t"
    monkeypatch.setenv("FINAL_ACCOUNTS_TABLES", root)
    assert storage.years("core.reports") == [2024]
    with pytest.raises(TableNotWritten):
        storage.read_table("core.reports", 2023)


def test_rows_are_counted_by_publisher_and_report() -> None:
    storage.write_table("core.figures", 2024, [FIGURE, FIGURE | {"figure_id": "b"}, FIGURE | {"figure_id": "c", "report_id": "2024-cd"}])
    assert storage.by_report("core.figures", 2024) == {("某市某局", "2024-ab"): 2, ("某市某局", "2024-cd"): 1}


def test_a_year_whose_acceptance_was_interrupted_is_not_accepted(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    storage.write_table("core.figures", 2024, [FIGURE])
    assert accepted.accept(2024, {"code": "1", "a": 2}) == 1
    record = Path(accepted.root(), "2024.json")
    whole = record.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Files, "copy", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            accepted.accept(2024, {"code": "2"})
    assert (accepted.record(2024), accepted.years()) == (None, [])
    accepted.accept(2024, {"a": 2, "code": "1"})
    assert record.read_bytes() == whole, "the same things make the same record"
