"""Fixtures that every test may use: a home of its own, and the optional folder of real reports."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipeline.home import HOME_VARIABLE, TABLES_VARIABLE, Home

# Machines that share their cores are slow at times; a slow example is not a failing one.
settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared-machine")

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches ``var/``: each has a home of its own."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(TABLES_VARIABLE, raising=False)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The test's home, empty."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real reports and hand-checked transcriptions beside the project; skips where there is none."""
    if not _SHARED.is_dir():
        pytest.skip("needs ../shared (real reports and hand-checked transcriptions)")
    return _SHARED
