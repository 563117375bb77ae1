"""From the registry to the tables: a real site, the assets at the head of the graph, a correction and what it put right."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster_duckdb import DuckDBResource

from assets.checks import revisions
from assets.core import documents, readings
from assets.report_links import expect_an_answer, report_links
from expectations.bridge import decide_year
from expectations.suites.sources import SOURCES_SUITE
from pipeline.orchestration import tags
from pipeline.orchestration.io_manager import ParquetTables
from pipeline.orchestration.resources import OF_DOCUMENTS, Collection, Documents, Sources
from pipeline.sources.registry import Registry, load_registry
from pipeline.store import tables as storage
from tests.sources.habits import article, page, rows
from tests.sources.site import Site

HOST = "127.0.0.81"
UNSOUND = "publisher: 某市大数据局\nyear: 2024\ntotal: 13.00\nfiscal: 12.50"
SOUND = UNSOUND.replace("13.00", "12.50")
REGISTRY = """defaults: {{requests_per_second: 500}}
publishers:
  - {{name: 某市大数据局, kind: department, division: "990100", level: city, sites: [{{kind: list, url: "{0}", allow_private: true}}]}}
  - {{name: 某市粮食局, kind: department, division: "990100", level: city, sites: [{{kind: list, url: "{0}", allow_private: true}}]}}
"""


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    site.put(HOST, "/", page(rows(("/d.html", "某市大数据局2024年度部门决算", "2025-08-20"))))
    site.put(HOST, "/d.html", article("某市大数据局2024年度部门决算", "2025-08-20", "<a href='/r.doc'>2024年度部门决算.doc</a>"))
    site.put(HOST, "/r.doc", UNSOUND, "application/msword")
    with site:
        yield site


def run(registry: Path) -> dict[str, str]:
    """One run of the head of the graph; its tags."""
    resources = {"reports": Documents(reader="tests.fake_readers:read", reader_version="fake-1"), "sources": Sources(registry=str(registry)),
                 "io_manager": ParquetTables()}  # fmt: skip
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([report_links, readings, documents, revisions], partition_key="2024", resources=resources, instance=instance)
        assert result.success
        found = instance.get_run_by_id(result.run_id)
        assert found is not None
        return dict(found.tags)


def test_a_year_from_the_registry_and_a_correction(site: Site, tmp_path: Path) -> None:
    registry = tmp_path / "publishers.yaml"
    registry.write_text(REGISTRY.format(site.url(HOST, "/")), encoding="utf-8")
    said = run(registry)
    assert (said[tags.FISCAL_YEAR], said[tags.PUBLISHERS], said[tags.DOWNLOADS]) == ("2024", "1 found, 1 missing", "1")
    [document] = storage.read_table("core.documents", 2024)
    assert (document["status"], document["source_url"], document["fiscal_year"]) == ("read", site.url(HOST, "/r.doc"), 2024)
    publishers = {p["publisher"]: p for p in storage.read_table("sources.publishers", 2024)}
    assert [publishers[n]["standing"] for n in ("某市大数据局", "某市粮食局")] == ["found", "missing"]
    assert storage.read_table("checks.revised_findings", 2024) == []

    site.forget()
    run(registry)
    assert not [h for h in site.hits if h.sent and h.path == "/r.doc"], "an unchanged document is not sent again"

    site.put(HOST, "/r.doc", SOUND, "application/msword", put_at=1760000000.0)
    run(registry)
    statuses = sorted(d["status"] for d in storage.read_table("core.documents", 2024))
    assert statuses == ["read", "superseded"]
    changes = {(r["rule_id"], r["place"]): r["change"] for r in storage.read_table("checks.revised_findings", 2024)}
    assert "resolved" in changes.values()
    [publisher] = [p for p in storage.read_table("sources.publishers", 2024) if p["revision"] == 2]
    assert publisher["publisher"] == "某市大数据局"

    site.drop(HOST, "/r.doc")
    run(registry)
    verdicts = {v.statement.rule_id.removeprefix("sources."): v for v in decide_year(SOURCES_SUITE, 2024, DuckDBResource(database=":memory:"))}
    assert not any(v.engine_error for v in verdicts.values())
    assert {name: v.failures for name, v in verdicts.items()} == {
        "every_publisher_has_published": 1, "no_report_is_ambiguous": 0, "no_report_was_changed": 1, "no_link_is_dead": 1,
    }  # fmt: skip
    assert verdicts["no_link_is_dead"].failing[0]["url"] == site.url(HOST, "/r.doc")


def test_without_a_registry_the_inbox_is_asked(tmp_path: Path) -> None:
    inbox = Documents().library().archive.root.parent / "inbox"
    inbox.mkdir(parents=True)
    (inbox / "r.txt").write_text(SOUND, encoding="utf-8")
    empty = tmp_path / "none.yaml"
    empty.write_text("publishers: []", encoding="utf-8")
    os.utime(inbox / "r.txt", (1, 1))
    assert run(empty)[tags.PUBLISHERS] == "none in the registry"
    [document] = storage.read_table("core.documents", 2024)
    assert document["source_url"] == (inbox / "r.txt").resolve().as_uri()


def test_a_year_in_which_every_site_failed_is_told_from_one_that_nobody_has_published(site: Site, tmp_path: Path) -> None:
    def failed(url: str) -> bool:
        path = tmp_path / "publishers.yaml"
        path.write_text(REGISTRY.format(url), encoding="utf-8")
        registry = load_registry(path)
        return Sources().collect(registry, 2024).every_site_failed

    assert not Sources().collect(Registry(publishers=()), 2024).every_site_failed, "no site was asked"
    assert not failed(site.url(HOST, "/"))
    assert failed(site.url(HOST, "/nowhere/"))
    site.put(HOST, "/bare/", page(""))
    assert not failed(site.url(HOST, "/bare/")), "asked and answered: there is nothing yet"


def test_such_a_year_fails_unless_the_run_is_over_documents(site: Site, tmp_path: Path) -> None:
    registry = tmp_path / "publishers.yaml"
    registry.write_text(REGISTRY.format(site.url(HOST, "/nowhere/")), encoding="utf-8")
    resources = {"reports": Documents(), "sources": Sources(registry=str(registry)), "io_manager": ParquetTables()}
    sources = Sources(registry=str(registry))
    with pytest.raises(dg.Failure, match="every site failed"):
        expect_an_answer(sources.collect(sources.publishers(), 2024), Collection())
    assert dg.materialize([report_links], partition_key="2024", resources=resources, run_config=OF_DOCUMENTS).success
