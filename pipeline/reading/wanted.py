"""What a document wanted of the system: programs that read it better, whether they are there, and which a reading did without.

A reading that did without one is made again once it is there: it is a part of what decides a reading, as the code is.
What belongs here: finding programs and libraries of the system.  What may not: using them (``office``, ``archives``).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ctypes.util import find_library

LIBRE_OFFICE, LIBARCHIVE = "LibreOffice", "libarchive"


def libre_office() -> str | None:
    """The path of LibreOffice, ``None`` where the machine has none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


_FOUND: dict[str, Callable[[], object]] = {LIBRE_OFFICE: libre_office, LIBARCHIVE: lambda: find_library("archive")}
_missed: ContextVar[set[str] | None] = ContextVar("missed", default=None)


def missed(name: str) -> None:
    """Say that a document is read without a program that would read it better."""
    seen = _missed.get()
    if seen is not None:
        seen.add(name)


@contextmanager
def watched() -> Iterator[set[str]]:
    """Within, the names of what is missed are gathered."""
    seen: set[str] = set()
    token = _missed.set(seen)
    try:
        yield seen
    finally:
        _missed.reset(token)


def any_there(names: Collection[str]) -> bool:
    """Whether the system has one of these by now."""
    return any(_FOUND[name]() for name in names if name in _FOUND)
