"""Files stand whole at their path or not at all, in a folder and in an object store alike."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest

from pipeline.store.files import Files


@pytest.fixture(params=["folder", "objects"])
def files(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Files]:
    if request.param == "folder":
        yield Files(tmp_path / "root")
        return
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    root = f"/bucket-{uuid4().hex}"
    yield Files(f"memory:/{root}/")
    fsspec.filesystem("memory").rm(root, recursive=True)


def test_what_is_written_is_read_listed_copied_and_removed(files: Files) -> None:
    assert files.names() == files.names("a") == []
    assert not files.exists("a/one")
    files.write("a/one", b"1")
    files.write("a/one", b"11")
    files.write("a/two", b"2")
    files.write("a/.hidden", b"")
    files.copy("a/one", "b/copy")
    files.write("a/one", b"111")
    assert (files.read("a/one"), files.read("b/copy"), files.open("a/two").read()) == (b"111", b"11", b"2")
    assert (files.names(), files.names("a")) == (["a", "b"], ["one", "two"])
    assert pickle.loads(pickle.dumps(files)).read("a/two") == b"2"
    assert files.exists("a/one")
    files.remove("a/one")
    files.remove("a/one")
    assert not files.exists("a/one")
    with pytest.raises(FileNotFoundError):
        files.read("a/one")
    with pytest.raises(FileNotFoundError):
        files.open("a/one")
    assert files.names("a/two") in ([], ["two"])  # no folder


def test_an_address_is_what_other_programs_open(files: Files, tmp_path: Path) -> None:
    files.write("a/one", b"1")
    assert files.address("a/one").startswith(str(tmp_path / "root") if files.local else "memory://")
    with fsspec.open(files.address("a/one")) as there:
        assert there.read() == b"1"


@pytest.mark.parametrize("durable", [False, True])
def test_a_block_that_raises_leaves_the_old_file_and_nothing_else(files: Files, durable: bool, tmp_path: Path) -> None:
    files.write("a/one", b"old")

    def halfway() -> None:
        with files.fresh("a/one", durable) as name:
            Path(name).write_bytes(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        halfway()
    assert files.read("a/one") == b"old"
    with files.fresh("a/one", durable) as name:
        Path(name).write_bytes(b"new")
        assert files.read("a/one") == b"old"
    assert files.read("a/one") == b"new"
    assert not list(tmp_path.rglob("*.tmp"))


def test_what_must_last_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, done = Files(tmp_path), []
    sync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: done.append("sync") or sync(handle))
    monkeypatch.setattr(os, "replace", lambda a, b: done.append("name") or replace(a, b))
    for durable in (True, False):
        with files.fresh("one", durable) as name:
            Path(name).write_bytes(b"1")
    assert done == ["sync", "name", "name"]


def test_a_copy_needs_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files(tmp_path)
    files.write("one", b"1")
    files.copy("one", "linked")
    assert os.path.samefile(tmp_path / "one", tmp_path / "linked")

    def none(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", none)
    files.copy("one", "copied")
    assert files.read("copied") == b"1"
    assert not os.path.samefile(tmp_path / "one", tmp_path / "copied")


def test_only_what_killed_writes_left_long_ago_is_swept(tmp_path: Path) -> None:
    files = Files(tmp_path)
    for name in (".old.tmp", ".young.tmp", "kept.tmp", ".kept"):
        (tmp_path / name).write_bytes(b"")
        if "young" not in name:
            os.utime(tmp_path / name, (0, 0))
    files.sweep("nowhere")
    files.sweep("")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".kept", ".young.tmp", "kept.tmp"]
    files.sweep("", older_than=-60)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".kept", "kept.tmp"]


def test_what_a_killed_write_leaves_is_what_is_swept(tmp_path: Path) -> None:
    files = Files(tmp_path)
    with files.fresh("one") as name:
        Path(name).write_bytes(b"1")
        os.utime(name, (0, 0))
        files.sweep("")
        assert not Path(name).exists()
        Path(name).write_bytes(b"2")
    assert files.read("one") == b"2"


def test_only_what_must_last_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, synced = Files(tmp_path), []
    monkeypatch.setattr(os, "fsync", synced.append)
    files.write("one", b"1")
    with files.fresh("two") as name:
        Path(name).write_bytes(b"1")
    assert synced == []


def test_an_object_is_made_among_temporary_files_and_its_listing_is_never_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files(f"memory://bucket-{uuid4().hex}")
    for folder, setting in ((tmp_path / "scratch", str(tmp_path / "scratch")), (Path("/tmp"), None)):
        monkeypatch.setenv("TMPDIR", setting) if setting else monkeypatch.delenv("TMPDIR")
        with files.fresh("a/one") as name:
            Path(name).write_bytes(b"1")
        assert Path(name).parent == folder
        assert Path(name).name.startswith(".one.")
    assert files.read("a/one") == b"1"
    files.fs.dircache["a"] = []
    assert "a" not in files.fs.dircache, "another machine may have written since"
