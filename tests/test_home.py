"""Where things lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.store.home import HOME_VARIABLE, PROJECT, TABLES_VARIABLE, Home, home


def test_everything_is_under_var_in_the_project_or_where_the_variable_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(HOME_VARIABLE)
    assert home().root == PROJECT / "var"
    assert (PROJECT / "pyproject.toml").exists()
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "elsewhere"))
    at = home()
    assert at.warehouse == tmp_path / "elsewhere" / "warehouse" / "final_accounts.duckdb"
    for path in (Path(at.readings), Path(at.judgements), Path(at.tables), at.parquet, at.dagster, at.archive, at.inbox):
        assert path.is_relative_to(at.root)
    assert [p.name for p in (at.dagster, at.archive, at.inbox, at.demo.root)] == ["dagster", "archive", "inbox", "demo"]
    assert not at.root.exists()


def test_tables_may_lie_on_an_object_store(monkeypatch: pytest.MonkeyPatch, home: Home) -> None:
    monkeypatch.setenv(TABLES_VARIABLE, "memory://bucket/tables")
    assert home.tables == "memory://bucket/tables"


def test_dagsters_folder_gets_the_projects_settings_at_every_start(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "set before")
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "set before")
    folder = home.prepare_dagster()
    assert (os.environ["DAGSTER_HOME"], os.environ["DAGSTER_EVENT_BATCH_SIZE"]) == (str(folder), "set before")
    monkeypatch.delenv("DAGSTER_EVENT_BATCH_SIZE")
    (folder / "dagster.yaml").write_text("telemetry: {enabled: true}", encoding="utf-8")
    home.prepare_dagster()
    assert os.environ["DAGSTER_EVENT_BATCH_SIZE"] == "1000"
    text = (folder / "dagster.yaml").read_text(encoding="utf-8")
    assert text == (PROJECT / "pipeline" / "orchestration" / "dagster.yaml").read_text(encoding="utf-8")
    assert "telemetry:\n  enabled: false" in text
    assert [p.name for p in folder.iterdir()] == ["dagster.yaml"]
