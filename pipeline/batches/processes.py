"""Worker processes of this machine: a few at a time, each task within its limits, none able to stop the others.

What belongs here: starting, watching, killing and replacing workers.  What may not: what they do (``pipeline.batches.worker``).

Workers are programs of their own on a pipe, not a ``multiprocessing`` pool: a pool of the standard library dies with its
first worker and has no time limit, and every pool that spawns imports the parent's main module (an orchestrator, seconds) again.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.batches import Lost, Task, Work, WorkFailed

RETIRE_AT = 300  # megabytes resident: what libraries hold on to over many tasks goes with the worker
#: Seconds after which a further worker is started: starting one costs as much as a document, and a few documents are read by then.
APART = 5.0
_ROOT = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True, slots=True)
class Processes:
    """So many worker processes."""

    workers: int = 2

    def run(self, work: Work, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer, as they come."""
        todo: queue.SimpleQueue[Task] = queue.SimpleQueue()
        done: queue.SimpleQueue[tuple[Task, Any] | BaseException] = queue.SimpleQueue()
        for task in tasks:
            todo.put(task)
        seats = [_Seat(work, todo, done, i * APART) for i in range(min(self.workers, len(tasks)))]
        for seat in seats:
            seat.start()
        try:
            for _ in tasks:
                answer = done.get()
                if isinstance(answer, BaseException):
                    raise answer
                yield answer
        finally:
            for seat in seats:
                seat.dismiss()
            for seat in seats:
                seat.join()


class _Seat(threading.Thread):
    """It hands its worker one task after the other, and gets a new worker when one is lost; it begins ``after`` so many seconds."""

    def __init__(self, work: Work, todo: queue.SimpleQueue[Task], done: queue.SimpleQueue[tuple[Task, Any] | BaseException],
                 after: float) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.work, self.todo, self.done, self.after = work, todo, done, after
        self.worker: subprocess.Popen[bytes] | None = None
        self.last_exit: int | None = None
        self._dismissal = threading.Event()

    @property
    def dismissed(self) -> bool:
        return self._dismissal.is_set()

    def run(self) -> None:
        self._dismissal.wait(self.after)
        try:
            with suppress(queue.Empty):
                while not self.dismissed:
                    task = self.todo.get_nowait()
                    self.done.put((task, self._answer(task)))
        except BaseException as error:  # the consumer must hear of it, or it would wait for ever
            self.done.put(error)
        finally:
            self._stop()

    def dismiss(self) -> None:
        self._dismissal.set()
        if self.worker is not None and self.is_alive():
            self.worker.kill()

    def _answer(self, task: Task) -> Any:
        """A worker that dies is replaced and the task tried once more: the first death may not be the task's doing."""
        for _ in range(2):
            answer, late = self._ask(task)
            if late or not isinstance(answer, Lost) or self.dismissed:
                break
        return answer

    def _ask(self, task: Task) -> tuple[Any, bool]:
        """The worker's answer, and whether time ran out."""
        worker = self.worker or self._start()
        assert worker.stdin is not None
        assert worker.stdout is not None
        late = threading.Event()
        alarm = threading.Timer(self.work.limits.seconds, _kill, (worker, late))
        alarm.start()
        try:
            with suppress(BrokenPipeError):
                pickle.dump(task, worker.stdin)
                worker.stdin.flush()
            answer, resident = pickle.load(worker.stdout)
        except (EOFError, pickle.UnpicklingError):
            self.last_exit = self._stop()
            return Lost("late" if late.is_set() else "died", self.last_exit), late.is_set()
        finally:
            alarm.cancel()
        if isinstance(answer, OSError):
            raise answer
        if resident > RETIRE_AT:
            self._stop()
        return answer, False

    def _start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(p for p in (_ROOT, *sys.path) if p)
        environment = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "pipeline.batches.worker"]
        self.worker = worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            with suppress(BrokenPipeError):
                pickle.dump(self.work, worker.stdin)
                worker.stdin.flush()
            pickle.load(worker.stdout)
        except (EOFError, pickle.UnpicklingError):
            if not self.dismissed:
                status = self._stop()
                raise WorkFailed(f"a worker ends with status {status} before it has seen a task: its error stands above") from None
        return worker

    def _stop(self) -> int | None:
        """End the worker; its exit status."""
        worker, self.worker = self.worker, None
        if worker is None:
            return None
        assert worker.stdin is not None
        assert worker.stdout is not None
        with suppress(BrokenPipeError):
            worker.stdin.close()
        try:
            status = worker.wait(timeout=2)
        except subprocess.TimeoutExpired:
            worker.kill()
            status = worker.wait()
        worker.stdout.close()
        return status


def _kill(worker: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    worker.kill()
