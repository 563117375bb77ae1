"""Files as they come: names in any encoding, and what the system does not open, cost themselves at most."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.batches import Inline
from pipeline.reports.intake import offered, take_in
from pipeline.reports.workers import Workers
from pipeline.sources.archive import Archive
from pipeline.store.home import Home
from pipeline.store.readings import Library
from tests.sources.bodies import zip_file


def test_an_archive_whose_name_is_in_gbk_is_offered_under_its_words(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + "/部门决算.zip".encode("gb18030")
    Path(os.fsdecode(path)).write_bytes(zip_file({"一.txt": "公开表".encode(), "二.txt": "情况说明".encode()}))
    archive = Archive(tmp_path / "archive")
    *documents, bundle = offered(archive, Path(os.fsdecode(path)))
    assert (len(documents), bundle.parts) == (2, tuple(d.sha256 for d in documents))
    assert "部门决算" in archive.path(bundle.sha256).read_text(encoding="utf-8")


def test_a_file_that_the_system_does_not_open_is_named_and_the_others_are_taken(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "letter.txt").write_text("致各位同事", encoding="utf-8")
    (folder / "shut.pdf").symlink_to("/proc/self/mem")  # a file of no length that cannot be read from its beginning
    intake = take_in(Library.of(Home(tmp_path / "home")), Workers(Inline()), folder)
    assert [path.name for path, _ in intake.shut] == ["shut.pdf"]
    assert [o.status for o in intake.outcomes] == ["not_a_report"]
