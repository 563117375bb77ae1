"""A home that older code wrote: what nobody asks for goes once a warehouse is published, a year that is not readable is made anew."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.store import accepted
from pipeline.store import tables as storage
from pipeline.store.home import Home
from pipeline.store.pruning import VARIABLE, prune
from pipeline.store.versions import judging_version, reading_version
from tests.warehouse import rows


def _kept(home: Home) -> set[str]:
    return {str(p.relative_to(home.root)) for kind in ("readings", "judgements") for p in Path(home.root, kind).rglob("*.parquet")}


@pytest.fixture
def versions(home: Home) -> set[str]:
    """Two documents read and judged by today's code and by older code; the older reading of one stands for an accepted report."""
    rows.write(2019)
    report = storage.read_table("core.reports", 2019)[0] | {"document_sha256": "a" * 64, "code_version": "older"}
    storage.write_table("core.reports", 2019, [report])
    accepted.accept(2019)
    for path in (
        *(f"readings/{version}/{letter * 64}.parquet" for version in ("older", reading_version()) for letter in "ab"),
        *(f"judgements/{version}/1.parquet" for version in ("older", judging_version())),
    ):
        Path(home.root, path).parent.mkdir(parents=True, exist_ok=True)
        Path(home.root, path).write_bytes(b"kept")
    return _kept(home)


def test_what_stands_for_a_report_stays_and_the_rest_of_older_versions_goes(home: Home, versions: set[str]) -> None:
    assert prune(home) == 2
    assert versions - _kept(home) == {f"readings/older/{'b' * 64}.parquet", "judgements/older/1.parquet"}


def test_nothing_goes_where_the_setting_says_so(home: Home, versions: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "no")
    assert prune(home) == 0
    assert _kept(home) == versions


def test_a_year_without_a_column_that_is_required_today_is_let_go_of(home: Home) -> None:
    for year in (2019, 2024):
        rows.write(year)
        accepted.accept(year, {"code": "older"})
    files = [Path(root, "core", "reports", "2019.parquet") for root in (home.tables, accepted.root())]
    for file in files:
        content = pq.read_table(file).drop_columns(["publisher_kind"])
        file.unlink()  # the two are one file by two names
        pq.write_table(content, file)
    assert accepted.without_outdated("older") == [], "what the same code accepted is not looked at"
    assert accepted.without_outdated("today's") == [2019]
    assert accepted.years() == [2024]
    assert not any(file.exists() for file in files)
    assert storage.read_table("core.reports", 2019, root=accepted.root(), missing_ok=True) == []
