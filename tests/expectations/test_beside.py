"""What stands beside a year's reports: only what was accepted of the year before, under whatever name, and the units of the year."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden import report
from reconciliation.years import year

from expectations.beside import Shelves
from pipeline.schema import CORE_TABLES
from pipeline.sources.registry import Registry, load_registry
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.rows import tables_of

REGISTRY = """
publishers:
  - {name: 某市数据局, kind: department, division: "990100", level: city,
     former_names: [{name: 某市大数据局, until: 2023}], sites: [{kind: list, url: "http://www.example.org/a/"}]}
  - {name: 某市数据中心, kind: unit, division: "990100", level: city, parent: 某市数据局,
     sites: [{kind: list, url: "http://www.example.org/b/"}]}
"""
LAST = year(2023, "100.00", "10.00", "90.00", "20.00")
OTHER = year(2023, "7.00", "1.00", "6.00", "2.00", publisher="某市财政局")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    (tmp_path / "publishers.yaml").write_text(REGISTRY, encoding="utf-8")
    return load_registry(tmp_path / "publishers.yaml")


@pytest.fixture(autouse=True)
def stored() -> None:
    """The reports of 2023 as a run has left them, not accepted."""
    together = [tables_of(judged.contents) for judged in (LAST, OTHER)]
    for name in CORE_TABLES:
        storage.write_table(name, 2023, [row for tables in together if name in tables for row in tables[name].to_pylist()])
    storage.write_table("core.documents", 2023, [])


def test_a_year_that_was_not_accepted_accuses_nobody(registry: Registry) -> None:
    assert Shelves(2024, registry).beside(report("某市数据局", 2024)).last is None


def test_a_renamed_publisher_meets_its_year_before(registry: Registry) -> None:
    accepted.accept(2023)
    shelves = Shelves(2024, registry)
    last = shelves.beside(report("某市数据局", 2024)).last
    assert last is not None
    assert last.report == LAST.contents.report
    assert {f.figure_id: f.value for f in last.figures} == {f.figure_id: f.value for f in LAST.contents.figures}
    assert shelves.beside(report("某市审计局", 2024)).last is None
    unknown = Shelves(2024, Registry(publishers=())).beside(report("某市数据局", 2024))
    assert unknown.last is None, "nobody says that it bore the other name"


def test_units_are_those_of_the_same_year_and_the_absent_are_named(registry: Registry) -> None:
    beside = Shelves(2023, registry).beside(report("某市大数据局", 2023))
    assert (beside.expected, beside.units) == (("某市数据中心",), {})
