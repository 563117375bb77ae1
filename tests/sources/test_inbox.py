"""The inbox: what a person puts there comes into the store like anything fetched, and nothing of it is moved."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import time
from pathlib import Path

import pytest

from pipeline.sources.collected import Collected
from pipeline.sources.inbox import waiting
from pipeline.sources.store import Store
from pipeline.sources.yearly import collect_year
from tests.sources.bodies import pdf, zip_file
from tests.sources.conftest import World
from tests.sources.world import SETTINGS


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def collect(world: World, inbox: Path) -> Collected:
    return collect_year(world.registry, 2024, world.store, inbox, settings=SETTINGS, today=dt.date(2025, 12, 1))


def hashes(got: Collected, publisher: str) -> set[str]:
    return {d.sha256 for d in got.documents if d.publisher == publisher}


def test_a_document_with_a_sidecar_stands_for_its_publisher(world: World, inbox: Path) -> None:
    mine = pdf("戊县粮食局，纸质件扫描")
    (inbox / "粮食局.pdf").write_bytes(mine)
    (inbox / "粮食局.pdf.yaml").write_text(
        "publisher: 戊县粮食局\nfiscal_year: 2024\ntitle: 戊县粮食局2024年度部门决算\nurl: http://www.example.org/on-request\nobtained: 2025-11-02\n",
        encoding="utf-8",
    )
    got = collect(world, inbox)
    assert hashes(got, "戊县粮食局") == {hashlib.sha256(mine).hexdigest()}
    assert {p.publisher: p.standing for p in got.publishers}["戊县粮食局"] == "found"
    [row] = [d for d in got.documents if d.publisher == "戊县粮食局"]
    assert row.source_url == "http://www.example.org/on-request"
    [sidecar] = [r for _, r in world.store.records("documents") if r["publisher"] == "戊县粮食局"]
    assert (sidecar["found_by"], sidecar["url"], sidecar["published"]) == ("inbox", "inbox:粮食局.pdf", "2025-11-02")
    assert (inbox / "粮食局.pdf").read_bytes() == mine, "the inbox is read, not emptied"
    again = collect(world, inbox)
    assert again.documents == got.documents
    assert not again.changes


def test_a_document_by_hand_settles_an_ambiguity(world: World, inbox: Path) -> None:
    (inbox / "气象局.pdf").write_bytes(pdf("丁市气象局 2"))
    (inbox / "气象局.pdf.json").write_text('{"publisher": "丁市气象局", "fiscal_year": 2024}', encoding="utf-8")
    got = collect(world, inbox)
    assert hashes(got, "丁市气象局") == {hashlib.sha256(pdf("丁市气象局 2")).hexdigest()}
    assert not [p for p in got.problems if p.kind == "ambiguous"]


def test_a_document_without_words_waits_for_its_reading(world: World, inbox: Path) -> None:
    (inbox / "deep").mkdir()
    (inbox / "deep" / "scan 01.pdf").write_bytes(pdf("谁的"))
    got = collect(world, inbox)
    [row] = [d for d in got.documents if not d.publisher]
    assert (row.fiscal_year, row.source_url) == (0, "inbox:deep/scan 01.pdf")


@pytest.mark.parametrize(
    ("name", "data", "sidecar", "says"),
    [
        ("a.pdf", b"", None, "an empty file"),
        ("a.pdf", pdf("x" * 300)[:500], None, "cut off"),
        ("a.pdf", pdf("x"), "publisher: [", "does not parse"),
        ("a.pdf", pdf("x"), "fiscal_year: soon", "fiscal_year"),
        ("a.pdf", pdf("x"), "yaer: 2024", "yaer"),
        ("a.pdf", pdf("x"), "note: [" + ", ".join("x" * 1000) + "]", "note: Input should be a valid string"),
        ("a.pdf", pdf("x"), "a: &a [x]\nb: &b [*a, *a]\nnote: [*b, *b]", "refers to itself"),
        ("a.zip", zip_file({"x.txt": b"\x00" * 9}), None, "no document"),
        ("名\n字\u202e.pdf", b"\x00\x01\x02" * 9, None, "no known document type"),
    ],
)
def test_a_bad_file_is_one_line_and_the_others_are_taken(world: World, inbox: Path, name: str, data: bytes, sidecar: str | None, says: str) -> None:
    (inbox / name).write_bytes(data)
    if sidecar is not None:
        (inbox / f"{name}.yaml").write_text(sidecar, encoding="utf-8")
    (inbox / "z.pdf").write_bytes(pdf("好"))
    got = collect(world, inbox)
    [problem] = [p for p in got.problems if p.url.startswith("inbox:")]
    assert says in problem.line
    assert "\n" not in problem.url
    assert "\u202e" not in problem.url
    assert {d.source_url for d in got.documents if not d.publisher} == {"inbox:z.pdf"}


def test_only_settled_documents_are_taken(inbox: Path) -> None:
    (inbox / "new.pdf").write_bytes(b"x")
    (inbox / "old.pdf").write_bytes(b"x")
    os.utime(inbox / "old.pdf", (time.time() - 60,) * 2)
    for name in (".hidden.pdf", "~$lock.docx", "old.pdf.yaml"):
        (inbox / name).write_bytes(b"x")
    (inbox / "link.pdf").symlink_to("/etc/passwd")
    assert [p.name for p in waiting(inbox, 10.0)] == ["old.pdf"]
    assert waiting(inbox / "nowhere") == []


def test_a_changed_file_is_a_new_revision(world: World, inbox: Path) -> None:
    sidecar = "publisher: 戊县粮食局\nfiscal_year: 2024\n"
    (inbox / "a.pdf").write_bytes(pdf("一"))
    (inbox / "a.pdf.yaml").write_text(sidecar, encoding="utf-8")
    collect(world, inbox)
    (inbox / "a.pdf").write_bytes(pdf("二"))
    got = collect(world, inbox)
    assert [(c.publisher, len(c.before)) for c in got.changes] == [("戊县粮食局", 1)]
    assert Store(world.folder / "store").verify()[1] == []
