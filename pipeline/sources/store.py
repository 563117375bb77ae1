"""The store (原始文件库): every document's bytes for ever, under the name of their hash, with where they came from.

Layout below the root, on any fsspec file system:

    documents/ab/<sha256>.pdf              the bytes
    documents/ab/<sha256>.<link>.json      one sidecar a link that led to these bytes
    links/ab/<link>.json                   what is known of a link: its present document, validators, history
    reports/<year>/<publisher>.json        what was last found for a publisher and year
    pages/ab/<link>.json, .body            list and detail pages, so that an unchanged page need not be sent again
    incoming/<session>/                    bytes on their way in; never read by anybody else

What belongs here: keeping and verifying.  What may not: requests.  A file appears under its final name in one step,
complete; the bytes come before the sidecar, the sidecar before the link's state: killed between any two, the store is
sound and the next run does the rest.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from pipeline.sources.media import ACCEPTED, MediaType, sniff

#: File systems whose put is one step by nature; the others get a temporary name and a move.
_ATOMIC_PUT = {"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "obs", "cos"}


def link_key(url: str) -> str:
    """The name under which a link is kept."""
    return hashlib.sha256(url.encode()).hexdigest()[:40]


class Spool:
    """A body on its way into the store: a file in the session's folder and its hash so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] = path.open("wb")
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    def reset(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._hash = hashlib.sha256()
        self.size = 0

    def finish(self) -> str:
        """Flush; the sha256."""
        self._file.flush()
        return self._hash.hexdigest()

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def close(self) -> None:
        with contextlib.suppress(OSError):  # a full disk shows again on closing; it has been reported
            self._file.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Kept:
    """One document in the store."""

    sha256: str
    media_type: str
    path: str  # below the root
    size: int
    new: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What :meth:`Store.verify` found wrong with one file."""

    path: str
    problem: str


class Store:
    """A content-addressed store of documents with their provenance.

    Args:
        root: a folder, or any fsspec address such as ``s3://bucket/prefix``.
        options: for the file system (endpoint, credentials by name of profile …).
    """

    def __init__(self, root: str | Path, **options: Any) -> None:
        # Listings are never remembered: another machine may write into the same bucket.
        self.fs, self.root = fsspec.core.url_to_fs(str(root), **{"use_listings_cache": False, **options})
        self.root = self.root.rstrip("/")
        self.local = isinstance(self.fs, LocalFileSystem)
        protocol = self.fs.protocol if isinstance(self.fs.protocol, str) else self.fs.protocol[0]
        self._atomic = protocol in _ATOMIC_PUT
        self._session: Path | None = None
        self._session_lock: IO[bytes] | None = None

    # -- sessions -----------------------------------------------------------------------------------------------------

    def __enter__(self) -> Store:
        base = Path(self.root, "incoming") if self.local else Path(tempfile.gettempdir(), "final-accounts-incoming")
        base.mkdir(parents=True, exist_ok=True)
        self._sweep(base)
        self._session = base / uuid.uuid4().hex
        self._session.mkdir()
        self._session_lock = (self._session / "lock").open("wb")
        fcntl.flock(self._session_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None and self._session_lock is not None:
            shutil.rmtree(self._session, ignore_errors=True)
            self._session_lock.close()
        self._session = self._session_lock = None

    @staticmethod
    def _sweep(base: Path) -> None:
        """Remove what killed sessions left; a living session holds its lock."""
        for folder in base.iterdir():
            try:
                with (folder / "lock").open("rb") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
            except FileNotFoundError:
                # Made a moment ago by another session that has not come to its lock yet, or left by a kill at that very point.
                try:
                    folder.rmdir()
                except OSError:
                    continue
            except OSError:
                continue

    @contextlib.contextmanager
    def only_collection(self) -> Iterator[None]:
        """Wait until no other process of this machine collects into this store, and keep it so.

        Two collections at a time would each keep a host's limits, and together break them.
        """
        name = hashlib.sha256(f"{type(self.fs).__name__} {self.root}".encode()).hexdigest()[:16]
        file = Path(self.root, ".collection.lock") if self.local else Path(tempfile.gettempdir(), f"final-accounts-{name}.lock")
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def spool(self) -> Spool:
        """A place for one body; use as a context manager."""
        assert self._session is not None, "use the store as a context manager"
        return Spool(self._session / f"{uuid.uuid4().hex}.part")

    # -- documents ----------------------------------------------------------------------------------------------------

    @staticmethod
    def document_path(sha256: str, media_type: MediaType) -> str:
        return f"documents/{sha256[:2]}/{sha256}{media_type.ending}"

    def keep(self, spool: Spool, media_type: MediaType) -> Kept:
        """Put a finished body under its hash.  Bytes that are there already are not written again."""
        sha256 = spool.finish()
        path = self.document_path(sha256, media_type)
        full = f"{self.root}/{path}"
        if self.fs.exists(full) and self.fs.size(full) == spool.size:
            return Kept(sha256, media_type.name, path, spool.size, new=False)
        if self.local:
            spool.sync()
            Path(full).parent.mkdir(parents=True, exist_ok=True)
            os.replace(spool.path, full)
        else:
            self._put(spool.path, full)
        return Kept(sha256, media_type.name, path, spool.size, new=True)

    def _put(self, source: Path, full: str) -> None:
        self.fs.makedirs(full.rsplit("/", 1)[0], exist_ok=True)
        if self._atomic:
            self.fs.put_file(str(source), full)
        else:
            temporary = f"{self.root}/incoming/{uuid.uuid4().hex}"
            self.fs.makedirs(f"{self.root}/incoming", exist_ok=True)
            self.fs.put_file(str(source), temporary)
            self.fs.mv(temporary, full)
        if self.fs.size(full) != source.stat().st_size:
            raise OSError(errno.EIO, "the store kept another number of bytes than were sent", full)

    def has(self, path: str, size: int | None = None) -> bool:
        """Whether a file is there, with its size."""
        full = f"{self.root}/{path}"
        return bool(self.fs.exists(full)) and (size is None or self.fs.size(full) == size)

    def address(self, path: str) -> str:
        """Where other code opens a kept file: a path, or an fsspec address."""
        return f"{self.root}/{path}" if self.local else str(self.fs.unstrip_protocol(f"{self.root}/{path}"))

    # -- small records ------------------------------------------------------------------------------------------------

    def read_json(self, path: str) -> dict[str, Any] | None:
        """A record, or ``None`` if there is none (or an unreadable one, which a run replaces by asking again)."""
        try:
            data = json.loads(self.fs.cat_file(f"{self.root}/{path}"))
        except FileNotFoundError:
            return None
        except ValueError:
            return None
        return data if isinstance(data, dict) else None

    def write_json(self, path: str, record: dict[str, Any], durable: bool = False) -> None:
        """Write a record in one step (see :meth:`write_bytes`)."""
        self.write_bytes(path, json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True).encode(), durable)

    def write_bytes(self, path: str, data: bytes, durable: bool = False) -> None:
        """Write a small file in one step.

        Args:
            durable: wait for the disk, so that it also survives a loss of power.  Provenance must; what only spares a request
                need not, for an unreadable record is replaced by asking again.
        """
        assert self._session is not None, "use the store as a context manager"
        full = f"{self.root}/{path}"
        temporary = self._session / f"{uuid.uuid4().hex}.tmp"
        try:
            with temporary.open("wb") as f:
                f.write(data)
                f.flush()
                if self.local and durable:
                    os.fsync(f.fileno())
            if self.local:
                Path(full).parent.mkdir(parents=True, exist_ok=True)
                os.replace(temporary, full)
            else:
                self._put(temporary, full)
        finally:
            temporary.unlink(missing_ok=True)

    def read_bytes(self, path: str) -> bytes | None:
        try:
            return bytes(self.fs.cat_file(f"{self.root}/{path}"))
        except FileNotFoundError:
            return None

    def records(self, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """All records below a folder, with their paths."""
        for full in sorted(self._files(folder)):
            if full.endswith(".json"):
                path = full[len(self.root) + 1 :]
                record = self.read_json(path)
                if record is not None:
                    yield path, record

    def _files(self, folder: str) -> list[str]:
        try:
            return list(self.fs.find(f"{self.root}/{folder}"))
        except FileNotFoundError:
            return []

    # -- verification -------------------------------------------------------------------------------------------------

    def verify(self) -> tuple[int, list[Fault]]:
        """Read everything again: the number of documents, and every file that is not what its name says.

        A document without a sidecar is no fault: a kill between the two leaves it, and the next run writes the sidecar.
        """
        faults: list[Fault] = []
        documents = 0
        endings = {m.ending: m for m in ACCEPTED}
        for folder in ("documents", "links", "reports", "pages"):
            for full in self._files(folder):
                path = full[len(self.root) + 1 :]
                name = path.rsplit("/", 1)[-1]
                if name.endswith(".json"):
                    try:
                        record = json.loads(self.fs.cat_file(full))
                    except ValueError as error:
                        faults.append(Fault(path, f"does not parse: {error}"))
                        continue
                    if folder == "documents" and not (
                        record.get("sha256") == name.split(".")[0] and self.has(record.get("path", ""), record.get("size"))
                    ):
                        faults.append(Fault(path, "speaks of a document that is not there"))
                elif folder == "documents":
                    documents += 1
                    digest = hashlib.sha256()
                    with self.fs.open(full, "rb") as f:
                        for piece in iter(lambda: f.read(1 << 20), b""):
                            digest.update(piece)
                    stem, ending = name.partition(".")[0], "." + name.partition(".")[2]
                    if digest.hexdigest() != stem:
                        faults.append(Fault(path, f"its bytes have the hash {digest.hexdigest()}"))
                    elif ending not in endings or (self.local and sniff(Path(full)) is not endings[ending]):
                        faults.append(Fault(path, "its ending is not that of its bytes"))
        return documents, faults
