"""Which stored reports a report is held against: only what was accepted of the year before, under whatever name, and units of the year."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from golden import report
from reconciliation.years import year

from pipeline.reconciliation.companions import Companionship, Edition
from pipeline.sources.registry import Registry, load_registry
from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.rows import report_row

REGISTRY = """
publishers:
  - {name: 某市数据局, kind: department, division: "990100", level: city,
     former_names: [{name: 某市大数据局, until: 2023}], sites: [{kind: list, url: "http://www.example.org/a/"}]}
  - {name: 某市数据中心, kind: unit, division: "990100", level: city, parent: 某市数据局,
     sites: [{kind: list, url: "http://www.example.org/b/"}]}
"""
LAST = year(2023, "100.00", "10.00", "90.00", "20.00").contents.report
OTHER = year(2023, "7.00", "1.00", "6.00", "2.00", publisher="某市财政局").contents.report


def row(about, version="v1"):
    return report_row(about) | {"code_version": version}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    (tmp_path / "publishers.yaml").write_text(REGISTRY, encoding="utf-8")
    return load_registry(tmp_path / "publishers.yaml")


@pytest.fixture(autouse=True)
def stored() -> None:
    """The reports of 2023 as a run has left them, not accepted."""
    storage.write_table("core.reports", 2023, [row(LAST), row(OTHER)])


def test_a_year_that_was_not_accepted_accuses_nobody(registry: Registry) -> None:
    assert Companionship(2024, [], registry).of(report("某市数据局", 2024)).last is None


def test_a_renamed_publisher_meets_its_year_before_as_it_was_read_then(registry: Registry) -> None:
    accepted.accept(2023)
    companionship = Companionship(2024, [], registry)
    assert companionship.of(report("某市数据局", 2024)).last == Edition(LAST.document_sha256, "v1", LAST.reader)
    assert companionship.of(report("某市审计局", 2024)).last is None
    unknown = Companionship(2024, [], Registry(publishers=())).of(report("某市数据局", 2024))
    assert unknown.last is None, "nobody says that it bore the other name"


def test_units_are_those_of_the_same_year_and_the_absent_are_named(registry: Registry) -> None:
    alone = Companionship(2023, [row(LAST)], registry).of(report("某市大数据局", 2023))
    assert (alone.expected, alone.units) == (("某市数据中心",), ())
    unit = replace(report("某市数据中心", 2023), publisher_kind="unit", document_sha256="9" * 64)
    together = Companionship(2023, [row(LAST), row(unit, "v2")], registry).of(report("某市大数据局", 2023))
    assert together.units == (("某市数据中心", Edition("9" * 64, "v2", unit.reader)),)
