"""What is accepted of a year stays as it is, whatever is written beside it; wherever it is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.home import TABLES_VARIABLE
from pipeline.warehouse.publish import publish


def test_a_later_write_does_not_reach_what_was_accepted() -> None:
    def write(publisher: str) -> None:
        storage.write_table("sources.publishers", 2024, [row | {"publisher": publisher}])
        storage.write_table("core.documents", 2024, [])

    row = {c.name: _value(c.type) for c in storage.TABLES["sources.publishers"].columns if not c.nullable} | {"fiscal_year": 2024}
    assert accepted.years() == []
    write("甲")
    assert accepted.accept(2024) == 2
    write("乙")
    assert [r["publisher"] for r in storage.read_table("sources.publishers", 2024, root=accepted.root())] == ["甲"]
    assert publish(tables=accepted.root()).rows["sources.publishers"] == 1
    assert accepted.accept(2024) == accepted.accept(2024) == 2, "taking what is taken already changes nothing"
    assert [r["publisher"] for r in storage.read_table("sources.publishers", 2024, root=accepted.root())] == ["乙"]
    assert accepted.years() == [2024]


def _value(kind: str) -> object:
    return {"VARCHAR": "x", "BOOLEAN": False}.get(kind, 1)


def test_years_are_accepted_on_an_object_store_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(TABLES_VARIABLE, f"memory://accounts-{tmp_path.name}/tables")
    storage.write_table("core.documents", 2023, [])
    assert accepted.accept(2023) == 1
    storage.write_table("core.documents", 2024, [])
    assert accepted.years() == [2023]
