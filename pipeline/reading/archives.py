"""Archives (zip, 7z, rar) unpacked within bounds, in memory; archives inside of them too, once.

Names are words only: nothing is written under them, so that they can point nowhere.  Chinese tools write names in GBK without saying so.
What belongs here: which documents an archive holds.  What may not: whether they are one report (``pipeline.reports.unite``).
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipeline.reading import media
from pipeline.reading.document import UnreadableDocument
from pipeline.reading.wanted import LIBARCHIVE, missed

_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_AGAIN = "fetch it again, or unpack it by hand and offer the files in it"
_TAKE_OUT = "unpack it and offer the report in it"
_WITHOUT_PASSWORD = "ask the publisher for it without a password"


@dataclass(frozen=True)
class ArchiveLimits:
    """Bounds of one archive, those inside of it included."""

    members: int = 300
    member_bytes: int = 200 << 20
    total_bytes: int = 500 << 20
    ratio: int = 200  # a member may expand to so many times its packed size, beyond the first megabyte
    depth: int = 2  # an archive in an archive, no deeper


class Member(NamedTuple):
    """One document of an archive: its name as printed there (with those of the archives around it), and its bytes, or why it has none."""

    name: str
    data: bytes
    problem: str = ""


def is_archive(data: bytes) -> bool:
    """Whether bytes are an archive of documents, and no office package."""
    try:
        return media.media_type(data) in media.ARCHIVES
    except UnreadableDocument:
        return False


def members(data: bytes, limits: ArchiveLimits | None = None) -> Iterator[Member]:
    """The documents of an archive in its order; one that cannot be unpacked says why and costs no other.

    Raises :class:`UnreadableDocument` where the archive as a whole cannot be opened, or is out of bounds.
    """
    bounds = limits or ArchiveLimits()
    return _members(data, bounds, _Room(bounds), "", 1)


def in_order(found: Iterable[Member]) -> list[Member]:
    """Documents as a reader would lay them out: by folder and name, the second page before the tenth."""
    return sorted(found, key=lambda m: natural(m.name))


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts names by their words, and by the value of the numbers in them."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d{1,18})", name) if part)


def archive_problem(data: bytes) -> UnreadableDocument:
    """Why an archive that was offered as one document is not read as one."""
    try:
        found = list(members(data))
    except UnreadableDocument as why:
        return why
    if not found:
        return UnreadableDocument("the archive holds no files", "fetch it again from the publisher")
    held = "; ".join(f"{m.name}: {m.problem}" if m.problem else m.name for m in found[:4])
    return UnreadableDocument(f"the archive holds {len(found)} files and is no document itself ({held})", "unpack it and offer the files in it")


class _Room:
    """What may still come out of an archive."""

    def __init__(self, limits: ArchiveLimits) -> None:
        self.limits = limits
        self.bytes, self.members = limits.total_bytes, limits.members

    def hold(self, count: int, announced: int) -> None:
        """Make room for so many files of so many bytes in all, as an archive announces them."""
        self.members -= count
        if self.members < 0:
            raise UnreadableDocument(f"the archive holds {count:,} files, more than {self.limits.members}", _TAKE_OUT)
        if announced > self.bytes:
            raise UnreadableDocument(f"the archive would expand to {announced:,} bytes, more than {self.bytes:,}", _TAKE_OUT)

    def allowed(self, packed: int) -> int:
        return min(self.limits.member_bytes, max(1 << 20, packed * self.limits.ratio), self.bytes)


def _members(data: bytes, limits: ArchiveLimits, room: _Room, prefix: str, depth: int) -> Iterator[Member]:
    opener = _OPENERS.get(media.media_type(data))
    if opener is None:
        raise UnreadableDocument("it is a document, not an archive of documents", "offer it as it is")
    for found in opener(data, room):
        name = prefix + _tidy(found.name)
        if _is_skipped(name):
            continue
        if found.problem or not is_archive(found.data):
            yield found._replace(name=name)
        elif depth >= limits.depth:
            yield Member(name, b"", "archives packed too deep: unpack it by hand and offer the files in it")
        else:
            try:
                yield from _members(found.data, limits, room, f"{name}!", depth + 1)
            except UnreadableDocument as why:
                yield Member(name, b"", f"{why.problem}: {why.remedy}")


def _is_skipped(name: str) -> bool:
    return any(part in name for part in _SKIPPED)


def _tidy(name: str) -> str:
    """A name as words: no control characters, no way out of the folder."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "".join(c for c in "/".join(parts) if c.isprintable())[-300:]


def _unpacked(pieces: Iterator[bytes], packed: int, room: _Room) -> bytes:
    """A member's bytes; raises ``ValueError`` where there are more than it may have."""
    allowed = room.allowed(packed)
    out = bytearray()
    for piece in pieces:
        out += piece
        if len(out) > allowed:
            raise ValueError(f"it expands beyond {allowed:,} bytes: a zip bomb")
    room.bytes -= len(out)
    return bytes(out)


def _zip(data: bytes, room: _Room) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
        raise UnreadableDocument(f"the zip cannot be opened ({error})", _AGAIN) from None
    files = [i for i in archive.infolist() if not i.is_dir() and not _is_skipped(i.filename)]
    room.hold(len(files), sum(i.file_size for i in files))
    for info in files:
        name = zip_name(info)
        mode = info.external_attr >> 16
        if info.flag_bits & 1:
            yield Member(name, b"", f"it is encrypted: {_WITHOUT_PASSWORD}")
        elif mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            yield Member(name, b"", "it is a link or a device, not a file")
        else:
            yield _zip_member(archive, info, name, room)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, room: _Room) -> Member:
    try:
        with archive.open(info) as source:
            return Member(name, _unpacked(iter(lambda: source.read(65536), b""), info.compress_size, room))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError, OSError, struct.error) as error:
        return Member(name, b"", f"it cannot be unpacked ({error})")
    except Exception as error:  # lzma and bz2 raise their own kinds
        return Member(name, b"", f"it is damaged ({type(error).__name__}: {error})")


def zip_name(info: zipfile.ZipInfo) -> str:
    """A member's name: UTF-8 where the package says so, else what its bytes are, GB18030 with Chinese tools."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return info.filename


def _seven_zip(data: bytes, room: _Room) -> Iterator[Member]:
    import py7zr

    try:
        with py7zr.SevenZipFile(io.BytesIO(data)) as archive:
            if archive.needs_password():
                raise UnreadableDocument("the 7z is encrypted", _WITHOUT_PASSWORD)
            held = [f for f in archive.list() if not f.is_directory and not f.is_symlink]
            announced = sum(f.uncompressed for f in held)
            room.hold(len(held), announced)
            if announced > room.allowed(len(data)):
                raise UnreadableDocument(f"the 7z would expand to {announced:,} bytes: an archive bomb", _TAKE_OUT)
            factory = py7zr.io.BytesIOFactory(announced + 1)
            archive.extractall(factory=factory)
            unpacked = {f.filename: factory.products[f.filename] for f in held if f.filename in factory.products}
    except (UnreadableDocument, MemoryError):
        raise
    except Exception as error:  # it raises kinds of its own and those of every packer
        raise UnreadableDocument(f"the 7z cannot be opened ({type(error).__name__}: {error})", _AGAIN) from None
    for name, stream in unpacked.items():
        stream.seek(0)
        content = stream.read()
        room.bytes -= len(content)
        yield Member(name, content)


def _rar(data: bytes, room: _Room) -> Iterator[Member]:
    libarchive = _libarchive()
    count = 0
    try:
        with libarchive.memory_reader(data, format_name="rar5" if data[6:7] == b"\x01" else "rar") as archive:
            for entry in archive:
                count += 1
                if entry.isfile:
                    room.hold(1, 0)
                    try:
                        yield Member(_text(entry.pathname), _unpacked(entry.get_blocks(), len(data), room))
                    except ValueError as error:
                        yield Member(_text(entry.pathname), b"", str(error))
    except libarchive.exception.ArchiveError as error:
        hint = _WITHOUT_PASSWORD if "ncrypt" in str(error) or "assphrase" in str(error) else _AGAIN
        raise UnreadableDocument(f"the rar cannot be unpacked ({error})", hint) from None
    if not count:
        raise UnreadableDocument("the rar holds no files, or its list of files is damaged", _AGAIN)


def _text(name: str | bytes) -> str:
    return name if isinstance(name, str) else name.decode("gb18030", "replace")


def _libarchive() -> Any:
    try:
        import libarchive

        return libarchive
    except (ImportError, OSError, AttributeError, TypeError):
        missed(LIBARCHIVE)
        raise UnreadableDocument(
            "this is a rar archive, and the system's libarchive is not installed",
            "install it (bin/system-packages.sh), or unpack the archive by hand and offer the files in it",
        ) from None


_OPENERS: dict[str, Callable[[bytes, _Room], Iterator[Member]]] = {media.ZIP: _zip, media.SEVEN_ZIP: _seven_zip, media.RAR: _rar}
