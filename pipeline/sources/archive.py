"""The archive: every document ever offered, by the hash of its bytes, with where and when it was found.

What belongs here: keeping bytes and their provenance under ``<home>/archive``, one folder a document, so that years may
be run side by side without a lock; and the mark of a document that was withdrawn.  What may not: finding documents on sites,
fetching them, or reading them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from pipeline.sources.bundles import manifest

#: Companions of reports in a folder that are no documents: code, tables and notes of one's own, pictures.
NO_DOCUMENTS = frozenset((
    ".py", ".pyc", ".json", ".jsonl", ".csv", ".tsv", ".toml", ".yaml", ".yml", ".md", ".rst", ".ini", ".cfg", ".lock", ".log",
    ".parquet", ".duckdb", ".sh", ".ttf", ".otf", ".ttc",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """One document, or one bundle of documents, found at one address: its hash and size, where it was found, when it was fetched (UTC)."""

    sha256: str
    source_url: str
    retrieved_at: datetime
    size: int
    parts: tuple[str, ...] = ()  # of a bundle: the hashes of its documents
    offered_at: datetime | None = None  # of a file: when it was handed in last; its own time is that of its last change

    @property
    def order(self) -> tuple[datetime, datetime, str, str]:
        """What makes one offer later than another: a file handed in today follows one of yesterday, whatever its date says."""
        return self.offered_at or self.retrieved_at, self.retrieved_at, self.sha256, self.source_url


@dataclass(frozen=True)
class Archive:
    """Documents under ``root``: ``<sha256>/document`` is the bytes, ``<sha256>/<hash of address>.json`` an offer.

    ``<sha256>/withdrawn`` marks a document that stands for nothing until the mark is taken away.
    """

    root: Path

    def offer_file(self, path: Path, *, handed_in: bool = True) -> Offer:
        """Remember a local file: its address is its ``file:`` URL, its time of retrieval when it was last modified.

        A file that was not handed in but met where it lies (in the inbox, at every collection) and has not been changed keeps the
        time at which it was met first.
        """
        path = path.resolve()
        stat = path.stat()
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        changed = datetime.fromtimestamp(int(stat.st_mtime), UTC)
        offer = Offer(sha256, path.as_uri(), changed, stat.st_size, offered_at=datetime.now(UTC))
        if not handed_in and (known := self._known(offer)) is not None and known.retrieved_at == changed:
            offer = known
        if not self.path(sha256).exists():
            with path.open("rb") as file:
                self._put(self.path(sha256), file)
        return self._remember(offer)

    def offer_bytes(self, data: bytes, source_url: str, retrieved_at: datetime, *, offered_at: datetime | None = None) -> Offer:
        """Remember a document fetched from ``source_url``."""
        offer = Offer(hashlib.sha256(data).hexdigest(), source_url, retrieved_at.astimezone(UTC), len(data), offered_at=offered_at)
        if not self.path(offer.sha256).exists():
            self._put(self.path(offer.sha256), data)
        return self._remember(offer)

    def offer_bundle(self, title: str, parts: Sequence[tuple[str, str]], source_url: str, retrieved_at: datetime, *,
                     offered_at: datetime | None = None) -> Offer:  # fmt: skip
        """Remember that documents, offered before, were published together: ``parts`` are (hash, name)."""
        data = manifest(title, parts)
        hashes = tuple(sha256 for sha256, _ in parts)
        offer = Offer(hashlib.sha256(data).hexdigest(), source_url, retrieved_at.astimezone(UTC), len(data), hashes, offered_at)
        if not self.path(offer.sha256).exists():
            self._put(self.path(offer.sha256), data)
        return self._remember(offer)

    def offers(self) -> list[Offer]:
        """All that was ever offered, in order of address."""
        return sorted(self._offers(), key=lambda o: (o.source_url, o.sha256))

    def path(self, sha256: str) -> Path:
        """Where the bytes of a document are."""
        return self.root / sha256 / "document"

    def withdraw(self, sha256: str) -> None:
        """Mark a document as withdrawn, now; one that is keeps its time.  Raises ``FileNotFoundError`` for one never offered."""
        if not self.path(sha256).exists():
            raise FileNotFoundError(f"no document {sha256} was ever offered")
        if not self._mark(sha256).exists():
            self._put(self._mark(sha256), datetime.now(UTC).isoformat().encode())

    def restore(self, sha256: str) -> None:
        """Take the mark away."""
        self._mark(sha256).unlink(missing_ok=True)

    def withdrawn(self) -> dict[str, datetime]:
        """The documents that are withdrawn, and since when."""
        return {p.parent.name: datetime.fromisoformat(p.read_text(encoding="utf-8")) for p in self.root.glob("*/withdrawn")}

    def _mark(self, sha256: str) -> Path:
        return self.root / sha256 / "withdrawn"

    def _offers(self) -> Iterator[Offer]:
        for path in self.root.glob("*/*.json"):
            with suppress(ValueError, KeyError):  # what a loss of power left of a record: offering the document again replaces it
                yield self._kept(path)

    @staticmethod
    def _kept(path: Path) -> Offer:
        kept = json.loads(path.read_text(encoding="utf-8"))
        found, offered = datetime.fromisoformat(kept["retrieved_at"]), kept.get("offered_at")
        return Offer(path.parent.name, kept["source_url"], found, kept["size"], tuple(kept.get("parts", ())),
                     datetime.fromisoformat(offered) if offered else None)  # fmt: skip

    def _record(self, offer: Offer) -> Path:
        return self.root / offer.sha256 / (hashlib.sha256(offer.source_url.encode()).hexdigest()[:16] + ".json")

    def _known(self, offer: Offer) -> Offer | None:
        """The same document at the same address, as it was remembered."""
        path = self._record(offer)
        with suppress(FileNotFoundError, ValueError, KeyError):
            return self._kept(path)
        return None

    def _remember(self, offer: Offer) -> Offer:
        kept: dict[str, Any] = {"source_url": offer.source_url, "retrieved_at": offer.retrieved_at.isoformat(), "size": offer.size}
        if offer.parts:
            kept["parts"] = list(offer.parts)
        if offer.offered_at:
            kept["offered_at"] = offer.offered_at.isoformat()
        self._put(self._record(offer), json.dumps(kept, ensure_ascii=False).encode(), durable=False)
        return offer

    @staticmethod
    def _put(path: Path, content: bytes | BinaryIO, durable: bool = True) -> None:
        """Write a file whole or not at all; ``durable``: also where power is lost."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as out:
                if isinstance(content, bytes):
                    out.write(content)
                else:
                    shutil.copyfileobj(content, out)
                if durable:
                    out.flush()
                    os.fsync(out.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def documents_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """All files below ``folder`` (or the one file it is): those to offer, and those passed over (see :data:`NO_DOCUMENTS`)."""
    if folder.is_file():
        return [folder], []
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}")
    visible = (p for p in folder.rglob("*") if not any(part.startswith(".") for part in p.relative_to(folder).parts))
    files = sorted(p for p in visible if p.is_file())
    return [p for p in files if p.suffix.lower() not in NO_DOCUMENTS], [p for p in files if p.suffix.lower() in NO_DOCUMENTS]
