"""Archives: what is in them and what not, within bounds, whatever their bytes are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import py7zr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reading import archives, read_document
from pipeline.reading.archives import ArchiveLimits, members
from pipeline.reading.document import UnreadableDocument
from tests.reading.archive_files import rar5_file, rar_file, seven_zip_file, zip_file
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


@pytest.mark.parametrize("write", [zip_file, gbk, seven_zip_file, rar_file, rar5_file])
def test_every_kind_gives_its_documents_under_their_names(write: Write) -> None:
    if write in (rar_file, rar5_file) and not has_libarchive():
        pytest.skip("needs the system's libarchive")
    assert {m.name: m.data for m in members(write(HELD))} == HELD


@pytest.mark.parametrize("write", [zip_file, seven_zip_file])
def test_an_archive_in_an_archive_is_opened_once(write: Write) -> None:
    inner = write({"表.txt": b"1"})
    once = list(members(write({"套.zip": inner})))
    assert [(m.name, m.data) for m in once] == [("套.zip!表.txt", b"1")]
    (twice,) = members(write({"外.zip": write({"套.zip": inner})}))
    assert twice.problem == "archives packed too deep: unpack it by hand and offer the files in it"


def test_names_point_nowhere() -> None:
    found = members(zip_file({"../../etc/甲.txt": b"1", "/abs/乙.txt": b"2", "C:\\丙.txt": b"3"}))
    assert [m.name for m in found] == ["etc/甲.txt", "abs/乙.txt", "C:/丙.txt"]


@pytest.mark.parametrize(
    ("data", "words"),
    [(encrypted_zip("甲.txt", b"1"), "encrypted"), (linked_zip("甲.txt", "b"), "link"), (zip_bomb(8), "zip bomb")],
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


def test_what_systems_leave_in_archives_is_no_document() -> None:
    left = ("__MACOSX/._甲.txt", "甲/.DS_Store", "甲/Thumbs.db", "desktop.ini")
    held = {"甲/决算.txt": b"1", **dict.fromkeys(left, b"2")}
    assert [m.name for m in members(zip_file(held), ArchiveLimits(members=1))] == ["甲/决算.txt"]


def test_documents_lie_in_the_order_of_their_names_and_numbers() -> None:
    names = ["附件10.pdf", "附件2.pdf", "2024年表/乙.txt", "附件.pdf", "10.txt", "9.txt"]
    found = archives.in_order(archives.Member(name, b"") for name in names)
    assert [m.name for m in found] == ["9.txt", "10.txt", "2024年表/乙.txt", "附件2.pdf", "附件10.pdf", "附件.pdf"]


def test_an_archive_that_is_no_document_says_what_is_in_it() -> None:
    held = zip_file({f"{i}.txt": b"1" for i in range(6)})
    why = archives.archive_problem(held)
    assert "holds 6 files" in why.problem
    assert why.remedy == "unpack it and offer the files in it"
    assert "(0.txt; 1.txt; 2.txt; 3.txt)" in why.problem
    assert "0.txt: it is encrypted" in archives.archive_problem(encrypted_zip("0.txt", b"1")).problem
    assert "holds no files" in archives.archive_problem(zip_file({})).problem
    assert "ends too early" in archives.archive_problem(held[:-30]).problem
    assert archives.is_archive(held)
    assert not archives.is_archive(held[:-30])


def test_names_are_words_that_print_and_not_too_many_of_them() -> None:
    (found,) = members(zip_file({"甲\t\x7f局/" + "长" * 400 + ".txt": b"1"}))
    assert found.name == "长" * 296 + ".txt"
    (found,) = members(zip_file({"甲\t\x7f局.txt": b"1"}))
    assert found.name == "甲局.txt"


@pytest.mark.parametrize(("packed", "allowed"), [(1, 1 << 20), (10_000, 2_000_000), (10 << 20, 200 << 20)])
def test_a_member_may_grow_to_a_megabyte_or_two_hundred_times_its_size_within_bounds(packed: int, allowed: int) -> None:
    assert archives._Room(ArchiveLimits()).allowed(packed) == allowed


def test_three_hundred_files_and_500_megabytes_are_in_bounds_and_no_more() -> None:
    archives._Room(ArchiveLimits()).hold(300, 500 << 20)
    with pytest.raises(UnreadableDocument, match="301 files, more than 300"):
        archives._Room(ArchiveLimits()).hold(301, 0)
    with pytest.raises(UnreadableDocument, match="more than 524,288,000"):
        archives._Room(ArchiveLimits()).hold(1, (500 << 20) + 1)


@pytest.mark.parametrize("write", [zip_file, seven_zip_file, rar_file])
def test_bounds_are_those_of_all_archives_within_together(write: Write) -> None:
    if write is rar_file and not has_libarchive():
        pytest.skip("needs the system's libarchive")
    inner = write({"甲.txt": b"1" * 60, "乙.txt": b"2" * 60})
    whole = {"a.zip": inner, "b.zip": inner}
    limits = ArchiveLimits(total_bytes=2 * len(inner) + 250, members=6)
    assert sum(len(m.data) for m in members(zip_file(whole), limits)) == 240
    problems = [m.problem for m in members(zip_file(whole), ArchiveLimits(total_bytes=2 * len(inner) + 150))]
    assert problems[:2] == ["", ""]
    assert problems[2:]
    assert all("more than 30" in p or "expands beyond 30 " in p for p in problems[2:])
    *_, last = members(zip_file(whole), ArchiveLimits(members=5))
    assert "more than 5" in last.problem


def test_a_file_in_a_folder_is_one_and_the_folder_none() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.mkdir("甲")
        z.writestr("甲/决算.txt", b"1")
    assert [(m.name, m.data) for m in members(out.getvalue(), ArchiveLimits(members=1))] == [("甲/决算.txt", b"1")]


def test_a_file_says_that_it_is_one_and_a_packer_that_it_is_damaged() -> None:
    def made(data: bytes) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo("甲.txt")
        info.compress_type, info.external_attr = zipfile.ZIP_LZMA, 0o100644 << 16
        with zipfile.ZipFile(out, "w") as z:
            z.writestr(info, data)
        return info

    out = io.BytesIO()
    info = made(b"1" * 50)
    assert [m.data for m in members(out.getvalue())] == [b"1" * 50]
    broken = bytearray(out.getvalue())
    broken[30 + len(info.filename.encode()) + 4 : 30 + len(info.filename.encode()) + 9] = b"\xff" * 5  # how the packer is set
    (member,) = members(bytes(broken))
    assert member.problem.startswith("it is damaged (LZMAError: ")


def test_names_are_what_their_bytes_are() -> None:
    def named(written: str, flags: int = 0) -> str:
        info = zipfile.ZipInfo("a")
        info.filename, info.flag_bits = written, flags
        return archives.zip_name(info)

    assert named("决算.txt", 0x800) == "决算.txt"
    assert named("决算.txt".encode().decode("cp437")) == "决算.txt"
    assert named("决算.txt".encode("gb18030").decode("cp437")) == "决算.txt"
    assert named("决算.txt") == "决算.txt", "what cannot have been bytes of a code page is a name already"
    assert named(b"\xff.txt".decode("cp437")) == b"\xff.txt".decode("cp437")


def test_a_seven_zip_with_a_password_or_a_bomb_is_refused() -> None:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password="geheim") as archive:
        archive.writestr(b"1", "甲.txt")
    with pytest.raises(UnreadableDocument, match="7z is encrypted") as refused:
        list(members(out.getvalue()))
    assert "without a password" in refused.value.remedy
    with pytest.raises(UnreadableDocument, match="an archive bomb"):
        list(members(seven_zip_file({"甲.txt": bytes((1 << 20) + 1)})))
    assert [len(m.data) for m in members(seven_zip_file({"甲.txt": bytes(1 << 20)}))] == [1 << 20]


def test_a_rar_without_files_is_refused() -> None:
    if not has_libarchive():
        pytest.skip("needs the system's libarchive")
    with pytest.raises(UnreadableDocument, match="holds no files") as refused:
        list(members(rar_file({})))
    assert "fetch it again" in refused.value.remedy


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


def test_an_empty_file_needs_no_room() -> None:
    if not has_libarchive():
        pytest.skip("needs the system's libarchive")
    found = members(rar_file({"甲.txt": b"1" * 10, "乙.txt": b""}), ArchiveLimits(total_bytes=10))
    assert [(m.name, len(m.data), m.problem) for m in found] == [("甲.txt", 10, ""), ("乙.txt", 0, "")]
