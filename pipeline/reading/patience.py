"""How long a document may be read: a limit that whoever reads many documents sets, and readers of slow pages ask for.

What belongs here: the time that is left.  What may not: what a reader leaves out when it is short.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float] = ContextVar("until", default=float("inf"))


@contextmanager
def allowed(seconds: float) -> Iterator[None]:
    """Within, :func:`seconds_left` counts down from ``seconds``; a longer time inside of a shorter one is the shorter one."""
    token = _until.set(min(_until.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _until.reset(token)


def seconds_left() -> float:
    """Seconds until the limit, infinite where none is set, negative once it is past."""
    return _until.get() - time.monotonic()
