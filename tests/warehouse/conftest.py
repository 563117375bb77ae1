"""A few tables in place of all, for what publishing does to each of them alike."""

from __future__ import annotations

import pytest

from pipeline.schema import TABLES
from tests.warehouse import rows

#: One of every schema, those that tests write into, one that several years share, and one whose rows are of another's year.
FEW = (
    "sources.publishers", "core.reports", "core.figures", "checks.rules", "checks.equations", "checks.equation_terms", "reconciled.balances",
    "marts.report_overview",
)  # fmt: skip


@pytest.fixture
def every_table() -> None:
    """Asked for by the tests of a module of few tables that need all."""


@pytest.fixture
def few_tables(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only :data:`FEW` are published: making all and their comments takes a publish ten times as long."""
    if "every_table" not in request.fixturenames:
        for module in ("pipeline.warehouse.build", "pipeline.warehouse.publish", request.module.__name__):
            monkeypatch.setattr(f"{module}.TABLES", {name: TABLES[name] for name in FEW}, raising=False)
        monkeypatch.setattr(rows, "MARTS", tuple(name for name in FEW if name in rows.MARTS))
