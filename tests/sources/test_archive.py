"""What was ever offered is kept once by its hash, with every address and time, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipeline.sources.archive import Archive, Offer, documents_in

FETCHED = datetime(2025, 9, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))
MET = datetime(2025, 10, 1, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def handed(path: Path, content: bytes = b"one", changed: datetime = MET) -> Path:
    path.write_bytes(content)
    os.utime(path, (changed.timestamp() + 0.75,) * 2)
    return path


def test_a_file_is_remembered_by_its_hash_its_address_and_the_second_of_its_last_change(archive: Archive, tmp_path: Path) -> None:
    file = handed(tmp_path / "报告.pdf")
    before = datetime.now(UTC)
    offer = archive.offer_file(file)
    assert (offer.sha256, offer.source_url, offer.retrieved_at, offer.size) == (hashlib.sha256(b"one").hexdigest(), file.as_uri(), MET, 3)
    assert offer.offered_at is not None
    assert before <= offer.offered_at <= datetime.now(UTC)
    assert archive.path(offer.sha256).read_bytes() == b"one"
    assert archive.offers() == [offer]


def test_a_file_that_only_lies_there_keeps_the_time_at_which_it_was_met_first(archive: Archive, tmp_path: Path) -> None:
    file = handed(tmp_path / "a.pdf")
    first = archive.offer_file(file, handed_in=False)
    assert archive.offer_file(file, handed_in=False) == first
    again = archive.offer_file(file)
    assert again.offered_at > first.offered_at  # handed in once more
    changed = archive.offer_file(handed(file, changed=MET + timedelta(days=1)), handed_in=False)
    assert changed.retrieved_at == MET + timedelta(days=1)
    assert changed.offered_at > again.offered_at
    assert len(archive.offers()) == 1


def test_a_record_that_a_loss_of_power_emptied_costs_itself_and_is_replaced(archive: Archive, tmp_path: Path) -> None:
    file, other = handed(tmp_path / "a.pdf"), archive.offer_bytes(b"two", "https://h.example/b.pdf", FETCHED)
    offer = archive.offer_file(file)
    (record,) = archive.path(offer.sha256).parent.glob("*.json")
    for left in ("", "{}", "{"):
        record.write_text(left)
        assert archive.offers() == [other]
        assert archive.offer_file(file, handed_in=False).retrieved_at == MET
        assert len(archive.offers()) == 2


def test_fetched_bytes_are_kept_once_and_each_address_by_itself(archive: Archive) -> None:
    there, elsewhere = (archive.offer_bytes(b"one", f"https://{host}.example/a.pdf", FETCHED) for host in ("b", "a"))
    assert there.retrieved_at == FETCHED
    assert there.retrieved_at.utcoffset() == timedelta(0)
    assert there.offered_at is None
    assert archive.offers() == [elsewhere, there]  # in order of address
    assert sorted(p.name for p in archive.path(there.sha256).parent.iterdir() if p.suffix != ".json") == ["document"]


def test_bytes_that_are_there_are_not_written_again(archive: Archive, tmp_path: Path) -> None:
    offer = archive.offer_bytes(b"one", "https://a.example/", FETCHED)
    kept = archive.path(offer.sha256)
    kept.write_bytes(b"marked")
    archive.offer_bytes(b"one", "https://b.example/", FETCHED)
    archive.offer_file(handed(tmp_path / "a.pdf"))
    assert kept.read_bytes() == b"marked"


def test_a_bundle_is_its_list_of_parts(archive: Archive) -> None:
    parts = [("a" * 64, "情况说明.html"), ("b" * 64, "表.xlsx")]
    bundle = archive.offer_bundle("某局2024年度部门决算", parts, "https://a.example/", FETCHED, offered_at=MET)
    assert bundle.parts == ("a" * 64, "b" * 64)
    assert archive.offers() == [bundle]
    assert archive.offer_bundle("某局2024年度部门决算", parts[::-1], "https://a.example/", FETCHED).sha256 != bundle.sha256


def test_what_was_handed_in_later_is_later_whatever_its_date_says() -> None:
    old = Offer("a", "u", MET, 1, offered_at=MET + timedelta(days=9))
    new = Offer("b", "u", MET + timedelta(days=5), 1)
    assert old.order > new.order > Offer("a", "u", MET + timedelta(days=5), 1).order


def test_a_withdrawn_document_is_marked_once_and_restored(archive: Archive) -> None:
    with pytest.raises(FileNotFoundError, match="ever offered"):
        archive.withdraw("0" * 64)
    sha256 = archive.offer_bytes(b"one", "https://a.example/", FETCHED).sha256
    assert archive.withdrawn() == {}
    archive.withdraw(sha256)
    since = archive.withdrawn()
    archive.withdraw(sha256)
    assert archive.withdrawn() == since
    assert list(since) == [sha256]
    archive.restore(sha256)
    archive.restore(sha256)
    assert archive.withdrawn() == {}


def test_a_write_that_fails_leaves_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.sources.archive.os.replace", full)
    with pytest.raises(OSError, match="No space"):
        archive.offer_bytes(b"one", "https://a.example/", FETCHED)
    assert [p for p in archive.root.rglob("*") if p.is_file()] == []


def test_documents_of_a_folder_are_offered_and_companions_passed_over(tmp_path: Path) -> None:
    for name in ("b.pdf", "a/2.DOC", "a/notes.MD", "fonts.ttf", ".hidden/c.pdf", "a/.d.pdf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    offered, passed = documents_in(tmp_path)
    assert [str(p.relative_to(tmp_path)) for p in offered] == ["a/2.DOC", "b.pdf"]
    assert [str(p.relative_to(tmp_path)) for p in passed] == ["a/notes.MD", "fonts.ttf"]
    assert documents_in(tmp_path / "fonts.ttf") == ([tmp_path / "fonts.ttf"], [])
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        documents_in(tmp_path / "nowhere")
