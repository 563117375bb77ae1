"""How long a document may be read: a limit that whoever reads many documents sets, and readers of slow pages ask about.

What belongs here: whether the time is over, and whether anything was left out for it.  What may not: what a reader leaves out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Patience:
    """Until when (of the monotonic clock) a document is read, and whether a reader was told that it is too late."""

    until: float = float("inf")
    ran_out: bool = False


_patience: ContextVar[Patience] = ContextVar("patience", default=Patience())  # noqa: B039 (the default has no limit, so it never changes)


@contextmanager
def allowed(seconds: float) -> Iterator[Patience]:
    """Within, a document has so many seconds; a longer time inside of a shorter one is the shorter one."""
    mine = Patience(min(_patience.get().until, time.monotonic() + seconds))
    token = _patience.set(mine)
    try:
        yield mine
    finally:
        _patience.reset(token)


def too_late() -> bool:
    """Whether the time is over; a reader that asks leaves something out where it is."""
    patience = _patience.get()
    patience.ran_out = patience.ran_out or time.monotonic() > patience.until
    return patience.ran_out
