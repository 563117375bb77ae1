"""The last publishes stay, with a manifest of what each was made of."""

from __future__ import annotations

import pytest

from pipeline.store.home import Home
from pipeline.warehouse import history
from pipeline.warehouse.publish import connect_readonly, publish
from tests.warehouse import rows

pytestmark = pytest.mark.usefixtures("few_tables")


def years_in(home: Home, file: str) -> list[int]:
    with connect_readonly(history.folder(home) / file) as connection:
        return [y for (y,) in connection.execute("SELECT fiscal_year FROM core.reports ORDER BY 1").fetchall()]


def test_a_publish_that_was_replaced_can_be_opened_as_it_was(home: Home) -> None:
    rows.write(2023)
    publish()
    rows.write(2024)
    publish()
    newest, before = history.manifest(home)
    assert (years_in(home, newest["file"]), years_in(home, before["file"])) == ([2023, 2024], [2023])
    assert (newest["number"], before["number"]) == (2, 1)
    assert (newest["rows"]["core.reports"], before["rows"]["core.reports"]) == (2, 1)
    assert newest["bytes"] == home.warehouse.stat().st_size


def test_only_the_last_ones_are_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(history.KEEP_VARIABLE, "2")
    for _ in range(3):
        publish()
    assert [entry["number"] for entry in history.manifest(home)] == [3, 2]
    assert {p.name for p in history.folder(home).glob("*.duckdb")} == {entry["file"] for entry in history.manifest(home)}


def test_none_is_kept_where_none_is_wanted(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    publish()
    monkeypatch.setenv(history.KEEP_VARIABLE, "0")
    publish()
    assert history.manifest(home) == []
    assert list(history.folder(home).glob("*.duckdb")) == []


def test_a_setting_that_is_no_number_is_named_before_anything_is_published(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(history.KEEP_VARIABLE, "some")
    with pytest.raises(ValueError, match="FINAL_ACCOUNTS_KEEP is 'some'"):
        publish()
    assert not home.warehouse.exists()


def test_a_damaged_manifest_holds_up_no_publish(home: Home) -> None:
    publish()
    (history.folder(home) / "manifest.json").write_text("{", encoding="utf-8")
    publish()
    assert [entry["number"] for entry in history.manifest(home)] == [1]
    assert {p.name for p in history.folder(home).glob("*.duckdb")} == {entry["file"] for entry in history.manifest(home)}
