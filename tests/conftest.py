"""Fixtures that every test may use: a home of its own, and the optional folder of real reports."""

from __future__ import annotations

import itertools
import os
import pickle
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from pipeline.lexicon import lexicon
from pipeline.model.contents import ReportContents
from pipeline.reports.read import read_report
from pipeline.store.home import HOME_VARIABLE, TABLES_VARIABLE, Home

# Machines that share their cores are slow at times; a slow example is not a failing one.
settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared-machine")

Made = TypeVar("Made")
Once = Callable[[str, Callable[[Path], Made]], Made]
Reading = Callable[[Path], ReportContents]
_NUMBERS = itertools.count()
_SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Modules of long tests first in each share: of the processes that share the work, each begins with its own."""
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    modules = {item.path for item in items if item.get_closest_marker("long")}
    turn = {path: i % processes for i, path in enumerate(sorted(modules))}
    long, others = [item for item in items if item.path in turn], [item for item in items if item.path not in turn]
    shares = []
    for i in range(processes):  # as large as the scheduler makes them
        own = [item for item in long if turn[item.path] == i]
        size = (len(items) - sum(map(len, shares))) // (processes - i)
        shares.append([*own, *others[: max(0, size - len(own))]])
        del others[: max(0, size - len(own))]
    items[:] = [item for share in shares for item in share] + others


@pytest.fixture(autouse=True)
def _own_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test touches ``var/``: each has a home of its own, for which no folder is made where none is asked for; and may name a lexicon."""
    own = "tmp_path" in request.fixturenames
    folder = request.getfixturevalue("tmp_path") if own else tmp_path_factory.getbasetemp() / f"home-{next(_NUMBERS)}"
    monkeypatch.setenv(HOME_VARIABLE, str(folder / "home"))
    monkeypatch.delenv(TABLES_VARIABLE, raising=False)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("FINAL_ACCOUNTS_LANG", "en")
    lexicon.cache_clear()
    yield
    lexicon.cache_clear()


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


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """``once(name, make)``: what ``make(folder)`` returned (it is pickled), made by the first process of the session that asks for it.

    For what is dear and changed by no test; the folder stays as ``make`` left it, and who wants to change it copies it.
    """
    base = tmp_path_factory.getbasetemp()
    session = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], Made]) -> Made:
        folder, kept = session / f"once-{name}", session / f"once-{name}.pickle"
        with FileLock(session / f"once-{name}.lock"):
            if not kept.exists():
                shutil.rmtree(folder, ignore_errors=True)  # of a process that failed in the middle of it
                folder.mkdir()
                kept.write_bytes(pickle.dumps(make(folder)))
        found: Made = pickle.loads(kept.read_bytes())
        return found

    return made


@pytest.fixture(scope="session")
def reading(once: Once[ReportContents]) -> Reading:
    """``reading(path)``: the report of a document that several tests look at, read by the first process that asks for it."""

    def read(path: Path) -> ReportContents:
        data = path.read_bytes()
        return once(f"reading-{sha256(data).hexdigest()}", lambda _: read_report(data))

    return read
