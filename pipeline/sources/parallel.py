"""Work spread over hosts, so that a slow or silent host holds up nobody's links but its own.

What belongs here: scheduling.  What may not: what the work is.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def by_host(
    tasks: Sequence[tuple[Hashable, T]],
    work: Callable[[T], R],
    at_once: Callable[[Hashable], int],
    workers: int,
    done: Callable[[int, int], None] | None = None,
) -> list[R]:
    """Do every task; results in the order of the tasks.

    Args:
        tasks: (host, task); of one host no more than ``at_once(host)`` are worked on at a time.
        workers: threads in all.
        done: told after each task how many of how many are done.
    """
    queues: dict[Hashable, deque[int]] = {}
    for i, (host, _) in enumerate(tasks):
        queues.setdefault(host, deque()).append(i)
    results: dict[int, R] = {}
    lock = threading.Lock()
    stop = threading.Event()

    def drain(queue: deque[int]) -> None:
        while not stop.is_set():
            try:
                i = queue.popleft()
            except IndexError:
                return
            try:
                result = work(tasks[i][1])
            except BaseException:
                stop.set()
                raise
            with lock:
                results[i] = result
                if done is not None:
                    done(len(results), len(tasks))

    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        # First one worker a host, then the second of each, so that few workers still reach every host.
        width = {host: min(at_once(host), len(queue)) for host, queue in queues.items()}
        rounds = range(max(width.values(), default=0))
        futures = [pool.submit(drain, queue) for n in rounds for host, queue in queues.items() if n < width[host]]
        try:
            for future in futures:
                future.result()
        except BaseException:
            stop.set()
            raise
    return [results[i] for i in range(len(tasks))]
