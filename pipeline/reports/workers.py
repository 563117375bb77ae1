"""Worker processes that read documents: a few at a time, each document within its limits, none able to stop the others.

What belongs here: starting, watching, killing and replacing workers.  What may not: reading itself (``pipeline.reports.worker``).

Workers are programs of their own on a pipe, not a ``multiprocessing`` pool: a pool of the standard library dies with its
first worker and has no time limit, and every pool that spawns imports the parent's main module (an orchestrator, seconds) again.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.sources.archive import Offer
from pipeline.store.readings import Library, Limits, Outcome, refusal

READER = "pipeline.reports.read:read_report"
RETIRE_AT = 300  # megabytes resident: what libraries hold on to over many documents goes with the worker
_ROOT = str(Path(__file__).resolve().parents[2])


class WorkerDidNotStart(Exception):
    """A worker ends before it has seen a document: no document's doing."""


@dataclass(frozen=True, slots=True)
class Crew:
    """How documents are read: how many workers, within which limits, by which reader (``module:function``)."""

    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    reader: str = READER


def read_all(library: Library, offers: list[Offer], crew: Crew) -> Iterator[Outcome]:
    """Read documents, yielding each outcome as it comes (its reading is on disk by then)."""
    todo: queue.SimpleQueue[Offer | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[Outcome | BaseException] = queue.SimpleQueue()
    for offer in offers:
        todo.put(offer)
    posts = [_Post(library, crew, todo, done) for _ in range(min(crew.workers, len(offers)))]
    for post in posts:
        todo.put(None)
        post.start()
    try:
        for _ in offers:
            outcome = done.get()
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome
    finally:
        for post in posts:
            post.dismiss()
        for post in posts:
            post.join()


class _Post(threading.Thread):
    """One seat of the crew: it hands its worker one document after the other, and gets a new worker when one is lost."""

    def __init__(self, library: Library, crew: Crew, todo: queue.SimpleQueue[Offer | None],
                 done: queue.SimpleQueue[Outcome | BaseException]) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.library, self.crew, self.todo, self.done = library, crew, todo, done
        self.worker: subprocess.Popen[str] | None = None
        self.last_exit: int | None = None
        self.dismissed = False

    def run(self) -> None:
        try:
            while not self.dismissed and (offer := self.todo.get()) is not None:
                self.done.put(self._read(offer))
        except BaseException as error:  # the consumer must hear of it, or it would wait for ever
            self.done.put(error)
        finally:
            self._stop()

    def dismiss(self) -> None:
        self.dismissed = True
        if self.worker is not None and self.is_alive():
            self.worker.kill()

    def _read(self, offer: Offer) -> Outcome:
        """A worker that dies is replaced and the document tried once more: the first death may not be the document's doing."""
        for _ in range(2):
            answer, late = self._ask(offer)
            if answer is not None:
                return answer
            if late or self.dismissed:
                break
        limits = self.crew.limits
        if late:
            problem = f"reading it takes longer than {limits.seconds:g} s"
            outcome = refusal(offer.sha256, problem, "split it, or raise FINAL_ACCOUNTS_DOCUMENT_SECONDS", limits=limits)
        else:
            problem = f"the process that reads it dies of it, twice (exit status {self.last_exit})"
            remedy = "split it or save it anew from a PDF viewer; when memory is short, raise FINAL_ACCOUNTS_DOCUMENT_MEGABYTES"
            outcome = refusal(offer.sha256, problem, remedy, limits=limits)
        if not self.dismissed:
            self.library.readings.save(outcome)
        return outcome

    def _ask(self, offer: Offer) -> tuple[Outcome | None, bool]:
        """The worker's answer, or ``None`` and whether time ran out."""
        worker = self.worker or self._start()
        assert worker.stdin is not None
        assert worker.stdout is not None
        task = {"sha256": offer.sha256, "source_url": offer.source_url, "retrieved_at": offer.retrieved_at.isoformat(),
                "path": str(self.library.archive.path(offer.sha256)), "bundle": bool(offer.parts)}  # fmt: skip
        late = threading.Event()
        alarm = threading.Timer(self.crew.limits.seconds, _kill, (worker, late))
        alarm.start()
        try:
            with suppress(BrokenPipeError):
                worker.stdin.write(json.dumps(task) + "\n")
                worker.stdin.flush()
            line = worker.stdout.readline()
        finally:
            alarm.cancel()
        if not line.endswith("\n"):
            self.last_exit = self._stop()
            return None, late.is_set()
        answer: dict[str, Any] = json.loads(line)
        if answer.pop("resident") > RETIRE_AT:
            self._stop()
        return Outcome.of(answer), False

    def _start(self) -> subprocess.Popen[str]:
        limits, readings = self.crew.limits, self.library.readings
        command = [sys.executable, "-m", "pipeline.reports.worker", self.crew.reader, readings.version]
        command += [str(readings.root.resolve()), str(limits.seconds), str(limits.megabytes)]
        path = os.pathsep.join(p for p in (_ROOT, *sys.path) if p)
        environment = os.environ | {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        pipe = subprocess.PIPE
        self.worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8", env=environment)
        assert self.worker.stdout is not None
        if self.worker.stdout.readline() != "ready\n" and not self.dismissed:
            raise WorkerDidNotStart(f"{' '.join(command)} ends with status {self._stop()} before it has seen a document: its error stands above")
        return self.worker

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


def _kill(worker: subprocess.Popen[str], late: threading.Event) -> None:
    late.set()
    worker.kill()
