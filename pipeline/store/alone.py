"""One run at a time: a lock that the operating system keeps, and who holds it.

What belongs here: waiting for a lock, and saying for whom.  What may not: what is done while it is held.

A lock ends with the process that holds it, so none is ever stale; the note of its holder is for people only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.messages import told
from pipeline.store.home import home


@contextmanager
def alone(folder: Path, name: str, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock ``name`` of a folder; while another process holds it, say so once and wait."""
    folder.mkdir(parents=True, exist_ok=True)
    lock, note = FileLock(folder / f".{name}.lock"), folder / f".{name}.holder"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(told("another run is at work in {folder} ({holder}): waiting until it ends", folder=folder, holder=_holder(note)))
        lock.acquire(poll_interval=0.5)
    try:
        note.write_text(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC", encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


@contextmanager
def one_run_of(year: str | None, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of a fiscal year's tables in this home; a run of no year needs none."""
    with alone(home().root, f"year-{year}", say) if year else nullcontext():
        yield


def _holder(note: Path) -> str:
    with suppress(OSError):
        return note.read_text(encoding="utf-8")
    return "it has just begun"
