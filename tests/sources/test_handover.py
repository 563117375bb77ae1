"""From the store to the archive: each document by itself, and those of one publication together."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.sources.archive import Archive
from pipeline.sources.bundles import opened
from pipeline.sources.handover import hand_over
from pipeline.sources.yearly import collect_year
from tests.sources.bodies import pdf
from tests.sources.conftest import World
from tests.sources.world import SETTINGS


def test_documents_of_one_publication_are_offered_together_too(world: World, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    collected = collect_year(world.registry, 2024, world.store, settings=SETTINGS)
    new = hand_over(collected, world.store, archive)
    bundles = {o.source_url: o for o in archive.offers() if o.parts}
    assert new == len(archive.offers()) - len(bundles)
    expected = {e.publisher: e.hashes for e in world.expected}
    page = world.site.url("127.0.0.12", "/gk/show?id=7&t=%BE%F6%CB%E3")
    assert set(bundles) == {d.page_url for d in collected.documents if d.parts > 1}
    assert set(bundles[page].parts) == expected["甲市财政局"]
    bundle = opened(archive.path(bundles[page].sha256), bundles[page].sha256)
    assert bundle.title == "甲市财政局关于2024年度部门决算的公告"
    assert [p.sha256 for p in bundle.parts] == [d.sha256 for d in collected.documents if d.publisher == "甲市财政局"]
    assert {o.sha256 for o in archive.offers()} >= expected["甲市财政局"], "each document keeps its own provenance"

    again = collect_year(world.registry, 2024, world.store, settings=SETTINGS)
    assert hand_over(again, world.store, archive) == 0
    assert {o.sha256 for o in archive.offers() if o.parts} == {o.sha256 for o in bundles.values()}


def test_a_corrected_part_makes_another_bundle(world: World, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    hand_over(collect_year(world.registry, 2024, world.store, settings=SETTINGS), world.store, archive)
    before = {o.sha256 for o in archive.offers() if o.parts}
    world.site.put("127.0.0.12", "/gk/f/3.pdf", pdf("甲市财政局自评 更正"), "application/octet-stream", put_at=1759300000.0)
    hand_over(collect_year(world.registry, 2024, world.store, settings=SETTINGS), world.store, archive)
    after = {o.sha256: o for o in archive.offers() if o.parts}
    [new] = set(after) - before
    replaced = next(after[s] for s in before if after[s].source_url == after[new].source_url)
    assert after[new].retrieved_at > replaced.retrieved_at
    assert len(set(after[new].parts) - set(replaced.parts)) == 1
    assert all(json.loads(archive.path(s).read_bytes())["parts"] for s in after)
