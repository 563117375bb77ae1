"""A process that does tasks one by one, so that whatever a task does to it concerns that task alone.

What belongs here: the loop ``python -m pipeline.batches.worker`` and its memory limit.  What may not: who starts, watches and replaces it
(``pipeline.batches.processes``).

Protocol, in pickles, for both ends are this program: the work in, ``ready`` out; then a task in, ``(answer, megabytes resident)`` out;
what the disk refuses is an answer too, and ends the work: no other task would be spared it.
"""

from __future__ import annotations

import os
import pickle
import resource
import sys
from contextlib import suppress
from pathlib import Path

from pipeline.store.disk import of_all


def main() -> None:
    """Serve tasks from standard input until it ends (also when the parent dies)."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
    tasks = sys.stdin.buffer
    work = pickle.load(tasks)
    function = work.resolved()
    resource.setrlimit(resource.RLIMIT_DATA, (work.limits.megabytes << 20, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    answer: object = "ready"
    while True:
        pickle.dump((answer, _resident()), answers)
        answers.flush()
        try:
            task = pickle.load(tasks)
        except EOFError:
            return
        try:
            answer = function(work.settings, task)
        except OSError as error:
            if not of_all(error):
                raise
            answer = error


def _resident() -> int:
    """Megabytes that this process has resident now; its peak where the system does not tell (a peak counts the parent's memory as well)."""
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() >> 20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10)


if __name__ == "__main__":
    main()
