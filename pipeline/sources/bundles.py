"""Bundles (分附件): the list of the documents that one publication consists of, itself a document of the archive.

What belongs here: the list as bytes, so that it has a hash like any other document: the same parts in the same order are the same
bundle wherever and whenever they are found.  What may not: whether the parts are one report or several (``pipeline.reports.unite``), for
only reading them tells.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.reading.archives import Member, in_order, is_archive, members
from pipeline.reading.document import UnreadableDocument

#: The media type of a report in several documents.
MEDIA_TYPE = "multipart/mixed"
_MARK = "final accounts in several documents"


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a bundle: its words where it was found, and its bytes, or why it could not be unpacked."""

    name: str
    sha256: str
    data: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The documents of one publication, in the order in which it names them, under its title."""

    sha256: str
    title: str
    parts: tuple[Part, ...]


def manifest(title: str, parts: Sequence[tuple[str, str]]) -> bytes:
    """The list as bytes; ``parts`` are (hash, name)."""
    listed = {_MARK: 1, "title": title, "parts": [{"sha256": sha256, "name": name} for sha256, name in parts]}
    return json.dumps(listed, ensure_ascii=False, indent=1).encode()


def bundle_of(files: Iterable[tuple[str, bytes]], title: str = "") -> bytes | Bundle:
    """Files that are handed in together, archives among them unpacked; the bytes themselves where they are one document.

    Raises :class:`~pipeline.reading.document.UnreadableDocument` where a lone archive cannot be opened or holds nothing.
    """
    held: list[Member] = []
    alone = list(files)
    for name, data in alone:
        if not is_archive(data):
            held.append(Member(name, data))
            continue
        try:
            held += in_order(members(data))
        except UnreadableDocument as why:
            if len(alone) == 1:
                raise
            held.append(Member(name, b"", f"{why.problem}: {why.remedy}"))
    if not held:
        raise UnreadableDocument("the archive holds no files", "fetch it again from the publisher")
    if len(held) == 1 and not held[0].problem:
        return held[0].data
    parts = tuple(Part(m.name, hashlib.sha256(m.data or m.name.encode()).hexdigest(), m.data, m.problem) for m in held)
    listed = alone[0][1] if len(alone) == 1 else manifest(title, [(p.sha256, p.name) for p in parts])
    return Bundle(hashlib.sha256(listed).hexdigest(), title, parts)


def folder_of(name: str) -> str:
    """What a document's name in an archive stands under: its folder, or the archive inside the archive; ``""`` at the top."""
    return name.rpartition("/")[0] or name.rpartition("!")[0]


def opened(path: Path, sha256: str) -> Bundle:
    """A bundle with its parts' bytes; ``path`` is its list's in an archive.  Raises ``FileNotFoundError`` where a part has gone."""
    listed = json.loads(path.read_bytes())
    archive = path.parent.parent
    parts = (Part(p["name"], p["sha256"], (archive / p["sha256"] / "document").read_bytes()) for p in listed["parts"])
    return Bundle(sha256, listed["title"], tuple(parts))
