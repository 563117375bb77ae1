"""Publishing: whole or not at all, under readers that never wait."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from pipeline.batches.progress import heard_by
from pipeline.schema import TABLES
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.home import PROJECT, Home
from pipeline.warehouse import history
from pipeline.warehouse.publish import PublishError, _verify, connect_readonly, is_current, publish
from tests.warehouse import rows

pytestmark = pytest.mark.usefixtures("few_tables")


def years_in(path: Path) -> list[int]:
    with connect_readonly(path) as connection:
        return [y for (y,) in connection.execute("SELECT DISTINCT fiscal_year FROM core.figures ORDER BY 1").fetchall()]


def test_every_year_in_storage_is_published(home: Home, every_table: None) -> None:
    rows.write(2019)
    rows.write(2024)
    published = publish()
    assert published.warehouse == home.warehouse
    assert years_in(home.warehouse) == [2019, 2024]
    assert set(published.rows) == set(TABLES)
    assert published.rows["core.figures"] == 2 * len(list(rows.figures(2024)))
    with connect_readonly() as connection:
        assert connection.execute("SELECT value FROM core.figures WHERE measure = 'fiscal' AND fiscal_year = 2019").fetchall() == [(Decimal(90),)]


def test_an_empty_storage_publishes_empty_tables(home: Home) -> None:
    assert set(publish().rows.values()) == {0}
    assert years_in(home.warehouse) == []


def test_before_the_first_publish_the_reader_is_told_what_to_do() -> None:
    with pytest.raises(FileNotFoundError, match="final-accounts run"):
        connect_readonly()


def test_columns_have_the_types_and_comments_of_their_metadata(every_table: None) -> None:
    publish()
    with connect_readonly() as connection:
        found = connection.execute(
            "SELECT schema_name || '.' || table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        assert {(t, c): k for t, c, k, _ in found} == {(t.full_name, c.name): c.type.replace(",10", ",2") for t in TABLES.values() for c in t.columns}
        assert all("|" in comment for *_, comment in found)
        comments = dict(connection.execute("SELECT schema_name || '.' || table_name, comment FROM duckdb_tables()").fetchall())
    value = next(comment for t, c, _, comment in found if (t, c) == ("core.figures", "value"))
    assert "NULL is a blank cell" in value
    assert "空白为 NULL" in value
    assert comments["core.reports"].endswith("| 每份决算报告一行")


def test_amounts_are_published_with_the_decimals_that_they_are_printed_with(home: Home) -> None:
    rows.write(2019)
    publish()
    shown = "SELECT CAST(income_year AS VARCHAR) FROM marts.report_overview ORDER BY fiscal_year"
    with connect_readonly() as connection:
        assert connection.execute(shown).fetchall() == [("100.00",)]


def test_a_finer_number_of_one_year_widens_its_column_and_loses_no_digit(home: Home) -> None:
    for year in (2019, 2024):
        rows.write(year)
    overview = storage.read_table("marts.report_overview", 2024)
    storage.write_table("marts.report_overview", 2024, [row | {"income_year": Decimal("100.000123")} for row in overview])
    publish()
    with connect_readonly() as connection:
        found = connection.execute(
            "SELECT CAST(income_year AS VARCHAR), CAST(expenditure_year AS VARCHAR) FROM marts.report_overview ORDER BY fiscal_year"
        )
        assert found.fetchall() == [("100.000000", "75.00"), ("100.000123", "75.00")]


def test_the_file_can_be_opened_by_the_drivers_of_the_field() -> None:
    publish()
    with connect_readonly() as connection:
        [(tags,)] = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
        assert tags["storage_version"].startswith("v1.2.0")


def test_the_parquet_export_equals_the_tables(home: Home, every_table: None) -> None:
    rows.write(2024)
    publish()
    with connect_readonly() as connection:
        for table in TABLES.values():
            file = home.parquet / table.schema / f"{table.name}.parquet" / "*.parquet"
            for a, b in ((table.full_name, f"'{file}'"), (f"'{file}'", table.full_name)):
                assert connection.execute(f"SELECT * FROM {a} EXCEPT ALL SELECT * FROM {b}").fetchall() == []
            assert (
                connection.execute(f"SELECT count(*) FROM '{file}'").fetchall()
                == connection.execute(f"SELECT count(*) FROM {table.full_name}").fetchall()
            )


def test_a_duplicate_key_is_refused_by_name_and_the_old_warehouse_stays(home: Home) -> None:
    rows.write(2019)
    publish()
    rows.write(2024)
    twice, again, *_ = sorted(rows.figures(2024), key=lambda f: f["figure_id"])
    storage.write_table("core.figures", 2024, [*rows.figures(2024), twice, again])
    with pytest.raises(PublishError) as caught:
        publish()
    for word in ("core.figures", "figure_id", twice["figure_id"], "2 times", "2024", "(and 1 more such rows at least)"):
        assert word in str(caught.value)
    assert years_in(home.warehouse) == [2019]
    assert leftovers(home) == []


def test_a_report_in_the_files_of_two_years_is_refused(home: Home) -> None:
    rows.write(2019)
    storage.write_table("core.reports", 2024, [{**rows.report(2024), "report_id": rows.report(2019)["report_id"]}])
    with pytest.raises(PublishError, match=r"core\.reports.*in the years 2019, 2024"):
        publish()


def test_of_a_shared_row_the_latest_years_version_is_kept() -> None:
    storage.write_table("checks.rules", 2024, [rows.rule(title="new")])
    storage.write_table("checks.rules", 2019, [rows.rule(title="old"), rows.rule(rule_id="withdrawn")])
    publish()
    with connect_readonly() as connection:
        assert connection.execute("SELECT rule_id, title FROM checks.rules ORDER BY 1").fetchall() == [
            ("income.total", "new"),
            ("withdrawn", "Total = parts"),
        ]


def test_a_shared_table_may_not_have_a_row_twice_in_one_year() -> None:
    storage.write_table("checks.rules", 2024, [rows.rule(), rows.rule(title="another")])
    with pytest.raises(PublishError, match=r"checks\.rules"):
        publish()


def test_a_reader_keeps_its_file_through_a_publish_and_the_next_sees_the_new_one(home: Home) -> None:
    rows.write(2019)
    publish()
    # A process of its own: within one process DuckDB shares an open file.
    reader = subprocess.Popen(
        [sys.executable, "-c", dedent("""
            import sys
            from pipeline.warehouse.publish import connect_readonly
            years = "SELECT string_agg(DISTINCT fiscal_year, ',' ORDER BY fiscal_year) FROM core.figures"
            held = connect_readonly()
            print(held.execute(years).fetchall()[0][0], flush=True)
            sys.stdin.readline()
            print(held.execute(years).fetchall()[0][0], flush=True)
            held.close()
            print(connect_readonly().execute(years).fetchall()[0][0], flush=True)
        """)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT,
    )  # fmt: skip
    assert reader.stdout is not None
    assert reader.stdout.readline() == "2019\n"
    rows.write(2024)
    publish()
    rest, _ = reader.communicate("go on\n", timeout=60)
    assert rest == "2019\n2019,2024\n"
    assert reader.returncode == 0


def test_the_export_before_the_last_stays_for_readers_in_the_middle_of_it(home: Home) -> None:
    publish()
    first = home.parquet.resolve()
    publish()
    second = home.parquet.resolve()
    assert first != second
    assert first.exists()
    publish()
    assert not first.exists()
    assert second.exists()


def test_only_one_publishes_at_a_time(home: Home) -> None:
    publish()
    with FileLock(home.warehouse_folder / ".publish.lock"):
        with pytest.raises(PublishError, match="another run is publishing"):
            publish(wait_seconds=0)
        assert years_in(home.warehouse) == []  # readers do not wait
    publish(wait_seconds=0)


def test_a_lock_file_left_by_a_killed_run_does_not_hold_anyone_up(home: Home) -> None:
    home.warehouse_folder.mkdir(parents=True)
    (home.warehouse_folder / ".publish.lock").write_text("12345")
    publish(wait_seconds=0)


def test_a_write_ahead_log_of_the_old_file_does_not_meet_the_new_one(home: Home) -> None:
    publish()
    log = home.warehouse.with_name(home.warehouse.name + ".wal")
    log.write_bytes(b"somebody wrote here")
    publish()
    assert not log.exists()
    assert years_in(home.warehouse) == []


# What a publish makes or renames raises an audit event; the child dies at the nth: while building, exporting, swapping.
KILLED = """
import os, sys
from pipeline.store.home import home
from pipeline.warehouse import build
from pipeline.warehouse import publish as publishing
from pipeline.warehouse.publish import publish

build.TABLES = publishing.TABLES = {name: publishing.TABLES[name] for name in sys.argv[1:]}
folder, left = str(home().warehouse_folder), [0]

def die(event, arguments):
    if event in ("os.rename", "os.symlink", "os.mkdir") and any(folder in (name := os.fsdecode(a)) and not name.endswith(".parquet") for a in arguments if isinstance(a, (str, bytes, os.PathLike))):
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)

sys.addaudithook(die)
n = 0
while True:  # a child for every n, until one lives
    n += 1
    child = os.fork()
    if child == 0:
        left[0] = n
        publish()
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(n, status, flush=True)
    if status != 9:
        break
    sys.stdin.readline()
"""


def leftovers(home: Home) -> list[str]:
    return [n for n in os.listdir(home.warehouse_folder) if n.startswith(".building-")]


def test_a_publish_killed_at_any_step_leaves_a_whole_warehouse_and_the_next_one_finishes(home: Home) -> None:
    rows.write(2019)
    publish()
    rows.write(2024)
    runs = subprocess.Popen([sys.executable, "-c", KILLED, *TABLES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    assert runs.stdin is not None
    assert runs.stdout is not None
    deaths = 0
    seen = set()
    while line := runs.stdout.readline():
        status = line.split()[1]
        assert status in ("0", "9")
        years = tuple(years_in(home.warehouse))
        assert years in ((2019,), (2019, 2024))
        assert duckdb.sql(f"SELECT count(*) FROM '{home.parquet}/core/figures.parquet/*.parquet'").fetchall()[0][0] in (
            len(list(rows.figures(2019))) * k for k in (1, 2)
        )
        seen.add(years)
        if status == "0":
            break
        deaths += 1
        runs.stdin.write("\n")
        runs.stdin.flush()
    assert runs.wait(timeout=60) == 0
    assert deaths >= 5
    assert seen == {(2019,), (2019, 2024)}  # killed before and after the swap
    assert leftovers(home) == []
    assert len([n for n in os.listdir(home.warehouse_folder) if n.startswith(".parquet-")]) <= 2


def test_nothing_is_fetched_from_the_network() -> None:
    publish()
    with connect_readonly() as connection:
        assert connection.execute("SELECT current_setting('autoinstall_known_extensions')").fetchall() == [(False,)]


def test_the_tables_may_come_from_an_object_store(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINAL_ACCOUNTS_TABLES", "memory://publish-test/tables")
    rows.write(2024)
    publish()
    assert years_in(home.warehouse) == [2024]
    assert not (home.root / "tables").exists()


def test_the_new_file_is_on_the_disk_before_it_takes_the_name(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int | Path] = []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(os.fstat(handle).st_ino) or sync(handle))
    monkeypatch.setattr(os, "replace", lambda a, b: done.append(Path(b)) or replace(a, b))
    publish()
    assert done[: done.index(home.warehouse)] == [home.warehouse.stat().st_ino]


def test_tables_of_another_place_are_published_into_the_home(home: Home, tmp_path: Path) -> None:
    rows.write(2019)
    elsewhere = tmp_path / "elsewhere"
    os.rename(home.tables, elsewhere)
    assert publish(home, tables=str(elsewhere)).rows["core.figures"] > 0
    assert publish(home).rows["core.figures"] == 0


def test_what_is_published_is_current_until_a_year_is_accepted_otherwise(home: Home) -> None:
    assert not is_current()
    rows.write(2019)
    accepted.accept(2019, {"documents": "one"})
    publish(tables=accepted.root())
    assert is_current()
    assert is_current(home)
    for year, documents in ((2019, "two"), (2024, "one")):
        rows.write(year)
        accepted.accept(year, {"documents": documents})
        assert not is_current()
        publish(tables=accepted.root())
        assert is_current()
    home.warehouse.unlink()
    assert not is_current(), "what it says was published is gone"


def test_a_record_of_years_that_a_loss_of_power_emptied_is_that_of_no_publish(home: Home) -> None:
    rows.write(2019)
    accepted.accept(2019, {"documents": "one"})
    publish(tables=accepted.root())
    (home.warehouse_folder / "contents.json").write_text("")
    assert not is_current()
    Path(accepted.root(), "2019.json").write_text("")
    assert accepted.record(2019) is None


def test_what_killed_publishes_left_is_removed_and_nothing_else(home: Home, tmp_path: Path) -> None:
    folder, other = home.warehouse_folder, tmp_path / "other"
    for path in (folder / ".building-1" / "parquet", folder / ".parquet-old", other, home.parquet):
        path.mkdir(parents=True)
        (path / "a").touch()
    for path in (folder / ".building-2", folder / "notes.txt"):
        path.touch()
    (folder / ".parquet-link").symlink_to(other)
    publish()
    assert {n for n in os.listdir(folder) if n.startswith((".building-", ".parquet-")) and not (folder / n / "core").is_dir()} == {
        n for n in os.listdir(folder) if (folder / n / "a").is_file()
    }, "a folder that stood where the export is linked is set aside"
    assert home.parquet.is_symlink()
    assert (other / "a").exists(), "what a link leads to is somebody else's"
    assert (folder / "notes.txt").exists()
    publish()
    assert not [n for n in os.listdir(folder) if (folder / n / "a").exists()]
    assert duckdb.sql(f"SELECT count(*) FROM '{home.parquet}/core/figures.parquet/*.parquet'").fetchall() == [(0,)]


def test_a_required_value_that_an_old_file_lacks_is_refused_by_name(home: Home) -> None:
    rows.write(2019)
    publish()
    rows.write(2024)
    path = Path(home.tables) / "core" / "figures" / "2024.parquet"
    table = pq.read_table(path)
    place = table.schema.get_field_index("printed")
    pq.write_table(table.set_column(place, pa.field("printed", pa.string()), pa.nulls(table.num_rows, pa.string())), path)
    with pytest.raises(PublishError, match=r"core\.figures: a required value is missing"):
        publish()
    assert years_in(home.warehouse) == [2019]


@pytest.mark.parametrize(
    "harm", ["COMMENT ON TABLE core.figures IS NULL", "DELETE FROM core.figures WHERE measure = 'fiscal'", "DROP TABLE core.figures"]
)
def test_a_table_that_did_not_survive_the_writing_is_named(home: Home, harm: str) -> None:
    rows.write(2024)
    counts = publish().rows
    _verify(home.warehouse, counts)
    with duckdb.connect(str(home.warehouse)) as broken:
        for index in broken.execute("SELECT index_name FROM duckdb_indexes()").fetchall():
            broken.execute(f"DROP INDEX {index[0]}")
        broken.execute(harm)
    with pytest.raises(PublishError, match=r"core\.figures did not survive"):
        _verify(home.warehouse, counts)


def everything(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """Every table of the warehouse, sorted; its export is held against it."""
    tables = {}
    with connect_readonly(home.warehouse) as connection:
        for name, table in TABLES.items():
            tables[name] = sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
            export = connection.execute(f"SELECT * FROM '{home.parquet}/{table.schema}/{table.name}.parquet/*.parquet'").fetchall()
            assert sorted(export, key=repr) == tables[name], name
    return tables


def anew(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """The same, published from nothing."""
    shutil.rmtree(home.warehouse_folder)
    publish()
    return everything(home)


def files_of(home: Home, table: str) -> dict[str, int]:
    return {p.name: p.stat().st_ino for p in (home.parquet / f"{table}.parquet").iterdir()}


def test_a_further_year_is_added_and_the_others_are_not_written_again(home: Home) -> None:
    for year in (2018, 2019):
        rows.write(year)
    publish()
    before = files_of(home, "core/figures")
    rows.write(2024)
    published = publish()
    after = files_of(home, "core/figures")
    assert set(after) == {"2018.parquet", "2019.parquet", "2024.parquet"}
    assert {name: after[name] for name in before} == before
    assert published.rows["core.figures"] == 3 * len(list(rows.figures(2024)))
    assert everything(home) == anew(home)


def test_a_year_that_changed_is_replaced_and_one_that_is_gone_goes(home: Home) -> None:
    for year in (2018, 2019, 2024):
        rows.write(year)
    publish()
    before = files_of(home, "core/figures")
    first, *others = sorted(rows.figures(2019), key=lambda f: f["figure_id"])
    storage.write_table("core.figures", 2019, [first | {"value": Decimal(1)}, *others])
    for name in TABLES:
        Path(home.tables, *name.split("."), "2024.parquet").unlink(missing_ok=True)
    publish()
    after = files_of(home, "core/figures")
    assert set(after) == {"2018.parquet", "2019.parquet"}
    assert (after["2018.parquet"] == before["2018.parquet"], after["2019.parquet"] == before["2019.parquet"]) == (True, False)
    assert years_in(home.warehouse) == [2018, 2019]
    assert everything(home) == anew(home)


def test_the_terms_of_a_replaced_years_equations_go_with_them(home: Home) -> None:
    for year in (2019, 2024):
        rows.write(year)
        storage.write_table("checks.equation_terms", year, [{"equation_id": f"{year}-a", "figure_id": f"{year}/a"}])
    publish()
    storage.write_table("checks.equations", 2024, [rows.equation(2024, "other", "exact")])
    storage.write_table("checks.equation_terms", 2024, [{"equation_id": "2024-other", "figure_id": "2024/a"}])
    publish()
    with connect_readonly() as connection:
        found = connection.execute("SELECT equation_id FROM checks.equation_terms ORDER BY 1").fetchall()
    assert found == [("2019-a",), ("2024-other",)]
    assert everything(home) == anew(home)


def test_a_term_of_no_equation_is_refused_by_the_name_of_its_table_and_year(home: Home) -> None:
    rows.write(2024)
    storage.write_table("checks.equation_terms", 2024, [{"equation_id": "of nothing", "figure_id": "a"}])
    with pytest.raises(PublishError, match=r"checks\.equation_terms: 1 rows of 2024 belong to no year"):
        publish()


def test_a_finer_number_of_a_further_year_widens_the_years_that_are_there(home: Home) -> None:
    rows.write(2019)
    publish()
    rows.write(2024)
    overview = storage.read_table("marts.report_overview", 2024)
    storage.write_table("marts.report_overview", 2024, [row | {"income_year": Decimal("100.000123")} for row in overview])
    publish()
    with connect_readonly() as connection:
        shown = connection.execute("SELECT CAST(income_year AS VARCHAR) FROM marts.report_overview ORDER BY fiscal_year").fetchall()
    assert shown == [("100.000000",), ("100.000123",)]
    assert everything(home) == anew(home)


@pytest.mark.parametrize("harm", ["DELETE FROM core.figures", "CREATE TABLE core.more (a INTEGER)"])
def test_nothing_is_built_on_a_file_that_somebody_has_written_into(home: Home, harm: str) -> None:
    rows.write(2019)
    publish()
    with duckdb.connect(str(home.warehouse)) as changed:
        changed.execute(harm)
    rows.write(2024)
    publish()
    with connect_readonly() as connection:
        assert connection.execute("SELECT count(*) FROM duckdb_tables() WHERE NOT internal").fetchall() == [(len(TABLES),)]
    assert everything(home) == anew(home)


def test_a_file_that_the_disk_has_damaged_is_made_anew_by_the_next_publish(home: Home) -> None:
    rows.write(2019)
    publish()
    was = home.warehouse.stat()
    damaged = bytearray(home.warehouse.read_bytes())
    damaged[4096:12288] = bytes(8192)
    with home.warehouse.open("r+b") as file:  # the same file, of the same time
        file.write(damaged)
    os.utime(home.warehouse, ns=(was.st_atime_ns, was.st_mtime_ns))
    rows.write(2024)
    publish()
    assert years_in(home.warehouse) == [2019, 2024]
    assert everything(home) == anew(home)


def test_a_table_that_is_written_again_while_it_is_published_loses_no_digit(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    rows.write(2024)
    finer = [row | {"income_year": Decimal("100.000123")} for row in storage.read_table("marts.report_overview", 2024)]
    seen: list[str] = []
    look = storage.scan

    def scan(name: str, year: int, *, root: str | None = None) -> storage.Scan:
        if name == "marts.report_overview" and name in seen:
            storage.write_table(name, year, finer)
        seen.append(name)
        return look(name, year, root=root)

    monkeypatch.setattr(storage, "scan", scan)
    with pytest.raises(PublishError, match=r"marts\.report_overview of 2024 was written again meanwhile"):
        publish()
    assert not home.warehouse.exists()


def test_a_year_that_is_replaced_time_and_again_does_not_swell_the_file(home: Home) -> None:
    rows.write(2019)
    publish()
    size = home.warehouse.stat().st_size
    for _ in range(4):
        rows.write(2019)
        publish()
    assert home.warehouse.stat().st_size < 2 * size


def test_a_publish_says_where_it_is_how_far_it_is_and_how_long_it_took(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(history, "keep", lambda at, *_: [shutil.rmtree(p) for p in at.warehouse_folder.glob(".building-*")])
    with heard_by(lambda *more: told.append(more)):
        published = publish()  # though somebody tidied up where it was built
    assert told == [("publishing", n, len(TABLES)) for n in range(1, len(TABLES) + 1)]
    assert (published.warehouse, published.parquet) == (home.warehouse, home.parquet)
    assert 0 < published.seconds < 600
    with connect_readonly(str(home.warehouse)) as connection:
        assert connection.execute("SELECT count(*) FROM core.figures").fetchall() == [(0,)]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            connection.execute("DELETE FROM core.figures")
