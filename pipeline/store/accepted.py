"""Accepted years: the tables of each fiscal year as its last sound run left them, which is what is published.

What belongs here: keeping a year's files of all tables beside the ones that runs work on (``<tables>/accepted/<schema>/<name>/<year>.parquet``).
What may not: who decides that a year is sound (the blocking asset checks do), and publishing.

A run replaces a year's tables one by one and may stop at any of them, because a promise is broken or the process is killed.
What it leaves is work in progress, and no other year's publish may carry it along.
"""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from pipeline.schema import TABLES
from pipeline.store import tables as storage
from pipeline.store.home import home

_LAST = "core.documents"  # the year counts as accepted, and not as behind its documents, once this one is there


def root() -> str:
    """Where accepted tables lie; an argument for ``root`` of :mod:`pipeline.store.tables`."""
    return f"{home().tables.rstrip('/')}/accepted"


def years() -> list[int]:
    """The fiscal years that have been accepted, in order."""
    return storage.years(_LAST, root=root())


def accept(year: int) -> int:
    """Take a year's tables as they are now; returns how many.  Killed midway, it leaves the year behind, to be run again."""
    fs, base = fsspec.core.url_to_fs(home().tables)
    _, kept = fsspec.core.url_to_fs(root())
    names = [t.full_name for t in TABLES.values() if t.full_name != _LAST]
    _remove(fs, f"{kept}/{_path(_LAST, year)}")
    taken = 0
    for name in (*names, _LAST):
        source, target = f"{base}/{_path(name, year)}", f"{kept}/{_path(name, year)}"
        if fs.exists(source):
            _take(fs, source, target)
            taken += 1
        else:
            _remove(fs, target)
    return taken


def _path(name: str, year: int) -> str:
    return f"{name.replace('.', '/')}/{year}.parquet"


def _remove(fs: Any, path: str) -> None:
    if fs.exists(path):
        fs.rm_file(path)


def _take(fs: Any, source: str, target: str) -> None:
    """Tables are replaced, never written into: a second name for a local file is as good as a copy, and costs nothing."""
    if not isinstance(fs, LocalFileSystem):
        fs.cp_file(source, target)
        return
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    fresh = f"{Path(target).parent}/.{uuid.uuid4().hex}.tmp"
    try:
        os.link(source, fresh)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, fresh)
    os.replace(fresh, target)
    Path(fresh).unlink(missing_ok=True)  # renaming one name of a file onto another name of it does nothing
