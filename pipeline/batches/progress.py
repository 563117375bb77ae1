"""How far a piece of work has come, told to whoever runs it, through any number of layers that need not know of it.

What belongs here: saying it and hearing it.  What may not: showing it (``pipeline.cli.telling``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Called with a phase (``reading``, ``judging``, ``checking``, ``publishing``), how many are done, and of how many.
Hear = Callable[[str, int, int], None]

_HEARING: ContextVar[Callable[[str, int], None] | None] = ContextVar("_HEARING", default=None)


def one_more(phase: str, of: int) -> None:
    """One more is done, of so many; nobody needs to hear it."""
    hear = _HEARING.get()
    if hear is not None:
        hear(phase, of)


@contextmanager
def heard_by(hear: Hear) -> Iterator[None]:
    """Whatever is done within is counted and heard."""
    counts = Counter[str]()

    def count(phase: str, of: int) -> None:
        counts[phase] += 1
        hear(phase, counts[phase], of)

    token = _HEARING.set(count)
    try:
        yield
    finally:
        _HEARING.reset(token)
