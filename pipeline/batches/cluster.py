"""A Dask cluster: batches of tasks on many machines, each batch in a worker process of its machine.

What belongs here: sending batches and taking answers.  What may not: limits (the process that does a batch keeps them), stores.

The machines need this project installed and the same stores by address; only keys travel.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.batches import BATCH, Task, Work, WorkFailed
from pipeline.batches.processes import Worker

_PATIENCE = 20.0  # seconds until a cluster that does not answer counts as away
_RETRIES = 3  # a batch whose machine is lost
_IDLE_SECONDS = 30.0  # until a process that no batch has asked for ends


@dataclass(frozen=True, slots=True)
class Cluster:
    """The cluster whose scheduler is at ``address``."""

    address: str
    batch: int = BATCH
    patience: float = _PATIENCE

    def run(self, work: Work, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer, batch by batch."""
        from distributed import Client, as_completed

        try:
            client = Client(self.address, timeout=self.patience)  # type: ignore[no-untyped-call]
        except (OSError, TimeoutError) as error:
            raise WorkFailed(f"the cluster {self.address} cannot be reached ({error}): start it, or run without FINAL_ACCOUNTS_CLUSTER") from None
        with client:
            batches = [tasks[i : i + self.batch] for i in range(0, len(tasks), self.batch)]
            futures = [client.submit(do_batch, work, batch, retries=_RETRIES, pure=False) for batch in batches]
            left = len(tasks)
            for future in as_completed(futures):  # type: ignore[no-untyped-call]
                if future.status != "finished":
                    why = future.exception() if future.status == "error" else "it went away"
                    raise WorkFailed(f"the cluster {self.address} lost a batch ({why}): {left} tasks are left; run again, what is done is kept")
                answers = future.result()
                future.release()
                left -= len(answers)
                yield from answers


def do_batch(work: Work, tasks: Sequence[Task]) -> list[tuple[Task, Any]]:
    """One batch, in one process beside the cluster's worker: limits end that process, never the worker.

    The process stays for the next batch of the same work, for starting one takes as long as a batch.
    """
    worker = _taken(work)
    try:
        answers = [(task, worker.answer(task)) for task in tasks]
    except BaseException:
        worker.stop()
        raise
    _put_back(worker)
    return answers


_idle: dict[Worker, threading.Timer] = {}
_one_at_a_time = threading.Lock()


def _taken(work: Work) -> Worker:
    """A worker for the work, an idle one where there is one; those of other work end."""
    with _one_at_a_time:
        same = next((worker for worker in _idle if worker.work == work), None)
        others = [worker for worker in _idle if worker.work != work]
        for worker in filter(None, (same, *others)):
            _idle.pop(worker).cancel()
    for worker in others:
        worker.stop()
    return same or Worker(work)


def _put_back(worker: Worker) -> None:
    timer = threading.Timer(_IDLE_SECONDS, _forgotten, (worker,))
    timer.daemon = True
    with _one_at_a_time:
        _idle[worker] = timer
    timer.start()


def _forgotten(worker: Worker) -> None:
    """End a worker that no batch has asked for."""
    with _one_at_a_time:
        timer = _idle.pop(worker, None)
    if timer is not None:
        worker.stop()
