"""Batches: the same work done for many keys, by processes of this machine or by a cluster.

What belongs here: one interface (:class:`Work` and tasks in, answers out) and its two engines, :mod:`~pipeline.batches.processes` (the
default) and :mod:`~pipeline.batches.cluster`.  What may not: what is done (a function that the work names), and keeping results.

A task carries keys, not data: its function takes what it needs from a store and keeps what it makes there, under the task's key, so
that a task may be done twice, on any machine, and a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pipeline.store.readings import Limits

#: Tasks that travel together: enough that what a batch costs by itself does not count, few enough that a lost one is soon done again.
BATCH = 32

Task = Any  # whatever pickles; small
Function = Callable[[Any, Task], Any]


class WorkFailed(Exception):
    """The work itself cannot be done, whatever the task: a worker that does not start, a cluster that is not there."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with every task: ``function`` (``module:name``) is called with ``settings`` and the task, within ``limits``."""

    function: str
    settings: Any = None
    limits: Limits = field(default_factory=Limits)

    def resolved(self) -> Function:
        module, _, name = self.function.partition(":")
        function: Function = getattr(importlib.import_module(module), name)
        return function


@dataclass(frozen=True, slots=True)
class Lost:
    """The answer to a task that ended its process: it took too long (``late``), or the process died of it, twice."""

    why: Literal["late", "died"]
    exit_status: int | None = None


class Engine(Protocol):
    """Who does the work."""

    def run(self, work: Work, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer, as they come: what the function returned, or :class:`Lost`.

        Raises :class:`WorkFailed`; what has been yielded by then is done.
        """
        ...


class Inline:
    """This process itself: for a few tasks that need no wall, for which a worker would take longer to start than to work."""

    def run(self, work: Work, tasks: Sequence[Task]) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer, in order."""
        function = work.resolved()
        return ((task, function(work.settings, task)) for task in tasks)


def engine(workers: int, cluster: str = "") -> Engine:
    """The engine that a configuration names: a cluster by its address (``tcp://…``), else so many processes of this machine."""
    if cluster:
        from pipeline.batches.cluster import Cluster

        return Cluster(cluster)
    from pipeline.batches.processes import Processes

    return Processes(workers)
