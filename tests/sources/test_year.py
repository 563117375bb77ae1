"""A whole year over publishers of different habits: exactly the right documents, nothing twice, corrections noticed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.model import harmless
from pipeline.sources.collected import Collected
from pipeline.sources.registry import load_registry
from pipeline.sources.store import Store
from pipeline.sources.yearly import collect_year
from tests.sources import misbehaviour
from tests.sources.bodies import pdf
from tests.sources.conftest import World
from tests.sources.site import Site
from tests.sources.world import SETTINGS

LATE = dt.date(2025, 12, 1)


def collect(world: World, **more: object) -> Collected:
    return collect_year(world.registry, 2024, world.store, settings=SETTINGS, today=LATE, **more)  # type: ignore[arg-type]


def of(collected: Collected, publisher: str) -> set[str]:
    return {d.sha256 for d in collected.documents if d.publisher == publisher}


def test_every_publisher_comes_to_its_own_documents_and_no_others(world: World) -> None:
    got = collect(world)
    standing = {p.publisher: p.standing for p in got.publishers}
    assert standing == {e.publisher: e.standing for e in world.expected}
    assert {e.publisher: of(got, e.publisher) for e in world.expected} == {e.publisher: e.hashes for e in world.expected}
    assert len(world.expected) >= 8
    documents, faults = world.store.verify()
    assert not faults
    assert documents >= len({h for e in world.expected for h in e.hashes})


def test_an_unchanged_site_costs_no_download(world: World) -> None:
    first = collect(world)
    world.site.forget()
    second = collect(world)
    assert first.downloads > 10
    assert second.downloads == 0
    assert second.documents == first.documents
    assert not second.changes
    bodies = [h for h in world.site.hits if h.sent and h.path.endswith((".pdf", ".doc", ".xls", ".docx", ".xlsx", ".zip", ".rar", "/55"))]
    assert not bodies


def test_a_corrected_report_is_one_download_and_one_revision(world: World) -> None:
    before = collect(world)
    fixed = pdf("甲市大数据局2024年度部门决算 第二版")
    world.site.put("127.0.0.11", "/zwgk/2025/0818/P020250818.pdf", fixed, "application/pdf", put_at=1759300000.0)
    after = collect(world)
    assert after.downloads == 1
    [change] = after.changes
    assert change.publisher == "甲市大数据局"
    assert set(change.before) == of(before, "甲市大数据局")
    assert set(change.after) == {hashlib.sha256(fixed).hexdigest()}
    [row] = [d for d in after.documents if d.publisher == "甲市大数据局"]
    assert row.revision == 2
    for sha256 in (*change.before, *change.after):
        assert world.store.has(f"documents/{sha256[:2]}/{sha256}.pdf"), "every revision is kept"
    assert not collect(world).changes, "a change is reported once"


def test_what_is_taken_off_the_site_stays_in_the_year(world: World) -> None:
    before = collect(world)
    world.site.drop("127.0.0.11", "/zwgk/2025/0818/P020250818.pdf")
    world.site.put("127.0.0.14", "/index.shtml", "<html><body>网站维护中</body></html>")
    after = collect(world)
    assert of(after, "甲市大数据局") == of(before, "甲市大数据局"), "a dead link keeps its document"
    assert [p.url for p in after.dead] == [world.site.url("127.0.0.11", "/zwgk/2025/0818/P020250818.pdf")]
    assert of(after, "乙县水务局") == of(before, "乙县水务局")
    assert {p.publisher: p.standing for p in after.publishers}["乙县水务局"] == "kept"


def test_every_document_has_its_provenance(world: World) -> None:
    collect(world)
    sidecars = dict(world.store.records("documents"))
    [record] = [r for r in sidecars.values() if r["publisher"] == "丙区统计局"]
    assert record["redirects"] == [world.site.url("127.0.0.27", "/55")]
    assert record["link_title"] == "点击下载"
    assert record["page_url"] == world.site.url("127.0.0.17", "/d/t.html")
    assert record["headers"]["content-type"] == "application/octet-stream"
    assert record["media_type"] == "application/pdf"
    assert record["published"] == "2025-09-09"
    members = {r["member"] for r in sidecars.values() if "member" in r}
    assert members == {"乙县市场监督管理局/2024年度部门决算.docx", "乙县市场监督管理局/附件：绩效自评表.pdf"}


def test_ambiguity_and_absence_are_said_with_their_reasons(world: World) -> None:
    got = collect(world)
    lines = {p.publisher: p for p in got.missing}
    assert lines["丁市气象局"].line.count("http://") == 2
    assert lines["戊县粮食局"].overdue
    rejected = {row.title: row.reason for row in got.links if row.state == "rejected"}
    assert rejected["戊县粮食局2023年度部门决算"] == "of another year (2023)"
    assert "government-wide" in rejected["甲市2024年市级财政决算草案的报告"]
    early = collect_year(world.registry, 2024, world.store, settings=SETTINGS, today=dt.date(2025, 9, 1))
    assert not any(p.overdue for p in early.publishers)


def test_the_store_may_be_anywhere_that_fsspec_reaches(world: World) -> None:
    world.store = Store("memory://originals")
    first, second = collect(world), collect(world)
    assert {e.publisher: of(first, e.publisher) for e in world.expected} == {e.publisher: e.hashes for e in world.expected}
    assert second.downloads == 0
    documents, faults = world.store.verify()
    assert documents
    assert not faults


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, set[str]]]:
    """Every bad case, met in one run: its kind of problem, the line, and the hashes that it came to."""
    folder = tmp_path_factory.mktemp("trouble")
    site = Site()
    misbehaviour.build(site)
    with site:
        (folder / "r.yaml").write_text(misbehaviour.registry_text(site), encoding="utf-8")
        registry = load_registry(folder / "r.yaml")
        got = collect_year(registry, 2024, Store(folder / "store"), settings=replace(SETTINGS, workers=48), today=LATE)
    _documents, faults = Store(folder / "store").verify()
    assert not faults
    assert not list((folder / "store" / "incoming").rglob("*"))
    lines: dict[str, tuple[str, str, set[str]]] = {}
    for publisher in registry.publishers:
        problems = [p for p in got.problems if p.publisher == publisher.name]
        assert len(problems) <= 1, [p.line for p in problems]
        line = problems[0].line if problems else ""
        lines[publisher.name[5:]] = (problems[0].kind if problems else "", line, of(got, publisher.name))
    return lines


@pytest.mark.parametrize("case", misbehaviour.CASES, ids=lambda c: c.name)
def test_a_bad_link_is_one_clear_line_and_the_run_goes_on(trouble: dict[str, tuple[str, str, set[str]]], case: misbehaviour.Case) -> None:
    kind, line, hashes = trouble[case.name]
    if case.says is None:
        assert hashes == {hashlib.sha256(case.body).hexdigest()}, line
        assert not line
        return
    assert any(part in line for part in case.says.split("|")), line
    assert kind == case.kind
    assert not hashes
    assert line == harmless.line(line, 300)


@pytest.mark.parametrize(("bounds", "says"), [({"publisher_bytes": 500}, "more than 500 bytes"), ({"publisher_seconds": -1}, "run again later")])
def test_one_publisher_takes_no_more_than_its_room_and_time(tmp_path: Path, bounds: dict[str, float], says: str) -> None:
    site, entry = Site(), '{{kind: direct, url: "{}", fiscal_year: 2024, allow_private: true}}'
    for number in range(3):
        site.put("127.0.0.41", f"/{number}.pdf", pdf(f"{number}" * 100), "application/pdf")
    with site:
        urls = [site.url("127.0.0.41", f"/{n}.pdf") for n in range(3)]
        names = [("多局", urls[:2]), ("少局", urls[2:])]
        lines = [f"{{name: {n}, kind: unit, division: '990000', level: city, sites: [{', '.join(map(entry.format, u))}]}}" for n, u in names]
        (tmp_path / "r.yaml").write_text(
            f"defaults: {{requests_per_second: 500, concurrency: 1}}\npublishers: [{', '.join(lines)}]", encoding="utf-8"
        )
        settings = replace(SETTINGS, limits=replace(SETTINGS.limits, **bounds))
        got = collect_year(load_registry(tmp_path / "r.yaml"), 2024, Store(tmp_path / "store"), settings=settings, today=LATE)
    of_many = [p.line for p in got.problems if p.publisher == "多局" and says in p.line]
    assert (len(of_many), len(of(got, "少局"))) == ((1, 1) if "publisher_bytes" in bounds else (2, 0))


def test_names_of_every_kind_are_words_and_never_paths(tmp_path: Path) -> None:
    site = Site()
    site.put("127.0.0.40", "/t.zip", misbehaviour.TRICKS, "application/zip")
    with site:
        (tmp_path / "r.yaml").write_text(
            'defaults: {requests_per_second: 500}\npublishers: [{name: 某局, kind: unit, division: "990000", level: city, '
            f'sites: [{{kind: direct, url: "{site.url("127.0.0.40", "/t.zip")}", fiscal_year: 2024, allow_private: true}}]}}]',
            encoding="utf-8",
        )
        got = collect_year(load_registry(tmp_path / "r.yaml"), 2024, Store(tmp_path / "store"), settings=SETTINGS, today=LATE)
    assert {d.sha256 for d in got.documents} == {hashlib.sha256(pdf(n)).hexdigest() for n in "一二三四五"}
    names = sorted(p.name for p in tmp_path.rglob("*.pdf"))
    assert names == sorted(f"{d.sha256}.pdf" for d in got.documents), "nothing lies anywhere but under its hash"
    assert all(d.source_url == harmless.line(d.source_url, 2000) for d in got.documents)
    sidecars = [json.loads(p.read_text(encoding="utf-8")) for p in (tmp_path / "store" / "documents").rglob("*.json")]
    assert len(sidecars) == 6
