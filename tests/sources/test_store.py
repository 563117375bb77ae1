"""The store: complete files under their hashes, whatever stops the writing."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.kill import facts_of, kill_once
from pipeline.reading.document import UnreadableDocument
from pipeline.reading.media import media_type as kind_of
from pipeline.sources.media import PDF, defect, sniff
from pipeline.sources.store import Store
from pipeline.sources.yearly import collect_year
from tests.sources.bodies import docx_file, ole_file, pdf, xlsx_file, zip_file
from tests.sources.conftest import World
from tests.sources.world import SETTINGS


def keep(store: Store, data: bytes) -> str:
    with store, store.spool() as spool:
        spool.write(data)
        spool.finish()
        return store.keep(spool, PDF).sha256


def test_bytes_stand_under_their_hash_once(tmp_path: Path) -> None:
    store, data = Store(tmp_path), pdf("a")
    sha256 = keep(store, data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    with store, store.spool() as spool:
        spool.write(data)
        assert not store.keep(spool, PDF).new
    assert store.verify() == (1, [])
    assert not list((tmp_path / "incoming").iterdir())


def test_what_killed_sessions_left_is_swept_and_living_ones_are_not(tmp_path: Path) -> None:
    dead, living = tmp_path / "incoming" / "dead", tmp_path / "incoming" / "living"
    for folder in (dead, living):
        folder.mkdir(parents=True)
        (folder / "x.part").write_bytes(b"half")
        (folder / "lock").touch()
    with (living / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with Store(tmp_path):
            assert not dead.exists()
            assert living.exists()


def test_verify_names_every_kind_of_damage(tmp_path: Path) -> None:
    store = Store(tmp_path)
    good, bad, named = (keep(store, pdf(x)) for x in "abc")
    (tmp_path / f"documents/{bad[:2]}/{bad}.pdf").write_bytes(pdf("b")[:-9])
    (tmp_path / f"documents/{named[:2]}/{named}.pdf").rename(tmp_path / f"documents/{named[:2]}/{named}.xls")
    (tmp_path / f"documents/{good[:2]}/{good}.0123.json").write_text("{")
    (tmp_path / f"documents/{good[:2]}/{bad}.0123.json").write_text(json.dumps({"sha256": bad, "path": "documents/no", "size": 1}))
    documents, faults = store.verify()
    assert documents == 3
    assert sorted(f.problem.split(" ")[0] for f in faults) == ["does", "its", "its", "speaks"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (pdf("x"), "application/pdf"),
        (b"\r\n\xef\xbb\xbf" + pdf("x"), "application/pdf"),
        (docx_file("x"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (xlsx_file("x"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (ole_file("WordDocument", "x"), "application/msword"),
        (ole_file("Workbook", "x"), "application/vnd.ms-excel"),
        (ole_file("Book", "x"), "application/vnd.ms-excel"),
        (zip_file({"a.pdf": b"x"}), "application/zip"),
        (zip_file({"OFD.xml": b"x"}), "application/ofd"),
        (zip_file({"xl/workbook.xml": b"x"}), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (zip_file({"[Content_Types].xml": b"x", "word/a": b"x"}), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (zip_file({"word/a.docx": docx_file("x")}), "application/zip"),
        (zip_file({"mimetype": b"x", "content.xml": b"x"}), "application/vnd.oasis.opendocument.text"),
        ("<!DOCTYPE html><p>决算".encode("gb18030"), "text/html"),
        ("部门决算\n合计 1.00".encode("gb18030"), "text/plain"),
        ("部门决算\n合计 1.00".encode(), "text/plain"),
    ],
)
def test_the_type_comes_from_the_bytes(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / "report.exe"
    path.write_bytes(data)
    media_type = sniff(path)
    assert media_type.name == name
    assert not data.startswith(b"PK") or kind_of(data) == name, "who fetches and who reads mean the same"
    assert defect(path, media_type) is None
    assert media_type.refusal is None


@pytest.mark.parametrize("whole", [pdf("x" * 500), docx_file("x" * 500), ole_file("WordDocument", "x"), zip_file({"a": b"x" * 500})])
def test_a_cut_off_document_shows(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(whole[: len(whole) * 6 // 10])
    assert "cut off" in (defect(path, sniff(path)) or "")


def test_a_package_that_lists_more_than_any_document_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"PK\x03\x04" + b"PK\x01\x02" * 60_000 + zip_file({"a.pdf": b"x"}))
    assert "more parts than any document" in (defect(path, sniff(path)) or "")
    with pytest.raises(UnreadableDocument, match="more than 50,000 parts"):
        kind_of(path.read_bytes())


@given(st.binary(max_size=2000), st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"Rar!\x1a\x07"]))
def test_any_bytes_have_a_type(data: bytes, start: bytes) -> None:
    path = Path(f"/dev/shm/sniff-{os.getpid()}") if Path("/dev/shm").is_dir() else Path(f"sniff-{os.getpid()}")
    path.write_bytes(start + data)
    try:
        media_type = sniff(path)
        defect(path, media_type)
        assert media_type.name
    finally:
        path.unlink()


_FULL = """
import resource, signal, sys
from pathlib import Path
from pipeline.sources.registry import load_registry
from pipeline.sources.store import Store
from pipeline.sources.yearly import collect_year
from tests.sources.world import SETTINGS
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
got = collect_year(load_registry(Path(sys.argv[1])), 2024, Store(sys.argv[2]), settings=SETTINGS)
print(len(got.documents), sum("the disk is full" in p.line for p in got.problems), len(got.publishers))
"""


def test_a_disk_that_fills_costs_the_links_that_do_not_fit(world: World) -> None:
    """A limit on file size makes the kernel refuse to write, as a full disk does; small documents still fit."""
    big = pdf("大" * 20_000)
    world.site.put("127.0.0.11", "/zwgk/2025/0818/P020250818.pdf", big, "application/pdf")
    arguments = [sys.executable, "-c", _FULL, str(world.folder / "publishers.yaml"), str(world.folder / "store")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run([*arguments, "30000"], capture_output=True, text=True, env=environment, timeout=60, check=True)
    documents, full, publishers = map(int, result.stdout.split())
    assert full == 1
    assert documents >= 10
    assert publishers == len(world.expected)
    assert world.store.verify()[1] == []
    again = collect_year(world.registry, 2024, world.store, settings=SETTINGS)
    assert len(again.documents) == documents + 1, "with room again, the run finishes what was left"


def test_a_killed_run_leaves_a_sound_store_and_the_next_finishes(world: World) -> None:
    """One kill between two steps; ``benchmarks/kill.py`` does many more."""
    truth = collect_year(world.registry, 2024, Store(world.folder / "truth"), settings=SETTINGS)
    store = world.folder / "store"
    assert kill_once(world.folder / "publishers.yaml", store, step=200)
    assert Store(store).verify()[1] == []
    assert facts_of(collect_year(world.registry, 2024, Store(store), settings=SETTINGS)) == facts_of(truth)
    assert not list((store / "incoming").iterdir())
