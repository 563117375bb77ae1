"""Documents inside a zip (压缩包): unpacked with bounds, their names kept as words only.

What belongs here: what may come out of a package and how.  What may not: writing under a name that the package gives;
members go into the store under their hashes, so a name can point nowhere.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.sources.exchange import FetchProblem, Sink

_CHUNK = 65536
_SKIPPED = ("__MACOSX/", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True)
class PackageLimits:
    """Bounds of one package."""

    members: int = 300
    member_bytes: int = 200 * 1024 * 1024
    total_bytes: int = 500 * 1024 * 1024
    ratio: int = 200  # a member may expand to so many times its packed size, beyond the first megabyte
    depth: int = 2  # a zip in a zip, no deeper


@dataclass(frozen=True, slots=True)
class Member:
    """One document of a package: its name as printed there, and a way to write it out."""

    name: str
    info: zipfile.ZipInfo


class Package:
    """An opened zip.

    Raises:
        FetchProblem: ``refused``, when the package as a whole is out of bounds.
    """

    def __init__(self, path: Path, limits: PackageLimits) -> None:
        self.limits = limits
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise FetchProblem("failed", f"the zip cannot be opened ({error})") from error
        files = [i for i in self._zip.infolist() if not i.is_dir() and not any(s in i.filename for s in _SKIPPED)]
        if len(files) > limits.members:
            raise FetchProblem("refused", f"the zip holds {len(files):,} files, more than {limits.members}")
        announced = sum(i.file_size for i in files)
        if announced > limits.total_bytes:
            raise FetchProblem("refused", f"the zip would expand to {announced:,} bytes, more than {limits.total_bytes:,}")
        self._files = files
        self._total = 0

    def close(self) -> None:
        self._zip.close()

    def members(self) -> Iterator[Member]:
        for info in self._files:
            yield Member(member_name(info), info)

    def extract(self, member: Member, sink: Sink) -> int:
        """Write one member into a sink; its size.

        Raises:
            FetchProblem: when this member is out of bounds, encrypted, no plain file, or damaged.
        """
        info, limits = member.info, self.limits
        if info.flag_bits & 0x1:
            raise FetchProblem("refused", "it is encrypted; ask the publisher for it without a password")
        mode = info.external_attr >> 16
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise FetchProblem("refused", "it is a link or a device, not a file")
        size = 0
        allowed = min(limits.member_bytes, max(1 << 20, info.compress_size * limits.ratio))
        try:
            with self._zip.open(info) as source:
                while piece := source.read(_CHUNK):
                    size += len(piece)
                    self._total += len(piece)
                    if size > allowed or self._total > limits.total_bytes:
                        raise FetchProblem("refused", f"it expands beyond {min(allowed, limits.total_bytes):,} bytes: a zip bomb")
                    sink.write(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError) as error:
            raise FetchProblem("failed", f"it cannot be unpacked ({error})") from error
        return size


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name: UTF-8 where the package says so, else GB18030, which Chinese tools write without saying so."""
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
