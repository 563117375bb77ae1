"""Files under one root, which is a folder or an fsspec address: whole or not there at all.

What belongs here: writing, reading and listing by a path below the root.  What may not: what the files hold.

A local file is renamed into place; an object is stored in one piece by nature.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem


def second_name(file: str | Path, name: str | Path) -> None:
    """Another name for a local file that is replaced, never written into; a copy where the file system has no hard links.

    Raises ``FileNotFoundError`` where there is no such file.
    """
    try:
        os.link(file, name)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(file, name)


class Files:
    """The files below ``root``; cheap to make, and to send to another process (only the address travels)."""

    def __init__(self, root: str | Path) -> None:
        self.root = str(root).rstrip("/")

    def __reduce__(self) -> tuple[type[Files], tuple[str]]:
        return Files, (self.root,)

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        # Listings are never remembered: another machine may write into the same bucket.
        fs, base = fsspec.core.url_to_fs(self.root, use_listings_cache=False)
        return fs, str(base).rstrip("/")

    @property
    def fs(self) -> Any:
        return self._opened[0]

    @property
    def local(self) -> bool:
        return isinstance(self.fs, LocalFileSystem)

    def full(self, path: str) -> str:
        """A path as the file system names it."""
        return f"{self._opened[1]}/{path}"

    def address(self, path: str) -> str:
        """A path as other programs name it: local, or with its protocol."""
        return self.full(path) if self.local else str(self.fs.unstrip_protocol(self.full(path)))

    def exists(self, path: str) -> bool:
        return os.path.exists(self.full(path)) if self.local else bool(self.fs.exists(self.full(path)))

    def version(self, path: str) -> str:
        """Tells a file from one that has replaced it.  Raises ``FileNotFoundError``."""
        if not self.local:
            return str(self.fs.ukey(self.full(path)))
        found = os.stat(self.full(path))
        return f"{found.st_ino}-{found.st_size}-{found.st_mtime_ns}"

    def read(self, path: str) -> bytes:
        """A file's bytes.  Raises ``FileNotFoundError``."""
        return Path(self.full(path)).read_bytes() if self.local else bytes(self.fs.cat_file(self.full(path)))

    def open(self, path: str) -> BinaryIO:
        """A file, to be read.  Raises ``FileNotFoundError``."""
        return cast(BinaryIO, open(self.full(path), "rb") if self.local else self.fs.open(self.full(path), "rb"))

    def write(self, path: str, content: bytes) -> None:
        """Replace a file's content."""
        if not self.local:
            self.fs.pipe_file(self.full(path), content)
            return
        with self.fresh(path) as name:
            Path(name).write_bytes(content)

    @contextlib.contextmanager
    def fresh(self, path: str, durable: bool = False) -> Iterator[str]:
        """The name of a local file to write; after the block it stands at ``path``, or, where the block raises, nowhere."""
        target = Path(self.full(path)) if self.local else Path(os.environ.get("TMPDIR", "/tmp"), path.rsplit("/", 1)[-1])
        target.parent.mkdir(parents=True, exist_ok=True)
        name = target.with_name(f".{target.name}.{uuid.uuid4().hex}.tmp")
        try:
            yield str(name)
            if not self.local:
                self.fs.put_file(str(name), self.full(path))
                return
            if durable:
                with name.open("rb") as written:
                    os.fsync(written.fileno())
            os.replace(name, target)
        finally:
            name.unlink(missing_ok=True)

    def sweep(self, folder: str, older_than: float = 3600.0) -> None:
        """Remove what killed writes left in a folder; what is young may be another run's."""
        if self.local and os.path.isdir(self.full(folder)):
            for entry in os.scandir(self.full(folder)):
                if entry.name.startswith(".") and entry.name.endswith(".tmp"):
                    with contextlib.suppress(FileNotFoundError):
                        if entry.stat().st_mtime < time.time() - older_than:
                            os.remove(entry.path)

    def copy(self, source: str, target: str) -> None:
        """A second name for a file that is replaced, never written into: as good as a copy, and free where the disk has links."""
        if not self.local:
            self.fs.cp_file(self.full(source), self.full(target))
            return
        with self.fresh(target) as name:
            second_name(self.full(source), name)

    def remove(self, path: str) -> None:
        """Remove a file; one that is not there stays so."""
        with contextlib.suppress(FileNotFoundError):
            self.fs.rm_file(self.full(path))

    def names(self, folder: str = "") -> list[str]:
        """The names in one folder, in order; none where there is no such folder."""
        where = self.full(folder) if folder else self._opened[1]
        try:
            found = self.fs.ls(where, detail=False)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(name for path in found if not (name := path.rstrip("/").rsplit("/", 1)[-1]).startswith("."))
