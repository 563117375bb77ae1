"""Archives: what is in them and what not, within bounds, whatever their bytes are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reading import archives, read_document
from pipeline.reading.archives import ArchiveLimits, members
from pipeline.reading.document import UnreadableDocument
from tests.reading.archive_files import rar_file, seven_zip_file, zip_file
from tests.sources.bodies import encrypted_zip, linked_zip, zip_bomb

HELD = {"甲局/2022年度部门决算.txt": "甲局".encode(), "甲局/附件 自评表.txt": b"\xce\xc4"}
Write = Callable[[Mapping[str, bytes]], bytes]


WHOLE = {write: write(HELD) for write in (zip_file, seven_zip_file, rar_file)}


def gbk(held: Mapping[str, bytes]) -> bytes:
    return zip_file(dict(held), gbk_names=True)


def has_libarchive() -> bool:
    try:
        archives._libarchive()
    except UnreadableDocument:
        return False
    return True


@pytest.mark.parametrize("write", [zip_file, gbk, seven_zip_file, rar_file])
def test_every_kind_gives_its_documents_under_their_names(write: Write) -> None:
    if write is rar_file and not has_libarchive():
        pytest.skip("needs the system's libarchive")
    assert {m.name: m.data for m in members(write(HELD))} == HELD


@pytest.mark.parametrize("write", [zip_file, seven_zip_file])
def test_an_archive_in_an_archive_is_opened_once(write: Write) -> None:
    inner = write({"表.txt": b"1"})
    once = list(members(write({"套.zip": inner})))
    assert [(m.name, m.data) for m in once] == [("套.zip!表.txt", b"1")]
    (twice,) = members(write({"外.zip": write({"套.zip": inner})}))
    assert "too deep" in twice.problem


def test_names_point_nowhere() -> None:
    found = members(zip_file({"../../etc/甲.txt": b"1", "/abs/乙.txt": b"2", "C:\\丙.txt": b"3"}))
    assert [m.name for m in found] == ["etc/甲.txt", "abs/乙.txt", "C:/丙.txt"]


@pytest.mark.parametrize(
    ("data", "words"),
    [(encrypted_zip("甲.txt", b"1"), "encrypted"), (linked_zip("甲.txt", "b"), "link"), (zip_bomb(64), "zip bomb")],
)
def test_a_member_that_cannot_be_unpacked_says_why(data: bytes, words: str) -> None:
    (member,) = members(data)
    assert words in member.problem
    assert member.data == b""


@pytest.mark.parametrize("write", [zip_file, seven_zip_file])
@pytest.mark.parametrize(("limits", "words"), [(ArchiveLimits(members=1), "2 files, more than 1"), (ArchiveLimits(total_bytes=3), "would expand")])
def test_an_archive_out_of_bounds_is_refused(write: Write, limits: ArchiveLimits, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words) as refused:
        list(members(write(HELD), limits))
    assert refused.value.remedy


def test_a_rar_without_the_systems_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "libarchive", None)
    with pytest.raises(UnreadableDocument, match="libarchive") as refused:
        read_document(rar_file(HELD))
    assert "bin/system-packages.sh" in refused.value.remedy


def test_a_damaged_member_costs_no_other() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as z:
        z.writestr("a.txt", b"AAAAAAAAAA")
        z.writestr("b.txt", b"BBBBBBBBBB")
    first, second = members(out.getvalue().replace(b"AAAAAAAAAA", b"AAAAXAAAAA"))
    assert "cannot be unpacked" in first.problem
    assert second.data == b"BBBBBBBBBB"


def read_or_refused(data: bytes) -> bool:
    """Whether an archive gives documents, or a refusal that says what to do.  Any other error passes."""
    try:
        return all(m.name is not None for m in members(data))
    except UnreadableDocument as refused:
        return bool(refused.problem and refused.remedy)


@pytest.mark.parametrize("write", [zip_file, seven_zip_file, rar_file])
@given(data=st.data())
@settings(max_examples=60)
def test_any_bytes_of_an_archive_are_read_or_refused(write: Write, data: st.DataObject) -> None:
    if write is rar_file and not has_libarchive():
        pytest.skip("needs the system's libarchive")
    whole = bytearray(WHOLE[write])
    for at, byte in data.draw(st.lists(st.tuples(st.integers(4, len(whole) - 1), st.integers(0, 255)), min_size=1, max_size=8)):
        whole[at] = byte
    assert not archives.is_archive(bytes(whole)) or read_or_refused(bytes(whole))
