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
    """It hands its worker one task after the other; it begins ``after`` so many seconds."""

    def __init__(self, work: Work, todo: queue.SimpleQueue[Task], done: queue.SimpleQueue[tuple[Task, Any] | BaseException],
                 after: float) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.todo, self.done, self.after = todo, done, after
        self.worker = Worker(work)

    def run(self) -> None:
        self.worker.dismissal.wait(self.after)
        try:
            with suppress(queue.Empty):
                while not self.worker.dismissed:
                    task = self.todo.get_nowait()
                    self.done.put((task, self.worker.answer(task)))
        except BaseException as error:  # the consumer must hear of it, or it would wait for ever
            self.done.put(error)
        finally:
            self.worker.stop()

    def dismiss(self) -> None:
        self.worker.dismiss(kill=self.is_alive())


class Worker:
    """One worker process: started by its first task, replaced when it is lost.  One thread at a time asks it; any may dismiss it."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.dismissal = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def dismissed(self) -> bool:
        return self.dismissal.is_set()

    def dismiss(self, kill: bool = True) -> None:
        """Have it answer no more; ``kill`` ends also what it is at."""
        self.dismissal.set()
        if kill and (process := self._process) is not None:
            process.kill()

    def answer(self, task: Task) -> Any:
        """What it says, or :class:`Lost`.  One that dies is replaced and the task tried once more: the first death may not be the task's doing."""
        for _ in range(2):
            answer, late = self._ask(task)
            if late or not isinstance(answer, Lost) or self.dismissed:
                break
        return answer

    def _ask(self, task: Task) -> tuple[Any, bool]:
        """The process's answer, and whether time ran out."""
        process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()
        alarm = threading.Timer(self.work.limits.seconds, _kill, (process, late))
        alarm.start()
        try:
            with suppress(BrokenPipeError):
                pickle.dump(task, process.stdin)
                process.stdin.flush()
            answer, resident = pickle.load(process.stdout)
        except (EOFError, pickle.UnpicklingError):
            return Lost("late" if late.is_set() else "died", self.stop()), late.is_set()
        finally:
            alarm.cancel()
        if isinstance(answer, OSError):
            raise answer
        if resident > RETIRE_AT:
            self.stop()
        return answer, False

    def _start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(p for p in (_ROOT, *sys.path) if p)
        environment = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "pipeline.batches.worker"]
        self._process = process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            with suppress(BrokenPipeError):
                pickle.dump(self.work, process.stdin)
                process.stdin.flush()
            pickle.load(process.stdout)
        except (EOFError, pickle.UnpicklingError):
            if not self.dismissed:
                status = self.stop()
                raise WorkFailed(f"a worker ends with status {status} before it has seen a task: its error stands above") from None
        return process

    def stop(self) -> int | None:
        """End the process; its exit status."""
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            process.stdin.close()
        try:
            status = process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        process.stdout.close()
        return status


def _kill(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()
