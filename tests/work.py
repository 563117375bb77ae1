"""A bound on work: so many seconds of this process's own processor time, whatever else the machine has to do."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def bounded_work(processor_seconds: float) -> Iterator[None]:
    """Fails where what is within takes more work than that; a pattern that runs away is stopped, and no load of the machine counts."""

    def spent(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"it takes more than {processor_seconds} s of a processor")

    before = signal.signal(signal.SIGVTALRM, spent)
    signal.setitimer(signal.ITIMER_VIRTUAL, processor_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
