"""Fixtures of the sources' tests: a running test site and its registry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.sources.registry import Registry
from pipeline.sources.store import Store
from tests.sources import habits
from tests.sources.habits import Expected
from tests.sources.site import Site
from tests.sources.world import example_registry


@dataclass
class World:
    """A running site of well-meaning publishers, the registry that names them, and a store of one's own."""

    site: Site
    registry: Registry
    expected: list[Expected]
    store: Store
    folder: Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    site = Site()
    expected = habits.build(site)
    with site:
        yield World(site, example_registry(site, tmp_path), expected, Store(tmp_path / "store"), tmp_path)
